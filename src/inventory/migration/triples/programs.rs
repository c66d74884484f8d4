//! Migrations that are programs.

use super::{Triple, one};

const RAILS: &str =
    "class A < ActiveRecord::Migration[7.1]\n  def up\n    add_column :t, :a, :string\n  end\nDOWNend\n";

pub(super) const TRIPLES: &[Triple] = &[
    one(
        "alembic",
        "m/versions/0102_a.py",
        "from alembic import op\nimport sqlalchemy as sa\nrevision = \"0102\"\ndown_revision = \"0101\"\n\ndef upgrade():\n    op.add_column(\"t\", sa.Column(\"a\", sa.Text()))\n\nDOWN",
        [
            ("", "none"),
            ("def downgrade():\n    pass\n", "empty"),
            ("def downgrade():\n    op.drop_column(\"t\", \"a\")\n", "honest"),
        ],
    ),
    one(
        "django",
        "shop/migrations/0102_a.py",
        "from django.db import migrations\n\ndef fill(apps, schema_editor):\n    apps.get_model('a', 'M').objects.update(c=2)\n\ndef back(apps, schema_editor):\n    apps.get_model('a', 'M').objects.update(c=1)\n\nclass Migration(migrations.Migration):\n    dependencies = [('shop', '0101_a')]\n    operations = [migrations.RunPython(fillDOWN)]\n",
        [("", "none"), (", migrations.RunPython.noop", "no-op"), (", back", "honest")],
    ),
    one(
        "rails",
        "db/migrate/20240102010102_a.rb",
        RAILS,
        [
            ("", "none"),
            ("  def down\n    # remove_column :t, :a\n  end\n", "empty"),
            ("  def down\n    remove_column :t, :a\n  end\n", "honest"),
        ],
    ),
    one(
        "sequel",
        "db/migrations/0102_a.rb",
        "Sequel.migration do\n  up do\n    add_column :t, :a, String\n  end\nDOWNend\n",
        [
            ("", "no-op"),
            ("  down do\n  end\n", "empty"),
            ("  down do\n    drop_column :t, :a\n  end\n", "honest"),
        ],
    ),
    one(
        "knex",
        "migrations/0102_a.js",
        "exports.up = (knex) => knex.schema.alterTable('t', (t) => { t.text('a'); });\nDOWN",
        [
            ("", "none"),
            ("exports.down = () => Promise.resolve();", "no-op"),
            (
                "exports.down = (knex) => knex.schema.alterTable('t', (t) => { t.dropColumn('a'); });",
                "honest",
            ),
        ],
    ),
    one(
        "kysely",
        "src/migrations/0102-a.ts",
        "import { Kysely } from 'kysely'\nexport async function up(db: Kysely<any>) { await db.schema.alterTable('t').addColumn('a', 'text').execute() }\nDOWN",
        [
            ("", "no-op"),
            ("export async function down(db: Kysely<any>) {}", "empty"),
            (
                "export async function down(db: Kysely<any>) { await db.schema.alterTable('t').dropColumn('a').execute() }",
                "honest",
            ),
        ],
    ),
    one(
        "sequelize",
        "migrations/0102-a.js",
        "module.exports = { async up(queryInterface, S) { await queryInterface.addColumn('t', 'a', S.TEXT); }, DOWN };",
        [
            ("", "none"),
            ("down: () => Promise.resolve()", "no-op"),
            ("down: (queryInterface) => queryInterface.removeColumn('t', 'a')", "honest"),
        ],
    ),
    one(
        "umzug",
        "migrations/0102-a.ts",
        "import type { Migration } from '../umzug';\nexport const up: Migration = async ({ context }) => { await context.query('alter table t add a int'); };\nDOWN",
        [
            ("", "no-op"),
            ("export const down: Migration = async () => {};", "empty"),
            (
                "export const down: Migration = async ({ context }) => { await context.query('alter table t drop a'); };",
                "honest",
            ),
        ],
    ),
    one(
        "typeorm",
        "src/migrations/0102-A.ts",
        "import { MigrationInterface, QueryRunner } from 'typeorm';\nexport class A0102 implements MigrationInterface {\n  async up(q: QueryRunner) { await q.query('ALTER TABLE t ADD a text'); }\nDOWN}",
        [
            ("", "none"),
            ("  async down(q: QueryRunner) { console.log('later'); }\n", "no-op"),
            ("  async down(q: QueryRunner) { await q.query('ALTER TABLE t DROP COLUMN a'); }\n", "honest"),
        ],
    ),
    one(
        "mikro-orm",
        "src/migrations/Migration0102.ts",
        "import { Migration } from '@mikro-orm/migrations';\nexport class Migration0102 extends Migration {\n  async up() { this.addSql('alter table t add a int;'); }\nDOWN}",
        [
            ("", "none"),
            ("  async down() { this.addSql('select 1;'); }\n", "no-op"),
            ("  async down() { this.addSql('alter table t drop column a;'); }\n", "honest"),
        ],
    ),
    one(
        "db-migrate",
        "migrations/20240102010102-a.js",
        "exports.up = function (db, cb) { db.runSql('ALTER TABLE t ADD COLUMN a INT', cb); };\nDOWN\nexports._meta = { version: 1 };",
        [
            ("", "none"),
            ("exports.down = function (db) { return null; };", "no-op"),
            ("exports.down = function (db, cb) { return db.removeColumn('t', 'a', cb); };", "honest"),
        ],
    ),
    one(
        "migrate-mongo",
        "migrations/20240102010102-a.js",
        "module.exports = { async up(db, client) { await db.createCollection('t'); },\nDOWN};",
        [
            ("", "none"),
            ("async down(db, client) { /* later */ }", "empty"),
            ("async down(db, client) { await db.collection('t').drop(); }", "honest"),
        ],
    ),
    one(
        "mongo-migrate-ts",
        "migrations/0102_a.ts",
        "import { MigrationInterface } from 'mongo-migrate-ts';\nexport class A implements MigrationInterface {\n  async up(db: Db): Promise<any> { await db.createCollection('t'); }\nDOWN}",
        [
            ("", "none"),
            ("async down(db: Db) { }", "empty"),
            ("async down(db: Db) { await db.dropCollection('t'); }", "honest"),
        ],
    ),
    one(
        "bun",
        "migrations/0102_a.go",
        "package m\n\nimport \"github.com/uptrace/bun\"\n\nfunc init() {\n\tMigrations.MustRegister(func(ctx context.Context, db *bun.DB) error {\n\t\t_, err := db.Exec(`ALTER TABLE t ADD COLUMN a int`)\n\t\treturn err\n\t}, DOWN)\n}\n",
        [
            ("nil", "no-op"),
            ("func(ctx context.Context, db *bun.DB) error {\n\t\treturn nil\n\t}", "empty"),
            (
                "func(ctx context.Context, db *bun.DB) error {\n\t\t_, err := db.Exec(`ALTER TABLE t DROP COLUMN a`)\n\t\treturn err\n\t}",
                "honest",
            ),
        ],
    ),
    one(
        "gormigrate",
        "migrations/0102.go",
        "package m\n\nimport \"github.com/go-gormigrate/gormigrate/v2\"\n\nvar A = gormigrate.Migration{\n\tID: \"0102\",\n\tMigrate: func(tx *gorm.DB) error { return tx.Exec(\"ALTER TABLE t ADD a int\").Error },\nDOWN}\n",
        [
            ("", "none"),
            ("\tRollback: func(tx *gorm.DB) error { return nil },\n", "empty"),
            (
                "\tRollback: func(tx *gorm.DB) error { return tx.Exec(\"ALTER TABLE t DROP a\").Error },\n",
                "honest",
            ),
        ],
    ),
    one(
        "sea-orm",
        "migration/src/m0102_a.rs",
        "impl MigrationTrait for Migration {\n    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> { manager.get_connection().execute_unprepared(\"ALTER TABLE t ADD a int\").await?; Ok(()) }\nDOWN}\n",
        [
            ("", "none"),
            ("    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> { Ok(()) }\n", "empty"),
            (
                "    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> { manager.get_connection().execute_unprepared(\"ALTER TABLE t DROP a\").await?; Ok(()) }\n",
                "honest",
            ),
        ],
    ),
    one(
        "mongock",
        "src/main/java/A0102.java",
        "@ChangeUnit(id = \"0102\", order = \"0102\")\npublic class A0102 {\n  @Execution\n  public void execution() { template.createCollection(\"t\"); }\nDOWN}",
        [
            ("", "none"),
            ("  @RollbackExecution\n  public void rollback() { log.info(\"nothing\"); }\n", "no-op"),
            (
                "  @RollbackExecution\n  public void rollback() { template.dropCollection(\"t\"); }\n",
                "honest",
            ),
        ],
    ),
    one(
        "room",
        "app/src/main/java/Db0102.kt",
        "import androidx.room.migration.Migration\n\nval M = object : Migration(101, 102) {\n    override fun migrate(db: SupportSQLiteDatabase) {\nDOWN    }\n}\n",
        [
            ("        db.execSQL(\"DROP TABLE u\")\n", "none"),
            ("        db.execSQL(\"DROP TABLE u\") // undo: CREATE TABLE u\n", "none"),
            ("        db.execSQL(\"CREATE INDEX i ON u (a)\")\n", "exempt"),
        ],
    ),
    one(
        "ef-core",
        "Migrations/20240102010102_A.cs",
        "public partial class A : Migration\n{\n    protected override void Up(MigrationBuilder migrationBuilder)\n    {\n        migrationBuilder.AddColumn<string>(name: \"B\", table: \"T\", nullable: true);\n    }\nDOWN}",
        [
            ("", "none"),
            ("    protected override void Down(MigrationBuilder migrationBuilder)\n    {\n    }\n", "empty"),
            (
                "    protected override void Down(MigrationBuilder migrationBuilder)\n    {\n        migrationBuilder.DropColumn(name: \"B\", table: \"T\");\n    }\n",
                "honest",
            ),
        ],
    ),
    one(
        "fluent-migrator",
        "Migrations/A0102.cs",
        "using FluentMigrator;\n[Migration(0102)]\npublic class A : Migration\n{\n    public override void Up() { Create.Column(\"a\").OnTable(\"t\").AsString().Nullable(); }\nDOWN}",
        [
            (
                "    public override void Down() => throw new NotImplementedException();\n",
                "declared-irreversible",
            ),
            ("    public override void Down() { }\n", "empty"),
            ("    public override void Down() { Delete.Column(\"a\").FromTable(\"t\"); }\n", "honest"),
        ],
    ),
    one(
        "laravel",
        "database/migrations/2024_01_02_010102_a.php",
        "<?php\nuse Illuminate\\Database\\Migrations\\Migration;\nreturn new class extends Migration {\n    public function up(): void { Schema::table('t', function (Blueprint $table) { $table->string('a')->nullable(); }); }\nDOWN};",
        [
            ("", "no-op"),
            ("    public function down(): void\n    {\n        //\n    }\n", "empty"),
            (
                "    public function down(): void { Schema::table('t', fn (Blueprint $table) => $table->dropColumn('a')); }\n",
                "honest",
            ),
        ],
    ),
    one(
        "doctrine",
        "migrations/Version20240102010102.php",
        "<?php\nuse Doctrine\\DBAL\\Schema\\Schema;\nuse Doctrine\\Migrations\\AbstractMigration;\nfinal class Version20240102010102 extends AbstractMigration\n{\n    public function up(Schema $schema): void { $this->addSql('ALTER TABLE t ADD a INT'); }\nDOWN}",
        [
            ("", "none"),
            ("    public function down(Schema $schema): void { $this->write('later'); }\n", "no-op"),
            (
                "    public function down(Schema $schema): void { $this->addSql('ALTER TABLE t DROP a'); }\n",
                "honest",
            ),
        ],
    ),
    one(
        "phinx",
        "db/migrations/20240102010102_a.php",
        "<?php\nuse Phinx\\Migration\\AbstractMigration;\nclass A extends AbstractMigration\n{\n    public function up() { $this->table('t')->addColumn('a', 'string', ['null' => true])->save(); }\nDOWN}",
        [
            ("", "none"),
            ("    public function down() { }\n", "empty"),
            ("    public function down() { $this->table('t')->removeColumn('a')->save(); }\n", "honest"),
        ],
    ),
    one(
        "yii",
        "migrations/m240102_010102_a.php",
        "<?php\nuse yii\\db\\Migration;\nclass m240102_010102_a extends Migration\n{\n    public function safeUp() { $this->addColumn('t', 'a', 'int null'); }\nDOWN}",
        [
            ("", "no-op"),
            ("    public function safeDown() { return true; }\n", "no-op"),
            ("    public function safeDown() { $this->dropColumn('t', 'a'); }\n", "honest"),
        ],
    ),
    one(
        "ecto",
        "priv/repo/migrations/20240102010102_a.exs",
        "defmodule A do\n  use Ecto.Migration\n  def up do\n    alter table(:t) do\n      add :a, :string\n    end\n  end\nDOWNend\n",
        [
            ("", "none"),
            ("  def down, do: :ok\n", "empty"),
            ("  def down do\n    alter table(:t) do\n      remove :a\n    end\n  end\n", "honest"),
        ],
    ),
    one(
        "yoyo",
        "migrations/0102.a.py",
        "from yoyo import step\nsteps = [step('alter table t add a int'DOWN)]\n",
        [("", "no-op"), (", 'select 1'", "no-op"), (", 'alter table t drop a'", "honest")],
    ),
    one(
        "aerich",
        "migrations/models/20240102010102_a.py",
        "from tortoise import BaseDBAsyncClient\n\nasync def upgrade(db: BaseDBAsyncClient) -> str:\n    return \"\"\"ALTER TABLE t ADD a INT;\"\"\"\n\nDOWN",
        [
            ("", "none"),
            (
                "async def downgrade(db: BaseDBAsyncClient) -> str:\n    return \"\"\"\n        \"\"\"\n",
                "empty",
            ),
            (
                "async def downgrade(db: BaseDBAsyncClient) -> str:\n    return \"\"\"ALTER TABLE t DROP COLUMN a;\"\"\"\n",
                "honest",
            ),
        ],
    ),
    one(
        "peewee",
        "migrations/0102_a.py",
        "def migrate(migrator, database, fake=False, **kwargs):\n    migrator.add_fields('t', a=pw.IntegerField(null=True))\n\nDOWN",
        [
            ("", "no-op"),
            ("def rollback(migrator, database, fake=False, **kwargs):\n    pass\n", "empty"),
            (
                "def rollback(migrator, database, fake=False, **kwargs):\n    migrator.remove_fields('t', 'a')\n",
                "honest",
            ),
        ],
    ),
    one(
        "masonite",
        "databases/migrations/2024_01_02_010102_a.py",
        "from masoniteorm.migrations import Migration\n\nclass A(Migration):\n    def up(self):\n        with self.schema.create('t') as table:\n            table.increments('id')\n\nDOWN",
        [
            ("", "none"),
            ("    def down(self):\n        pass\n", "empty"),
            ("    def down(self):\n        self.schema.drop('t')\n", "honest"),
        ],
    ),
    one(
        "orator",
        "migrations/2024_01_02_010102_a.py",
        "from orator.migrations import Migration\n\nclass A(Migration):\n    def up(self):\n        with self.schema.create('t') as table:\n            table.increments('id')\n\nDOWN",
        [
            ("", "none"),
            ("    def down(self):\n        pass\n", "empty"),
            ("    def down(self):\n        self.schema.drop('t')\n", "honest"),
        ],
    ),
    one(
        "beanie",
        "migrations/20240102010102_a.py",
        "from beanie import free_fall_migration\n\nclass Forward:\n    @free_fall_migration(document_models=[A])\n    async def up(self, session):\n        await A.get_motor_collection().drop()\n\nDOWN",
        [
            ("", "no-op"),
            ("class Backward:\n    ...\n", "empty"),
            (
                "class Backward:\n    @free_fall_migration(document_models=[A])\n    async def down(self, session):\n        await refill(session)\n",
                "honest",
            ),
        ],
    ),
];
