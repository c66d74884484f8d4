//! Marks of tools by which a team sees and tells: calls that set them up, dashboards as files,
//! status pages, contacts and templates.
//!
//! Dependencies and declared resources are read from their own facts by the inventory. One fact per
//! tool and file.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use regex::Regex;

use super::SourceFile;
use crate::model::fact::{Signal, SignalKind};
use crate::model::{At, Fact, FactKind, FileFacts};
use crate::parse::Language;
use crate::rules::{RuleSet, signals};
use crate::text::{Role, address, cut, fold};

/// Where the first line of the file is the place.
const TOP: At = At { line: 1, start: 0, end: 0 };

/// Everything but tests and examples; the name or a word decides further on.
pub(super) fn wants(file: &SourceFile<'_>) -> bool {
    !matches!(file.role, Role::Test | Role::Example)
}

/// Looks for each kind of mark.
pub(super) fn collect(file: &SourceFile<'_>, _: &RuleSet, out: &mut FileFacts) {
    let mut found = match file.language {
        Language::Json => dashboard(file).into_iter().collect(),
        Language::Markdown | Language::Text | Language::ReStructuredText => prose(file),
        _ => {
            let mut found = calls(file);
            found.extend(named(file));
            found.extend(shown(file));
            found
        }
    };
    found.extend(unread(file));
    let fact = |(at, signal): (At, Signal)| Fact { at, kind: FactKind::Signal(signal) };
    out.facts.extend(found.into_iter().map(fact));
}

fn configured(kind: SignalKind, tool: &str, detail: impl Into<String>) -> Signal {
    Signal { kind, tool: tool.to_owned(), detail: detail.into(), is_configured: true, contradicted: None }
}

/// Calls and keys of the catalogue, the first of each tool.
fn calls(file: &SourceFile<'_>) -> Vec<(At, Signal)> {
    static CALLS: LazyLock<Option<(AhoCorasick, Vec<usize>)>> = LazyLock::new(|| {
        let (mut words, mut tools) = (Vec::new(), Vec::new());
        for (index, marks) in signals().iter().enumerate() {
            words.extend(marks.code.iter().cloned());
            tools.extend(marks.code.iter().map(|_| index));
        }
        Some((AhoCorasick::new(words).ok()?, tools))
    });
    let Some((automaton, tools)) = CALLS.as_ref() else { return Vec::new() };
    let mut seen: Vec<usize> = Vec::new();
    let mut found = Vec::new();
    for hit in automaton.find_iter(file.text.as_bytes()) {
        let Some(&tool) = tools.get(hit.pattern().as_usize()) else { continue };
        let line = file.lines().line(hit.start());
        let text = file.text.get(file.lines().start(line)..file.lines().end(line)).unwrap_or_default().trim();
        let is_comment = ["//", "#", "*", "/*", "--", "<!--"].iter().any(|mark| text.starts_with(mark));
        if is_comment || seen.contains(&tool) {
            continue;
        }
        seen.push(tool);
        if let Some(marks) = signals().get(tool) {
            let detail = cut(&fold(text), 80);
            found.push((file.lines().at(hit.range()), configured(marks.kind, &marks.tool, detail)));
        }
    }
    found
}

/// A dashboard of Grafana: panels and a schema version at the top.
fn dashboard(file: &SourceFile<'_>) -> Option<(At, Signal)> {
    if !(file.holds("\"panels\"") && file.holds("\"schemaVersion\"")) {
        return None;
    }
    static TITLE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r#"(?m)^ {0,4}"title"\s*:\s*"([^"]{1,120})""#).ok());
    let titles = TITLE.as_ref()?.captures_iter(&file.text);
    let title = titles.last().and_then(|c| c.get(1)).map_or(file.path.stem(), |m| m.as_str());
    Some((TOP, configured(SignalKind::Dashboard, "Grafana", format!("dashboard \"{title}\""))))
}

