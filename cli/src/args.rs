//! The command line: the options that all commands share, and the list of commands.
//!
//! A command's own arguments stand in its file.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use qftp::dialect::{self, Dialect};

use crate::console;
use crate::data_address::DataConnections;
#[cfg(all(unix, feature = "serve"))]
use crate::demo;
#[cfg(unix)]
use crate::emulate;
use crate::exit;
use crate::problem::Problem;
#[cfg(feature = "serve")]
use crate::serve;
use crate::tls::Trust;
use crate::{at, completions, get, list, put, remote, stat};

const ABOUT: &str = "Files over FTP through a cellular module's AT commands.

The module sits on a serial port and does the FTP itself; qftp tells it what to do and moves the data. No network of \
this machine is used.";

const MORE: &str = "\
First steps:
  qftp ports                         which port is the module's?
  qftp -p /dev/ttyUSB2 probe         is it there, has it a SIM and a network?
  qftp -p /dev/ttyUSB2 ls ftp://user:password@ftp.example.com/
  qftp -p /dev/ttyUSB2 put a.txt ftp://user:password@ftp.example.com/logs/

With the port in QFTP_PORT and the account in ~/.netrc:
  qftp get ftp://ftp.example.com/firmware.bin
  tar c data | qftp put - ftp://ftp.example.com/data.tar
  qftp cat ftp://ftp.example.com/data.tar | tar t
  qftp at 'AT+CSQ'                   any AT command

Ports:
  /dev/ttyUSB2?baud=921600&rtscts=1  a serial device or pseudo terminal, COM5
  /dev/serial/by-id/...              the same by its stable name
  socket://HOST:PORT                 a TCP socket that carries raw bytes
  unix:///PATH                       a Unix socket
  emulator://DIALECT?ufs=DIR             an emulator inside this program

URLs: ftp://USER:PASSWORD@HOST:PORT/PATH
  ftpes:// begins TLS before the account is sent (explicit, port 21),
  ftps:// at once (implicit, port 990); ftp:// sends everything in clear.
  PATH starts where the account starts; ftp://HOST//PATH is absolute.
  Blank, @, : and % are written as %20, %40, %3A and %25.

TLS:
  The module does it, and brings no authorities of its own: --ca gives it the
  certificate of the one that issued the server's.
    qftp --ca ca.pem ls ftpes://user@ftp.example.com/

Account:
  The URL names the user, else --user, else ~/.netrc; else it is anonymous.
  A password that is missing there comes from QFTP_PASSWORD, then ~/.netrc.
  No output shows a password.

Ctrl-C:
  The first ends a transfer at once; the program ends when the module has left
  data mode, after 3 s, so that the next one finds it ready. The second ends
  the program where it stands; the next one then looks for the module longer.

