//! What service catalogues say: who owns each service, and who is called for it.
//!
//! Templates and skeletons of catalogues are for services to come. An owner that a variable gives is
//! not judged.

use crate::answers::{Gap, Sheet, World};
use crate::model::fact::{Resource, System};
use crate::model::tree::Node;
use crate::model::{Grade, RepoPath, Span};
use crate::text::{Role, role};

/// Services of which a proof is listed.
const MAX_PROOFS: usize = 3;
/// Owners that stand for one.
const PLACEHOLDERS: &[&str] = &[
    "guest",
    "guests",
    "unknown",
    "todo",
    "tbd",
    "none",
    "n/a",
    "nobody",
    "changeme",
    "change-me",
    "your-team",
    "team-name",
    "fixme",
    "placeholder",
    "default",
];
/// Where a catalogue names the service of a pager.
const CALLS: &[&str] = &[
    "pagerduty.com/service-id",
    "pagerduty.com/integration-key",
    "opsgenie.com/component-selector",
    "opsgenie.com/team",
];

/// Looks at every entry.
pub(super) fn find(world: &World<'_>, sheet: &mut Sheet) {
    let mut proofs = 0;
    for (span, resource) in world.inventory.resources.iter().filter(|(span, r)| is_entry(span, r)) {
        let Some(owner) = owner(resource) else { continue };
        let Some(text) = owner.text() else { continue };
        let place = Span::new(&span.path, owner.at);
        let last = text.rsplit(['/', ':']).next().unwrap_or(text).trim();
        if PLACEHOLDERS.contains(&last.to_lowercase().as_str()) {
            let message = format!("the catalogue says that `{}` is owned by `{text}`: nobody", resource.name);
            sheet.gap(
                world,
                Gap::new("placeholder-service-owner", resource.name.as_str(), message)
                    .on(&place)
                    .component(resource.name.as_str()),
            );
        } else if proofs < MAX_PROOFS {
            proofs += 1;
            let called = called(resource).map_or(String::new(), |by| format!(", and is called by {by}"));
            sheet.shows(
                Grade::Declared,
                &place,
                format!("the catalogue gives `{}` to {text}{called}", resource.name),
            );
        }
    }
}

fn is_entry(span: &Span, resource: &Resource) -> bool {
    let is_listed = match resource.system {
        System::Catalog => true,
        System::Kubernetes => {
            resource.body.text_at("apiVersion").is_some_and(|api| api.starts_with("backstage.io/"))
                && matches!(resource.kind.as_str(), "Component" | "System" | "API" | "Resource" | "Domain")
        }
        _ => false,
    };
    is_listed && !is_pattern(&span.path) && !resource.name.contains("example")
}

/// A file from which catalogues are made.
fn is_pattern(path: &RepoPath) -> bool {
    let folders = ["template", "templates", "skeleton", "skeletons", "scaffolder", "scaffold", "content"];
    matches!(role(path), Role::Test | Role::Example) || folders.iter().any(|folder| path.has_folder(folder))
}

fn owner(resource: &Resource) -> Option<&Node> {
    let body = &resource.body;
    match (resource.system, resource.kind.as_str()) {
        (System::Kubernetes, _) => body.at_path("spec.owner"),
        (_, "Datadog") => body.get("team").or_else(|| body.at_path("metadata.owner")),
        (_, "OpsLevel") => body.at_path("service.owner"),
        _ => body.at_path("info.x-cortex-owners")?.items().first()?.get("name"),
    }
}

fn called(resource: &Resource) -> Option<&'static str> {
    let body = &resource.body;
    let annotations = body.at_path("metadata.annotations");
    let annotated = CALLS.iter().find(|key| annotations.is_some_and(|a| a.get(key).is_some()));
    let is_pagerduty = ["pagerduty", "integrations.pagerduty", "info.x-cortex-oncall.pagerduty"];
    let is_opsgenie = ["integrations.opsgenie", "info.x-cortex-oncall.opsgenie"];
    match annotated {
        Some(key) if key.starts_with("pagerduty") => Some("PagerDuty"),
        Some(_) => Some("Opsgenie"),
        None if is_pagerduty.iter().any(|path| body.at_path(path).is_some()) => Some("PagerDuty"),
        None => is_opsgenie.iter().any(|path| body.at_path(path).is_some()).then_some("Opsgenie"),
    }
}
