//! The tasks that each dialect supports, known before a module is asked.
//!
//! The answer comes from the code that will act: the tables list the commands of a dialect, a host without a line
//! refuses what it would refuse, and the client's compositions (`composed.rs`) stand for the rest.

use core::time::Duration;

use super::composed;
use super::connection::Client;
use super::error::Error;
use crate::dialect::{CommandKind, Dialect};
use crate::host::{DataAddress, Host, HostError, Listing, Login, Operation, Tls, TlsMode};

/// Way in which a dialect does a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a task is done by one command, by several, or not at all"
)]
pub enum Support {
    /// By a command of its own.
    Native,
    /// By other commands of the dialect; the result is the same.
    Composed,
    /// Not at all: a call ends with [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported), and nothing is sent.
    Missing,
}

/// A task of the client's user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Task {
    /// Upload a file.
    Put,
    /// Add to the end of a file.
    Append,
    /// Download a file.
    Get,
    /// Download some bytes of a file and no more.
    GetPart,
    /// Upload from an offset to the end.
    ResumePut,
    /// Download from an offset to the end.
    ResumeGet,
    /// Get the size of a file.
    Size,
    /// Get the time of a file's last change.
    Modified,
    /// List a directory as the server prints it for people. In `nl668` nothing states its length, so a part that the line
    /// loses is not seen.
    List,
    /// List the names in a directory.
    Names,
    /// List a directory by RFC 3659.
    MachineList,
    /// Delete a file.
    Delete,
    /// Rename a file or directory.
    Rename,
    /// Make a directory.
    MakeDir,
    /// Remove a directory.
    RemoveDir,
    /// Change the current directory.
    ChangeDir,
    /// Get the current directory.
    WorkingDir,
    /// Get the bytes that the last transfer moved.
    Transferred,
    /// Get the state of the FTP service.
    ServiceState,
    /// End the session.
    Logout,
    /// Use the module's own file store.
    Store,
    /// Transfer files between the server and that store, without the line.
    StoreTransfer,
    /// Use TLS from the first byte of the control connection.
    ImplicitTls,
    /// Use TLS after `AUTH TLS`.
    ExplicitTls,
    /// Open data connections to the address of the control connection, [`DataAddress::Peer`].
    PeerAddress,
    /// Try that address first, then the one that the server names, [`DataAddress::PeerThenServer`].
    PeerThenServerAddress,
}

/// A task, its name, the commands that are made for it, and the operations that the host is asked for.
struct Row(
    Task,
    &'static str,
    &'static [CommandKind],
    &'static [Operation<'static>],
);

const NAME: &[u8] = b"name";

const fn put(offset: u64) -> Operation<'static> {
    Operation::Put {
        remote: NAME,
        offset,
        length: 1,
        last: true,
    }
}

const fn get(offset: u64, length: Option<u64>) -> Operation<'static> {
    Operation::Get {
        remote: NAME,
        offset,
        length,
        expected: None,
    }
}

/// Makes a login that asks for these; it is never sent.
const fn asking(tls: Option<Tls>, data_address: Option<DataAddress>) -> Login {
    Login {
        host: Vec::new(),
        port: 21,
        user: Vec::new(),
        password: Vec::new(),
        apn: None,
        apn_account: None,
        context: 1,
        passive: true,
        response_timeout_s: 90,
        data_address,
        tls,
    }
}
static IMPLICIT: Login = asking(Some(Tls::new(TlsMode::Implicit)), None);
static EXPLICIT: Login = asking(Some(Tls::new(TlsMode::Explicit)), None);
static PEER: Login = asking(None, Some(DataAddress::Peer));
static PEER_THEN_SERVER: Login = asking(
    None,
    Some(DataAddress::PeerThenServer {
        after_s: DataAddress::AFTER_S,
    }),
);

