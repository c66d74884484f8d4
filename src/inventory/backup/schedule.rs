//! What runs a command, and how often.

use super::{commands, names_file};
use crate::inventory::Material;
use crate::model::fact::{Command, Resource, System};
use crate::model::tree::Node;
use crate::model::{RepoPath, Span};
use crate::text::schedule;

/// Calls of scripts by scripts: more steps are not followed.
const MAX_STEPS: usize = 4;

/// Something with a schedule.
#[derive(Clone, Debug)]
pub(in crate::inventory) struct Runner {
    /// Where it is declared.
    pub span: Span,
    /// One past the last byte of its declaration in its file.
    end: u32,
    /// Its schedule as written.
    pub schedule: String,
    /// Longest time between two runs.
    pub max_gap_seconds: Option<u64>,
    /// Whether it tells somebody that it failed.
    pub tells: bool,
    /// Why it does not run, if it does not.
    pub suspended: Option<String>,
    /// What it runs, as text.
    text: String,
}

/// Everything with a schedule, and the calls between scripts.
pub(in crate::inventory) struct Runners<'a> {
    runners: Vec<Runner>,
    commands: Vec<(Span, &'a Command)>,
}

impl<'a> Runners<'a> {
    pub(in crate::inventory) fn read(material: &Material<'a>) -> Self {
        let mut runners = Vec::new();
        let watches_jobs = material.of(alert_text).any(|(_, text)| {
            text.contains("kube_job") || text.contains("kube_cronjob") || text.contains("KubeJobFailed")
        });
        let timers: Vec<(Span, &Resource)> = material.resources_of(System::Systemd, "timer").collect();
        for (span, resource) in material.resources() {
            match (resource.system, resource.kind.as_str()) {
                (System::Kubernetes, "CronJob") => runners.extend(cron_job(&span, resource, watches_jobs)),
                (System::GithubActions, _) => runners.extend(workflow(&span, resource)),
                (System::Cron, _) => runners.extend(line(&span, resource)),
                (System::Systemd, "service") => {
                    let timer =
                        timers.iter().find(|(at, timer)| belongs(&span.path, resource, &at.path, timer));
                    let timed = timer.and_then(|(_, timer)| unit(&span, resource, timer));
                    runners.extend(timed.or_else(|| wanted(&span, resource)));
                }
                _ => {}
            }
        }
        Self { runners, commands: commands(material).collect() }
    }

    /// What runs a command: around it, or by way of the script it stands in.
    pub(in crate::inventory) fn of(&self, span: &Span, command: &Command) -> Option<&Runner> {
        let _ = command;
        self.around(span).or_else(|| self.calling(&span.path, 0))
    }

