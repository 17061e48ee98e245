//! The family of Quectel's GSM modules (001).
//!
//! The start of a transfer is a setting of its own, which lasts for that transfer. The host sets it where it is not 0,
//! and behind a transfer that failed, which may have left another one. Behind a download the manual wants an `AT`, whose
//! `OK` shows that what looked like the end was no content (001 §4.3.1); where the length was known before, it shows that
//! already.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::contract::HostFamily;
use super::piece_commands::PieceCommands;
use super::stored_name::StoredName;
use crate::at;
use crate::codes::{self, FtpCode, ModuleCode};
use crate::dialect::{CommandKind, Dialect, ResponseFormat, SettingKind, Value};
use crate::host::answer::{Answer, ServiceState};
use crate::host::error::HostError;
use crate::host::login::Login;
use crate::host::operation::Operation;
use crate::host::response::{self, AnsweredCommand, parse_signed, unquoted};
use crate::host::step::login::{LoginOutline, LoginStep};
use crate::host::step::outcome::Outcome;
use crate::host::step::sequence::{
    CommandRequest, Role, Sequence, SpareSteps, find_command, on_server,
};
use crate::host::step::spare_lines::SpareLines;
use crate::host::step::{
    ACTIVATE, BYTES_PER_SECOND, MARGIN, OPEN, PayloadSpec, SHORT, Step, store_transfer_wait,
    unsupported,
};
use crate::host::tls::Tls;
use Value::{Integer, Text};

/// `<time>` of QFTPPUT: its default, at the least, and what a slow network needs for the bytes (001 §2.2.3).
const INPUT_TIME: u64 = 900;
const LONGEST_TIME: u64 = 65535;
/// The place of a payload that goes over the line (001 §2.2.8).
const LINE: &[u8] = b"/COM/";

/// The procedures of the family.
pub(super) struct Gsm;

impl HostFamily for Gsm {
    fn sequence(
        &self,
        spare: &mut SpareSteps,
        dialect: &'static Dialect,
        operation: Operation<'_>,
    ) -> Result<Sequence, HostError> {
        if let Operation::Get {
            length: Some(_), ..
        } = operation
        {
            return Err(unsupported(dialect, "get part"));
        }
        if let Operation::WorkingDir = operation {
            let command = find_command(dialect, CommandKind::FtpChangeDir, operation.name())?;
            let step = Step {
                name: command.name,
                format: command.reply,
                ..Step::plain(dialect, b"AT+QFTPPATH?\r", SHORT)
            };
            return Ok(Sequence::new(step, CommandKind::FtpWorkingDir));
        }
        let mut sequence = Sequence::single(spare, dialect, operation, request(operation))?;
        match operation {
            Operation::Put { offset, .. } | Operation::Get { offset, .. } => {
                let start = start_at(spare, dialect, offset)?;
                sequence.add(spare, Role::Start, start);
            }
            Operation::PutAscii { .. } | Operation::GetAscii(_) => {
                let start = start_at(spare, dialect, 0)?;
                sequence.add(spare, Role::Start, start);
                let ascii = setting(&mut spare.lines, dialect, SettingKind::FileType, Integer(1))?;
                sequence.add(spare, Role::Setting, ascii);
                let binary = setting(&mut spare.lines, dialect, SettingKind::FileType, Integer(0))?;
                sequence.add(spare, Role::Restore, binary);
            }
            Operation::StoreFetch { name, length, .. }
            | Operation::StoreSend { name, length, .. } => {
                let place = StoredName::parse(dialect, name)?.path();
                let place = setting(&mut spare.lines, dialect, SettingKind::Place, Text(&place))?;
                sequence.add(spare, Role::Setting, place);
                let start = start_at(spare, dialect, 0)?;
                sequence.add(spare, Role::Start, start);
                sequence.main.format = ResponseFormat::ResultUrc;
                sequence.main.wait = store_transfer_wait(length).into();
                let line = setting(&mut spare.lines, dialect, SettingKind::Place, Text(LINE))?;
                sequence.add(spare, Role::Restore, line);
            }
            _ => {}
        }
        if let Operation::Get { expected: None, .. } | Operation::GetAscii(_) = operation {
            let after = Step::plain(dialect, b"AT\r", SHORT);
            sequence.add(spare, Role::After, after);
        }
        Ok(sequence)
    }

    fn transfer_settings(&self, dialect: &'static Dialect) -> Result<Vec<Step>, HostError> {
        Ok(vec![
            setting(
                &mut SpareLines::default(),
                dialect,
                SettingKind::Place,
                Text(LINE),
            )?,
            setting(
                &mut SpareLines::default(),
                dialect,
                SettingKind::FileType,
                Integer(0),
            )?,
        ])
    }

