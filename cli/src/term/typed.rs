//! A line that was typed into a terminal: a line for the module, or a command of the terminal.

use std::fmt::Write as _;

/// A line that was typed, as the terminal carries it out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Typed {
    /// Send the bytes with CR.
    Line(Vec<u8>),
    /// Send the bytes as they are.
    Bytes(Vec<u8>),
    /// Send a file as it is.
    File(String),
    /// Leave data mode by `+++`.
    Escape,
    /// Raise or drop DTR.
    Dtr(bool),
    /// Wait so many seconds, or for a line that begins so.
    Wait(Until),
    /// Explain numbers, as `qftp explain`.
    Explain(String),
    Help,
    Quit,
}

/// The end of a wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Until {
    Seconds(u32),
    Line(Vec<u8>),
}

/// A command of the terminal.
struct LocalCommand {
    name: &'static str,
    /// The name of its argument; empty for a command without one.
    argument: &'static str,
    what: &'static str,
    parse: fn(&str) -> Option<Typed>,
}

const fn command(
    name: &'static str,
    argument: &'static str,
    what: &'static str,
    parse: fn(&str) -> Option<Typed>,
) -> LocalCommand {
    LocalCommand {
        name,
        argument,
        what,
        parse,
    }
}

const COMMANDS: &[LocalCommand] = &[
    command("escape", "", "leave data mode, as +++ does", |_| {
        Some(Typed::Escape)
    }),
    command("text", "TEXT", "send text without CR", |text| {
        Some(Typed::Bytes(text.into()))
    }),
    command(
        "hex",
        "BYTES",
        "send bytes: 1a is Ctrl-Z, 03 is ETX",
        |text| hex(text).map(Typed::Bytes),
    ),
    command("send", "FILE", "send a file as it is", |text| {
        Some(Typed::File(text.into()))
    }),
    command(
        "wait",
        "SECONDS|TEXT",
        "wait, or for a line that begins so",
        |text| {
            Some(Typed::Wait(match text.parse() {
                Ok(seconds) => Until::Seconds(seconds),
                Err(_) => Until::Line(text.into()),
            }))
        },
    ),
    command("dtr", "0|1", "drop or raise DTR", |text| match text {
        "0" => Some(Typed::Dtr(false)),
        "1" => Some(Typed::Dtr(true)),
        _ => None,
    }),
    command(
        "explain",
        "NUMBERS",
        "say what numbers mean: 627,550",
        |text| Some(Typed::Explain(text.into())),
    ),
    command("help", "", "show this list", |_| Some(Typed::Help)),
    command("quit", "", "leave, as Ctrl-] does", |_| Some(Typed::Quit)),
];

/// Parses a line. An error says what can be typed.
pub(super) fn parse(line: &str) -> Result<Typed, String> {
    if line == "+++" {
        return Ok(Typed::Escape);
    }
    let Some(local) = line.strip_prefix(':') else {
        return Ok(Typed::Line(line.as_bytes().to_vec()));
    };
    let (name, argument) = local.split_once(' ').unwrap_or((local, ""));
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else {
        return Err(format!(":{name}: no such command; :help lists them"));
    };
    let is_right = argument.is_empty() == command.argument.is_empty();
    let parsed = is_right.then(|| (command.parse)(argument)).flatten();
    parsed.ok_or_else(|| {
        format!("give :{name} {}", command.argument)
            .trim_end()
            .to_owned()
    })
}

/// Returns the commands with what they do, a line each.
pub(super) fn help() -> String {
    let mut text = String::new();
    for command in COMMANDS {
        let usage = format!(":{} {}", command.name, command.argument);
        let _ = writeln!(text, "{usage:<20} {}", command.what); // a string takes everything
    }
    text
}

/// Parses bytes in hexadecimal, with or without blanks.
fn hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<char> = text.chars().filter(|digit| *digit != ' ').collect();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    let byte = |pair: &[char]| u8::from_str_radix(&pair.iter().collect::<String>(), 16).ok();
    digits.chunks(2).map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_go_to_the_module_and_commands_do_not() {
        for (line, typed) in [
            ("AT+CSQ", Typed::Line(b"AT+CSQ".to_vec())),
            ("", Typed::Line(Vec::new())),
            ("+++", Typed::Escape),
            (":escape", Typed::Escape),
            (":text abc d", Typed::Bytes(b"abc d".to_vec())),
            (":hex 1a 0D", Typed::Bytes(vec![0x1a, 0x0d])),
            (":send a b.bin", Typed::File("a b.bin".into())),
            (":wait 3", Typed::Wait(Until::Seconds(3))),
            (
                ":wait +QFTPOPEN",
                Typed::Wait(Until::Line(b"+QFTPOPEN".to_vec())),
            ),
            (":dtr 0", Typed::Dtr(false)),
            (":explain 627,550", Typed::Explain("627,550".into())),
            (":help", Typed::Help),
            (":quit", Typed::Quit),
        ] {
            assert_eq!(parse(line), Ok(typed), "{line}");
        }
        for wrong in [
            ":",
            ":fly",
            ":hex 1",
            ":hex xy",
            ":hex",
            ":dtr 2",
            ":quit now",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_help_fits_a_terminal() {
        for line in help().lines() {
            assert!(line.len() < 80, "{line}");
        }
        assert_eq!(help().lines().count(), COMMANDS.len());
    }
}
