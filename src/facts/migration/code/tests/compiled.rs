//! Frameworks of Go, Rust, Java, Kotlin and C#.

use super::{check, shown, ways};

#[test]
fn goose() {
    ways(
        "db/migrations/20200101000000_a.go",
        "package migrations\n\nfunc init() { goose.AddMigrationContext(upA, DOWNNAME) }\n\nfunc upA(ctx context.Context, tx *sql.Tx) error {\n\t_, err := tx.ExecContext(ctx, `ALTER TABLE t ADD COLUMN a int`)\n\treturn err\n}\n\nfunc downA(ctx context.Context, tx *sql.Tx) error {\nDOWN}\n".replace("DOWNNAME", "downA").as_str(),
        "goose",
        "AddColumn(t, a, true)",
        &[
            ("\treturn nil\n", "empty"),
            ("\t// This code is executed when the migration is rolled back.\n\treturn nil\n", "empty"),
            ("\treturn errors.New(\"cannot be undone\")\n", "declared-irreversible"),
            ("\tif _, err := tx.Exec(\"ALTER TABLE t DROP COLUMN a\"); err != nil { return err }\n\treturn nil\n", "honest"),
        ],
    );
    let none = "package m\nfunc init() { goose.AddMigration(up, nil) }\nfunc up(tx *sql.Tx) error { _, err := tx.Exec(\"DROP TABLE t\"); return err }";
    check("m/1_a.go", none, "goose 1: DropTable(t) | none = no-op");
}

#[test]
fn what_helpers_of_other_files_do_is_not_known() {
    check(
        "m/1_a.go",
        "package m\nfunc init() { goose.AddMigration(up, down) }\nfunc up(tx *sql.Tx) error { err := fill(tx, \"a\"); if err != nil { return err }; return nil }\nfunc down(tx *sql.Tx) error { return clear(tx) }",
        "goose 1: Raw(fill(tx, \\a\\)) | Raw(clear(tx)) = honest",
    );
}

#[test]
fn gormigrate_and_bun() {
    ways(
        "db/migrations/202001_a.go",
        "package m\nfunc a() *gormigrate.Migration {\n\treturn &gormigrate.Migration{\n\t\tID: \"202001\",\n\t\tMigrate: func(tx *gorm.DB) error { return tx.Exec(\"ALTER TABLE t ADD COLUMN a int\").Error },\nDOWN\n\t}\n}\n",
        "gormigrate",
        "AddColumn(t, a, true)",
        &[
            ("", "none"),
            ("\t\tRollback: nil,", "none"),
            ("\t\tRollback: func(tx *gorm.DB) error { return nil },", "empty"),
            (
                "\t\tRollback: func(tx *gorm.DB) error { return tx.Exec(`ALTER TABLE t DROP COLUMN a`).Error },",
                "honest",
            ),
        ],
    );
    ways(
        "migrations/20200101000000_a.go",
        "package m\nimport \"github.com/uptrace/bun\"\nfunc init() {\n\tMigrations.MustRegister(func(ctx context.Context, db *bun.DB) error {\n\t\t_, err := db.NewCreateTable().Model((*User)(nil)).Exec(ctx)\n\t\treturn err\n\t}, DOWN)\n}\n",
        "bun",
        "CreateTable(User)",
        &[
            ("nil", "no-op"),
            ("func(ctx context.Context, db *bun.DB) error { return nil }", "empty"),
            (
                "func(ctx context.Context, db *bun.DB) error { _, err := db.NewDropTable().Model((*User)(nil)).IfExists().Exec(ctx); return err }",
                "honest",
            ),
        ],
    );
}

#[test]
fn sea_orm() {
    ways(
        "migration/src/m20220101_000001_a.rs",
        "use sea_orm_migration::prelude::*;\n#[derive(DeriveMigrationName)]\npub struct Migration;\n#[async_trait::async_trait]\nimpl MigrationTrait for Migration {\n    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {\n        manager.alter_table(Table::alter().table(User::Table).add_column(ColumnDef::new(User::Age).integer().not_null()).to_owned()).await\n    }\nDOWN}\n",
        "sea-orm",
        "AddColumn(User, Age, false)",
        &[
            ("", "none"),
            ("    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> { Ok(()) }\n", "empty"),
            (
                "    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> { todo!(); }\n",
                "declared-irreversible",
            ),
            (
                "    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {\n        manager.alter_table(Table::alter().table(User::Table).drop_column(User::Age).to_owned()).await?;\n        Ok(())\n    }\n",
                "honest",
            ),
        ],
    );
    check(
        "migration/src/m20220101_000002_b.rs",
        "impl MigrationTrait for Migration { async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> { manager.get_connection().execute_unprepared(\"DELETE FROM t\").await?; manager.drop_table(Table::drop().if_exists().table(Post::Table).to_owned()).await } }",
        "sea-orm 20220101_000002: ChangeData(DeleteAll, t, []), DropTable(Post) | none = none",
    );
}

