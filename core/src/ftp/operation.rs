//! The operations of a session, one at a time.

#![allow(clippy::exhaustive_structs)] // a user names each parameter of an operation

use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use zeroize::Zeroize as _;

/// One thing to do on the server. It ends with exactly one [`super::FtpEvent::Done`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FtpOperation {
    /// Connects and logs in. A session that is still there is dropped first.
    Open(Account),
    /// Changes the working directory (CWD).
    Cwd(Vec<u8>),
    /// Changes to the parent directory (CDUP).
    CdUp,
    /// Asks for the working directory (PWD); the value of the outcome is the path, unquoted.
    Pwd,
    /// Asks for a size (SIZE), always in binary: servers refuse it in ASCII.
    Size(Vec<u8>),
    /// Deletes a file (DELE).
    Delete(Vec<u8>),
    /// Makes a directory (MKD).
    MakeDir(Vec<u8>),
    /// Removes a directory (RMD).
    RemoveDir(Vec<u8>),
    /// Asks for the time of last change (MDTM); the value of the outcome is the time as the server wrote it.
    ModifiedTime(Vec<u8>),
    /// Renames a file (RNFR, then RNTO).
    Rename {
        /// The old name.
        from: Vec<u8>,
        /// The new name.
        to: Vec<u8>,
    },
    /// Asks for the status (STAT) of a path or of the server; the text of the outcome has every line.
    Status(Option<Vec<u8>>),
    /// Asks for the kind of system (SYST).
    System,
    /// Asks for a reply (NOOP).
    Noop,
    /// Uploads a file.
    Store(FtpStore),
    /// Downloads a file or a listing.
    Retrieve(Retrieve),
    /// Ends the session (QUIT).
    Quit,
}

/// A server and the account of its user there.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// Name or address of the server.
    pub host: Vec<u8>,
    /// Its control port.
    pub port: u16,
    /// User name.
    pub user: Vec<u8>,
    /// Password; sent only when the server asks for it.
    pub password: Vec<u8>,
    /// For servers that ask for ACCT.
    pub account: Option<Vec<u8>>,
    /// Local ports, where the user asks for some.
    pub local_ports: LocalPorts,
    /// The protection of the session.
    pub security: Security,
}

/// The protection of a session. TLS covers both connections (RFC 4217), or there is no session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Security {
    /// Plaintext, without TLS.
    #[default]
    Plain,
    /// TLS from the first byte on, usually on port 990.
    Implicit,
    /// TLS after AUTH TLS, on the usual port.
    Explicit,
}

/// The local ports; 0 is any free one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LocalPorts {
    /// The local port of the control connection.
    pub control: u16,
    /// The local port of the data connections.
    pub data: u16,
}

/// Wipes the password.
impl Drop for Account {
    fn drop(&mut self) {
        self.password.zeroize();
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("host", &format_args!("{}", self.host.escape_ascii()))
            .field("port", &self.port)
            .field("user", &format_args!("{}", self.user.escape_ascii()))
            .finish_non_exhaustive()
    }
}

/// The data connection of a transfer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FtpTransfer {
    /// TYPE A instead of TYPE I. Bytes are handed on as they are on the wire in both. A part of a file, by offset or limit,
    /// is transferred in TYPE I always.
    pub ascii: bool,
    /// The server listens (PASV, EPSV), not we (PORT, EPRT).
    pub passive: bool,
    /// The address to connect to in passive mode.
    pub data_address: FtpDataAddress,
}

/// The address that a passive data connection goes to (002 §2.1 `data_address`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum FtpDataAddress {
    /// The address that the server names in its reply to PASV.
    #[default]
    Server,
    /// The address that the control connection goes to.
    ControlPeer,
    /// The address of the control connection; the one that the server names if that does not connect.
    ControlPeerThenServer {
        /// The time that the first address gets.
        after: Duration,
    },
}

/// The parameters of an upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FtpStore {
    /// Name on the server.
    pub path: Vec<u8>,
    /// The offset of the first byte in the remote file; 0 replaces the file.
    pub offset: u64,
    /// The data connection to use.
    pub transfer: FtpTransfer,
}

/// The parameters of a download or a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retrieve {
    /// The command that fetches it.
    pub what: RetrieveKind,
    /// Name on the server; empty for a listing of the present directory.
    pub path: Vec<u8>,
    /// The offset in the remote file to begin at.
    pub offset: u64,
    /// The number of bytes after which the transfer is broken off; the session remains in sync.
    pub limit: Option<u64>,
    /// The data connection to use.
    pub transfer: FtpTransfer,
}

/// The command of a download.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RetrieveKind {
    /// Fetches a file (RETR).
    File,
    /// Lists a directory for people (LIST).
    List,
    /// Lists the names in a directory (NLST).
    Nlst,
    /// Lists a directory for programs (MLSD, RFC 3659).
    Mlsd,
}

impl FtpOperation {
    /// Returns whether one of its strings cannot be sent: CR, LF and NUL end a command line or are mangled.
    pub(super) fn has_control_characters(&self) -> bool {
        let bad = |text: &Vec<u8>| memchr::memchr3(b'\r', b'\n', 0, text).is_some();
        match self {
            FtpOperation::Open(account) => {
                bad(&account.user)
                    || bad(&account.password)
                    || account.account.as_ref().is_some_and(bad)
            }
            FtpOperation::Cwd(path)
            | FtpOperation::Size(path)
            | FtpOperation::Delete(path)
            | FtpOperation::MakeDir(path)
            | FtpOperation::RemoveDir(path)
            | FtpOperation::ModifiedTime(path)
            | FtpOperation::Status(Some(path))
            | FtpOperation::Store(FtpStore { path, .. })
            | FtpOperation::Retrieve(Retrieve { path, .. }) => bad(path),
            FtpOperation::Rename { from, to } => bad(from) || bad(to),
            FtpOperation::CdUp
            | FtpOperation::Pwd
            | FtpOperation::Status(None)
            | FtpOperation::System
            | FtpOperation::Noop
            | FtpOperation::Quit => false,
        }
    }
}
