//! What one key of a declared store says of its backups, whatever language declares it.

use super::catalog::BackupKey;
use super::companion::plain;
use super::key::{Key, short};
use crate::model::Span;
use crate::model::thing::Backup;
use crate::text::{cut, fold, schedule};

/// The backup that a key makes, or forbids; nothing when the key says nothing; the reason when it cannot
/// be told. The place is that of the key, or of the block `store` when the key is not written.
pub(super) fn weighs(store: &Span, setting: &BackupKey, value: Key) -> Result<Option<Backup>, String> {
    let short = short(&setting.key);
    let (text, span, is_default) = match value {
        Key::Known(node) if setting.on == "present" => {
            ("true".to_owned(), Span::new(&store.path, node.at), false)
        }
        Key::Known(node) => {
            (node.text().unwrap_or_default().to_owned(), Span::new(&store.path, node.at), false)
        }
        Key::Unknown(source) => return Err(format!("{short} is {}", cut(&fold(&source), 60))),
        Key::Missing if setting.default == "unset" => return Ok(None),
        Key::Missing if setting.default == "unknown" => {
            let plain = || format!("{short} is not set, and the provider then decides");
            return Err(setting.says.clone().unwrap_or_else(plain));
        }
        Key::Missing => (setting.default.clone(), store.clone(), true),
    };
    let number = text.trim().parse::<u64>().ok();
    let unit = setting.unit.as_deref().unwrap_or("days");
    let is_on = match setting.on.as_str() {
        "days" => number.is_some_and(|days| days > 0),
        "true" | "present" => text == "true",
        exact => text == exact,
    };
    if !is_on && setting.default == "unset" {
        return Ok(None);
    }
    let written = match (&setting.says, is_default) {
        (Some(says), true) => says.clone(),
        (None, true) => format!("{short} is not set, and the provider's default is {text}"),
        (_, false) => format!("{short} = {text}"),
    };
    let mut backup = plain(&span, setting.means.into(), written.clone());
    let apart = number.filter(|_| unit == "minutes apart").map(|minutes| minutes.saturating_mul(60));
    backup.max_gap_seconds = apart.or(setting.gap).filter(|_| is_on);
    backup.retention = match (setting.on.as_str(), unit, number) {
        ("days", "seconds", Some(seconds)) if is_on => Some(schedule::in_words(seconds)),
        ("days", "days", _) if is_on => Some(format!("{text} {}", if text == "1" { "day" } else { "days" })),
        _ => setting.kept.clone().filter(|_| is_default),
    };
    backup.contradicted = (!is_on).then_some(written);
    Ok(Some(backup))
}
