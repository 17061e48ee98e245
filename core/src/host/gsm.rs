//! Operations in the dialect of Quectel's GSM modules (001).
//!
//! The start of a transfer is a setting of its own, which lasts for that transfer; it is set always, since a transfer
//! that failed may have left another one. Behind a download the manual wants an `AT`, whose `OK` shows that the line is
//! in command mode (001 §4.3.1).

use alloc::vec;
use alloc::vec::Vec;

use super::operation::{self, Operation, REPORT, Sequence, Wanted};
use super::step::{PayloadSpec, SHORT, Step};
use super::{HostError, Login};
use crate::dialect::{CommandKind, Dialect, Family, SettingKind, Value};

/// `<time>` of QFTPPUT: its default, at the least, and what a slow network needs for the bytes (001 §2.2.3).
const INPUT_TIME: u64 = 900;
const LONGEST_TIME: u64 = 65535;
const BYTES_PER_SECOND: u64 = 500;

pub(super) fn sequence(
    dialect: &'static Dialect,
    operation: Operation<'_>,
) -> Result<Sequence, HostError> {
    match operation {
        Operation::Put { offset, .. } => {
            let mut sequence = operation::single(dialect, operation, wanted(operation))?;
            sequence.before.push_back(set(
                dialect,
                SettingKind::ResumePoint,
                Value::Integer(offset),
            )?);
            Ok(sequence)
        }
        Operation::Get {
            length: Some(_), ..
        } => Err(operation::unsupported(dialect, "get part")),
        Operation::Get { offset, .. } => {
            let mut sequence = operation::single(dialect, operation, wanted(operation))?;
            sequence.before.push_back(set(
                dialect,
                SettingKind::ResumePoint,
                Value::Integer(offset),
            )?);
            sequence.after = Some(Step::plain(b"AT\r", SHORT));
            Ok(sequence)
        }
        Operation::WorkingDir => {
            let command = operation::command(dialect, CommandKind::FtpChangeDir, "pwd")?;
            let step = Step {
                name: command.name,
                shape: command.reply,
                family: Family::Gsm,
                ..Step::plain(b"AT+QFTPPATH?\r", SHORT)
            };
            Ok(Sequence::of(step, CommandKind::FtpWorkingDir))
        }
        _ => operation::single(dialect, operation, wanted(operation)),
    }
}

fn wanted(operation: Operation<'_>) -> Option<Wanted<'_>> {
    use Value::{Integer, Text};
    Some(match operation {
        Operation::Put { remote, length, .. } => {
            let time = (length / BYTES_PER_SECOND).clamp(INPUT_TIME, LONGEST_TIME);
            let values = vec![Text(remote), Integer(length), Integer(time)];
            (CommandKind::FtpPut, "put", values, PayloadSpec::Up(length))
        }
        Operation::Get {
            remote, expected, ..
        } => (
            CommandKind::FtpGet,
            "get",
            vec![Text(remote)],
            PayloadSpec::Down(expected),
        ),
        Operation::List(..) => return None,
        operation => return operation::on_server(operation),
    })
}

/// `AT+QFTPCFG=<type>,<value>`, whose success its URC tells.
pub(super) fn set(
    dialect: &'static Dialect,
    kind: SettingKind,
    value: Value<'_>,
) -> Result<Step, HostError> {
    let command = operation::command(dialect, CommandKind::FtpConfigure, "settings")?;
    let misuse = |param_error| HostError::InvalidArgument {
        command: command.name,
        param_error,
    };
    let setting = dialect
        .setting(kind)
        .ok_or_else(|| operation::unsupported(dialect, "settings"))?;
    let line = setting.emit(command, None, &[value]).map_err(misuse)?;
    Ok(Step {
        name: command.name,
        shape: command.reply,
        family: Family::Gsm,
        ..Step::plain(&line, SHORT)
    })
}

/// What is set before a session is opened: the access point where one is given, the transfers, the account.
pub(super) fn settings(dialect: &'static Dialect, login: &Login) -> Result<Vec<Step>, HostError> {
    use Value::{Integer, Text};
    let mut steps = vec![
        set(
            dialect,
            SettingKind::TransferMode,
            Integer(login.passive.into()),
        )?,
        set(dialect, SettingKind::FileType, Integer(0))?,
        set(dialect, SettingKind::Place, Text(b"/COM/"))?,
    ];
    for (kind, value) in [
        (CommandKind::FtpUser, &login.user),
        (CommandKind::FtpPassword, &login.password),
    ] {
        let command = operation::command(dialect, kind, "login")?;
        steps.push(Step {
            family: Family::Gsm,
            ..Step::of(command, &[Text(value)], REPORT)?
        });
    }
    Ok(steps)
}
