//! Completion on the command line of a shell. The script of a shell asks the program itself what may stand at a place, so
//! that ports, profiles and models are those of this moment.
//!
//! `qftp completions` prints the script. The script calls the program with [`VARIABLE`] set.

use std::env;
use std::ffi::OsString;

use clap::builder::StyledStr;
use clap_complete::engine::CompletionCandidate;
use clap_complete::env::{CompleteEnv, Shells};
use clap_complete::{ArgValueCandidates, Shell};
use qftp::dialect;
use qftp::port::list;

use crate::config_file::ConfigFile;
use crate::console;
use crate::exit::Exit;
use crate::problem::Problem;

const EXAMPLES: &str = "\
Examples:
  qftp completions bash > ~/.local/share/bash-completion/completions/qftp
  qftp completions zsh > ~/.zfunc/_qftp
  qftp completions fish > ~/.config/fish/completions/qftp.fish

The script asks qftp itself for ports, profiles, dialects and models.";

/// Names the shell that asks for completions.
const VARIABLE: &str = "QFTP_COMPLETE";
const PROGRAM: &str = "qftp";
/// The speeds that are offered, in bits per second; others can be typed.
const SPEEDS: [&str; 6] = ["auto", "9600", "115200", "230400", "460800", "921600"];

/// Holds the arguments of `qftp completions`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Shell to complete in
    shell: Shell,
}

/// Prints the script.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Problem> {
    let name = arguments.shell.to_string();
    let shells = Shells::builtins();
    let Some(shell) = shells.completer(&name) else {
        return Err(Problem::usage(format!("{name}: no completions for it")));
    };
    let mut script = Vec::new();
    shell.write_registration(VARIABLE, PROGRAM, PROGRAM, PROGRAM, &mut script)?;
    console::print_bytes(&script)
}

/// Answers the script of a shell. Returns false where this is no such call.
pub(crate) fn answer(
    description: fn() -> clap::Command,
    words: &[OsString],
) -> Result<bool, Problem> {
    if env::var_os(VARIABLE).is_none() {
        return Ok(false);
    }
    let folder = env::current_dir().ok();
    CompleteEnv::with_factory(description)
        .var(VARIABLE)
        .bin(PROGRAM)
        .completer(PROGRAM)
        .try_complete(words, folder.as_deref())
        .map_err(|error| Problem::new(Exit::Usage, error.to_string()))
}

/// Completes a port: those of this machine, the names of the configuration file, and `auto`.
pub(crate) fn ports() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let named = config().port_names().into_iter().map(|name| {
            let port = config().port(&name).unwrap_or_default();
            candidate(name, port)
        });
        let there = list::ports().into_iter().map(|port| {
            let product = port.product.unwrap_or_default();
            candidate(port.path, product)
        });
        let auto = candidate("auto".into(), "the only module that is there".into());
        named.chain(there).chain([auto]).collect()
    })
}

/// Completes the name of a profile.
pub(crate) fn profiles() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let names = config().profiles().into_iter();
        names.map(CompletionCandidate::new).collect()
    })
}

/// Completes a speed.
pub(crate) fn speeds() -> ArgValueCandidates {
    ArgValueCandidates::new(|| SPEEDS.map(CompletionCandidate::new).into())
}

/// Completes a dialect or a model.
pub(crate) fn dialects() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let mut found = Vec::new();
        for dialect in dialect::ALL {
            found.push(candidate(dialect.name.into(), dialect.modules.into()));
            // Some stand for all modules whose names begin so.
            let is_model = |name: &&str| name.contains(|letter: char| letter.is_ascii_digit());
            let models = dialect.identities.iter().map(|identity| identity.alias);
            let models = models.filter(is_model);
            found.extend(models.map(|model| candidate(model.into(), dialect.name.into())));
        }
        found
    })
}

/// Reads the configuration file. One that is wrong offers nothing: a completion is no place for its error.
fn config() -> ConfigFile {
    ConfigFile::load(&|name| env::var_os(name)).unwrap_or_default()
}

fn candidate(value: String, help: String) -> CompletionCandidate {
    let help = Some(help).filter(|help| !help.is_empty());
    CompletionCandidate::new(value).help(help.map(StyledStr::from))
}
