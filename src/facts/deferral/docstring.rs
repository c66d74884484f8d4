//! Documentation in code that puts work off. It describes more often than it defers, so more is
//! asked of its words.

use super::proof::Code;
use super::remark::{Found, remarks};
use super::{SourceFile, fact, push};
use crate::model::FileFacts;
use crate::parse::code::docstrings_at;
use crate::rules::{DeferralWords, Places, Strength};

/// Signs that may stand before a marker at the start of its remark.
const BEFORE_MARKER: usize = 3;

/// Whether words count in documentation: a marker that begins its remark, or language that was
/// deferral there too.
pub(super) fn counts(found: &Found<'_>, words: &DeferralWords) -> bool {
    match found.strength {
        Strength::Marked => found.start <= BEFORE_MARKER,
        Strength::Alone => words.carriers().counts_in_docstring(found.id),
        Strength::Weak => false,
    }
}

/// Collects deferrals of docstrings that are strings.
pub(super) fn collect(
    file: &SourceFile<'_>,
    code: &Code<'_>,
    words: &DeferralWords,
    places: &Places,
    out: &mut FileFacts,
) {
    for docstring in docstrings_at(&file.text, file.language, &places.words) {
        for remark in remarks(&docstring, words) {
            let Some(found) = remark.find(words).filter(|found| counts(found, words)) else { continue };
            if !push(out, &remark, fact(file, code, &docstring, &remark, found, words)) {
                return;
            }
        }
    }
}
