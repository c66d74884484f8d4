//! `rules/catalog/oncall.toml`: kinds of resources that say who is called.

use std::sync::LazyLock;

use serde::Deserialize;

/// How a layer of a schedule states the hours it covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HoursForm {
    /// `restriction` with a start, a duration in seconds, and a day for weekly ones.
    StartAndDuration,
    /// `restriction(s)` from a day and time to a day and time.
    DayRange,
    /// `time_restriction` with hours and minutes, daily or from day to day.
    HourRange,
    /// A start, a duration in seconds and the days of the week.
    DailyShift,
}

/// A resource that is part of another.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OncallPart {
    /// Its kind.
    pub kind: String,
    /// The attribute that names what it belongs to; empty when the whole names its parts.
    #[serde(default)]
    pub of: String,
    /// The attribute that orders the parts.
    #[serde(default)]
    pub order: String,
}

/// The kinds of one paging tool, by what they stand for in the path from an alert to a person.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OncallTool {
    /// The name in every output.
    pub name: String,
    /// The page that documents the names below.
    pub page: String,
    /// Kinds that a sender of alerts holds; each leads to a service or to a policy.
    #[serde(default)]
    pub keys: Vec<String>,
    /// Kinds that alerts are about; each leads to a policy.
    #[serde(default)]
    pub services: Vec<String>,
    /// Kinds that say who is called, in which order.
    pub policies: Vec<String>,
    /// Blocks of a policy that are one step each, in order.
    #[serde(default)]
    pub steps: Vec<String>,
    /// Attributes of a policy, at any depth, that hold the targets of one step.
    #[serde(default)]
    pub targets: Vec<String>,
    /// Resources that are one step of a policy each.
    #[serde(default)]
    pub parts: Vec<OncallPart>,
    /// Attribute of a step: how long it waits. Empty when that is not read.
    #[serde(default)]
    pub wait: String,
    /// `minutes` or `seconds`.
    #[serde(default)]
    pub wait_unit: String,
    /// Kinds of schedules.
    #[serde(default)]
    pub rotas: Vec<String>,
    /// Blocks of a schedule that are one layer each.
    #[serde(default)]
    pub layers: Vec<String>,
    /// Resources that are one layer of a schedule each.
    #[serde(default)]
    pub layer_parts: Vec<OncallPart>,
    /// Attributes that hold the people of a layer.
    #[serde(default)]
    pub people_in: Vec<String>,
    /// Kinds of people.
    #[serde(default)]
    pub people: Vec<String>,
    /// Kinds of teams.
    #[serde(default)]
    pub teams: Vec<String>,
    /// Attribute by which a team owns policies; empty when teams own none.
    #[serde(default)]
    pub owned_by: String,
    /// Attributes that hold the time zone of a schedule.
    #[serde(default)]
    pub zone: Vec<String>,
    /// How a layer states its hours; `None` when that is not read.
    pub hours: Option<HoursForm>,
    /// Day (ISO) from which the vendor no longer runs it.
    pub ends: Option<String>,
    /// The page that says so.
    #[serde(default)]
    pub ends_page: String,
}

impl OncallTool {
    /// Every tool; a test makes sure that the catalogue loads.
    pub fn all() -> &'static [Self] {
        #[derive(Default, Deserialize)]
        struct File {
            tool: Vec<OncallTool>,
        }
        static TOOLS: LazyLock<Vec<OncallTool>> =
            LazyLock::new(|| toml::from_str::<File>(super::catalog("oncall")).unwrap_or_default().tool);
        &TOOLS
    }
}

#[cfg(test)]
mod tests {
    use super::OncallTool;

    #[test]
    fn the_catalogue_loads_and_each_tool_says_who_is_called_and_where_it_is_documented() {
        assert!(OncallTool::all().len() >= 10);
        for tool in OncallTool::all() {
            assert!(tool.page.starts_with("https://") && !tool.policies.is_empty(), "{}", tool.name);
            assert!(
                !tool.steps.is_empty() || !tool.targets.is_empty() || !tool.parts.is_empty(),
                "{}",
                tool.name
            );
            assert_eq!(tool.ends.is_some(), !tool.ends_page.is_empty(), "{}", tool.name);
            let is_day = |day: &String| day.parse::<jiff::civil::Date>().is_ok();
            assert!(tool.ends.as_ref().is_none_or(is_day), "{}", tool.name);
        }
    }
}
