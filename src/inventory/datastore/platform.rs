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
            "heroku" => heroku(&span, resource),
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
            if mount.get("scheduled_snapshots").and_then(Node::as_bool) == Some(false) {
                backup.contradicted = Some("scheduled_snapshots = false".to_owned());
                (backup.max_gap_seconds, backup.retention) = (None, None);
            }
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
            store.kind = image.kind_as(&accessory.node);
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

/// Add-ons that keep data, by the first part of their name.
const ADDONS: &[(&str, &str, StoreKind)] = &[
    ("heroku-postgresql", "postgres", StoreKind::Database),
    ("jawsdb", "mysql", StoreKind::Database),
    ("cleardb", "mysql", StoreKind::Database),
    ("jawsdb-maria", "mysql", StoreKind::Database),
    ("mongolab", "mongodb", StoreKind::Database),
    ("heroku-redis", "redis", StoreKind::Cache),
    ("rediscloud", "redis", StoreKind::Cache),
    ("memcachier", "memcached", StoreKind::Cache),
    ("cloudamqp", "rabbitmq", StoreKind::Queue),
    ("heroku-kafka", "kafka", StoreKind::Queue),
];

fn heroku(span: &Span, app: &Resource) -> Vec<Datastore> {
    let addons = app.body.get("addons").map(Node::items).unwrap_or_default();
    addons
        .iter()
        .filter_map(|addon| {
            let plan = addon.text().or_else(|| addon.text_at("plan"))?;
            let service = plan.split(':').next().unwrap_or(plan);
            let (name, engine, kind) = ADDONS.iter().find(|(name, ..)| *name == service)?;
            let place = Span::new(&span.path, addon.at);
            let mut store = fresh(&place, name, &[]);
            store.address = format!("add-on {name}");
            store.engine = (*engine).to_owned();
            store.kind = *kind;
            store.backup_unknown = Some("the plan of the add-on decides it".to_owned());
            store.settle = match *engine {
                "postgres" => "heroku pg:backups --app <app>, and heroku pg:info --app <app>".to_owned(),
                _ => format!("heroku addons:open {name} --app <app>"),
            };
            Some(store)
        })
        .collect()
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
        check(
            "fly.toml",
            "app = 'shop'\n[mounts]\nsource = 'data'\nscheduled_snapshots = false\n",
            &["data fly volume -"],
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
    fn an_app_of_heroku_names_its_add_ons() {
        let app = |addons: &str| format!("{{\"name\": \"shop\", \"addons\": [{addons}]}}");
        check(
            "app.json",
            &app("\"heroku-postgresql:standard-0\", {\"plan\": \"heroku-redis:mini\"}, \"papertrail\""),
            &["heroku-postgresql postgres -", "heroku-redis redis -"],
        );
        check("app.json", "{\"expo\": {\"name\": \"shop\"}}", &[]);
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
