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
fn documents_and_tests_are_no_backups() {
    check(&[("docs/a.md", "```sh\npg_dump shop > a\n```\n"), ("tests/b.sh", "pg_dump x > y\n")], &[]);
}
