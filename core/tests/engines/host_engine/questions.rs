//! Downloads that fall silent, in every dialect: the host asks whether the module is in command mode.

use std::time::Duration;

use qftp::dialect::{self, Family};
use qftp::host::{Answer, HostError, Operation};

use super::broken_off::{GET, downloading, frame};

const SECOND: Duration = Duration::from_secs(1);
const QUESTION: &[u8] = b"\rAT+CMEE?\r";
const ANSWER: &[u8] = b"\r\n+CMEE: 1\r\n\r\nOK\r\n";

/// Without a known length.
const GET_ALL: Operation<'static> = Operation::Get {
    remote: b"f",
    offset: 0,
    length: None,
    expected: None,
};

#[test]
fn a_silent_download_is_asked_after_five_seconds_and_again() {
    for dialect in dialect::ALL {
        let mut line = downloading(dialect, GET);
        line.hear(b"abc", 1000);
        line.sent.clear();
        line.pass(Duration::from_millis(4999));
        assert_eq!(line.sent, b"", "{}", dialect.name);
        line.pass(Duration::from_millis(1));
        assert_eq!(line.sent, QUESTION, "{}", dialect.name);
        line.pass(SECOND * 5);
        assert_eq!(line.sent, QUESTION.repeat(2), "{}", dialect.name);
    }
}

#[test]
fn a_module_in_command_mode_ends_the_download_in_seconds() {
    for dialect in dialect::ALL {
        for (operation, known, chunk) in [(GET, true, 1), (GET, true, 1000), (GET_ALL, false, 9)] {
            let mut line = downloading(dialect, operation);
            // Bytes were lost, and the end of the file with them; the answer makes the count right again.
            let lost = ANSWER.len();
            line.hear(&vec![b'x'; 1000 - lost], 1000);
            let begun = line.now;
            line.sent.clear();
            line.pass(SECOND * 5);
            line.hear(ANSWER, chunk);
            line.wait();
            assert!(line.now <= begun + SECOND * 10, "{}", dialect.name);
            let failure = line
                .heard
                .result
                .clone()
                .expect("a result")
                .expect_err("not whole");
            match (known, failure) {
                (
                    true,
                    HostError::Incomplete {
                        bytes_confirmed: 0,
                        expected: 1000,
                        ..
                    },
                )
                | (false, HostError::NoAnswer { seconds: 10, .. }) => {}
                (_, failure) => panic!("{}: {failure:?}", dialect.name),
            }
            assert_eq!(line.heard.data.len(), 1000 - lost, "{}", dialect.name);
            assert!(line.heard.urcs.is_empty(), "{}", dialect.name);
        }
    }
}

#[test]
fn a_server_that_was_slow_goes_on_and_a_late_answer_answers_nothing_else() {
    for dialect in dialect::ALL {
        for operation in [GET, GET_ALL] {
            let mut line = downloading(dialect, operation);
            line.hear(&[b'x'; 400], 1000);
            line.pass(SECOND * 12);
            line.hear(&[b'x'; 600], 1000);
            line.hear(&frame(dialect, 1000).1, 1000);
            // The module has kept the questions until now.
            line.hear(ANSWER, 1000);
            line.hear(ANSWER, 1000);
            line.wait();
            assert_eq!(
                line.heard.result,
                Some(Ok(Answer::Number(1000))),
                "{}",
                dialect.name
            );
            assert_eq!(line.heard.data, [b'x'; 1000], "{}", dialect.name);
            line.sent.clear();
            line.start(Operation::Raw(b"AT+CSQ"));
            assert_eq!(line.sent, b"!,,,,,,,,!\rAT+CMEE?\r", "{}", dialect.name);
            line.hear(ANSWER, 1000);
            line.hear(b"\r\n+CSQ: 20,99\r\n\r\nOK\r\n", 1000);
            let lines = Answer::Lines(vec![b"+CSQ: 20,99".to_vec()]);
            assert_eq!(line.heard.result, Some(Ok(lines)), "{}", dialect.name);
        }
    }
}

#[test]
fn a_payload_that_is_counted_is_never_asked() {
    for dialect in dialect::ALL {
        if dialect.family != Family::Lte {
            continue; // have no such payload from the module
        }
        let mut line = super::Line::of(dialect);
        line.start(Operation::StoreDownload(b"UFS:s"));
        line.hear(b"\r\nCONNECT\r\nabc", 1000);
        line.sent.clear();
        line.pass(SECOND * 60);
        assert_eq!(line.sent, b"", "{}", dialect.name);
    }
}
