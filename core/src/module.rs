//! The module end of the AT line.

pub mod store;
