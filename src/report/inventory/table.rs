//! The inventory as tables: one row per entry, the place first.

use super::{
    ActionItem, ActionVerdict, Alert, Backup, Datastore, Decision, Deferral, Deletion, Deployment, Incident,
    Inventory, Loss, LossKind, Migration, Owner, Receiver, Release, Restore, Runbook, Signal,
};
use crate::report::canvas::{Canvas, Line, Look, Style};
use crate::report::terminal::age;

/// Rows of a list when several lists are shown; one list alone is shown whole.
const SHOWN_ROWS: usize = 10;
/// No column but the last is wider.
const MAX_COLUMN: usize = 44;
/// A column narrower than this says nothing; a place and the last column need more.
const MIN_COLUMN: usize = 10;
const MIN_PLACE: usize = 26;
const MIN_LAST: usize = 20;
const BETWEEN: usize = 2;

/// Something that is a row.
trait Row {
    /// Names of the columns.
    const HEAD: &'static [&'static str];
    /// Its cells, as many as there are names.
    fn cells(&self) -> Vec<String>;
}

/// Renders every list that is there.
pub fn render(inventory: &Inventory, look: Look) -> String {
    let mut canvas = Canvas::new(look);
    let tables = [
        list("decisions", inventory.decisions.as_deref()),
        list("incidents", inventory.incidents.as_deref()),
        list("action-items", inventory.action_items.as_deref()),
        list("migrations", inventory.migrations.as_deref()),
        list("releases", inventory.releases.as_deref()),
        list("deployments", inventory.deployments.as_deref()),
        list("datastores", inventory.datastores.as_deref()),
        list("backups", inventory.backups.as_deref()),
        list("restores", inventory.restores.as_deref()),
        list("alerts", inventory.alerts.as_deref()),
        list("receivers", inventory.receivers.as_deref()),
        list("runbooks", inventory.runbooks.as_deref()),
        list("owners", inventory.owners.as_deref()),
        list("signals", inventory.signals.as_deref()),
        list("deferrals", inventory.deferrals.as_deref()),
    ];
    let tables: Vec<Table> = tables.into_iter().flatten().collect();
    let is_alone = tables.len() == 1;
    for table in tables.iter().filter(|table| is_alone || !table.rows.is_empty()) {
        table.draw(&mut canvas, if is_alone { usize::MAX } else { SHOWN_ROWS });
    }
    let empty: Vec<&Table> = tables.iter().filter(|table| table.rows.is_empty()).collect();
    if !is_alone && !empty.is_empty() {
        canvas.gap();
        let mut line = Line::new();
        for (index, table) in empty.iter().enumerate() {
            line = line.own(if index > 0 { ", " } else { "" }).own(table.name);
        }
        canvas.paragraph(0, Line::new().own_in(Style::Faint, "none found: "), line);
    }
    canvas.finish()
}

struct Table {
    name: &'static str,
    head: &'static [&'static str],
    rows: Vec<Vec<String>>,
}

fn list<R: Row>(name: &'static str, entries: Option<&[R]>) -> Option<Table> {
    Some(Table { name, head: R::HEAD, rows: entries?.iter().map(Row::cells).collect() })
}

impl Table {
    fn draw(&self, canvas: &mut Canvas, limit: usize) {
        let look = canvas.look();
        let dot = look.sign(" · ", " - ");
        canvas.heading(
            Line::new().own_in(Style::Strong, self.name).own_in(Style::Faint, dot).number(self.rows.len()),
        );
        if self.rows.is_empty() {
            canvas.line(1, Line::new().own_in(Style::Faint, "none found"));
            return;
        }
        let shown = &self.rows[..self.rows.len().min(limit)];
        let widths = self.widths(shown, look.width.saturating_sub(1));
        let mut head = Line::new();
        let mut column = 0;
        for (name, width) in self.head.iter().zip(&widths) {
            head = head.then(Line::new().own_in(Style::Faint, name).cut_to(*width, look));
            column += width + BETWEEN;
            head = head.pad_to(column);
        }
        canvas.line(1, head);
        for row in shown {
            let mut line = Line::new();
            let mut column = 0;
            for (index, (cell, width)) in row.iter().zip(&widths).enumerate() {
                let style = if index == 0 { Style::Name } else { Style::Plain };
                let cell = Line::new().text_in(style, cell);
                let cell = if index == 0 { cell.cut_left(*width, look) } else { cell.cut_to(*width, look) };
                column += width + BETWEEN;
                line = line.then(cell).pad_to(column);
            }
            canvas.line(1, line);
        }
        if self.rows.len() > limit {
            let more = Line::new()
                .own(look.sign("… ", "... "))
                .number(self.rows.len() - limit)
                .own(" more: ")
                .own_in(Style::Name, "tonight inventory ")
                .own_in(Style::Name, self.name);
            canvas.line(1, more);
        }
    }

