//! The model's things turned into entries of the inventory.

use super::{
    Alert, Backup, Datastore, Deferral, Deployment, Inventory, InventorySchema, Kind, Loss, LossKind,
    Migration, Owner, Receiver, Release, Restore, Runbook, Signal, written,
};
use crate::model::fact::{AlertSource, PageKind, SignalKind};
use crate::model::{self, Span, thing};
use crate::report::compose::{Given, evidence, subject, tool};

/// Makes the inventory, with the lists that were asked for.
pub fn compose(given: &Given<'_>, kinds: &[Kind]) -> Inventory {
    let things = given.inventory;
    let all = |kind: Kind| kinds.contains(&kind);
    let incidents = || things.incidents.iter().map(|incident| written::incident(things, incident));
    Inventory {
        schema: InventorySchema::V1,
        tool: tool(given.rules_digest.clone()),
        subject: subject(given),
        decisions: all(Kind::Decisions).then(|| things.decisions.iter().map(written::decision).collect()),
        incidents: all(Kind::Incidents).then(|| incidents().collect()),
        action_items: all(Kind::ActionItems).then(|| incidents().flat_map(written::action_items).collect()),
        migrations: all(Kind::Migrations).then(|| things.migrations.iter().map(migration).collect()),
        releases: all(Kind::Releases).then(|| given.history.releases.iter().map(release).collect()),
        deployments: all(Kind::Deployments).then(|| things.deployments.iter().map(deployment).collect()),
        datastores: all(Kind::Datastores).then(|| things.datastores.iter().map(datastore).collect()),
        backups: all(Kind::Backups).then(|| backups(things)),
        restores: all(Kind::Restores).then(|| things.restores.iter().map(restore).collect()),
        alerts: all(Kind::Alerts).then(|| things.alerts.iter().map(|a| alert(things, a)).collect()),
        receivers: all(Kind::Receivers).then(|| things.receivers.iter().map(receiver).collect()),
        runbooks: all(Kind::Runbooks).then(|| things.runbooks.iter().map(runbook).collect()),
        owners: all(Kind::Owners).then(|| things.owners.iter().map(owner).collect()),
        signals: all(Kind::Signals).then(|| things.signals.iter().map(signal).collect()),
        deferrals: all(Kind::Deferrals).then(|| things.deferrals.iter().map(Deferral::from).collect()),
    }
}

pub(super) fn path(span: &Span) -> String {
    span.path.as_str().to_owned()
}

fn migration(migration: &thing::Migration) -> Migration {
    let file = &migration.file;
    Migration {
        path: path(&migration.span),
        line: migration.span.at.line,
        framework: file.runner.id().to_owned(),
        version: file.version.clone(),
        name: file.name.clone(),
        ledger: file.ledger.clone(),
        way_back: file.way_back.into(),
        way_back_line: file.way_back_at.line,
        down_path: migration.down_span.as_ref().map(path),
        old_build_safe: migration.old_build_safe,
        is_unreleased: migration.is_unreleased,
    }
}

fn release(release: &model::Release) -> Release {
    Release {
        path: None,
        line: None,
        tag: release.tag.clone(),
        commit: release.commit.clone(),
        date: release.date.to_string(),
        is_ancestor: release.is_ancestor,
        commits_since: release.commits_since,
    }
}

fn deployment(deployment: &thing::Deployment) -> Deployment {
    Deployment {
        path: path(&deployment.span),
        line: deployment.span.at.line,
        platform: deployment.platform.clone(),
        name: deployment.name.clone(),
        environment: deployment.environment.id().to_owned(),
        way_back: deployment.way_back.iter().map(evidence).collect(),
    }
}

fn datastore(store: &thing::Datastore) -> Datastore {
    let kind = match store.kind {
        thing::StoreKind::Database => "database",
        thing::StoreKind::Objects => "objects",
        thing::StoreKind::Volume => "volume",
        thing::StoreKind::Queue => "queue",
        thing::StoreKind::Cache => "cache",
        thing::StoreKind::Telemetry => "telemetry",
    };
    Datastore {
        path: path(&store.span),
        line: store.span.at.line,
        name: store.name.clone(),
        kind: kind.to_owned(),
        engine: store.engine.clone(),
        environment: store.environment.id().to_owned(),
        backups: store.backups.iter().map(|b| backup(b, Some(&store.name))).collect(),
        restore_grade: store.restore_grade.into(),
        worst_case_loss: loss(&store.worst_case, &store.worst_case_because),
    }
}

/// The public form of a loss and why.
pub(in crate::report) fn loss(worst: &thing::Loss, because: &str) -> Loss {
    let (kind, seconds, settle) = match worst {
        thing::Loss::Seconds(seconds) => (LossKind::Seconds, Some(*seconds), None),
        thing::Loss::Everything => (LossKind::Everything, None, None),
        thing::Loss::Rebuildable => (LossKind::Rebuildable, None, None),
        thing::Loss::Unknown(settle) => (LossKind::Unknown, None, Some(settle.clone())),
    };
    Loss { kind, seconds, because: because.to_owned(), settle }
}

