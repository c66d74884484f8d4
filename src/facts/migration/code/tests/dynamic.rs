//! Frameworks of PHP, Ruby, Elixir and Python.

use super::{check, shown, ways};

#[test]
fn laravel() {
    ways(
        "database/migrations/2020_01_01_000000_a.php",
        "<?php\nuse Illuminate\\Database\\Migrations\\Migration;\nuse Illuminate\\Database\\Schema\\Blueprint;\nreturn new class extends Migration {\n    public function up(): void\n    {\n        Schema::table('t', function (Blueprint $table) {\n            $table->string('a');\n            $table->integer('b')->nullable()->after('a');\n            $table->dropColumn(['c', 'd']);\n        });\n    }\nDOWN};",
        "laravel",
        "AddColumn(t, a, false), AddColumn(t, b, true), DropColumn(t, c), DropColumn(t, d)",
        &[
            ("", "no-op"),
            ("    public function down(): void\n    {\n        //\n    }\n", "empty"),
            (
                "    public function down(): void\n    {\n        Schema::table('t', function (Blueprint $table) {\n            //\n        });\n    }\n",
                "empty",
            ),
            (
                "    public function down(): void\n    {\n        throw new RuntimeException('no');\n    }\n",
                "declared-irreversible",
            ),
            (
                "    public function down(): void\n    {\n        Schema::table('t', fn (Blueprint $table) => $table->dropColumn('a', 'b'));\n    }\n",
                "honest",
            ),
        ],
    );
    check(
        "database/migrations/2020_01_01_000000_a.php",
        "<?php\nclass A extends Illuminate\\Database\\Migrations\\Migration { public function up() { Schema::create('t', function ($table) { $table->id(); }); DB::table('u')->where('a', 1)->update(['b' => 2]); DB::statement('DROP VIEW v'); } public function down() { Schema::dropIfExists('t'); } }",
        "laravel 2020_01_01_000000: CreateTable(t), ChangeData(Update, u, [b]), DropOther(View, v) | DropTable(t) = honest",
    );
}

#[test]
fn doctrine() {
    ways(
        "migrations/Version20200101000000.php",
        "<?php\nuse Doctrine\\DBAL\\Schema\\Schema;\nuse Doctrine\\Migrations\\AbstractMigration;\nfinal class Version20200101000000 extends AbstractMigration\n{\n    public function up(Schema $schema): void\n    {\n        // this up() migration is auto-generated, please modify it to your needs\n        $this->addSql('ALTER TABLE t DROP a');\n    }\nDOWN}",
        "doctrine",
        "DropColumn(t, a)",
        &[
            ("", "none"),
            ("    public function down(Schema $schema): void\n    {\n    }\n", "empty"),
            (
                "    public function down(Schema $schema): void\n    {\n        $this->write('nothing to do');\n    }\n",
                "no-op",
            ),
            (
                "    public function down(Schema $schema): void\n    {\n        $this->throwIrreversibleMigrationException('data is gone');\n    }\n",
                "declared-irreversible",
            ),
            (
                "    public function down(Schema $schema): void\n    {\n        // this down() migration is auto-generated, please modify it to your needs\n        $this->addSql('ALTER TABLE t ADD a INT');\n    }\n",
                "honest",
            ),
        ],
    );
    check(
        "migrations/Version20200101000000.php",
        "<?php\nuse Doctrine\\DBAL\\Schema\\Schema;\nclass Version20200101000000 extends AbstractMigration { function up(Schema $schema) { $table = $schema->getTable('t'); $table->addColumn('a', 'string', ['notnull' => false]); $table->dropColumn('b'); } }",
        "doctrine 20200101000000: AddColumn(t, a, true), DropColumn(t, b) | none = none",
    );
}

#[test]
fn a_name_that_the_program_puts_together_is_no_name() {
    let run = |body: &str, expected: &str| {
        let text = format!(
            "<?php\nuse Doctrine\\DBAL\\Schema\\Schema;\nclass Version20200101000000 extends AbstractMigration {{ function up(Schema $schema) {{ {body} }} }}"
        );
        check(
            "migrations/Version20200101000000.php",
            &text,
            &format!("doctrine 20200101000000: {expected} | none = none"),
        );
    };
    run("$this->addSql(\"UPDATE {$this->table} SET a = 1\");", "ChangeData(Update, , [a])");
    run("$this->addSql('DROP TABLE ' . $this->getTable('t'));", "DropTable()");
    run("$this->addSql('ALTER TABLE ' . $name . ' DROP a');", "DropColumn(, a)");
    run("$this->addSql(\"ALTER TABLE t DROP {$name}\");", "DropColumn(t, )");
    // Near misses: a name that is known in part, and a value.
    run("$this->addSql(\"DROP TABLE {$prefix}user\");", "DropTable(\u{2026}user)");
    run("$this->addSql(\"UPDATE t SET a = {$value}\");", "ChangeData(Update, t, [a])");
}

