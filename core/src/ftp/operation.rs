//! What can be asked of the session: one operation at a time.

use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

/// One thing to do on the server. Each ends with exactly one [`super::Event::Done`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FtpOperation {
    /// Connect and log in. A session that is still there is dropped first.
    Open(Account),
    /// CWD
    Cwd(Vec<u8>),
    /// CDUP
    CdUp,
    /// PWD; the outcome's value is the path, unquoted.
    Pwd,
    /// SIZE, in binary whatever the transfers use: servers refuse it in ASCII.
    Size(Vec<u8>),
    /// DELE
    Delete(Vec<u8>),
    /// MKD
    MakeDir(Vec<u8>),
    /// RMD
    RemoveDir(Vec<u8>),
    /// MDTM; the outcome's value is the time as the server wrote it.
    ModifiedTime(Vec<u8>),
    /// RNFR, then RNTO
    Rename {
        /// The name it has.
        from: Vec<u8>,
        /// The name it gets.
        to: Vec<u8>,
    },
    /// STAT, of a path or of the server; the outcome's text has every line.
    Status(Option<Vec<u8>>),
    /// SYST
    System,
    /// NOOP
    Noop,
    /// An upload.
    Store(FtpStore),
    /// A download or a listing.
    Retrieve(Retrieve),
    /// QUIT
    Quit,
}

/// A server, and who logs in there.
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
    /// Whether TLS protects the session.
    pub security: Security,
}

/// How a session is protected. One that is protected is so on both connections (RFC 4217), or there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Security {
    /// Not at all.
    #[default]
    Plain,
    /// TLS from the first byte on, usually on port 990.
    Implicit,
    /// TLS after AUTH TLS, on the usual port.
    Explicit,
}

/// Ports of this side; 0 is any free one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LocalPorts {
    /// Of the control connection.
    pub control: u16,
    /// Of the data connections.
    pub data: u16,
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

/// How the data connection is made and what flows through it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FtpTransfer {
    /// TYPE A instead of TYPE I. Bytes are handed on as they are on the wire in both.
    pub ascii: bool,
    /// The server listens (PASV, EPSV), not we (PORT, EPRT).
    pub passive: bool,
    /// Where to connect in passive mode.
    pub data_address: FtpDataAddress,
}

/// Which address a passive data connection goes to (002 §2.1 `data_address`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum FtpDataAddress {
    /// The one the server names in its reply to PASV.
    #[default]
    Server,
    /// The one the control connection goes to.
    ControlPeer,
    /// The control connection's; the server's when that has not connected.
    ControlPeerThenServer {
        /// How long the first may take.
        after: Duration,
    },
}

/// An upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FtpStore {
    /// Name on the server.
    pub path: Vec<u8>,
    /// Where in the remote file the first byte goes; 0 replaces the file.
    pub offset: u64,
    /// How.
    pub transfer: FtpTransfer,
}

/// A download or a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retrieve {
    /// What is wanted.
    pub what: RetrieveKind,
    /// Name on the server; empty for a listing of the present directory.
    pub path: Vec<u8>,
    /// Where in the remote file to begin.
    pub offset: u64,
    /// After this many bytes the transfer is broken off; the session stays in step.
    pub limit: Option<u64>,
    /// How.
    pub transfer: FtpTransfer,
}

/// What a download brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetrieveKind {
    /// RETR
    File,
    /// LIST
    List,
    /// NLST
    Nlst,
    /// MLSD
    Mlsd,
}
impl FtpOperation {
    /// Whether some string of it cannot be sent: CR, LF and NUL would end the command line or be mangled.
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
