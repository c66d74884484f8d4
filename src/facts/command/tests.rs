//! What is read as a command that copies or restores, and what is not.

use crate::facts::collect;
use crate::model::FactKind;
use crate::rules::RuleSet;

#[track_caller]
fn check(path: &str, text: &str, expected: &[&str]) {
    let facts = collect(&path.into(), text.as_bytes(), RuleSet::builtin());
    let found: Vec<String> = facts
        .facts
        .iter()
        .filter_map(|fact| match &fact.kind {
            FactKind::Command(c) => {
                let prose = if c.is_prose { " prose" } else { "" };
                let defects = c.defects.iter().map(|d| format!(" {d}")).collect::<String>();
                Some(format!("{:?} {} :{}{prose}{defects}", c.doing, c.tool, fact.at.line))
            }
            _ => None,
        })
        .collect();
    assert_eq!(found, expected, "{path}");
}

#[test]
fn reads_scripts() {
    check(
        "backup.sh",
        "#!/bin/sh\n# pg_dump x\npg_dump shop | gzip > a.gz\n",
        &["Backup pg_dump :3 no-pipefail"],
    );
    check("b.sh", "set -o pipefail\npg_dump shop | gzip > a.gz\n", &["Backup pg_dump :2"]);
    check("b.sh", "pg_dump shop > a.sql || true\n", &["Backup pg_dump :1 or-true"]);
    check(
        "b.sh",
        "docker exec db sh -c 'mysqldump shop | gzip' > a.gz\n",
        &["Backup mysqldump :1 no-pipefail no-transaction"],
    );
    check("b.sh", "echo \"run pg_dump first\"\nwhich pg_dump\n", &[]);
    check("r.sh", "psql shop < dump.sql\n", &["Restore pg_restore :1"]);
    check("r.sh", "psql shop < schema.sql\n", &[]);
    check("tests/b.sh", "pg_dump shop\n", &[]);
}

#[test]
fn notes_how_a_script_can_lose_a_copy_or_hide_that_there_is_none() {
    let ping = "curl -fsS https://hc-ping.com/uuid\n";
    let dump = "pg_dump shop > /srv/a.sql\n";
    check("b.sh", &format!("set -e\n{ping}{dump}"), &["Backup pg_dump :3 ping-first"]);
    check("b.sh", &format!("set -e\n{dump}{ping}"), &["Backup pg_dump :2"]);
    check("b.sh", &format!("{dump}{ping}"), &["Backup pg_dump :1 ping-always"]);
    check("b.sh", &format!("pg_dump shop > /srv/a.sql && {ping}"), &["Backup pg_dump :1"]);
    check(
        "b.sh",
        &format!("set -e\ncurl https://hc-ping.com/uuid/start\n{dump}{ping}"),
        &["Backup pg_dump :3"],
    );
    check("b.sh", "mysqldump shop > a.sql\n", &["Backup mysqldump :1 no-transaction"]);
    check("b.sh", "mysqldump --single-transaction shop > a.sql\n", &["Backup mysqldump :1"]);
    check("b.sh", "rsync -a --delete /srv/ h:/backups/\n", &["Backup rsync :1 mirrors-deletions"]);
    check("b.sh", "rsync -a --delete /srv/ h:/backups/$(date +%F)/\n", &["Backup rsync :1"]);
    check("b.sh", "rclone sync /srv/backups r:x\n", &["Backup rclone :1 mirrors-deletions"]);
    check("b.sh", "rclone copy /srv/backups r:x\n", &["Backup rclone :1"]);
    check("b.sh", "mc mirror --remove /srv/backups m/x\n", &["Backup mc mirror :1 mirrors-deletions"]);
    check("b.sh", "pg_dump x > /srv/x-$(date +%F).sql\n", &["Backup pg_dump :1 no-rotation"]);
    check(
        "b.sh",
        "pg_dump x > /srv/x-$(date +%F).sql\nfind /srv -mtime +9 -delete\n",
        &["Backup pg_dump :1"],
    );
}

