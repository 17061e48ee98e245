//! The sentence that a user reads: what was asked, and why it failed, without AT commands and the module's numbers.

use std::error::Error as _;
use std::io;

use super::Error;
use super::action::{ACTIONS, Action, NO_FILE};
use crate::ErrorKind;
use crate::codes::{self, FtpCode, ModuleCode};
use crate::dialect;
use crate::host::{FinalError, HostError};
use crate::io_reason::io_reason;

/// Replies of a server that mean more than their code in the module, whose sentence is another one.
const REPLIES: &[(u16, &str)] = &[
    (421, "the server ended the session"),
    (425, "the server cannot open the data connection"),
    (450, "the file is busy"),
    (452, "the server has no space left"),
    (502, "the server has no such command"),
    (504, "the server has no such command"),
    (521, "the server wants TLS for files, too"),
    (522, "the server wants TLS for files, too"),
    (530, "the server refused the user or the password"),
    (532, "the server asks for an account besides the password"),
    (534, "the server wants TLS"),
    (552, "the account has no space left"),
    (553, "the server does not allow this name"),
];

/// Reasons by kind, where the reply of the server says no more.
const KINDS: &[(ErrorKind, &str)] = &[
    (ErrorKind::ServerName, "the name of the server is not found"),
    (
        ErrorKind::Unreachable,
        "the server cannot be reached: nothing listens there, or the module has no network",
    ),
    (
        ErrorKind::ConnectionLost,
        "the connection to the server was lost",
    ),
    (
        ErrorKind::ServerTimeout,
        "the server did not answer in time",
    ),
    (ErrorKind::ServerRefused, "the server refused it"),
    (ErrorKind::OtherReply, "the server refused it"),
    (
        ErrorKind::LoginRefused,
        "the server refused the user or the password",
    ),
    (ErrorKind::FileRefused, "the server refused the file"),
    (
        ErrorKind::Unexplained,
        "the module gives no reason for the failure",
    ),
    (ErrorKind::NoAnswer, "the module does not answer"),
    (ErrorKind::Restarted, "the module restarted"),
    (
        ErrorKind::UnexpectedLine,
        "the answer of the module was not understood",
    ),
    (ErrorKind::NotListed, "the server does not list it"),
];

/// The kinds of failures that do not come from module or server, and are of the action nevertheless.
const OF_THE_ACTION: &[ErrorKind] = &[
    ErrorKind::Unsupported,
    ErrorKind::NoAnswer,
    ErrorKind::FinalError,
    ErrorKind::Restarted,
    ErrorKind::UnexpectedLine,
    ErrorKind::NotListed,
    ErrorKind::SizeUnknown,
    ErrorKind::Incomplete,
    ErrorKind::ChecksumMismatch,
    ErrorKind::Local,
];

/// Replies of a server that wants TLS.
const WANTS_TLS: [u16; 3] = [521, 522, 534];

/// The action that has a server as its subject, and not a file.
const LOG_IN: &str = "log in";