#[test]
fn phinx() {
    let class = "<?php\nuse Phinx\\Migration\\AbstractMigration;\nclass A extends AbstractMigration\n{\n";
    let path = "db/migrations/20200101000000_a.php";
    ways(
        path,
        &format!(
            "{class}    public function up()\n    {{\n        $this->table('t')->addColumn('a', 'string', ['null' => true])->save();\n    }}\nDOWN}}"
        ),
        "phinx",
        "AddColumn(t, a, true)",
        &[
            ("    public function down(): void {}\n", "empty"),
            (
                "    public function down()\n    {\n        $table = $this->table('t');\n        $table->removeColumn('a')->save();\n    }\n",
                "honest",
            ),
        ],
    );
    let turned = |body: &str| {
        shown(path, &format!("{class}    public function change()\n    {{\n        {body}\n    }}\n}}"))
    };
    assert_eq!(
        turned("$this->table('t')->addColumn('a', 'string')->create();"),
        "phinx 20200101000000: CreateTable(t) | DropTable(t) = honest"
    );
    assert_eq!(
        turned("$this->table('t')->renameColumn('a', 'b')->update();"),
        "phinx 20200101000000: RenameColumn(t, a, b) | RenameColumn(t, b, a) = honest"
    );
    assert_eq!(
        turned("$this->table('t')->removeColumn('a')->update();"),
        "phinx 20200101000000: DropColumn(t, a) | Irreversible($this->table('t')->removeColumn('a')->update()) = none"
    );
}

#[test]
fn yii() {
    ways(
        "migrations/m200101_000000_a.php",
        "<?php\nuse yii\\db\\Migration;\nclass m200101_000000_a extends Migration\n{\n    public function safeUp()\n    {\n        $this->addColumn('{{%t}}', 'a', $this->string()->notNull());\n        $this->addColumn('t', 'b', 'int not null default 0');\n    }\nDOWN}",
        "yii",
        "AddColumn(t, a, false), AddColumn(t, b, true)",
        &[
            ("", "no-op"),
            (
                "    public function safeDown()\n    {\n        echo \"m200101_000000_a cannot be reverted.\\n\";\n\n        return false;\n    }\n",
                "declared-irreversible",
            ),
            ("    public function safeDown()\n    {\n        return true;\n    }\n", "no-op"),
            (
                "    public function safeDown()\n    {\n        $this->dropColumn('t', 'b');\n        $this->dropColumn('{{%t}}', 'a');\n    }\n",
                "honest",
            ),
        ],
    );
}

#[test]
fn sequel() {
    ways(
        "db/migrations/20200101_a.rb",
        "Sequel.migration do\n  up do\n    alter_table(:t) do\n      add_column :a, String, null: false\n      drop_column :b\n    end\n    self[:u].where(c: 1).update(d: 2)\n  end\nDOWNend\n",
        "sequel",
        "AddColumn(t, a, false), DropColumn(t, b), ChangeData(Update, u, [d])",
        &[
            ("", "no-op"),
            ("  down do\n  end\n", "empty"),
            ("  down do\n    raise Sequel::Error, 'irreversible'\n  end\n", "declared-irreversible"),
            ("  down do\n    add_column :t, :b, String\n    drop_column :t, :a\n  end\n", "honest"),
        ],
    );
    let turned = |body: &str| {
        shown("db/migrations/1_a.rb", &format!("Sequel.migration do\n  change do\n    {body}\n  end\nend\n"))
    };
    assert_eq!(
        turned("create_table :t do\n      primary_key :id\n    end"),
        "sequel 1: CreateTable(t) | DropTable(t) = honest"
    );
    assert_eq!(
        turned("add_column :t, :a, String"),
        "sequel 1: AddColumn(t, a, true) | DropColumn(t, a) = honest"
    );
    assert_eq!(
        turned("drop_column :t, :a"),
        "sequel 1: DropColumn(t, a) | Irreversible(drop_column :t, :a) = none"
    );
    assert_eq!(
        turned("run 'DROP TABLE t'"),
        "sequel 1: DropTable(t) | Irreversible(run 'DROP TABLE t') = none"
    );
}

#[test]
fn ecto() {
    let module = "defmodule Repo.Migrations.A do\n  use Ecto.Migration\n";
    let path = "priv/repo/migrations/20200101000000_a.exs";
    ways(
        path,
        &format!(
            "{module}  def up do\n    alter table(:t) do\n      add :a, :string, null: false\n      remove :b\n    end\n    execute \"UPDATE u SET c = 1\"\n  end\nDOWNend\n"
        ),
        "ecto",
        "AddColumn(t, a, false), DropColumn(t, b), ChangeData(Update, u, [c])",
        &[
            ("", "none"),
            ("  def down, do: :ok\n", "empty"),
            ("  def down do\n  end\n", "empty"),
            ("  def down do\n    raise \"irreversible\"\n  end\n", "declared-irreversible"),
            (
                "  def down do\n    alter table(:t) do\n      add :b, :string\n      remove :a\n    end\n  end\n",
                "honest",
            ),
        ],
    );
}

