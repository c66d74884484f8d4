//! Text with sections in other languages: HTML, and the components of Vue and Svelte.
//!
//! Between the sections `<!-- … -->` and the comments of template engines are comments. What a
//! `script` or `style` element holds is read in its own language.

use std::ops::Range;

use super::lexer::Raw;
use crate::parse::Language;

/// A stretch of the text in a language of its own.
pub(super) struct Section {
    pub range: Range<usize>,
    pub language: Language,
}

/// Comments of the template engines that write HTML.
const COMMENTS: &[(&str, &str)] = &[
    ("<!--", "-->"),
    ("{#", "#}"),
    ("{{!--", "--}}"),
    ("{{--", "--}}"),
    ("{{/*", "*/}}"),
    ("<%#", "%>"),
    ("<%--", "--%>"),
];
/// Attributes of an opening tag looked at; longer ones carry data.
const LONGEST_TAG: usize = 400;

/// Sections and comments of a text, in order.
pub(super) fn scan(text: &str) -> (Vec<Section>, Vec<Raw>) {
    let (mut sections, mut comments) = (Vec::new(), Vec::new());
    // What has no end is looked for once.
    let mut unclosed = [false; 9];
    let mut at = 0;
    while let Some(step) = text.as_bytes().get(at..).and_then(|rest| memchr::memchr2(b'<', b'{', rest)) {
        at += step;
        let Some(rest) = text.get(at..) else { return (sections, comments) };
        let comment = COMMENTS.iter().enumerate().find(|(_, (open, _))| rest.starts_with(open));
        if let Some((i, (open, close))) = comment {
            let end =
                if unclosed[i] { None } else { rest.get(open.len()..).and_then(|body| body.find(close)) };
            unclosed[i] = end.is_none();
            if let Some(length) = end {
                let end = at + open.len() + length + close.len();
                comments.push(Raw { range: at..end, is_block: true });
                at = end;
                continue;
            }
        } else if let Some((i, name)) = opens(rest) {
            let head = rest.bytes().take(LONGEST_TAG).position(|b| b == b'>');
            let body = head.map(|head| head + 1).filter(|_| !unclosed[i]);
            let close = if i == 7 { "</script" } else { "</style" };
            let length = body.and_then(|body| rest.get(body..)?.find(close));
            unclosed[i] |= body.is_some() && length.is_none();
            if let (Some(body), Some(length)) = (body, length) {
                let tag = rest.get(name..body).unwrap_or_default();
                if let Some(language) = language(tag, i == 7) {
                    sections.push(Section { range: at + body..at + body + length, language });
                }
                at += body + length;
                continue;
            }
        }
        at += 1;
    }
    (sections, comments)
}

/// The place in the list of what was unclosed, and the length of the name.
fn opens(rest: &str) -> Option<(usize, usize)> {
    let after = |name: &str| {
        let after =
            rest.get(..name.len()).filter(|head| head.eq_ignore_ascii_case(name)).map(|_| name.len())?;
        rest.as_bytes().get(after).is_some_and(|b| b.is_ascii_whitespace() || *b == b'>').then_some(after)
    };
    after("<script").map(|length| (7, length)).or_else(|| after("<style").map(|length| (8, length)))
}

/// The language of an element with these attributes; nothing for data.
fn language(tag: &str, is_script: bool) -> Option<Language> {
    let holds = |words: &[&str]| words.iter().any(|word| tag.contains(word));
    if !is_script {
        return Some(if holds(&["scss", "less", "sass", "postcss"]) {
            Language::Scss
        } else {
            Language::Css
        });
    }
    if holds(&["tsx"]) {
        return Some(Language::Tsx);
    }
    if holds(&["lang=\"ts", "lang='ts", "typescript"]) {
        return Some(Language::TypeScript);
    }
    let is_data = tag.contains("type=") && !holds(&["javascript", "module", "babel", "jsx"]);
    (!is_data).then_some(Language::JavaScript)
}
