//! Runbooks and other operational pages: what they are for, whether they are more than a stub, when
//! they were reviewed, and what they name.
//!
//! A page is operational by its folder, its name, or a review date in its front matter. Incident
//! reports are something else. Only Markdown (and what reads like it) is taken apart. Whether what
//! a page names exists is for the inventory to say.

use std::sync::LazyLock;

use jiff::ToSpan as _;
use jiff::civil::Date;
use regex::Regex;

use super::SourceFile;
use crate::model::fact::{Mention, MentionKind, PageKind, Runbook};
use crate::model::{At, Fact, FactKind, FileFacts, RepoPath};
use crate::parse::Language;
use crate::parse::markdown::{Block, BlockKind, Markdown};
use crate::rules::RuleSet;
use crate::text::{Role, anchor, cut};

/// Hidden folders in which forges keep pages for people.
const FORGES: &[&str] = &[".github", ".gitlab", ".gitea", ".forgejo"];
/// Folders of operational pages.
const FOLDERS: &[(&str, PageKind)] = &[
    ("runbook", PageKind::Runbook),
    ("runbooks", PageKind::Runbook),
    ("run-books", PageKind::Runbook),
    ("playbook", PageKind::Runbook),
    ("playbooks", PageKind::Runbook),
    ("troubleshooting", PageKind::Runbook),
    ("operation_guide", PageKind::Runbook),
    ("operations-guide", PageKind::Runbook),
    ("oncall", PageKind::OnCall),
    ("on-call", PageKind::OnCall),
    ("on_call", PageKind::OnCall),
    ("incident-response", PageKind::IncidentProcess),
    ("incident-management", PageKind::IncidentProcess),
    ("incident-process", PageKind::IncidentProcess),
    ("disaster-recovery", PageKind::Recovery),
    ("drills", PageKind::Recovery),
    ("game-days", PageKind::Recovery),
    ("rehearsals", PageKind::Recovery),
    ("gamedays", PageKind::Recovery),
    ("dr-tests", PageKind::Recovery),
    ("restore-tests", PageKind::Recovery),
];
/// Folders of what already happened.
const REPORT_FOLDERS: &[&str] = &[
    "incidents",
    "incident",
    "incident-reports",
    "incident_reports",
    "postmortems",
    "postmortem",
    "post-mortems",
    "outages",
    "retrospectives",
    "rca",
];
/// Names that say among reports how the next incident is run.
const PROCESS_AMONG_REPORTS: &[&str] =
    &["process", "procedure", "response", "handling", "roles", "how-we-respond"];
/// Words of file names, with hyphens for every separator. The first that fits decides.
const NAMES: &[(&str, PageKind)] = &[
    ("incident-process", PageKind::IncidentProcess),
    ("incident-response", PageKind::IncidentProcess),
    ("incident-management", PageKind::IncidentProcess),
    ("incident-handling", PageKind::IncidentProcess),
    ("incident-procedure", PageKind::IncidentProcess),
    ("managing-incidents", PageKind::IncidentProcess),
    ("on-call", PageKind::OnCall),
    ("oncall", PageKind::OnCall),
    ("escalation", PageKind::OnCall),
    ("disaster-recovery", PageKind::Recovery),
    ("backups-and-restores", PageKind::Recovery),
    ("backup-and-restore", PageKind::Recovery),
    ("runbook", PageKind::Runbook),
    ("run-book", PageKind::Runbook),
    ("playbook", PageKind::Runbook),
    ("responding-to-alerts", PageKind::Runbook),
];
/// Front matter that dates a review.
const REVIEWED_KEYS: &[&str] =
    &["last_reviewed_on", "last_reviewed", "last-reviewed", "reviewed_on", "reviewed"];
/// Front matter that dates the next one.
const DUE_KEYS: &[&str] = &["review_by", "next_review", "next_review_on", "next_review_date", "review_date"];

/// A page with less than this says what it is about and no more. Shorter real runbooks exist, so a
/// command or a link clears the page.
const STUB_WORDS: u32 = 40;
/// Up to this length a mark of unfinished text makes the page a stub.
const UNFINISHED_WORDS: u32 = 120;

/// Markdown of an operational folder, name or front matter.
pub(super) fn wants(file: &SourceFile<'_>) -> bool {
    file.language == Language::Markdown
        && !matches!(file.role, Role::Test | Role::Example)
        && !is_of_tools(file.path)
        && kind(file.path).or_else(|| dated(file)).is_some()
}

