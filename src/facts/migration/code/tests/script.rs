//! Frameworks of JavaScript and TypeScript.

use super::{check, ways};

#[test]
fn sequelize() {
    ways(
        "migrations/20200101000000-a.js",
        "module.exports = {\n  async up(queryInterface, Sequelize) {\n    await queryInterface.addColumn('t', 'a', { type: Sequelize.STRING, allowNull: false });\n  },\nDOWN};",
        "sequelize",
        "AddColumn(t, a, false)",
        &[
            ("", "none"),
            (
                "  async down(queryInterface) {\n    /**\n     * Add reverting commands here.\n     */\n  },\n",
                "empty",
            ),
            ("  down: () => Promise.resolve(),\n", "no-op"),
            ("  down: async (queryInterface) => { throw new Error('gone'); },\n", "declared-irreversible"),
            ("  down: (queryInterface) => queryInterface.removeColumn('t', 'a'),\n", "honest"),
            (
                "  down: async (queryInterface) => { await queryInterface.sequelize.transaction(async (t) => { await queryInterface.removeColumn('t', 'a', { transaction: t }); }); },\n",
                "honest",
            ),
        ],
    );
    check(
        "seeders/20200101000000-a.js",
        "module.exports = { up: (queryInterface) => queryInterface.bulkInsert('t', []) }",
        "",
    );
    check(
        "migrations/20200101000000-a.js",
        "export default { up: async (queryInterface) => { await queryInterface.sequelize.query(`UPDATE t SET a = ${x}`); await queryInterface.changeColumn('t', 'b', { type: X, allowNull: true }); await queryInterface.bulkDelete('u', {}); } }",
        "sequelize 20200101000000: ChangeData(Update, t, [a]), AlterColumn(t, b, Loosened), ChangeData(DeleteAll, u, []) | none = none",
    );
}

#[test]
fn umzug() {
    ways(
        "migrations/01-a.ts",
        "import type { Migration } from '../umzug';\nexport const up: Migration = async ({ context }) => { await context.query('create table t (a int)'); };\nDOWN",
        "umzug",
        "CreateTable(t)",
        &[
            ("", "no-op"),
            ("export const down: Migration = async () => {};", "empty"),
            (
                "export const down: Migration = async ({ context }) => { await context.query('drop table t'); };",
                "honest",
            ),
        ],
    );
}

#[test]
fn typeorm() {
    ways(
        "src/migrations/1600000000000-A.ts",
        "import { MigrationInterface, QueryRunner } from 'typeorm';\nexport class A1600000000000 implements MigrationInterface {\n  name = 'A1600000000000';\n  public async up(queryRunner: QueryRunner): Promise<void> {\n    await queryRunner.query(`ALTER TABLE \"t\" ADD \"a\" text NOT NULL`);\n    await queryRunner.addColumn('t', new TableColumn({ name: 'b', type: 'int', isNullable: true }));\n  }\nDOWN}",
        "typeorm",
        "AddColumn(t, a, false), AddColumn(t, b, true)",
        &[
            ("", "none"),
            ("  public async down(queryRunner: QueryRunner): Promise<void> {\n  }\n", "empty"),
            (
                "  public async down(queryRunner: QueryRunner): Promise<void> {\n    console.log('cannot be reverted');\n  }\n",
                "no-op",
            ),
            (
                "  public async down(): Promise<void> { throw new Error('no way'); }\n",
                "declared-irreversible",
            ),
            (
                "  public async down(queryRunner: QueryRunner): Promise<void> {\n    await queryRunner.dropColumn('t', 'b');\n    await queryRunner.query('ALTER TABLE t DROP COLUMN a');\n  }\n",
                "honest",
            ),
        ],
    );
    check(
        "src/a.ts",
        "import { MigrationInterface, QueryRunner } from 'typeorm';\nexport class Helper { up(q: QueryRunner) { q.query('drop table t') } }",
        "",
    );
}

#[test]
fn mikro_orm() {
    ways(
        "src/migrations/Migration20240101000000.ts",
        "import { Migration } from '@mikro-orm/migrations';\nexport class Migration20240101000000 extends Migration {\n  override async up(): Promise<void> {\n    this.addSql(`alter table \"t\" drop column \"a\";`);\n  }\nDOWN}",
        "mikro-orm",
        "DropColumn(t, a)",
        &[
            ("", "none"),
            ("  override async down(): Promise<void> { }\n", "empty"),
            ("  override async down(): Promise<void> { this.addSql('select 1;'); }\n", "no-op"),
            (
                "  override async down(): Promise<void> { this.addSql('alter table \"t\" add column \"a\" text;'); }\n",
                "honest",
            ),
        ],
    );
}

