//! The operations that a user can start on a [`Host`](crate::host::Host).

#[cfg(doc)]
use super::answer::Answer;
use super::login::Login;

/// An operation of the host. Names and paths are bytes as the server knows them.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Operation<'a> {
    /// Resyncs the line, switches echo off and numeric errors on, and asks for the module's identity. The host speaks
    /// the module's dialect from then on, if it is a known one. [`Answer::Identity`].
    Identify,
    /// Resyncs the line, if the operation before was aborted or got no answer, and does no more. Every operation does
    /// so first. [`Answer::Done`].
    Resync,
    /// Activates the PDP context if it is inactive, sets account and settings, opens the session.
    Login(&'a Login),
    /// Uploads `length` bytes given by [`crate::host::Host::supply`] to `offset` of the file; `last` closes the data
    /// connection, otherwise the next piece goes on in it (002 §2.5). [`Answer::Number`]: bytes taken.
    Put {
        /// File on the server.
        remote: &'a [u8],
        /// Position of the first byte in the file.
        offset: u64,
        /// Number of bytes that will be supplied.
        length: u64,
        /// `true` if they are the last of the file.
        last: bool,
    },
    /// Downloads from `offset`, all or `length` bytes. `expected` is the number of bytes that will come, if known: the
    /// end of the file is then certain. [`Answer::Number`]: bytes given.
    Get {
        /// File on the server.
        remote: &'a [u8],
        /// Position of the first byte.
        offset: u64,
        /// At most this many bytes.
        length: Option<u64>,
        /// Number of bytes that will come.
        expected: Option<u64>,
    },
    /// Uploads `length` bytes given by [`crate::host::Host::supply`] as a text, by TYPE A: lines end with CR LF. The file is
    /// replaced. [`Answer::Number`]: bytes taken.
    PutAscii {
        /// File on the server.
        remote: &'a [u8],
        /// Number of bytes that will be supplied.
        length: u64,
    },
    /// Downloads a file as a text, by TYPE A: lines end with CR LF. [`Answer::Number`]: bytes given.
    GetAscii(&'a [u8]),
    /// Lists a directory; the text comes as payload. [`Answer::Number`]: bytes given.
    List(Listing, &'a [u8]),
    /// Asks for the size of a file. [`Answer::Number`].
    Size(&'a [u8]),
    /// Asks for the time of the last change. [`Answer::Text`]: `YYYYMMDDHHMMSS[.NNN]`.
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
    /// Asks for the current directory. [`Answer::Text`].
    WorkingDir,
    /// Asks for the bytes moved by the running or last transfer. [`Answer::Number`].
    Transferred,
    /// Asks for the state of the FTP service. [`Answer::State`].
    ServiceState,
    /// Closes the session.
    Logout,
    /// Sends any command line, given without its CR, that does not enter data mode. [`Answer::Lines`]; a payload whose
    /// length the module states (QFREAD, FTPRECV) is the last of them.
    Raw(&'a [u8]),
    /// Asks for free and total bytes of a store, `UFS`, `RAM` or `SD`. [`Answer::Lines`] of `+QFLDS: <free>,<total>`.
    StoreSpace(&'a [u8]),
    /// Lists files in the module's store by pattern, `*` or `UFS:*`. [`Answer::Lines`].
    StoreList(&'a [u8]),
    /// Deletes from the module's store by pattern.
    StoreDelete(&'a [u8]),
    /// Puts `length` bytes given by [`crate::host::Host::supply`] into a new file of the store. [`Answer::Stored`].
    StoreUpload {
        /// Name in the store.
        name: &'a [u8],
        /// Number of bytes that will be supplied; at least 1.
        length: u64,
    },
    /// Reads a file of the store as payload. [`Answer::Stored`].
    StoreDownload(&'a [u8]),
    /// Downloads a file of the server into the store: no payload goes over the line. [`Answer::Number`]: bytes that the
    /// module counted.
    StoreFetch {
        /// File on the server.
        remote: &'a [u8],
        /// Name in the store, with its volume or bare.
        name: &'a [u8],
        /// Size of the file, if known: it says how long to wait.
        length: Option<u64>,
    },
    /// Uploads a file of the store to the server: no payload goes over the line. [`Answer::Number`]: bytes that the
    /// module counted.
    StoreSend {
        /// Name in the store, with its volume or bare.
        name: &'a [u8],
        /// File on the server.
        remote: &'a [u8],
        /// Size of the file, if known: it says how long to wait.
        length: Option<u64>,
    },
}

/// The three listing commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "RFC 959 and RFC 3659 have these three"
)]
pub enum Listing {
    /// In the server's own format (`LIST`).
    List,
    /// Names alone (`NLST`).
    Names,
    /// In the format of RFC 3659 (`MLSD`).
    Machine,
}

impl Operation<'_> {
    /// Returns its name, as a user calls it.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Operation::Identify => "identify",
            Operation::Resync => "resync",
            Operation::Login(_) => "login",
            Operation::Put { .. } => "put",
            Operation::Get { .. } => "get",
            Operation::PutAscii { .. } => "put ascii",
            Operation::GetAscii(_) => "get ascii",
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
            Operation::StoreSpace(_) => "store space",
            Operation::StoreList(_) => "store list",
            Operation::StoreDelete(_) => "store delete",
            Operation::StoreUpload { .. } => "store upload",
            Operation::StoreDownload(_) => "store download",
            Operation::StoreFetch { .. } => "store fetch",
            Operation::StoreSend { .. } => "store send",
        }
    }
}
