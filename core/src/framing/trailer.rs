//! The lines behind a downloaded payload, which state how many bytes it had.

use alloc::vec::Vec;

use memchr::memmem::Finder;

use super::lines_behind::{are_lines, line_end};
use crate::at::{self, Line};

/// Longest number in a trailer.
const DIGITS: usize = 20;
/// Longest checksum of QFDWL, in hexadecimal digits.
const CHECKSUM_DIGITS: usize = 4;
/// Begins a line of the control connection. `nl668` shows such lines between a listing and its trailer (003 §1.2.3).
const TRANSCRIPT: &[u8] = b"\r\n+FTPINFO:";
/// Lines of the control connection in front of a trailer, in bytes.
const MAX_TRANSCRIPT: usize = 4096;

/// The text between the last payload byte and the numbers, for one command.
#[derive(Debug)]
pub struct Trailer {
    finder: Finder<'static>,
    name: &'static str,
    shape: TrailerShape,
}

/// The shape of a trailer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums)] // the shapes of the manuals
pub enum TrailerShape {
    /// `\r\nOK\r\n\r\n+NAME: <err>,<n>\r\n`
    Report,
    /// `\r\n+NAME: <n>,<checksum>\r\n`
    Information,
    /// `\r\n+NAME:<n>\r\n`, negative for an error
    Short,
    /// `\r\n+NAME: 1\r\n`, 0 for an error; states no length
    Flag,
    /// The same behind a payload that has an end mark of its own, missing here
    UnmarkedFlag,
}

/// The statement of a trailer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stated {
    Length(u64),
    Error,
    /// The end, and no length.
    End,
}

/// The degree to which the bytes at hand match a trailer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TrailerMatch {
    No,
    /// All of it so far; more is needed.
    Partly,
    /// Up to this index.
    Whole(usize, Stated),
}

impl Trailer {
    /// Ends a transfer through the line: result code, then the URC of this name (002 §2.6).
    pub fn report(name: &'static str) -> Self {
        Self::new(name, TrailerShape::Report)
    }

    /// Ends QFDWL: information of this name, then the result code (COMMON 1.1).
    pub fn information(name: &'static str) -> Self {
        Self::new(name, TrailerShape::Information)
    }

    /// Ends a transfer through the line in `gsm`: the URC alone (001 §4.3.1).
    pub fn short(name: &'static str) -> Self {
        Self::new(name, TrailerShape::Short)
    }

    /// Ends a listing in `nl668`: a URC that states no length (003 §3.9).
    pub fn flag(name: &'static str) -> Self {
        Self::new(name, TrailerShape::Flag)
    }

    /// Ends a download in `nl668` whose data no ETX follows (003 §3.7).
    pub fn unmarked_flag(name: &'static str) -> Self {
        Self::new(name, TrailerShape::UnmarkedFlag)
    }

    /// Takes the trailer of an earlier payload if it is alike, and makes another one otherwise.
    pub fn take(spare: &mut Option<Trailer>, name: &'static str, shape: TrailerShape) -> Self {
        let alike = |trailer: &mut Trailer| trailer.name == name && trailer.shape == shape;
        spare
            .take_if(alike)
            .unwrap_or_else(|| Self::new(name, shape))
    }

    fn new(name: &'static str, shape: TrailerShape) -> Self {
        let lead: &[u8] = match shape {
            TrailerShape::Report => b"\r\nOK\r\n\r\n",
            _ => b"\r\n",
        };
        let mut needle = Vec::from(lead);
        needle.extend_from_slice(name.as_bytes());
        needle.push(b':');
        Trailer {
            finder: Finder::new(&needle).into_owned(),
            name,
            shape,
        }
    }

    /// Returns the name that its line carries.
    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    /// Returns true for a trailer that states how many bytes there were.
    pub(super) fn states_length(&self) -> bool {
        !self.is_flag()
    }

    fn is_flag(&self) -> bool {
        matches!(self.shape, TrailerShape::Flag | TrailerShape::UnmarkedFlag)
    }

