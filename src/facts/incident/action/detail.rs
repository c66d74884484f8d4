//! Owner, due date and ticket of an item.

use std::sync::LazyLock;

use regex::Regex;

use crate::text::date::{Day, first_date, named_date};
use crate::text::fold;

/// The owner, where the text names one in a form that is no prose.
pub(super) fn owner(text: &str) -> Option<String> {
    static OWNER: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?x)
            ^\W*(?P<starts>@[\w-]+)\s+(?:will|to|is|should)\b              # @name will …
            | [(\[]\s*(?P<ends>@[\w-]+)\s*[)\]]\s*$                        # … (@name)
            | \(\s*\#\d+\s*,\s*(?P<listed>[A-Za-z][^,()]{2,40})\s*[,)]         # (#12, name, …)
            | (?i:\b(?:owner|assignee|assigned\ to))\s*:\s*(?P<named>@?[\w][\w\ .-]{1,40})  # Owner: …
            ",
        )
        .ok()
    });
    let found = OWNER.as_ref()?.captures(text)?;
    let name = ["starts", "ends", "listed", "named"].iter().find_map(|form| found.name(form))?;
    Some(fold(name.as_str()))
}

/// The due date as ISO, where the text states one.
pub(super) fn due(text: &str) -> Option<String> {
    static DUE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?i)\b(?:due(?: date| by| on)?|deadline|by|before)\s*:?\s+(?P<rest>.{6,30})").ok()
    });
    let found = DUE.as_ref()?.captures(text)?;
    first_date(found.name("rest")?.as_str()).map(|date| date.to_string())
}

/// A due date as ISO where it is understood.
pub(super) fn iso(due: &str) -> String {
    named_date(due).and_then(Day::sure).map_or_else(|| due.to_owned(), |date| date.to_string())
}
