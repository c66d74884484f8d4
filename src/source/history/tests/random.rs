//! Histories that nobody would think of writing down: few different lines, many moves, renames and
//! merges.

use std::collections::BTreeMap;

use git2::Oid;

use super::Repo;

/// Names and lines of the files of a commit.
type Files = BTreeMap<String, Vec<String>>;

const HISTORIES: usize = 12;
const COMMITS: i64 = 40;

/// The same numbers in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    fn is_one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    fn line(&mut self) -> String {
        format!("{}{}\n", " ".repeat(self.below(3)), self.below(30))
    }

    fn name(&mut self) -> String {
        format!("d{}/f{}", self.below(2), self.below(9))
    }

    fn edit(&mut self, lines: &mut Vec<String>) {
        let at = self.below(lines.len() + 1);
        match self.below(3) {
            0 => lines.insert(at, self.line()),
            1 if at < lines.len() => drop(lines.remove(at)),
            _ => lines.rotate_left(at),
        }
    }

    /// Adds, edits, moves or renames a file.
    fn change(&mut self, files: &mut Files) {
        if files.len() < 3 {
            let lines = (0..20 + self.below(40)).map(|_| self.line()).collect();
            files.insert(self.name(), lines);
            return;
        }
        let names: Vec<String> = files.keys().cloned().collect();
        let name = names[self.below(names.len())].clone();
        let mut lines = files.remove(&name).unwrap();
        for _ in 0..=self.below(4) {
            self.edit(&mut lines);
        }
        let name = if self.is_one_in(3) { self.name() } else { name };
        files.insert(name, lines);
    }
}

fn commit(repo: &Repo, days_ago: i64, parents: &[Oid], before: &Files, files: &Files) -> Oid {
    let texts: Vec<_> = files.iter().map(|(name, lines)| (name.as_str(), lines.concat())).collect();
    let gone = before.keys().filter(|name| !files.contains_key(*name));
    let mut changes: Vec<(&str, Option<&str>)> = gone.map(|name| (name.as_str(), None)).collect();
    changes.extend(texts.iter().map(|(name, text)| (*name, Some(text.as_str()))));
    repo.commit(days_ago, parents, &changes)
}

fn grow(repo: &Repo, random: &mut Random) {
    let mut heads: Vec<(Oid, Files)> = Vec::new();
    for day in 0..COMMITS {
        let (mut parents, mut before, mut files) = (Vec::new(), Files::new(), Files::new());
        if !heads.is_empty() {
            let recent =
                |random: &mut Random| heads[heads.len() - 1 - random.below(heads.len().min(4))].clone();
            let (id, present) = recent(random);
            parents.push(id);
            (before, files) = (present.clone(), present);
            let (other, theirs) = recent(random);
            if other != id && random.is_one_in(3) {
                parents.push(other);
                theirs.into_iter().for_each(|(name, lines)| {
                    files.entry(name).or_insert(lines);
                });
            }
        }
        random.change(&mut files);
        // Some clocks run behind.
        let days_ago = 100 - day + if random.is_one_in(9) { 30 } else { 0 };
        let id = commit(repo, days_ago, &parents, &before, &files);
        heads.push((id, files));
    }
}

#[test]
fn random_histories_are_judged_as_git_does() {
    let mut random = Random(7);
    for _ in 0..HISTORIES {
        let repo = Repo::new();
        grow(&repo, &mut random);
        repo.check_blame();
    }
}
