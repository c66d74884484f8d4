//! Could they roll back the last deployment? How long would it take?
//!
//! First question first: can the previous build run on the migrated schema? Then no way down is
//! needed. Never a forecast: how long it takes is told only as it was observed.
//!
//! - `migration`: migrations that stand in the way
//! - `shipped`: migrations of the last release that were changed, taken away or overtaken
//! - `start`: what containers start with
//! - `lock`: ledgers that refuse the old build
//! - `deployment`: what the platforms keep to go back to
//! - `heads`: histories of migrations that end twice
//! - `push`: schemas that are changed without migrations
//! - `exercise`: whether the way back was ever gone
//! - `contract`: the evidence that a declared way back asks for
//! - `reverse`: the last deployment in reverse, and how long it takes by what is declared
//! - `verdict`: the sentence, and what would settle the rest

mod contract;
mod deployment;
mod exercise;
mod heads;
mod lock;
mod migration;
mod push;
mod reverse;
mod shipped;
mod start;
mod verdict;

use super::{Sheet, World};
use crate::model::{Answer, Finding, Question};

/// Answers the question.
pub(super) fn answer(world: &World<'_>, mut sheet: Sheet) -> (Answer, Vec<Finding>) {
    let judged = migration::judged(world);
    for migration in &judged {
        migration::judge(world, &mut sheet, migration);
    }
    shipped::judge(world, &mut sheet);
    heads::judge(world, &mut sheet);
    lock::judge(world, &mut sheet, &judged);
    for deployment in deployment::production(world) {
        deployment::judge(world, &mut sheet, deployment);
    }
    deployment::obstacles(world, &mut sheet);
    push::judge(world, &mut sheet);
    exercise::judge(world, &mut sheet);
    contract::judge(world, &mut sheet);
    reverse::judge(world, &mut sheet, &judged);
    sheet.findings.sort_by(super::worst_first);
    let exercised = reverse::exercised(world, &sheet);
    reverse::tell(world, &mut sheet, &judged, exercised);
    searches(&mut sheet);
    verdict::close(world, sheet, &judged)
}

/// Rules whose gaps make going back neither impossible nor slow: they say that nothing goes back by
/// itself, or what goes down together.
const ASIDE: &[&str] = &["missing-breaker", "shared-fate", "unguarded-terraform-state"];

/// Whether a finding is about the way back itself. Broken promises and repeated incidents belong to
/// the question, and block nothing by themselves.
fn is_in_the_way(world: &World<'_>, finding: &Finding) -> bool {
    let rule = world.rules.get(finding.rule.as_str());
    let is_own = rule.is_some_and(|rule| rule.question == Question::Rollback);
    is_own && finding.suppressed.is_none() && !ASIDE.contains(&finding.rule.as_str())
}

fn searches(sheet: &mut Sheet) {
    let migrations = ["**/migrations/**", "**/migrate/**", "**/versions/*.py", "**/V*__*.sql"];
    sheet.searched("migrations and their ways down", &migrations);
    let pipelines = [".github/workflows/*", ".gitlab-ci.yml", "Dockerfile", "Procfile", "*.sh"];
    sheet.searched("commands that deploy or take back", &pipelines);
    let workloads = [
        "Kubernetes manifests",
        "Argo CD applications",
        "*.tf (aws_ecs_service)",
        "Helm values",
        "compose files",
    ];
    sheet.searched("deployments and what they keep to go back to", &workloads);
}
