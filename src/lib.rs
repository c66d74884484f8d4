//! `tonight` reads a repository and answers: if production failed tonight, how would it go?
//!
//! Data flows one way through the rooms; `src/ARCHITECTURE.md` is the map:
//! `source` → `parse` → `facts` → `inventory` → `links` → `answers` → `report`, with `rules` as
//! data beside them and `cli` as the only room that prints.

pub mod answers;
pub mod cli;
pub mod facts;
pub mod inventory;
pub mod links;
pub mod model;
pub mod parse;
pub mod pipeline;
pub mod report;
pub mod rules;
pub mod source;
pub mod text;
