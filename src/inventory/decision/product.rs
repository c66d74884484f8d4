//! Products that a decision gave up, or took up before another decision replaced it, and that the
//! repository still uses.
//!
//! Only the title speaks, in the few forms of `rules/catalog/products.toml`, and only when what it gives
//! up is the name of a product in whole: "Migrate X's reports from Y" moves a part, and says nothing of
//! Y. That a chosen product is missing shows nothing. Tests, examples, folders out of use and manifests
//! for development do not count, nor does a decision whose move may still be under way.

use std::sync::LazyLock;

use jiff::civil::Date;
use regex::{Regex, RegexBuilder};
use serde::Deserialize;

use crate::inventory::{Material, pager};
use crate::model::fact::{DecisionStatus, Resource, System};
use crate::model::thing::{Decision, StillUsed};
use crate::model::{RepoPath, Span};
use crate::rules::{catalog, fits};

/// A move takes a while; after half a year it was forgotten or given up.
const MOVING_DAYS: i32 = 180;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalog {
    form: Forms,
    product: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Forms {
    given_up: Vec<String>,
    taken_up: Vec<String>,
    around: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    words: String,
    #[serde(default)]
    packages: Vec<String>,
    #[serde(default)]
    files: Vec<String>,
    #[serde(default)]
    images: Vec<String>,
    #[serde(default)]
    terraform: Vec<String>,
}

/// A product with every way to name it.
struct Product {
    entry: Entry,
    words: Regex,
}

struct Products {
    given_up: Vec<Regex>,
    taken_up: Vec<Regex>,
    around: Regex,
    all: Vec<Product>,
}

fn read() -> Option<Products> {
    let read: Catalog = toml::from_str(catalog("products")).ok()?;
    let regex = |text: &str| RegexBuilder::new(text).case_insensitive(true).build().ok();
    let forms = |texts: &[String]| texts.iter().map(|text| regex(text)).collect::<Option<Vec<_>>>();
    let product = |entry: Entry| Some(Product { words: regex(&format!("^(?:{})$", entry.words))?, entry });
    Some(Products {
        given_up: forms(&read.form.given_up)?,
        taken_up: forms(&read.form.taken_up)?,
        around: regex(&read.form.around)?,
        all: read.product.into_iter().map(product).collect::<Option<Vec<_>>>()?,
    })
}

fn products() -> Option<&'static Products> {
    static READ: LazyLock<Option<Products>> = LazyLock::new(read);
    READ.as_ref()
}

/// Says of every decision which product that it gave up, or took up before it was replaced, is still
/// used.
pub(super) fn tell(material: &Material<'_>, decisions: &mut [Decision]) {
    let Some(products) = products() else { return };
    let found: Vec<Option<StillUsed>> =
        decisions.iter().map(|decision| products.still_used(material, decisions, decision)).collect();
    for (decision, found) in decisions.iter_mut().zip(found) {
        decision.still_used = found;
    }
}

impl Products {
    fn still_used(&self, material: &Material<'_>, all: &[Decision], own: &Decision) -> Option<StillUsed> {
        match own.record.status {
            DecisionStatus::Accepted if is_settled(material, own) => {
                let found = self.given_up.iter().find_map(|form| form.captures(&own.record.title))?;
                let new = found.name("new").map(|new| new.as_str());
                let kept = self.named(found.name("old")?.as_str());
                kept.into_iter().filter(|product| !new.is_some_and(|new| speaks_of(product, new))).find_map(
                    |product| {
                        Some(StillUsed {
                            product: product.entry.name.clone(),
                            by: None,
                            at: product.place(material)?,
                        })
                    },
                )
            }
            DecisionStatus::Superseded => {
                let newer = all.iter().find(|other| {
                    own.replaced_by.iter().any(|path| path == other.span.path.as_str())
                        && other.record.status == DecisionStatus::Accepted
                        && is_settled(material, other)
                })?;
                let found = self.taken_up.iter().find_map(|form| form.captures(&own.record.title))?;
                let taken = self.named(found.name("new")?.as_str());
                let left = taken.into_iter().filter(|product| !speaks_of(product, &newer.record.title));
                left.into_iter().find_map(|product| {
                    let by = Some(newer.span.clone());
                    Some(StillUsed { product: product.entry.name.clone(), by, at: product.place(material)? })
                })
            }
            _ => None,
        }
    }

