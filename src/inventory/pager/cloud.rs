//! Topics, channels and destinations that Terraform declares, as receivers.

use super::oncall::Oncall;
use super::terraform::{End, Graph};
use super::{Board, vendor};
use std::collections::BTreeMap;

use crate::model::Span;
use crate::model::fact::Resource;
use crate::model::thing::{Receiver, ReceiverKind};
use crate::model::tree::{Node, Value};

/// What a Terraform receiver is filed under.
pub(super) fn key(folder: &str, kind: &str, name: &str) -> String {
    format!("terraform:{folder}:{kind}:{name}")
}

/// Files every receiver that Terraform declares.
pub(super) fn read(graph: &Graph<'_>, oncall: &Oncall, board: &mut Board) {
    topics(graph, oncall, board);
    for (folder, span, channel) in graph.of_kind("google_monitoring_notification_channel") {
        let mut receiver = named(span, channel, typed(channel.body.get("type")));
        receiver.broken = vendor::placeholder(&channel.body);
        let labels = channel.body.get("sensitive_labels").or_else(|| channel.body.get("labels"));
        let held = labels.map(Node::entries).unwrap_or_default();
        receiver.service = held.iter().find_map(|entry| oncall.behind(graph, folder, &entry.node));
        board.add(key(folder, &channel.kind, &channel.name), receiver);
    }
    let mut destinations = Vec::new();
    for (folder, _, destination) in graph.of_kind("newrelic_notification_destination") {
        destinations.push((folder, destination.name.as_str(), typed(destination.body.get("type"))));
    }
    for (folder, span, channel) in graph.of_kind("newrelic_notification_channel") {
        let ends = channel.body.get("destination_id").map(|id| graph.ends(folder, id)).unwrap_or_default();
        let known = ends.iter().find_map(|end| match end {
            End::Resource(at, _, name) => {
                destinations.iter().find(|(f, n, _)| f == at && n == name).map(|d| d.2)
            }
            End::Outside(_) => None,
        });
        let kind = known.unwrap_or_else(|| typed(channel.body.get("type")));
        board.add(key(folder, &channel.kind, &channel.name), named(span, channel, kind));
    }
}

/// A receiver by the name of its block.
pub(super) fn named(span: &Span, block: &Resource, (kind, tool): (ReceiverKind, &str)) -> Receiver {
    let (name, tool) = (block.name.clone(), tool.to_owned());
    Receiver { span: span.clone(), name, kind, tool, broken: None, service: None }
}

fn typed(kind: Option<&Node>) -> (ReceiverKind, &'static str) {
    let known = kind
        .and_then(Node::text)
        .map(|text| vendor::by_type(text).unwrap_or((ReceiverKind::Webhook, "webhook")));
    known.unwrap_or((ReceiverKind::Unknown, "a channel"))
}

/// Topics of SNS, by their subscriptions. A topic without any is unknown, not silent: addresses are
/// commonly subscribed by hand.
fn topics(graph: &Graph<'_>, oncall: &Oncall, board: &mut Board) {
    let mut told: Vec<(String, (ReceiverKind, &str), Option<String>)> = Vec::new();
    let mut services: BTreeMap<String, usize> = BTreeMap::new();
    for (folder, _, subscription) in graph.of_kind("aws_sns_topic_subscription") {
        let kind = subscriber(&subscription.name, &subscription.body);
        let broken = vendor::placeholder(&subscription.body);
        let service = subscription.body.get("endpoint").and_then(|to| oncall.behind(graph, folder, to));
        let ends = subscription.body.get("topic_arn").map(|topic| graph.ends(folder, topic));
        for end in ends.unwrap_or_default() {
            if let End::Resource(at, kind_of, name) = end {
                let key = key(&at, &kind_of, &name);
                services.extend(service.map(|service| (key.clone(), service)));
                told.push((key, kind, broken.clone()));
            }
        }
    }
    for chat in ["aws_chatbot_slack_channel_configuration", "aws_chatbot_teams_channel_configuration"] {
        for (folder, _, channel) in graph.of_kind(chat) {
            let ends = channel.body.get("sns_topic_arns").map(|topics| graph.ends(folder, topics));
            for end in ends.unwrap_or_default() {
                if let End::Resource(at, kind_of, name) = end {
                    told.push((key(&at, &kind_of, &name), (ReceiverKind::Chat, "AWS Chatbot"), None));
                }
            }
        }
    }
    for (folder, span, topic) in graph.of_kind("aws_sns_topic") {
        let key = key(folder, &topic.kind, &topic.name);
        let mut all = (ReceiverKind::Undefined, "SNS");
        let mut broken = None;
        for (_, kind, why) in told.iter().filter(|(of, ..)| *of == key) {
            all = vendor::louder(all, *kind);
            broken = broken.or(why.clone());
        }
        if all.0 == ReceiverKind::Undefined {
            all.0 = ReceiverKind::Unknown;
        }
        // A second subscription that works makes a placeholder harmless.
        let broken = broken.filter(|_| told.iter().filter(|(of, ..)| *of == key).count() == 1);
        let service = services.get(&key).copied();
        let all = if service.is_some() {
            vendor::louder(all, (ReceiverKind::Pages, "a paging service"))
        } else {
            all
        };
        board.add(key, Receiver { broken, service, ..named(span, topic, all) });
    }
}

fn subscriber(name: &str, body: &Node) -> (ReceiverKind, &'static str) {
    let endpoint = match body.get("endpoint").map(|node| &node.value) {
        Some(Value::Scalar { text, .. } | Value::Unknown(text)) => text.as_str(),
        _ => "",
    };
    vendor::by_protocol(body.text_at("protocol"), endpoint, name)
}
