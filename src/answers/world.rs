//! What an answer may look at, and how a finding is made.

use jiff::civil::Date;

use crate::links::{LinkIndex, Topic};
use crate::model::{
    Answer, Evidence, Finding, Fingerprint, Grade, History, Inventory, Labelled, Place, Question, Reverse,
    Searched, Settings, Severity, Span, Unknown, Verdict,
};
use crate::rules::RuleSet;
use crate::text::fold;

/// Everything an answer may look at.
pub struct World<'a> {
    /// What the repository has.
    pub inventory: &'a Inventory,
    /// What git knows.
    pub history: &'a History,
    /// Rules and catalogues.
    pub rules: &'a RuleSet,
    /// What the configuration states.
    pub settings: &'a Settings,
    /// Ties to incidents, decisions and public outages.
    pub links: &'a LinkIndex<'a>,
}

/// A finding in the making: what a question knows of it; the rule's file adds the rest.
pub struct Gap {
    rule: String,
    thing: String,
    message: String,
    place: Place,
    snippet: String,
    related: Vec<Labelled>,
    topic: Topic,
    severity: Option<Severity>,
    question: Option<Question>,
}

impl Gap {
    /// A gap found by a rule, about a thing (by its stable name), with its message: one sentence.
    /// It needs a place: [`Gap::at`] or [`Gap::absent`].
    pub fn new(rule: &str, thing: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            rule: rule.to_owned(),
            thing: thing.into(),
            message: message.into(),
            place: Place::Absent(Searched { what: String::new(), r#where: Vec::new() }),
            snippet: String::new(),
            related: Vec::new(),
            topic: Topic::default(),
            severity: None,
            question: None,
        }
    }

    /// Where it is.
    pub fn at(mut self, place: Place) -> Self {
        self.place = place;
        self
    }

    /// Points at text.
    pub fn on(self, span: &Span) -> Self {
        self.at(Place::At(span.clone()))
    }

    /// Points at an absence: what was looked for, and where.
    pub fn absent(self, what: impl Into<String>, searched: &[&str]) -> Self {
        let r#where = searched.iter().map(|s| (*s).to_owned()).collect();
        self.at(Place::Absent(Searched { what: what.into(), r#where }))
    }

    /// The text that makes the fingerprint, when the thing's name alone does not tell gaps apart.
    pub fn snippet(mut self, text: &str) -> Self {
        self.snippet = fold(text);
        self
    }

    /// Another place that proves it.
    pub fn related(mut self, span: &Span, label: impl Into<String>) -> Self {
        self.related.push(Labelled { span: span.clone(), label: label.into() });
        self
    }

    /// A name by which incidents may know the thing (service, store, table, alert).
    pub fn component(mut self, name: impl Into<String>) -> Self {
        self.topic.components.push(name.into());
        self
    }

    /// A more telling mechanism than the rule's own.
    pub fn mechanism(mut self, id: &str) -> Self {
        self.topic.mechanisms.push(id.to_owned());
        self
    }

    /// An issue or commit it names, normalized (`name#12`).
    pub fn reference(mut self, what: impl Into<String>) -> Self {
        self.topic.references.push(what.into());
        self
    }

    /// Text around it that may share words with reports: a comment, a sentence.
    pub fn text(mut self, text: &str) -> Self {
        self.topic.text.push_str(text);
        self.topic.text.push(' ');
        self
    }

    /// Another question than the rule's own, for a rule whose gaps concern several.
    pub fn question(mut self, question: Option<Question>) -> Self {
        self.question = question;
        self
    }

    /// Lower or higher than the rule's own severity, for a stated reason.
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }
}

impl World<'_> {
    /// Today.
    pub fn today(&self) -> Date {
        self.settings.as_of
    }

    /// The day of the incident or decision whose record a place is in, or that it has none; nothing
    /// outside of records. A record that moved is as old as what it tells of, not as its lines.
    fn recorded(&self, span: &Span) -> Option<Option<Date>> {
        let (incidents, decisions) = (&self.inventory.incidents, &self.inventory.decisions);
        let incident = incidents.iter().find(|incident| incident.span.path == span.path);
        let day = |date: Option<&str>| date.and_then(|date| date.parse().ok());
        incident.map(|incident| day(incident.date.as_deref())).or_else(|| {
            let decision = decisions.iter().find(|decision| decision.span.path == span.path)?;
            Some(day(decision.day()))
        })
    }

    /// Makes the finding, with age, links and fingerprint. `None` when the rule is switched off,
    /// unknown, or not for this audience.
    pub fn finding(&self, gap: Gap) -> Option<Finding> {
        let rule = self.rules.get(&gap.rule)?;
        let configured = self.settings.rules.get(&gap.rule);
        if matches!(configured, Some(None)) || rule.audience > self.settings.audience {
            return None;
        }
        let severity = configured.copied().flatten().or(gap.severity).unwrap_or(rule.severity);
        let mut topic = gap.topic;
        topic.mechanisms.extend(rule.mechanism.clone());
        topic.text.push_str(&gap.message);
        let mut age_days = None;
        if let Place::At(span) = &gap.place {
            topic.paths.push(span.path.as_str().to_owned());
            let origin = self.history.lines.get(&(span.path.clone(), span.at.line));
            let since = self.recorded(span).unwrap_or_else(|| origin.map(|origin| origin.date));
            age_days = since.map(|day| days_between(day, self.today()));
            topic.commits.extend(origin.map(|origin| origin.commit.clone()));
        }
        topic.paths.extend(gap.related.iter().map(|r| r.span.path.as_str().to_owned()));
        Some(Finding {
            rule: rule.id.clone(),
            question: gap.question.unwrap_or(rule.question),
            mechanism: topic.mechanisms.first().cloned(),
            severity,
            confidence: rule.confidence,
            audience: rule.audience,
            fingerprint: fingerprint(&gap.rule, &gap.thing, &gap.snippet),
            links: self.links.link(&topic),
            message: gap.message,
            thing: gap.thing,
            primary: gap.place,
            related: gap.related,
            age_days,
            suppressed: None,
        })
    }
}

/// Whole days from one date to a later one; 0 for a date in the future.
pub(super) fn days_between(from: Date, to: Date) -> u32 {
    from.until(to).map_or(0, |span| u32::try_from(span.get_days()).unwrap_or(0))
}

fn fingerprint(rule: &str, thing: &str, snippet: &str) -> Fingerprint {
    let mut hasher = blake3::Hasher::new();
    for part in [rule, thing, snippet] {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    let hex = hasher.finalize().to_hex();
    Fingerprint(format!("fp1:{}", &hex[..16]))
}

/// An answer in the making.
pub struct Sheet {
    question: Question,
    /// Proofs so far.
    pub evidence: Vec<Evidence>,
    /// Findings so far.
    pub findings: Vec<Finding>,
    /// Unknowns so far.
    pub unknowns: Vec<Unknown>,
    /// What was looked for so far.
    pub searched: Vec<Searched>,
    /// The last deployment, in reverse.
    pub reverse: Option<Reverse>,
}

impl Sheet {
    /// A sheet with the findings of patterns that concern the question.
    pub fn new(question: Question, findings: Vec<Finding>) -> Self {
        let (evidence, unknowns, searched) = Default::default();
        Self { question, evidence, findings, unknowns, searched, reverse: None }
    }

    /// The question.
    pub fn question(&self) -> Question {
        self.question
    }

    /// Adds a proof.
    pub fn shows(&mut self, grade: Grade, span: &Span, shows: impl Into<String>) {
        self.evidence.push(Evidence { grade, shows: shows.into(), place: Place::At(span.clone()) });
    }

    /// Adds a gap, if the rule is on.
    pub fn gap(&mut self, world: &World<'_>, gap: Gap) {
        self.findings.extend(world.finding(gap));
    }

    /// Adds an unknown with what settles it.
    pub fn unknown(&mut self, what: impl Into<String>, settle: impl Into<String>) {
        self.unknowns.push(Unknown { what: what.into(), settle: settle.into() });
    }

    /// Notes what was looked for and where.
    pub fn searched(&mut self, what: impl Into<String>, r#where: &[&str]) {
        let r#where = r#where.iter().map(|s| (*s).to_owned()).collect();
        self.searched.push(Searched { what: what.into(), r#where });
    }

    /// The strongest grade among the proofs; `Contradicted` when a proof contradicts and none is
    /// stronger than a declaration; `Absent` without proofs.
    pub fn best_grade(&self) -> Grade {
        self.evidence.iter().map(|e| e.grade).max().unwrap_or(Grade::Absent)
    }

    /// Closes the sheet: proofs strongest first, gaps worst first.
    pub fn close(
        mut self,
        verdict: Verdict,
        grade: Grade,
        because: impl Into<String>,
    ) -> (Answer, Vec<Finding>) {
        self.evidence.sort_by(|a, b| b.grade.cmp(&a.grade).then_with(|| a.place.cmp(&b.place)));
        self.evidence.dedup();
        self.findings.sort_by(super::worst_first);
        self.findings.dedup_by(|a, b| a.fingerprint == b.fingerprint);
        self.unknowns.sort();
        self.unknowns.dedup();
        self.searched.sort();
        self.searched.dedup();
        let answer = Answer {
            question: self.question,
            verdict,
            because: because.into(),
            grade,
            evidence: self.evidence,
            gaps: self.findings.iter().map(|f| f.fingerprint.clone()).collect(),
            unknowns: self.unknowns,
            searched: self.searched,
            reverse: self.reverse,
            stores: Vec::new(),
            failure_model: Vec::new(),
        };
        (answer, self.findings)
    }
}
