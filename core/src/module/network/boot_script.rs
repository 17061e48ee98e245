//! The lines of a start that are still to be said, and when.

use alloc::collections::VecDeque;
use core::time::Duration;

use crate::dialect::BootLine;

/// Holds the lines in the order in which they are due.
#[derive(Debug, Default)]
pub(super) struct BootScript {
    lines: VecDeque<(Duration, &'static BootLine)>,
}

impl BootScript {
    /// Adds lines to be said from `now` on, each after its part of the boot time. One that waits already is said once,
    /// at its new time.
    pub(super) fn add(
        &mut self,
        now: Duration,
        boot_time: Duration,
        lines: impl Iterator<Item = &'static BootLine>,
    ) {
        for line in lines {
            self.lines.retain(|(_, waiting)| *waiting != line);
            let after = boot_time * u32::from(line.after) / 100;
            self.lines.push_back((now + after, line));
        }
        let lines = self.lines.make_contiguous();
        lines.sort_by_key(|(at, _)| *at);
    }

    /// Returns when the next line is due.
    pub(super) fn next_timeout(&self) -> Option<Duration> {
        self.lines.front().map(|(at, _)| *at)
    }

    /// Hands over the next line that is due.
    pub(super) fn take_due(&mut self, now: Duration) -> Option<&'static BootLine> {
        let due = self.next_timeout().is_some_and(|at| at <= now);
        let line = due.then(|| self.lines.pop_front()).flatten();
        line.map(|(_, line)| line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    static LINES: [BootLine; 2] = [BootLine::new("RDY", 0), BootLine::new("APP RDY", 50)];

    #[test]
    fn lines_come_in_time_and_without_a_boot_time_at_once() {
        let mut script = BootScript::default();
        script.add(SECOND, SECOND * 4, LINES.iter());
        assert_eq!(script.take_due(SECOND).map(|line| line.text), Some("RDY"));
        assert_eq!(script.take_due(SECOND * 2), None);
        assert_eq!(script.next_timeout(), Some(SECOND * 3));
        script.add(SECOND * 3, Duration::ZERO, LINES.iter());
        for text in ["RDY", "APP RDY"] {
            assert_eq!(
                script.take_due(SECOND * 3).map(|line| line.text),
                Some(text)
            );
        }
        assert_eq!(script.next_timeout(), None);
    }
}
