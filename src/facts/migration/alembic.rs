//! Alembic and Flask-Migrate: `upgrade()` and `downgrade()` of a revision.

use tree_sitter::Node;

use super::literal::string;
use super::python::{Arguments, Module, call};
use super::syntax::{DEEPEST, at, children, source, tree};
use super::{Step, blank, standing};
use crate::facts::SourceFile;
use crate::model::fact::{Alteration, DataVerb, MigrationFile, Object, Operation, Runner};
use crate::parse::sql;
use crate::text::{cut, fold};

/// By the two names that the runner reads.
pub(super) fn wants(file: &SourceFile<'_>) -> bool {
    file.holds("down_revision") && file.holds("def upgrade")
}

/// Reads the revision.
pub(super) fn read(file: &SourceFile<'_>) -> Option<MigrationFile> {
    let parsed = tree(file)?;
    let module = Module::read(file, parsed.root_node());
    let version = string(file, *module.values.get("revision")?)?;
    let upgrade = *module.functions.get("upgrade")?;
    let mut migration = blank(Runner::Alembic, file, &version, &title(file.path.stem(), &version));
    let before = *module.values.get("down_revision")?;
    migration.after = match before.kind() {
        "tuple" | "list" => children(before).into_iter().filter_map(|node| string(file, node)).collect(),
        _ => string(file, before).into_iter().collect(),
    };
    migration.is_start_or_merge = migration.after.len() != 1;
    let says = |name: &str| module.values.get(name).is_some_and(|value| source(file, *value) != "None");
    migration.is_labeled = says("branch_labels") || says("depends_on");
    migration.up = Reader::read(file, &module, upgrade).steps;
    migration.way_back_at = at(file, signature(upgrade));
    if let Some(downgrade) = module.functions.get("downgrade") {
        let reader = Reader::read(file, &module, *downgrade);
        migration.way_back_at = at(file, signature(*downgrade));
        migration.way_back = standing(Some(&reader.steps), reader.is_declared, false);
        migration.reason = reader.reason;
        migration.down = Some(reader.steps);
    }
    Some(migration)
}

/// The file name without the revision: `ae1027a6acf_migrate_users` and `2024_01_01-ae10_users`.
fn title(stem: &str, version: &str) -> String {
    let rest = stem.split_once(version).map_or(stem, |(_, rest)| rest);
    rest.trim_matches(['_', '-']).to_owned()
}

/// The line of `def`, not the body.
fn signature(function: Node<'_>) -> Node<'_> {
    function.child_by_field_name("name").unwrap_or(function)
}

struct Reader<'f, 'a, 't> {
    file: &'f SourceFile<'a>,
    module: &'f Module<'t>,
    steps: Vec<Step>,
    is_declared: bool,
    reason: Option<String>,
    /// Names bound by `with op.batch_alter_table("t") as batch`, with their table.
    batches: Vec<(String, String)>,
}

impl<'f, 'a, 't> Reader<'f, 'a, 't> {
    fn read(file: &'f SourceFile<'a>, module: &'f Module<'t>, function: Node<'_>) -> Self {
        let mut reader =
            Self { file, module, steps: Vec::new(), is_declared: false, reason: None, batches: Vec::new() };
        if let Some(body) = function.child_by_field_name("body") {
            reader.block(body, 0);
        }
        reader
    }

    fn push(&mut self, node: Node<'_>, operation: Operation) {
        self.steps.push((at(self.file, node), operation));
    }

    fn raw(&mut self, node: Node<'_>) {
        let shown = cut(&fold(source(self.file, node)), 80);
        self.push(node, Operation::Raw(shown));
    }

    fn block(&mut self, block: Node<'_>, depth: u32) {
        if depth > DEEPEST {
            return self.raw(block);
        }
        for statement in children(block) {
            match statement.kind() {
                "raise_statement" if depth == 0 => {
                    self.is_declared = true;
                    self.reason = reason(self.file, statement);
                }
                "expression_statement" => {
                    let known = self.steps.len();
                    self.expression(statement, depth);
                    if self.steps.len() == known {
                        self.leftover(statement);
                    }
                }
                "with_statement" => {
                    self.bind(statement);
                    self.inside(statement, depth);
                }
                "if_statement" | "for_statement" | "while_statement" | "try_statement" | "else_clause"
                | "elif_clause" | "except_clause" | "finally_clause" | "block" => {
                    self.inside(statement, depth)
                }
                _ => self.expression(statement, depth),
            }
        }
    }

    /// The blocks of a compound statement; its head is read for calls.
    fn inside(&mut self, statement: Node<'_>, depth: u32) {
        if statement.kind() == "block" {
            return self.block(statement, depth + 1);
        }
        for child in children(statement) {
            match child.kind() {
                "block" => self.block(child, depth + 1),
                "else_clause" | "elif_clause" | "except_clause" | "finally_clause" => {
                    self.inside(child, depth + 1)
                }
                _ => {}
            }
        }
    }