/// Whether a page lies in a hidden folder: instructions for tools, not for people. Forges keep pages
/// for people in theirs.
fn is_of_tools(path: &RepoPath) -> bool {
    let hidden = path.parent().split('/').filter(|folder| folder.starts_with('.'));
    hidden.into_iter().any(|folder| !FORGES.contains(&folder))
}

/// Reads the page.
pub(super) fn collect(file: &SourceFile<'_>, _: &RuleSet, out: &mut FileFacts) {
    let Some(kind) = kind(file.path).or_else(|| dated(file)) else { return };
    let page = file.markdown();
    let (title, at) =
        page.title().unwrap_or_else(|| (file.path.stem().to_owned(), At { line: 1, start: 0, end: 0 }));
    // `# <%= current_page.data.title %>` is blank once templates are hidden.
    let title = if title.trim().is_empty() { file.path.stem().to_owned() } else { title };
    let words = words(page);
    let review = Review::read(file, page);
    let runbook = Runbook {
        kind,
        title,
        words,
        anchors: anchor::anchors(page.headings().map(|(_, _, block)| block.text.as_str())),
        stub: stub(page, words),
        commands: Vec::new(),
        reviewed: review.reviewed.map(|date| date.to_string()),
        review_due: review.due.map(|date| date.to_string()),
        review_at: review.at,
        drills: super::drill::records(file, page),
        roles: roles(page),
        mentions: paths(file, page),
        parts: super::procedure::parts(page),
        placeholder: super::procedure::placeholder(file, page),
    };
    out.facts.push(Fact { at, kind: FactKind::Runbook(Box::new(runbook)) });
}

/// What a page is for, by its place and name.
fn kind(path: &RepoPath) -> Option<PageKind> {
    let stem = path.stem().to_ascii_lowercase().replace(['_', ' '], "-");
    let named = NAMES.iter().find(|(name, _)| stem.contains(name)).map(|(_, kind)| *kind);
    let is_report = REPORT_FOLDERS.iter().any(|folder| path.has_folder(folder));
    let is_form = stem.contains("template");
    if is_report && PROCESS_AMONG_REPORTS.contains(&stem.as_str()) {
        return Some(PageKind::IncidentProcess);
    }
    if is_form || (is_report && !matches!(named, Some(PageKind::IncidentProcess | PageKind::OnCall))) {
        return None;
    }
    let folder = FOLDERS.iter().find(|(folder, _)| path.has_folder(folder)).map(|(_, kind)| *kind);
    named.or(folder)
}

/// A page with a review date is meant to be used, whatever its name; by name it is a runbook.
fn dated(file: &SourceFile<'_>) -> Option<PageKind> {
    let is_report = REPORT_FOLDERS.iter().any(|folder| file.path.has_folder(folder));
    (!is_report && (file.holds("review_in:") || file.holds("last_reviewed"))).then_some(())?;
    file.markdown().front_matter.as_ref().filter(|m| REVIEWED_KEYS.iter().any(|key| m.get(key).is_some()))?;
    Some(PageKind::Runbook)
}

fn words(page: &Markdown) -> u32 {
    let prose = page.blocks.iter().filter(|b| !matches!(b.kind, BlockKind::Code(_) | BlockKind::Heading(_)));
    prose.map(|block| u32::try_from(block.text.split_whitespace().count()).unwrap_or(0)).sum()
}

/// Why a page helps nobody, if so.
fn stub(page: &Markdown, words: u32) -> Option<String> {
    let code = page.blocks.iter().filter(|b| matches!(b.kind, BlockKind::Code(_))).count();
    let links: usize = page.blocks.iter().map(|block| block.links.len()).sum();
    let spans: usize = page.blocks.iter().map(|block| block.codes.len()).sum();
    let includes = page.blocks.iter().any(|b| b.text.contains("```{") || b.text.contains("{%"));
    let unfinished = page.blocks.iter().filter(|b| !matches!(b.kind, BlockKind::Code(_))).find_map(|block| {
        let text = block.text.trim().trim_end_matches(['.', '…', ':', '!']).to_lowercase();
        let is_mark =
            ["todo", "tbd", "tba", "wip", "coming soon", "to be written", "to be done", "fill me in"]
                .contains(&text.as_str());
        let starts =
            ["todo:", "tbd:", "todo -", "fill in", "lorem ipsum"].iter().any(|mark| text.starts_with(mark));
        (is_mark || starts).then(|| cut(&block.text, 40))
    });
    if let Some(mark) = unfinished.filter(|_| words < UNFINISHED_WORDS && code == 0) {
        return Some(format!("{words} words, and \"{mark}\""));
    }
    // Pages that only point elsewhere, list others, or include them are signs, not stubs.
    let is_empty = words < STUB_WORDS && code == 0 && links == 0 && spans == 0 && !includes;
    is_empty.then(|| format!("{words} words, no command and no link"))
}

