//! The last release held beside the revision: migrations that were changed or taken away since, and
//! where its code uses the names that migrations since take away.
//!
//! It reads git objects, never a checkout, and only when migrations ask for it.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::{AhoCorasick, AhoCorasickBuilder};

use crate::facts;
use crate::inventory::{is_common_name, names_taken_away};
use crate::model::fact::{MigrationFile, Runner};
use crate::model::{FactKind, History, Inventory, NameUse, OldBuild, RepoPath, SchemaName};
use crate::parse::{Language, language};
use crate::rules::RuleSet;
use crate::source::{BlobId, FileEntry, Reader, Repository, Snapshot};
use crate::text::{Role, role};

/// More files are a move of the whole folder, not edits.
const MOST_EDITED: usize = 400;
/// More names are a rewrite of the schema, of which a few examples are enough.
const MOST_NAMES: usize = 200;
/// Together with [`MOST_BYTES`]: the largest repository measured has 60,000 files, most of them no code.
const MOST_FILES: usize = 30_000;
const MOST_BYTES: u64 = 300 << 20;
/// Larger files are generated or data.
const LARGEST: u64 = 512 << 10;
/// Places that are kept of one name.
const MOST_USES: usize = 3;
/// A name in more files than this is a word of the domain, not of one table.
const MANY_FILES: usize = 12;

/// Looks at the last release, if there is one and migrations ask for it.
pub(super) fn look(
    repository: &Repository,
    rules: &RuleSet,
    inventory: &Inventory,
    history: &History,
) -> OldBuild {
    let release = history.last_release().filter(|_| !inventory.migrations.is_empty());
    let old = release.and_then(|release| repository.at(&release.commit));
    old.map_or_else(OldBuild::default, |old| compare(&repository.snapshot, &old, rules, inventory))
}

/// Compares two sets of files.
pub(super) fn compare(now: &Snapshot, old: &Snapshot, rules: &RuleSet, inventory: &Inventory) -> OldBuild {
    let mut build = OldBuild { is_known: true, ..OldBuild::default() };
    let paths: BTreeSet<&RepoPath> = inventory
        .migrations
        .iter()
        .flat_map(|migration| [Some(&migration.span), migration.down_span.as_ref()])
        .flatten()
        .map(|span| &span.path)
        .collect();
    let folders: BTreeSet<&str> = paths.iter().map(|path| path.parent()).collect();
    let (reader, old_reader) = (now.reader(), old.reader());
    let blob = |reader: &Reader, file: &FileEntry| {
        file.blob.or_else(|| reader.read(file).ok().and_then(|bytes| BlobId::of(&bytes)))
    };
    let by_blob: BTreeMap<Option<BlobId>, &RepoPath> = now
        .files
        .iter()
        .filter(|file| paths.contains(&file.path))
        .map(|f| (blob(&reader, f), &f.path))
        .collect();
    let mut left = MOST_EDITED;
    let mut listed = Lists::default();
    for file in old.files.iter().filter(|file| folders.contains(file.path.parent())) {
        let current = now.find(file.path.as_str());
        let id = blob(&old_reader, file);
        if current.is_some_and(|current| blob(&reader, current) == id) || left == 0 {
            continue;
        }
        left -= 1;
        let mut migrations = read(&old_reader, file, rules);
        migrations.retain(|one| !is_by_list(one.runner) || listed.names(old, &file.path));
        if migrations.is_empty() {
            continue;
        }
        match current {
            Some(_) => build.edited.insert(file.path.clone(), migrations).map(|_| ()),
            None => {
                let moved = by_blob.get(&id).map(|path| (*path).clone());
                build.gone.insert(file.path.clone(), (migrations, moved)).map(|_| ())
            }
        };
    }
    build.moved = moved(now, old, &paths);
    build.unlisted = unlisted(now, inventory);
    let is_new = |path: &RepoPath, file: &MigrationFile| match build.edited.get(path) {
        Some(before) => !before.iter().any(|one| one.version == file.version),
        None => old.find(path.as_str()).is_none() && !build.moved.contains(path),
    };
    let mut names: BTreeSet<SchemaName> = inventory
        .migrations
        .iter()
        .filter(|migration| is_new(&migration.span.path, &migration.file))
        .flat_map(|migration| names_taken_away(&migration.file.up))
        .collect();
    while names.len() > MOST_NAMES {
        names.pop_last();
    }
    build.uses = uses(old, &names, &folders);
    build
}

