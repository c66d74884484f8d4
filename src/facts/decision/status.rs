//! The state of a decision in every spelling: heading, bullet, bold, front matter, table, folder.

use super::Document;
use super::vocabulary::Status as Words;
use crate::facts::record::{Field, Origin, label};
use crate::model::fact::DecisionStatus;
use crate::text::cut;

/// A longer value is prose around the state.
const MAX_RAW_CHARS: usize = 200;
/// Two of them stand in one sentence.
const MAX_SHOWN_CHARS: usize = 40;

/// The state as read and as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stated {
    /// As read.
    pub status: DecisionStatus,
    /// As written.
    pub raw: Option<String>,
    /// Whether it is the menu of a template, from which nobody chose.
    pub is_menu: bool,
    /// Index of the block that states it, when the text does.
    pub block: Option<usize>,
}

/// Reads the state: the text first, then front matter, then a section of supersession, then the
/// folder.
pub(super) fn read(document: &Document<'_>) -> Stated {
    let name = &document.words.field.status;
    let of = |origin: Origin| {
        document.fields.iter().filter(move |f| f.origin == origin && name.is_in(label(&f.name).trim()))
    };
    let mut first_raw: Option<Stated> = None;
    // In running text "state" may be that of anything.
    let (other, own): (Vec<&Field>, Vec<&Field>) = of(Origin::Body).partition(|f| is_any_state(&f.name));
    let fields = own.into_iter().chain(of(Origin::FrontMatter)).chain(other);
    for field in fields.filter(|f| !f.value.is_empty()) {
        let status = word(&document.words.status, &field.value);
        let stated = Stated {
            status,
            raw: Some(cut(&field.value, MAX_RAW_CHARS)),
            is_menu: document.words.status.menu.is_in(&field.value),
            block: (field.origin == Origin::Body).then_some(field.block),
        };
        if status != DecisionStatus::Unknown || stated.is_menu {
            return stated;
        }
        first_raw.get_or_insert(stated);
    }
    let superseded = document.markdown.headings().find(|(_, _, block)| {
        document.words.section.superseded.is_in(&label(&block.text))
            && block.text.split_whitespace().count() <= 2
    });
    if let Some((index, _, block)) = superseded {
        let raw = Some(block.text.clone());
        return Stated { status: DecisionStatus::Superseded, raw, is_menu: false, block: Some(index + 1) };
    }
    let (folder, by_folder) = by_folder(document);
    if by_folder != DecisionStatus::Unknown {
        return Stated { status: by_folder, raw: Some(folder.to_owned()), is_menu: false, block: None };
    }
    first_raw.unwrap_or(Stated { status: DecisionStatus::Unknown, raw: None, is_menu: false, block: None })
}

fn is_any_state(name: &str) -> bool {
    label(name).eq_ignore_ascii_case("state")
}

/// The state that the folder names. A folder named "superseded" or "rejected" says it; "proposals" is
/// where they all start.
fn by_folder<'a>(document: &'a Document<'_>) -> (&'a str, DecisionStatus) {
    let folder = document.file.path.parent().rsplit('/').next().unwrap_or_default();
    let place = &document.words.place;
    let is_whole =
        !matches!(folder.to_ascii_lowercase().as_str(), "proposal" | "proposals" | "review" | "new");
    let is_place = place.folder.is_in(folder) || place.weak_folder.is_in(folder);
    let status = word(&document.words.status, folder);
    (folder, if is_whole && !is_place { status } else { DecisionStatus::Unknown })
}

