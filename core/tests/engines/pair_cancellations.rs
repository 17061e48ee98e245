//! The host end and the module end of every dialect, wired together, when the user ends an operation: it is over at the
//! same instant, wherever it stood and whatever is on its way, and the next operation gives the right answer.

use std::time::Duration;

use crate::harness::Cut;
use crate::pair::{Gate, Pair};
use qftp::dialect::{self, CommandKind, Dialect, Family};
use qftp::host::{
    Answer, Host, HostError, Listing, Login, Operation as O, ServiceState, Tls, TlsMode,
    TransferWay,
};
use qftp::module::quirks::QUIRKS;
use qftp::module::{Quirk, Quirks};
use qftp_test::conversation::{Bytes, LineEvent, play::Terminal};

const LENGTH: usize = 60;

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// The content of the file; it has the ends of payloads and answers in it.
fn sample() -> Vec<u8> {
    let mut bytes = b"\x10\r\nOK\r\n\r\n+CME ERROR: 603\r\n\x03+++".to_vec();
    bytes.extend(Bytes::Sample(0..LENGTH - bytes.len()).bytes());
    bytes
}

/// Both ends of a dialect with a session, `/a` and `/b` on the server and a file in the module's store.
fn logged_in(dialect: &'static Dialect) -> Pair {
    logged_in_with(dialect, Quirks::MANUAL)
}

fn logged_in_with(dialect: &'static Dialect, quirks: Quirks) -> Pair {
    let mut pair = Pair::with_quirks(dialect, quirks);
    pair.harness.server.put("/a", sample(), None);
    pair.harness.server.put("/b", b"12345".to_vec(), None);
    let identity = pair.run(O::Identify);
    assert!(matches!(identity, Ok(Answer::Identity(_))), "{identity:?}");
    log_in(&mut pair);
    if dialect.command(CommandKind::FileUpload).is_some() {
        let upload = O::StoreUpload {
            name: b"UFS:s",
            length: LENGTH as u64,
        };
        pair.send(upload, &sample()).expect("a stored file");
    }
    pair.upload = sample();
    pair
}

fn log_in(pair: &mut Pair) {
    let login = Login::new("ftp.example.com", "test", "secret");
    assert_eq!(pair.run(O::Login(&login)), Ok(Answer::Done));
}

const PUT: O<'static> = O::Put {
    remote: b"c",
    offset: 0,
    length: LENGTH as u64,
    last: true,
};

const GET: O<'static> = O::Get {
    remote: b"a",
    offset: 0,
    length: None,
    expected: None,
};

const GET_SIZED: O<'static> = O::Get {
    remote: b"a",
    offset: 0,
    length: None,
    expected: Some(LENGTH as u64),
};

