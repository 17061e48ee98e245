//! The host end and the module end of the dialects beside LTE, wired together under a simulated clock: what each can
//! do, however the line is cut and however late the answers; what it cannot do is refused before a byte is sent.

use std::time::Duration;

use crate::harness::Cut;
use crate::pair::Pair;
use proptest::prelude::*;
use qftp::codes::{FtpCode, ModuleCode};
use qftp::dialect::{self, Dialect};
use qftp::host::{Answer, HostError, Listing, Login, Operation as O, ServiceState};
use qftp_test::conversation::{LineEvent, play::Terminal};

const DONE: Result<Answer, HostError> = Ok(Answer::Done);

fn dialect(name: &str) -> &'static Dialect {
    dialect::by_name(name).expect("a dialect")
}

#[allow(clippy::unnecessary_wraps)] // what a run is compared with
fn number(count: usize) -> Result<Answer, HostError> {
    Ok(Answer::Number(count as u64))
}

fn log_in(pair: &mut Pair) {
    let name = pair.host.dialect().name;
    let identity = pair.run(O::Identify);
    assert!(matches!(identity, Ok(Answer::Identity(_))), "{identity:?}");
    assert_eq!(pair.host.dialect().name, name);
    let mut login = Login::new("ftp.example.com", "test", "secret");
    login.apn = Some(b"internet".to_vec());
    assert_eq!(pair.run(O::Login(&login)), DONE);
}

fn put(offset: usize, length: usize) -> O<'static> {
    O::Put {
        remote: b"a.bin",
        offset: offset as u64,
        length: length as u64,
        last: true,
    }
}

fn get(offset: usize, expected: Option<usize>) -> O<'static> {
    O::Get {
        remote: b"a.bin",
        offset: offset as u64,
        length: None,
        expected: expected.map(|expected| expected as u64),
    }
}

/// Shows the control connection, and loses the session in the middle of a transfer.
fn lost_half_way(operation: O<'_>) -> Result<Answer, HostError> {
    let mut pair = Pair::new(dialect("nl668"));
    log_in(&mut pair);
    let file = (0..5000).map(|_| b'x').collect();
    pair.harness.server.put("/a.bin", file, None);
    let shown = pair.run(O::Raw(b"AT+FTPINFO=1"));
    assert!(shown.is_ok(), "{shown:?}");
    pair.harness.happen(LineEvent::Flow(20));
    pair.start(operation);
    pair.settle();
    pair.harness.happen(LineEvent::LoseSession);
    pair.finish()
}

#[test]
fn ftpinfo_003_1_2_3_tells_the_host_why_a_transfer_failed() {
    for operation in [get(0, None), O::List(Listing::List, b"")] {
        let result = lost_half_way(operation);
        let Err(HostError::Module { reply, .. }) = &result else {
            panic!("{operation:?}: {result:?}");
        };
        assert_eq!(*reply, Some(FtpCode(421)), "{operation:?}");
    }
}

#[test]
fn ftpinfo_003_1_2_3_lines_are_no_part_of_a_listing() {
    let mut pair = Pair::new(dialect("nl668"));
    log_in(&mut pair);
    pair.harness.server.put("/a.bin", b"abc".to_vec(), None);
    let plain = pair.run(O::List(Listing::List, b""));
    let before = std::mem::take(&mut pair.download);
    assert!(plain.is_ok() && !before.is_empty(), "{plain:?}");
    assert!(pair.run(O::Raw(b"AT+FTPINFO=1")).is_ok());
    assert_eq!(pair.run(O::List(Listing::List, b"")), plain);
    assert_eq!(pair.download, before);
}

/// What both families can do.
fn shared_story(pair: &mut Pair) {
    let every_byte: Vec<u8> = (0..=255).cycle().take(3000).collect();
    log_in(pair);
    assert_eq!(
        pair.run(O::ServiceState),
        Ok(Answer::State(ServiceState::Idle))
    );
    assert_eq!(pair.run(O::MakeDir(b"dir")), DONE);
    assert_eq!(pair.run(O::ChangeDir(b"dir")), DONE);
    for payload in [&every_byte[..], b"", b"x", b"\x03", b"\x10\x10\x03+++"] {
        assert_eq!(
            pair.send(put(0, payload.len()), payload),
            number(payload.len())
        );
        assert!(pair.harness.server_file("/dir/a.bin").as_deref() == Some(payload));
        for expected in [None, Some(payload.len())] {
            assert_eq!(pair.run(get(0, expected)), number(payload.len()));
            assert!(pair.download == payload);
        }
    }
    assert_eq!(pair.send(put(0, 3000), &every_byte), number(3000));
    assert_eq!(
        pair.send(put(2000, 1000), &every_byte[2000..]),
        number(1000)
    );
    assert!(pair.harness.server_file("/dir/a.bin") == Some(every_byte.clone()));
    assert_eq!(pair.run(get(2500, Some(500))), number(500));
    assert!(pair.download == every_byte[2500..]);
    // A start lasts for one transfer.
    assert_eq!(pair.run(get(0, Some(3000))), number(3000));
    let rename = O::Rename {
        from: b"a.bin",
        to: b"b.bin",
    };
    assert_eq!(pair.run(rename), DONE);
    assert_eq!(pair.run(O::Delete(b"b.bin")), DONE);
}

