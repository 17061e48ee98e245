//! The grammar of replies (RFC 959 §4.2), fed in pieces of any size.
//!
//! ```text
//! reply     = single | multiline
//! single    = code [SP text] EOL
//! multiline = code "-" text EOL *(any text EOL) code SP text EOL     ; the same code, a space: nothing else ends it
//! code      = "1".."5" 2DIGIT
//! EOL       = [CR] LF
//! ```
//!
//! Empty lines between replies are skipped. Everything else that does not fit is [`Malformed`]: after it nobody can
//! say where the next reply starts, so the session is given up.

use alloc::vec::Vec;
use core::mem;

use memchr::memchr;

/// Longest line. RFC 959 has no limit; the longest lines of real servers are file names of at most 4 KiB.
pub(super) const LINE_MAX: usize = 64 * 1024;
/// Longest reply: STAT of a directory with some ten thousand entries.
pub(super) const REPLY_MAX: usize = 1024 * 1024;

/// One reply of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reply {
    /// 100 to 599.
    pub(super) code: u16,
    /// As they came, separated by LF.
    lines: Vec<u8>,
}

/// What came is no reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Malformed {
    /// A line that does not start with a code, outside a multiline reply.
    #[error("a line that is no reply")]
    Line,
    /// Over [`LINE_MAX`] or [`REPLY_MAX`].
    #[error("a reply that does not end")]
    Endless,
}

/// Takes bytes, gives replies.
#[derive(Debug, Default)]
pub(super) struct Reader {
    /// The line so far.
    line: Vec<u8>,
    /// The multiline reply so far.
    open: Option<Reply>,
}

/// The head of a reply line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Head {
    Last(u16),
    Open(u16),
}

impl Reply {
    /// First digit of the code.
    pub(super) fn class(&self) -> u16 {
        self.code / 100
    }

    /// The lines as they came, without line ends.
    pub(super) fn lines(&self) -> impl Iterator<Item = &[u8]> {
        self.lines.split(|byte| *byte == b'\n')
    }

    /// The lines without the codes, separated by CR LF.
    pub(super) fn text(&self) -> Vec<u8> {
        let mut text = Vec::with_capacity(self.lines.len());
        for (index, line) in self.lines().enumerate() {
            if index > 0 {
                text.extend_from_slice(b"\r\n");
            }
            let coded = head(line).is_some_and(|head| head.code() == self.code);
            let from = if coded { line.len().min(4) } else { 0 };
            text.extend_from_slice(line.get(from..).unwrap_or_default());
        }
        text
    }
}

impl Head {
    fn code(self) -> u16 {
        match self {
            Head::Last(code) | Head::Open(code) => code,
        }
    }
}

impl Reader {
    /// Takes from `input` up to the end of the next reply; `None` if it takes all and the reply has not ended.
    pub(super) fn read(&mut self, input: &mut &[u8]) -> Result<Option<Reply>, Malformed> {
        while let Some(end) = memchr(b'\n', input) {
            let (head, rest) = input.split_at(end);
            *input = rest.get(1..).unwrap_or_default();
            self.extend(head)?;
            if self.line.last() == Some(&b'\r') {
                self.line.pop();
            }
            let line = mem::take(&mut self.line);
            if let Some(reply) = self.take_line(&line)? {
                return Ok(Some(reply));
            }
        }
        let rest = mem::take(input);
        self.extend(rest)?;
        Ok(None)
    }

    fn extend(&mut self, part: &[u8]) -> Result<(), Malformed> {
        if self.line.len() + part.len() > LINE_MAX {
            return Err(Malformed::Endless);
        }
        self.line.extend_from_slice(part);
        Ok(())
    }

    fn take_line(&mut self, line: &[u8]) -> Result<Option<Reply>, Malformed> {
        let Some(mut reply) = self.open.take() else {
            return self.take_first_line(line);
        };
        if reply.lines.len() + line.len() >= REPLY_MAX {
            return Err(Malformed::Endless);
        }
        reply.lines.push(b'\n');
        reply.lines.extend_from_slice(line);
        if line.get(3) == Some(&b' ') && head(line) == Some(Head::Last(reply.code)) {
            return Ok(Some(reply));
        }
        self.open = Some(reply);
        Ok(None)
    }

    fn take_first_line(&mut self, line: &[u8]) -> Result<Option<Reply>, Malformed> {
        if line.is_empty() {
            return Ok(None);
        }
        let head = head(line).ok_or(Malformed::Line)?;
        let reply = Reply {
            code: head.code(),
            lines: line.to_vec(),
        };
        match head {
            Head::Last(_) => Ok(Some(reply)),
            Head::Open(_) => {
                self.open = Some(reply);
                Ok(None)
            }
        }
    }
}

