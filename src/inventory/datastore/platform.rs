//! Stores that platforms keep: volumes of Fly, accessories of Kamal, databases and disks of Render,
//! tasks of Nomad that run an engine's image.
//!
//! What a platform does by itself is said only where its manual states it; else the backup is unknown.

use super::catalog;
use super::companion::plain;
use super::container::{Mounts, fresh, persistence};
use crate::inventory::Material;
use crate::model::Span;
use crate::model::fact::{Resource, System};
use crate::model::thing::{BackupMeans, Datastore, StoreKind};
use crate::model::tree::Node;

/// Fly takes a snapshot of every volume each day and keeps it five days unless told otherwise:
/// <https://fly.io/docs/volumes/snapshots/>.
const FLY_GAP_SECONDS: u64 = 86_400;
const FLY_KEPT_DAYS: &str = "5";

/// Every store of every platform file.
pub(super) fn stores(material: &Material<'_>) -> Vec<Datastore> {
    let files = material.resources().filter(|(_, resource)| resource.system == System::Platform);
    files
        .flat_map(|(span, resource)| match resource.kind.as_str() {
            "fly" => fly(&span, resource),
            "kamal" => kamal(&span, resource),
            "render" => render(&span, resource),
            "nomad" => nomad(&span, resource),
            _ => Vec::new(),
        })
        .collect()
}

/// One mount or a list of them.
fn either<'n>(body: &'n Node, key: &str) -> Vec<&'n Node> {
    match body.get(key) {
        Some(node) if !node.items().is_empty() => node.items().iter().collect(),
        Some(node) if !node.entries().is_empty() => vec![node],
        _ => Vec::new(),
    }
}

fn fly(span: &Span, app: &Resource) -> Vec<Datastore> {
    let mounts = either(&app.body, "mounts").into_iter().chain(either(&app.body, "mount"));
    mounts
        .filter_map(|mount| {
            let name = mount.text_at("source")?;
            let place = Span::new(&span.path, mount.at);
            let mut store = fresh(&place, name, &[&app.name, name]);
            store.address = format!("mounts {name}");
            store.engine = "fly volume".to_owned();
            store.kind = StoreKind::Volume;
            store.settle = "fly volumes list, then fly volumes snapshots list <volume id>".to_owned();
            let mut backup = plain(&place, BackupMeans::Provider, "Fly's daily snapshots".to_owned());
            backup.max_gap_seconds = Some(FLY_GAP_SECONDS);
            let kept = mount.text_at("snapshot_retention").unwrap_or(FLY_KEPT_DAYS);
            backup.retention = Some(format!("{kept} days"));
            store.backups.push(backup);
            Some(store)
        })
        .collect()
}

fn kamal(span: &Span, app: &Resource) -> Vec<Datastore> {
    let accessories = app.body.get("accessories").map(Node::entries).unwrap_or_default();
    accessories
        .iter()
        .filter_map(|accessory| {
            let image = catalog::image(accessory.node.text_at("image")?)?;
            let place = Span::new(&span.path, accessory.at);
            let mut store = fresh(&place, &accessory.key, &[]);
            store.address = format!("accessory {}", accessory.key);
            store.engine = image.engine.clone();
            store.kind = image.kind.into();
            store.settle =
                "the person who runs this host: when was the last copy, and where is it?".to_owned();
            let mut mounts = Mounts::default();
            for key in ["directories", "volumes"] {
                let Some(list) = accessory.node.get(key) else { continue };
                mounts.is_unknown |= list.unknown().is_some();
                for mount in list.items() {
                    match mount.text().and_then(|text| text.split(':').nth(1)) {
                        Some(folder) => mounts.known.push((folder.to_owned(), false, mount.at)),
                        None => mounts.is_unknown = true,
                    }
                }
            }
            store.switches.extend(persistence(image, &mounts, &span.path, accessory.at));
            Some(store)
        })
        .collect()
}

fn render(span: &Span, blueprint: &Resource) -> Vec<Datastore> {
    let mut stores = Vec::new();
    let mut add = |node: &Node, name: &str, engine: &str, kind: StoreKind| {
        let place = Span::new(&span.path, node.at);
        let mut store = fresh(&place, name, &[name]);
        store.address = format!("render {name}");
        store.engine = engine.to_owned();
        store.kind = kind;
        store.backup_unknown = Some("the plan that is paid for decides it".to_owned());
        store.settle = "the page of this store on dashboard.render.com, under Recovery or Disks".to_owned();
        stores.push(store);
    };
    for database in blueprint.body.get("databases").map(Node::items).unwrap_or_default() {
        if let Some(name) = database.text_at("name") {
            add(database, name, "postgres", StoreKind::Database);
        }
    }
    for service in blueprint.body.get("services").map(Node::items).unwrap_or_default() {
        let name = service.text_at("name").unwrap_or_default();
        if matches!(service.text_at("type"), Some("redis" | "keyvalue")) && !name.is_empty() {
            add(service, name, "redis", StoreKind::Cache);
        }
        if let Some(disk) = service.get("disk").filter(|disk| !disk.entries().is_empty()) {
            add(disk, disk.text_at("name").unwrap_or(name), "render disk", StoreKind::Volume);
        }
    }
    stores
}

