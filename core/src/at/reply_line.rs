//! Reply lines, as a host reads them: result codes, information, text.

use super::value::{parse_integer, trim};

/// A reply line, classified by its text alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line<'a> {
    /// The final result `OK`.
    Ok,
    /// `CONNECT`, with what follows it (`CONNECT 1000` of QFREAD).
    Connect(&'a [u8]),
    /// A final result code that says no.
    Failed(FinalErrorLine<'a>),
    /// `+NAME: fields`, the blank after the colon optional.
    Information {
        /// With its `+`.
        name: &'a [u8],
        /// The text behind the colon, blanks trimmed.
        fields: &'a [u8],
    },
    /// Anything else: an identification text, a banner, a bare URC such as `RDY` or `RING`.
    Text(&'a [u8]),
}

/// A final result code other than `OK`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FinalErrorLine<'a> {
    /// The final result `ERROR`.
    Error,
    /// `NO CARRIER`
    NoCarrier,
    /// `+CME ERROR: <n>`
    Cme(u16),
    /// `+CME ERROR: <words>`, as `AT+CMEE=2` prints it.
    CmeText(&'a [u8]),
    /// `+CMS ERROR: <n>`
    Cms(u16),
}

/// Reads one reply line, its line end removed. Whole lines only: `OKAY` is text, not `OK`.
pub fn parse_reply(line: &[u8]) -> Line<'_> {
    let line = trim(line);
    match line {
        [b'+', ..] => parse_named(line),
        b"OK" => Line::Ok,
        b"ERROR" => Line::Failed(FinalErrorLine::Error),
        b"NO CARRIER" => Line::Failed(FinalErrorLine::NoCarrier),
        b"CONNECT" => Line::Connect(b""),
        _ => match line.strip_prefix(b"CONNECT ") {
            Some(rest) => Line::Connect(trim(rest)),
            None => Line::Text(line),
        },
    }
}

/// Reads a line that begins with `+`.
fn parse_named(line: &[u8]) -> Line<'_> {
    if let Some(rest) = line.strip_prefix(b"+CME ERROR:") {
        let rest = trim(rest);
        let number = parse_integer(rest).and_then(|number| u16::try_from(number).ok());
        return Line::Failed(number.map_or(FinalErrorLine::CmeText(rest), FinalErrorLine::Cme));
    }
    if let Some(rest) = line.strip_prefix(b"+CMS ERROR:") {
        let number = parse_integer(trim(rest)).and_then(|number| u16::try_from(number).ok());
        return Line::Failed(number.map_or(FinalErrorLine::Error, FinalErrorLine::Cms));
    }
    match split_information(line) {
        Some((name, fields)) => Line::Information { name, fields },
        None => Line::Text(line),
    }
}

/// Splits `+NAME: rest` into name and rest; returns `None` for any other line.
fn split_information(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let is_of_name = |byte: &u8| matches!(*byte, b'A'..=b'Z' | b'0'..=b'9' | b'_');
    let length = line.get(1..)?.iter().take_while(|byte| is_of_name(byte));
    let (name, rest) = line.split_at(1 + length.count());
    let fields = rest.strip_prefix(b":").filter(|_| name.len() > 1)?;
    Some((name, trim(fields)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    #[test]
    fn whole_lines_only_are_results() {
        assert_eq!(parse_reply(b"OK"), Line::Ok);
        assert_eq!(parse_reply(b"OKAY file"), Line::Text(b"OKAY file"));
        assert_eq!(parse_reply(b"CONNECT 1000"), Line::Connect(b"1000"));
        assert_eq!(parse_reply(b"CONNECTED"), Line::Text(b"CONNECTED"));
        assert_eq!(
            parse_reply(b"+CME ERROR: 603"),
            Line::Failed(FinalErrorLine::Cme(603))
        );
        let words = Line::Failed(FinalErrorLine::CmeText(b"Invalid input value"));
        assert_eq!(parse_reply(b"+CME ERROR: Invalid input value"), words);
        for line in [
            &b"+QFTPSIZE: 0,5"[..],
            b"+QFTPSIZE:0,5",
            b" +QFTPSIZE:  0,5 ",
        ] {
            assert_eq!(
                parse_reply(line),
                Line::Information {
                    name: b"+QFTPSIZE",
                    fields: b"0,5"
                }
            );
        }
    }

    proptest! {
        #[test]
        fn a_line_is_a_result_only_as_a_whole(line in prop::collection::vec(b' '..=b'~', 1..40)) {
            let with_more = [b"OK", &line[..]].concat();
            let blank = line.iter().all(|byte| *byte == b' ');
            prop_assert_eq!(parse_reply(&with_more) == Line::Ok, blank);
        }

        #[test]
        fn any_bytes_are_some_line(line in prop::collection::vec(any::<u8>(), 0..80)) {
            if let Line::Information { name, fields } = parse_reply(&line) {
                let joined: Vec<u8> = [name, b":", fields].concat();
                prop_assert_eq!(parse_reply(&joined), Line::Information { name, fields });
            }
        }
    }
}
