//! Finds the end of a downloaded payload.
//!
//! A module says nothing before the data but `CONNECT`; after the last byte it says how many there were. File data can
//! hold that text too, so a trailer is believed only when
//! - the length it states equals the bytes received before it, and
//! - that length is the one expected, or nothing follows within a guard time but unsolicited lines of other services.
//!
//! A file that contains `\r\nOK\r\n\r\n+QFTPGET: 0,5\r\n` is so received whole. A trailer that states an error carries
//! no length; it is believed after the longest guard time.
//!
//! A listing is lines, and no name in it can have a line end (RFC 3659 §2.2), so no line of it is a trailer. Behind a
//! line, a trailer that states no other length is believed at once. Any other trailer of a listing, with nothing before
//! it for one, may be of an earlier command: it is believed after the short guard time.
//!
//! A download that ends without such a trailer is broken off, and never counts as whole: after a silence of [`BREAK_GUARD`]
//! behind a trailer of another length, a final error, a banner, or the answer to a question asked in its silence.

use core::time::Duration;

pub use super::belief::{BREAK_GUARD, GUARD, LONG_GUARD};
use super::belief::{of_file, of_listing};
use super::broken_off;
pub use super::found::Found;
use super::search::Search;
use super::stuffing::{Piece, Unstuff, Unstuffed};

pub use super::trailer::{Trailer, TrailerShape};

/// The payload of one transfer.
#[derive(Debug)]
pub struct Payload {
    end: PayloadEnd,
    received: u64,
}

/// A payload that ends at a bare ETX.
#[derive(Debug)]
struct Stuffed {
    unstuff: Unstuff,
    /// Set once the end has come.
    ended: bool,
    /// Ends the payload where the module sends no ETX (003 §3.7).
    trailer: Trailer,
    expected: Option<u64>,
}

#[derive(Debug)]
#[allow(clippy::large_enum_variant)] // one lives at a time; a box would be an allocation a transfer
enum PayloadEnd {
    Counted(u64),
    /// The same, with the result `OK` at once behind it.
    Framed(u64),
    Stuffed(Stuffed),
    Verified {
        trailer: Trailer,
        expected: Option<u64>,
    },
    /// Lines of text.
    Listing(Trailer),
}

impl Payload {
    /// Receives exactly this many bytes (`CONNECT <n>`).
    pub fn counted(length: u64) -> Self {
        Self::until(PayloadEnd::Counted(length))
    }

    /// Receives exactly this many bytes, and believes them only where the `OK` of the answer stands at once behind them
    /// (003 §1.2.19): a byte that was lost or added on the line moves it.
    pub fn framed(length: u64) -> Self {
        Self::until(PayloadEnd::Framed(length))
    }

    /// Receives up to a trailer that states its length; `expected` is the length known beforehand, if any.
    pub fn verified(trailer: Trailer, expected: Option<u64>) -> Self {
        Self::until(PayloadEnd::Verified { trailer, expected })
    }

    /// Receives the lines of a listing, up to their trailer.
    pub fn listing(trailer: Trailer) -> Self {
        Self::until(PayloadEnd::Listing(trailer))
    }

    /// Receives up to a bare ETX (`nl668` FTPRETR), or to the trailer behind all bytes that are expected.
    pub fn stuffed(trailer: Trailer, expected: Option<u64>) -> Self {
        Self::until(PayloadEnd::Stuffed(Stuffed {
            unstuff: Unstuff::default(),
            ended: false,
            trailer,
            expected,
        }))
    }

    fn until(end: PayloadEnd) -> Self {
        Payload { end, received: 0 }
    }

    /// Returns its trailer, for another payload.
    pub fn into_trailer(self) -> Option<Trailer> {
        match self.end {
            PayloadEnd::Counted(_) | PayloadEnd::Framed(_) => None,
            PayloadEnd::Stuffed(Stuffed { trailer, .. })
            | PayloadEnd::Verified { trailer, .. }
            | PayloadEnd::Listing(trailer) => Some(trailer),
        }
    }

    /// Returns the payload bytes so far.
    pub fn received(&self) -> u64 {
        self.received
    }

