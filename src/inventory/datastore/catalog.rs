//! `rules/catalog/datastores.toml`: which resources, images, operators and chart parts are stores.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::model::thing::{BackupMeans, StoreKind};
use crate::model::tree::Node;
use crate::rules;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Catalog {
    pub terraform: Vec<TerraformKind>,
    /// Resources of CloudFormation; keys stand under `Properties`.
    pub stack: Vec<TerraformKind>,
    pub module: Vec<PublicModule>,
    pub companion: Vec<Companion>,
    pub image: Vec<Image>,
    pub operator: Vec<Operator>,
    pub chart: Vec<Chart>,
    pub sidecar: Vec<Sidecar>,
}

/// A Terraform resource type that is a store.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TerraformKind {
    pub r#type: String,
    pub engine: String,
    /// The key that names the engine more exactly.
    pub engine_key: Option<String>,
    pub kind: Kind,
    /// Keys that may name it, best first.
    pub names: Vec<String>,
    /// Keys that make it a copy of another store.
    #[serde(default)]
    pub replica_of: Vec<String>,
    /// Keys that make it a member of another store.
    #[serde(default)]
    pub part_of: Vec<String>,
    /// A resource that must name it: without one there is nothing in it, or something of another kind.
    pub holds: Option<String>,
    /// The page that states the defaults.
    #[allow(dead_code, reason = "the source of the entry, for people and for the test below")]
    pub page: String,
    pub settle: String,
    #[serde(default)]
    pub backup: Vec<BackupKey>,
    #[serde(default)]
    pub switch: Vec<Switch>,
}

/// A key that switches backups.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BackupKey {
    pub key: String,
    pub on: String,
    pub default: String,
    pub means: Means,
    /// Seconds between two copies; left out where nothing states it.
    pub gap: Option<u64>,
    /// A key that must be true as well.
    pub needs: Option<String>,
    /// Unit of the number; days when left out.
    pub unit: Option<String>,
    /// What happens by itself, for the key `-`.
    pub says: Option<String>,
    /// How long it is kept by itself, for the key `-`.
    pub kept: Option<String>,
    /// The engines it is said of; all when empty.
    #[serde(default)]
    pub only: Vec<String>,
}

/// A key that guards or weakens.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Switch {
    pub key: String,
    /// The value that weakens.
    pub weak: String,
    pub default: String,
    /// Whether only a written value counts, because nearly everybody leaves the default.
    #[serde(default)]
    pub is_quiet: bool,
}

/// A public module that stands for a resource, or one whose insides are decided elsewhere.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PublicModule {
    pub source: String,
    pub is_a: Option<String>,
    pub engine: Option<String>,
    pub kind: Option<Kind>,
    pub settle: Option<String>,
    #[serde(default)]
    pub names: Vec<String>,
    /// Keys of the resource by the name the module gives them.
    #[serde(default)]
    pub keys: BTreeMap<String, String>,
}

