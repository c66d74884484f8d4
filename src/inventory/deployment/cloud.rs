//! ECS services of Terraform, and the images that Helm values name.

use std::collections::{BTreeMap, BTreeSet};

use super::{blank, declared, wait, within};
use crate::inventory::Material;
use crate::inventory::terraform::Terraform;
use crate::model::fact::{Resource, System};
use crate::model::thing::{Deployment, Environment, Switch};
use crate::model::tree::Node;
use crate::model::{Evidence, Grade, Place, Span};
use crate::text::environment::environment;

/// What is declared in Terraform and in values.
pub(super) fn take<'a>(material: &Material<'a>, terraform: &Terraform<'a>) -> Vec<Deployment> {
    let services = material
        .resources_of(System::Terraform, "aws_ecs_service")
        .filter(|(span, resource)| !declared::is_off(terraform, span, resource))
        .map(|(span, resource)| ecs(material, terraform, span, resource));
    let charts: Vec<&str> = material
        .resources()
        .filter(|(_, r)| r.system == System::HelmChart)
        .map(|(_, r)| r.name.as_str())
        .collect();
    let defaults = defaults(material);
    let (of_charts, own): (Vec<_>, Vec<_>) = material
        .resources_of(System::HelmValues, "values")
        .partition(|(span, _)| defaults.contains(span.path.as_str()));
    let repositories: BTreeMap<&str, &str> = of_charts
        .iter()
        .filter_map(|(span, r)| Some((span.path.parent(), r.body.text_at("image.repository")?)))
        .collect();
    let values = own.iter().flat_map(|(span, r)| {
        let repository = repositories.get(span.path.parent()).copied();
        let mut values = values(span, r, &charts, repository)?;
        if is_integration(material, span) {
            values.environment = Environment::Test;
        }
        Some(values)
    });
    services.chain(values).collect()
}

/// Values of charts with templates of their own: defaults, which whoever deploys the chart replaces, the
/// tag of the image above all. A chart without templates only hands its values to another one; they are
/// defaults too where values of environments stand beside them.
fn defaults(material: &Material<'_>) -> BTreeSet<String> {
    let with_templates = material
        .resources()
        .filter(|(_, resource)| resource.system == System::Kubernetes)
        .filter_map(|(span, _)| Some(span.path.as_str().split_once("/templates/")?.0.to_owned()));
    let with_environments = material
        .resources_of(System::HelmValues, "values")
        .filter(|(span, _)| span.path.stem() != "values")
        .map(|(span, _)| span.path.parent().to_owned());
    let folders: BTreeSet<String> = with_templates.chain(with_environments).collect();
    folders
        .iter()
        .flat_map(|folder| ["yaml", "yml"].map(|ending| format!("{folder}/values.{ending}")))
        .collect()
}

/// `values-shopint.yaml` beside `values-shopdev.yaml`: a name with `int` glued to it means integration only
/// among its like.
fn is_integration(material: &Material<'_>, span: &Span) -> bool {
    let stem = span.path.as_str().strip_suffix(".yaml").and_then(|stem| stem.strip_suffix("int"));
    stem.is_some_and(|stem| ["dev", "prod"].iter().any(|end| material.exists(&format!("{stem}{end}.yaml"))))
}

fn ecs<'a>(
    material: &Material<'a>,
    terraform: &Terraform<'a>,
    span: Span,
    resource: &'a Resource,
) -> Deployment {
    let environment = environment(&span.path, &[&resource.name]);
    let mut deployment = blank(span.clone(), "ecs", &resource.name, environment);
    let scopes = terraform.instances_at(&span.path);
    let follow = |node: &Node| declared::value(terraform, &scopes, node);
    let body = &resource.body;
    let name = body.text_at("name").unwrap_or(&resource.name);
    let cluster = body.text_at("cluster").unwrap_or("CLUSTER");
    deployment.settle = Some(format!(
        "aws ecs describe-services --cluster {cluster} --services {name} --query 'services[].deployments'"
    ));
    deployment.waits.extend(wait::target_group(material, &span, body, name));
    let known = |path: &str| body.at_path(path).and_then(follow);
    breakers(&mut deployment, &span, body, name, &known);
    let is_open =
        ["alarms", "deployment_controller", "deployment_circuit_breaker", "deployment_configuration"]
            .iter()
            .all(|key| body.get(key).is_none());
    let is_daemon = body.text_at("scheduling_strategy") == Some("DAEMON");
    // What a dynamic block writes, or a module that others fill, is not known here.
    let is_known = body.get("dynamic").is_none() && !terraform.is_offered(span.path.parent());
    if is_open && is_known && !is_daemon {
        deployment.switches.push(Switch {
            rule: "missing-breaker".to_owned(),
            says: "has neither a circuit breaker nor deployment alarms: tasks that do not start are started again and again until somebody notices".to_owned(),
            span: span.clone(),
        });
    }
    deployment
}

