//! The problem that ended a command: a sentence and a hint for people, one document for programs.

use std::fmt::Display;
use std::io;
use std::path::Path;

use qftp::client::Error;
use qftp::port::PortError;
use serde_json::{Value, json};

use crate::exit::{self, Exit, Phase};

/// The reason why a command failed.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) exit: Exit,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
    module_code: Option<u16>,
    raw_code: Option<i32>,
    ftp_reply: Option<u16>,
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
        }
    }

    /// Makes a problem of the command line; nothing was sent.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Makes the problem of a local file that cannot be read.
    pub(crate) fn read(path: &Path, error: &io::Error) -> Self {
        Self::new(Exit::LocalRead, format!("{}: {error}", path.display()))
    }

    /// Makes the problem of a local file that cannot be written.
    pub(crate) fn write(path: &Path, error: &io::Error) -> Self {
        Self::new(Exit::LocalWrite, format!("{}: {error}", path.display()))
    }

    /// Makes the problem of a standard output that cannot be written.
    pub(crate) fn output(error: &io::Error) -> Self {
        let exit = if exit::is_broken_pipe(error) {
            Exit::Pipe
        } else {
            Exit::LocalWrite
        };
        Self::new(exit, format!("standard output: {error}"))
    }

    /// Makes the problem of an error of the library in a phase.
    pub(crate) fn client(error: &Error, phase: Phase) -> Self {
        Problem {
            exit: exit::of(error, phase),
            message: error.to_string(),
            hint: hint(error, phase).map(str::to_owned),
            module_code: error.module_code(),
            raw_code: error.raw_code(),
            ftp_reply: error.ftp_reply(),
        }
    }

    /// Adds the file or name that it is about.
    pub(crate) fn about(mut self, subject: impl Display) -> Self {
        self.message = format!("{subject}: {}", self.message);
        self
    }

    /// Returns true if the session on the server may still be open.
    pub(crate) fn line_is_fine(&self) -> bool {
        !matches!(
            self.exit,
            Exit::Port
                | Exit::PortBusy
                | Exit::PortLost
                | Exit::NoAnswer
                | Exit::Restarted
                | Exit::Unexpected
                | Exit::Interrupted
        )
    }

    /// Returns the problem as one JSON document.
    pub(crate) fn document(&self) -> Value {
        json!({
            "error": {
                "exit": self.exit as u8,
                "kind": self.exit.kind(),
                "module_code": self.module_code,
                "raw_code": self.raw_code,
                "ftp_reply": self.ftp_reply,
                "message": self.message,
                "hint": self.hint,
            }
        })
    }
}

/// Makes the problem of a standard output that cannot be written.
impl From<io::Error> for Problem {
    fn from(error: io::Error) -> Self {
        Problem::output(&error)
    }
}

/// Returns advice from the library, or from here if it depends on this program.
fn hint(error: &Error, phase: Phase) -> Option<&'static str> {
    match error {
        Error::Port(PortError::Busy { .. }) => {
            Some("close the other program; often it is ModemManager")
        }
        Error::Port(PortError::Missing { .. }) => Some("`qftp ports` lists the ports"),
        Error::UnknownModule { .. } => Some("name the dialect with --dialect"),
        Error::FinalError { .. } if phase == Phase::Login => {
            Some("`qftp probe` shows SIM, registration and PDP contexts")
        }
        other => other.hint(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use qftp::host;

    #[test]
    fn an_error_as_a_document_has_every_field() {
        let error = Error::from(host::Failure::Module {
            operation: "+QFTPSIZE".into(),
            code: 627,
            raw_code: -550,
            reply: Some(550),
        });
        let failure = Problem::client(&error, Phase::Retrieve).about("a.txt");
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

        let plain = Problem::usage("no").document();
        assert_eq!(plain["error"]["exit"], 2);
        for field in ["module_code", "raw_code", "ftp_reply", "hint"] {
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
