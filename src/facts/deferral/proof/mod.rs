//! Whether the code beside a deferral still shows the problem it names.
//!
//! Only what the words name is looked for, and only in the code they speak of: the statement beside
//! the comment, then the lines around it, then a short function. Where both the problem and its
//! solution stand there, or neither, nothing is said. What counts is in
//! `rules/catalog/code-shapes.toml`.
//!
//! - `scope`: the statement and the function a comment speaks of

mod scope;

use std::cell::OnceCell;
use std::ops::Range;

use tree_sitter::Tree;

use crate::facts::SourceFile;
use crate::model::fact::{CodeProof, DeferralComment};
use crate::parse::code::{Comment, tree};
use crate::rules::{Family, Reach, Shape};

use scope::{Scope, line_beside, scope};

/// Lines of a function up to which all of it is what a comment in it speaks of.
const LONGEST_SHORT_FUNCTION: u32 = 80;
/// Lines around a comment that count as near.
const NEAR_ABOVE: u32 = 6;
const NEAR_BELOW: u32 = 12;
/// Lines further down that a pattern for lines may look at.
const LINES_FURTHER: usize = 2;
/// Lines of a construct around the comment itself that still is what it speaks of.
const LONGEST_AROUND: u32 = 40;
/// A longer line is data.
const LONGEST_LINE: usize = 500;

/// The code of one file, parsed when a deferral first needs it.
pub(super) struct Code<'a> {
    file: &'a SourceFile<'a>,
    tree: OnceCell<Option<Tree>>,
}

/// A shape at a place.
struct Hit {
    shape: &'static Shape,
    range: Range<usize>,
    reach: Reach,
}

/// A comment and the sentence in it that puts work off.
#[derive(Clone, Copy)]
struct Said<'a> {
    comment: &'a Comment,
    sentence: &'a str,
}

/// What stands in the code a comment speaks of.
#[derive(Default)]
struct Found {
    problems: Vec<Hit>,
    remedies: Vec<Hit>,
}

impl<'a> Code<'a> {
    /// Of a file; nothing is parsed yet.
    pub(super) fn of(file: &'a SourceFile<'a>) -> Self {
        Self { file, tree: OnceCell::new() }
    }

    /// Adds what the code shows to a deferral, and the function around it where a tree was needed.
    pub(super) fn look(&self, comment: &Comment, sentence: &str, deferral: &mut DeferralComment) {
        for family in Family::named(sentence) {
            let shapes: Vec<_> = family.shapes(self.file.language).collect();
            if shapes.is_empty() {
                continue;
            }
            let needs_tree = shapes.iter().any(|shape| shape.needs_tree());
            let tree = if needs_tree { self.tree() } else { None };
            let scope = tree.map(|tree| scope(tree, &self.file.text, self.file.lines(), comment));
            if let Some(scope) = &scope {
                self.name(scope, deferral);
            }
            let proof = self.prove(
                &shapes,
                tree.zip(scope.as_ref()),
                Said { comment, sentence },
                family.is_asked_for(sentence),
            );
            if proof.is_some() {
                deferral.proof = proof;
                return;
            }
        }
    }

    fn tree(&self) -> Option<&Tree> {
        self.tree.get_or_init(|| tree(&self.file.text, self.file.language)).as_ref()
    }

    fn name(&self, scope: &Scope, deferral: &mut DeferralComment) {
        if let Some(function) = &scope.function {
            deferral.function = Some(self.lines_of(function));
        }
        if scope.name.is_some() {
            deferral.symbol.clone_from(&scope.name);
        }
    }

    fn lines_of(&self, range: &Range<usize>) -> (u32, u32) {
        let lines = self.file.lines();
        (lines.line(range.start), lines.line(range.end.saturating_sub(1).max(range.start)))
    }

