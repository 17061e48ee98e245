//! The host end and the module end of every dialect, wired together, when the user ends an operation: it is over at the
//! same instant, wherever it stood and whatever is on its way, and the next operation gives the right answer.

#[allow(dead_code)] // each test uses its part
mod conversation;
#[allow(dead_code)]
mod mirror;
#[allow(dead_code)]
mod world;

use std::time::Duration;

use conversation::{Bytes, Happening, play::Terminal};
use mirror::{Gate, Mirror};
use qftp::dialect::{self, Dialect, Service, Verb};
use qftp::host::{
    Answer, Failure, Host, Listing, Login, Operation as O, ServiceState, Tls, TlsMode,
};
use qftp::module::Firmware;
use qftp::module::firmware::DEPARTURES;
use world::Cut;

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
fn logged_in(dialect: &'static Dialect) -> Mirror {
    logged_in_with(dialect, Firmware::MANUAL)
}

fn logged_in_with(dialect: &'static Dialect, firmware: Firmware) -> Mirror {
    let mut mirror = Mirror::with_firmware(dialect, firmware);
    mirror.world.server.put("/a", sample(), None);
    mirror.world.server.put("/b", b"12345".to_vec(), None);
    let identity = mirror.run(O::Identify);
    assert!(matches!(identity, Ok(Answer::Identity(_))), "{identity:?}");
    log_in(&mut mirror);
    if dialect.command(Verb::FileUpload).is_some() {
        let upload = O::StoreUpload {
            name: b"UFS:s",
            length: LENGTH as u64,
        };
        mirror.send(upload, &sample()).expect("a stored file");
    }
    mirror.upload = sample();
    mirror
}

fn log_in(mirror: &mut Mirror) {
    let login = Login::new("ftp.example.com", "test", "secret");
    assert_eq!(mirror.run(O::Login(&login)), Ok(Answer::Done));
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
    let has = |verb| dialect.command(verb).is_some();
    let mut operations = vec![PUT, GET, GET_SIZED, O::MakeDir(b"d"), O::State];
    if has(Verb::FtpList) {
        operations.push(O::List(Listing::List, b"."));
    }
    if has(Verb::FtpSize) {
        operations.push(O::Size(b"a"));
    }
    if has(Verb::FileUpload) {
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
fn goes_on(mirror: &mut Mirror, context: &str) {
    let dialect = mirror.host.dialect();
    if dialect.command(Verb::FtpSize).is_some() {
        let size = mirror.run(O::Size(b"b"));
        let closed = match mirror.run(O::State) {
            Ok(Answer::State(ServiceState::Idle)) => false,
            Ok(Answer::State(ServiceState::Closed)) => true,
            other => panic!("{context}: {other:?} after {size:?}"),
        };
        match size {
            Ok(Answer::Number(5)) if !closed => {}
            Err(Failure::Module { .. } | Failure::Refused { .. }) if closed => {}
            other => panic!("{context}: {other:?}, closed: {closed}"),
        }
    } else {
        let state = mirror.run(O::State);
        assert_eq!(state, Ok(Answer::State(ServiceState::Idle)), "{context}");
    }
    transfers(mirror, context);
}

/// Files go up and come down whole.
fn transfers(mirror: &mut Mirror, context: &str) {
    log_in(mirror);
    let got = mirror.run(GET);
    assert_eq!(got, Ok(Answer::Number(LENGTH as u64)), "{context}");
    assert_eq!(mirror.download, sample(), "{context}");
    let put = mirror.send(PUT, &sample());
    assert_eq!(put, Ok(Answer::Number(LENGTH as u64)), "{context}");
    let there = mirror.world.server_file("/c");
    assert_eq!(there.as_ref(), Some(&sample()), "{context}");
}

/// The server goes on.
fn unstall(mirror: &mut Mirror) {
    mirror.world.server.flow = None;
    mirror.world.happen(Happening::Stall(false));
}

/// Nothing of a payload is told as an unsolicited line.
fn told_no_payload(mirror: &Mirror, context: &str) {
    for line in &mirror.urcs {
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
                    let mut mirror = logged_in(dialect);
                    mirror.cut = if passes % 2 == 0 {
                        Cut::Whole
                    } else {
                        Cut::Every(1)
                    };
                    let later = mirror.world.now + Duration::from_secs(1000);
                    mirror.down.gate = Some(Gate {
                        passes,
                        opens: later,
                    });
                    mirror.start(operation);
                    mirror.settle();
                    let cancelled = mirror.cancel();
                    let now = mirror.world.now;
                    mirror.down.gate = Some(Gate {
                        passes: 0,
                        opens: now + ms(opens),
                    });
                    match cancelled {
                        Some(Failure::Cancelled { safe }) => {
                            assert!(safe <= whole.heard.max(LENGTH) as u64, "{context}");
                        }
                        Some(failure) => panic!("{context}: {failure}"),
                        None => assert_eq!(passes, whole.heard, "{context}"),
                    }
                    if read {
                        mirror.settle();
                        mirror.idle(ms(400));
                        told_no_payload(&mirror, &context);
                    }
                    mirror.upload = sample();
                    goes_on(&mut mirror, &context);
                    told_no_payload(&mirror, &context);
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
                    let mut mirror = logged_in(dialect);
                    mirror.world.cut = if count % 2 == 0 {
                        Cut::Whole
                    } else {
                        Cut::Every(1)
                    };
                    if waits.is_none() {
                        mirror.takes = Some(count);
                    } else {
                        let opens = mirror.world.now + Duration::from_secs(1000);
                        let passes = count;
                        mirror.up.gate = Some(Gate { passes, opens });
                    }
                    mirror.start(operation);
                    mirror.settle();
                    let cancelled = mirror.cancel();
                    let now = mirror.world.now;
                    mirror.takes = None;
                    mirror.up.gate = waits.map(|waits| Gate {
                        passes: 0,
                        opens: now + ms(waits),
                    });
                    if !matches!(cancelled, Some(Failure::Cancelled { .. })) {
                        assert_eq!((cancelled, count), (None, whole.told), "{context}");
                    }
                    goes_on(&mut mirror, &context);
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
                    let mut mirror = logged_in(dialect);
                    mirror.world.happen(match flow {
                        None => Happening::Stall(true),
                        Some(bytes) => Happening::Flow(bytes),
                    });
                    mirror.upload.truncate(flow.unwrap_or(LENGTH));
                    mirror.start(operation);
                    mirror.settle();
                    if mirror.cancel().is_none() {
                        continue;
                    }
                    if goes {
                        unstall(&mut mirror);
                    }
                    let begun = mirror.world.now;
                    let lines = mirror.run(O::Raw(b"AT+CSQ"));
                    let right = Ok(Answer::Lines(vec![b"+CSQ: 28,99".to_vec()]));
                    assert_eq!(lines, right, "{context}");
                    // No longer than the module may take to notice, where nothing else ends it.
                    let waited = mirror.world.now.saturating_sub(begun);
                    let longest = if goes { 8 } else { 200 };
                    assert!(
                        waited <= Duration::from_secs(longest),
                        "{context}: {waited:?}"
                    );
                    unstall(&mut mirror);
                    mirror.upload = sample();
                    mirror.idle(Duration::from_secs(1));
                    transfers(&mut mirror, &context);
                    told_no_payload(&mirror, &context);
                }
            }
        }
    }
}

