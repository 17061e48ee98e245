//! The problem that ended a command: a sentence and a hint for people, one document for programs.

use std::fmt::Display;
use std::io;
use std::path::Path;

use qftp::ErrorKind;
use qftp::client::Error;
use qftp::codes::{FtpCode, ModuleCode};
use qftp::internal::{io_reason, without_system_numbers};
use serde_json::{Value, json};

use crate::exit::{self, Exit, Phase};

/// The reason why a command failed.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) exit: Exit,
    message: String,
    /// Set for an error of the library.
    failure: Option<Box<Failure>>,
    pub(crate) hint: Option<String>,
    module_code: Option<ModuleCode>,
    raw_code: Option<i32>,
    ftp_reply: Option<FtpCode>,
    bytes_confirmed: Option<u64>,
    /// It was printed.
    is_told: bool,
}

/// The parts of an error of the library that its sentence leaves out, or that stand before a subject.
#[derive(Debug)]
struct Failure {
    /// The action that failed, a verb; it stands before the subject.
    action: Option<&'static str>,
    /// The AT command and the numbers of the module.
    detail: Option<String>,
    /// Tries of a transfer.
    attempts: Option<u32>,
}

impl Problem {
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Problem {
            exit,
            message: message.into(),
            failure: None,
            hint: None,
            module_code: None,
            raw_code: None,
            ftp_reply: None,
            bytes_confirmed: None,
            is_told: false,
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
        let reason = io_reason(error);
        Self::new(
            Exit::LocalRead,
            format!("cannot read {}: {reason}", path.display()),
        )
    }

    /// Makes the problem of a local file that cannot be written.
    pub(crate) fn write(path: &Path, error: &io::Error) -> Self {
        let reason = io_reason(error);
        Self::new(
            Exit::LocalWrite,
            format!("cannot write {}: {reason}", path.display()),
        )
    }

    /// Makes the problem of a standard output that cannot be written.
    pub(crate) fn output(error: &io::Error) -> Self {
        let exit = if exit::is_broken_pipe(error) {
            Exit::Pipe
        } else {
            Exit::LocalWrite
        };
        let reason = io_reason(error);
        Self::new(exit, format!("cannot write standard output: {reason}"))
    }

    /// Makes the problem of an error of the library in a phase.
    pub(crate) fn client(error: &Error, phase: Phase) -> Self {
        // Who types AT commands wants the answer as it was.
        let message = match (phase, error.kind()) {
            (Phase::Line, ErrorKind::FinalError) => error.describe(),
            _ => error.reason(),
        };
        Problem {
            exit: exit::of(error, phase),
            message,
            failure: Some(Box::new(Failure {
                action: action(error, phase),
                detail: Some(error.describe()).filter(|detail| *detail != error.reason()),
                attempts: error.attempts(),
            })),
            hint: hint(error, phase).map(str::to_owned),
            module_code: error.module_code(),
            raw_code: error.raw_code(),
            ftp_reply: error.ftp_reply(),
            bytes_confirmed: error.bytes_confirmed(),
            is_told: false,
        }
    }

    /// Takes note that it was printed: the end of the program does not print it again.
    pub(crate) fn told(mut self) -> Self {
        self.is_told = true;
        self
    }

    /// Returns true if it was printed.
    pub(crate) fn is_told(&self) -> bool {
        self.is_told
    }

    /// Adds the file or name that it is about.
    pub(crate) fn about(mut self, subject: impl Display) -> Self {
        self.message = match self
            .failure
            .as_mut()
            .and_then(|failure| failure.action.take())
        {
            Some(LOG_IN) => format!("cannot {LOG_IN}: {}", self.message),
            Some(action) => format!("cannot {action} {subject}: {}", self.message),
            None => format!("{subject}: {}", self.message),
        };
        self
    }

    /// Returns the AT command and the numbers of the module, as far as the message lacks them.
    pub(crate) fn detail(&self) -> Option<String> {
        let failure = self.failure.as_ref()?;
        failure.detail.as_deref().map(without_accounts)
    }

    /// Returns the sentence. It never shows an account, whatever stood where a URL or a name belongs, nor the number of an
    /// error of the system.
    pub(crate) fn message(&self) -> String {
        let message = without_system_numbers(&self.message);
        match self.failure.as_ref().and_then(|failure| failure.action) {
            Some(action) => without_accounts(&format!("cannot {action}: {message}")),
            None => without_accounts(&message),
        }
    }

    /// Returns true if the session on the server may still be open.
    pub(crate) fn line_is_fine(&self) -> bool {
        !self.exit.breaks_line()
    }

