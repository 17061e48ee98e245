//! The options and operands of a command of the shell.

use super::words::Word;
use crate::console;
use crate::problem::Problem;

/// The options and operands that were given to a command.
#[derive(Debug, Default)]
pub(super) struct Given {
    flags: Vec<char>,
    /// The value of `-o`.
    pub(super) output: Option<Vec<u8>>,
    pub(super) operands: Vec<Word>,
}

impl Given {
    /// Reads words. `known` has the letters of the options; `-o` takes a value. `least` and `most` are for the operands.
    pub(super) fn read(
        words: &[Word],
        known: &str,
        least: usize,
        most: usize,
    ) -> Result<Self, Problem> {
        let mut given = Given::default();
        let mut words = words.iter();
        let mut takes_options = true;
        while let Some(word) = words.next() {
            match word.bytes.as_slice() {
                b"--" if takes_options => takes_options = false,
                b"--delete" if takes_options && known.contains('e') => given.flags.push('e'),
                [b'-', letters @ ..] if takes_options && !letters.is_empty() => {
                    for letter in letters {
                        let letter = char::from(*letter);
                        if !known.contains(letter) {
                            let text = console::shown(&word.bytes);
                            return Err(Problem::usage(format!("{text}: no such option")));
                        }
                        if letter == 'o' {
                            let value = words.next().ok_or_else(|| {
                                Problem::usage("-o needs the name of the target behind it")
                            })?;
                            given.output = Some(value.bytes.clone());
                        }
                        given.flags.push(letter);
                    }
                }
                _ => given.operands.push(word.clone()),
            }
        }
        let count = given.operands.len();
        if count < least {
            return Err(Problem::usage("too few arguments"));
        }
        if count > most {
            return Err(Problem::usage("too many arguments"));
        }
        Ok(given)
    }

    /// Returns true if an option was given.
    pub(super) fn has(&self, letter: char) -> bool {
        self.flags.contains(&letter)
    }
}

#[cfg(test)]
mod tests {
    use super::super::words::split;
    use super::*;

    fn read(line: &str, known: &str) -> Result<Given, Problem> {
        let commands = split(line.as_bytes()).expect("words");
        Given::read(&commands[0][1..], known, 1, 2)
    }

    #[test]
    fn options_and_operands() {
        let given = read("get -c a -o b", "co").expect("given");
        assert!(given.has('c') && given.output.as_deref() == Some(b"b"));
        assert_eq!(given.operands.len(), 1);
        let given = read("mirror -R --delete a -- -b", "Re").expect("given");
        assert!(given.has('R') && given.has('e'));
        assert_eq!(given.operands[1].bytes, b"-b");
        for wrong in ["get -x a", "get a -o", "get -c", "get a b c"] {
            assert!(read(wrong, "co").is_err(), "{wrong}");
        }
    }
}