    /// Returns the text in front of the values. Without payload before it, the line end of `+FTPLIST: 2` may be its own.
    fn lead(&self, bytes: &[u8], received: u64) -> &[u8] {
        let needle = self.finder.needle();
        match needle.strip_prefix(b"\r\n") {
            Some(tight) if received == 0 && self.is_flag() && bytes.starts_with(b"+") => tight,
            _ => needle,
        }
    }

    /// Returns the first index in `bytes` where a trailer may start, complete or cut off by the end. `received` is the
    /// number of payload bytes before.
    pub(super) fn candidate(&self, bytes: &[u8], received: u64) -> usize {
        let found = self.finder.find(bytes);
        let lead = self.lead(bytes, received);
        if lead.len() < self.finder.needle().len()
            && (bytes.starts_with(lead) || lead.starts_with(bytes))
        {
            return 0;
        }
        let at = found.unwrap_or_else(|| cut_off(bytes, self.finder.needle()));
        if !self.is_flag() {
            return at;
        }
        let before = &bytes[..bytes.len().min(at + TRANSCRIPT.len())];
        let transcript = memchr::memmem::find(before, TRANSCRIPT);
        at.min(transcript.unwrap_or_else(|| cut_off(before, TRANSCRIPT)))
    }

    /// Returns the first index in `bytes`, from `from` on, where lines of the control connection may start that reach to
    /// `tail`; `tail` where there is none.
    pub(super) fn transcript_candidate(&self, bytes: &[u8], from: usize, tail: usize) -> usize {
        let from = from.max(tail.saturating_sub(MAX_TRANSCRIPT));
        if !self.is_flag() {
            return tail;
        }
        let found = memchr::memmem::find(&bytes[from..], TRANSCRIPT);
        found.map_or(tail, |at| tail.min(from + at))
    }

    /// Matches the trailer at the start of `bytes`, with the lines of the control connection before it.
    pub(super) fn examine(&self, bytes: &[u8], received: u64) -> TrailerMatch {
        if !self.is_flag() {
            return self.examine_bare(bytes, received);
        }
        let Some(start) = behind_transcript(bytes) else {
            return TrailerMatch::Partly;
        };
        let rest = &bytes[start..];
        match self.examine_bare(rest, received) {
            TrailerMatch::Whole(end, stated) => TrailerMatch::Whole(start + end, stated),
            _ if start > MAX_TRANSCRIPT => TrailerMatch::No,
            TrailerMatch::No if TRANSCRIPT.starts_with(rest) => TrailerMatch::Partly,
            other => other,
        }
    }

    fn examine_bare(&self, bytes: &[u8], received: u64) -> TrailerMatch {
        let needle = self.lead(bytes, received);
        let Some(rest) = bytes.strip_prefix(needle) else {
            return if needle.starts_with(bytes) {
                TrailerMatch::Partly
            } else {
                TrailerMatch::No
            };
        };
        let values = rest.strip_prefix(b" ").unwrap_or(rest);
        let (stated, rest) = match self.values(values) {
            Values::Are(stated, rest) => (stated, rest),
            Values::MayFollow => return TrailerMatch::Partly,
            Values::AreNot => return TrailerMatch::No,
        };
        match rest {
            [b'\r', b'\n', beyond @ ..] => TrailerMatch::Whole(bytes.len() - beyond.len(), stated),
            [] | [b'\r'] => TrailerMatch::Partly,
            _ => TrailerMatch::No,
        }
    }