/// What real firmware does otherwise than its manual.
#[test]
fn with_every_firmware() {
    for dialect in dialect::ALL {
        for known in DEPARTURES {
            let firmware = Firmware::MANUAL.with(known.departure).within(dialect);
            for operation in operations(dialect) {
                for flow in [0, 30] {
                    let context = format!("{} {} {operation:?} {flow}", dialect.name, known.name);
                    let mut mirror = logged_in_with(dialect, firmware);
                    mirror.world.happen(Happening::Flow(flow));
                    mirror.upload.truncate(flow);
                    mirror.start(operation);
                    mirror.settle();
                    mirror.cancel();
                    unstall(&mut mirror);
                    mirror.upload = sample();
                    goes_on(&mut mirror, &context);
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
        let tls = Tls {
            ca: Some(b"-----BEGIN CERTIFICATE-----\nQ0E=\n-----END CERTIFICATE-----\n".to_vec()),
            ..Tls::new(mode)
        };
        let login = Login::new("ftp.example.com", "test", "secret").over(tls);
        let mut whole = logged_in(dialect);
        assert_eq!(whole.run(O::Login(&login)), Ok(Answer::Done));
        for count in 0..=whole.told {
            let context = format!("{} {count}", dialect.name);
            let mut mirror = logged_in(dialect);
            mirror.takes = Some(count);
            mirror.start(O::Login(&login));
            mirror.settle();
            mirror.cancel();
            mirror.takes = None;
            let lines = mirror.run(O::Raw(b"AT+CSQ"));
            let right = Ok(Answer::Lines(vec![b"+CSQ: 28,99".to_vec()]));
            assert_eq!(lines, right, "{context}");
            mirror.upload = sample();
            transfers(&mut mirror, &context);
            let again = mirror.run(O::Login(&login));
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
                let mut mirror = logged_in(dialect);
                mirror.world.delay = ms(350);
                mirror.start(operation);
                mirror.settle();
                for _ in 0..after / 50 {
                    mirror.idle(ms(50));
                }
                mirror.cancel();
                mirror.upload = sample();
                goes_on(&mut mirror, &context);
            }
        }
    }
}

/// Whoever ends the next operation too finds the one after it right.
#[test]
fn again_while_the_line_is_brought_in_step() {
    for dialect in dialect::ALL {
        for operation in operations(dialect) {
            for after in (0..6000).step_by(250) {
                let context = format!("{} {operation:?} {after} ms", dialect.name);
                let mut mirror = logged_in(dialect);
                mirror.world.happen(Happening::Flow(30));
                mirror.upload.truncate(30);
                mirror.start(operation);
                mirror.settle();
                mirror.cancel();
                mirror.start(O::BringInStep);
                mirror.pass_until(mirror.world.now + ms(after));
                mirror.cancel();
                unstall(&mut mirror);
                mirror.upload = sample();
                goes_on(&mut mirror, &context);
                told_no_payload(&mirror, &context);
            }
        }
    }
}

#[test]
fn a_line_in_step_is_left_alone() {
    for dialect in dialect::ALL {
        let mut mirror = logged_in(dialect);
        assert_eq!(mirror.run(O::BringInStep), Ok(Answer::Done));
        assert_eq!(mirror.told, 0, "{}", dialect.name);
        // Nothing of it went out: the module knows nothing of it.
        mirror.takes = Some(0);
        mirror.start(PUT);
        mirror.settle();
        assert_eq!(mirror.cancel(), Some(Failure::Cancelled { safe: 0 }));
        mirror.takes = None;
        assert_eq!(mirror.run(O::BringInStep), Ok(Answer::Done));
        assert_eq!(mirror.told, 0, "{}", dialect.name);
        mirror.start(PUT);
        mirror.settle();
        mirror.cancel();
        assert_eq!(mirror.run(O::BringInStep), Ok(Answer::Done));
        let state = mirror.run(O::State);
        assert!(matches!(state, Ok(Answer::State(_))), "{state:?}");
    }
}

/// What the module says behind the payload of a cancelled download is heard again.
#[test]
fn an_unsolicited_line_behind_the_payload_is_told() {
    for dialect in dialect::ALL {
        let mut mirror = logged_in(dialect);
        let passes = 30;
        let opens = mirror.world.now + ms(100);
        mirror.down.gate = Some(Gate { passes, opens });
        mirror.start(GET_SIZED);
        mirror.settle();
        assert!(mirror.cancel().is_some());
        mirror.idle(ms(200));
        mirror.world.said.extend(b"\r\n+CMTI: \"SM\",1\r\n");
        mirror.settle();
        assert_eq!(
            mirror.urcs,
            [b"+CMTI: \"SM\",1".to_vec()],
            "{}",
            dialect.name
        );
    }
}

#[test]
fn a_cancelled_upload_takes_no_more() {
    for dialect in dialect::ALL {
        let mut mirror = logged_in(dialect);
        mirror.upload.truncate(10);
        mirror.start(PUT);
        mirror.settle();
        assert_eq!(mirror.cancel(), Some(Failure::Cancelled { safe: 10 }));
        assert_eq!(mirror.host.supply(b"more"), 0);
        let ends = dialect.service == Service::Fibocom;
        let end = ends.then_some(&b"\x03"[..]);
        assert_eq!(mirror.host.poll_transmit(), end, "{}", dialect.name);
    }
}

/// A program died in the middle of a transfer; the next one finds the line as it was left.
#[test]
fn a_new_host_gets_out_of_data_mode() {
    for dialect in dialect::ALL {
        let mut transfers_of_all = operations(dialect);
        transfers_of_all
            .retain(|operation| !matches!(operation, O::MakeDir(_) | O::State | O::Size(_)));
        for operation in transfers_of_all {
            for flow in 0..LENGTH {
                let context = format!("{} {operation:?} {flow}", dialect.name);
                let mut mirror = logged_in(dialect);
                mirror.world.happen(Happening::Flow(flow));
                mirror.upload.truncate(flow);
                mirror.start(operation);
                mirror.settle();
                mirror.host = Host::new(dialect::ALL[0]);
                mirror.idle(ms(100));
                let unended = matches!(operation, O::Get { .. } | O::List(..));
                if unended && dialect.service == Service::Fibocom {
                    // Nothing ends these but their end.
                    unstall(&mut mirror);
                }
                let identity = mirror.run(O::Identify);
                assert!(
                    matches!(identity, Ok(Answer::Identity(_))),
                    "{context}: {identity:?}"
                );
                assert_eq!(mirror.host.dialect().name, dialect.name);
                unstall(&mut mirror);
                transfers(&mut mirror, &context);
            }
        }
    }
}
