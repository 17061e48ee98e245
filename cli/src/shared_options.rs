//! The shared options, command by command: a command has those that mean something to it, and refuses the others.
//!
//! `global.rs` describes each option once. Here is which command takes which, in one table. The options of a command stand
//! before its name or behind it; what stands behind counts. An own option of a command keeps its letter: in
//! `qftp mkdir -p` the `-p` is not `--port`.

use std::ffi::{OsStr, OsString};

use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};

use crate::global::Global;

/// The options of a command that opens the port of a module.
const LINE: &[&str] = &[
    "port",
    "baud",
    "flow",
    "parity",
    "stop_bits",
    "dtr",
    "rts",
    "dialect",
    "wait",
    "escape_first",
    "json",
    "verbose",
    "record",
    "record_payload",
];

/// The further options of a command that works on a server.
const SERVER: &[&str] = &[
    "apn",
    "context",
    "user",
    "timeout",
    "active",
    "data_address",
    "data_timeout",
    "ca",
    "cert",
    "key",
    "insecure",
    "ignore_dates",
    "quiet",
];

/// The shared options of each command, in sets.
const TAKEN: &[(&str, &[&[&str]])] = &[
    ("put", &[LINE, SERVER, &["way"]]),
    ("get", &[LINE, SERVER, &["way"]]),
    ("cat", &[LINE, SERVER, &["way"]]),
    ("mirror", &[LINE, SERVER, &["way"]]),
    ("ls", &[LINE, SERVER]),
    ("stat", &[LINE, SERVER]),
    ("rm", &[LINE, SERVER]),
    ("mv", &[LINE, SERVER]),
    ("mkdir", &[LINE, SERVER]),
    ("rmdir", &[LINE, SERVER]),
    ("store", &[LINE, SERVER]),
    ("term", &[&["port", "dialect", "json"]]),
    ("at", &[LINE]),
    ("ports", &[&["json", "quiet"]]),
    ("probe", &[LINE]),
    (
        "check",
        &[&[
            "port",
            "dialect",
            "wait",
            "escape_first",
            "json",
            "verbose",
            "user",
            "timeout",
        ]],
    ),
    ("explain", &[&["dialect", "json"]]),
    ("trace", &[&["json"]]),
    (
        "replay",
        &[&[
            "port",
            "baud",
            "flow",
            "parity",
            "stop_bits",
            "dtr",
            "rts",
            "json",
        ]],
    ),
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
    ("completions", &[]),
];

/// Returns true if a command takes a shared option.
fn takes(command: &str, id: &str) -> bool {
    let row = TAKEN.iter().find(|(name, _)| *name == command);
    row.is_some_and(|(_, sets)| sets.iter().any(|set| set.contains(&id)))
}

/// Returns every shared option.
fn all() -> Vec<Arg> {
    let shared = Global::augment_args(Command::new("shared"));
    shared.get_arguments().cloned().collect()
}

/// Adds the shared options to the whole command line: all of them before a command, its own ones behind it.
pub(crate) fn add(line: Command) -> Command {
    let shared = all();
    let names: Vec<String> = line
        .get_subcommands()
        .map(|command| command.get_name().to_owned())
        .collect();
    names.into_iter().fold(
        line.args(shared.iter().cloned().map(hidden_in_short_help)),
        |line, name| {
            let taken = shared
                .iter()
                .filter(|arg| takes(&name, arg.get_id().as_str()));
            let taken: Vec<Arg> = taken.cloned().collect();
            line.mut_subcommand(name, |command| add_to(command, &taken))
        },
    )
}

/// The shared options that the short help shows.
const SHORT_HELP: &[&str] = &["port", "user", "json", "verbose"];

/// Leaves most shared options to the long help.
fn hidden_in_short_help(option: Arg) -> Arg {
    let shown = SHORT_HELP.contains(&option.get_id().as_str());
    option.hide_short_help(!shown)
}

/// Adds options to a command and to the commands below it.
fn add_to(command: Command, options: &[Arg]) -> Command {
    let names: Vec<String> = command
        .get_subcommands()
        .map(|below| below.get_name().to_owned())
        .collect();
    let command = names.into_iter().fold(command, |command, name| {
        command.mut_subcommand(name, |below| add_to(below, options))
    });
    let own: Vec<char> = command.get_arguments().filter_map(Arg::get_short).collect();
    let options = options
        .iter()
        .cloned()
        .map(|option| match option.get_short() {
            Some(letter) if own.contains(&letter) => option.short(None),
            _ => option,
        });
    command.args(options)
}

