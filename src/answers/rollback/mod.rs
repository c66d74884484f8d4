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
//! - `exercise`: whether the way back was ever gone
//! - `verdict`: the sentence, and what would settle the rest

mod deployment;
mod exercise;
mod lock;
mod migration;
mod shipped;
mod start;
mod verdict;

use super::{Sheet, World};
use crate::model::{Answer, Finding};

/// Answers the question.
pub(super) fn answer(world: &World<'_>, mut sheet: Sheet) -> (Answer, Vec<Finding>) {
    let judged = migration::judged(world);
    for migration in &judged {
        migration::judge(world, &mut sheet, migration);
    }
    shipped::judge(world, &mut sheet);
    lock::judge(world, &mut sheet, &judged);
    for deployment in deployment::production(world) {
        deployment::judge(world, &mut sheet, deployment);
    }
    exercise::judge(world, &mut sheet);
    searches(&mut sheet);
    verdict::close(world, sheet, &judged)
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
