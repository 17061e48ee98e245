//! The words that `AT+CMEE=2` gives in place of a number, as the manuals print them.

use super::word_table::WordTable;
use super::{CME, fibocom};

/// The words of 601 to 631 in 000 §4. The table of 004 is the same (COMMON 4).
const MANUAL_000: WordTable = WordTable::new(
    "\
601 Unknown error
602 FTP service would block
603 FTP service busy
604 DNS parse fails
605 Network error
606 Control connection closed.
607 Data connection closed
608 Socket closed by peer
609 Timeout error
610 Invalid parameter
611 Fail to open file
612 File position invalid
613 File error
614 Service not available, closing control connection
615 Open data connection fails
616 Connection closed; transfer aborted
617 Requested file action not taken
618 Requested action aborted: local error in processing
619 Requested action not taken: insufficient system storage
620 Syntax error, command unrecognized
621 Syntax error in parameters or arguments
622 Command not implemented
623 Bad sequence of commands
624 Command parameter not implemented
625 Not logged in
626 Need account for storing files
627 Requested action not taken.
628 Requested action aborted: page type unknown
629 Requested file action aborted
630 Requested file name invalid
631 SSL auth fail
",
);

/// The words of 002 §5 where they are not those of 000.
const MANUAL_002: WordTable = WordTable::new(
    "\
602 FTP(S) server blocked
603 FTP(S) server busy
604 DNS parse failed
611 Failed to open file
615 Open data connection failed
627 Requested action not taken
631 SSL authentication failed
",
);

/// The words of the errors of FTP.
pub(super) static TABLES: [WordTable; 2] = [MANUAL_000, MANUAL_002];

/// Returns the words of a number in modules of 000 and 004.
pub(crate) fn of_000(number: u16) -> Option<&'static str> {
    MANUAL_000.find(number).or_else(|| CME.find(number))
}

/// Returns the words of a number in modules of 002.
pub(crate) fn of_002(number: u16) -> Option<&'static str> {
    MANUAL_002.find(number).or_else(|| of_000(number))
}

/// Returns the words of a number in modules without FTP numbers of this kind (001).
pub(crate) fn of_001(number: u16) -> Option<&'static str> {
    CME.find(number)
}

/// The command that an error in words answers: `Invalid parameter` is 610 of one and 425 of the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WordsOf {
    /// A command of the module's file store.
    Store,
    /// Any other command.
    Other,
}

/// Returns the number that words of any manual stand for, in upper or lower case (FIELD 1.10).
pub(crate) fn number_of(words: &[u8], answers: WordsOf) -> Option<u16> {
    let words = bare(words);
    let same = |(_, known): &(u16, &str)| bare(known.as_bytes()).eq_ignore_ascii_case(words);
    let look = |tables: &[WordTable]| tables.iter().find_map(|table| table.iter().find(same));
    let ftp = || look(&TABLES);
    let around = || look(&[CME, fibocom::CME, fibocom::TCP_IP]);
    let found = match answers {
        WordsOf::Store => around().or_else(ftp),
        WordsOf::Other => ftp().or_else(around),
    };
    found.map(|(number, _)| number)
}

/// Cuts blanks, and the full stop that 000 prints behind some words and not behind others.
fn bare(words: &[u8]) -> &[u8] {
    let words = words.trim_ascii();
    words.strip_suffix(b".").unwrap_or(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_manual_has_words_for_every_number() {
        assert!(MANUAL_000.iter().map(|(number, _)| number).eq(601..=631));
        for (number, words) in MANUAL_002.iter() {
            assert_ne!(of_000(number), Some(words), "{number}");
        }
        assert_eq!(of_000(405), Some("file not found"));
        assert_eq!((of_002(632), of_001(603)), (None, None));
    }

    #[test]
    fn words_002_5_and_000_4_differ_in_603_and_agree_in_610() {
        assert_eq!(of_000(603), Some("FTP service busy"));
        assert_eq!(of_002(603), Some("FTP(S) server busy"));
        assert_eq!(of_000(610), of_002(610));
    }

    #[test]
    fn the_words_of_each_manual_are_understood_in_any_case() {
        for (number, words) in MANUAL_000.iter().chain(MANUAL_002.iter()) {
            let number = Some(number);
            assert_eq!(number_of(words.as_bytes(), WordsOf::Other), number);
            let spoken = words.to_ascii_lowercase();
            assert_eq!(number_of(spoken.as_bytes(), WordsOf::Other), number);
        }
        assert_eq!(number_of(b" unheard of", WordsOf::Other), None);
    }

    /// Words that a table of errors around FTP shared with one of FTP would be read as either.
    #[test]
    fn no_other_words_stand_for_two_numbers() {
        let around = [CME, fibocom::CME, fibocom::TCP_IP];
        for (number, words) in around.iter().flat_map(|table| table.iter()) {
            let read = number_of(words.as_bytes(), WordsOf::Other);
            let twice = words.eq_ignore_ascii_case("invalid parameter");
            assert_eq!(
                read.is_some_and(|read| read > 600 && read < 632),
                twice,
                "{number}"
            );
        }
    }

    #[test]
    fn the_command_decides_where_words_stand_for_two_numbers() {
        let words = b" Invalid parameter";
        assert_eq!(number_of(words, WordsOf::Other), Some(610));
        assert_eq!(number_of(words, WordsOf::Store), Some(425));
        assert_eq!(number_of(b"File not found", WordsOf::Other), Some(405));
    }
}
