//! Which line of a new version was which line of the old one, exactly as `git blame` says.
//!
//! The judge is xdiff with git's defaults (Myers, indent heuristic, no context) after git's own
//! trimming of the common tail. Most questions need no diff: xdiff shifts a change only over lines
//! equal to those it holds, one after the other, so a line outside the changed middle keeps its
//! place as soon as it, or a line between it and the middle, has a text that neither middle has; and
//! a line of the middle whose text the old version does not have anywhere is new.

use std::collections::HashMap;

use git2::{DiffOptions, Patch};

/// Lines from which an unchanged start is assumed to be cheaper to find by diff than one by one.
const TAIL_BLOCK: usize = 1024;

/// A followed line: its 0-based number in the version at hand, and which question asked for it.
pub type Followed = (u32, u32);

/// Where followed lines were in the old version.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Mapped {
    /// In the old version, with their numbers there, sorted.
    pub before: Vec<Followed>,
    /// New in this version.
    pub here: Vec<Followed>,
}

/// Maps lines of the new version (sorted by number) to the old one; nothing if the diff fails.
pub fn map(old: &[u8], new: &[u8], followed: &[Followed]) -> Option<Mapped> {
    let mut mapped = Mapped::default();
    let rest = map_without_diff(old, new, followed, &mut mapped);
    if !rest.is_empty() {
        let hunks = hunks(old, new)?;
        map_by_hunks(&hunks, &rest, &mut mapped);
    }
    mapped.before.sort_unstable();
    mapped.here.sort_unstable();
    Some(mapped)
}

/// A changed place: 0-based first line and number of lines of both sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Hunk {
    old_lines: u32,
    new_start: u32,
    new_lines: u32,
}

fn hunks(old: &[u8], new: &[u8]) -> Option<Vec<Hunk>> {
    let (old, new) = trim_common_tail(old, new);
    let mut options = DiffOptions::new();
    options.context_lines(0).interhunk_lines(0).indent_heuristic(true).force_text(true);
    let patch = Patch::from_buffers(old, None, new, None, Some(&mut options)).ok()?;
    let mut hunks = Vec::with_capacity(patch.num_hunks());
    for index in 0..patch.num_hunks() {
        let (hunk, _) = patch.hunk(index).ok()?;
        // A hunk that adds nothing names the line before it.
        let new_start = hunk.new_start().saturating_sub(u32::from(hunk.new_lines() > 0));
        hunks.push(Hunk { old_lines: hunk.old_lines(), new_start, new_lines: hunk.new_lines() });
    }
    Some(hunks)
}

fn map_by_hunks(hunks: &[Hunk], followed: &[Followed], mapped: &mut Mapped) {
    let mut rest = hunks.iter().peekable();
    let mut shift = 0_i64;
    for &(line, ask) in followed {
        while let Some(hunk) = rest.next_if(|hunk| hunk.new_start + hunk.new_lines <= line) {
            shift += i64::from(hunk.old_lines) - i64::from(hunk.new_lines);
        }
        if rest.peek().is_some_and(|hunk| hunk.new_start <= line && hunk.new_lines > 0) {
            mapped.here.push((line, ask));
        } else if let Ok(before) = u32::try_from(i64::from(line) + shift) {
            mapped.before.push((before, ask));
        }
    }
}

/// Cuts what both end in, in blocks of 1,024 bytes and back to a line end, as git does before a
/// diff without context: it changes which of several equal lines is seen as moved.
fn trim_common_tail<'a>(old: &'a [u8], new: &'a [u8]) -> (&'a [u8], &'a [u8]) {
    let smaller = old.len().min(new.len());
    let mut trimmed = 0;
    while trimmed + TAIL_BLOCK <= smaller {
        let block = |bytes: &'a [u8]| bytes.get(bytes.len() - trimmed - TAIL_BLOCK..bytes.len() - trimmed);
        if block(old) != block(new) {
            break;
        }
        trimmed += TAIL_BLOCK;
    }
    let tail = old.get(old.len() - trimmed..).unwrap_or_default();
    let kept = memchr::memchr(b'\n', tail).map_or(trimmed, |newline| newline + 1);
    let cut = trimmed - kept;
    (old.get(..old.len() - cut).unwrap_or(old), new.get(..new.len() - cut).unwrap_or(new))
}

