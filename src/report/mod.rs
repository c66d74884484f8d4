//! The public report, and its renderings.
//!
//! The JSON contract is the product; every other output is a view of it. This room does not judge,
//! does not read and does not print: it turns what the answers say into text, and makes repository
//! text harmless for the place where it is shown.
//!
//! - `contract`, `word`: `tonight.report/1`, key by key and word by word
//! - `compose`: the model's nouns turned into the contract
//! - `next`: the three things to do first
//! - `escape`: repository text made harmless, one type per sink
//! - `canvas`, `terminal/`: the page for a terminal

mod canvas;
mod compose;
pub mod contract;
pub mod escape;
mod next;
pub mod terminal;
mod word;

pub use canvas::{Canvas, Line, Look, MAX_WIDTH, MIN_WIDTH, Style};
pub use compose::{Given, RuleText, compose};
pub use contract::Report;

/// A contract as JSON: keys in the order of the contract, two blanks of indentation, one line end.
pub fn json(value: &impl serde::Serialize) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(value).map(|text| text + "\n")
}
