//! The lines by which a module breaks a download off: a final error, the banner of a module that has restarted, or the
//! answer to `AT+CMEE?`, which only a module in command mode gives.
//!
//! A file may contain such lines. They count only where nothing but lines stands between the first of them and the end
//! of the input, and then silence.

use super::lines_behind::{MAX_LINES, are_lines, line_end};
use crate::at::{self, Line};
use crate::dialect;

/// The first words of final errors, as far as they are fixed.
const FINAL_ERRORS: [&[u8]; 4] = [b"NO CARRIER", b"ERROR", b"+CME ERROR:", b"+CMS ERROR:"];

/// The answer to `AT+CMEE?`, around its number.
const ANSWER: &[u8] = b"\r\n+CMEE: ";
const ANSWER_END: &[u8] = b"\r\n\r\nOK\r\n";
/// The length of that answer, in bytes.
pub(super) const ANSWER_LENGTH: usize = ANSWER.len() + 1 + ANSWER_END.len();

/// The degree to which the bytes at hand match such lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BreakMatch {
    No,
    /// The first line is cut off.
    Partly,
    Whole,
}

/// Returns the first index in `bytes` from which on they are such lines, cut off by the end maybe. A line of the name
/// `own` states the end of the payload.
pub(super) fn candidate(bytes: &[u8], own: &str) -> usize {
    let from = bytes.len().saturating_sub(MAX_LINES);
    memchr::memchr_iter(b'\r', &bytes[from..])
        .map(|at| from + at)
        .filter(|at| may_start(&bytes[*at..]))
        .find(|at| examine(&bytes[*at..], own) != BreakMatch::No)
        .unwrap_or(bytes.len())
}

/// Returns `false` for bytes that are no such lines by their first three: a quick look.
fn may_start(bytes: &[u8]) -> bool {
    match bytes {
        [b'\r', b'\n', first, ..] => match first {
            b'+' | b' ' | b'\t' => true,
            b'A'..=b'Z' => may_break(&[*first]),
            _ => false,
        },
        [b'\r', b'\n'] | [b'\r'] => true,
        _ => false,
    }
}

/// Matches such lines at the start of `bytes`.
pub(super) fn examine(bytes: &[u8], own: &str) -> BreakMatch {
    match examine_answer(bytes) {
        BreakMatch::No => examine_lines(bytes, own),
        found => found,
    }
}

/// Matches answers to `AT+CMEE?`, which is asked again where none comes at once; the last one is cut off maybe.
fn examine_answer(mut bytes: &[u8]) -> BreakMatch {
    if bytes.len() > MAX_LINES {
        return BreakMatch::No;
    }
    let mut found = BreakMatch::Partly;
    while let Some(rest) = strip_answer(bytes) {
        found = BreakMatch::Whole;
        if rest.is_empty() {
            return found;
        }
        bytes = rest;
    }
    if begins_answer(bytes) {
        found
    } else {
        BreakMatch::No
    }
}

/// Returns the bytes behind answers to `AT+CMEE?`: a module may keep the question until the payload is over.
pub(super) fn strip_answers(mut bytes: &[u8]) -> &[u8] {
    while let Some(rest) = strip_answer(bytes) {
        bytes = rest;
    }
    bytes
}

/// Returns where the answers begin that follow one another up to the one at index `at`; `at` itself where there is none.
pub(super) fn answers_start(bytes: &[u8], at: usize) -> usize {
    let is_answer = |start: &usize| strip_answer(&bytes[*start..]).is_some();
    let around = at.saturating_sub(ANSWER_LENGTH - 1)..=at;
    let Some(mut start) = around.into_iter().find(is_answer) else {
        return at;
    };
    while let Some(before) = start.checked_sub(ANSWER_LENGTH).filter(is_answer) {
        start = before;
    }
    start
}

fn strip_answer(bytes: &[u8]) -> Option<&[u8]> {
    let (number, rest) = bytes.strip_prefix(ANSWER)?.split_first()?;
    let rest = rest.strip_prefix(ANSWER_END)?;
    number.is_ascii_digit().then_some(rest)
}

/// Returns `true` if the bytes may become an answer.
fn begins_answer(bytes: &[u8]) -> bool {
    match bytes.split_at_checked(ANSWER.len()) {
        None => ANSWER.starts_with(bytes),
        Some((begin, [])) => begin == ANSWER,
        Some((begin, [number, rest @ ..])) => {
            begin == ANSWER && number.is_ascii_digit() && ANSWER_END.starts_with(rest)
        }
    }
}