#[test]
fn reads_makefiles_crontabs_and_units() {
    check("Makefile", "backup:\n\t@pg_dump shop > a.sql\npg_dump:\n", &["Backup pg_dump :2"]);
    check("crontab-root", "# 1 2 * * * pg_dump\n0 3 * * * root /opt/backup.sh\n", &["Backup script :2"]);
    check("a/x.service", "[Service]\nExecStart=/usr/bin/restic backup /srv\n", &["Backup restic :2"]);
    check("a/x.service", "[Service]\nDescription=restic backup\n", &[]);
}

#[test]
fn reads_jobs() {
    let job = "apiVersion: batch/v1\nkind: CronJob\nspec:\n  c:\n  - command: [sh, -c, 'pg_dump x | gzip > /b/x']\n";
    check("k/j.yaml", job, &["Backup pg_dump :5 no-pipefail"]);
    let steps = "jobs:\n  a:\n    steps:\n    - run: |\n        set -e\n        pg_dump x > y\n    - name: pg_dump x\n";
    check(".github/workflows/b.yml", steps, &["Backup pg_dump :6"]);
    check(
        ".gitlab-ci.yml",
        "b:\n  script:\n    - ls -l\n    - ./ops/restore-test.sh\n",
        &["Restore script :4"],
    );
}

#[test]
fn documents_only_mention() {
    check(
        "docs/a.md",
        "Use `pg_dump`.\n\n```sh\n$ pg_restore -d x a.dump\n```\n",
        &["Restore pg_restore :4 prose"],
    );
    check("docs/a.md", "```python\npg_dump('x')\n```\n", &[]);
}

#[test]
fn a_script_is_known_by_its_name_and_its_variables() {
    check(
        "scripts/clickhouse_backup.sh",
        "#!/bin/sh\nexec docker exec app python -c 'run()'\n",
        &["Backup script :1"],
    );
    check("scripts/backup_postgres.py", "import app\napp.run()\n", &["Backup script :1"]);
    check("src/app/backup.py", "def run(): pass\n", &[]);
    let restore = "#!/bin/sh\nCH=\"docker exec db clickhouse-client --query\"\n$CH \"RESTORE DATABASE a AS b FROM Disk('c', 'd')\"\n";
    check("scripts/restore_verify.sh", restore, &["Restore clickhouse RESTORE :3"]);
    check("r.sh", "CH=$1\n$CH \"RESTORE DATABASE a AS b\"\n", &[]);
}

#[track_caller]
fn check_said(text: &str, expected: Option<&str>, compares: bool) {
    let facts = collect(&"scripts/restore_db.sh".into(), text.as_bytes(), RuleSet::builtin());
    let found = facts.facts.iter().find_map(|fact| match &fact.kind {
        FactKind::Command(c) => Some((c.stated_schedule.clone(), c.compares)),
        _ => None,
    });
    assert_eq!(found, Some((expected.map(str::to_owned), compares)), "{text}");
}

#[test]
fn a_schedule_in_a_comment_is_only_stated() {
    check_said("#!/bin/sh\n# Schedule: 30 14 * * * /opt/a.sh\nrun\n", Some("30 14 * * *"), false);
    check_said("# crontab: 0 3 * * 1-5 /opt/a.sh\nrun\n", Some("0 3 * * 1-5"), false);
    check_said("# 0 3 * * * /opt/a.sh\nrun\n", Some("0 3 * * *"), false);
    check_said("# Schedule: every now and then\nrun\n", None, false);
    check_said("# 1 2 3 4 5 steps to go\nrun\n", None, false);
    check_said("run \"0 3 * * * x\"\n", None, false);
    check_said("run 'SELECT count() FROM a' || exit 1\n", None, true);
    check_said("run 'SELECT count() FROM a'\n", None, false);
    check_said("exit 1\necho \"then SELECT count() FROM a\"\n", None, false);
}
