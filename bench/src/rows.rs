//! The rows, a file for each group.

mod baud;
mod c_library;
mod engine;
mod lab;
mod load;
mod many;
mod peers;
mod pieces;
mod sessions;
mod small_files;
mod stream;
mod system_calls;
mod tls;
mod transfers;

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
        name: "engine",
        run: engine::rows,
    },
    Group {
        name: "c-library",
        run: c_library::rows,
    },
    Group {
        name: "transfers",
        run: transfers::rows,
    },
    Group {
        name: "peers",
        run: peers::rows,
    },
    Group {
        name: "tls",
        run: tls::rows,
    },
    Group {
        name: "sessions",
        run: sessions::rows,
    },
    Group {
        name: "small-files",
        run: small_files::rows,
    },
    Group {
        name: "system-calls",
        run: system_calls::rows,
    },
    Group {
        name: "lab",
        run: lab::rows,
    },
    Group {
        name: "load",
        run: load::rows,
    },
    Group {
        name: "baud",
        run: baud::rows,
    },
    Group {
        name: "pieces",
        run: pieces::rows,
    },
    Group {
        name: "many",
        run: many::rows,
    },
];
