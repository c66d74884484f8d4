//! Folding of white space, and cutting at a character border.

/// White space (also line ends) folded to single spaces, none at the ends.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    folded
}

/// At most `limit` characters, with `…` in place of what was cut.
pub fn cut(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(limit.saturating_sub(1)).collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::{cut, fold};

    #[test]
    fn folds_and_cuts() {
        assert_eq!(fold("  a\n\tb  c "), "a b c");
        assert_eq!(cut("größer", 4), "grö…");
        assert_eq!(cut("kurz", 4), "kurz");
    }
}
