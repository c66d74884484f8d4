//! Alarms that Terraform declares, as alerts with their paths.

use super::terraform::{End, Graph};
use super::{Board, cloud, path};
use crate::inventory::Material;
use crate::model::Span;
use crate::model::fact::{AlertRule, AlertSource, Resource};
use crate::model::thing::{Alert, ReceiverKind};
use crate::model::tree::{Node, Value};
use crate::text::{address, cut, fold};

/// Reads the alarms of every cloud that is known here.
pub(super) fn read(_: &Material<'_>, graph: &Graph<'_>, board: &Board) -> Vec<Alert> {
    let mut alerts = Vec::new();
    for kind in ["aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm"] {
        for (folder, span, alarm) in graph.of_kind(kind) {
            alerts.push(cloudwatch(folder, span, alarm, graph, board));
        }
    }
    for (folder, span, policy) in graph.of_kind("google_monitoring_alert_policy") {
        alerts.push(google(folder, span, policy, graph, board));
    }
    for kind in
        ["newrelic_nrql_alert_condition", "newrelic_alert_condition", "newrelic_infra_alert_condition"]
    {
        for (folder, span, condition) in graph.of_kind(kind) {
            alerts.push(new_relic(folder, span, condition, graph, board));
        }
    }
    alerts
}

pub(super) fn written(node: Option<&Node>) -> Option<String> {
    match &node?.value {
        Value::Scalar { text, .. } | Value::Unknown(text) => {
            Some(cut(&fold(text), 300)).filter(|t| !t.is_empty())
        }
        _ => None,
    }
}

pub(super) fn rule(source: AlertSource, resource: &Resource, name_key: &str) -> AlertRule {
    AlertRule {
        source,
        // A templated name says less than the block's own.
        name: resource.body.text_at(name_key).unwrap_or(&resource.name).to_owned(),
        expression: None,
        labels: Vec::new(),
        runbook: None,
        actions: Vec::new(),
        disabled: None,
        no_data: None,
    }
}

fn cloudwatch(folder: &str, span: &Span, alarm: &Resource, graph: &Graph<'_>, board: &Board) -> Alert {
    let body = &alarm.body;
    let mut stated = rule(AlertSource::CloudWatch, alarm, "alarm_name");
    let metric = body.get("metric_name").or_else(|| body.at_path("metric_query.metric.metric_name"));
    let compared =
        [metric.or(body.get("alarm_rule")), body.get("comparison_operator"), body.get("threshold")];
    let compared: Vec<String> = compared.into_iter().filter_map(written).collect();
    stated.expression = Some(compared.join(" ")).filter(|text| !text.is_empty());
    stated.runbook = written(body.get("alarm_description")).and_then(|text| address(&text));
    let is_off = body.get("actions_enabled").and_then(Node::as_bool) == Some(false);
    stated.disabled = is_off.then(|| "actions_enabled = false".to_owned());
    stated.no_data = body.text_at("treat_missing_data").map(str::to_owned);
    let actions = body.get("alarm_actions");
    stated.actions = match actions.map(|node| &node.value) {
        Some(Value::List(items)) => items.iter().filter_map(|item| written(Some(item))).collect(),
        _ => written(actions).into_iter().collect(),
    };
    let mut alert = path::start(span.clone(), stated);
    // Names are how CloudWatch alarms state urgency.
    alert.is_critical =
        says_critical(&format!("{} {} {}", alert.rule.name, alarm.name, alert.rule.actions.join(" ")));
    if actions.is_none_or(Node::is_empty) {
        alert.path.push("no alarm_actions".to_owned());
        // An alarm that something else acts on need not act itself.
        if is_part(&alarm.name, graph) {
            alert.is_for_people = false;
        }
        return alert;
    }
    let ends = actions.map(|actions| graph.ends(folder, actions)).unwrap_or_default();
    let for_machines = |end: &End| match end {
        End::Resource(_, kind, _) => kind.contains("autoscaling") || kind.contains("lambda"),
        End::Outside(text) => text.contains(":automate:") || text.contains("autoscaling"),
    };
    if !ends.is_empty() && ends.iter().all(for_machines) {
        alert.is_for_people = false;
        alert.path.push("an automatic action".to_owned());
        return alert;
    }
    arrive(&mut alert, ends.into_iter().filter(|end| !for_machines(end)), board);
    alert
}

