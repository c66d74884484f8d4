//! The anchors that GitHub gives to headings.

/// The anchor of one heading: lower case, spaces to hyphens, everything but letters, digits,
/// hyphens and underscores dropped.
pub fn anchor(heading: &str) -> String {
    heading
        .trim()
        .chars()
        .filter_map(|c| match c {
            ' ' => Some('-'),
            '-' | '_' => Some(c),
            c if c.is_alphanumeric() => Some(c),
            _ => None,
        })
        .flat_map(char::to_lowercase)
        .collect()
}

/// The anchors of all headings of a page in order: a repeated one gets `-1`, `-2`, ….
pub fn anchors<'a>(headings: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut seen = std::collections::BTreeMap::<String, u32>::new();
    headings
        .map(|heading| {
            let plain = anchor(heading);
            let count = seen.entry(plain.clone()).or_default();
            *count += 1;
            if *count == 1 { plain } else { format!("{plain}-{}", *count - 1) }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{anchor, anchors};

    #[test]
    fn follows_the_rule_of_github() {
        assert_eq!(anchor("RDS disk utilisation"), "rds-disk-utilisation");
        assert_eq!(anchor("What's next? (v2.0)"), "whats-next-v20");
        assert_eq!(anchor("Größe & mehr"), "größe--mehr");
        assert_eq!(anchors(["A", "B", "A", "A"].into_iter()), ["a", "b", "a-1", "a-2"]);
    }
}