    fn prove(
        &self,
        shapes: &[&'static Shape],
        parsed: Option<(&Tree, &Scope)>,
        said: Said<'_>,
        is_asked_for: bool,
    ) -> Option<CodeProof> {
        let mut found = Found::default();
        for &shape in shapes {
            match parsed.filter(|_| shape.needs_tree()) {
                Some((tree, scope)) => self.in_tree(shape, tree, scope, said.comment, &mut found),
                None => self.on_line(shape, parsed, said, &mut found),
            }
        }
        let nearest = |hits: Vec<Hit>| hits.into_iter().min_by_key(|hit| (hit.reach, hit.range.start));
        let (problem, remedy) = (nearest(found.problems), nearest(found.remedies));
        let (is_there, hit) = match (problem, remedy) {
            (Some(problem), None) => (true, problem),
            // The statement itself shows the problem; what solves it elsewhere solves another one.
            (Some(problem), Some(remedy))
                if problem.reach == Reach::Subject && remedy.reach > Reach::Near =>
            {
                (true, problem)
            }
            (None, Some(remedy)) if is_asked_for && remedy.reach <= Reach::Near => (false, remedy),
            _ => return None,
        };
        let what = if is_there { &hit.shape.shows } else { &hit.shape.has };
        Some(CodeProof { is_there, line: self.lines_of(&hit.range).0, what: what.clone() })
    }

    fn in_tree(
        &self,
        shape: &'static Shape,
        tree: &Tree,
        scope: &Scope,
        comment: &Comment,
        found: &mut Found,
    ) {
        let text = &self.file.text;
        let within = self.within(scope, comment);
        let add = |hits: Vec<Range<usize>>, to: &mut Vec<Hit>| {
            for range in hits {
                let reach = self.reach(&range, scope, comment);
                if reach.is_some_and(|reach| reach <= shape.reach) {
                    to.extend(reach.map(|reach| Hit { shape, range, reach }));
                }
            }
        };
        add(shape.remedies(tree, text, self.file.language, within.clone()), &mut found.remedies);
        let before = text.get(within.start..comment.at.start as usize).unwrap_or_default();
        let after = text.get(comment.at.end as usize..within.end).unwrap_or_default();
        if !shape.is_excused(before) && !shape.is_excused(after) {
            add(shape.problems(tree, text, self.file.language, within), &mut found.problems);
        }
    }

    fn on_line(
        &self,
        shape: &'static Shape,
        parsed: Option<(&Tree, &Scope)>,
        said: Said<'_>,
        found: &mut Found,
    ) {
        let beside = match parsed {
            Some((_, scope)) => scope.line.clone(),
            None => line_beside(&self.file.text, self.file.lines(), said.comment),
        };
        let Some(beside) = beside else { return };
        // Beside code, a comment speaks of its own line.
        let reach = if said.comment.is_trailing { Reach::Subject } else { shape.reach };
        for (range, reach) in self.lines_from(beside, reach) {
            let line = self.file.text.get(range.clone()).unwrap_or_default();
            if line.len() > LONGEST_LINE {
                continue;
            }
            match shape.on_line(line) {
                Some(true) if shape.has_arrived(said.sentence, line) => {
                    found.remedies.push(Hit { shape, range, reach })
                }
                Some(true) => found.problems.push(Hit { shape, range, reach }),
                Some(false) => found.remedies.push(Hit { shape, range, reach }),
                None => {}
            }
        }
    }

    /// The line beside a comment, and for a longer reach those that follow in the same block.
    fn lines_from(&self, beside: Range<usize>, reach: Reach) -> Vec<(Range<usize>, Reach)> {
        let lines = self.file.lines();
        let indent = |range: &Range<usize>| {
            let line = self.file.text.get(range.clone()).unwrap_or_default();
            (!line.trim().is_empty()).then(|| line.len() - line.trim_start().len())
        };
        let (first, least) = (lines.line(beside.start), indent(&beside));
        let mut found = vec![(beside, Reach::Subject)];
        if reach > Reach::Subject {
            let below = (first + 1..=lines.count())
                .take(LINES_FURTHER)
                .map(|line| lines.start(line)..lines.end(line));
            found.extend(below.take_while(|range| indent(range) >= least).map(|range| (range, Reach::Near)));
        }
        found
    }

    /// The stretch to search: the function, or the lines around where there is none.
    fn within(&self, scope: &Scope, comment: &Comment) -> Range<usize> {
        let lines = self.file.lines();
        let (first, last) = self.near(comment);
        let mut within =
            scope.function.clone().unwrap_or_else(|| lines.start(first)..lines.end(last.min(lines.count())));
        if let Some(subject) = &scope.subject {
            within = within.start.min(subject.start)..within.end.max(subject.end);
        }
        within
    }

    fn near(&self, comment: &Comment) -> (u32, u32) {
        let lines = self.file.lines();
        let last = lines.line((comment.at.end as usize).saturating_sub(1));
        (comment.at.line.saturating_sub(NEAR_ABOVE).max(1), last + NEAR_BELOW)
    }

    /// How far from the comment a place is; `None` when it is too far to be what it speaks of.
    fn reach(&self, place: &Range<usize>, scope: &Scope, comment: &Comment) -> Option<Reach> {
        let (first, last) = self.lines_of(place);
        let start = comment.at.start as usize;
        let is_in_subject = scope.subject.as_ref().is_some_and(|subject| {
            let (from, to) = self.lines_of(subject);
            subject.contains(&place.start) && to - from < LONGEST_SHORT_FUNCTION
        });
        let is_around = place.start <= start && start < place.end && last - first < LONGEST_AROUND;
        if is_in_subject || is_around {
            return Some(Reach::Subject);
        }
        let (above, below) = self.near(comment);
        if (above..=below).contains(&first) {
            return Some(Reach::Near);
        }
        let (from, to) = self.lines_of(scope.function.as_ref()?);
        (to - from < LONGEST_SHORT_FUNCTION).then_some(Reach::Function)
    }
}

#[cfg(test)]
mod tests {
    use crate::facts::SourceFile;
    use crate::facts::deferral::collect;
    use crate::model::{FactKind, FileFacts};
    use crate::parse::Language;
    use crate::rules::{RuleSet, code_shape_samples};

