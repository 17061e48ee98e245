//! The exchanges of an operation that is one command of the table, and what the dialect needs around it.

use alloc::collections::VecDeque;

use super::spare_lines::SpareLines;
use super::{PayloadSpec, STORE, Step, Wait, unsupported};
use crate::dialect::{Command, CommandKind, Dialect, Value};
use crate::host::error::HostError;
use crate::host::operation::Operation;

/// The seconds that the module waits for the next byte of a file for its store.
const STORE_GAP_S: u64 = 30;
/// The most parameters of such a command.
const MOST_VALUES: usize = 5;

/// A command that an operation asks for.
pub(crate) struct CommandRequest<'a> {
    pub(crate) kind: CommandKind,
    values: [Value<'a>; MOST_VALUES],
    count: usize,
    pub(crate) payload: PayloadSpec,
}

impl<'a> CommandRequest<'a> {
    /// Makes a request without payload.
    pub(crate) fn new(kind: CommandKind, values: &[Value<'a>]) -> Self {
        let count = values.len().min(MOST_VALUES);
        let mut kept = [Value::Omitted; MOST_VALUES];
        kept[..count].copy_from_slice(&values[..count]);
        CommandRequest {
            kind,
            values: kept,
            count,
            payload: PayloadSpec::Nothing,
        }
    }

    fn values(&self) -> &[Value<'a>] {
        &self.values[..self.count]
    }

    /// Adds the payload.
    pub(crate) fn with_payload(self, payload: PayloadSpec) -> Self {
        CommandRequest { payload, ..self }
    }
}

/// The role of a step beside the main one, in the order in which they are run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    /// Sets the place of the payload (001 §2.2.8) or the file type (002 §2.1).
    Setting,
    /// Sets where the transfer starts, by a command of its own (001 §2.2.8).
    Start,
    /// Comes behind the main step. It must be answered, with any result.
    After,
    /// Sets back what was set, whatever became of the main step.
    Restore,
}

/// The room of the steps of sequences that were run, for those to come.
#[derive(Default)]
pub(crate) struct SpareSteps {
    pub(crate) lines: SpareLines,
    around: VecDeque<(Role, Step)>,
}

impl SpareSteps {
    /// Keeps the room of the steps around a main one; what was not run of them is dropped.
    pub(crate) fn give_around(&mut self, mut around: VecDeque<(Role, Step)>) {
        around.clear();
        // Most sequences have none, and no room either.
        if around.capacity() > 0 {
            self.around = around;
        }
    }
}

/// The exchanges of one operation.
#[derive(Debug)]
pub(crate) struct Sequence {
    /// Gives the answer.
    pub(crate) main: Step,
    pub(crate) kind: CommandKind,
    /// The other steps, by their roles. One next to the other: a sequence moves from hand to hand.
    pub(crate) around: VecDeque<(Role, Step)>,
}

impl Sequence {
    /// Makes a sequence of one exchange.
    pub(crate) fn new(main: Step, kind: CommandKind) -> Self {
        Sequence {
            main,
            kind,
            around: VecDeque::new(),
        }
    }

    /// Adds a step, behind those of the same role.
    pub(crate) fn add(&mut self, spare: &mut SpareSteps, role: Role, step: Step) {
        if self.around.is_empty() {
            self.around = core::mem::take(&mut spare.around);
        }
        let place = self.around.partition_point(|(other, _)| *other <= role);
        self.around.insert(place, (role, step));
    }

    /// Makes a sequence of one command. An operation without a `request` may still be one of the module's own store.
    pub(crate) fn single(
        spare: &mut SpareSteps,
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
            ..Step::for_command(&mut spare.lines, dialect, command, request.values(), wait)?
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
    let on_path = |kind, path| Some(CommandRequest::new(kind, &[Text(path)]));
    let alone = |kind| Some(CommandRequest::new(kind, &[]));
    match operation {
        Operation::Size(path) => on_path(CommandKind::FtpSize, path),
        Operation::Modified(path) => on_path(CommandKind::FtpModified, path),
        Operation::Delete(path) => on_path(CommandKind::FtpDelete, path),
        Operation::Rename { from, to } => {
            let values = [Text(from), Text(to)];
            Some(CommandRequest::new(CommandKind::FtpRename, &values))
        }
        Operation::MakeDir(path) => on_path(CommandKind::FtpMakeDir, path),
        Operation::RemoveDir(path) => on_path(CommandKind::FtpRemoveDir, path),
        Operation::ChangeDir(path) => on_path(CommandKind::FtpChangeDir, path),
        Operation::WorkingDir => alone(CommandKind::FtpWorkingDir),
        Operation::Transferred => alone(CommandKind::FtpLength),
        Operation::ServiceState => alone(CommandKind::FtpState),
        Operation::Logout => alone(CommandKind::FtpClose),
        _ => None,
    }
}

/// Returns the request of an operation on the module's own store.
fn in_store(operation: Operation<'_>) -> Option<CommandRequest<'_>> {
    use Value::{Integer, Text};
    let named = |kind, name| Some(CommandRequest::new(kind, &[Text(name)]));
    match operation {
        Operation::StoreSpace(store) => named(CommandKind::FileSpace, store),
        Operation::StoreList(pattern) => named(CommandKind::FileList, pattern),
        Operation::StoreDelete(name) => named(CommandKind::FileDelete, name),
        Operation::StoreUpload { name, length } => {
            let values = [Text(name), Integer(length), Integer(STORE_GAP_S)];
            let request = CommandRequest::new(CommandKind::FileUpload, &values);
            Some(request.with_payload(PayloadSpec::Up(length)))
        }
        Operation::StoreDownload(name) => {
            let request = CommandRequest::new(CommandKind::FileDownload, &[Text(name)]);
            Some(request.with_payload(PayloadSpec::Down(None)))
        }
        _ => None,
    }
}
