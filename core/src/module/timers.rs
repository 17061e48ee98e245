//! The deadlines of the module end: one of each kind, in one table.

use core::time::Duration;

/// Kinds of deadlines, in the order in which they are acted on when several are due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Timer {
    /// Takes the next step of a start or of an end.
    Power,
    /// Says the next line of a start.
    BootLine,
    /// Registers the module in its network.
    Registration,
    /// Decides about pluses that may be the escape sequence `+++`.
    Escape,
    /// Ends the FTP command under way, or its wait for the next packet.
    FtpCommand,
    /// Ends the pause between two pieces of a download over the line (003 §1.2.16).
    DataFlow,
    /// Drops the download buffer of FTPGET, which the host has not read (003 §1.2.19).
    DownloadBuffer,
    /// Ends the upload of a file after a silence of the host.
    FileUpload,
    /// Ends the wait for a certificate or key.
    Certificate,
    /// Asks the time server again, or gives up.
    TimeServer,
    /// Ends the wait for the addresses of a name.
    NameLookup,
    /// Ends the wait for an echo.
    Echo,
}

impl Timer {
    /// Lists every kind.
    pub(super) const ALL: [Timer; 12] = [
        Timer::Power,
        Timer::BootLine,
        Timer::Registration,
        Timer::Escape,
        Timer::FtpCommand,
        Timer::DataFlow,
        Timer::DownloadBuffer,
        Timer::FileUpload,
        Timer::Certificate,
        Timer::TimeServer,
        Timer::NameLookup,
        Timer::Echo,
    ];
}

/// Holds when each timer expires, if it runs.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct TimerTable {
    expiry: [Option<Duration>; Timer::ALL.len()],
}

impl TimerTable {
    /// Starts a timer, or moves its deadline.
    pub(super) fn set(&mut self, timer: Timer, at: Duration) {
        self.put(timer, Some(at));
    }

    /// Starts a timer, or stops it with `None`.
    pub(super) fn put(&mut self, timer: Timer, at: Option<Duration>) {
        self.expiry[timer as usize] = at;
    }

    /// Stops a timer.
    pub(super) fn stop(&mut self, timer: Timer) {
        self.put(timer, None);
    }

    /// Returns when a timer expires.
    pub(super) fn get(&self, timer: Timer) -> Option<Duration> {
        self.expiry[timer as usize]
    }

    /// Returns the nearest deadline.
    pub(super) fn next_timeout(&self) -> Option<Duration> {
        self.expiry.iter().flatten().min().copied()
    }

    /// Stops a timer that has expired; returns `false` for any other.
    pub(super) fn expire(&mut self, timer: Timer, now: Duration) -> bool {
        let expired = self.get(timer).is_some_and(|at| at <= now);
        if expired {
            self.stop(timer);
        }
        expired
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn every_timer_has_a_place_of_its_own() {
        let mut timers = TimerTable::default();
        for (index, timer) in Timer::ALL.into_iter().enumerate() {
            assert_eq!(timer as usize, index);
            timers.set(timer, SECOND * u32::try_from(index).expect("small"));
        }
        for (index, timer) in Timer::ALL.into_iter().enumerate() {
            let at = SECOND * u32::try_from(index).expect("small");
            assert_eq!(timers.get(timer), Some(at));
        }
    }

    #[test]
    fn the_nearest_deadline_is_next_and_a_timer_expires_once() {
        let mut timers = TimerTable::default();
        assert_eq!(timers.next_timeout(), None);
        timers.set(Timer::FtpCommand, SECOND * 3);
        timers.set(Timer::Escape, SECOND * 2);
        assert_eq!(timers.next_timeout(), Some(SECOND * 2));
        assert!(!timers.expire(Timer::Escape, SECOND));
        assert!(timers.expire(Timer::Escape, SECOND * 2));
        assert!(!timers.expire(Timer::Escape, SECOND * 2));
        assert_eq!(timers.next_timeout(), Some(SECOND * 3));
        timers.stop(Timer::FtpCommand);
        assert_eq!(timers.next_timeout(), None);
    }
}