/// Operations of every shape that the dialect has.
fn operations(dialect: &'static Dialect) -> Vec<O<'static>> {
    let has = |kind| dialect.command(kind).is_some();
    let mut operations = vec![PUT, GET, GET_SIZED, O::MakeDir(b"d"), O::ServiceState];
    if has(CommandKind::FtpList) {
        operations.push(O::List(Listing::List, b"."));
    }
    if has(CommandKind::FtpSize) {
        operations.push(O::Size(b"a"));
    }
    if has(CommandKind::FileUpload) {
        operations.push(O::StoreUpload {
            name: b"UFS:t",
            length: LENGTH as u64,
        });
        operations.push(O::StoreDownload(b"UFS:s"));
    }
    operations
}

/// The next operations give the right answers: the question for a size that of the other file, or that the session is
/// closed, as the way out of a download may be.
fn goes_on(pair: &mut Pair, context: &str) {
    let dialect = pair.host.dialect();
    if dialect.command(CommandKind::FtpSize).is_some() {
        let size = pair.run(O::Size(b"b"));
        let closed = match pair.run(O::ServiceState) {
            Ok(Answer::State(ServiceState::Idle)) => false,
            Ok(Answer::State(ServiceState::Closed)) => true,
            other => panic!("{context}: {other:?} after {size:?}"),
        };
        match size {
            Ok(Answer::Number(5)) if !closed => {}
            Err(HostError::Module { .. } | HostError::FinalError { .. }) if closed => {}
            other => panic!("{context}: {other:?}, closed: {closed}"),
        }
    } else {
        let state = pair.run(O::ServiceState);
        assert_eq!(state, Ok(Answer::State(ServiceState::Idle)), "{context}");
    }
    transfers(pair, context);
}

/// Files go up and come down whole.
fn transfers(pair: &mut Pair, context: &str) {
    log_in(pair);
    let got = pair.run(GET);
    assert_eq!(got, Ok(Answer::Number(LENGTH as u64)), "{context}");
    assert_eq!(pair.download, sample(), "{context}");
    let put = pair.send(PUT, &sample());
    assert_eq!(put, Ok(Answer::Number(LENGTH as u64)), "{context}");
    let there = pair.harness.server_file("/c");
    assert_eq!(there.as_ref(), Some(&sample()), "{context}");
}

/// The server goes on.
fn unstall(pair: &mut Pair) {
    pair.harness.server.flow = None;
    pair.harness.happen(LineEvent::Stall(false));
}

/// Nothing of a payload is told as an unsolicited line.
fn told_no_payload(pair: &Pair, context: &str) {
    for line in &pair.urcs {
        let known = line.starts_with(b"+QFTP") || line.starts_with(b"+FTP");
        assert!(known, "{context}: {}", line.escape_ascii());
    }
}

#[test]
fn at_every_byte_that_comes() {
    for dialect in dialect::ALL {
        for operation in operations(dialect) {
            let mut whole = logged_in(dialect);
            whole.run(operation).expect("it works");
            for passes in 0..=whole.heard {
                // The rest comes at once and is read between the calls; with the next operation; in the middle of it.
                for (opens, read) in [
                    (0, true),
                    (0, false),
                    (500, false),
                    (1500, false),
                    (4000, false),
                ] {
                    let context = format!("{} {operation:?} {passes} {opens} {read}", dialect.name);
                    let mut pair = logged_in(dialect);
                    pair.cut = if passes % 2 == 0 {
                        Cut::Whole
                    } else {
                        Cut::Every(1)
                    };
                    let later = pair.harness.now + Duration::from_secs(1000);
                    pair.down.gate = Some(Gate {
                        passes,
                        opens: later,
                    });
                    pair.start(operation);
                    pair.settle();
                    let cancelled = pair.cancel();
                    let now = pair.harness.now;
                    pair.down.gate = Some(Gate {
                        passes: 0,
                        opens: now + ms(opens),
                    });
                    match cancelled {
                        Some(HostError::Cancelled { bytes_confirmed }) => {
                            assert!(
                                bytes_confirmed <= whole.heard.max(LENGTH) as u64,
                                "{context}"
                            );
                        }
                        Some(failure) => panic!("{context}: {failure}"),
                        None => assert_eq!(passes, whole.heard, "{context}"),
                    }
                    if read {
                        pair.settle();
                        pair.idle(ms(400));
                        told_no_payload(&pair, &context);
                    }
                    pair.upload = sample();
                    goes_on(&mut pair, &context);
                    told_no_payload(&pair, &context);
                }
            }
        }
    }
}

#[test]
fn at_every_byte_that_goes() {
    for dialect in dialect::ALL {
        let mut uploads = operations(dialect);
        uploads.retain(|operation| matches!(operation, O::Put { .. } | O::StoreUpload { .. }));
        for operation in uploads {
            let mut whole = logged_in(dialect);
            whole.run(operation).expect("it works");
            for count in 0..=whole.told {
                // What is behind it has not been taken by the port, or waits there for so long.
                for waits in [None, Some(0), Some(100), Some(1500), Some(4000)] {
                    let context = format!("{} {operation:?} {count} {waits:?}", dialect.name);
                    let mut pair = logged_in(dialect);
                    pair.harness.cut = if count % 2 == 0 {
                        Cut::Whole
                    } else {
                        Cut::Every(1)
                    };
                    if waits.is_none() {
                        pair.takes = Some(count);
                    } else {
                        let opens = pair.harness.now + Duration::from_secs(1000);
                        let passes = count;
                        pair.up.gate = Some(Gate { passes, opens });
                    }
                    pair.start(operation);
                    pair.settle();
                    let cancelled = pair.cancel();
                    let now = pair.harness.now;
                    pair.takes = None;
                    pair.up.gate = waits.map(|waits| Gate {
                        passes: 0,
                        opens: now + ms(waits),
                    });
                    if !matches!(cancelled, Some(HostError::Cancelled { .. })) {
                        assert_eq!((cancelled, count), (None, whole.told), "{context}");
                    }
                    goes_on(&mut pair, &context);
                }
            }
        }
    }
}

/// The module is in the middle of it, and the server goes on, or does not.
#[test]
fn while_the_server_stalls() {
    for dialect in dialect::ALL {
        for operation in operations(dialect) {
            for flow in [None, Some(0), Some(1), Some(30), Some(LENGTH - 1)] {
                for goes in [false, true] {
                    let context = format!("{} {operation:?} {flow:?} {goes}", dialect.name);
                    let mut pair = logged_in(dialect);
                    pair.harness.happen(match flow {
                        None => LineEvent::Stall(true),
                        Some(bytes) => LineEvent::Flow(bytes),
                    });
                    pair.upload.truncate(flow.unwrap_or(LENGTH));
                    pair.start(operation);
                    pair.settle();
                    if pair.cancel().is_none() {
                        continue;
                    }
                    if goes {
                        unstall(&mut pair);
                    }
                    let begun = pair.harness.now;
                    let lines = pair.run(O::Raw(b"AT+CSQ"));
                    let right = Ok(Answer::Lines(vec![b"+CSQ: 28,99".to_vec()]));
                    assert_eq!(lines, right, "{context}");
                    // No longer than the module may take to notice, where nothing else ends it.
                    let waited = pair.harness.now.saturating_sub(begun);
                    let longest = if goes { 8 } else { 200 };
                    assert!(
                        waited <= Duration::from_secs(longest),
                        "{context}: {waited:?}"
                    );
                    unstall(&mut pair);
                    pair.upload = sample();
                    pair.idle(Duration::from_secs(1));
                    transfers(&mut pair, &context);
                    told_no_payload(&pair, &context);
                }
            }
        }
    }
}

/// What real firmware does otherwise than its manual.
#[test]
fn with_every_firmware() {
    for dialect in dialect::ALL {
        for known in QUIRKS {
            let quirks = Quirks::MANUAL.with(known.quirk).within(dialect);
            for operation in operations(dialect) {
                for flow in [0, 30] {
                    let context = format!("{} {} {operation:?} {flow}", dialect.name, known.name);
                    let mut pair = logged_in_with(dialect, quirks);
                    if quirks.has(Quirk::NoFtpStor) || quirks.has(Quirk::NoFtpRetr) {
                        pair.host.set_way(TransferWay::Pieces);
                    }
                    pair.harness.happen(LineEvent::Flow(flow));
                    pair.upload.truncate(flow);
                    pair.start(operation);
                    pair.settle();
                    pair.cancel();
                    unstall(&mut pair);
                    pair.upload = sample();
                    goes_on(&mut pair, &context);
                }
            }
        }
    }
}

/// A certificate is on its way into the module's store.
#[test]
fn in_a_login_over_tls() {
    for dialect in dialect::ALL {
        let mode = match dialect.name {
            "gsm" => continue, // has no TLS
            "ec20" | "nl668" => TlsMode::Implicit,
            _ => TlsMode::Explicit,
        };
        let mut tls = Tls::new(mode);
        tls.ca = Some(b"-----BEGIN CERTIFICATE-----\nQ0E=\n-----END CERTIFICATE-----\n".to_vec());
        let login = Login::new("ftp.example.com", "test", "secret").over(tls);
        let mut whole = logged_in(dialect);
        assert_eq!(whole.run(O::Login(&login)), Ok(Answer::Done));
        for count in 0..=whole.told {
            let context = format!("{} {count}", dialect.name);
            let mut pair = logged_in(dialect);
            pair.takes = Some(count);
            pair.start(O::Login(&login));
            pair.settle();
            pair.cancel();
            pair.takes = None;
            let lines = pair.run(O::Raw(b"AT+CSQ"));
            let right = Ok(Answer::Lines(vec![b"+CSQ: 28,99".to_vec()]));
            assert_eq!(lines, right, "{context}");
            pair.upload = sample();
            transfers(&mut pair, &context);
            let again = pair.run(O::Login(&login));
            assert_eq!(again, Ok(Answer::Done), "{context}");
        }
    }
}

#[test]
fn at_any_time_of_slow_answers() {
    for dialect in dialect::ALL {
        for operation in operations(dialect) {
            for after in (0..2000).step_by(100) {
                let context = format!("{} {operation:?} {after} ms", dialect.name);
                let mut pair = logged_in(dialect);
                pair.harness.delay = ms(350);
                pair.start(operation);
                pair.settle();
                for _ in 0..after / 50 {
                    pair.idle(ms(50));
                }
                pair.cancel();
                pair.upload = sample();
                goes_on(&mut pair, &context);
            }
        }
    }
}

/// Ends the next operation too; the one after it succeeds.
#[test]
fn again_while_the_line_is_brought_in_step() {
    for dialect in dialect::ALL {
        for operation in operations(dialect) {
            for after in (0..6000).step_by(250) {
                let context = format!("{} {operation:?} {after} ms", dialect.name);
                let mut pair = logged_in(dialect);
                pair.harness.happen(LineEvent::Flow(30));
                pair.upload.truncate(30);
                pair.start(operation);
                pair.settle();
                pair.cancel();
                pair.start(O::Resync);
                pair.pass_until(pair.harness.now + ms(after));
                pair.cancel();
                unstall(&mut pair);
                pair.upload = sample();
                goes_on(&mut pair, &context);
                told_no_payload(&pair, &context);
            }
        }
    }
}

#[test]
fn a_line_in_step_is_left_alone() {
    for dialect in dialect::ALL {
        let mut pair = logged_in(dialect);
        assert_eq!(pair.run(O::Resync), Ok(Answer::Done));
        assert_eq!(pair.told, 0, "{}", dialect.name);
        // Nothing of it went out: the module knows nothing of it.
        pair.takes = Some(0);
        pair.start(PUT);
        pair.settle();
        assert_eq!(
            pair.cancel(),
            Some(HostError::Cancelled { bytes_confirmed: 0 })
        );
        pair.takes = None;
        assert_eq!(pair.run(O::Resync), Ok(Answer::Done));
        assert_eq!(pair.told, 0, "{}", dialect.name);
        pair.start(PUT);
        pair.settle();
        pair.cancel();
        assert_eq!(pair.run(O::Resync), Ok(Answer::Done));
        let state = pair.run(O::ServiceState);
        assert!(matches!(state, Ok(Answer::State(_))), "{state:?}");
    }
}

/// What the module says behind the payload of a cancelled download is heard again.
#[test]
fn an_unsolicited_line_behind_the_payload_is_told() {
    for dialect in dialect::ALL {
        let mut pair = logged_in(dialect);
        let passes = 30;
        let opens = pair.harness.now + ms(100);
        pair.down.gate = Some(Gate { passes, opens });
        pair.start(GET_SIZED);
        pair.settle();
        assert!(pair.cancel().is_some());
        pair.idle(ms(200));
        pair.harness.printed.extend(b"\r\n+CMTI: \"SM\",1\r\n");
        pair.settle();
        assert_eq!(pair.urcs, [b"+CMTI: \"SM\",1".to_vec()], "{}", dialect.name);
    }
}

#[test]
fn a_cancelled_upload_takes_no_more() {
    for dialect in dialect::ALL {
        let mut pair = logged_in(dialect);
        pair.upload.truncate(10);
        pair.start(PUT);
        pair.settle();
        assert_eq!(
            pair.cancel(),
            Some(HostError::Cancelled {
                bytes_confirmed: 10
            })
        );
        assert_eq!(pair.host.supply(b"more"), 0);
        let ends = dialect.family == Family::Fibocom;
        let end = ends.then_some(&b"\x03"[..]);
        assert_eq!(pair.host.poll_transmit(), end, "{}", dialect.name);
    }
}

/// A program died in the middle of a transfer; the next one finds the line as it was left.
#[test]
fn a_new_host_gets_out_of_data_mode() {
    for dialect in dialect::ALL {
        let mut transfers_of_all = operations(dialect);
        transfers_of_all
            .retain(|operation| !matches!(operation, O::MakeDir(_) | O::ServiceState | O::Size(_)));
        for operation in transfers_of_all {
            for flow in 0..LENGTH {
                let context = format!("{} {operation:?} {flow}", dialect.name);
                let mut pair = logged_in(dialect);
                pair.harness.happen(LineEvent::Flow(flow));
                pair.upload.truncate(flow);
                pair.start(operation);
                pair.settle();
                pair.host = Host::new(dialect::ALL[0]);
                pair.idle(ms(100));
                let unended = matches!(operation, O::Get { .. } | O::List(..));
                if unended && dialect.family == Family::Fibocom {
                    // Nothing ends these but their end.
                    unstall(&mut pair);
                }
                let identity = pair.run(O::Identify);
                assert!(
                    matches!(identity, Ok(Answer::Identity(_))),
                    "{context}: {identity:?}"
                );
                assert_eq!(pair.host.dialect().name, dialect.name);
                unstall(&mut pair);
                transfers(&mut pair, &context);
            }
        }
    }
}
