//! The shared options of a command: from the command line, the environment, a profile.
//!
//! `global.rs` describes each option once, and `option_table.rs` has which command takes which. The options of a command
//! stand before its name or behind it; what stands behind counts. An own option of a command keeps its letter: in
//! `qftp mkdir -p` the `-p` is not `--port`.

use std::ffi::{OsStr, OsString};

use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};

use crate::config_file::ConfigFile;
use crate::console;
use crate::global::Global;
use crate::option_table::{all, takes};

/// Adds all the shared options to the command line, to stand before a command.
pub(crate) fn add_before_command(line: Command) -> Command {
    line.args(all().into_iter().map(hidden_in_short_help))
}

/// Adds the shared options that a command takes, to it and to those below it.
pub(crate) fn add_behind_command(command: Command) -> Command {
    let mut taken = all();
    taken.retain(|option| takes(command.get_name(), option.get_id().as_str()));
    add_to(command, &taken)
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
/// from the environment, else from the profile, else it is the default.
pub(crate) fn read(
    matches: &ArgMatches,
    line: &mut Command,
    environment: Environment<'_>,
) -> Result<Global, clap::Error> {
    refuse_others(matches, line)?;
    let levels = levels(matches);
    let command = matches.subcommand_name().unwrap_or_default();
    let mut given = Vec::new();
    let mut left = Vec::new();
    for option in all() {
        let id = option.get_id().as_str();
        if let Some(level) = levels.iter().rev().find(|level| is_given(level, id)) {
            given.extend(words(&option, level));
        } else if takes(command, id) {
            match environment_word(&option, environment)? {
                Some(word) => given.extend(word),
                None => left.push(option),
            }
        }
    }
    if !takes(command, "profile") {
        return Global::from_arg_matches(&parse(&given)?);
    }
    let config = ConfigFile::load(environment).map_err(wrong)?;
    let mut global = Global::from_arg_matches(&parse(&given)?)?;
    let profile = profile_words(&config, global.profile.as_deref()).map_err(wrong)?;
    let taken = profile
        .into_iter()
        .filter(|(id, _)| left.iter().any(|option| option.get_id() == id));
    given.extend(taken.filter_map(|(_, word)| word));
    global = Global::from_arg_matches(&parse(&given)?)?;
    if let Some(port) = global.port.as_ref().and_then(|name| config.port(name)) {
        global.port = Some(port);
    }
    Ok(global)
}

/// Makes the error of a value that stands outside the command line.
fn wrong(reason: String) -> clap::Error {
    clap::Error::raw(clap::error::ErrorKind::InvalidValue, reason)
}

/// Returns the word for each option of a profile, by its id; none for a switch that is off.
fn profile_words(
    config: &ConfigFile,
    name: Option<&str>,
) -> Result<Vec<(clap::Id, Option<OsString>)>, String> {
    let options = all();
    let mut words = Vec::new();
    for (key, value) in config.profile(name)? {
        let place = || format!("{}: {key}", config.name());
        let option = options
            .iter()
            .find(|option| option.get_long() == Some(&key));
        let Some(option) = option.filter(|option| option.get_id() != "profile") else {
            return Err(format!("{}: there is no such option", place()));
        };
        let word = word(option, &value).map_err(|reason| format!("{}: {reason}", place()))?;
        let has_password =
            ["user", "apn-user"].contains(&key.as_str()) && value.to_string_lossy().contains(':');
        if has_password && config.is_open() {
            let file = config.name();
            console::warn(format_args!(
                "other users can read the password in {file}; `chmod 600` it"
            ));
        }
        words.push((option.get_id().clone(), word));
    }
    Ok(words)
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

/// Returns the words that give an option by its environment variable, none for a switch that is off; `None` where that is
/// not set, or empty.
fn environment_word(
    option: &Arg,
    environment: Environment<'_>,
) -> Result<Option<Vec<OsString>>, clap::Error> {
    let variable = variable(option);
    let Some(value) = environment(&variable).filter(|value| !value.is_empty()) else {
        return Ok(None);
    };
    let word = word(option, &value);
    word.map(|word| Some(word.into_iter().collect()))
        .map_err(|reason| wrong(format!("the environment variable {variable}: {reason}")))
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
        add_before_command(line.mut_subcommands(add_behind_command))
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
    fn flag_then_environment_then_profile_then_default() {
        let dir = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(dir.path().join("qftp")).expect("a folder");
        let file = dir.path().join("qftp/config.toml");
        let text = "profile = \"a\"\n[ports]\ndesk = \"/dev/x\"\n[profiles.a]\nport = \"desk\"\ntimeout = 30\nactive = true\nway = \"pieces\"\n[profiles.b]\ntimeout = 40\n[profiles.c]\nspeed-of-light = 1\n[profiles.d]\ntimeout = 19\n";
        std::fs::write(&file, text).expect("a file");
        let folder = dir.path().to_str().expect("text");
        let with = |words: &[&str], more: &[(&str, &str)]| {
            let mut environment = vec![("XDG_CONFIG_HOME", folder)];
            environment.extend(more);
            global_in(words, &environment)
        };
        let timeout =
            |words: &[&str], more: &[(&str, &str)]| with(words, more).expect("options").timeout;
        assert_eq!(timeout(&["qftp", "ls"], &[]), 30);
        assert_eq!(timeout(&["qftp", "ls", "--profile", "b"], &[]), 40);
        assert_eq!(timeout(&["qftp", "ls"], &[("QFTP_PROFILE", "b")]), 40);
        assert_eq!(timeout(&["qftp", "ls"], &[("QFTP_TIMEOUT", "50")]), 50);
        assert_eq!(
            timeout(
                &["qftp", "ls", "--timeout", "60"],
                &[("QFTP_TIMEOUT", "50")]
            ),
            60
        );
        let ls = with(&["qftp", "ls"], &[]).expect("options");
        assert_eq!(ls.port.as_deref(), Some("/dev/x"));
        assert!(ls.active && ls.way.is_none(), "ls does not take the way");
        assert!(
            !with(&["qftp", "ls"], &[("QFTP_ACTIVE", "0")])
                .expect("options")
                .active
        );
        assert_eq!(
            global_in(&["qftp", "ls"], &[]).expect("options").timeout,
            90
        );
        for (profile, part) in [
            ("c", "no such option"),
            ("d", "20..=180"),
            ("e", "no profile e"),
        ] {
            let error = with(&["qftp", "ls", "--profile", profile], &[])
                .err()
                .expect("refused");
            assert!(
                error.contains(part) && error.contains("config.toml"),
                "{error}"
            );
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
