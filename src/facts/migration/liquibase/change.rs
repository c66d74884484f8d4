//! What one declared change of Liquibase does, and what turns it round.
//!
//! Which changes turn themselves round is on the page of each change type
//! (<https://docs.liquibase.com/change-types/home.html>); a change that does not makes `rollback`
//! stop, whatever else its change set holds.

use crate::facts::migration::Step;
use crate::model::At;
use crate::model::fact::{Alteration, DataVerb, Object, Operation};
use crate::model::tree::Node;
use crate::parse;

/// A change and what turns it round.
pub(super) type Turned = (Operation, Operation);

/// What SQL inside a changelog does; all at one place, for its own lines are not those of the file.
pub(super) fn sql(text: &str, at: At) -> Vec<Step> {
    parse::sql::operations(text).into_iter().map(|(_, operation)| (at, operation)).collect()
}

/// An attribute in XML, a key elsewhere.
fn text<'a>(node: &'a Node, key: &str) -> &'a str {
    node.text_at(&format!("@{key}")).or_else(|| node.text_at(key)).unwrap_or_default()
}

fn no_way(name: &str) -> Operation {
    Operation::Irreversible(format!("{name} without rollback"))
}

/// Every step of a change.
pub(super) fn read(name: &str, node: &Node) -> Vec<Turned> {
    let of = |key: &str| text(node, key).to_owned();
    let table = of("tableName");
    let with = |step: Operation| vec![(step, no_way(name))];
    match name {
        "createTable" => vec![(Operation::CreateTable(table.clone()), Operation::DropTable(table))],
        "dropTable" => with(Operation::DropTable(table)),
        "renameTable" => {
            let (old, new) = (of("oldTableName"), of("newTableName"));
            vec![(Operation::RenameTable(old.clone(), new.clone()), Operation::RenameTable(new, old))]
        }
        "addColumn" => columns(node)
            .map(|(column, fills)| {
                let name = text(column, "name").to_owned();
                (
                    Operation::AddColumn(table.clone(), name.clone(), fills),
                    Operation::DropColumn(table.clone(), name),
                )
            })
            .collect(),
        "dropColumn" => {
            let one = Some(of("columnName")).filter(|name| !name.is_empty());
            let many = columns(node).map(|(column, _)| text(column, "name").to_owned());
            let drop = |name| (Operation::DropColumn(table.clone(), name), no_way("dropColumn"));
            one.into_iter().chain(many).map(drop).collect()
        }
        "renameColumn" => {
            let (old, new) = (of("oldColumnName"), of("newColumnName"));
            vec![(
                Operation::RenameColumn(table.clone(), old.clone(), new.clone()),
                Operation::RenameColumn(table, new, old),
            )]
        }
        "modifyDataType" => with(Operation::AlterColumn(table, of("columnName"), Alteration::Retyped)),
        "addNotNullConstraint" | "dropNotNullConstraint" | "addDefaultValue" | "dropDefaultValue" => {
            nulls(name, table, of("columnName"))
        }
        _ => beside(name, node),
    }
}

