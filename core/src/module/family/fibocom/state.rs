//! The state of the FTP service of Fibocom modules.

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::time::Duration;

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
    /// The value of `AT+GTSET="FTPLIMIT"`.
    pub(super) flow: FlowTimer,
    /// The value of `AT+FTPREST`.
    pub(super) restart: u64,
    pub(super) fetch: Option<Fetch>,
}

/// Holds a download that FTPGET began.
#[derive(Debug)]
pub(super) struct Fetch {
    pub(super) command: &'static Command,
    pub(super) retrieve: Retrieve,
    /// Offset at which the last data connection took the file up.
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

/// Controls the flow of a download to the line (003 §1.2.16).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FlowTimer {
    /// Period in milliseconds; 0 stops the timer.
    pub(super) period: u64,
    /// Bytes since the last pause.
    flowed: u64,
}

/// Bytes that flow in one period.
const FLOW: u64 = 64 * 1024;

impl Default for FlowTimer {
    /// Starts with the manual's default (003 §1.2.16).
    fn default() -> Self {
        FlowTimer {
            period: 50,
            flowed: 0,
        }
    }
}

impl FlowTimer {
    /// Counts bytes; returns the pause behind them, if one is due.
    pub(super) fn pause_behind(&mut self, count: usize) -> Option<Duration> {
        self.flowed = self.flowed.saturating_add(count as u64);
        let periods = self.flowed / FLOW;
        self.flowed %= FLOW;
        let pause = Duration::from_millis(self.period.saturating_mul(periods));
        (!pause.is_zero()).then_some(pause)
    }

    /// Forgets what has flowed.
    pub(super) fn restart(&mut self) {
        self.flowed = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ftplimit_003_1_2_16_is_the_period_in_which_so_many_bytes_flow() {
        let mut flow = FlowTimer::default();
        let full = usize::try_from(FLOW).expect("it fits");
        assert_eq!(flow.pause_behind(full - 1), None);
        assert_eq!(flow.pause_behind(1), Some(Duration::from_millis(50)));
        flow.period = 1000;
        assert_eq!(
            flow.pause_behind(2 * full + 1),
            Some(Duration::from_secs(2))
        );
        assert_eq!(flow.pause_behind(full - 1), Some(Duration::from_secs(1)));
        flow.pause_behind(full - 1);
        flow.restart();
        assert_eq!(flow.pause_behind(1), None);
        flow.period = 0;
        assert_eq!(flow.pause_behind(10 * full), None);
    }
}