impl Error {
    /// Returns what failed, as a verb in words of its user: `delete`; `None` where the error is not of one operation.
    pub fn action(&self) -> Option<&'static str> {
        self.found_action().map(|action| action.name)
    }

    /// Returns the action for the sentence: what the user `asked` for, else what the failed command does. `None` where
    /// the failure is of this machine or of the port, or an end that the user wanted.
    pub fn asked_action(&self, asked: Option<&'static str>) -> Option<&'static str> {
        let kind = self.kind();
        if kind.has_module_code() || OF_THE_ACTION.contains(&kind) {
            asked.or(self.action())
        } else {
            None
        }
    }

    /// Returns why it failed, in words of its user, without AT commands and numbers of the module. Behind it stands the
    /// reply of the server, if it gave one: `no such file, or no permission (550)`.
    ///
    /// [`Error::describe`] has the command and the numbers.
    pub fn reason(&self) -> String {
        let reply = self.ftp_reply().filter(|reply| reply.is_failure());
        let words = self.words(reply).unwrap_or_else(|| self.plain());
        let tries = match self.attempts() {
            Some(tries @ 2..) => format!("{tries} tries"),
            _ => String::new(),
        };
        match (reply, tries.as_str()) {
            (Some(reply), "") => format!("{words} ({reply})"),
            (Some(reply), _) => format!("{words} ({reply}, {tries})"),
            (None, "") => words,
            (None, _) => format!("{words} ({tries})"),
        }
    }

    /// Returns the sentence for a user: `cannot delete logs/a.txt: no such file, or no permission (550)`.
    ///
    /// `asked` is the action that the user asked for, a verb; `subject` the file or directory that it is about.
    pub fn sentence(&self, asked: Option<&'static str>, subject: Option<&str>) -> String {
        let reason = self.reason();
        match (self.asked_action(asked), subject) {
            (Some(action), Some(subject)) if action != LOG_IN => {
                format!("cannot {action} {subject}: {reason}")
            }
            (Some(action), _) => format!("cannot {action}: {reason}"),
            (None, _) => reason,
        }
    }

    /// Returns what the user can try who asked for an action; [`Error::hint`] knows the failure alone.
    pub fn hint_for(&self, asked: Option<&'static str>) -> Option<&'static str> {
        let reply = self.ftp_reply().map(|reply| reply.0);
        match self.kind() {
            _ if reply.is_some_and(|reply| WANTS_TLS.contains(&reply)) => {
                Some("log in with TLS, explicit or implicit")
            }
            ErrorKind::PortBusy => {
                Some("end the other program; ModemManager can be told to leave a port alone")
            }
            ErrorKind::FinalError | ErrorKind::Unreachable if asked == Some(LOG_IN) => {
                Some("check host and port; `probe` shows SIM, registration and PDP contexts")
            }
            ErrorKind::FileUnavailable | ErrorKind::NotListed => {
                let mut rows = ACTIONS.iter();
                let row = rows.find(|row| Some(row.name) == self.asked_action(asked));
                row.map(|row| row.hint).or(self.hint())
            }
            _ => self.hint(),
        }
    }

    /// Returns the message without the command, the operation or the path that it begins with, and without the number of
    /// the system's error that it ends with.
    fn plain(&self) -> String {
        let mut text = self.describe();
        if let Error::Local { source } = self
            && source.get_ref().is_some()
        {
            // A text of our own names the file, or says what is wrong with it.
            return io_reason(source);
        }
        if let Some(error) = self.system_error()
            && let Some(before) = text.strip_suffix(&error.to_string())
        {
            text = format!("{before}{}", io_reason(error));
        }
        let begin = match self {
            Error::Incomplete { operation, .. }
            | Error::SizeDiffers { operation, .. }
            | Error::ContentDiffers { operation, .. }
            | Error::Replaced { operation }
            | Error::SizeUnknown { operation } => Some(*operation),
            Error::DirectoryUnknown => Some("pwd"),
            Error::SizeNotListed { path, .. } | Error::TreeTooLarge { path } => Some(path.as_str()),
            Error::Transfer(transfer) => return transfer.error.plain(),
            error => error.host().and_then(HostError::command),
        };
        let rest = begin.and_then(|begin| text.strip_prefix(begin)?.strip_prefix(": "));
        rest.unwrap_or(&text).to_owned()
    }

    /// Returns the system's error at the end of the causes.
    fn system_error(&self) -> Option<&io::Error> {
        let mut last = self.source()?;
        while let Some(cause) = last.source() {
            last = cause;
        }
        last.downcast_ref()
    }

    fn words(&self, reply: Option<FtpCode>) -> Option<String> {
        if let Some(HostError::FinalError { final_error, .. }) = self.host() {
            return Some(refusal(final_error));
        }
        if let Some(HostError::Unsupported { dialect, operation }) = self.host() {
            return Some(match self.found_action() {
                Some(action) => format!("{dialect} modules cannot {}", action.lacking),
                None => format!("{dialect} modules have no command for {operation}"),
            });
        }
        if matches!(self.host(), Some(HostError::Handshake { .. })) {
            let number = format!(" ({})", ModuleCode::TLS);
            return Some(self.plain().replacen(&number, "", 1));
        }
        let kind = self.kind();
        if kind == ErrorKind::Module {
            return self.module_code().map(|code| code.meaning().into());
        }
        let by_reply = reply.and_then(|reply| {
            let mut rows = REPLIES.iter();
            rows.find(|(number, _)| *number == reply.0)
        });
        let absent = self.module_code() == Some(ModuleCode::FILE_UNAVAILABLE);
        if absent && by_reply.is_none() {
            let action = self.found_action();
            return Some(action.map_or(NO_FILE, |action| action.absent).into());
        }
        let by_kind = || {
            KINDS
                .iter()
                .find(|(listed, _)| *listed == kind)
                .map(|row| row.1)
        };
        by_reply.map(|row| row.1).or_else(by_kind).map(Into::into)
    }

    fn found_action(&self) -> Option<&'static Action> {
        if let Some(HostError::Unsupported { operation, .. }) = self.host() {
            let mut rows = ACTIONS.iter();
            return rows.find(|action| action.operations.contains(operation));
        }
        let name = self.host()?.command()?;
        let name = name.strip_prefix("AT").unwrap_or(name);
        let mut dialects = dialect::ALL.iter();
        let command = dialects.find_map(|dialect| dialect.command_named(name.as_bytes()))?;
        let kind = command.kind;
        ACTIONS.iter().find(|action| action.kinds.contains(&kind))
    }
}

