//! The command line: the list of commands, the long help, errors of the parser.
//!
//! The arguments of a command stand in its file.

use std::ffi::{OsStr, OsString};

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::console::{self, Format};
#[cfg(all(unix, feature = "serve"))]
use crate::demo;
#[cfg(unix)]
use crate::emulate;
#[cfg(unix)]
use crate::emulate_ctl;
use crate::exit::{self, Exit};
use crate::explain;
use crate::global::Global;
use crate::plain_words::plain_words;
use crate::problem::Problem;
use crate::redacted_url::redacted_url;
#[cfg(feature = "serve")]
use crate::serve;
use crate::{
    at, bench_line, cat, check, completions, get, help, list, man, mirror, put, remote, replay,
    shared_options, shell, stat, store, term, trace,
};

const ABOUT: &str = "Files over FTP through a cellular module's AT commands.

The module is on a serial port and does the FTP itself; qftp sends it the commands and moves the data. The network of \
this machine is not used.";

const MORE: &str = "\
First steps:
  qftp ports                         which port is the module's?
  qftp -p /dev/ttyUSB2 probe         does it answer, has it SIM and network?
  qftp -p /dev/ttyUSB2 ls ftp://user:password@ftp.example.com/
  qftp -p /dev/ttyUSB2 put a.txt ftp://user:password@ftp.example.com/logs/

If one module is there, or QFTP_PORT names the port, and ~/.netrc the account:
  qftp get ftp://ftp.example.com/firmware.bin
  tar c data | qftp put - ftp://ftp.example.com/data.tar
  qftp mirror logs ftp://ftp.example.com/logs
  qftp cat ftp://ftp.example.com/data.tar | tar t
  qftp at 'AT+CSQ'                   any AT command

Ports:
  none, or auto                      the only module that is there
  EC25, or a USB serial number       the module with this model or number
  /dev/ttyUSB2?baud=921600&rtscts=1  a serial device or pseudo terminal; COM5
  /dev/serial/by-id/...              a serial device by its stable name
  socket://HOST:PORT                 a TCP socket that carries raw bytes
  rfc2217://HOST:PORT                a serial line behind ser2net and its like
  hwgrep://2c7c:0125                 the first device with this description
  spy:///dev/ttyUSB2?file=a.txt      another port, all that passes in a file
  unix:///PATH                       a Unix socket
  emulator://MODEL?ufs=DIR           an emulator inside this program
  replay://FILE                      the module's side of a record

Environment:
  QFTP_TIMEOUT=30 is --timeout 30: each option of the groups Module, Server, \
  TLS and Output has such a variable, a switch takes 1 or 0. An option on the \
  command line counts more.

Records:
  qftp --record a.jsonl probe        all that goes over the line, in a file
  qftp trace a.jsonl                 the file, explained
  qftp -p replay://a.jsonl probe     the same again, without the module
  A record has no passwords and, without --record-payload, no files. It has \
  the names of users, servers and files.

URLs: ftp://USER:PASSWORD@HOST:PORT/PATH
  ftpes:// starts TLS before it sends the account (explicit, port 21).
  ftps:// starts TLS at once (implicit, port 990). ftp:// has no TLS.
  PATH is relative to the account's directory; ftp://HOST//PATH is absolute.
  Write space, @, : and % as %20, %40, %3A and %25.

TLS:
  The module does the TLS. It has no certificates of authorities: give it the \
  one of the authority that issued the server's certificate.
    qftp --ca ca.pem ls ftpes://user@ftp.example.com/

Account:
  The user comes from the URL, else --user, else ~/.netrc, else anonymous.
  A missing password comes from QFTP_PASSWORD, else ~/.netrc.
  The output never shows a password.

Ctrl-C:
  The first Ctrl-C ends a transfer at once. The program ends about 3 s later, \
  when the module has left data mode, so that the next program finds it ready.
  The second ends the program at once; the next one then needs more time to \
  find the module.