#[test]
fn kysely() {
    ways(
        "src/migrations/20230101T000000Z-a.ts",
        "import { Kysely, sql } from 'kysely'\nexport async function up(db: Kysely<unknown>): Promise<void> {\n  await db.schema.alterTable('t').addColumn('a', 'varchar', (col) => col.notNull()).execute()\n  await sql`UPDATE u SET b = 1`.execute(db)\n}\nDOWN",
        "kysely",
        "AddColumn(t, a, false), ChangeData(Update, u, [b])",
        &[
            ("", "no-op"),
            ("export async function down(db: Kysely<unknown>): Promise<void> {}", "empty"),
            (
                "export async function down(db: Kysely<unknown>): Promise<void> { await db.schema.alterTable('t').dropColumn('a').execute() }",
                "honest",
            ),
        ],
    );
    check(
        "src/db.ts",
        "import { Kysely } from 'kysely'\nexport async function up(db: Kysely<any>) { await db.schema.dropTable('t').execute() }",
        "",
    );
}

#[test]
fn node_pg_migrate() {
    ways(
        "migrations/1600000000000_a.js",
        "exports.up = (pgm) => {\n  pgm.addColumns('t', { a: { type: 'text', notNull: true }, b: 'int' });\n};\nDOWN",
        "node-pg-migrate",
        "AddColumn(t, a, false), AddColumn(t, b, true)",
        &[
            ("", "honest"),
            ("exports.down = false;", "declared-irreversible"),
            ("exports.down = (pgm) => {};", "empty"),
            ("exports.down = (pgm) => { pgm.dropColumns('t', ['a', 'b']); };", "honest"),
        ],
    );
    ways(
        "migrations/1600000000000_a.ts",
        "import { MigrationBuilder } from 'node-pg-migrate';\nexport async function up(pgm: MigrationBuilder): Promise<void> { pgm.sql('DROP TABLE t'); }\nDOWN",
        "node-pg-migrate",
        "DropTable(t)",
        &[
            // Turned round by the runner, which cannot turn SQL round.
            ("", "none"),
            ("export async function down(): Promise<void> {}", "empty"),
            (
                "export const down = (pgm: MigrationBuilder): void => pgm.sql('CREATE TABLE t (a int)');",
                "honest",
            ),
        ],
    );
}

#[test]
fn db_migrate() {
    ways(
        "migrations/20200101000000-a.js",
        "'use strict';\nexports.up = function (db, cb) {\n  db.runSql('ALTER TABLE t ADD COLUMN a INT', cb);\n};\nDOWN\nexports._meta = { version: 1 };",
        "db-migrate",
        "AddColumn(t, a, true)",
        &[
            ("", "none"),
            ("exports.down = function (db) {\n  return null;\n};", "no-op"),
            ("exports.down = function (db, cb) {\n  cb();\n};", "empty"),
            ("exports.down = function (db, cb) {\n  return db.removeColumn('t', 'a', cb);\n};", "honest"),
            (
                "exports.down = function (db, cb) {\n  async.series([db.removeColumn.bind(db, 't', 'a')], cb);\n};",
                "honest",
            ),
            ("exports.down = function (db, cb) {\n  undo(db, cb);\n};", "honest"),
        ],
    );
}

#[test]
fn migrate_mongo() {
    ways(
        "migrations/20200101000000-a.js",
        "module.exports = {\n  async up(db, client) {\n    await db.collection('t').updateMany({}, { $unset: { a: 1 }, $set: { b: 2 } });\n  },\nDOWN};",
        "migrate-mongo",
        "DropColumn(t, a), ChangeData(Update, t, [b])",
        &[
            ("", "none"),
            (
                "  async down(db, client) {\n    // TODO write the statements to rollback your migration (if possible)\n  }\n",
                "empty",
            ),
            (
                "  async down(db) { await db.collection('t').updateMany({}, { $unset: { b: 1 } }); }\n",
                "honest",
            ),
        ],
    );
    let scripted = "export class A implements MigrationInterface {\n  async up(db: Db): Promise<any> { await db.createCollection('t'); }\nDOWN}";
    ways(
        "migrations/1_a.ts",
        &format!("import {{ MigrationInterface }} from 'mongo-migrate-ts';\n{scripted}"),
        "mongo-migrate-ts",
        "CreateTable(t)",
        &[("", "none"), ("async down(db: Db) { await db.dropCollection('t'); }", "honest")],
    );
}
