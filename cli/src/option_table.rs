//! The shared options, command by command: a command has those that mean something to it, and refuses the others.

use clap::{Arg, Args, Command};

use crate::global::Global;

/// The options of a port.
const PORT: &[&str] = &[
    "port",
    "profile",
    "baud",
    "flow",
    "parity",
    "stop_bits",
    "dtr",
    "rts",
];

/// The further options of a command that drives a module.
const LINE: &[&str] = &[
    "dialect",
    "wait",
    "escape_first",
    "json",
    "verbose",
    "quiet",
    "record",
    "record_payload",
];

/// The further options of a command that works on a server.
const SERVER: &[&str] = &[
    "apn",
    "apn_user",
    "apn_auth",
    "context",
    "user",
    "password_env",
    "netrc_file",
    "timeout",
    "active",
    "data_address",
    "data_timeout",
    "ca",
    "cert",
    "key",
    "insecure",
    "ignore_dates",
];

/// The shared options of each command, in sets.
const TAKEN: &[(&str, &[&[&str]])] = &[
    ("put", &[PORT, LINE, SERVER, &["way", "trust_count"]]),
    ("get", &[PORT, LINE, SERVER, &["way", "trust_count"]]),
    ("cat", &[PORT, LINE, SERVER, &["way", "trust_count"]]),
    ("mirror", &[PORT, LINE, SERVER, &["way", "trust_count"]]),
    ("ls", &[PORT, LINE, SERVER]),
    ("stat", &[PORT, LINE, SERVER]),
    ("rm", &[PORT, LINE, SERVER]),
    ("mv", &[PORT, LINE, SERVER]),
    ("mkdir", &[PORT, LINE, SERVER]),
    ("rmdir", &[PORT, LINE, SERVER]),
    ("store", &[PORT, LINE, SERVER]),
    (
        "shell",
        &[
            PORT,
            &[
                "dialect",
                "wait",
                "escape_first",
                "verbose",
                "quiet",
                "record",
                "record_payload",
                "way",
                "trust_count",
            ],
            SERVER,
        ],
    ),
    ("term", &[PORT, &["dialect", "json"]]),
    ("at", &[PORT, LINE]),
    ("ports", &[&["json", "quiet"]]),
    ("probe", &[PORT, LINE]),
    (
        "check",
        &[
            PORT,
            &[
                "dialect",
                "wait",
                "escape_first",
                "json",
                "verbose",
                "record",
                "record_payload",
            ],
            &["user", "password_env", "netrc_file", "timeout"],
        ],
    ),
    ("bench-line", &[PORT, LINE, SERVER, &["way"]]),
    ("explain", &[&["dialect", "json"]]),
    ("trace", &[&["json"]]),
    ("replay", &[PORT, &["json"]]),
    (
        "emulate",
        &[&[
            "dialect",
            "json",
            "verbose",
            "quiet",
            "record",
            "record_payload",
        ]],
    ),
    ("emulate-ctl", &[&["json"]]),
    ("serve", &[&["user", "cert", "key", "json"]]),
    ("demo", &[&["dialect", "json", "verbose", "quiet"]]),
    ("man", &[]),
    ("completions", &[]),
];

/// Returns true if a command takes a shared option.
pub(crate) fn takes(command: &str, id: &str) -> bool {
    let row = TAKEN.iter().find(|(name, _)| *name == command);
    row.is_some_and(|(_, sets)| sets.iter().any(|set| set.contains(&id)))
}

/// Returns every shared option.
pub(crate) fn all() -> Vec<Arg> {
    let shared = Global::augment_args(Command::new("shared"));
    shared.get_arguments().cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_option_is_taken_by_a_command_and_every_set_names_options() {
        let options = all();
        let ids: Vec<&str> = options
            .iter()
            .map(|option| option.get_id().as_str())
            .collect();
        for (command, sets) in TAKEN {
            for id in sets.iter().copied().flatten() {
                assert!(ids.contains(id), "{command}: {id}");
            }
        }
        for id in ids {
            assert!(TAKEN.iter().any(|(command, _)| takes(command, id)), "{id}");
        }
    }

    #[test]
    fn every_command_has_a_row() {
        let mut rows: Vec<&str> = TAKEN.iter().map(|(name, _)| *name).collect();
        let description = crate::args::description();
        let mut names: Vec<&str> = description
            .get_subcommands()
            .map(Command::get_name)
            .collect();
        rows.sort_unstable();
        names.sort_unstable();
        assert_eq!(rows, names);
    }
}
