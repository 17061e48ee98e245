//! Input that a module must refuse: parameters one past each limit, wrong types, too few, too many, unbalanced
//! quotes, lines without end. The limits come from the tables of the dialects.

mod limits;
mod lines;
mod payload;

use crate::harness::{Harness, printed};
use qftp::dialect;
use qftp::dialect::{BadParameter, Command, Dialect, Family};

fn refusal(command: &Command) -> String {
    match command.refusal {
        BadParameter::Cme(number) => printed(&[&format!("+CME ERROR: {number}")]),
        BadParameter::Plain => printed(&["ERROR"]),
        other => panic!("no text of {other:?}"),
    }
}

/// How a session is asked about, and what an open one is.
fn is_open(dialect: &Dialect) -> (&'static str, &'static [&'static str]) {
    match dialect.family {
        Family::Lte => ("AT+QFTPSTAT", &["OK", "+QFTPSTAT: 0,1"]),
        Family::Gsm => ("AT+QFTPSTAT", &["+QFTPSTAT: OPENED", "OK"]),
        Family::Fibocom => ("AT+FTPOPEN?", &["+FTPOPEN: 1", "OK"]),
    }
}

fn by_name(name: &str) -> &'static Dialect {
    dialect::by_name(name).expect("a dialect")
}

/// Types a line that must be refused in these words, and have no effect.
fn refuse(harness: &mut Harness, line: &str, words: &str) {
    let before = harness.server.asked.len();
    let answer = harness.ask(line);
    assert_eq!(answer, words, "{}", line.escape_default());
    assert_eq!(harness.server.asked.len(), before, "{line}");
}
