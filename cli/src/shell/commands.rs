//! The commands of the shell, in one table, and how a line of them runs.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::process::Command as Process;

use super::files::{cat, ls, mkdir, mv, rm, rmdir, size};
use super::given::Given;
use super::places::{cd, lcd, lpwd, pwd};
use super::session_state::Shell;
use super::transfers::{get, mget, mirror, mput, put};
use super::words::{self, Word};
use crate::console;
use crate::exit::Exit;
use crate::problem::Problem;
use crate::target::name_of_bytes;

/// Carries out a command with the words behind its name.
type Run = fn(&mut Shell<'_>, &[Word]) -> Result<(), Problem>;

/// The names that a command takes, for the completion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Names {
    Remote,
    Local,
    None,
}

/// A command of the shell.
pub(super) struct Command {
    pub(super) name: &'static str,
    arguments: &'static str,
    what: &'static str,
    pub(super) names: Names,
    run: Run,
}

const fn command(
    name: &'static str,
    arguments: &'static str,
    what: &'static str,
    names: Names,
    run: Run,
) -> Command {
    Command {
        name,
        arguments,
        what,
        names,
        run,
    }
}

use Names::{Local, Remote};

pub(super) const COMMANDS: &[Command] = &[
    command("ls", "[-l] [DIR|PATTERN]", "list", Remote, ls),
    command("cd", "[DIR|-]", "change the directory", Remote, cd),
    command("pwd", "", "show the directory", Names::None, pwd),
    command("lcd", "[DIR]", "change the local directory", Local, lcd),
    command("lpwd", "", "show the local directory", Names::None, lpwd),
    command(
        "get",
        "[-a] [-c] FILE... [-o LOCAL]",
        "download files",
        Remote,
        get,
    ),
    command(
        "put",
        "[-a] [-c] FILE... [-o REMOTE]",
        "upload files",
        Local,
        put,
    ),
    command(
        "mget",
        "[-a] [-c] PATTERN...",
        "download what matches",
        Remote,
        mget,
    ),
    command(
        "mput",
        "[-a] [-c] PATTERN...",
        "upload what matches",
        Local,
        mput,
    ),
    command(
        "mirror",
        "[-R] [-e] [SOURCE [TARGET]]",
        "download what differs; -R upload, -e delete the rest",
        Remote,
        mirror,
    ),
    command("rm", "[-r] FILE|PATTERN...", "delete", Remote, rm),
    command("rmdir", "DIR...", "remove empty directories", Remote, rmdir),
    command("mkdir", "[-p] DIR...", "make directories", Remote, mkdir),
    command("mv", "OLD NEW", "rename or move", Remote, mv),
    command("cat", "FILE...", "show files", Remote, cat),
    command("size", "FILE...", "show sizes in bytes", Remote, size),
    command("help", "[COMMAND]", "show this list", Names::None, help),
    command("quit", "", "leave; also exit, bye", Names::None, |_, _| {
        Ok(())
    }),
];

/// Other names of commands.
const ALIASES: &[(&str, &str)] = &[
    ("dir", "ls"),
    ("exit", "quit"),
    ("bye", "quit"),
    ("mrm", "rm"),
    ("delete", "rm"),
    ("rename", "mv"),
    ("?", "help"),
];

/// Says whether a shell goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    On,
    End,
}

/// Returns the command of a name.
pub(super) fn find(name: &[u8]) -> Option<&'static Command> {
    let alias = ALIASES.iter().find(|(alias, _)| alias.as_bytes() == name);
    let name = alias.map_or(name, |(_, name)| name.as_bytes());
    COMMANDS
        .iter()
        .find(|command| command.name.as_bytes() == name)
}

/// Runs the commands of a line. `failed` takes each problem and returns true where it ends the shell.
pub(super) fn run_line(
    shell: &mut Shell<'_>,
    line: &[u8],
    failed: &mut dyn FnMut(Problem) -> bool,
) -> Flow {
    if let Some(command) = line.trim_ascii_start().strip_prefix(b"!") {
        return ended(run_here(command), failed);
    }
    let commands = match words::split(line) {
        Ok(commands) => commands,
        Err(missing) => return ended(Err(Problem::usage(missing)), failed),
    };
    for words in commands {
        let Some((name, rest)) = words.split_first() else {
            continue;
        };
        let result = match find(&name.bytes) {
            Some(command) if command.name == "quit" => return Flow::End,
            Some(command) => (command.run)(shell, rest).map_err(|problem| {
                if problem.exit == Exit::Usage && problem.hint.is_none() {
                    let (name, arguments) = (command.name, command.arguments);
                    return problem.about(name).hint(format!("{name} {arguments}"));
                }
                problem
            }),
            None => {
                let name = console::shown(&name.bytes);
                let problem = Problem::usage(format!("{name}: no such command"));
                Err(problem.hint("`help` lists the commands"))
            }
        };
        shell.forget_listings();
        if ended(result, failed) == Flow::End {
            return Flow::End;
        }
    }
    Flow::On
}

fn ended(result: Result<(), Problem>, failed: &mut dyn FnMut(Problem) -> bool) -> Flow {
    match result.map_err(failed) {
        Err(true) => Flow::End,
        _ => Flow::On,
    }
}

/// Runs a command of this machine.
fn run_here(command: &[u8]) -> Result<(), Problem> {
    let command = command.trim_ascii();
    let (shell, option) = if cfg!(windows) {
        ("cmd", "/C")
    } else {
        ("sh", "-c")
    };
    let status = Process::new(shell)
        .args([OsStr::new(option), &name_of_bytes(command)])
        .status();
    let problem = |text: String| {
        let command = console::shown(command);
        Problem::new(Exit::Failed, format!("!{command}: {text}"))
    };
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(problem(status.to_string())),
        Err(error) => Err(problem(error.to_string())),
    }
}

fn help(_shell: &mut Shell<'_>, words: &[Word]) -> Result<(), Problem> {
    let given = Given::read(words, "", 0, 1)?;
    let Some(word) = given.operands.first() else {
        return console::print(list(COMMANDS));
    };
    match find(&word.bytes) {
        Some(command) => console::print(list(std::slice::from_ref(command))),
        None => Err(Problem::usage("no such command")),
    }
}

/// Returns commands with what they do, a line each.
fn list(commands: &[Command]) -> String {
    let mut text = String::new();
    for command in commands {
        let usage = format!("{} {}", command.name, command.arguments);
        let _ = writeln!(text, "{usage:<36} {}", command.what); // a string takes everything
    }
    if commands.len() > 1 {
        let _ = writeln!(text, "{:<36} run a command of this machine", "!COMMAND");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_alias_is_of_a_command_and_no_name_stands_twice() {
        for (alias, name) in ALIASES {
            let found = find(alias.as_bytes()).expect("a command");
            assert_eq!(found.name, *name);
        }
        for (index, command) in COMMANDS.iter().enumerate() {
            let mut before = COMMANDS[..index].iter();
            assert!(!before.any(|other| other.name == command.name));
        }
    }

    #[test]
    fn the_help_fits_a_terminal() {
        for line in list(COMMANDS).lines() {
            assert!(line.len() <= 90, "{line}");
        }
    }
}
