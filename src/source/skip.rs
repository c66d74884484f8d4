//! What is not this repository's own text: vendored, generated, binary. By name and first bytes.

use globset::{Glob, GlobSet, GlobSetBuilder};

use crate::model::{RepoPath, SkipReason};

/// Folders that hold other people's code by convention of their package managers.
const VENDORED_FOLDERS: &[&str] = &[
    "vendor",
    "node_modules",
    "third_party",
    "third-party",
    "thirdparty",
    "bower_components",
    "Godeps",
    "_vendor",
    "Pods",
    "Carthage",
    ".yarn",
    "jspm_packages",
    "site-packages",
    ".terraform",
    ".venv",
    "venv",
];
const BINARY_EXTENSIONS: &[&str] = &[
    "png", "jpg", "jpeg", "gif", "webp", "ico", "bmp", "tif", "tiff", "psd", "pdf", "zip", "gz", "tgz",
    "bz2", "xz", "zst", "7z", "rar", "jar", "war", "class", "so", "dylib", "dll", "exe", "o", "a", "wasm",
    "woff", "woff2", "ttf", "otf", "eot", "mp3", "mp4", "mov", "avi", "webm", "ogg", "wav", "bin", "dat",
    "db", "sqlite", "sqlite3", "pyc", "xlsx", "xls", "docx", "pptx", "parquet", "npy", "pkl", "gpg", "p12",
    "jks", "keystore", "dump", "svg", "drawio", "ipynb",
];
const GENERATED_NAMES: &[&str] = &[
    "package-lock.json",
    "npm-shrinkwrap.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "bun.lock",
    "cargo.lock",
    "poetry.lock",
    "pipfile.lock",
    "uv.lock",
    "gemfile.lock",
    "composer.lock",
    "go.sum",
    "go.work.sum",
    "flake.lock",
    ".terraform.lock.hcl",
    "mix.lock",
    "packages.lock.json",
    "podfile.lock",
    "pubspec.lock",
];
const GENERATED_ENDINGS: &[&str] = &[
    ".min.js",
    ".min.css",
    ".map",
    ".pb.go",
    "_pb2.py",
    "_pb2_grpc.py",
    ".pb.gw.go",
    ".g.dart",
    ".snap",
    ".designer.cs",
    ".generated.go",
    ".gen.go",
    ".bundle.js",
];
/// A generator signs at the top of the file.
const HEADER_BYTES: usize = 1024;

/// Why a file should not be read, by its path alone.
pub fn by_name(path: &RepoPath) -> Option<SkipReason> {
    let folder = path.parent();
    if folder.split('/').any(|part| VENDORED_FOLDERS.contains(&part)) {
        return Some(SkipReason::Vendored);
    }
    let extension = path.extension();
    if BINARY_EXTENSIONS.iter().any(|known| extension.eq_ignore_ascii_case(known)) {
        return Some(SkipReason::Binary);
    }
    let name = path.file_name().to_ascii_lowercase();
    let is_generated =
        GENERATED_NAMES.contains(&name.as_str()) || GENERATED_ENDINGS.iter().any(|end| name.ends_with(end));
    is_generated.then_some(SkipReason::Generated)
}

/// Why a file should not be analyzed, by its first bytes.
pub fn by_content(bytes: &[u8]) -> Option<SkipReason> {
    if bytes.starts_with(b"version https://git-lfs.github.com/spec/") {
        return Some(SkipReason::LargeFilePointer);
    }
    let is_utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    let head = &bytes[..bytes.len().min(8000)];
    if !is_utf16 && memchr::memchr(0, head).is_some() {
        return Some(SkipReason::Binary);
    }
    let head = &bytes[..bytes.len().min(HEADER_BYTES)];
    let says = |words: &[u8]| memchr::memmem::find(head, words).is_some();
    // Go's convention is a regular expression over a whole line; "@generated" is the convention of
    // Phabricator, Buck and many generators since.
    let is_generated = (says(b"Code generated ") && says(b"DO NOT EDIT")) || says(b"@generated");
    is_generated.then_some(SkipReason::Generated)
}

/// A migration that a tool wrote runs against production like any other; projects mark such files as
/// generated only to fold them in reviews.
fn is_migration(path: &RepoPath) -> bool {
    const FOLDERS: &[&str] = &["migrations", "Migrations", "migrate"];
    const LANGUAGES: &[&str] = &["py", "rb", "sql", "php", "cs", "js", "ts"];
    // EF Core keeps the model beside each migration.
    let is_model = path.as_str().ends_with(".Designer.cs") || path.as_str().ends_with("Snapshot.cs");
    !is_model && LANGUAGES.contains(&path.extension()) && FOLDERS.iter().any(|folder| path.has_folder(folder))
}

/// `linguist-vendored` and `linguist-generated` of the root `.gitattributes`.
#[derive(Debug, Default)]
pub struct Attributes {
    vendored: GlobSet,
    generated: GlobSet,
}

impl Attributes {
    /// Reads the lines of a `.gitattributes`; lines that are not understood are left out.
    pub fn parse(text: &str) -> Self {
        let (mut vendored, mut generated) = (GlobSetBuilder::new(), GlobSetBuilder::new());
        for line in text.lines().filter(|line| !line.trim_start().starts_with('#')) {
            let mut words = line.split_whitespace();
            let Some(pattern) = words.next() else { continue };
            for word in words {
                let into = match word {
                    "linguist-vendored" | "linguist-vendored=true" => &mut vendored,
                    "linguist-generated" | "linguist-generated=true" => &mut generated,
                    _ => continue,
                };
                let anchored = pattern.trim_end_matches('/').trim_start_matches('/');
                let whole =
                    if anchored.contains('/') { anchored.to_owned() } else { format!("**/{anchored}") };
                for glob in [whole.clone(), format!("{whole}/**")] {
                    if let Ok(glob) = Glob::new(&glob) {
                        into.add(glob);
                    }
                }
            }
        }
        Self {
            vendored: vendored.build().unwrap_or_default(),
            generated: generated.build().unwrap_or_default(),
        }
    }

    /// Why these attributes take a file out.
    pub fn skip(&self, path: &RepoPath) -> Option<SkipReason> {
        if self.vendored.is_match(path.as_str()) {
            Some(SkipReason::Vendored)
        } else {
            let is_folded = self.generated.is_match(path.as_str()) && !is_migration(path);
            is_folded.then_some(SkipReason::Generated)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Attributes, by_content, by_name};
    use crate::model::SkipReason::*;

    #[test]
    fn tells_what_is_not_own_text() {
        assert_eq!(by_name(&"vendor/github.com/a/b.go".into()), Some(Vendored));
        assert_eq!(by_name(&"vendors/list.go".into()), None);
        assert_eq!(by_name(&"web/package-lock.json".into()), Some(Generated));
        assert_eq!(by_name(&"docs/a.PNG".into()), Some(Binary));
        assert_eq!(by_content(b"// Code generated by protoc. DO NOT EDIT.\n"), Some(Generated));
        assert_eq!(by_content(b"// code that generated trouble\n"), None);
        assert_eq!(by_content(b"a\0b"), Some(Binary));
        assert_eq!(by_content(b"\xff\xfea\0"), None);
        let attributes = Attributes::parse("docs/api/** linguist-generated\n*.lock linguist-vendored=true\n");
        assert_eq!(attributes.skip(&"docs/api/x/y.md".into()), Some(Generated));
        assert_eq!(attributes.skip(&"a/b.lock".into()), Some(Vendored));
        assert_eq!(attributes.skip(&"docs/x.md".into()), None);
    }
}
