//! What the lines of an exchange mean: values and errors.
//!
//! URC fields are read with blanks allowed everywhere; a path stands quoted or bare (FIELD 1.6, 1.7).

use alloc::string::String;
use alloc::vec::Vec;

use super::step::{Outcome, PayloadSpec};
use super::{FinalError, HostError, ModuleIdentity};
use crate::at::{self, Fields, Line, Token};
use crate::codes::{self, FtpCode, ModuleCode};
use crate::dialect::{CommandKind, Family};

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
    /// State of the FTP family.
    State(ServiceState),
    /// Who is there.
    Identity(ModuleIdentity),
    /// Bytes moved to or from the module's store, and the module's checksum over them.
    Stored {
        /// How many.
        bytes: u64,
        /// 16-bit XOR over big-endian pairs (COMMON 1.4).
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
pub(super) fn done(name: &str, outcome: Outcome) -> Result<Outcome, HostError> {
    if let Some(failure) = outcome.timed_out {
        return Err(failure);
    }
    match outcome.refusal {
        None => Ok(outcome),
        Some(FinalError::Cme(code)) if codes::lookup(code).is_some() => Err(HostError::Module {
            command: name.into(),
            code: ModuleCode(code),
            reply: None,
            raw_code: code.into(),
        }),
        Some(refusal) => Err(HostError::FinalError {
            command: name.into(),
            final_error: refusal,
        }),
    }
}

/// Whether a command that only sets something has done so.
pub(super) fn of_setting(family: Family, name: &str, outcome: Outcome) -> Result<(), HostError> {
    if outcome.report.is_none() {
        return done(name, outcome).map(drop);
    }
    let kind = CommandKind::FtpConfigure;
    of(family, kind, name, PayloadSpec::Nothing, outcome).map(drop)
}

/// The answer of a command of the table.
pub(super) fn of(
    family: Family,
    kind: CommandKind,
    name: &str,
    carried: PayloadSpec,
    outcome: Outcome,
) -> Result<Answer, HostError> {
    let outcome = done(name, outcome)?;
    match kind {
        CommandKind::FileSpace | CommandKind::FileList => {
            return Ok(Answer::Lines(outcome.information));
        }
        CommandKind::FileDelete => return Ok(Answer::Done),
        CommandKind::FileUpload | CommandKind::FileDownload => {
            return stored(name, carried, &outcome);
        }
        _ => {}
    }
    match family {
        Family::Lte => of_lte(kind, name, carried, outcome),
        Family::Gsm => of_gsm(kind, name, carried, &outcome),
        Family::Fibocom => of_fibocom(kind, name, carried, &outcome),
    }
}

/// `<err>,<protocol_error>`, or 0 and a value (002 §2).
fn of_lte(
    kind: CommandKind,
    name: &str,
    carried: PayloadSpec,
    outcome: Outcome,
) -> Result<Answer, HostError> {
    let fields = outcome.report.unwrap_or_default();
    let unexpected = || HostError::unexpected(name.into(), &fields);
    let mut rest = Fields::new(&fields);
    let code = next_integer(&mut rest)
        .or_else(|| codes::of_words(&fields).map(u64::from))
        .ok_or_else(unexpected)?;
    if code != 0 {
        let code = u16::try_from(code).map_err(|_| unexpected())?;
        let reply = next_integer(&mut rest)
            .and_then(|reply| u16::try_from(reply).ok())
            .filter(|reply| *reply != 0);
        return Err(HostError::Module {
            command: name.into(),
            code: ModuleCode(code),
            reply: reply.map(FtpCode),
            raw_code: code.into(),
        });
    }
    match kind {
        CommandKind::FtpSize | CommandKind::FtpLength => next_integer(&mut rest)
            .map(Answer::Number)
            .ok_or_else(unexpected),
        CommandKind::FtpState => next_integer(&mut rest)
            .and_then(ServiceState::from_number)
            .map(Answer::State)
            .ok_or_else(unexpected),
        CommandKind::FtpModified => match rest.next() {
            Some(Ok(token)) if !token.bytes().is_empty() => {
                Ok(Answer::Text(token.bytes().to_vec()))
            }
            _ => Err(unexpected()),
        },
        CommandKind::FtpWorkingDir => Ok(Answer::Text(unquoted(rest.rest()).to_vec())),
        kind if is_transfer(kind) => {
            let moved = next_integer(&mut rest).ok_or_else(unexpected)?;
            compared(name, moved, expected(carried, outcome.bytes)).map(Answer::Number)
        }
        _ => Ok(Answer::Done),
    }
}

/// One number, negative for an error (001 §2.2, §3).
fn of_gsm(
    kind: CommandKind,
    name: &str,
    carried: PayloadSpec,
    outcome: &Outcome,
) -> Result<Answer, HostError> {
    match kind {
        CommandKind::FtpLength => {
            let number = information(outcome).and_then(at::parse_integer);
            return number
                .map(Answer::Number)
                .ok_or_else(|| HostError::unexpected(name.into(), b""));
        }
        CommandKind::FtpState => {
            return gsm_state(outcome)
                .map(Answer::State)
                .ok_or_else(|| HostError::unexpected(name.into(), b""));
        }
        _ => {}
    }
    let fields = outcome.report.as_deref().unwrap_or_default();
    if kind == CommandKind::FtpWorkingDir {
        return Ok(Answer::Text(unquoted(fields).to_vec()));
    }
    let unexpected = || HostError::unexpected(name.into(), fields);
    let number = signed(fields).ok_or_else(unexpected)?;
    if let Ok(raw_code) = i32::try_from(number)
        && raw_code < 0
    {
        let (code, reply) = codes::from_gsm(raw_code).unwrap_or((codes::UNKNOWN, None));
        return Err(HostError::Module {
            command: name.into(),
            code: ModuleCode(code),
            reply: reply.map(FtpCode),
            raw_code,
        });
    }
    let number = u64::try_from(number).map_err(|_| unexpected())?;
    match kind {
        CommandKind::FtpSize => Ok(Answer::Number(number)),
        kind if is_transfer(kind) => {
            compared(name, number, expected(carried, outcome.bytes)).map(Answer::Number)
        }
        _ if number == 0 => Ok(Answer::Done),
        _ => Err(unexpected()),
    }
}

/// 1, or 0 for an error without a word why, unless the module shows what the server said; a text stood behind a 2 before (003).
fn of_fibocom(
    kind: CommandKind,
    name: &str,
    carried: PayloadSpec,
    outcome: &Outcome,
) -> Result<Answer, HostError> {
    if kind == CommandKind::FtpState {
        return match information(outcome) {
            Some(b"1") => Ok(Answer::State(ServiceState::Idle)),
            Some(b"0") => Ok(Answer::State(ServiceState::Closed)),
            other => Err(HostError::unexpected(
                name.into(),
                other.unwrap_or_default(),
            )),
        };
    }
    let fields = outcome.report.as_deref().unwrap_or_default();
    match signed(fields) {
        Some(1) => {}
        Some(0) => {
            let reply = outcome.server.map(FtpCode);
            let reply = reply.filter(|reply| reply.is_failure());
            return Err(HostError::Module {
                command: name.into(),
                code: reply.map_or(ModuleCode::UNKNOWN, FtpCode::module_code),
                reply,
                raw_code: 0,
            });
        }
        _ => return Err(HostError::unexpected(name.into(), fields)),
    }
    match kind {
        CommandKind::FtpWorkingDir => {
            let text = information(outcome).and_then(|fields| {
                let comma = memchr::memchr(b',', fields)?;
                Some(unquoted(fields[comma + 1..].trim_ascii()).to_vec())
            });
            text.map(Answer::Text)
                .ok_or_else(|| HostError::unexpected(name.into(), fields))
        }
        kind if is_transfer(kind) => {
            let moved = expected(carried, outcome.bytes);
            compared(name, outcome.bytes, moved).map(Answer::Number)
        }
        _ => Ok(Answer::Done),
    }
}

fn is_transfer(kind: CommandKind) -> bool {
    matches!(
        kind,
        CommandKind::FtpPut
            | CommandKind::FtpGet
            | CommandKind::FtpList
            | CommandKind::FtpNameList
            | CommandKind::FtpMachineList
    )
}

/// How many bytes a transfer must have moved.
fn expected(carried: PayloadSpec, received: u64) -> u64 {
    match carried {
        PayloadSpec::Up(length) => length,
        PayloadSpec::Nothing | PayloadSpec::Down(_) => received,
    }
}

/// What stands behind the colon of the last information line.
fn information(outcome: &Outcome) -> Option<&[u8]> {
    match at::parse_reply(outcome.information.last()?) {
        Line::Information { fields, .. } => Some(fields),
        _ => None,
    }
}

fn signed(text: &[u8]) -> Option<i64> {
    let (sign, digits) = match text.strip_prefix(b"-") {
        Some(digits) => (-1, digits),
        None => (1, text),
    };
    i64::try_from(at::parse_integer(digits)?)
        .ok()
        .map(|number| sign * number)
}

/// A state as a word (001 §2.2.9).
fn gsm_state(outcome: &Outcome) -> Option<ServiceState> {
    Some(match information(outcome)? {
        b"IDLE" | b"CLOSED" => ServiceState::Closed,
        b"OPENING" => ServiceState::Opening,
        b"OPENED" => ServiceState::Idle,
        b"WORKING" | b"TRANSFER" => ServiceState::Transferring,
        b"CLOSING" => ServiceState::Closing,
        _ => return None,
    })
}

/// The length that the module states must be the one that went over the line.
fn compared(name: &str, moved: u64, expected: u64) -> Result<u64, HostError> {
    if moved == expected {
        Ok(moved)
    } else {
        Err(HostError::Incomplete {
            command: name.into(),
            bytes_confirmed: moved,
            expected,
        })
    }
}

/// `+QFUPL: <n>,<checksum>`; the checksum in hexadecimal of one to four digits, in either case (COMMON 1.4).
fn stored(name: &str, carried: PayloadSpec, outcome: &Outcome) -> Result<Answer, HostError> {
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
    let (bytes, checksum) = read().ok_or_else(|| HostError::unexpected(name.into(), line))?;
    let expected = match carried {
        PayloadSpec::Up(length) => length,
        PayloadSpec::Nothing | PayloadSpec::Down(_) => outcome.bytes,
    };
    compared(name, bytes, expected).map(|bytes| Answer::Stored { bytes, checksum })
}

/// The lines of a raw command; a URC that it awaits comes last, as its fields.
pub(super) fn of_raw(name: &str, outcome: Outcome) -> Result<Answer, HostError> {
    let mut outcome = done(name, outcome)?;
    if let Some(report) = outcome.report {
        let mut line = String::from(name.trim_start_matches(['A', 'T', 'a', 't'])).into_bytes();
        line.extend_from_slice(b": ");
        line.extend_from_slice(&report);
        outcome.information.push(line);
    }
    if !outcome.payload.0.is_empty() {
        outcome.information.push(outcome.payload.0);
    }
    Ok(Answer::Lines(outcome.information))
}

fn reported_state(family: Family, outcome: &Outcome) -> Option<ServiceState> {
    match family {
        Family::Lte => {
            let mut fields = Fields::new(outcome.report.as_deref()?);
            let _code = next_integer(&mut fields)?;
            next_integer(&mut fields).and_then(ServiceState::from_number)
        }
        Family::Gsm => gsm_state(outcome),
        Family::Fibocom => match information(outcome)? {
            b"0" => Some(ServiceState::Closed),
            _ => Some(ServiceState::Idle),
        },
    }
}

pub(super) fn is_transferring(family: Family, outcome: &Outcome) -> bool {
    reported_state(family, outcome) == Some(ServiceState::Transferring)
}

pub(super) fn is_closed(family: Family, outcome: &Outcome) -> bool {
    reported_state(family, outcome) == Some(ServiceState::Closed)
}

/// Whether a session is there that is to be closed.
pub(super) fn is_open(family: Family, outcome: &Outcome) -> bool {
    reported_state(family, outcome).is_some_and(|state| state != ServiceState::Closed)
}

/// Whether another command of the service is still under way.
pub(super) fn is_busy(family: Family, failure: &HostError) -> bool {
    match (family, failure) {
        (Family::Lte | Family::Gsm, HostError::Module { code, .. }) => *code == ModuleCode::BUSY,
        // The second one where AT+CMEE is 0.
        (
            Family::Fibocom,
            HostError::FinalError {
                final_error: refusal,
                ..
            },
        ) => matches!(
            refusal,
            FinalError::Cme(codes::fibocom::WRONG_STATE) | FinalError::Error
        ),
        _ => false,
    }
}

/// Whether `AT+MIPCALL?` says that the context is up: `+MIPCALL: 1,<ip>` (COMMON 8.1).
pub(super) fn is_called(outcome: &Outcome) -> bool {
    information(outcome).is_some_and(|fields| {
        Fields::new(fields)
            .next()
            .is_some_and(|first| first.is_ok_and(|first| first.integer() == Some(1)))
    })
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

/// The size in `+QFLST: "UFS:a.txt",1000`.
pub(super) fn size_of_stored(line: &[u8]) -> Option<u64> {
    let Line::Information { fields, .. } = at::parse_reply(line) else {
        return None;
    };
    let mut fields = Fields::new(fields);
    let _name = fields.next()?;
    next_integer(&mut fields)
}

fn next_integer(fields: &mut Fields<'_>) -> Option<u64> {
    fields.next()?.ok().and_then(Token::integer)
}

fn unquoted(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"\"")
        .and_then(|text| text.strip_suffix(b"\""))
        .unwrap_or(text)
}
