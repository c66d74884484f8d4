//! Facts of many files on own threads, each file with a deadline.
//!
//! Threads take the next file from a shared counter and send its facts back. One that stays on a
//! file past the deadline is left behind: the file is reported as timed out, and a new thread takes
//! its place. The result does not depend on how many threads there were or which was faster.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::Builder;
use std::time::{Duration, Instant};

use super::store::Store;
use crate::facts::{self, Scope};
use crate::model::{FileFacts, RepoPath, SkipReason, Skipped};
use crate::rules::RuleSet;
use crate::source::{BlobId, STACK, Snapshot};

/// The slowest honest file measured needs under a second.
const FILE_LIMIT: Duration = Duration::from_secs(10);
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// What reading everything gave.
pub(super) struct Read {
    /// Files that state something or had a problem, sorted by path.
    pub files: Vec<(RepoPath, FileFacts)>,
    /// Facts computed in this run: (path, blob, facts).
    pub fresh: Vec<(RepoPath, BlobId, FileFacts)>,
    /// Files that could not be read.
    pub skipped: Vec<Skipped>,
    /// Files analyzed, remembered ones included.
    pub analyzed: usize,
    /// Files remembered.
    pub remembered: usize,
}

enum Message {
    Started { worker: usize, file: usize },
    Done { worker: usize, file: usize, result: Result<(Option<BlobId>, FileFacts), SkipReason> },
    Ended { worker: usize },
}

/// Reads every file of a snapshot that the store does not know.
pub(super) fn read_all(
    snapshot: &Arc<Snapshot>,
    rules: &Arc<RuleSet>,
    store: &Store,
    scope: Scope,
    threads: usize,
    progress: &mut dyn FnMut(usize, usize),
) -> Read {
    let mut read =
        Read { files: Vec::new(), fresh: Vec::new(), skipped: Vec::new(), analyzed: 0, remembered: 0 };
    let mut wanted = Vec::new();
    for (index, file) in snapshot.files.iter().enumerate() {
        match file.blob.and_then(|blob| store.recall(&file.path, blob)) {
            Some(Ok(facts)) => {
                read.analyzed += 1;
                read.remembered += 1;
                keep(&mut read.files, &file.path, facts);
            }
            Some(Err(why)) => read.skipped.push(Skipped { path: file.path.clone(), why }),
            None => wanted.push(index),
        }
    }
    let mut pool = Pool::new(snapshot, rules, Arc::new(wanted), scope, threads);
    pool.run(&mut read, progress);
    read.files.sort_by(|a, b| a.0.cmp(&b.0));
    read.fresh.sort_by(|a, b| a.0.cmp(&b.0));
    read
}

fn keep(files: &mut Vec<(RepoPath, FileFacts)>, path: &RepoPath, facts: FileFacts) {
    if !facts.facts.is_empty() || !facts.problems.is_empty() {
        files.push((path.clone(), facts));
    }
}

struct Pool {
    snapshot: Arc<Snapshot>,
    rules: Arc<RuleSet>,
    scope: Scope,
    wanted: Arc<Vec<usize>>,
    next: Arc<AtomicUsize>,
    sender: mpsc::Sender<Message>,
    receiver: mpsc::Receiver<Message>,
    /// What each worker is on; `None` when idle or ended.
    busy: Vec<Option<(usize, Instant)>>,
    /// Set for a worker that was left behind: it takes no further file.
    retired: Vec<Arc<AtomicBool>>,
    running: usize,
}

impl Pool {
    fn new(
        snapshot: &Arc<Snapshot>,
        rules: &Arc<RuleSet>,
        wanted: Arc<Vec<usize>>,
        scope: Scope,
        threads: usize,
    ) -> Self {
        let (sender, receiver) = mpsc::channel();
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let threads = if threads == 0 { cores } else { threads };
        let mut pool = Self {
            snapshot: Arc::clone(snapshot),
            rules: Arc::clone(rules),
            next: Arc::new(AtomicUsize::new(0)),
            sender,
            receiver,
            busy: Vec::new(),
            retired: Vec::new(),
            running: 0,
            scope,
            wanted,
        };
        for _ in 0..threads.min(pool.wanted.len()) {
            pool.start();
        }
        pool
    }

