//! Rails: `change`, or `up` and `down`, of an ActiveRecord migration.
//!
//! For `change` the way down is what Rails derives; an operation that it cannot turn round raises
//! `IrreversibleMigration`.

use tree_sitter::Node;

use super::literal::string;
use super::syntax::{DEEPEST, at, children, source, tree};
use super::{Step, blank, rails_call, standing, version_and_name};
use crate::facts::SourceFile;
use crate::model::fact::{MigrationFile, Operation, Runner};
use crate::text::{cut, fold};

/// A dated file of a `migrate` folder that inherits from the runner's class.
pub(super) fn wants(file: &SourceFile<'_>) -> bool {
    file.path.parent().ends_with("migrate")
        && file.path.file_name().starts_with(|c: char| c.is_ascii_digit())
        && file.holds("ActiveRecord::Migration")
}

/// Reads the class.
pub(super) fn read(file: &SourceFile<'_>) -> Option<MigrationFile> {
    let parsed = tree(file)?;
    let (version, name) = version_and_name(file.path.stem())?;
    let mut migration = blank(Runner::Rails, file, version, name);
    let methods = methods(file, parsed.root_node());
    let method = |name: &str| methods.iter().find(|(own, _)| own == name).map(|(_, node)| *node);
    if let Some(change) = method("change") {
        let mut reader = Reader::new(file, true);
        reader.method(change);
        reader.down.reverse();
        let refused = reader.down.iter().find(|(_, step)| matches!(step, Operation::Irreversible(_)));
        migration.way_back_at = refused.map_or(at(file, signature(change)), |(place, _)| *place);
        migration.way_back = standing(Some(&reader.down), reader.is_declared, false);
        (migration.up, migration.down) = (reader.up, Some(reader.down));
        migration.reason = reader.reason;
        return Some(migration);
    }
    let up = method("up")?;
    let mut reader = Reader::new(file, false);
    reader.method(up);
    migration.up = reader.up;
    migration.way_back_at = at(file, signature(up));
    if let Some(down) = method("down") {
        let mut reader = Reader::new(file, false);
        reader.method(down);
        migration.way_back_at = at(file, signature(down));
        migration.way_back = standing(Some(&reader.up), reader.is_declared, false);
        migration.reason = reader.reason;
        migration.down = Some(reader.up);
    }
    Some(migration)
}

fn signature(method: Node<'_>) -> Node<'_> {
    method.child_by_field_name("name").unwrap_or(method)
}

/// The methods of the first class, `self.` ones included.
fn methods<'t>(file: &SourceFile<'_>, root: Node<'t>) -> Vec<(String, Node<'t>)> {
    let mut found = Vec::new();
    let mut stack = vec![(root, 0)];
    while let Some((node, depth)) = stack.pop() {
        if matches!(node.kind(), "method" | "singleton_method") {
            found.extend(node.child_by_field_name("name").map(|name| (source(file, name).to_owned(), node)));
        } else if depth < 6 {
            stack.extend(children(node).into_iter().map(|child| (child, depth + 1)));
        }
    }
    found
}

pub(super) struct Reader<'f, 'a> {
    pub(super) file: &'f SourceFile<'a>,
    pub(super) up: Vec<Step>,
    /// What Rails derives; only filled for `change`.
    pub(super) down: Vec<Step>,
    pub(super) derives: bool,
    is_declared: bool,
    reason: Option<String>,
}

impl<'f, 'a> Reader<'f, 'a> {
    fn new(file: &'f SourceFile<'a>, derives: bool) -> Self {
        Self { file, up: Vec::new(), down: Vec::new(), derives, is_declared: false, reason: None }
    }

    /// One step with what Rails makes of it on the way down.
    pub(super) fn push(&mut self, node: Node<'_>, up: Operation, down: Operation) {
        let place = at(self.file, node);
        self.up.push((place, up));
        if self.derives {
            self.down.push((place, down));
        }
    }

    /// A step that Rails cannot turn round.
    pub(super) fn one_way(&mut self, node: Node<'_>, up: Operation) {
        let shown = cut(&fold(source(self.file, node)), 60);
        self.push(node, up, Operation::Irreversible(shown));
    }

    /// A call of which Rails knows no reverse and which it does not refuse either: helpers of the file
    /// itself, and what gems add with a reverse of their own (`update_view … revert_to_version: 1`).
    pub(super) fn unknown(&mut self, node: Node<'_>) {
        let shown = cut(&fold(source(self.file, node)), 80);
        self.push(node, Operation::Raw(shown.clone()), Operation::Raw(shown));
    }

