//! Lengths of time in words: one unit, the largest that fits.

/// `90` seconds, `15` minutes, `3` hours, `12` days.
pub fn in_words(seconds: u64) -> String {
    let of = |number: u64, noun: &str| format!("{number} {noun}{}", if number == 1 { "" } else { "s" });
    match seconds {
        0..120 => of(seconds, "second"),
        120..7_200 => of(seconds / 60, "minute"),
        7_200..172_800 => of(seconds / 3_600, "hour"),
        _ => of(seconds / 86_400, "day"),
    }
}

/// `5m0s`, `10m`, `1h30m`, `45s`, `2 minutes` and bare seconds, in seconds.
pub fn seconds(text: &str) -> Option<u32> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<u32>() {
        return Some(seconds);
    }
    let (mut total, mut rest) = (0_u32, text);
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let number: u32 = rest.get(..digits)?.parse().ok()?;
        let tail = rest.get(digits..)?.trim_start();
        let unit = tail.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(tail.len());
        let factor = match tail.get(..unit)? {
            "s" | "sec" | "second" | "seconds" => 1,
            "m" | "min" | "mins" | "minute" | "minutes" => 60,
            "h" | "hr" | "hour" | "hours" => 3_600,
            "d" | "day" | "days" => 86_400,
            _ => return None,
        };
        total = total.checked_add(number.checked_mul(factor)?)?;
        rest = tail.get(unit..)?.trim_start();
    }
    (!text.is_empty()).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::{in_words, seconds};

    #[test]
    fn says_lengths_in_the_largest_unit_that_fits() {
        let said = [1, 119, 120, 7_200, 172_800].map(in_words);
        assert_eq!(said, ["1 second", "119 seconds", "2 minutes", "2 hours", "2 days"]);
    }

    #[test]
    fn reads_lengths_as_platforms_write_them() {
        for (text, expected) in
            [("5m0s", Some(300)), ("1h30m", Some(5_400)), ("45", Some(45)), ("2 days", Some(172_800))]
        {
            assert_eq!(seconds(text), expected, "{text}");
        }
        for text in ["", "soon", "5x", "m", "99999999999", "5000000000h"] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }
}
