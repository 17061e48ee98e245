//! The two outputs: data on standard output, everything else on standard error.
//!
//! Colour goes only to a terminal, and not even there with `NO_COLOR` set: `anstream` takes the escape sequences out.
//! Neither output panics: a closed standard error is ignored, a closed standard output ends the command.

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};

use serde_json::Value;

use crate::exit::Exit;
use crate::problem::Problem;

/// Prints one line on standard error.
pub(crate) fn note(line: impl Display) {
    let _ = writeln!(anstream::stderr(), "{line}"); // the failure cannot be reported anywhere
}

/// Prints a question on standard error, without a line end.
#[cfg(unix)] // where a password is asked for
pub(crate) fn ask(question: impl Display) {
    let mut out = anstream::stderr();
    let _ = write!(out, "{question}").and_then(|()| out.flush());
}

/// Prints a warning on standard error.
pub(crate) fn warn(warning: impl Display) {
    note(format_args!("\x1b[1;33mwarning:\x1b[0m {warning}"));
}

/// The form of results and errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// Sentences for people.
    Text,
    /// One JSON document for programs.
    Json,
}

/// Prints a problem on standard error. If the reader of standard output has gone, prints nothing.
///
/// With `verbose`, what the sentence leaves out stands below it.
pub(crate) fn print_problem(problem: &Problem, format: Format, verbose: bool) {
    if problem.exit == Exit::Pipe || problem.is_told() {
        return;
    }
    if format == Format::Json {
        note(problem.document());
        return;
    }
    note(format_args!(
        "\x1b[1;31merror:\x1b[0m {}",
        problem.message()
    ));
    if let Some(detail) = problem.detail().filter(|_| verbose) {
        note(format_args!("\x1b[1mdetail:\x1b[0m {detail}"));
    }
    if let Some(hint) = &problem.hint {
        note(format_args!("\x1b[1mhint:\x1b[0m {hint}"));
    }
}

/// Prints text on standard output and flushes it.
pub(crate) fn print(text: impl Display) -> Result<(), Problem> {
    let mut out = anstream::stdout();
    write!(out, "{text}")
        .and_then(|()| out.flush())
        .map_err(|error| Problem::output(&error))
}

/// Writes bytes to standard output unchanged.
pub(crate) fn print_bytes(bytes: &[u8]) -> Result<(), Problem> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)
        .and_then(|()| out.flush())
        .map_err(|error| Problem::output(&error))
}

/// Prints one JSON document on standard output.
pub(crate) fn print_json(document: &Value) -> Result<(), Problem> {
    print(format_args!("{document}\n"))
}

/// Returns true if a person types and reads: standard input and output are a terminal.
pub(crate) fn is_dialogue() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal()
}

/// Returns true if standard output takes colour.
pub(crate) fn has_colour() -> bool {
    anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never
}

/// Returns true if standard output is a terminal.
pub(crate) fn stdout_is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Returns the columns of standard output, if it is a terminal.
pub(crate) fn stdout_width() -> Option<usize> {
    #[cfg(unix)]
    if stdout_is_terminal() {
        let size = rustix::termios::tcgetwinsize(io::stdout()).ok()?;
        return Some(size.ws_col.into()).filter(|width| *width > 0);
    }
    None
}

/// Columns of a terminal that does not tell them.
const STANDARD_WIDTH: u16 = 80;

/// Returns the columns of standard error.
pub(crate) fn stderr_width() -> u16 {
    #[cfg(unix)]
    {
        let size = rustix::termios::tcgetwinsize(io::stderr());
        let known = size.ok().filter(|size| size.ws_col > 0);
        known.map_or(STANDARD_WIDTH, |size| size.ws_col)
    }
    #[cfg(not(unix))]
    STANDARD_WIDTH
}

/// Returns true if standard error is a terminal.
pub(crate) fn stderr_is_terminal() -> bool {
    io::stderr().is_terminal()
}

/// Returns true for a character that changes the direction of the text around it, or ends a line: `exe.txt` may be
/// shown for `txt.exe` by it.
fn is_direction(character: char) -> bool {
    matches!(
        character,
        '\u{61c}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}

/// Returns a remote name as text. Escapes control characters, changes of direction and invalid UTF-8, so that a server
/// cannot control the terminal.
pub(crate) fn shown(name: &[u8]) -> String {
    let mut text = String::with_capacity(name.len());
    for chunk in name.utf8_chunks() {
        for character in chunk.valid().chars() {
            if character.is_control() || is_direction(character) {
                text.extend(character.escape_default());
            } else {
                text.push(character);
            }
        }
        text.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}")));
    }
    text
}

/// Returns a name unchanged for a program, escaped for a terminal.
pub(crate) fn printed(name: &[u8]) -> Vec<u8> {
    if stdout_is_terminal() {
        shown(name).into_bytes()
    } else {
        name.to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn names_cannot_drive_a_terminal() {
        assert_eq!(shown("grün.txt".as_bytes()), "grün.txt");
        assert_eq!(shown(b"a\x1b[2Jb"), "a\\u{1b}[2Jb");
        assert_eq!(shown(b"a\xffb\r"), "a\\xffb\\r");
        assert_eq!(shown("a\u{202e}txt.exe".as_bytes()), "a\\u{202e}txt.exe");
        for character in [
            '\u{61c}', '\u{200f}', '\u{2028}', '\u{202a}', '\u{2066}', '\u{2069}',
        ] {
            let escaped = shown(character.to_string().as_bytes());
            assert!(escaped.is_ascii(), "{escaped}");
        }
        assert_eq!(
            shown("\u{5d0}\u{627}\u{200d}".as_bytes()),
            "\u{5d0}\u{627}\u{200d}"
        );
    }
}
