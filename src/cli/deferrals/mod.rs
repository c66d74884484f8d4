//! `tonight deferrals`: all deferred work, ranked.

mod evaluate;
pub mod flags;
mod labels;

use std::path::Path;

use anyhow::anyhow;

use super::exit::Exit;
use super::scan::scan_in;
use super::terminal;
use crate::model::Question;
use crate::pipeline::Scope;
use crate::report;
use crate::report::deferrals::{self, Asked, By, DeferralList};
use crate::report::inventory::Tier;
use crate::rules::RuleSet;
use crate::text::nearest;
use flags::{ByName, DeferralFlags, DeferralFormat, TierName};

/// Runs it.
pub fn run(path: Option<&Path>, flags: &DeferralFlags) -> anyhow::Result<Exit> {
    if let Some(file) = &flags.fit {
        return evaluate::fit(file, flags);
    }
    if let Some(file) = &flags.evaluate {
        return evaluate::run(file, flags);
    }
    let asked = asked(flags)?;
    let scan = scan_in(Scope::Deferrals, !flags.no_history, None, path, &flags.scan, None)?;
    let is_empty = scan.is_empty();
    let list = scan.given(&Question::ALL, |given| deferrals::compose(given, asked));
    terminal::print(&render(&list, flags.format)?)?;
    Ok(Exit::of(is_empty, false, false))
}

fn asked(flags: &DeferralFlags) -> anyhow::Result<Asked> {
    let known = &RuleSet::builtin().mechanisms;
    for id in &flags.mechanisms {
        if known.get(id).is_none() {
            let near = nearest(id, known.iter().map(|mechanism| mechanism.id.as_str()));
            let hint = near.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
            return Err(anyhow!("no failure mechanism is called {id}{hint}"));
        }
    }
    Ok(Asked {
        mechanisms: flags.mechanisms.clone(),
        tier: flags.tier.map(|tier| match tier {
            TierName::Marked => Tier::Marked,
            TierName::Unmarked => Tier::Unmarked,
        }),
        older_than_days: flags.older_than,
        by: flags.by.map(|by| match by {
            ByName::Owner => By::Owner,
            ByName::Path => By::Path,
            ByName::Mechanism => By::Mechanism,
        }),
    })
}

fn render(list: &DeferralList, format: DeferralFormat) -> anyhow::Result<String> {
    Ok(match format {
        DeferralFormat::Terminal => deferrals::terminal(list, terminal::look_of_stdout()),
        DeferralFormat::Markdown => deferrals::markdown(list),
        DeferralFormat::Json => report::json(list)?,
        DeferralFormat::Jsonl => {
            let lines: Result<Vec<String>, _> = list.deferrals.iter().map(serde_json::to_string).collect();
            lines?.into_iter().map(|line| line + "\n").collect()
        }
        DeferralFormat::Csv => deferrals::csv(list)?,
    })
}
