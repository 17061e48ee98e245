//! Bytes before, within and beyond a payload.

use std::time::Duration;

use crate::harness::{logged_in, printed};
use qftp::dialect;
use qftp_test::conversation::play::Terminal;
use qftp_test::conversation::sample;

use super::by_name;

/// What is typed before a command is done is kept, however much of it there is.
#[test]
fn input_that_is_not_wanted_yet_is_not_lost() {
    let mut harness = logged_in(dialect::ALL[1]);
    harness.delay = Duration::from_secs(1);
    harness.push(b"AT+QFUPL=\"a\",5,10\r");
    assert!(!harness.module.wants_input());
    harness.push(b"hello");
    harness.push(b"AT+CSQ\rAT+QFLST\r");
    let answer = harness.heard();
    let expected = [
        "\r\nCONNECT\r\n",
        &printed(&[
            "+QFUPL: 5,6b09",
            "OK",
            "+CSQ: 28,99",
            "OK",
            "+QFLST: \"UFS:a\",5",
            "OK",
        ]),
    ];
    assert_eq!(answer, expected.concat());
    assert!(harness.module.wants_input());
}

/// The same of a prompt that waits for its data connection.
#[test]
fn what_is_typed_before_a_prompt_is_the_payload() {
    let mut harness = logged_in(by_name("nl668"));
    harness.delay = Duration::from_secs(1);
    harness.push(b"AT+FTPPUT=\"a\",5,1\r");
    assert!(!harness.module.wants_input());
    harness.push(b"helloAT+CSQ\r");
    let answer = harness.heard();
    let expected = ["+FTPPUT: 2,5", "OK", "+CSQ: 28,99", "OK", "+FTPPUT: 1"];
    assert_eq!(answer, printed(&expected));
    assert_eq!(harness.server_file("/a"), Some(b"hello".to_vec()));
}

/// The dialect, the command line, what stands before the payload, the payload with a command line behind it, the URC.
type Counted = (
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static [u8],
    &'static str,
);

#[test]
fn bytes_beyond_the_end_are_a_command_line() {
    let cases: &[Counted] = &[
        (
            "ec2x",
            "AT+QFTPPUT=\"a\",\"COM:\",0,5,1",
            &["CONNECT"],
            b"helloAT+CSQ\r",
            "+QFTPPUT: 0,5",
        ),
        (
            "gsm",
            "AT+QFTPPUT=\"a\",5",
            &["OK", "CONNECT"],
            b"helloAT+CSQ\r",
            "+QFTPPUT:5",
        ),
        (
            "nl668",
            "AT+FTPPUT=\"a\",5,1",
            &["+FTPPUT: 2,5"],
            b"helloAT+CSQ\r",
            "+FTPPUT: 1",
        ),
        (
            "nl668",
            "AT+FTPSTOR=\"a\"",
            &["OK", "+FTPSTOR: 2"],
            b"hello\x03AT+CSQ\r",
            "+FTPSTOR: 1",
        ),
    ];
    for (name, command, before, payload, urc) in cases {
        let mut harness = logged_in(by_name(name));
        assert_eq!(harness.ask(command), printed(before));
        harness.write(payload);
        let answer = harness.heard();
        for part in [printed(&["+CSQ: 28,99", "OK"]), printed(&[urc])] {
            assert!(answer.contains(&part), "{command}: {answer}");
        }
        assert_eq!(harness.server_file("/a"), Some(b"hello".to_vec()));
    }
}

/// The dialect, the command line, what stands before the payload, the payload, what stands behind it.
type Download<'a> = (&'static str, &'static str, Vec<u8>, &'a [u8], Vec<u8>);

/// A host that does not read is not sent more than the module can hold; nothing is lost once it does.
#[test]
fn a_download_waits_for_the_line() {
    let content: Vec<u8> = (0..1 << 20).map(sample).collect();
    let stuffed = {
        let mut line = Vec::new();
        qftp::internal::framing::stuffing::stuff(&content, &mut line);
        line.push(qftp::internal::framing::stuffing::ETX);
        line
    };
    let end = |lines: &[&str]| printed(lines).into_bytes();
    let cases: [Download<'_>; 3] = [
        (
            "ec2x",
            "AT+QFTPGET=\"a\",\"COM:\"",
            end(&["CONNECT"]),
            &content,
            end(&["OK", "+QFTPGET: 0,1048576"]),
        ),
        (
            "gsm",
            "AT+QFTPGET=\"a\"",
            end(&["OK", "CONNECT"]),
            &content,
            end(&["+QFTPGET:1048576"]),
        ),
        (
            "nl668",
            "AT+FTPRETR=\"a\"",
            end(&["OK", "+FTPRETR: 2"]),
            &stuffed,
            end(&["+FTPRETR: 1"]),
        ),
    ];
    for (name, command, before, payload, after) in cases {
        let mut harness = logged_in(by_name(name));
        harness.server.put("/a", content.clone(), None);
        harness.line_is_full = true;
        harness.write(format!("{command}\r").as_bytes());
        assert!(!harness.module.wants_data());
        harness.pass(Duration::from_secs(80));
        let held = harness.module.poll_transmit().expect("payload").to_vec();
        assert!(held.len() < 100_000);
        harness.module.transmitted(harness.now, held.len());
        harness.printed.extend(held);
        harness.line_is_full = false;
        let mut all = Vec::new();
        loop {
            // A module may pause between two pieces (003 §1.2.16).
            harness.pass(Duration::from_secs(1));
            let more = harness.read();
            if more.is_empty() {
                break;
            }
            all.extend(more);
        }
        assert!(all == [&before, payload, &after[..]].concat(), "{name}");
    }
}