/// Looks up an environment variable.
pub(crate) type Environment<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// Reads the shared options of a parsed command line. `line` is its description, for errors. What is not given there comes
/// from the environment.
pub(crate) fn read(
    matches: &ArgMatches,
    line: &mut Command,
    environment: Environment<'_>,
) -> Result<Global, clap::Error> {
    refuse_others(matches, line)?;
    let levels = levels(matches);
    let command = matches.subcommand_name().unwrap_or_default();
    let mut given = Vec::new();
    for option in all() {
        let id = option.get_id().as_str();
        if let Some(level) = levels.iter().rev().find(|level| is_given(level, id)) {
            given.extend(words(&option, level));
        } else if takes(command, id) {
            given.extend(environment_word(&option, environment)?);
        }
    }
    Global::from_arg_matches(&parse(&given)?)
}

/// Parses words that are shared options alone.
fn parse(words: &[OsString]) -> Result<ArgMatches, clap::Error> {
    let parser = Global::augment_args(Command::new("qftp")).no_binary_name(true);
    parser.try_get_matches_from(words)
}

/// Returns the environment variable of an option: `QFTP_DATA_ADDRESS` is `--data-address`.
fn variable(option: &Arg) -> String {
    let name = option.get_long().unwrap_or_default();
    format!("QFTP_{}", name.replace('-', "_").to_uppercase())
}

/// Returns the word that gives an option by its environment variable; none where that is not set, or empty.
fn environment_word(
    option: &Arg,
    environment: Environment<'_>,
) -> Result<Option<OsString>, clap::Error> {
    let variable = variable(option);
    let Some(value) = environment(&variable).filter(|value| !value.is_empty()) else {
        return Ok(None);
    };
    word(option, &value).map_err(|reason| {
        let message = format!("the environment variable {variable}: {reason}");
        clap::Error::raw(clap::error::ErrorKind::InvalidValue, message)
    })
}

/// Returns the word that gives an option with a value; none for a switch that is off. An error says what is wrong.
fn word(option: &Arg, value: &OsStr) -> Result<Option<OsString>, String> {
    let name = format!("--{}", option.get_long().unwrap_or_default());
    let word = if option.get_action().takes_values() {
        joined(&name, value)
    } else if switch(value)? {
        name.into()
    } else {
        return Ok(None);
    };
    match parse(std::slice::from_ref(&word)) {
        Ok(_) => Ok(Some(word)),
        Err(error) => Err(first_paragraph(&error)),
    }
}

/// Reads the value of a switch.
fn switch(value: &OsStr) -> Result<bool, String> {
    match value.to_ascii_lowercase().to_str() {
        Some("1" | "true" | "on" | "yes") => Ok(true),
        Some("0" | "false" | "off" | "no") => Ok(false),
        _ => Err("give 1 or 0".into()),
    }
}

/// Returns the sentence of an error, without the usage behind it.
fn first_paragraph(error: &clap::Error) -> String {
    let text = error.to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    text.split("\n\n")
        .next()
        .unwrap_or_default()
        .trim_end()
        .into()
}

/// Returns the matches of the program, of its command, and of the command below that, as far as there are any.
fn levels(matches: &ArgMatches) -> Vec<&ArgMatches> {
    let mut levels = vec![matches];
    while let Some((_, below)) = levels.last().and_then(|level| level.subcommand()) {
        levels.push(below);
    }
    levels
}

fn is_given(matches: &ArgMatches, id: &str) -> bool {
    matches.ids().any(|present| present == id)
        && matches.value_source(id) == Some(ValueSource::CommandLine)
}

/// Returns the words that give an option again.
fn words(option: &Arg, matches: &ArgMatches) -> Vec<OsString> {
    let name = format!("--{}", option.get_long().unwrap_or_default());
    if !option.get_action().takes_values() {
        return vec![name.into()];
    }
    let values = matches.get_raw(option.get_id().as_str());
    values
        .into_iter()
        .flatten()
        .map(|value| joined(&name, value))
        .collect()
}

/// Returns `--name=value`: a value may begin with a hyphen.
fn joined(name: &str, value: &OsStr) -> OsString {
    let mut word = OsString::from(name);
    word.push("=");
    word.push(value);
    word
}