    fn bind(&mut self, statement: Node<'_>) {
        let mut stack = children(statement);
        stack.retain(|child| child.kind() != "block");
        let mut seen = 0;
        while let Some(node) = stack.pop() {
            seen += 1;
            if seen > 100 {
                return;
            }
            if node.kind() == "as_pattern" {
                let parts = children(node);
                let (Some(value), Some(name)) = (parts.first(), parts.last()) else { continue };
                let found = call(self.file, *value).filter(|(name, _)| name.ends_with("batch_alter_table"));
                if let Some((_, arguments)) = found {
                    let table = self.argument(&arguments, "table_name", 0);
                    self.batches.push((source(self.file, *name).to_owned(), table));
                }
                continue;
            }
            stack.extend(children(node));
        }
    }

    fn argument(&self, arguments: &Arguments<'_>, name: &str, position: usize) -> String {
        let node = arguments.get(name, position);
        let direct = node.and_then(|node| self.module.text(self.file, node));
        // `op.f("name")` marks a name that is final already.
        let marked = || {
            let (_, inner) = call(self.file, node?)?;
            string(self.file, *inner.positional.first()?)
        };
        direct.or_else(marked).unwrap_or_default()
    }

    /// Known calls below a node, outermost first.
    fn expression(&mut self, node: Node<'_>, depth: u32) {
        if depth > DEEPEST {
            return;
        }
        if node.kind() == "call" && self.call(node) {
            return;
        }
        for child in children(node) {
            self.expression(child, depth + 1);
        }
    }

    fn call(&mut self, node: Node<'_>) -> bool {
        let Some((name, arguments)) = call(self.file, node) else { return false };
        let (receiver, method) = name.rsplit_once('.').unwrap_or(("", name));
        let batch =
            self.batches.iter().rev().find(|(bound, _)| bound == receiver).map(|(_, table)| table.clone());
        if receiver == "op" || batch.is_some() {
            return self.operation(node, method, &arguments, batch);
        }
        match method {
            "execute" | "exec_driver_sql" if !receiver.is_empty() => {
                self.statement(node, &arguments);
                true
            }
            "create" | "drop" if is_type(receiver) => {
                let name = receiver.split(['(', '\n']).next().unwrap_or_default().trim().to_owned();
                self.push(
                    node,
                    match method {
                        "create" => Operation::CreateOther(Object::Type, name),
                        _ => Operation::DropOther(Object::Type, name),
                    },
                );
                true
            }
            _ => false,
        }
    }

    fn operation(
        &mut self,
        node: Node<'_>,
        method: &str,
        arguments: &Arguments<'_>,
        batch: Option<String>,
    ) -> bool {
        // Inside a batch the table is known and every position moves up by one.
        let shift = usize::from(batch.is_none());
        let table = batch.unwrap_or_else(|| self.argument(arguments, "table_name", 0));
        let text = |name: &str, position: usize| self.argument(arguments, name, position);
        let operation = match method {
            "create_table" => Operation::CreateTable(table),
            "drop_table" => Operation::DropTable(table),
            "rename_table" => Operation::RenameTable(text("old_table_name", 0), text("new_table_name", 1)),
            "add_column" => {
                let (column, fills) = self.column(arguments.get("column", shift));
                Operation::AddColumn(table, column, fills)
            }
            "drop_column" => Operation::DropColumn(table, text("column_name", shift)),
            "alter_column" => self.alteration(table, text("column_name", shift), arguments),
            "create_index" => match arguments.keyword("unique").map(|node| source(self.file, node)) {
                Some("True") => Operation::AddConstraint(
                    text("table_name", shift),
                    format!("unique index {}", text("index_name", 0)),
                ),
                _ => Operation::CreateOther(Object::Index, text("index_name", 0)),
            },
            "drop_index" => Operation::DropOther(Object::Index, text("index_name", 0)),
            "create_foreign_key" => {
                Operation::AddConstraint(text("source_table", shift), "foreign key".to_owned())
            }
            "create_unique_constraint"
            | "create_check_constraint"
            | "create_primary_key"
            | "create_exclude_constraint" => {
                let table = if shift == 1 { text("table_name", 1) } else { table };
                Operation::AddConstraint(table, method.trim_start_matches("create_").replace('_', " "))
            }
            "drop_constraint" => {
                let kind =
                    arguments.keyword("type_").and_then(|node| string(self.file, node)).unwrap_or_default();
                Operation::DropOther(Object::Constraint, format!("{} {kind}", text("constraint_name", 0)))
            }
            "create_table_comment" | "drop_table_comment" => Operation::CreateOther(Object::Comment, table),
            "bulk_insert" => {
                let table = arguments.get("table", 0).map(|node| source(self.file, node)).unwrap_or_default();
                Operation::ChangeData(DataVerb::Insert, cut(table, 40), Vec::new())
            }
            "execute" => {
                self.statement(node, arguments);
                return true;
            }
            "get_bind" | "get_context" | "f" | "inline_literal" | "batch_alter_table" => return false,
            _ => return false,
        };
        self.push(node, operation);
        true
    }

