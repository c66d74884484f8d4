//! Files written beside their target and renamed: an old report survives a full disk.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

/// Writes a file whole or not at all. Refuses a target that exists and is not a regular file.
pub fn write_atomically(target: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Ok(found) = fs::symlink_metadata(target)
        && !found.is_file()
    {
        return Err(io::Error::other("exists and is not a regular file; name another path"));
    }
    let folder = match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut file = tempfile::Builder::new().prefix(".tonight-").tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    #[cfg(unix)]
    {
        // A temporary file is private; a report is as readable as any other file of its owner.
        use std::os::unix::fs::PermissionsExt as _;
        file.as_file().set_permissions(fs::Permissions::from_mode(0o644))?;
    }
    file.persist(target).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn replaces_files_and_refuses_folders() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("report.json");
        super::write_atomically(&target, b"old").unwrap();
        super::write_atomically(&target, b"new").unwrap();
        assert_eq!(std::fs::read(&target).unwrap(), b"new");
        assert!(super::write_atomically(folder.path(), b"x").is_err());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
