//! Terraform across files: which modules there are, who calls them, and what a value comes to.
//!
//! A folder is a module; a root module is looked at once per variable file, because that is how it is
//! applied; a called module once per call, with the caller's inputs. Values are followed through
//! variables, locals, inputs, conditions and comparisons. What needs a plan, a data source or
//! another repository stays unknown: it is never guessed.

mod evaluate;

use std::collections::BTreeMap;
use std::rc::Rc;

pub(super) use evaluate::Presence;

use super::Material;
use crate::model::fact::System;
use crate::model::tree::Node;
use crate::model::{RepoPath, Span};
use crate::text::{Role, role};

/// More instances of one module than this say nothing new.
const MAX_INSTANCES: usize = 64;
/// Modules that call modules: real trees have three or four levels.
const MAX_CALL_DEPTH: usize = 8;

/// Every module of the repository.
#[derive(Default)]
pub(super) struct Terraform<'a> {
    modules: BTreeMap<&'a str, Module<'a>>,
}

#[derive(Default)]
struct Module<'a> {
    variables: BTreeMap<&'a str, Option<&'a Node>>,
    locals: BTreeMap<&'a str, &'a Node>,
    /// Loaded always.
    automatic: Vec<&'a Node>,
    /// Given by hand, one at a time.
    var_files: Vec<(RepoPath, &'a Node)>,
    /// Calls of this module: the calling folder, the call.
    callers: Vec<(&'a str, ModuleCall<'a>)>,
    has_provider: bool,
}

#[derive(Clone)]
struct ModuleCall<'a> {
    span: Span,
    name: &'a str,
    body: &'a Node,
}

/// One use of a module: in which folder, with which inputs.
#[derive(Clone)]
pub(super) struct Scope<'a> {
    folder: &'a str,
    call: Option<Rc<(ModuleCall<'a>, Scope<'a>)>>,
    var_file: Option<usize>,
}

impl Scope<'_> {
    /// Where it is called, innermost first.
    pub(super) fn calls(&self) -> Vec<(Span, String)> {
        let mut calls = Vec::new();
        let mut scope = self;
        while let Some(call) = &scope.call {
            calls.push((call.0.span.clone(), call.0.name.to_owned()));
            scope = &call.1;
        }
        calls
    }
}

impl<'a> Terraform<'a> {
    /// Reads every module. Takes the resources once, in order of place.
    pub(super) fn read(material: &Material<'a>) -> Self {
        let mut this = Self::default();
        let mut tfvars = Vec::new();
        let mut calls = Vec::new();
        for (path, facts) in material.files {
            let resources = facts.facts.iter().filter_map(|fact| match &fact.kind {
                crate::model::FactKind::Resource(r) if r.system == System::Terraform => Some((fact.at, &**r)),
                _ => None,
            });
            for (at, resource) in resources {
                if resource.kind == "tfvars" {
                    tfvars.push((path, &resource.body));
                    continue;
                }
                let module = this.modules.entry(path.parent()).or_default();
                match resource.kind.as_str() {
                    "variable" => {
                        module.variables.insert(&resource.name, resource.body.get("default"));
                    }
                    "locals" => {
                        module
                            .locals
                            .extend(resource.body.entries().iter().map(|e| (e.key.as_str(), &e.node)));
                    }
                    "provider" | "backend" => module.has_provider = true,
                    "module" => {
                        let call = ModuleCall {
                            span: Span::new(path, at),
                            name: &resource.name,
                            body: &resource.body,
                        };
                        calls.push((path.parent(), call));
                    }
                    _ => {}
                }
            }
        }
        this.give_variables(tfvars);
        for (from, call) in calls {
            let source = call.body.text_at("source").unwrap_or_default();
            if !source.starts_with('.') {
                continue;
            }
            let folder = normalized(from, source);
            if folder == from {
                continue;
            }
            if let Some(module) = this.modules.get_mut(folder.as_str()) {
                module.callers.push((from, call));
            }
        }
        this
    }

    /// A variable file belongs to its own folder, or to the nearest module above it.
    fn give_variables(&mut self, files: Vec<(&'a RepoPath, &'a Node)>) {
        for (path, body) in files {
            if role(path) == Role::Example || path.stem().contains("template") {
                continue;
            }
            let mut folder = path.parent();
            while !self.modules.contains_key(folder) && !folder.is_empty() {
                folder = folder.rfind('/').map_or("", |slash| folder.get(..slash).unwrap_or(""));
            }
            let Some(module) = self.modules.get_mut(folder) else { continue };
            let name = path.file_name();
            if path.parent() == folder && (name == "terraform.tfvars" || name.ends_with(".auto.tfvars")) {
                module.automatic.push(body);
            } else {
                module.var_files.push((path.clone(), body));
            }
        }
    }

