//! Everything by which a team sees and tells: what files show by themselves, what manifests build in,
//! and what resources declare.

use super::{Material, pager};
use crate::model::fact::{Resource, Signal, SignalKind, System};
use crate::model::thing::{Environment, SignalAt};
use crate::model::tree::Node;
use crate::model::{FactKind, Inventory, Span};
use crate::rules::{SignalMarks, fits, signals};
use crate::text::environment;

/// Fills the signals.
pub(super) fn fill(material: &Material<'_>, inventory: &mut Inventory) {
    let own =
        material.of(|kind| if let FactKind::Signal(signal) = kind { Some(signal.clone()) } else { None });
    let mut all: Vec<SignalAt> = own
        .filter(|(span, signal)| pager::counts(&span.path) || is_practice(signal))
        .map(|(span, signal)| SignalAt { span, signal })
        .collect();
    for (span, resource) in material.resources() {
        if !pager::counts(&span.path) {
            continue;
        }
        match resource.system {
            System::Package => packages(&span, resource, &mut all),
            System::Terraform => {
                by_kind(&span, resource, |marks| &marks.terraform, &mut all);
                by_key(&span, resource, &mut all);
                named_status(&span, resource, &mut all);
            }
            System::Kubernetes => {
                by_kind(&span, resource, |marks| &marks.kubernetes, &mut all);
                workload(&span, resource, &mut all);
                switched_off(&span, resource, &mut all);
            }
            System::Compose => {
                workload(&span, resource, &mut all);
                switched_off(&span, resource, &mut all);
            }
            System::HelmValues => values(&span, resource, &mut all),
            _ => {}
        }
    }
    all.sort_by(|a, b| {
        (&a.span, a.signal.kind, &a.signal.tool).cmp(&(&b.span, b.signal.kind, &b.signal.tool))
    });
    all.dedup();
    inventory.signals = all;
}

/// Load tests and experiments lie among tests, and are run against what is in service all the same.
fn is_practice(signal: &Signal) -> bool {
    matches!(signal.kind, SignalKind::LoadTest | SignalKind::Chaos)
}

fn packages(span: &Span, manifest: &Resource, all: &mut Vec<SignalAt>) {
    for name in manifest.body.get("dependencies").map(Node::items).unwrap_or_default() {
        let Some(text) = name.text() else { continue };
        for marks in signals().iter().filter(|marks| marks.packages.iter().any(|mark| fits(mark, text))) {
            let detail = format!("depends on {text}");
            let signal = Signal {
                kind: marks.kind,
                tool: marks.tool.clone(),
                detail,
                is_configured: false,
                contradicted: None,
            };
            all.push(SignalAt { span: Span::new(&span.path, name.at), signal });
        }
    }
}

fn by_kind(
    span: &Span,
    resource: &Resource,
    marks_of: impl Fn(&SignalMarks) -> &Vec<String>,
    all: &mut Vec<SignalAt>,
) {
    for marks in
        signals().iter().filter(|marks| marks_of(marks).iter().any(|mark| fits(mark, &resource.kind)))
    {
        let detail = format!("{} {}", resource.kind, resource.name).trim().to_owned();
        push(span, marks.kind, &marks.tool, detail, all);
    }
}

/// Keys of resources that are signals by themselves.
fn by_key(span: &Span, resource: &Resource, all: &mut Vec<SignalAt>) {
    for marks in signals() {
        for mark in &marks.terraform_keys {
            let Some((key, value)) = mark.split_once('=') else { continue };
            let key = key.strip_prefix(resource.kind.as_str()).and_then(|rest| rest.strip_prefix('.'));
            let node = key.and_then(|key| resource.body.get(key).map(|node| (key, node)));
            if let Some((key, node)) = node.filter(|(_, node)| node.text() == Some(value)) {
                let at = Span::new(&span.path, node.at);
                push(&at, marks.kind, &marks.tool, format!("{key} of {}", resource.name), all);
            }
        }
    }
}