fn last_of_story(pair: &mut Pair) {
    assert_eq!(pair.run(O::ChangeDir(b"/")), DONE);
    assert_eq!(pair.run(O::RemoveDir(b"dir")), DONE);
    let signal = pair.run(O::Raw(b"AT+CSQ"));
    assert_eq!(signal, Ok(Answer::Lines(vec![b"+CSQ: 28,99".to_vec()])));
    assert_eq!(pair.run(O::Logout), DONE);
    assert_eq!(
        pair.run(O::ServiceState),
        Ok(Answer::State(ServiceState::Closed))
    );
    assert_eq!(pair.urcs, Vec::<Vec<u8>>::new());
}

fn gsm_story(pair: &mut Pair) {
    shared_story(pair);
    // What was set, not what the server says.
    assert_eq!(pair.run(O::WorkingDir), Ok(Answer::Text(b"dir".to_vec())));
    assert_eq!(pair.send(put(0, 5), b"12345"), number(5));
    assert_eq!(pair.run(O::Size(b"a.bin")), number(5));
    assert_eq!(pair.run(O::Transferred), number(5));
    assert_eq!(pair.run(O::Delete(b"a.bin")), DONE);
    last_of_story(pair);
    let raw = pair.run(O::Raw(b"AT+QIDEACT"));
    assert!(matches!(raw, Ok(Answer::Lines(_))), "{raw:?}");
}

fn nl668_story(pair: &mut Pair) {
    shared_story(pair);
    assert_eq!(pair.run(O::WorkingDir), Ok(Answer::Text(b"/dir".to_vec())));
    assert_eq!(pair.send(put(0, 5), b"12345"), number(5));
    let listing = b"-rw-r--r-- 1 test test 5 Jan 02 2026 a.bin\r\n";
    assert_eq!(pair.run(O::List(Listing::List, b"")), number(listing.len()));
    assert_eq!(pair.download, listing);
    assert_eq!(pair.run(O::Delete(b"a.bin")), DONE);
    last_of_story(pair);
}

fn scenario(pair: &mut Pair) {
    match pair.host.dialect().name {
        "gsm" => gsm_story(pair),
        _ => nl668_story(pair),
    }
}

const FAMILIES: [&str; 2] = ["gsm", "nl668"];

#[test]
fn every_operation() {
    for name in FAMILIES {
        scenario(&mut Pair::new(dialect(name)));
    }
}

#[test]
fn every_operation_however_it_is_cut() {
    for name in FAMILIES {
        for up in [1, 2, 3, 7, 64, 4096].map(Cut::Every) {
            for down in [1, 2, 3, 7, 64, 4096].map(Cut::Every) {
                let mut pair = Pair::new(dialect(name));
                pair.harness.cut = up;
                pair.cut = down;
                scenario(&mut pair);
            }
        }
        for at in 1..60 {
            let mut pair = Pair::new(dialect(name));
            pair.harness.cut = Cut::At(at);
            pair.cut = Cut::At(at);
            scenario(&mut pair);
        }
    }
}

#[test]
fn every_operation_however_late_the_answers() {
    for name in FAMILIES {
        for milliseconds in [1, 99, 400, 5000, 10_000] {
            let mut pair = Pair::new(dialect(name));
            pair.harness.delay = Duration::from_millis(milliseconds);
            scenario(&mut pair);
        }
    }
}

/// The buffer of FTPGET, read by hand: the payload whose length a line states is the last of the answer.
#[test]
fn a_raw_command_gives_a_payload_of_stated_length() {
    let mut pair = Pair::new(dialect("nl668"));
    log_in(&mut pair);
    let content = b"\r\nOK\r\n\r\n+FTPRECV: 3\r\n";
    pair.harness.server.put("/a.bin", content.to_vec(), None);
    for size in [1, 3, 1000] {
        pair.cut = Cut::Every(size);
        let begun = pair.run(O::Raw(b"AT+FTPGET=\"a.bin\",1,0"));
        assert!(matches!(begun, Ok(Answer::Lines(_))), "{begun:?}");
        let lines = |lines: &[&[u8]]| {
            let lines = lines.iter().map(|line| line.to_vec());
            Ok(Answer::Lines(lines.collect()))
        };
        let piece = pair.run(O::Raw(b"AT+FTPRECV=3000"));
        assert_eq!(piece, lines(&[b"+FTPRECV: 21", content]));
        let nothing = pair.run(O::Raw(b"AT+FTPRECV=3000"));
        assert_eq!(nothing, lines(&[b"+FTPRECV: 0"]));
        assert_eq!(pair.download, b"");
    }
}

