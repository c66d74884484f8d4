//! Every tool of the catalogue of backup tools, once at its work, and lines that only look like it.

use crate::facts::collect;
use crate::model::FactKind;
use crate::model::fact::Doing;
use crate::rules::{RuleSet, Tool};

/// A line for each tool, by the name the catalogue gives it.
const AT_WORK: &[(&str, &str)] = &[
    ("pg_dump", "pg_dump shop -f shop.sql"),
    ("pg_dumpall", "pg_dumpall -f all.sql"),
    ("pg_basebackup", "pg_basebackup -D /srv/base"),
    ("pg_restore --list", "pg_restore --list shop.dump"),
    ("pg_restore", "pg_restore -d shop shop.dump"),
    ("psql", "psql shop -f /srv/dump.sql"),
    ("pg_verifybackup", "pg_verifybackup /srv/base"),
    ("pgbackrest restore", "pgbackrest --stanza=shop restore"),
    ("pgbackrest verify", "pgbackrest --stanza=shop verify"),
    ("pgbackrest", "pgbackrest --stanza=shop backup"),
    ("barman recover", "barman recover shop latest /srv/pg"),
    ("barman", "barman backup shop"),
    ("wal-g backup-fetch", "wal-g backup-fetch /srv/pg LATEST"),
    ("wal-g", "wal-g backup-push /srv/pg"),
    ("mysqldump", "mysqldump shop --result-file=shop.sql"),
    ("mariadb-dump", "mariadb-dump shop --result-file=shop.sql"),
    ("xtrabackup --copy-back", "xtrabackup --copy-back --target-dir=/srv"),
    ("xtrabackup", "xtrabackup --backup --target-dir=/srv"),
    ("mariabackup --copy-back", "mariabackup --copy-back --target-dir=/srv"),
    ("mariabackup", "mariabackup --backup --target-dir=/srv"),
    ("mydumper", "mydumper -B shop -o /srv"),
    ("myloader", "myloader -d /srv"),
    ("mongodump", "mongodump --archive=/srv/shop"),
    ("mongorestore", "mongorestore --archive=/srv/shop"),
    ("clickhouse-backup restore", "clickhouse-backup restore daily"),
    ("clickhouse-backup", "clickhouse-backup create daily"),
    ("clickhouse RESTORE", "clickhouse-client --query \"RESTORE TABLE shop FROM Disk('b', 'a')\""),
    ("clickhouse BACKUP", "clickhouse-client --query \"BACKUP TABLE shop TO Disk('b', 'a')\""),
    ("sqlite3", "sqlite3 shop.db \".backup shop.copy\""),
    ("litestream restore", "litestream restore -o shop.db s3://copies/shop"),
    ("litestream", "litestream replicate"),
    ("redis-cli", "redis-cli --rdb /srv/shop.rdb"),
    ("etcdctl snapshot restore", "etcdctl snapshot restore /srv/shop.db"),
    ("etcdctl snapshot save", "etcdctl snapshot save /srv/shop.db"),
    ("etcdutl snapshot restore", "etcdutl snapshot restore /srv/shop.db"),
    ("vault snapshot restore", "vault operator raft snapshot restore /srv/vault"),
    ("vault snapshot save", "vault operator raft snapshot save /srv/vault"),
    ("restic restore", "restic restore latest --target /srv"),
    ("restic check", "restic check"),
    ("restic", "restic backup /srv"),
    ("borg extract", "borg extract repo::daily"),
    ("borg check", "borg check repo"),
    ("borg", "borg create repo::daily /srv"),
    ("borgmatic extract", "borgmatic extract --archive latest"),
    ("borgmatic", "borgmatic --syslog-verbosity 1"),
    ("kopia restore", "kopia snapshot restore k1 /srv"),
    ("kopia", "kopia snapshot create /srv"),
    ("duplicity restore", "duplicity restore s3://copies /srv"),
    ("duplicity", "duplicity /srv s3://copies"),
    ("velero restore", "velero restore create --from-backup daily"),
    ("velero", "velero backup create daily"),
    ("sanoid", "sanoid --cron"),
    ("syncoid", "syncoid tank/shop far:tank/shop"),
    ("zfs send", "zfs send tank/shop@a"),
    ("vzdump", "vzdump 100 --storage far"),
    ("qmrestore", "qmrestore /srv/vm.vma 100"),
    ("gitlab-backup restore", "gitlab-backup restore BACKUP=1"),
    ("gitlab-backup", "gitlab-backup create"),
    ("gitea dump", "gitea dump -c app.ini"),
    ("influx restore", "influxd restore -portable /srv"),
    ("manage.py dbrestore", "python manage.py dbrestore"),
    ("manage.py dbbackup", "python manage.py dbbackup"),
    ("heroku pg:backups:restore", "heroku pg:backups:restore b001 DATABASE_URL"),
    ("heroku pg:backups", "heroku pg:backups:capture"),
    ("aws rds restore", "aws rds restore-db-instance-to-point-in-time --target-db-instance-identifier a"),
    ("aws rds create-db-snapshot", "aws rds create-db-snapshot --db-instance-identifier shop"),
    ("aws backup start-restore-job", "aws backup start-restore-job --recovery-point-arn a"),
    ("aws dynamodb restore", "aws dynamodb restore-table-from-backup --target-table-name a"),
    ("aws s3 sync", "aws s3 sync /srv/dumps s3://copies/shop"),
    ("gcloud sql backups restore", "gcloud sql backups restore 1 --restore-instance=shop"),
    ("gcloud sql backups create", "gcloud sql backups create --instance=shop"),
    ("az restore", "az postgres flexible-server restore --name shop"),
    ("rclone", "rclone copy /srv/backup far:shop"),
    ("rsync", "rsync -a /srv/dump far:/srv/dump"),
    ("tar", "tar -czf /srv/backup.tgz /srv/shop"),
    ("mc mirror", "mc mirror /srv/backup far/shop"),
    ("gpg --decrypt", "gpg --decrypt shop.gpg"),
    ("gpg --decrypt", "gpg2 --decrypt shop.gpg"),
    ("age --decrypt", "age --decrypt -i key shop.age"),
    ("openssl --decrypt", "openssl enc -d -aes-256-cbc -in shop.enc"),
];

