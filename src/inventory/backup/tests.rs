//! Commands followed to their schedules and stores.

use super::take;
use crate::inventory::material::testing::with_material;

#[track_caller]
fn check(files: &[(&str, &str)], expected: &[&str]) {
    with_material(files, |material| {
        let found: Vec<String> = take(material, &mut [])
            .iter()
            .map(|b| {
                let hours = b.max_gap_seconds.map(|gap| gap / 3600);
                format!(
                    "{:?} {} {hours:?} off={:?} told={:?}",
                    b.means, b.tool, b.is_off_site, b.failure_noticed
                )
            })
            .collect();
        assert_eq!(found, expected);
    });
}

#[test]
fn follows_scripts_to_what_runs_them() {
    let script = "#!/bin/sh\npg_dump shop > /srv/a.sql\naws s3 cp /srv/a.sql s3://shop-copies/\n";
    check(&[("ops/dump.sh", script)], &["Script pg_dump None off=Some(true) told=None"]);
    check(
        &[("ops/dump.sh", script), ("etc/crontab", "0 3 * * 0 root /opt/ops/dump.sh\n")],
        &["Job pg_dump Some(168) off=Some(true) told=Some(false)"],
    );
    let service = "[Unit]\nOnFailure=mail@%n.service\n[Service]\nExecStart=/opt/ops/dump.sh\n";
    check(
        &[
            ("ops/dump.sh", script),
            ("u/dump.service", service),
            ("u/dump.timer", "[Timer]\nOnCalendar=daily\n"),
        ],
        &["Job pg_dump Some(24) off=Some(true) told=Some(true)"],
    );
    let workflow =
        "on:\n  schedule:\n  - cron: '0 */6 * * *'\njobs:\n  a:\n    steps:\n    - run: ./ops/dump.sh\n";
    check(
        &[("ops/dump.sh", script), (".github/workflows/b.yml", workflow)],
        &["Job pg_dump Some(6) off=Some(true) told=Some(false)"],
    );
}

#[test]
fn a_script_that_names_its_sources_copies_these_stores() {
    let script = "#!/bin/bash\nsource tools.sh\ndb_name=\"shop-db\"\nbackup_db_name=\"shop-snapshot-db\"\nrun_tool \"$db_name\"\n";
    let job =
        "on:\n  schedule:\n  - cron: '0 2 * * *'\njobs:\n  a:\n    steps:\n    - run: ./shop-backup.sh all\n";
    let db = |name: &str| {
        format!(
            "resource \"aws_db_instance\" \"{name}\" {{\n  engine = \"postgres\"\n  identifier = \"{name}\"\n}}\n"
        )
    };
    let both = format!("{}{}", db("shop-db"), db("shop-snapshot-db"));
    let files = [("bin/shop-backup.sh", script), (".github/workflows/b.yml", job), ("db.tf", both.as_str())];
    with_material(&files, |material| {
        let inventory = crate::inventory::take(material);
        let found: Vec<(String, usize)> = inventory
            .datastores
            .iter()
            .map(|store| {
                (store.name.clone(), store.backups.iter().filter(|b| b.contradicted.is_none()).count())
            })
            .collect();
        assert_eq!(found, [("shop-db".to_owned(), 1), ("shop-snapshot-db".to_owned(), 0)]);
    });
}

#[test]
fn documents_and_tests_are_no_backups() {
    check(&[("docs/a.md", "```sh\npg_dump shop > a\n```\n"), ("tests/b.sh", "pg_dump x > y\n")], &[]);
}

const STORE: &str = "services:\n  clickhouse:\n    image: clickhouse/clickhouse-server:24\n    restart: always\n    volumes: [ch:/var/lib/clickhouse]\nvolumes: {ch: {}}\n";

#[track_caller]
fn check_script(files: &[(&str, &str)], expected: &[&str]) {
    let mut all = vec![("docker-compose.yml", STORE)];
    all.extend(files);
    with_material(&all, |material| {
        let inventory = crate::inventory::take(material);
        let found: Vec<String> = inventory
            .datastores
            .iter()
            .flat_map(|store| &store.backups)
            .map(|b| format!("{:?} {} {:?}", b.means, b.tool, b.schedule.as_deref().unwrap_or("-")))
            .collect();
        assert_eq!(found, expected);
    });
}

#[test]
fn a_script_named_for_an_engine_copies_its_store() {
    let script = "#!/bin/sh\n# Schedule: 30 14 * * * /opt/clickhouse_backup.sh\nexec python run.py\n";
    check_script(
        &[("scripts/clickhouse_backup.sh", script)],
        &["Script clickhouse_backup.sh \"30 14 * * *\""],
    );
    check_script(
        &[
            ("scripts/clickhouse_backup.sh", script),
            ("etc/crontab", "0 3 * * * root /opt/clickhouse_backup.sh\n"),
        ],
        &["Job clickhouse_backup.sh \"0 3 * * *\""],
    );
    check_script(&[("scripts/postgres_backup.sh", script)], &[]);
    check_script(&[("scripts/backup.sh", script)], &[]);
    check_script(&[("scripts/clickhouse_backup_check.sh", script)], &[]);
    check_script(&[("scripts/delete-expired-clickhouse-backup.sh", script)], &[]);
}
