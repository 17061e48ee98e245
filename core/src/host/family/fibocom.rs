//! The family of Fibocom's modules (003).
//!
//! Uploads and downloads go by FTPSTOR and FTPRETR, whose stuffing makes any content safe and its end certain, or in
//! counted pieces ([`pieces`]). There is no size, no time and no part of a file; the state of the service is only whether a
//! session is open.
//!
//! TLS (COMMON 8.2): the login types its files in behind a prompt, and the module keeps them until it restarts. It does
//! not report what it has, so every login gives them anew.

mod pieces;

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::contract::HostFamily;
use super::piece_commands::PieceCommands;
use crate::at::{self, Fields};
use crate::codes::{self, FtpCode, ModuleCode};
use crate::dialect::{CommandKind, Dialect, Value};
use crate::host::answer::{Answer, ServiceState};
use crate::host::error::{FinalError, HostError};
use crate::host::login::Login;
use crate::host::operation::{Listing, Operation};
use crate::host::response::{self, AnsweredCommand, parse_signed, unquoted};
use crate::host::step::login::{LoginOutline, LoginStep};
use crate::host::step::outcome::Outcome;
use crate::host::step::sequence::{CommandRequest, Sequence, SpareSteps, find_command, on_server};
use crate::host::step::{
    ACTIVATE, Content, MARGIN, OPEN, PayloadSpec, SHORT, STORE, Step, StepKind, unsupported,
};
use crate::host::tls::{CertificateRole, Tls, TlsMode};
use Value::{Integer, Omitted, Text};

/// `<file type>`: 1 is binary (003 §1.2.15).
const BINARY: Value<'static> = Integer(1);
const ASCII: Value<'static> = Integer(0);
/// GTSSLVER: TLS 1.2 (COMMON 8.2).
const TLS_1_2: u64 = 4;

/// The procedures of the family.
pub(super) struct Fibocom;

impl HostFamily for Fibocom {
    fn sequence(
        &self,
        spare: &mut SpareSteps,
        dialect: &'static Dialect,
        operation: Operation<'_>,
    ) -> Result<Sequence, HostError> {
        match operation {
            Operation::Get {
                length: Some(_), ..
            } => return Err(unsupported(dialect, "get part")),
            Operation::ServiceState => {
                let command = find_command(dialect, CommandKind::FtpOpen, operation.name())?;
                let step = Step {
                    name: command.name,
                    ..Step::plain(dialect, b"AT+FTPOPEN?\r", SHORT)
                };
                return Ok(Sequence::new(step, CommandKind::FtpState));
            }
            _ => {}
        }
        let mut sequence = Sequence::single(spare, dialect, operation, request(operation))?;
        if let Operation::List(..) = operation {
            sequence.main.kind = StepKind::Listing;
        }
        Ok(sequence)
    }

    fn transfer_settings(&self, _: &'static Dialect) -> Result<Vec<Step>, HostError> {
        Ok(Vec::new())
    }

