//! The state of the FTP service of GSM modules.

use alloc::vec::Vec;

use crate::module::ftp::failure::FtpTrouble;
use crate::wiped::WipedBytes;

/// Holds what the commands set beside `AT+QFTPCFG`.
#[derive(Debug, Default)]
pub(in crate::module) struct GsmState {
    pub(super) user: Vec<u8>,
    pub(super) password: WipedBytes,
    /// Host of the last `AT+QFTPOPEN`, and its port.
    pub(super) host: Vec<u8>,
    pub(super) port: u16,
    pub(super) path: RemotePath,
    /// Target of the QFTPPATH under way.
    pub(super) next_path: Vec<u8>,
    /// There has been a session: `CLOSED`, not `IDLE`.
    pub(super) used: bool,
}

/// Says what `AT+QFTPPATH` has set (001 §2.2.5).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum RemotePath {
    /// Nothing: a session is where it began.
    #[default]
    Login,
    /// A path for the next session. It outlives a login that fails.
    Remembered(Vec<u8>),
    /// The remembered path, for which the login under way asks the server.
    Applying(Vec<u8>),
    /// The server refused the remembered path; the report of the login tells it.
    Refused(FtpTrouble),
    /// A path of the session.
    Changed(Vec<u8>),
}

impl RemotePath {
    /// Returns the path that `AT+QFTPPATH?` shows.
    pub(super) fn shown(&self) -> &[u8] {
        match self {
            RemotePath::Login | RemotePath::Refused(_) => b"",
            RemotePath::Remembered(path)
            | RemotePath::Applying(path)
            | RemotePath::Changed(path) => path,
        }
    }

    /// Takes a path that the server has taken. An empty one is where the session began.
    pub(super) fn change(&mut self, path: Vec<u8>) {
        *self = if path.is_empty() {
            RemotePath::Login
        } else {
            RemotePath::Changed(path)
        };
    }

    /// Forgets the path of a session that ended; one for the next session stays.
    pub(super) fn end_session(&mut self) {
        if matches!(self, RemotePath::Changed(_) | RemotePath::Refused(_)) {
            *self = RemotePath::Login;
        }
    }
}