static TABLE: &[Row] = &[
    Row(Task::Put, "put", &[CommandKind::FtpPut], &[put(0)]),
    // The server's APPE is in no manual.
    Row(Task::Append, "append", &[], &[]),
    Row(Task::Get, "get", &[CommandKind::FtpGet], &[get(0, None)]),
    Row(
        Task::GetPart,
        "get part",
        &[CommandKind::FtpGet],
        &[get(0, Some(1))],
    ),
    Row(
        Task::ResumePut,
        "resume put",
        &[CommandKind::FtpPut],
        &[put(1)],
    ),
    Row(
        Task::ResumeGet,
        "resume get",
        &[CommandKind::FtpGet],
        &[get(1, None)],
    ),
    Row(
        Task::Size,
        "size",
        &[CommandKind::FtpSize],
        &[Operation::Size(NAME)],
    ),
    Row(
        Task::Modified,
        "mdtm",
        &[CommandKind::FtpModified],
        &[Operation::Modified(NAME)],
    ),
    Row(
        Task::List,
        "list",
        &[CommandKind::FtpList],
        &[Operation::List(Listing::List, NAME)],
    ),
    Row(
        Task::Names,
        "nlst",
        &[CommandKind::FtpNameList],
        &[Operation::List(Listing::Names, NAME)],
    ),
    Row(
        Task::MachineList,
        "mlsd",
        &[CommandKind::FtpMachineList],
        &[Operation::List(Listing::Machine, NAME)],
    ),
    Row(
        Task::Delete,
        "delete",
        &[CommandKind::FtpDelete],
        &[Operation::Delete(NAME)],
    ),
    Row(
        Task::Rename,
        "rename",
        &[CommandKind::FtpRename],
        &[Operation::Rename {
            from: NAME,
            to: NAME,
        }],
    ),
    Row(
        Task::MakeDir,
        "mkdir",
        &[CommandKind::FtpMakeDir],
        &[Operation::MakeDir(NAME)],
    ),
    Row(
        Task::RemoveDir,
        "rmdir",
        &[CommandKind::FtpRemoveDir],
        &[Operation::RemoveDir(NAME)],
    ),
    Row(
        Task::ChangeDir,
        "cwd",
        &[CommandKind::FtpChangeDir],
        &[Operation::ChangeDir(NAME)],
    ),
    Row(
        Task::WorkingDir,
        "pwd",
        &[CommandKind::FtpWorkingDir],
        &[Operation::WorkingDir],
    ),
    Row(
        Task::Transferred,
        "transferred",
        &[CommandKind::FtpLength],
        &[Operation::Transferred],
    ),
    Row(
        Task::ServiceState,
        "service_state",
        &[CommandKind::FtpState],
        &[Operation::ServiceState],
    ),
    Row(
        Task::Logout,
        "logout",
        &[CommandKind::FtpClose],
        &[Operation::Logout],
    ),
    Row(
        Task::Store,
        "store",
        &[
            CommandKind::FileSpace,
            CommandKind::FileList,
            CommandKind::FileDelete,
            CommandKind::FileUpload,
            CommandKind::FileDownload,
        ],
        &[
            Operation::StoreSpace(NAME),
            Operation::StoreList(NAME),
            Operation::StoreDelete(NAME),
            Operation::StoreUpload {
                name: NAME,
                length: 1,
            },
            Operation::StoreDownload(NAME),
        ],
    ),
    Row(
        Task::StoreTransfer,
        "store transfer",
        &[CommandKind::FtpGet, CommandKind::FtpPut],
        &[
            Operation::StoreFetch {
                remote: NAME,
                name: NAME,
                length: None,
            },
            Operation::StoreSend {
                name: NAME,
                remote: NAME,
                length: None,
            },
        ],
    ),
    Row(
        Task::ImplicitTls,
        "implicit TLS",
        &[CommandKind::FtpOpen],
        &[Operation::Login(&IMPLICIT)],
    ),
    Row(
        Task::ExplicitTls,
        "explicit TLS",
        &[CommandKind::FtpOpen],
        &[Operation::Login(&EXPLICIT)],
    ),
    Row(
        Task::PeerAddress,
        "data address peer",
        &[CommandKind::FtpOpen],
        &[Operation::Login(&PEER)],
    ),
    Row(
        Task::PeerThenServerAddress,
        "data address peer-then-server",
        &[CommandKind::FtpOpen],
        &[Operation::Login(&PEER_THEN_SERVER)],
    ),
];

impl Task {
    /// Returns every task, in the order of their declaration.
    pub fn all() -> impl Iterator<Item = Task> {
        TABLE.iter().map(|row| row.0)
    }