    /// Reads the numbers behind the name.
    fn values<'a>(&self, bytes: &'a [u8]) -> Values<'a> {
        match self.shape {
            TrailerShape::Report => number(bytes).then_number(|error, length| match error {
                0 => Stated::Length(length),
                _ => Stated::Error,
            }),
            TrailerShape::Information => number(bytes).then_checksum(Stated::Length),
            TrailerShape::Short => match bytes.strip_prefix(b"-") {
                Some(digits) => number(digits).alone(|_| Some(Stated::Error)),
                None => number(bytes).alone(|length| Some(Stated::Length(length))),
            },
            TrailerShape::Flag | TrailerShape::UnmarkedFlag => {
                number(bytes).alone(|flag| match flag {
                    0 => Some(Stated::Error),
                    1 => Some(Stated::End),
                    _ => None,
                })
            }
        }
    }

    /// Returns true if what follows the trailer can be unsolicited lines of other services, the last one cut off maybe.
    pub(super) fn is_followed_by_urcs(&self, mut bytes: &[u8]) -> bool {
        if self.shape == TrailerShape::Information {
            // The result code belongs to the trailer of QFDWL.
            const OK: &[u8] = b"\r\nOK\r\n";
            let common = bytes.len().min(OK.len());
            if bytes[..common] != OK[..common] {
                return false;
            }
            bytes = &bytes[common..];
        }
        are_lines(bytes, |line| self.is_urc(line))
    }

    fn is_urc(&self, line: &[u8]) -> bool {
        match at::parse_reply(line) {
            Line::Information { name, .. } => name != self.name.as_bytes(),
            Line::Text(text) => text.first().is_some_and(u8::is_ascii_graphic),
            Line::Ok | Line::Connect(_) | Line::Failed(_) => false,
        }
    }
}

/// Returns where the end of `bytes` may begin a needle that is cut off.
fn cut_off(bytes: &[u8], needle: &[u8]) -> usize {
    let longest = (needle.len() - 1).min(bytes.len());
    let held = (1..=longest)
        .rev()
        .find(|held| bytes.ends_with(&needle[..*held]));
    bytes.len() - held.unwrap_or(0)
}

/// Returns where the lines of the control connection end at the start of `bytes`; `None` where the last one is cut off.
/// A line and the next share their line end where the module writes no blank line between them.
fn behind_transcript(bytes: &[u8]) -> Option<usize> {
    let mut start = 0;
    while let Some(line) = bytes[start..].strip_prefix(TRANSCRIPT) {
        let Some(end) = line_end(line) else {
            return (bytes.len() > MAX_TRANSCRIPT).then_some(start);
        };
        let end = bytes.len() - line.len() + end;
        let behind = &bytes[end + 2..];
        start = match behind {
            [] | [b'\r'] => return None,
            [b'\r', b'\n', ..] => end + 2,
            _ => end,
        };
    }
    Some(start)
}

/// The text behind the name of a trailer.
enum Values<'a> {
    AreNot,
    /// The bytes end too early to tell.
    MayFollow,
    /// And the bytes behind them.
    Are(Stated, &'a [u8]),
}

/// A number at the start of some bytes.
enum Leading<'a> {
    None,
    /// The bytes end before the number does.
    Cut,
    /// And the bytes behind it.
    Number(u64, &'a [u8]),
}

fn number(bytes: &[u8]) -> Leading<'_> {
    let digits = bytes
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    if digits > DIGITS {
        return Leading::None;
    }
    let (digits, rest) = bytes.split_at(digits);
    if rest.is_empty() {
        return Leading::Cut;
    }
    at::parse_integer(digits).map_or(Leading::None, |value| Leading::Number(value, rest))
}

