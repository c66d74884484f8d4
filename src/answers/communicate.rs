//! How would they communicate with each other and with customers?
//!
//! A status page and a written incident process with roles decide. A mention of a page is not a page,
//! and where customers are told is often settled outside of repositories: absence is only reported
//! for what visibly serves people.

mod fate;

use super::{Gap, Sheet, World};
use crate::model::fact::{PageKind, Resource, SignalKind, System};
use crate::model::thing::{RunbookPage, SignalAt, SubjectKind};
use crate::model::tree::Node;
use crate::model::{Answer, Finding, Grade, Span, Verdict};
use crate::text::{Role, role};

/// Proofs of one kind that are listed.
const MAX_PROOFS: usize = 3;
/// Where a status page would show.
const STATUS_PLACES: &[&str] =
    &["*.tf", ".upptimerc.yml", "compose and Kubernetes images", "README and contact pages"];
/// Where an incident process would be.
const PROCESS_PLACES: &[&str] =
    &["**/incident-*.md", "**/on-call*.md", "**/oncall/**", ".github/ISSUE_TEMPLATE/"];

/// Answers the question.
pub(super) fn answer(world: &World<'_>, mut sheet: Sheet) -> (Answer, Vec<Finding>) {
    let of = |kind: SignalKind| world.inventory.signals.iter().filter(move |s| s.signal.kind == kind);
    let page = of(SignalKind::StatusPage).max_by_key(|s| s.signal.is_configured);
    let process = process(world);
    let templates: Vec<&SignalAt> = of(SignalKind::Template).take(MAX_PROOFS).collect();
    let contacts: Vec<&SignalAt> =
        of(SignalKind::SecurityContact).chain(of(SignalKind::SupportContact)).take(MAX_PROOFS).collect();
    if let Some(page) = page {
        let grade = if page.signal.is_configured { Grade::Declared } else { Grade::Mentioned };
        sheet.shows(grade, &page.span, format!("status page: {} ({})", page.signal.tool, page.signal.detail));
    }
    if let Some(process) = process {
        let roles = process.page.roles.join(", ");
        let grade = if roles.is_empty() { Grade::Mentioned } else { Grade::Declared };
        let with = if roles.is_empty() { String::new() } else { format!(" with {roles}") };
        sheet.shows(grade, &process.span, format!("incident process: \"{}\"{with}", process.page.title));
    }
    for signal in templates.iter().chain(&contacts) {
        sheet.shows(
            Grade::Mentioned,
            &signal.span,
            format!("{}: {}", signal.signal.tool, signal.signal.detail),
        );
    }
    let published = || world.inventory.incidents.iter().filter(|incident| incident.gone.is_none());
    let dated = published().rfind(|incident| incident.date.is_some());
    if let Some(last) = dated.or(published().next_back()) {
        let count = published().count();
        let are = if count == 1 { "report of an incident is" } else { "reports of incidents are" };
        sheet.shows(Grade::Mentioned, &last.span, format!("{count} {are} published here"));
    }
    expired(world, &mut sheet);
    contactless(world, &mut sheet);
    unfilled(world, &mut sheet);
    fate::find(world, &mut sheet);
    absences(world, page, process, &templates, &mut sheet);
    let (verdict, because) = conclude(page, process, &templates, &contacts);
    if verdict != Verdict::Yes {
        let who = super::page::who(world).replace(
            "which service pages you, and for what?",
            "who tells customers during an outage, where, and how often?",
        );
        sheet.unknown("How customers hear of an outage, and where the team meets during one.", who);
    }
    let grade = match verdict {
        Verdict::Yes => Grade::Wired,
        _ => sheet.best_grade().max(Grade::Absent),
    };
    sheet.close(verdict, grade, because)
}

/// The page that says how incidents are run, best first: with roles, then the longest.
fn process<'a>(world: &World<'a>) -> Option<&'a RunbookPage> {
    let pages = world.inventory.runbooks.iter();
    pages
        .filter(|page| matches!(page.page.kind, PageKind::IncidentProcess | PageKind::OnCall))
        .filter(|page| page.page.stub.is_none())
        .max_by_key(|page| {
            (page.page.kind == PageKind::IncidentProcess, page.page.roles.len(), page.page.words)
        })
}

fn expired(world: &World<'_>, sheet: &mut Sheet) {
    for signal in world.inventory.signals.iter().filter(|s| s.signal.tool == "security.txt") {
        let date = signal.signal.detail.split_once(':').and_then(|(_, text)| text.trim().get(..10));
        let Some(date) = date.and_then(|text| text.parse::<jiff::civil::Date>().ok()) else { continue };
        if date < world.today() {
            let message = format!("the security contact expired on {date}");
            let gap =
                Gap::new("expired-security-contact", signal.span.path.as_str(), message).on(&signal.span);
            sheet.gap(world, gap);
        }
    }
}

/// A page on security that tells nobody whom to write to.
fn contactless(world: &World<'_>, sheet: &mut Sheet) {
    let pages =
        world.inventory.signals.iter().filter(|s| s.signal.tool == "SECURITY" && !s.signal.is_configured);
    for page in pages {
        let message = "the page on security names no address, link or form for a report";
        let gap = Gap::new("security-page-without-contact", page.span.path.as_str(), message).on(&page.span);
        sheet.gap(world, gap);
    }
}