    /// Returns how many payload bytes come still, as far as that is known.
    pub fn due(&self) -> Option<u64> {
        let length = match &self.end {
            PayloadEnd::Counted(length) | PayloadEnd::Framed(length) => Some(*length),
            PayloadEnd::Stuffed(Stuffed { expected, .. })
            | PayloadEnd::Verified { expected, .. } => *expected,
            PayloadEnd::Listing(_) => None,
        };
        length.map(|length| length.saturating_sub(self.received))
    }

    /// Returns true if what came so far shows that the line lost or added bytes: the count may be right all the same.
    pub fn is_damaged(&self) -> bool {
        matches!(&self.end, PayloadEnd::Stuffed(stuffed) if stuffed.unstuff.is_damaged())
    }

    /// Returns true if lines of the module are told from payload.
    pub fn tells_lines(&self) -> bool {
        match self.end {
            PayloadEnd::Stuffed(_) | PayloadEnd::Verified { .. } | PayloadEnd::Listing(_) => true,
            PayloadEnd::Counted(_) | PayloadEnd::Framed(_) => false,
        }
    }

    /// Takes the stuffing out of the bytes at hand, in their place, as far as they are told from the end of the payload.
    /// Consume as many as were taken; [`Payload::find`] tells what the others are.
    pub fn unstuff(&mut self, bytes: &mut [u8]) -> Unstuffed {
        let PayloadEnd::Stuffed(stuffed) = &mut self.end else {
            return Unstuffed::default();
        };
        if stuffed.ended {
            return Unstuffed::default();
        }
        let unstuffed = stuffed.unstuff.pass_in_place(bytes);
        stuffed.ended = unstuffed.ended;
        self.received += unstuffed.payload as u64;
        unstuffed
    }

    /// Tells what the bytes at hand are. After [`Found::Payload`] consume that many and ask again. `silent` is the
    /// time in which nothing has been read.
    pub fn find(&mut self, bytes: &[u8], silent: Duration) -> Found {
        let found = match &mut self.end {
            PayloadEnd::Stuffed(stuffed) => stuffed.find(self.received, bytes, silent),
            PayloadEnd::Counted(length) => find_counted(*length - self.received, bytes),
            PayloadEnd::Framed(length) => find_framed(*length - self.received, bytes),
            PayloadEnd::Verified { trailer, expected } => {
                find_in_file(trailer, *expected, self.received, bytes, silent)
            }
            PayloadEnd::Listing(trailer) => Search {
                trailer,
                belief: of_listing,
                received: self.received,
                bytes,
                silent,
            }
            .in_listing(),
        };
        if let Found::Payload(count) = found {
            self.received += count as u64;
        }
        found
    }
}

/// Returns true for bytes that answer a question which was asked in a silent payload.
pub(crate) fn answers_question(bytes: &[u8]) -> bool {
    let behind = broken_off::strip_answers(bytes);
    behind.is_empty() && !bytes.is_empty()
}

fn find_counted(left: u64, bytes: &[u8]) -> Found {
    match (left, bytes.len()) {
        (0, _) => Found::End,
        (_, 0) => Found::Wait(None),
        (left, there) => {
            Found::Payload(usize::try_from(left).map_or(there, |left| left.min(there)))
        }
    }
}

fn find_framed(left: u64, bytes: &[u8]) -> Found {
    const RESULT: &[u8] = b"\r\nOK\r\n";
    match find_counted(left, bytes) {
        Found::End if bytes.starts_with(RESULT) => Found::End,
        Found::End if RESULT.starts_with(bytes) => Found::Wait(None),
        Found::End => Found::BrokenOff,
        found => found,
    }
}

fn find_in_file(
    trailer: &Trailer,
    expected: Option<u64>,
    received: u64,
    bytes: &[u8],
    silent: Duration,
) -> Found {
    Search {
        trailer,
        belief: |stated, received| of_file(stated, expected, received),
        received,
        bytes,
        silent,
    }
    .in_file(expected)
}

