//! The host end and the module end, wired together under a simulated clock: every operation of the host, however
//! what is said is cut and however late it comes.

use std::time::Duration;

use crate::harness::{Cut, lte};
use crate::pair::Pair;
use proptest::prelude::*;
use qftp::codes::{FtpCode, ModuleCode};
use qftp::dialect::{self, Dialect};
use qftp::host::{Answer, HostError, Listing, Login, Operation, ServiceState};
use qftp_test::conversation::{Bytes, LineEvent, play::Terminal};

fn sample(count: usize) -> Vec<u8> {
    Bytes::Sample(0..count).bytes()
}

/// Both ends of a dialect, with a session.
fn logged_in(dialect: &'static Dialect) -> Pair {
    let mut pair = Pair::new(dialect);
    log_in(&mut pair);
    pair
}

fn log_in(pair: &mut Pair) {
    let identity = pair.run(Operation::Identify);
    assert!(matches!(identity, Ok(Answer::Identity(_))), "{identity:?}");
    let login = Login::new("ftp.example.com", "test", "secret");
    assert_eq!(pair.run(Operation::Login(&login)), Ok(Answer::Done));
}

fn text(text: &str) -> Answer {
    Answer::Text(text.into())
}

fn number(count: usize) -> Answer {
    Answer::Number(count as u64)
}

/// Every operation there is, one after the other.
fn scenario(pair: &mut Pair) {
    use Operation as O;
    let done = Ok(Answer::Done);
    let payload = sample(3000);
    log_in(pair);
    let put = |offset: usize, length: usize, last| O::Put {
        remote: b"a.bin",
        offset: offset as u64,
        length: length as u64,
        last,
    };
    let get = |offset: u64, length, expected| O::Get {
        remote: b"a.bin",
        offset,
        length,
        expected,
    };
    assert_eq!(
        pair.run(O::ServiceState),
        Ok(Answer::State(ServiceState::Idle))
    );
    assert_eq!(pair.run(O::MakeDir(b"dir")), done);
    assert_eq!(pair.run(O::ChangeDir(b"dir")), done);
    assert_eq!(pair.run(O::WorkingDir), Ok(text("/dir")));
    assert_eq!(
        pair.send(put(0, 1000, false), &payload[..1000]),
        Ok(number(1000))
    );
    assert_eq!(
        pair.send(put(1000, 2000, true), &payload[1000..]),
        Ok(number(2000))
    );
    assert_eq!(
        pair.harness.server_file("/dir/a.bin"),
        Some(payload.clone())
    );
    assert_eq!(pair.run(O::Transferred), Ok(number(2000)));
    assert_eq!(
        pair.send(put(2000, 1000, true), &payload[2000..]),
        Ok(number(1000))
    );
    assert_eq!(pair.run(O::Size(b"a.bin")), Ok(number(3000)));
    assert_eq!(pair.run(O::Modified(b"a.bin")), Ok(text("20260102030405")));
    for (operation, expected) in [
        (get(0, None, None), &payload[..]),
        (get(0, None, Some(3000)), &payload[..]),
        (get(2500, None, Some(500)), &payload[2500..]),
        (get(100, Some(50), None), &payload[100..150]),
        (get(2990, Some(50), None), &payload[2990..]),
        (get(3000, None, None), &[]),
    ] {
        assert_eq!(
            pair.run(operation),
            Ok(number(expected.len())),
            "{operation:?}"
        );
        assert!(pair.download == expected, "{operation:?}");
    }
    for (listing, expected) in [
        (
            Listing::List,
            "-rw-r--r-- 1 test test 3000 Jan 02 2026 a.bin\r\n",
        ),
        (Listing::Names, "a.bin\r\n"),
        (Listing::Machine, "type=file;size=3000; a.bin\r\n"),
    ] {
        assert_eq!(pair.run(O::List(listing, b".")), Ok(number(expected.len())));
        assert_eq!(pair.download, expected.as_bytes());
    }
    let rename = O::Rename {
        from: b"a.bin",
        to: b"b.bin",
    };
    assert_eq!(pair.run(rename), done);
    store_story(pair, &payload);
    assert_eq!(pair.run(O::Delete(b"b.bin")), done);
    assert_eq!(pair.run(O::ChangeDir(b"/")), done);
    assert_eq!(pair.run(O::RemoveDir(b"dir")), done);
    assert_eq!(
        pair.run(O::Raw(b"AT+CSQ")),
        Ok(Answer::Lines(vec![b"+CSQ: 28,99".to_vec()]))
    );
    assert_eq!(pair.run(O::Logout), done);
    assert_eq!(
        pair.run(O::ServiceState),
        Ok(Answer::State(ServiceState::Closed))
    );
    assert_eq!(pair.urcs, Vec::<Vec<u8>>::new());
}

