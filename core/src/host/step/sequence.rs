//! The exchanges of an operation that is one command of the table, and what the dialect needs around it.

use alloc::vec::Vec;

use super::{PayloadSpec, STORE, Step, Wait, unsupported};
use crate::dialect::{Command, CommandKind, Dialect, Value};
use crate::host::error::HostError;
use crate::host::operation::Operation;

/// The seconds that the module waits for the next byte of a file for its store.
const STORE_GAP_S: u64 = 30;

/// A command that an operation asks for.
pub(crate) struct CommandRequest<'a> {
    pub(crate) kind: CommandKind,
    pub(crate) values: Vec<Value<'a>>,
    pub(crate) payload: PayloadSpec,
}

impl<'a> CommandRequest<'a> {
    /// Makes a request without payload.
    pub(crate) fn new(kind: CommandKind, values: Vec<Value<'a>>) -> Self {
        CommandRequest {
            kind,
            values,
            payload: PayloadSpec::Nothing,
        }
    }

    /// Adds the payload.
    pub(crate) fn with_payload(self, payload: PayloadSpec) -> Self {
        CommandRequest { payload, ..self }
    }
}

/// The exchanges of one operation.
#[derive(Debug)]
pub(crate) struct Sequence {
    /// Set the place of the payload (001 §2.2.8) or the file type (002 §2.1).
    pub(crate) settings: Vec<Step>,
    /// Sets where the transfer starts, by a command of its own (001 §2.2.8).
    pub(crate) start: Option<Step>,
    /// Gives the answer.
    pub(crate) main: Step,
    pub(crate) kind: CommandKind,
    /// Must be answered, with any result.
    pub(crate) after: Option<Step>,
    /// Sets that back, whatever became of the main step.
    pub(crate) restore: Option<Step>,
}

impl Sequence {
    /// Makes a sequence of one exchange.
    pub(crate) fn new(main: Step, kind: CommandKind) -> Self {
        Sequence {
            settings: Vec::new(),
            start: None,
            main,
            kind,
            after: None,
            restore: None,
        }
    }

    /// Makes a sequence of one command. An operation without a `request` may still be one of the module's own store.
    pub(crate) fn single(
        dialect: &'static Dialect,
        operation: Operation<'_>,
        request: Option<CommandRequest<'_>>,
    ) -> Result<Self, HostError> {
        let request = request
            .or_else(|| in_store(operation))
            .ok_or_else(|| unsupported(dialect, operation.name()))?;
        let command = find_command(dialect, request.kind, operation.name())?;
        let wait = if request.kind.is_file() {
            Wait::For(STORE)
        } else {
            Wait::Report
        };
        let step = Step {
            payload: request.payload,
            ..Step::for_command(dialect, command, &request.values, wait)?
        };
        Ok(Sequence::new(step, request.kind))
    }
}

/// Returns the dialect's command for a purpose.
pub(crate) fn find_command(
    dialect: &'static Dialect,
    kind: CommandKind,
    operation: &'static str,
) -> Result<&'static Command, HostError> {
    dialect
        .command(kind)
        .ok_or_else(|| unsupported(dialect, operation))
}

/// Returns the request of an operation on the server that moves no payload: alike in all dialects.
pub(crate) fn on_server(operation: Operation<'_>) -> Option<CommandRequest<'_>> {
    use Value::Text;
    let (kind, values) = match operation {
        Operation::Size(path) => (CommandKind::FtpSize, alloc::vec![Text(path)]),
        Operation::Modified(path) => (CommandKind::FtpModified, alloc::vec![Text(path)]),
        Operation::Delete(path) => (CommandKind::FtpDelete, alloc::vec![Text(path)]),
        Operation::Rename { from, to } => {
            (CommandKind::FtpRename, alloc::vec![Text(from), Text(to)])
        }
        Operation::MakeDir(path) => (CommandKind::FtpMakeDir, alloc::vec![Text(path)]),
        Operation::RemoveDir(path) => (CommandKind::FtpRemoveDir, alloc::vec![Text(path)]),
        Operation::ChangeDir(path) => (CommandKind::FtpChangeDir, alloc::vec![Text(path)]),
        Operation::WorkingDir => (CommandKind::FtpWorkingDir, Vec::new()),
        Operation::Transferred => (CommandKind::FtpLength, Vec::new()),
        Operation::ServiceState => (CommandKind::FtpState, Vec::new()),
        Operation::Logout => (CommandKind::FtpClose, Vec::new()),
        _ => return None,
    };
    Some(CommandRequest::new(kind, values))
}

/// Returns the request of an operation on the module's own store.
fn in_store(operation: Operation<'_>) -> Option<CommandRequest<'_>> {
    use Value::{Integer, Text};
    let (kind, values, payload) = match operation {
        Operation::StoreSpace(store) => (
            CommandKind::FileSpace,
            alloc::vec![Text(store)],
            PayloadSpec::Nothing,
        ),
        Operation::StoreList(pattern) => (
            CommandKind::FileList,
            alloc::vec![Text(pattern)],
            PayloadSpec::Nothing,
        ),
        Operation::StoreDelete(name) => (
            CommandKind::FileDelete,
            alloc::vec![Text(name)],
            PayloadSpec::Nothing,
        ),
        Operation::StoreUpload { name, length } => (
            CommandKind::FileUpload,
            alloc::vec![Text(name), Integer(length), Integer(STORE_GAP_S)],
            PayloadSpec::Up(length),
        ),
        Operation::StoreDownload(name) => (
            CommandKind::FileDownload,
            alloc::vec![Text(name)],
            PayloadSpec::Down(None),
        ),
        _ => return None,
    };
    Some(CommandRequest::new(kind, values).with_payload(payload))
}
