//! What a Terraform expression comes to within one use of a module.

use std::cell::Cell;

use hcl_edit::expr::{BinaryOperator, Expression, FuncCall, Traversal, TraversalOperator, UnaryOperator};
use hcl_edit::template::Element;

use super::{Scope, Terraform};
use crate::model::At;
use crate::model::tree::{Entry, Node, Value};

/// Steps one value may cost: guards against locals that refer to each other again and again.
const FUEL: u32 = 2_000;
const MAX_DEPTH: u32 = 24;
/// Longer expressions are programs.
const MAX_SOURCE_BYTES: usize = 2_000;

/// Whether a resource exists in one use of its module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    /// It does.
    On,
    /// `count` or `for_each` comes to nothing.
    Off,
    /// Nothing here tells.
    Unknown,
}

struct Walk<'t, 'a> {
    terraform: &'t Terraform<'a>,
    fuel: Cell<u32>,
}

impl<'a> Terraform<'a> {
    /// What a value comes to; `None` when nothing in the repository says.
    pub(crate) fn value(&self, scope: &Scope<'a>, node: &Node) -> Option<Node> {
        Walk { terraform: self, fuel: Cell::new(FUEL) }.node(scope, node, 0)
    }

    /// Whether a block exists, by its `count` or `for_each` and those of the calls around it.
    pub(crate) fn presence(&self, scope: &Scope<'a>, body: &Node) -> Presence {
        let own = self.own_presence(scope, body);
        let outer = scope.call.as_ref().map_or(Presence::On, |call| self.presence(&call.1, call.0.body));
        match (own, outer) {
            (Presence::Off, _) | (_, Presence::Off) => Presence::Off,
            (Presence::On, Presence::On) => Presence::On,
            _ => Presence::Unknown,
        }
    }

    fn own_presence(&self, scope: &Scope<'a>, body: &Node) -> Presence {
        let gate = body.get("count").or_else(|| body.get("for_each"));
        let Some(gate) = gate else { return Presence::On };
        match self.value(scope, gate).map(|node| node.value) {
            Some(Value::Scalar { text, .. }) if text.trim() == "0" => Presence::Off,
            Some(Value::Scalar { text, .. }) if text.trim().parse::<u64>().is_ok() => Presence::On,
            Some(Value::List(items)) if items.is_empty() => Presence::Off,
            Some(Value::Map(entries)) if entries.is_empty() => Presence::Off,
            Some(Value::List(_) | Value::Map(_)) => Presence::On,
            _ => Presence::Unknown,
        }
    }
}