fn head(line: &[u8]) -> Option<Head> {
    let (code, rest) = line.split_first_chunk::<3>()?;
    if !matches!(code, [b'1'..=b'5', b'0'..=b'9', b'0'..=b'9']) {
        return None;
    }
    let number = code
        .iter()
        .fold(0, |number, digit| number * 10 + u16::from(digit - b'0'));
    match rest.first() {
        None | Some(b' ') => Some(Head::Last(number)),
        Some(b'-') => Some(Head::Open(number)),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use proptest::prelude::*;

    fn read_all(chunks: &[&[u8]]) -> (Vec<Reply>, Option<Malformed>) {
        let mut reader = Reader::default();
        let mut replies = Vec::new();
        for chunk in chunks {
            let mut input = *chunk;
            loop {
                match reader.read(&mut input) {
                    Ok(Some(reply)) => replies.push(reply),
                    Ok(None) => break,
                    Err(error) => return (replies, Some(error)),
                }
            }
        }
        (replies, None)
    }

    /// A reply's code and text.
    type Read = (u16, &'static [u8]);

    /// What came, and the replies in it.
    const CASES: &[(&[u8], &[Read])] = &[
        (b"220 ready\r\n", &[(220, b"ready")]),
        (b"220\r\n", &[(220, b"")]),
        (b"220 \r\n", &[(220, b"")]),
        (
            b"\r\n200 a\n\n150 b\r\n226 c\r\n",
            &[(200, b"a"), (150, b"b"), (226, b"c")],
        ),
        (
            b"211-Status\r\n 211 indented\r\n211-more\r\n212 other\r\n211\r\n211x\r\n211 End\r\n",
            &[(
                211,
                b"Status\r\n 211 indented\r\nmore\r\n212 other\r\n\r\n211x\r\nEnd",
            )],
        ),
        (
            b"230-Hi\r\n\r\n230-\r\n230 \r\n",
            &[(230, b"Hi\r\n\r\n\r\n")],
        ),
        (
            b"257 \"caf\xe9\xff\" \x00\r\n",
            &[(257, b"\"caf\xe9\xff\" \x00")],
        ),
        (b"220-no end\r\n220- still none\r\n22", &[]),
    ];

    #[test]
    fn each_reply_whole_and_split_at_every_byte() {
        for (stream, expected) in CASES {
            for at in 0..=stream.len() {
                let (head, tail) = stream.split_at(at);
                let (replies, error) = read_all(&[head, tail]);
                let got: Vec<(u16, Vec<u8>)> = replies
                    .iter()
                    .map(|reply| (reply.code, reply.text()))
                    .collect();
                let expected: Vec<(u16, Vec<u8>)> = expected
                    .iter()
                    .map(|(code, text)| (*code, text.to_vec()))
                    .collect();
                assert_eq!(got, expected, "{}", stream.escape_ascii());
                assert_eq!(error, None);
            }
        }
    }

    #[test]
    fn what_is_no_reply_says_so() {
        let lines: [&[u8]; 8] = [
            b"hello\r\n",
            b"2200 a\r\n",
            b"020 a\r\n",
            b"620 a\r\n",
            b" 220 a\r\n",
            b"22\r\n",
            b"220\ta\r\n",
            b"\xff\xf4\xff\xf2220 a\r\n",
        ];
        for line in lines {
            assert_eq!(read_all(&[line]).1, Some(Malformed::Line), "{line:?}");
        }
    }

    #[test]
    fn memory_is_bounded() {
        let long = vec![b'a'; LINE_MAX + 1];
        assert_eq!(read_all(&[&long]).1, Some(Malformed::Endless));
        let mut exact = b"220 ".to_vec();
        exact.resize(LINE_MAX, b'a');
        exact.push(b'\n');
        assert_eq!(read_all(&[&exact]).0.len(), 1);
        let line = [&[b'a'; 1023][..], b"\n"].concat();
        let mut endless: Vec<&[u8]> = vec![b"211-\n"];
        endless.extend((0..1025).map(|_| &line[..]));
        assert_eq!(read_all(&endless).1, Some(Malformed::Endless));
        assert_eq!(read_all(&endless[..1000]).1, None);
    }

    proptest! {
        #[test]
        fn chunks_make_no_difference(
            stream in proptest::collection::vec(
                prop_oneof![Just(b'\r'), Just(b'\n'), Just(b'2'), Just(b'1'), Just(b' '), Just(b'-'), any::<u8>()],
                0..300,
            ),
            size in 1_usize..20,
        ) {
            let chunks: Vec<&[u8]> = stream.chunks(size).collect();
            prop_assert_eq!(read_all(&chunks), read_all(&[&stream]));
        }

        #[test]
        fn any_multiline_text_ends_at_its_own_code(
            lines in proptest::collection::vec("[ -~]{0,20}", 0..10),
            code in 100_u16..600,
        ) {
            let ending = alloc::format!("{code} ");
            prop_assume!(!lines.iter().any(|line| line.starts_with(&ending)));
            let mut stream = alloc::format!("{code}-first\r\n");
            for line in &lines {
                stream.push_str(line);
                stream.push_str("\r\n");
            }
            stream.push_str(&ending);
            stream.push_str("last\r\n");
            let (replies, error) = read_all(&[stream.as_bytes()]);
            prop_assert_eq!(error, None);
            prop_assert_eq!(replies.len(), 1);
            prop_assert_eq!(replies[0].lines().count(), lines.len() + 2);
        }
    }
}