/// Refuses an option before a command that does not take it. Behind the command, the parser has refused it.
fn refuse_others(matches: &ArgMatches, line: &mut Command) -> Result<(), clap::Error> {
    let Some((name, _)) = matches.subcommand() else {
        return Ok(());
    };
    let other = all().into_iter().find(|option| {
        let id = option.get_id().as_str();
        is_given(matches, id) && !takes(name, id)
    });
    let (Some(option), Some(command)) = (other, line.find_subcommand_mut(name)) else {
        return Ok(());
    };
    let option = option.get_long().unwrap_or_default();
    let message = format!("`qftp {name}` does not take --{option}");
    Err(command.error(clap::error::ErrorKind::UnknownArgument, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line() -> Command {
        let command = |name: &'static str| Command::new(name).arg(Arg::new("word"));
        let parents = Arg::new("parents")
            .short('p')
            .action(clap::ArgAction::SetTrue);
        let line = Command::new("qftp")
            .subcommand(command("ports"))
            .subcommand(command("probe"))
            .subcommand(command("mkdir").arg(parents))
            .subcommand(Command::new("ls").subcommand(command("below")));
        add(line)
    }

    fn global_in(words: &[&str], environment: &[(&str, &str)]) -> Result<Global, String> {
        let text = |error: clap::Error| error.to_string();
        let mut line = line();
        line.build();
        let matches = line.try_get_matches_from_mut(words).map_err(text)?;
        let environment = |name: &str| {
            let found = environment.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| OsString::from(value))
        };
        read(&matches, &mut line, &environment).map_err(text)
    }

    fn global(words: &[&str]) -> Result<Global, String> {
        global_in(words, &[])
    }

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

    #[test]
    fn options_stand_before_and_behind_a_command_and_below_it() {
        for words in [
            &["qftp", "--port", "a", "probe"][..],
            &["qftp", "probe", "-p", "a"],
            &["qftp", "-p", "b", "probe", "-pa"],
            &["qftp", "ls", "-p", "a", "below"],
            &["qftp", "ls", "below", "--port=a"],
        ] {
            let global = global(words).expect("options");
            assert_eq!(global.port.as_deref(), Some("a"), "{words:?}");
        }
        let all = global(&["qftp", "-vq", "ls", "--timeout", "20", "--user=-x"]);
        let all = all.expect("options");
        assert!(all.verbose && all.quiet && !all.json);
        assert_eq!((all.timeout, all.user.as_deref()), (20, Some("-x")));
    }

    #[test]
    fn a_command_refuses_what_means_nothing_to_it() {
        for words in [
            &["qftp", "--timeout", "20", "ports"][..],
            &["qftp", "ports", "--timeout", "20"],
            &["qftp", "-p", "a", "ports"],
            &["qftp", "ports", "-p", "a"],
            &["qftp", "--insecure", "probe"],
        ] {
            let error = global(words).err().expect("refused");
            assert!(error.contains("Usage: qftp p"), "{words:?}: {error}");
        }
    }

    #[test]
    fn the_environment_gives_what_the_command_line_does_not() {
        let environment = [
            ("QFTP_PORT", "e"),
            ("QFTP_JSON", "1"),
            ("QFTP_QUIET", "off"),
            ("QFTP_USER", ""),
        ];
        let global = |words: &[&str]| global_in(words, &environment).expect("options");
        let ls = global(&["qftp", "ls"]);
        assert_eq!((ls.port.as_deref(), ls.user.as_deref()), (Some("e"), None));
        assert!(ls.json && !ls.quiet);
        assert_eq!(
            global(&["qftp", "ls", "-p", "a"]).port.as_deref(),
            Some("a")
        );
        assert_eq!(
            global(&["qftp", "-p", "a", "ls"]).port.as_deref(),
            Some("a")
        );
        let ports = global(&["qftp", "ports"]);
        assert!(ports.port.is_none() && ports.json);
    }

    #[test]
    fn a_wrong_value_in_the_environment_is_named() {
        for (name, value, reason) in [
            ("QFTP_TIMEOUT", "19", "19 is not in 20..=180"),
            ("QFTP_ACTIVE", "maybe", "give 1 or 0"),
            ("QFTP_DATA_ADDRESS", "x", "possible values: server"),
        ] {
            let error = global_in(&["qftp", "ls"], &[(name, value)])
                .err()
                .expect("refused");
            assert!(error.contains(name) && error.contains(reason), "{error}");
            assert!(global_in(&["qftp", "ports"], &[(name, value)]).is_ok());
        }
    }

    #[test]
    fn a_letter_of_a_command_is_its_own() {
        let both = global(&["qftp", "-p", "a", "mkdir", "-p", "x"]).expect("options");
        assert_eq!(both.port.as_deref(), Some("a"));
        let own = global(&["qftp", "mkdir", "-p", "x"]).expect("options");
        assert_eq!(own.port, None);
        let long = global(&["qftp", "mkdir", "-p", "x", "--port", "a"]).expect("options");
        assert_eq!(long.port.as_deref(), Some("a"));
    }
}
