//! What the lines of an exchange mean: values and errors.
//!
//! URC fields are read with blanks allowed everywhere; a path stands quoted or bare (FIELD 1.6, 1.7).

use alloc::string::String;
use alloc::vec::Vec;

use super::step::{Carried, Outcome};
use super::{Failure, ModuleIdentity, Refused};
use crate::at::{self, Fields, Line, Token};
use crate::codes;
use crate::dialect::Verb;

/// What an operation gives.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answer {
    /// Nothing but success.
    Done,
    /// A size, a length, or bytes moved.
    Number(u64),
    /// A path or a time.
    Text(Vec<u8>),
    /// Information lines, whole.
    Lines(Vec<Vec<u8>>),
    /// State of the FTP service.
    State(ServiceState),
    /// Who is there.
    Identity(ModuleIdentity),
    /// Bytes moved to or from the module's store, and the module's checksum over them.
    Stored {
        /// How many.
        bytes: u64,
        /// 16-bit XOR over big-endian pairs (NEIGHBOURS 1.4).
        checksum: u16,
    },
}

/// State of the FTP service (002 §2.17).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceState {
    /// 0: a session is being opened.
    Opening,
    /// 1: a session is open and idle.
    Idle,
    /// 2: data is being transferred.
    Transferring,
    /// 3: the session is being closed.
    Closing,
    /// 4: no session.
    Closed,
}

impl ServiceState {
    fn from_number(number: u64) -> Option<Self> {
        [
            Self::Opening,
            Self::Idle,
            Self::Transferring,
            Self::Closing,
            Self::Closed,
        ]
        .get(usize::try_from(number).ok()?)
        .copied()
    }
}

/// Success or the failure that the result code states.
pub(super) fn done(name: &str, outcome: Outcome) -> Result<Outcome, Failure> {
    if let Some(failure) = outcome.timed_out {
        return Err(failure);
    }
    match outcome.refusal {
        None => Ok(outcome),
        Some(Refused::Cme(code)) if codes::lookup(code).is_some() => Err(Failure::Module {
            operation: name.into(),
            code,
            reply: None,
        }),
        Some(refusal) => Err(Failure::Refused {
            command: name.into(),
            refusal,
        }),
    }
}

/// The answer of a command of the table.
pub(super) fn of(
    verb: Verb,
    name: &str,
    carried: Carried,
    outcome: Outcome,
) -> Result<Answer, Failure> {
    let outcome = done(name, outcome)?;
    match verb {
        Verb::FileSpace | Verb::FileList => return Ok(Answer::Lines(outcome.information)),
        Verb::FileDelete => return Ok(Answer::Done),
        Verb::FileUpload | Verb::FileDownload => return stored(name, carried, &outcome),
        _ => {}
    }
    let fields = outcome.report.unwrap_or_default();
    let unexpected = || Failure::unexpected(name.into(), &fields);
    let mut rest = Fields::new(&fields);
    let code = next_integer(&mut rest).ok_or_else(unexpected)?;
    if code != 0 {
        let code = u16::try_from(code).map_err(|_| unexpected())?;
        let reply = next_integer(&mut rest)
            .and_then(|reply| u16::try_from(reply).ok())
            .filter(|reply| *reply != 0);
        return Err(Failure::Module {
            operation: name.into(),
            code,
            reply,
        });
    }
    match verb {
        Verb::FtpSize | Verb::FtpLength => next_integer(&mut rest)
            .map(Answer::Number)
            .ok_or_else(unexpected),
        Verb::FtpState => next_integer(&mut rest)
            .and_then(ServiceState::from_number)
            .map(Answer::State)
            .ok_or_else(unexpected),
        Verb::FtpModified => match rest.next() {
            Some(Ok(token)) if !token.bytes().is_empty() => {
                Ok(Answer::Text(token.bytes().to_vec()))
            }
            _ => Err(unexpected()),
        },
        Verb::FtpWorkingDir => Ok(Answer::Text(unquoted(rest.rest()).to_vec())),
        Verb::FtpPut | Verb::FtpGet | Verb::FtpList | Verb::FtpNameList | Verb::FtpMachineList => {
            let moved = next_integer(&mut rest).ok_or_else(unexpected)?;
            let expected = match carried {
                Carried::Up(length) => length,
                Carried::Nothing | Carried::Down(_) => outcome.bytes,
            };
            compared(name, moved, expected).map(Answer::Number)
        }
        _ => Ok(Answer::Done),
    }
}

