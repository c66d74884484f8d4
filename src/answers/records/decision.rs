//! Decisions whose time has come, and decisions that point at nothing.

use jiff::civil::Date;

use super::{about, quote};
use crate::answers::{Gap, World};
use crate::model::Span;
use crate::model::fact::{DecisionStatus, DeferralSentence};
use crate::model::thing::{Decision, Overdue};
use crate::text::date::{Day, find_dates};

/// A temporary arrangement that is still in force after a year has stayed.
const TEMPORARY_DAYS: u32 = 365;
/// The cue of the catalogue that says "temporary" of what was decided; "for now" says less.
const TEMPORARY_CUE: &str = "interim";
/// Of that cue's words those that name an arrangement; "in the short term" may tell of anything.
const TEMPORARY_WORDS: &[&str] = &["temporary", "interim", "stop-gap", "stopgap", "provisional"];
/// A shorter sentence does not say what is temporary.
const TELLING_WORDS: usize = 4;

/// Every finding from decisions.
pub(super) fn find(world: &World<'_>) -> Vec<Gap> {
    let mut gaps = Vec::new();
    for decision in world.inventory.decisions.iter().filter(|decision| decision.gone.is_none()) {
        gaps.extend(dangling(world, decision));
        gaps.extend(contradictory(decision));
        gaps.extend(still_used(decision));
        if is_in_force(decision) {
            gaps.extend(replaced(world, decision));
            gaps.extend(stayed(world, decision));
            gaps.extend(decision.record.deferrals.iter().filter_map(|d| expired(world, decision, d)));
            gaps.extend(
                decision.come_true.iter().filter_map(|(at, why)| come_true(world, decision, *at, why)),
            );
            gaps.extend(unreviewed(world, decision));
        }
    }
    gaps
}

/// A decision that was replaced or declined owes nothing.
fn is_in_force(decision: &Decision) -> bool {
    use DecisionStatus::{Deprecated, Rejected, Superseded};
    !matches!(decision.record.status, Superseded | Rejected | Deprecated)
}

fn name(decision: &Decision) -> String {
    match &decision.record.number {
        Some(number) => format!("decision {number}, {},", quote(&decision.record.title)),
        None => format!("decision {}", quote(&decision.record.title)),
    }
}

/// A product that was given up and is still in use.
fn still_used(decision: &Decision) -> Option<Gap> {
    let used = decision.still_used.as_ref()?;
    let (product, path) = (&used.product, used.at.path.as_str());
    let (rule, message) = match &used.by {
        None => {
            let message = format!("{} gives up {product}, and {path} still uses {product}", name(decision));
            ("contradicted-decision", message)
        }
        Some(_) => {
            let message = format!("{} is replaced, and {path} still uses {product}", name(decision));
            ("superseded-decision-in-code", message)
        }
    };
    let mut gap = Gap::new(rule, decision.span.path.as_str(), message)
        .on(&used.at)
        .snippet(product)
        .related(&decision.span, "the decision");
    if let Some(by) = &used.by {
        gap = gap.related(by, "replaced by this one");
    }
    Some(gap)
}

/// A deferral whose day has passed, in every reading of it.
fn expired(world: &World<'_>, decision: &Decision, deferral: &DeferralSentence) -> Option<Gap> {
    let due = latest(deferral.due.as_deref()?)?;
    let decided: Option<Date> = decision.day().and_then(|date| date.parse().ok());
    // A day before the decision tells its history, not its end.
    if due >= world.today() || decided.is_some_and(|decided| due <= decided) {
        return None;
    }
    let message = format!(
        "{} puts something off, and the time for it has passed ({}): {}",
        name(decision),
        deferral.due.as_deref().unwrap_or_default(),
        quote(&around(&deferral.text, deferral.due.as_deref().unwrap_or_default()))
    );
    let gap = Gap::new("expired-decision-deferral", decision.span.path.as_str(), message)
        .on(&Span::new(&decision.span.path, deferral.at))
        .snippet(&deferral.text);
    Some(about(world, gap, &format!("{}\n{}", decision.record.title, deferral.text)))
}

/// A deferral that waits for something that has come.
fn come_true(world: &World<'_>, decision: &Decision, at: usize, why: &Overdue) -> Option<Gap> {
    let deferral = decision.record.deferrals.get(at)?;
    let message = format!(
        "{} puts something off, and what it waits for has come ({}): {}",
        name(decision),
        why.because,
        quote(&around(&deferral.text, &why.condition))
    );
    let gap = Gap::new("expired-decision-deferral", decision.span.path.as_str(), message)
        .on(&Span::new(&decision.span.path, deferral.at))
        .snippet(&deferral.text);
    Some(about(world, gap, &format!("{}\n{}", decision.record.title, deferral.text)))
}

/// The end of a sentence that holds what it is about, when its beginning would be cut before that.
fn around(sentence: &str, due: &str) -> String {
    const LEAD_CHARS: usize = 50;
    let before = sentence.find(due).and_then(|at| sentence.get(..at)).unwrap_or_default();
    if before.chars().count() <= LEAD_CHARS {
        return sentence.to_owned();
    }
    let tail: Vec<&str> = before
        .split(' ')
        .rev()
        .scan(0, |length, word| {
            *length += word.chars().count() + 1;
            (*length <= LEAD_CHARS).then_some(word)
        })
        .collect();
    let lead: Vec<&str> = tail.into_iter().rev().collect();
    format!("… {}{}", lead.join(" "), sentence.get(before.len()..).unwrap_or_default())
}

