//! The state of Terraform: whoever applies an older commit needs it whole, and alone.
//!
//! Only what the same files show: a backend whose settings come from elsewhere is not judged.

use super::obstacle::obstacle;
use super::within;
use crate::inventory::Material;
use crate::model::fact::{Resource, System};
use crate::model::thing::Obstacle;
use crate::model::tree::Node;
use crate::model::{At, Span};
use crate::text::environment::environment;
use crate::text::{Role, role};

const RULE: &str = "unguarded-terraform-state";

/// Everything that endangers a state.
pub(super) fn take(material: &Material<'_>) -> Vec<Obstacle> {
    let backends: Vec<(Span, &Resource)> = material.resources_of(System::Terraform, "backend").collect();
    let mut found = committed(material);
    for (span, backend) in &backends {
        if !is_completed_elsewhere(material, span) {
            found.extend(unlocked(span, backend));
        }
        found.extend(unversioned(material, span, backend));
    }
    found
}

/// States that are files of the repository.
fn committed(material: &Material<'_>) -> Vec<Obstacle> {
    let states = material
        .paths
        .iter()
        .filter(|path| path.file_name() == "terraform.tfstate" && role(path) == Role::Main);
    let each = states.map(|path| {
        let message = format!(
            "`{path}` is a file of the repository: an older commit brings back an older state than what runs, and two people who apply overwrite each other's."
        );
        let span = Span::new(path, At { line: 1, start: 0, end: 0 });
        obstacle(RULE, span, format!("state {path}"), message, environment(path, &[]))
    });
    each.collect()
}

/// Whether a file beside it or a workflow gives settings that are not written in it.
fn is_completed_elsewhere(material: &Material<'_>, span: &Span) -> bool {
    let is_setting = |name: &str| {
        name.ends_with(".tfbackend") || matches!(name, "backend.hcl" | "backend.conf" | "backend.config")
    };
    let mut found = material.paths.iter().any(|path| is_setting(path.file_name()))
        || material.exists(&format!("{}/terragrunt.hcl", span.path.parent()));
    for (_, resource) in material.resources() {
        if matches!(resource.system, System::GithubActions | System::GitlabCi) {
            resource.body.walk(&mut |_, node| {
                found |= node.text().is_some_and(|text| text.contains("backend-config"));
            });
        }
    }
    found
}

/// A state in S3 that two runs may write at once; the other backends lock by themselves.
fn unlocked(span: &Span, backend: &Resource) -> Option<Obstacle> {
    let body = &backend.body;
    let (bucket, key) = (body.text_at("bucket")?, body.text_at("key")?);
    let locks = |key: &str| body.get(key).is_some_and(|node| node.as_bool() != Some(false));
    if backend.name != "s3" || locks("use_lockfile") || locks("dynamodb_table") {
        return None;
    }
    let message = format!(
        "The state `{bucket}/{key}` is not locked (neither `use_lockfile` nor `dynamodb_table`): two runs at once, also one that goes back, overwrite each other's."
    );
    let reach = environment(&span.path, &[bucket, key]);
    Some(obstacle(RULE, span.clone(), format!("state {bucket}/{key}"), message, reach))
}

/// Kinds of buckets by the kind of backend: the kind, the key of the name.
const BUCKETS: &[(&str, &str, &str)] =
    &[("s3", "aws_s3_bucket", "bucket"), ("gcs", "google_storage_bucket", "name")];

/// A bucket of the same repository that keeps the state, and no earlier one.
fn unversioned(material: &Material<'_>, span: &Span, backend: &Resource) -> Option<Obstacle> {
    let name = backend.body.text_at("bucket")?;
    let (_, kind, key) = BUCKETS.iter().find(|(system, ..)| *system == backend.name)?;
    let (place, bucket) = material
        .resources_of(System::Terraform, kind)
        .find(|(_, bucket)| bucket.body.text_at(key) == Some(name))?;
    if is_versioned(material, &place, bucket, name) {
        return None;
    }
    let message = format!(
        "Bucket `{name}` keeps the state of Terraform and no earlier versions of it: a state that a failed run damaged has no way back."
    );
    let reach = environment(&span.path, &[name]);
    let mut made = obstacle(RULE, place.clone(), format!("bucket {name}"), message, reach);
    made.related.push((within(span, &backend.body), "the state that it keeps".to_owned()));
    Some(made)
}

fn is_versioned(material: &Material<'_>, place: &Span, bucket: &Resource, name: &str) -> bool {
    // What is not known may well be true.
    let is_on = |node: &Node| node.as_bool() != Some(false) && node.text() != Some("Suspended");
    let within_it = bucket.body.get("versioning").is_some_and(|block| block.get("enabled").is_none_or(is_on));
    let is_dynamic = bucket.body.get("dynamic").is_some();
    let beside = material.resources_of(System::Terraform, "aws_s3_bucket_versioning").any(|(other, one)| {
        let of = one.body.get("bucket");
        let names_it = of.and_then(Node::text) == Some(name)
            || of.and_then(Node::unknown).is_some_and(|source| {
                source.contains(&format!("aws_s3_bucket.{}.", bucket.name))
                    || source.contains(&format!("aws_s3_bucket.{}[", bucket.name))
            });
        let status = one.body.at_path("versioning_configuration.status");
        names_it && other.path.parent() == place.path.parent() && status.is_none_or(is_on)
    });
    within_it || is_dynamic || beside
}