/// Migrations that the revision holds and no list of its program names.
fn unlisted(now: &Snapshot, inventory: &Inventory) -> BTreeSet<RepoPath> {
    let mut listed = Lists::default();
    let by_list = inventory.migrations.iter().filter(|migration| is_by_list(migration.file.runner));
    let paths = by_list.map(|one| &one.span.path).filter(|path| !listed.names(now, path));
    paths.cloned().collect()
}

/// Migrations of which the release has a file of the same name that is gone from where it was: a folder
/// was renamed, and ledgers keep versions, not folders. A name says something when it begins with a date.
fn moved(now: &Snapshot, old: &Snapshot, paths: &BTreeSet<&RepoPath>) -> BTreeSet<RepoPath> {
    let left: BTreeSet<&str> = old
        .files
        .iter()
        .filter(|file| now.find(file.path.as_str()).is_none())
        .map(|file| own_name(&file.path))
        .collect();
    let is_moved = |path: &RepoPath| old.find(path.as_str()).is_none() && left.contains(own_name(path));
    paths
        .iter()
        .filter(|path| is_dated(own_name(path)) && is_moved(path))
        .map(|path| (*path).clone())
        .collect()
}

/// The name of a file, or of its folder and itself where every migration's file is called the same.
fn own_name(path: &RepoPath) -> &str {
    let (whole, file) = (path.as_str(), path.file_name());
    if !matches!(file, "migration.sql" | "up.sql" | "down.sql" | "metadata.toml") {
        return file;
    }
    let folder = path.parent();
    let start = folder.rfind('/').map_or(0, |at| at + 1);
    whole.get(start..).unwrap_or(file)
}

/// Whether a name holds a date, as eight digits or more in a row or grouped.
fn is_dated(name: &str) -> bool {
    let name = name.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let digits = name.chars().take_while(|c| c.is_ascii_digit() || matches!(c, '_' | '-'));
    digits.filter(char::is_ascii_digit).count() >= 8
}

/// Runners that run what a list in the program names, whatever stands in the folder.
fn is_by_list(runner: Runner) -> bool {
    runner == Runner::SeaOrm
}

/// The lists of migrations of a set of files, by folder.
#[derive(Default)]
struct Lists {
    texts: BTreeMap<String, Vec<String>>,
}

impl Lists {
    /// Whether a list in the folder of a migration or in the one above names it; also where there is no
    /// list to be found.
    fn names(&mut self, files: &Snapshot, path: &RepoPath) -> bool {
        let folder = path.parent();
        let texts = self.texts.entry(folder.to_owned()).or_insert_with(|| lists(files, folder));
        let name = format!("{}::", path.stem());
        texts.is_empty() || texts.iter().any(|text| text.contains(&name))
    }
}

fn lists(files: &Snapshot, folder: &str) -> Vec<String> {
    let above = folder.rsplit_once('/').map_or("", |(above, _)| above);
    let reader = files.reader();
    let beside = files.files.iter().filter(|file| {
        let own = file.path.parent();
        file.path.extension() == "rs" && (own == folder || own == above) && file.size <= LARGEST
    });
    let texts =
        beside.filter_map(|file| Some(String::from_utf8_lossy(&reader.read(file).ok()?).into_owned()));
    texts.filter(|text| text.contains("MigratorTrait for")).collect()
}

fn read(reader: &Reader, file: &FileEntry, rules: &RuleSet) -> Vec<MigrationFile> {
    let Ok(bytes) = reader.read(file) else { return Vec::new() };
    let facts = facts::collect(&file.path, &bytes, rules).facts;
    let migrations = facts.into_iter().filter_map(|fact| match fact.kind {
        FactKind::Migration(migration) => Some(*migration),
        _ => None,
    });
    migrations.collect()
}

