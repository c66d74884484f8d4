//! Release phases that migrate: commands that a platform runs with each release, where nothing in the
//! repository leads the schema back.

use super::obstacle::obstacle;
use crate::model::Span;
use crate::model::fact::{Command, Doing};
use crate::model::thing::Obstacle;
use crate::text::environment::environment;

/// Every release phase with a way up and no way down anywhere.
pub(super) fn take(rollout: &[(Span, Command)]) -> Vec<Obstacle> {
    let mut found: Vec<Obstacle> = Vec::new();
    for (span, command) in rollout.iter().filter(|(_, command)| command.doing == Doing::Migrate) {
        let Some(phase) = phase(span, &command.text) else { continue };
        let has_counterpart =
            rollout.iter().any(|(_, other)| other.doing == Doing::MigrateDown && other.tool == command.tool);
        if has_counterpart || found.iter().any(|one| one.span.path == span.path) {
            continue;
        }
        let message = format!(
            "{phase} of `{}` migrates the schema ({}), and nothing here runs migrations down: going back to the release before leaves the newer schema.",
            span.path, command.tool
        );
        let reach = environment(&span.path, &[]);
        let thing = format!("release phase {}", span.path);
        found.push(obstacle("one-way-migration-hook", span.clone(), thing, message, reach));
    }
    found
}

/// What a platform calls the command that it runs with each release. The `postdeploy` of an `app.json`
/// is none: Heroku runs it once, for a new app.
fn phase(span: &Span, text: &str) -> Option<&'static str> {
    let starts = |key: &str| text.trim_start_matches(['"', '\'']).starts_with(key);
    match span.path.file_name() {
        "Procfile" if starts("release:") => Some("The release phase"),
        "fly.toml" if starts("release_command") => Some("The release command"),
        "render.yaml" if starts("preDeployCommand") => Some("The pre-deploy command"),
        "app.json" if starts("predeploy") => Some("The pre-deploy script"),
        _ => None,
    }
}