/// Answers what needs no diff; gives back the lines that do, sorted.
fn map_without_diff(old: &[u8], new: &[u8], followed: &[Followed], mapped: &mut Mapped) -> Vec<Followed> {
    let parts = Parts::of(old, new);
    let first = count(parts.start);
    let (old_count, new_count) = (count(parts.old_middle), count(parts.new_middle));
    let after = first.saturating_add(new_count);
    let is_in_middle = |line: u32| (first..after).contains(&line);

    let safe_above = followed
        .first()
        .filter(|(line, _)| *line < first)
        .map_or(0, |_| first.saturating_sub(parts.reach(lines_from_end(parts.start))));
    let safe_below = followed
        .last()
        .filter(|(line, _)| *line >= after)
        .map_or(u32::MAX, |_| after.saturating_add(parts.reach(lines(parts.end))));
    let in_middle: Vec<Followed> = followed.iter().copied().filter(|(line, _)| is_in_middle(*line)).collect();
    let known = parts.known_before(&texts_of(new, &in_middle), old);
    let mut known = known.into_iter();
    let mut rest = Vec::new();
    for &(line, ask) in followed {
        if is_in_middle(line) {
            match known.next() {
                Some(false) => mapped.here.push((line, ask)),
                _ => rest.push((line, ask)),
            }
        } else if line < safe_above {
            mapped.before.push((line, ask));
        } else if line >= safe_below {
            mapped.before.push((line - new_count + old_count, ask));
        } else {
            rest.push((line, ask));
        }
    }
    rest
}

/// Lines next to the middle that are looked at before a diff is cheaper.
const MAX_REACH: u32 = 8;

/// Two versions, split where they differ.
struct Parts<'a> {
    start: &'a [u8],
    old_middle: &'a [u8],
    new_middle: &'a [u8],
    end: &'a [u8],
}

impl<'a> Parts<'a> {
    fn of(old: &'a [u8], new: &'a [u8]) -> Self {
        let start = common_start(old, new);
        let (old_rest, new_rest) =
            (old.get(start..).unwrap_or_default(), new.get(start..).unwrap_or_default());
        let end = common_end(old_rest, new_rest);
        let middle = |rest: &'a [u8]| rest.get(..rest.len() - end).unwrap_or_default();
        Self {
            start: new.get(..start).unwrap_or_default(),
            old_middle: middle(old_rest),
            new_middle: middle(new_rest),
            end: new_rest.get(new_rest.len() - end..).unwrap_or_default(),
        }
    }

    /// How many lines next to the middle a change could be shifted over; all of them if that is
    /// not known.
    fn reach<'l>(&self, next_lines: impl Iterator<Item = &'l [u8]>) -> u32 {
        let is_in_middle =
            |text: &[u8]| lines(self.old_middle).chain(lines(self.new_middle)).any(|line| line == text);
        for (reach, line) in (0..MAX_REACH).zip(next_lines) {
            if !is_in_middle(line) {
                return reach;
            }
        }
        u32::MAX
    }

    /// Whether each text occurs in the old version.
    fn known_before(&self, texts: &[&[u8]], old: &[u8]) -> Vec<bool> {
        let mut found: HashMap<&[u8], bool> = texts.iter().map(|text| (*text, false)).collect();
        if !found.is_empty() {
            for line in lines(old) {
                found.entry(line).and_modify(|is_known| *is_known = true);
            }
        }
        texts.iter().map(|text| found.get(text).copied().unwrap_or(true)).collect()
    }
}

fn count(bytes: &[u8]) -> u32 {
    let ends = memchr::memchr_iter(b'\n', bytes).count();
    let open = usize::from(bytes.last().is_some_and(|byte| *byte != b'\n'));
    u32::try_from(ends + open).unwrap_or(u32::MAX)
}

/// As [`lines`], from the last one up.
fn lines_from_end(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let before_last = rest.split_last()?.1;
        let start = memchr::memrchr(b'\n', before_last).map_or(0, |newline| newline + 1);
        let (next, line) = rest.split_at_checked(start)?;
        rest = next;
        Some(line)
    })
}

/// Length of the whole lines both start with.
fn common_start(old: &[u8], new: &[u8]) -> usize {
    let len = equal_prefix(old, new);
    if len == old.len() && len == new.len() {
        return len;
    }
    memchr::memrchr(b'\n', old.get(..len).unwrap_or_default()).map_or(0, |newline| newline + 1)
}

fn equal_prefix(old: &[u8], new: &[u8]) -> usize {
    const BLOCK: usize = 256;
    let equal_blocks =
        old.chunks_exact(BLOCK).zip(new.chunks_exact(BLOCK)).take_while(|(a, b)| a == b).count();
    let from = equal_blocks * BLOCK;
    let (old, new) = (old.get(from..).unwrap_or_default(), new.get(from..).unwrap_or_default());
    from + old.iter().zip(new).take_while(|(a, b)| a == b).count()
}

