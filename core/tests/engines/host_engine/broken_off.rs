//! Downloads that a module breaks off, in every dialect.

use std::time::Duration;

use qftp::codes::ModuleCode;
use qftp::dialect::{self, Dialect, Family};
use qftp::host::{Answer, FinalError, HostError, Operation};

use super::Line;

/// The silence after which a download is over.
const QUIET: Duration = Duration::from_secs(5);

pub(super) const GET: Operation<'static> = Operation::Get {
    remote: b"f",
    offset: 0,
    length: None,
    expected: Some(1000),
};

/// Returns the first and the last line of a download of `length` bytes.
pub(super) fn frame(dialect: &Dialect, length: usize) -> (&'static [u8], Vec<u8>) {
    match dialect.family {
        Family::Lte => (
            b"\r\nCONNECT\r\n",
            format!("\r\nOK\r\n\r\n+QFTPGET: 0,{length}\r\n").into_bytes(),
        ),
        Family::Gsm => (
            b"\r\nOK\r\n\r\nCONNECT\r\n",
            format!("\r\n+QFTPGET:{length}\r\n").into_bytes(),
        ),
        Family::Fibocom => (
            b"\r\nOK\r\n\r\n+FTPRETR: 2\r\n",
            b"\x03\r\n+FTPRETR: 1\r\n".to_vec(),
        ),
    }
}

/// Starts a download, up to its payload.
pub(super) fn downloading(dialect: &'static Dialect, operation: Operation<'_>) -> Line {
    let mut line = Line::of(dialect);
    line.start(operation);
    if dialect.family == Family::Gsm {
        line.hear(b"\r\nOK\r\n\r\n+QFTPCFG:0\r\n", 1000);
    }
    line.hear(frame(dialect, 0).0, 1000);
    line
}

/// Lets the line be silent for the time that ends a download, and returns the result.
fn fall_silent(line: &mut Line) -> Result<Answer, HostError> {
    let begun = line.now;
    line.wait();
    assert_eq!(line.now, begun + QUIET);
    line.heard.result.clone().expect("a result")
}

#[test]
fn a_final_error_in_a_download_ends_it_after_a_silence() {
    let cases: [(&[u8], FinalError); 4] = [
        (b"\r\nNO CARRIER\r\n", FinalError::NoCarrier),
        (b"\r\nERROR\r\n", FinalError::Error),
        (
            b"\r\nNO CARRIER\r\n\r\n+QIURC: \"pdpdeact\",1\r\n",
            FinalError::NoCarrier,
        ),
        (b"\r\n+CME ERROR: 3\r\n", FinalError::Cme(3)),
    ];
    for dialect in dialect::ALL {
        for (said, expected) in &cases {
            for chunk in [1, 7, 1000] {
                let mut line = downloading(dialect, GET);
                line.hear(b"abc", 1000);
                line.hear(said, chunk);
                match fall_silent(&mut line) {
                    Err(HostError::FinalError { final_error, .. }) => {
                        assert_eq!(final_error, *expected, "{}", dialect.name);
                    }
                    other => panic!("{}: {other:?}", dialect.name),
                }
                assert_eq!(line.heard.data, b"abc", "{}", dialect.name);
            }
        }
        let mut line = downloading(dialect, GET);
        line.hear(b"abc\r\n+CME ERROR: 607\r\n", 1000);
        let failure = fall_silent(&mut line).expect_err("a failure");
        assert_eq!(
            failure.module_code(),
            Some(ModuleCode(607)),
            "{}",
            dialect.name
        );
    }
}

#[test]
fn a_banner_in_a_download_is_a_restart_after_a_silence() {
    for dialect in dialect::ALL {
        for chunk in [1, 7, 1000] {
            let mut line = downloading(dialect, GET);
            line.hear(b"abc", 1000);
            for said in dialect.banner {
                line.hear(format!("\r\n{}\r\n", said.text).as_bytes(), chunk);
            }
            let result = fall_silent(&mut line);
            assert!(
                matches!(result, Err(HostError::Restarted { .. })),
                "{}: {result:?}",
                dialect.name
            );
            assert_eq!(line.heard.data, b"abc", "{}", dialect.name);
        }
    }
}