    /// The products that a part of a title is made of; none when anything else is in it.
    fn named(&self, text: &str) -> Vec<&Product> {
        let parts = text.split([',', '&', '/']).flat_map(|part| part.split(" and "));
        let one = |part: &str| {
            let plain = part.replace(['`', '"', '\'', '*'], "");
            let plain = self.around.replace_all(plain.trim(), "");
            self.all.iter().find(|product| product.words.is_match(plain.trim()))
        };
        parts.map(one).collect::<Option<Vec<_>>>().unwrap_or_default()
    }
}

/// Whether a decision is old enough for what it moves to have moved.
fn is_settled(material: &Material<'_>, decision: &Decision) -> bool {
    let day: Option<Date> = decision.day().and_then(|day| day.parse().ok());
    let age = day.and_then(|day| material.settings.as_of.since(day).ok()).map(|span| span.get_days());
    age.is_some_and(|days| days >= MOVING_DAYS)
}

/// Whether a product stands somewhere in a text, alone or beside other words.
fn speaks_of(product: &Product, text: &str) -> bool {
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric() && !"-.".contains(c)).collect();
    let spans = (1..=3).flat_map(|length| words.windows(length).map(|window| window.join(" ")));
    spans.into_iter().any(|span| product.words.is_match(&span))
}

/// Manifests that are for development only, by a word of their name.
fn is_for_development(path: &RepoPath) -> bool {
    let name = path.file_name().to_ascii_lowercase();
    ["dev", "test", "lint", "doc"].iter().any(|word| name.contains(word))
}

/// Whether a list of requirements is made from another file: it names what others bring along, too.
fn is_compiled(material: &Material<'_>, path: &RepoPath) -> bool {
    let Some(stem) = path.as_str().strip_suffix(".txt") else { return false };
    let beside = |name: &str| match path.parent() {
        "" => name.to_owned(),
        folder => format!("{folder}/{name}"),
    };
    let sources = [format!("{stem}.in"), beside("pyproject.toml"), beside("setup.cfg"), beside("setup.py")];
    sources.iter().any(|source| material.paths.contains(&RepoPath::new(source)))
}

impl Product {
    /// The first place that shows it in use.
    fn place(&self, material: &Material<'_>) -> Option<Span> {
        let counts = |path: &RepoPath| {
            pager::counts(path) && !is_for_development(path) && !is_compiled(material, path)
        };
        let declared = material
            .resources()
            .filter(|(span, _)| counts(&span.path))
            .find_map(|(span, resource)| self.declared(&span, resource));
        declared.or_else(|| {
            let mut set_up = material.paths.iter().filter(|path| counts(path) && self.is_file(path));
            set_up.next().map(Span::file)
        })
    }

    fn declared(&self, span: &Span, resource: &Resource) -> Option<Span> {
        let is_any = |marks: &[String], name: &str| marks.iter().any(|mark| fits(mark, name));
        match resource.system {
            System::Terraform => is_any(&self.entry.terraform, &resource.kind).then(|| span.clone()),
            System::Package => {
                let names = resource.body.get("dependencies")?.items();
                let found = names
                    .iter()
                    .find(|name| name.text().is_some_and(|name| is_any(&self.entry.packages, name)))?;
                Some(Span::new(&span.path, found.at))
            }
            System::Compose | System::Kubernetes => {
                let mut found = None;
                resource.body.walk(&mut |keys, node| {
                    let is_image = found.is_none() && keys.last().copied() == Some("image");
                    if is_image && node.text().is_some_and(|image| self.is_image(image)) {
                        found = Some(Span::new(&span.path, node.at));
                    }
                });
                found
            }
            _ => None,
        }
    }

    fn is_image(&self, reference: &str) -> bool {
        let name = reference.rsplit('/').next().unwrap_or(reference);
        let name = name.split([':', '@']).next().unwrap_or(name);
        self.entry.images.iter().any(|image| image == name)
    }