/// Code of the release that can use a table: no tests, no migrations, no mirror of the schema.
fn is_code(file: &FileEntry, folders: &BTreeSet<&str>) -> bool {
    const MIRRORS: &[&str] = &["schema.rb", "structure.sql", "schema.sql", "dump.sql", "schema.json"];
    let is_program = match language(&file.path, b"") {
        Language::Text => matches!(file.path.extension(), "prisma" | "erb" | "haml" | "slim" | "twig" | "ex"),
        Language::Sql | Language::Html | Language::GraphQl => true,
        Language::Yaml | Language::Json | Language::Toml | Language::Xml | Language::Markdown => false,
        Language::Css | Language::Scss | Language::Ini | Language::List | Language::Hcl => false,
        Language::Dockerfile | Language::Makefile | Language::ReStructuredText | Language::AsciiDoc => false,
        _ => true,
    };
    is_program
        && file.size <= LARGEST
        && role(&file.path) == Role::Main
        && !MIRRORS.contains(&file.path.file_name())
        && !folders.contains(file.path.parent())
        && !file.path.has_folder("migrations")
        && !file.path.has_folder("locale")
        && !file.path.has_folder("locales")
}

/// How a program may write a name of a schema: as it is, in camel case, with a capital.
fn spellings(name: &SchemaName) -> Vec<String> {
    let word = if name.column.is_empty() { &name.table } else { &name.column };
    let mut camel = String::new();
    for (index, part) in word.split('_').enumerate() {
        let mut letters = part.chars();
        match letters.next() {
            Some(first) if index > 0 => camel.extend(first.to_uppercase().chain(letters)),
            Some(first) => camel.extend([first].into_iter().chain(letters)),
            None => {}
        }
    }
    let pascal: String =
        camel.chars().take(1).flat_map(char::to_uppercase).chain(camel.chars().skip(1)).collect();
    let mut all = vec![word.clone(), camel, pascal.clone()];
    if name.column.is_empty() {
        // A table `order_items` is the class `OrderItem`.
        all.push(pascal.strip_suffix('s').unwrap_or(&pascal).to_owned());
    }
    all.sort();
    all.dedup();
    all.retain(|spelling| !spelling.is_empty());
    all
}

fn uses(
    old: &Snapshot,
    names: &BTreeSet<SchemaName>,
    folders: &BTreeSet<&str>,
) -> BTreeMap<SchemaName, Vec<NameUse>> {
    let mut found: BTreeMap<SchemaName, Vec<NameUse>> =
        names.iter().map(|name| (name.clone(), Vec::new())).collect();
    let words: Vec<(&SchemaName, String)> =
        names.iter().flat_map(|name| spellings(name).into_iter().map(move |word| (name, word))).collect();
    let patterns = words.iter().map(|(_, word)| word.as_str());
    let Ok(any) = AhoCorasickBuilder::new().build(patterns) else { return BTreeMap::new() };
    if words.is_empty() {
        return found;
    }
    let mut spread: BTreeMap<&SchemaName, usize> = BTreeMap::new();
    let (reader, mut files, mut bytes) = (old.reader(), 0, 0);
    for file in old.files.iter().filter(|file| is_code(file, folders)) {
        (files, bytes) = (files + 1, bytes + file.size);
        if files > MOST_FILES || bytes > MOST_BYTES {
            // Half a search proves nothing.
            return BTreeMap::new();
        }
        let Ok(content) = reader.read(file) else { continue };
        let text = String::from_utf8_lossy(&content);
        for (name, lines) in lines(&any, &words, &text) {
            *spread.entry(name).or_default() += 1;
            let is_certain = !is_common_name(name) || speaks_of(&text, &name.table);
            let kept = found.entry(name.clone()).or_default();
            kept.extend(lines.into_iter().map(|line| NameUse { path: file.path.clone(), line, is_certain }));
        }
    }
    for (name, kept) in &mut found {
        if spread.get(name).is_some_and(|files| *files > MANY_FILES) {
            kept.iter_mut().for_each(|one| one.is_certain = false);
        }
        kept.sort_by(|a, b| (!a.is_certain, a).cmp(&(!b.is_certain, b)));
        kept.truncate(MOST_USES);
    }
    found
}

