//! Own threads with large stacks and a deadline.
//!
//! C parsers recurse on hostile input and libgit2 can spin on a broken object. A thread that misses
//! its deadline is left behind: it cannot be stopped, and the process ends without it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::thread::Builder;
use std::time::Duration;

/// Stack of every thread that parses or reads git: tree-sitter overflows 8 MiB on 1 MB of nested
/// casts and survives with this (virtual memory, touched only when used).
pub const STACK: usize = 64 << 20;

/// Why guarded work gave no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// It was still running at its deadline.
    TimedOut,
    /// It panicked.
    Panicked,
    /// No thread could be started.
    NoThread,
}

/// Runs work on a thread of its own and waits for it until the deadline.
pub fn guarded<T: Send + 'static>(
    limit: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Lost> {
    let (sender, receiver) = mpsc::sync_channel(1);
    Builder::new()
        .stack_size(STACK)
        .spawn(move || {
            let result = catch_unwind(AssertUnwindSafe(work));
            // The receiver is gone after the deadline; then there is nobody to tell.
            let _ = sender.send(result);
        })
        .map_err(|_| Lost::NoThread)?;
    match receiver.recv_timeout(limit) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(_)) => Err(Lost::Panicked),
        Err(_) => Err(Lost::TimedOut),
    }
}

#[cfg(test)]
mod tests {
    use super::{Lost, guarded};
    use std::time::Duration;

    #[test]
    fn gives_up_on_work_that_hangs() {
        let hung = guarded(Duration::from_millis(20), || std::thread::sleep(Duration::from_secs(5)));
        assert_eq!(hung, Err(Lost::TimedOut));
        assert_eq!(guarded(Duration::from_secs(5), || 7), Ok(7));
    }
}
