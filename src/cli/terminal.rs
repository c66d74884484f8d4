//! Colours, width, progress, and the two standard streams.

use std::io::{self, IsTerminal as _, Write as _};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::pipeline::Step;
use crate::report::Look;
use crate::report::escape::Terminal;
use crate::source::environment;

/// Where nothing says how wide the page is.
const DEFAULT_WIDTH: usize = 100;

/// How standard output wants its page.
pub fn look_of_stdout() -> Look {
    let stdout = io::stdout();
    let is_dumb = environment("TERM").is_some_and(|term| term == "dumb");
    let columns = environment("COLUMNS").and_then(|columns| columns.parse().ok());
    let measured = || terminal_size::terminal_size_of(&stdout).map(|(width, _)| usize::from(width.0));
    let width = measured().or(columns).unwrap_or(DEFAULT_WIDTH);
    Look::new(width, has_color(stdout.is_terminal(), is_dumb), !is_dumb)
}

/// How a file wants its page.
pub fn look_of_file() -> Look {
    Look::new(DEFAULT_WIDTH, false, true)
}

/// `NO_COLOR` before what forces colours, as most tools have it; then whether somebody looks.
fn has_color(is_terminal: bool, is_dumb: bool) -> bool {
    let forces = |name: &str| environment(name).is_some_and(|value| value != "0");
    if environment("NO_COLOR").is_some() {
        return false;
    }
    forces("FORCE_COLOR") || forces("CLICOLOR_FORCE") || (is_terminal && !is_dumb)
}

/// Writes a page to standard output. A reader that went away is no error.
pub fn print(page: &str) -> anyhow::Result<()> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(page.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(anyhow::Error::new(error).context("cannot write to standard output"))
        }
        _ => Ok(()),
    }
}

/// Writes a line to standard error; nobody can be told when that fails.
pub fn tell(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Says what went wrong and how it came about. Lines of a message stay lines; nothing else in it
/// reaches the terminal unescaped.
pub fn complain(error: &anyhow::Error) {
    for (depth, cause) in error.chain().enumerate() {
        let lead = if depth == 0 { "tonight: " } else { "  because: " };
        for (index, line) in cause.to_string().lines().enumerate() {
            tell(&format!("{}{}", if index == 0 { lead } else { "" }, Terminal::of(line)));
        }
    }
}

/// A panic in a collector is reported as a problem of its file; one of our own is said in one line.
pub fn quiet_panics() {
    let main = std::thread::current().id();
    std::panic::set_hook(Box::new(move |info| {
        if std::thread::current().id() == main {
            let place = info.location().map(ToString::to_string).unwrap_or_default();
            tell(&format!("tonight: internal error at {place}; please report it with the command you ran"));
        }
    }));
}

/// A progress bar on standard error, when somebody looks at it.
pub struct Progress {
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Starts one, unless told to be quiet or nobody looks.
    pub fn start(is_quiet: bool) -> Self {
        let is_dumb = environment("TERM").is_some_and(|term| term == "dumb");
        if is_quiet || is_dumb || !io::stderr().is_terminal() {
            return Self { bar: None };
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}") {
            bar.set_style(style);
        }
        Self { bar: Some(bar) }
    }

    /// Shows a step.
    pub fn show(&self, step: Step) {
        let Some(bar) = &self.bar else { return };
        match step {
            Step::Reading(done, all) => {
                bar.set_message("reading files");
                bar.set_length(all as u64);
                bar.set_position(done as u64);
            }
            Step::History => bar.set_message("reading history"),
            Step::Answering => bar.set_message("answering"),
        }
    }

    /// Takes it away.
    pub fn end(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}
