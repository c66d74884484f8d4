//! Tools by which a team sees and tells: the catalogue `rules/catalog/signals.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

use super::catalog;
use crate::model::fact::SignalKind;

/// A tool and the marks it leaves.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignalMarks {
    /// Its name in every output.
    pub tool: String,
    /// What it is good for.
    #[serde(deserialize_with = "kind")]
    pub kind: SignalKind,
    /// Names of packages.
    #[serde(default)]
    pub packages: Vec<String>,
    /// Calls and keys that set it up.
    #[serde(default)]
    pub code: Vec<String>,
    /// Terraform resource types.
    #[serde(default)]
    pub terraform: Vec<String>,
    /// Kinds of Kubernetes objects.
    #[serde(default)]
    pub kubernetes: Vec<String>,
    /// Words in container images.
    #[serde(default)]
    pub images: Vec<String>,
    /// Keys of Terraform resources that set it up: `type.key=value`.
    #[serde(default)]
    pub terraform_keys: Vec<String>,
    /// Commands in operational prose. Only a mention.
    #[serde(default)]
    pub prose: Vec<String>,
    /// Settings of the environment that switch it off: `NAME=value`; an empty value counts as written.
    #[serde(default)]
    pub off: Vec<String>,
}

#[derive(Deserialize)]
struct Catalogue {
    signal: Vec<SignalMarks>,
}

/// Every tool, in the order of the catalogue. It is tested to load; one that does not is empty.
pub fn signals() -> &'static [SignalMarks] {
    static SIGNALS: LazyLock<Vec<SignalMarks>> = LazyLock::new(|| {
        toml::from_str::<Catalogue>(catalog("signals")).map_or_else(|_| Vec::new(), |c| c.signal)
    });
    &SIGNALS
}

/// Whether a name fits a mark; a final `*` stands for any ending, one inside for any middle.
pub fn fits(mark: &str, name: &str) -> bool {
    match mark.split_once('*') {
        None => mark == name,
        Some((start, "")) => name.starts_with(start),
        Some((start, end)) => {
            let end = end.trim_end_matches('*');
            name.strip_prefix(start).is_some_and(|rest| rest.contains(end))
        }
    }
}

fn kind<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<SignalKind, D::Error> {
    let text = String::deserialize(deserializer)?;
    Ok(match text.as_str() {
        "dashboard" => SignalKind::Dashboard,
        "logging" => SignalKind::Logging,
        "metrics" => SignalKind::Metrics,
        "tracing" => SignalKind::Tracing,
        "error-tracker" => SignalKind::ErrorTracker,
        "probe" => SignalKind::Probe,
        "uptime" => SignalKind::Uptime,
        "status-page" => SignalKind::StatusPage,
        "paging" => SignalKind::Paging,
        "saved-query" => SignalKind::SavedQuery,
        "switch" => SignalKind::Switch,
        "change-mark" => SignalKind::ChangeMark,
        "access" => SignalKind::Access,
        other => return Err(serde::de::Error::custom(format!("unknown kind {other}"))),
    })
}

#[cfg(test)]
mod tests {
    use super::{Catalogue, fits, signals};
    use crate::rules::catalog;

    #[test]
    fn the_catalogue_loads() {
        let read = toml::from_str::<Catalogue>(catalog("signals"));
        assert!(read.is_ok(), "{:?}", read.err());
        assert!(signals().len() > 50);
    }

    #[test]
    fn marks_fit_by_their_stars() {
        assert!(fits("sentry-sdk", "sentry-sdk"));
        assert!(!fits("sentry", "sentry-sdk"));
        assert!(fits("@sentry/*", "@sentry/node"));
        assert!(fits("checkly_*check*", "checkly_tcp_check"));
        assert!(!fits("checkly_*check*", "checkly_alert_channel"));
    }
}
