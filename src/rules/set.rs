//! All rules of a run.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use super::{Mechanisms, Outage, Rule, RuleError, embedded, outage};
use crate::model::RuleId;

/// Rules, mechanisms and outages, with a digest over everything that can change a fact.
#[derive(Clone, Debug)]
pub struct RuleSet {
    rules: BTreeMap<RuleId, Arc<Rule>>,
    /// Failure mechanisms and their vocabulary.
    pub mechanisms: Arc<Mechanisms>,
    /// Public outages.
    pub outages: Arc<Vec<Outage>>,
    digest: blake3::Hash,
}

/// Folders of `rules/` that hold something other than rules.
const NOT_RULES: &[&str] = &["catalog/", "mechanism/"];

impl RuleSet {
    /// The rules built into the binary.
    ///
    /// They are tested to load; one that does not is left out.
    pub fn builtin() -> &'static Self {
        static BUILTIN: LazyLock<RuleSet> = LazyLock::new(|| RuleSet::load(embedded::FILES).0);
        &BUILTIN
    }

    /// Reads the embedded form: (path below `rules/`, text).
    pub(super) fn load(files: &[(&str, &str)]) -> (Self, Vec<RuleError>) {
        let mut hasher = blake3::Hasher::new();
        hasher.update(env!("CARGO_PKG_VERSION").as_bytes());
        let (mut rules, mut errors) = (BTreeMap::new(), Vec::new());
        for (path, text) in files {
            hasher.update(path.as_bytes());
            hasher.update(text.as_bytes());
            if NOT_RULES.iter().any(|folder| path.starts_with(folder)) {
                continue;
            }
            let stem = path.rsplit('/').next().unwrap_or(path).trim_end_matches(".toml");
            match Rule::parse(text, stem, "builtin") {
                Ok(rule) => {
                    rules.insert(rule.id.clone(), Arc::new(rule));
                }
                Err(error) => errors.push(RuleError { origin: format!("rules/{path}"), ..error }),
            }
        }
        let (mechanisms, more) = Mechanisms::load(files);
        errors.extend(more);
        let (outages, more) = outage::load(files);
        errors.extend(more);
        let set = Self {
            rules,
            mechanisms: Arc::new(mechanisms),
            outages: Arc::new(outages),
            digest: hasher.finalize(),
        };
        (set, errors)
    }

    /// Adds rules of a repository: (path as shown, text). An id may not be taken already.
    pub fn with_own(&self, files: &[(String, String)]) -> Result<Self, Vec<RuleError>> {
        let mut set = self.clone();
        let mut hasher = blake3::Hasher::new();
        hasher.update(self.digest.as_bytes());
        let mut errors = Vec::new();
        for (path, text) in files {
            hasher.update(path.as_bytes());
            hasher.update(text.as_bytes());
            let stem = path.rsplit('/').next().unwrap_or(path).trim_end_matches(".toml");
            match Rule::parse(text, stem, path) {
                Ok(rule) if rule.pattern.is_none() => errors.push(RuleError {
                    origin: path.clone(),
                    message: "an own rule needs a [pattern]".to_owned(),
                }),
                Ok(rule) if set.rules.contains_key(&rule.id) => errors.push(RuleError {
                    origin: path.clone(),
                    message: format!("the id \"{}\" is taken already; choose another", rule.id),
                }),
                Ok(rule) => {
                    set.rules.insert(rule.id.clone(), Arc::new(rule));
                }
                Err(error) => errors.push(error),
            }
        }
        set.digest = hasher.finalize();
        if errors.is_empty() { Ok(set) } else { Err(errors) }
    }

    /// The rule with this id.
    pub fn get(&self, id: &str) -> Option<&Arc<Rule>> {
        self.rules.get(&RuleId::from(id))
    }

    /// Every rule, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Rule>> {
        self.rules.values()
    }

    /// Hexadecimal digest over rules, catalogues and version.
    pub fn digest(&self) -> String {
        self.digest.to_hex().to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::{RuleSet, embedded};

    #[test]
    fn every_built_in_file_loads() {
        let (set, errors) = RuleSet::load(embedded::FILES);
        assert!(errors.is_empty(), "{errors:#?}");
        assert_eq!(set.mechanisms.iter().count(), 28);
        assert!(set.outages.len() > 200);
    }

    #[test]
    fn every_mechanism_named_by_a_rule_exists() {
        let set = RuleSet::builtin();
        for rule in set.iter() {
            if let Some(mechanism) = &rule.mechanism {
                assert!(set.mechanisms.get(mechanism).is_some(), "{}: {mechanism}", rule.id);
            }
        }
    }

    #[test]
    fn own_rules_need_a_pattern_and_a_free_id() {
        let text = "id = \"x\"\n";
        let errors = RuleSet::builtin().with_own(&[("r/x.toml".into(), text.into())]).unwrap_err();
        assert!(errors[0].message.contains("missing field"), "{}", errors[0]);
    }
}
