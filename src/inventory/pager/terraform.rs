//! References between Terraform blocks, followed across variables, locals, modules and outputs.
//!
//! It follows what the files state and never guesses a value: what ends in a variable without a
//! default, a data source or a literal id ends outside this repository.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use crate::inventory::Material;
use crate::model::Span;
use crate::model::fact::{Resource, System};
use crate::model::tree::{Node, Value};

/// Modules in modules; deeper chains are loops.
const MAX_DEPTH: usize = 8;

/// Where a reference ends.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum End {
    /// A resource: folder, kind, name.
    Resource(String, String, String),
    /// Outside this repository: the reference as written there.
    Outside(String),
}

/// Every block, by folder, kind and name.
pub(super) struct Graph<'a> {
    blocks: BTreeMap<(&'a str, &'a str, &'a str), (Span, &'a Resource)>,
    outputs: BTreeMap<&'a str, Vec<(&'a str, &'a Resource)>>,
    callers: BTreeMap<String, Vec<(&'a str, &'a Resource)>>,
    locals: BTreeMap<&'a str, Vec<&'a Resource>>,
}

impl<'a> Graph<'a> {
    /// Reads the blocks of all files that count.
    pub(super) fn new(material: &'a Material<'a>) -> Self {
        let (mut blocks, mut outputs, mut callers, mut locals) = (
            BTreeMap::new(),
            BTreeMap::<_, Vec<_>>::new(),
            BTreeMap::<_, Vec<_>>::new(),
            BTreeMap::<_, Vec<_>>::new(),
        );
        for (path, facts) in material.files {
            let folder = path.parent();
            for fact in &facts.facts {
                let crate::model::FactKind::Resource(resource) = &fact.kind else { continue };
                let resource: &Resource = resource;
                if resource.system != System::Terraform || !super::counts(path) {
                    continue;
                }
                match resource.kind.as_str() {
                    "locals" => locals.entry(folder).or_default().push(resource),
                    "output" => outputs.entry(resource.name.as_str()).or_default().push((folder, resource)),
                    "module" => {
                        if let Some(target) = resource.body.text_at("source").and_then(|s| join(folder, s)) {
                            callers.entry(target).or_default().push((folder, resource));
                        }
                    }
                    _ => {}
                }
                let key = (folder, resource.kind.as_str(), resource.name.as_str());
                blocks.entry(key).or_insert((Span::new(path, fact.at), resource));
            }
        }
        Self { blocks, outputs, callers, locals }
    }

    /// Every resource of a kind, sorted by folder and name.
    pub(super) fn of_kind(&self, kind: &str) -> Vec<(&'a str, &Span, &'a Resource)> {
        let all = self.blocks.iter().filter(|((_, k, _), _)| *k == kind);
        all.map(|((folder, ..), (span, resource))| (*folder, span, *resource)).collect()
    }