/// The operations on the module's own files.
fn store_story(pair: &mut Pair, payload: &[u8]) {
    use Operation as O;
    let lines = |line: &str| Ok(Answer::Lines(vec![line.into()]));
    let upload = O::StoreUpload {
        name: b"UFS:c",
        length: 3000,
    };
    let stored = Ok(Answer::Stored {
        bytes: 3000,
        checksum: 0xd291,
    });
    assert_eq!(pair.send(upload, payload), stored);
    let prefixed = pair.host.dialect().prefixed_names;
    let name = if prefixed { "UFS:c" } else { "c" };
    assert_eq!(
        pair.run(O::StoreList(b"*")),
        lines(&format!("+QFLST: \"{name}\",3000"))
    );
    assert_eq!(
        pair.run(O::StoreSpace(b"UFS")),
        lines("+QFLDS: 97000,100000")
    );
    let raw = pair.run(O::Raw(b"AT+QFTPPUT=\"b.bin\",\"UFS:c\""));
    assert_eq!(raw, lines("+QFTPPUT: 0,3000"));
    let raw = pair.run(O::Raw(b"AT+QFTPGET=\"b.bin\",\"UFS:d\""));
    assert_eq!(raw, lines("+QFTPGET: 0,3000"));
    assert_eq!(pair.run(O::StoreDownload(b"UFS:d")), stored);
    assert_eq!(pair.download, payload);
    assert_eq!(pair.run(O::StoreDelete(b"UFS:*")), Ok(Answer::Done));
    assert_eq!(
        pair.run(O::StoreList(b"UFS:*")),
        Ok(Answer::Lines(Vec::new()))
    );
}

#[test]
fn every_operation_in_every_dialect_of_lte() {
    for dialect in lte() {
        scenario(&mut Pair::new(dialect));
    }
}

#[test]
fn every_operation_however_it_is_cut() {
    let ec2x = dialect::ALL[1];
    let cuts = [1, 2, 3, 7, 64, 4096].map(Cut::Every);
    for up in cuts {
        for down in cuts {
            let mut pair = Pair::new(ec2x);
            pair.harness.cut = up;
            pair.cut = down;
            scenario(&mut pair);
        }
    }
    for at in 1..60 {
        let mut pair = Pair::new(ec2x);
        pair.harness.cut = Cut::At(at);
        pair.cut = Cut::At(at);
        scenario(&mut pair);
    }
}

#[test]
fn every_operation_however_late_the_answers() {
    for milliseconds in [1, 99, 400, 5000, 10_000] {
        let mut pair = Pair::new(dialect::ALL[1]);
        pair.harness.delay = Duration::from_millis(milliseconds);
        scenario(&mut pair);
    }
}

