//! Migrations of every runner, and what each file shows by itself.

use crate::facts::collect;
use crate::model::FactKind;
use crate::model::fact::MigrationFile;
use crate::rules::RuleSet;

pub(super) fn read(path: &str, text: &str) -> Option<MigrationFile> {
    let facts = collect(&path.into(), text.as_bytes(), RuleSet::builtin());
    facts.facts.into_iter().find_map(|fact| match fact.kind {
        FactKind::Migration(migration) => Some(*migration),
        _ => None,
    })
}

/// `runner version: up | down = verdict`.
pub(super) fn shown(migration: &MigrationFile) -> String {
    let list = |steps: &[super::Step]| {
        steps
            .iter()
            .map(|(_, operation)| format!("{operation:?}").replace('"', ""))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let down = migration.down.as_deref().map_or("none".to_owned(), list);
    let way = migration.way_back.id();
    format!("{} {}: {} | {down} = {way}", migration.runner.id(), migration.version, list(&migration.up))
}

#[track_caller]
pub(super) fn check(path: &str, text: &str, expected: &str) {
    let found = read(path, text).map_or("no migration".to_owned(), |migration| shown(&migration));
    assert_eq!(found, expected, "{path}\n{text}");
}

#[test]
fn reads_knex_in_every_form_of_export() {
    let path = "migrations/20240101_x.js";
    let created = "knex 20240101: CreateTable(t) | DropTable(t) = honest";
    check(
        path,
        "exports.up = function (knex) { return knex.schema.createTable('t', t => { t.text('a') }) };\nexports.down = knex => knex.schema.dropTable('t');",
        created,
    );
    check(
        "migrations/20240101_x.ts",
        "import { Knex } from 'knex';\nexport async function up(knex: Knex): Promise<void> { await knex.schema.createTable('t', () => {}); }\nexport async function down(knex: Knex): Promise<void> { await knex.schema.dropTable('t'); }",
        created,
    );
    check(
        path,
        "module.exports = { async up(knex) { await knex.schema.createTable('t', t => {}) }, down: async (knex) => { await knex.schema.dropTable('t') } }",
        created,
    );
    check(
        path,
        "const up = (knex) => knex.schema.createTable('t', t => {});\nconst down = (knex) => knex.schema.dropTable('t');\nmodule.exports = { up, down };",
        created,
    );
    check(
        path,
        "module.exports = { up: (queryInterface) => queryInterface.createTable('t') } // not knex",
        "sequelize 20240101: CreateTable(t) | none = none",
    );
}

#[test]
fn reads_what_knex_does_to_columns() {
    let up = "exports.up = (knex) => knex.schema.alterTable('t', (t) => { t.text('a').notNullable(); t.integer('b').defaultTo(knex.raw('1')).notNullable(); t.dropColumns('c', 'd'); t.renameColumn('e', 'f'); t.text('g').nullable().alter(); t.unique(['a']); });";
    check(
        "migrations/1_x.js",
        up,
        "knex 1: AddColumn(t, a, false), AddColumn(t, b, true), DropColumn(t, c), DropColumn(t, d), RenameColumn(t, e, f), AlterColumn(t, g, Loosened), AddConstraint(t, unique ['a']) | none = none",
    );
    let rows = "exports.up = async (knex) => { await knex('t').where({a: 1}).update({b: 2}); await knex('t').del(); await knex.raw(`UPDATE t SET x = ${y}`); };\nexports.down = async () => {};";
    check(
        "migrations/1_x.js",
        rows,
        "knex 1: ChangeData(Update, t, [b]), ChangeData(DeleteAll, t, []), ChangeData(Update, t, [x]) |  = empty",
    );
}

#[test]
fn tells_the_empty_ways_down_of_knex_apart() {
    let way = |down: &str| {
        let text = format!("exports.up = (knex) => knex.schema.dropTable('t');\nexports.down = {down};");
        read("migrations/1_x.js", &text).map(|migration| migration.way_back.id())
    };
    assert_eq!(way("function(knex) {\n  \n}"), Some("empty"));
    assert_eq!(way("async () => { return Promise.resolve(); }"), Some("no-op"));
    assert_eq!(way("() => { console.log('This migration cannot be reverted.') }"), Some("no-op"));
    assert_eq!(way("async (knex) => { await knex.raw(``) }"), Some("no-op"));
    assert_eq!(way("() => { throw new Error('data is gone') }"), Some("declared-irreversible"));
    assert_eq!(way("helper('x.sql')"), Some("honest"));
}

#[test]
fn reads_alembic_revisions() {
    let revision = |down: &str| {
        format!(
            "import sqlalchemy as sa\nfrom alembic import op\nrevision = \"b2\"\ndown_revision: str | None = \"a1\"\n\ndef upgrade():\n    op.add_column(\"t\", sa.Column(\"a\", sa.Text(), nullable=False))\n    op.execute(\"\"\"\n    UPDATE t\n    SET a = 1\n    \"\"\")\n    with op.batch_alter_table(\"u\") as batch:\n        batch.drop_column(\"b\")\n\ndef downgrade():\n    {down}\n"
        )
    };
    let up = "alembic b2: AddColumn(t, a, false), ChangeData(Update, t, [a]), DropColumn(u, b) |";
    check("m/b2_x.py", &revision("op.drop_column(\"t\", \"a\")"), &format!("{up} DropColumn(t, a) = honest"));
    check("m/b2_x.py", &revision("pass"), &format!("{up}  = empty"));
    check(
        "m/b2_x.py",
        &revision("\"\"\"Downgrade schema.\"\"\"\n    # nothing\n    pass"),
        &format!("{up}  = empty"),
    );
    check(
        "m/b2_x.py",
        &revision("raise RuntimeError(\"No downgrade\")"),
        &format!("{up}  = declared-irreversible"),
    );
    check("m/b2_x.py", &revision("print(\"sorry\")"), &format!("{up} NoOp(print(\\sorry\\)) = no-op"));
    let merge =
        "revision = 'c'\ndown_revision = ('a', 'b')\ndef upgrade():\n    pass\ndef downgrade():\n    pass\n";
    assert!(read("m/c.py", merge).is_some_and(|merge| merge.is_start_or_merge && merge.after == ["a", "b"]));
}

#[test]
fn reads_what_django_can_undo() {
    let operations = |inner: &str| {
        format!(
            "from django.db import migrations, models\n\nSQL = 'drop table x'\n\ndef fill(apps, schema_editor):\n    apps.get_model('a', 'M').objects.filter(b=1).update(c=2)\n\ndef back(apps, schema_editor):\n    \"\"\"Nothing.\"\"\"\n    pass\n\nclass Migration(migrations.Migration):\n    dependencies = [('shop', '0001_initial')]\n    operations = [{inner}]\n"
        )
    };
    let path = "shop/migrations/0002_x.py";
    let run =
        |inner: &str, expected: &str| check(path, &operations(inner), &format!("django 0002: {expected}"));
    run(
        "migrations.AddField('order', 'a', models.TextField(default=''))",
        "AddColumn(order, a, false) | DropColumn(order, a) = honest",
    );
    run(
        "migrations.AddField(model_name='order', name='a', field=models.TextField(null=True))",
        "AddColumn(order, a, true) | DropColumn(order, a) = honest",
    );
    run("migrations.RunPython(fill)", "ChangeData(Update, , [c]) | Irreversible(RunPython fill) = none");
    run(
        "migrations.RunPython(fill, migrations.RunPython.noop)",
        "ChangeData(Update, , [c]) | NoOp(RunPython fill) = no-op",
    );
    run(
        "migrations.RunPython(fill, reverse_code=back)",
        "ChangeData(Update, , [c]) | NoOp(RunPython fill) = no-op",
    );
    run(
        "migrations.RunPython(fill, lambda a, s: None)",
        "ChangeData(Update, , [c]) | NoOp(RunPython fill) = no-op",
    );
    run("migrations.RunPython(fill, fill)", "ChangeData(Update, , [c]) | Raw(RunPython fill) = honest");
    run("migrations.RunSQL(SQL)", "DropTable(x) | Irreversible(RunSQL) = none");
    run("migrations.RunSQL(SQL, reverse_sql='')", "DropTable(x) | NoOp(RunSQL) = no-op");
    run("migrations.RunSQL(SQL, 'create table x (a int)')", "DropTable(x) | CreateTable(x) = honest");
    run("migrations.AlterModelOptions('order', {})", " |  = empty");
    run(
        "migrations.SeparateDatabaseAndState(database_operations=[], state_operations=[migrations.DeleteModel('order')])",
        " |  = empty",
    );
}

#[test]
fn reads_what_rails_can_turn_round() {
    let class = |body: &str| format!("class X < ActiveRecord::Migration[7.1]\n  {body}\nend\n");
    let run = |body: &str, expected: &str| {
        check("db/migrate/20240101000000_x.rb", &class(body), &format!("rails 20240101000000: {expected}"));
    };
    run(
        "def change\n    add_column :t, :a, :string, null: false\n  end",
        "AddColumn(t, a, false) | DropColumn(t, a) = honest",
    );
    run(
        "def change\n    remove_column :t, :a, :string\n  end",
        "DropColumn(t, a) | AddColumn(t, a, true) = honest",
    );
    run(
        "def change\n    remove_column :t, :a\n  end",
        "DropColumn(t, a) | Irreversible(remove_column :t, :a) = none",
    );
    run("def change\n    drop_table :t\n  end", "DropTable(t) | Irreversible(drop_table :t) = none");
    run(
        "def change\n    drop_table :t do |t|\n      t.string :a\n    end\n  end",
        "DropTable(t) | CreateTable(t) = honest",
    );
    run(
        "def change\n    create_table :t do |t|\n      t.string :a\n    end\n  end",
        "CreateTable(t) | DropTable(t) = honest",
    );
    run(
        "def change\n    execute <<~SQL\n      UPDATE t SET a = 1\n    SQL\n  end",
        "ChangeData(Update, t, [a]) | Irreversible(UPDATE t SET a = 1) = none",
    );
    run(
        "def up\n    drop_table :t\n  end\n  def down\n    raise ActiveRecord::IrreversibleMigration, 'gone'\n  end",
        "DropTable(t) |  = declared-irreversible",
    );
    run("def up\n    drop_table :t\n  end\n  def down; end", "DropTable(t) |  = empty");
    run("def up\n    drop_table :t\n  end", "DropTable(t) | none = none");
    run(
        "def change\n    change_table :t do |t|\n      t.rename :a, :b\n      t.text :c\n    end\n  end",
        "RenameColumn(t, a, b), AddColumn(t, c, true) | DropColumn(t, c), RenameColumn(t, b, a) = honest",
    );
    run(
        "def change\n    reversible do |dir|\n      dir.up { execute 'DROP VIEW v' }\n      dir.down { execute 'CREATE VIEW v AS SELECT 1' }\n    end\n  end",
        "DropOther(View, v) | CreateOther(View, v) = honest",
    );
}
