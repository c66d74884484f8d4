//! `tonight rules` and `tonight explain`: what the rules say of themselves.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, anyhow};

use super::args::{RulesCommand, RulesFlags, ScanFlags};
use super::exit::Exit;
use super::scan::{self, RULES_FOLDER};
use super::terminal;
use crate::model::{Audience, Place};
use crate::pipeline::run_samples;
use crate::report::{Canvas, Line, Style};
use crate::rules::{Rule, RuleSet};
use crate::source;
use crate::text::nearest;

/// The file that `rules new` writes: a rule that works, to be changed.
const TEMPLATE: &str = include_str!("new_rule.toml");

/// Runs `tonight rules`.
pub fn run(command: &RulesCommand) -> anyhow::Result<Exit> {
    match command {
        RulesCommand::List { rules } => list(&load(rules)?),
        RulesCommand::Test { path: Some(path), rules } => {
            let own = scan::rule_files(path)?;
            let base = load(rules)?;
            let ids: Vec<&str> = own.iter().map(|(path, _)| stem(path)).collect();
            // A file that the repository already brings along is tested as it stands.
            let fresh: Vec<_> =
                own.iter().filter(|(path, _)| base.get(stem(path)).is_none()).cloned().collect();
            let all = scan::with_own(&base, &fresh)?;
            test(&all, |rule| ids.contains(&rule.id.as_str()))
        }
        RulesCommand::Test { path: None, rules } => test(&load(rules)?, |_| true),
        RulesCommand::New { id } => new(id),
    }
}

fn load(flags: &RulesFlags) -> anyhow::Result<RuleSet> {
    let repository = source::open(None, None)?;
    let flags = ScanFlags { rules: flags.own.clone(), no_config: flags.no_config, ..ScanFlags::default() };
    scan::rules(&repository.snapshot, &flags)
}

fn stem(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path).trim_end_matches(".toml")
}

fn list(rules: &RuleSet) -> anyhow::Result<Exit> {
    let mut canvas = Canvas::new(terminal::look_of_stdout());
    let widest = rules.iter().map(|rule| rule.id.as_str().len()).max().unwrap_or(0).min(40);
    let mut ordered: Vec<&Arc<Rule>> = rules.iter().collect();
    ordered.sort_by_key(|rule| (rule.question, std::cmp::Reverse(rule.severity), rule.id.clone()));
    let mut question = None;
    for rule in &ordered {
        if question.replace(rule.question) != Some(rule.question) {
            canvas.heading(Line::new().own_in(Style::Strong, rule.question.id()));
        }
        let lead = Line::new()
            .text_in(Style::Name, rule.id.as_str())
            .pad_to(widest + 2)
            .own(rule.severity.id())
            .pad_to(widest + 10)
            .own_in(Style::Faint, audience(rule.audience))
            .pad_to(widest + 20);
        let mut summary = Line::new().text(&rule.summary);
        if rule.origin != "builtin" {
            summary = summary.own_in(Style::Faint, " (").text_in(Style::Faint, &rule.origin).own(")");
        }
        canvas.paragraph(1, lead, summary);
    }
    canvas.gap();
    let own = ordered.iter().filter(|rule| rule.origin != "builtin").count();
    canvas.line(0, Line::new().number(ordered.len()).own(" rules, ").number(own).own(" of them your own"));
    terminal::print(&canvas.finish())?;
    Ok(Exit::Done)
}

fn audience(audience: Audience) -> &'static str {
    match audience {
        Audience::Ci => "ci",
        Audience::Review => "review",
        Audience::Workshop => "workshop",
    }
}

fn test(rules: &RuleSet, is_wanted: impl Fn(&Rule) -> bool) -> anyhow::Result<Exit> {
    let rules = Arc::new(rules.clone());
    let mut canvas = Canvas::new(terminal::look_of_stdout());
    let (mut samples, mut failed, mut tested) = (0, 0, 0);
    for rule in rules.iter().filter(|rule| is_wanted(rule)) {
        tested += 1;
        samples += rule.bad.len() + rule.good.len();
        for failure in run_samples(rule, &rules) {
            failed += 1;
            let lead = Line::new().own_in(Style::Bad, "FAIL ").text_in(Style::Name, &failure.rule).own(" ");
            let body = Line::new().text(&failure.sample).own(": ").text(&failure.what);
            canvas.paragraph(0, lead, body);
        }
    }
    if tested == 0 {
        return Err(anyhow!(
            "there is no rule to test; name a rule file or a folder of rules (`{RULES_FOLDER}`)"
        ));
    }
    let line = Line::new()
        .number(samples - failed)
        .own(" of ")
        .number(samples)
        .own(" samples of ")
        .number(tested)
        .own(" rules do what they say");
    canvas.line(
        0,
        if failed == 0 { line } else { line.own("; ").number(failed).own_in(Style::Bad, " failed") },
    );
    terminal::print(&canvas.finish())?;
    Ok(if failed == 0 { Exit::Done } else { Exit::Gate })
}

