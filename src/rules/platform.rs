//! `rules/catalog/deployments.toml`, the second half: what is declared of a deployment, key by key,
//! and what each key means for going back.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use crate::model::Hold;
use crate::model::fact::{Resource, System};
use crate::model::tree::Node;

/// A kind of declared thing that puts releases into service.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlatformKind {
    of: String,
    /// The beginning of `apiVersion`, where one kind has several owners.
    #[serde(default)]
    api: String,
    /// The word of every output.
    pub platform: String,
    /// What the thing is called in sentences.
    pub noun: String,
    /// The way back it has of its own.
    pub undo: Option<String>,
    /// What shows the releases there are; `NAME` stands for the name.
    pub settle: Option<String>,
    /// Whether the previous release keeps running and traffic can be moved back to it.
    #[serde(default)]
    pub shifts: bool,
}

/// What a key means.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlatformKey {
    of: String,
    /// Dotted; `*` stands for each item of a list or each entry of a mapping.
    key: String,
    /// It counts when the value is one of these.
    #[serde(default)]
    is: Vec<String>,
    /// It counts when the value is a number below this one.
    below: Option<i64>,
    /// It counts when the key is missing.
    #[serde(default)]
    absent: bool,
    /// None of these keys may be there.
    #[serde(default)]
    without: Vec<String>,
    /// This key must be there.
    #[serde(default)]
    beside: String,
    /// It does not count where this key has one of the values of `except_is`.
    #[serde(default)]
    except: String,
    #[serde(default)]
    except_is: Vec<String>,
    /// What it shows for a way back.
    pub shows: Option<String>,
    /// A way back it gives.
    pub undo: Option<String>,
    /// The rule whose gap it is, with `says`.
    pub rule: Option<String>,
    /// What the thing does, after its name.
    pub says: Option<String>,
    /// What it does to going back, with `says`, where it is no gap.
    #[serde(default)]
    pub hold: Option<String>,
    /// Whether traffic can be moved back because of it.
    #[serde(default)]
    pub shifts: bool,
    /// The value is a time that is waited for; this says for what.
    pub wait: Option<String>,
    #[allow(dead_code, reason = "the proof of the entry, for whoever edits the catalogue")]
    page: Option<String>,
}

/// What a flag of a command that deploys means.
#[derive(Debug)]
pub struct DeployFlag {
    /// The tool.
    pub tool: String,
    /// The rule whose gap it is.
    pub rule: String,
    /// What the command does.
    pub says: String,
    run: Option<Regex>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FlagEntry {
    tool: String,
    flag: String,
    rule: String,
    says: String,
}

/// A way in which a program or a command makes a schema what the code says, without a ledger.
#[derive(Debug)]
pub struct SchemaPush {
    /// The word of every output.
    pub tool: String,
    /// What it does, when it is not that the schema becomes what the code says.
    pub says: Option<String>,
    /// Whether it only adds what is missing, which beside migrations is for tests.
    pub adds: bool,
    /// What must stand in the file of a setting.
    pub needs: String,
    /// Words that show that the setting depends on where it runs.
    pub unless: Vec<String>,
    /// Endings of the files that hold the setting; none for a command line.
    files: Vec<String>,
    run: Option<Regex>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PushEntry {
    tool: String,
    run: String,
    says: Option<String>,
    #[serde(default)]
    adds: bool,
    #[serde(default)]
    files: Vec<String>,
    #[serde(default)]
    needs: String,
    #[serde(default)]
    unless: Vec<String>,
}

#[derive(Default, Deserialize)]
struct Catalog {
    #[serde(default)]
    push: Vec<PushEntry>,
    #[serde(default)]
    kind: Vec<PlatformKind>,
    #[serde(default)]
    key: Vec<PlatformKey>,
    #[serde(default)]
    flag: Vec<FlagEntry>,
}

struct Loaded {
    pushes: Vec<SchemaPush>,
    kinds: BTreeMap<String, Vec<PlatformKind>>,
    keys: BTreeMap<String, Vec<PlatformKey>>,
    flags: Vec<DeployFlag>,
}

static LOADED: LazyLock<Loaded> = LazyLock::new(|| {
    let file: Catalog = toml::from_str(super::catalog("deployments")).unwrap_or_default();
    let mut loaded =
        Loaded { kinds: BTreeMap::new(), keys: BTreeMap::new(), flags: Vec::new(), pushes: Vec::new() };
    for kind in file.kind {
        loaded.kinds.entry(kind.of.clone()).or_default().push(kind);
    }
    for key in file.key {
        loaded.keys.entry(key.of.clone()).or_default().push(key);
    }
    let flags = file.flag.into_iter().map(|entry| DeployFlag {
        tool: entry.tool,
        rule: entry.rule,
        says: entry.says,
        run: super::rollout::compiled(&entry.flag),
    });
    loaded.flags = flags.collect();
    let pushes = file.push.into_iter().map(|entry| SchemaPush {
        tool: entry.tool,
        says: entry.says,
        adds: entry.adds,
        needs: entry.needs,
        unless: entry.unless,
        files: entry.files,
        run: super::rollout::compiled(&entry.run),
    });
    loaded.pushes = pushes.collect();
    loaded
});

impl PlatformKind {
    /// Every declared kind.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        LOADED.kinds.values().flatten()
    }

