//! Migrations that stand in the way of the previous build.

use jiff::ToSpan;

use super::contract;
use crate::answers::{Gap, Sheet, World};
use crate::model::Severity;
use crate::model::fact::{Alteration, DataVerb, HOLE, MigrationFile, Object, Operation, Runner, WayBack};
use crate::model::thing::Migration;
use crate::rules::{CodeFramework, MissingDown};
use crate::text::cut;

/// Without releases only the newest migrations can have been in the last deployment; how many it
/// held nobody knows. Five is what a small team ships in a few weeks.
const NEWEST: usize = 5;
/// And what is older than a quarter at the last commit was in an earlier one.
const RECENT_DAYS: i64 = 90;

/// The migrations that the last deployment may have brought, newest last.
pub(super) fn judged<'w>(world: &World<'w>) -> Vec<&'w Migration> {
    let all = &world.inventory.migrations;
    if world.inventory.last_release.is_some() {
        return all.iter().filter(|migration| migration.is_unreleased == Some(true)).collect();
    }
    let mut dated: Vec<(Option<String>, usize)> =
        all.iter().enumerate().map(|(index, migration)| (day(world, migration), index)).collect();
    dated.sort();
    // What came long before the last commit has been in service for as long.
    let recent = world.history.last_commit.and_then(|last| last.checked_sub(RECENT_DAYS.days()).ok());
    if let Some(recent) = recent.map(|date| date.to_string().replace('-', "")) {
        dated.retain(|(day, _)| day.as_ref().is_none_or(|day| *day >= recent));
    }
    let newest = dated.iter().rev().take(NEWEST).rev();
    newest.filter_map(|(_, index)| all.get(*index)).collect()
}

/// When a migration came: by history, else by a version that is a date.
fn day(world: &World<'_>, migration: &Migration) -> Option<String> {
    let history = world.history.files.get(&migration.span.path).and_then(|file| file.first_change);
    let digits: String = migration.file.version.chars().filter(char::is_ascii_digit).take(8).collect();
    let dated = (digits.len() == 8 && digits.starts_with("20")).then_some(digits);
    history.map(|date| date.to_string().replace('-', "")).or(dated)
}

/// Makes the gap of one migration, if it has one. Additive changes have none: the previous build
/// simply runs on.
pub(super) fn judge(world: &World<'_>, sheet: &mut Sheet, migration: &Migration) {
    let file = &migration.file;
    let Some((rule, severity, why)) = under(world, migration) else { return };
    let name = migration.span.path.file_name();
    let name = if matches!(name, "migration.sql" | "up.sql") { migration.span.path.as_str() } else { name };
    let used = used(world, &file.up);
    let severity = match &used {
        Some((_, false)) if severity == Severity::High => Severity::Medium,
        _ => severity,
    };
    let use_of_it = used.map(|(says, _)| says).unwrap_or_default();
    let message = format!("`{name}` {}{why}.{use_of_it}", describe(&file.up));
    let mut span = migration.span.clone();
    span.at = match (rule, migration.down_span.is_some()) {
        ("old-build-breaking-migration", _) | (_, true) => first_breaking(file),
        _ => file.way_back_at,
    };
    let mut made = Gap::new(rule, migration.span.path.as_str(), message).on(&span).severity(severity);
    if let Some(down) = &migration.down_span {
        made = made.related(down, "the way down");
    }
    for table in tables(&file.up).into_iter().take(5) {
        made = made.component(table);
    }
    sheet.gap(world, made);
}

