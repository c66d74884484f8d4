//! Hides template expressions so that the language below can be parsed.
//!
//! Helm and Go (`{{ }}`), Jinja (`{{ }}`, `{% %}`, `{# #}`) and ERB (`<% %>`) are replaced by
//! filler of the same length, line ends kept, so that every place in the result is a place in the
//! original. What was hidden is listed: a value that touches it is unknown, not absent.

use std::borrow::Cow;
use std::ops::Range;

/// A text whose templates were hidden.
#[derive(Clone, Debug)]
pub struct Masked<'a> {
    /// Same length and same lines as the original.
    pub text: Cow<'a, str>,
    /// The hidden stretches, in order, not overlapping.
    pub hidden: Vec<Range<usize>>,
}

impl Masked<'_> {
    /// Whether a stretch touches something hidden.
    pub fn hides(&self, range: &Range<usize>) -> bool {
        let from = self.hidden.partition_point(|h| h.end <= range.start);
        self.hidden.get(from).is_some_and(|h| h.start < range.end)
    }
}

const IN_VALUES: &[(&str, &str)] = &[("{{", "}}"), ("{%", "%}"), ("{#", "#}"), ("<%", "%>")];
/// In prose `{{ }}` is mostly an example of itself.
const IN_PROSE: &[(&str, &str)] = &[("{%", "%}"), ("<%", "%>")];

/// Hides the templates of a configuration text. A text without any is borrowed as it is.
pub fn mask(text: &str) -> Masked<'_> {
    hide(text, IN_VALUES, b't')
}

/// Blanks the templates of a document.
pub fn mask_prose(text: &str) -> Masked<'_> {
    hide(text, IN_PROSE, b' ')
}

fn hide<'a>(text: &'a str, pairs: &[(&str, &str)], filler: u8) -> Masked<'a> {
    let hidden = find(text, pairs);
    if hidden.is_empty() {
        return Masked { text: Cow::Borrowed(text), hidden };
    }
    let mut bytes = text.as_bytes().to_vec();
    for range in &hidden {
        let line_start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[range.end..].find('\n').map_or(text.len(), |at| range.end + at);
        // A line of nothing but templates is control flow or a block insert: it holds no value of
        // its own, and filler there would break the structure around it.
        let stands_alone = covered(&text.as_bytes()[line_start..line_end], line_start, &hidden);
        let filler = if stands_alone { b' ' } else { filler };
        for byte in &mut bytes[range.clone()] {
            if *byte != b'\n' && *byte != b'\r' {
                *byte = filler;
            }
        }
    }
    // Only whole templates were replaced, each by ASCII, so what is left is still UTF-8.
    let text =
        String::from_utf8(bytes).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned());
    Masked { text: Cow::Owned(text), hidden }
}

fn covered(line: &[u8], offset: usize, hidden: &[Range<usize>]) -> bool {
    let first = hidden.partition_point(|h| h.end <= offset);
    let mut ranges = hidden[first..].iter();
    let mut current = ranges.next();
    line.iter().enumerate().all(|(i, byte)| {
        let at = offset + i;
        while current.is_some_and(|r| r.end <= at) {
            current = ranges.next();
        }
        byte.is_ascii_whitespace() || current.is_some_and(|r| r.contains(&at))
    })
}

fn find(text: &str, pairs: &[(&str, &str)]) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut hidden = Vec::new();
    let mut from = 0;
    while let Some(step) = memchr::memchr2(b'{', b'<', &bytes[from..]) {
        let start = from + step;
        let pair = pairs.iter().find(|(open, _)| bytes[start..].starts_with(open.as_bytes()));
        let end = pair.and_then(|(open, close)| {
            let inner = start + open.len();
            memchr::memmem::find(&bytes[inner..], close.as_bytes()).map(|at| inner + at + close.len())
        });
        match end {
            Some(end) => {
                hidden.push(start..end);
                from = end;
            }
            None => from = start + 1,
        }
    }
    hidden
}

#[cfg(test)]
mod tests {
    use super::mask;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let masked = mask(text);
        assert_eq!(masked.text, expected);
        assert_eq!(masked.text.len(), text.len());
    }

    #[test]
    fn hides_with_the_same_length() {
        check("a: {{ .x }}\n", "a: tttttttt\n");
        check("{{- if .x }}\na: 1\n{{- end }}\n", "            \na: 1\n          \n");
        check("a:\n  {{- toYaml .x | nindent 4 }}\n", &format!("a:\n{}\n", " ".repeat(30)));
        check("t: \"{{ größe }}\"\n", "t: \"ttttttttttttt\"\n");
        check("<% if x %>\n# {{ no close", "          \n# {{ no close");
    }
}
