//! The rows, a file for each group.

mod payload;
mod stream;

use crate::bench::Bench;
use crate::table::Row;

/// A group of rows.
#[derive(Debug)]
pub struct Group {
    /// The name by which it is run alone.
    pub name: &'static str,
    /// Measures its rows.
    pub run: fn(&Bench) -> Vec<Row>,
}

/// All of them, in the order of the table.
pub const GROUPS: &[Group] = &[
    Group {
        name: "stream",
        run: stream::rows,
    },
    Group {
        name: "payload",
        run: payload::rows,
    },
];
