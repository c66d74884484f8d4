//! Databases that only the settings of an application name: an address in `DATABASE_URL`, the
//! production section of `config/database.yml`, a file of SQLite beside a container.
//!
//! What production uses counts, nothing else. Where a store of the same engine is declared, the
//! address is taken for that store; a host that only a variable knows is left out.

use std::sync::LazyLock;

use regex::Regex;

use super::catalog;
use super::container::{compose_environment, compose_mounts, fresh, sidecars};
use crate::inventory::Material;
use crate::model::Span;
use crate::model::fact::{Resource, System};
use crate::model::thing::{Datastore, Environment, StoreKind};
use crate::model::tree::Node;
use crate::text::environment;

/// `postgres://user:secret@host:5432/name`: the scheme and the host.
static ADDRESS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?x)^
        (?P<scheme>postgres(?:ql)?|postgis|mysql2?|mariadb|mongodb(?:\+srv)?|sqlserver|clickhouse)
        (?:\+[a-z0-9]+)?://          # a driver may follow: postgresql+asyncpg
        (?:[^@/\s]*@)?               # user and password
        (?P<host>[A-Za-z0-9][A-Za-z0-9.-]+)  # nothing to be filled in
        (?::\d+)?(?:[/?,]|$)
        ",
    )
    .ok()
});

/// `sqlite:///data/shop.db`, `file:/data/shop.sqlite`, or a bare path to such a file.
static FILE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:sqlite3?:(?://)?|file:)?(?P<path>/[\w./-]+\.(?:db|sqlite3?))(?:\?.*)?$").ok()
});

/// Every database that is named and nowhere declared.
pub(super) fn stores(material: &Material<'_>, known: &[Datastore]) -> Vec<Datastore> {
    let mut found: Vec<Datastore> = Vec::new();
    for (span, resource) in material.resources() {
        let near = environment(&span.path, &[resource.namespace.as_deref().unwrap_or_default()]);
        match (resource.system, resource.kind.as_str()) {
            (System::Setting, "database.yml") => found.extend(rails(&span, resource)),
            (System::Setting, "env") | (System::HelmValues, _) => {
                addresses(&span, resource, near, &mut found)
            }
            (System::Kubernetes, "ConfigMap" | "Deployment" | "StatefulSet") => {
                addresses(&span, resource, near, &mut found);
            }
            _ => {}
        }
    }
    found.sort_by(|a, b| (&a.engine, &a.name, &a.span).cmp(&(&b.engine, &b.name, &b.span)));
    found.dedup_by(|later, first| {
        let is_same = later.engine == first.engine && later.name == first.name;
        if is_same {
            first.also_at.push(later.span.clone());
        }
        is_same
    });
    let counts = |store: &Datastore| {
        store.kind == StoreKind::Database
            && !store.is_switched_off
            && matches!(store.environment, Environment::Production | Environment::Unstated)
    };
    let is_declared = |named: &Datastore| known.iter().any(|s| counts(s) && s.engine == named.engine);
    found.retain(|store| !is_declared(store));
    found.extend(files(material));
    found
}

fn addresses(span: &Span, resource: &Resource, near: Environment, found: &mut Vec<Datastore>) {
    resource.body.walk(&mut |_, node| {
        let Some(address) = node.text().and_then(|text| ADDRESS.as_ref()?.captures(text)) else { return };
        let (Some(scheme), Some(host)) = (address.name("scheme"), address.name("host")) else { return };
        let host = host.as_str();
        let is_named = host.contains('.') && !host.ends_with(".local") && !host.contains("example.");
        let is_here = matches!(host, "localhost" | "127.0.0.1" | "0.0.0.0" | "host.docker.internal");
        // In a file that says nothing of its environment, only a host of its own name is believed.
        let is_believed = near == Environment::Production || (near == Environment::Unstated && is_named);
        if is_here || !is_believed {
            return;
        }
        let place = Span::new(&span.path, node.at);
        found.push(named(
            &place,
            host,
            &catalog::engine(scheme.as_str()),
            near,
            "only its address stands here",
        ));
    });
}

fn named(place: &Span, name: &str, engine: &str, near: Environment, why: &str) -> Datastore {
    let mut store = fresh(place, name, &[]);
    store.address = name.to_owned();
    store.engine = engine.to_owned();
    store.environment = near;
    store.backup_unknown = Some(why.to_owned());
    store.settle = "the people who run this database: when was the last backup?".to_owned();
    store
}

/// The production section of Rails: one or several databases of one adapter.
fn rails(span: &Span, file: &Resource) -> Option<Datastore> {
    let production = file.body.get("production")?;
    let section = production.get("primary").unwrap_or(production);
    let shared = file.body.get("default");
    let text = |key: &str| section.text_at(key).or_else(|| shared?.text_at(key));
    let adapter = text("adapter")?;
    let engine = if adapter.starts_with("sqlite") { "sqlite".to_owned() } else { catalog::engine(adapter) };
    let known = ["postgres", "mysql", "sqlite", "sqlserver", "oracle"];
    if !known.contains(&engine.as_str()) {
        return None;
    }
    let name = section.text_at("database").map_or("production", str::trim);
    let place = Span::new(&span.path, production.at);
    let why = "only its name stands in the settings of the application";
    let mut store = named(&place, name, &engine, Environment::Production, why);
    store.address = span.path.as_str().to_owned();
    Some(store)
}