fn backups(things: &model::Inventory) -> Vec<Backup> {
    let tied = things.datastores.iter().flat_map(|s| s.backups.iter().map(|b| backup(b, Some(&s.name))));
    let mut all: Vec<Backup> = tied.chain(things.loose_backups.iter().map(|b| backup(b, None))).collect();
    all.sort_by(|a, b| {
        (&a.path, a.line, &a.datastore, &a.tool).cmp(&(&b.path, b.line, &b.datastore, &b.tool))
    });
    all
}

fn backup(backup: &thing::Backup, datastore: Option<&str>) -> Backup {
    let means = match backup.means {
        thing::BackupMeans::Provider => "provider",
        thing::BackupMeans::PointInTime => "point-in-time",
        thing::BackupMeans::Versioning => "versioning",
        thing::BackupMeans::Job => "job",
        thing::BackupMeans::Script => "script",
    };
    Backup {
        path: path(&backup.span),
        line: backup.span.at.line,
        datastore: datastore.map(str::to_owned),
        means: means.to_owned(),
        tool: backup.tool.clone(),
        schedule: backup.schedule.clone(),
        max_gap_seconds: backup.max_gap_seconds,
        retention: backup.retention.clone(),
        off_site: backup.is_off_site,
        failure_noticed: backup.failure_noticed,
        contradicted: backup.contradicted.clone(),
        defects: backup.defects.iter().map(|(id, _)| id.clone()).collect(),
    }
}

fn restore(restore: &thing::Restore) -> Restore {
    Restore {
        path: path(&restore.span),
        line: restore.span.at.line,
        tool: restore.tool.clone(),
        grade: restore.grade.into(),
        exercised_on: restore.exercised_on.clone(),
        shows: restore.shows.clone(),
    }
}

fn alert(things: &model::Inventory, alert: &thing::Alert) -> Alert {
    let source = match alert.rule.source {
        AlertSource::Prometheus => "prometheus",
        AlertSource::CloudWatch => "cloudwatch",
        AlertSource::GoogleMonitoring => "google-monitoring",
        AlertSource::AzureMonitor => "azure-monitor",
        AlertSource::Grafana => "grafana",
        AlertSource::Datadog => "datadog",
        AlertSource::NewRelic => "new-relic",
        AlertSource::Uptime => "uptime",
    };
    let receivers = alert.receivers.iter().filter_map(|index| things.receivers.get(*index));
    Alert {
        path: path(&alert.span),
        line: alert.span.at.line,
        name: alert.rule.name.clone(),
        source: source.to_owned(),
        receivers: receivers.map(|receiver| receiver.name.clone()).collect(),
        route: alert.path.clone(),
        unresolved: alert.unresolved.clone(),
        disabled: alert.rule.disabled.clone(),
        runbook: alert.rule.runbook.clone(),
        runbook_broken: alert.runbook_broken.clone(),
    }
}

fn receiver(receiver: &thing::Receiver) -> Receiver {
    Receiver {
        path: path(&receiver.span),
        line: receiver.span.at.line,
        name: receiver.name.clone(),
        kind: receiver.kind.id().to_owned(),
        tool: receiver.tool.clone(),
        broken: receiver.broken.clone(),
    }
}

fn runbook(runbook: &thing::RunbookPage) -> Runbook {
    let page = &runbook.page;
    let kind = match page.kind {
        PageKind::Runbook => "runbook",
        PageKind::IncidentProcess => "incident-process",
        PageKind::OnCall => "on-call",
        PageKind::Recovery => "recovery",
    };
    Runbook {
        path: path(&runbook.span),
        line: runbook.span.at.line,
        title: page.title.clone(),
        kind: kind.to_owned(),
        stub: page.stub.clone(),
        last_change: runbook.last_change.clone(),
        reviewed: page.reviewed.clone(),
        review_due: page.review_due.clone(),
        drills: page.drills.iter().map(|drill| drill.date.clone()).collect(),
        dangling: runbook.dangling.iter().map(|(path, _)| path.clone()).collect(),
    }
}

fn owner(owner: &thing::Owner) -> Owner {
    Owner {
        path: path(&owner.span),
        line: owner.span.at.line,
        pattern: owner.pattern.clone(),
        owner: owner.owner.clone(),
        is_team: owner.is_team,
        files: owner.files,
        recent_authors: owner.recent_authors.len(),
    }
}

fn signal(at: &thing::SignalAt) -> Signal {
    let kind = match at.signal.kind {
        SignalKind::Dashboard => "dashboard",
        SignalKind::Logging => "logging",
        SignalKind::Metrics => "metrics",
        SignalKind::Tracing => "tracing",
        SignalKind::ErrorTracker => "error-tracker",
        SignalKind::Probe => "probe",
        SignalKind::Uptime => "uptime",
        SignalKind::StatusPage => "status-page",
        SignalKind::SecurityContact => "security-contact",
        SignalKind::SupportContact => "support-contact",
        SignalKind::Template => "template",
        SignalKind::Paging => "paging",
        SignalKind::SavedQuery => "saved-query",
        SignalKind::Switch => "switch",
        SignalKind::ChangeMark => "change-mark",
        SignalKind::Access => "access",
        SignalKind::LoadTest => "load-test",
        SignalKind::Chaos => "chaos",
    };
    Signal {
        path: path(&at.span),
        line: at.span.at.line,
        kind: kind.to_owned(),
        tool: at.signal.tool.clone(),
        detail: at.signal.detail.clone(),
        is_configured: at.signal.is_configured,
        contradicted: at.signal.contradicted.clone(),
    }
}
