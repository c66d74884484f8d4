//! Pure text tools that know nothing of repositories: lines, dates, places by name, folding.
//!
//! - `date`: calendar days and lengths of time as people write them
//! - `duration`: lengths of time in words, and read from what platforms write
//! - `lines`: byte offset to line and back
//! - `fold`: white space folded, text cut at a character border
//! - `environment`: which environment a path or a name speaks of
//! - `schedule`: the longest gap a schedule may leave
//! - `shell`: a shell script as pipelines with places
//! - `week`: minutes of a week, as schedules count them
//! - `words`: words of a text for comparison
//! - `address`: the first web address in a text
//! - `anchor`: the anchors that GitHub gives to headings
//! - `nearest`: the word that a misspelled one was meant to be
//! - `role`: what a path's name says of its role (test, example, documentation)

pub mod address;
pub mod anchor;
pub mod date;
pub mod duration;
pub mod environment;
pub mod fold;
pub mod likeness;
pub mod lines;
pub mod nearest;
pub mod role;
pub mod schedule;
pub mod shell;
pub mod week;
pub mod words;

pub use address::address;
pub use environment::environment;
pub use fold::{cut, fold};
pub use likeness::Corpus;
pub use lines::LineIndex;
pub use nearest::nearest;
pub use role::{Role, role};
pub use week::{clock, parse_week_minute, week_minute, weekday};
pub use words::{spelled, spellings, words};
