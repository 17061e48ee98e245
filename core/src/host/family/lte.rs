//! The family of Quectel's LTE modules (000, 002, 004).
//!
//! TLS (002 §2.1; COMMON 1 and 3): an SSL context takes the names of files in flash. Each context has files of its own,
//! `qftp5ca.pem`, `qftp5crt.pem` and `qftp5key.pem` of context 5, so that logins to two servers by two contexts leave
//! each other's alone. The login reads a file of the same size back and compares it: its 16-bit checksum would prove
//! nothing. It writes only files that differ.

use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::net::IpAddr;
use core::time::Duration;

use super::contract::HostFamily;
use super::piece_commands::PieceCommands;
use super::stored_name::StoredName;
use crate::at::{Fields, Line, Token, parse_reply, plain_text};
use crate::codes::words::{self, WordsOf};
use crate::codes::{self, FtpCode, ModuleCode};
use crate::dialect::{CommandKind, Dialect, SettingKind, Value};
use crate::host::answer::{Answer, ServiceState};
use crate::host::error::HostError;
use crate::host::login::Login;
use crate::host::operation::{Listing, Operation};
use crate::host::response::{self, AnsweredCommand, next_integer, unquoted};
use crate::host::step::login::{LoginOutline, LoginStep};
use crate::host::step::outcome::Outcome;
use crate::host::step::sequence::{
    CommandRequest, Role, Sequence, SpareSteps, find_command, on_server,
};
use crate::host::step::spare_lines::SpareLines;
use crate::host::step::{
    ACTIVATE, Content, DEACTIVATE, MARGIN, OPEN, PayloadSpec, SHORT, Step, StepKind,
    store_transfer_wait, unsupported,
};
use crate::host::tls::{CertificateRole, Tls, TlsConfigError};
use Value::{Integer, Omitted, Text};

/// `sslversion` of QSSLCFG: all that the module speaks (COMMON 3).
const ALL_VERSIONS: u64 = 4;
/// `ciphersuite` of QSSLCFG: all (COMMON 3).
const ALL_CIPHERS: u64 = 0xFFFF;
/// The longest words of a module that an error keeps, in bytes.
const MAX_WORDS: usize = 120;

/// The procedures of the family.
pub(super) struct Lte;

impl HostFamily for Lte {
    fn sequence(
        &self,
        spare: &mut SpareSteps,
        dialect: &'static Dialect,
        operation: Operation<'_>,
    ) -> Result<Sequence, HostError> {
        let place = match operation {
            Operation::StoreFetch { name, .. } | Operation::StoreSend { name, .. } => {
                Some(StoredName::parse(dialect, name)?.local_name())
            }
            _ => None,
        };
        let place = place.as_deref().unwrap_or(b"COM:");
        let request = transfer(operation, place).or_else(|| on_server(operation));
        let mut sequence = Sequence::single(spare, dialect, operation, request)?;
        match operation {
            Operation::List(..) => sequence.main.kind = StepKind::Listing,
            Operation::PutAscii { .. } | Operation::GetAscii(_) => {
                sequence.add(spare, Role::Setting, file_type(dialect, 1)?);
                sequence.add(spare, Role::Restore, file_type(dialect, 0)?);
            }
            Operation::StoreFetch { length, .. } | Operation::StoreSend { length, .. } => {
                sequence.main.wait = store_transfer_wait(length).into();
            }
            _ => {}
        }
        Ok(sequence)
    }

    fn transfer_settings(&self, dialect: &'static Dialect) -> Result<Vec<Step>, HostError> {
        Ok(vec![file_type(dialect, 0)?])
    }

