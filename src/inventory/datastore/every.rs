//! Every kind of store of the catalogue, once with its backups on, once off, once left out.

use super::catalog::{BackupKey, Kind, TerraformKind, catalog, image, sidecar};
use crate::inventory::material::testing::with_material;
use crate::inventory::take;
use crate::model::thing::Datastore;

/// The block of a key with a value: `a.b.c` becomes blocks in blocks.
fn written(setting: &BackupKey, is_on: bool) -> Option<String> {
    if setting.key == "-" {
        return None;
    }
    let value = match (setting.on.as_str(), is_on) {
        ("days", true) => "7".to_owned(),
        ("days", false) => "0".to_owned(),
        ("true", on) => on.to_string(),
        ("false", on) => (!on).to_string(),
        ("present", true) => "\"set\"".to_owned(),
        ("present", false) => return None,
        (exact, true) => format!("\"{exact}\""),
        (_, false) => "\"SomethingElse\"".to_owned(),
    };
    let parts: Vec<&str> = setting.key.split('.').collect();
    let (last, blocks) = parts.split_last()?;
    let needed = setting.needs.as_deref().and_then(|needs| needs.rsplit('.').next());
    let inner = needed.map_or(String::new(), |needs| format!("{needs} = true\n"));
    let body = format!("{inner}{last} = {value}\n");
    Some(blocks.iter().rev().fold(body, |body, block| format!("{block} {{\n{body}}}\n")))
}

