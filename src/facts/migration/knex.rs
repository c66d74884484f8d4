//! Knex: `up` and `down` of a JavaScript or TypeScript file.
//!
//! It looks for calls that are made on the schema builder, wherever they stand in the function:
//! awaited, chained, or collected in `Promise.all`. Calls it does not know are taken as not
//! understood only when they are statements of their own.

use tree_sitter::Node;

use super::literal::string;
use super::syntax::{DEEPEST, at, children, source, tree};
use super::{Step, blank, knex_table, standing, version_and_name};
use crate::facts::SourceFile;
use crate::model::fact::{DataVerb, MigrationFile, Operation, Runner};
use crate::parse::sql;
use crate::text::{cut, fold};

/// A numbered file that speaks of knex and exports `up`. Other runners of the language hand their
/// own objects in (`queryInterface`, `queryRunner`, `pgm`) and do not name it.
pub(super) fn wants(file: &SourceFile<'_>) -> bool {
    let has_folder = ["migrations", "migration", "migrate"].iter().any(|name| file.path.has_folder(name));
    has_folder
        && version_and_name(file.path.stem()).is_some()
        && !file.path.file_name().ends_with(".d.ts")
        && (file.holds("knex") || file.holds("Knex"))
        && !file.holds("queryInterface")
        && !file.holds("MigrationInterface")
        && file.holds("up")
}

/// Reads `up` and `down`.
pub(super) fn read(file: &SourceFile<'_>) -> Option<MigrationFile> {
    let (version, name) = version_and_name(file.path.stem())?;
    let parsed = tree(file)?;
    let root = parsed.root_node();
    let up = exported(file, root, "up")?;
    let mut migration = blank(Runner::Knex, file, version, name);
    migration.up = Reader::new(file).way(up);
    migration.way_back_at = at(file, header(up));
    if let Some(down) = exported(file, root, "down") {
        let mut reader = Reader::new(file);
        let steps = reader.way(down);
        migration.way_back_at = at(file, header(down));
        migration.way_back = standing(Some(&steps), reader.is_declared, false);
        migration.reason = reader.reason;
        migration.down = Some(steps);
    }
    Some(migration)
}

/// The part of an export that names it: its first line is where a reader looks.
fn header(value: Node<'_>) -> Node<'_> {
    match value.parent() {
        Some(parent) if matches!(parent.kind(), "assignment_expression" | "variable_declarator" | "pair") => {
            parent
        }
        _ => value,
    }
}

/// What is exported under a name: `exports.up = …`, `export function up`, `export const up = …`,
/// `module.exports = { up … }`, or a function declared and exported by its name.
fn exported<'t>(file: &SourceFile<'_>, root: Node<'t>, name: &str) -> Option<Node<'t>> {
    let named = |node: Node<'_>, field: &str| {
        node.child_by_field_name(field).is_some_and(|found| source(file, found) == name)
    };
    for statement in children(root) {
        let statement = match statement.kind() {
            "export_statement" => {
                let inner = ["declaration", "value"].iter().find_map(|f| statement.child_by_field_name(f));
                inner.unwrap_or(statement)
            }
            "expression_statement" => children(statement).first().copied().unwrap_or(statement),
            _ => statement,
        };
        match statement.kind() {
            "function_declaration" if named(statement, "name") => return Some(statement),
            "lexical_declaration" | "variable_declaration" => {
                let found = children(statement).into_iter().find(|declared| named(*declared, "name"));
                if let Some(value) = found.and_then(|declared| declared.child_by_field_name("value")) {
                    return Some(value);
                }
            }
            "assignment_expression" => {
                let target = statement.child_by_field_name("left").map(|left| source(file, left))?;
                let value = statement.child_by_field_name("right")?;
                if target == format!("exports.{name}") || target == format!("module.exports.{name}") {
                    return Some(value);
                }
                if target == "module.exports"
                    && let Some(found) = member(file, value, name)
                {
                    return Some(found);
                }
            }
            "object" => return member(file, statement, name),
            _ => {}
        }
    }
    None
}

