//! The model's nouns turned into the public contract.
//!
//! It sorts, counts and caps with a stated number. It does not judge: what is worst was decided by
//! the answers.

use std::collections::{BTreeMap, BTreeSet};

use super::contract::{
    Asked, Coverage, Deferral, Deferrals, Evidence, Finding, History, HistoryStatus, LeftOut, Link, LinkKind,
    Place, Problem, ProblemCount, ProblemKind, ProblemList, Question, QuestionId, Related, Report,
    ReportSchema, RuleNote, Scenario, ScenarioAnswer, Searched, Severity, SeverityCounts, SkipCount,
    SkipReason, SkippedFile, Subject, Summary, Suppressed, Tool, Unknown, Verdict, VerdictCount, Why,
};
use super::next::next_steps;
use crate::model::{self, FileFacts, RepoPath, Settings, Span};

/// Deferred work is a topic of its own; a report shows the heaviest.
const TOP_DEFERRALS: usize = 10;
/// A report stays readable by machines on trees with vendored megabytes.
const MAX_LEFT_OUT: usize = 1_000;
const MAX_PROBLEMS: usize = 1_000;

/// What a rule says to the reader of its findings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleText {
    /// Its id.
    pub id: String,
    /// What it reports.
    pub summary: String,
    /// How to mend it.
    pub fix: String,
    /// How to see that it is mended.
    pub verify: String,
}

/// Everything a report is made from.
pub struct Given<'a> {
    /// Digest over rules and catalogues.
    pub rules_digest: String,
    /// Full commit id, if there is one.
    pub commit: Option<&'a str>,
    /// Branch, or revision as asked for.
    pub revision: Option<&'a str>,
    /// Whether a work tree was read that differs from its commit.
    pub is_dirty: bool,
    /// What the configuration states.
    pub settings: &'a Settings,
    /// The questions to report on, in order.
    pub questions: &'a [model::Question],
    /// What the repository has.
    pub inventory: &'a model::Inventory,
    /// What git knows.
    pub history: &'a model::History,
    /// The answers, in order.
    pub answers: &'a [model::Answer],
    /// Findings, worst first.
    pub findings: &'a [model::Finding],
    /// Scenarios, worst first.
    pub scenarios: &'a [model::Scenario],
    /// Facts by file, for what was not understood.
    pub files: &'a [(RepoPath, FileFacts)],
    /// Files that were not read, sorted.
    pub skipped: &'a [model::Skipped],
    /// How many files were analyzed.
    pub analyzed: usize,
    /// The text of a rule.
    pub rule: &'a dyn Fn(&str) -> Option<RuleText>,
}

/// Makes the report.
pub fn compose(given: &Given<'_>) -> Report {
    let is_asked = |question: model::Question| given.questions.contains(&question);
    let mut findings: Vec<Finding> =
        given.findings.iter().filter(|finding| is_asked(finding.question)).map(finding).collect();
    // Stable: worst first stays worst first on both sides.
    findings.sort_by_key(|finding| finding.suppressed.is_some());
    let counting: BTreeSet<&str> =
        findings.iter().filter(|f| f.suppressed.is_none()).map(|f| f.fingerprint.as_str()).collect();
    let answers = given.answers.iter().filter(|answer| is_asked(answer.question));
    let questions: Vec<Question> = answers.map(|answer| question(answer, &counting)).collect();
    let rules = rule_notes(given, &findings);
    let summary = Summary {
        verdicts: verdicts(&questions),
        findings: severities(&findings),
        suppressed: findings.iter().filter(|f| f.suppressed.is_some()).count(),
        next: next_steps(&questions, &findings, &rules),
    };
    Report {
        schema: ReportSchema::V1,
        tool: tool(given.rules_digest.clone()),
        subject: subject(given),
        asked: Asked {
            audience: given.settings.audience.into(),
            questions: given.questions.iter().copied().map(QuestionId::from).collect(),
            fresh_days: given.settings.fresh_days,
        },
        summary,
        questions,
        scenarios: given.scenarios.iter().map(scenario).collect(),
        deferrals: deferrals(&given.inventory.deferrals),
        rules,
        coverage: coverage(given),
        skipped: given.skipped.iter().map(skipped).filter(|s| s.why.is_notable()).collect(),
        findings,
    }
}

