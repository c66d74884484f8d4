//! Named bytes under the user's cache directory.
//!
//! An entry is written beside its place and renamed, with a checksum in front: two runs that share
//! the folder at worst write the same entry twice, and a broken or foreign entry is a miss. Nothing
//! in it is ever needed; it can be deleted at any time.

use std::fs;
use std::path::{Path, PathBuf};

use super::write_atomically;

const MAGIC: &[u8; 8] = b"tonight1";
/// Larger than the facts of any repository measured (a 60,000-file tree needs about 20 MB).
const MAX_BYTES: u64 = 256 << 20;

/// A folder of named entries, or nothing when caching is off.
#[derive(Clone, Debug, Default)]
pub struct Cache {
    folder: Option<PathBuf>,
}

impl Cache {
    /// A cache that remembers nothing.
    pub fn off() -> Self {
        Self::default()
    }

    /// A cache in this folder, made when the first entry is written.
    pub fn at(folder: &Path) -> Self {
        Self { folder: Some(folder.to_owned()) }
    }

    /// The default place: `$XDG_CACHE_HOME/tonight`, else `~/.cache/tonight` (or the platform's own
    /// place for caches); off when neither is known.
    pub fn of_user() -> Self {
        let absolute = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|p| p.is_absolute());
        let base = absolute("XDG_CACHE_HOME")
            .or_else(|| if cfg!(windows) { absolute("LOCALAPPDATA") } else { None })
            .or_else(|| {
                let folder = if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" };
                absolute("HOME").map(|home| home.join(folder))
            });
        Self { folder: base.map(|base| base.join("tonight")) }
    }

    /// Whether anything can be remembered.
    pub fn is_on(&self) -> bool {
        self.folder.is_some()
    }

    /// Reads an entry. `name` must be made of letters, digits, `-` and `.`.
    pub fn read(&self, name: &str) -> Option<Vec<u8>> {
        let path = self.folder.as_ref()?.join(name);
        let found = fs::symlink_metadata(&path).ok()?;
        if !found.is_file() || found.len() > MAX_BYTES {
            return None;
        }
        let bytes = fs::read(path).ok()?;
        let (head, body) = bytes.split_at_checked(MAGIC.len() + 32)?;
        let (magic, sum) = head.split_at(MAGIC.len());
        (magic == MAGIC && blake3::hash(body).as_bytes() == sum).then(|| body.to_vec())
    }

    /// Writes an entry; a failure only means that the next run works again.
    pub fn write(&self, name: &str, body: &[u8]) {
        let Some(folder) = &self.folder else { return };
        if body.len() as u64 > MAX_BYTES || make_private(folder).is_err() {
            return;
        }
        let mut bytes = Vec::with_capacity(body.len() + 40);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(blake3::hash(body).as_bytes());
        bytes.extend_from_slice(body);
        let _ = write_atomically(&folder.join(name), &bytes);
    }
}

fn make_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(folder)
}

#[cfg(test)]
mod tests {
    use super::Cache;

    #[test]
    fn a_broken_entry_is_a_miss() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::at(&folder.path().join("new"));
        assert_eq!(cache.read("a"), None);
        cache.write("a", b"body");
        assert_eq!(cache.read("a").as_deref(), Some(&b"body"[..]));
        std::fs::write(folder.path().join("new/a"), b"tonight1 but not").unwrap();
        assert_eq!(cache.read("a"), None);
        Cache::off().write("a", b"body");
        assert_eq!(Cache::off().read("a"), None);
    }
}
