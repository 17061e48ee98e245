//! Asks for a password on a terminal, without showing it.

#[cfg(unix)]
use std::io::{self, BufRead, BufReader, IsTerminal};

#[cfg(unix)]
use crate::console;
use crate::interrupt::Interrupt;
use crate::problem::Problem;
#[cfg(unix)]
use crate::stdin::Input;

/// Asks for the password of a user; `None` where input or output is not a terminal.
#[cfg(unix)]
pub(crate) fn ask(
    user: &str,
    host: &str,
    interrupt: &Interrupt,
) -> Result<Option<Vec<u8>>, Problem> {
    use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
    let stdin = io::stdin();
    if !stdin.is_terminal() || !console::stderr_is_terminal() {
        return Ok(None);
    }
    let shown = tcgetattr(&stdin).map_err(io::Error::from)?;
    let mut hidden = shown.clone();
    hidden.local_modes.remove(LocalModes::ECHO);
    hidden.local_modes.insert(LocalModes::ECHONL);
    tcsetattr(&stdin, OptionalActions::Flush, &hidden).map_err(io::Error::from)?;
    console::ask(format_args!("password for {user} on {host}: "));
    let line = read_line(interrupt);
    // The terminal must show what is typed again, whatever came.
    let restored = tcsetattr(&stdin, OptionalActions::Flush, &shown);
    let line =
        line.map_err(|error| Problem::new(crate::exit::Exit::Interrupted, error.to_string()))?;
    restored.map_err(io::Error::from)?;
    Ok(Some(line))
}

/// Asks for the password of a user; this system has no way to hide it.
#[cfg(not(unix))]
pub(crate) fn ask(_: &str, _: &str, _: &Interrupt) -> Result<Option<Vec<u8>>, Problem> {
    Ok(None)
}

#[cfg(unix)]
fn read_line(interrupt: &Interrupt) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    BufReader::new(Input::new(interrupt)).read_until(b'\n', &mut line)?;
    while line
        .last()
        .is_some_and(|last| matches!(last, b'\n' | b'\r'))
    {
        line.pop();
    }
    Ok(line)
}