    /// Returns the problem as one JSON document.
    pub(crate) fn document(&self) -> Value {
        json!({
            "error": {
                "exit": self.exit as u8,
                "kind": self.exit.kind(),
                "module_code": self.module_code.map(|code| code.0),
                "raw_code": self.raw_code,
                "ftp_reply": self.ftp_reply.map(|code| code.0),
                "bytes_confirmed": self.bytes_confirmed,
                "attempts": self.failure.as_ref().and_then(|failure| failure.attempts),
                "message": self.message(),
                "detail": self.detail(),
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

/// Returns text without the accounts of URLs in it: `ftp://joe:word@h/` becomes `ftp://***@h/`.
///
/// An account ends at the last `@` of a word, since people write passwords with `@` and `/` unescaped.
fn without_accounts(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, word) = rest.split_at(at + "://".len());
        shown.push_str(before);
        let end = word.find(char::is_whitespace).unwrap_or(word.len());
        if let Some(account) = word[..end].rfind('@') {
            shown.push_str("***");
            rest = &word[account..];
        } else {
            rest = word;
        }
    }
    shown.push_str(rest);
    shown
}

/// The action whose subject is no file.
const LOG_IN: &str = "log in";

/// Returns what was tried, for the sentence: what the user asked for, else what the failed command does.
fn action(error: &Error, phase: Phase) -> Option<&'static str> {
    if phase == Phase::Line {
        return None;
    }
    error.asked_action(asked(phase))
}

/// Returns the action of a phase that is one action.
fn asked(phase: Phase) -> Option<&'static str> {
    match phase {
        Phase::Retrieve => Some("get"),
        Phase::Store => Some("put"),
        Phase::Login => Some(LOG_IN),
        Phase::Manage | Phase::Line => None,
    }
}

/// Returns advice from the library, or from here if it depends on this program.
fn hint(error: &Error, phase: Phase) -> Option<&'static str> {
    match error.kind() {
        ErrorKind::PortBusy => Some(
            "end the other program, or wait for it with --wait; ModemManager can be told to leave a port alone",
        ),
        ErrorKind::PortMissing => {
            Some("`qftp ports` lists the ports; name one with --port or QFTP_PORT")
        }
        ErrorKind::UnknownModule => Some("name the dialect with --dialect"),
        ErrorKind::Unsupported => {
            Some("`man qftp-dialects` says what the modules of each dialect can")
        }
        ErrorKind::FinalError | ErrorKind::Unreachable if phase == Phase::Login => {
            Some("check host and port; `qftp probe` shows SIM, registration and PDP contexts")
        }
        ErrorKind::FileUnavailable => Some(match (phase, error.action()) {
            (Phase::Store, _) => "make the directory first: qftp mkdir URL",
            (_, Some("make directory" | "remove directory")) => {
                "`qftp ls` of the directory above shows what is there"
            }
            _ => "`qftp ls` of its directory shows what is there",
        }),
        _ if error
            .ftp_reply()
            .is_some_and(|reply| [521, 522, 534].contains(&reply.0)) =>
        {
            Some("begin the URL with ftpes://, or with ftps:// for implicit TLS")
        }
        _ => error.hint_for(asked(phase)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use qftp::host;

    #[test]
    fn a_message_has_no_number_of_the_system() {
        for (text, shown) in [
            ("a: Busy (os error 16)", "a: Busy"),
            ("a: Busy (os error 16), b (os error 2): c", "a: Busy, b: c"),
            ("a (os error x) b", "a (os error x) b"),
            ("a (os error ", "a (os error "),
        ] {
            assert_eq!(Problem::usage(text).message(), shown);
        }
        let missing = Problem::read(Path::new("a b"), &io::ErrorKind::NotFound.into());
        assert_eq!(missing.message(), "cannot read a b: entity not found");
    }

    #[test]
    fn an_error_as_a_document_has_every_field() {
        let error = Error::from(host::HostError::Module {
            command: "+QFTPSIZE".into(),
            code: ModuleCode(627),
            raw_code: -550,
            reply: Some(FtpCode(550)),
            peer_address: false,
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
            error["message"].as_str().is_some_and(
                |text| text == "cannot get a.txt: no such file, or no permission (550)"
            )
        );
        assert!(error["hint"].is_string());
        let detail = error["detail"].as_str().expect("a detail");
        assert!(
            detail.starts_with("+QFTPSIZE") && detail.contains("-550"),
            "{detail}"
        );

        let cut = Error::from(host::HostError::Incomplete {
            command: "+QFTPPUT".into(),
            bytes_confirmed: 5,
            expected: 9,
        });
        let document = Problem::client(&cut, Phase::Store).document();
        assert_eq!(document["error"]["bytes_confirmed"], 5);

        let plain = Problem::usage("no").document();
        assert_eq!(plain["error"]["exit"], 2);
        for field in [
            "module_code",
            "raw_code",
            "ftp_reply",
            "bytes_confirmed",
            "attempts",
            "hint",
        ] {
            assert!(
                plain["error"].get(field).is_some_and(Value::is_null),
                "{field}"
            );
        }
    }

    #[test]
    fn accounts_are_taken_out_of_text() {
        for (text, shown) in [
            ("ftp://u:p@h/a: No such file", "ftp://***@h/a: No such file"),
            (
                "a ftp://u:p@w/x@h/, ftps://u@h",
                "a ftp://***@h/, ftps://***@h",
            ),
            ("ftp://h/a and joe@h", "ftp://h/a and joe@h"),
            ("plain", "plain"),
            ("x://", "x://"),
        ] {
            assert_eq!(without_accounts(text), shown);
        }
    }

    #[test]
    fn a_reader_that_went_away_is_told_apart() {
        let exit = |kind: io::ErrorKind| Problem::output(&kind.into()).exit;
        assert_eq!(exit(io::ErrorKind::BrokenPipe), Exit::Pipe);
        assert_eq!(exit(io::ErrorKind::StorageFull), Exit::LocalWrite);
    }
}
