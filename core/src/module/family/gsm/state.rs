//! The state of the FTP service of GSM modules.

use alloc::vec::Vec;

/// Holds what the commands set beside `AT+QFTPCFG`.
#[derive(Debug, Default)]
pub(in crate::module) struct GsmState {
    pub(super) user: Vec<u8>,
    pub(super) password: Vec<u8>,
    /// Host of the last `AT+QFTPOPEN`, and its port.
    pub(super) host: Vec<u8>,
    pub(super) port: u16,
    pub(super) path: Vec<u8>,
    /// Target of the QFTPPATH under way.
    pub(super) next_path: Vec<u8>,
    /// There has been a session: `CLOSED`, not `IDLE`.
    pub(super) used: bool,
}