/// Pages for the night with names and numbers that were to be filled in.
fn unfilled(world: &World<'_>, sheet: &mut Sheet) {
    for page in &world.inventory.runbooks {
        let Some((at, mark)) = &page.page.placeholder else { continue };
        let message =
            format!("\"{}\" still says `{mark}` where something was to be filled in", page.page.title);
        let gap = Gap::new("template-placeholder-left", page.span.path.as_str(), message);
        sheet.gap(world, gap.on(&Span::new(&page.span.path, *at)).snippet(mark));
    }
}

/// Whether a product is built here: code of a program, made into something that is deployed. What only
/// arranges the products of others leaves status pages and processes to them.
fn builds_product(world: &World<'_>) -> bool {
    let is_program = |resource: &Resource| {
        let is_library = resource.body.get("is_library").and_then(Node::as_bool) == Some(true);
        resource.system == System::Package && !is_library
    };
    let has = |fits: &dyn Fn(&Resource) -> bool| {
        world
            .inventory
            .resources
            .iter()
            .any(|(span, resource)| role(&span.path) == Role::Main && fits(resource))
    };
    let is_packed = |resource: &Resource| matches!(resource.system, System::Dockerfile | System::Platform);
    has(&is_program) && (!world.inventory.migrations.is_empty() || has(&is_packed))
}

/// Whether something here visibly serves people: an ingress, a load balancer, a public port.
fn serves_people(world: &World<'_>) -> bool {
    world.inventory.resources.iter().any(|(span, resource)| {
        let kind = resource.kind.as_str();
        role(&span.path) == Role::Main
            && match resource.system {
                System::Kubernetes => {
                    matches!(kind, "Ingress" | "HTTPRoute" | "IngressRoute" | "VirtualService")
                }
                System::Terraform => matches!(
                    kind,
                    "aws_lb"
                        | "aws_alb"
                        | "aws_cloudfront_distribution"
                        | "google_compute_url_map"
                        | "google_cloud_run_service"
                        | "google_cloud_run_v2_service"
                        | "azurerm_application_gateway"
                        | "heroku_app"
                ),
                System::Platform => true,
                _ => false,
            }
    })
}

fn absences(
    world: &World<'_>,
    page: Option<&SignalAt>,
    process: Option<&RunbookPage>,
    templates: &[&SignalAt],
    sheet: &mut Sheet,
) {
    let is_public = serves_people(world) && builds_product(world);
    if page.is_none() {
        sheet.searched("a status page", STATUS_PLACES);
        if is_public && world.inventory.subject == SubjectKind::Service {
            let message = "no status page is set up or linked here, although something here serves people";
            sheet.gap(
                world,
                Gap::new("no-status-page", "status page", message).absent("a status page", STATUS_PLACES),
            );
        }
    }
    if process.is_none() {
        sheet.searched("a written incident process", PROCESS_PLACES);
        let is_service = is_public && world.inventory.subject == SubjectKind::Service;
        if templates.is_empty() && (is_service || !world.inventory.incidents.is_empty()) {
            let message =
                "no page here says how an incident is run: who leads, where people meet, who tells customers";
            let gap = Gap::new("missing-incident-process", "incident process", message);
            sheet.gap(world, gap.absent("a written incident process", PROCESS_PLACES));
        }
    }
}

fn conclude(
    page: Option<&SignalAt>,
    process: Option<&RunbookPage>,
    templates: &[&SignalAt],
    contacts: &[&SignalAt],
) -> (Verdict, String) {
    // "X describes how incidents are run", or what else it describes.
    let describes = |page: &RunbookPage| match page.page.kind {
        PageKind::IncidentProcess => format!("\"{}\" describes how incidents are run", page.page.title),
        _ => format!("\"{}\" describes on-call", page.page.title),
    };
    let with_roles = process.filter(|page| !page.page.roles.is_empty());
    match (page, process) {
        (Some(page), Some(process)) if page.signal.is_configured && with_roles.is_some() => (
            Verdict::Yes,
            format!("Customers have a status page ({}), and \"{}\" says who leads and where people meet.", page.signal.tool, process.page.title),
        ),
        (Some(page), Some(process)) => (
            Verdict::Partly,
            format!("{}, and a status page is named ({}).",
                describes(process), page.signal.detail),
        ),
        (None, Some(process)) => (
            Verdict::Partly,
            format!("{}, but no status page for customers is set up or linked here.",
                describes(process)),
        ),
        (Some(page), None) => (
            Verdict::Partly,
            format!("A status page is named ({}), but nothing here says how an incident is run.", page.signal.detail),
        ),
        (None, None) if !templates.is_empty() => (
            Verdict::Partly,
            "There is a template for incidents, but no status page and no page that says who leads.".to_owned(),
        ),
        (None, None) if !contacts.is_empty() => (
            Verdict::CannotTell,
            "Only contacts are written down here: no status page, and nothing on how an incident is run.".to_owned(),
        ),
        (None, None) => (
            Verdict::CannotTell,
            "Nothing in this repository says how the team would talk to each other or to customers during an outage.".to_owned(),
        ),
    }
}