    /// The name of `sa.Column("a", …)` and whether old code can insert without it.
    fn column(&self, node: Option<Node<'_>>) -> (String, bool) {
        let Some((_, arguments)) = node.and_then(|node| call(self.file, node)) else {
            return (String::new(), true);
        };
        let name = arguments.positional.first().and_then(|node| string(self.file, *node)).unwrap_or_default();
        let is = |key: &str, value: &str| {
            arguments.keyword(key).is_some_and(|node| source(self.file, node) == value)
        };
        let refuses_null = is("nullable", "False") || is("primary_key", "True");
        let fills = ["server_default", "sa.Identity", "autoincrement"]
            .iter()
            .any(|key| arguments.keyword(key).is_some())
            && !is("server_default", "None");
        let computes = arguments.positional.iter().any(|node| {
            let text = source(self.file, *node);
            text.contains("Identity(") || text.contains("Computed(")
        });
        (name, !refuses_null || fills || computes)
    }

    fn alteration(&self, table: String, column: String, arguments: &Arguments<'_>) -> Operation {
        if let Some(new) = arguments.keyword("new_column_name").and_then(|node| string(self.file, node)) {
            return Operation::RenameColumn(table, column, new);
        }
        let says = |key: &str| arguments.keyword(key).map(|node| source(self.file, node));
        let change = match (says("nullable"), says("type_"), says("server_default")) {
            (Some("False"), ..) => Alteration::Tightened,
            (_, Some(_), _) => Alteration::Retyped,
            (_, None, Some("None" | "False")) => Alteration::Tightened,
            (Some("True"), ..) | (_, None, Some(_)) => Alteration::Loosened,
            _ if says("comment").is_some() => return Operation::CreateOther(Object::Comment, column),
            _ => Alteration::Retyped,
        };
        Operation::AlterColumn(table, column, change)
    }

    fn statement(&mut self, node: Node<'_>, arguments: &Arguments<'_>) {
        let first = arguments.get("sqltext", 0).or_else(|| arguments.keyword("statement"));
        match first.and_then(|argument| self.module.text(self.file, argument)) {
            Some(text) => {
                let place = at(self.file, node);
                self.steps
                    .extend(sql::operations(&text).into_iter().map(|(_, operation)| (place, operation)));
                // A statement that only reads or sets something is still a statement: the way is
                // not empty.
                if self.steps.last().is_none_or(|(last, _)| *last != place) {
                    self.push(node, Operation::NoOp(cut(&fold(&text), 80)));
                }
            }
            // A text that is put together, but only to read.
            None if first.is_some_and(|argument| reads(source(self.file, argument))) => {
                self.push(node, Operation::NoOp(cut(&fold(source(self.file, node)), 80)));
            }
            None => self.raw(node),
        }
    }

    /// A statement in which no known call was found.
    fn leftover(&mut self, statement: Node<'_>) {
        let text = source(self.file, statement);
        let is_nothing =
            children(statement).iter().all(|node| matches!(node.kind(), "string" | "ellipsis" | "integer"));
        let program = text.split(['(', '.']).next().unwrap_or_default();
        if matches!(program, "print" | "logger" | "log" | "logging" | "warnings") {
            self.push(statement, Operation::NoOp(cut(&fold(text), 80)));
        } else if !is_nothing
            && !text.contains("op.get_bind")
            && !text.contains("op.get_context")
            && text.contains('(')
            && !is_binding(statement)
        {
            self.raw(statement);
        }
    }
}

/// `name = …`: what it calls was looked at; the rest prepares a later statement.
fn is_binding(statement: Node<'_>) -> bool {
    children(statement)
        .first()
        .is_some_and(|node| matches!(node.kind(), "assignment" | "augmented_assignment"))
}

fn is_type(receiver: &str) -> bool {
    let receiver = receiver.to_ascii_lowercase();
    receiver.contains("enum") || receiver.ends_with("type") || receiver.ends_with("_type")
}

/// The words of `raise RuntimeError("…")`.
fn reason(file: &SourceFile<'_>, statement: Node<'_>) -> Option<String> {
    let raised = children(statement).first().copied()?;
    let (_, arguments) = call(file, raised)?;
    let text = string(file, *arguments.positional.first()?)?;
    Some(cut(&fold(&text), 200)).filter(|text| !text.is_empty())
}

/// Whether the text of an argument begins a query.
fn reads(argument: &str) -> bool {
    let text = argument.trim_start_matches(|c: char| matches!(c, 'f' | '"' | '\'') || c.is_whitespace());
    text.get(..7).is_some_and(|word| word.eq_ignore_ascii_case("select "))
}
