//! The part of a file that is compared before a transfer goes on behind it.

/// Bytes before the place where a transfer goes on, which must be equal at both ends.
pub(crate) const TAIL: u16 = 1024;

/// The same between two pieces of a download, whose bytes were counted: it costs 0.2 % of the smallest piece.
pub(crate) const JOINT: u16 = 128;

/// Bytes that a transfer goes back where they differ, before it starts over.
pub(super) const BACK: u64 = 64 * 1024;

/// A place to go on at, and whether another one before it may be tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) at: u64,
    /// Bytes to compare.
    length: u16,
    gone_back: bool,
}

impl Candidate {
    pub(super) fn new(at: u64) -> Self {
        Candidate {
            at,
            length: TAIL,
            gone_back: false,
        }
    }

    /// Makes the place where a piece ended whose bytes were counted.
    pub(super) fn joint(at: u64) -> Self {
        Candidate {
            length: JOINT,
            ..Self::new(at)
        }
    }

    /// Returns the bytes to compare before the place, where those from `base` on can be.
    pub(super) fn tail(self, base: u64) -> u64 {
        self.at.saturating_sub(base).min(self.length.into())
    }

    /// Returns the next place, after the bytes before this one differed; `None` starts over.
    pub(super) fn before(self, base: u64) -> Option<Self> {
        let at = self.at.checked_sub(BACK).filter(|at| *at > base)?;
        (!self.gone_back).then_some(Candidate {
            gone_back: true,
            ..Self::new(at)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_place_further_back_is_tried() {
        let first = Candidate::new(100_000);
        assert_eq!(first.tail(0), u64::from(TAIL));
        let second = first.before(0).expect("a place before");
        assert_eq!(second.at, 100_000 - BACK);
        assert_eq!(second.before(0), None);
    }

    #[test]
    fn nothing_before_the_start_is_tried_or_compared() {
        assert_eq!(Candidate::new(BACK).before(0), None);
        assert_eq!(Candidate::new(BACK + 10).before(10), None);
        assert!(Candidate::new(BACK + 11).before(10).is_some());
        assert_eq!(Candidate::new(10).tail(0), 10);
        assert_eq!(Candidate::new(10).tail(10), 0);
        assert_eq!(Candidate::joint(1000).tail(0), u64::from(JOINT));
    }
}