    fn pieces(&self) -> Option<&'static dyn PieceCommands> {
        None
    }

    /// Adds session, context, settings, opening (002 §3.1).
    fn add_login_steps(&self, outline: &mut LoginOutline, login: &Login) -> Result<(), HostError> {
        outline.command(LoginStep::State, CommandKind::FtpState, &[], SHORT)?;
        outline.query(
            LoginStep::ContextState,
            CommandKind::ContextActivate,
            b"AT+QIACT?\r",
        )?;
        outline.command(LoginStep::Close, CommandKind::FtpClose, &[], OPEN)?;
        add_context(outline, login)?;
        if let Some(tls) = &login.tls {
            add_tls(outline, login, tls)?;
        }
        add_settings(outline, login)?;
        let timeout = Duration::from_secs(login.response_timeout_s.into());
        let wait = OPEN.max(timeout) + MARGIN;
        let server = [Text(&login.host), Integer(login.port.into())];
        outline.command(LoginStep::Open, CommandKind::FtpOpen, &server, wait)
    }

    fn check_tls(
        &self,
        dialect: &'static Dialect,
        login: &Login,
        tls: &Tls,
    ) -> Result<(), HostError> {
        let setting = dialect.setting(SettingKind::SslType);
        if !setting.is_some_and(|setting| setting.takes(Integer(tls.mode.number()))) {
            return Err(unsupported(dialect, tls.mode.operation()));
        }
        tls.check()?;
        if login.passive {
            Ok(())
        } else {
            Err(TlsConfigError::Active.into()) // COMMON 4
        }
    }

    /// Reads `<err>,<protocol_error>`, or 0 and a value (002 §2).
    fn read_answer(&self, command: &AnsweredCommand<'_>) -> Result<Answer, HostError> {
        let fields = command.report();
        let unexpected = || command.unexpected(fields);
        let mut rest = Fields::new(fields);
        let code = next_integer(&mut rest)
            .or_else(|| words::number_of(fields, WordsOf::Other).map(u64::from))
            .ok_or_else(unexpected)?;
        // 000 §3.3 prints a size alone (DIALECTS "The order of things"). A code of the table alone is an error.
        let is_code = |code| u16::try_from(code).is_ok_and(|code| codes::lookup(code).is_some());
        if command.kind == CommandKind::FtpSize
            && code != 0
            && rest.rest().is_empty()
            && !is_code(code)
        {
            return Ok(Answer::Number(code));
        }
        if code != 0 {
            let code = u16::try_from(code).map_err(|_| unexpected())?;
            let reply = next_integer(&mut rest)
                .and_then(|reply| u16::try_from(reply).ok())
                .filter(|reply| *reply != 0);
            // A number that was damaged on the line, or of a newer firmware, has no meaning here.
            let known = codes::lookup(code).map_or(codes::UNKNOWN, |_| code);
            return Err(command.module_error(ModuleCode(known), reply.map(FtpCode), code.into()));
        }
        match command.kind {
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
            _ if command.kind.moves_payload() => {
                let moved = next_integer(&mut rest).ok_or_else(unexpected)?;
                command.compare_length(moved).map(Answer::Number)
            }
            _ => Ok(Answer::Done),
        }
    }

    fn service_state(&self, outcome: &Outcome) -> Option<ServiceState> {
        let mut fields = Fields::new(outcome.report.as_deref()?);
        let _code = next_integer(&mut fields)?;
        next_integer(&mut fields).and_then(ServiceState::from_number)
    }

    /// Looks for `+QIACT: <id>,1,<type>,"<ip>"`.
    fn is_context_active(&self, context: u8, outcome: &Outcome) -> bool {
        outcome.information.iter().any(|line| {
            let Line::Information { fields, .. } = parse_reply(line) else {
                return false;
            };
            let mut fields = Fields::new(fields);
            next_integer(&mut fields) == Some(context.into())
                && next_integer(&mut fields) == Some(1)
        })
    }

    fn check_activation(&self, name: &str, outcome: &mut Outcome) -> Result<(), HostError> {
        response::check_result(name, outcome)
    }

    fn is_busy(&self, failure: &HostError) -> bool {
        matches!(
            failure,
            HostError::Module {
                code: ModuleCode::BUSY,
                ..
            }
        )
    }

    fn is_opening_elsewhere(&self, _outcome: &Outcome) -> bool {
        false
    }

    fn tls_question(&self, dialect: &'static Dialect) -> Option<Step> {
        Some(Step {
            name: "+QIGETERROR",
            ..Step::plain(dialect, b"AT+QIGETERROR\r", SHORT)
        })
    }

    /// Reads `566,certificate has expired`; `0,operate successfully` is no reason (COMMON 2.1).
    fn tls_reason(&self, outcome: &Outcome) -> Option<String> {
        let mut fields = Fields::new(outcome.information_fields()?);
        let number = fields.next()?.ok().and_then(Token::integer)?;
        let words = fields.rest().trim_ascii();
        let words = &words[..words.len().min(MAX_WORDS)];
        (number != 0 && !words.is_empty()).then(|| plain_text(words))
    }

    fn server_reply(&self, _name: &[u8], _fields: &[u8]) -> Option<u16> {
        None
    }
}