fn member<'t>(file: &SourceFile<'_>, object: Node<'t>, name: &str) -> Option<Node<'t>> {
    children(object).into_iter().find_map(|entry| match entry.kind() {
        "method_definition" if source(file, entry.child_by_field_name("name")?) == name => Some(entry),
        "pair" if source(file, entry.child_by_field_name("key")?) == name => {
            entry.child_by_field_name("value")
        }
        _ => None,
    })
}

/// Reads one way.
pub(super) struct Reader<'f, 'a> {
    pub(super) file: &'f SourceFile<'a>,
    pub(super) steps: Vec<Step>,
    is_declared: bool,
    reason: Option<String>,
}

impl<'f, 'a> Reader<'f, 'a> {
    fn new(file: &'f SourceFile<'a>) -> Self {
        Self { file, steps: Vec::new(), is_declared: false, reason: None }
    }

    fn way(&mut self, function: Node<'_>) -> Vec<Step> {
        match function.child_by_field_name("body") {
            Some(body) if body.kind() == "statement_block" => self.block(body, 0),
            Some(body) => {
                self.expression(body, 0);
                if self.steps.is_empty() {
                    self.leftover(body);
                }
            }
            // `exports.up = helper("file.sql")`: what the helper does is not in this file.
            None => self.raw(function),
        }
        std::mem::take(&mut self.steps)
    }

