//! The state of the FTP service of Fibocom modules.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use crate::dialect::Command;
use crate::ftp::{FtpFailure, Retrieve};

/// Holds what the commands set, and the buffer of FTPGET.
#[derive(Debug, Default)]
pub(in crate::module) struct FibocomState {
    /// The value of `AT+FTPINFO`.
    pub(super) transcript: bool,
    /// Lines of `AT+FTPINFO` that came while the line carried payload.
    pub(super) unsaid: Vec<Vec<u8>>,
    /// `AT+FTPMODE` 1
    pub(super) active: bool,
    /// The value of `AT+FTPREST`.
    pub(super) restart: u64,
    pub(super) fetch: Option<Fetch>,
}

/// Holds a download that FTPGET began.
#[derive(Debug)]
pub(super) struct Fetch {
    pub(super) command: &'static Command,
    pub(super) retrieve: Retrieve,
    /// Where the last data connection took the file up.
    pub(super) taken_up_at: u64,
    pub(super) view: u64,
    pub(super) buffer: VecDeque<u8>,
    pub(super) stage: FetchStage,
    /// `+FTPGET: 2` is said.
    pub(super) announced: bool,
}

/// Says how far a download into the buffer is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum FetchStage {
    /// A data connection is open, or on its way.
    Coming,
    /// The buffer was full.
    Full,
    /// The server refused to go on, with this failure; it is being asked whether all has come.
    Measuring(FtpFailure),
    /// All of the file has come.
    Complete,
}
