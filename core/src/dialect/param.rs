//! The parameters of a command: type and limits, checked alike by the end that writes them and the end that reads them.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::at::{Emit, Token, UnencodableByte, check_string, parse_integer};
use crate::wiped::WipedBytes;

/// One parameter of a write form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Param {
    /// As the manual calls it, without brackets.
    pub name: &'static str,
    /// Type and limits.
    pub kind: Kind,
    /// True if the parameter may be omitted.
    pub optional: bool,
}

/// Type and limits of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// At most this many bytes; may be empty.
    Text(usize),
    /// 1 to this many bytes.
    Name(usize),
    /// From, to; both taken.
    Integer(u64, u64),
    /// From, to; a number in quotes is taken too (`gsm` QFTPOPEN, seen on M26).
    Quotable(u64, u64),
    /// One of these numbers.
    OneOf(&'static [u64]),
    /// A 16-bit number in hexadecimal, `0XFFFF` or `0xffff`.
    Hex,
    /// One of these words, in any case; in quotes when the module says it.
    Word(&'static [&'static str]),
    /// A mask of at most this many hexadecimal digits, with or without `0x`; with it when the module says it.
    Mask(usize),
    /// At most this many decimal digits, zeros in front among them; as typed when the module says them.
    Digits(usize),
}

/// A parameter's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "V.250 §5.4.2 knows numbers and strings, and lets them be left out"
)]
pub enum Value<'a> {
    /// Left out.
    Omitted,
    /// A number.
    Integer(u64),
    /// A string.
    Text(&'a [u8]),
}

impl<'a> Value<'a> {
    /// Returns the number, if it is one.
    pub fn integer(self) -> Option<u64> {
        match self {
            Value::Integer(value) => Some(value),
            Value::Omitted | Value::Text(_) => None,
        }
    }

    /// Returns the string, if it is one.
    pub fn text(self) -> Option<&'a [u8]> {
        match self {
            Value::Text(text) => Some(text),
            Value::Omitted | Value::Integer(_) => None,
        }
    }
}

/// A parameter that does not fit its table entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParamError {
    /// Fewer parameters than the command needs.
    #[error("<{0}> is missing")]
    Missing(&'static str),
    /// More parameters than the command has.
    #[error("more parameters than the command takes")]
    TooMany,
    /// A number outside its range.
    #[error("<{name}> must be {from} to {to}")]
    Range {
        /// The parameter.
        name: &'static str,
        /// Smallest value.
        from: u64,
        /// Largest value.
        to: u64,
    },
    /// A number that is none of those allowed.
    #[error("<{0}> has none of its values")]
    Choice(&'static str),
    /// A string that is too long, or empty where it must not be.
    #[error("<{name}> must be {from} to {to} bytes long")]
    Length {
        /// The parameter.
        name: &'static str,
        /// The shortest length.
        from: usize,
        /// The longest length.
        to: usize,
    },
    /// A string where a number belongs, or the other way round.
    #[error("<{0}> has the wrong type")]
    Type(&'static str),
    /// A string that cannot stand on an AT line.
    #[error("<{name}>: {reason}")]
    UnencodableByte {
        /// The parameter.
        name: &'static str,
        /// The byte that cannot stand there.
        reason: UnencodableByte,
    },
}

impl Param {
    /// Makes a parameter that must be given.
    pub const fn required(name: &'static str, kind: Kind) -> Self {
        Param {
            name,
            kind,
            optional: false,
        }
    }

    /// Makes a parameter that may be left out.
    pub const fn optional(name: &'static str, kind: Kind) -> Self {
        Param {
            name,
            kind,
            optional: true,
        }
    }

    /// Returns the range of the values as a test form states it: `(0,1)`, `(0-3)`, `("on","off")`, `<name>`.
    fn range(&self) -> String {
        let listed = |values: Vec<String>| format!("({})", values.join(","));
        match self.kind {
            Kind::Integer(0, 1) => "(0,1)".into(),
            Kind::Integer(from, to) | Kind::Quotable(from, to) => format!("({from}-{to})"),
            Kind::OneOf(values) => listed(values.iter().map(|value| format!("{value}")).collect()),
            Kind::Word(words) => listed(words.iter().map(|word| format!("\"{word}\"")).collect()),
            Kind::Text(_) | Kind::Name(_) | Kind::Hex | Kind::Mask(_) | Kind::Digits(_) => {
                format!("<{}>", self.name)
            }
        }
    }

    /// Checks one value against type and limits.
    ///
    /// # Errors
    ///
    /// Returns [`ParamError`] with the name of the parameter and the limit that the value breaks.
    pub fn check(&self, value: Value<'_>) -> Result<(), ParamError> {
        let name = self.name;
        match (self.kind, value) {
            (_, Value::Omitted) if self.optional => Ok(()),
            (_, Value::Omitted) => Err(ParamError::Missing(name)),
            (Kind::Text(max), Value::Text(text)) => check_length(name, text, 0, max),
            (Kind::Name(max), Value::Text(text)) => check_length(name, text, 1, max),
            (Kind::Word(words), Value::Text(text)) if !is_one_of(words, text) => {
                Err(ParamError::Choice(name))
            }
            (Kind::Mask(max), Value::Text(text)) => {
                check_digits(name, mask_digits(text), max, u8::is_ascii_hexdigit)
            }
            (Kind::Digits(max), Value::Text(text)) => {
                check_digits(name, text, max, u8::is_ascii_digit)
            }
            (Kind::Integer(from, to) | Kind::Quotable(from, to), Value::Integer(value))
                if value < from || value > to =>
            {
                Err(ParamError::Range { name, from, to })
            }
            (Kind::Hex, Value::Integer(value)) if value > 0xFFFF => Err(ParamError::Range {
                name,
                from: 0,
                to: 0xFFFF,
            }),
            (Kind::OneOf(choices), Value::Integer(value)) if !choices.contains(&value) => {
                Err(ParamError::Choice(name))
            }
            (Kind::Word(_), Value::Text(_))
            | (
                Kind::Integer(..) | Kind::Quotable(..) | Kind::OneOf(_) | Kind::Hex,
                Value::Integer(_),
            ) => Ok(()),
            _ => Err(ParamError::Type(name)),
        }
    }

    /// Reads a typed token as this parameter and checks it.
    fn accept<'a>(&self, token: Token<'a>) -> Result<Value<'a>, ParamError> {
        let value = match (self.kind, token) {
            (_, Token::Omitted) => Value::Omitted,
            (Kind::Word(words), token) => Value::Text(spelled(words, token.bytes())),
            (Kind::Text(_) | Kind::Name(_) | Kind::Mask(_) | Kind::Digits(_), token) => {
                Value::Text(token.bytes())
            }
            (Kind::Quotable(..), token) => parse_integer(token.bytes())
                .map(Value::Integer)
                .ok_or(ParamError::Type(self.name))?,
            (Kind::Integer(..) | Kind::OneOf(_), token) => token
                .integer()
                .map(Value::Integer)
                .ok_or(ParamError::Type(self.name))?,
            (Kind::Hex, Token::Bare(text)) => parse_hex(text)
                .map(Value::Integer)
                .ok_or(ParamError::Type(self.name))?,
            (Kind::Hex, Token::Quoted(_)) => return Err(ParamError::Type(self.name)),
        };
        self.check(value).map(|()| value)
    }
}

