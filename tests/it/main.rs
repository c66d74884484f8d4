//! The tests that look at the whole house, in one binary: one link step.

mod invariants;
