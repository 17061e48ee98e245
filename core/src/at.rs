//! The grammar of an AT line, in both directions.
//!
//! A command line is `AT`, then commands, then CR. Basic commands (`E0`, `&D2`, `S3=13`) follow one another
//! directly; an extended command (`+CGMM`, `+QFTPPUT="a","COM:"`) ends at a `;` or at the line's end.
//! A reply line is a result code (`OK`, `+CME ERROR: 603`), an information or unsolicited line
//! (`+QFTPSIZE: 0,1000`), or free text.
//!
//! Emitting and parsing are inverses: what [`Emit`] writes, [`parse_line`] reads back. Strings are bytes and stand
//! in double quotes; there is no way to escape a quote or a control character inside one, so such a string is
//! refused before it reaches the line (`spec`: 002 §1.2; see [`check_string`]).

use alloc::vec::Vec;

/// Longest command line a module takes, in bytes; longer ones are answered `ERROR`.
///
/// The longest the manuals allow is the account of 003: 1024 + 3 * 255 bytes and the punctuation between them.
pub const MAX_COMMAND_LINE: usize = 2048;

/// One parameter as it stands on the line, blanks around it removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token<'a> {
    /// Nothing between two commas: the parameter keeps its value or takes its default.
    Omitted,
    /// In double quotes; the quotes are removed.
    Quoted(&'a [u8]),
    /// Without quotes: a number, or a string where that is unambiguous.
    Bare(&'a [u8]),
}

impl<'a> Token<'a> {
    /// The bytes of the parameter, however it was written.
    pub fn bytes(self) -> &'a [u8] {
        match self {
            Token::Omitted => b"",
            Token::Quoted(bytes) | Token::Bare(bytes) => bytes,
        }
    }

    /// The parameter as a decimal number. A quoted one does not count as a number.
    pub fn integer(self) -> Option<u64> {
        match self {
            Token::Bare(digits) => parse_integer(digits),
            Token::Omitted | Token::Quoted(_) => None,
        }
    }
}

/// One command of a command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AtCommand<'a> {
    /// `E0`, `&D2`, `I`: the letters in upper case, then a number if one stands there.
    Basic {
        /// One letter, or `&` and one letter; upper case.
        name: [u8; 2],
        /// The digits behind it.
        number: Option<u32>,
    },
    /// `S3=13` sets, `S3?` reads (`set` is `None`).
    Register {
        /// Number of the S-register.
        number: u32,
        /// The new value, if one is set.
        set: Option<u32>,
    },
    /// `+NAME...` in one of its four forms. The name is as typed: compare it without case.
    Extended {
        /// With its `+`.
        name: &'a [u8],
        /// Which of the four forms.
        form: Form<'a>,
    },
}

/// The four forms of an extended command (002 §1.2.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form<'a> {
    /// `AT+CMD`
    Execute,
    /// `AT+CMD?`
    Read,
    /// `AT+CMD=?`
    Test,
    /// `AT+CMD=<p1>,<p2>`
    Write(Vec<Token<'a>>),
}

/// Why a command line cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SyntaxError {
    /// The line does not start with `AT`.
    #[error("the line does not start with AT")]
    NotAt,
    /// A quote was opened and not closed before the line's end.
    #[error("a quote is not closed")]
    UnbalancedQuote,
    /// A character stands where no command can start, or text follows a closing quote.
    #[error("unexpected character at byte {0}")]
    Unexpected(usize),
}

/// Reads the commands of one line, the CR removed. An empty list is the bare `AT`.
///
/// The list ends at the first command that cannot be read; what stood before it is returned with the error, since
/// a module carries those out first.
pub fn parse_line(line: &[u8]) -> (Vec<AtCommand<'_>>, Result<(), SyntaxError>) {
    let (calls, read) = read_line(line);
    (calls, read.map_err(|(error, _)| error))
}

/// The name of the extended command that makes a line unreadable, if one does: its family says how that is answered.
pub fn unreadable_command(line: &[u8]) -> Option<&[u8]> {
    let (_, read) = read_line(line);
    let (_, start) = read.err()?;
    let name = line.get(start..)?;
    let length = name_length(name);
    (length > 1).then(|| &name[..length])
}