/// Files that are signals by their name.
fn named(file: &SourceFile<'_>) -> Vec<(At, Signal)> {
    let name = file.path.file_name();
    let mut found = Vec::new();
    match file.language {
        Language::Yaml if name == ".upptimerc.yml" => {
            let root = file.yaml().first();
            let sites = root.and_then(|r| r.get("sites")).map_or(0, |sites| sites.items().len());
            found.push((TOP, configured(SignalKind::Uptime, "Upptime", format!("checks {sites} sites"))));
            if root.is_some_and(|r| r.get("status-website").is_some()) {
                let signal = configured(SignalKind::StatusPage, "Upptime", "status website on GitHub Pages");
                found.push((TOP, signal));
            }
        }
        Language::Yaml if file.holds("endpoints:") && file.holds("conditions:") => found.extend(gatus(file)),
        Language::Yaml if is_issue_template(file) => found.extend(template(file)),
        Language::Dockerfile => {
            let line = file
                .text
                .lines()
                .position(|l| l.trim_start().to_ascii_uppercase().starts_with("HEALTHCHECK "));
            if let Some(line) = line.filter(|_| !file.holds("HEALTHCHECK NONE")) {
                let line = u32::try_from(line).unwrap_or(0) + 1;
                let at = file.lines().at(file.lines().start(line)..file.lines().end(line));
                found.push((at, configured(SignalKind::Probe, "Docker", "HEALTHCHECK of the image")));
            }
        }
        _ if matches!(file.path.extension(), "jsonnet" | "libsonnet") => {
            let is_dashboard = file.holds("dashboard.new(") || file.holds("g.dashboard.new(");
            if is_dashboard {
                let detail = format!("dashboard in Jsonnet: {}", file.path.file_name());
                found.push((TOP, configured(SignalKind::Dashboard, "Grafana", detail)));
            }
        }
        _ => {}
    }
    found
}

/// Languages of configuration that are not taken apart here.
const UNREAD: &[&str] = &["nix", "jsonnet", "libsonnet", "cue", "dhall", "pp", "pkl"];

/// Routing in such a language: said to be there, so that its absence is not claimed.
fn unread(file: &SourceFile<'_>) -> Option<(At, Signal)> {
    if !UNREAD.contains(&file.path.extension()) {
        return None;
    }
    let (word, tool) =
        [("alertmanager", "Alertmanager"), ("pagerduty", "PagerDuty"), ("opsgenie", "Opsgenie")]
            .into_iter()
            .find(|(word, _)| file.holds(word))?;
    let offset = file.text.find(word)?;
    let detail = format!("speaks of {tool} in a language that is not read here");
    let signal = Signal { is_configured: false, ..configured(SignalKind::Paging, tool, detail) };
    Some((file.lines().at(offset..offset + word.len()), signal))
}

fn gatus(file: &SourceFile<'_>) -> Option<(At, Signal)> {
    let endpoints = file.yaml().first()?.get("endpoints")?.items();
    let checks = endpoints.iter().filter(|e| e.get("url").is_some() && e.get("conditions").is_some()).count();
    (checks > 0).then(|| (TOP, configured(SignalKind::Uptime, "Gatus", format!("checks {checks} endpoints"))))
}

fn is_issue_template(file: &SourceFile<'_>) -> bool {
    file.path.has_folder("ISSUE_TEMPLATE") || file.path.has_folder("issue_templates")
}

/// A template for incidents, notices or reports, by its name.
fn template(file: &SourceFile<'_>) -> Option<(At, Signal)> {
    let stem = file.path.stem().to_ascii_lowercase();
    let is_place = is_issue_template(file) || stem.contains("template") || file.path.has_folder("templates");
    let is_about = ["incident", "postmortem", "post-mortem", "outage", "retrospective"]
        .iter()
        .any(|word| stem.contains(word) || (stem.contains("template") && file.path.parent().contains(word)));
    (is_place && is_about).then(|| {
        (TOP, configured(SignalKind::Template, "template", format!("template {}", file.path.file_name())))
    })
}

fn prose(file: &SourceFile<'_>) -> Vec<(At, Signal)> {
    let mut found: Vec<(At, Signal)> = template(file).into_iter().collect();
    found.extend(told(file));
    let name = file.path.file_name().to_ascii_lowercase();
    let is_top = matches!(file.path.parent(), "" | ".github" | "docs" | ".gitlab");
    if name == "security.txt" {
        found.extend(security_txt(file));
    } else if is_top && file.path.file_name().starts_with("SECURITY.") {
        let words =
            ["advisor", "report a vulnerability", "vulnerability report", "e-mail", "email", "contact"];
        let lower = file.text.to_lowercase();
        let has_contact =
            file.holds("@") || address(&file.text).is_some() || words.iter().any(|word| lower.contains(word));
        let detail = if has_contact { "says whom to tell of a security problem" } else { "names no contact" };
        let signal = Signal {
            is_configured: has_contact,
            ..configured(SignalKind::SecurityContact, "SECURITY", detail)
        };
        found.push((TOP, signal));
    } else if is_top && file.path.file_name().starts_with("SUPPORT.") {
        found.push((TOP, configured(SignalKind::SupportContact, "SUPPORT", "says where to ask for help")));
    }
    let is_front =
        is_top && ["readme.", "support.", "contributing.", "index."].iter().any(|n| name.starts_with(n));
    if is_front || ["incident", "status", "communicat"].iter().any(|word| name.contains(word)) {
        found.extend(status_page(file));
    }
    found
}

