//! Alertmanager configurations: files, Helm values, Secrets, `AlertmanagerConfig`, and those put
//! together from patches.

use std::collections::BTreeMap;

use super::mute::{self, Interval};
use super::route::Route;
use super::{Board, counts, vendor};
use crate::inventory::Material;
use crate::model::fact::{Resource, System};
use crate::model::thing::{Receiver, ReceiverKind};
use crate::model::tree::Node;
use crate::model::{RepoPath, Span};

/// One configuration.
pub(super) struct Config {
    /// Its place.
    pub span: Span,
    /// Its route tree.
    pub route: Route,
    /// The namespace its alerts must carry, for `AlertmanagerConfig`.
    pub namespace: Option<String>,
    /// What its receivers are filed under.
    pub(super) prefix: String,
    /// Weekly intervals that routes may name.
    pub intervals: Vec<Interval>,
}

impl Config {
    /// What a receiver of this configuration is filed under.
    pub(super) fn key(&self, receiver: &str) -> String {
        format!("{}{receiver}", self.prefix)
    }
}

/// Reads every configuration and files its receivers.
pub(super) fn read(material: &Material<'_>, board: &mut Board) -> Vec<Config> {
    let mut configs = Vec::new();
    let mut patches: BTreeMap<String, Vec<(Span, &Resource)>> = BTreeMap::new();
    for (span, resource) in material.resources().filter(|(span, _)| counts(&span.path)) {
        match (resource.system, resource.kind.as_str()) {
            (System::Alertmanager, "config") => {
                let body = &resource.body;
                let list = body.get("receivers").map(Node::items).unwrap_or_default();
                let receivers = list.iter().map(|receiver| (span.clone(), receiver)).collect();
                if let Some(route) = body.get("route") {
                    configs.push(file(
                        &span,
                        route,
                        None,
                        receivers,
                        mute::read(body),
                        !is_template(&span.path),
                        board,
                    ));
                }
            }
            (System::Alertmanager, _) => {
                patches.entry(span.path.parent().to_owned()).or_default().push((span, resource));
            }
            (System::Kubernetes, "AlertmanagerConfig") => {
                let Some(route) = resource.body.at_path("spec.route") else { continue };
                let list = resource.body.at_path("spec.receivers").map(Node::items).unwrap_or_default();
                let receivers = list.iter().map(|receiver| (span.clone(), receiver)).collect();
                let namespace = Some(resource.namespace.clone().unwrap_or_default());
                let intervals = resource.body.get("spec").map(mute::read).unwrap_or_default();
                configs.push(file(
                    &span,
                    route,
                    namespace,
                    receivers,
                    intervals,
                    !is_template(&span.path),
                    board,
                ));
            }
            _ => {}
        }
    }
    for parts in patches.into_values() {
        let receivers = parts.iter().filter(|(_, r)| r.kind == "receiver");
        let receivers: Vec<_> = receivers.map(|(span, r)| (span.clone(), &r.body)).collect();
        if let Some((span, route)) = parts.iter().find(|(_, r)| r.kind == "route") {
            // Another patch may add what is missing here.
            configs.push(file(span, &route.body, None, receivers, Vec::new(), false, board));
        }
    }
    configs.sort_by(|a, b| a.span.cmp(&b.span));
    configs
}

/// Templates may add receivers that the tree does not show.
fn is_template(path: &RepoPath) -> bool {
    path.has_folder("templates") || matches!(path.extension(), "tpl" | "j2" | "tmpl" | "erb" | "jinja2")
}

fn file(
    span: &Span,
    route: &Node,
    namespace: Option<String>,
    receivers: Vec<(Span, &Node)>,
    intervals: Vec<Interval>,
    is_whole: bool,
    board: &mut Board,
) -> Config {
    let prefix = format!("alertmanager:{}:{}:", span.path, span.at.start);
    let config = Config { span: span.clone(), route: Route::read(route), namespace, prefix, intervals };
    for (at, receiver) in receivers {
        let Some(name) = receiver.text_at("name") else { continue };
        let (kind, tool) = vendor::of_receiver(receiver);
        board.add(
            config.key(name),
            Receiver {
                span: Span::new(&at.path, receiver.at),
                name: name.to_owned(),
                kind,
                tool: tool.to_owned(),
                broken: vendor::placeholder(receiver),
                service: None,
            },
        );
    }
    for (name, at) in config.route.names() {
        if is_whole && board.find(&config.key(&name)).is_none() {
            let missing = Receiver {
                span: Span::new(&span.path, at),
                name: name.clone(),
                kind: ReceiverKind::Undefined,
                tool: String::new(),
                broken: Some("no receiver of this name is defined beside the route".to_owned()),
                service: None,
            };
            board.add(config.key(&name), missing);
        }
    }
    config
}
