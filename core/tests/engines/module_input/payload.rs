//! Bytes before, within and beyond a payload.

use std::time::Duration;

use crate::harness::{Cut, Harness, logged_in, logged_in_with_quirks, printed};
use qftp::module::{Quirk, Quirks};
use qftp_test::conversation::play::Terminal;
use qftp_test::conversation::sample;

use super::by_name;

const FROM_CR: Quirks = Quirks::MANUAL.with(Quirk::PayloadFromCr);

/// What is typed before a command is done is kept, however much of it there is.
#[test]
fn input_that_is_not_wanted_yet_is_not_lost() {
    let mut harness = logged_in(by_name("ec2x"));
    harness.delay = Duration::from_secs(1);
    harness.push(b"AT+QFLST;+QFLDS\r\n");
    assert!(!harness.module.wants_input() && !harness.module.discards_input());
    harness.push(b"AT+CSQ\r\nAT+QFL");
    harness.push(b"ST\r\n");
    let space = "+QFLDS: 0,0";
    let expected = [space, "OK", "+CSQ: 28,99", "OK", "OK"];
    assert_eq!(harness.heard(), printed(&expected));
    assert!(harness.module.wants_input());
}

/// A command that leads to data mode in a dialect, what announces the payload, the end of its answer.
type DataCommand = (
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
);

const DATA_COMMANDS: &[DataCommand] = &[
    (
        "ec2x",
        "AT+QFTPPUT=\"a\",\"COM:\",0,5,1",
        &["CONNECT"],
        &["OK", "+QFTPPUT: 0,5"],
    ),
    (
        "ec20",
        "AT+QFTPPUT=\"a\",\"COM:\",0,5,1",
        &["CONNECT"],
        &["OK", "+QFTPPUT: 0,5"],
    ),
    (
        "bg96",
        "AT+QFTPPUT=\"a\",\"COM:\",0,5,1",
        &["CONNECT"],
        &["OK", "+QFTPPUT: 0,5"],
    ),
    (
        "gsm",
        "AT+QFTPPUT=\"a\",5",
        &["OK", "CONNECT"],
        &["+QFTPPUT:5"],
    ),
    (
        "nl668",
        "AT+FTPPUT=\"a\",5,1",
        &["+FTPPUT: 2,5"],
        &["OK", "+FTPPUT: 1"],
    ),
    (
        "ec2x",
        "AT+QFUPL=\"a\",5,10",
        &["CONNECT"],
        &["+QFUPL: 5,304", "OK"],
    ),
    (
        "gsm",
        "AT+QFUPL=\"a\",5,10",
        &["CONNECT"],
        &["+QFUPL: 5,304", "OK"],
    ),
];

/// The content of the one file that was sent.
fn sent(harness: &mut Harness) -> Option<Vec<u8>> {
    harness
        .server_file("/a")
        .or_else(|| harness.store_file("UFS:a"))
}

/// A payload may begin with any byte; what came before the line that announces it has gone out is none of it.
#[test]
fn payload_begins_behind_connect() {
    for (name, command, announced, ended) in DATA_COMMANDS {
        for delay in [Duration::ZERO, Duration::from_secs(1)] {
            for cut in [Cut::Whole, Cut::Every(1), Cut::At(command.len() + 1)] {
                let mut harness = logged_in(by_name(name));
                (harness.delay, harness.cut) = (delay, cut);
                harness.write(format!("{command}\r\n").as_bytes());
                assert_eq!(harness.heard(), printed(announced), "{name} {command}");
                harness.write(b"\nhell");
                assert_eq!(harness.heard(), printed(ended), "{name} {command}");
                assert_eq!(sent(&mut harness), Some(b"\nhell".to_vec()));
            }
        }
    }
}

/// All that comes before the announcement has gone out is dropped, a whole payload too. Its line end may still be on its
/// way: a host that has read `CONNECT` sends.
#[test]
fn what_comes_before_connect_has_gone_out_is_dropped() {
    for (name, command, announced, ended) in DATA_COMMANDS {
        let mut harness = logged_in(by_name(name));
        harness.line_is_full = true;
        harness.push(format!("{command}\r\nhello").as_bytes());
        harness.pass(Duration::from_secs(1));
        let announced = printed(announced);
        let text = announced.trim_end().len();
        for gone in 0..text {
            assert!(harness.module.discards_input(), "{name} {command}");
            harness.push(b"hello");
            let output = harness.module.poll_transmit().expect("output");
            assert_eq!(output, &announced.as_bytes()[gone..], "{name} {command}");
            harness.module.transmitted(harness.now, 1);
        }
        assert!(!harness.module.discards_input());
        harness.line_is_full = false;
        harness.push(b"\nhell");
        let rest = ["\r\n", &printed(ended)].concat();
        assert_eq!(harness.heard(), rest, "{name} {command}");
        assert_eq!(sent(&mut harness), Some(b"\nhell".to_vec()));
    }
}

/// Without result codes nothing announces a payload. What came with the command is no part of it all the same.
#[test]
fn a_quiet_line_drops_what_comes_with_the_command() {
    let mut harness = logged_in(by_name("ec2x"));
    assert_eq!(harness.ask("ATQ1"), "");
    harness.push(b"AT+QFUPL=\"a\",5,10\r\n");
    harness.push(b"\nhell");
    assert_eq!(harness.heard(), printed(&["+QFUPL: 5,304"]));
}

/// A certificate is typed in behind a prompt.
#[test]
fn what_is_typed_before_the_prompt_is_no_certificate() {
    let mut harness = logged_in(by_name("nl668"));
    harness.push(b"AT+GTSSLFILE=\"TRUSTFILE\",4\r\n");
    assert_eq!(harness.heard(), "\r\n>");
    harness.push(b"abcd");
    assert_eq!(harness.heard(), printed(&["OK"]));
}

/// The quirk gives it to the payload.
#[test]
fn with_the_quirk_what_is_typed_before_connect_is_the_payload() {
    let mut harness = logged_in_with_quirks(by_name("ec2x"), FROM_CR);
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
fn with_the_quirk_what_is_typed_before_a_prompt_is_the_payload() {
    let mut harness = logged_in_with_quirks(by_name("nl668"), FROM_CR);
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