#[derive(Default)]
struct Review {
    reviewed: Option<Date>,
    due: Option<Date>,
    at: Option<At>,
}

impl Review {
    fn read(file: &SourceFile<'_>, page: &Markdown) -> Self {
        let mut review = Self::default();
        if let Some(matter) = &page.front_matter {
            let find = |keys: &[&str]| keys.iter().find_map(|key| matter.entry(key));
            if let Some(entry) = find(REVIEWED_KEYS) {
                review.reviewed = entry.node.text().and_then(date);
                review.at = Some(entry.at);
            }
            let period = matter.text_at("review_in");
            review.due = review.reviewed.and_then(|from| after(from, period?));
            if let Some(entry) = find(DUE_KEYS) {
                review.due = review.due.or(entry.node.text().and_then(date));
                review.at = review.at.or(Some(entry.at));
            }
        }
        if review.at.is_none()
            && let Some((at, is_due, date)) = in_prose(file)
        {
            review.at = Some(at);
            if is_due {
                review.due = Some(date);
            } else {
                review.reviewed = Some(date);
            }
        }
        review
    }
}

/// "Last reviewed: 2025-01-31", "Next review due 2025-06-30".
fn in_prose(file: &SourceFile<'_>) -> Option<(At, bool, Date)> {
    static LINE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let pattern = r"(?im)^\W*(?:(last\s+reviewed?(?:\s+on)?)|(next\s+review(?:\s+due)?|review\s+(?:by|due)))\W+(\d{4}-\d\d-\d\d)";
        Regex::new(pattern).ok()
    });
    if !file.holds("eview") {
        return None;
    }
    let found = LINE.as_ref()?.captures(&file.text)?;
    let date = date(found.get(3)?.as_str())?;
    Some((file.lines().at(found.get(3)?.range()), found.get(2).is_some(), date))
}

fn date(text: &str) -> Option<Date> {
    let text = text.trim();
    text.get(..10).unwrap_or(text).replace('/', "-").parse().ok()
}

/// A date after a period in words: "6 months", "1 year", "90 days".
fn after(from: Date, period: &str) -> Option<Date> {
    let mut parts = period.split_whitespace();
    let count: i64 = parts.next()?.parse().ok().filter(|count| (1..=1000).contains(count))?;
    let span = match parts.next()?.to_ascii_lowercase().trim_end_matches(['s', ',', '.']) {
        "day" => count.days(),
        "week" => count.weeks(),
        "month" => count.months(),
        "year" => count.years(),
        _ => return None,
    };
    from.checked_add(span).ok()
}

