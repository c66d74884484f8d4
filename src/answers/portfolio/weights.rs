//! Points of the portfolio and of the suspects, from `rules/catalog/backtest.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::model::Severity;
use crate::model::thing::Deferral;

/// The catalogue as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Weights {
    pub mechanisms: usize,
    pub signal: u32,
    pub mechanism: MechanismWeights,
    pub file: FileWeights,
}

/// Points of a mechanism.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MechanismWeights {
    pub prior: f64,
    pub rare: f64,
    pub own_reports: f64,
    pub one: f64,
    pub half_life_days: f64,
    pub finding: OfFinding,
    pub deferral: OfDeferral,
}

/// Points of a file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileWeights {
    pub least: u32,
    pub repairs: f64,
    pub changes: f64,
    pub reverts: f64,
    pub named: u32,
    pub finding: OfFinding,
    pub deferral: OfDeferral,
    pub aside: f64,
    pub tools: Vec<String>,
}

/// Points by severity.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OfFinding {
    high: u32,
    medium: u32,
    low: u32,
    info: u32,
}

/// Points by how much speaks for a deferral.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OfDeferral {
    shown: u32,
    placed: u32,
    any: u32,
}

impl Weights {
    /// The built-in weights; a test reads them, so that the fallback is never met.
    pub(super) fn get() -> &'static Self {
        static WEIGHTS: LazyLock<Weights> =
            LazyLock::new(|| toml::from_str(crate::rules::catalog("backtest")).unwrap_or_default());
        &WEIGHTS
    }
}

impl OfFinding {
    /// Points of a severity.
    pub(super) fn of(&self, severity: Severity) -> u32 {
        match severity {
            Severity::High => self.high,
            Severity::Medium => self.medium,
            Severity::Low => self.low,
            Severity::Info => self.info,
        }
    }
}

impl OfDeferral {
    /// Points of a deferral that the code has not paid.
    pub(super) fn of(&self, deferral: &Deferral) -> u32 {
        if deferral.confirmed == Some(true) || deferral.overdue.is_some() {
            self.shown
        } else if deferral.comment.place.is_some() {
            self.placed
        } else {
            self.any
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_catalogue_is_well_formed() {
        let read: Result<super::Weights, _> = toml::from_str(crate::rules::catalog("backtest"));
        assert!(read.is_ok_and(|weights| weights.mechanisms > 0 && weights.mechanism.half_life_days > 0.0));
    }
}