/// Whether names say that somebody must come now.
pub(super) fn says_critical(names: &str) -> bool {
    let words = names.to_ascii_lowercase();
    let says =
        |known: &[&str]| words.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| known.contains(&word));
    says(&["critical", "sev1", "p1"]) && !says(&["warning", "warn"])
}

/// Whether something that acts names this alarm: a composite alarm, a deployment, a health check. A
/// dashboard only shows it.
fn is_part(name: &str, graph: &Graph<'_>) -> bool {
    graph.mentions(&format!("aws_cloudwatch_metric_alarm.{name}."), |kind| !kind.contains("dashboard"))
}

fn google(folder: &str, span: &Span, policy: &Resource, graph: &Graph<'_>, board: &Board) -> Alert {
    let body = &policy.body;
    let mut stated = rule(AlertSource::GoogleMonitoring, policy, "display_name");
    stated.runbook = written(body.at_path("documentation.content")).and_then(|text| address(&text));
    let is_off = body.get("enabled").and_then(Node::as_bool) == Some(false);
    stated.disabled = is_off.then(|| "enabled = false".to_owned());
    let mut alert = path::start(span.clone(), stated);
    alert.is_critical = body.text_at("severity") == Some("CRITICAL");
    match body.get("notification_channels").filter(|channels| !channels.is_empty()) {
        Some(channels) => arrive(&mut alert, graph.ends(folder, channels).into_iter(), board),
        None => alert.path.push("no notification_channels".to_owned()),
    }
    alert
}

/// A condition belongs to a policy; workflows name the policies they notify for.
fn new_relic(folder: &str, span: &Span, condition: &Resource, graph: &Graph<'_>, board: &Board) -> Alert {
    let mut stated = rule(AlertSource::NewRelic, condition, "name");
    stated.runbook = written(condition.body.get("runbook_url"));
    let is_off = condition.body.get("enabled").and_then(Node::as_bool) == Some(false);
    stated.disabled = is_off.then(|| "enabled = false".to_owned());
    let mut alert = path::start(span.clone(), stated);
    alert.is_critical = condition.body.get("critical").is_some();
    let policies = condition.body.get("policy_id").map(|id| graph.ends(folder, id)).unwrap_or_default();
    let mut channels = Vec::new();
    for (at, _, workflow) in graph.of_kind("newrelic_workflow") {
        let mut names_policy = false;
        workflow.body.walk(&mut |keys, node| {
            if keys.last() == Some(&"values") && graph.ends(at, node).iter().any(|end| policies.contains(end))
            {
                names_policy = true;
            }
        });
        if names_policy && workflow.body.get("enabled").and_then(Node::as_bool) != Some(false) {
            for destination in workflow.body.get_all("destination") {
                channels
                    .extend(destination.get("channel_id").map(|id| graph.ends(at, id)).unwrap_or_default());
            }
        }
    }
    if channels.is_empty() {
        alert.unresolved = Some("no workflow in this repository names its policy".to_owned());
        return alert;
    }
    arrive(&mut alert, channels.into_iter(), board);
    alert
}

/// Ties an alert to the receivers at the ends of its references.
pub(super) fn arrive(alert: &mut Alert, ends: impl Iterator<Item = End>, board: &Board) {
    let mut outside = Vec::new();
    for end in ends {
        let found = match &end {
            End::Resource(folder, kind, name) => board.find(&cloud::key(folder, kind, name)),
            End::Outside(_) => None,
        };
        match (found.and_then(|index| Some((index, board.get(index)?))), end) {
            (Some((index, receiver)), _) => {
                alert.receivers.push(index);
                alert.path.push(path::words(receiver.kind, &receiver.name, &receiver.tool));
            }
            (None, End::Resource(_, kind, name)) => outside.push(format!("{kind}.{name}")),
            (None, End::Outside(text)) => outside.push(cut(&text, 80)),
        }
    }
    let kinds: Vec<ReceiverKind> =
        alert.receivers.iter().filter_map(|index| Some(board.get(*index)?.kind)).collect();
    if kinds.contains(&ReceiverKind::Pages) {
        return;
    }
    if let Some(first) = outside.first() {
        alert.path.push(format!("`{first}`, which is set outside this repository"));
        alert.unresolved = Some(format!("`{first}` is set outside this repository"));
    } else if alert.receivers.is_empty() {
        alert.unresolved = Some("whom it tells is made from values that are set elsewhere".to_owned());
    } else if kinds.contains(&ReceiverKind::Unknown) {
        alert.unresolved = Some("the subscribers of its topic are not in this repository".to_owned());
    }
}
