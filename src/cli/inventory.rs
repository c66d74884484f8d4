//! `tonight inventory`: everything found in the repository.

use std::path::{Path, PathBuf};

use anyhow::anyhow;

use super::args::{InventoryFormat, ScanFlags};
use super::exit::Exit;
use super::scan::scan;
use super::terminal;
use crate::model::Question;
use crate::report;
use crate::report::inventory::{self, Kind};
use crate::text::nearest;

/// Runs it.
pub fn run(
    kind: Option<&str>,
    path: Option<&Path>,
    format: InventoryFormat,
    flags: &ScanFlags,
) -> anyhow::Result<Exit> {
    let (kinds, path) = take_apart(kind, path)?;
    let scan = scan(path.as_deref(), flags, None)?;
    let is_empty = scan.is_empty();
    let found = scan.given(&Question::ALL, |given| inventory::compose(given, &kinds));
    terminal::print(&match format {
        InventoryFormat::Json => report::json(&found)?,
        InventoryFormat::Terminal => inventory::render(&found, terminal::look_of_stdout()),
    })?;
    Ok(Exit::of(is_empty, false, false))
}

/// The lists and the path. A path may stand where the kind would: `tonight inventory ../shop`.
fn take_apart(kind: Option<&str>, path: Option<&Path>) -> anyhow::Result<(Vec<Kind>, Option<PathBuf>)> {
    let path = path.map(Path::to_owned);
    let Some(word) = kind else { return Ok((Kind::ALL.to_vec(), path)) };
    if let Some(kind) = Kind::ALL.into_iter().find(|kind| kind.id() == word) {
        return Ok((vec![kind], path));
    }
    if path.is_none() && (word.contains(['/', '\\']) || word.starts_with('.')) {
        return Ok((Kind::ALL.to_vec(), Some(PathBuf::from(word))));
    }
    let ids = Kind::ALL.map(Kind::id);
    Err(match nearest(word, ids.into_iter()) {
        Some(near) => anyhow!("no list is called {word}; did you mean {near}?"),
        None => {
            anyhow!("no list is called {word}; choose one of {} (or a path with a slash)", ids.join(", "))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::take_apart;
    use crate::report::inventory::Kind;

    #[test]
    fn takes_a_kind_a_path_or_both() {
        assert_eq!(take_apart(Some("alerts"), None).unwrap().0, [Kind::Alerts]);
        let (kinds, path) = take_apart(Some("../shop"), None).unwrap();
        assert_eq!((kinds.len(), path.unwrap().to_str().unwrap()), (Kind::ALL.len(), "../shop"));
        let error = take_apart(Some("datastore"), None).unwrap_err().to_string();
        assert_eq!(error, "no list is called datastore; did you mean datastores?");
    }
}