/// Where the previous build still uses what goes, in a sentence of its own.
fn used(world: &World<'_>, up: &[(crate::model::At, Operation)]) -> Option<(String, bool)> {
    let tag = &world.inventory.last_release.as_ref()?.release.tag;
    let names = crate::inventory::names_taken_away(up);
    let uses = names.iter().filter_map(|name| Some((name, world.history.old_build.uses.get(name)?.first()?)));
    let (name, first) = uses.min_by_key(|(_, one)| !one.is_certain)?;
    let word = if name.column.is_empty() { &name.table } else { &name.column };
    let place = format!("`{}:{}`", first.path, first.line);
    Some(match first.is_certain {
        true => (format!(" `{tag}` uses `{word}` at {place}."), true),
        false => {
            let says =
                format!(" `{tag}` says `{word}` at {place}; whether it means this one is not certain.");
            (says, false)
        }
    })
}

/// What a declared way back asks of a migration: one that needs no way down asks only whether the
/// previous build can run.
fn under(world: &World<'_>, migration: &Migration) -> Option<(&'static str, Severity, String)> {
    let contract = world.settings.rollback;
    if contract::needs_down(contract) {
        return gap(world, migration);
    }
    let breaks = contract::needs_old_build(contract) && migration.old_build_safe == Some(false);
    let why = ", which a previous build that still uses it does not survive, and the declared way back starts that build";
    breaks.then(|| ("old-build-breaking-migration", Severity::High, why.to_owned()))
}

fn gap(world: &World<'_>, migration: &Migration) -> Option<(&'static str, Severity, String)> {
    let (file, safe) = (&migration.file, migration.old_build_safe);
    if safe == Some(true) {
        return None;
    }
    let severity = match safe {
        Some(false) => Severity::High,
        _ if only_fills(file) => Severity::Low,
        _ => Severity::Medium,
    };
    let found = |rule, why: &str| Some((rule, severity, why.to_owned()));
    let breaks = |why: &str| {
        let severity = if safe == Some(false) { Severity::Medium } else { return None };
        Some(("old-build-breaking-migration", severity, why.to_owned()))
    };
    match file.way_back {
        WayBack::None if is_forward_only(world, file) => {
            breaks(", which a previous build that still uses it does not survive; its runner has no way down")
        }
        WayBack::None if file.runner == Runner::Django => found(
            "irreversible-migration",
            ", and has no reverse for it: unapplying it raises IrreversibleError",
        ),
        WayBack::None => found("irreversible-migration", ", and has no way down"),
        WayBack::DeclaredIrreversible => {
            let reason = file.reason.as_ref().map(|reason| format!(" (\u{201c}{}\u{201d})", cut(reason, 80)));
            found(
                "irreversible-migration",
                &format!(", and declares that there is no way back{}", reason.unwrap_or_default()),
            )
        }
        // Filled rows do the previous build no harm; there is little to undo.
        WayBack::Empty | WayBack::Scaffold | WayBack::Partial | WayBack::NoOp if only_fills(file) => None,
        WayBack::Empty => found("empty-down-migration", ", and its way down is empty"),
        WayBack::Scaffold => {
            found("empty-down-migration", ", and its way down holds only what the generator wrote")
        }
        WayBack::NoOp if safe.is_none() && !deletes(file) => None,
        WayBack::NoOp if file.down.is_none() => found("dishonest-down-migration", &skipped(file)),
        WayBack::NoOp => found("dishonest-down-migration", ", and its way down does nothing"),
        WayBack::Partial => {
            found("dishonest-down-migration", ", and its way down undoes only a part of that")
        }
        WayBack::Destructive => {
            found("dishonest-down-migration", ", and its way down deletes rows that were there before")
        }
        WayBack::Mismatched => {
            found("dishonest-down-migration", ", and its way down removes what it never created")
        }
        WayBack::Lossy => breaks(
            ", which a previous build that still uses it does not survive; the way down brings back the structure, not the data",
        ),
        WayBack::Honest | WayBack::Engine => breaks(
            ", which a previous build that still uses it does not survive unless the way down runs first",
        ),
        WayBack::Exempt => None,
    }
}

