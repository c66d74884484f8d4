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
