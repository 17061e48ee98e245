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
//! Empty lines between replies are skipped. A line too long to keep is dropped as it comes, and its end is still found:
//! the session remains in sync. Everything else that does not fit is [`MalformedReply`]: after it the start of the next
//! reply is unknown, so the session is given up.

use alloc::vec::Vec;
use core::mem;

use memchr::memchr;

/// The most that is kept of a line. RFC 959 has no limit; the longest real lines are file names of at most 4 KiB.
const LINE_MAX: usize = 64 * 1024;
/// The most that is kept of a reply: STAT of a directory with some ten thousand entries.
const REPLY_MAX: usize = 1024 * 1024;
/// The most that a server may send in reply to one operation, or to none. More is a flood.
const TALK_MAX: u32 = 4 * 1024 * 1024;
/// The least that a line counts in [`TALK_MAX`], which limits the number of short ones.
const LINE_MIN: u32 = 64;

/// One reply of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reply {
    /// 100 to 599.
    pub(super) code: u16,
    /// As they came, separated by LF.
    lines: Vec<u8>,
}

/// The reason why the input is not a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum MalformedReply {
    /// A line that does not start with a code, outside a multiline reply.
    #[error("a line that is no reply")]
    Line,
    /// Over [`TALK_MAX`].
    #[error("the server talks without end")]
    Endless,
}

/// Reads bytes and returns replies.
#[derive(Debug, Default)]
pub(super) struct ReplyReader {
    /// The line so far, up to [`LINE_MAX`].
    line: Vec<u8>,
    /// The multiline reply so far, up to [`REPLY_MAX`].
    open: Option<Reply>,
    /// The bytes since [`ReplyReader::expect`].
    heard: u32,
    /// The bytes of them in the line so far.
    heard_of_line: u32,
}

/// The head of a reply line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Head {
    Last(u16),
    Open(u16),
}

impl Reply {
    /// Returns the first digit of the code.
    pub(super) fn class(&self) -> u16 {
        self.code / 100
    }

    /// Returns the lines as they came, without line ends.
    pub(super) fn lines(&self) -> impl Iterator<Item = &[u8]> {
        self.lines.split(|byte| *byte == b'\n')
    }

    /// Returns the lines without the codes, separated by CR LF.
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

impl ReplyReader {
    /// Starts the count of [`TALK_MAX`] anew: a command goes out.
    pub(super) fn expect(&mut self) {
        self.heard = self.heard_of_line;
    }

