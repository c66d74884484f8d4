//! `tonight deferrals --evaluate` and `--fit`: labelled comments instead of a repository.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, anyhow};
use serde::Serialize;

use super::flags::{DeferralFlags, DeferralFormat};
use super::labels;
use crate::cli::exit::Exit;
use crate::cli::terminal;
use crate::report;
use crate::report::escape::{Markdown, Terminal};
use crate::rules::{DeferralWords, Evaluated, Labelled, Tally, evaluate, fit_table};
use crate::source::read_labels;

/// Prints how well labelled comments are judged.
pub(super) fn run(file: &Path, flags: &DeferralFlags) -> anyhow::Result<Exit> {
    let (words, comments) = open(file, flags.min_project)?;
    let page = Page::of(&evaluate(words, &comments, flags.leave_one_project_out), flags);
    terminal::print(&match flags.format {
        DeferralFormat::Json => report::json(&page)?,
        DeferralFormat::Markdown => page.table(&|name| Markdown::prose(name).in_cell().to_string()),
        DeferralFormat::Terminal => page.table(&|name| Terminal::of(name).to_string()),
        DeferralFormat::Jsonl | DeferralFormat::Csv => {
            return Err(anyhow!("an evaluation has the formats terminal, markdown and json"));
        }
    })?;
    Ok(Exit::Done)
}

/// Prints a weight table fitted on labelled comments.
pub(super) fn fit(file: &Path, flags: &DeferralFlags) -> anyhow::Result<Exit> {
    let (words, comments) = open(file, flags.min_project)?;
    terminal::print(&fit_table(words, &comments))?;
    Ok(Exit::Done)
}

fn open(file: &Path, min_project: usize) -> anyhow::Result<(&'static DeferralWords, Vec<Labelled>)> {
    let words = DeferralWords::builtin().ok_or_else(|| anyhow!("the language of deferrals does not load"))?;
    let text = read_labels(file).with_context(|| format!("cannot read {}", file.display()))?;
    let comments = labels::read(&text, min_project)
        .with_context(|| format!("cannot read labelled comments from {}", file.display()))?;
    Ok((words, comments))
}

/// An evaluation as it is printed; shares are rounded to four places.
#[derive(Debug, Serialize)]
struct Page {
    schema: &'static str,
    /// Whether each project was judged with a table fitted on the others.
    leave_one_project_out: bool,
    min_project: usize,
    comments: usize,
    /// Comments whose label leaves it open; they count nowhere.
    ambiguous: usize,
    /// By the weight table.
    macro_f1: f64,
    pooled_f1: f64,
    pooled_precision: Option<f64>,
    pooled_recall: Option<f64>,
    /// What is reported on a repository, tier by tier.
    tiers: Tiers,
    /// How often the mechanism was named; null without a column of mechanisms.
    mechanisms: Option<Named>,
    projects: Vec<Row>,
}

#[derive(Debug, Serialize)]
struct Tiers {
    marked: Figures,
    /// Over the comments that are not reported as marked.
    unmarked: Figures,
    either: Figures,
}

#[derive(Debug, Serialize)]
struct Figures {
    found: usize,
    wrong: usize,
    missed: usize,
    precision: Option<f64>,
    recall: Option<f64>,
    f1: f64,
    /// Of the comments labelled as other, the share that was flagged.
    negatives_flagged: Option<f64>,
}

#[derive(Debug, Serialize)]
struct Named {
    comments: usize,
    right: usize,
    accuracy: Option<f64>,
    /// Comments with a label that `deferral-mechanisms.toml` does not know.
    unknown_labels: usize,
}

#[derive(Debug, Serialize)]
struct Row {
    project: String,
    comments: usize,
    debt: usize,
    #[serde(flatten)]
    figures: Figures,
}

impl From<&Tally> for Figures {
    fn from(tally: &Tally) -> Self {
        Self {
            found: tally.found,
            wrong: tally.wrong,
            missed: tally.missed,
            precision: tally.precision().map(rounded),
            recall: tally.recall().map(rounded),
            f1: rounded(tally.f1()),
            negatives_flagged: tally.false_alarms().map(rounded),
        }
    }
}