    /// The kind of a declared thing, if it puts releases into service.
    pub fn of(resource: &Resource) -> Option<&'static Self> {
        let system = match resource.system {
            System::Kubernetes => "kubernetes",
            System::Terraform => "terraform",
            System::CloudFormation => "cloudformation",
            System::Platform => "platform",
            _ => return None,
        };
        let version = resource.body.text_at("apiVersion").unwrap_or_default();
        let kinds = LOADED.kinds.get(&format!("{system}/{}", resource.kind))?;
        kinds.iter().find(|kind| version.starts_with(&kind.api))
    }

    /// What its keys mean.
    pub fn keys(&self) -> &'static [PlatformKey] {
        LOADED.keys.get(&self.platform).map(Vec::as_slice).unwrap_or_default()
    }
}

impl PlatformKey {
    /// The nodes at which it counts; `value` follows variables and gives nothing for what is not known.
    /// For a missing key that counts, the whole body.
    pub fn counts<'n>(&self, body: &'n Node, value: &dyn Fn(&Node) -> Option<Node>) -> Vec<&'n Node> {
        let is_there = |key: &str| !all_at(body, key).is_empty();
        if self.without.iter().any(|key| is_there(key))
            || (!self.beside.is_empty() && !is_there(&self.beside))
        {
            return Vec::new();
        }
        let is_excepted = |node: &&Node| {
            value(node).is_some_and(|value| {
                value.text().is_some_and(|text| self.except_is.iter().any(|is| is == text))
            })
        };
        if !self.except.is_empty() && all_at(body, &self.except).iter().any(is_excepted) {
            return Vec::new();
        }
        let found = all_at(body, &self.key);
        if self.absent {
            return if found.is_empty() { vec![body] } else { Vec::new() };
        }
        let fits = |node: &&Node| {
            if self.is.is_empty() && self.below.is_none() {
                return true;
            }
            let Some(value) = value(node) else { return false };
            let is_named =
                value.text().is_some_and(|text| self.is.iter().any(|one| text.eq_ignore_ascii_case(one)));
            is_named || self.below.zip(value.as_i64()).is_some_and(|(most, number)| number < most)
        };
        found.into_iter().filter(fits).collect()
    }

    /// What it does to going back where it is no gap.
    pub fn hold(&self) -> Option<Hold> {
        match self.hold.as_deref()? {
            "blocks" => Some(Hold::Blocks),
            "slows" => Some(Hold::Slows),
            _ => None,
        }
    }
}

/// Every node under a dotted key.
fn all_at<'n>(body: &'n Node, key: &str) -> Vec<&'n Node> {
    key.split('.').fold(vec![body], |nodes, part| {
        let step = |node: &'n Node| -> Vec<&'n Node> {
            match part {
                "*" => node.items().iter().chain(node.entries().iter().map(|entry| &entry.node)).collect(),
                _ => node.get(part).into_iter().collect(),
            }
        };
        nodes.into_iter().flat_map(step).collect()
    })
}

impl DeployFlag {
    /// What the flags of a command that deploys mean.
    pub fn of_line(tool: &str, line: &str) -> impl Iterator<Item = &'static Self> {
        let fits = move |flag: &&'static Self| {
            flag.tool == tool && flag.run.as_ref().is_some_and(|run| run.is_match(line))
        };
        LOADED.flags.iter().filter(fits).collect::<Vec<_>>().into_iter()
    }
}

impl SchemaPush {
    /// Every way.
    pub fn all() -> &'static [Self] {
        &LOADED.pushes
    }

    /// The way that a command line goes.
    pub fn of_line(line: &str) -> Option<&'static Self> {
        Self::all().iter().find(|push| push.files.is_empty() && push.is_in(line))
    }

    /// The way of this name.
    pub fn named(tool: &str) -> Option<&'static Self> {
        Self::all().iter().find(|push| push.tool == tool)
    }

    /// Whether a file of this name may hold the setting.
    pub fn reads(&self, name: &str) -> bool {
        self.files.iter().any(|ending| name.ends_with(ending.as_str()))
    }

    /// Whether a line says so.
    pub fn is_in(&self, line: &str) -> bool {
        self.run.as_ref().is_some_and(|run| run.is_match(line))
    }
}

#[cfg(test)]
mod tests {
    use super::{LOADED, PlatformKey};
    use crate::rules::RuleSet;

    #[test]
    fn every_key_belongs_to_a_kind_and_every_rule_exists() {
        assert!(LOADED.kinds.len() >= 20, "the catalogue did not load");
        let platforms: Vec<&str> =
            LOADED.kinds.values().flatten().map(|kind| kind.platform.as_str()).collect();
        for (platform, keys) in &LOADED.keys {
            assert!(platforms.contains(&platform.as_str()), "no kind is of platform {platform}");
            for key in keys {
                check(key);
            }
        }
        assert!(LOADED.pushes.iter().all(|push| push.run.is_some()) && LOADED.pushes.len() >= 5);
        for flag in &LOADED.flags {
            assert!(flag.run.is_some() && RuleSet::builtin().get(&flag.rule).is_some(), "{}", flag.says);
        }
    }

    #[track_caller]
    fn check(key: &PlatformKey) {
        if let Some(rule) = &key.rule {
            assert!(RuleSet::builtin().get(rule).is_some(), "no rule is called {rule}");
        }
        let needs_words = key.rule.is_some() || key.hold.is_some();
        assert_eq!(needs_words, key.says.is_some(), "{}: says what a gap or a hold is", key.key);
        assert_eq!(key.hold.is_some(), key.hold().is_some(), "{}: hold is blocks or slows", key.key);
    }
}
