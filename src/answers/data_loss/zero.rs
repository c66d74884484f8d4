//! One command from nothing: what takes a store of data without asking anybody, and who may do
//! everything to everything (`identity`).

use super::asked;
use crate::answers::{Gap, Sheet, World};
use crate::model::fact::Destruction;
use crate::model::thing::Environment;
use crate::model::{Grade, Severity, Span};
use crate::text::{cut, environment};

/// More guarded commands than this prove nothing further.
const MAX_GUARDED: usize = 2;
const MAX_TEXT: usize = 60;

/// Raises unguarded commands; shows guarded ones.
pub(super) fn tell(world: &World<'_>, sheet: &mut Sheet) {
    for (span, destruction) in &world.inventory.destructions {
        if destruction.guard.is_none() {
            sheet.gap(world, gap(world, span, destruction));
        }
    }
    let guarded =
        world.inventory.destructions.iter().filter_map(|(span, d)| Some((span, d, d.guard.as_ref()?)));
    for (span, destruction, guard) in guarded.take(MAX_GUARDED) {
        let file = span.path.file_name();
        let command = cut(&destruction.text, MAX_TEXT);
        let asked = asked::by(world, &span.path, destruction);
        let asked =
            asked.map(|(incident, _)| format!(", as the incident \"{}\" asked", incident.told_title()));
        let said = format!("{file} {guard} before `{command}`{}", asked.unwrap_or_default());
        sheet.shows(Grade::Declared, span, said);
    }
}

fn gap(world: &World<'_>, span: &Span, destruction: &Destruction) -> Gap {
    let command = cut(&destruction.text, MAX_TEXT);
    let file = span.path.file_name();
    let message = format!(
        "{file} runs `{command}`, which takes {} for good; nothing in the file asks a person or checks the environment first.",
        destruction.what
    );
    let thing = format!("{} {}", span.path, destruction.text);
    let is_production = environment(&span.path, &[destruction.text.as_str()]) == Environment::Production;
    let severity = if is_production { Severity::High } else { Severity::Medium };
    let gap = Gap::new("unguarded-destruction", thing, message).on(span);
    let gap = match asked::by(world, &span.path, destruction) {
        Some((incident, place)) => {
            gap.related(&place, format!("the incident \"{}\" asked for a guard", incident.told_title()))
        }
        None => gap,
    };
    gap.snippet(&destruction.text).severity(severity)
}