/// What stops or takes back a deployment of an ECS service; `known` follows variables.
fn breakers(
    deployment: &mut Deployment,
    span: &Span,
    body: &Node,
    name: &str,
    known: &dyn Fn(&str) -> Option<Node>,
) {
    let is = |path: &str, word: &str| known(path).is_some_and(|node| node.text() == Some(word));
    let truth = |path: &str| known(path).as_ref().and_then(Node::as_bool);
    let mut shows = |node: Option<&Node>, undo: &str, shows: &str| {
        let place = node.map_or(span.clone(), |node| within(span, node));
        let shows = format!("service `{name}` {shows}");
        deployment.undo = Some(undo.to_owned());
        deployment.way_back.push(Evidence { grade: Grade::Declared, shows, place: Place::At(place) });
    };
    let is_code_deploy = is("deployment_controller.type", "CODE_DEPLOY");
    let is_blue_green = is("deployment_configuration.strategy", "BLUE_GREEN");
    if is_code_deploy {
        let undo = "CodeDeploy's traffic shift back";
        shows(body.get("deployment_controller"), undo, "is shifted by CodeDeploy, which can shift back");
    }
    if is_blue_green {
        let undo = "the ECS shift back to the blue tasks";
        let says = "is deployed blue and green, and traffic can go back while both run";
        shows(body.get("deployment_configuration"), undo, says);
    }
    if truth("alarms.enable") == Some(true) && truth("alarms.rollback") == Some(true) {
        let undo = "the deployment alarms of ECS, which roll back";
        shows(body.get("alarms"), undo, "is rolled back when its alarms fire");
    }
    let breaker = body.get("deployment_circuit_breaker");
    match (truth("deployment_circuit_breaker.enable"), truth("deployment_circuit_breaker.rollback")) {
        (Some(true), Some(true)) => {
            let undo = "the ECS circuit breaker, which rolls back a deployment that does not start";
            let says = "is rolled back by its circuit breaker when a deployment does not start";
            shows(breaker, undo, says);
        }
        (Some(true), Some(false)) => deployment.switches.push(Switch {
            rule: "rollback-disabled".to_owned(),
            says: "stops a deployment that does not start and leaves it there (`deployment_circuit_breaker` with `rollback = false`)".to_owned(),
            span: breaker.map_or(span.clone(), |node| within(span, node)),
        }),
        _ => {}
    }
    deployment.shifts_traffic |= is_code_deploy || is_blue_green;
}

/// `image: { repository: …, tag: … }` anywhere in values: one deployment per file, so that the tag has
/// a thing to belong to. A file for production may give the tag and leave the repository to the values
/// of the chart.
fn values(span: &Span, resource: &Resource, charts: &[&str], of_chart: Option<&str>) -> Option<Deployment> {
    let mut images = Vec::new();
    resource.body.walk(&mut |keys, node| {
        let is_image = keys.last().is_some_and(|key| key.to_ascii_lowercase().ends_with("image"));
        let (Some(tag), true) = (node.get("tag"), is_image) else { return };
        let inherited = of_chart.filter(|_| matches!(keys, ["image"]));
        let repository = node.text_at("repository").or_else(|| node.text_at("name")).or(inherited);
        if let (Some(repository), Some(tag_text)) = (repository, tag.text()) {
            images.push((format!("{repository}:{tag_text}"), within(span, tag)));
        }
    });
    if images.is_empty() {
        return None;
    }
    let folder = span.path.parent().rsplit('/').next().unwrap_or_default();
    let name = charts.iter().find(|chart| **chart == folder).copied().unwrap_or(span.path.as_str());
    let mut deployment = blank(span.clone(), "helm", name, environment(&span.path, &[&resource.name]));
    deployment.undo = Some("`helm rollback`".to_owned());
    deployment.settle = Some(format!("helm history {name}"));
    deployment.images = images;
    Some(deployment)
}