/// With the place of the command that cannot be read.
fn read_line(line: &[u8]) -> (Vec<AtCommand<'_>>, Result<(), (SyntaxError, usize)>) {
    let mut calls = Vec::new();
    let Some(mut at) = after_prefix(line) else {
        return (calls, Err((SyntaxError::NotAt, 0)));
    };
    loop {
        at += blanks(&line[at..]);
        if at >= line.len() {
            return (calls, Ok(()));
        }
        let read = match line[at] {
            b';' => {
                at += 1;
                continue;
            }
            b'+' => read_extended(line, at),
            _ => read_basic(line, at),
        };
        match read {
            Ok((call, next)) => {
                calls.push(call);
                at = next;
            }
            Err(error) => return (calls, Err((error, at))),
        }
    }
}

/// Length of the name of an extended command, its `+` included; 0 where there is none.
fn name_length(text: &[u8]) -> usize {
    let Some(rest) = text.strip_prefix(b"+") else {
        return 0;
    };
    1 + rest
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
        .count()
}

/// Whether a command line starts here: `AT` or `at`, blanks before it allowed.
fn after_prefix(line: &[u8]) -> Option<usize> {
    let start = blanks(line);
    let prefix = line.get(start..start + 2)?;
    (prefix.eq_ignore_ascii_case(b"AT")).then_some(start + 2)
}

fn read_basic(line: &[u8], start: usize) -> Result<(AtCommand<'_>, usize), SyntaxError> {
    let ampersand = usize::from(line[start] == b'&');
    let letter = *line.get(start + ampersand).unwrap_or(&0);
    if !letter.is_ascii_alphabetic() {
        return Err(SyntaxError::Unexpected(start));
    }
    let letter = letter.to_ascii_uppercase();
    let (number, mut at) = read_number(line, start + ampersand + 1);
    if letter == b'S' && ampersand == 0 {
        let number = number.ok_or(SyntaxError::Unexpected(at))?;
        let set = match line.get(at) {
            Some(b'?') => {
                at += 1;
                None
            }
            Some(b'=') => {
                let (value, next) = read_number(line, at + 1);
                at = next;
                Some(value.ok_or(SyntaxError::Unexpected(at))?)
            }
            _ => return Err(SyntaxError::Unexpected(at)),
        };
        return Ok((AtCommand::Register { number, set }, at));
    }
    let name = if ampersand == 1 {
        [b'&', letter]
    } else {
        [letter, 0]
    };
    Ok((AtCommand::Basic { name, number }, at))
}

/// Digits at `at`, blanks around them skipped; a number too large for any register reads as `u32::MAX`.
fn read_number(line: &[u8], at: usize) -> (Option<u32>, usize) {
    let start = at + blanks(&line[at.min(line.len())..]);
    let digits = line[start.min(line.len())..]
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    if digits == 0 {
        return (None, at);
    }
    let value =
        parse_integer(&line[start..start + digits]).and_then(|value| u32::try_from(value).ok());
    (Some(value.unwrap_or(u32::MAX)), start + digits)
}

fn read_extended(line: &[u8], start: usize) -> Result<(AtCommand<'_>, usize), SyntaxError> {
    let name_length = name_length(&line[start..]);
    let name = &line[start..start + name_length];
    let at = start + name_length + blanks(&line[start + name_length..]);
    if name_length == 1 {
        return Err(SyntaxError::Unexpected(start));
    }
    let (form, next) = match line.get(at) {
        None | Some(b';') => (Form::Execute, at),
        Some(b'?') => (Form::Read, at + 1),
        Some(b'=') => {
            let value = at + 1 + blanks(&line[at + 1..]);
            if line.get(value) == Some(&b'?') {
                (Form::Test, value + 1)
            } else {
                let end = end_of_parameters(line, at + 1)?;
                let mut tokens = Vec::new();
                for token in Fields::new(&line[at + 1..end]) {
                    tokens.push(token.map_err(|()| SyntaxError::Unexpected(at + 1))?);
                }
                (Form::Write(tokens), end)
            }
        }
        Some(_) => return Err(SyntaxError::Unexpected(at)),
    };
    let end = next + blanks(&line[next..]);
    match line.get(end) {
        None | Some(b';') => Ok((AtCommand::Extended { name, form }, end)),
        Some(_) => Err(SyntaxError::Unexpected(end)),
    }
}

