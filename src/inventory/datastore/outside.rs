//! Calls of public modules whose insides another repository decides about: stores with unknown
//! backups, never missing ones.

use super::catalog::PublicModule;
use super::key::{Key, key};
use super::naming::{condition, kind, settle};
use crate::inventory::terraform::{Presence, Terraform};
use crate::model::fact::Resource;
use crate::model::thing::{Datastore, Loss, StoreKind};
use crate::model::{Grade, Span};
use crate::text::environment;

pub(super) fn calls(resource: &Resource, module: &PublicModule) -> bool {
    // A module in this repository is read, whatever its folder is called.
    let is_elsewhere = |source: &str| !source.starts_with('.') && source.contains(&module.source);
    resource.kind == "module" && resource.body.text_at("source").is_some_and(is_elsewhere)
}

/// A call of a module that another repository decides about.
pub(super) fn decided_elsewhere<'a>(
    terraform: &Terraform<'a>,
    span: Span,
    resource: &'a Resource,
    module: &'static PublicModule,
) -> Option<Datastore> {
    let scopes = terraform.instances_at(&span.path);
    let mut looks: Vec<_> = scopes
        .iter()
        .map(|scope| {
            let calls = scope.calls();
            let named = |dotted: &&str| match key(terraform, scope, &resource.body, dotted) {
                Key::Known(node) => node.text().filter(|text| !text.is_empty()).map(str::to_owned),
                _ => None,
            };
            let name = ["name", "bucket_name", "bucket"].iter().find_map(named);
            let outer = calls.last().map_or(&span.path, |(span, _)| &span.path);
            let said: Vec<&str> = name.iter().map(String::as_str).collect();
            let environment = environment(outer, &said);
            (terraform.presence(scope, &resource.body), environment, name, calls)
        })
        .collect();
    let is_somewhere = looks.iter().any(|(presence, ..)| *presence != Presence::Off);
    let is_everywhere = looks.iter().all(|(presence, ..)| *presence == Presence::On);
    looks.retain(|(presence, ..)| !is_somewhere || *presence != Presence::Off);
    looks.sort_by_key(|(_, environment, ..)| *environment);
    let mut also_at: Vec<Span> =
        looks.iter().flat_map(|look| look.3.iter().map(|(span, _)| span.clone())).collect();
    also_at.sort();
    also_at.dedup();
    let (_, environment, named, _) = looks.into_iter().next()?;
    let name = named.clone().unwrap_or_else(|| resource.name.clone());
    let plain: StoreKind = module.kind?.into();
    Some(Datastore {
        settle: settle(module.settle.as_deref()?, named.as_deref()),
        kind: kind(plain, &name, &resource.name, None),
        engine: module.engine.clone()?,
        address: format!("module.{}", resource.name),
        environment,
        also_at,
        backups: Vec::new(),
        restore_grade: Grade::Absent,
        worst_case: Loss::Unknown(String::new()),
        worst_case_because: String::new(),
        switches: Vec::new(),
        condition: (!is_everywhere).then(|| condition(&resource.body)).flatten(),
        is_switched_off: !is_somewhere,
        backup_unknown: Some(format!("the module {} decides it, in another repository", module.source)),
        name,
        span,
    })
}

#[cfg(test)]
mod tests {
    use crate::inventory::datastore::cloud::stores;
    use crate::inventory::material::testing::with_material;

    #[track_caller]
    fn check(source: &str, expected: &[&str]) {
        let text = format!("module \"uploads\" {{\n  source = \"{source}\"\n}}\n");
        with_material(&[("main.tf", &text)], |material| {
            let found: Vec<String> = stores(material)
                .iter()
                .map(|s| format!("{} {} unknown: {}", s.name, s.engine, s.backup_unknown.is_some()))
                .collect();
            assert_eq!(found, expected, "{source}");
        });
    }

    #[test]
    fn a_bucket_of_another_repository_is_unknown_and_a_folder_here_is_read_instead() {
        check("github.com/shop/shop-terraform-s3-bucket?ref=v1", &["uploads s3 unknown: true"]);
        check("cloudposse/s3-bucket/aws", &["uploads s3 unknown: true"]);
        check("../modules/terraform-s3-bucket", &[]);
        check("github.com/shop/terraform-s3-policy", &[]);
    }
}
