//! The demonstration over TLS: the modes of a dialect, and the commands of a login for them.

use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex, PoisonError};

use qftp::client::{LineLog, Support, Task, TlsMode, support};
use qftp::dialect::Dialect;

use crate::console;
use crate::exit::Phase;
use crate::problem::Problem;
use crate::serve::Mode;

/// The beginning of each command that only a login over TLS sends, and its meaning (000, 002, 004 §2.1; 003 §1.2;
/// COMMON 1, 3 and 8).
static MEANINGS: &[(&str, &str)] = &[
    ("AT+QFUPL=", "the CA, into the module's flash"),
    ("AT+QSSLCFG=\"sslversion\"", "any version of TLS"),
    ("AT+QSSLCFG=\"ciphersuite\"", "any cipher"),
    (
        "AT+QSSLCFG=\"seclevel\"",
        "1: verify the server's certificate",
    ),
    (
        "AT+QSSLCFG=\"ignorelocaltime\"",
        "0: its dates too, by the module's clock",
    ),
    (
        "AT+QSSLCFG=\"sni\"",
        "0: it has an address, no name to tell",
    ),
    ("AT+QSSLCFG=\"cacert\"", "by this CA"),
    (
        "AT+QFTPCFG=\"ssltype\"",
        "FTP over TLS: 1 implicit, 2 explicit",
    ),
    ("AT+QFTPCFG=\"sslctxid\"", "with the SSL context set above"),
    ("AT+GTSSLFILE=", "the CA, into the module's memory"),
    ("AT+GTSSLVER=", "TLS 1.2"),
    ("AT+GTSSLMODE=", "1: verify the server's certificate"),
    ("AT+FTPOPEN=", "the last 1: implicit TLS"),
];

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Mode::Explicit => "explicit",
            Mode::Implicit => "implicit",
        })
    }
}

impl Mode {
    pub(super) fn of_client(self) -> TlsMode {
        match self {
            Mode::Explicit => TlsMode::Explicit,
            Mode::Implicit => TlsMode::Implicit,
        }
    }

    fn task(self) -> Task {
        match self {
            Mode::Explicit => Task::ExplicitTls,
            Mode::Implicit => Task::ImplicitTls,
        }
    }

    fn other(self) -> Self {
        match self {
            Mode::Explicit => Mode::Implicit,
            Mode::Implicit => Mode::Explicit,
        }
    }
}

/// Refuses a mode that the dialect lacks.
pub(super) fn check(dialect: &'static Dialect, mode: Option<Mode>) -> Result<(), Problem> {
    let Some(mode) = mode else { return Ok(()) };
    mode.task().check(dialect).map_err(|error| {
        let problem = Problem::client(&error, Phase::Line);
        problem.hint(match best(dialect, mode) {
            Some(other) => format!("use --tls {other}"),
            None => "it has no TLS at all".into(),
        })
    })
}

/// Returns the mode, or the other one if the dialect has only that; `None` if it has neither.
pub(super) fn best(dialect: &'static Dialect, mode: Mode) -> Option<Mode> {
    let mut modes = [mode, mode.other()].into_iter();
    modes.find(|mode| support(dialect, mode.task()) != Support::Missing)
}

/// Collects the commands of a login for TLS; clones share them.
#[derive(Clone, Debug, Default)]
pub(super) struct Extra(Arc<Mutex<Vec<String>>>);

impl Extra {
    /// Takes a line of the log.
    pub(super) fn line(&self, line: &LineLog<'_>) {
        let text = console::shown(&line.text);
        if !line.sent {
            return;
        }
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.extend(commands(&text).filter(|command| meaning(command).is_some()));
    }

    /// Returns one line for each command, with its meaning.
    pub(super) fn explained(&self) -> String {
        let commands = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let width = commands.iter().map(String::len).max().unwrap_or(0);
        let mut text = String::new();
        for command in commands.iter() {
            let meaning = meaning(command).unwrap_or_default();
            let _ = writeln!(text, "        {command:width$}  {meaning}");
        }
        text
    }
}

/// Returns the commands of a line, each as if it stood in one of its own.
fn commands(line: &str) -> impl Iterator<Item = String> {
    let parts = line.split(";+").enumerate();
    parts.map(|(place, part)| match place {
        0 => part.to_owned(),
        _ => format!("AT+{part}"),
    })
}

fn meaning(command: &str) -> Option<&'static str> {
    let mut known = MEANINGS.iter();
    let (_, meaning) = known.find(|(begin, _)| command.starts_with(begin))?;
    Some(meaning)
}

#[cfg(test)]
mod tests {
    use super::*;
    use qftp::dialect::{ec2x::EC2X, ec20::EC20, gsm::GSM, nl668::NL668};

    #[test]
    fn the_other_mode_is_taken_where_a_dialect_has_only_that() {
        let best = |dialect| best(dialect, Mode::Explicit);
        assert_eq!(best(&EC2X), Some(Mode::Explicit));
        assert_eq!(best(&EC20), Some(Mode::Implicit));
        assert_eq!(best(&NL668), Some(Mode::Implicit));
        assert_eq!(best(&GSM), None);
    }

    #[test]
    fn one_dialect_is_told_what_it_has() {
        assert!(check(&EC20, None).is_ok());
        assert!(check(&EC20, Some(Mode::Implicit)).is_ok());
        let told = |dialect| check(dialect, Some(Mode::Explicit)).expect_err("none").hint;
        assert!(told(&EC20).is_some_and(|hint| hint.contains("--tls implicit")));
        assert!(told(&GSM).is_some_and(|hint| hint.contains("no TLS at all")));
    }
}
