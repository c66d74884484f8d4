//! Defects of scripts and jobs, whichever store they belong to.
//!
//! The fact names the defect; what it costs is said here.

use crate::answers::{Gap, Sheet, World};
use crate::model::thing::{Backup, BackupMeans};

/// The rule of a defect, and what is wrong as a sentence.
fn said(id: &str, tool: &str) -> Option<(&'static str, String)> {
    let unseen = |why: &str| format!("The backup with {tool} can fail unseen: {why}.");
    let (rule, message) = match id {
        "no-pipefail" => (
            "silent-backup-failure",
            unseen(
                "a failed dump still ends as success, because only the last command of the pipe counts (no pipefail)",
            ),
        ),
        "or-true" => ("silent-backup-failure", unseen("its failure is thrown away (`|| true`)")),
        "ping-first" => (
            "silent-backup-failure",
            unseen("its monitor hears that all is well before the copy is made"),
        ),
        "ping-always" => (
            "silent-backup-failure",
            unseen("its monitor hears that all is well whether the copy was made or not"),
        ),
        "same-volume" => (
            "backup-on-same-volume",
            format!(
                "The backup with {tool} is lost together with its source: the copy is written to the volume it copies."
            ),
        ),
        "mirrors-deletions" => (
            "mirrored-deletion",
            format!(
                "The copy with {tool} deletes what its source lost: after a mistake, the next run takes the copy too."
            ),
        ),
        "no-transaction" => (
            "dump-without-transaction",
            format!(
                "The dump with {tool} has no --single-transaction: it holds up writes while it runs, or copies each table at another moment."
            ),
        ),
        "no-rotation" => (
            "backup-without-rotation",
            format!("The backup with {tool} writes a new file each time, and nothing in its script removes old ones."),
        ),
        "misread-schedule" => (
            "misread-schedule",
            format!("The schedule of {tool} has five fields where the first of six is seconds: it runs at other times than it says."),
        ),
        "no-decrypt" => (
            "encrypted-without-decryption",
            format!("The backup with {tool} is encrypted, and nothing in this repository says how it is decrypted."),
        ),
        "custom-to-psql" => (
            "restore-format-mismatch",
            "The dumps are in an archive format of pg_dump, and the only restore here feeds them to psql, which reads plain SQL.".to_owned(),
        ),
        "plain-to-pg-restore" => (
            "restore-format-mismatch",
            "The dumps are plain SQL, and the only restore here uses pg_restore, which refuses plain SQL.".to_owned(),
        ),
        _ => return None,
    };
    Some((rule, message))
}

/// Raises every defect, and every job that is switched off.
pub(super) fn tell(world: &World<'_>, sheet: &mut Sheet) {
    let tied = world.inventory.datastores.iter().flat_map(|store| &store.backups);
    for backup in tied.chain(&world.inventory.loose_backups) {
        for (id, span) in &backup.defects {
            // What nobody runs fills no disk.
            if id == "no-rotation" && backup.means == BackupMeans::Script {
                continue;
            }
            let Some((rule, message)) = said(id, &backup.tool) else { continue };
            sheet.gap(world, Gap::new(rule, span.path.as_str(), message).on(span).snippet(&backup.tool));
        }
        let off = |why: &&str| ["suspend", "paused", "fields"].iter().any(|word| why.contains(word));
        if let Some(why) = backup.contradicted.as_deref().filter(off) {
            let message = format!("A backup job is switched off: {} ({why}).", backup.tool);
            sheet.gap(world, Gap::new("suspended-backup", name(backup), message).on(&backup.span));
        }
    }
}

fn name(backup: &Backup) -> String {
    format!("{} {}", backup.span.path, backup.tool)
}
