//! Django: the operations of a `Migration` class, each with the reverse that Django derives.
//!
//! Django undoes by the operations themselves, so the way down is read off them: what has no
//! reverse raises `IrreversibleError` when it is unapplied.

use tree_sitter::Node;

use super::literal::string;
use super::python::{Arguments, Module, call};
use super::syntax::{DEEPEST, at, children, source, tree};
use super::{Step, blank, django_run, standing, version_and_name};
use crate::facts::SourceFile;
use crate::model::fact::{Alteration, MigrationFile, Object, Operation, Runner};
use crate::text::{cut, fold};

/// A file of a `migrations` folder with a class `Migration`.
pub(super) fn wants(file: &SourceFile<'_>) -> bool {
    file.path.parent().ends_with("migrations") && file.holds("class Migration(") && file.holds("operations")
}

/// Reads the class.
pub(super) fn read(file: &SourceFile<'_>) -> Option<MigrationFile> {
    let parsed = tree(file)?;
    let module = Module::read(file, parsed.root_node());
    let class = *module.classes.get("Migration")?;
    let body = Module::read(file, class.child_by_field_name("body")?);
    let (version, name) = version_and_name(file.path.stem()).unwrap_or((file.path.stem(), ""));
    let mut migration = blank(Runner::Django, file, version, name);
    migration.after = dependencies(file, &body);
    let is_initial = body.values.get("initial").is_some_and(|value| source(file, *value) == "True");
    let operations = *body.values.get("operations")?;
    let mut reader = Reader { file, module: &module, class: &body, up: Vec::new(), down: Vec::new() };
    reader.list(operations, 0);
    let is_merge = reader.up.is_empty() && migration.after.len() > 1;
    migration.is_start_or_merge = is_initial || is_merge;
    reader.down.reverse();
    migration.way_back = standing(Some(&reader.down), false, false);
    // State only: nothing is done, so nothing is to be undone.
    let irreversible = reader.down.iter().find(|(_, step)| matches!(step, Operation::Irreversible(_)));
    migration.way_back_at = irreversible.map_or(at(file, operations), |(place, _)| *place);
    migration.up = reader.up;
    migration.down = Some(reader.down);
    Some(migration)
}

/// Names of the same app's migrations that it builds on.
fn dependencies(file: &SourceFile<'_>, body: &Module<'_>) -> Vec<String> {
    let folder = file.path.parent();
    let app = folder.rsplit('/').nth(1).unwrap_or_default();
    let Some(list) = body.values.get("dependencies") else { return Vec::new() };
    let pairs = children(*list).into_iter().map(|pair| {
        children(pair).into_iter().map(|part| string(file, part).unwrap_or_default()).collect::<Vec<_>>()
    });
    let own = pairs.filter_map(|pair| match pair.as_slice() {
        [of, name] if of == app => Some(name.clone()),
        _ => None,
    });
    own.collect()
}

pub(super) struct Reader<'f, 'a, 't> {
    pub(super) file: &'f SourceFile<'a>,
    pub(super) module: &'f Module<'t>,
    class: &'f Module<'t>,
    pub(super) up: Vec<Step>,
    /// In the order of the way up; turned round at the end.
    pub(super) down: Vec<Step>,
}