/// Where the parameters of the command end: at a `;` outside quotes, or at the line's end.
fn end_of_parameters(line: &[u8], start: usize) -> Result<usize, SyntaxError> {
    let mut quoted = false;
    for (offset, byte) in line[start..].iter().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b';' if !quoted => return Ok(start + offset),
            _ => {}
        }
    }
    if quoted {
        Err(SyntaxError::UnbalancedQuote)
    } else {
        Ok(line.len())
    }
}

fn blanks(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .count()
}

fn trim(bytes: &[u8]) -> &[u8] {
    let start = blanks(bytes);
    let end = bytes
        .iter()
        .rposition(|byte| !matches!(byte, b' ' | b'\t'))
        .map_or(start, |last| last + 1);
    &bytes[start..end.max(start)]
}

/// Decimal digits to a number; `None` for anything else, and for more than fits 64 bits.
pub fn parse_integer(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0u64, |value, byte| {
        let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'))?;
        value.checked_mul(10)?.checked_add(digit)
    })
}

/// The comma-separated fields of a parameter or information list, quotes respected.
#[derive(Clone, Debug)]
pub struct Fields<'a> {
    rest: Option<&'a [u8]>,
}

impl<'a> Fields<'a> {
    /// Fields of `text`, which is what stands behind the `=` or the colon.
    pub fn new(text: &'a [u8]) -> Self {
        Fields { rest: Some(text) }
    }

    /// What has not been read yet, for a last field that may hold commas (an unquoted path, 002 §2.4).
    pub fn rest(&self) -> &'a [u8] {
        trim(self.rest.unwrap_or(b""))
    }
}

impl<'a> Iterator for Fields<'a> {
    /// `Err` for text beside a quoted string, or a quote that is not closed.
    type Item = Result<Token<'a>, ()>;

    fn next(&mut self) -> Option<Self::Item> {
        let text = self.rest?;
        let mut quoted = false;
        let comma = text.iter().position(|byte| {
            quoted ^= *byte == b'"';
            *byte == b',' && !quoted
        });
        let (field, rest) = match comma {
            Some(at) => (&text[..at], Some(&text[at + 1..])),
            None => (text, None),
        };
        self.rest = rest;
        Some(read_token(trim(field)))
    }
}

fn read_token(field: &[u8]) -> Result<Token<'_>, ()> {
    match field {
        [] => Ok(Token::Omitted),
        [b'"', inner @ .., b'"'] if !inner.contains(&b'"') => Ok(Token::Quoted(inner)),
        _ if field.contains(&b'"') => Err(()),
        _ => Ok(Token::Bare(field)),
    }
}

/// A string that cannot be expressed on an AT line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("byte {byte:#04x} at position {position} cannot be expressed in an AT string")]
pub struct UnencodableByte {
    /// The offending byte.
    pub byte: u8,
    /// Its index in the string.
    pub position: usize,
}

/// Refuses a string that would end its quotes or the line: `"`, CR, LF, NUL and every other control character.
/// Bytes 0x80 and up pass: names are bytes.
pub fn check_string(text: &[u8]) -> Result<(), UnencodableByte> {
    match text
        .iter()
        .position(|byte| byte.is_ascii_control() || *byte == b'"')
    {
        Some(position) => Err(UnencodableByte {
            byte: text[position],
            position,
        }),
        None => Ok(()),
    }
}

/// Writes one command line, its CR included, one parameter after the other.
#[derive(Clone, Debug)]
pub struct Emit {
    line: Vec<u8>,
    first: bool,
}

impl Emit {
    /// `AT` and the name: the execution form.
    pub fn new(name: &str) -> Self {
        let mut line = Vec::with_capacity(64);
        line.extend_from_slice(b"AT");
        line.extend_from_slice(name.as_bytes());
        Emit { line, first: true }
    }

    fn separate(&mut self) {
        self.line.push(if self.first { b'=' } else { b',' });
        self.first = false;
    }

    /// A string parameter, in quotes.
    pub fn string(mut self, text: &[u8]) -> Result<Self, UnencodableByte> {
        check_string(text)?;
        self.separate();
        self.line.push(b'"');
        self.line.extend_from_slice(text);
        self.line.push(b'"');
        Ok(self)
    }

