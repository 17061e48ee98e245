//! What the lines of an exchange mean: values and errors.
//!
//! URC fields are read with blanks allowed everywhere; a path stands quoted or bare (FIELD 1.6, 1.7).

use alloc::string::String;
use alloc::vec::Vec;

use super::step::{Carried, Outcome};
use super::{Failure, ModuleIdentity, Refused};
use crate::at::{self, Fields, Line, Token};
use crate::codes;
use crate::dialect::{Service, Verb};

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
            said: code.into(),
        }),
        Some(refusal) => Err(Failure::Refused {
            command: name.into(),
            refusal,
        }),
    }
}

/// Whether a command that only sets something has done so.
pub(super) fn of_setting(service: Service, name: &str, outcome: Outcome) -> Result<(), Failure> {
    if outcome.report.is_none() {
        return done(name, outcome).map(drop);
    }
    let verb = Verb::FtpConfigure;
    of(service, verb, name, Carried::Nothing, outcome).map(drop)
}

/// The answer of a command of the table.
pub(super) fn of(
    service: Service,
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
    match service {
        Service::Lte => of_lte(verb, name, carried, outcome),
        Service::Gsm => of_gsm(verb, name, carried, &outcome),
        Service::Fibocom => of_fibocom(verb, name, carried, &outcome),
    }
}