    /// A path from the root, or a name in the root.
    fn is_file(&self, path: &RepoPath) -> bool {
        self.entry.files.iter().any(|file| file == path.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::products;
    use crate::inventory::material::testing::with_material;

    #[track_caller]
    fn check(title: &str, expected: &[&str]) {
        let products = products().unwrap();
        let found = products.given_up.iter().find_map(|form| form.captures(title));
        let old = found.and_then(|found| Some(found.name("old")?.as_str().to_owned())).unwrap_or_default();
        let names: Vec<&str> =
            products.named(&old).into_iter().map(|product| product.entry.name.as_str()).collect();
        assert_eq!(names, expected, "{title}: {old}");
    }

    #[test]
    fn only_a_whole_name_is_given_up() {
        check("Migrate coverage gating from Codecov to our own pipeline", &[]);
        check("Replace the Celery dashboard with Grafana", &[]);
        check("Remove Redis keys of old sessions", &[]);
        check("Move from Elasticsearch 6 to Elasticsearch 7", &[]);
        check("Use Redis for sessions", &[]);
        check("Drop support for MySQL", &[]);
        check("Replace Celery with RQ", &["Celery"]);
        check("We will replace our Celery cluster by RQ", &["Celery"]);
        check("Migrate from Create React App & Craco to Vite", &["Create React App", "Craco"]);
        check("Use npm over Yarn", &["Yarn"]);
        check("Remove `jQuery`", &["jQuery"]);
        check("Stop using CircleCI in favour of GitHub Actions", &["CircleCI"]);
    }

    #[track_caller]
    fn check_used(records: [(&str, &str); 2], file: (&str, &str), expected: [Option<(&str, &str)>; 2]) {
        let text = |(title, status): (&str, &str)| {
            format!(
                "# {title}\n\nDate: 2023-01-05\n\n## Status\n\n{status}\n\n## Context\n\nx\n\n## Decision\n\ny\n"
            )
        };
        let [one, two] = records.map(text);
        with_material(&[("docs/adr/0001-a.md", &one), ("docs/adr/0002-b.md", &two), file], |material| {
            let found: Vec<Option<(String, String)>> = super::super::take(material)
                .into_iter()
                .map(|decision| decision.still_used.map(|used| (used.product, used.at.path.to_string())))
                .collect();
            let expected = expected.map(|used| used.map(|(a, b)| (a.to_owned(), b.to_owned())));
            assert_eq!(found, expected, "{records:?}");
        });
    }

    #[test]
    fn a_product_counts_where_it_is_in_use() {
        let (accepted, replaced) = ("Accepted", "Superseded by [2](0002-b.md)");
        let celery = ("requirements.txt", "django==4.2\ncelery==5.4\n");
        let other = ("Use a queue", accepted);
        let used = [Some(("Celery", "requirements.txt")), None];
        check_used([("Replace Celery with RQ", accepted), other], celery, used);
        check_used([("Replace Celery with RQ", "Proposed"), other], celery, [None, None]);
        let own = ("requirements-dev.txt", celery.1);
        check_used([("Replace Celery with RQ", accepted), other], own, [None, None]);
        check_used([("Use Celery for jobs", replaced), ("Use RQ for jobs", accepted)], celery, used);
        check_used(
            [("Use Celery for jobs", replaced), ("Use one Celery worker", accepted)],
            celery,
            [None, None],
        );
        check_used([("Use Celery for jobs", accepted), other], celery, [None, None]);
        let pipeline = (".circleci/config.yml", "version: 2.1\n");
        check_used(
            [("Use CircleCI", replaced), ("Use GitHub Actions", accepted)],
            pipeline,
            [Some(("CircleCI", ".circleci/config.yml")), None],
        );
        let image = ("compose.yaml", "services:\n  queue:\n    image: docker.io/library/rabbitmq:3\n");
        check_used(
            [("Move from RabbitMQ to SQS", accepted), other],
            image,
            [Some(("RabbitMQ", "compose.yaml")), None],
        );
    }
}