    fn pieces(&self) -> Option<&'static dyn PieceCommands> {
        Some(&pieces::FibocomPieces)
    }

    /// Adds session, context by `AT+MIPCALL`, settings; the account stands in the opening itself (003 §3.1).
    fn add_login_steps(&self, outline: &mut LoginOutline, login: &Login) -> Result<(), HostError> {
        outline.query(LoginStep::State, CommandKind::FtpOpen, b"AT+FTPOPEN?\r")?;
        outline.query(LoginStep::ContextState, CommandKind::Call, b"AT+MIPCALL?\r")?;
        outline.command(LoginStep::Close, CommandKind::FtpClose, &[], OPEN)?;
        let apn = login.apn.as_ref().map_or(Omitted, |apn| Text(apn));
        let (user, password, authentication) = login.apn_values();
        let call = [
            Integer(1),
            apn,
            Text(user),
            Text(password),
            Integer(authentication),
        ];
        let count = if login.apn_account.is_some() { 5 } else { 2 };
        outline.command(
            LoginStep::Context,
            CommandKind::Call,
            &call[..count],
            ACTIVATE,
        )?;
        let mode = [Integer(u64::from(!login.passive))];
        outline.command(LoginStep::Setting, CommandKind::FtpMode, &mode, SHORT)?;
        // The module gives no reasons. It shows the server's replies instead (003 §1.2.3); firmware may lack that.
        let shown = [Integer(1)];
        outline.command(
            LoginStep::Attempt,
            CommandKind::FtpTranscript,
            &shown,
            SHORT,
        )?;
        let port = match login.port {
            21 => Omitted,
            port => Integer(port.into()),
        };
        let secure = match &login.tls {
            None => Omitted,
            Some(tls) => {
                add_tls(outline, tls)?;
                Integer(tls.mode.number())
            }
        };
        let values = [
            Text(&login.host),
            Text(&login.user),
            Text(&login.password),
            Omitted,
            Omitted,
            port,
            Omitted,
            secure,
        ];
        let wait = ACTIVATE + MARGIN;
        outline.command(LoginStep::Open, CommandKind::FtpOpen, &values, wait)
    }

    /// Checks the TLS mode. `<sftpmode>` of FTPOPEN is a switch (003 §1.2.1): the module does no explicit TLS.
    fn check_tls(
        &self,
        dialect: &'static Dialect,
        _login: &Login,
        tls: &Tls,
    ) -> Result<(), HostError> {
        let speaks_tls = dialect.command(CommandKind::SslMode).is_some();
        if tls.mode != TlsMode::Implicit || !speaks_tls {
            return Err(unsupported(dialect, tls.mode.operation()));
        }
        tls.check()?;
        if tls.check_dates {
            Ok(())
        } else {
            Err(unsupported(dialect, "TLS without a check of dates"))
        }
    }

    /// Reads 1 for success, or 0 for an error without a reason, unless the module shows the server's reply. A text
    /// stood behind a 2 before (003).
    fn read_answer(&self, command: &AnsweredCommand<'_>) -> Result<Answer, HostError> {
        let information = command.outcome.information_fields();
        if command.kind == CommandKind::FtpState {
            return match information {
                Some(b"1") => Ok(Answer::State(ServiceState::Idle)),
                Some(b"0") => Ok(Answer::State(ServiceState::Closed)),
                other => Err(command.unexpected(other.unwrap_or_default())),
            };
        }
        if command.kind == CommandKind::FtpPutPiece && command.outcome.report.is_none() {
            let moved = command.outcome.bytes;
            return command.compare_length(moved).map(Answer::Number);
        }
        let fields = command.report();
        match parse_signed(fields) {
            Some(1) => {}
            Some(0) => {
                let reply = command.outcome.server.map(FtpCode);
                let reply = reply.filter(|reply| reply.is_failure());
                let code = reply.map_or(ModuleCode::UNKNOWN, ModuleCode::from);
                return Err(command.module_error(code, reply, 0));
            }
            _ => return Err(command.unexpected(fields)),
        }
        match command.kind {
            CommandKind::FtpWorkingDir => {
                let text = information.and_then(|fields| {
                    let comma = memchr::memchr(b',', fields)?;
                    Some(unquoted(fields[comma + 1..].trim_ascii()).to_vec())
                });
                text.map(Answer::Text)
                    .ok_or_else(|| command.unexpected(fields))
            }
            _ if command.kind.moves_payload() => {
                let moved = command.outcome.bytes;
                command.compare_length(moved).map(Answer::Number)
            }
            _ => Ok(Answer::Done),
        }
    }

    fn service_state(&self, outcome: &Outcome) -> Option<ServiceState> {
        match outcome.information_fields()? {
            b"0" => Some(ServiceState::Closed),
            _ => Some(ServiceState::Idle),
        }
    }

    /// Looks for `+MIPCALL: 1,<ip>` (COMMON 8.1).
    fn is_context_active(&self, _context: u8, outcome: &Outcome) -> bool {
        outcome.information_fields().is_some_and(|fields| {
            let first = Fields::new(fields).next();
            first.is_some_and(|first| first.is_ok_and(|first| first.integer() == Some(1)))
        })
    }

    /// Reads `+MIPCALL: <ip>`; 0 is a call that failed.
    fn check_activation(&self, name: &str, outcome: &mut Outcome) -> Result<(), HostError> {
        response::check_result(name, outcome)?;
        match outcome.report.as_deref() {
            Some(b"0") | None => Err(HostError::Module {
                command: name.into(),
                code: ModuleCode::NETWORK,
                reply: None,
                raw_code: 0,
                peer_address: false,
            }),
            Some(_) => Ok(()),
        }
    }

    /// Recognizes the answer of a busy module; the second form comes where AT+CMEE is 0.
    fn is_busy(&self, failure: &HostError) -> bool {
        matches!(
            failure,
            HostError::FinalError {
                final_error: FinalError::Cme(codes::fibocom::WRONG_STATE) | FinalError::Error,
                ..
            }
        )
    }

    /// Recognizes another program's opening. The module reports no session until it is open (003 §1.2.1), so such an
    /// opening shows only here.
    fn is_opening_elsewhere(&self, outcome: &Outcome) -> bool {
        outcome.final_error == Some(FinalError::Cme(codes::fibocom::WRONG_STATE))
    }

    fn tls_question(&self, dialect: &'static Dialect) -> Option<Step> {
        Some(Step {
            name: "+GTSSLERR",
            ..Step::plain(dialect, b"AT+GTSSLERR?\r", SHORT)
        })
    }

    /// Reads the groups of COMMON 8.2; 0 is no error.
    fn tls_reason(&self, outcome: &Outcome) -> Option<String> {
        let fields = outcome.information_fields()?;
        let number = at::parse_integer(fields.trim_ascii().strip_prefix(b"-")?)?;
        let group = match number {
            7..=9 | 20 => "the handshake failed",
            11 => "the certificate or its dates are not accepted",
            12..=19 => "the module cannot use the certificates that it was given",
            _ => "TLS failed",
        };
        Some(format!("{group} (GTSSLERR -{number})"))
    }

    /// Reads `+FTPINFO:550 ...`, what the module shows of the control connection (003 §1.2.3). The first lines of a
    /// longer reply have a `-` behind the number.
    fn server_reply(&self, name: &[u8], fields: &[u8]) -> Option<u16> {
        if name != b"+FTPINFO" {
            return None;
        }
        let (code, rest) = fields.trim_ascii_start().split_at_checked(3)?;
        let last = rest.first().is_none_or(|byte| *byte == b' ');
        let code = at::parse_integer(code).filter(|_| last)?;
        u16::try_from(code).ok()
    }
}