/// Returns the refusal of a command in words.
fn refusal(error: &FinalError) -> String {
    let meaning = match error {
        FinalError::Cme(number) => codes::cme_meaning(*number).map(str::to_owned),
        FinalError::Text(text) => Some(text.escape_ascii().to_string()),
        _ => None,
    };
    match meaning {
        Some(meaning) => format!("the module refused a command: {meaning}"),
        None => "the module refused a command and gives no reason".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::action::LIST;
    use super::*;

    fn failed(command: &str, code: u16, reply: Option<u16>) -> Error {
        HostError::Module {
            command: command.into(),
            code: ModuleCode(code),
            raw_code: code.into(),
            reply: reply.map(FtpCode),
            peer_address: false,
        }
        .into()
    }

    /// Typical failures of a server: the module's code, the reply, and words of the sentence.
    const FAILURES: &[(u16, Option<u16>, &str)] = &[
        (604, None, "the name of the server is not found"),
        (605, None, "cannot be reached"),
        (606, None, "the connection to the server was lost"),
        (609, None, "did not answer in time"),
        (614, Some(421), "the server ended the session (421)"),
        (619, Some(452), "no space left (452)"),
        (625, Some(530), "the user or the password (530)"),
        (629, Some(552), "the account has no space left (552)"),
        (630, Some(553), "does not allow this name (553)"),
        (601, Some(534), "the server wants TLS (534)"),
    ];

    #[test]
    fn every_operation_of_every_dialect_has_a_sentence_for_typical_failures() {
        for dialect in dialect::ALL {
            for action in ACTIONS {
                let mut kinds = action.kinds.iter();
                let Some(command) = kinds.find_map(|kind| dialect.command(*kind)) else {
                    continue;
                };
                let absent = (627, Some(550), action.absent);
                for (code, reply, words) in FAILURES.iter().copied().chain([absent]) {
                    let text = failed(command.name, code, reply).sentence(None, Some("x"));
                    let start = match action.name {
                        "log in" => "cannot log in: ".to_owned(),
                        name => format!("cannot {name} x: "),
                    };
                    assert!(text.starts_with(&start) && text.contains(words), "{text}");
                    for hidden in ["AT+", command.name, &code.to_string(), "module error"] {
                        assert!(!text.contains(hidden), "{}: {text}", dialect.name);
                    }
                }
            }
        }
    }

    #[test]
    fn sentences() {
        let missing = failed("+QFTPDEL", 627, Some(550));
        assert_eq!(
            missing.sentence(None, Some("logs/a.txt")),
            "cannot delete logs/a.txt: no such file, or no permission (550)"
        );
        let silent: Error = HostError::NoAnswer {
            command: "AT".into(),
            seconds: 0,
        }
        .into();
        assert_eq!(silent.sentence(None, None), "the module does not answer");
        assert_eq!(
            silent.sentence(Some("get"), Some("a")),
            "cannot get a: the module does not answer"
        );
        assert_eq!(missing.action(), Some("delete"));
        let no_sim: Error = HostError::FinalError {
            command: "+QIACT".into(),
            final_error: FinalError::Cme(10),
        }
        .into();
        let text = no_sim.sentence(None, None);
        assert!(text.contains("SIM") && !text.contains("+CME"), "{text}");
    }

    #[test]
    fn what_a_dialect_lacks_is_told_in_words() {
        let lacks = |operation| -> Error {
            HostError::Unsupported {
                dialect: "gsm",
                operation,
            }
            .into()
        };
        let list = lacks("nlst");
        assert_eq!(
            list.sentence(None, Some("logs")),
            "cannot list logs: gsm modules cannot list a directory"
        );
        assert_eq!(
            list.sentence(Some("get"), Some("logs/*.txt")),
            "cannot get logs/*.txt: gsm modules cannot list a directory"
        );
        assert_eq!(
            lacks("explicit TLS").sentence(Some(LOG_IN), None),
            "cannot log in: gsm modules have no command for explicit TLS"
        );
    }

    #[test]
    fn the_action_is_what_was_asked_for() {
        let missing = failed("+QFTPSIZE", 627, Some(550));
        assert_eq!(
            missing.sentence(Some("get"), Some("a.txt")),
            "cannot get a.txt: no such file, or no permission (550)"
        );
        assert_eq!(
            missing.hint_for(Some("put")),
            Some("make the directory first")
        );
        assert_eq!(missing.hint_for(Some("get")), Some(LIST));
        let refused = failed("+QFTPOPEN", 601, Some(534));
        let hint = refused.hint_for(Some(LOG_IN)).unwrap_or_default();
        assert!(hint.contains("TLS"), "{hint}");
        let full = Error::Local {
            source: std::fs::read("/nowhere/at/all").expect_err("no such file"),
        };
        assert_eq!(
            full.sentence(None, None),
            "the local side failed: no such file or directory"
        );
        let path = std::path::Path::new("/proc/x");
        let refused =
            crate::client::local_file::local(path, &std::io::ErrorKind::PermissionDenied.into());
        assert_eq!(
            refused.sentence(Some("get"), Some("a.txt")),
            "cannot get a.txt: /proc/x: permission denied"
        );
        let broken = Error::Line(std::io::Error::other("unplugged"));
        assert_eq!(
            broken.sentence(Some("get"), Some("a.txt")),
            "the line broke: unplugged"
        );
        let busy = failed("+QFTPLIST", 603, None);
        assert_eq!(
            busy.sentence(Some("list"), Some("logs")),
            "cannot list logs: the FTP service is busy, or no session is open for this command"
        );
    }

    #[test]
    fn no_sentence_has_the_command_or_the_operation() {
        let cut = Error::Incomplete {
            operation: "put",
            bytes_confirmed: 1,
            expected: 2,
        };
        assert_eq!(
            cut.in_transfer(1, 3).sentence(Some("put"), Some("a")),
            "cannot put a: 1 of 2 bytes are confirmed"
        );
        let wrong: Error = HostError::ChecksumMismatch {
            command: "+QFDWL".into(),
            expected: 1,
            found: 2,
        }
        .into();
        assert_eq!(
            wrong.sentence(Some("download"), Some("ca.pem")),
            "cannot download ca.pem: the module's checksum 2 is not the 1 of the data"
        );
        let handshake: Error = HostError::Handshake {
            command: "+QFTPOPEN".into(),
            raw_code: 631,
            why: Some("certificate has expired".into()),
            clock: None,
        }
        .into();
        assert_eq!(
            handshake.sentence(Some(LOG_IN), Some("h")),
            "cannot log in: TLS failed: certificate has expired"
        );
        let absent = Error::NotListed { path: "a".into() };
        assert_eq!(
            absent.sentence(Some("get"), Some("a")),
            "cannot get a: the server does not list it"
        );
    }
}
