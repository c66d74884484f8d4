//! Terraform and OpenTofu blocks.

use super::fact;
use crate::facts::SourceFile;
use crate::model::FileFacts;
use crate::model::fact::System;
use crate::parse::Language;
use crate::rules::RuleSet;
use crate::text::Role;

/// Files of tests and golden output are many and declare nothing that runs.
pub(crate) fn wants(file: &SourceFile<'_>) -> bool {
    let extension = file.path.extension();
    file.language == Language::Hcl && file.role != Role::Test && matches!(extension, "tf" | "tfvars")
}

/// One resource per block; a `.tfvars` file is one resource.
pub(crate) fn collect(file: &SourceFile<'_>, _: &RuleSet, out: &mut FileFacts) {
    let Some(root) = file.hcl() else { return };
    if file.path.extension() == "tfvars" {
        out.facts.push(fact(root.at, System::Terraform, "tfvars", file.path.stem(), None, root));
        return;
    }
    for entry in root.entries() {
        match entry.key.as_str() {
            "resource" | "data" => {
                for kind in entry.node.entries() {
                    let prefix = if entry.key == "data" { "data." } else { "" };
                    for named in kind.node.entries() {
                        let kind = format!("{prefix}{}", kind.key);
                        out.facts.push(fact(
                            entry.at,
                            System::Terraform,
                            &kind,
                            &named.key,
                            None,
                            &named.node,
                        ));
                    }
                }
            }
            "variable" | "module" | "provider" | "output" => {
                for named in entry.node.entries() {
                    out.facts.push(fact(
                        entry.at,
                        System::Terraform,
                        &entry.key,
                        &named.key,
                        None,
                        &named.node,
                    ));
                }
            }
            "locals" => out.facts.push(fact(entry.at, System::Terraform, "locals", "", None, &entry.node)),
            "terraform" => {
                for backend in entry.node.get_all("backend").flat_map(|b| b.entries()) {
                    let (kind, name) = ("backend", backend.key.as_str());
                    out.facts.push(fact(backend.at, System::Terraform, kind, name, None, &backend.node));
                }
            }
            _ => {}
        }
    }
}
