//! Labels to score a back-test against: one JSON object a line, columns by name.

use jiff::civil::Date;
use serde::Deserialize;

/// What is known of one incident. Other columns are ignored.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Truth {
    /// The path of its report.
    pub incident_path: String,
    /// Its day, when it is known better than the report states it.
    pub incident_date: Option<Date>,
    /// The commit to look from.
    pub commit_before: Option<String>,
    /// Files and folders at fault; empty when the fault was not in the repository.
    #[serde(default)]
    pub files_at_fault: Vec<String>,
    /// The mechanism that started it. One that is no initiator counts as not foreseeable.
    pub mechanism: Option<String>,
    /// What else was at work.
    #[serde(default)]
    pub secondary: Vec<String>,
    /// The earlier incident it repeats: the file name of its report without ending.
    pub recurrence_of: Option<String>,
}

/// A line that is no label.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct TruthError {
    /// 1-based.
    pub line: usize,
    /// What is wrong with it.
    pub why: String,
}

/// Reads labels; blank lines are skipped.
pub fn read(text: &str) -> Result<Vec<Truth>, TruthError> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let rows = lines.map(|(index, line)| {
        serde_json::from_str(line).map_err(|error| TruthError { line: index + 1, why: error.to_string() })
    });
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn reads_columns_by_name_and_ignores_others() {
        let rows =
            read("{\"incident_path\":\"a.md\",\"incident_date\":\"2024-02-29\",\"mood\":1}\n\n").unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].incident_date.map(|day| day.to_string()).as_deref(), Some("2024-02-29"));
        assert!(rows[0].files_at_fault.is_empty() && rows[0].mechanism.is_none());
    }

    #[test]
    fn a_wrong_line_is_named() {
        let wrong = |text: &str| read(text).unwrap_err().to_string();
        assert!(
            wrong("{\"incident_path\":\"a.md\"}\n{\"mechanism\":\"x\"}").contains("line 2: missing field")
        );
        assert!(wrong("{\"incident_path\":\"a.md\",\"incident_date\":\"spring\"}").starts_with("line 1: "));
        assert!(wrong("incident_path,mechanism").starts_with("line 1: "));
    }
}
