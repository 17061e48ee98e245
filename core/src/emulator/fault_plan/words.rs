//! The words of a fault rule: the name of an action, then `key=value` in any order.
//!
//! ```text
//! insert stream=downstream after=300 text="\r\n+CREG: 2\r\n"
//! ```
//!
//! A value with blanks stands in quotes. There `\r`, `\n`, `\"`, `\\` and `\xNN` are one byte.

use std::fmt::Write as _;
use std::str;

use crate::module::Delay;

/// The words of one rule. Each is taken once; one that is left over is a mistake.
#[derive(Debug)]
pub(super) struct RuleWords {
    pub(super) action: String,
    values: Vec<(String, Vec<u8>)>,
}

impl RuleWords {
    /// Makes words without a value yet.
    pub(super) fn new(action: &str) -> Self {
        RuleWords {
            action: action.to_owned(),
            values: Vec::new(),
        }
    }

    /// Splits a line.
    pub(super) fn parse(line: &str) -> Result<Self, String> {
        let mut words = split(line)?.into_iter();
        let action = words.next().unwrap_or_default();
        let mut read = RuleWords::new(&action);
        for word in words {
            let (key, value) = word
                .split_once('=')
                .ok_or_else(|| format!("{word:?} is not key=value"))?;
            let quoted = value
                .strip_prefix('"')
                .and_then(|rest| rest.strip_suffix('"'));
            match quoted {
                Some(inner) if value.len() > 1 => read.add(key, unescaped(inner)?)?,
                _ if value.contains('"') => {
                    return Err(format!("{key}: the quotes stand around the whole value"));
                }
                _ => read.add(key, value.as_bytes().to_vec())?,
            }
        }
        Ok(read)
    }

    /// Adds a value.
    pub(super) fn add(&mut self, key: &str, value: Vec<u8>) -> Result<(), String> {
        if self.values.iter().any(|(known, _)| known == key) {
            return Err(format!("{key} stands twice"));
        }
        self.values.push((key.to_owned(), value));
        Ok(())
    }

    /// Takes the bytes of a value.
    pub(super) fn take(&mut self, key: &str) -> Option<Vec<u8>> {
        let index = self.values.iter().position(|(known, _)| known == key)?;
        Some(self.values.remove(index).1)
    }

    /// Takes the bytes of a value that must be there.
    pub(super) fn need(&mut self, key: &str) -> Result<Vec<u8>, String> {
        let value = self.take(key).filter(|value| !value.is_empty());
        value.ok_or_else(|| format!("{} needs {key}=", self.action))
    }

    /// Takes a value that is text.
    pub(super) fn take_text(&mut self, key: &str) -> Result<Option<String>, String> {
        let text = self.take(key).map(String::from_utf8).transpose();
        text.map_err(|_| format!("{key} is not text"))
    }

    /// Takes a number, which is this or more.
    pub(super) fn take_number(&mut self, key: &str, least: u64) -> Result<Option<u64>, String> {
        let Some(text) = self.take_text(key)? else {
            return Ok(None);
        };
        let number = text.parse().ok().filter(|number| *number >= least);
        number
            .map(Some)
            .ok_or_else(|| format!("{key}={text}: give a number, {least} or more"))
    }

    /// Takes a time.
    pub(super) fn take_delay(&mut self, key: &str) -> Result<Option<Delay>, String> {
        let Some(text) = self.take_text(key)? else {
            return Ok(None);
        };
        let delay = text.parse();
        delay
            .map(Some)
            .map_err(|error| format!("{key}={text}: {error}"))
    }

    /// Returns a key that was not taken.
    pub(super) fn left_over(&self) -> Option<&str> {
        self.values.first().map(|(key, _)| key.as_str())
    }
}

