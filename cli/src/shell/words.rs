//! The words of a line: blanks part them, quotes and a backslash keep what has a meaning, `;` ends a command, `#` begins a
//! comment.

/// A word, as it was meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Word {
    /// Its bytes, without quotes.
    pub(super) bytes: Vec<u8>,
    /// The same as a pattern: what was quoted stands for itself.
    pub(super) pattern: Vec<u8>,
}

impl Word {
    fn push(&mut self, byte: u8, is_quoted: bool) {
        self.bytes.push(byte);
        if is_quoted && matches!(byte, b'*' | b'?' | b'[' | b'{' | b'\\') {
            self.pattern.push(b'\\');
        }
        self.pattern.push(byte);
    }
}

/// The state between two bytes of a line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quote {
    None,
    Single,
    Double,
}

/// Splits a line into commands, each of at least one word. An error says what is missing.
pub(super) fn split(line: &[u8]) -> Result<Vec<Vec<Word>>, &'static str> {
    let mut commands = Vec::new();
    let mut words: Vec<Word> = Vec::new();
    let mut word: Option<Word> = None;
    let mut quote = Quote::None;
    let mut bytes = line.iter().copied();
    while let Some(byte) = bytes.next() {
        match (quote, byte) {
            (Quote::None, b'\'') => {
                quote = Quote::Single;
                word.get_or_insert_default();
            }
            (Quote::None, b'"') => {
                quote = Quote::Double;
                word.get_or_insert_default();
            }
            (Quote::Single, b'\'') | (Quote::Double, b'"') => quote = Quote::None,
            (Quote::None | Quote::Double, b'\\') => {
                let next = bytes.next().ok_or("nothing follows the backslash")?;
                word.get_or_insert_default().push(next, true);
            }
            (Quote::Single | Quote::Double, byte) => {
                word.get_or_insert_default().push(byte, true);
            }
            (Quote::None, b'#') if word.is_none() => break,
            (Quote::None, b' ' | b'\t') => words.extend(word.take()),
            (Quote::None, b';') => {
                words.extend(word.take());
                commands.push(std::mem::take(&mut words));
            }
            (Quote::None, byte) => word.get_or_insert_default().push(byte, false),
        }
    }
    if quote != Quote::None {
        return Err("a quote is not closed");
    }
    words.extend(word);
    commands.push(words);
    commands.retain(|words| !words.is_empty());
    Ok(commands)
}

/// Returns a name as it can be typed: blanks and what has a meaning behind a backslash.
pub(super) fn escaped(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for character in name.chars() {
        if " \t;#'\"\\*?[{".contains(character) {
            text.push('\\');
        }
        text.push(character);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<Vec<String>> {
        let text = |word: Word| String::from_utf8(word.bytes).expect("text");
        let commands = split(line.as_bytes()).expect("words");
        let texts = |words: Vec<Word>| words.into_iter().map(text).collect();
        commands.into_iter().map(texts).collect()
    }

    #[test]
    fn commands_and_words() {
        assert_eq!(words(""), Vec::<Vec<String>>::new());
        assert_eq!(words(" ; # nothing"), Vec::<Vec<String>>::new());
        assert_eq!(words("get a;ls # all"), [vec!["get", "a"], vec!["ls"]]);
        assert_eq!(
            words("get 'a b' \"c d\" e\\ f"),
            [["get", "a b", "c d", "e f"]]
        );
        assert_eq!(words("rm 'it'\\''s' a#b \"\""), [["rm", "it's", "a#b", ""]]);
        assert_eq!(words("rm 'a;b'"), [["rm", "a;b"]]);
        assert!(split(b"get 'a").is_err() && split(b"get a\\").is_err());
    }

    #[test]
    fn what_is_quoted_is_no_pattern() {
        let commands = split(b"rm a* 'b*' c\\*").expect("words");
        let patterns = commands[0].iter().map(|word| word.pattern.as_slice());
        let expected: [&[u8]; 4] = [b"rm", b"a*", b"b\\*", b"c\\*"];
        assert!(patterns.eq(expected));
    }

    #[test]
    fn an_escaped_name_is_one_word_again() {
        for name in ["a b", "it's", "a;b#c", "*?[{\\", "grün"] {
            assert_eq!(words(&escaped(name)), [[name]]);
        }
    }
}