impl<'t> Reader<'_, '_, 't> {
    /// A list of operations that has a name, in the class or in the module.
    fn value(&self, name: Node<'_>) -> Option<Node<'t>> {
        let name = source(self.file, name);
        self.class.values.get(name).or_else(|| self.module.values.get(name)).copied()
    }

    /// One step with its reverse.
    pub(super) fn push(&mut self, node: Node<'_>, up: Operation, down: Operation) {
        let place = at(self.file, node);
        self.up.push((place, up));
        self.down.push((place, down));
    }

    fn list(&mut self, node: Node<'_>, depth: u32) {
        if depth > DEEPEST {
            return;
        }
        match node.kind() {
            "list" | "tuple" | "parenthesized_expression" | "binary_operator" => {
                for child in children(node) {
                    self.list(child, depth + 1);
                }
            }
            "call" => self.operation(node, depth),
            "identifier" if self.value(node).is_some() => {
                if let Some(value) = self.value(node) {
                    self.list(value, depth + 1);
                }
            }
            "identifier" | "list_splat" | "list_comprehension" | "attribute" => {
                let shown = cut(&fold(source(self.file, node)), 80);
                self.push(node, Operation::Raw(shown.clone()), Operation::Raw(shown));
            }
            _ => {}
        }
    }

    fn operation(&mut self, node: Node<'_>, depth: u32) {
        let Some((name, arguments)) = call(self.file, node) else { return };
        let kind = name.rsplit('.').next().unwrap_or(name);
        match kind {
            "RunPython" => django_run::python(self, node, &arguments),
            "RunSQL" => django_run::sql(self, node, &arguments),
            "SeparateDatabaseAndState" => {
                if let Some(operations) = arguments.get("database_operations", 0) {
                    self.list(operations, depth + 1);
                }
            }
            // State only.
            "AlterModelOptions" | "AlterModelManagers" => {}
            _ => match self.schema(kind, &arguments) {
                Some(steps) => steps.into_iter().for_each(|(up, down)| self.push(node, up, down)),
                None => {
                    let shown = cut(&fold(source(self.file, node)), 80);
                    self.push(node, Operation::Raw(shown.clone()), Operation::Raw(shown));
                }
            },
        }
    }

    fn text(&self, arguments: &Arguments<'_>, name: &str, position: usize) -> String {
        let node = arguments.get(name, position);
        // Django's names of models are compared without case.
        node.and_then(|node| self.module.text(self.file, node)).unwrap_or_default()
    }

    fn model(&self, arguments: &Arguments<'_>, name: &str, position: usize) -> String {
        self.text(arguments, name, position).to_lowercase()
    }

    fn schema(&self, kind: &str, arguments: &Arguments<'_>) -> Option<Vec<(Operation, Operation)>> {
        let model = self.model(arguments, "model_name", 0);
        let field = self.text(arguments, "name", 1);
        let turn = |(up, down): (Operation, Operation)| (down, up);
        let column = |fills| {
            (
                Operation::AddColumn(model.clone(), field.clone(), fills),
                Operation::DropColumn(model.clone(), field.clone()),
            )
        };
        let name = self.model(arguments, "name", 0);
        Some(vec![match kind {
            "CreateModel" => (Operation::CreateTable(name.clone()), Operation::DropTable(name)),
            "DeleteModel" => (Operation::DropTable(name.clone()), Operation::CreateTable(name)),
            "RenameModel" => {
                let (old, new) = (self.model(arguments, "old_name", 0), self.model(arguments, "new_name", 1));
                (Operation::RenameTable(old.clone(), new.clone()), Operation::RenameTable(new, old))
            }
            "AlterModelTable" => {
                let table = self.text(arguments, "table", 1);
                (Operation::RenameTable(name.clone(), table.clone()), Operation::RenameTable(table, name))
            }
            "AddField" => column(self.fills(arguments.get("field", 2))),
            "RemoveField" => turn(column(true)),
            "RenameField" => {
                let (old, new) = (self.text(arguments, "old_name", 1), self.text(arguments, "new_name", 2));
                (
                    Operation::RenameColumn(model.clone(), old.clone(), new.clone()),
                    Operation::RenameColumn(model, new, old),
                )
            }
            "AlterField" => {
                let altered = Operation::AlterColumn(model, field, Alteration::Retyped);
                (altered.clone(), altered)
            }
            _ => return self.object(kind, arguments, model),
        }])
    }

    /// What holds no rows: indexes, constraints, extensions.
    fn object(
        &self,
        kind: &str,
        arguments: &Arguments<'_>,
        model: String,
    ) -> Option<Vec<(Operation, Operation)>> {
        let other = |object, name: String| {
            (Operation::CreateOther(object, name.clone()), Operation::DropOther(object, name))
        };
        let turn = |(up, down): (Operation, Operation)| (down, up);
        let constraint = |model: String, what: &str| {
            (
                Operation::AddConstraint(model, what.to_owned()),
                Operation::DropOther(Object::Constraint, what.to_owned()),
            )
        };
        let name = self.model(arguments, "name", 0);
        Some(vec![match kind {
            "AddIndex" | "AddIndexConcurrently" => other(Object::Index, model),
            "RemoveIndex" | "RemoveIndexConcurrently" => turn(other(Object::Index, model)),
            "RenameIndex" | "AlterIndexTogether" => {
                let renamed = Operation::ReplaceOther(Object::Index, model);
                (renamed.clone(), renamed)
            }
            "AlterOrderWithRespectTo" => {
                let column = Operation::AddColumn(name, "_order".to_owned(), false);
                (column.clone(), column)
            }
            "AlterUniqueTogether" => constraint(name, "unique together"),
            "AddConstraint" | "AddConstraintNotValid" => constraint(model, "constraint"),
            "RemoveConstraint" => turn(constraint(model, "constraint")),
            "AlterConstraint" | "ValidateConstraint" | "AlterModelTableComment" => return Some(Vec::new()),
            "CreateExtension" => other(Object::Extension, name),
            _ if kind.ends_with("Extension") => other(Object::Extension, kind.to_owned()),
            "CreateCollation" => other(Object::Type, name),
            "RemoveCollation" => turn(other(Object::Type, name)),
            _ => return None,
        }])
    }

    /// Whether old code can insert without the field. A `default` does not help: Django takes it out
    /// of the database again once existing rows are filled.
    fn fills(&self, field: Option<Node<'_>>) -> bool {
        let Some((kind, arguments)) = field.and_then(|field| call(self.file, field)) else { return true };
        let is_null = arguments.keyword("null").is_some_and(|value| source(self.file, value) == "True");
        let kind = kind.rsplit('.').next().unwrap_or(kind);
        is_null
            || arguments.keyword("db_default").is_some()
            // A table of its own, a value the database makes, or a column that was always there.
            || matches!(kind, "ManyToManyField" | "GeneratedField" | "AutoField" | "BigAutoField" | "TaggableManager" | "GenericForeignKey")
    }
}