    fn name(language: Language) -> &'static str {
        match language {
            Language::Bash => "a.sh",
            Language::CSharp => "a.cs",
            Language::Dockerfile => "Dockerfile",
            Language::Go => "a.go",
            Language::Hcl => "a.tf",
            Language::Ini => "a.ini",
            Language::Java => "a.java",
            Language::JavaScript => "a.js",
            Language::Kotlin => "a.kt",
            Language::Php => "a.php",
            Language::Python => "a.py",
            Language::Ruby => "a.rb",
            Language::Rust => "a.rs",
            Language::Toml => "a.toml",
            Language::Tsx => "a.tsx",
            Language::TypeScript => "a.ts",
            _ => "a.yaml",
        }
    }

    #[test]
    fn every_shape_does_what_its_samples_say() {
        let mut wrong = Vec::new();
        for (shape, language, text, expected) in code_shape_samples::samples() {
            let path = name(language).into();
            let mut out = FileFacts::default();
            collect(&SourceFile::new(&path, text.as_bytes()), RuleSet::builtin(), &mut out);
            let proofs: Vec<_> = out
                .facts
                .into_iter()
                .filter_map(|fact| if let FactKind::Deferral(d) = fact.kind { Some(d.proof) } else { None })
                .collect();
            let what = match expected {
                Some(true) => Some((true, shape.shows.clone())),
                Some(false) => Some((false, shape.has.clone())),
                None => None,
            };
            let found: Vec<_> = proofs.into_iter().map(|proof| proof.map(|p| (p.is_there, p.what))).collect();
            if found != [what.clone()] {
                wrong.push(format!("{}: {text}\n  expected {what:?}\n  found {found:?}", shape.id));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
