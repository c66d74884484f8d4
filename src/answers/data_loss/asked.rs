//! Which past incident asked for a guard: a promise that names the command or its script, and what
//! should stand before it.

use crate::answers::World;
use crate::model::fact::Destruction;
use crate::model::thing::{Action, Incident};
use crate::model::{RepoPath, Span};

/// Words of a promise that ask for a guard.
const GUARDS: &[&str] = &[
    "confirm",
    "confirmation",
    "prompt",
    "prompts",
    "guard",
    "guards",
    "safeguard",
    "dry-run",
    "dry run",
    "interlock",
    "are you sure",
    "double-check",
    "refuse",
    "refuses",
    "protection",
    "protect",
    "prevent",
    "two-person",
    "typed",
];
/// Words for taking a store, by which a promise and a command speak of the same thing.
const TAKING: &[&str] =
    &["destroy", "drop", "dropdb", "delete", "truncate", "wipe", "purge", "reset", "remove", "rm", "prune"];
/// The mechanism of incidents in which the wrong thing was taken.
const WRONG_TARGET: &str = "wrong-target-op";

/// The first incident whose promise asks for a guard of this command, and the promise's place.
pub(super) fn by<'w>(
    world: &'w World<'_>,
    path: &RepoPath,
    destruction: &Destruction,
) -> Option<(&'w Incident, Span)> {
    world.inventory.incidents.iter().find_map(|incident| {
        let is_wrong_target = incident.report.mechanisms.iter().take(2).any(|found| found.id == WRONG_TARGET);
        let asks = |action: &&Action| {
            asks(&action.stated.text, is_wrong_target, path.file_name(), &destruction.text)
        };
        let action = incident.actions.iter().find(asks)?;
        Some((incident, Span::new(&incident.span.path, action.stated.at)))
    })
}

/// Whether a promise asks for a guard of a command in a file. After the wrong thing was taken, "the
/// command" is the one that took it.
fn asks(promise: &str, is_wrong_target: bool, file: &str, command: &str) -> bool {
    let text = promise.to_ascii_lowercase();
    let (said, run) = (words(&text), words(command));
    let is_guard = GUARDS.iter().any(|guard| match guard.contains([' ', '-']) {
        true => text.contains(guard),
        false => said.iter().any(|word| word == guard),
    });
    let takes = TAKING.iter().any(|word| [&said, &run].iter().all(|all| all.iter().any(|w| w == word)));
    let names_it = text.contains(&file.to_ascii_lowercase()) || takes;
    is_guard && (names_it || (is_wrong_target && said.iter().any(|word| word == "command")))
}

fn words(text: &str) -> Vec<String> {
    let lower = text.to_ascii_lowercase();
    lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::asks;

    #[track_caller]
    fn check(promise: &str, is_wrong_target: bool, expected: bool) {
        assert_eq!(
            asks(promise, is_wrong_target, "reset.sh", "terraform destroy -auto-approve"),
            expected,
            "{promise}"
        );
    }

    #[test]
    fn a_promise_of_a_guard_names_the_command_or_its_script() {
        check("Ask for confirmation before `terraform destroy`", false, true);
        check("Add a prompt to reset.sh", false, true);
        check("Add a confirmation to the command", true, true);
        check("Add a confirmation to the command", false, false);
        check("Document when to run terraform destroy", false, false);
        check("Ask customers for confirmation of their address", true, false);
        check("Guard against dropped connections", true, false);
    }
}