/// What made this report.
pub(super) fn tool(rules_digest: String) -> Tool {
    Tool { name: "tonight".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned(), rules_digest }
}

pub(super) fn subject(given: &Given<'_>) -> Subject {
    Subject {
        name: given.settings.name.clone(),
        commit: given.commit.map(str::to_owned),
        revision: given.revision.map(str::to_owned),
        is_dirty: given.is_dirty,
        kind: given.inventory.subject.into(),
        because: given.inventory.subject_because.clone(),
        as_of: given.settings.as_of.to_string(),
        history: history(given.history),
    }
}

pub(super) fn history(history: &model::History) -> History {
    let (status, because, remedy) = match &history.status {
        model::HistoryStatus::Complete => (HistoryStatus::Complete, None, None),
        model::HistoryStatus::Shallow { remedy } => (
            HistoryStatus::Shallow,
            Some("the clone is shallow, so ages are lower bounds".to_owned()),
            Some(remedy.clone()),
        ),
        model::HistoryStatus::Partial(why) => (HistoryStatus::Partial, Some(why.clone()), None),
        model::HistoryStatus::Unread => (HistoryStatus::Unread, None, None),
        model::HistoryStatus::Unavailable(why) => (HistoryStatus::Unavailable, Some(why.clone()), None),
    };
    History { status, commits: history.commits, because, remedy }
}

fn question(answer: &model::Answer, counting: &BTreeSet<&str>) -> Question {
    let gaps = answer.gaps.iter().map(|gap| gap.0.clone());
    Question {
        id: answer.question.into(),
        text: answer.question.text().to_owned(),
        verdict: answer.verdict.into(),
        because: answer.because.clone(),
        grade: answer.grade.into(),
        evidence: answer.evidence.iter().map(evidence).collect(),
        gaps: gaps.filter(|gap| counting.contains(gap.as_str())).collect(),
        unknowns: answer.unknowns.iter().map(unknown).collect(),
        searched: answer.searched.iter().map(searched).collect(),
        reverse: super::reverse::compose(answer.reverse.as_ref(), counting),
        stores: answer.stores.iter().map(super::store::compose).collect(),
        failure_model: answer.failure_model.iter().map(super::failure::compose).collect(),
    }
}

fn unknown(unknown: &model::Unknown) -> Unknown {
    Unknown { what: unknown.what.clone(), settle: unknown.settle.clone() }
}

pub(super) fn evidence(evidence: &model::Evidence) -> Evidence {
    let (place, searched) = split(&evidence.place);
    Evidence { grade: evidence.grade.into(), shows: evidence.shows.clone(), place, searched }
}

fn finding(finding: &model::Finding) -> Finding {
    let (place, searched) = split(&finding.primary);
    Finding {
        fingerprint: finding.fingerprint.0.clone(),
        rule: finding.rule.to_string(),
        question: finding.question.into(),
        mechanism: finding.mechanism.clone(),
        severity: finding.severity.into(),
        confidence: finding.confidence.into(),
        audience: finding.audience.into(),
        message: finding.message.clone(),
        thing: finding.thing.clone(),
        place,
        searched,
        related: finding
            .related
            .iter()
            .map(|related| Related { place: self::place(&related.span), label: related.label.clone() })
            .collect(),
        age_days: finding.age_days,
        links: finding.links.iter().map(link).collect(),
        suppressed: finding.suppressed.as_ref().map(|suppressed| Suppressed {
            place: self::place(&suppressed.span),
            reason: suppressed.reason.clone(),
            until: suppressed.until.clone(),
        }),
    }
}