/// The length that the module states must be the one that went over the line.
fn compared(name: &str, moved: u64, expected: u64) -> Result<u64, Failure> {
    if moved == expected {
        Ok(moved)
    } else {
        Err(Failure::Incomplete {
            operation: name.into(),
            moved,
            expected,
        })
    }
}

/// `+QFUPL: <n>,<checksum>`; the checksum in hexadecimal of one to four digits, in either case (NEIGHBOURS 1.4).
fn stored(name: &str, carried: Carried, outcome: &Outcome) -> Result<Answer, Failure> {
    let line = outcome.information.last().map_or(&b""[..], Vec::as_slice);
    let read = || {
        let Line::Information { fields, .. } = at::parse_reply(line) else {
            return None;
        };
        let mut fields = Fields::new(fields);
        let bytes = next_integer(&mut fields)?;
        let digits = fields.next()?.ok()?.bytes();
        let checksum = core::str::from_utf8(digits)
            .ok()
            .and_then(|digits| u16::from_str_radix(digits, 16).ok())?;
        Some((bytes, checksum))
    };
    let (bytes, checksum) = read().ok_or_else(|| Failure::unexpected(name.into(), line))?;
    let expected = match carried {
        Carried::Up(length) => length,
        Carried::Nothing | Carried::Down(_) => outcome.bytes,
    };
    compared(name, bytes, expected).map(|bytes| Answer::Stored { bytes, checksum })
}

/// The lines of a raw command; a URC that it awaits comes last, as its fields.
pub(super) fn of_raw(name: &str, outcome: Outcome) -> Result<Answer, Failure> {
    let mut outcome = done(name, outcome)?;
    if let Some(report) = outcome.report {
        let mut line = String::from(name.trim_start_matches(['A', 'T', 'a', 't'])).into_bytes();
        line.extend_from_slice(b": ");
        line.extend_from_slice(&report);
        outcome.information.push(line);
    }
    Ok(Answer::Lines(outcome.information))
}

fn reported_state(outcome: &Outcome) -> Option<ServiceState> {
    let mut fields = Fields::new(outcome.report.as_deref()?);
    let _code = next_integer(&mut fields)?;
    next_integer(&mut fields).and_then(ServiceState::from_number)
}

pub(super) fn is_transferring(outcome: &Outcome) -> bool {
    reported_state(outcome) == Some(ServiceState::Transferring)
}

pub(super) fn is_closed(outcome: &Outcome) -> bool {
    reported_state(outcome) == Some(ServiceState::Closed)
}

/// Whether `AT+QIACT?` lists the context as active: `+QIACT: <id>,<state>,<type>,"<ip>"`.
pub(super) fn is_active(context: u8, outcome: &Outcome) -> bool {
    outcome.information.iter().any(|line| {
        let Line::Information { fields, .. } = at::parse_reply(line) else {
            return false;
        };
        let mut fields = Fields::new(fields);
        next_integer(&mut fields) == Some(context.into()) && next_integer(&mut fields) == Some(1)
    })
}

fn next_integer(fields: &mut Fields<'_>) -> Option<u64> {
    fields.next()?.ok().and_then(Token::integer)
}

fn unquoted(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"\"")
        .and_then(|text| text.strip_suffix(b"\""))
        .unwrap_or(text)
}
