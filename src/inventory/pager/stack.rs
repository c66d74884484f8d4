//! CloudWatch alarms and topics that CloudFormation templates declare.
//!
//! A template's own names tie them together; what comes in by a parameter or from another stack ends
//! outside this repository.

use super::{Board, counts, path, vendor};
use crate::inventory::Material;
use crate::model::fact::{AlertRule, AlertSource, Resource, System};
use crate::model::thing::{Alert, Receiver, ReceiverKind};
use crate::model::tree::{Node, Value};
use crate::model::{RepoPath, Span};
use crate::text::{address, cut, fold};

fn key(path: &RepoPath, name: &str) -> String {
    format!("stack:{path}:{name}")
}

fn declared<'m>(
    material: &'m Material<'_>,
    kind: &'static str,
) -> impl Iterator<Item = (Span, &'m Resource)> {
    let all = material.resources_of(System::CloudFormation, kind);
    all.filter(|(span, _)| counts(&span.path))
}

/// Files every topic with what its subscriptions do.
pub(super) fn topics(material: &Material<'_>, board: &mut Board) {
    for (span, topic) in declared(material, "AWS::SNS::Topic") {
        let mut all = (ReceiverKind::Undefined, "SNS");
        let inline = topic.body.at_path("Properties.Subscription").map(Node::items).unwrap_or_default();
        for subscription in inline {
            all = vendor::louder(
                all,
                vendor::by_protocol(
                    subscription.text_at("Protocol"),
                    &leaf(subscription.get("Endpoint")),
                    "",
                ),
            );
        }
        for (at, subscription) in declared(material, "AWS::SNS::Subscription") {
            let of = subscription.body.at_path("Properties.TopicArn");
            if at.path == span.path && of.is_some_and(|of| names(of, &topic.name)) {
                let body = subscription.body.get("Properties");
                let protocol = body.and_then(|body| body.text_at("Protocol"));
                let endpoint = leaf(body.and_then(|body| body.get("Endpoint")));
                all = vendor::louder(all, vendor::by_protocol(protocol, &endpoint, &subscription.name));
            }
        }
        if all.0 == ReceiverKind::Undefined {
            all.0 = ReceiverKind::Unknown;
        }
        let receiver = Receiver {
            span: span.clone(),
            name: topic.name.clone(),
            kind: all.0,
            tool: all.1.to_owned(),
            broken: None,
            service: None,
        };
        board.add(key(&span.path, &topic.name), receiver);
    }
}

/// Reads every alarm.
pub(super) fn alarms(material: &Material<'_>, board: &Board) -> Vec<Alert> {
    let mut alerts = Vec::new();
    for kind in ["AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"] {
        for (span, alarm) in declared(material, kind) {
            let parts = material.resources_of(System::CloudFormation, "AWS::CloudWatch::CompositeAlarm");
            let is_part = kind == "AWS::CloudWatch::Alarm"
                && parts.into_iter().any(|(at, all)| at.path == span.path && names(&all.body, &alarm.name));
            alerts.push(one(material, span, alarm, is_part, board));
        }
    }
    alerts
}

fn one(material: &Material<'_>, span: Span, alarm: &Resource, is_part: bool, board: &Board) -> Alert {
    let empty = Node { at: span.at, value: Value::Null };
    let body = alarm.body.get("Properties").unwrap_or(&empty);
    let compared =
        ["MetricName", "ComparisonOperator", "Threshold"].into_iter().filter_map(|key| body.text_at(key));
    let compared: Vec<&str> = compared.collect();
    let is_off = body.get("ActionsEnabled").and_then(Node::as_bool) == Some(false);
    let stated = AlertRule {
        source: AlertSource::CloudWatch,
        name: body.text_at("AlarmName").unwrap_or(&alarm.name).to_owned(),
        expression: Some(compared.join(" ")).filter(|text| !text.is_empty()),
        labels: Vec::new(),
        runbook: body.text_at("AlarmDescription").and_then(address),
        actions: Vec::new(),
        disabled: is_off.then(|| "ActionsEnabled: false".to_owned()),
        no_data: body.text_at("TreatMissingData").map(str::to_owned),
    };
    let mut alert = path::start(span, stated);
    alert.is_critical = super::alarm::says_critical(&format!("{} {}", alert.rule.name, alarm.name));
    let Some(actions) = body.get("AlarmActions").filter(|actions| !actions.is_empty()) else {
        alert.path.push("no AlarmActions".to_owned());
        alert.is_for_people = !is_part;
        return alert;
    };
    let for_machines = ["AWS::AutoScaling::ScalingPolicy", "AWS::ApplicationAutoScaling::ScalingPolicy"];
    let scales = for_machines.iter().any(|kind| {
        declared(material, kind)
            .any(|(at, policy)| at.path == alert.span.path && names(actions, &policy.name))
    });
    let topics = declared(material, "AWS::SNS::Topic")
        .filter(|(at, topic)| at.path == alert.span.path && names(actions, &topic.name));
    let found: Vec<usize> =
        topics.filter_map(|(at, topic)| board.find(&key(&at.path, &topic.name))).collect();
    if found.is_empty() && scales {
        alert.is_for_people = false;
        alert.path.push("an automatic action".to_owned());
        return alert;
    }
    for index in &found {
        if let Some(receiver) = board.get(*index) {
            alert.path.push(path::words(receiver.kind, &receiver.name, &receiver.tool));
        }
    }
    if found.is_empty() {
        let reason = format!("`{}` is set outside this template", cut(&leaf(Some(actions)), 60));
        alert.path.push(reason.clone());
        alert.unresolved = Some(reason);
    } else if found.iter().all(|index| board.get(*index).is_some_and(|r| r.kind == ReceiverKind::Unknown)) {
        alert.unresolved = Some("the subscribers of its topic are not in this repository".to_owned());
    }
    alert.receivers = found;
    alert
}

/// Whether a value names a resource of the template (`!Ref`, `Ref`, `Fn::GetAtt`, inside `Fn::Sub`).
fn names(value: &Node, name: &str) -> bool {
    let mut is_named = false;
    value.walk(&mut |_, node| {
        let text = node.text().or(node.unknown()).unwrap_or_default();
        let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
        is_named |= words.any(|word| word == name);
    });
    is_named
}

/// The first text in a value.
fn leaf(value: Option<&Node>) -> String {
    let mut found = String::new();
    if let Some(value) = value {
        value.walk(&mut |_, node| {
            if found.is_empty() {
                found = node.text().or(node.unknown()).map(fold).unwrap_or_default();
            }
        });
    }
    found
}