impl Stuffed {
    fn find(&mut self, received: u64, bytes: &[u8], silent: Duration) -> Found {
        if self.ended {
            return Found::End;
        }
        match self.unstuff.next(bytes) {
            None => Found::Wait(None),
            // More of it, or its end, has come already.
            Some(Piece::Plain(count)) if count < bytes.len() => Found::Payload(count),
            Some(Piece::Plain(_)) => {
                find_in_file(&self.trailer, self.expected, received, bytes, silent)
            }
            Some(Piece::Escape) => Found::Skip(1),
            Some(Piece::End) => {
                self.ended = true;
                Found::Skip(1)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::vec;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    /// Feeds a stream in chunks without silence between them, then silence; returns the payload and the rest.
    fn receive(stream: &[u8], chunk: usize, expected: Option<u64>) -> (Vec<u8>, Vec<u8>, bool) {
        let mut payload = Payload::verified(Trailer::report("+QFTPGET"), expected);
        let mut pending: Vec<u8> = Vec::new();
        let mut data = Vec::new();
        let mut ended = false;
        let chunks = stream.chunks(chunk).map(|chunk| (chunk, Duration::ZERO));
        for (chunk, silent) in chunks.chain([(&b""[..], LONG_GUARD)]) {
            pending.extend_from_slice(chunk);
            while !ended {
                match payload.find(&pending, silent) {
                    Found::Payload(count) => data.extend(pending.drain(..count)),
                    Found::Skip(count) => drop(pending.drain(..count)),
                    Found::Wait(_) => break,
                    Found::End => ended = true,
                    Found::BrokenOff => return (data, pending, false),
                }
            }
        }
        (data, pending, ended)
    }

    fn trailer(length: usize) -> Vec<u8> {
        format!("\r\nOK\r\n\r\n+QFTPGET: 0,{length}\r\n").into_bytes()
    }

    fn whole(content: &[u8], chunk: usize, expected: Option<u64>) {
        let mut stream = content.to_vec();
        stream.extend(trailer(content.len()));
        let (data, rest, ended) = receive(&stream, chunk, expected);
        assert!(ended, "{} by {chunk}", content.escape_ascii());
        assert_eq!(data, content);
        assert_eq!(rest, trailer(content.len()));
    }

    #[test]
    fn files_that_contain_terminators_are_received_whole() {
        let lie = b"\r\nOK\r\n\r\n+QFTPGET: 0,5\r\n";
        let mut true_at_its_place = b"12345".to_vec();
        true_at_its_place.extend_from_slice(lie);
        let mut twice = true_at_its_place.clone();
        twice.extend_from_slice(b"\r\n+QIURC: \"pdpdeact\",1\r\n");
        let files: &[&[u8]] = &[
            b"",
            b"x",
            b"+++",
            b"NO CARRIER",
            b"\r\nOK\r\n",
            b"\r\n",
            lie,
            &true_at_its_place,
            &twice,
            b"\r\nOK\r\n\r\n+QFTPGET: 0,0\r\n",
            b"\r\nOK\r\n\r\n+QFTPGET: 607,0\r\n",
            b"\r\nOK\r\n\r\n+QFTPGE",
            b"\r\nOK\r\n\r\n+QFTPGET: 0,99999999999999999999999\r\n",
        ];
        for file in files {
            for chunk in [1, 2, 3, 5, 8, 1000] {
                whole(file, chunk, None);
                whole(file, chunk, Some(file.len() as u64));
                whole(file, chunk, Some(file.len() as u64 + 10));
            }
        }
    }

    #[test]
    fn a_urc_behind_the_trailer_does_not_hide_it() {
        let mut stream = b"abc".to_vec();
        stream.extend(trailer(3));
        stream.extend_from_slice(b"\r\n+QIURC: \"pdpdeact\",1\r\n");
        let (data, _, ended) = receive(&stream, 4, None);
        assert!(ended);
        assert_eq!(data, b"abc");
    }

    #[test]
    fn a_trailer_is_believed_at_once_only_when_its_length_was_expected() {
        let bytes = trailer(0);
        let mut known = Payload::verified(Trailer::report("+QFTPGET"), Some(0));
        assert_eq!(known.find(&bytes, Duration::ZERO), Found::End);
        let mut unknown = Payload::verified(Trailer::report("+QFTPGET"), None);
        assert_eq!(
            unknown.find(&bytes, Duration::ZERO),
            Found::Wait(Some(GUARD))
        );
        let almost = GUARD.checked_sub(Duration::from_millis(1)).unwrap();
        assert_eq!(unknown.find(&bytes, almost), Found::Wait(Some(GUARD)));
        assert_eq!(unknown.find(&bytes, GUARD), Found::End);
    }

    #[test]
    fn a_failed_transfer_ends_after_the_long_guard() {
        let bytes = b"\r\nOK\r\n\r\n+QFTPGET: 607,0\r\n";
        let mut payload = Payload::verified(Trailer::report("+QFTPGET"), Some(100));
        assert_eq!(payload.find(bytes, GUARD), Found::Wait(Some(LONG_GUARD)));
        assert_eq!(payload.find(bytes, LONG_GUARD), Found::End);
    }

    #[test]
    fn a_trailer_of_another_length_is_no_payload_and_breaks_off_in_silence() {
        let cases: [(Trailer, &[u8]); 3] = [
            (
                Trailer::report("+QFTPGET"),
                b"\r\nOK\r\n\r\n+QFTPGET: 0,4\r\n",
            ),
            (Trailer::short("+QFTPGET"), b"\r\n+QFTPGET:4\r\n"),
            (
                Trailer::information("+QFDWL"),
                b"\r\n+QFDWL: 4,1234\r\n\r\nOK\r\n",
            ),
        ];
        for (trailer, end) in cases {
            let mut payload = Payload::verified(trailer, None);
            let bytes = [b"abc", end].concat();
            assert_eq!(payload.find(&bytes, Duration::ZERO), Found::Payload(3));
            assert_eq!(payload.find(end, GUARD), Found::Wait(Some(BREAK_GUARD)));
            let more = [end, b"x"].concat();
            assert_eq!(payload.find(&more, GUARD), Found::Payload(more.len()));
            payload.received = 3;
            assert_eq!(payload.find(end, BREAK_GUARD), Found::BrokenOff);
        }
    }

    #[test]
    fn stuffed_payload_ends_without_etx_where_all_of_it_has_come() {
        let end = b"\r\n+FTPRETR: 1\r\n";
        for (expected, guard, found) in [
            (Some(3), GUARD, Found::End),
            (Some(4), BREAK_GUARD, Found::BrokenOff),
            (None, BREAK_GUARD, Found::BrokenOff),
        ] {
            let mut payload = Payload::stuffed(Trailer::unmarked_flag("+FTPRETR"), expected);
            let bytes = [b"abc", &end[..]].concat();
            assert_eq!(payload.find(&bytes, Duration::ZERO), Found::Payload(3));
            assert_eq!(payload.find(end, Duration::ZERO), Found::Wait(Some(guard)));
            assert_eq!(payload.find(end, guard), found);
            let goes_on = [end, &b"\x03"[..]].concat();
            assert_eq!(
                payload.find(&goes_on, Duration::ZERO),
                Found::Payload(end.len())
            );
        }
    }

    #[test]
    fn a_framed_payload_is_believed_where_its_result_stands_at_once_behind_it() {
        let end = |rest: &[u8]| {
            let mut payload = Payload::framed(3);
            let bytes = [b"abc", rest].concat();
            assert_eq!(payload.find(&bytes, Duration::ZERO), Found::Payload(3));
            payload.find(rest, Duration::ZERO)
        };
        assert_eq!(end(b"\r\nOK\r\n"), Found::End);
        assert_eq!(end(b"\r\nOK\r\n\r\n+FTPGET: 1\r\n"), Found::End);
        for part in [&b""[..], b"\r", b"\r\nO", b"\r\nOK\r"] {
            assert_eq!(end(part), Found::Wait(None), "{}", part.escape_ascii());
        }
        // One byte too few, two, and one too many.
        for moved in [&b"\nOK\r\n"[..], b"OK\r\n", b"x\r\nOK\r\n"] {
            assert_eq!(end(moved), Found::BrokenOff, "{}", moved.escape_ascii());
        }
    }

    #[test]
    fn a_listing_without_lines_ends_after_the_short_guard() {
        let lte = || Trailer::report("+QFTPLIST");
        let nl668 = || Trailer::flag("+FTPLIST");
        for (trailer, bytes) in [
            (nl668(), &b"\r\n+FTPLIST: 1\r\n"[..]),
            (nl668(), b"\r\n+FTPLIST: 0\r\n"),
            (nl668(), b"+FTPLIST: 1\r\n"),
            (lte(), b"\r\nOK\r\n\r\n+QFTPLIST: 0,0\r\n"),
            (lte(), b"\r\nOK\r\n\r\n+QFTPLIST: 627,550\r\n"),
        ] {
            let mut payload = Payload::listing(trailer);
            let short = GUARD.saturating_sub(Duration::from_millis(1));
            assert_eq!(payload.find(bytes, short), Found::Wait(Some(GUARD)));
            assert_eq!(payload.find(bytes, GUARD), Found::End);
        }
    }

    #[test]
    fn behind_lines_a_trailer_of_no_other_length_is_believed_at_once() {
        let lte = || Trailer::report("+QFTPLIST");
        let (wait, broken) = (Found::Wait(Some(GUARD)), Found::Wait(Some(BREAK_GUARD)));
        for (trailer, end, found) in [
            (lte(), &b"\r\nOK\r\n\r\n+QFTPLIST: 0,3\r\n"[..], Found::End),
            (lte(), b"\r\nOK\r\n\r\n+QFTPLIST: 0,2\r\n", broken),
            (lte(), b"\r\nOK\r\n\r\n+QFTPLIST: 609,3\r\n", wait),
            (
                Trailer::flag("+FTPLIST"),
                b"\r\n+FTPLIST: 1\r\n",
                Found::End,
            ),
            (Trailer::flag("+FTPLIST"), b"\r\n+FTPLIST: 0\r\n", wait),
        ] {
            let mut payload = Payload::listing(trailer);
            let bytes = [b"a\r\n", end].concat();
            assert_eq!(payload.find(&bytes, Duration::ZERO), Found::Payload(3));
            assert_eq!(
                payload.find(end, Duration::ZERO),
                found,
                "{}",
                end.escape_ascii()
            );
        }
    }

    #[test]
    fn the_download_of_a_stored_file_ends_at_its_information() {
        let mut payload = Payload::verified(Trailer::information("+QFDWL"), None);
        let bytes = b"ab\r\n+QFDWL: 2,6162\r\n\r\nOK\r\n";
        assert_eq!(payload.find(bytes, Duration::ZERO), Found::Payload(2));
        assert_eq!(payload.find(&bytes[2..], GUARD), Found::End);
    }

    #[test]
    fn a_counted_payload_takes_its_count_and_no_more() {
        let mut payload = Payload::counted(3);
        assert_eq!(payload.find(b"ab", Duration::ZERO), Found::Payload(2));
        assert_eq!(payload.find(b"", Duration::ZERO), Found::Wait(None));
        assert_eq!(
            payload.find(b"c\r\nOK\r\n", Duration::ZERO),
            Found::Payload(1)
        );
        assert_eq!(payload.find(b"\r\nOK\r\n", Duration::ZERO), Found::End);
    }

    proptest! {
        #[test]
        fn any_bytes_come_through(
            pieces in prop::collection::vec(
                prop_oneof![
                    prop::collection::vec(any::<u8>(), 0..40),
                    Just(b"\r\nOK\r\n\r\n+QFTPGET: 0,".to_vec()),
                    Just(b"\r\nOK\r\n\r\n".to_vec()),
                    (0u32..60).prop_map(|n| format!("{n}\r\n").into_bytes()),
                    Just(vec![b'\r'; 3]),
                ],
                0..8,
            ),
            chunk in 1usize..20,
            known in any::<bool>(),
        ) {
            let content: Vec<u8> = pieces.concat();
            whole(&content, chunk, known.then_some(content.len() as u64));
        }
    }
}