/// Makes the step of `AT+QFTPCFG="filetype",<type>` (002 §2.1).
fn file_type(dialect: &'static Dialect, number: u64) -> Result<Step, HostError> {
    let command = find_command(dialect, CommandKind::FtpConfigure, "settings")?;
    let setting = dialect
        .setting(SettingKind::FileType)
        .ok_or_else(|| unsupported(dialect, "settings"))?;
    Step::for_setting(
        &mut SpareLines::default(),
        dialect,
        command,
        setting,
        None,
        &[Integer(number)],
    )
}

/// Returns the request of a transfer whose payload is at `place`, its `<local_name>`.
fn transfer<'a>(operation: Operation<'a>, place: &'a [u8]) -> Option<CommandRequest<'a>> {
    let local = Text(place);
    let request = |kind, values: &[Value<'a>], payload| {
        Some(CommandRequest::new(kind, values).with_payload(payload))
    };
    match operation {
        Operation::Put {
            remote,
            offset,
            length,
            last,
        } => {
            let last = Integer(last.into());
            let values = [Text(remote), local, Integer(offset), Integer(length), last];
            request(CommandKind::FtpPut, &values, PayloadSpec::Up(length))
        }
        Operation::Get {
            remote,
            offset,
            length,
            expected,
        } => {
            let length = length.map_or(Omitted, Integer);
            let values = [Text(remote), local, Integer(offset), length];
            request(CommandKind::FtpGet, &values, PayloadSpec::Down(expected))
        }
        Operation::PutAscii { remote, length } => {
            let values = [Text(remote), local, Integer(0), Integer(length), Integer(1)];
            request(CommandKind::FtpPut, &values, PayloadSpec::Up(length))
        }
        // A length would make it binary.
        Operation::GetAscii(remote) => {
            let values = [Text(remote), local];
            request(CommandKind::FtpGet, &values, PayloadSpec::Down(None))
        }
        Operation::StoreFetch { remote, .. } => {
            let values = [Text(remote), local];
            request(CommandKind::FtpGet, &values, PayloadSpec::Nothing)
        }
        Operation::StoreSend { remote, .. } => {
            let values = [Text(remote), local];
            request(CommandKind::FtpPut, &values, PayloadSpec::Nothing)
        }
        Operation::List(listing, dir) => {
            let kind = match listing {
                Listing::List => CommandKind::FtpList,
                Listing::Names => CommandKind::FtpNameList,
                Listing::Machine => CommandKind::FtpMachineList,
            };
            request(kind, &[Text(dir), local], PayloadSpec::Down(None))
        }
        _ => None,
    }
}

fn add_context(outline: &mut LoginOutline, login: &Login) -> Result<(), HostError> {
    let context = Integer(login.context.into());
    if let Some(apn) = &login.apn {
        let (user, password, authentication) = login.apn_values();
        let values = [
            context,
            Integer(1),
            Text(apn),
            Text(user),
            Text(password),
            Integer(authentication),
        ];
        outline.command(
            LoginStep::Context,
            CommandKind::ContextConfigure,
            &values,
            SHORT,
        )?;
    }
    for (step, kind, wait) in [
        (LoginStep::Activate, CommandKind::ContextActivate, ACTIVATE),
        (
            LoginStep::Deactivate,
            CommandKind::ContextDeactivate,
            DEACTIVATE,
        ),
        (
            LoginStep::Reactivate,
            CommandKind::ContextActivate,
            ACTIVATE,
        ),
    ] {
        outline.command(step, kind, &[context], wait)?;
    }
    Ok(())
}

fn add_settings(outline: &mut LoginOutline, login: &Login) -> Result<(), HostError> {
    let account = [Text(&login.user), Text(&login.password)];
    let timeout = Integer(login.response_timeout_s.into());
    outline.setting(SettingKind::ContextId, &[Integer(login.context.into())])?;
    outline.setting(SettingKind::Account, &account)?;
    outline.setting(SettingKind::FileType, &[Integer(0)])?;
    outline.setting(SettingKind::TransferMode, &[Integer(login.passive.into())])?;
    outline.setting(SettingKind::ResponseTimeout, &[timeout])?;
    if let Some(address) = login.data_address {
        let values = match address.values() {
            (address, None) => vec![Integer(address)],
            (address, Some(after)) => vec![Integer(address), Integer(after)],
        };
        outline.setting(SettingKind::DataAddress, &values)?;
    }
    let mode = login.tls.as_ref().map_or(0, |tls| tls.mode.number());
    outline.setting(SettingKind::SslType, &[Integer(mode)])?;
    if let Some(tls) = &login.tls {
        outline.setting(SettingKind::SslContext, &[Integer(tls.context.into())])?;
    }
    Ok(())
}

