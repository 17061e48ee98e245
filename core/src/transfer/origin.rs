//! The place where a transfer began to move bytes.

/// Remembers the position of the first byte that was moved.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Origin {
    first: Option<u64>,
}

impl Origin {
    /// Takes note that bytes move from this position on.
    pub(super) fn note(&mut self, from: u64) {
        self.first = Some(self.first.map_or(from, |first| first.min(from)));
    }

    /// Returns the bytes that were moved, up to this position.
    pub(super) fn moved_until(self, end: u64) -> u64 {
        self.first.map_or(0, |first| end.saturating_sub(first))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_all_places_counts() {
        let mut origin = Origin::default();
        assert_eq!(origin.moved_until(9), 0);
        for from in [5, 7, 3] {
            origin.note(from);
        }
        assert_eq!((origin.moved_until(9), origin.moved_until(2)), (6, 0));
    }
}