#[test]
fn ecto_turned_round() {
    let module = "defmodule Repo.Migrations.A do\n  use Ecto.Migration\n";
    let path = "priv/repo/migrations/20200101000000_a.exs";
    let turned = |body: &str| shown(path, &format!("{module}  def change do\n    {body}\n  end\nend\n"));
    assert_eq!(
        turned("create table(:t) do\n      add :a, :string\n    end"),
        "ecto 20200101000000: CreateTable(t) | DropTable(t) = honest"
    );
    assert_eq!(
        turned("rename table(:t), :a, to: :b"),
        "ecto 20200101000000: RenameColumn(t, a, b) | RenameColumn(t, b, a) = honest"
    );
    assert_eq!(
        turned("rename table(:t), to: table(:u)"),
        "ecto 20200101000000: RenameTable(t, u) | RenameTable(u, t) = honest"
    );
    assert_eq!(
        turned("create unique_index(:t, [:a])"),
        "ecto 20200101000000: AddConstraint(t, constraint) | DropOther(Constraint, constraint of t) = honest"
    );
    assert_eq!(
        turned("alter table(:t) do\n      remove :a, :string\n    end"),
        "ecto 20200101000000: DropColumn(t, a) | AddColumn(t, a, true) = honest"
    );
    assert_eq!(
        turned("alter table(:t) do\n      remove :a\n    end"),
        "ecto 20200101000000: DropColumn(t, a) | Irreversible(remove :a) = none"
    );
    assert_eq!(
        turned("alter table(:t) do\n      modify :a, :text, from: :string\n    end"),
        "ecto 20200101000000: AlterColumn(t, a, Retyped) | AlterColumn(t, a, Retyped) = honest"
    );
    assert_eq!(
        turned("drop table(:t)"),
        "ecto 20200101000000: DropTable(t) | Irreversible(drop table(:t)) = none"
    );
    assert_eq!(
        turned("execute \"DROP VIEW v\""),
        "ecto 20200101000000: DropOther(View, v) | Irreversible(execute \\DROP VIEW v\\) = none"
    );
    assert_eq!(
        turned("execute \"DROP VIEW v\", \"CREATE VIEW v AS SELECT 1\""),
        "ecto 20200101000000: DropOther(View, v) | CreateOther(View, v) = honest"
    );
    assert_eq!(
        turned("execute \"DROP VIEW v\", \"\""),
        "ecto 20200101000000: DropOther(View, v) | NoOp(empty SQL) = no-op"
    );
}

#[test]
fn python_frameworks() {
    check(
        "migrations/0001.a.py",
        "from yoyo import step\nsteps = [step('create table t (a int)', 'drop table t')]\n",
        "yoyo 0001: CreateTable(t) | DropTable(t) = honest",
    );
    check(
        "migrations/0001.a.py",
        "from yoyo import step\nsteps = [step('drop table t')]\n",
        "yoyo 0001: DropTable(t) | none = no-op",
    );
    ways(
        "migrations/models/1_20200101_a.py",
        "from tortoise import BaseDBAsyncClient\n\nasync def upgrade(db: BaseDBAsyncClient) -> str:\n    return \"\"\"\n        ALTER TABLE \"t\" ADD \"a\" INT;\"\"\"\n\nDOWN",
        "aerich",
        "AddColumn(t, a, true)",
        &[
            ("", "none"),
            (
                "async def downgrade(db: BaseDBAsyncClient) -> str:\n    return \"\"\"\n        \"\"\"\n",
                "empty",
            ),
            (
                "async def downgrade(db: BaseDBAsyncClient) -> str:\n    return \"\"\"\n        ALTER TABLE \"t\" DROP COLUMN \"a\";\"\"\"\n",
                "honest",
            ),
        ],
    );
    ways(
        "migrations/001_a.py",
        "def migrate(migrator, database, fake=False, **kwargs):\n    migrator.add_fields('t', a=pw.IntegerField(null=True))\n    migrator.sql('UPDATE u SET b = 1')\n\nDOWN",
        "peewee",
        "AddColumn(t, a, true), ChangeData(Update, u, [b])",
        &[
            ("", "no-op"),
            ("def rollback(migrator, database, fake=False, **kwargs):\n    pass\n", "empty"),
            (
                "def rollback(migrator, database, fake=False, **kwargs):\n    migrator.remove_fields('t', 'a')\n",
                "honest",
            ),
        ],
    );
    ways(
        "databases/migrations/2020_01_01_000000_a.py",
        "from masoniteorm.migrations import Migration\n\nclass A(Migration):\n    def up(self):\n        with self.schema.create('t') as table:\n            table.increments('id')\n\n    def down(self):\n        DOWN\n",
        "masonite",
        "CreateTable(t)",
        &[("pass", "empty"), ("self.schema.drop('t')", "honest")],
    );
}