/// Adds the files and the settings of the SSL context.
fn add_tls(outline: &mut LoginOutline, login: &Login, tls: &Tls) -> Result<(), HostError> {
    for (role, content) in tls.files() {
        add_file(outline, tls.context, role, content)?;
    }
    let host = core::str::from_utf8(&login.host);
    let is_address = host.is_ok_and(|host| host.parse::<IpAddr>().is_ok());
    let settings = [
        (SettingKind::SslVersion, ALL_VERSIONS),
        (SettingKind::CipherSuite, ALL_CIPHERS),
        (SettingKind::SecurityLevel, tls.level()),
        (SettingKind::IgnoreLocalTime, u64::from(!tls.check_dates)),
        // A name, not an address (RFC 6066 §3).
        (SettingKind::ServerName, u64::from(!is_address)),
    ];
    for (key, value) in settings {
        outline.ssl_setting(tls.context, key, Integer(value))?;
    }
    for (role, _) in tls.files() {
        let name = stored_name(tls.context, role);
        let key = match role {
            CertificateRole::Authority => SettingKind::CaCertificate,
            CertificateRole::Client => SettingKind::ClientCertificate,
            CertificateRole::PrivateKey => SettingKind::ClientKey,
        };
        outline.ssl_setting(tls.context, key, Text(name.as_bytes()))?;
    }
    Ok(())
}

/// Adds the steps of a file: asked for, read back and compared, written where it differs.
fn add_file(
    outline: &mut LoginOutline,
    context: u8,
    role: CertificateRole,
    pem: &[u8],
) -> Result<(), HostError> {
    let name = stored_name(context, role);
    let name = name.as_bytes();
    let length = pem.len() as u64;
    let dialect = outline.dialect();
    let step = |operation| {
        let single = Sequence::single(&mut SpareSteps::default(), dialect, operation, None);
        single.map(|single| single.main)
    };
    let size = step(Operation::StoreList(name))?;
    outline.push(LoginStep::FileSize(role), size);
    let read = Step {
        kind: StepKind::ReadBack,
        // The login reads it only where the sizes are equal.
        payload: PayloadSpec::Down(Some(length)),
        ..step(Operation::StoreDownload(name))?
    };
    outline.push(LoginStep::FileRead(role), read);
    let delete = step(Operation::StoreDelete(name))?;
    outline.push(LoginStep::FileDelete(role), delete);
    let write = Step {
        kind: StepKind::Certificate(Content(pem.into())),
        ..step(Operation::StoreUpload { name, length })?
    };
    outline.push(LoginStep::FileWrite(role), write);
    Ok(())
}

/// Returns the name of a file in the module's flash; eight letters and three, as is advised (COMMON 1.2).
fn stored_name(context: u8, role: CertificateRole) -> String {
    let role = match role {
        CertificateRole::Authority => "ca",
        CertificateRole::Client => "crt",
        CertificateRole::PrivateKey => "key",
    };
    format!("qftp{context}{role}.pem")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_read_and_no_reason_is_none() {
        let cases: &[(&[u8], Option<&str>)] = &[
            (
                b"+QIGETERROR: 566,certificate has expired",
                Some("certificate has expired"),
            ),
            // The text is the server's, whose quotes stand bare (002 §2.2).
            (
                b"+QIGETERROR: 566,Command \"AUTH\" not understood.",
                Some("Command \"AUTH\" not understood."),
            ),
            (
                b"+QIGETERROR: 552, invalid parameters",
                Some("invalid parameters"),
            ),
            (b"+QIGETERROR: 0,operate successfully", None),
            (b"+QIGETERROR: 566", None),
            (b"+QIGETERROR: x", None),
        ];
        for (line, expected) in cases {
            let outcome = Outcome {
                information: vec![line.to_vec()],
                ..Outcome::default()
            };
            assert_eq!(Lte.tls_reason(&outcome).as_deref(), *expected);
        }
        assert_eq!(Lte.tls_reason(&Outcome::default()), None);
    }
}