/// A resource that backs up another one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Companion {
    pub r#type: String,
    pub of: Vec<String>,
    pub key: Option<String>,
    pub on: Option<String>,
    pub means: Means,
    pub gap: Option<u64>,
    /// The type of a policy it names, which holds the schedule.
    pub via: Option<String>,
    #[serde(default)]
    pub is_off_site: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Image {
    pub names: Vec<String>,
    pub engine: String,
    pub kind: Kind,
    pub data: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Operator {
    pub api: String,
    pub kind: String,
    pub engine: String,
    /// What kind of store; a database when left out.
    pub holds: Option<Kind>,
    pub backup: Vec<String>,
    #[serde(default)]
    pub schedule: Vec<String>,
    pub gap: Option<u64>,
    pub settle: String,
    #[allow(dead_code, reason = "the source of the entry, for people")]
    pub page: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Chart {
    pub keys: Vec<String>,
    pub engine: String,
    pub kind: Kind,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sidecar {
    pub names: Vec<String>,
    pub engine: String,
    pub schedule: Vec<String>,
    pub default: Option<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Kind {
    Database,
    Objects,
    Volume,
    Queue,
    Cache,
    Telemetry,
}

impl From<Kind> for StoreKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Database => Self::Database,
            Kind::Objects => Self::Objects,
            Kind::Volume => Self::Volume,
            Kind::Queue => Self::Queue,
            Kind::Cache => Self::Cache,
            Kind::Telemetry => Self::Telemetry,
        }
    }
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Means {
    Provider,
    PointInTime,
    Versioning,
    Script,
}

impl From<Means> for BackupMeans {
    fn from(means: Means) -> Self {
        match means {
            Means::Provider => Self::Provider,
            Means::PointInTime => Self::PointInTime,
            Means::Versioning => Self::Versioning,
            Means::Script => Self::Script,
        }
    }
}

/// The catalogue; a test makes sure that it loads.
pub(super) fn catalog() -> &'static Catalog {
    static CATALOG: LazyLock<Catalog> =
        LazyLock::new(|| toml::from_str(rules::catalog("datastores")).unwrap_or_default());
    &CATALOG
}

impl Image {
    /// What kind of store its container is: Redis that is told to write everything down is kept for more
    /// than speed.
    pub fn kind_as(&self, container: &Node) -> StoreKind {
        let words = |key: &str| match container.get(key) {
            Some(node) if !node.items().is_empty() => {
                node.items().iter().filter_map(Node::text).collect::<Vec<_>>().join(" ")
            }
            node => node.and_then(Node::text).unwrap_or_default().to_owned(),
        };
        let line = ["command", "args", "cmd"].map(words).join(" ").replace(['"', '\''], "");
        let is_kept = self.engine == "redis" && line.contains("--appendonly yes");
        if is_kept { StoreKind::Database } else { self.kind.into() }
    }
}

/// The entry of an image by the last part of its name, without tag and digest.
pub(super) fn image(reference: &str) -> Option<&'static Image> {
    let name = image_name(reference);
    catalog().image.iter().find(|image| image.names.iter().any(|known| known == name))
}

/// The entry of a backup container.
pub(super) fn sidecar(reference: &str) -> Option<&'static Sidecar> {
    let name = image_name(reference);
    catalog().sidecar.iter().find(|sidecar| sidecar.names.iter().any(|known| known == name))
}

fn image_name(reference: &str) -> &str {
    let name = reference.split('@').next().unwrap_or(reference);
    let name = name.rsplit('/').next().unwrap_or(name);
    name.split(':').next().unwrap_or(name)
}

/// One word for an engine, whatever the provider calls it.
pub(super) fn engine(name: &str) -> String {
    const KNOWN: &[(&str, &str)] = &[
        ("postgres", "postgres"),
        ("maria", "mysql"),
        ("mysql", "mysql"),
        ("mongo", "mongodb"),
        ("docdb", "mongodb"),
        ("sqlserver", "sqlserver"),
        ("oracle", "oracle"),
        ("memcached", "memcached"),
        ("redis", "redis"),
        ("valkey", "redis"),
    ];
    let lower = name.to_ascii_lowercase();
    let known = KNOWN.iter().find(|(part, _)| lower.contains(part) || (lower == "pg" && *part == "postgres"));
    known.map_or(lower.clone(), |(_, engine)| (*engine).to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Catalog, engine, image};
    use crate::rules;

    #[test]
    fn the_catalog_loads_and_names_its_sources() {
        let catalog: Catalog = toml::from_str(rules::catalog("datastores")).unwrap();
        let kinds = || catalog.terraform.iter().chain(&catalog.stack);
        assert!(kinds().all(|kind| kind.page.starts_with("https://")));
        assert!(kinds().flat_map(|kind| &kind.backup).all(|key| key.key != "-" || key.says.is_some()));
        for module in &catalog.module {
            let known = |name: &String| catalog.terraform.iter().any(|kind| kind.r#type == *name);
            assert!(module.is_a.as_ref().is_none_or(known), "{}", module.source);
            assert!(module.is_a.is_some() || module.settle.is_some(), "{}", module.source);
        }
    }

    #[test]
    fn knows_images_by_their_last_part() {
        assert_eq!(image("docker.io/library/postgres:16@sha256:ab").unwrap().engine, "postgres");
        assert!(image("prometheuscommunity/postgres-exporter:v1").is_none());
        assert!(image("postgres-client").is_none());
        assert_eq!(engine("POSTGRES_14"), "postgres");
        assert_eq!(engine("aurora-mysql"), "mysql");
    }
}