fn request<'a>(operation: Operation<'a>) -> Option<CommandRequest<'a>> {
    let request = |kind, values: &[Value<'a>], payload| {
        Some(CommandRequest::new(kind, values).with_payload(payload))
    };
    match operation {
        Operation::Put {
            remote,
            offset,
            length,
            ..
        } => {
            let values = [Text(remote), BINARY, Integer(offset)];
            request(CommandKind::FtpPut, &values, PayloadSpec::Up(length))
        }
        Operation::Get {
            remote,
            offset,
            expected,
            ..
        } => {
            let values = [Text(remote), BINARY, Integer(offset)];
            request(CommandKind::FtpGet, &values, PayloadSpec::Down(expected))
        }
        Operation::PutAscii { remote, length } => {
            let values = [Text(remote), ASCII, Integer(0)];
            request(CommandKind::FtpPut, &values, PayloadSpec::Up(length))
        }
        Operation::GetAscii(remote) => {
            let values = [Text(remote), ASCII, Integer(0)];
            request(CommandKind::FtpGet, &values, PayloadSpec::Down(None))
        }
        Operation::List(Listing::List, dir) => {
            let dir = if dir.is_empty() { &b"."[..] } else { dir };
            request(CommandKind::FtpList, &[Text(dir)], PayloadSpec::Down(None))
        }
        Operation::List(..) => None,
        operation => on_server(operation),
    }
}

/// Adds the files, the version and the check.
fn add_tls(outline: &mut LoginOutline, tls: &Tls) -> Result<(), HostError> {
    for (role, content) in tls.files() {
        let name: &[u8] = match role {
            CertificateRole::Authority => b"TRUSTFILE",
            CertificateRole::Client => b"CAFILE",
            CertificateRole::PrivateKey => b"KEYFILE",
        };
        let length = content.len() as u64;
        let values = [Text(name), Integer(length)];
        let step = Step {
            payload: PayloadSpec::Up(length),
            kind: StepKind::Certificate(Content(content.into())),
            ..outline.step(CommandKind::SslFile, &values, STORE)?
        };
        outline.push(LoginStep::Setting, step);
    }
    let settings = [
        (CommandKind::SslVersion, TLS_1_2),
        (CommandKind::SslMode, u64::from(tls.verify)),
    ];
    for (kind, value) in settings {
        outline.command(LoginStep::Setting, kind, &[Integer(value)], SHORT)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    #[test]
    fn the_server_s_reply_is_the_last_line_of_it() {
        let reply = |fields: &[u8]| Fibocom.server_reply(b"+FTPINFO", fields);
        assert_eq!(reply(b"550 Not there"), Some(550));
        assert_eq!(reply(b" 226"), Some(226));
        for other in [&b"DELE 550"[..], b"220-Welcome", b"2260", b"22", b""] {
            assert_eq!(reply(other), None, "{}", other.escape_ascii());
        }
        assert_eq!(Fibocom.server_reply(b"+FTPDEL", b"550 x"), None);
    }

    #[test]
    fn reasons_are_read_and_no_reason_is_none() {
        for (line, expected) in [
            (&b"+GTSSLERR: -11"[..], Some("dates")),
            (b"+GTSSLERR: -20", Some("handshake failed")),
            (b"+GTSSLERR: -12", Some("cannot use")),
            (b"+GTSSLERR: -19", Some("cannot use")),
            (b"+GTSSLERR: -21", Some("TLS failed")),
            (b"+GTSSLERR: 0", None),
        ] {
            let outcome = Outcome {
                information: vec![line.to_vec()],
                ..Outcome::default()
            };
            let why = Fibocom.tls_reason(&outcome);
            assert_eq!(why.is_some(), expected.is_some());
            assert!(
                why.unwrap_or_default()
                    .contains(expected.unwrap_or_default())
            );
        }
    }
}