    fn start(&mut self) {
        let worker = self.busy.len();
        let (snapshot, rules) = (Arc::clone(&self.snapshot), Arc::clone(&self.rules));
        let (wanted, next, sender) = (Arc::clone(&self.wanted), Arc::clone(&self.next), self.sender.clone());
        let (scope, retired) = (self.scope, Arc::new(AtomicBool::new(false)));
        self.retired.push(Arc::clone(&retired));
        let started = Builder::new().stack_size(STACK).spawn(move || {
            let _ = work(worker, &snapshot, &rules, scope, &wanted, &next, &retired, &sender);
            let _ = sender.send(Message::Ended { worker });
        });
        self.busy.push(None);
        self.running += usize::from(started.is_ok());
    }

    fn run(&mut self, read: &mut Read, progress: &mut dyn FnMut(usize, usize)) {
        let mut done = 0;
        let mut settled = vec![false; self.wanted.len()];
        while self.running > 0 {
            match self.receiver.recv_timeout(LOOK_EVERY) {
                Ok(Message::Started { worker, file }) => self.busy[worker] = Some((file, Instant::now())),
                Ok(Message::Done { worker, file, result }) => {
                    self.busy[worker] = None;
                    // A thread left behind may still come back; its file was reported already.
                    if !std::mem::replace(&mut settled[file], true) {
                        done += 1;
                        self.settle(file, result, read);
                        progress(done, self.wanted.len());
                    }
                }
                Ok(Message::Ended { worker }) => {
                    self.running -= usize::from(!self.retired[worker].load(Ordering::Relaxed));
                }
                Err(_) => self.leave_behind(read, &mut settled),
            }
        }
        // Without any thread (a machine out of memory) nothing was read: say so.
        for (file, _) in settled.iter().enumerate().filter(|(_, settled)| !**settled) {
            self.settle(file, Err(SkipReason::Unreadable), read);
        }
    }

    fn leave_behind(&mut self, read: &mut Read, settled: &mut [bool]) {
        for worker in 0..self.busy.len() {
            let Some((file, since)) = self.busy[worker] else { continue };
            if since.elapsed() < FILE_LIMIT || self.retired[worker].swap(true, Ordering::Relaxed) {
                continue;
            }
            settled[file] = true;
            self.settle(file, Err(SkipReason::TimedOut), read);
            self.running -= 1;
            self.start();
        }
    }

    fn settle(&self, file: usize, result: Result<(Option<BlobId>, FileFacts), SkipReason>, read: &mut Read) {
        let entry = &self.snapshot.files[self.wanted[file]];
        match result {
            Ok((blob, facts)) => {
                read.analyzed += 1;
                if let Some(blob) = blob {
                    read.fresh.push((entry.path.clone(), blob, facts.clone()));
                }
                keep(&mut read.files, &entry.path, facts);
            }
            Err(why) => read.skipped.push(Skipped { path: entry.path.clone(), why }),
        }
    }
}

/// Takes files until there are none, nobody listens, or this worker was left behind.
#[allow(clippy::too_many_arguments, reason = "what one thread shares with the others")]
fn work(
    worker: usize,
    snapshot: &Snapshot,
    rules: &RuleSet,
    scope: Scope,
    wanted: &[usize],
    next: &AtomicUsize,
    retired: &AtomicBool,
    sender: &mpsc::Sender<Message>,
) -> Result<(), mpsc::SendError<Message>> {
    let reader = snapshot.reader();
    while !retired.load(Ordering::Relaxed) {
        let file = next.fetch_add(1, Ordering::Relaxed);
        let Some(entry) = wanted.get(file).and_then(|index| snapshot.files.get(*index)) else { break };
        sender.send(Message::Started { worker, file })?;
        let result = reader.read(entry).map(|bytes| {
            let blob = entry.blob.or_else(|| BlobId::of(&bytes));
            (blob, facts::collect_in(scope, &entry.path, &bytes, rules))
        });
        sender.send(Message::Done { worker, file, result })?;
    }
    Ok(())
}
