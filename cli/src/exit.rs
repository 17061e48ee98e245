//! Exit codes: a script can act on the number alone.
//!
//! Numbers below 100 are curl's where the meaning is the same; from 100 on they tell of the AT side. [`TABLE`] is the
//! one list of them, which the help prints; `by_kind.rs` is the one place where an error of the library becomes a number.

mod by_kind;

pub(crate) use by_kind::{Phase, is_broken_pipe, of};

/// The exit codes of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    Done = 0,
    Failed = 1,
    Usage = 2,
    Name = 6,
    Connect = 7,
    Denied = 9,
    Partial = 18,
    Retrieve = 19,
    LocalWrite = 23,
    Store = 25,
    LocalRead = 26,
    TimeOut = 28,
    Tls = 35,
    ConnectionLost = 56,
    Login = 67,
    Port = 100,
    PortBusy = 101,
    NoAnswer = 102,
    FinalError = 103,
    Module = 104,
    Unexpected = 105,
    Unsupported = 106,
    PortLost = 107,
    Restarted = 108,
    Checksum = 109,
    Internal = 110,
    Interrupted = 130,
    Pipe = 141,
}

/// One exit code: its name in JSON and what it means.
pub(crate) struct Entry {
    pub(crate) exit: Exit,
    pub(crate) kind: &'static str,
    pub(crate) meaning: &'static str,
}

const fn entry(exit: Exit, kind: &'static str, meaning: &'static str) -> Entry {
    Entry {
        exit,
        kind,
        meaning,
    }
}

/// Every exit code, in order.
pub(crate) static TABLE: &[Entry] = &[
    entry(Exit::Done, "done", "success"),
    entry(
        Exit::Failed,
        "failed",
        "another error; the message explains it",
    ),
    entry(
        Exit::Usage,
        "usage",
        "the command line is wrong, or a name cannot be sent",
    ),
    entry(
        Exit::Name,
        "name",
        "the name of the server was not resolved",
    ),
    entry(
        Exit::Connect,
        "connect",
        "the server, or its data port, cannot be reached",
    ),
    entry(
        Exit::Denied,
        "denied",
        "the server refused: missing, not permitted, or existing",
    ),
    entry(
        Exit::Partial,
        "partial",
        "the transfer broke off, or the sizes differ after it",
    ),
    entry(Exit::Retrieve, "get", "the server refused to send the file"),
    entry(
        Exit::LocalWrite,
        "local-write",
        "the local file or standard output cannot be written",
    ),
    entry(Exit::Store, "put", "the server refused to store the file"),
    entry(
        Exit::LocalRead,
        "local-read",
        "the local file or standard input cannot be read",
    ),
    entry(
        Exit::TimeOut,
        "timeout",
        "the server did not answer within the module's time-out (--timeout)",
    ),
    entry(Exit::Tls, "tls", "TLS between module and server failed"),
    entry(
        Exit::ConnectionLost,
        "connection-lost",
        "the connection to the server was lost",
    ),
    entry(Exit::Login, "login", "the server refused the account"),
    entry(
        Exit::Port,
        "port",
        "the port does not exist, is not found or cannot be opened",
    ),
    entry(
        Exit::PortBusy,
        "port-busy",
        "another program has the port open",
    ),
    entry(
        Exit::NoAnswer,
        "no-answer",
        "the module did not answer in time",
    ),
    entry(
        Exit::FinalError,
        "refused",
        "the module answered ERROR or +CME ERROR outside FTP",
    ),
    entry(
        Exit::Module,
        "module",
        "the module's FTP service failed in another way; --json has its code",
    ),
    entry(
        Exit::Unexpected,
        "unexpected",
        "the module's answer was not understood",
    ),
    entry(
        Exit::Unsupported,
        "unsupported",
        "the module, or its dialect, lacks a command for it",
    ),
    entry(
        Exit::PortLost,
        "line",
        "the port broke while in use (unplugged, closed)",
    ),
    entry(
        Exit::Restarted,
        "restarted",
        "the module restarted during the command",
    ),
    entry(
        Exit::Checksum,
        "checksum",
        "the module's checksum is not the one of the data",
    ),
    entry(
        Exit::Internal,
        "internal",
        "a fault in this program; please report it",
    ),
    entry(
        Exit::Interrupted,
        "interrupted",
        "ended by Ctrl-C or SIGTERM",
    ),
    entry(
        Exit::Pipe,
        "pipe",
        "the reader of standard output has gone; nothing is printed",
    ),
];

/// Returns the table as text, for the long help.
pub(crate) fn help() -> String {
    use std::fmt::Write;
    let mut text = String::from("Exit codes:\n");
    for entry in TABLE {
        // A string takes everything.
        let _ = writeln!(text, "  {:>3}  {}", entry.exit as u8, entry.meaning);
    }
    text
}

impl Exit {
    /// Returns true if the line may be in another state, or is gone: nothing more can be asked on it.
    pub(crate) fn breaks_line(self) -> bool {
        matches!(
            self,
            Exit::Port
                | Exit::PortBusy
                | Exit::PortLost
                | Exit::NoAnswer
                | Exit::Restarted
                | Exit::Unexpected
                | Exit::Internal
                | Exit::Interrupted
        )
    }

    /// Returns its name in JSON.
    pub(crate) fn kind(self) -> &'static str {
        TABLE
            .iter()
            .find(|entry| entry.exit == self)
            .map_or("failed", |entry| entry.kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_every_code_once_in_order_with_its_own_kind() {
        let numbers: Vec<u8> = TABLE.iter().map(|entry| entry.exit as u8).collect();
        assert!(
            numbers.windows(2).all(|pair| pair[0] < pair[1]),
            "{numbers:?}"
        );
        for entry in TABLE {
            assert_eq!(entry.exit.kind(), entry.kind);
            assert_eq!(
                TABLE
                    .iter()
                    .filter(|other| other.kind == entry.kind)
                    .count(),
                1
            );
        }
    }
}
