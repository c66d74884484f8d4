//! Datasets of ZFS on hosts: what `sanoid` takes snapshots of, and where `syncoid` copies it.
//!
//! A dataset is a store where its snapshots are taken; where they only arrive it is the copy. A host
//! goes by the folder of its settings. An address that is a bare number is the one host whose
//! datasets fit everything that is pulled from it, or nobody.

use std::collections::{BTreeMap, BTreeSet};

use super::companion::plain;
use super::container::fresh;
use crate::inventory::Material;
use crate::model::Span;
use crate::model::fact::{Resource, System};
use crate::model::thing::{Backup, BackupMeans, Datastore, StoreKind};
use crate::model::tree::{Entry, Node};

/// Folders that say what a file is and not whose.
const FOLDERS: &[&str] =
    &["sanoid", "syncoid", "etc", "conf", "confs", "config", "configs", "files", "templates", "roles", "zfs"];
const HOUR: u64 = 3_600;
const DAY: u64 = 86_400;

/// One section of a `sanoid.conf` that takes snapshots.
struct Dataset<'a> {
    host: String,
    name: &'a str,
    span: Span,
    settings: Vec<&'a Node>,
}

/// One line for `syncoid` with one side elsewhere.
struct Copy<'a> {
    /// The host whose settings hold the line.
    at: String,
    span: Span,
    /// The other side as written (`web.example.org`), and whether it is where the data comes from.
    address: &'a str,
    is_pull: bool,
    source: &'a str,
    target: &'a str,
    is_recursive: bool,
}

/// Every dataset whose snapshots are taken where it lives, with its copies.
pub(super) fn stores(material: &Material<'_>) -> Vec<Datastore> {
    let settings: Vec<(Span, &Resource)> =
        material.resources().filter(|(_, r)| r.system == System::Setting).collect();
    let datasets: Vec<Dataset<'_>> = settings
        .iter()
        .filter(|(_, r)| r.kind == "sanoid")
        .flat_map(|(span, file)| datasets(span, file))
        .collect();
    let copies: Vec<Copy<'_>> = settings
        .iter()
        .filter(|(_, r)| r.kind == "syncoid")
        .flat_map(|(span, file)| file.body.entries().iter().filter_map(|line| copy(span, line)))
        .collect();
    let hosts = addresses(&datasets, &copies);
    let told = tells(material, "syncoid");
    datasets.iter().map(|dataset| store(dataset, &copies, &hosts, told)).collect()
}

/// The folder that names the host: the last one that does not say what the file is.
fn host(span: &Span) -> String {
    let folders = span.path.parent().split('/').rev();
    folders.into_iter().find(|part| !FOLDERS.contains(part)).unwrap_or_default().to_owned()
}

fn datasets<'a>(span: &Span, file: &'a Resource) -> Vec<Dataset<'a>> {
    let sections = || file.body.entries().iter();
    let template = |node: &Node| {
        let name = node.text_at("use_template")?.split(',').next()?.trim().to_owned();
        sections().find(|s| s.key == format!("template_{name}")).map(|s| &s.node)
    };
    let mut found: BTreeMap<&str, Dataset<'a>> = BTreeMap::new();
    for section in sections().filter(|s| !s.key.starts_with("template_")) {
        let settings: Vec<&Node> = std::iter::once(&section.node).chain(template(&section.node)).collect();
        let place = Span::new(&span.path, section.at);
        // The last section of a name counts.
        found.insert(&section.key, Dataset { host: host(span), name: &section.key, span: place, settings });
    }
    found.into_values().filter(|dataset| !is_off(dataset, "autosnap")).collect()
}

fn setting<'a>(dataset: &Dataset<'a>, key: &str) -> Option<&'a str> {
    dataset.settings.iter().find_map(|node| node.text_at(key)).map(str::trim)
}

/// `autosnap` is yes unless something says no.
fn is_off(dataset: &Dataset<'_>, key: &str) -> bool {
    matches!(setting(dataset, key), Some("no" | "0" | "false" | "off"))
}

