//! Stores declared in CloudFormation and SAM templates.
//!
//! A value that an intrinsic function gives (`Ref`, `Fn::If`, …) is unknown: parameters are chosen
//! when the stack is made, and not here. `DeletionPolicy` counts as written only.

use super::catalog::{self, BackupKey, TerraformKind, catalog};
use super::container::fresh;
use super::key::Key;
use super::naming::{kind, settle};
use super::weigh::weighs;
use crate::inventory::Material;
use crate::model::Span;
use crate::model::fact::{Resource, System};
use crate::model::thing::Datastore;
use crate::model::tree::{Node, Value};
use crate::text::{cut, fold};

/// What AWS Backup selects by tags in a stack may be any store of the account.
const SELECTED: &str = "an AWS Backup selection in a template may include it";

/// Every store of every template.
pub(super) fn stores(material: &Material<'_>) -> Vec<Datastore> {
    let of_stacks: Vec<(Span, &Resource)> =
        material.resources().filter(|(_, r)| r.system == System::CloudFormation).collect();
    let selects = of_stacks.iter().any(|(_, r)| r.kind == "AWS::Backup::BackupSelection");
    let mut stores: Vec<Datastore> =
        of_stacks.iter().filter_map(|(span, resource)| store(span, resource)).collect();
    for store in stores.iter_mut().filter(|_| selects) {
        if store.backups.iter().all(|backup| backup.contradicted.is_some()) {
            store.backup_unknown.get_or_insert_with(|| SELECTED.to_owned());
        }
    }
    stores
}

fn store(span: &Span, resource: &Resource) -> Option<Datastore> {
    let known: &'static TerraformKind = catalog().stack.iter().find(|known| known.r#type == resource.kind)?;
    let read = |dotted: &str| value(&resource.body, dotted);
    let text = |dotted: &String| match read(dotted) {
        Key::Known(node) => node.text().map(str::to_owned),
        _ => None,
    };
    let is_written = |dotted: &String| !matches!(read(dotted), Key::Missing);
    if known.replica_of.iter().chain(&known.part_of).any(is_written) {
        return None;
    }
    let own_name = known.names.iter().find_map(text);
    let name = own_name.clone().unwrap_or_else(|| resource.name.clone());
    let engine = known.engine_key.as_ref().and_then(text).map(|engine| catalog::engine(&engine));
    let mut store = fresh(span, &name, &[&name, &resource.name]);
    store.address = format!("{} {}", resource.kind, resource.name);
    store.kind = kind(known.kind.into(), &name, &resource.name, engine.as_deref());
    store.engine = engine.unwrap_or_else(|| known.engine.clone());
    store.settle = settle(&known.settle, own_name.as_deref());
    store.condition = resource.body.text_at("Condition").map(|condition| format!("only if {condition}"));
    for setting in &known.backup {
        weigh(&mut store, setting, read(&setting.key));
    }
    if let Some(policy) = resource.body.get("DeletionPolicy")
        && let Some(text) = policy.text()
    {
        let place = Span::new(&span.path, policy.at);
        store.switches.push((format!("DeletionPolicy = {text}"), place, text == "Delete"));
    }
    Some(store)
}

fn weigh(store: &mut Datastore, setting: &BackupKey, value: Key) {
    match weighs(&store.span, setting, value) {
        Ok(backup) => store.backups.extend(backup),
        Err(why) => {
            store.backup_unknown.get_or_insert(why);
        }
    }
}

/// A key under `Properties`; an intrinsic function on the way makes it unknown.
fn value(body: &Node, dotted: &str) -> Key {
    let Some(mut current) = body.get("Properties") else { return Key::Missing };
    for part in dotted.split('.') {
        let Some(next) = current.get(part) else { return Key::Missing };
        if let Value::Unknown(source) = &next.value {
            return Key::Unknown(source.clone());
        }
        let function = next.entries().iter().find(|e| e.key == "Ref" || e.key.starts_with("Fn::"));
        if let Some(function) = function {
            let of = function.node.text().unwrap_or_default();
            return Key::Unknown(cut(&fold(&format!("{} {of}", function.key)), 60).trim_end().to_owned());
        }
        current = next;
    }
    Key::Known(current.clone())
}

#[cfg(test)]
mod tests {
    use super::stores;
    use crate::inventory::material::testing::with_material;

    #[track_caller]
    fn check(resources: &str, expected: &[&str]) {
        let text = format!("AWSTemplateFormatVersion: '2010-09-09'\nResources:\n{resources}");
        with_material(&[("infra/prod/stack.yaml", &text)], |material| {
            let found: Vec<String> = stores(material)
                .iter()
                .map(|store| {
                    let said: Vec<String> = store
                        .backups
                        .iter()
                        .map(|b| b.contradicted.as_ref().map_or(b.tool.clone(), |why| format!("not: {why}")))
                        .chain(store.backup_unknown.iter().map(|why| format!("?: {why}")))
                        .collect();
                    format!("{} {} [{}]", store.name, store.engine, said.join("; "))
                })
                .collect();
            assert_eq!(found, expected, "{resources}");
        });
    }

    #[test]
    fn a_database_without_the_key_keeps_one_day() {
        check(
            "  Db:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      Engine: postgres\n",
            &["Db postgres [BackupRetentionPeriod is not set, and the provider's default is 1]"],
        );
    }

    #[test]
    fn a_retention_of_zero_is_no_backup() {
        check(
            "  Db:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      Engine: mysql\n      BackupRetentionPeriod: 0\n",
            &["Db mysql [not: BackupRetentionPeriod = 0]"],
        );
        check(
            "  T:\n    Type: AWS::DynamoDB::Table\n",
            &["T dynamodb [not: PointInTimeRecoveryEnabled is not set, and the provider's default is false]"],
        );
    }

    #[test]
    fn what_a_parameter_decides_is_unknown() {
        check(
            "  Db:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      BackupRetentionPeriod:\n        Ref: Days\n",
            &["Db rds [?: BackupRetentionPeriod is Ref Days]"],
        );
    }

    #[test]
    fn members_replicas_and_other_resources_are_no_stores() {
        check(
            "  Member:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      DBClusterIdentifier: shop\n  Copy:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      SourceDBInstanceIdentifier: shop\n  Group:\n    Type: AWS::RDS::DBSubnetGroup\n",
            &[],
        );
    }

    #[test]
    fn a_selection_by_tags_may_include_a_table() {
        check(
            "  T:\n    Type: AWS::S3::Bucket\n  Pick:\n    Type: AWS::Backup::BackupSelection\n",
            &[
                "T s3 [not: VersioningConfiguration.Status is not set, and the provider's default is unversioned; ?: an AWS Backup selection in a template may include it]",
            ],
        );
    }
}