fn rounded(share: f64) -> f64 {
    (share * 10_000.0).round() / 10_000.0
}

impl Page {
    fn of(evaluated: &Evaluated, flags: &DeferralFlags) -> Self {
        let mechanisms = evaluated.mechanisms;
        let row = |(project, tally): (&String, &Tally)| Row {
            project: project.clone(),
            comments: tally.comments(),
            debt: tally.found + tally.missed,
            figures: tally.into(),
        };
        Self {
            schema: "tonight.deferrals-evaluation/1",
            leave_one_project_out: flags.leave_one_project_out,
            min_project: flags.min_project,
            comments: evaluated.pooled.comments(),
            ambiguous: evaluated.ambiguous,
            macro_f1: rounded(evaluated.macro_f1()),
            pooled_f1: rounded(evaluated.pooled.f1()),
            pooled_precision: evaluated.pooled.precision().map(rounded),
            pooled_recall: evaluated.pooled.recall().map(rounded),
            tiers: Tiers {
                marked: (&evaluated.marked).into(),
                unmarked: (&evaluated.unmarked).into(),
                either: (&evaluated.either).into(),
            },
            mechanisms: (mechanisms.comments + mechanisms.unknown > 0).then(|| Named {
                comments: mechanisms.comments,
                right: mechanisms.right,
                accuracy: mechanisms.accuracy().map(rounded),
                unknown_labels: mechanisms.unknown,
            }),
            projects: evaluated.projects.iter().map(row).collect(),
        }
    }

    /// As Markdown tables, which a terminal shows well enough.
    fn table(&self, harmless: &dyn Fn(&str) -> String) -> String {
        let mut page = String::from(if self.leave_one_project_out {
            "Each project judged by a weight table fitted on the others.\n\n"
        } else {
            "Judged by the weight table that is built in.\n\n"
        });
        page.push_str(
            "| project | comments | debt | precision | recall | F1 |\n|---|---:|---:|---:|---:|---:|\n",
        );
        for row in &self.projects {
            let Figures { precision, recall, f1, .. } = &row.figures;
            let name = harmless(&row.project);
            let shares = format!("{} | {} | {f1:.3}", shown(*precision), shown(*recall));
            let _ = writeln!(page, "| {name} | {} | {} | {shares} |", row.comments, row.debt);
        }
        let _ = writeln!(page, "| macro | | | | | {:.3} |", self.macro_f1);
        let debt: usize = self.projects.iter().map(|row| row.debt).sum();
        let shares = format!("{} | {}", shown(self.pooled_precision), shown(self.pooled_recall));
        let _ = writeln!(page, "| pooled | {} | {debt} | {shares} | {:.3} |", self.comments, self.pooled_f1);
        page.push_str(
            "\nWhat is reported on a repository:\n\n\
             | tier | found | wrong | precision | recall | of the other comments |\n|---|---:|---:|---:|---:|---:|\n",
        );
        let Tiers { marked, unmarked, either } = &self.tiers;
        for (name, f) in [("marked", marked), ("unmarked", unmarked), ("either", either)] {
            let shares = format!("{} | {}", shown(f.precision), shown(f.recall));
            let alarms =
                f.negatives_flagged.map_or("–".to_owned(), |share| format!("{:.2} %", share * 100.0));
            let _ = writeln!(page, "| {name} | {} | {} | {shares} | {alarms} |", f.found, f.wrong);
        }
        if self.ambiguous > 0 {
            let _ = writeln!(page, "\nLeft out, because their label leaves it open: {}.", self.ambiguous);
        }
        if let Some(named) = &self.mechanisms {
            let (right, all, share) = (named.right, named.comments, shown(named.accuracy));
            let _ = writeln!(page, "\nMechanism named rightly: {right} of {all} ({share}).");
            if named.unknown_labels > 0 {
                let _ = writeln!(page, "Labels that are not known here: {}.", named.unknown_labels);
            }
        }
        page
    }
}

fn shown(share: Option<f64>) -> String {
    share.map_or("–".to_owned(), |share| format!("{share:.3}"))
}
