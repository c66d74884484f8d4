//! What the owners attest in the configuration: it counts as declared for every question, never as
//! more, and only until its day.

use super::World;
use crate::model::{Answer, Evidence, Grade, Place, Verdict};

/// Adds what is attested to the proofs of an answer. An answer that could not be told becomes partly
/// told: nothing here contradicts what somebody stands by with a name and a date.
pub(super) fn add(world: &World<'_>, answer: &mut Answer) {
    let holds =
        world.settings.attest.iter().filter(|a| a.question == answer.question && a.until >= world.today());
    let claims: Vec<Evidence> = holds
        .map(|claim| Evidence {
            grade: Grade::Declared,
            shows: format!("{} (stated by {}, until {})", claim.claim, claim.by, claim.until),
            place: Place::At(claim.span.clone()),
        })
        .collect();
    let Some(first) = claims.first().map(|claim| claim.shows.clone()) else { return };
    answer.evidence.extend(claims);
    answer.evidence.sort_by(|a, b| b.grade.cmp(&a.grade).then_with(|| a.place.cmp(&b.place)));
    if answer.verdict == Verdict::CannotTell {
        answer.verdict = Verdict::Partly;
        answer.grade = Grade::Declared;
        answer.because = format!("The files do not show it, but it is attested: {first}.");
    }
}