/// Settings of the environment that switch a tool off, where the place says that it is production: an
/// empty value elsewhere is filled in by somebody.
fn switched_off(span: &Span, resource: &Resource, all: &mut Vec<SignalAt>) {
    if environment(&span.path, &[]) != Environment::Production {
        return;
    }
    let offs: Vec<(&SignalMarks, &str, &str)> = signals()
        .iter()
        .flat_map(|marks| marks.off.iter().filter_map(move |off| Some((marks, off.split_once('=')?))))
        .map(|(marks, (name, value))| (marks, name, value))
        .collect();
    resource.body.walk(&mut |keys, node| {
        for (marks, name, value) in &offs {
            let is_key = keys.last() == Some(name) && node.text() == Some(value);
            let is_pair = node.text_at("name") == Some(name) && node.text_at("value") == Some(value);
            let is_line = node.text().and_then(|text| text.split_once('=')) == Some((name, value));
            if is_key || is_pair || is_line {
                let why =
                    if value.is_empty() { format!("{name} is empty") } else { format!("{name} is {value}") };
                let signal = Signal {
                    kind: marks.kind,
                    tool: marks.tool.clone(),
                    detail: format!("environment of {}", resource.name),
                    is_configured: false,
                    contradicted: Some(why),
                };
                all.push(SignalAt { span: Span::new(&span.path, node.at), signal });
            }
        }
    });
}

/// A thing whose name or folder says that it serves a status page. Only a mention.
fn named_status(span: &Span, resource: &Resource, all: &mut Vec<SignalAt>) {
    let text = format!("{}/{}", span.path.parent(), resource.name).to_ascii_lowercase().replace('-', "_");
    let is_named =
        ["status_page", "statuspage", "system_status", "status_site"].iter().any(|name| text.contains(name));
    let is_told = || all.iter().any(|s| s.signal.kind == SignalKind::StatusPage && s.span.path == span.path);
    let is_thing = !resource.kind.starts_with("data.")
        && !matches!(
            resource.kind.as_str(),
            "variable" | "output" | "locals" | "tfvars" | "provider" | "backend"
        );
    if is_named && is_thing && !is_told() {
        let signal = Signal {
            kind: SignalKind::StatusPage,
            tool: "status page".to_owned(),
            detail: format!("{} {}", resource.kind, resource.name),
            is_configured: false,
            contradicted: None,
        };
        all.push(SignalAt { span: span.clone(), signal });
    }
}

fn push(span: &Span, kind: SignalKind, tool: &str, detail: String, all: &mut Vec<SignalAt>) {
    let signal = Signal { kind, tool: tool.to_owned(), detail, is_configured: true, contradicted: None };
    all.push(SignalAt { span: span.clone(), signal });
}

/// Images and probes of whatever runs containers, and dashboards in ConfigMaps.
fn workload(span: &Span, resource: &Resource, all: &mut Vec<SignalAt>) {
    let name = &resource.name;
    let mut has_probe = false;
    resource.body.walk(&mut |keys, node| {
        let key = keys.last().copied().unwrap_or_default();
        if key == "image"
            && let Some(image) = node.text().or(node.unknown())
        {
            for marks in
                signals().iter().filter(|m| m.images.iter().any(|mark| image.contains(mark.as_str())))
            {
                push(&Span::new(&span.path, node.at), marks.kind, &marks.tool, format!("image {image}"), all);
            }
        }
        let is_probe = matches!(key, "livenessProbe" | "readinessProbe" | "startupProbe")
            || (key == "healthcheck" && resource.system == System::Compose);
        if is_probe
            && !node.is_empty()
            && node.get("disable").and_then(Node::as_bool) != Some(true)
            && !has_probe
        {
            has_probe = true;
            push(&Span::new(&span.path, node.at), SignalKind::Probe, key, format!("{key} of {name}"), all);
        }
        if key == "grafana_dashboard" && resource.kind == "ConfigMap" {
            push(span, SignalKind::Dashboard, "Grafana", format!("dashboard in ConfigMap {name}"), all);
        }
    });
}