/// Commands of the catalogue that operational prose names, the first of each tool. Only mentions.
fn told(file: &SourceFile<'_>) -> Vec<(At, Signal)> {
    let mut found = Vec::new();
    for marks in signals() {
        let first = marks.prose.iter().filter_map(|word| Some((file.text.find(word.as_str())?, word))).min();
        if let Some((offset, word)) = first {
            let detail = format!("a page tells how: `{}`", word.trim());
            let signal = Signal { is_configured: false, ..configured(marks.kind, &marks.tool, detail) };
            found.push((file.lines().at(offset..offset + word.len()), signal));
        }
    }
    found
}

/// `Contact:` and `Expires:` of RFC 9116. Whether it has expired depends on the day, so the date is
/// kept as written.
fn security_txt(file: &SourceFile<'_>) -> Option<(At, Signal)> {
    let line = |key: &str| file.text.lines().position(|l| l.to_ascii_lowercase().starts_with(key));
    line("contact:")?;
    let expires = line("expires:");
    let detail = expires.and_then(|n| file.text.lines().nth(n)).unwrap_or("no expiry date").trim().to_owned();
    let at = expires.map_or(TOP, |n| {
        let n = u32::try_from(n).unwrap_or(0) + 1;
        file.lines().at(file.lines().start(n)..file.lines().end(n))
    });
    Some((at, configured(SignalKind::SecurityContact, "security.txt", cut(&detail, 60))))
}

/// Hosts of other people's status pages.
const VENDORS: &[&str] = &[
    "github",
    "aws",
    "amazon",
    "google",
    "azure",
    "microsoft",
    "heroku",
    "cloudflare",
    "docker",
    "npmjs",
    "pypi",
    "python",
    "fastly",
    "slack",
    "atlassian",
    "gitlab",
    "digitalocean",
    "circleci",
    "travis",
    "netlify",
    "vercel",
    "statuspage.io",
    "badge",
    "sentry.io",
    "datadog",
    "newrelic",
    "pagerduty",
    "opsgenie",
    "twilio",
    "stripe",
    "auth0",
    "okta",
    "quay.io",
    "rubygems",
    "readthedocs",
    "hetzner",
    "ovh",
    "scaleway",
    "linode",
    "letsencrypt",
    "cloud.gov",
    "openai",
];

/// Endings of what users are shown.
const SHOWN: &[&str] = &[
    "html", "htm", "erb", "haml", "slim", "jinja", "jinja2", "j2", "njk", "vue", "svelte", "tsx", "jsx",
    "hbs", "ejs", "twig", "php",
];

/// A link to a status page in what users are shown: there it is the team's own, whoever hosts it.
fn shown(file: &SourceFile<'_>) -> Option<(At, Signal)> {
    if !SHOWN.contains(&file.path.extension()) || !(file.holds("://status.") || file.holds("statuspage.io")) {
        return None;
    }
    linked(file, |_| true)
}

/// A link to a status page in a page people read first. Only a mention.
fn status_page(file: &SourceFile<'_>) -> Option<(At, Signal)> {
    let is_own =
        |host: &str| !VENDORS.iter().any(|vendor| host.replace(".statuspage.io", "").contains(vendor));
    linked(file, is_own)
}

fn linked(file: &SourceFile<'_>, is_own: impl Fn(&str) -> bool) -> Option<(At, Signal)> {
    static LINK: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"https?://(status\.[a-z0-9.-]+|[a-z0-9-]+\.(?:statuspage\.io|instatus\.com|betteruptime\.com|status\.io)|stats\.uptimerobot\.com/\w+|[a-z0-9.-]+/status)\b").ok()
    });
    let found =
        LINK.as_ref()?.captures_iter(&file.text).filter_map(|c| c.get(1)).find(|m| is_own(m.as_str()))?;
    let detail = format!("links to {}", cut(found.as_str(), 80));
    let signal = Signal { is_configured: false, ..configured(SignalKind::StatusPage, "status page", detail) };
    Some((file.lines().at(found.range()), signal))
}