    /// Every use of the module that holds a file; one that is not called and has no variable files
    /// is used once.
    pub(super) fn instances_at(&self, file: &RepoPath) -> Vec<Scope<'a>> {
        self.modules
            .get_key_value(file.parent())
            .map(|(folder, _)| self.instances(folder))
            .unwrap_or_default()
    }

    fn instances(&self, folder: &'a str) -> Vec<Scope<'a>> {
        let mut found = Vec::new();
        self.add_instances(folder, 0, &mut found);
        found
    }

    fn add_instances(&self, folder: &'a str, depth: usize, found: &mut Vec<Scope<'a>>) {
        let Some(module) = self.modules.get(folder) else { return };
        if depth > MAX_CALL_DEPTH || found.len() >= MAX_INSTANCES {
            return;
        }
        for (from, call) in &module.callers {
            let mut outer = Vec::new();
            self.add_instances(from, depth + 1, &mut outer);
            for scope in outer {
                if found.len() < MAX_INSTANCES {
                    found.push(Scope { folder, call: Some(Rc::new((call.clone(), scope))), var_file: None });
                }
            }
        }
        if !module.callers.is_empty() {
            return;
        }
        if module.var_files.is_empty() {
            found.push(Scope { folder, call: None, var_file: None });
        }
        for index in 0..module.var_files.len().min(MAX_INSTANCES) {
            found.push(Scope { folder, call: None, var_file: Some(index) });
        }
    }

    /// The variable file a use is made with.
    pub(super) fn var_file(&self, scope: &Scope<'a>) -> Option<&RepoPath> {
        let mut scope = scope;
        while let Some(call) = &scope.call {
            scope = &call.1;
        }
        let module = self.modules.get(scope.folder)?;
        module.var_files.get(scope.var_file?).map(|(path, _)| path)
    }

    /// Whether a folder is only offered to other repositories: it wants inputs that nothing here
    /// gives, and configures no provider.
    pub(super) fn is_offered(&self, folder: &str) -> bool {
        self.modules.get(folder).is_some_and(|module| {
            module.callers.is_empty()
                && !module.has_provider
                && module.automatic.is_empty()
                && module.var_files.is_empty()
                && module.variables.values().any(Option::is_none)
        })
    }
}

/// A relative module source as a folder of the repository.
fn normalized(from: &str, source: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').filter(|part| !part.is_empty()).collect();
    for part in source.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::{Presence, Terraform};
    use crate::inventory::Material;
    use crate::inventory::material::testing::with_material;

    #[track_caller]
    fn check(files: &[(&str, &str)], folder: &str, key: &str, expected: &[Option<&str>]) {
        with_material(files, |material: &Material<'_>| {
            let terraform = Terraform::read(material);
            let (_, resource) = material
                .resources()
                .find(|(span, r)| r.kind == "aws_db_instance" && span.path.parent() == folder)
                .expect("a database");
            let found: Vec<Option<String>> = terraform
                .instances(folder)
                .iter()
                .map(|scope| {
                    let node = terraform.value(scope, resource.body.get(key)?)?;
                    node.text().map(str::to_owned)
                })
                .collect();
            let found: Vec<Option<&str>> = found.iter().map(Option::as_deref).collect();
            assert_eq!(found, expected);
        });
    }

    const DB: &str = "resource \"aws_db_instance\" \"db\" {\n  days = var.days\n  name = \"shop-${var.env}\"\n  count = var.on ? 1 : 0\n}\n";

    #[test]
    fn follows_defaults_variable_files_and_calls() {
        let variables = "variable \"days\" { default = 7 }\nvariable \"env\" {}\n";
        check(&[("t/db.tf", DB), ("t/v.tf", variables)], "t", "days", &[Some("7")]);
        check(&[("t/db.tf", DB), ("t/v.tf", variables)], "t", "name", &[None]);
        check(
            &[
                ("t/db.tf", DB),
                ("t/v.tf", variables),
                ("t/env/a.tfvars", "days = 0\n"),
                ("t/env/b.tfvars", "x = 1\n"),
            ],
            "t",
            "days",
            &[Some("0"), Some("7")],
        );
        let call = "locals {\n all = { days = 3 }\n}\nmodule \"a\" {\n source = \"../m\"\n days = local.all.days\n env = \"prod\"\n}\n";
        let files = [("m/db.tf", DB), ("m/v.tf", variables), ("prod/main.tf", call)];
        check(&files, "m", "days", &[Some("3")]);
        check(&files, "m", "name", &[Some("shop-prod")]);
    }

    #[test]
    fn knows_what_is_switched_off() {
        let presence = |default: &str| {
            let variables = format!("variable \"on\" {{ default = {default} }}\n");
            let files = [("t/db.tf", DB), ("t/v.tf", variables.as_str())];
            let mut found = None;
            with_material(&files, |material| {
                let terraform = Terraform::read(material);
                let (_, resource) = material.resources().find(|(_, r)| r.kind == "aws_db_instance").unwrap();
                found = Some(terraform.presence(&terraform.instances("t")[0], &resource.body));
            });
            found.unwrap()
        };
        assert_eq!(presence("true"), Presence::On);
        assert_eq!(presence("false"), Presence::Off);
        assert_eq!(presence("null"), Presence::Unknown);
    }

    #[test]
    fn survives_loops() {
        let looped = "locals {\n a = local.b\n b = local.a\n}\nmodule \"m\" { source = \"./\" }\n";
        check(
            &[("t/db.tf", "resource \"aws_db_instance\" \"db\" { days = local.a }\n"), ("t/l.tf", looped)],
            "t",
            "days",
            &[None],
        );
    }
}