JSON:
  With --json a result is one document on standard output. An error is one on
  standard error, as its last line:
    {\"error\":{\"exit\":19,\"kind\":\"get\",\"module_code\":627,
     \"raw_code\":-550,\"ftp_reply\":550,\"bytes_confirmed\":null,
     \"message\":\"...\",\"hint\":\"...\"}}
  module_code is the module's FTP error, 601 to 631 in every dialect;
  raw_code the number as the module printed it, where gsm is negative and
  nl668 says 0; ftp_reply the server's reply; bytes_confirmed the bytes known
  to be in place. Each is null where there is none. With get to `-` and cat,
  standard output is the file.
";

/// What was typed. It does not print itself: URLs may hold passwords.
#[derive(Parser)]
#[command(name = "qftp", version, about = "Files over FTP through a cellular module's AT commands", long_about = ABOUT)]
#[command(max_term_width = 120, propagate_version = false)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The options that all commands share.
#[derive(Args)]
#[allow(clippy::struct_excessive_bools)] // each is a switch of its own
pub(crate) struct Global {
    /// Port of the module: a device such as /dev/ttyUSB2, or a socket://, unix:// or emulator:// URL
    #[arg(short, long, global = true, env = "QFTP_PORT", value_name = "PORT", help_heading = MODULE)]
    pub(crate) port: Option<String>,
    /// Dialect of the module; by default the module is asked what it is
    #[arg(long, global = true, value_name = "DIALECT", help_heading = MODULE)]
    #[arg(value_parser = chosen(), ignore_case = true)]
    pub(crate) dialect: Option<Chosen>,
    /// Access point name of the network; by default the module's context is taken as it is set
    #[arg(long, global = true, value_name = "APN", help_heading = MODULE)]
    pub(crate) apn: Option<String>,
    /// Number of the PDP context
    #[arg(long, global = true, value_name = "N", default_value_t = 1, help_heading = MODULE)]
    #[arg(value_parser = clap::value_parser!(u8).range(1..=16))]
    pub(crate) context: u8,

    /// User where the URL names none; a password given here is seen by other users of this machine
    #[arg(short, long, global = true, value_name = "USER[:PASSWORD]", help_heading = SERVER)]
    pub(crate) user: Option<String>,
    /// Seconds that the module waits for an answer of the server
    #[arg(long, global = true, value_name = "SECONDS", default_value_t = 90, help_heading = SERVER)]
    #[arg(value_parser = clap::value_parser!(u8).range(20..=180))]
    pub(crate) timeout: u8,
    /// Active mode: the server opens the data connections
    #[arg(long, global = true, help_heading = SERVER)]
    pub(crate) active: bool,
    #[command(flatten)]
    pub(crate) data: DataConnections,

    #[command(flatten)]
    pub(crate) trust: Trust,

    /// Print results, and errors too, as JSON
    #[arg(long, global = true, help_heading = OUTPUT)]
    pub(crate) json: bool,
    /// Show the conversation with the module on standard error, passwords redacted
    #[arg(short, long, global = true, help_heading = OUTPUT)]
    pub(crate) verbose: bool,
    /// No progress bar and no summary
    #[arg(short, long, global = true, help_heading = OUTPUT)]
    pub(crate) quiet: bool,
}

const MODULE: &str = "Module";
pub(crate) const SERVER: &str = "Server";
const OUTPUT: &str = "Output";

/// The commands.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Upload files
    Put(put::Arguments),
    /// Download a file
    Get(get::Arguments),
    /// Write files of the server to standard output
    Cat(get::CatArguments),
    /// List a directory
    Ls(list::Arguments),
    /// Show size and time of a file
    Stat(stat::Arguments),
    /// Delete files
    Rm(remote::Places),
    /// Rename or move a file or directory
    Mv(remote::Rename),
    /// Make directories
    Mkdir(remote::Places),
    /// Remove empty directories
    Rmdir(remote::Places),
    /// Send AT commands as they are and print the answers
    At(at::Arguments),
    /// List the serial ports; the likely AT port of a module is marked
    Ports,
    /// Show module, dialect, SIM, registration and context
    Probe,
    /// Emulate a module on a pseudo terminal or a socket
    #[cfg(unix)]
    Emulate(emulate::Arguments),
    /// Serve a directory over FTP, for a lab
    #[cfg(feature = "serve")]
    Serve(serve::Arguments),
    /// Carry files through an emulator to a server of its own and back, and compare
    #[cfg(all(unix, feature = "serve"))]
    Demo(demo::Arguments),
    /// Print a completion script for a shell
    Completions(completions::Arguments),
}

/// What `--dialect` names.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Chosen {
    One(&'static Dialect),
    /// Each in turn; the demonstration alone takes it.
    All,
}

const ALL: &str = "all";

/// The names of the dialects, each with the modules it is for.
fn chosen() -> impl TypedValueParser<Value = Chosen> {
    let one = |dialect: &&'static Dialect| PossibleValue::new(dialect.name).help(dialect.modules);
    let all = PossibleValue::new(ALL).help("each in turn (qftp demo)");
    let values = dialect::ALL.iter().map(one).chain([all]);
    PossibleValuesParser::new(values)
        .map(|name| dialect::by_name(&name).map_or(Chosen::All, Chosen::One))
}

impl Global {
    /// The dialect, where one is named.
    pub(crate) fn dialect(&self) -> Result<Option<&'static Dialect>, Problem> {
        match self.dialect {
            None => Ok(None),
            Some(Chosen::One(dialect)) => Ok(Some(dialect)),
            Some(Chosen::All) => {
                let problem = Problem::usage("--dialect all is for `qftp demo`");
                Err(problem.hint("name one dialect, or none to ask the module what it is"))
            }
        }
    }
}

/// The description of the whole command line, with examples and exit codes.
pub(crate) fn description() -> clap::Command {
    Cli::command()
        .after_help("`qftp --help` tells more: first steps, ports, URLs, exit codes. `qftp help put` explains put.")
        .after_long_help(format!("{MORE}\n{}", exit::help()))
}