fn number(dataset: &Dataset<'_>, key: &str) -> u64 {
    setting(dataset, key).and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// `[options] [user@]host:pool/data pool/copies`, in either direction.
fn copy<'a>(span: &Span, line: &'a Entry) -> Option<Copy<'a>> {
    let words: Vec<&str> = line.key.split_whitespace().collect();
    let places: Vec<&str> = words.iter().copied().filter(|word| !word.starts_with('-')).collect();
    let [.., source, target] = places.as_slice() else { return None };
    let (is_pull, far) = match (source.split_once(':'), target.split_once(':')) {
        (Some(far), None) => (true, far),
        (None, Some(far)) => (false, far),
        _ => return None,
    };
    let address = far.0.rsplit('@').next().unwrap_or(far.0);
    Some(Copy {
        at: host(span),
        span: Span::new(&span.path, line.at),
        address,
        is_pull,
        source: if is_pull { far.1 } else { source },
        target: if is_pull { target } else { far.1 },
        is_recursive: words.iter().any(|word| matches!(*word, "--recursive" | "-r")),
    })
}

/// Whether a line for `source` copies a dataset.
fn reaches(copy: &Copy<'_>, dataset: &str) -> bool {
    let below = || dataset.strip_prefix(copy.source).is_some_and(|rest| rest.starts_with('/'));
    copy.source == dataset || (copy.is_recursive && below())
}

/// Which host an address of the lines is.
fn addresses<'a>(datasets: &[Dataset<'_>], copies: &[Copy<'a>]) -> BTreeMap<&'a str, String> {
    let hosts: BTreeSet<&str> = datasets.iter().map(|dataset| dataset.host.as_str()).collect();
    let mut known = BTreeMap::new();
    for address in copies.iter().map(|copy| copy.address).collect::<BTreeSet<_>>() {
        let first = address.split('.').next().unwrap_or(address);
        if hosts.contains(first) {
            known.insert(address, first.to_owned());
            continue;
        }
        // The name of a host that nothing here describes is another host.
        if !address.chars().all(|c| c.is_ascii_digit() || c == '.') {
            continue;
        }
        let has = |host: &str, copy: &Copy<'_>| {
            datasets.iter().any(|d| d.host == host && (reaches(copy, d.name) || copy.source == d.name))
        };
        let lines = || copies.iter().filter(|copy| copy.address == address && copy.is_pull);
        let mut fits = hosts.iter().filter(|host| lines().all(|copy| copy.at != **host && has(host, copy)));
        if let (Some(only), None) = (fits.next(), fits.next()) {
            known.insert(address, (*only).to_owned());
        }
    }
    known
}

/// Whether the unit that runs a tool tells somebody when it fails.
fn tells(material: &Material<'_>, tool: &str) -> Option<bool> {
    let mut units = material.resources_of(System::Systemd, "service").filter(|(_, unit)| unit.name == tool);
    let found: Vec<bool> =
        units.by_ref().map(|(_, unit)| unit.body.at_path("Unit.OnFailure").is_some()).collect();
    (!found.is_empty()).then(|| found.contains(&true))
}