/// What may stand in a file and looks like the line's own.
fn content() -> impl Strategy<Value = Vec<u8>> {
    let known: Vec<&'static [u8]> = vec![
        b"\r\nOK\r\n",
        b"\r\nOK\r\n\r\n+QFTPGET: 0,5\r\n",
        b"\r\nOK\r\n\r\n+QFTPGET: 0,0\r\n",
        b"+++",
        b"\r\nNO CARRIER\r\n",
        b"\r\nCONNECT\r\n",
        b"\r\n+CME ERROR: 603\r\n",
        b"\r\n+QFTPGET: 609,0\r\n",
        b"\r\n+QFDWL: 10,3938\r\n\r\nOK\r\n",
        b"AT+QFTPCLOSE\r",
        b"\r",
        b"\n",
        b"\0",
        b"\x1a",
        b"\x11\x13",
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
    fn any_bytes_go_up_and_come_down_in_every_form(
        bytes in content(),
        split in any::<prop::sample::Index>(),
        up in 1usize..200,
        down in 1usize..200,
        late in prop::sample::select(vec![0u64, 5, 1500]),
    ) {
        use Operation as O;
        let mut pair = logged_in(dialect::ALL[1]);
        pair.harness.cut = Cut::Every(up);
        pair.cut = Cut::Every(down);
        pair.harness.delay = Duration::from_millis(late);
        let total = bytes.len() as u64;
        let at = split.index(bytes.len() + 1);
        let put = |offset: usize, length: usize, last| O::Put {
            remote: b"f",
            offset: offset as u64,
            length: length as u64,
            last,
        };
        // In one piece, in two over one data connection, as a resumed upload.
        prop_assert_eq!(pair.send(put(0, bytes.len(), true), &bytes), Ok(number(bytes.len())));
        prop_assert!(pair.harness.server_file("/f").as_ref() == Some(&bytes));
        prop_assert_eq!(pair.run(O::Delete(b"f")), Ok(Answer::Done));
        prop_assert_eq!(pair.send(put(0, at, false), &bytes[..at]), Ok(number(at)));
        prop_assert_eq!(pair.send(put(at, bytes.len() - at, true), &bytes[at..]), Ok(number(bytes.len() - at)));
        prop_assert!(pair.harness.server_file("/f").as_ref() == Some(&bytes));
        prop_assert_eq!(pair.send(put(at, bytes.len() - at, true), &bytes[at..]), Ok(number(bytes.len() - at)));
        prop_assert!(pair.harness.server_file("/f").as_ref() == Some(&bytes));
        // Whole, from a place on, a part of it. A host that does not know the size can take a true end in the payload,
        // with a pause behind it, for the end: it is told the size where pauses are long.
        let rest = total - at as u64;
        let part = at.max(1);
        let size = |size: usize| (late > 100).then_some(size as u64);
        for (offset, length, expected, wanted) in [
            (0, None, Some(total), &bytes[..]),
            (0, None, size(bytes.len()), &bytes[..]),
            (at as u64, None, Some(rest), &bytes[at..]),
            (0, Some(part as u64), size(part.min(bytes.len())), &bytes[..part.min(bytes.len())]),
        ] {
            let get = O::Get { remote: b"f", offset, length, expected };
            prop_assert_eq!(pair.run(get), Ok(number(wanted.len())));
            prop_assert!(pair.download == wanted);
        }
        // Through the module's own files.
        let raw = pair.run(O::Raw(b"AT+QFTPGET=\"f\",\"RAM:f\""));
        prop_assert!(matches!(raw, Ok(Answer::Lines(_))), "{raw:?}");
        prop_assert!(pair.harness.store_file("RAM:f").as_ref() == Some(&bytes));
        if !bytes.is_empty() {
            let upload = O::StoreUpload { name: b"UFS:f", length: total };
            let stored = pair.send(upload, &bytes);
            prop_assert!(matches!(stored, Ok(Answer::Stored { .. })), "{stored:?}");
            prop_assert!(pair.harness.store_file("UFS:f").as_ref() == Some(&bytes));
            prop_assert_eq!(pair.run(O::StoreDownload(b"UFS:f")), stored);
            prop_assert!(pair.download == bytes);
        }
    }
}

/// Without a size to go by, an end counts only if the length in it is true: of all that comes at once, the last.
#[test]
fn a_download_of_unknown_size_that_holds_true_ends() {
    let mut pair = logged_in(dialect::ALL[1]);
    let mut content = b"12345".to_vec();
    content
        .extend_from_slice(b"\r\nOK\r\n\r\n+QFTPGET: 0,5\r\nmore\r\nOK\r\n\r\n+QFTPGET: 0,34\r\n");
    pair.harness.server.put("/f", content.clone(), None);
    for size in [1, 3, 10, 1000] {
        pair.cut = Cut::Every(size);
        let get = Operation::Get {
            remote: b"f",
            offset: 0,
            length: None,
            expected: None,
        };
        assert_eq!(pair.run(get), Ok(number(content.len())));
        assert_eq!(pair.download, content);
    }
}

#[test]
fn what_the_server_refuses_comes_out_with_both_codes() {
    let mut pair = logged_in(dialect::ALL[1]);
    let module = |operation: &str, code: u16, reply: Option<u16>| {
        Err(HostError::Module {
            command: operation.into(),
            code: ModuleCode(code),
            raw_code: i32::from(code),
            reply: reply.map(FtpCode),
            peer_address: true,
        })
    };
    let size = pair.run(Operation::Size(b"nothing"));
    assert_eq!(size, module("AT+QFTPSIZE", 627, Some(550)));
    let get = Operation::Get {
        remote: b"nothing",
        offset: 0,
        length: None,
        expected: None,
    };
    assert_eq!(pair.run(get), module("AT+QFTPGET", 627, Some(550)));
    pair.harness.happen(LineEvent::LoseSession);
    let size = pair.run(Operation::Size(b"nothing"));
    assert_eq!(size, module("AT+QFTPSIZE", 603, None));
    let login = Login::new("ftp.example.com", "test", "wrong");
    let refused = pair.run(Operation::Login(&login));
    assert_eq!(refused, module("AT+QFTPOPEN", 625, Some(530)));
    log_in(&mut pair);
}