    /// The schedule that reaches a script through whatever names it.
    pub(in crate::inventory) fn calling(&self, script: &RepoPath, steps: usize) -> Option<&Runner> {
        let name = script.file_name();
        if let Some(runner) = self.runners.iter().find(|runner| names_file(&runner.text, name)) {
            return Some(runner);
        }
        let calls = self
            .commands
            .iter()
            .filter(|(at, other)| at.path != *script && !other.is_prose && names_file(&other.text, name));
        for (at, _) in calls {
            let found = self
                .around(at)
                .or_else(|| if steps < MAX_STEPS { self.calling(&at.path, steps + 1) } else { None });
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// What names a script without a schedule: another script, a Makefile, a workflow.
    pub(in crate::inventory) fn mention(&self, material: &Material<'a>, script: &RepoPath) -> Option<Span> {
        let name = script.file_name();
        let by_command = self
            .commands
            .iter()
            .find(|(at, other)| at.path != *script && !other.is_prose && names_file(&other.text, name));
        let by_resource =
            || material.resources().find(|(at, r)| at.path != *script && names_file(&text_of(&r.body), name));
        by_command.map(|(at, _)| at.clone()).or_else(|| by_resource().map(|(at, _)| at))
    }

    fn around(&self, span: &Span) -> Option<&Runner> {
        self.runners.iter().find(|runner| {
            runner.span.path == span.path
                && runner.span.at.start <= span.at.start
                && (runner.end == 0 || span.at.start < runner.end)
        })
    }
}

fn alert_text(kind: &crate::model::FactKind) -> Option<String> {
    match kind {
        crate::model::FactKind::Alert(alert) => Some(format!("{alert:?}")),
        _ => None,
    }
}

/// Every literal below a node, for "does it name this script".
fn text_of(node: &Node) -> String {
    let mut text = String::new();
    node.walk(&mut |_, node| {
        if let Some(part) = node.text().or_else(|| node.unknown()) {
            text.push_str(part);
            text.push('\n');
        }
    });
    text
}

fn cron_job(span: &Span, resource: &Resource, tells: bool) -> Option<Runner> {
    let schedule = resource.body.at_path("spec.schedule")?;
    let text = schedule.text().or_else(|| schedule.unknown())?.to_owned();
    let is_off = resource.body.at_path("spec.suspend").and_then(Node::as_bool) == Some(true);
    // Kubernetes refuses a job whose schedule has seconds: it takes the five fields of cron.
    let has_seconds = text.split_whitespace().count() == 6 && !text.contains(['=', '{', '$']);
    let suspended = match (is_off, has_seconds) {
        (true, _) => Some("suspend: true".to_owned()),
        (_, true) => Some("its schedule has six fields, and Kubernetes takes five".to_owned()),
        _ => None,
    };
    Some(Runner {
        span: span.clone(),
        end: resource.body.at.end,
        max_gap_seconds: schedule::max_gap_seconds(&text),
        schedule: text,
        tells,
        suspended,
        text: text_of(&resource.body),
    })
}

fn workflow(span: &Span, resource: &Resource) -> Option<Runner> {
    // YAML 1.1 readers turn the key `on` into a boolean; this one keeps its spelling.
    let on = resource.body.get("on").or_else(|| resource.body.get("true"))?;
    let schedules = on.get("schedule")?.items();
    let crons: Vec<&str> = schedules.iter().filter_map(|item| item.text_at("cron")).collect();
    let gap = crons.iter().filter_map(|cron| schedule::max_gap_seconds(cron)).min();
    let text = text_of(&resource.body);
    Some(Runner {
        span: span.clone(),
        end: 0,
        schedule: crons.first().copied()?.to_owned(),
        max_gap_seconds: gap,
        // The author of a scheduled workflow gets a mail, which is nobody in particular.
        tells: text.contains("failure()") || text.contains("always()"),
        suspended: None,
        text,
    })
}

fn line(span: &Span, resource: &Resource) -> Option<Runner> {
    let schedule = resource.body.text_at("schedule")?.to_owned();
    let text = resource.body.text_at("command")?.to_owned();
    Some(Runner {
        span: span.clone(),
        end: span.at.end,
        max_gap_seconds: schedule::max_gap_seconds(&schedule),
        schedule,
        tells: false,
        suspended: None,
        text,
    })
}

/// A timer belongs to the unit of its name, or to the one it names.
fn belongs(service: &RepoPath, resource: &Resource, timer: &RepoPath, unit: &Resource) -> bool {
    let named = unit.body.text_at("Timer.Unit").map(|name| name.trim_end_matches(".service"));
    let name = named.unwrap_or(&unit.name);
    // Folders of hosts repeat names: one in the same folder comes first, but any will do.
    name == resource.name && (service.parent() == timer.parent() || !service.parent().is_empty())
}

/// A unit that runs with another unit, whose schedule is not here.
fn wanted(span: &Span, service: &Resource) -> Option<Runner> {
    let by = service.body.text_at("Install.WantedBy").filter(|by| !by.ends_with(".target"))?;
    Some(Runner {
        span: span.clone(),
        end: 0,
        schedule: format!("with {by}"),
        max_gap_seconds: None,
        tells: service.body.at_path("Unit.OnFailure").is_some(),
        suspended: None,
        text: text_of(&service.body),
    })
}

fn unit(span: &Span, service: &Resource, timer: &Resource) -> Option<Runner> {
    let (key, text) = ["OnCalendar", "OnUnitActiveSec", "OnUnitInactiveSec"]
        .iter()
        .find_map(|key| Some((*key, timer.body.text_at(&format!("Timer.{key}"))?)))?;
    let gap =
        if key == "OnCalendar" { schedule::max_gap_seconds(text) } else { schedule::span_seconds(text) };
    Some(Runner {
        span: span.clone(),
        end: 0,
        schedule: text.to_owned(),
        max_gap_seconds: gap,
        tells: service.body.at_path("Unit.OnFailure").is_some(),
        suspended: None,
        text: text_of(&service.body),
    })
}
