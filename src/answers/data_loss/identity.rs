//! Who may do everything to everything: identities of jobs and services, not of people.
//!
//! A role that people take for an hour is how emergencies are handled; a role that a pipeline or a
//! process holds all day is one slip, or one stolen token, away from stores and backups together.
//! Policies of endpoints, buckets and organizations say `*` for other reasons and are left out.

use std::sync::LazyLock;

use regex::Regex;

use crate::answers::{Gap, Sheet, World};
use crate::model::fact::{Resource, System};
use crate::model::thing::Environment;
use crate::model::tree::{Node, Value};
use crate::model::{Severity, Span};
use crate::text::{Role, environment, role};

/// Words in the name of an identity that say a job holds it.
const JOBS: &[&str] = &[
    "ci",
    "cicd",
    "cd",
    "github",
    "gitlab",
    "actions",
    "deploy",
    "deployer",
    "deployment",
    "terraform",
    "pipeline",
    "pipelines",
    "runner",
    "runners",
    "jenkins",
    "concourse",
    "buildkite",
    "circleci",
    "atlantis",
    "codebuild",
];
/// Who may take a role, when it is no person.
const HOLDERS: &[&str] = &[
    "token.actions.githubusercontent.com",
    "gitlab.com",
    "ec2.amazonaws.com",
    "ecs-tasks.amazonaws.com",
    "lambda.amazonaws.com",
    "codebuild.amazonaws.com",
    "oidc.eks",
];
/// Namespaces whose tools have to reach everything to do what they are for.
const TOOLS: &[&str] = &["kube-system", "flux-system", "argocd", "velero", "cattle-system"];