/// Roles and channels that a page defines.
fn roles(page: &Markdown) -> Vec<String> {
    static ROLE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?ix)\b(
            incident\ (?:commander|lead|manager|coordinator|controller|owner|responder) |
            (?:comms|communications?)\ (?:lead|manager|officer|liaison) |
            (?:technical|tech|ops|operations)\ lead | scribe | external\ liaison | customer\ liaison
            )\b",
        )
        .ok()
    });
    static CHANNEL: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?:^|[\s(`'\x22])(#[a-z][a-z0-9_-]{2,40})\b").ok());
    let (Some(role), Some(channel)) = (ROLE.as_ref(), CHANNEL.as_ref()) else { return Vec::new() };
    let mut found = Vec::new();
    for block in page.blocks.iter().filter(|b| !matches!(b.kind, BlockKind::Code(_))) {
        found.extend(role.find_iter(&block.text).map(|m| m.as_str().to_lowercase()));
        let lower = block.text.to_lowercase();
        if lower.contains("slack") || lower.contains("channel") || lower.contains("chat") {
            found.extend(
                channel.captures_iter(&block.text).filter_map(|c| Some(c.get(1)?.as_str().to_owned())),
            );
        }
    }
    found.sort();
    found.dedup();
    found.truncate(12);
    found
}

/// Paths in back-ticks, with a folder, without blanks, wildcards or anything to be filled in; and what
/// commands name.
fn paths(file: &SourceFile<'_>, page: &Markdown) -> Vec<Mention> {
    let mut found = Vec::new();
    for block in page.blocks.iter().filter(|b| !matches!(b.kind, BlockKind::Code(_))) {
        for code in &block.codes {
            if let Some(what) = path_like(code) {
                found.push(Mention { kind: MentionKind::Path, what, at: place(file, block, code) });
            }
        }
    }
    found.extend(super::named::mentions(file));
    found
}

fn place(file: &SourceFile<'_>, block: &Block, code: &str) -> At {
    let text = file.text.get(block.at.start as usize..block.at.end as usize).unwrap_or_default();
    text.find(code).map_or(block.at, |offset| {
        let start = block.at.start as usize + offset;
        file.lines().at(start..start + code.len())
    })
}

pub(super) fn path_like(code: &str) -> Option<String> {
    let code = code.trim().trim_start_matches("./").trim_end_matches('/');
    let is_plain = code.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c));
    let has_folder =
        code.contains('/') && !code.starts_with('/') && !code.contains("//") && !code.contains("..");
    (is_plain && has_folder && code.len() <= 200).then(|| code.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{after, date, is_of_tools, kind, path_like};
    use crate::facts::collect;
    use crate::model::FactKind;
    use crate::model::fact::{PageKind, Runbook};
    use crate::rules::RuleSet;

    fn page(path: &str, text: &str) -> Option<Runbook> {
        let facts = collect(&path.into(), text.as_bytes(), RuleSet::builtin()).facts;
        facts.into_iter().find_map(|fact| match fact.kind {
            FactKind::Runbook(page) => Some(*page),
            _ => None,
        })
    }

    #[test]
    fn knows_operational_pages_from_reports_and_code() {
        assert_eq!(kind(&"docs/incidents/process.md".into()), Some(PageKind::IncidentProcess));
        assert_eq!(kind(&"docs/incidents/2026-01-05-process-killed.md".into()), None);
        assert_eq!(kind(&"docs/drills/2026-09-16-restore.md".into()), Some(PageKind::Recovery));
        assert!(kind(&"docs/runbooks/disk.md".into()).is_some());
        assert!(is_of_tools(&".agent/skills/playbooks/a.md".into()));
        assert!(!is_of_tools(&".github/runbooks/a.md".into()) && !is_of_tools(&"runbooks/a.md".into()));
        assert!(kind(&"docs/incident-response.md".into()).is_some());
        assert!(kind(&"docs/incidents/process/on-call.md".into()).is_some());
        assert!(kind(&"docs/incidents/2024-01-01.md".into()).is_none());
        assert!(kind(&"docs/incidents/runbook-was-wrong.md".into()).is_none());
        assert!(kind(&"docs/runbooks/template.md".into()).is_none());
        assert!(kind(&"docs/usage.md".into()).is_none());
    }

    #[test]
    fn adds_the_review_period() {
        let text = "---\ntitle: Disk\nlast_reviewed_on: 2025-08-31\nreview_in: 6 months\n---\n# <%= current_page.data.title %>\n";
        let page = page("source/disk.html.md.erb", text).unwrap();
        assert_eq!(page.review_due.as_deref(), Some("2026-02-28"));
        assert_eq!(page.review_at.unwrap().line, 3);
        assert_eq!(page.title, "Disk");
        assert_eq!(after(date("2025-01-01").unwrap(), "soon"), None);
        assert_eq!(after(date("2025-01-01").unwrap(), "2 weeks"), date("2025-01-15"));
    }

    #[test]
    fn a_short_page_with_a_command_is_no_stub() {
        let stub = |text: &str| page("runbooks/a.md", text).unwrap().stub;
        assert!(stub("# Disk full\n\nTODO\n").is_some());
        assert!(stub("# Disk full\n\nAsk somebody.\n").is_some());
        assert!(stub("# Disk full\n\nRun `df -h`.\n").is_none());
        assert!(stub("# Disk full\n\n```sh\ndf -h\n```\n").is_none());
        assert!(stub("# Disk full\n\nSee [the wiki](https://wiki.corp/disk).\n").is_none());
        assert!(stub(&format!("# Long\n\n{}\n", "word ".repeat(60))).is_none());
    }

    #[test]
    fn finds_roles_and_drills() {
        let text = "# On call\n\nThe Incident Commander opens the Slack channel #inc-ops.\n\n- Game day on 2026-03-01: restored the database\n- issue #123\n";
        let page = page("docs/on-call.md", text).unwrap();
        assert_eq!(page.roles, ["#inc-ops", "incident commander"]);
        assert_eq!(page.drills[0].date, "2026-03-01");
    }

    #[test]
    fn knows_paths_by_their_form() {
        assert_eq!(path_like("./scripts/restore.sh").as_deref(), Some("scripts/restore.sh"));
        for code in ["kubectl get pods", "/etc/hosts", "a/<name>", "and/or/*", "../x/y", "https://a/b"] {
            assert_eq!(path_like(code), None, "{code}");
        }
    }
}