/// Parts of monitoring charts that are switched on or off in values.
const PARTS: &[(&str, SignalKind, &str)] = &[
    ("grafana", SignalKind::Dashboard, "Grafana"),
    ("prometheus", SignalKind::Metrics, "Prometheus"),
    ("kube-prometheus-stack", SignalKind::Metrics, "Prometheus"),
    ("loki", SignalKind::Logging, "Loki"),
    ("promtail", SignalKind::Logging, "Loki"),
    ("fluent-bit", SignalKind::Logging, "Fluent Bit or Fluentd"),
    ("tempo", SignalKind::Tracing, "OpenTelemetry"),
];

/// Charts embed others under their names: a section with settings of its own is in use unless it says
/// otherwise.
fn values(span: &Span, values: &Resource, all: &mut Vec<SignalAt>) {
    for entry in values.body.entries() {
        let Some((part, kind, tool)) = PARTS.iter().find(|(part, ..)| *part == entry.key) else { continue };
        let enabled = entry.node.get("enabled");
        let is_off = enabled.and_then(Node::as_bool) == Some(false);
        let is_on = enabled.and_then(Node::as_bool) == Some(true) || entry.node.entries().len() > 1;
        if !is_on && !is_off {
            continue;
        }
        let signal = Signal {
            kind: *kind,
            tool: (*tool).to_owned(),
            detail: format!("chart section `{part}`"),
            is_configured: !is_off,
            contradicted: is_off.then(|| format!("{part}.enabled: false")),
        };
        all.push(SignalAt { span: Span::new(&span.path, entry.at), signal });
    }
}

#[cfg(test)]
mod tests {
    use crate::inventory::material::testing::with_material;
    use crate::model::Inventory;

    #[track_caller]
    fn check(path: &str, text: &str, expected: &[&str]) {
        with_material(&[(path, text)], |material| {
            let mut inventory = Inventory::default();
            super::fill(material, &mut inventory);
            let found = inventory.signals.iter().map(|s| {
                let why = s.signal.contradicted.as_deref().unwrap_or(&s.signal.detail);
                format!("{} {:?} {}: {why}", s.span.at.line, s.signal.kind, s.signal.tool)
            });
            assert_eq!(found.collect::<Vec<_>>(), expected);
        });
    }

    #[test]
    fn an_empty_address_switches_a_tool_off_only_where_production_is_meant() {
        let compose = "services:\n  shop:\n    image: shop:1\n    environment:\n      SENTRY_DSN: \"\"\n";
        let off = "5 ErrorTracker Sentry: SENTRY_DSN is empty";
        check("deploy/production/compose.yaml", compose, &[off]);
        check("compose.yaml", compose, &[]);
        let filled = compose.replace("\"\"", "\"https://k@sentry.test/1\"");
        check("deploy/production/compose.yaml", &filled, &[]);
        check("deploy/production/compose.yaml", &compose.replace("\"\"", "${SENTRY_DSN}"), &[]);
        // Without a value it is handed on from the host.
        check("deploy/production/compose.yaml", &compose.replace(" \"\"", ""), &[]);
    }

    #[test]
    fn a_service_that_lets_people_in_says_so_by_its_key() {
        let service = "resource \"aws_ecs_service\" \"shop\" {\n  enable_execute_command = true\n}\n";
        check("ecs.tf", service, &["2 Access ECS Exec: enable_execute_command of shop"]);
        check("ecs.tf", &service.replace("true", "false"), &[]);
        check("ecs.tf", &service.replace("true", "var.exec"), &[]);
        check("ecs.tf", &service.replace("aws_ecs_service", "aws_ecs_thing"), &[]);
    }
}
