//! Decisions, incidents and promises turned into entries of the inventory.

use super::compose::path;
use super::{
    Action, ActionItem, ActionVerdict, DateConflict, Decision, DecisionAssumption, DecisionDeferral,
    DecisionRisk, Deletion, EarlierIncident, Incident, Mechanism, Recurrence, Reference,
};
use crate::model::fact::{DeferralSentence, MechanismScore, Mention, MentionKind};
use crate::model::{self, thing};
use crate::report::compose::{link, why};

fn mechanisms(scores: &[MechanismScore]) -> Vec<Mechanism> {
    let of = |s: &MechanismScore| Mechanism { id: s.id.clone(), score: s.score, phrases: s.phrases.clone() };
    scores.iter().map(of).collect()
}

fn deletion(gone: Option<&model::Change>) -> Option<Deletion> {
    gone.map(|by| Deletion { commit: by.commit.clone(), date: by.date.to_string() })
}

pub(super) fn decision(decision: &thing::Decision) -> Decision {
    let record = &decision.record;
    Decision {
        path: path(&decision.span),
        line: decision.span.at.line,
        deleted: deletion(decision.gone.as_ref()),
        title: record.heading.clone(),
        subject: record.title.clone(),
        number: record.number.clone(),
        status: record.status.into(),
        status_raw: record.status_raw.clone(),
        date: decision.date.clone(),
        recorded: decision.recorded.clone(),
        supersedes: record.supersedes.clone(),
        superseded_by: record.superseded_by.clone(),
        amends: record.amends.clone(),
        amended_by: record.amended_by.clone(),
        dangling: decision.dangling.clone(),
        one_sided: decision.one_sided.clone(),
        circular: decision.circular.clone(),
        same_number: decision.same_number.clone(),
        disagreement: record.disagreement.clone(),
        deciders: record.deciders.clone(),
        incidents: decision.incidents.clone(),
        references: record.mentions.iter().filter_map(reference).collect(),
        review_due: record.review_due.clone(),
        deferrals: record
            .deferrals
            .iter()
            .enumerate()
            .map(|(at, deferral)| decision_deferral(decision, at, deferral))
            .collect(),
        risks: record
            .risks
            .iter()
            .map(|r| DecisionRisk { text: r.text.clone(), line: r.at.line, kind: r.kind.clone() })
            .collect(),
        assumptions: record
            .assumptions
            .iter()
            .map(|a| DecisionAssumption { text: a.text.clone(), line: a.at.line, figure: a.figure.clone() })
            .collect(),
        mechanisms: mechanisms(&record.mechanisms),
        links: decision.links.iter().map(link).collect(),
    }
}

fn decision_deferral(decision: &thing::Decision, at: usize, deferral: &DeferralSentence) -> DecisionDeferral {
    let come_true = decision.come_true.iter().find(|(other, _)| *other == at);
    DecisionDeferral {
        come_true: come_true.map(|(_, why)| why.because.clone()),
        text: deferral.text.clone(),
        line: deferral.at.line,
        due: deferral.due.clone(),
        kind: deferral.kind.clone(),
    }
}

/// Names of components are no references: they may be anything in a code span.
fn reference(mention: &Mention) -> Option<Reference> {
    let kind = match mention.kind {
        MentionKind::Path => "path",
        MentionKind::Issue => "issue",
        MentionKind::Commit => "commit",
        MentionKind::Incident => "incident",
        MentionKind::Name | MentionKind::Target | MentionKind::Workload | MentionKind::Address => {
            return None;
        }
    };
    Some(Reference { kind: kind.to_owned(), target: mention.what.clone(), line: mention.at.line })
}

pub(super) fn incident(things: &model::Inventory, incident: &thing::Incident) -> Incident {
    let report = &incident.report;
    let recurs_with = incident.recurs_with.iter().filter_map(|(index, because)| {
        let earlier = things.incidents.get(*index)?;
        Some(Recurrence {
            path: path(&earlier.span),
            line: earlier.span.at.line,
            title: earlier.told_title(),
            date: earlier.date.clone(),
            because: because.clone(),
        })
    });
    let earlier = incident.earlier.iter().filter_map(|earlier| {
        let other = things.incidents.get(earlier.index)?;
        Some(EarlierIncident {
            path: path(&other.span),
            points: earlier.why.iter().map(|why| why.points).sum(),
            why: earlier.why.iter().map(why).collect(),
        })
    });
    Incident {
        path: path(&incident.span),
        line: incident.span.at.line,
        deleted: deletion(incident.gone.as_ref()),
        title: report.title_as_written.clone(),
        title_short: report.title.clone(),
        date: incident.date.clone(),
        date_conflicts: report
            .date_disagrees
            .iter()
            .map(|(source, date)| DateConflict { source: source.clone(), date: date.clone() })
            .collect(),
        severity: report.severity.clone(),
        duration: report.duration.clone(),
        impact: report.impact.clone(),
        trigger: report.trigger.clone(),
        cause: report.cause.clone(),
        detected_by: report.detected_by.into(),
        mechanisms: mechanisms(&report.mechanisms),
        components: report.components.clone(),
        recurs_with: recurs_with.collect(),
        earlier: earlier.collect(),
        action_items: incident.actions.iter().map(action).collect(),
    }
}

fn action(action: &thing::Action) -> Action {
    let mut change = None;
    let (verdict, because) = match &action.verdict {
        thing::ActionVerdict::Satisfied(kept) => {
            change = kept.by.as_ref();
            (ActionVerdict::Satisfied, Some(format!("{}:{}", kept.at.path, kept.at.at.line)))
        }
        thing::ActionVerdict::Regressed { why, by } => {
            change = Some(by);
            (ActionVerdict::Regressed, Some(why.clone()))
        }
        thing::ActionVerdict::StillOpen(why) => (ActionVerdict::StillOpen, Some(why.clone())),
        thing::ActionVerdict::NoEvidence(why) => (ActionVerdict::NoEvidence, Some(why.clone())),
        thing::ActionVerdict::Declined => (ActionVerdict::Declined, None),
        thing::ActionVerdict::NotVerifiable => (ActionVerdict::NotVerifiable, None),
    };
    let stated = &action.stated;
    Action {
        text: stated.text.clone(),
        state: stated.state.into(),
        owner: stated.owner.clone(),
        due: stated.due.clone(),
        ticket: stated.ticket.clone(),
        line: stated.at.line,
        verdict,
        verdict_because: because.filter(|why| !why.is_empty()),
        verdict_commit: change.map(|change| change.commit.clone()),
        verdict_date: change.map(|change| change.date.to_string()),
    }
}

pub(super) fn action_items(incident: Incident) -> impl Iterator<Item = ActionItem> {
    let Incident { path, title_short: title, date, action_items, .. } = incident;
    action_items.into_iter().map(move |action| ActionItem {
        path: path.clone(),
        incident: title.clone(),
        date: date.clone(),
        action,
    })
}