    /// One resource.
    pub(super) fn block(&self, folder: &str, kind: &str, name: &str) -> Option<&'a Resource> {
        self.blocks.get(&(folder, kind, name)).map(|(_, resource)| *resource)
    }

    /// Whether a block of a kind that `acts` takes has a reference that starts with this text.
    pub(super) fn mentions(&self, reference: &str, acts: impl Fn(&str) -> bool) -> bool {
        self.blocks.iter().filter(|((_, kind, _), _)| acts(kind)).any(|(_, (_, resource))| {
            let mut is_named = false;
            resource.body.walk(&mut |_, node| {
                is_named |= node.unknown().is_some_and(|source| source.contains(reference));
            });
            is_named
        })
    }

    /// Where the references of a value end: one per list item or reference, sorted.
    pub(super) fn ends(&self, folder: &str, value: &Node) -> Vec<End> {
        let mut ends: Vec<End> = self.written_ends(folder, value).into_iter().map(|(end, _)| end).collect();
        ends.sort();
        ends.dedup();
        ends
    }

    /// The same in the order of the file, each with the reference as it is written where it ends.
    pub(super) fn written_ends(&self, folder: &str, value: &Node) -> Vec<(End, String)> {
        let mut ends = Vec::new();
        self.follow(folder, value, 0, &mut ends);
        ends
    }

    fn follow(&self, folder: &str, value: &Node, depth: usize, ends: &mut Vec<(End, String)>) {
        match &value.value {
            Value::List(items) => items.iter().for_each(|item| self.follow(folder, item, depth, ends)),
            Value::Scalar { text, .. } if !text.is_empty() => outside(text, ends),
            Value::Unknown(source) => self.source(folder, source, depth, ends),
            // One of several values, by a key that is known when it runs.
            Value::Map(entries) if depth > 0 && !entries.is_empty() => outside("a value of a map", ends),
            _ => {}
        }
    }

    fn source(&self, folder: &str, source: &str, depth: usize, ends: &mut Vec<(End, String)>) {
        let references = references(source);
        if references.is_empty() || depth >= MAX_DEPTH {
            outside(source, ends);
        }
        for (first, second, third) in references {
            match first {
                "var" => self.variable(folder, second, depth, ends),
                "local" => self.local(folder, second, depth, ends),
                "module" => self.module(folder, second, third, depth, ends),
                "data" | "each" | "count" | "path" | "terraform" | "self" => outside(source, ends),
                kind if self.blocks.contains_key(&(folder, kind, second)) => {
                    let end = End::Resource(folder.to_owned(), kind.to_owned(), second.to_owned());
                    ends.push((end, source.to_owned()));
                }
                _ => outside(source, ends),
            }
        }
    }

    /// What callers of the module pass; else the only output of that name in the repository, which
    /// is how wrappers outside Terraform connect modules; else the default.
    fn variable(&self, folder: &str, name: &str, depth: usize, ends: &mut Vec<(End, String)>) {
        let callers = self.callers.get(folder).map(Vec::as_slice).unwrap_or_default();
        let passed: Vec<_> =
            callers.iter().filter_map(|(from, call)| Some((*from, call.body.get(name)?))).collect();
        if !passed.is_empty() {
            passed.iter().for_each(|(from, value)| self.follow(from, value, depth + 1, ends));
            return;
        }
        let outputs = self.outputs.get(name).map(Vec::as_slice).unwrap_or_default();
        if let ([(from, output)], true) = (outputs, callers.is_empty())
            && *from != folder
            && let Some(value) = output.body.get("value")
        {
            self.follow(from, value, depth + 1, ends);
            return;
        }
        let default = self.blocks.get(&(folder, "variable", name)).and_then(|(_, v)| v.body.get("default"));
        match default.filter(|default| !default.is_empty()) {
            Some(default) => self.follow(folder, default, depth + 1, ends),
            None => outside(&format!("var.{name}"), ends),
        }
    }

    fn local(&self, folder: &str, name: &str, depth: usize, ends: &mut Vec<(End, String)>) {
        let blocks = self.locals.get(folder).map(Vec::as_slice).unwrap_or_default();
        match blocks.iter().find_map(|block| block.body.get(name)) {
            Some(value) => self.follow(folder, value, depth + 1, ends),
            None => outside(&format!("local.{name}"), ends),
        }
    }

    fn module(
        &self,
        folder: &str,
        name: &str,
        output: Option<&str>,
        depth: usize,
        ends: &mut Vec<(End, String)>,
    ) {
        let call = self.blocks.get(&(folder, "module", name));
        let target = call.and_then(|(_, call)| join(folder, call.body.text_at("source")?));
        let outputs = self.outputs.get(output.unwrap_or_default()).map(Vec::as_slice).unwrap_or_default();
        let found = target.and_then(|target| outputs.iter().find(|(at, _)| *at == target));
        match found.and_then(|(at, output)| Some((*at, output.body.get("value")?))) {
            Some((at, value)) if depth < MAX_DEPTH => self.follow(at, value, depth + 1, ends),
            _ => outside(&format!("module.{name}.{}", output.unwrap_or_default()), ends),
        }
    }
}

fn outside(source: &str, ends: &mut Vec<(End, String)>) {
    ends.push((End::Outside(source.to_owned()), source.to_owned()));
}

/// The references in a source: `a.b` or `a.b.c`.
fn references(source: &str) -> Vec<(&str, &str, Option<&str>)> {
    static REFERENCE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        // A name, a second name, and for modules and data sources a third.
        Regex::new(
            r"\b([a-z][a-z0-9_]*)\.([A-Za-z][A-Za-z0-9_-]*)(?:\[[^\]]*\])?(?:\.([A-Za-z][A-Za-z0-9_-]*))?",
        )
        .ok()
    });
    let Some(regex) = REFERENCE.as_ref() else { return Vec::new() };
    // The condition of `a ? b : c` is not where the value comes from.
    let values = source.split_once('?').map_or(source, |(_, values)| values);
    let found = regex.captures_iter(values);
    found
        .filter_map(|c| Some((c.get(1)?.as_str(), c.get(2)?.as_str(), c.get(3).map(|m| m.as_str()))))
        .collect()
}

/// A relative module source against its folder; `None` for anything from elsewhere.
fn join(folder: &str, source: &str) -> Option<String> {
    if !source.starts_with('.') {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in source.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::{join, references};

    #[test]
    fn joins_sources() {
        assert_eq!(join("a/b", "../c").as_deref(), Some("a/c"));
        assert_eq!(join("", "./m").as_deref(), Some("m"));
        assert_eq!(join("", "../m"), None);
        assert_eq!(join("a", "terraform-aws-modules/sns/aws"), None);
    }

    #[test]
    fn finds_references() {
        assert_eq!(references("aws_sns_topic.a.arn"), [("aws_sns_topic", "a", Some("arn"))]);
        assert_eq!(
            references("var.on ? aws_sns_topic.a[0].arn : \"\""),
            [("aws_sns_topic", "a", Some("arn"))]
        );
        assert_eq!(references("toset([])"), []);
    }
}
