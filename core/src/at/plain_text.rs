//! Text from elsewhere on an AT line, where no quotes stand around it.

use alloc::string::String;

/// The longest such text, in characters; a server may send more.
const LONGEST: usize = 500;

/// Returns a text as it stands on one line: quotes and backslashes as they are, a control character as a blank.
pub(crate) fn plain_text(text: &[u8]) -> String {
    let blank = |char: char| if char.is_control() { ' ' } else { char };
    let text = String::from_utf8_lossy(text.trim_ascii());
    text.chars().map(blank).take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_one_line_and_keeps_its_quotes() {
        for (text, expected) in [
            (&b" expired\r\n"[..], "expired"),
            (
                b"Command \"AUTH\" not \\ understood.",
                "Command \"AUTH\" not \\ understood.",
            ),
            (b"one\r\ntwo\0", "one  two "),
            (b"caf\xc3\xa9 \xff", "caf\u{e9} \u{fffd}"),
        ] {
            assert_eq!(plain_text(text), expected);
        }
        assert_eq!(plain_text(&[b'x'; 2 * LONGEST]).len(), LONGEST);
    }
}