    /// Returns the name for errors and documents.
    pub fn name(self) -> &'static str {
        self.row().map_or("", |row| row.1)
    }

    /// Checks that a dialect can do the task.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported), with which the call itself would end.
    pub fn check(self, dialect: &'static Dialect) -> Result<(), Error> {
        match support(dialect, self) {
            Support::Native | Support::Composed => Ok(()),
            Support::Missing => Err(Error::from(HostError::Unsupported {
                dialect: dialect.name,
                operation: self.name(),
            })),
        }
    }

    fn row(self) -> Option<&'static Row> {
        TABLE.iter().find(|row| row.0 == self)
    }
}

impl Client {
    /// Returns true where the dialect can end a download before the file ends.
    pub(super) fn ends_downloads(&self) -> bool {
        self.dialect().ends_downloads()
    }
}

/// Returns how a dialect does a task. No module is needed for the answer.
pub fn support(dialect: &'static Dialect, task: Task) -> Support {
    let there = |task| support(dialect, task) != Support::Missing;
    let Some(Row(_, _, kinds, operations)) = task.row() else {
        return Support::Missing;
    };
    let composed = match task {
        Task::Append => there(Task::Size) && there(Task::ResumePut),
        Task::Size | Task::Names => composed::listing_stands_for(dialect, kinds),
        _ => false,
    };
    let starts = !operations.is_empty() && operations.iter().all(|one| starts(dialect, *one));
    let own = kinds.iter().all(|kind| dialect.command(*kind).is_some());
    match (starts, own) {
        (true, true) => Support::Native,
        (true, false) => Support::Composed,
        (false, _) if composed => Support::Composed,
        (false, _) => Support::Missing,
    }
}

/// Returns true where a host would send anything for the operation.
fn starts(dialect: &'static Dialect, operation: Operation<'_>) -> bool {
    let started = Host::new(dialect).start(Duration::ZERO, operation);
    !matches!(started, Err(HostError::Unsupported { .. }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::{bg96::BG96, ec20::EC20, gsm::GSM, nl668::NL668};

    #[test]
    fn own_commands_detours_and_nothing() {
        let cases = [
            (&BG96, Task::GetPart, Support::Native),
            (&BG96, Task::Append, Support::Composed),
            (&GSM, Task::GetPart, Support::Missing),
            (&GSM, Task::Names, Support::Missing),
            (&GSM, Task::WorkingDir, Support::Composed),
            (&GSM, Task::Append, Support::Composed),
            (&NL668, Task::Size, Support::Composed),
            (&NL668, Task::Names, Support::Composed),
            (&NL668, Task::ResumeGet, Support::Native),
            (&NL668, Task::Transferred, Support::Missing),
            (&NL668, Task::Store, Support::Missing),
            (&NL668, Task::ImplicitTls, Support::Native),
            (&NL668, Task::ExplicitTls, Support::Missing),
            (&EC20, Task::ImplicitTls, Support::Native),
            (&EC20, Task::ExplicitTls, Support::Missing),
            (&BG96, Task::ExplicitTls, Support::Native),
            (&GSM, Task::ImplicitTls, Support::Missing),
            (&EC20, Task::PeerAddress, Support::Missing),
            (&BG96, Task::PeerAddress, Support::Native),
            (&BG96, Task::PeerThenServerAddress, Support::Missing),
        ];
        for (dialect, task, expected) in cases {
            let found = support(dialect, task);
            assert_eq!(found, expected, "{} {task:?}", dialect.name);
        }
    }

    #[test]
    fn the_tables_know_which_dialects_get_a_part_of_a_file() {
        for dialect in crate::dialect::ALL {
            let supported = support(dialect, Task::GetPart) == Support::Native;
            assert_eq!(dialect.ends_downloads(), supported, "{}", dialect.name);
        }
    }

    #[test]
    fn the_table_has_every_task_in_order() {
        for (index, task) in Task::all().enumerate() {
            assert_eq!(task as usize, index, "{task:?}");
        }
        assert_eq!(
            Task::all().count(),
            Task::PeerThenServerAddress as usize + 1
        );
    }
}
