//! Embeds `rules/` and the fixture shop into the binary, each as a sorted table of (path, text).
//!
//! A new rule is one new file: no list of rules is kept anywhere by hand. Of the fixtures only the
//! shop is embedded, because `tonight demo` shows it. And it names this build of the sources, so that
//! nothing remembered by another one is taken for its own.

use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=rules");
    println!("cargo:rerun-if-changed=fixtures/shop");
    println!("cargo:rerun-if-changed=src");
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    println!("cargo:rustc-env=TONIGHT_BUILD={:016x}", digest(&root.join("src"))?);
    embed(&root.join("rules"), "embedded.rs", |name| name.ends_with(".toml"))?;
    embed(&root.join("fixtures/shop"), "shop.rs", |name| name == "history.toml" || name.starts_with("repo/"))
}

/// Writes the table of the wanted files below a folder.
fn embed(root: &Path, table: &str, is_wanted: impl Fn(&str) -> bool) -> io::Result<()> {
    let mut files = Vec::new();
    list(root, &mut files)?;
    files.sort();
    let mut code = String::from("pub(super) static FILES: &[(&str, &str)] = &[\n");
    for file in &files {
        let name = file.strip_prefix(root).unwrap_or(file).to_string_lossy().replace('\\', "/");
        if is_wanted(&name) {
            let _ = writeln!(code, "    ({name:?}, include_str!({:?})),", file.display().to_string());
        }
    }
    code.push_str("];\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join(table);
    fs::write(out, code)
}

/// A digest of every source file, by name and text.
fn digest(root: &Path) -> io::Result<u64> {
    let mut files = Vec::new();
    list(root, &mut files)?;
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        file.strip_prefix(root).unwrap_or(&file).hash(&mut hasher);
        fs::read(&file)?.hash(&mut hasher);
    }
    Ok(hasher.finish())
}

fn list(folder: &Path, into: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            list(&path, into)?;
        } else {
            into.push(path);
        }
    }
    Ok(())
}