/// One statement that allows every action on every resource, in JSON or in the language of Terraform.
static EVERYTHING: LazyLock<Option<[Regex; 3]>> = LazyLock::new(|| {
    let key =
        |name: &str, value: &str| Regex::new(&format!(r#""?{name}"?\s*[:=]\s*\[?\s*"{value}"\s*\]?"#)).ok();
    Some([key("Effect", "Allow")?, key("Action", r"\*")?, key("Resource", r"\*")?])
});

/// Raises each such identity of production, or of no stated environment.
pub(super) fn tell(world: &World<'_>, sheet: &mut Sheet) {
    let resources = &world.inventory.resources;
    for (span, resource) in resources {
        let near = environment(&span.path, &[&resource.name]);
        let is_near = matches!(near, Environment::Production | Environment::Unstated);
        if !is_near || matches!(role(&span.path), Role::Test | Role::Example) {
            continue;
        }
        let Some((who, how)) = unlimited(resources, resource) else { continue };
        let message = format!(
            "{who} may do everything to everything ({how}): one slip of whatever holds it takes stores and backups together."
        );
        let severity = if near == Environment::Production { Severity::Medium } else { Severity::Low };
        let thing = format!("{} {}", resource.kind, resource.name);
        sheet.gap(
            world,
            Gap::new("unlimited-identity", thing, message).on(span).snippet(&how).severity(severity),
        );
    }
}

/// Who, and by what.
fn unlimited(all: &[(Span, Resource)], resource: &Resource) -> Option<(String, String)> {
    match (resource.system, resource.kind.as_str()) {
        (System::Kubernetes, "ClusterRoleBinding") => bound(resource),
        (System::Terraform, "aws_iam_role_policy_attachment" | "aws_iam_user_policy_attachment") => {
            let policy = source(resource.body.get("policy_arn")?);
            let is_everything = policy.trim().trim_end_matches('"').ends_with(":policy/AdministratorAccess");
            let how = "AdministratorAccess is attached";
            is_everything.then(|| held_by_job(all, resource, how)).flatten()
        }
        (System::Terraform, "aws_iam_role_policy" | "aws_iam_user_policy") => {
            let policy = source(resource.body.get("policy")?);
            let is_everything =
                allows_everything(&policy) || all.iter().any(|(_, doc)| is_document(doc, &policy));
            let how = "a statement allows every action on every resource";
            is_everything.then(|| held_by_job(all, resource, how)).flatten()
        }
        (System::Terraform, "google_project_iam_member" | "google_project_iam_binding") => {
            let is_owner = resource.body.text_at("role") == Some("roles/owner");
            let members = source(&resource.body);
            let is_job = members.contains("serviceAccount:") || members.contains("google_service_account.");
            (is_owner && is_job)
                .then(|| (format!("The service account of {}", resource.name), "roles/owner".to_owned()))
        }
        _ => None,
    }
}

/// Everything written below a node, values only.
fn source(node: &Node) -> String {
    let mut text = String::new();
    node.walk(&mut |_, node| {
        if let Value::Scalar { text: part, .. } | Value::Unknown(part) = &node.value {
            text.push_str(part);
            text.push('\n');
        }
    });
    text
}

/// Whether one `{…}` of a policy has all three parts and no condition.
fn allows_everything(policy: &str) -> bool {
    let Some(parts) = EVERYTHING.as_ref() else { return false };
    policy.split('{').any(|block| {
        let statement = block.split('}').next().unwrap_or(block);
        parts.iter().all(|part| part.is_match(statement))
            && !block.contains("Condition")
            && !statement.contains("NotAction")
    })
}

/// Whether a policy names a document that allows everything.
fn is_document(document: &Resource, policy: &str) -> bool {
    document.kind == "data.aws_iam_policy_document"
        && policy.contains(&format!("aws_iam_policy_document.{}.", document.name))
        && document.body.get_all("statement").any(|statement| {
            let is_all = |key: &str| {
                statement
                    .get(key)
                    .is_some_and(|list| list.items().iter().any(|item| item.text() == Some("*")))
            };
            let denies = statement.text_at("effect") == Some("Deny");
            is_all("actions") && is_all("resources") && !denies && statement.get("condition").is_none()
        })
}

/// The identity that a policy is attached to, if a job holds it.
fn held_by_job(all: &[(Span, Resource)], attached: &Resource, how: &str) -> Option<(String, String)> {
    let to = source(attached.body.get("role").or_else(|| attached.body.get("user"))?);
    let (kind, name) = match to.trim().split('.').collect::<Vec<_>>()[..] {
        [kind @ ("aws_iam_role" | "aws_iam_user"), name, ..] => {
            (kind, name.split('[').next().unwrap_or(name))
        }
        _ => ("", to.trim()),
    };
    let is_it = |other: &Resource| other.kind == kind && other.name == name;
    let identity = all.iter().map(|(_, other)| other).find(|other| is_it(other));
    let own = identity.and_then(|identity| identity.body.text_at("name")).unwrap_or_default();
    let words = format!("{name} {own} {}", attached.name).to_ascii_lowercase();
    let is_named = words.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| JOBS.contains(&word));
    let trust = identity.map(|identity| source(&identity.body)).unwrap_or_default();
    let trusted = |text: &str| HOLDERS.iter().any(|holder| text.contains(holder));
    let by_document = || {
        all.iter().any(|(_, doc)| {
            doc.kind == "data.aws_iam_policy_document"
                && trust.contains(&format!("aws_iam_policy_document.{}.", doc.name))
                && trusted(&source(&doc.body))
        })
    };
    let what = if kind == "aws_iam_user" { "user" } else { "role" };
    (is_named || trusted(&trust) || by_document()).then(|| (format!("The {what} {name}"), how.to_owned()))
}

fn bound(binding: &Resource) -> Option<(String, String)> {
    let is_admin = binding.body.text_at("roleRef.name") == Some("cluster-admin");
    let subjects = binding.body.get("subjects").map(Node::items).unwrap_or_default();
    let account = subjects.iter().find(|subject| {
        let space = subject.text_at("namespace").unwrap_or_default();
        subject.text_at("kind") == Some("ServiceAccount") && !space.is_empty() && !TOOLS.contains(&space)
    })?;
    let name = account.text_at("name").filter(|_| is_admin)?;
    let space = account.text_at("namespace")?;
    Some((format!("The service account {space}/{name}"), "bound to cluster-admin".to_owned()))
}