/// What becomes of a migration without a way down where its runner says nothing of it.
fn skipped(file: &MigrationFile) -> String {
    let name = file.runner.name();
    match CodeFramework::missing_down(file.runner.id()) {
        MissingDown::Kept => {
            format!(
                ", and has no way down: {name} skips it without a word and goes on counting it as applied"
            )
        }
        _ => format!(
            ", and has no way down: {name} skips it without a word and forgets that it ran, so the next way up runs it again"
        ),
    }
}

/// Whether rows are added or changed and nothing else that matters.
fn only_fills(file: &MigrationFile) -> bool {
    file.up.iter().all(|(_, step)| {
        matches!(
            step,
            Operation::ChangeData(DataVerb::Insert | DataVerb::Update, ..)
                | Operation::CreateOther(Object::Index | Object::Comment, _)
                | Operation::NoOp(_)
        )
    })
}

fn deletes(file: &MigrationFile) -> bool {
    file.up.iter().any(|(_, step)| {
        matches!(step, Operation::ChangeData(DataVerb::Delete | DataVerb::DeleteAll, table, _) if !table.is_empty())
    })
}

/// Runners that have no ways down in common use, and ledgers of pairs in which no migration ever had its
/// second half: their migrations are judged by the previous build alone.
fn is_forward_only(world: &World<'_>, file: &MigrationFile) -> bool {
    match file.runner {
        Runner::Flyway | Runner::Prisma | Runner::Supabase | Runner::SqlFolder => true,
        Runner::SqlPairs | Runner::GolangMigrate | Runner::Sqlx | Runner::Bun => {
            let of = |one: &&Migration| one.file.runner == file.runner && one.file.ledger == file.ledger;
            let same: Vec<&Migration> = world.inventory.migrations.iter().filter(of).collect();
            same.len() >= NEWEST && same.iter().all(|one| one.file.down.is_none())
        }
        _ => false,
    }
}

/// The steps a reader should know of, in words; the most telling ones first.
pub(super) fn describe(up: &[(crate::model::At, Operation)]) -> String {
    let mut said: Vec<(u8, String)> = up.iter().filter_map(|(_, step)| words(step)).collect();
    said.sort();
    said.dedup();
    let worst = said.first().map_or(9, |(rank, _)| *rank);
    said.retain(|(rank, _)| *rank <= worst.max(2));
    let more = said.len().saturating_sub(2);
    let shown: Vec<String> = said.into_iter().take(2).map(|(_, words)| words).collect();
    let shown = if shown.is_empty() { "changes the schema".to_owned() } else { shown.join(" and ") };
    if more > 0 { format!("{shown} (and {more} more)") } else { shown }
}

fn words(step: &Operation) -> Option<(u8, String)> {
    Some(match step {
        Operation::DropTable(table) => (0, format!("drops {}", called("table", table))),
        Operation::DropColumn(table, name) => (0, format!("drops {}", column(table, name))),
        Operation::RenameTable(old, new) => (1, format!("renames {}{}", called("table", old), to(new))),
        Operation::RenameColumn(table, old, new) => (1, format!("renames {}{}", column(table, old), to(new))),
        Operation::AddColumn(table, name, false) => (
            2,
            format!("adds {} that must have a value and has no default in the database", column(table, name)),
        ),
        Operation::AlterColumn(table, name, Alteration::Tightened) => {
            (2, format!("makes {} stricter", column(table, name)))
        }
        Operation::ChangeData(DataVerb::Delete | DataVerb::DeleteAll, table, _) => {
            (3, rows("deletes rows", table))
        }
        Operation::ChangeData(DataVerb::Update, table, _) => (4, rows("changes rows", table)),
        Operation::AlterColumn(table, name, _) => (5, format!("alters {}", column(table, name))),
        Operation::AddConstraint(table, _) => (5, format!("adds a constraint to {}", called("table", table))),
        Operation::OneWay(what) => (5, format!("runs {what}")),
        Operation::DropOther(object, name) => (6, format!("drops {}", called(noun(*object), name))),
        Operation::ReplaceOther(object, name) => (6, format!("changes {}", called(noun(*object), name))),
        Operation::Raw(what) if what.replace(HOLE, "").chars().any(char::is_alphabetic) => {
            (7, format!("runs `{}`", cut(what, 60).replace('`', "'")))
        }
        Operation::Raw(_) => (7, "runs SQL that the program puts together".to_owned()),
        Operation::ChangeData(DataVerb::Insert, table, _) => (8, rows("adds rows", table)),
        _ => return None,
    })
}

