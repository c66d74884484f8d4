//! The tests that look at the whole house, in one binary: one link step.

mod determinism;
mod fixtures;
mod invariants;
mod robustness;