fn declared(kind: &TerraformKind, body: &str) -> Vec<Datastore> {
    let holder = kind.holds.as_ref().map_or(String::new(), |held| {
        format!("resource \"{held}\" \"in\" {{\n  of = {}.main.id\n}}\n", kind.r#type)
    });
    let text = format!("provider \"any\" {{}}\nresource \"{}\" \"main\" {{\n{body}}}\n{holder}", kind.r#type);
    let mut stores = Vec::new();
    with_material(&[("main.tf", &text)], |material| stores = take(material).datastores);
    stores
}

fn is_backed(store: &Datastore) -> bool {
    store.backups.iter().any(|backup| backup.contradicted.is_none())
}

#[test]
fn every_kind_of_terraform_is_one_store_and_its_keys_mean_what_they_say() {
    for kind in &catalog().terraform {
        let stores = declared(kind, "");
        assert_eq!(stores.len(), 1, "{}", kind.r#type);
        for setting in kind.backup.iter().filter(|setting| setting.only.is_empty()) {
            for is_on in [true, false] {
                let Some(body) = written(setting, is_on) else { continue };
                let stores = declared(kind, &body);
                let store = stores.first().expect("one store");
                // Another key of the same store may back it up by default.
                let is_alone = kind.backup.len() == 1;
                assert!(is_backed(store) == is_on || (!is_on && !is_alone), "{} {body}", kind.r#type);
            }
        }
    }
}

#[test]
fn a_default_that_no_page_states_is_unknown_and_never_missing() {
    let unknown = |kind: &&TerraformKind| {
        !kind.backup.is_empty() && kind.backup.iter().all(|setting| setting.default == "unknown")
    };
    let kinds: Vec<&TerraformKind> = catalog().terraform.iter().filter(unknown).collect();
    assert!(kinds.len() > 5);
    for kind in kinds {
        let stores = declared(kind, "");
        let store = stores.first().expect("one store");
        assert!(store.backup_unknown.is_some() && !is_backed(store), "{}", kind.r#type);
    }
}

#[test]
fn a_copy_and_a_member_of_another_store_are_none() {
    for kind in &catalog().terraform {
        for key in kind.replica_of.iter().chain(&kind.part_of) {
            let stores = declared(kind, &format!("{key} = \"other\"\n"));
            assert!(stores.is_empty(), "{} {key}", kind.r#type);
        }
    }
}

#[test]
fn every_image_is_a_store_and_what_serves_it_is_none() {
    for entry in &catalog().image {
        for name in &entry.names {
            assert!(image(&format!("registry.example.org/team/{name}:1")).is_some(), "{name}");
            for other in ["exporter", "client", "proxy"] {
                assert!(image(&format!("{name}-{other}:1")).is_none(), "{name}-{other}");
            }
        }
    }
    assert!(catalog().sidecar.iter().flat_map(|entry| &entry.names).all(|name| sidecar(name).is_some()));
    assert!(catalog().image.iter().any(|entry| matches!(entry.kind, Kind::Queue)));
}

#[test]
fn every_operator_without_its_backup_key_has_none_and_with_it_one() {
    for operator in &catalog().operator {
        let object = |spec: &str| {
            format!(
                "apiVersion: {}/v1\nkind: {}\nmetadata: {{name: shop}}\nspec:\n  replicas: 1\n{spec}",
                operator.api, operator.kind
            )
        };
        let found = |text: &str| {
            let mut stores = Vec::new();
            with_material(&[("k8s/shop.yaml", text)], |material| stores = take(material).datastores);
            stores
        };
        let stores = found(&object(""));
        assert_eq!(stores.len(), 1, "{}", operator.kind);
        assert!(!stores.iter().any(is_backed), "{}", operator.kind);
        let Some(path) = operator.backup.first() else { continue };
        let key = path.trim_start_matches("spec.");
        let body = key
            .split('.')
            .enumerate()
            .fold(String::new(), |text, (depth, part)| format!("{text}{}{part}:\n", "  ".repeat(depth + 1)));
        let spec = format!("{}: true\n", body.trim_end().trim_end_matches(':'));
        let stores = found(&object(&spec));
        let is_noted = stores.iter().any(|store| !store.backups.is_empty());
        assert!(is_noted, "{} {spec}", operator.kind);
    }
}

/// The properties of a stack that set a key to a value: `a.b` becomes keys in keys.
fn properties(key: &str, value: &str) -> String {
    let parts: Vec<&str> = key.split('.').collect();
    let lines = parts.iter().enumerate().map(|(depth, part)| {
        let value = if depth + 1 == parts.len() { value } else { "" };
        format!("{}{part}: {value}\n", "  ".repeat(depth + 3))
    });
    format!("    Properties:\n{}", lines.collect::<String>())
}

fn stacked(kind: &TerraformKind, properties: &str) -> Vec<Datastore> {
    let text = format!(
        "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  Main:\n    Type: {}\n{properties}",
        kind.r#type
    );
    let mut stores = Vec::new();
    with_material(&[("stack.yaml", &text)], |material| stores = take(material).datastores);
    stores
}

#[test]
fn every_kind_of_cloudformation_is_on_off_and_left_out_as_its_entry_says() {
    for kind in &catalog().stack {
        let name = &kind.r#type;
        for setting in &kind.backup {
            let (on, off) = match setting.on.as_str() {
                "days" => ("7", "0"),
                "true" => ("true", "false"),
                exact => (exact, "SomethingElse"),
            };
            for (value, is_on) in [(on, true), (off, false)] {
                let stores = stacked(kind, &properties(&setting.key, value));
                let store = stores.first().expect(name);
                assert_eq!((stores.len(), is_backed(store)), (1, is_on), "{name} {value}");
            }
            let stores = stacked(kind, &properties(&setting.key, "{Ref: Chosen}"));
            let store = stores.first().expect(name);
            assert!(store.backup_unknown.is_some() && !is_backed(store), "{name} by a parameter");
            let stores = stacked(kind, "");
            let store = stores.first().expect(name);
            let is_kept = setting.default.parse::<u32>().is_ok_and(|days| days > 0);
            assert_eq!(is_backed(store), is_kept, "{name} left out");
            assert_eq!(store.backup_unknown.is_some(), setting.default == "unknown", "{name} left out");
        }
        for key in kind.replica_of.iter().chain(&kind.part_of) {
            assert!(stacked(kind, &properties(key, "other")).is_empty(), "{name} {key}");
        }
    }
}

#[test]
fn every_sidecar_keeps_its_schedule_and_a_stranger_beside_a_store_copies_nothing() {
    let beside = |engine: &str, image: &str, environment: &str| {
        let text = format!(
            "services:\n  db:\n    image: {engine}:16\n    volumes: ['data:/var/lib/{engine}']\n  copies:\n    image: {image}\n{environment}volumes:\n  data: {{}}\n"
        );
        let mut stores = Vec::new();
        with_material(&[("compose.yaml", &text)], |material| stores = take(material).datastores);
        stores.into_iter().find(|store| store.name == "db").expect("the database")
    };
    let schedule = |store: &Datastore| store.backups.iter().find_map(|backup| backup.schedule.clone());
    for entry in &catalog().sidecar {
        let engine = if entry.engine.is_empty() { "postgres" } else { &entry.engine };
        for name in &entry.names {
            let image = format!("team/{name}:1");
            for key in &entry.schedule {
                let store = beside(engine, &image, &format!("    environment: {{{key}: '0 3 * * *'}}\n"));
                assert!(is_backed(&store), "{name}");
                assert_eq!(schedule(&store).as_deref(), Some("0 3 * * *"), "{name} {key}");
            }
            let store = beside(engine, &image, "");
            assert_eq!(schedule(&store), entry.default, "{name} left alone");
            assert!(!is_backed(&beside(engine, &format!("team/{name}-web:1"), "")), "{name}-web");
        }
        if !entry.engine.is_empty() {
            let store = beside("mongo", &format!("team/{}:1", entry.names[0]), "");
            assert!(!is_backed(&store), "{} beside another engine", entry.names[0]);
        }
    }
}