    /// Reads `input` up to the end of the next reply. Returns `None` where the reply goes on behind it.
    pub(super) fn read(&mut self, input: &mut &[u8]) -> Result<Option<Reply>, MalformedReply> {
        while let Some(end) = memchr(b'\n', input) {
            let (head, rest) = input.split_at(end);
            *input = rest.get(1..).unwrap_or_default();
            self.extend(head)?;
            self.end_line();
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

    fn extend(&mut self, part: &[u8]) -> Result<(), MalformedReply> {
        let length = u32::try_from(part.len()).unwrap_or(u32::MAX);
        self.heard = self.heard.saturating_add(length);
        self.heard_of_line = self.heard_of_line.saturating_add(length);
        if self.heard > TALK_MAX {
            return Err(MalformedReply::Endless);
        }
        let room = LINE_MAX.saturating_sub(self.line.len());
        let kept = part.get(..room).unwrap_or(part);
        self.line.extend_from_slice(kept);
        Ok(())
    }

    fn end_line(&mut self) {
        let length = mem::take(&mut self.heard_of_line);
        self.heard += LINE_MIN.saturating_sub(length);
    }

    fn take_line(&mut self, line: &[u8]) -> Result<Option<Reply>, MalformedReply> {
        let Some(mut reply) = self.open.take() else {
            return self.take_first_line(line);
        };
        if reply.lines.len() + line.len() < REPLY_MAX {
            reply.lines.push(b'\n');
            reply.lines.extend_from_slice(line);
        }
        if line.get(3) == Some(&b' ') && head(line) == Some(Head::Last(reply.code)) {
            return Ok(Some(reply));
        }
        self.open = Some(reply);
        Ok(None)
    }

    fn take_first_line(&mut self, line: &[u8]) -> Result<Option<Reply>, MalformedReply> {
        if line.is_empty() {
            return Ok(None);
        }
        let head = head(line).ok_or(MalformedReply::Line)?;
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

    fn read_all(chunks: &[&[u8]]) -> (Vec<Reply>, Option<MalformedReply>) {
        let mut reader = ReplyReader::default();
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

    /// Inputs, and the replies in each.
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
            assert_eq!(read_all(&[line]).1, Some(MalformedReply::Line), "{line:?}");
        }
    }

    #[test]
    fn a_long_line_is_cut_and_the_next_reply_is_found() {
        for (length, kept) in [
            (LINE_MAX - 1, LINE_MAX - 1),
            (LINE_MAX, LINE_MAX),
            (LINE_MAX + 1, LINE_MAX),
            (1024 * 1024, LINE_MAX),
        ] {
            let mut stream = b"220 ".to_vec();
            stream.resize(length, b'a');
            stream.extend_from_slice(b"\r\n200 ok\r\n");
            let whole = read_all(&[&stream]);
            let bytes: Vec<&[u8]> = stream.chunks(1).collect();
            assert!(read_all(&bytes) == whole, "{length}");
            let (replies, error) = whole;
            assert_eq!(error, None);
            assert_eq!(replies[0].lines.len(), kept, "{length}");
            assert_eq!((replies.len(), replies[1].code), (2, 200), "{length}");
        }
    }

    #[test]
    fn a_long_reply_is_cut_and_its_end_is_found() {
        let line = [&[b'a'; 1023][..], b"\n"].concat();
        for (count, kept) in [(1023, 1023), (1024, 1023), (3000, 1023)] {
            let mut stream: Vec<&[u8]> = vec![b"211-\n"];
            stream.extend((0..count).map(|_| &line[..]));
            stream.push(b"211 end\n200 ok\n");
            let (replies, error) = read_all(&stream);
            assert_eq!(error, None);
            assert_eq!((replies.len(), replies[1].code), (2, 200), "{count}");
            let lines = replies[0].lines().filter(|line| line.len() == 1023);
            assert_eq!(lines.count(), kept, "{count}");
            assert!(replies[0].lines.len() <= REPLY_MAX);
        }
    }

    #[test]
    fn who_talks_without_end_is_given_up() {
        let long = vec![b'a'; LINE_MAX];
        let line = [b"200 ", &long[4..], b"\n"].concat();
        let one_line = vec![&long[..]; TALK_MAX as usize / LINE_MAX];
        let many_lines = vec![&line[..]; TALK_MAX as usize / LINE_MAX];
        let short_lines = vec![&b"200\n"[..]; (TALK_MAX / LINE_MIN) as usize];
        let empty_lines = vec![&b"\r\n"[..]; (TALK_MAX / LINE_MIN) as usize];
        let open = [
            vec![&b"200-\n"[..]],
            vec![b"200\n"; (TALK_MAX / LINE_MIN) as usize - 1],
        ]
        .concat();
        for talk in [one_line, many_lines, short_lines, empty_lines, open] {
            assert_eq!(read_all(&talk).1, None, "{:?}", talk[0].escape_ascii());
            let more = [&talk[..], &[b"2"]].concat();
            assert_eq!(read_all(&more).1, Some(MalformedReply::Endless));
        }
    }

    #[test]
    fn what_is_asked_starts_the_count_anew() {
        let mut reader = ReplyReader::default();
        let half = vec![b'a'; TALK_MAX as usize / 2];
        let line = [b"200 ", &half[..], b"\n"].concat();
        for _ in 0..5 {
            reader.expect();
            let read = reader.read(&mut &line[..]);
            assert_eq!(
                read.map(|reply| reply.map(|reply| reply.code)),
                Ok(Some(200))
            );
        }
        // But for a line that goes on.
        reader.expect();
        assert_eq!(reader.read(&mut &half[..]), Ok(None));
        reader.expect();
        assert_eq!(reader.read(&mut &half[..]), Ok(None));
        reader.expect();
        assert_eq!(reader.read(&mut &b"a"[..]), Err(MalformedReply::Endless));
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
