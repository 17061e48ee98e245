//! The path of a URL as a pattern of remote names.

use percent_encoding::percent_decode_str;

/// Returns the path of a URL as a pattern: what is percent-encoded stands for itself.
pub(crate) fn of_path(path: &str) -> Vec<u8> {
    let mut pattern = Vec::with_capacity(path.len());
    let mut rest = path;
    while let Some(at) = rest.find('%') {
        pattern.extend(&rest.as_bytes()[..at]);
        let end = (at + 3).min(rest.len());
        let end = if rest.is_char_boundary(end) {
            end
        } else {
            at + 1
        };
        for byte in percent_decode_str(&rest[at..end]) {
            if byte.is_ascii_punctuation() && byte != b'/' {
                pattern.push(b'\\');
            }
            pattern.push(byte);
        }
        rest = &rest[end..];
    }
    pattern.extend(rest.as_bytes());
    pattern
}

#[cfg(test)]
mod tests {
    use super::of_path;

    #[test]
    fn what_is_escaped_stands_for_itself() {
        for (path, expected) in [
            ("a.csv", "a.csv"),
            ("*.csv", "*.csv"),
            ("%2A[0-9]*", "\\*[0-9]*"),
            ("a%20b/*", "a b/*"),
            ("%7Bx%7D*", "\\{x\\}*"),
            ("/x%2Fy/*", "/x/y/*"),
            ("%", "\\%"),
            ("%2\u{e4}", "\\%2\u{e4}"),
        ] {
            assert_eq!(of_path(path), expected.as_bytes(), "{path}");
        }
        assert_eq!(of_path("%FF*"), b"\xff*");
    }
}