/// The public form of a place.
pub(super) fn place(span: &Span) -> Place {
    Place { path: span.path.as_str().to_owned(), line: span.at.line }
}

fn searched(searched: &model::Searched) -> Searched {
    Searched { what: searched.what.clone(), r#where: searched.r#where.clone() }
}

fn split(from: &model::Place) -> (Option<Place>, Option<Searched>) {
    match from {
        model::Place::At(span) => (Some(place(span)), None),
        model::Place::Absent(absent) => (None, Some(searched(absent))),
    }
}

/// The public form of a reason.
pub(super) fn why(why: &model::Why) -> Why {
    Why { channel: why.channel.into(), points: why.points, what: why.what.clone() }
}

/// The public form of a link.
pub(super) fn link(link: &model::Link) -> Link {
    let mut public = Link {
        kind: LinkKind::Incident,
        title: String::new(),
        date: None,
        place: None,
        outage: None,
        lesson: None,
        url: None,
        points: link.points(),
        why: link.why.iter().map(why).collect(),
    };
    match &link.to {
        model::Target::Incident { span, title, date } => {
            (public.title, public.date, public.place) = (title.clone(), date.clone(), Some(place(span)));
        }
        model::Target::Decision { span, title, date } => {
            public.kind = LinkKind::Decision;
            (public.title, public.date, public.place) = (title.clone(), date.clone(), Some(place(span)));
        }
        model::Target::Outage { id, title, lesson, url } => {
            public.kind = LinkKind::Outage;
            (public.title, public.url) = (title.clone(), url.clone());
            (public.outage, public.lesson) = (Some(id.clone()), Some(lesson.clone()));
        }
    }
    public
}

fn scenario(scenario: &model::Scenario) -> Scenario {
    Scenario {
        id: scenario.id.clone(),
        title: scenario.title.clone(),
        mechanism: scenario.mechanism.clone(),
        component: scenario.component.clone(),
        story: scenario.story.clone(),
        likelihood: scenario.likelihood.into(),
        reasons: scenario.reasons.clone(),
        findings: scenario.findings.iter().map(|fingerprint| fingerprint.0.clone()).collect(),
        precedents: scenario.precedents.iter().map(link).collect(),
        answers: scenario
            .answers
            .iter()
            .enumerate()
            .map(|(at, (question, verdict))| ScenarioAnswer {
                question: (*question).into(),
                verdict: (*verdict).into(),
                is_decisive: at < scenario.decisive,
            })
            .collect(),
        cheapest_net: scenario.cheapest_net.clone(),
        cheapest_drill: scenario.cheapest_drill.clone(),
    }
}

/// Letters by which two deferrals are copies of one text.
const SAME_BEGINNING: usize = 60;

fn deferrals(all: &[model::thing::Deferral]) -> Deferrals {
    let marked = all.iter().filter(|d| d.comment.tier == model::fact::Tier::Marked).count();
    let top = top_deferrals(all);
    Deferrals {
        total: all.len(),
        marked,
        unmarked: all.len() - marked,
        overdue: all.iter().filter(|d| d.overdue.is_some()).count(),
        confirmed: all.iter().filter(|d| d.confirmed == Some(true)).count(),
        paid: all.iter().filter(|d| d.confirmed == Some(false)).count(),
        top,
    }
}

/// The first of the inventory's order: without what is paid, which is no work any more, and each text
/// once, however often it was copied.
fn top_deferrals(all: &[model::thing::Deferral]) -> Vec<Deferral> {
    let mut top: Vec<Deferral> = Vec::new();
    for deferral in all.iter().filter(|deferral| deferral.confirmed != Some(false)) {
        let text = &deferral.comment.text;
        let begin = |text: &str| text.chars().take(SAME_BEGINNING).collect::<String>();
        let known = top.iter_mut().find(|known| begin(&known.text) == begin(text));
        if let Some(known) = known {
            known.alike += 1;
        } else if top.len() < TOP_DEFERRALS {
            top.push(top_deferral(deferral));
        }
    }
    top
}

fn top_deferral(deferral: &model::thing::Deferral) -> Deferral {
    let comment = &deferral.comment;
    Deferral {
        text: comment.text.clone(),
        place: place(&deferral.span),
        alike: 0,
        tier: comment.tier.into(),
        cue: comment.cue.clone(),
        mechanism: comment.mechanism.clone(),
        stands_in: comment.place.clone(),
        confirmed: deferral.confirmed,
        proof: comment.proof.as_ref().map(|proof| proof.what.clone()),
        overdue: deferral.overdue.as_ref().map(|overdue| overdue.because.clone()),
        age_days: deferral.age_days,
        owners: deferral.owners.clone(),
    }
}

fn rule_notes(given: &Given<'_>, findings: &[Finding]) -> Vec<RuleNote> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in findings {
        *counts.entry(&finding.rule).or_default() += usize::from(finding.suppressed.is_none());
    }
    let notes = counts.into_iter().filter_map(|(id, findings)| {
        let text = (given.rule)(id)?;
        Some(RuleNote { id: text.id, summary: text.summary, fix: text.fix, verify: text.verify, findings })
    });
    notes.collect()
}