    /// As wide as the widest cell, and no wider than the page: the widest column gives way first.
    fn widths(&self, rows: &[Vec<String>], page: usize) -> Vec<usize> {
        let last = self.head.len().saturating_sub(1);
        let mut widths: Vec<usize> = self
            .head
            .iter()
            .enumerate()
            .map(|(index, name)| {
                let cells = rows.iter().filter_map(|row| row.get(index));
                let widest = cells.map(|cell| Line::new().text(cell).width()).max().unwrap_or(0);
                let widest = widest.max(name.len());
                if index == last { widest } else { widest.min(MAX_COLUMN) }
            })
            .collect();
        let room = page.saturating_sub(BETWEEN * last);
        let least = |index: usize| match index {
            0 => MIN_PLACE,
            index if index == last => MIN_LAST,
            _ => MIN_COLUMN,
        };
        while widths.iter().sum::<usize>() > room {
            let can_give = widths.iter_mut().enumerate().filter(|(index, width)| **width > least(*index));
            let Some((_, widest)) = can_give.max_by_key(|(_, width)| **width) else { break };
            *widest -= 1;
        }
        widths
    }
}

fn at(path: &str, line: u32) -> String {
    format!("{path}:{line}")
}

/// A title, and that only history still holds what bears it.
fn told(title: &str, deleted: Option<&Deletion>) -> String {
    deleted.map_or_else(|| title.to_owned(), |by| format!("{title} ({by})"))
}

fn or_dash(text: &Option<String>) -> String {
    text.clone().unwrap_or_else(|| "-".to_owned())
}

fn yes_no(flag: Option<bool>) -> String {
    flag.map_or("?", |flag| if flag { "yes" } else { "no" }).to_owned()
}

impl Row for Decision {
    const HEAD: &'static [&'static str] = &["where", "date", "status", "puts off", "title"];
    fn cells(&self) -> Vec<String> {
        let status = self.status.word().to_owned();
        let deferrals = self.deferrals.len().to_string();
        let title = told(&self.title, self.deleted.as_ref());
        vec![at(&self.path, self.line), or_dash(&self.date), status, deferrals, title]
    }
}

impl Row for Incident {
    const HEAD: &'static [&'static str] =
        &["where", "date", "duration", "noticed by", "mechanism", "promises", "title"];
    fn cells(&self) -> Vec<String> {
        let kept = self.action_items.iter().filter(|a| a.verdict == ActionVerdict::Satisfied).count();
        let all = self.action_items.len();
        vec![
            at(&self.path, self.line),
            or_dash(&self.date),
            or_dash(&self.duration),
            self.detected_by.word().to_owned(),
            self.mechanisms.first().map_or("-".to_owned(), |m| m.id.clone()),
            if all == 0 { "none".to_owned() } else { format!("{kept}/{all} kept") },
            told(&self.title_short, self.deleted.as_ref()),
        ]
    }
}

impl Row for ActionItem {
    const HEAD: &'static [&'static str] = &["where", "state", "verdict", "owner", "promise"];
    fn cells(&self) -> Vec<String> {
        let action = &self.action;
        vec![
            at(&self.path, action.line),
            action.state.word().to_owned(),
            action.verdict.word().to_owned(),
            or_dash(&action.owner),
            action.text.clone(),
        ]
    }
}

impl Row for Migration {
    const HEAD: &'static [&'static str] =
        &["where", "framework", "way back", "old build", "unreleased", "name"];
    fn cells(&self) -> Vec<String> {
        vec![
            at(self.down_path.as_ref().unwrap_or(&self.path), self.way_back_line),
            self.framework.clone(),
            self.way_back.word().to_owned(),
            self.old_build_safe.map_or("?", |safe| if safe { "runs" } else { "breaks" }).to_owned(),
            yes_no(self.is_unreleased),
            format!("{} {}", self.version, self.name),
        ]
    }
}

impl Row for Release {
    const HEAD: &'static [&'static str] = &["tag", "date", "commit", "commits since"];
    fn cells(&self) -> Vec<String> {
        let since = self.commits_since.map_or_else(|| "-".to_owned(), |count| count.to_string());
        let commit = self.commit.chars().take(10).collect();
        vec![self.tag.clone(), self.date.clone(), commit, since]
    }
}

impl Row for Deployment {
    const HEAD: &'static [&'static str] = &["where", "platform", "environment", "way back", "name"];
    fn cells(&self) -> Vec<String> {
        let way_back = self.way_back.first().map_or("-", |proof| proof.grade.word());
        vec![
            at(&self.path, self.line),
            self.platform.clone(),
            self.environment.clone(),
            way_back.to_owned(),
            self.name.clone(),
        ]
    }
}

impl Row for Datastore {
    const HEAD: &'static [&'static str] =
        &["where", "kind", "environment", "backups", "restore", "worst case", "name"];
    fn cells(&self) -> Vec<String> {
        vec![
            at(&self.path, self.line),
            self.kind.clone(),
            self.environment.clone(),
            self.backups.iter().filter(|backup| backup.contradicted.is_none()).count().to_string(),
            self.restore_grade.word().to_owned(),
            loss(&self.worst_case_loss),
            format!("{} ({})", self.name, self.engine),
        ]
    }
}

