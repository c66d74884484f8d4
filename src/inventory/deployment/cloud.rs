//! ECS services of Terraform, and the images that Helm values name.

use super::{blank, within};
use crate::inventory::Material;
use crate::model::fact::{Resource, System};
use crate::model::thing::{Deployment, Switch};
use crate::model::tree::Node;
use crate::model::{Evidence, Grade, Place, Span};
use crate::text::environment::environment;

/// What is declared in Terraform and in values.
pub(super) fn take(material: &Material<'_>) -> Vec<Deployment> {
    let services = material.resources_of(System::Terraform, "aws_ecs_service").map(|(span, r)| ecs(span, r));
    let charts: Vec<&str> = material
        .resources()
        .filter(|(_, r)| r.system == System::HelmChart)
        .map(|(_, r)| r.name.as_str())
        .collect();
    let values =
        material.resources_of(System::HelmValues, "values").flat_map(|(span, r)| values(&span, r, &charts));
    services.chain(values).collect()
}

fn ecs(span: Span, resource: &Resource) -> Deployment {
    let environment = environment(&span.path, &[&resource.name]);
    let mut deployment = blank(span.clone(), "ecs", &resource.name, environment);
    let name = resource.body.text_at("name").unwrap_or(&resource.name);
    let cluster = resource.body.text_at("cluster").unwrap_or("CLUSTER");
    deployment.settle = Some(format!(
        "aws ecs describe-services --cluster {cluster} --services {name} --query 'services[].deployments'"
    ));
    let shows = |deployment: &mut Deployment, node: &Node, shows: String| {
        deployment.way_back.push(Evidence {
            grade: Grade::Declared,
            shows,
            place: Place::At(within(&span, node)),
        });
    };
    if let Some(controller) = resource.body.at_path("deployment_controller")
        && controller.text_at("type") == Some("CODE_DEPLOY")
    {
        deployment.undo = Some("CodeDeploy's traffic shift back".to_owned());
        shows(
            &mut deployment,
            controller,
            format!("service `{name}` is shifted by CodeDeploy, which can shift back"),
        );
    }
    let Some(breaker) = resource.body.get("deployment_circuit_breaker") else { return deployment };
    let says = |key: &str| breaker.get(key).and_then(Node::as_bool);
    match (says("enable"), says("rollback")) {
        (Some(true), Some(true)) => {
            deployment.undo = Some("the ECS circuit breaker, which rolls back a deployment that does not start".to_owned());
            shows(&mut deployment, breaker, format!("service `{name}` is rolled back by its circuit breaker when a deployment does not start"));
        }
        (Some(true), Some(false)) => deployment.switches.push(Switch {
            rule: "rollback-disabled".to_owned(),
            says: "stops a deployment that does not start and leaves it there (`deployment_circuit_breaker` with `rollback = false`)".to_owned(),
            span: within(&span, breaker),
        }),
        _ => {}
    }
    deployment
}

/// `image: { repository: …, tag: … }` anywhere in values: one deployment per file, so that the tag has
/// a thing to belong to.
fn values(span: &Span, resource: &Resource, charts: &[&str]) -> Option<Deployment> {
    let mut images = Vec::new();
    resource.body.walk(&mut |keys, node| {
        let is_image = keys.last().is_some_and(|key| key.to_ascii_lowercase().ends_with("image"));
        let (Some(tag), true) = (node.get("tag"), is_image) else { return };
        let repository = node.text_at("repository").or_else(|| node.text_at("name"));
        if let (Some(repository), Some(tag_text)) = (repository, tag.text()) {
            images.push((format!("{repository}:{tag_text}"), within(span, tag)));
        }
    });
    // A file for production may give the tag and leave the repository to the values of the chart.
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
