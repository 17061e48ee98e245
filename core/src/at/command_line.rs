//! Command lines, as a module reads them: `AT`, basic commands, registers, extended commands (V.250 §5.2 to §5.4).

use alloc::vec::Vec;

use super::value::{Fields, Token, blanks, parse_integer};

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
        /// The form, one of four.
        form: Form<'a>,
    },
}

/// The four forms of an extended command (002 §1.2.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form<'a> {
    /// The form `AT+CMD`.
    Execute,
    /// The form `AT+CMD?`.
    Read,
    /// The form `AT+CMD=?`.
    Test,
    /// The form `AT+CMD=<p1>,<p2>`.
    Write(Vec<Token<'a>>),
}

/// The reason that a command line cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SyntaxError {
    /// The line has no `AT`.
    #[error("the line has no AT")]
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
/// The line starts at its first `AT`. What stands before it is skipped (V.250 §5.2.1): a `+++` that came too late, the
/// rest of a payload, ESC or Ctrl-Z after another command.
///
/// The list ends at the first command that cannot be read; what stood before it is returned with the error, since
/// a module carries those out first.
pub fn parse_line(line: &[u8]) -> (Vec<AtCommand<'_>>, Result<(), SyntaxError>) {
    let (calls, read) = read_line(line);
    (calls, read.map_err(|(error, _)| error))
}

/// Returns the name of the extended command that makes a line unreadable. The command's family decides the answer.
pub fn unreadable_command(line: &[u8]) -> Option<&[u8]> {
    let (_, read) = read_line(line);
    let (_, start) = read.err()?;
    let name = line.get(start..)?;
    let length = name_length(name);
    (length > 1).then(|| &name[..length])
}

/// Reads a whole line; an error has the place of the command that cannot be read.
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

/// Returns the length of an extended command's name, its `+` included; 0 without a name.
fn name_length(text: &[u8]) -> usize {
    let Some(rest) = text.strip_prefix(b"+") else {
        return 0;
    };
    1 + rest
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
        .count()
}

/// Returns the place behind the first `AT` or `at`, where a command line starts.
fn after_prefix(line: &[u8]) -> Option<usize> {
    let mut pairs = line.windows(2);
    let start = pairs.position(|pair| pair.eq_ignore_ascii_case(b"AT"))?;
    Some(start + 2)
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

/// Reads the digits at `at`, blanks around them skipped; a number too large for any register reads as `u32::MAX`.
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

/// Finds the end of the command's parameters: a `;` outside quotes, or the line's end.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::at::Emit;
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
            (b"+++AT+QFTPSIZE=\"a", Some(b"+QFTPSIZE")),
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
            (b"AAT", vec![]),
            // The one AT of this name is its end.
            (b"+QFTPSTAT", vec![]),
            (b"oAT+CSQ", vec![extended(b"+CSQ", Form::Execute)]),
            (b"+++AT+CSQ", vec![extended(b"+CSQ", Form::Execute)]),
            (b"\x1aAT+CSQ", vec![extended(b"+CSQ", Form::Execute)]),
            (b"\x1bat+CSQ", vec![extended(b"+CSQ", Form::Execute)]),
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
        assert_eq!(parse_line(b"A+CSQ T").1, Err(SyntaxError::NotAt));
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

    /// A parameter that can be written: a string without what would end it, a number, or nothing.
    #[derive(Clone, Debug)]
    enum Written {
        Text(Vec<u8>),
        Number(u64),
        Nothing,
    }

    fn written() -> impl Strategy<Value = Written> {
        let byte = any::<u8>().prop_filter("ends a string", |byte| {
            !byte.is_ascii_control() && *byte != b'"'
        });
        prop_oneof![
            prop::collection::vec(byte, 0..20).prop_map(Written::Text),
            any::<u64>().prop_map(Written::Number),
            Just(Written::Nothing),
        ]
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(parameters in prop::collection::vec(written(), 1..8)) {
            let mut emit = Emit::new("+X");
            for parameter in &parameters {
                emit = match parameter {
                    Written::Text(text) => emit.string(text).expect("a string that can stand on a line"),
                    Written::Number(number) => emit.integer(*number),
                    Written::Nothing => emit.omitted(),
                };
            }
            let line = emit.finish();
            let (commands, read) = parse_line(line.strip_suffix(b"\r").expect("a CR"));
            prop_assert_eq!(read, Ok(()));
            let [AtCommand::Extended { name: b"+X", form: Form::Write(tokens) }] = &commands[..] else {
                panic!("{commands:?}");
            };
            prop_assert_eq!(tokens.len(), parameters.len());
            for (token, parameter) in tokens.iter().zip(&parameters) {
                match parameter {
                    Written::Text(text) => prop_assert_eq!(*token, Token::Quoted(text)),
                    Written::Number(number) => prop_assert_eq!(token.integer(), Some(*number)),
                    Written::Nothing => prop_assert_eq!(*token, Token::Omitted),
                }
            }
        }

        #[test]
        fn what_stands_before_an_error_is_read_alike_without_what_follows(
            rest in prop::collection::vec(any::<u8>(), 0..80),
        ) {
            let line = [b"AT+CSQ;", &rest[..]].concat();
            let (commands, _) = parse_line(&line);
            prop_assert_eq!(&commands[..1], &parse_line(b"AT+CSQ").0[..]);
            if let Err((_, place)) = read_line(&line).1 {
                prop_assert_eq!(parse_line(&line[..place]), (commands, Ok(())));
            }
        }
    }
}