JSON:
  With --json the result is one JSON document on standard output. put, get, \
  mirror, rm, mkdir and rmdir print one a line, for each file as it ends, with \
  its action and its outcome: done, skipped and a reason, or failed and an error. \
  The first error is one JSON document on standard error, in its last line:
    {\"error\":{\"exit\":19,\"kind\":\"get\",\"module_code\":627,
     \"raw_code\":-550,\"ftp_reply\":550,\"bytes_confirmed\":null,
     \"message\":\"...\",\"detail\":\"...\",\"hint\":\"...\"}}
  module_code      FTP error of the module, 601 to 631 in every dialect
  raw_code         the number as the module printed it: negative in gsm,
                   0 in nl668
  ftp_reply        reply code of the server
  bytes_confirmed  bytes known to be in place
  Each is null if it is unknown. With get to `-` and with cat, standard output \
  is the file.
";

/// Holds the parsed command line. It has no `Debug`: URLs may hold passwords.
#[derive(Parser)]
#[command(name = "qftp", version, about = "Files over FTP through a cellular module's AT commands", long_about = ABOUT)]
#[command(max_term_width = 120, propagate_version = false)]
struct Line {
    #[command(subcommand)]
    command: Command,
}

/// The command line of this process.
pub(crate) struct Cli {
    pub(crate) global: Global,
    pub(crate) command: Command,
}

/// Names the commands.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Upload files
    Put(put::Arguments),
    /// Download files
    Get(get::Arguments),
    /// Write files of the server to standard output
    Cat(cat::Arguments),
    /// Make a directory a copy of another one, up or down
    Mirror(mirror::Arguments),
    /// List a directory
    Ls(list::Arguments),
    /// Show the size and the time of a file
    Stat(stat::Arguments),
    /// Delete files
    Rm(remote::Deletion),
    /// Rename or move a file or directory
    Mv(remote::Rename),
    /// Make directories
    Mkdir(remote::NewDirectories),
    /// Remove empty directories
    Rmdir(remote::RemotePaths),
    /// List, copy and remove the module's own files
    Store(store::Arguments),
    /// Run many commands over one login, in the words of lftp
    Shell(shell::Arguments),
    /// Type AT commands at the module, as in a terminal program
    Term(term::Arguments),
    /// Send AT commands unchanged and print the answers
    At(at::Arguments),
    /// List the serial ports and mark the likely AT port of a module
    Ports,
    /// Identify the module; show SIM, registration and context
    Probe,
    /// Hold the module to its manual, case by case
    Check(check::Arguments),
    /// Measure a module on its line: latency, throughput, errors
    BenchLine(bench_line::Arguments),
    /// Explain the numbers that a module prints, without a module
    Explain(explain::Arguments),
    /// Show a record of the line that --record has made
    Trace(trace::Arguments),
    /// Type the commands of a record at the module, and compare its answers
    Replay(replay::Arguments),
    /// Emulate a module on a pseudo terminal or a socket
    #[cfg(unix)]
    Emulate(Box<emulate::Arguments>),
    /// Inject faults into a running emulator, or ask for its state
    #[cfg(unix)]
    EmulateCtl(emulate_ctl::Arguments),
    /// Serve a directory over FTP, for tests
    #[cfg(feature = "serve")]
    Serve(serve::Arguments),
    /// Transfer files through an emulator to a local server and back; compare them
    #[cfg(all(unix, feature = "serve"))]
    Demo(demo::Arguments),
    /// Write the manual pages into a folder
    Man(man::Arguments),
    /// Print a completion script for a shell
    Completions(completions::Arguments),
}

/// Returns the description of the whole command line, with examples and exit codes.
pub(crate) fn description() -> clap::Command {
    let line = shared_options::add_before_command(Line::command());
    // Of some thirty commands one is used: the others are not made complete.
    let line = line.mut_subcommands(|command| command.defer(complete));
    line.after_help(
        "`qftp --help` explains first steps, ports, URLs and exit codes; `qftp help put` explains put.",
    )
    .after_long_help(format!("{}\n\n{}", help::joined(MORE), exit::help()))
}

/// Makes a command complete.
fn complete(command: clap::Command) -> clap::Command {
    help::arrange(shared_options::add_behind_command(command))
}

/// Parses a command line. On an error, prints it and returns the exit code.
pub(crate) fn parse(words: &[OsString]) -> Result<Cli, Exit> {
    read(words).map_err(|error| print_error(&error, words))
}

fn read<W: AsRef<OsStr>>(words: &[W]) -> Result<Cli, clap::Error> {
    let environment = |name: &str| std::env::var_os(name);
    let mut description = description();
    let matches = description.try_get_matches_from_mut(words.iter().map(AsRef::as_ref))?;
    let global = shared_options::read(&matches, &mut description, &environment)?;
    let Line { command } = Line::from_arg_matches(&matches)?;
    Ok(Cli { global, command })
}

