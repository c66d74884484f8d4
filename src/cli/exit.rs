//! The exit codes. A format never changes them.

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done, nothing at or above `--fail-on`.
    Done,
    /// The gate failed.
    Gate,
    /// Wrong usage, wrong configuration or an internal error.
    Broken,
    /// Nothing to scan.
    Nothing,
    /// With `--strict`, something was skipped.
    Skipped,
}

impl Exit {
    /// Its number; never renumbered.
    pub fn code(self) -> i32 {
        match self {
            Self::Done => 0,
            Self::Gate => 1,
            Self::Broken => 2,
            Self::Nothing => 3,
            Self::Skipped => 4,
        }
    }

    /// The exit of a run that could be made: nothing to scan, then the gate, then what was skipped.
    pub fn of(is_empty: bool, gate_failed: bool, was_skipped: bool) -> Self {
        match (is_empty, gate_failed, was_skipped) {
            (true, ..) => Self::Nothing,
            (_, true, _) => Self::Gate,
            (.., true) => Self::Skipped,
            _ => Self::Done,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Exit;

    #[test]
    fn the_graver_end_wins() {
        assert_eq!(Exit::of(true, true, true).code(), 3);
        assert_eq!(Exit::of(false, true, true).code(), 1);
        assert_eq!(Exit::of(false, false, true).code(), 4);
        assert_eq!(Exit::of(false, false, false).code(), 0);
        assert_eq!(Exit::Broken.code(), 2);
    }
}