    pub(super) fn push(&mut self, node: Node<'_>, operation: Operation) {
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
                "throw_statement" if depth == 0 => {
                    self.is_declared = true;
                    self.reason = reason(self.file, statement);
                }
                "expression_statement" | "return_statement" => {
                    let known = self.steps.len();
                    for child in children(statement) {
                        self.expression(child, 0);
                    }
                    if self.steps.len() == known {
                        self.leftover(statement);
                    }
                }
                "statement_block" => self.block(statement, depth + 1),
                _ => self.expression(statement, 0),
            }
        }
    }

    /// A statement in which no known call was found.
    fn leftover(&mut self, statement: Node<'_>) {
        let text = source(self.file, statement).trim().trim_end_matches(';');
        let value = text.trim_start_matches("return").trim_start_matches("await").trim();
        let is_nothing = matches!(
            value,
            "" | "null" | "undefined" | "true" | "false" | "Promise.resolve()" | "knex" | "0"
        ) || value.starts_with("Promise.resolve(");
        if is_nothing && !value.is_empty() && value != "knex" {
            self.push(statement, Operation::NoOp(cut(&fold(text), 80)));
        } else if text.starts_with("console.") {
            self.push(statement, Operation::NoOp("console output".to_owned()));
        } else if !is_nothing && value.contains('(') && !value.starts_with("Promise.all(") {
            self.raw(statement);
        }
    }

    /// Every known call below a node, in order.
    fn expression(&mut self, node: Node<'_>, depth: u32) {
        if depth > DEEPEST {
            return;
        }
        if node.kind() == "call_expression" && self.call(node, depth) {
            return;
        }
        for child in children(node) {
            self.expression(child, depth + 1);
        }
    }

    /// One call with the calls it is chained to; false when it is not a known one.
    fn call(&mut self, call: Node<'_>, depth: u32) -> bool {
        let Some(function) = call.child_by_field_name("function") else { return false };
        if function.kind() != "member_expression" {
            return false;
        }
        let method = function.child_by_field_name("property").map_or("", |p| source(self.file, p));
        let Some(object) = function.child_by_field_name("object") else { return false };
        let arguments = call.child_by_field_name("arguments").map(children).unwrap_or_default();
        let first = arguments.first().and_then(|argument| string(self.file, *argument));
        let before = self.steps.len();
        let name = first.clone().unwrap_or_default();
        match method {
            // A longer chain: `.createTable(…).createTable(…)` runs from left to right.
            "createTable" | "createTableIfNotExists" => {
                self.expression(object, depth + 1);
                self.push(call, Operation::CreateTable(name.clone()));
            }
            "alterTable" | "table" if arguments.len() == 2 => {
                self.expression(object, depth + 1);
                knex_table::read(self, &name, &arguments);
            }
            "dropTable" | "dropTableIfExists" => {
                self.expression(object, depth + 1);
                self.push(call, Operation::DropTable(name));
            }
            "renameTable" => {
                self.expression(object, depth + 1);
                let new = arguments.get(1).and_then(|a| string(self.file, *a)).unwrap_or_default();
                self.push(call, Operation::RenameTable(name, new));
            }
            "raw" if source(self.file, object) == "String" || is_value(self.file, call) => return true,
            "raw" if self.is_root(object) => self.statement(call, first.as_deref()),
            "batchInsert" => self.push(call, Operation::ChangeData(DataVerb::Insert, name, Vec::new())),
            "insert" | "update" | "del" | "delete" | "truncate" => {
                let Some(table) = self.table(object, 0) else { return false };
                self.rows(call, method, table, &arguments);
            }
            _ => return false,
        }
        self.steps.len() > before
    }

    /// `knex.raw` and `knex.schema.raw` are statements; `raw` as a value is not.
    fn is_root(&self, object: Node<'_>) -> bool {
        let object = source(self.file, object);
        object.ends_with("schema")
            || object.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.')
    }

    pub(super) fn statement(&mut self, call: Node<'_>, text: Option<&str>) {
        match text {
            Some(text) => {
                let place = at(self.file, call);
                let made = sql::operations(text);
                if made.is_empty() {
                    self.push(call, Operation::NoOp("SQL that changes nothing".to_owned()));
                }
                self.steps.extend(made.into_iter().map(|(_, operation)| (place, operation)));
            }
            None => self.raw(call),
        }
    }

    /// The table of a query: `knex("t").where(…)`.
    fn table(&self, node: Node<'_>, depth: u32) -> Option<String> {
        if depth > DEEPEST || node.kind() != "call_expression" {
            return None;
        }
        let function = node.child_by_field_name("function")?;
        let arguments = node.child_by_field_name("arguments").map(children).unwrap_or_default();
        let first = || arguments.first().and_then(|argument| string(self.file, *argument));
        match function.kind() {
            "identifier" => first(),
            "member_expression" => {
                let property = source(self.file, function.child_by_field_name("property")?);
                match property {
                    "from" | "into" | "table" => first(),
                    _ => self.table(function.child_by_field_name("object")?, depth + 1),
                }
            }
            _ => None,
        }
    }

    fn rows(&mut self, call: Node<'_>, method: &str, table: String, arguments: &[Node<'_>]) {
        let is_bounded = source(self.file, call).contains("where");
        let (verb, columns) = match method {
            "insert" => (DataVerb::Insert, Vec::new()),
            "update" => (DataVerb::Update, self.written(arguments)),
            _ if is_bounded && method != "truncate" => (DataVerb::Delete, Vec::new()),
            _ => (DataVerb::DeleteAll, Vec::new()),
        };
        self.push(call, Operation::ChangeData(verb, table, columns));
    }

    /// The columns of `update({ a: 1 })` and `update("a", 1)`.
    fn written(&self, arguments: &[Node<'_>]) -> Vec<String> {
        let Some(first) = arguments.first() else { return Vec::new() };
        if let Some(column) = string(self.file, *first) {
            return vec![column];
        }
        let keys = children(*first).into_iter().filter_map(|entry| entry.child_by_field_name("key"));
        keys.map(|key| source(self.file, key).trim_matches(['"', '\'']).to_owned()).collect()
    }
}

/// Whether a call is an argument or a part of another query: `where(knex.raw("…"))`.
fn is_value(file: &SourceFile<'_>, call: Node<'_>) -> bool {
    let Some(parent) = call.parent() else { return false };
    match parent.kind() {
        "arguments" => {
            let outer = parent.parent().and_then(|outer| outer.child_by_field_name("function"));
            outer.is_none_or(|outer| !source(file, outer).starts_with("Promise"))
        }
        "pair" | "binary_expression" | "template_substitution" => true,
        _ => false,
    }
}

/// The words of `throw new Error("…")`.
fn reason(file: &SourceFile<'_>, statement: Node<'_>) -> Option<String> {
    let mut stack = children(statement);
    let mut steps = 0;
    while let Some(node) = stack.pop() {
        steps += 1;
        if steps > 200 {
            return None;
        }
        if let Some(text) = string(file, node) {
            return Some(cut(&fold(&text), 200)).filter(|text| !text.is_empty());
        }
        stack.extend(children(node));
    }
    None
}