/// Length of the whole lines both end in.
fn common_end(old: &[u8], new: &[u8]) -> usize {
    const BLOCK: usize = 256;
    let equal_blocks =
        old.rchunks_exact(BLOCK).zip(new.rchunks_exact(BLOCK)).take_while(|(a, b)| a == b).count();
    let from = equal_blocks * BLOCK;
    let (left, right) =
        (old.get(..old.len() - from).unwrap_or_default(), new.get(..new.len() - from).unwrap_or_default());
    let len = from + left.iter().rev().zip(right.iter().rev()).take_while(|(a, b)| a == b).count();
    // The first line of the tail counts only if it is whole on both sides.
    let starts_line = |bytes: &[u8]| match bytes.len().checked_sub(len) {
        Some(0) => true,
        Some(at) => bytes.get(at - 1) == Some(&b'\n'),
        None => false,
    };
    if starts_line(old) && starts_line(new) {
        return len;
    }
    let tail = old.get(old.len() - len..).unwrap_or_default();
    memchr::memchr(b'\n', tail).map_or(0, |newline| len - newline - 1)
}

/// Lines with their line ends: a last line without one differs from the same text with one.
pub fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = memchr::memchr(b'\n', rest).map_or(rest.len(), |newline| newline + 1);
        let (line, next) = rest.split_at_checked(end)?;
        rest = next;
        Some(line)
    })
}

/// The text of each followed line; empty beyond the end.
fn texts_of<'a>(bytes: &'a [u8], followed: &[Followed]) -> Vec<&'a [u8]> {
    let mut all = lines(bytes).enumerate();
    let mut current = all.next();
    followed
        .iter()
        .map(|(wanted, _)| {
            while current.is_some_and(|(number, _)| number < *wanted as usize) {
                current = all.next();
            }
            current.filter(|(number, _)| *number == *wanted as usize).map_or(&[][..], |(_, text)| text)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Followed, Mapped, hunks, map, map_by_hunks, map_without_diff};

    fn all_lines(new: &str) -> Vec<Followed> {
        (0..u32::try_from(super::lines(new.as_bytes()).count()).unwrap()).map(|line| (line, line)).collect()
    }

    #[track_caller]
    fn check(old: &str, new: &str, before: &[(u32, u32)]) {
        let mapped = map(old.as_bytes(), new.as_bytes(), &all_lines(new)).unwrap();
        let found: Vec<_> = mapped.before.iter().map(|(before, line)| (*line, *before)).collect();
        assert_eq!(found, before, "{old:?} -> {new:?}");
    }

    #[test]
    fn finds_lines_again() {
        check("a\nb\nc\n", "a\nb\nc\n", &[(0, 0), (1, 1), (2, 2)]);
        check("a\nb\nc\n", "x\na\nc\n", &[(1, 0), (2, 2)]);
        check("", "a\n", &[]);
        check("a\n", "", &[]);
        check("a", "a\n", &[]);
        check("a\nb", "a\nb\nc", &[(0, 0)]);
        check("a\r\nb\r\n", "a\nb\n", &[]);
    }

    #[test]
    fn a_block_that_moved_is_new_where_it_is_now() {
        check("a\nb\nc\nd\ne\nf\n", "d\ne\nf\na\nb\nc\n", &[(0, 3), (1, 4), (2, 5)]);
    }

    /// Small alphabets make lines that repeat, which is where a shortcut could differ from a diff.
    #[test]
    fn the_shortcut_agrees_with_the_diff() {
        let mut state = 1_u64;
        let mut next = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        for _ in 0..4_000 {
            let kinds = 2 + next(12);
            let mut text = |len: u64| -> Vec<String> {
                (0..len).map(|_| format!("{}{}\n", " ".repeat(next(3) as usize), next(kinds))).collect()
            };
            let (mut old, insert) = (text(30), text(4));
            old.truncate(3 + old.len() / 2);
            let mut new = old.clone();
            let at = new.len() / 3;
            new.splice(at..(at + insert.len() / 2), insert);
            let (old, new) = (old.concat(), new.concat());
            let followed = all_lines(&new);
            let mut quick = Mapped::default();
            let rest = map_without_diff(old.as_bytes(), new.as_bytes(), &followed, &mut quick);
            let mut slow = Mapped::default();
            map_by_hunks(&hunks(old.as_bytes(), new.as_bytes()).unwrap(), &followed, &mut slow);
            let open = |line: &&Followed| rest.iter().all(|(_, ask)| *ask != line.1);
            assert_eq!(
                quick.before,
                slow.before.iter().filter(open).copied().collect::<Vec<_>>(),
                "{old}{new}"
            );
            assert_eq!(quick.here, slow.here.iter().filter(open).copied().collect::<Vec<_>>(), "{old}{new}");
        }
    }
}