/// Lines of a text that use a name, comments left out.
fn lines<'n>(
    any: &AhoCorasick,
    words: &[(&'n SchemaName, String)],
    text: &str,
) -> BTreeMap<&'n SchemaName, BTreeSet<u32>> {
    let mut found: BTreeMap<&SchemaName, BTreeSet<u32>> = BTreeMap::new();
    let index = crate::text::LineIndex::new(text);
    let is_word = |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    for hit in any.find_overlapping_iter(text) {
        let before = hit.start().checked_sub(1).and_then(|at| text.as_bytes().get(at));
        if is_word(before) || is_word(text.as_bytes().get(hit.end())) {
            continue;
        }
        let line = index.line(hit.start());
        let start = text.get(..hit.start()).and_then(|head| head.rfind('\n')).map_or(0, |at| at + 1);
        let head = text.get(start..hit.start()).unwrap_or_default().trim_start();
        let is_comment = ["//", "#", "--", "*", "/*", "<!--"].iter().any(|mark| head.starts_with(mark));
        if let Some((name, _)) = words.get(hit.pattern().as_usize()).filter(|_| !is_comment) {
            found.entry(name).or_default().insert(line);
        }
    }
    found
}

/// Whether a text speaks of a table under any of its spellings.
fn speaks_of(text: &str, table: &str) -> bool {
    let plain = |text: &str| text.replace('_', "").to_ascii_lowercase();
    let table = plain(table);
    let table = table.strip_suffix('s').unwrap_or(&table);
    !table.is_empty() && plain(text).contains(table)
}

#[cfg(test)]
mod tests {
    use super::{Lists, is_dated, lines, own_name, spellings};
    use crate::model::SchemaName;
    use crate::source::Snapshot;
    use aho_corasick::AhoCorasickBuilder;
    use std::collections::BTreeMap;

    fn name(table: &str, column: &str) -> SchemaName {
        SchemaName { table: table.to_owned(), column: column.to_owned() }
    }

    #[test]
    fn a_program_may_write_a_name_in_several_ways() {
        assert_eq!(spellings(&name("t", "order_id")), ["OrderId", "orderId", "order_id"]);
        assert_eq!(
            spellings(&name("order_items", "")),
            ["OrderItem", "OrderItems", "orderItems", "order_items"]
        );
        assert!(spellings(&name("", "")).is_empty());
    }

    #[test]
    fn a_name_counts_as_a_whole_word_outside_of_comments() {
        #[track_caller]
        fn check(text: &str, expected: &[u32]) {
            let name = name("t", "order_id");
            let words = vec![(&name, "order_id".to_owned())];
            let any = AhoCorasickBuilder::new().build(["order_id"]).ok();
            let found = any.map(|any| lines(&any, &words, text)).unwrap_or_default();
            let found: Vec<u32> = found.into_values().flatten().collect();
            assert_eq!(found, expected, "{text}");
        }
        check("select order_id\nfrom t", &[1]);
        check("x\ny.order_id = 1", &[2]);
        check("# order_id goes", &[]);
        check("reorder_id order_ids", &[]);
    }

    #[test]
    fn a_migration_that_no_list_names_is_not_run() {
        let list = "impl MigratorTrait for Migrator { fn migrations() { vec![Box::new(m1_a::Migration)] } }";
        let files: BTreeMap<String, String> =
            [("m/src/lib.rs", list), ("m/src/m1_a.rs", "x"), ("o/src/m1_a.rs", "x")]
                .into_iter()
                .map(|(path, text)| (path.to_owned(), text.to_owned()))
                .collect();
        let files = Snapshot::of_memory(&files);
        let mut lists = Lists::default();
        assert!(lists.names(&files, &"m/src/m1_a.rs".into()));
        assert!(!lists.names(&files, &"m/src/m2_b.rs".into()));
        // Without a list nothing is known.
        assert!(lists.names(&files, &"o/src/m2_b.rs".into()));
    }

    #[test]
    fn a_moved_migration_is_known_by_a_name_with_a_date() {
        #[track_caller]
        fn check(path: &str, name: &str, is_known: bool) {
            assert_eq!((own_name(&path.into()), is_dated(name)), (name, is_known), "{path}");
        }
        check("migrations/Version20240310150000.php", "Version20240310150000.php", true);
        check("database/migrations/2024_01_31_120000_x.php", "2024_01_31_120000_x.php", true);
        check("prisma/migrations/20240131120000_x/migration.sql", "20240131120000_x/migration.sql", true);
        // Every app has one.
        check("shop/migrations/0001_initial.py", "0001_initial.py", false);
        check("up.sql", "up.sql", false);
    }
}
