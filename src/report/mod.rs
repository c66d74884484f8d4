//! The public report, and its renderings.
//!
//! The JSON contract is the product; every other output is a view of it. This room does not judge,
//! does not read and does not print: it turns what the answers say into text, and makes repository
//! text harmless for the place where it is shown.
//!
//! - `contract`, `word`: `tonight.report/1`, key by key and word by word
//! - `compose`: the model's nouns turned into the contract
//! - `inventory/`: `tonight.inventory/1`
//! - `deferrals/`: `tonight.deferrals/1`
//! - `backtest/`: `tonight.backtest/1`
//! - `page/`: `tonight.page/1`
//! - `markdown`: the page for a step summary or a comment
//! - `next`: the three things to do first
//! - `reverse`: the last deployment in reverse
//! - `store`: the table of stores and what covers each
//! - `failure`: what the service depends on, and what shows how a failure goes
//! - `escape`: repository text made harmless, one type per sink
//! - `canvas`, `terminal/`: the page for a terminal

pub mod backtest;
mod canvas;
mod compose;
pub mod contract;
pub mod deferrals;
pub mod escape;
mod failure;
pub mod inventory;
pub mod markdown;
mod next;
pub mod page;
mod reverse;
mod store;
pub mod terminal;
mod word;

pub use canvas::{Canvas, Line, Look, MAX_WIDTH, MIN_WIDTH, Style};
pub use compose::{Given, RuleText, compose};
pub use contract::Report;

/// A contract as JSON: keys in the order of the contract, two blanks of indentation, one line end.
pub fn json(value: &impl serde::Serialize) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(value).map(|text| text + "\n")
}

/// The JSON schema of a contract, as it is written (every key that is always there is required).
pub fn schema_of<T: schemars::JsonSchema>() -> schemars::Schema {
    schemars::generate::SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<T>()
}
