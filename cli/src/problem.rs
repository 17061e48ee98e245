//! What ended a command, and how it is told: a sentence and a hint for people, one document for programs.

use std::fmt::Display;
use std::io;
use std::path::Path;

use qftp::ErrorKind;
use qftp::client::Error;
use qftp::codes::{FtpCode, ModuleCode};
use serde_json::{Value, json};

use crate::console;
use crate::exit::{self, During, Exit};

/// Why a command ended early.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) exit: Exit,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
    module_code: Option<ModuleCode>,
    raw_code: Option<i32>,
    ftp_reply: Option<FtpCode>,
    bytes_confirmed: Option<u64>,
}

impl Problem {
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Problem {
            exit,
            message: message.into(),
            hint: None,
            module_code: None,
            raw_code: None,
            ftp_reply: None,
            bytes_confirmed: None,
        }
    }

    /// What was asked for makes no sense; nothing was sent.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// A local file cannot be read.
    pub(crate) fn read(path: &Path, error: &io::Error) -> Self {
        Self::new(Exit::LocalRead, format!("{}: {error}", path.display()))
    }

    /// A local file cannot be written.
    pub(crate) fn write(path: &Path, error: &io::Error) -> Self {
        Self::new(Exit::LocalWrite, format!("{}: {error}", path.display()))
    }

    /// Standard output cannot be written. A reader that went away is no news to anybody.
    pub(crate) fn output(error: &io::Error) -> Self {
        let exit = if exit::is_broken_pipe(error) {
            Exit::Pipe
        } else {
            Exit::LocalWrite
        };
        Self::new(exit, format!("standard output: {error}"))
    }

    /// An error of the library while doing something.
    pub(crate) fn client(error: &Error, during: During) -> Self {
        Problem {
            exit: exit::of(error, during),
            message: error.describe(),
            hint: hint(error, during).map(str::to_owned),
            module_code: error.module_code(),
            raw_code: error.raw_code(),
            ftp_reply: error.ftp_reply(),
            bytes_confirmed: error.bytes_confirmed(),
        }
    }

    /// Says which of several files or names it is about.
    pub(crate) fn about(mut self, subject: impl Display) -> Self {
        self.message = format!("{subject}: {}", self.message);
        self
    }

    /// Whether the session on the server may still be there and fit to be closed.
    pub(crate) fn line_is_fine(&self) -> bool {
        !matches!(
            self.exit,
            Exit::Port
                | Exit::PortBusy
                | Exit::PortLost
                | Exit::NoAnswer
                | Exit::Restarted
                | Exit::Unexpected
                | Exit::Internal
                | Exit::Interrupted
        )
    }

    /// Tells it on standard error; a reader of our output that went away is no news to anybody.
    pub(crate) fn print(&self, as_json: bool) {
        if self.exit == Exit::Pipe {
            return;
        }
        if as_json {
            console::note(self.document());
            return;
        }
        console::note(format_args!("\x1b[1;31merror:\x1b[0m {}", self.message));
        if let Some(hint) = &self.hint {
            console::note(format_args!("\x1b[1mhint:\x1b[0m {hint}"));
        }
    }

    fn document(&self) -> Value {
        json!({
            "error": {
                "exit": self.exit as u8,
                "kind": self.exit.kind(),
                "module_code": self.module_code.map(|code| code.0),
                "raw_code": self.raw_code,
                "ftp_reply": self.ftp_reply.map(|code| code.0),
                "bytes_confirmed": self.bytes_confirmed,
                "message": self.message,
                "hint": self.hint,
            }
        })
    }
}

/// Standard output that cannot be written.
impl From<io::Error> for Problem {
    fn from(error: io::Error) -> Self {
        Problem::output(&error)
    }
}

/// What to try, from the library or, where it depends on this program, from here.
fn hint(error: &Error, during: During) -> Option<&'static str> {
    match error.kind() {
        ErrorKind::PortBusy => Some("end the other program; ModemManager is often the one"),
        ErrorKind::PortMissing => Some("`qftp ports` lists the ports there are"),
        ErrorKind::UnknownModule => Some("name the dialect with --dialect"),
        ErrorKind::FinalError if during == During::Login => {
            Some("`qftp probe` shows SIM, registration and PDP contexts")
        }
        _ => error.hint(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use qftp::host;

    #[test]
    fn an_error_as_a_document_has_every_field() {
        let error = Error::from(host::HostError::Module {
            command: "+QFTPSIZE".into(),
            code: ModuleCode(627),
            raw_code: -550,
            reply: Some(FtpCode(550)),
        });
        let failure = Problem::client(&error, During::Retrieve).about("a.txt");
        let document = failure.document();
        let error = &document["error"];
        assert_eq!(error["exit"], 19);
        assert_eq!(error["kind"], "get");
        assert_eq!(error["module_code"], 627);
        assert_eq!(error["raw_code"], -550);
        assert_eq!(error["ftp_reply"], 550);
        assert!(
            error["message"]
                .as_str()
                .is_some_and(|text| text.starts_with("a.txt: +QFTPSIZE"))
        );
        assert!(error["hint"].is_string());

        let cut = Error::from(host::HostError::Incomplete {
            command: "+QFTPPUT".into(),
            bytes_confirmed: 5,
            expected: 9,
        });
        let document = Problem::client(&cut, During::Store).document();
        assert_eq!(document["error"]["bytes_confirmed"], 5);

        let plain = Problem::usage("no").document();
        assert_eq!(plain["error"]["exit"], 2);
        for field in [
            "module_code",
            "raw_code",
            "ftp_reply",
            "bytes_confirmed",
            "hint",
        ] {
            assert!(
                plain["error"].get(field).is_some_and(Value::is_null),
                "{field}"
            );
        }
    }

    #[test]
    fn a_reader_that_went_away_is_told_apart() {
        let exit = |kind: io::ErrorKind| Problem::output(&kind.into()).exit;
        assert_eq!(exit(io::ErrorKind::BrokenPipe), Exit::Pipe);
        assert_eq!(exit(io::ErrorKind::StorageFull), Exit::LocalWrite);
    }
}
