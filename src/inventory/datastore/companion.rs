//! Resources that back up other resources: policies, attachments, AWS Backup plans.

use super::catalog::{Companion, TerraformKind, catalog};
use super::key::{Key, key};
use crate::inventory::Material;
use crate::inventory::terraform::{Presence, Scope, Terraform};
use crate::model::Span;
use crate::model::fact::{Resource, System};
use crate::model::thing::{Backup, BackupMeans, Datastore};
use crate::model::tree::{Node, Value};
use crate::text::{cut, fold, schedule};

const DAY: u64 = 86_400;

/// All resources of a repository that back up another one.
pub(super) struct Companions<'a> {
    known: Vec<(Span, &'a Resource, &'static Companion)>,
    policies: Vec<(Span, &'a Resource)>,
    lifecycle: Vec<(Span, &'a Resource)>,
    plans: Vec<(Span, &'a Resource)>,
    selections: Vec<(Span, &'a Resource)>,
}

/// The block that may be backed up.
pub(super) struct Subject<'s> {
    pub address: &'s str,
    pub kind: &'static TerraformKind,
    pub body: &'s Node,
    pub span: &'s Span,
}

impl<'a> Companions<'a> {
    pub(super) fn read(material: &Material<'a>) -> Self {
        let mut this = Self {
            known: Vec::new(),
            policies: Vec::new(),
            lifecycle: Vec::new(),
            plans: Vec::new(),
            selections: Vec::new(),
        };
        for (span, resource) in material.resources().filter(|(_, r)| r.system == System::Terraform) {
            match resource.kind.as_str() {
                "google_compute_resource_policy" => this.policies.push((span, resource)),
                "aws_dlm_lifecycle_policy" => this.lifecycle.push((span, resource)),
                "aws_backup_plan" => this.plans.push((span, resource)),
                "aws_backup_selection" => this.selections.push((span, resource)),
                kind => {
                    if let Some(known) = catalog().companion.iter().find(|known| known.r#type == kind) {
                        this.known.push((span, resource, known));
                    }
                }
            }
        }
        this
    }

    /// Calls `give` with every backup of one use of a store, and with why one cannot be told.
    pub(super) fn back_up(
        &self,
        terraform: &Terraform<'a>,
        scope: &Scope<'a>,
        subject: &Subject<'_>,
        mut give: impl FnMut(Option<Backup>, Option<String>),
    ) {
        let Subject { address, kind, body, span } = *subject;
        let here = |other: &Span| other.path.parent() == span.path.parent();
        for (at, resource, known) in &self.known {
            if here(at) && known.of.contains(&kind.r#type) && mentions(&resource.body, address) {
                let (backup, unknown) = self.known(terraform, scope, at, resource, known);
                give(backup, unknown);
            }
        }
        if kind.r#type == "aws_ebs_volume" {
            for (at, policy) in self.lifecycle.iter().filter(|(at, _)| here(at)) {
                if selects(policy.body.at_path("policy_details.target_tags"), body) {
                    let (backup, unknown) = lifecycle(terraform, scope, at, policy);
                    give(backup, unknown);
                }
            }
        }
        for (_, selection) in &self.selections {
            if !is_selected(selection, kind, address, body) {
                continue;
            }
            let plan = self
                .plans
                .iter()
                .find(|(_, plan)| mentions(&selection.body, &format!("aws_backup_plan.{}", plan.name)));
            let Some((at, plan)) = plan else { continue };
            for rule in plan.body.get_all("rule") {
                give(Some(planned(terraform, scope, at, rule)), None);
            }
        }
    }

    fn known(
        &self,
        terraform: &Terraform<'a>,
        scope: &Scope<'a>,
        at: &Span,
        resource: &'a Resource,
        known: &Companion,
    ) -> (Option<Backup>, Option<String>) {
        let presence = terraform.presence(scope, &resource.body);
        if presence == Presence::Off {
            return (None, None);
        }
        let mut backup = plain(at, known.means.into(), known.r#type.clone());
        backup.max_gap_seconds = known.gap;
        backup.is_off_site = known.is_off_site.then_some(true);
        if let (Some(dotted), Some(on)) = (&known.key, &known.on) {
            match key(terraform, scope, &resource.body, dotted) {
                Key::Known(node) => {
                    let text = node.text().unwrap_or_default();
                    let short = dotted.rsplit('.').next().unwrap_or(dotted);
                    backup.tool = format!("{}: {short} = {text}", known.r#type);
                    if text != on {
                        backup.contradicted = Some(format!("{short} = {text}"));
                        backup.max_gap_seconds = None;
                    }
                }
                Key::Missing => return (None, None),
                Key::Unknown(source) => {
                    let why = format!("{}.{} is {}", known.r#type, resource.name, cut(&fold(&source), 60));
                    return (None, Some(why));
                }
            }
        }
        if let Some(via) = &known.via {
            let policy = self.policies.iter().find(|(_, policy)| {
                policy.kind == *via && mentions(&resource.body, &format!("{via}.{}", policy.name))
            });
            let schedule = policy.and_then(|(_, policy)| policy.body.at_path("snapshot_schedule_policy"));
            let Some(schedule) = schedule else { return (None, None) };
            backup.max_gap_seconds = snapshot_gap(schedule);
            let days = schedule.at_path("retention_policy.max_retention_days").and_then(Node::text);
            backup.retention = days.map(|days| format!("{days} days"));
        }
        let unsure = (presence == Presence::Unknown && gate_differs(resource))
            .then(|| format!("variables decide for which of them {}.{} exists", known.r#type, resource.name));
        match unsure {
            Some(why) => (None, Some(why)),
            None => (Some(backup), None),
        }
    }

    /// AWS Backup plans whose selection names nothing this repository declares.
    pub(super) fn note_leftovers(&self, stores: &mut [Datastore]) {
        let selects_by_tag = self.selections.iter().any(|(_, selection)| {
            selection.body.get("selection_tag").is_some()
                || selection.body.get("condition").is_some()
                || selection.body.get("resources").is_some_and(|node| node.unknown().is_some())
        });
        if !selects_by_tag {
            return;
        }
        for store in stores.iter_mut().filter(|store| store.address.starts_with("aws_")) {
            let is_backed = store.backups.iter().any(|backup| backup.contradicted.is_none());
            if !is_backed && store.backup_unknown.is_none() {
                let why = "an AWS Backup selection chooses by tags or variables, and may include it";
                store.backup_unknown = Some(why.to_owned());
            }
        }
    }
}

/// A backup that only exists, to be filled in.
pub(super) fn plain(span: &Span, means: BackupMeans, tool: String) -> Backup {
    Backup {
        span: span.clone(),
        means,
        tool,
        max_gap_seconds: None,
        schedule: None,
        retention: None,
        is_off_site: None,
        failure_noticed: None,
        contradicted: None,
        defects: Vec::new(),
    }
}

/// Whether a block refers to an address (`aws_s3_bucket.data` but not `aws_s3_bucket.data_old`).
pub(super) fn mentions(body: &Node, address: &str) -> bool {
    let mut found = false;
    body.walk(&mut |_, node| {
        let (Value::Unknown(text) | Value::Scalar { text, .. }) = &node.value else { return };
        found |= text.match_indices(address).any(|(at, _)| {
            let after = text.get(at + address.len()..).and_then(|rest| rest.chars().next());
            let before = text.get(..at).and_then(|rest| rest.chars().next_back());
            let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '-');
            !is_word(after) && !is_word(before)
        });
    });
    found
}

/// A `for_each` that filters makes one backup for some and none for others; the same `for_each` as
/// that of the store, or one over the store itself, makes one for each.
fn gate_differs(resource: &Resource) -> bool {
    let gate = resource.body.get("for_each").or_else(|| resource.body.get("count"));
    let Some(source) = gate.and_then(Node::unknown) else { return false };
    source.contains(" if ") || source.contains('?')
}

fn snapshot_gap(policy: &Node) -> Option<u64> {
    let number = |path: &str| policy.at_path(path).and_then(Node::as_i64).and_then(|n| u64::try_from(n).ok());
    let daily = number("schedule.daily_schedule.days_in_cycle").map(|days| days * DAY);
    let hourly = number("schedule.hourly_schedule.hours_in_cycle").map(|hours| hours * 3600);
    let weekly = policy.at_path("schedule.weekly_schedule").map(|_| 7 * DAY);
    daily.or(hourly).or(weekly)
}

/// Whether the tags a policy wants stand on a store. Tags that are put together by functions count
/// when their source holds the key.
fn selects(wanted: Option<&Node>, body: &Node) -> bool {
    let wanted = wanted.map(Node::entries).unwrap_or_default();
    !wanted.is_empty() && wanted.iter().all(|tag| has_tag(body, &tag.key, tag.node.text()))
}

fn has_tag(body: &Node, name: &str, value: Option<&str>) -> bool {
    let Some(tags) = body.get("tags") else { return false };
    match &tags.value {
        Value::Unknown(source) => source.contains(name),
        _ => tags
            .get(name)
            .is_some_and(|found| value.is_none() || found.text().is_none() || found.text() == value),
    }
}

fn lifecycle<'a>(
    terraform: &Terraform<'a>,
    scope: &Scope<'a>,
    at: &Span,
    policy: &Resource,
) -> (Option<Backup>, Option<String>) {
    match terraform.presence(scope, &policy.body) {
        Presence::Off => return (None, None),
        Presence::Unknown => {
            return (
                None,
                Some(format!("variables decide whether aws_dlm_lifecycle_policy.{} exists", policy.name)),
            );
        }
        Presence::On => {}
    }
    let mut backup = plain(at, BackupMeans::Provider, "aws_dlm_lifecycle_policy".to_owned());
    if policy.body.text_at("state").is_some_and(|state| state != "ENABLED") {
        backup.contradicted = Some("state is not ENABLED".to_owned());
        return (Some(backup), None);
    }
    let rule = policy.body.at_path("policy_details.schedule.create_rule");
    let hours = rule.and_then(|rule| rule.get("interval")).and_then(Node::as_i64);
    backup.max_gap_seconds = hours.and_then(|hours| u64::try_from(hours).ok()).map(|hours| hours * 3600);
    if let Some(cron) = rule.and_then(|rule| rule.text_at("cron_expression")) {
        backup.schedule = Some(cron.to_owned());
        backup.max_gap_seconds = schedule::max_gap_seconds(cron);
    }
    let count = policy.body.text_at("policy_details.schedule.retain_rule.count");
    backup.retention = count.map(|count| format!("the last {count}"));
    (Some(backup), None)
}

fn is_selected(selection: &Resource, kind: &TerraformKind, address: &str, body: &Node) -> bool {
    if mentions(&selection.body, address) {
        return true;
    }
    let service = match kind.r#type.as_str() {
        "aws_db_instance" | "aws_rds_cluster" => "rds",
        "aws_dynamodb_table" => "dynamodb",
        "aws_efs_file_system" => "elasticfilesystem",
        "aws_ebs_volume" => "ec2",
        "aws_s3_bucket" => "s3",
        _ => return false,
    };
    let resources = selection.body.get("resources").map(Node::items).unwrap_or_default();
    let by_name = resources
        .iter()
        .filter_map(Node::text)
        .any(|text| text == "*" || (text.ends_with('*') && text.contains(&format!(":{service}:"))));
    let by_tag = selection
        .body
        .get_all("selection_tag")
        .any(|tag| tag.text_at("key").is_some_and(|key| has_tag(body, key, tag.text_at("value"))));
    by_name || by_tag
}

fn planned<'a>(terraform: &Terraform<'a>, scope: &Scope<'a>, at: &Span, rule: &Node) -> Backup {
    let mut backup = plain(at, BackupMeans::Provider, "AWS Backup plan".to_owned());
    if let Key::Known(node) = key(terraform, scope, rule, "schedule") {
        backup.schedule = node.text().map(str::to_owned);
        backup.max_gap_seconds = node.text().and_then(schedule::max_gap_seconds);
    }
    if rule.get("enable_continuous_backup").and_then(Node::as_bool) == Some(true) {
        backup.means = BackupMeans::PointInTime;
        backup.max_gap_seconds = Some(300);
    }
    if let Key::Known(node) = key(terraform, scope, rule, "lifecycle.delete_after") {
        backup.retention = node.text().map(|days| format!("{days} days"));
    }
    backup.is_off_site = rule.get("copy_action").is_some().then_some(true);
    backup
}