fn noun(object: Object) -> &'static str {
    match object {
        Object::Index => "index",
        Object::Constraint => "constraint",
        Object::Extension => "extension",
        Object::View => "view",
        Object::Routine => "routine",
        Object::Trigger => "trigger",
        Object::Policy => "policy",
        Object::Type => "type",
        Object::Schema => "schema",
        Object::Sequence => "sequence",
        Object::Grant => "grant",
        Object::Comment => "comment",
        Object::Other => "object",
    }
}

/// A thing by its name; only the running program knows some names.
fn called(noun: &str, name: &str) -> String {
    let article = if noun.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
    if name.is_empty() { format!("{article} {noun}") } else { format!("{noun} `{name}`") }
}

fn column(table: &str, name: &str) -> String {
    match (table, name) {
        ("", name) => called("column", name),
        (table, "") => format!("a column of `{table}`"),
        _ => format!("column `{table}.{name}`"),
    }
}

fn to(new: &str) -> String {
    if new.is_empty() { String::new() } else { format!(" to `{new}`") }
}

fn rows(verb: &str, table: &str) -> String {
    if table.is_empty() { verb.to_owned() } else { format!("{verb} of `{table}`") }
}

fn first_breaking(file: &MigrationFile) -> crate::model::At {
    let ranked = file.up.iter().filter_map(|(at, step)| words(step).map(|(rank, _)| (rank, *at)));
    ranked.min().map_or(file.way_back_at, |(_, at)| at)
}

fn tables(up: &[(crate::model::At, Operation)]) -> Vec<String> {
    let mut tables: Vec<String> = up
        .iter()
        .filter_map(|(_, step)| match step {
            Operation::DropTable(table)
            | Operation::RenameTable(table, _)
            | Operation::DropColumn(table, _)
            | Operation::RenameColumn(table, ..)
            | Operation::AddColumn(table, ..)
            | Operation::AlterColumn(table, ..)
            | Operation::AddConstraint(table, _)
            | Operation::ChangeData(_, table, _) => Some(table.clone()),
            _ => None,
        })
        .filter(|table| !table.is_empty())
        .collect();
    tables.sort();
    tables.dedup();
    tables
}

#[cfg(test)]
mod tests {
    use super::words;
    use crate::model::fact::{Alteration, Object, Operation};

    #[test]
    fn a_name_that_nobody_wrote_is_not_shown() {
        #[track_caller]
        fn check(step: &Operation, expected: &str) {
            assert_eq!(words(step).map(|(_, words)| words).as_deref(), Some(expected));
        }
        let text = str::to_owned;
        check(&Operation::DropColumn(text("user"), text("a")), "drops column `user.a`");
        check(&Operation::DropColumn(text("user"), text("")), "drops a column of `user`");
        check(&Operation::DropColumn(text(""), text("a")), "drops column `a`");
        check(&Operation::DropTable(text("")), "drops a table");
        check(&Operation::RenameTable(text("a"), text("")), "renames table `a`");
        check(&Operation::DropOther(Object::Index, text("")), "drops an index");
        check(&Operation::AlterColumn(text(""), text(""), Alteration::Tightened), "makes a column stricter");
        check(&Operation::Raw(text("\u{2026}")), "runs SQL that the program puts together");
        check(&Operation::Raw(text("UPDATE \u{2026} SET")), "runs `UPDATE \u{2026} SET`");
    }
}
