//! The line after an operation that the user gave up.

use std::time::Duration;

use qftp::host::{Answer, HostError, Operation};

use super::{Line, Turn};

#[test]
fn after_a_cancelled_upload_the_next_operation_leaves_data_mode_and_brings_the_line_in_step() {
    let mut line = Line::new();
    line.upload = vec![b'x'; 100];
    line.start(Operation::Put {
        remote: b"f",
        offset: 0,
        length: 200,
        last: true,
    });
    line.sent.clear();
    line.hear(b"\r\nCONNECT\r\n", 100);
    assert_eq!(line.sent.len(), 100);
    line.sent.clear();
    line.host.abort(line.now);
    line.drain();
    assert_eq!(
        line.heard.result,
        Some(Err(HostError::Cancelled {
            bytes_confirmed: 100
        }))
    );
    assert_eq!(line.host.poll_timeout(), None);
    line.start(Operation::WorkingDir);
    assert!(line.sent.is_empty(), "silence comes first");
    let silent_until = line.host.poll_timeout().expect("a deadline");
    assert!(silent_until >= line.now + Duration::from_secs(1));
    line.now = silent_until;
    line.host.handle_timeout(line.now);
    line.drain();
    assert_eq!(line.sent, b"+++");
    line.sent.clear();
    line.hear(b"\r\nOK\r\n\r\n+QFTPPUT: 0,100\r\n", 4);
    line.now += Duration::from_secs(2);
    line.host.handle_timeout(line.now);
    line.drain();
    let turns: [Turn<'_>; 3] = [
        (b"!,,,,,,,,!\rAT+CMEE?\r", b"\r\n+CMEE: 1\r\n\r\nOK\r\n"),
        (b"AT+QFTPSTAT\r", b"\r\nOK\r\n\r\n+QFTPSTAT: 0,1\r\n"),
        (b"AT+QFTPPWD\r", b"\r\nOK\r\n\r\n+QFTPPWD: 0,/\r\n"),
    ];
    assert_eq!(line.play(&turns, 5), Ok(Answer::Text(b"/".to_vec())));
    line.start(Operation::WorkingDir);
    assert_eq!(line.play(&turns[2..], 5), Ok(Answer::Text(b"/".to_vec())));
}

/// It is asked twice, and in vain.
#[test]
fn a_module_that_stays_silent_after_the_escape_is_told_by_the_command_that_it_does_not_answer() {
    let mut line = Line::new();
    line.start(Operation::Get {
        remote: b"f",
        offset: 0,
        length: None,
        expected: None,
    });
    line.hear(b"\r\nCONNECT\r\nabc", 100);
    line.host.abort(line.now);
    line.drain();
    for _ in 0..2 {
        line.sent.clear();
        line.start(Operation::WorkingDir);
        line.wait();
        let silent = HostError::NoAnswer {
            command: "AT+CMEE?".into(),
            seconds: 5,
        };
        assert_eq!(line.heard.result, Some(Err(silent)));
        assert_eq!(
            line.sent,
            b"+++!,,,,,,,,!\rAT+CMEE?\r+++!,,,,,,,,!\rAT+CMEE?\r"
        );
    }
}

#[test]
fn after_a_cancelled_download_the_session_is_closed_if_the_module_goes_on() {
    let mut line = Line::new();
    line.start(Operation::Get {
        remote: b"f",
        offset: 0,
        length: None,
        expected: Some(1000),
    });
    line.sent.clear();
    line.hear(b"\r\nCONNECT\r\nabcdef", 100);
    line.host.abort(line.now);
    line.drain();
    assert_eq!(
        line.heard.result,
        Some(Err(HostError::Cancelled { bytes_confirmed: 6 }))
    );
    line.hear(b"ghi", 100);
    line.start(Operation::Resync);
    line.hear(b"jkl", 100);
    line.now = line.host.poll_timeout().expect("a deadline");
    line.host.handle_timeout(line.now);
    line.hear(b"mno\r\nOK\r\n", 100);
    assert_eq!(line.sent, b"+++");
    line.sent.clear();
    line.now += Duration::from_secs(2);
    line.host.handle_timeout(line.now);
    line.drain();
    let turns: [Turn<'_>; 3] = [
        (b"!,,,,,,,,!\rAT+CMEE?\r", b"\r\n+CMEE: 1\r\n\r\nOK\r\n"),
        (b"AT+QFTPSTAT\r", b"\r\nOK\r\n\r\n+QFTPSTAT: 0,2\r\n"),
        (b"AT+QFTPCLOSE\r", b"\r\nOK\r\n\r\n+QFTPCLOSE: 0,0\r\n"),
    ];
    assert_eq!(line.play(&turns, 5), Ok(Answer::Done));
    assert_eq!(line.heard.data, b"");
    assert_eq!(line.heard.urcs, Vec::<Vec<u8>>::new());
}

/// An old result is passed over once; a module whose URC comes before its `OK` is understood again after that.
#[test]
fn the_result_of_a_cancelled_command_is_passed_over_once() {
    let mut line = Line::new();
    line.start(Operation::Size(b"old"));
    line.hear(b"\r\nOK\r\n", 100);
    line.host.abort(line.now);
    line.drain();
    line.sent.clear();
    line.start(Operation::Size(b"new"));
    line.hear(b"\r\n+QFTPSIZE: 0,111\r\n", 100);
    let asked: Turn<'_> = (b"!,,,,,,,,!\rAT+CMEE?\r", b"\r\n+CMEE: 1\r\n\r\nOK\r\n");
    let early: Turn<'_> = (
        b"AT+QFTPSIZE=\"new\"\r",
        b"\r\n+QFTPSIZE: 0,222\r\n\r\nOK\r\n",
    );
    assert_eq!(line.play(&[asked, early], 3), Ok(Answer::Number(222)));
    line.start(Operation::Size(b"new"));
    assert_eq!(line.play(&[early], 3), Ok(Answer::Number(222)));
    // It does not come at all: then the next one is the first that could be it.
    line.start(Operation::Size(b"old"));
    line.hear(b"\r\nOK\r\n", 100);
    line.host.abort(line.now);
    line.drain();
    line.sent.clear();
    line.start(Operation::WorkingDir);
    line.now = line.host.poll_timeout().expect("a deadline");
    line.host.handle_timeout(line.now);
    line.drain();
    let turn: Turn<'_> = (b"AT+QFTPPWD\r", b"\r\nOK\r\n\r\n+QFTPPWD: 0,/\r\n");
    assert_eq!(
        line.play(&[asked, turn], 5),
        Ok(Answer::Text(b"/".to_vec()))
    );
    line.start(Operation::Size(b"new"));
    let late: Turn<'_> = (
        b"AT+QFTPSIZE=\"new\"\r",
        b"\r\n+QFTPSIZE: 0,111\r\n\r\nOK\r\n\r\n+QFTPSIZE: 0,222\r\n",
    );
    assert_eq!(line.play(&[late], 3), Ok(Answer::Number(222)));
    line.start(Operation::Size(b"new"));
    assert_eq!(line.play(&[early], 3), Ok(Answer::Number(222)));
}
