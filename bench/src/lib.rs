//! Measures libqftp beside its peers: `make bench` runs all rows and writes `RESULTS.md`.
//!
//! Rows that compare run in turn, round by round, so that a noisy machine disturbs both sides alike. A value is the
//! median of the rounds, with the least and the greatest in parentheses; a ratio is taken round by round.

pub mod allocations;
pub mod bench;
pub mod figures;
pub mod machine;
pub mod process;
pub mod rows;
pub mod stage;
pub mod system_calls;
pub mod table;
pub mod worker;

pub use bench::{Bench, Scale};
