//! What code states of its calls to other services.

use serde::{Deserialize, Serialize};

use crate::model::At;

/// How long a call waits for its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Limit {
    /// As long as the call says itself.
    Set,
    /// As long as its library does by itself ("5 seconds").
    Default(String),
    /// For ever.
    Endless,
    /// It cannot be told from the file.
    Unknown,
    /// It is no call: this gives the library a limit for every call of the program.
    ForAll,
}

/// A call to another service over HTTP, in code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutgoingCall {
    /// The library.
    pub client: String,
    /// The host of a literal address, or the name of what holds the address; `None` where neither tells.
    pub dependency: Option<String>,
    /// Whether that is a host.
    pub is_host: bool,
    /// How long it waits.
    pub limit: Limit,
    /// Where the function around it tries again.
    pub retry: Option<At>,
    /// Where the code around it goes on without an answer.
    pub fallback: Option<At>,
    /// Whether code like it also runs in browsers.
    pub may_be_browser: bool,
}