    /// A number parameter.
    pub fn integer(mut self, value: u64) -> Self {
        self.separate();
        push_integer(&mut self.line, value);
        self
    }

    /// A number parameter in the manuals' hexadecimal, `0XC02F`.
    pub fn hex(mut self, value: u64) -> Self {
        self.separate();
        self.line
            .extend_from_slice(alloc::format!("0X{value:04X}").as_bytes());
        self
    }

    /// A parameter left out between commas.
    pub fn omitted(mut self) -> Self {
        self.separate();
        self
    }

    /// The finished line. One CR ends it and nothing follows: an LF could become the first byte of a file.
    pub fn finish(mut self) -> Vec<u8> {
        self.line.push(b'\r');
        self.line
    }
}

/// Appends a number in decimal.
pub fn push_integer(line: &mut Vec<u8>, value: u64) {
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    let mut rest = value;
    loop {
        at -= 1;
        digits[at] = b'0' + u8::try_from(rest % 10).unwrap_or(0);
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    line.extend_from_slice(&digits[at..]);
}

/// What a reply line is, by its text alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line<'a> {
    /// `OK`
    Ok,
    /// `CONNECT`, with what follows it (`CONNECT 1000` of QFREAD).
    Connect(&'a [u8]),
    /// A final result code that says no.
    Failed(FinalErrorLine<'a>),
    /// `+NAME: fields`, the blank after the colon optional.
    Information {
        /// With its `+`.
        name: &'a [u8],
        /// What stands behind the colon, blanks trimmed.
        fields: &'a [u8],
    },
    /// Anything else: an identification text, a banner, a bare URC such as `RDY` or `RING`.
    Text(&'a [u8]),
}

/// A final result code other than `OK`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FinalErrorLine<'a> {
    /// `ERROR`
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
        b"OK" => return Line::Ok,
        b"ERROR" => return Line::Failed(FinalErrorLine::Error),
        b"NO CARRIER" => return Line::Failed(FinalErrorLine::NoCarrier),
        b"CONNECT" => return Line::Connect(b""),
        _ => {}
    }
    if let Some(rest) = line.strip_prefix(b"CONNECT ") {
        return Line::Connect(trim(rest));
    }
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

/// `+NAME: rest`, if the line is one.
fn split_information(line: &[u8]) -> Option<(&[u8], &[u8])> {
    if *line.first()? != b'+' {
        return None;
    }
    let colon = memchr::memchr(b':', line)?;
    let name = &line[..colon];
    let named = name.len() > 1
        && name[1..]
            .iter()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_');
    named.then(|| (name, trim(&line[colon + 1..])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use proptest::prelude::*;

    fn write(tokens: Vec<Token<'_>>) -> Form<'_> {
        Form::Write(tokens)
    }

    #[test]
    fn the_command_that_spoils_a_line_is_named() {
        let cases: &[(&[u8], Option<&[u8]>)] = &[
            (b"AT+QFTPSIZE=\"a", Some(b"+QFTPSIZE")),
            (b"AT+CSQ;+QFTPSIZE=\"a\"b", Some(b"+QFTPSIZE")),
            (b"ATE0 + qftppwd!", None),
            (b"AT+qftppwd!", Some(b"+qftppwd")),
            (b"AT+QFTPSIZE=\"a\"", None),
            (b"AT+", None),
            (b"AT!", None),
            (b"hello+CSQ", None),
            (b"", None),
        ];
        for (line, name) in cases {
            assert_eq!(unreadable_command(line), *name, "{}", line.escape_ascii());
        }
    }

    #[test]
    fn commands_of_real_hosts() {
        let extended = |name, form| AtCommand::Extended { name, form };
        let basic = |name: &[u8], number| AtCommand::Basic {
            name: [name[0], *name.get(1).unwrap_or(&0)],
            number,
        };
        let cases: Vec<(&[u8], Vec<AtCommand<'_>>)> = vec![
            (b"AT", vec![]),
            (b" at ", vec![]),
            (b"ATE0V1", vec![basic(b"E", Some(0)), basic(b"V", Some(1))]),
            (
                b"AT&D2&C1",
                vec![basic(b"&D", Some(2)), basic(b"&C", Some(1))],
            ),
            (
                b"ats3=13",
                vec![AtCommand::Register {
                    number: 3,
                    set: Some(13),
                }],
            ),
            (
                b"ATS12?",
                vec![AtCommand::Register {
                    number: 12,
                    set: None,
                }],
            ),
            (
                b"ATI;+CGMM",
                vec![basic(b"I", None), extended(b"+CGMM", Form::Execute)],
            ),
            (
                b"ATE0+CMEE=1",
                vec![
                    basic(b"E", Some(0)),
                    extended(b"+CMEE", write(vec![Token::Bare(b"1")])),
                ],
            ),
            (
                b"AT+CSQ;+CREG?",
                vec![
                    extended(b"+CSQ", Form::Execute),
                    extended(b"+CREG", Form::Read),
                ],
            ),
            (b"AT+QFTPCFG=?", vec![extended(b"+QFTPCFG", Form::Test)]),
            (
                b"AT+QFTPOPEN=host,21 ",
                vec![extended(
                    b"+QFTPOPEN",
                    write(vec![Token::Bare(b"host"), Token::Bare(b"21")]),
                )],
            ),
            (
                b"AT+QFTPPUT=\"a;b,c\", \"COM:\" ,0,,1",
                vec![extended(
                    b"+QFTPPUT",
                    write(vec![
                        Token::Quoted(b"a;b,c"),
                        Token::Quoted(b"COM:"),
                        Token::Bare(b"0"),
                        Token::Omitted,
                        Token::Bare(b"1"),
                    ]),
                )],
            ),
        ];
        for (line, calls) in cases {
            assert_eq!(parse_line(line), (calls, Ok(())), "{}", line.escape_ascii());
        }
    }

    #[test]
    fn what_cannot_be_read_says_why_and_keeps_what_stood_before() {
        assert_eq!(parse_line(b"hello").1, Err(SyntaxError::NotAt));
        assert_eq!(parse_line(b"").1, Err(SyntaxError::NotAt));
        assert_eq!(
            parse_line(b"AT+QFTPCWD=\"a").1,
            Err(SyntaxError::UnbalancedQuote)
        );
        assert_eq!(parse_line(b"AT+").1, Err(SyntaxError::Unexpected(2)));
        assert_eq!(
            parse_line(b"AT+X=\"a\"b").1,
            Err(SyntaxError::Unexpected(5))
        );
        assert_eq!(parse_line(b"AT#").1, Err(SyntaxError::Unexpected(2)));
        let (calls, end) = parse_line(b"ATE0;+CSQ;%");
        assert_eq!((calls.len(), end), (2, Err(SyntaxError::Unexpected(10))));
    }

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

    #[test]
    fn strings_that_would_leave_their_quotes_are_refused() {
        for bad in [b"\"", b"\r", b"\n", b"\0", b"\x1b", b"\x7f"] {
            assert!(Emit::new("+X").string(bad).is_err(), "{bad:?}");
        }
        let line = Emit::new("+X")
            .string("näme\u{20ac}".as_bytes())
            .map(Emit::finish);
        assert_eq!(line.as_deref(), Ok("AT+X=\"näme\u{20ac}\"\r".as_bytes()));
    }

    #[test]
    fn numbers_at_the_edge_of_64_bits() {
        assert_eq!(parse_integer(b"18446744073709551615"), Some(u64::MAX));
        assert_eq!(parse_integer(b"18446744073709551616"), None);
        assert_eq!(parse_integer(b""), None);
        assert_eq!(parse_integer(b"-1"), None);
        assert_eq!(parse_integer(b"4294967296"), Some(1 << 32));
    }

    proptest! {
        #[test]
        fn no_line_panics_and_reading_is_repeatable(line in prop::collection::vec(any::<u8>(), 0..80)) {
            prop_assert_eq!(parse_line(&line), parse_line(&line));
            let _ = parse_reply(&line);
        }

        #[test]
        fn numbers_come_back(value in any::<u64>()) {
            let mut line = Vec::new();
            push_integer(&mut line, value);
            prop_assert_eq!(parse_integer(&line), Some(value));
        }
    }
}