#[test]
fn a_download_that_lost_bytes_is_incomplete_and_its_trailer_no_payload() {
    for dialect in dialect::ALL {
        if dialect.family == Family::Fibocom {
            continue; // its trailer states no length
        }
        for (operation, sent) in [(GET, 1000), (GET, 999)] {
            let mut line = downloading(dialect, operation);
            line.hear(&[b'x'; 998], 100);
            line.hear(&frame(dialect, sent).1, 9);
            let failure = fall_silent(&mut line).expect_err("bytes are missing");
            assert!(
                matches!(
                    failure,
                    HostError::Incomplete {
                        bytes_confirmed: 0,
                        expected: 1000,
                        ..
                    }
                ),
                "{}: {failure:?}",
                dialect.name
            );
            assert_eq!(line.heard.data.len(), 998, "{}", dialect.name);
        }
    }
}

#[test]
fn after_a_download_that_broke_off_the_line_is_resynced_out_of_data_mode() {
    for dialect in dialect::ALL {
        let mut line = downloading(dialect, GET);
        line.hear(b"abc\r\nERROR\r\n", 1000);
        fall_silent(&mut line).expect_err("broken off");
        line.sent.clear();
        // It was part of the file: what follows is neither answer nor URC.
        line.hear(b"more\r\nOK\r\n", 100);
        line.start(Operation::Delete(b"f"));
        line.now = line.host.poll_timeout().expect("a silence");
        line.host.handle_timeout(line.now);
        line.drain();
        assert_eq!(line.sent, b"+++", "{}", dialect.name);
        assert_eq!(line.heard.urcs, Vec::<Vec<u8>>::new(), "{}", dialect.name);
    }
}

#[test]
fn a_file_that_contains_such_lines_is_received_whole() {
    let lines: [&[u8]; 7] = [
        b"\r\nNO CARRIER\r\n",
        b"\r\nERROR\r\n",
        b"\r\n+CME ERROR: 607\r\n",
        b"\r\nRDY\r\n\r\n+CFUN: 1\r\n",
        b"\r\nAT command ready\r\n",
        b"\r\nOK\r\n\r\n+QFTPGET: 0,9\r\n",
        b"\r\n+QFTPGET:9\r\n",
    ];
    for dialect in dialect::ALL {
        for text in lines {
            for content in [
                text.to_vec(),
                [text, b"more"].concat(),
                [b"a", text, text].concat(),
            ] {
                let expected = Some(content.len() as u64);
                for expected in [None, expected] {
                    for chunk in [1, 5, 1000] {
                        let mut line = downloading(
                            dialect,
                            Operation::Get {
                                remote: b"f",
                                offset: 0,
                                length: None,
                                expected,
                            },
                        );
                        line.hear(&content, chunk);
                        line.now += QUIET.checked_sub(Duration::from_millis(1)).expect("long");
                        line.host.handle_timeout(line.now);
                        line.drain();
                        line.hear(&frame(dialect, content.len()).1, chunk);
                        if dialect.family == Family::Gsm {
                            while line.host.poll_timeout().is_some()
                                && !line.sent.ends_with(b"AT\r")
                            {
                                line.now = line.host.poll_timeout().expect("a guard");
                                line.host.handle_timeout(line.now);
                                line.drain();
                            }
                            line.hear(b"\r\nOK\r\n", chunk);
                        }
                        line.wait();
                        let length = content.len() as u64;
                        let name = dialect.name;
                        assert_eq!(
                            line.heard.result,
                            Some(Ok(Answer::Number(length))),
                            "{name}"
                        );
                        assert_eq!(line.heard.data, content, "{name}");
                    }
                }
            }
        }
    }
}
