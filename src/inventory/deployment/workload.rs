//! Kubernetes workloads, Argo CD applications and compose services.

use std::collections::BTreeSet;

use super::{blank, wait, within};
use crate::inventory::Material;
use crate::model::fact::{Resource, System};
use crate::model::thing::{Deployment, Environment, Switch};
use crate::model::tree::Node;
use crate::model::{Evidence, Grade, Hold, Place, Span};
use crate::text::environment::environment;

/// Programs that catch mail instead of sending it: whatever stands beside one serves no customer.
const CATCHERS: &[&str] = &["mailcatcher", "mailhog", "mailpit", "maildev"];

/// Folders of manifests in which one catches mail.
fn for_development(material: &Material<'_>) -> BTreeSet<String> {
    let found = material.resources_of(System::Kubernetes, "Deployment").filter(|(_, workload)| {
        let containers = workload.body.at_path("spec.template.spec.containers");
        let mut images = containers.map(Node::items).unwrap_or_default().iter();
        images.any(|container| {
            let image = container.text_at("image").unwrap_or_default();
            CATCHERS.iter().any(|name| image.contains(name))
        })
    });
    found.map(|(span, _)| span.path.parent().to_owned()).collect()
}

/// Every workload that is declared.
pub(super) fn take(material: &Material<'_>) -> Vec<Deployment> {
    let for_development = for_development(material);
    let found =
        material.resources().filter_map(|(span, resource)| match (resource.system, resource.kind.as_str()) {
            (System::Kubernetes, "Deployment" | "StatefulSet" | "DaemonSet")
                if !is_data_of_chart(material, &span) =>
            {
                Some(kubernetes(material, span, resource))
            }
            (System::Kubernetes, "Application") if is_argo(resource) => Some(argo(span, resource)),
            (System::Compose, "service") => compose(span, resource),
            _ => None,
        });
    let settled = found.map(|mut deployment| {
        let is_open = deployment.environment == Environment::Unstated;
        if is_open && for_development.contains(deployment.span.path.parent()) {
            deployment.environment = Environment::Development;
        }
        deployment
    });
    settled.collect()
}

/// Manifests among the files of a chart: its templates make something else of them.
fn is_data_of_chart(material: &Material<'_>, span: &Span) -> bool {
    let chart = span.path.as_str().split_once("/files/").map(|(chart, _)| format!("{chart}/Chart.yaml"));
    chart.is_some_and(|chart| material.exists(&chart))
}

fn name_of(resource: &Resource) -> &str {
    if resource.name.is_empty() { "(templated name)" } else { &resource.name }
}

fn kubernetes(material: &Material<'_>, span: Span, resource: &Resource) -> Deployment {
    let namespace = resource.namespace.as_deref().unwrap_or_default();
    let environment = environment(&span.path, &[&resource.name, namespace]);
    let mut deployment = blank(span.clone(), "kubernetes", name_of(resource), environment);
    let kind = resource.kind.to_lowercase();
    deployment.settle = Some(format!("kubectl rollout history {kind}/{}", resource.name));
    let limit = resource.body.at_path("spec.revisionHistoryLimit");
    let kept = limit.map(Node::as_i64);
    match (kept, limit) {
        (Some(Some(0)), Some(node)) => deployment.switches.push(Switch {
            rule: "rollback-disabled".to_owned(),
            says: "keeps no earlier revision (`revisionHistoryLimit: 0`), so `kubectl rollout undo` has nothing to go back to".to_owned(),
            span: within(&span, node),
        }),
        _ => {
            deployment.undo = Some("`kubectl rollout undo`".to_owned());
            let count = match kept {
                None => "10 earlier revisions (the default)".to_owned(),
                Some(Some(count)) => format!("{count} earlier revisions"),
                Some(None) => "earlier revisions, how many a variable says".to_owned(),
            };
            let place = limit.map_or(span.clone(), |node| within(&span, node));
            let shows = format!("{} `{}` keeps {count} for `kubectl rollout undo`", resource.kind, name_of(resource));
            deployment.way_back.push(Evidence { grade: Grade::Declared, shows, place: Place::At(place) });
        }
    }
    if is_of_chart(material, &span) && deployment.undo.is_some() {
        deployment.undo = Some("`helm rollback`".to_owned());
        deployment.settle = Some("helm history RELEASE".to_owned());
    }
    deployment.waits = wait::kubernetes(&span, resource, name_of(resource));
    notes(&span, resource, &mut deployment);
    let pod = resource.body.at_path("spec.template.spec");
    let containers = pod.and_then(|pod| pod.get("containers")).map(Node::items).unwrap_or_default();
    let images = containers.iter().filter_map(|container| container.get("image"));
    let images =
        images.filter(|image| !image.text().is_some_and(|text| is_streamed(material, resource, text)));
    // A template may be left out by a value, which the tree of the manifest no longer shows.
    if !is_of_chart(material, &span) {
        deployment.images =
            images.filter_map(|image| Some((image.text()?.to_owned(), within(&span, image)))).collect();
    }
    deployment
}

