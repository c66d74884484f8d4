//! Liquibase changelogs: every change set is a migration of its own, named `author:id` as the ledger
//! names it.
//!
//! A change in XML, YAML or JSON that Liquibase can turn round needs no rollback of its own; SQL never
//! turns itself round.
//!
//! - `formatted`: changelogs in SQL
//! - `change`: what one declared change does, and what turns it round

mod change;
mod formatted;

use super::{Step, blank, standing};
use crate::facts::SourceFile;
use crate::model::fact::{MigrationFile, Operation, Runner};
use crate::model::tree::{Node, Value};
use crate::parse::{Language, xml};

/// Changelogs by their root; other files with the word are configuration.
pub(in super::super) fn wants(file: &SourceFile<'_>) -> bool {
    match file.language {
        Language::Sql => super::sql::is_changelog(&file.text),
        Language::Xml | Language::Yaml | Language::Json => {
            file.holds("databaseChangeLog") && file.holds("changeSet")
        }
        _ => false,
    }
}

/// Reads every change set of a changelog.
pub(in super::super) fn read(file: &SourceFile<'_>) -> Vec<MigrationFile> {
    match file.language {
        Language::Sql => formatted::read(file),
        Language::Xml => {
            let root = xml::parse(&file.text).value;
            let log = root.as_ref().and_then(|root| root.get("databaseChangeLog"));
            let sets = log.map(|log| log.get_all("changeSet").collect::<Vec<_>>()).unwrap_or_default();
            sets.into_iter().filter_map(|set| xml_set(file, set)).collect()
        }
        _ => {
            let logs = file.yaml().iter().filter_map(|root| root.get("databaseChangeLog"));
            let sets = logs.flat_map(Node::items).filter_map(|entry| entry.get("changeSet"));
            sets.filter_map(|set| tree_set(file, set)).collect()
        }
    }
}

fn set(file: &SourceFile<'_>, author: &str, id: &str, at: crate::model::At) -> MigrationFile {
    let mut migration = blank(Runner::Liquibase, file, &format!("{author}:{id}"), id);
    migration.way_back_at = at;
    migration
}

/// Elements of a change set that are no changes.
const BESIDE: &[&str] = &[
    "comment",
    "preConditions",
    "rollback",
    "validCheckSum",
    "modifySql",
    "tagDatabase",
    "property",
    "empty",
];

fn xml_set(file: &SourceFile<'_>, node: &Node) -> Option<MigrationFile> {
    let at = node.at;
    let mut migration = set(file, node.text_at("@author")?, node.text_at("@id")?, at);
    let changes: Vec<(&str, &Node)> = node
        .entries()
        .iter()
        .filter(|entry| !entry.key.starts_with(['@', '#']) && !BESIDE.contains(&entry.key.as_str()))
        .map(|entry| (entry.key.as_str(), &entry.node))
        .collect();
    let rollbacks: Vec<&Node> = node.get_all("rollback").collect();
    finish(&mut migration, &changes, &rollbacks);
    Some(migration)
}

fn tree_set(file: &SourceFile<'_>, node: &Node) -> Option<MigrationFile> {
    let mut migration = set(file, node.text_at("author")?, node.text_at("id")?, node.at);
    let of = |list: &'_ Node| -> Vec<(String, Node)> {
        let each = list.items().iter().flat_map(Node::entries);
        each.map(|entry| (entry.key.clone(), entry.node.clone())).collect()
    };
    let changes = node.get("changes").map(of).unwrap_or_default();
    let changes: Vec<(&str, &Node)> = changes
        .iter()
        .filter(|(name, _)| !BESIDE.contains(&name.as_str()))
        .map(|(n, c)| (n.as_str(), c))
        .collect();
    let rollbacks: Vec<&Node> = node.get_all("rollback").collect();
    finish(&mut migration, &changes, &rollbacks);
    Some(migration)
}

fn finish(migration: &mut MigrationFile, changes: &[(&str, &Node)], rollbacks: &[&Node]) {
    let mut turned: Vec<Step> = Vec::new();
    for (name, change) in changes {
        for (operation, inverse) in change::read(name, change) {
            migration.up.push((change.at, operation));
            turned.push((change.at, inverse));
        }
    }
    let Some(first) = rollbacks.first() else {
        turned.reverse();
        migration.way_back = standing(Some(&turned), false, false);
        if let Some((at, _)) = turned.iter().find(|(_, step)| matches!(step, Operation::Irreversible(_))) {
            migration.way_back_at = *at;
        }
        migration.down = Some(turned);
        return;
    };
    migration.way_back_at = first.at;
    let down: Vec<Step> = rollbacks.iter().flat_map(|rollback| way_down(rollback)).collect();
    migration.way_back = standing(Some(&down), false, false);
    migration.down = Some(down);
}

/// What stands in a `rollback`: SQL, changes, a reference to another change set, or nothing.
fn way_down(rollback: &Node) -> Vec<Step> {
    let sql = |node: &Node| change::sql(node.text().unwrap_or_default(), node.at);
    match &rollback.value {
        Value::Scalar { .. } => sql(rollback),
        Value::List(items) => items.iter().flat_map(way_down).collect(),
        Value::Map(entries) => entries
            .iter()
            .flat_map(|entry| match entry.key.as_str() {
                "#text" => sql(&entry.node),
                "@changeSetId" | "changeSetId" => {
                    vec![(entry.at, Operation::Raw("rollback of another change set".to_owned()))]
                }
                key if key.starts_with('@') || BESIDE.contains(&key) => Vec::new(),
                "changeSetAuthor" | "changeSetPath" => Vec::new(),
                key => change::read(key, &entry.node).into_iter().map(|(step, _)| (entry.at, step)).collect(),
            })
            .collect(),
        Value::Unknown(source) => vec![(rollback.at, Operation::Raw(source.clone()))],
        Value::Null => Vec::new(),
    }
}
