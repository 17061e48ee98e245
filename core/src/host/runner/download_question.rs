//! The question in a download that has fallen silent: is the module in command mode, since its last words were lost?
//!
//! In data mode a module takes what is typed in a download for nothing, or keeps it for later: it goes to no file. In
//! command mode it answers, and the answer counts as the end of a payload that was broken off
//! (`framing/broken_off.rs`), never as a good one. `+++` would tell as much, and end the transfer on some modules
//! (FIELD 2.1). A counted payload is not asked: nothing tells an answer from payload there.

use core::time::Duration;

/// The silence after which a download is asked, and asked again.
pub(crate) const ASK_AFTER: Duration = Duration::from_secs(5);

/// Holds the time at which a silent download is asked.
#[derive(Debug, Default)]
pub(crate) struct DownloadQuestion {
    pub(crate) due: Option<Duration>,
}

impl DownloadQuestion {
    /// Asks no sooner than after another silence.
    pub(crate) fn put_off(&mut self, now: Duration) {
        self.due = Some(now + ASK_AFTER);
    }
}
