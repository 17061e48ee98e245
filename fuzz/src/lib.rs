//! Any bytes at every place of libqftp that reads what others wrote.
//!
//! Each target is a function that takes bytes and panics if something is wrong. `fuzz_targets/` runs it under libFuzzer
//! (`make fuzz`). `tests/corpus.rs` runs it over the corpus in `corpus/`, and over inputs that [`mutate`] makes of it, so
//! that `make test` needs neither a nightly compiler nor cargo-fuzz.
//!
//! | file | content |
//! | --- | --- |
//! | [`input`] | an input in its parts: choices, bytes, actions between them |
//! | [`mutate`] | inputs made from those of a corpus, repeatable by a seed |
//! | [`targets`] | the targets |

#![allow(
    clippy::missing_panics_doc,
    reason = "a target panics where it finds something wrong"
)]

pub mod input;
pub mod mutate;
pub mod targets;

use qftp_test::{harness, pair};
