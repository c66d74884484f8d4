//! What a makefile can make, so that a page that says `make restore` can be held against it.
//!
//! Only names are read. Where a rule is a pattern, a variable or made by `eval`, the list is open, and
//! nothing can be said to be missing from it.

use super::SourceFile;
use crate::model::fact::Targets;
use crate::model::{At, Fact, FactKind, FileFacts};
use crate::parse::Language;
use crate::rules::RuleSet;

/// Makefiles; a justfile has the same language and other rules.
pub(super) fn wants(file: &SourceFile<'_>) -> bool {
    let name = file.path.file_name().to_ascii_lowercase();
    file.language == Language::Makefile && name != "justfile"
}

/// One fact per makefile.
pub(super) fn collect(file: &SourceFile<'_>, _: &RuleSet, out: &mut FileFacts) {
    let mut targets = Targets { names: Vec::new(), includes: Vec::new(), is_open: file.holds("$(eval") };
    let joined = file.text.replace("\\\n", " ");
    for line in joined.lines().filter(|line| !line.starts_with(['\t', '#'])) {
        let line = line.split('#').next().unwrap_or_default().trim();
        let included = ["include ", "-include ", "sinclude "].iter().find_map(|word| line.strip_prefix(word));
        if let Some(included) = included {
            targets.includes.extend(included.split_whitespace().map(str::to_owned));
            continue;
        }
        let Some((left, right)) = line.split_once(':') else { continue };
        if right.starts_with(['=', ':']) && !right.starts_with(": ") || left.contains(['=', '"', '\'']) {
            continue;
        }
        let left = if left.trim() == ".PHONY" { right } else { left };
        targets.is_open |= left.contains(['%', '$']);
        targets.names.extend(left.split_whitespace().map(str::to_owned));
    }
    targets.names.sort();
    targets.names.dedup();
    out.facts.push(Fact { at: At { line: 1, start: 0, end: 0 }, kind: FactKind::Targets(targets) });
}

#[cfg(test)]
mod tests {
    use crate::facts::collect;
    use crate::model::FactKind;
    use crate::rules::RuleSet;

    #[track_caller]
    fn check(text: &str, names: &[&str], is_open: bool) {
        let facts = collect(&"Makefile".into(), text.as_bytes(), RuleSet::builtin()).facts;
        let targets = facts.into_iter().find_map(|fact| match fact.kind {
            FactKind::Targets(targets) => Some(targets),
            _ => None,
        });
        let targets = targets.unwrap();
        assert_eq!((targets.names.as_slice(), targets.is_open), (names.map_owned().as_slice(), is_open));
    }

    trait MapOwned {
        fn map_owned(&self) -> Vec<String>;
    }

    impl MapOwned for &[&str] {
        fn map_owned(&self) -> Vec<String> {
            self.iter().map(|name| (*name).to_owned()).collect()
        }
    }

    #[test]
    fn reads_targets_and_not_assignments_or_recipes() {
        check(
            ".PHONY: up\nA := b:c\nup: build ## start\n\techo x: y\nbuild restore: ; run\n",
            &["build", "restore", "up"],
            false,
        );
        check("%.o: %.c\n\tcc\n", &["%.o"], true);
        check("$(NAMES): all\n", &["$(NAMES)"], true);
        check("PORT ?= 80\nurl = http://a\n", &[], false);
    }
}
