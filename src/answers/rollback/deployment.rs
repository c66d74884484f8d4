//! Deployments: what speaks for and against going back, and images whose name moves.

use super::contract;
use crate::answers::{Gap, Sheet, World};
use crate::model::thing::{Deployment, Environment};
use crate::model::{Grade, Span};

/// Tags that are moved to the next build by convention.
const MOVING: &[&str] = &[
    "latest",
    "main",
    "master",
    "stable",
    "edge",
    "nightly",
    "develop",
    "production",
    "staging",
    "prod",
    "dev",
];

/// Deployments that count tonight: production, and those of which nothing says otherwise.
pub(super) fn production<'w>(world: &World<'w>) -> Vec<&'w Deployment> {
    let all = world.inventory.deployments.iter();
    all.filter(|d| counts(d.environment, &d.span)).collect()
}

/// Whether it can be in production: what was put aside runs nowhere.
fn counts(environment: Environment, span: &Span) -> bool {
    const ASIDE: &[&str] = &["deprecated", "archive", "archived", "attic", "obsolete"];
    matches!(environment, Environment::Production | Environment::Unstated)
        && !ASIDE.iter().any(|folder| span.path.has_folder(folder))
}

/// Shows the evidence and makes the gaps of one deployment.
pub(super) fn judge(world: &World<'_>, sheet: &mut Sheet, deployment: &Deployment) {
    sheet.evidence.extend(deployment.way_back.iter().cloned());
    let thing = format!("{} {}", deployment.platform, deployment.name);
    for switch in &deployment.switches {
        let message = format!("{} `{}` {}.", word(deployment), deployment.name, switch.says);
        sheet.shows(Grade::Contradicted, &switch.span, message.clone());
        let gap = Gap::new(&switch.rule, &thing, message).on(&switch.span).component(&deployment.name);
        sheet.gap(world, gap);
    }
    for (image, span) in &deployment.images {
        let Some(tag) = moving_tag(image) else { continue };
        let message = format!(
            "{} `{}` runs the image tag `{tag}`, which is moved from build to build: going back by that name starts the same build again.",
            word(deployment),
            deployment.name
        );
        let gap = Gap::new("mutable-image-tag", &thing, message)
            .on(span)
            .snippet(image)
            .component(&deployment.name);
        sheet.gap(world, gap);
    }
}

/// Makes the gaps of what is no deployment itself.
pub(super) fn obstacles(world: &World<'_>, sheet: &mut Sheet) {
    let all = world.inventory.obstacles.iter();
    let is_asked =
        |rule: &str| rule != "one-way-migration-hook" || contract::needs_down(world.settings.rollback);
    let all = all.filter(|obstacle| is_asked(&obstacle.rule));
    for obstacle in all.filter(|obstacle| counts(obstacle.environment, &obstacle.span)) {
        let mut gap = Gap::new(&obstacle.rule, &obstacle.thing, &obstacle.message).on(&obstacle.span);
        for (span, label) in &obstacle.related {
            gap = gap.related(span, label);
        }
        sheet.gap(world, gap.component(&obstacle.thing));
    }
}

/// What a deployment is called in sentences.
pub(super) fn word(deployment: &Deployment) -> &str {
    if let Some(noun) = &deployment.noun {
        return noun;
    }
    match deployment.platform.as_str() {
        "kubernetes" => "Workload",
        "argo-cd" => "Application",
        "github-actions" => "Workflow",
        "gitlab-ci" => "Job",
        "helm" if deployment.name.contains('/') => "Values file",
        "helm" => "Chart",
        _ => "Service",
    }
}

/// The tag of an image when it is one that moves. An image with a digest is fixed, whatever its tag;
/// one without a tag is left alone, because a build may fill it in.
fn moving_tag(image: &str) -> Option<&str> {
    if image.contains('@') || image.contains(['$', '{', '<']) {
        return None;
    }
    let last = image.rsplit('/').next()?;
    let (_, tag) = last.split_once(':')?;
    MOVING.contains(&tag).then_some(tag)
}

#[cfg(test)]
mod tests {
    use super::moving_tag;

    #[test]
    fn tells_moving_tags() {
        assert_eq!(moving_tag("ghcr.io/a/b:latest"), Some("latest"));
        assert_eq!(moving_tag("localhost:5000/b:main"), Some("main"));
        assert_eq!(moving_tag("localhost:5000/b"), None);
        assert_eq!(moving_tag("b:latest@sha256:00"), None);
        assert_eq!(moving_tag("b:1.2-latest"), None);
        assert_eq!(moving_tag("b:${TAG}"), None);
    }
}