fn check_length(name: &'static str, text: &[u8], from: usize, to: usize) -> Result<(), ParamError> {
    if text.len() < from || text.len() > to {
        return Err(ParamError::Length { name, from, to });
    }
    check_string(text).map_err(|reason| ParamError::UnencodableByte { name, reason })
}

fn is_one_of(words: &[&str], text: &[u8]) -> bool {
    words.iter().any(|word| word.as_bytes() == text)
}

/// Returns the word of the list that was typed in any case, or what was typed.
fn spelled<'a>(words: &'static [&'static str], typed: &'a [u8]) -> &'a [u8] {
    let mut words = words.iter().map(|word| word.as_bytes());
    words
        .find(|word| word.eq_ignore_ascii_case(typed))
        .unwrap_or(typed)
}

/// Returns the digits of a mask.
pub(crate) fn mask_digits(text: &[u8]) -> &[u8] {
    let rest = text.strip_prefix(b"0x");
    rest.or_else(|| text.strip_prefix(b"0X")).unwrap_or(text)
}

fn check_digits(
    name: &'static str,
    digits: &[u8],
    to: usize,
    is_digit: fn(&u8) -> bool,
) -> Result<(), ParamError> {
    if digits.is_empty() || digits.len() > to {
        return Err(ParamError::Length { name, from: 1, to });
    }
    if digits.iter().all(is_digit) {
        Ok(())
    } else {
        Err(ParamError::Type(name))
    }
}

/// Parses `0XFFFF`, in any case.
fn parse_hex(text: &[u8]) -> Option<u64> {
    let digits = text
        .strip_prefix(b"0x")
        .or_else(|| text.strip_prefix(b"0X"))?;
    if digits.is_empty() || digits.len() > 8 {
        return None;
    }
    digits.iter().try_fold(0, |value, byte| {
        Some(value * 16 + u64::from((*byte as char).to_digit(16)?))
    })
}

/// Checks a list of typed tokens against a list of parameters; the result has one value for each parameter.
///
/// # Errors
///
/// Returns [`ParamError`] for the first token that its parameter does not take, and for a token too many.
#[doc(hidden)] // it takes tokens, which are internal
pub fn accept<'a>(params: &[Param], tokens: &[Token<'a>]) -> Result<Vec<Value<'a>>, ParamError> {
    if tokens.len() > params.len() {
        return Err(ParamError::TooMany);
    }
    let tokens = tokens
        .iter()
        .copied()
        .chain(core::iter::repeat(Token::Omitted));
    params
        .iter()
        .zip(tokens)
        .map(|(param, token)| param.accept(token))
        .collect()
}

/// Returns the line of a test form for a setting, `+QCFG: "usbnet",(0-3)`.
pub(super) fn test_line(command: &str, name: &str, params: &[Param]) -> String {
    let mut line = format!("{command}: \"{name}\"");
    for param in params {
        line.push(',');
        line.push_str(&param.range());
    }
    line
}

/// Writes the parameters behind `=` after checking each; those left out at the end are not written.
pub(super) fn emit(
    mut line: Emit,
    params: &[Param],
    values: &[Value<'_>],
) -> Result<WipedBytes, ParamError> {
    if values.len() > params.len() {
        return Err(ParamError::TooMany);
    }
    let last = values
        .iter()
        .rposition(|value| *value != Value::Omitted)
        .map_or(0, |last| last + 1);
    for (index, param) in params.iter().enumerate() {
        let value = values.get(index).copied().unwrap_or(Value::Omitted);
        param.check(value)?;
        if index >= last {
            continue;
        }
        line = match value {
            Value::Omitted => line.omitted(),
            Value::Integer(value) if param.kind == Kind::Hex => line.hex(value),
            Value::Integer(value) => line.integer(value),
            Value::Text(text) => {
                line.string(text)
                    .map_err(|reason| ParamError::UnencodableByte {
                        name: param.name,
                        reason,
                    })?
            }
        };
    }
    Ok(line.finish_wiped())
}
