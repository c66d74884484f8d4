//! Declared things of every configuration language, in one shape.

use serde::{Deserialize, Serialize};

use crate::model::tree::Node;

/// The system a resource is declared for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum System {
    /// A Terraform or OpenTofu block: kind is its type (`aws_db_instance`), or `variable`,
    /// `locals`, `module`, `provider`, `backend`, `data.<type>`; `*.tfvars` files are one resource
    /// of kind `tfvars`.
    Terraform,
    /// A Kubernetes object: kind is `kind`, the body the whole document.
    Kubernetes,
    /// A Helm values file as a whole: kind `values`.
    HelmValues,
    /// A Helm chart description: kind `chart`.
    HelmChart,
    /// A service, volume or network of a compose file: kind `service`, `volume`, `network`.
    Compose,
    /// A GitHub Actions workflow as a whole: kind `workflow`.
    GithubActions,
    /// A GitLab pipeline as a whole: kind `pipeline`.
    GitlabCi,
    /// A CloudFormation or SAM resource: kind is its `Type`.
    CloudFormation,
    /// A systemd unit: kind `service`, `timer`, ...; body maps sections to keys.
    Systemd,
    /// A line of a crontab: kind `job`; body has `schedule` and `command`.
    Cron,
    /// An Alertmanager configuration as a whole: kind `config`.
    Alertmanager,
    /// A Grafana provisioning file as a whole: kind `provisioning`.
    Grafana,
    /// A Prometheus server configuration as a whole: kind `config`.
    Prometheus,
    /// A Dockerfile as a whole: kind `image`; body has `from`, `cmd`, `entrypoint`, `healthcheck`.
    Dockerfile,
    /// Platform files as a whole (`fly.toml`, `Procfile`, `app.json`, `render.yaml`, `nomad`, ...):
    /// kind names the platform.
    Platform,
    /// Settings of hosts and of applications that tell where data lives: kind `sanoid`, `syncoid`,
    /// `borgmatic`, `database.yml`, `env`.
    Setting,
    /// An entry of a service catalogue of Datadog, OpsLevel or Cortex: kind names the catalogue. Backstage's
    /// entries are Kubernetes objects.
    Catalog,
    /// A package manifest (`Cargo.toml`, `package.json`, `pyproject.toml`, `go.mod`, ...): kind is
    /// the ecosystem; body has `name`, `dependencies` (list of names) and `is_library`.
    Package,
}

/// One declared thing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Resource {
    /// The system.
    pub system: System,
    /// The kind within the system.
    pub kind: String,
    /// Its name, or the empty text.
    pub name: String,
    /// The namespace or environment it states, if it does.
    pub namespace: Option<String>,
    /// What it says, with places.
    pub body: Node,
}