/// Two statements of the state that differ: front matter, text and folder.
pub(super) fn disagreement(document: &Document<'_>) -> Option<String> {
    let name = &document.words.field.status;
    let stated = |origin: Origin| {
        let mut of =
            document.fields.iter().filter(|f| f.origin == origin && name.is_in(label(&f.name).trim()));
        let first = of.find(|f| {
            let is_own = origin == Origin::FrontMatter || !is_any_state(&f.name);
            is_own && word(&document.words.status, &f.value) != DecisionStatus::Unknown
        })?;
        Some((word(&document.words.status, &first.value), cut(&first.value, MAX_SHOWN_CHARS)))
    };
    let matter =
        stated(Origin::FrontMatter).map(|(status, raw)| (status, format!("front matter says “{raw}”")));
    let text = stated(Origin::Body).map(|(status, raw)| (status, format!("the text says “{raw}”")));
    let (folder, by_folder) = by_folder(document);
    let folder =
        (by_folder != DecisionStatus::Unknown).then(|| (by_folder, format!("the folder says “{folder}”")));
    let all: Vec<(DecisionStatus, String)> = [matter, text, folder].into_iter().flatten().collect();
    let (first, said) = all.first()?;
    let (_, other) = all.iter().find(|(status, _)| status != first)?;
    Some(format!("{said}, {other}"))
}

/// The state a value states. Struck text is withdrawn; emoji and brackets are decoration.
pub(super) fn word(words: &Words, value: &str) -> DecisionStatus {
    if words.menu.is_in(value) {
        return DecisionStatus::Unknown;
    }
    let value = without_struck(value);
    let value = value.trim_start_matches(|c: char| !c.is_alphanumeric());
    // A heading may be repeated in the line under it.
    let value = value.split_once(':').filter(|(name, _)| names_status(name)).map_or(value, |(_, rest)| rest);
    let value = value.trim_start_matches(|c: char| !c.is_alphanumeric());
    if words.superseded.is_in(value) {
        DecisionStatus::Superseded
    } else if words.rejected.is_in(value) {
        DecisionStatus::Rejected
    } else if words.deprecated.is_in(value) {
        DecisionStatus::Deprecated
    } else if words.accepted.is_in(value) {
        DecisionStatus::Accepted
    } else if words.proposed.is_in(value) {
        DecisionStatus::Proposed
    } else {
        DecisionStatus::Unknown
    }
}

fn names_status(name: &str) -> bool {
    matches!(name.trim().to_lowercase().as_str(), "status" | "decision status" | "state" | "statut")
}

fn without_struck(value: &str) -> String {
    let parts = value.split("~~").enumerate();
    parts.filter(|(index, _)| index % 2 == 0).map(|(_, part)| part).collect()
}

#[cfg(test)]
mod tests {
    use super::super::vocabulary::vocabulary;
    use super::word;
    use crate::model::fact::DecisionStatus::{self, *};

    #[track_caller]
    fn check(value: &str, expected: DecisionStatus) {
        assert_eq!(word(&vocabulary().unwrap().status, value), expected, "{value}");
    }

    #[test]
    fn menus_and_prose_state_nothing() {
        check("Proposed | Accepted | Deprecated", Unknown);
        check("proposed, accepted, rejected, deprecated, superseded, etc.", Unknown);
        check("[proposed | rejected | accepted | deprecated | … | superseded by ADR-0005]", Unknown);
        check("What is the status of this decision?", Unknown);
        check("", Unknown);
    }

    #[test]
    fn reads_every_spelling() {
        check("✅ Accepted", Accepted);
        check("⌛️ Superseded by [036](036.md)", Superseded);
        check("Superceded by ADR021", Superseded);
        check("superseeded by [ADR-0015](x.md)", Superseded);
        check("~~Accepted~~ Deprecated (see 29)", Deprecated);
        check("🤔 Proposed", Proposed);
        check("❌ Rejected (see [019](019.md))", Rejected);
        check("Decided", Accepted);
        check("Pending review", Proposed);
        check("[accepted]", Accepted);
        check("Accepted (2026-03-17)", Accepted);
        check("Accepted, supersedes ADR 3", Accepted);
        check("Decision status: ✅ Accepted", Accepted);
        check("Invalidated by 0018-names.md", Superseded);
        check("TBD", Proposed);
        check("In progress", Proposed);
    }
}