    fn pieces(&self) -> Option<&'static dyn PieceCommands> {
        None
    }

    /// Adds session, settings, opening. The module brings its context up by itself (001 §4.1).
    fn add_login_steps(&self, outline: &mut LoginOutline, login: &Login) -> Result<(), HostError> {
        outline.command(LoginStep::State, CommandKind::FtpState, &[], SHORT)?;
        outline.command(LoginStep::Close, CommandKind::FtpClose, &[], OPEN)?;
        if let Some(apn) = &login.apn {
            let (user, password, _) = login.apn_values();
            let values = [Integer(1), Text(apn), Text(user), Text(password)];
            // Without an account the command is as short as in 001 §4.1. It has no place for the authentication.
            let count = if login.apn_account.is_some() { 4 } else { 2 };
            outline.command(
                LoginStep::Attempt,
                CommandKind::ContextConfigure,
                &values[..count],
                SHORT,
            )?;
        }
        let dialect = outline.dialect();
        for (kind, value) in [
            (SettingKind::TransferMode, Integer(login.passive.into())),
            (SettingKind::FileType, Integer(0)),
            (SettingKind::ResumePoint, Integer(0)),
            (SettingKind::Place, Text(LINE)),
        ] {
            outline.push(
                LoginStep::Setting,
                setting(&mut SpareLines::default(), dialect, kind, value)?,
            );
        }
        for (kind, value) in [
            (CommandKind::FtpUser, &login.user),
            (CommandKind::FtpPassword, &login.password),
        ] {
            outline.command(LoginStep::Setting, kind, &[Text(value)], SHORT)?;
        }
        let server = [Text(&login.host), Integer(login.port.into())];
        let wait = ACTIVATE + MARGIN;
        outline.command(LoginStep::Open, CommandKind::FtpOpen, &server, wait)
    }

    fn check_tls(
        &self,
        dialect: &'static Dialect,
        _login: &Login,
        tls: &Tls,
    ) -> Result<(), HostError> {
        Err(unsupported(dialect, tls.mode.operation()))
    }

    /// Reads one number, negative for an error (001 §2.2, §3).
    fn read_answer(&self, command: &AnsweredCommand<'_>) -> Result<Answer, HostError> {
        match command.kind {
            CommandKind::FtpLength => {
                let fields = command.outcome.information_fields();
                return fields
                    .and_then(at::parse_integer)
                    .map(Answer::Number)
                    .ok_or_else(|| command.unexpected(b""));
            }
            CommandKind::FtpState => {
                return self
                    .service_state(command.outcome)
                    .map(Answer::State)
                    .ok_or_else(|| command.unexpected(b""));
            }
            _ => {}
        }
        let fields = command.report();
        if command.kind == CommandKind::FtpWorkingDir {
            return Ok(Answer::Text(unquoted(fields).to_vec()));
        }
        let unexpected = || command.unexpected(fields);
        let number = parse_signed(fields).ok_or_else(unexpected)?;
        if let Ok(raw_code) = i32::try_from(number)
            && raw_code < 0
        {
            let (code, reply) = codes::from_gsm(raw_code).unwrap_or((codes::UNKNOWN, None));
            return Err(command.module_error(ModuleCode(code), reply.map(FtpCode), raw_code));
        }
        let number = u64::try_from(number).map_err(|_| unexpected())?;
        match command.kind {
            CommandKind::FtpSize => Ok(Answer::Number(number)),
            _ if command.kind.moves_payload() => command.compare_length(number).map(Answer::Number),
            _ if number == 0 => Ok(Answer::Done),
            _ => Err(unexpected()),
        }
    }

    /// Reads the state as a word (001 §2.2.9).
    fn service_state(&self, outcome: &Outcome) -> Option<ServiceState> {
        Some(match outcome.information_fields()? {
            b"IDLE" | b"CLOSED" => ServiceState::Closed,
            b"OPENING" => ServiceState::Opening,
            b"OPENED" => ServiceState::Idle,
            b"WORKING" | b"TRANSFER" => ServiceState::Transferring,
            b"CLOSING" => ServiceState::Closing,
            _ => return None,
        })
    }

    fn is_context_active(&self, _context: u8, _outcome: &Outcome) -> bool {
        false
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

    fn tls_question(&self, _dialect: &'static Dialect) -> Option<Step> {
        None
    }

    fn tls_reason(&self, _outcome: &Outcome) -> Option<String> {
        None
    }

    fn server_reply(&self, _name: &[u8], _fields: &[u8]) -> Option<u16> {
        None
    }
}

fn request(operation: Operation<'_>) -> Option<CommandRequest<'_>> {
    let on_path =
        |kind, path, payload| Some(CommandRequest::new(kind, &[Text(path)]).with_payload(payload));
    match operation {
        Operation::Put { remote, length, .. } | Operation::PutAscii { remote, length } => {
            let time = (length / BYTES_PER_SECOND).clamp(INPUT_TIME, LONGEST_TIME);
            let values = [Text(remote), Integer(length), Integer(time)];
            let request = CommandRequest::new(CommandKind::FtpPut, &values);
            Some(request.with_payload(PayloadSpec::Up(length)))
        }
        Operation::Get {
            remote, expected, ..
        } => on_path(CommandKind::FtpGet, remote, PayloadSpec::Down(expected)),
        Operation::GetAscii(remote) => {
            on_path(CommandKind::FtpGet, remote, PayloadSpec::Down(None))
        }
        Operation::StoreFetch { remote, .. } => {
            on_path(CommandKind::FtpGet, remote, PayloadSpec::Nothing)
        }
        // Size 0 is all of the file (001 §2.2.3).
        Operation::StoreSend { remote, .. } => {
            let values = [Text(remote), Integer(0)];
            Some(CommandRequest::new(CommandKind::FtpPut, &values))
        }
        Operation::List(..) => None,
        operation => on_server(operation),
    }
}

/// Makes the step that has a transfer start at an offset.
fn start_at(
    spare: &mut SpareSteps,
    dialect: &'static Dialect,
    offset: u64,
) -> Result<Step, HostError> {
    let kind = SettingKind::ResumePoint;
    setting(&mut spare.lines, dialect, kind, Integer(offset))
}

/// Makes the step of `AT+QFTPCFG=<type>,<value>`, whose success its URC tells.
fn setting(
    spare: &mut SpareLines,
    dialect: &'static Dialect,
    kind: SettingKind,
    value: Value<'_>,
) -> Result<Step, HostError> {
    let command = find_command(dialect, CommandKind::FtpConfigure, "settings")?;
    let setting = dialect
        .setting(kind)
        .ok_or_else(|| unsupported(dialect, "settings"))?;
    Ok(Step {
        format: command.reply,
        ..Step::for_setting(spare, dialect, command, setting, None, &[value])?
    })
}
