//! Compares what comes from a module with what must come, with the places where it may differ.

use super::{Bytes, Step};

/// A part of what must come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// These bytes.
    Exactly(Vec<u8>),
    /// Any bytes; their number is `{n}`.
    Any,
    /// The placeholder `{n}`.
    Number,
    /// The placeholder `{ip}`.
    Address,
}

/// Tells how far what came is what must come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Match {
    /// All of it, in so many bytes; what `{n}` is then.
    Whole(usize, Option<usize>),
    /// So far it is; more must come.
    Partly,
    /// It is not, from this byte on.
    Not(usize),
}

/// Splits a step into its pieces; returns `None` for a step that is no output.
pub fn pieces(step: &Step) -> Option<Vec<Piece>> {
    match step {
        Step::Answer(lines) => {
            let mut text = String::from("\r\n");
            for line in lines {
                text.push_str(line);
                text.push_str("\r\n");
            }
            Some(template(&text))
        }
        Step::Receive(bytes) => Some(vec![Piece::Exactly(Bytes::bytes(bytes))]),
        Step::ReceiveAny => Some(vec![Piece::Any]),
        Step::Type(_) | Step::Send(_) | Step::Happen(_) | Step::Check(_) | Step::Outcome(_) => None,
    }
}

fn template(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("{n}").into_iter().chain(rest.find("{ip}")).min() {
        pieces.push(Piece::Exactly(rest[..at].into()));
        let number = rest[at..].starts_with("{n}");
        pieces.push(if number {
            Piece::Number
        } else {
            Piece::Address
        });
        rest = &rest[at + if number { 3 } else { 4 }..];
    }
    pieces.push(Piece::Exactly(rest.into()));
    pieces
}

/// Holds what came against what must come; `number` is what `{n}` is so far.
pub(crate) fn compare(pieces: &[Piece], seen: &[u8], number: Option<usize>) -> Match {
    let Some((piece, rest)) = pieces.split_first() else {
        return Match::Whole(0, number);
    };
    let run = |of: &dyn Fn(&u8) -> bool| seen.iter().take_while(|byte| of(byte)).count();
    let (taken, number) = match piece {
        Piece::Exactly(bytes) => {
            let common = bytes.iter().zip(seen).take_while(|(a, b)| a == b).count();
            if common < bytes.len() {
                return if common == seen.len() {
                    Match::Partly
                } else {
                    Match::Not(common)
                };
            }
            (common, number)
        }
        Piece::Any => {
            for length in 0..=seen.len() {
                if let Match::Whole(more, number) = compare(rest, &seen[length..], Some(length)) {
                    return Match::Whole(length + more, number);
                }
            }
            return Match::Partly;
        }
        Piece::Number => {
            let digits = run(&u8::is_ascii_digit);
            let text = std::str::from_utf8(&seen[..digits]).unwrap_or_default();
            match (text.parse().ok(), number) {
                (Some(value), None) => (digits, Some(value)),
                (Some(value), Some(number)) if value == number => (digits, Some(number)),
                _ if digits == seen.len() => return Match::Partly,
                _ => return Match::Not(0),
            }
        }
        Piece::Address => (run(&|byte| byte.is_ascii_digit() || *byte == b'.'), number),
    };
    match compare(rest, &seen[taken..], number) {
        Match::Whole(more, number) => Match::Whole(taken + more, number),
        Match::Partly => Match::Partly,
        Match::Not(at) => Match::Not(taken + at),
    }
}
