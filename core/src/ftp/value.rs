//! Values in the text of replies: a quoted path, a size, a time.

use alloc::vec::Vec;

use memchr::{memchr, memchr3, memrchr};

/// Parses `257 "path with ""quotes""" comment` (RFC 959 appendix II). Pure-FTPd does not double them: a quote that a
/// word follows at once does not end the path, the last quote does.
pub(super) fn parse_quoted_path(text: &[u8]) -> Option<Vec<u8>> {
    let (path, comment) = split_doubled(text)?;
    let goes_on = comment
        .first()
        .is_some_and(|byte| !byte.is_ascii_whitespace());
    if goes_on && memchr(b'"', comment).is_some() {
        let (start, end) = (memchr(b'"', text)? + 1, memrchr(b'"', text)?);
        return text.get(start..end).map(<[u8]>::to_vec);
    }
    Some(path)
}

/// Splits the path from the text behind its closing quote.
fn split_doubled(text: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let start = memchr(b'"', text)? + 1;
    let mut rest = text.get(start..)?;
    let mut path = Vec::new();
    loop {
        let quote = memchr(b'"', rest)?;
        path.extend_from_slice(rest.get(..quote)?);
        rest = rest.get(quote + 1..)?;
        let Some(after) = rest.strip_prefix(b"\"") else {
            return Some((path, rest));
        };
        path.push(b'"');
        rest = after;
    }
}

/// Parses the path of PWD; without quotes, as some servers print it, the first word is the path. Rejects a path with
/// CR, LF or NUL: no command could carry it, and it would end a line in print.
pub(super) fn parse_path(text: &[u8]) -> Option<Vec<u8>> {
    let path = parse_quoted_path(text).or_else(|| {
        let word = first_word(text);
        (!word.is_empty() && !word.contains(&b'"')).then(|| word.to_vec())
    });
    path.filter(|path| memchr3(b'\r', b'\n', 0, path).is_none())
}

/// Parses `213 <digits>` (RFC 3659 §4).
pub(super) fn parse_size(text: &[u8]) -> Option<u64> {
    let word = first_word(text);
    let digits = !word.is_empty() && word.iter().all(u8::is_ascii_digit);
    let word = core::str::from_utf8(word).ok().filter(|_| digits)?;
    word.parse().ok()
}

/// Parses `213 YYYYMMDDHHMMSS[.fraction]` (RFC 3659 §2.3).
pub(super) fn parse_time(text: &[u8]) -> Option<Vec<u8>> {
    let word = first_word(text);
    let (seconds, fraction) = word.split_at_checked(14)?;
    let fraction_fits = match fraction {
        [] => true,
        [b'.', digits @ ..] => !digits.is_empty() && digits.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    (fraction_fits && seconds.iter().all(u8::is_ascii_digit)).then(|| word.to_vec())
}

fn first_word(text: &[u8]) -> &[u8] {
    let text = text.trim_ascii();
    let end = text.iter().position(u8::is_ascii_whitespace);
    text.get(..end.unwrap_or(text.len())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn paths() {
        let cases: &[(&[u8], Option<&[u8]>)] = &[
            (b"\"/\" is the current directory", Some(b"/")),
            (b"\"/a \"\"b\"\" c\" is cwd", Some(b"/a \"b\" c")),
            (b"\"\"\"\" is cwd", Some(b"\"")),
            (b"\"\"", Some(b"")),
            (b"\"/a \"b\"\" is cwd", Some(b"/a \"b\"")),
            (b"\"/a \"b\" c\" is cwd", Some(b"/a \"b\" c")),
            (b"\"/a\" is \"cwd\"", Some(b"/a")),
            (b"\"/a\".", Some(b"/a")),
            (b"\"/\xe9\xff\"", Some(b"/\xe9\xff")),
            (b"/home/u is cwd", Some(b"/home/u")),
            (b"\"/open", None),
            (b"\"/a\"\"", None),
            (b"\"/a\r\nOK\r\n\"", None),
            (b"\"/a\rOK\r\"", None),
            (b"\"/a\nb\"", None),
            (b"\"/a\0b\"", None),
            (b"/a\0b", None),
            (b"", None),
        ];
        for (text, expected) in cases {
            assert_eq!(
                parse_path(text).as_deref(),
                *expected,
                "{}",
                text.escape_ascii()
            );
        }
    }

    #[test]
    fn sizes() {
        let cases: &[(&[u8], Option<u64>)] = &[
            (b"0", Some(0)),
            (b" 4294967296 ", Some(1 << 32)),
            (b"18446744073709551615", Some(u64::MAX)),
            (b"18446744073709551616", None),
            (b"123456789012345678901234567890", None),
            (b"-1", None),
            (b"+1", None),
            (b"1.5", None),
            (b"many", None),
            (b"", None),
        ];
        for (text, expected) in cases {
            assert_eq!(parse_size(text), *expected, "{}", text.escape_ascii());
        }
    }

    #[test]
    fn times() {
        let cases: &[(&[u8], bool)] = &[
            (b"20200621093626", true),
            (b"20200621093626.123", true),
            (b"20200621093626.", false),
            (b"2020062109362", false),
            (b"191200621093626", false),
            (b"2020-06-21 09:36", false),
            (b"", false),
        ];
        for (text, expected) in cases {
            assert_eq!(
                parse_time(text).is_some(),
                *expected,
                "{}",
                text.escape_ascii()
            );
        }
    }

    proptest! {
        #[test]
        fn doubled_quotes_come_back_single(path in proptest::collection::vec(any::<u8>(), 0..30)) {
            let mut text = alloc::vec![b'"'];
            for byte in &path {
                text.push(*byte);
                if *byte == b'"' {
                    text.push(b'"');
                }
            }
            text.extend_from_slice(b"\" is it");
            prop_assert_eq!(parse_quoted_path(&text), Some(path));
        }

        #[test]
        fn any_bytes_are_taken(text in proptest::collection::vec(any::<u8>(), 0..60)) {
            let _ = (parse_path(&text), parse_size(&text), parse_time(&text));
        }
    }
}