fn nomad(span: &Span, job: &Resource) -> Vec<Datastore> {
    let mut stores = Vec::new();
    let groups = job.body.get_all("group").flat_map(Node::entries);
    for task in groups.flat_map(|group| group.node.get_all("task")).flat_map(Node::entries) {
        let Some(image) = task.node.text_at("config.image").and_then(catalog::image) else { continue };
        let place = Span::new(&span.path, task.at);
        let mut store = fresh(&place, &task.key, &[&job.name, &task.key]);
        store.address = format!("job {} task {}", job.name, task.key);
        store.engine = image.engine.clone();
        store.kind = image.kind.into();
        store.settle = "nomad volume snapshot list, or the person who runs this cluster".to_owned();
        let mut mounts = Mounts::default();
        let config = task.node.get("config");
        // Drivers name their mounts in several ways; where one is used, it may hold the data.
        mounts.is_unknown = ["volumes", "mount", "mounts"]
            .iter()
            .any(|key| config.is_some_and(|config| config.get(key).is_some()));
        for mount in task.node.get_all("volume_mount") {
            match mount.text_at("destination") {
                Some(folder) => mounts.known.push((folder.to_owned(), false, mount.at)),
                None => mounts.is_unknown = true,
            }
        }
        store.switches.extend(persistence(image, &mounts, &span.path, task.at));
        stores.push(store);
    }
    stores
}

#[cfg(test)]
mod tests {
    use super::stores;
    use crate::inventory::material::testing::with_material;

    #[track_caller]
    fn check(path: &str, text: &str, expected: &[&str]) {
        with_material(&[(path, text)], |material| {
            let found: Vec<String> = stores(material)
                .iter()
                .map(|store| {
                    let backup = store.backups.first().and_then(|backup| backup.retention.clone());
                    let lost = if store.switches.iter().any(|(.., weak)| *weak) { " dies" } else { "" };
                    format!("{} {} {}{lost}", store.name, store.engine, backup.unwrap_or("-".to_owned()))
                })
                .collect();
            assert_eq!(found, expected, "{text}");
        });
    }

    #[test]
    fn a_fly_mount_is_kept_for_days_and_an_app_without_one_holds_nothing() {
        check(
            "fly.toml",
            "app = 'shop'\n[mounts]\nsource = 'data'\ndestination = '/data'\n",
            &["data fly volume 5 days"],
        );
        check(
            "fly.toml",
            "app = 'shop'\n[[mounts]]\nsource = 'data'\nsnapshot_retention = 14\n",
            &["data fly volume 14 days"],
        );
        check("fly.toml", "app = 'shop'\n[http_service]\ninternal_port = 80\n", &[]);
    }

    #[test]
    fn a_kamal_accessory_with_an_engine_is_a_store_and_a_proxy_is_none() {
        check(
            "config/deploy.yml",
            "service: shop\nimage: shop\naccessories:\n  db:\n    image: postgres:16\n    directories:\n      - data:/var/lib/postgresql/data\n  proxy:\n    image: pgbouncer/pgbouncer\n",
            &["db postgres -"],
        );
        check(
            "config/deploy.yml",
            "service: shop\nimage: shop\naccessories:\n  db:\n    image: mysql:8\n",
            &["db mysql - dies"],
        );
    }

    #[test]
    fn a_render_blueprint_names_databases_and_disks() {
        check(
            "render.yaml",
            "services:\n  - type: web\n    name: shop\n    disk:\n      name: uploads\n      mountPath: /data\n  - type: worker\n    name: jobs\ndatabases:\n  - name: orders\n",
            &["orders postgres -", "uploads render disk -"],
        );
    }

    #[test]
    fn a_nomad_task_with_an_engine_is_a_store() {
        check(
            "db.nomad",
            "job \"shop\" {\n  group \"db\" {\n    task \"pg\" {\n      config {\n        image = \"postgres:16\"\n      }\n      volume_mount {\n        volume = \"pg\"\n        destination = \"/var/lib/postgresql/data\"\n      }\n    }\n    task \"web\" {\n      config {\n        image = \"shop\"\n      }\n    }\n  }\n}\n",
            &["pg postgres -"],
        );
    }
}
