//! What the repository is: the six questions make no sense for a library.

use super::Material;
use crate::model::fact::System;
use crate::model::thing::SubjectKind;
use crate::model::{Inventory, RepoPath};
use crate::text::{Role, role};

/// Terraform kinds that describe modules for others rather than something that runs.
fn runs(system: System, kind: &str) -> bool {
    match system {
        System::Kubernetes => {
            matches!(
                kind,
                "Deployment"
                    | "StatefulSet"
                    | "DaemonSet"
                    | "CronJob"
                    | "HelmRelease"
                    | "Application"
                    | "Rollout"
            )
        }
        System::Compose => kind == "service",
        System::HelmChart | System::Dockerfile | System::Platform => true,
        _ => false,
    }
}

fn declares(system: System, kind: &str) -> bool {
    match system {
        System::Terraform => {
            !kind.starts_with("data.")
                && !matches!(
                    kind,
                    "variable" | "output" | "locals" | "module" | "provider" | "backend" | "tfvars"
                )
        }
        System::CloudFormation => true,
        _ => false,
    }
}

/// A library has a document or two for each file of code at most; a site of documents has a script or
/// two for all of its pages.
const PROSE_PER_CODE: usize = 5;

/// Tells what the repository is, and why.
pub(super) fn tell(material: &Material<'_>, inventory: &mut Inventory) {
    let is_main = |path: &RepoPath| matches!(role(path), Role::Main);
    let running = material.resources().find(|(span, r)| is_main(&span.path) && runs(r.system, &r.kind));
    let declared = material.resources().find(|(span, r)| is_main(&span.path) && declares(r.system, &r.kind));
    let code = material.paths.iter().filter(|path| is_main(path) && is_code(path)).count();
    let prose = material.paths.iter().filter(|path| is_prose(path)).count();
    let deploys = !inventory.deployments.is_empty();
    let (kind, because) = if let Some((span, resource)) = running {
        let what = format!("{} {} in {}", resource.kind, resource.name, span.path);
        (SubjectKind::Service, format!("it declares something that runs: {}", what.trim()))
    } else if deploys {
        (SubjectKind::Service, "it holds a deployment".to_owned())
    } else if let Some((span, resource)) = declared {
        let what = format!("{} {} in {}", resource.kind, resource.name, span.path);
        (SubjectKind::Infrastructure, format!("it declares infrastructure: {what}"))
    } else if let Some(migration) = inventory.migrations.first().filter(|_| !is_published(material)) {
        (SubjectKind::Service, format!("it migrates a database: {}", migration.span.path))
    } else if code > 0 && prose < code * PROSE_PER_CODE {
        (SubjectKind::Library, "it holds code, and nothing that runs or deploys it".to_owned())
    } else if prose > 0 && code > 0 {
        (SubjectKind::Documents, "it holds documents, and hardly any code".to_owned())
    } else if prose > 0 {
        (SubjectKind::Documents, "it holds documents only".to_owned())
    } else {
        (SubjectKind::Unknown, "nothing in it says what it is".to_owned())
    };
    inventory.subject = kind;
    inventory.subject_because = because;
}

/// Whether it is published as a package that others build in: such packages bring migrations for
/// the databases of others.
fn is_published(material: &Material<'_>) -> bool {
    material.paths.iter().any(|path| {
        path.parent().is_empty()
            && (path.extension() == "gemspec" || matches!(path.file_name(), "setup.py" | "setup.cfg"))
    })
}

/// Text for people, also with a template around it.
fn is_prose(path: &RepoPath) -> bool {
    use crate::parse::Language::{AsciiDoc, Markdown, ReStructuredText};
    matches!(crate::parse::language(path, b""), Markdown | ReStructuredText | AsciiDoc)
}

fn is_code(path: &RepoPath) -> bool {
    use crate::parse::Language::*;
    matches!(
        crate::parse::language(path, b""),
        C | Cpp | CSharp | Go | Java | JavaScript | Kotlin | Php | Python | Ruby | Rust | TypeScript | Tsx
    )
}