fn examine_lines(bytes: &[u8], own: &str) -> BreakMatch {
    let Some(rest) = bytes.strip_prefix(b"\r\n") else {
        return match bytes {
            b"\r" => BreakMatch::Partly,
            _ => BreakMatch::No,
        };
    };
    let Some(end) = line_end(rest) else {
        let possible = match rest.strip_suffix(b"\r") {
            Some(text) => breaks(text),
            None => may_break(rest),
        };
        return if possible && bytes.len() <= MAX_LINES {
            BreakMatch::Partly
        } else {
            BreakMatch::No
        };
    };
    let follows = &rest[end + 2..];
    if breaks(&rest[..end]) && are_lines(follows, |line| may_follow(line, own)) {
        BreakMatch::Whole
    } else {
        BreakMatch::No
    }
}

fn breaks(line: &[u8]) -> bool {
    match at::parse_reply(line) {
        Line::Failed(_) => true,
        Line::Text(text) => dialect::is_restart(text),
        Line::Ok | Line::Connect(_) | Line::Information { .. } => false,
    }
}

/// Returns `true` if the line may become one that breaks off.
fn may_break(line: &[u8]) -> bool {
    let mut banners = dialect::restart_lines().map(str::as_bytes);
    banners.any(|known| known.starts_with(line))
        || FINAL_ERRORS.iter().any(|known| {
            known.starts_with(line) || (known.ends_with(b":") && line.starts_with(known))
        })
}

fn may_follow(line: &[u8], own: &str) -> bool {
    match at::parse_reply(line) {
        Line::Information { name, .. } => name != own.as_bytes(),
        Line::Failed(_) => true,
        Line::Text(text) => text.first().is_some_and(u8::is_ascii_graphic),
        Line::Ok | Line::Connect(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    const WHOLE: [&[u8]; 8] = [
        b"\r\nNO CARRIER\r\n",
        b"\r\nERROR\r\n",
        b"\r\n+CME ERROR: 607\r\n",
        b"\r\n+CME ERROR: Data transfer failed\r\n",
        b"\r\n+CMS ERROR: 500\r\n",
        b"\r\nRDY\r\n",
        b"\r\nAPP RDY\r\n",
        b"\r\nAT command ready\r\n",
    ];

    #[test]
    fn lines_that_break_off_are_found_whole_and_cut_at_every_byte() {
        for line in WHOLE {
            for before in [&b""[..], b"data", b"data\r\n", b"a\rb\r"] {
                let bytes = [before, line].concat();
                assert_eq!(
                    candidate(&bytes, "+X"),
                    before.len(),
                    "{}",
                    bytes.escape_ascii()
                );
                for cut in 1..line.len() {
                    let bytes = &bytes[..before.len() + cut];
                    assert_eq!(
                        candidate(bytes, "+X"),
                        before.len(),
                        "{}",
                        bytes.escape_ascii()
                    );
                    assert_eq!(examine(&line[..cut], "+X"), BreakMatch::Partly);
                }
            }
            assert_eq!(examine(line, "+X"), BreakMatch::Whole);
            let more = [line, b"\r\n+CFUN: 1\r\n\r\nCall Ready\r\n\r\n+QI"].concat();
            assert_eq!(examine(&more, "+X"), BreakMatch::Whole);
        }
    }

    #[test]
    fn the_answer_to_a_question_is_found_whole_and_cut_at_every_byte() {
        let answer = b"\r\n+CMEE: 1\r\n\r\nOK\r\n";
        for cut in 1..answer.len() {
            assert_eq!(examine(&answer[..cut], "+X"), BreakMatch::Partly, "{cut}");
        }
        assert_eq!(examine(answer, "+X"), BreakMatch::Whole);
        for cut in 1..=answer.len() {
            let twice = [answer, &answer[..cut]].concat();
            assert_eq!(candidate(&[b"data", &twice[..]].concat(), "+X"), 4);
            assert_eq!(examine(&twice, "+X"), BreakMatch::Whole, "{cut}");
        }
        let files: [&[u8]; 3] = [
            b"\r\n+CMEE: 1\r\n\r\nOK\r\nmore",
            b"\r\n+CMEE: x\r\n\r\nOK\r\n",
            b"\r\n+CMEE: 1\r\nmore",
        ];
        for file in files {
            assert_eq!(
                examine(file, "+X"),
                BreakMatch::No,
                "{}",
                file.escape_ascii()
            );
        }
    }

    #[test]
    fn what_stands_in_a_file_and_goes_on_is_none() {
        let files: [&[u8]; 7] = [
            b"\r\nERROR\r\n\r\n+X: 0,9\r\n",
            b"\r\nERRORS\r\n",
            b"\nERROR\r\n",
            b"\r\nERROR\r\nmore",
            b"\r\nERROR\r\n\r\nOK\r\n",
            b"\r\nERROR\r\n\r\nCONNECT\r\n",
            b"\r\nRDY \x01\r\n",
        ];
        for file in files {
            assert_eq!(
                examine(file, "+X"),
                BreakMatch::No,
                "{}",
                file.escape_ascii()
            );
        }
        let mut long: Vec<u8> = b"\r\nERROR\r\n".to_vec();
        long.resize(MAX_LINES + 20, b'x');
        assert_eq!(candidate(&long, "+X"), long.len());
    }
}
