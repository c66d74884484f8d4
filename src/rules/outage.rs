//! Public outages: what happened elsewhere by the same mechanism.

use serde::Deserialize;

use super::RuleError;

/// One public outage, in our own words.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outage {
    /// Stable id.
    pub id: String,
    /// Who it happened to.
    pub organization: String,
    /// When: year, month or day.
    #[serde(default)]
    pub date: Option<String>,
    /// A headline.
    pub title: String,
    /// Mechanism ids, the initiator first.
    pub mechanisms: Vec<String>,
    /// What happened, one sentence.
    pub summary: String,
    /// What to learn, one sentence.
    pub lesson: String,
    /// The safety net that failed or was missing.
    #[serde(default)]
    pub missing_net: Option<String>,
    /// Whether its mechanisms are a guess from a thin account: never shown as a precedent.
    #[serde(default)]
    pub is_doubtful: bool,
    /// Where it is described.
    #[serde(default)]
    pub url: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalogue {
    outage: Vec<Outage>,
}

/// Reads `catalog/outages.toml`.
pub(super) fn load(files: &[(&str, &str)]) -> (Vec<Outage>, Vec<RuleError>) {
    let Some((path, text)) = files.iter().find(|(path, _)| *path == "catalog/outages.toml") else {
        return (Vec::new(), Vec::new());
    };
    match toml::from_str::<Catalogue>(text) {
        Ok(catalogue) => (catalogue.outage, Vec::new()),
        Err(error) => {
            (Vec::new(), vec![RuleError { origin: format!("rules/{path}"), message: error.to_string() }])
        }
    }
}