fn new(id: &str) -> anyhow::Result<Exit> {
    if RuleSet::builtin().get(id).is_some() {
        return Err(anyhow!("a built-in rule is called {id} already; `tonight explain {id}` shows it"));
    }
    let repository = source::open(None, None)?;
    let path = repository.root.join(RULES_FOLDER).join(format!("{id}.toml"));
    let shown = format!("{RULES_FOLDER}/{id}.toml");
    source::write_new(&path, &TEMPLATE.replace("RULE-ID", id))
        .with_context(|| format!("cannot write {shown} (an existing file is never overwritten)"))?;
    let mut canvas = Canvas::new(terminal::look_of_stdout());
    canvas.line(0, Line::new().own("wrote ").text_in(Style::Name, &shown));
    canvas.line(
        0,
        Line::new().own("try it:  ").own_in(Style::Name, "tonight rules test ").text_in(Style::Name, &shown),
    );
    canvas.line(0, Line::new().own("use it:  ").own_in(Style::Name, "tonight report"));
    terminal::print(&canvas.finish())?;
    Ok(Exit::Done)
}

/// Runs `tonight explain`.
pub fn explain(name: &str, path: Option<&Path>, flags: &ScanFlags) -> anyhow::Result<Exit> {
    let mut canvas = Canvas::new(terminal::look_of_stdout());
    if name.starts_with("fp") && name.contains(':') {
        let scan = scan::scan(path, flags, Some(Audience::Workshop))?;
        let findings = &scan.outcome.answers.findings;
        let finding = findings.iter().find(|finding| finding.fingerprint.0 == name);
        let finding = finding.ok_or_else(|| {
            anyhow!("no finding here has the fingerprint {name}; `tonight report --format json` lists them")
        })?;
        let rule = scan.rules.get(finding.rule.as_str()).context("the rule of this finding is gone")?;
        canvas.paragraph(0, Line::new(), Line::new().text_in(Style::Strong, &finding.message));
        if let Place::At(span) = &finding.primary {
            canvas.line(0, Line::new().text_in(Style::Name, &format!("{}:{}", span.path, span.at.line)));
        }
        page(&mut canvas, rule);
    } else {
        let repository = source::open(path, flags.rev.as_deref())?;
        let rules = scan::rules(&repository.snapshot, flags)?;
        let rule = rules.get(name).ok_or_else(|| unknown(name, &rules))?;
        page(&mut canvas, rule);
    }
    terminal::print(&canvas.finish())?;
    Ok(Exit::Done)
}

fn unknown(name: &str, rules: &RuleSet) -> anyhow::Error {
    match nearest(name, rules.iter().map(|rule| rule.id.as_str())) {
        Some(near) => anyhow!("no rule is called {name}; did you mean {near}?"),
        None => anyhow!("no rule is called {name}; `tonight rules list` shows all"),
    }
}

fn page(canvas: &mut Canvas, rule: &Rule) {
    canvas.heading(Line::new().text_in(Style::Strong, rule.id.as_str()));
    canvas.paragraph(0, Line::new(), Line::new().text(&rule.summary));
    canvas.gap();
    let mut facts = Line::new()
        .own("weakens ")
        .own_in(Style::Name, rule.question.id())
        .own("; severity ")
        .own(rule.severity.id())
        .own("; confidence ")
        .own(rule.confidence.id())
        .own("; shown to ")
        .own(audience(rule.audience))
        .own(" and later");
    if let Some(mechanism) = &rule.mechanism {
        facts = facts.own("; mechanism ").text(mechanism);
    }
    if rule.origin != "builtin" {
        facts = facts.own("; from ").text(&rule.origin);
    }
    canvas.paragraph(0, Line::new(), facts);
    let parts: [(&'static str, &str); 5] = [
        ("why it hurts", &rule.why),
        ("how it is detected", &rule.detect),
        ("how it can be wrong", &rule.wrong),
        ("how to mend it", &rule.fix),
        ("how to see that it is mended", &rule.verify),
    ];
    for (title, text) in parts {
        canvas.gap();
        canvas.line(0, Line::new().own_in(Style::Strong, title));
        canvas.paragraph(2, Line::new(), Line::new().text(text));
    }
    canvas.gap();
    canvas.line(0, Line::new().own_in(Style::Strong, "how to live with it"));
    let comment = format!("tonight: ignore[{}] until=2027-03-31 reason=\"...\"", rule.id);
    canvas.line(2, Line::new().own("in a comment at the place:  ").text_in(Style::Name, &comment));
    if !rule.references.is_empty() {
        canvas.gap();
        canvas.line(0, Line::new().own_in(Style::Strong, "read on"));
        for reference in &rule.references {
            canvas.line(2, Line::new().text(reference));
        }
    }
}