/// Changes of what holds no rows.
fn beside(name: &str, node: &Node) -> Vec<Turned> {
    let of = |key: &str| text(node, key).to_owned();
    let table = of("tableName");
    let with = |step: Operation| vec![(step, no_way(name))];
    let other = |object: Object, key: &str| {
        let name = of(key);
        vec![(Operation::CreateOther(object, name.clone()), Operation::DropOther(object, name))]
    };
    match name {
        "createIndex" => other(Object::Index, "indexName"),
        "dropIndex" => with(Operation::DropOther(Object::Index, of("indexName"))),
        "createView" => other(Object::View, "viewName"),
        "dropView" => with(Operation::DropOther(Object::View, of("viewName"))),
        "createSequence" => other(Object::Sequence, "sequenceName"),
        "addAutoIncrement" => vec![(
            Operation::AlterColumn(table.clone(), of("columnName"), Alteration::Loosened),
            Operation::NoOp("addAutoIncrement".to_owned()),
        )],
        "addForeignKeyConstraint" => constraint(text(node, "baseTableName"), of("constraintName")),
        "addPrimaryKey" | "addUniqueConstraint" | "addCheckConstraint" => {
            constraint(&table, of("constraintName"))
        }
        "dropForeignKeyConstraint"
        | "dropPrimaryKey"
        | "dropUniqueConstraint"
        | "dropCheckConstraint"
        | "dropAllForeignKeyConstraints" => {
            let kind = if name.contains("ForeignKey") { "fk " } else { "" };
            with(Operation::DropOther(Object::Constraint, format!("{kind}{}", of("constraintName"))))
        }
        "setTableRemarks" | "setColumnRemarks" => {
            vec![(Operation::CreateOther(Object::Comment, table), Operation::NoOp(name.to_owned()))]
        }
        "output" | "stop" => vec![(Operation::NoOp(name.to_owned()), Operation::NoOp(name.to_owned()))],
        _ => rows(name, node),
    }
}

/// Changes of rows, and what nobody can read.
fn rows(name: &str, node: &Node) -> Vec<Turned> {
    let table = text(node, "tableName").to_owned();
    let with = |step: Operation| vec![(step, no_way(name))];
    match name {
        "insert" | "loadData" | "loadUpdateData" => {
            with(Operation::ChangeData(DataVerb::Insert, table, Vec::new()))
        }
        "update" => {
            let written = columns(node).map(|(column, _)| text(column, "name").to_owned()).collect();
            with(Operation::ChangeData(DataVerb::Update, table, written))
        }
        "delete" => {
            let is_some = node.get("where").is_some();
            let verb = if is_some { DataVerb::Delete } else { DataVerb::DeleteAll };
            with(Operation::ChangeData(verb, table, Vec::new()))
        }
        "sql" => raw_sql(node),
        _ => vec![(Operation::Raw(name.to_owned()), no_way(name))],
    }
}

fn raw_sql(node: &Node) -> Vec<Turned> {
    let body = node.get_all("#text").filter_map(Node::text).collect::<String>();
    let body =
        if body.is_empty() { node.text_at("sql").or_else(|| node.text()).unwrap_or_default() } else { &body };
    let steps = sql(body, node.at);
    steps.into_iter().map(|(_, step)| (step, no_way("sql"))).collect()
}

fn nulls(name: &str, table: String, column: String) -> Vec<Turned> {
    let alter = |way| Operation::AlterColumn(table.clone(), column.clone(), way);
    let (tight, loose) = (alter(Alteration::Tightened), alter(Alteration::Loosened));
    match name {
        "addNotNullConstraint" => vec![(tight, loose)],
        "dropDefaultValue" => vec![(tight, no_way(name))],
        _ => vec![(loose, tight)],
    }
}

fn constraint(table: &str, name: String) -> Vec<Turned> {
    vec![(
        Operation::AddConstraint(table.to_owned(), name.clone()),
        Operation::DropOther(Object::Constraint, name),
    )]
}

/// The columns of a change, and whether old code can still insert without each.
fn columns(node: &Node) -> impl Iterator<Item = (&Node, bool)> {
    let in_xml = node.get_all("column");
    let in_tree = node.get("columns").map(Node::items).unwrap_or_default().iter();
    let all = in_xml.chain(in_tree.filter_map(|entry| entry.get("column")));
    all.map(|column| {
        let rules = column.get("constraints");
        let refuses_null = rules
            .is_some_and(|rules| text(rules, "nullable") == "false" || text(rules, "primaryKey") == "true");
        let keys = column.entries().iter().map(|entry| entry.key.trim_start_matches('@'));
        let fills_itself = keys
            .into_iter()
            .any(|key| key.starts_with("defaultValue") || key == "autoIncrement" || key == "generationType");
        (column, !refuses_null || fills_itself)
    })
}