#[test]
fn java_and_kotlin() {
    ways(
        "src/main/java/db/migration/V1_2__Fill.java",
        "public class V1_2__Fill extends BaseJavaMigration {\n  @Override public void migrate(Context context) throws Exception {\n    try (Statement s = context.getConnection().createStatement()) {\n      s.execute(\"UPDATE t SET a = 1\" + \" WHERE a IS NULL\");\n    }\n  }\n}\n",
        "flyway",
        "ChangeData(Update, t, [a])",
        &[("", "none")],
    );
    ways(
        "src/main/java/A.java",
        "@ChangeUnit(id = \"a\", order = \"007\")\npublic class A {\n  @Execution\n  public void execution() { template.dropCollection(\"t\"); }\nDOWN}",
        "mongock",
        "DropTable(t)",
        &[
            ("", "none"),
            ("  @RollbackExecution\n  public void rollback() { }\n", "empty"),
            ("  @RollbackExecution\n  public void rollback() { log.info(\"nothing\"); }\n", "no-op"),
            (
                "  @RollbackExecution\n  public void rollback() { template.createCollection(\"t\"); }\n",
                "honest",
            ),
        ],
    );
    check(
        "app/src/main/java/Db.kt",
        "import androidx.room.migration.Migration\nimport androidx.sqlite.db.SupportSQLiteDatabase\n\nval MIGRATION_1_2 = object : Migration(1, 2) {\n    override fun migrate(db: SupportSQLiteDatabase) {\n        db.execSQL(\"ALTER TABLE t ADD COLUMN a TEXT\")\n    }\n}\n\nval MIGRATION_2_3 = Migration(2, 3) { db -> db.execSQL(\"DROP TABLE u\") }\n",
        "room 1-2: AddColumn(t, a, true) | none = none\nroom 2-3: DropTable(u) | none = none",
    );
    check(
        "app/src/main/java/Db.java",
        "import androidx.room.migration.Migration;\nclass Db {\n  static final Migration A = new Migration(3, 4) {\n    @Override public void migrate(SupportSQLiteDatabase db) { db.execSQL(\"DROP TABLE t\"); }\n  };\n}\n",
        "room 3-4: DropTable(t) | none = none",
    );
}

#[test]
fn entity_framework() {
    ways(
        "Migrations/20200101000000_A.cs",
        "public partial class A : Migration\n{\n    protected override void Up(MigrationBuilder migrationBuilder)\n    {\n        migrationBuilder.AddColumn<string>(name: \"B\", table: \"T\", type: \"text\", nullable: false, defaultValue: \"\");\n        migrationBuilder.Sql(@\"UPDATE \"\"T\"\" SET \"\"C\"\" = 1\");\n    }\nDOWN}",
        "ef-core",
        "AddColumn(T, B, true), ChangeData(Update, T, [C])",
        &[
            ("", "none"),
            ("    protected override void Down(MigrationBuilder migrationBuilder)\n    {\n    }\n", "empty"),
            (
                "    protected override void Down(MigrationBuilder migrationBuilder)\n    {\n        throw new NotSupportedException(\"no way back\");\n    }\n",
                "declared-irreversible",
            ),
            (
                "    protected override void Down(MigrationBuilder migrationBuilder)\n        => throw new Exception(\"no way back\");\n",
                "declared-irreversible",
            ),
            (
                "    protected override void Down(MigrationBuilder migrationBuilder)\n    {\n        migrationBuilder.DropColumn(name: \"B\", table: \"T\");\n    }\n",
                "honest",
            ),
        ],
    );
    check(
        "Migrations/20200101000000_A.Designer.cs",
        "partial class A { protected override void BuildTargetModel(ModelBuilder modelBuilder) { } } // MigrationBuilder",
        "",
    );
}

#[test]
fn fluent_migrator() {
    ways(
        "Migrations/A.cs",
        "using FluentMigrator;\n[Migration(202001010000)]\npublic class A : Migration\n{\n    public override void Up()\n    {\n        Create.Column(\"a\").OnTable(\"t\").AsString().Nullable();\n        Rename.Column(\"b\").OnTable(\"t\").To(\"c\");\n    }\nDOWN}",
        "fluent-migrator",
        "AddColumn(t, a, true), RenameColumn(t, b, c)",
        &[
            ("    public override void Down() { }\n", "empty"),
            (
                "    public override void Down() { throw new NotImplementedException(); }\n",
                "declared-irreversible",
            ),
            (
                "    public override void Down()\n    {\n        Delete.Column(\"a\").FromTable(\"t\");\n        Rename.Column(\"c\").OnTable(\"t\").To(\"b\");\n    }\n",
                "honest",
            ),
        ],
    );
    let turned = |body: &str| {
        let text = format!(
            "using FluentMigrator;\n[Migration(7)]\npublic class A : AutoReversingMigration {{ public override void Up() {{ {body} }} }}"
        );
        shown("A.cs", &text)
    };
    assert_eq!(
        turned("Create.Table(\"t\").WithColumn(\"a\").AsInt32();"),
        "fluent-migrator 7: CreateTable(t) | DropTable(t) = honest"
    );
    assert_eq!(
        turned("Execute.Sql(\"DROP TABLE t\");"),
        "fluent-migrator 7: DropTable(t) | Irreversible(Execute.Sql(\\DROP TABLE t\\)) = none"
    );
    check(
        "A.cs",
        "using FluentMigrator;\n[Migration(8)]\npublic class A : ForwardOnlyMigration { public override void Up() { Delete.Table(\"t\"); } }",
        "fluent-migrator 8: DropTable(t) | none = declared-irreversible",
    );
}
