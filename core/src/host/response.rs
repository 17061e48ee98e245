//! Readers of answers that all families share.
//!
//! URC fields are read with blanks allowed everywhere; a path stands quoted or bare (FIELD 1.6, 1.7).

use alloc::vec::Vec;

use super::answer::Answer;
use super::error::{FinalError, HostError};
use super::step::PayloadSpec;
use super::step::outcome::Outcome;
use crate::at::{self, Fields, Line, Token};
use crate::codes::{self, FtpCode, ModuleCode};
use crate::dialect::CommandKind;

/// A command that was answered.
pub(super) struct AnsweredCommand<'a> {
    pub(super) kind: CommandKind,
    /// The command without its parameters, for errors.
    pub(super) name: &'a str,
    pub(super) payload: PayloadSpec,
    /// Its failure is taken out of it, and the lines that are the answer.
    pub(super) outcome: &'a mut Outcome,
}

impl AnsweredCommand<'_> {
    /// Returns the fields of its URC.
    pub(super) fn report(&self) -> &[u8] {
        self.outcome.report.as_deref().unwrap_or_default()
    }

    /// Returns the error of an answer that has no meaning.
    pub(super) fn unexpected(&self, line: &[u8]) -> HostError {
        HostError::unexpected(self.name.into(), line)
    }

    /// Returns the error that the module reports.
    pub(super) fn module_error(
        &self,
        code: ModuleCode,
        reply: Option<FtpCode>,
        raw_code: i32,
    ) -> HostError {
        HostError::Module {
            command: self.name.into(),
            code,
            reply,
            raw_code,
            peer_address: false,
        }
    }

    /// Compares the length that the module states with the bytes that went over the line. A late URC of an earlier upload
    /// may state the right length before a byte of this one went out.
    ///
    /// A transfer with the store moves none over the line.
    pub(super) fn compare_length(&self, moved: u64) -> Result<u64, HostError> {
        if self.payload == PayloadSpec::Nothing {
            return Ok(moved);
        }
        let expected = self.expected_length();
        let sent = match self.payload {
            PayloadSpec::Up(_) => self.outcome.bytes,
            PayloadSpec::Nothing | PayloadSpec::Down(_) => expected,
        };
        if moved == expected && sent == expected && !self.outcome.broken_off {
            return Ok(moved);
        }
        let (bytes_confirmed, expected) = match self.payload {
            PayloadSpec::Up(_) => (moved.min(sent), expected),
            // A byte that was lost may be one of the first.
            PayloadSpec::Nothing | PayloadSpec::Down(None) => (0, moved),
            PayloadSpec::Down(Some(expected)) => (0, expected),
        };
        Err(HostError::Incomplete {
            command: self.name.into(),
            bytes_confirmed,
            expected,
        })
    }

    /// Returns the number of bytes that it must have moved.
    pub(super) fn expected_length(&self) -> u64 {
        match self.payload {
            PayloadSpec::Up(length) => length,
            PayloadSpec::Nothing | PayloadSpec::Down(_) => self.outcome.bytes,
        }
    }

    /// Reads the answer of a command of the module's own store; `None` for other commands.
    pub(super) fn read_stored(&mut self) -> Option<Result<Answer, HostError>> {
        match self.kind {
            CommandKind::FileSpace | CommandKind::FileList => {
                let lines = core::mem::take(&mut self.outcome.information);
                Some(Ok(Answer::Lines(lines)))
            }
            CommandKind::FileDelete => Some(Ok(Answer::Done)),
            CommandKind::FileUpload | CommandKind::FileDownload => Some(self.read_checksum()),
            _ => None,
        }
    }

    /// Reads `+QFUPL: <n>,<checksum>`; the checksum in hexadecimal of one to four digits, in either case (COMMON 1.4).
    fn read_checksum(&self) -> Result<Answer, HostError> {
        let read = || {
            let mut fields = Fields::new(self.outcome.information_fields()?);
            let bytes = next_integer(&mut fields)?;
            let digits = core::str::from_utf8(fields.next()?.ok()?.bytes()).ok()?;
            Some((bytes, u16::from_str_radix(digits, 16).ok()?))
        };
        let line = self.outcome.information.last();
        let line = line.map_or(&b""[..], Vec::as_slice);
        let (bytes, checksum) = read().ok_or_else(|| self.unexpected(line))?;
        let bytes = self.compare_length(bytes)?;
        Ok(Answer::Stored { bytes, checksum })
    }
}

/// Takes the failure out of the outcome: that nothing came in time, or what the result code states.
pub(super) fn check_result(name: &str, outcome: &mut Outcome) -> Result<(), HostError> {
    if let Some(failure) = outcome.timed_out.take() {
        return Err(failure);
    }
    match outcome.final_error.take() {
        None => Ok(()),
        Some(FinalError::Cme(code)) if codes::lookup(code).is_some() => Err(HostError::Module {
            command: name.into(),
            code: ModuleCode(code),
            reply: None,
            raw_code: code.into(),
            peer_address: false,
        }),
        Some(final_error) => Err(HostError::FinalError {
            command: name.into(),
            final_error,
        }),
    }
}

/// Reads a number that may be negative.
pub(super) fn parse_signed(text: &[u8]) -> Option<i64> {
    let (sign, digits) = match text.strip_prefix(b"-") {
        Some(digits) => (-1, digits),
        None => (1, text),
    };
    let number = i64::try_from(at::parse_integer(digits)?).ok()?;
    Some(sign * number)
}

/// Reads the size in `+QFLST: "UFS:a.txt",1000`.
pub(super) fn stored_size(line: &[u8]) -> Option<u64> {
    let Line::Information { fields, .. } = at::parse_reply(line) else {
        return None;
    };
    let mut fields = Fields::new(fields);
    let _name = fields.next()?;
    next_integer(&mut fields)
}

/// Reads the next field as a number.
pub(super) fn next_integer(fields: &mut Fields<'_>) -> Option<u64> {
    fields.next()?.ok().and_then(Token::integer)
}

/// Returns a text without the quotes around it.
pub(super) fn unquoted(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"\"")
        .and_then(|text| text.strip_suffix(b"\""))
        .unwrap_or(text)
}
