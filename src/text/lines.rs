//! Byte offsets to 1-based lines and back.

use crate::model::At;

/// Start of every line of a text. Lines end at `\n`; a `\r` before it belongs to the line.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
    len: u32,
}

impl LineIndex {
    /// Reads a text of at most 4 GiB.
    pub fn new(text: &str) -> Self {
        Self::of_bytes(text.as_bytes())
    }

    /// The same for bytes.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        let mut starts = vec![0];
        starts.extend(memchr::memchr_iter(b'\n', bytes).map(|at| at as u32 + 1));
        Self { starts, len: bytes.len() as u32 }
    }

    /// The 1-based line that holds a byte.
    pub fn line(&self, byte: usize) -> u32 {
        self.starts.partition_point(|&start| start as usize <= byte) as u32
    }

    /// The first byte of a 1-based line; the end of the text for a line that does not exist.
    pub fn start(&self, line: u32) -> usize {
        let index = (line.max(1) - 1) as usize;
        self.starts.get(index).copied().unwrap_or(self.len) as usize
    }

    /// One past the last byte of a 1-based line, without its line end.
    pub fn end(&self, line: u32) -> usize {
        match self.starts.get(line as usize) {
            Some(&next) => next as usize - 1,
            None => self.len as usize,
        }
    }

    /// How many lines there are; an empty text has one.
    pub fn count(&self) -> u32 {
        self.starts.len() as u32
    }

    /// The place of a byte range.
    pub fn at(&self, range: std::ops::Range<usize>) -> At {
        At { line: self.line(range.start), start: range.start as u32, end: range.end as u32 }
    }
}

#[cfg(test)]
mod tests {
    use super::LineIndex;

    #[test]
    fn finds_lines_and_their_ends() {
        let lines = LineIndex::new("ab\n\ncd");
        assert_eq!((lines.line(0), lines.line(2), lines.line(3), lines.line(4)), (1, 1, 2, 3));
        assert_eq!((lines.start(3), lines.end(3)), (4, 6));
        assert_eq!((lines.start(1), lines.end(1)), (0, 2));
        assert_eq!((lines.start(9), lines.end(9)), (6, 6));
        assert_eq!(lines.count(), 3);
    }
}
