//! What alert rules state.

use serde::{Deserialize, Serialize};

/// The system that evaluates a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum AlertSource {
    /// Prometheus, Mimir, Loki or VictoriaMetrics rule files and `PrometheusRule`.
    Prometheus,
    /// AWS CloudWatch.
    CloudWatch,
    /// Google Cloud Monitoring.
    GoogleMonitoring,
    /// Azure Monitor.
    AzureMonitor,
    /// Grafana.
    Grafana,
    /// Datadog.
    Datadog,
    /// New Relic.
    NewRelic,
    /// An external check (uptime, synthetic).
    Uptime,
}

/// One alert rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlertRule {
    /// The system.
    pub source: AlertSource,
    /// Its name.
    pub name: String,
    /// The expression or metric, at most 300 characters.
    pub expression: Option<String>,
    /// Labels, sorted by key; `None` values are templated.
    pub labels: Vec<(String, Option<String>)>,
    /// Runbook link as written.
    pub runbook: Option<String>,
    /// Receivers, topics or channels it names itself: references as written.
    pub actions: Vec<String>,
    /// Why it can never fire or notify, if the file says so ("paused", "actions_enabled = false").
    pub disabled: Option<String>,
    /// What it does when its metric stops coming, as written (`notBreaching`, `OK`).
    pub no_data: Option<String>,
}