/// Lines of the same programs that copy nothing, bring nothing back and check nothing.
const NEAR_MISSES: &[&str] = &[
    "pg_dump --schema-only shop",
    "pg_dump shop -s",
    "pg_dumpall --roles-only",
    "pg_restore --version",
    "psql shop -f schema.sql",
    "pgbackrest info",
    "barman list-servers",
    "wal-g backup-list",
    "mysqldump --no-data shop",
    "mariadb-dump --no-data shop",
    "xtrabackup --version",
    "mariabackup --version",
    "clickhouse-backup list",
    "clickhouse-client --query 'SELECT 1'",
    "sqlite3 shop.db 'select 1'",
    "litestream databases",
    "redis-cli ping",
    "etcdctl endpoint health",
    "etcdutl version",
    "vault operator raft list-peers",
    "restic snapshots",
    "borg list repo",
    "borgmatic list",
    "kopia snapshot list",
    "duplicity collection-status s3://copies",
    "velero backup get",
    "sanoid --monitor-health",
    "zfs list",
    "gitlab-backup --help",
    "gitea web",
    "influxd run",
    "python manage.py check",
    "heroku pg:info",
    "aws rds describe-db-instances",
    "aws backup list-backup-jobs",
    "aws dynamodb list-backups",
    "aws s3 sync dist s3://site",
    "gcloud sql instances list",
    "az postgres flexible-server list",
    "rclone copy dist far:site",
    "rsync -a dist/ far:/srv/site",
    "tar -xzf backup.tgz",
    "mc mirror dist far/site",
    "gpg --encrypt shop.sql",
    "age --encrypt -r key shop.sql",
    "openssl enc -aes-256-cbc -in shop.sql",
];

fn read(line: &str) -> Vec<(Doing, String)> {
    let facts = collect(&"ops/nightly.sh".into(), format!("{line}\n").as_bytes(), RuleSet::builtin());
    let said = |kind: FactKind| match kind {
        FactKind::Command(command) => Some((command.doing, command.tool)),
        _ => None,
    };
    facts.facts.into_iter().filter_map(|fact| said(fact.kind)).collect()
}

#[test]
fn every_tool_is_known_at_its_work() {
    for tool in Tool::all() {
        assert!(AT_WORK.iter().any(|(name, _)| *name == tool.name), "no line shows {}", tool.name);
    }
    for (name, line) in AT_WORK {
        let doing = Tool::named(name).map(|tool| tool.doing);
        let expected: Vec<(Doing, String)> =
            doing.map(|doing| (doing, (*name).to_owned())).into_iter().collect();
        assert_eq!(read(line), expected, "{line}");
    }
}

#[test]
fn no_tool_is_known_by_its_program_alone() {
    for line in NEAR_MISSES {
        assert!(read(line).is_empty(), "{line}: {:?}", read(line));
    }
    for tool in Tool::all() {
        for line in ["echo", "which", "#", "apt-get install -y"] {
            let line = format!("{line} {}", tool.program);
            assert!(read(&line).is_empty(), "{line}: {:?}", read(&line));
        }
    }
}