/// Splits a line at its blanks, but not within quotes.
fn split(line: &str) -> Result<Vec<String>, String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    let mut letters = line.trim().chars();
    while let Some(letter) = letters.next() {
        let word = words.last_mut().ok_or("no word")?;
        match letter {
            letter if letter.is_whitespace() && !quoted => {
                if !word.is_empty() {
                    words.push(String::new());
                }
                continue;
            }
            '\\' if quoted => {
                word.push('\\');
                word.extend(letters.next());
                continue;
            }
            '"' => quoted = !quoted,
            _ => {}
        }
        word.push(letter);
    }
    if quoted {
        return Err("a quote is not closed".into());
    }
    Ok(words)
}

/// Replaces the escapes of a text by their bytes.
pub(super) fn unescaped(text: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((byte, behind)) = rest.split_first() {
        rest = behind;
        if *byte != b'\\' {
            bytes.push(*byte);
            continue;
        }
        let (escape, behind) = rest.split_first().unwrap_or((&0, rest));
        rest = behind;
        match escape {
            b'r' => bytes.push(b'\r'),
            b'n' => bytes.push(b'\n'),
            b'"' | b'\\' => bytes.push(*escape),
            b'x' => {
                let digits = rest.get(..2).and_then(|digits| str::from_utf8(digits).ok());
                let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
                bytes.push(byte.ok_or("\\x needs two digits, as in \\x1b")?);
                rest = &rest[2..];
            }
            _ => return Err("a backslash stands before r, n, \", \\ or xNN".into()),
        }
    }
    Ok(bytes)
}

/// Returns bytes in quotes, from which [`RuleWords::parse`] reads them back.
pub(super) fn quoted(bytes: &[u8]) -> String {
    let mut text = String::from("\"");
    for byte in bytes {
        match byte {
            b'\r' => text.push_str("\\r"),
            b'\n' => text.push_str("\\n"),
            b'"' => text.push_str("\\\""),
            b'\\' => text.push_str("\\\\"),
            b' '..=b'~' => text.push(char::from(*byte)),
            byte => {
                let _ = write!(text, "\\x{byte:02x}"); // a String takes all
            }
        }
    }
    text.push('"');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_quotes_and_escapes() {
        let mut words =
            RuleWords::parse(r#" insert  after=3 text="a b\r\n\x1b\"\\" "#).expect("words");
        assert_eq!(words.action, "insert");
        assert_eq!(words.take_number("after", 0), Ok(Some(3)));
        assert_eq!(words.left_over(), Some("text"));
        assert_eq!(words.take("text").as_deref(), Some(&b"a b\r\n\x1b\"\\"[..]));
        assert_eq!((words.take("text"), words.left_over()), (None, None));
    }

    #[test]
    fn all_bytes_come_back_from_quotes() {
        let bytes: Vec<u8> = (0..=u8::MAX).collect();
        let mut words = RuleWords::parse(&format!("a b={}", quoted(&bytes))).expect("words");
        assert_eq!(words.take("b"), Some(bytes));
    }

    #[test]
    fn mistakes_are_named() {
        for (line, reason) in [
            ("a b", "\"b\" is not key=value"),
            ("a b=1 b=2", "b stands twice"),
            ("a b=\"c", "a quote is not closed"),
            ("a b=\"c\"d", "b: the quotes stand around the whole value"),
            (
                "a b=\"\\q\"",
                "a backslash stands before r, n, \", \\ or xNN",
            ),
            ("a b=\"\\x1\"", "\\x needs two digits, as in \\x1b"),
        ] {
            assert_eq!(RuleWords::parse(line).expect_err(line), reason);
        }
        let mut words = RuleWords::parse("a b=0 c=x d=\"\\xff\" e=2h").expect("words");
        let number = words.take_number("b", 1).expect_err("0");
        assert_eq!(number, "b=0: give a number, 1 or more");
        assert!(words.take_number("c", 0).is_err());
        assert_eq!(words.take_text("d").expect_err("no text"), "d is not text");
        assert!(words.take_delay("e").is_err());
        assert_eq!(words.need("f").expect_err("none"), "a needs f=");
    }
}
