//! The record of an emulator's line, which begins anew with each host.

use std::time::Duration;

use super::trace::HostPeer;
use crate::record::{LineRecord, Recorder};

/// Records the line of a module, with the hosts that come and go.
#[derive(Debug)]
pub(super) struct HostRecord {
    pub(super) line: LineRecord,
    host: Option<HostPeer>,
}

impl HostRecord {
    pub(super) fn new(recorder: Recorder) -> Self {
        HostRecord {
            line: LineRecord::new(recorder),
            host: None,
        }
    }

    /// Notes which host the line has.
    pub(super) fn see_host(&mut self, now: Duration, host: Option<HostPeer>) {
        if self.host == host {
            return;
        }
        match host {
            Some(_) => self.line.opened(now),
            None => self.line.closed(now),
        }
        self.host = host;
    }
}
