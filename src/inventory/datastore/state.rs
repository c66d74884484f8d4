//! The state of Terraform itself: what a lost or broken state costs is a night of imports.
//!
//! A bucket that this repository declares is that bucket and no second store; any other is unknown.
//! A state on the machine of whoever runs it (`local`, or no backend) says nothing about production.

use std::collections::BTreeMap;

use super::container::fresh;
use super::naming::settle;
use crate::inventory::Material;
use crate::model::Span;
use crate::model::fact::System;
use crate::model::thing::{Datastore, Environment, StoreKind};
use crate::text::{Role, environment, role};

/// Where a backend keeps the state: its kind, the key that names the place, our engine, the question.
const PLACES: &[(&str, &str, &str, &str)] = &[
    ("s3", "bucket", "s3", "aws s3api get-bucket-versioning --bucket {name}"),
    (
        "gcs",
        "bucket",
        "gcs",
        "gcloud storage buckets describe gs://{name} --format='value(versioning_enabled)'",
    ),
    (
        "azurerm",
        "storage_account_name",
        "azure-blobs",
        "az storage account blob-service-properties show --account-name {name} --query isVersioningEnabled",
    ),
];

/// One store for each bucket that holds a state and is not declared among `known`.
pub(super) fn stores(material: &Material<'_>, known: &[Datastore]) -> Vec<Datastore> {
    let mut by_place: BTreeMap<(usize, String), Vec<Span>> = BTreeMap::new();
    for (span, backend) in material.resources_of(System::Terraform, "backend") {
        if matches!(role(&span.path), Role::Test | Role::Example) {
            continue;
        }
        let place = PLACES.iter().position(|(kind, ..)| *kind == backend.name);
        let Some((index, key)) = place.and_then(|index| Some((index, PLACES.get(index)?.1))) else {
            continue;
        };
        let Some(name) = backend.body.text_at(key).filter(|name| !name.is_empty()) else { continue };
        by_place.entry((index, name.to_owned())).or_default().push(span);
    }
    by_place
        .into_iter()
        .filter(|((_, name), _)| !known.iter().any(|store| store.name == *name))
        .filter_map(|((index, name), mut places)| {
            places.sort_by_key(|span| (environment(&span.path, &[]), span.clone()));
            let (_, _, engine, ask) = PLACES.get(index)?;
            let mut store = fresh(places.first()?, &name, &[]);
            // A bucket that keeps the state of several environments keeps production's too.
            store.environment = match store.environment {
                Environment::Production => Environment::Production,
                near if near > Environment::Unstated => near,
                _ => Environment::Unstated,
            };
            store.address = format!("the Terraform state in {name}");
            store.engine = (*engine).to_owned();
            store.kind = StoreKind::Objects;
            store.settle = settle(ask, Some(&name));
            store.also_at = places.into_iter().skip(1).collect();
            store.backup_unknown =
                Some("the bucket of the Terraform state is not declared in this repository".to_owned());
            Some(store)
        })
        .collect()
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
                .map(|s| format!("{} {} unknown: {}", s.name, s.engine, s.backup_unknown.is_some()))
                .collect();
            assert_eq!(found, expected);
        });
    }

    const BACKEND: &str =
        "terraform {\n  backend \"s3\" {\n    bucket = \"shop-state\"\n    key = \"a\"\n  }\n}\n";

    #[test]
    fn a_state_is_one_store_however_many_stacks_keep_theirs_in_it() {
        check(&[("a/main.tf", BACKEND), ("b/main.tf", BACKEND)], &["shop-state s3 unknown: true"]);
    }

    #[test]
    fn a_bucket_declared_here_is_the_store() {
        let bucket = "resource \"aws_s3_bucket\" \"state\" {\n  bucket = \"shop-state\"\n  versioning {\n    enabled = true\n  }\n}\n";
        check(&[("a/main.tf", BACKEND), ("state.tf", bucket)], &["shop-state s3 unknown: false"]);
    }

    #[test]
    fn a_bucket_that_a_module_of_others_makes_is_the_store() {
        let call = "module \"state\" {\n  source = \"github.com/shop/terraform-s3-bucket\"\n  bucket_name = \"shop-state\"\n}\n";
        check(&[("a/main.tf", BACKEND), ("state.tf", call)], &["shop-state s3 unknown: true"]);
    }

    #[test]
    fn a_state_on_a_laptop_or_in_an_example_is_none() {
        check(&[("a/main.tf", "terraform {\n  backend \"local\" {}\n}\n")], &[]);
        check(&[("a/main.tf", "terraform {\n  backend \"s3\" {}\n}\n")], &[]);
        check(&[("examples/a/main.tf", BACKEND)], &[]);
    }
}
