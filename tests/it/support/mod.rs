//! The program as a user runs it, cut off from the machine: its own home, no environment, a fixed day.

use std::path::{Path, PathBuf};
use std::process::Output;

use assert_cmd::Command;
use tempfile::TempDir;

/// The day on which everything is looked at.
pub const DAY: &str = "2026-11-01";

/// A folder with files, and a home of its own.
pub struct Place {
    folder: TempDir,
    home: TempDir,
}

impl Place {
    /// A plain folder with these files.
    pub fn with(files: &[(&str, &str)]) -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap(), home: tempfile::tempdir().unwrap() };
        for (path, text) in files {
            place.write(path, text);
        }
        place
    }

    /// A folder where alerting is switched off: one high finding.
    pub fn with_gap() -> Self {
        Self::with(&[("values.yaml", "alertmanager:\n  enabled: false\n"), ("app.py", "print('x')\n")])
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A file of the folder.
    pub fn file(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Writes a file with the folders above it.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.file(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// The program, in the folder, with nothing in the environment but its own home.
    pub fn tonight(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tonight"));
        command.env_clear().env("HOME", self.home.path()).current_dir(self.path());
        command
    }

    /// Runs it with these arguments.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.tonight().args(arguments).output().unwrap()
    }

    /// Runs a report on the fixed day.
    pub fn report(&self, arguments: &[&str]) -> Output {
        self.tonight().args(["report", "--as-of", DAY]).args(arguments).output().unwrap()
    }
}

/// What a run printed.
pub fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// What a run said beside the report.
pub fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The JSON that a run printed.
pub fn json(output: &Output) -> serde_json::Value {
    serde_json::from_str(&stdout(output)).unwrap_or_else(|error| panic!("{error}\n{}", stderr(output)))
}