fn loss(loss: &Loss) -> String {
    match (loss.kind, loss.seconds) {
        (LossKind::Seconds, Some(seconds)) => span(seconds),
        (LossKind::Seconds, None) | (LossKind::Unknown, _) => "unknown".to_owned(),
        (LossKind::Everything, _) => "everything".to_owned(),
        (LossKind::Rebuildable, _) => "rebuildable".to_owned(),
    }
}

/// A stretch of time in its largest whole unit.
fn span(seconds: u64) -> String {
    let (count, unit) = match seconds {
        0..=119 => (seconds, "s"),
        120..=7_199 => (seconds / 60, "min"),
        7_200..=172_799 => (seconds / 3_600, "h"),
        _ => (seconds / 86_400, "days"),
    };
    format!("{count} {unit}")
}

impl Row for Backup {
    const HEAD: &'static [&'static str] =
        &["where", "means", "every", "kept", "off-site", "noticed", "of what"];
    fn cells(&self) -> Vec<String> {
        let of = self.datastore.as_deref().unwrap_or("not tied to a store");
        let every = self.max_gap_seconds.map(span).or_else(|| self.schedule.clone());
        let suffix =
            self.contradicted.as_ref().map_or(String::new(), |why| format!("; does not count: {why}"));
        vec![
            at(&self.path, self.line),
            self.means.clone(),
            or_dash(&every),
            or_dash(&self.retention),
            yes_no(self.off_site),
            yes_no(self.failure_noticed),
            format!("{of} ({}){suffix}", self.tool),
        ]
    }
}

impl Row for Restore {
    const HEAD: &'static [&'static str] = &["where", "grade", "last exercised", "tool", "shows"];
    fn cells(&self) -> Vec<String> {
        vec![
            at(&self.path, self.line),
            self.grade.word().to_owned(),
            or_dash(&self.exercised_on),
            self.tool.clone(),
            self.shows.clone(),
        ]
    }
}

impl Row for Alert {
    const HEAD: &'static [&'static str] = &["where", "source", "reaches", "runbook", "name"];
    fn cells(&self) -> Vec<String> {
        let broken = self.disabled.as_ref().or(self.unresolved.as_ref());
        let reaches =
            if self.receivers.is_empty() { or_dash(&broken.cloned()) } else { self.receivers.join(", ") };
        let runbook = match (&self.runbook, &self.runbook_broken) {
            (None, _) => "none",
            (Some(_), None) => "yes",
            (Some(_), Some(_)) => "broken",
        };
        vec![at(&self.path, self.line), self.source.clone(), reaches, runbook.to_owned(), self.name.clone()]
    }
}

impl Row for Receiver {
    const HEAD: &'static [&'static str] = &["where", "does", "tool", "name"];
    fn cells(&self) -> Vec<String> {
        let broken = self.broken.as_ref().map_or(String::new(), |why| format!(" (broken: {why})"));
        vec![
            at(&self.path, self.line),
            self.kind.clone(),
            self.tool.clone(),
            format!("{}{broken}", self.name),
        ]
    }
}

impl Row for Runbook {
    const HEAD: &'static [&'static str] = &["where", "kind", "last change", "title"];
    fn cells(&self) -> Vec<String> {
        let stub = self.stub.as_ref().map_or(String::new(), |why| format!(" (stub: {why})"));
        vec![
            at(&self.path, self.line),
            self.kind.clone(),
            or_dash(&self.last_change),
            format!("{}{stub}", self.title),
        ]
    }
}

impl Row for Owner {
    const HEAD: &'static [&'static str] = &["where", "files", "active", "owner", "pattern"];
    fn cells(&self) -> Vec<String> {
        vec![
            at(&self.path, self.line),
            self.files.to_string(),
            self.recent_authors.to_string(),
            self.owner.clone(),
            self.pattern.clone(),
        ]
    }
}

impl Row for Signal {
    const HEAD: &'static [&'static str] = &["where", "kind", "tool", "shows"];
    fn cells(&self) -> Vec<String> {
        let detail = match &self.contradicted {
            Some(why) => format!("{} (but: {why})", self.detail),
            None => self.detail.clone(),
        };
        vec![at(&self.path, self.line), self.kind.clone(), self.tool.clone(), detail]
    }
}

impl Row for Deferral {
    const HEAD: &'static [&'static str] = &["where", "tier", "age", "mechanism", "text"];
    fn cells(&self) -> Vec<String> {
        vec![
            at(&self.path, self.line),
            self.tier.word().to_owned(),
            self.age_days.map_or_else(|| "-".to_owned(), age),
            or_dash(&self.mechanism),
            self.text.clone(),
        ]
    }
}