#[test]
fn what_a_dialect_lacks_is_refused_before_a_byte_is_sent() {
    let part = O::Get {
        remote: b"a",
        offset: 0,
        length: Some(5),
        expected: None,
    };
    let lacking: [(&str, &[O<'_>]); 2] = [
        (
            "gsm",
            &[
                part,
                O::List(Listing::List, b""),
                O::List(Listing::Names, b""),
                O::List(Listing::Machine, b""),
                O::Modified(b"a"),
            ],
        ),
        (
            "nl668",
            &[
                part,
                O::List(Listing::Names, b""),
                O::List(Listing::Machine, b""),
                O::Modified(b"a"),
                O::Size(b"a"),
                O::Transferred,
                O::StoreList(b"*"),
            ],
        ),
    ];
    for (name, operations) in lacking {
        let mut pair = Pair::new(dialect(name));
        for operation in operations {
            let started = pair.host.start(Duration::ZERO, *operation);
            let unsupported = matches!(started, Err(HostError::Unsupported { .. }));
            assert!(unsupported, "{name} {operation:?}: {started:?}");
            assert_eq!(pair.host.poll_transmit(), None, "{name} {operation:?}");
        }
    }
}

#[test]
fn what_the_server_refuses_comes_out_as_the_module_said_it() {
    let refused = |operation: &str, code, reply: Option<u16>, raw_code| {
        Err(HostError::Module {
            command: operation.into(),
            code: ModuleCode(code),
            reply: reply.map(FtpCode),
            raw_code,
            peer_address: false,
        })
    };
    let mut gsm = Pair::new(dialect("gsm"));
    log_in(&mut gsm);
    assert_eq!(
        gsm.run(O::Size(b"nothing")),
        refused("AT+QFTPSIZE", 627, Some(550), -550)
    );
    assert_eq!(
        gsm.run(get(0, None)),
        refused("AT+QFTPGET", 627, Some(550), -550)
    );
    let mut nl668 = Pair::new(dialect("nl668"));
    log_in(&mut nl668);
    assert_eq!(
        nl668.run(O::Delete(b"nothing")),
        refused("AT+FTPDEL", 627, Some(550), 0)
    );
    assert_eq!(
        nl668.run(get(0, None)),
        refused("AT+FTPRETR", 627, Some(550), 0)
    );
    // What the module shows for that is of the commands, and no news.
    assert_eq!(nl668.urcs, Vec::<Vec<u8>>::new());
    for (pair, printed) in [(gsm, -530), (nl668, 0)] {
        let mut pair = pair;
        pair.harness.happen(LineEvent::LoseSession);
        let login = Login::new("ftp.example.com", "test", "wrong");
        match pair.run(O::Login(&login)) {
            Err(HostError::Module {
                raw_code: number, ..
            }) => assert_eq!(number, printed),
            other => panic!("{other:?}"),
        }
    }
}

/// What may stand in a file and looks like the line's own.
fn content() -> impl Strategy<Value = Vec<u8>> {
    let known: Vec<&'static [u8]> = vec![
        b"\r\n+QFTPGET:5\r\n",
        b"\r\n+QFTPGET: 0\r\n",
        b"\r\n+QFTPGET:-421\r\n",
        b"\r\n+FTPRETR: 1\r\n",
        b"\r\nOK\r\n",
        b"+++",
        b"\x03\r\n+FTPRETR: 1\r\n",
        b"\x10",
        b"\x03",
        b"\r\nCONNECT\r\n",
        b"AT\r",
    ];
    let piece = prop_oneof![
        prop::sample::select(known).prop_map(<[u8]>::to_vec),
        prop::collection::vec(any::<u8>(), 0..600),
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_go_up_and_come_down(
        bytes in content(),
        split in any::<prop::sample::Index>(),
        up in 1usize..200,
        down in 1usize..200,
        name in prop::sample::select(FAMILIES.to_vec()),
    ) {
        let mut pair = Pair::new(dialect(name));
        log_in(&mut pair);
        pair.harness.cut = Cut::Every(up);
        pair.cut = Cut::Every(down);
        let at = split.index(bytes.len() + 1);
        prop_assert_eq!(pair.send(put(0, bytes.len()), &bytes), number(bytes.len()));
        prop_assert!(pair.harness.server_file("/a.bin").as_ref() == Some(&bytes));
        prop_assert_eq!(pair.send(put(at, bytes.len() - at), &bytes[at..]), number(bytes.len() - at));
        prop_assert!(pair.harness.server_file("/a.bin").as_ref() == Some(&bytes));
        for (offset, expected) in [(0, Some(bytes.len())), (0, None), (at, Some(bytes.len() - at))] {
            prop_assert_eq!(pair.run(get(offset, expected)), number(bytes.len() - offset));
            prop_assert!(pair.download == bytes[offset..]);
        }
    }
}