fn verdicts(questions: &[Question]) -> Vec<VerdictCount> {
    [Verdict::Yes, Verdict::Partly, Verdict::No, Verdict::CannotTell, Verdict::NotApplicable]
        .into_iter()
        .map(|verdict| VerdictCount {
            verdict,
            questions: questions.iter().filter(|question| question.verdict == verdict).count(),
        })
        .collect()
}

fn severities(findings: &[Finding]) -> SeverityCounts {
    let mut counts = SeverityCounts::default();
    for finding in findings.iter().filter(|finding| finding.suppressed.is_none()) {
        match finding.severity {
            Severity::High => counts.high += 1,
            Severity::Medium => counts.medium += 1,
            Severity::Low => counts.low += 1,
            Severity::Info => counts.info += 1,
        }
    }
    counts
}

fn skipped(skipped: &model::Skipped) -> SkippedFile {
    SkippedFile { path: skipped.path.as_str().to_owned(), why: skipped.why.into() }
}

fn coverage(given: &Given<'_>) -> Coverage {
    let mut reasons: BTreeMap<SkipReason, usize> = BTreeMap::new();
    for skipped in given.skipped {
        *reasons.entry(skipped.why.into()).or_default() += 1;
    }
    let mut kinds: BTreeMap<ProblemKind, (usize, usize)> = BTreeMap::new();
    let mut list = Vec::new();
    for (path, facts) in given.files {
        let mut seen = BTreeSet::new();
        for problem in &facts.problems {
            let kind = ProblemKind::from(problem.kind);
            let count = kinds.entry(kind).or_default();
            count.0 += 1;
            count.1 += usize::from(seen.insert(kind));
            if kind != ProblemKind::Templated {
                let (path, message) = (path.as_str().to_owned(), problem.message.clone());
                list.push(Problem { path, line: problem.line, kind, message });
            }
        }
    }
    let total = list.len();
    list.truncate(MAX_PROBLEMS);
    let mut left_out: Vec<_> = given.skipped.iter().map(skipped).filter(|s| !s.why.is_notable()).collect();
    let all_left_out = left_out.len();
    left_out.truncate(MAX_LEFT_OUT);
    let problem_count = |(kind, (places, files))| ProblemCount { kind, places, files };
    Coverage {
        files_seen: given.analyzed + given.skipped.len(),
        files_analyzed: given.analyzed,
        skipped: reasons.into_iter().map(|(why, files)| SkipCount { why, files }).collect(),
        problems: kinds.into_iter().map(problem_count).collect(),
        problem_list: ProblemList { total, listed: list.len(), problems: list },
        left_out: LeftOut { total: all_left_out, listed: left_out.len(), files: left_out },
    }
}