fn store(
    dataset: &Dataset<'_>,
    copies: &[Copy<'_>],
    hosts: &BTreeMap<&str, String>,
    told: Option<bool>,
) -> Datastore {
    let name = match dataset.host.as_str() {
        "" => dataset.name.to_owned(),
        host => format!("{host}:{}", dataset.name),
    };
    let mut store = fresh(&dataset.span, &name, &[&name]);
    store.engine = "zfs".to_owned();
    store.kind = StoreKind::Volume;
    store.settle = format!("zfs list -t snapshot -o name,creation -S creation {}", dataset.name);
    store.backups.push(snapshots(dataset));
    for copy in copies.iter().filter(|copy| reaches(copy, dataset.name)) {
        let from = if copy.is_pull { hosts.get(copy.address) } else { Some(&copy.at) };
        if from != Some(&dataset.host) {
            continue;
        }
        let to = if copy.is_pull { &copy.at } else { copy.address };
        let mut backup = plain(&copy.span, BackupMeans::Job, format!("syncoid to {to}:{}", copy.target));
        backup.is_off_site = Some(true);
        backup.failure_noticed = told;
        // A line written twice copies once.
        if !store.backups.iter().any(|other| other.tool == backup.tool) {
            store.backups.push(backup);
        }
    }
    store
}

/// The snapshots that `sanoid` takes on the host itself.
fn snapshots(dataset: &Dataset<'_>) -> Backup {
    let mut backup = plain(&dataset.span, BackupMeans::Job, "sanoid snapshots".to_owned());
    backup.max_gap_seconds = match (number(dataset, "frequently"), number(dataset, "frequent_period")) {
        (kept, minutes) if kept > 0 && minutes > 0 => Some(minutes.saturating_mul(60)),
        _ if number(dataset, "hourly") > 0 => Some(HOUR),
        _ if number(dataset, "daily") > 0 => Some(DAY),
        _ => None,
    };
    backup.retention = [("yearly", "year"), ("monthly", "month"), ("daily", "day"), ("hourly", "hour")]
        .iter()
        .map(|(key, unit)| (number(dataset, key), *unit))
        .find(|(kept, _)| *kept > 0)
        .map(|(kept, unit)| format!("{kept} {unit}{}", if kept == 1 { "" } else { "s" }));
    backup.is_off_site = Some(false);
    backup
}

#[cfg(test)]
mod tests {
    use super::stores;
    use crate::inventory::material::testing::with_material;

    #[track_caller]
    fn check(files: &[(&str, &str)], expected: &[&str]) {
        with_material(files, |material| {
            let found: Vec<String> = stores(material)
                .iter()
                .map(|store| {
                    let by: Vec<&str> = store.backups.iter().map(|backup| backup.tool.as_str()).collect();
                    let first = store.backups.first();
                    let gap = first.and_then(|backup| backup.max_gap_seconds).map(|gap| gap / 3600);
                    let kept = first.and_then(|backup| backup.retention.clone()).unwrap_or_default();
                    format!("{} {gap:?} {kept}: {}", store.name, by.join(", "))
                })
                .collect();
            assert_eq!(found, expected);
        });
    }

    const WEB: &str = "[tank/data]\n use_template=data\n recursive=yes\n[tank/arrived]\n use_template=arrived\n[template_data]\n hourly = 36\n daily = 30\n[template_arrived]\n autosnap = no\n";

    #[test]
    fn a_dataset_is_a_store_where_its_snapshots_are_taken() {
        check(&[("hosts/web/sanoid.conf", WEB)], &["web:tank/data Some(1) 30 days: sanoid snapshots"]);
        check(
            &[("hosts/web/sanoid.conf", "[rpool]\n use_template=t\n[template_t]\n daily = 7\n")],
            &["web:rpool Some(24) 7 days: sanoid snapshots"],
        );
    }

    #[test]
    fn a_line_that_pulls_from_the_host_is_a_copy_elsewhere() {
        let line = "--no-sync-snap op@web.example.org:tank/data tank/copies/web\n";
        check(
            &[("hosts/web/sanoid.conf", WEB), ("hosts/nas/syncoid-args.conf", line)],
            &["web:tank/data Some(1) 30 days: sanoid snapshots, syncoid to nas:tank/copies/web"],
        );
        let other = "--no-sync-snap op@mail.example.org:tank/data tank/copies/web\n";
        check(
            &[("hosts/web/sanoid.conf", WEB), ("hosts/nas/syncoid-args.conf", other)],
            &["web:tank/data Some(1) 30 days: sanoid snapshots"],
        );
        let below = "--no-sync-snap op@web.example.org:tank/data/part tank/copies/web\n";
        check(
            &[("hosts/web/sanoid.conf", WEB), ("hosts/nas/syncoid-args.conf", below)],
            &["web:tank/data Some(1) 30 days: sanoid snapshots"],
        );
    }

    #[test]
    fn a_bare_number_is_the_one_host_that_has_all_of_it() {
        let mail = "[rpool]\n use_template=t\n[template_t]\n hourly = 2\n";
        let web = "[rpool]\n use_template=t\n[tank/data]\n use_template=t\n[template_t]\n hourly = 2\n";
        let lines = "-r op@10.0.0.2:tank/data a/b\n-r op@10.0.0.2:rpool a/c\n";
        check(
            &[
                ("hosts/mail/sanoid.conf", mail),
                ("hosts/web/sanoid.conf", web),
                ("hosts/nas/syncoid-args.conf", lines),
            ],
            &[
                "mail:rpool Some(1) 2 hours: sanoid snapshots",
                "web:rpool Some(1) 2 hours: sanoid snapshots, syncoid to nas:a/c",
                "web:tank/data Some(1) 2 hours: sanoid snapshots, syncoid to nas:a/b",
            ],
        );
    }
}