/// Files of SQLite that services of compose are told to use.
fn files(material: &Material<'_>) -> Vec<Datastore> {
    let services: Vec<(Span, &Resource)> = material.resources_of(System::Compose, "service").collect();
    let mut found: Vec<Datastore> = Vec::new();
    for (span, service) in &services {
        let beside: Vec<(Span, &Resource)> =
            services.iter().filter(|(at, _)| at.path == span.path).cloned().collect();
        if compose_environment(&span.path, &beside) == Environment::Development {
            continue;
        }
        let Some((file, place)) = file_of(span, &service.body) else { continue };
        let mut store = fresh(&place, file.rsplit('/').next().unwrap_or(&file), &[]);
        store.environment = compose_environment(&span.path, &beside);
        store.address = format!("service {} {file}", service.name);
        store.engine = "sqlite".to_owned();
        store.settle =
            "the person who runs this host: when was this file last copied, and where to?".to_owned();
        let mounts = compose_mounts(&service.body);
        let holds = |folder: &str| file.starts_with(&format!("{}/", folder.trim_end_matches('/')));
        let mount = mounts.known.iter().find(|(folder, ..)| holds(folder));
        if mount.is_none_or(|(_, is_lost, _)| *is_lost) && !mounts.is_unknown {
            let what = format!("no persistence: nothing that stays is mounted above {file}");
            store.switches.push((what, place.clone(), true));
        }
        store.backups.extend(sidecars("sqlite", &beside));
        // A service that migrates and the one that serves use the same file.
        if !found.iter().any(|other| other.name == store.name && other.span.path == store.span.path) {
            found.push(store);
        }
    }
    found
}

/// The first file of SQLite among the variables of a service.
fn file_of(span: &Span, service: &Node) -> Option<(String, Span)> {
    let variables = service.get("environment")?;
    let listed = variables.items().iter().filter_map(|item| Some((item.text()?.split_once('=')?.1, item.at)));
    let mapped = variables.entries().iter().filter_map(|entry| Some((entry.node.text()?, entry.node.at)));
    listed.chain(mapped).find_map(|(value, at)| {
        let found = FILE.as_ref()?.captures(value)?;
        Some((found.name("path")?.as_str().replace("//", "/"), Span::new(&span.path, at)))
    })
}

#[cfg(test)]
mod tests {
    use crate::inventory::material::testing::with_material;
    use crate::inventory::take;

    #[track_caller]
    fn check(files: &[(&str, &str)], expected: &[&str]) {
        with_material(files, |material| {
            let found: Vec<String> = take(material)
                .datastores
                .iter()
                .map(|s| {
                    let is_lost =
                        |(text, _, weak): &(String, _, bool)| *weak && text.starts_with("no persistence");
                    let dies = if s.switches.iter().any(is_lost) { " dies" } else { "" };
                    format!("{} {} {}{dies}", s.name, s.engine, s.environment.id())
                })
                .collect();
            assert_eq!(found, expected);
        });
    }

    #[test]
    fn an_address_in_settings_of_production_is_a_database() {
        let url = "DATABASE_URL=postgres://shop:x@pg.internal:5432/shop\n";
        check(&[(".env.production", url)], &["pg.internal postgres production"]);
        check(&[(".env.staging", url)], &[]);
        check(&[(".env.production", "DATABASE_URL=postgres://shop:x@localhost/shop\n")], &[]);
        check(&[(".env.production", "DATABASE_URL=postgres://shop:x@${HOST}/shop\n")], &[]);
        check(&[(".env.production", "HOME_URL=https://shop.example.org\n")], &[]);
    }

    #[test]
    fn an_address_of_a_declared_database_is_that_database() {
        let url = "DATABASE_URL=postgres://shop:x@pg.internal:5432/shop\n";
        let rds =
            "resource \"aws_db_instance\" \"main\" {\n  engine = \"postgres\"\n  identifier = \"shop\"\n}\n";
        check(&[(".env.production", url), ("db.tf", rds)], &["shop postgres unstated"]);
    }

    #[test]
    fn a_deployment_names_its_database() {
        let object = |host: &str| {
            format!(
                "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec:\n  template:\n    spec:\n      containers:\n      - name: web\n        image: shop\n        env:\n        - {{name: DATABASE_URL, value: 'mysql://u@{host}/shop'}}\n"
            )
        };
        check(
            &[("k8s/web.yaml", &object("shop.abc.eu-west-1.rds.amazonaws.com"))],
            &["shop.abc.eu-west-1.rds.amazonaws.com mysql unstated"],
        );
        check(&[("k8s/web.yaml", &object("db"))], &[]);
        check(&[("k8s/prod/web.yaml", &object("db"))], &["db mysql production"]);
    }

    #[test]
    fn rails_names_the_database_of_production() {
        let text = "default: &default\n  adapter: postgresql\ndevelopment:\n  <<: *default\n  database: shop_dev\nproduction:\n  <<: *default\n  database: shop_production\n";
        check(&[("config/database.yml", text)], &["shop_production postgres production"]);
        let only = "development:\n  adapter: postgresql\n  database: shop_dev\n";
        check(&[("config/database.yml", only)], &[]);
    }

    #[test]
    fn a_file_of_sqlite_lives_or_dies_with_its_mount() {
        let service = |volume: &str| {
            format!(
                "services:\n  app:\n    image: shop\n    restart: always\n    environment:\n      DATABASE_URL: sqlite:////data/shop.db\n    volumes: ['{volume}']\n"
            )
        };
        check(&[("docker-compose.yml", &service("data:/data"))], &["shop.db sqlite unstated"]);
        check(&[("docker-compose.yml", &service("data:/else"))], &["shop.db sqlite unstated dies"]);
        check(&[("docker-compose.dev.yml", &service("data:/data"))], &[]);
    }
}