/// `<err>,<protocol_error>`, or 0 and a value (002 §2).
fn of_lte(verb: Verb, name: &str, carried: Carried, outcome: Outcome) -> Result<Answer, Failure> {
    let fields = outcome.report.unwrap_or_default();
    let unexpected = || Failure::unexpected(name.into(), &fields);
    let mut rest = Fields::new(&fields);
    let code = next_integer(&mut rest)
        .or_else(|| codes::of_words(&fields).map(u64::from))
        .ok_or_else(unexpected)?;
    if code != 0 {
        let code = u16::try_from(code).map_err(|_| unexpected())?;
        let reply = next_integer(&mut rest)
            .and_then(|reply| u16::try_from(reply).ok())
            .filter(|reply| *reply != 0);
        return Err(Failure::Module {
            operation: name.into(),
            code,
            reply,
            said: code.into(),
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
        verb if is_transfer(verb) => {
            let moved = next_integer(&mut rest).ok_or_else(unexpected)?;
            compared(name, moved, expected(carried, outcome.bytes)).map(Answer::Number)
        }
        _ => Ok(Answer::Done),
    }
}

/// One number, negative for an error (001 §2.2, §3).
fn of_gsm(verb: Verb, name: &str, carried: Carried, outcome: &Outcome) -> Result<Answer, Failure> {
    match verb {
        Verb::FtpLength => {
            let number = information(outcome).and_then(at::parse_integer);
            return number
                .map(Answer::Number)
                .ok_or_else(|| Failure::unexpected(name.into(), b""));
        }
        Verb::FtpState => {
            return gsm_state(outcome)
                .map(Answer::State)
                .ok_or_else(|| Failure::unexpected(name.into(), b""));
        }
        _ => {}
    }
    let fields = outcome.report.as_deref().unwrap_or_default();
    if verb == Verb::FtpWorkingDir {
        return Ok(Answer::Text(unquoted(fields).to_vec()));
    }
    let unexpected = || Failure::unexpected(name.into(), fields);
    let number = signed(fields).ok_or_else(unexpected)?;
    if let Ok(said) = i32::try_from(number)
        && said < 0
    {
        let (code, reply) = codes::from_gsm(said).unwrap_or((codes::UNKNOWN, None));
        return Err(Failure::Module {
            operation: name.into(),
            code,
            reply,
            said,
        });
    }
    let number = u64::try_from(number).map_err(|_| unexpected())?;
    match verb {
        Verb::FtpSize => Ok(Answer::Number(number)),
        verb if is_transfer(verb) => {
            compared(name, number, expected(carried, outcome.bytes)).map(Answer::Number)
        }
        _ if number == 0 => Ok(Answer::Done),
        _ => Err(unexpected()),
    }
}

/// 1, or 0 for an error without a word why, unless the module shows what the server said; a text stood behind a 2 before (003).
fn of_fibocom(
    verb: Verb,
    name: &str,
    carried: Carried,
    outcome: &Outcome,
) -> Result<Answer, Failure> {
    if verb == Verb::FtpState {
        return match information(outcome) {
            Some(b"1") => Ok(Answer::State(ServiceState::Idle)),
            Some(b"0") => Ok(Answer::State(ServiceState::Closed)),
            other => Err(Failure::unexpected(name.into(), other.unwrap_or_default())),
        };
    }
    let fields = outcome.report.as_deref().unwrap_or_default();
    match signed(fields) {
        Some(1) => {}
        Some(0) => {
            let reply = outcome.server.filter(|reply| *reply >= 400);
            return Err(Failure::Module {
                operation: name.into(),
                code: reply.map_or(codes::UNKNOWN, codes::for_reply),
                reply,
                said: 0,
            });
        }
        _ => return Err(Failure::unexpected(name.into(), fields)),
    }
    match verb {
        Verb::FtpWorkingDir => {
            let text = information(outcome).and_then(|fields| {
                let comma = memchr::memchr(b',', fields)?;
                Some(unquoted(fields[comma + 1..].trim_ascii()).to_vec())
            });
            text.map(Answer::Text)
                .ok_or_else(|| Failure::unexpected(name.into(), fields))
        }
        verb if is_transfer(verb) => {
            let moved = expected(carried, outcome.bytes);
            compared(name, outcome.bytes, moved).map(Answer::Number)
        }
        _ => Ok(Answer::Done),
    }
}

fn is_transfer(verb: Verb) -> bool {
    matches!(
        verb,
        Verb::FtpPut | Verb::FtpGet | Verb::FtpList | Verb::FtpNameList | Verb::FtpMachineList
    )
}

/// How many bytes a transfer must have moved.
fn expected(carried: Carried, received: u64) -> u64 {
    match carried {
        Carried::Up(length) => length,
        Carried::Nothing | Carried::Down(_) => received,
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
    if !outcome.payload.0.is_empty() {
        outcome.information.push(outcome.payload.0);
    }
    Ok(Answer::Lines(outcome.information))
}

fn reported_state(service: Service, outcome: &Outcome) -> Option<ServiceState> {
    match service {
        Service::Lte => {
            let mut fields = Fields::new(outcome.report.as_deref()?);
            let _code = next_integer(&mut fields)?;
            next_integer(&mut fields).and_then(ServiceState::from_number)
        }
        Service::Gsm => gsm_state(outcome),
        Service::Fibocom => match information(outcome)? {
            b"0" => Some(ServiceState::Closed),
            _ => Some(ServiceState::Idle),
        },
    }
}

pub(super) fn is_transferring(service: Service, outcome: &Outcome) -> bool {
    reported_state(service, outcome) == Some(ServiceState::Transferring)
}

pub(super) fn is_closed(service: Service, outcome: &Outcome) -> bool {
    reported_state(service, outcome) == Some(ServiceState::Closed)
}

/// Whether a session is there that is to be closed.
pub(super) fn is_open(service: Service, outcome: &Outcome) -> bool {
    reported_state(service, outcome).is_some_and(|state| state != ServiceState::Closed)
}

/// Whether another command of the service is still under way.
pub(super) fn is_busy(service: Service, failure: &Failure) -> bool {
    match (service, failure) {
        (Service::Lte | Service::Gsm, Failure::Module { code, .. }) => *code == codes::BUSY,
        // The second one where AT+CMEE is 0.
        (Service::Fibocom, Failure::Refused { refusal, .. }) => matches!(
            refusal,
            Refused::Cme(codes::fibocom::WRONG_STATE) | Refused::Error
        ),
        _ => false,
    }
}

/// Whether `AT+MIPCALL?` says that the context is up: `+MIPCALL: 1,<ip>` (NEIGHBOURS 8.1).
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