#[cfg(test)]
mod tests {
    use crate::facts::testing::shown;
    use crate::model::FactKind;

    #[track_caller]
    fn check(path: &str, text: &str, expected: &[&str]) {
        let found = shown(path, text, |fact| match &fact.kind {
            FactKind::Signal(s) => {
                let mark = if s.is_configured { "" } else { "?" };
                Some(format!("{} {:?}{mark} {}", fact.at.line, s.kind, s.tool))
            }
            _ => None,
        });
        assert_eq!(found, expected);
    }

    #[test]
    fn finds_calls_once_per_tool_and_not_in_comments() {
        check(
            "a.py",
            "# sentry_sdk.init(x)\nimport x\nsentry_sdk.init(y)\nsentry_sdk.init(z)\n",
            &["3 ErrorTracker Sentry"],
        );
        check("tests/a.py", "sentry_sdk.init(y)\n", &[]);
    }

    #[test]
    fn finds_files_by_name_and_form() {
        check(
            "d/a.json",
            "{\"panels\": [], \"title\": \"Shop\", \"schemaVersion\": 39}",
            &["1 Dashboard Grafana"],
        );
        check("d/b.json", "{\"panels\": []}", &[]);
        check("SECURITY.md", "Mail security@shop.test\n", &["1 SecurityContact SECURITY"]);
        check("lib/SECURITY.md", "Mail security@shop.test\n", &[]);
        check(
            "public/.well-known/security.txt",
            "Contact: mailto:a@b\nExpires: 2026-01-01T00:00:00Z\n",
            &["2 SecurityContact security.txt"],
        );
        check("Dockerfile", "FROM a\nHEALTHCHECK CMD curl -f localhost\n", &["2 Probe Docker"]);
        check("Dockerfile", "FROM a\nHEALTHCHECK NONE\n", &[]);
        check(".github/ISSUE_TEMPLATE/incident.yml", "name: Incident\nbody: []\n", &["1 Template template"]);
        check(".github/ISSUE_TEMPLATE/bug.yml", "name: Bug\nbody: []\n", &[]);
    }

    #[test]
    fn finds_marks_of_changes_and_the_pages_that_let_people_in() {
        let job = "jobs:\n  ship:\n    steps:\n      - run: sentry-cli releases new 1\n";
        check(".github/workflows/a.yml", job, &["4 ChangeMark Sentry releases"]);
        check(".github/workflows/a.yml", &job.replace("- run", "# - run"), &[]);
        check(".github/workflows/a.yml", &job.replace("releases new", "login"), &[]);
        check(
            "app/a.py",
            "post(url + \"/api/annotations\", json=x)\n",
            &["1 ChangeMark Grafana annotations"],
        );
        check("api/a.proto", "import \"google/api/annotations.proto\";\n", &[]);
        check("docs/ops.md", "Run `aws ecs execute-command --task 1`.\n", &["1 Access? ECS Exec"]);
        check("docs/ops.md", "Tasks run on ECS; nobody executes a command there.\n", &[]);
        check("app/a.rb", "return unless Flipper.enabled?(:pay)\n", &["1 Switch Flipper"]);
        check("app/a.rb", "# Flipper.enabled?(:pay) was here\n", &[]);
    }

    #[test]
    fn says_where_routing_cannot_be_read() {
        check(
            "hosts/a.nix",
            "{ services.prometheus.alertmanager.enable = true; }\n",
            &["1 Paging? Alertmanager"],
        );
        check("hosts/b.nix", "{ services.nginx.enable = true; }\n", &[]);
    }

    #[test]
    fn a_vendors_status_page_is_not_ours() {
        check(
            "app/footer.html",
            "<a href=\"https://status.python.org\">Status</a>\n",
            &["1 StatusPage? status page"],
        );
        check("app/footer.py", "A = 'https://status.python.org'\n", &[]);
        check("README.md", "See https://status.github.com and https://www.githubstatus.com\n", &[]);
        check("README.md", "See https://status.shop.test for outages\n", &["1 StatusPage? status page"]);
    }
}
