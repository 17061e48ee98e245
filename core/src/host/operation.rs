//! What the host can be asked to do, and the command of the dialect that does it.

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::time::Duration;

#[cfg(doc)]
use super::Answer;
use super::plan::IDENTIFICATION;
use super::step::{ACTIVATE, MARGIN, PayloadSpec, Step};
use super::{Failure, Login, fibocom, gsm};
use crate::at::{self, AtCommand, Form};
use crate::dialect::{
    Command, CommandKind, Dialect, Direction, Family, ParamError, ResponseFormat, Value,
};

/// What the host can be asked to do. Names and paths are bytes as the server knows them.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Operation<'a> {
    /// Brings the line in step, sets echo off and numeric errors, asks who is there. Speaks the module's dialect from
    /// then on, if it is a known one. [`Answer::Identity`].
    Identify,
    /// Nothing but what comes before every operation: brings the line in step, if the one before was cancelled or got
    /// no answer. [`Answer::Done`].
    Resync,
    /// Activates the PDP context if it is not, sets account and settings, opens the session.
    Login(&'a Login),
    /// Uploads `length` bytes given by [`super::Host::supply`] to `offset` of the file; `last` closes the data
    /// connection, otherwise the next piece goes on in it (002 §2.5). [`Answer::Number`]: bytes taken.
    Put {
        /// File on the server.
        remote: &'a [u8],
        /// Where in the file the bytes go.
        offset: u64,
        /// How many bytes will be supplied.
        length: u64,
        /// Whether they are the last of the file.
        last: bool,
    },
    /// Downloads from `offset`, all or `length` bytes. `expected` is the number of bytes that will come, if known: the
    /// end of the file is then certain. [`Answer::Number`]: bytes given.
    Get {
        /// File on the server.
        remote: &'a [u8],
        /// Where to start.
        offset: u64,
        /// At most this many bytes.
        length: Option<u64>,
        /// How many bytes there are to come.
        expected: Option<u64>,
    },
    /// Lists a directory; the text comes as payload. [`Answer::Number`]: bytes given.
    List(Listing, &'a [u8]),
    /// Size of a file. [`Answer::Number`].
    Size(&'a [u8]),
    /// Time of the last change. [`Answer::Text`]: `YYYYMMDDHHMMSS[.NNN]`.
    Modified(&'a [u8]),
    /// Deletes a file.
    Delete(&'a [u8]),
    /// Renames a file or directory.
    Rename {
        /// Present name.
        from: &'a [u8],
        /// New name.
        to: &'a [u8],
    },
    /// Makes a directory.
    MakeDir(&'a [u8]),
    /// Removes an empty directory.
    RemoveDir(&'a [u8]),
    /// Changes the current directory.
    ChangeDir(&'a [u8]),
    /// The current directory. [`Answer::Text`].
    WorkingDir,
    /// Asks for the bytes moved by the running or last transfer. [`Answer::Number`].
    Transferred,
    /// Asks for the state of the FTP service. [`Answer::State`].
    ServiceState,
    /// Closes the session.
    Logout,
    /// Any command line, without its CR, as long as it does not enter data mode. [`Answer::Lines`]; a payload whose
    /// length the module states (QFREAD, FTPRECV) is the last of them.
    Raw(&'a [u8]),
    /// Free and total bytes of a store, `UFS`, `RAM` or `SD`. [`Answer::Lines`] of `+QFLDS: <free>,<total>`.
    StoreSpace(&'a [u8]),
    /// Files in the module's store by pattern, `*` or `UFS:*`. [`Answer::Lines`].
    StoreList(&'a [u8]),
    /// Deletes from the module's store by pattern.
    StoreDelete(&'a [u8]),
    /// Puts `length` bytes given by [`super::Host::supply`] into a new file of the store. [`Answer::Stored`].
    StoreUpload {
        /// Name in the store.
        name: &'a [u8],
        /// How many bytes will be supplied; at least 1.
        length: u64,
    },
    /// Reads a file of the store as payload. [`Answer::Stored`].
    StoreDownload(&'a [u8]),
}

/// The three listing commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listing {
    /// As the server shows it to people.
    List,
    /// Names alone.
    Names,
    /// By RFC 3659.
    Machine,
}

/// The dialect's command for a purpose.
pub(super) fn command(
    dialect: &'static Dialect,
    kind: CommandKind,
    operation: &'static str,
) -> Result<&'static Command, Failure> {
    dialect.command(kind).ok_or(Failure::Unsupported {
        dialect: dialect.name,
        operation,
    })
}

/// A purpose, the operation's name for errors, the command's parameters, and the payload.
pub(super) type Wanted<'a> = (CommandKind, &'static str, Vec<Value<'a>>, PayloadSpec);

/// The exchanges of one operation.
#[derive(Debug)]
pub(super) struct Sequence {
    /// Must succeed first.
    pub(super) before: VecDeque<Step>,
    /// Gives the answer.
    pub(super) main: Step,
    pub(super) kind: CommandKind,
    /// Is to be answered, whatever it says.
    pub(super) after: Option<Step>,
}

impl Sequence {
    pub(super) fn of(main: Step, kind: CommandKind) -> Self {
        Sequence {
            before: VecDeque::new(),
            main,
            kind,
            after: None,
        }
    }
}

/// The commands of an operation that is one command of the table, and what the dialect needs around it.
pub(super) fn sequence(
    dialect: &'static Dialect,
    operation: Operation<'_>,
) -> Result<Sequence, Failure> {
    match dialect.family {
        Family::Lte => {
            let wanted = transfer(operation).or_else(|| on_server(operation));
            single(dialect, operation, wanted)
        }
        Family::Gsm => gsm::sequence(dialect, operation),
        Family::Fibocom => fibocom::sequence(dialect, operation),
    }
}

/// One command. What the dialect has no `wanted` for may still be of the module's own store.
pub(super) fn single(
    dialect: &'static Dialect,
    operation: Operation<'_>,
    wanted: Option<Wanted<'_>>,
) -> Result<Sequence, Failure> {
    let (kind, what, values, carried) = wanted
        .or_else(|| in_store(operation))
        .ok_or_else(|| unsupported(dialect, operation.name()))?;
    let command = command(dialect, kind, what)?;
    let step = Step {
        carried,
        family: dialect.family,
        ..Step::of(command, &values, REPORT)?
    };
    Ok(Sequence::of(step, kind))
}

pub(super) fn unsupported(dialect: &'static Dialect, operation: &'static str) -> Failure {
    Failure::Unsupported {
        dialect: dialect.name,
        operation,
    }
}

impl Operation<'_> {
    /// As a user calls it.
    fn name(&self) -> &'static str {
        match self {
            Operation::Identify => "identify",
            Operation::Resync => "bring in step",
            Operation::Login(_) => "login",
            Operation::Put { .. } => "put",
            Operation::Get { .. } => "get",
            Operation::List(Listing::List, _) => "list",
            Operation::List(Listing::Names, _) => "nlst",
            Operation::List(Listing::Machine, _) => "mlsd",
            Operation::Size(_) => "size",
            Operation::Modified(_) => "mdtm",
            Operation::Delete(_) => "delete",
            Operation::Rename { .. } => "rename",
            Operation::MakeDir(_) => "mkdir",
            Operation::RemoveDir(_) => "rmdir",
            Operation::ChangeDir(_) => "cwd",
            Operation::WorkingDir => "pwd",
            Operation::Transferred => "len",
            Operation::ServiceState => "stat",
            Operation::Logout => "close",
            Operation::Raw(_) => "a raw command",
            Operation::StoreSpace(_)
            | Operation::StoreList(_)
            | Operation::StoreDelete(_)
            | Operation::StoreUpload { .. }
            | Operation::StoreDownload(_) => "the module's own store",
        }
    }
}

/// The largest `rsptimeout`, and what the host waits beyond it.
pub(super) const REPORT: Duration = Duration::from_secs(180).saturating_add(MARGIN);

fn transfer(operation: Operation<'_>) -> Option<Wanted<'_>> {
    use Value::{Integer, Omitted, Text};
    let com = Text(b"COM:");
    Some(match operation {
        Operation::Put {
            remote,
            offset,
            length,
            last,
        } => {
            let last = Integer(u64::from(last));
            let values = alloc::vec![Text(remote), com, Integer(offset), Integer(length), last];
            (CommandKind::FtpPut, "put", values, PayloadSpec::Up(length))
        }
        Operation::Get {
            remote,
            offset,
            length,
            expected,
        } => {
            let length = length.map_or(Omitted, Integer);
            let values = alloc::vec![Text(remote), com, Integer(offset), length];
            (
                CommandKind::FtpGet,
                "get",
                values,
                PayloadSpec::Down(expected),
            )
        }
        Operation::List(listing, dir) => {
            let (kind, what) = match listing {
                Listing::List => (CommandKind::FtpList, "list"),
                Listing::Names => (CommandKind::FtpNameList, "nlst"),
                Listing::Machine => (CommandKind::FtpMachineList, "mlsd"),
            };
            (
                kind,
                what,
                alloc::vec![Text(dir), com],
                PayloadSpec::Down(None),
            )
        }
        _ => return None,
    })
}

pub(super) fn on_server(operation: Operation<'_>) -> Option<Wanted<'_>> {
    use Value::Text;
    let (kind, what, values) = match operation {
        Operation::Size(path) => (CommandKind::FtpSize, "size", alloc::vec![Text(path)]),
        Operation::Modified(path) => (CommandKind::FtpModified, "mdtm", alloc::vec![Text(path)]),
        Operation::Delete(path) => (CommandKind::FtpDelete, "delete", alloc::vec![Text(path)]),
        Operation::Rename { from, to } => (
            CommandKind::FtpRename,
            "rename",
            alloc::vec![Text(from), Text(to)],
        ),
        Operation::MakeDir(path) => (CommandKind::FtpMakeDir, "mkdir", alloc::vec![Text(path)]),
        Operation::RemoveDir(path) => (CommandKind::FtpRemoveDir, "rmdir", alloc::vec![Text(path)]),
        Operation::ChangeDir(path) => (CommandKind::FtpChangeDir, "cwd", alloc::vec![Text(path)]),
        Operation::WorkingDir => (CommandKind::FtpWorkingDir, "pwd", Vec::new()),
        Operation::Transferred => (CommandKind::FtpLength, "len", Vec::new()),
        Operation::ServiceState => (CommandKind::FtpState, "stat", Vec::new()),
        Operation::Logout => (CommandKind::FtpClose, "close", Vec::new()),
        _ => return None,
    };
    Some((kind, what, values, PayloadSpec::Nothing))
}

fn in_store(operation: Operation<'_>) -> Option<Wanted<'_>> {
    use Value::{Integer, Text};
    Some(match operation {
        Operation::StoreSpace(store) => (
            CommandKind::FileSpace,
            "store space",
            alloc::vec![Text(store)],
            PayloadSpec::Nothing,
        ),
        Operation::StoreList(pattern) => (
            CommandKind::FileList,
            "store list",
            alloc::vec![Text(pattern)],
            PayloadSpec::Nothing,
        ),
        Operation::StoreDelete(name) => (
            CommandKind::FileDelete,
            "store delete",
            alloc::vec![Text(name)],
            PayloadSpec::Nothing,
        ),
        Operation::StoreUpload { name, length } => {
            let values = alloc::vec![Text(name), Integer(length), Integer(STORE_GAP_S)];
            (
                CommandKind::FileUpload,
                "store upload",
                values,
                PayloadSpec::Up(length),
            )
        }
        Operation::StoreDownload(name) => (
            CommandKind::FileDownload,
            "store download",
            alloc::vec![Text(name)],
            PayloadSpec::Down(None),
        ),
        _ => return None,
    })
}

/// How long the module waits for the next byte of a file for its store.
const STORE_GAP_S: u64 = 30;

/// A command line of the user's own. Its shape is looked up where the table knows the command.
pub(super) fn raw(dialect: &'static Dialect, line: &[u8]) -> Result<Step, Failure> {
    let misuse = |param_error| Failure::InvalidArgument {
        command: "AT",
        param_error,
    };
    if line.iter().any(u8::is_ascii_control) {
        let position = line.iter().position(u8::is_ascii_control).unwrap_or(0);
        let reason = at::UnencodableByte {
            byte: line[position],
            position,
        };
        return Err(misuse(ParamError::UnencodableByte {
            name: "line",
            reason,
        }));
    }
    let (calls, read) = at::parse_line(line);
    let mut step = Step {
        raw: true,
        kept: true,
        takes_text: true,
        family: dialect.family,
        ..Step::plain(line, ACTIVATE + MARGIN)
    };
    step.line.push(b'\r');
    if let (Err(_), true) = (read, calls.is_empty()) {
        return Err(misuse(ParamError::Type("line")));
    }
    for call in &calls {
        let AtCommand::Extended { name, form } = call else {
            step.names
                .extend(IDENTIFICATION.iter().map(|name| name.to_vec()));
            continue;
        };
        step.names.push(name.to_ascii_uppercase());
        let (Some(known), Form::Write(_) | Form::Execute) = (dialect.command_named(name), form)
        else {
            continue;
        };
        step.shape = known.reply;
        if let Form::Write(tokens) = form
            && let Ok(values) = known.accept(tokens)
        {
            step.shape = known.shape(&values);
        }
        if !matches!(
            step.shape,
            ResponseFormat::Result
                | ResponseFormat::ResultUrc
                | ResponseFormat::Text(_)
                | ResponseFormat::PayloadResult(Direction::Down)
        ) {
            return Err(Failure::Unsupported {
                dialect: dialect.name,
                operation: "data mode in a raw command",
            });
        }
    }
    Ok(step)
}
