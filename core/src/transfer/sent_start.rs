//! The start of what was sent, compared where both ends disagree: it shows whether it stands at its place.

use super::step::{FailureCause, TransferStep};

/// Bytes that are compared.
const START: u64 = 64;

/// The place of what was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SentStart {
    /// Position of its first byte.
    pub(super) at: u64,
    /// Bytes of the server's file.
    pub(super) size: u64,
    /// The disagreement.
    pub(super) cause: FailureCause,
}

impl SentStart {
    /// Returns how many bytes can be compared.
    pub(super) fn length(self) -> u64 {
        START.min(self.size.saturating_sub(self.at))
    }

    /// Returns the step that compares them.
    pub(super) fn step(self, ends_downloads: bool) -> TransferStep {
        let length = self.length();
        TransferStep::Compare {
            offset: self.at,
            length,
            expected: if ends_downloads {
                length
            } else {
                self.size - self.at
            },
        }
    }

    /// Returns the place to send from; `None` where bytes of others may be damaged that the source does not have.
    pub(super) fn place(self, equal: bool, base: u64) -> Option<u64> {
        match (equal, base) {
            (true, _) => Some(self.at),
            (false, 0) => Some(0),
            (false, _) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(at: u64, size: u64) -> SentStart {
        let cause = FailureCause::SizeUnknown;
        SentStart { at, size, cause }
    }

    #[test]
    fn a_few_bytes_are_compared_as_far_as_the_file_reaches() {
        for (size, length) in [(9, 0), (10, 0), (11, 1), (74, 64), (500, 64)] {
            assert_eq!(start(10, size).length(), length, "{size}");
        }
        let compare = |expected| TransferStep::Compare {
            offset: 10,
            length: 64,
            expected,
        };
        assert_eq!(start(10, 500).step(true), compare(64));
        assert_eq!(start(10, 500).step(false), compare(490));
    }

    #[test]
    fn what_stands_elsewhere_is_sent_from_the_start_or_not_at_all() {
        assert_eq!(start(10, 500).place(true, 10), Some(10));
        assert_eq!(start(10, 500).place(false, 0), Some(0));
        assert_eq!(start(10, 500).place(false, 10), None);
    }
}
