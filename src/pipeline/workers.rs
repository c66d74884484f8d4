//! Facts of many files on own threads, each file with a deadline.
//!
//! Threads take the next file from a shared counter and keep its facts on their desk until all are
//! done. One that stays on a file past the deadline is left behind: the file is reported as timed
//! out, and a new thread takes its place. The result does not depend on how many threads there were
//! or which was faster.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
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

/// A file by its place among the wanted ones, and what came of it.
type Done = (usize, Result<(Option<BlobId>, FileFacts), SkipReason>);

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
    let mut settled = vec![false; wanted.len()];
    let shared = Shared {
        snapshot: Arc::clone(snapshot),
        rules: Arc::clone(rules),
        scope,
        wanted,
        next: AtomicUsize::new(0),
    };
    let mut pool = Pool::new(shared, threads);
    pool.watch(progress);
    for (file, result) in pool.desks.iter().flat_map(|desk| std::mem::take(&mut lock(desk).done)) {
        settled[file] = true;
        pool.settle(file, result, &mut read);
    }
    // Without any thread (a machine out of memory) nothing was read: say so.
    for (file, _) in settled.iter().enumerate().filter(|(_, settled)| !**settled) {
        pool.settle(file, Err(SkipReason::Unreadable), &mut read);
    }
    read.files.sort_by(|a, b| a.0.cmp(&b.0));
    read.fresh.sort_by(|a, b| a.0.cmp(&b.0));
    read
}

fn keep(files: &mut Vec<(RepoPath, FileFacts)>, path: &RepoPath, facts: FileFacts) {
    if !facts.facts.is_empty() || !facts.problems.is_empty() {
        files.push((path.clone(), facts));
    }
}

/// What the threads have in common.
struct Shared {
    snapshot: Arc<Snapshot>,
    rules: Arc<RuleSet>,
    scope: Scope,
    /// Files to read, by their place in the snapshot.
    wanted: Vec<usize>,
    /// The next one of them.
    next: AtomicUsize,
}

/// What one thread is on and what it has done. Telling somebody about every file would cost more
/// than reading most of them; so it is left on a desk that the watch looks at now and then.
#[derive(Default)]
struct Desk {
    on: Option<(usize, Instant)>,
    done: Vec<Done>,
    /// It missed a deadline: what it was on is settled, and it takes no further file.
    is_left_behind: bool,
}

fn lock(desk: &Mutex<Desk>) -> MutexGuard<'_, Desk> {
    desk.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Pool {
    shared: Arc<Shared>,
    desks: Vec<Arc<Mutex<Desk>>>,
    sender: mpsc::Sender<usize>,
    /// Threads that ended, by their desk.
    ended: mpsc::Receiver<usize>,
    running: usize,
}

impl Pool {
    fn new(shared: Shared, threads: usize) -> Self {
        let (sender, ended) = mpsc::channel();
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let threads = if threads == 0 { cores } else { threads };
        let mut pool = Self { shared: Arc::new(shared), desks: Vec::new(), sender, ended, running: 0 };
        for _ in 0..threads.min(pool.shared.wanted.len()) {
            pool.start();
        }
        pool
    }

    fn start(&mut self) {
        let (number, desk) = (self.desks.len(), Arc::new(Mutex::new(Desk::default())));
        self.desks.push(Arc::clone(&desk));
        let (shared, sender) = (Arc::clone(&self.shared), self.sender.clone());
        let started = Builder::new().stack_size(STACK).spawn(move || {
            work(&shared, &desk);
            let _ = sender.send(number);
        });
        self.running += usize::from(started.is_ok());
    }

    /// Waits until every thread has ended or was left behind.
    fn watch(&mut self, progress: &mut dyn FnMut(usize, usize)) {
        while self.running > 0 {
            match self.ended.recv_timeout(LOOK_EVERY) {
                Ok(number) => self.running -= usize::from(!lock(&self.desks[number]).is_left_behind),
                Err(_) => self.leave_behind(),
            }
            let done = self.desks.iter().map(|desk| lock(desk).done.len()).sum();
            progress(done, self.shared.wanted.len());
        }
    }

    fn leave_behind(&mut self) {
        for number in 0..self.desks.len() {
            let mut desk = lock(&self.desks[number]);
            let Some((file, _)) = desk.on.filter(|(_, since)| since.elapsed() >= FILE_LIMIT) else {
                continue;
            };
            desk.on = None;
            desk.is_left_behind = true;
            desk.done.push((file, Err(SkipReason::TimedOut)));
            drop(desk);
            self.running -= 1;
            self.start();
        }
    }

    fn settle(&self, file: usize, result: Result<(Option<BlobId>, FileFacts), SkipReason>, read: &mut Read) {
        let entry = &self.shared.snapshot.files[self.shared.wanted[file]];
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

/// Takes files until there are none, or until this thread was left behind.
fn work(shared: &Shared, desk: &Mutex<Desk>) {
    let reader = shared.snapshot.reader();
    let mut done = None;
    loop {
        let mut own = lock(desk);
        if own.is_left_behind {
            return;
        }
        own.done.extend(done.take());
        let file = shared.next.fetch_add(1, Ordering::Relaxed);
        let entry = shared.wanted.get(file).and_then(|index| shared.snapshot.files.get(*index));
        own.on = entry.map(|_| (file, Instant::now()));
        drop(own);
        let Some(entry) = entry else { return };
        let result = reader.read(entry).map(|bytes| {
            let blob = entry.blob.or_else(|| BlobId::of(&bytes));
            (blob, facts::collect_in(shared.scope, &entry.path, &bytes, &shared.rules))
        });
        done = Some((file, result));
    }
}