impl<'a> Walk<'_, 'a> {
    fn node(&self, scope: &Scope<'a>, node: &Node, depth: u32) -> Option<Node> {
        let Value::Unknown(source) = &node.value else { return Some(node.clone()) };
        if depth > MAX_DEPTH || source.len() > MAX_SOURCE_BYTES || self.is_spent() {
            return None;
        }
        let expression: Expression = source.parse().ok()?;
        self.expression(scope, &expression, node.at, depth + 1)
    }

    fn is_spent(&self) -> bool {
        let left = self.fuel.get().saturating_sub(1);
        self.fuel.set(left);
        left == 0
    }

    fn expression(&self, scope: &Scope<'a>, expression: &Expression, at: At, depth: u32) -> Option<Node> {
        if depth > MAX_DEPTH || self.is_spent() {
            return None;
        }
        let plain = |text: String, quoted| Some(Node { at, value: Value::Scalar { text, quoted } });
        let truth = |flag: bool| plain(flag.to_string(), false);
        match expression {
            Expression::Null(_) => Some(Node { at, value: Value::Null }),
            Expression::Bool(flag) => truth(*flag.value()),
            Expression::Number(number) => plain(number.value().to_string(), false),
            Expression::String(text) => plain(text.value().clone(), true),
            Expression::Parenthesis(inner) => self.expression(scope, inner.inner(), at, depth + 1),
            Expression::StringTemplate(template) => {
                let parts: Option<String> = template
                    .iter()
                    .map(|element| match element {
                        Element::Literal(text) => Some(text.value().clone()),
                        Element::Interpolation(part) => {
                            self.expression(scope, &part.expr, at, depth + 1)?.text().map(str::to_owned)
                        }
                        Element::Directive(_) => None,
                    })
                    .collect();
                plain(parts?, true)
            }
            Expression::Array(array) => {
                let items = array.iter().map(|item| {
                    let known = self.expression(scope, item, at, depth + 1);
                    known.unwrap_or(Node { at, value: Value::Unknown(item.to_string()) })
                });
                Some(Node { at, value: Value::List(items.collect()) })
            }
            Expression::Object(object) if object.is_empty() => {
                Some(Node { at, value: Value::Map(Vec::new()) })
            }
            Expression::Conditional(choice) => {
                let test = self.expression(scope, &choice.cond_expr, at, depth + 1)?.as_bool()?;
                let chosen = if test { &choice.true_expr } else { &choice.false_expr };
                self.expression(scope, chosen, at, depth + 1)
            }
            Expression::UnaryOp(operation) if *operation.operator.value() == UnaryOperator::Not => {
                truth(!self.expression(scope, &operation.expr, at, depth + 1)?.as_bool()?)
            }
            Expression::BinaryOp(operation) => {
                let left = self.expression(scope, &operation.lhs_expr, at, depth + 1);
                let right = self.expression(scope, &operation.rhs_expr, at, depth + 1);
                truth(compare(*operation.operator.value(), left.as_ref(), right.as_ref())?)
            }
            Expression::FuncCall(call) => self.call(scope, call, at, depth),
            Expression::Traversal(traversal) => self.traversal(scope, traversal, at, depth),
            _ => None,
        }
    }

    fn call(&self, scope: &Scope<'a>, call: &FuncCall, at: At, depth: u32) -> Option<Node> {
        let mut values = call.args.iter().map(|arg| self.expression(scope, arg, at, depth + 1));
        match call.name.name.as_str() {
            // The first that is there; one that nothing here tells hides all after it.
            "coalesce" | "try" => {
                for value in values {
                    let value = value?;
                    if value.value != Value::Null {
                        return Some(value);
                    }
                }
                None
            }
            "tostring" | "tonumber" | "tobool" | "toset" | "tolist" | "tomap" | "trimspace" => {
                values.next()?
            }
            "lower" => {
                let value = values.next()??;
                let text = value.text()?.to_lowercase();
                Some(Node { at, value: Value::Scalar { text, quoted: true } })
            }
            _ => None,
        }
    }

    fn traversal(&self, scope: &Scope<'a>, traversal: &Traversal, at: At, depth: u32) -> Option<Node> {
        let Expression::Variable(root) = &traversal.expr else { return None };
        let mut keys = Vec::new();
        for operator in &traversal.operators {
            keys.push(match operator.value() {
                TraversalOperator::GetAttr(name) => name.as_str().to_owned(),
                TraversalOperator::Index(index) => {
                    self.expression(scope, index, at, depth + 1)?.text()?.to_owned()
                }
                TraversalOperator::LegacyIndex(index) => index.value().to_string(),
                _ => return None,
            });
        }
        let (name, rest) = keys.split_first()?;
        match root.as_str() {
            "local" => {
                let node = self.terraform.modules.get(scope.folder)?.locals.get(name.as_str())?;
                self.follow(scope, node, rest, depth)
            }
            "var" => self.variable(scope, name, rest, depth),
            _ => None,
        }
    }

    fn variable(&self, scope: &Scope<'a>, name: &str, rest: &[String], depth: u32) -> Option<Node> {
        let module = self.terraform.modules.get(scope.folder)?;
        if let Some(call) = &scope.call {
            if let Some(given) = call.0.body.get(name) {
                return self.follow(&call.1, given, rest, depth);
            }
        } else {
            let given = scope.var_file.and_then(|index| module.var_files.get(index)).map(|(_, body)| *body);
            let given = given.into_iter().chain(module.automatic.iter().rev().copied());
            if let Some(node) = given.into_iter().find_map(|body| body.get(name)) {
                return self.follow(scope, node, rest, depth);
            }
        }
        self.follow(scope, (*module.variables.get(name)?)?, rest, depth)
    }

    fn follow(&self, scope: &Scope<'a>, node: &Node, keys: &[String], depth: u32) -> Option<Node> {
        let Some((key, rest)) = keys.split_first() else { return self.node(scope, node, depth + 1) };
        if depth > MAX_DEPTH || self.is_spent() {
            return None;
        }
        match &node.value {
            Value::Map(entries) => {
                let entry: &Entry = entries.iter().find(|entry| entry.key == *key)?;
                self.follow(scope, &entry.node, rest, depth + 1)
            }
            Value::List(items) => self.follow(scope, items.get(key.parse::<usize>().ok()?)?, rest, depth + 1),
            Value::Unknown(_) => {
                let known = self.node(scope, node, depth + 1)?;
                if matches!(known.value, Value::Unknown(_)) {
                    return None;
                }
                self.follow(scope, &known, keys, depth + 1)
            }
            _ => None,
        }
    }
}

fn compare(operator: BinaryOperator, left: Option<&Node>, right: Option<&Node>) -> Option<bool> {
    let flags = (left.and_then(Node::as_bool), right.and_then(Node::as_bool));
    match operator {
        BinaryOperator::And => match flags {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        },
        BinaryOperator::Or => match flags {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        },
        BinaryOperator::Eq => Some(same(left?, right?)),
        BinaryOperator::NotEq => Some(!same(left?, right?)),
        BinaryOperator::Greater => Some(left?.as_i64()? > right?.as_i64()?),
        BinaryOperator::GreaterEq => Some(left?.as_i64()? >= right?.as_i64()?),
        BinaryOperator::Less => Some(left?.as_i64()? < right?.as_i64()?),
        BinaryOperator::LessEq => Some(left?.as_i64()? <= right?.as_i64()?),
        _ => None,
    }
}

fn same(left: &Node, right: &Node) -> bool {
    match (&left.value, &right.value) {
        (Value::Null, Value::Null) => true,
        _ => left.text().is_some() && left.text() == right.text(),
    }
}
