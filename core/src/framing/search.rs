//! The search for the lines that may end a payload.

use core::time::Duration;

use super::belief::{BREAK_GUARD, Belief};
use super::broken_off::{self, BreakMatch};
use super::found::Found;
use super::tail::tail_start;
use super::trailer::{Stated, Trailer, TrailerMatch};

/// The bytes at hand, and what is known of the payload that they go on with.
pub(super) struct Search<'a, B> {
    pub(super) trailer: &'a Trailer,
    /// Says what a trailer of a statement needs behind so many payload bytes.
    pub(super) belief: B,
    /// The payload bytes before.
    pub(super) received: u64,
    pub(super) bytes: &'a [u8],
    /// The time in which nothing has been read.
    pub(super) silent: Duration,
}

impl<B: Fn(Stated, u64) -> Belief> Search<'_, B> {
    /// Finds the end of a file. Only at its expected length is a trailer believed whatever follows, so that no other place
    /// before the tail is looked at.
    pub(super) fn in_file(&self, expected: Option<u64>) -> Found {
        let due = expected.filter(|_| self.trailer.states_length());
        let due = due.and_then(|due| usize::try_from(due.checked_sub(self.received)?).ok());
        self.search(due, tail_start(self.bytes))
    }

    /// Finds the end of a listing, of which each line may be the trailer.
    pub(super) fn in_listing(&self) -> Found {
        self.search(None, 0)
    }

    /// Finds the first lines that may end the payload, at `due` or from `tail` on. What stands before them is payload.
    fn search(&self, due: Option<usize>, tail: usize) -> Found {
        let mut broken_off = 0;
        let mut at = 0;
        loop {
            at = match due {
                Some(due) if (at..tail).contains(&due) => due,
                _ if at < tail => self.trailer.transcript_candidate(self.bytes, at, tail),
                _ => {
                    let rest = &self.bytes[at..];
                    // None of those before it is any.
                    if broken_off < at || at == 0 {
                        broken_off = at + broken_off::candidate(rest, self.trailer.name());
                    }
                    let before = self.received + at as u64;
                    broken_off.min(at + self.trailer.candidate(rest, before))
                }
            };
            match self.examine(at, at >= tail && at == broken_off) {
                Some(found) if at == 0 => return found,
                Some(_) => return Found::Payload(at),
                None => at += 1,
            }
        }
    }

    /// Tells what the lines at a place are; `None` if they are payload. `breaks` is true where they may break it off.
    fn examine(&self, at: usize, breaks: bool) -> Option<Found> {
        let (bytes, received) = (&self.bytes[at..], self.received + at as u64);
        let (guard, found) = match self.trailer.examine(bytes, received) {
            _ if bytes.is_empty() => return Some(Found::Wait(None)),
            TrailerMatch::Partly => return Some(Found::Wait(None)),
            TrailerMatch::No if !breaks => return None,
            TrailerMatch::No => match broken_off::examine(bytes, self.trailer.name()) {
                BreakMatch::Partly => return Some(Found::Wait(None)),
                BreakMatch::No => return None,
                BreakMatch::Whole => (BREAK_GUARD, Found::BrokenOff),
            },
            TrailerMatch::Whole(end, stated) => match (self.belief)(stated, received) {
                (Duration::ZERO, found) => return Some(found),
                _ if !self
                    .trailer
                    .is_followed_by_urcs(broken_off::strip_answers(&bytes[end..])) =>
                {
                    return None;
                }
                belief => belief,
            },
        };
        Some(if self.silent >= guard {
            found
        } else {
            Found::Wait(Some(guard))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::framing::belief::{of_file, of_listing};
    use alloc::format;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    /// Compares the search with a look at each byte.
    fn compare<B: Fn(Stated, u64) -> Belief>(
        search: &Search<'_, B>,
        found: Found,
    ) -> Result<(), TestCaseError> {
        let is_end = |at: &usize| {
            let breaks = broken_off::candidate(&search.bytes[*at..], search.trailer.name()) == 0;
            search.examine(*at, breaks).is_some()
        };
        let first = (0..=search.bytes.len()).find(is_end);
        let payload = if let Found::Payload(count) = found {
            count
        } else {
            0
        };
        prop_assert_eq!(Some(payload), first);
        Ok(())
    }

    /// Makes text that lines behind a payload are made of.
    fn line_text() -> impl Strategy<Value = Vec<u8>> {
        let texts: &[&[u8]] = &[
            b"\r\nOK\r\n\r\n+QFTPGET: 0,",
            b"\r\n+QFTPGET:",
            b"\r\n+FTPRETR: 1\r\n",
            b"\r\n+FTPINFO:226 done\r\n",
            b"\r\n+CMEE: 1\r\n\r\nOK\r\n",
            b"\r\n+CREG: 1\r\n",
            b"\r\nERROR\r\n",
            b"\r\nOK\r\n",
            b"\r\n",
        ];
        prop_oneof![
            6 => prop::sample::select(texts).prop_map(<[u8]>::to_vec),
            2 => (0u32..3000).prop_map(|n| format!("{n}\r\n").into_bytes()),
            1 => prop::collection::vec(any::<u8>(), 0..300),
        ]
    }

    proptest! {
        // A look at each byte takes its time.
        #![proptest_config(ProptestConfig::with_cases(40))]

        #[test]
        fn it_finds_what_a_look_at_each_byte_finds(
            texts in prop::collection::vec(line_text(), 0..120),
            kind in 0..4,
            received in 0u64..3,
            expected in prop::option::of(0u64..3000),
        ) {
            let bytes = texts.concat();
            let trailer = match kind {
                0 => Trailer::report("+QFTPGET"),
                1 => Trailer::information("+QFTPGET"),
                2 => Trailer::short("+QFTPGET"),
                _ => Trailer::unmarked_flag("+FTPRETR"),
            };
            let search = Search {
                trailer: &trailer,
                belief: |stated, received| of_file(stated, expected, received),
                received,
                bytes: &bytes,
                silent: Duration::ZERO,
            };
            compare(&search, search.in_file(expected))?;
            let listing = Search {
                trailer: &trailer,
                belief: of_listing,
                received,
                bytes: &bytes,
                silent: Duration::ZERO,
            };
            compare(&listing, listing.in_listing())?;
        }
    }
}
