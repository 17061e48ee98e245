//! Numbers and the words that a module gives for them, as lines of text.
//!
//! A line takes the memory of its text. A pair of number and `&str` takes 24 bytes besides, and as many again in a shared
//! library, whose loader fills in each address.

/// A table with a number and its words in each line, the numbers in ascending order.
#[derive(Clone, Copy, Debug)]
pub struct WordTable(&'static str);

impl WordTable {
    pub(super) const fn new(lines: &'static str) -> Self {
        WordTable(lines)
    }

    /// Returns each number with its words.
    pub fn iter(self) -> impl Iterator<Item = (u16, &'static str)> {
        self.0.split('\n').filter_map(|line| {
            let (number, words) = line.split_once(' ')?;
            Some((number.parse().ok()?, words))
        })
    }

    /// Returns the words of a number.
    pub fn find(self, number: u16) -> Option<&'static str> {
        let mut all = self.iter();
        all.find(|(known, _)| *known == number)
            .map(|(_, words)| words)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{CME, fibocom, words};

    #[test]
    fn every_line_is_a_number_and_words_in_ascending_order() {
        let tables = [CME, fibocom::CME, fibocom::CMS, fibocom::TCP_IP];
        for table in tables.into_iter().chain(words::TABLES) {
            assert_eq!(table.iter().count(), table.0.lines().count());
            assert!(table.iter().is_sorted_by(|one, next| one.0 < next.0));
            for (number, words) in table.iter() {
                assert!(!words.is_empty() && words.trim() == words, "{number}");
                assert_eq!(table.find(number), Some(words));
            }
            assert_eq!(table.find(9999), None);
        }
    }
}
