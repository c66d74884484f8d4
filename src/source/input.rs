//! Files that the user names beside the repository, and what the environment says.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::snapshot::MAX_FILE_BYTES;

/// Labelled comments may fill more than a source file does; a larger file is no collection of them.
const MAX_LABELS_BYTES: u64 = 256 << 20;

/// The text of a file the user named: a configuration or a rule.
pub fn read_text(path: &Path) -> io::Result<String> {
    read_up_to(path, MAX_FILE_BYTES)
}

/// The text of a file of labelled comments the user named.
pub fn read_labels(path: &Path) -> io::Result<String> {
    read_up_to(path, MAX_LABELS_BYTES)
}

fn read_up_to(path: &Path, most_bytes: u64) -> io::Result<String> {
    let mut text = String::new();
    let file = fs::File::open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("is not a regular file"));
    }
    file.take(most_bytes + 1).read_to_string(&mut text)?;
    if text.len() as u64 > most_bytes {
        return Err(io::Error::other(format!("is larger than {} MiB", most_bytes >> 20)));
    }
    Ok(text)
}

/// The files a path stands for: itself, or the `*.toml` files directly in it, sorted by name.
pub fn toml_files(path: &Path) -> io::Result<Vec<PathBuf>> {
    if !fs::metadata(path)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(path)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Writes a new file with the folders above it; an existing one is an error.
pub fn write_new(path: &Path, text: &str) -> io::Result<()> {
    use std::io::Write as _;
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = fs::OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(text.as_bytes())
}

/// A variable of the environment that is set, not empty, and text.
pub fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The name of a folder as a person would call it.
pub fn folder_name(path: &Path) -> String {
    let absolute = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let name = absolute.file_name().map(|name| name.to_string_lossy().into_owned());
    name.unwrap_or_else(|| path.display().to_string())
}

/// What the process was started with.
pub fn arguments() -> impl Iterator<Item = std::ffi::OsString> {
    std::env::args_os()
}
