//! The tests that look at the whole house, in one binary: one link step.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should stop")]

mod backtest;
mod cli;
mod deferrals;
mod determinism;
mod docs;
mod fixtures;
mod invariants;
mod page;
mod robustness;
mod schema;
mod support;
mod truth;