    fn method(&mut self, method: Node<'_>) {
        match method.child_by_field_name("body") {
            Some(body) => self.block(body, 0),
            // Older grammars give the statements no node of their own.
            None => self.block(method, 0),
        }
    }

    pub(super) fn block(&mut self, block: Node<'_>, depth: u32) {
        if depth > DEEPEST {
            return;
        }
        for statement in children(block) {
            match statement.kind() {
                "call" => self.call(statement, depth),
                "identifier" => self.bare(statement, depth),
                "body_statement" | "if" | "unless" | "then" | "else" | "elsif" | "begin" | "ensure"
                | "rescue" | "if_modifier" | "unless_modifier" | "do_block" | "block" | "block_body"
                | "do" => {
                    self.block(statement, depth + 1);
                }
                _ => {}
            }
        }
    }

    /// A word alone: a helper without arguments.
    fn bare(&mut self, node: Node<'_>, depth: u32) {
        let is_parameter =
            node.parent().is_some_and(|parent| matches!(parent.kind(), "method" | "block_parameters"));
        if depth == 0
            && !is_parameter
            && node.parent().is_some_and(|parent| parent.kind() == "body_statement")
        {
            self.unknown(node);
        }
    }

    fn call(&mut self, node: Node<'_>, depth: u32) {
        let method = node.child_by_field_name("method").map_or("", |method| source(self.file, method));
        let receiver =
            node.child_by_field_name("receiver").map_or("", |receiver| source(self.file, receiver));
        let block = node.child_by_field_name("block");
        match (receiver, method) {
            ("", "raise") => {
                self.is_declared |= depth == 0;
                self.reason = self.reason.take().or_else(|| reason(self.file, node));
            }
            ("", "reversible") => {
                if let Some(block) = block {
                    self.reversible(block);
                }
            }
            ("", "up_only") => {
                if let Some(block) = block {
                    self.only_up(block, depth);
                }
            }
            (
                "",
                "safety_assured" | "say_with_time" | "suppress_messages" | "transaction"
                | "with_lock_retries",
            ) => {
                if let Some(block) = block {
                    self.block(block, depth + 1);
                }
            }
            ("", "say" | "puts" | "p") => {
                let said = Operation::NoOp("output".to_owned());
                self.push(node, said.clone(), said);
            }
            ("", "disable_ddl_transaction!" | "reset_column_information")
            | (_, "reset_column_information") => {}
            ("", "revert") => {
                let reverted = Operation::Raw("revert".to_owned());
                self.push(node, reverted.clone(), reverted);
            }
            _ => rails_call::read(self, node, receiver, method),
        }
    }

    /// `reversible do |dir| dir.up { … }; dir.down { … } end`.
    fn reversible(&mut self, block: Node<'_>) {
        let mut stack = vec![(block, 0)];
        let mut ways = Vec::new();
        while let Some((node, depth)) = stack.pop() {
            let method = node.child_by_field_name("method").map_or("", |method| source(self.file, method));
            if node.kind() == "call" && matches!(method, "up" | "down") {
                ways.push((method == "up", node));
            } else if depth < 5 {
                stack.extend(children(node).into_iter().rev().map(|child| (child, depth + 1)));
            }
        }
        for (is_up, node) in ways {
            let mut inner = Reader::new(self.file, false);
            if let Some(block) = node.child_by_field_name("block") {
                inner.block(block, 1);
            }
            if is_up {
                self.up.extend(inner.up);
            } else if self.derives {
                self.down.extend(inner.up.into_iter().rev());
            }
        }
    }

    /// `up_only { … }`: nothing happens on the way down.
    fn only_up(&mut self, block: Node<'_>, depth: u32) {
        let mut inner = Reader::new(self.file, false);
        inner.block(block, depth + 1);
        let place = at(self.file, block);
        self.up.extend(inner.up);
        if self.derives {
            self.down.push((place, Operation::NoOp("up_only".to_owned())));
        }
    }

    /// The text of an argument: a string, a symbol, or the here-document it opens.
    pub(super) fn text(&self, node: Node<'_>) -> Option<String> {
        string(self.file, node)
    }
}

/// The words of `raise ActiveRecord::IrreversibleMigration, "…"`.
fn reason(file: &SourceFile<'_>, raised: Node<'_>) -> Option<String> {
    let arguments = raised.child_by_field_name("arguments").map(children).unwrap_or_default();
    let text = arguments.into_iter().find_map(|argument| string(file, argument))?;
    Some(cut(&fold(&text), 200)).filter(|text| !text.is_empty())
}