/// Whether OpenShift puts another image in the place of this one: by a trigger, or because the name is
/// that of an image stream, whose tag points at an image of its own.
fn is_streamed(material: &Material<'_>, workload: &Resource, image: &str) -> bool {
    const TRIGGERS: &str = "image.openshift.io/triggers";
    let annotations = workload.body.at_path("metadata.annotations");
    let name = image.split([':', '@']).next().unwrap_or(image);
    annotations.is_some_and(|annotations| annotations.get(TRIGGERS).is_some())
        || material.resources_of(System::Kubernetes, "ImageStream").any(|(_, stream)| stream.name == name)
}

/// Strategies that slow going back.
fn notes(span: &Span, resource: &Resource, deployment: &mut Deployment) {
    let of = |path: &str, word: &str| resource.body.at_path(path).filter(|node| node.text() == Some(word));
    if let Some(node) = of("spec.strategy.type", "Recreate") {
        let says = "stops every pod before a new one starts (`type: Recreate`), also on the way back";
        deployment.notes.push((Hold::Slows, says.to_owned(), within(span, node)));
    }
    if let Some(node) = of("spec.updateStrategy.type", "OnDelete") {
        let says = "goes back only when its pods are deleted by hand (`type: OnDelete`)";
        deployment.notes.push((Hold::Slows, says.to_owned(), within(span, node)));
    }
}

/// Whether a chart deploys it: then Helm goes back, for all of its workloads at once.
fn is_of_chart(material: &Material<'_>, span: &Span) -> bool {
    let chart = span.path.as_str().split_once("/templates/").map(|(chart, _)| format!("{chart}/Chart.yaml"));
    chart.is_some_and(|chart| material.exists(&chart))
}

fn is_argo(resource: &Resource) -> bool {
    resource.body.text_at("apiVersion").is_some_and(|version| version.starts_with("argoproj.io/"))
}

fn argo(span: Span, resource: &Resource) -> Deployment {
    let project = resource.body.text_at("spec.project").unwrap_or_default();
    let environment = environment(&span.path, &[&resource.name, project]);
    let mut deployment = blank(span.clone(), "argo-cd", name_of(resource), environment);
    deployment.settle = Some(format!("argocd app history {}", resource.name));
    let automated = resource.body.at_path("spec.syncPolicy.automated");
    let (undo, shows) = match automated {
        // With automatic synchronization the rollback of the tool itself is refused.
        Some(_) => (
            "a revert in git that Argo CD applies",
            "is synchronized from git by itself: a revert there is the way back",
        ),
        None => ("`argocd app rollback`", "is synchronized by hand, so that `argocd app rollback` holds"),
    };
    deployment.undo = Some(undo.to_owned());
    let place = automated.map_or(span.clone(), |node| within(&span, node));
    let shows = format!("Argo CD application `{}` {shows}", name_of(resource));
    deployment.way_back.push(Evidence { grade: Grade::Declared, shows, place: Place::At(place) });
    deployment
}

/// A compose service that a swarm updates, or that is named for production; others are mostly
/// machines of developers.
fn compose(span: Span, resource: &Resource) -> Option<Deployment> {
    let environment = environment(&span.path, &[]);
    let action = resource.body.at_path("deploy.update_config.failure_action");
    let is_updated = resource.body.at_path("deploy.update_config").is_some();
    if !is_updated && environment != Environment::Production {
        return None;
    }
    let mut deployment = blank(span.clone(), "compose", &resource.name, environment);
    if let Some(action) = action {
        let rolls_back = action.text() == Some("rollback");
        deployment.undo = rolls_back.then(|| "the swarm's own rollback".to_owned());
        if rolls_back {
            let shows =
                format!("service `{}` is rolled back by the swarm when an update fails", resource.name);
            deployment.way_back.push(Evidence {
                grade: Grade::Declared,
                shows,
                place: Place::At(within(&span, action)),
            });
        }
    }
    let update = resource.body.at_path("deploy.update_config");
    if let Some(update) = update.filter(|update| update.get("failure_action").is_none()) {
        deployment.switches.push(Switch {
            rule: "missing-breaker".to_owned(),
            says:
                "has an `update_config` without `failure_action`: an update that fails is paused, half done"
                    .to_owned(),
            span: within(&span, update),
        });
    }
    deployment.settle = Some(format!("docker service ps {}", resource.name));
    let image = resource.body.get("image").filter(|_| resource.body.get("build").is_none());
    deployment.images =
        image.and_then(|image| Some((image.text()?.to_owned(), within(&span, image)))).into_iter().collect();
    Some(deployment)
}
