//! Exceptions: ignore comments in the files and `[[ignore]]` of the configuration, applied after
//! everything else.
//!
//! A suppressed finding stays in the report with the reason and does not count. It does not make an
//! answer better: an accepted gap is still a gap tonight. An exception that does not hold, or that
//! nothing needs any more, is a finding itself, under the question of the rule it names.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::{Gap, World, worst_first};
use crate::model::fact::IgnoreComment;
use crate::model::{Answer, Exception, Finding, Fingerprint, Place, Question, Span, Suppressed};
use crate::rules::Rule;
use crate::text::{Role, nearest, role};

/// One exception for one rule.
struct Claim<'a> {
    span: &'a Span,
    rule: &'a str,
    reason: Option<&'a str>,
    until: Until<'a>,
    scope: Scope<'a>,
}

/// How long it holds.
enum Until<'a> {
    Always,
    Day(Date),
    /// Written, but no date.
    Unreadable(&'a str),
}

/// What it covers.
enum Scope<'a> {
    /// A line of its own file.
    Line(u32),
    /// Paths; none means everywhere.
    Paths(globset::GlobSet, &'a [String]),
}

/// Applies every exception to the findings, and adds findings about exceptions to both lists.
pub(super) fn apply(world: &World<'_>, answers: &mut [Answer], findings: &mut Vec<Finding>) {
    let mut about = Vec::new();
    let comments = world.inventory.ignores.iter().filter(|(span, _)| is_own(span));
    for (span, comment) in comments {
        for rule in &comment.rules {
            about.extend(settle(world, &inline(span, comment, rule), findings));
        }
    }
    for exception in &world.settings.ignore {
        about.extend(settle(world, &configured(exception), findings));
    }
    let known: BTreeSet<Fingerprint> = findings.iter().map(|f| f.fingerprint.clone()).collect();
    about.retain(|finding| !known.contains(&finding.fingerprint));
    about.sort_by(worst_first);
    about.dedup_by(|a, b| a.fingerprint == b.fingerprint);
    for finding in &about {
        if let Some(answer) = answers.iter_mut().find(|answer| answer.question == finding.question) {
            answer.gaps.push(finding.fingerprint.clone());
        }
    }
    findings.extend(about);
    findings.sort_by(worst_first);
}

/// Rules do not look into tests and examples, so an exception there excuses nothing.
fn is_own(span: &Span) -> bool {
    !matches!(role(&span.path), Role::Test | Role::Example)
}

fn inline<'a>(span: &'a Span, comment: &'a IgnoreComment, rule: &'a str) -> Claim<'a> {
    let until = match comment.until.as_deref() {
        None => Until::Always,
        Some(text) => text.parse().map_or(Until::Unreadable(text), Until::Day),
    };
    Claim { span, rule, reason: comment.reason.as_deref(), until, scope: Scope::Line(comment.covers_line) }
}

fn configured(exception: &Exception) -> Claim<'_> {
    let mut globs = globset::GlobSetBuilder::new();
    // Globs were checked when the configuration was read.
    exception.paths.iter().filter_map(|glob| globset::Glob::new(glob).ok()).for_each(|glob| {
        globs.add(glob);
    });
    let globs = globs.build().unwrap_or_else(|_| globset::GlobSet::empty());
    Claim {
        span: &exception.span,
        rule: &exception.rule,
        reason: Some(&exception.reason),
        until: exception.until.map_or(Until::Always, Until::Day),
        scope: Scope::Paths(globs, &exception.paths),
    }
}

/// Suppresses what the claim covers, or says why it does not hold.
fn settle(world: &World<'_>, claim: &Claim<'_>, findings: &mut [Finding]) -> Option<Finding> {
    let id = claim.rule;
    let Some(rule) = world.rules.get(id) else {
        let known = world.rules.iter().map(|rule| rule.id.as_str());
        let hint = nearest(id, known).map_or(String::new(), |near| format!("; `{near}` may be meant"));
        let message = format!("a suppression names the rule `{id}`, which does not exist{hint}");
        return about(world, claim, None, "suppression-of-unknown-rule", message);
    };
    if claim.reason.is_none() {
        let message = format!("a suppression of `{id}` gives no reason, so it does not hold");
        return about(world, claim, Some(rule), "suppression-without-reason", message);
    }
    match claim.until {
        Until::Day(day) if day < world.today() => {
            let message = format!("the suppression of `{id}` expired on {day}");
            return about(world, claim, Some(rule), "expired-suppression", message);
        }
        Until::Unreadable(text) => {
            let message = format!("the suppression of `{id}` does not hold: `{text}` is no date");
            return about(world, claim, Some(rule), "expired-suppression", message);
        }
        Until::Day(_) | Until::Always => {}
    }
    let mut is_used = false;
    for finding in findings.iter_mut().filter(|finding| claim.covers(finding)) {
        is_used = true;
        finding.suppressed.get_or_insert_with(|| Suppressed {
            span: claim.span.clone(),
            reason: claim.reason.unwrap_or_default().to_owned(),
            until: match claim.until {
                Until::Day(day) => Some(day.to_string()),
                Until::Always | Until::Unreadable(_) => None,
            },
        });
    }
    let was_looked_for =
        rule.audience <= world.settings.audience && !matches!(world.settings.rules.get(id), Some(None));
    if is_used || !was_looked_for {
        return None;
    }
    let message = format!("nothing here needs the suppression of `{id}` any more");
    about(world, claim, Some(rule), "unused-suppression", message)
}

/// A finding about a claim, under the question of the rule that it names.
fn about(
    world: &World<'_>,
    claim: &Claim<'_>,
    suppressed: Option<&std::sync::Arc<Rule>>,
    rule: &str,
    message: String,
) -> Option<Finding> {
    let thing = format!("{} {}", claim.span.path, claim.rule);
    let mut finding = world
        .finding(Gap::new(rule, thing, message).on(claim.span).snippet(claim.reason.unwrap_or_default()))?;
    finding.question = suppressed.map_or(Question::Diagnose, |rule| rule.question);
    Some(finding)
}

impl Claim<'_> {
    fn covers(&self, finding: &Finding) -> bool {
        if finding.rule.as_str() != self.rule {
            return false;
        }
        match (&self.scope, &finding.primary) {
            (Scope::Line(line), Place::At(span)) => {
                span.path == self.span.path && (span.at.line == *line || span.at.line == self.span.at.line)
            }
            (Scope::Line(_), Place::Absent(_)) => false,
            (Scope::Paths(_, []), _) => true,
            (Scope::Paths(globs, _), Place::At(span)) => globs.is_match(span.path.as_str()),
            (Scope::Paths(..), Place::Absent(_)) => false,
        }
    }
}