impl<'a> Leading<'a> {
    /// Reads the number as the whole value.
    fn alone(self, state: impl Fn(u64) -> Option<Stated>) -> Values<'a> {
        match self {
            Leading::None => Values::AreNot,
            Leading::Cut => Values::MayFollow,
            Leading::Number(value, rest) => {
                state(value).map_or(Values::AreNot, |stated| Values::Are(stated, rest))
            }
        }
    }

    /// Reads a comma and another number behind this one.
    fn then_number(self, state: impl Fn(u64, u64) -> Stated) -> Values<'a> {
        let (first, rest) = match self {
            Leading::None => return Values::AreNot,
            Leading::Cut => return Values::MayFollow,
            Leading::Number(first, rest) => (first, rest),
        };
        match rest.strip_prefix(b",") {
            None => Values::AreNot,
            Some(rest) => number(rest).alone(|second| Some(state(first, second))),
        }
    }

    /// Reads a comma and a checksum, which may be empty, behind the number.
    fn then_checksum(self, state: impl Fn(u64) -> Stated) -> Values<'a> {
        let (first, rest) = match self {
            Leading::None => return Values::AreNot,
            Leading::Cut => return Values::MayFollow,
            Leading::Number(first, rest) => (first, rest),
        };
        let Some(rest) = rest.strip_prefix(b",") else {
            return Values::AreNot;
        };
        let digits = rest.iter().take_while(|byte| byte.is_ascii_hexdigit());
        let digits = digits.count();
        if digits > CHECKSUM_DIGITS {
            return Values::AreNot;
        }
        Values::Are(state(first), &rest[digits..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_shape_whole_cut_and_wrong() {
        let cases: &[(Trailer, &[u8], Stated)] = &[
            (
                Trailer::report("+QFTPGET"),
                b"\r\nOK\r\n\r\n+QFTPGET: 0,1000\r\n",
                Stated::Length(1000),
            ),
            (
                Trailer::report("+QFTPGET"),
                b"\r\nOK\r\n\r\n+QFTPGET: 607,0\r\n",
                Stated::Error,
            ),
            (
                Trailer::information("+QFDWL"),
                b"\r\n+QFDWL: 2,6162\r\n",
                Stated::Length(2),
            ),
            (
                Trailer::short("+QFTPGET"),
                b"\r\n+QFTPGET:1000\r\n",
                Stated::Length(1000),
            ),
            (
                Trailer::short("+QFTPGET"),
                b"\r\n+QFTPGET:-550\r\n",
                Stated::Error,
            ),
            (
                Trailer::flag("+FTPLIST"),
                b"\r\n+FTPLIST: 1\r\n",
                Stated::End,
            ),
            (
                Trailer::flag("+FTPLIST"),
                b"\r\n+FTPLIST: 0\r\n",
                Stated::Error,
            ),
            (
                Trailer::flag("+FTPLIST"),
                b"\r\n+FTPINFO:451-no\r\n\r\n+FTPINFO:451 no\r\n\r\n+FTPLIST: 0\r\n",
                Stated::Error,
            ),
            (
                Trailer::flag("+FTPLIST"),
                b"\r\n+FTPINFO:226 done\r\n+FTPLIST: 1\r\n",
                Stated::End,
            ),
        ];
        for (trailer, bytes, stated) in cases {
            let whole = TrailerMatch::Whole(bytes.len(), *stated);
            assert_eq!(trailer.examine(bytes, 1), whole, "{}", bytes.escape_ascii());
            for cut in 0..bytes.len() {
                let cut = &bytes[..cut];
                assert_eq!(
                    trailer.examine(cut, 1),
                    TrailerMatch::Partly,
                    "{}",
                    cut.escape_ascii()
                );
            }
            let other = [&bytes[..bytes.len() - 2], b"x\r\n"].concat();
            assert_eq!(trailer.examine(&other, 1), TrailerMatch::No);
        }
    }

    #[test]
    fn a_number_of_twenty_digits_is_read_and_one_more_is_none() {
        let trailer = Trailer::short("+X");
        let longest = b"\r\n+X:18446744073709551615\r\n";
        let whole = TrailerMatch::Whole(longest.len(), Stated::Length(u64::MAX));
        assert_eq!(trailer.examine(longest, 1), whole);
        for over in [
            &b"\r\n+X:18446744073709551616\r\n"[..],
            b"\r\n+X:000000000000000000001\r\n",
        ] {
            assert_eq!(trailer.examine(over, 1), TrailerMatch::No);
        }
        let flag = Trailer::flag("+X");
        // The line end of `+X: 2` is its own, too, where no payload stands before it.
        let whole = TrailerMatch::Whole(7, Stated::End);
        assert_eq!(flag.examine(b"+X: 1\r\n", 0), whole);
        assert_eq!(flag.examine(b"+X: 1\r\n", 1), TrailerMatch::No);
        assert_eq!(flag.candidate(b"+X: 1\r\n", 0), 0);
        assert_eq!(flag.candidate(b"+X", 0), 0);
        assert_eq!(flag.candidate(b"+Y", 0), 2);
        assert_eq!(flag.examine(b"\r\n+X: 2\r\n", 1), TrailerMatch::No);
    }
}
