//! Text to trees with places. Never fails: what was not understood is a [`Problem`] beside the value.
//!
//! It knows languages, and nothing of what a tree means. No parser here opens a file or looks at a
//! second text.
//!
//! - `language`: which language a file is in, by name and first bytes
//! - `template`: hides Helm, Jinja and ERB with same-length filler so that places survive
//! - `yaml` (also JSON), `hcl`, `toml`, `xml`, `dockerfile`: to [`crate::model::tree::Node`]
//! - `code`: the comments of source
//! - `sql`: statements and what they do, in any dialect
//! - `markdown`: to a flat list of blocks in document order

pub mod code;
pub mod hcl;
pub mod language;
pub mod markdown;
pub mod sql;
pub mod template;
pub mod toml;
pub mod xml;
pub mod yaml;

pub use language::{Language, language};

use crate::model::Problem;

/// A value with what could not be understood on the way to it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parsed<T> {
    /// What was understood.
    pub value: T,
    /// What was not.
    pub problems: Vec<Problem>,
}