/// Reads this process's command line; otherwise how to end, the reason told already.
pub(crate) fn parse() -> Result<Cli, ExitCode> {
    let words: Vec<OsString> = std::env::args_os().collect();
    let parsed = description()
        .try_get_matches_from(&words)
        .and_then(|matches| Cli::from_arg_matches(&matches));
    parsed.map_err(|error| explain(&error, &words))
}

fn explain(error: &clap::Error, words: &[OsString]) -> ExitCode {
    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    ) {
        return match console::print(error.render().ansi()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(problem) => ExitCode::from(problem.exit as u8),
        };
    }
    if words.iter().any(|word| word == "--json") {
        let message = without_passwords(error.render().to_string(), words);
        let message = message
            .strip_prefix("error: ")
            .unwrap_or(&message)
            .trim_end();
        Problem::usage(message).print(true);
    } else {
        let text = without_passwords(error.render().ansi().to_string(), words);
        console::note(text.trim_end());
    }
    ExitCode::from(exit::Exit::Usage as u8)
}

/// A parser's message may repeat what was typed; passwords of URLs are taken out of it.
fn without_passwords(mut message: String, words: &[OsString]) -> String {
    for word in words.iter().filter_map(|word| word.to_str()) {
        if let Some(redact) = masked_url(word) {
            message = message.replace(word, &redact);
        }
    }
    message
}

/// `ftp://user:***@host/`, if there is a password.
fn masked_url(word: &str) -> Option<String> {
    let start = word.find("://")? + 3;
    let end = start + word[start..].rfind('@')?;
    let colon = start + word[start..end].find(':')? + 1;
    Some(format!("{}***{}", &word[..colon], &word[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_description_is_consistent() {
        description().debug_assert();
        let help = description().render_long_help().to_string();
        for line in format!("{MORE}{}", exit::help()).lines() {
            assert!(line.len() < 80, "{line}");
        }
        for part in ["First steps:", "Ports:", "130  ", "QFTP_PASSWORD"] {
            assert!(help.contains(part), "{part}");
        }
    }

    #[test]
    fn limits() {
        let take = |words: &[&str]| description().try_get_matches_from(words).is_ok();
        assert!(take(&["qftp", "--context", "1", "ports"]));
        assert!(take(&["qftp", "--context", "16", "ports"]));
        assert!(!take(&["qftp", "--context", "0", "ports"]));
        assert!(!take(&["qftp", "--context", "17", "ports"]));
        assert!(take(&["qftp", "--timeout", "20", "ports"]));
        assert!(take(&["qftp", "--timeout", "180", "ports"]));
        assert!(!take(&["qftp", "--timeout", "19", "ports"]));
        assert!(!take(&["qftp", "--timeout", "181", "ports"]));
        for dialect in dialect::ALL {
            assert!(take(&["qftp", "--dialect", dialect.name, "ports"]));
        }
        assert!(take(&["qftp", "--dialect", "NL668", "ports"]));
        assert!(!take(&["qftp", "--dialect", "ec99", "ports"]));
        assert!(!take(&["qftp"]));
    }

    #[test]
    fn options_stand_before_and_behind_the_command() {
        let port = |words: &[&str]| {
            let matches = description()
                .try_get_matches_from(words)
                .expect("a command");
            Cli::from_arg_matches(&matches)
                .expect("a command")
                .global
                .port
        };
        assert_eq!(
            port(&["qftp", "--port", "a", "probe"]).as_deref(),
            Some("a")
        );
        assert_eq!(port(&["qftp", "probe", "-p", "a"]).as_deref(), Some("a"));
    }

    #[test]
    fn passwords_are_taken_out_of_messages() {
        assert_eq!(
            masked_url("ftp://joe:p@w:x@h:21/a").as_deref(),
            Some("ftp://joe:***@h:21/a")
        );
        assert_eq!(masked_url("ftp://joe@h:21/"), None);
        assert_eq!(masked_url("joe:word@h"), None);
        let words = ["ls".into(), "ftp://u:word@h/".into()];
        let message = without_passwords("unexpected 'ftp://u:word@h/'".into(), &words);
        assert_eq!(message, "unexpected 'ftp://u:***@h/'");
    }
}