/// The last day of every reading of the dates in a text.
fn latest(due: &str) -> Option<Date> {
    let days = find_dates(due).into_iter().map(|found| match found.day {
        Day::Sure(day) => day,
        Day::Either { day_first, month_first } => day_first.max(month_first),
    });
    days.max()
}

/// A decision that states when it is to be reviewed, and that day has passed.
fn unreviewed(world: &World<'_>, decision: &Decision) -> Option<Gap> {
    let due = decision.record.review_due.as_deref()?;
    let day: Date = due.parse().ok()?;
    if day >= world.today() {
        return None;
    }
    let message = format!("{} was due for review on {due} by its own statement", name(decision));
    let gap = Gap::new("expired-decision-deferral", decision.span.path.as_str(), message).on(&decision.span);
    Some(about(world, gap, &decision.record.title))
}

/// A decision that reads as in force, while one in force says that it replaced it.
fn replaced(world: &World<'_>, decision: &Decision) -> Option<Gap> {
    let own = decision.span.path.as_str();
    let all = &world.inventory.decisions;
    let by = all.iter().find(|other| {
        other.record.status == DecisionStatus::Accepted && other.replaces.iter().any(|path| path == own)
    })?;
    if decision.record.status != DecisionStatus::Accepted || !decision.replaced_by.is_empty() {
        return None;
    }
    let message = format!(
        "{} is still stated as {}, but {} says it replaces it",
        name(decision),
        quote(decision.record.status_raw.as_deref().unwrap_or("accepted")),
        name(by).trim_end_matches(',')
    );
    let gap = Gap::new("replaced-decision-in-force", own, message)
        .on(&decision.span)
        .related(&by.span, "says it replaces it");
    Some(gap)
}

/// A decision in force that calls itself temporary and is older than a year.
fn stayed(world: &World<'_>, decision: &Decision) -> Option<Gap> {
    let record = &decision.record;
    let day: Date = decision.day()?.parse().ok()?;
    let age_days = crate::answers::world::days_between(day, world.today());
    if record.status != DecisionStatus::Accepted || age_days < TEMPORARY_DAYS {
        return None;
    }
    let said = record.deferrals.iter().find(|said| is_temporary(said))?;
    let message = format!(
        "{} of {day} calls something temporary, and no record has replaced it since: {}",
        name(decision),
        quote(&said.text)
    );
    let gap = Gap::new("temporary-decision-stayed", decision.span.path.as_str(), message)
        .on(&Span::new(&decision.span.path, said.at))
        .snippet(&said.text);
    Some(about(world, gap, &format!("{}\n{}", record.title, said.text)))
}

/// Whether a sentence calls something temporary and says what.
fn is_temporary(said: &DeferralSentence) -> bool {
    let lower = said.text.to_lowercase();
    said.cue == TEMPORARY_CUE
        && TEMPORARY_WORDS.iter().any(|word| lower.contains(word))
        && lower.split_whitespace().count() >= TELLING_WORDS
        && said.due.as_deref().and_then(latest).is_none()
}

/// A decision whose statements of its state differ, or whose replacement leads back to it.
fn contradictory(decision: &Decision) -> Option<Gap> {
    let path = decision.span.path.as_str();
    let message = if let Some(said) = &decision.record.disagreement {
        format!("{} states two states: {said}", name(decision))
    } else {
        // A circle is told once, at the first of its records.
        let is_first = decision.circular.iter().all(|other| path < other.as_str());
        let other = decision.circular.first().filter(|_| is_first)?;
        let other = other.rsplit('/').next().unwrap_or(other);
        match decision.circular.len() {
            1 => format!("{} and {other} each say that the other replaced it", name(decision)),
            _ => format!(
                "{} is said to be replaced by {other}, and that in turn, over others, by it",
                name(decision)
            ),
        }
    };
    Some(Gap::new("contradictory-decision-status", path, message).on(&decision.span))
}

/// One gap per decision that points at a record which is not here.
fn dangling(world: &World<'_>, decision: &Decision) -> Option<Gap> {
    let target = decision.dangling.first()?;
    let says = if decision.record.superseded_by.contains(target) {
        "says it is replaced by"
    } else {
        "says it replaces"
    };
    let file = target.rsplit('/').next().unwrap_or(target);
    let stem = file.split('.').next().unwrap_or(file);
    let gone = world.inventory.decisions.iter().find(|other| other.span.path.stem() == stem);
    let where_it_is = match gone.and_then(|other| other.gone.as_ref()) {
        Some(by) => format!("was {}", by.deletion()),
        None => "is not in the repository".to_owned(),
    };
    let message = format!("{} {says} {file}, which {where_it_is}", name(decision));
    Some(
        Gap::new("dangling-supersession", decision.span.path.as_str(), message)
            .on(&decision.span)
            .snippet(target),
    )
}