fn print_error(error: &clap::Error, words: &[OsString]) -> Exit {
    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    ) {
        let is_short = error.kind() == ErrorKind::DisplayHelp
            && !words.iter().any(|word| word == "--help" || word == "help");
        let text = if is_short {
            let mut line = description();
            line.build();
            let words: Vec<String> = words
                .iter()
                .map(|word| word.to_string_lossy().into())
                .collect();
            help::short(&line, &words)
        } else {
            error.render()
        };
        return match console::print(text.ansi()) {
            Ok(()) => Exit::Done,
            Err(problem) => problem.exit,
        };
    }
    if words.iter().any(|word| word == "--json") {
        let message = plain_words(without_passwords(error.render().to_string(), words));
        let message = message
            .strip_prefix("error: ")
            .unwrap_or(&message)
            .trim_end();
        console::print_problem(&Problem::usage(message), Format::Json, false);
    } else {
        let text = plain_words(without_passwords(error.render().ansi().to_string(), words));
        console::note(text.trim_end());
    }
    Exit::Usage
}

/// Removes the passwords of URLs from a message of the parser, which may repeat the command line.
fn without_passwords(mut message: String, words: &[OsString]) -> String {
    for word in words.iter().filter_map(|word| word.to_str()) {
        if let Some(redacted) = redacted_url(word) {
            message = message.replace(word, &redacted);
        }
    }
    message
}

#[cfg(test)]
mod tests {
    use super::*;
    use qftp::dialect;

    #[test]
    fn the_description_is_consistent() {
        description().debug_assert();
        let help = description().render_long_help().to_string();
        for part in ["First steps:", "Ports:", "130  ", "QFTP_PASSWORD"] {
            assert!(help.contains(part), "{part}");
        }
    }

    #[test]
    fn limits() {
        let take = |words: &[&str]| read(words).is_ok();
        assert!(take(&["qftp", "--context", "1", "ls", "ftp://h/"]));
        assert!(take(&["qftp", "--context", "16", "ls", "ftp://h/"]));
        assert!(!take(&["qftp", "--context", "0", "ls", "ftp://h/"]));
        assert!(!take(&["qftp", "--context", "17", "ls", "ftp://h/"]));
        assert!(take(&["qftp", "--timeout", "20", "ls", "ftp://h/"]));
        assert!(take(&["qftp", "--timeout", "180", "ls", "ftp://h/"]));
        assert!(!take(&["qftp", "--timeout", "19", "ls", "ftp://h/"]));
        assert!(!take(&["qftp", "--timeout", "181", "ls", "ftp://h/"]));
        for dialect in ["ec2x", "EC2X", "EC25", "ec25-e", "all"] {
            assert!(take(&["qftp", "--dialect", dialect, "probe"]), "{dialect}");
        }
        for other in ["ec99", "EC250", ""] {
            assert!(!take(&["qftp", "--dialect", other, "probe"]), "{other}");
        }
        for dialect in dialect::ALL {
            assert!(take(&["qftp", "--dialect", dialect.name, "probe"]));
        }
        assert!(take(&["qftp", "--dialect", "NL668", "probe"]));
        assert!(!take(&["qftp", "--dialect", "ec99", "probe"]));
        assert!(!take(&["qftp"]));
    }

    #[test]
    fn no_option_answers_a_wrong_value_in_words_of_a_parser() {
        let mut line = description();
        line.build();
        let names = |options: &mut dyn Iterator<Item = &clap::Arg>| -> Vec<String> {
            options
                .filter(|option| option.get_action().takes_values())
                .filter_map(|option| option.get_long().map(str::to_owned))
                .collect()
        };
        let lines: Vec<(String, Vec<String>)> = line
            .get_subcommands()
            .map(|command| {
                let options = names(&mut command.get_arguments());
                (command.get_name().to_owned(), options)
            })
            .collect();
        let mut told = 0;
        for (command, options) in lines {
            for (option, value) in options
                .iter()
                .flat_map(|option| ["12x", ""].map(|value| (option, value)))
            {
                let option = format!("--{option}={value}");
                let Err(error) = line.try_get_matches_from_mut(["qftp", &command, &option]) else {
                    continue;
                };
                let text = plain_words(error.render().to_string());
                for words in [" string", "literal", "target type", "syntax"] {
                    assert!(!text.contains(words), "{command} {option}: {text}");
                }
                told += usize::from(error.kind() == ErrorKind::ValueValidation);
            }
        }
        assert!(told > 50, "{told}");
    }

    #[test]
    fn passwords_are_taken_out_of_messages() {
        assert_eq!(
            redacted_url("ftp://joe:p@w:x@h:21/a").as_deref(),
            Some("ftp://joe:***@h:21/a")
        );
        assert_eq!(redacted_url("ftp://joe@h:21/"), None);
        assert_eq!(redacted_url("joe:word@h"), None);
        let words = ["ls".into(), "ftp://u:word@h/".into()];
        let message = without_passwords("unexpected 'ftp://u:word@h/'".into(), &words);
        assert_eq!(message, "unexpected 'ftp://u:***@h/'");
    }
}
