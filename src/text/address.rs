//! The first web address in a text.

/// The first web address in a text, without the punctuation around it.
pub fn address(text: &str) -> Option<String> {
    let start = text.find("https://").or_else(|| text.find("http://"))?;
    let rest = text.get(start..)?;
    let end = rest.find(|c: char| c.is_whitespace() || "<>\"'`|".contains(c)).unwrap_or(rest.len());
    let link = rest.get(..end)?.trim_end_matches(['.', ',', ')', ';', ':', ']']);
    (link.len() > "https://".len()).then(|| link.to_owned())
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn finds_addresses() {
        assert_eq!(address("see (https://a.b/c#d)."), Some("https://a.b/c#d".to_owned()));
        assert_eq!(address("see https:// nothing"), None);
    }
}
