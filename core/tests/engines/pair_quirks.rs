//! The host end with a module that departs from its manual as real firmware does: each operation works, each failure
//! is understood.

use std::time::Duration;

use crate::harness::Cut;
use crate::pair::Pair;
use qftp::client::{Support, Task, support};
use qftp::codes::{FtpCode, ModuleCode};
use qftp::dialect::{self, CommandKind, Dialect, Family};
use qftp::host::{Answer, HostError, Listing, Login, Operation as O, ServiceState, TransferWay};
use qftp::module::quirks::QUIRKS;
use qftp::module::{Quirk, Quirks};
use qftp_test::conversation::{LineEvent, play::Terminal};

const DONE: Result<Answer, HostError> = Ok(Answer::Done);

fn with(quirk: Quirk) -> impl Iterator<Item = &'static Dialect> {
    let can_have = move |dialect: &&Dialect| Quirks::all_of(dialect).has(quirk);
    dialect::ALL.iter().copied().filter(can_have)
}

fn log_in(pair: &mut Pair) {
    let identity = pair.run(O::Identify);
    assert!(matches!(identity, Ok(Answer::Identity(_))), "{identity:?}");
    let login = Login::new("ftp.example.com", "test", "secret");
    assert_eq!(pair.run(O::Login(&login)), DONE);
}

/// A session with each module that can have this quirk.
fn sessions(quirk: Quirk) -> Vec<Pair> {
    let session = |dialect| {
        let mut pair = Pair::with_quirks(dialect, Quirks::MANUAL.with(quirk));
        log_in(&mut pair);
        pair
    };
    let sessions: Vec<Pair> = with(quirk).map(session).collect();
    assert!(!sessions.is_empty(), "{quirk:?}");
    sessions
}

fn put(length: usize) -> O<'static> {
    O::Put {
        remote: b"a.bin",
        offset: 0,
        length: length as u64,
        last: true,
    }
}

fn get() -> O<'static> {
    O::Get {
        remote: b"a.bin",
        offset: 0,
        length: None,
        expected: None,
    }
}

fn failed(
    pair: &Pair,
    operation: &str,
    code: u16,
    reply: Option<u16>,
) -> Result<Answer, HostError> {
    let raw_code = match pair.host.dialect().family {
        Family::Gsm => reply.map_or(0, |reply| -i32::from(reply)),
        _ => code.into(),
    };
    Err(HostError::Module {
        command: operation.into(),
        code: ModuleCode(code),
        reply: reply.map(FtpCode),
        raw_code,
        peer_address: support(pair.host.dialect(), Task::PeerAddress) == Support::Native,
    })
}

fn raw(pair: &mut Pair, line: &[u8]) -> Vec<Vec<u8>> {
    match pair.run(O::Raw(line)) {
        Ok(Answer::Lines(lines)) => lines,
        other => panic!("{}: {other:?}", line.escape_ascii()),
    }
}

/// Everything that the dialects with a size, an upload of any length and a count of bytes can do.
fn scenario(pair: &mut Pair) {
    let every_byte: Vec<u8> = (0..=255).cycle().take(3000).collect();
    log_in(pair);
    assert_eq!(
        pair.run(O::ServiceState),
        Ok(Answer::State(ServiceState::Idle))
    );
    assert_eq!(pair.run(O::MakeDir(b"dir")), DONE);
    assert_eq!(pair.run(O::ChangeDir(b"/dir")), DONE);
    assert_eq!(pair.run(O::WorkingDir), Ok(Answer::Text(b"/dir".to_vec())));
    let count = Ok(Answer::Number(3000));
    assert_eq!(pair.send(put(3000), &every_byte), count);
    assert_eq!(pair.run(O::Transferred), count);
    assert_eq!(pair.run(O::Size(b"a.bin")), count);
    assert_eq!(pair.run(get()), count);
    assert!(pair.download == every_byte);
    assert_eq!(pair.run(O::Delete(b"a.bin")), DONE);
    let missing = failed(pair, "AT+QFTPSIZE", 627, Some(550));
    assert_eq!(pair.run(O::Size(b"a.bin")), missing);
    assert_eq!(pair.run(O::ChangeDir(b"/")), DONE);
    assert_eq!(pair.run(O::RemoveDir(b"dir")), DONE);
    assert_eq!(pair.run(O::Logout), DONE);
    let closed = Ok(Answer::State(ServiceState::Closed));
    assert_eq!(pair.run(O::ServiceState), closed);
    assert_eq!(pair.urcs, Vec::<Vec<u8>>::new());
}

/// The host ends a command with CR alone and waits for CONNECT.
#[test]
fn a_module_that_takes_payload_from_the_cr_on_gets_the_same_file() {
    for mut pair in sessions(Quirk::PayloadFromCr) {
        assert_eq!(pair.send(put(6), b"\nhello"), Ok(Answer::Number(6)));
        let stored = pair.harness.server_file("/a.bin");
        assert_eq!(stored.as_deref(), Some(&b"\nhello"[..]));
    }
}

#[test]
fn every_operation_with_each_quirk_and_with_all_of_them() {
    let counts = |dialect: &&&Dialect| dialect.command(CommandKind::FtpLength).is_some();
    for dialect in dialect::ALL.iter().filter(counts) {
        let all = Quirks::all_of(dialect);
        let own = QUIRKS.iter().filter(|known| all.has(known.quirk));
        let each = own.map(|known| Quirks::MANUAL.with(known.quirk));
        for quirks in each.chain([all]).filter(|one| *one != Quirks::MANUAL) {
            for cut in [Cut::Whole, Cut::Every(1), Cut::Every(7)] {
                let mut pair = Pair::with_quirks(dialect, quirks);
                pair.cut = cut;
                scenario(&mut pair);
            }
            let mut late = Pair::with_quirks(dialect, quirks);
            late.harness.delay = Duration::from_millis(400);
            scenario(&mut late);
        }
    }
}

#[test]
fn mask_password() {
    for mut pair in sessions(Quirk::MaskPassword) {
        let lines = raw(&mut pair, b"AT+QFTPCFG=\"account\"");
        assert_eq!(lines, [b"+QFTPCFG: \"account\",\"test\",\"******\""]);
    }
}

#[test]
fn quoted_pwd() {
    for mut pair in sessions(Quirk::QuotedPwd) {
        assert_eq!(pair.run(O::MakeDir(b"a, b")), DONE);
        assert_eq!(pair.run(O::ChangeDir(b"a, b")), DONE);
        let path = Ok(Answer::Text(b"/a, b".to_vec()));
        assert_eq!(pair.run(O::WorkingDir), path);
    }
}

#[test]
fn cme_for_connect() {
    for mut pair in sessions(Quirk::CmeForConnect) {
        assert_eq!(pair.send(put(5), b"12345"), Ok(Answer::Number(5)));
        let operations = [
            (put(5), "AT+QFTPPUT"),
            (get(), "AT+QFTPGET"),
            (O::List(Listing::List, b"."), "AT+QFTPLIST"),
        ];
        for (operation, name) in operations {
            pair.harness.happen(LineEvent::Fail(425));
            pair.upload.clear();
            let expected = failed(&pair, name, 615, None);
            assert_eq!(pair.run(operation), expected);
            assert_eq!(pair.run(O::Size(b"a.bin")), Ok(Answer::Number(5)));
        }
    }
}

#[test]
fn busy_until_close() {
    for mut pair in sessions(Quirk::BusyUntilClose) {
        pair.harness.happen(LineEvent::Fail(425));
        let expected = failed(&pair, "AT+QFTPGET", 615, Some(425));
        assert_eq!(pair.run(get()), expected);
        let busy = |name| failed(&pair, name, 603, None);
        let expected = [busy("AT+QFTPSIZE"), busy("AT+QFTPGET"), busy("AT+QFTPSTAT")];
        for (operation, expected) in [O::Size(b"a"), get(), O::ServiceState]
            .into_iter()
            .zip(expected)
        {
            assert_eq!(pair.run(operation), expected);
        }
        assert_eq!(pair.run(O::Logout), DONE);
        log_in(&mut pair);
        // A login is the way out, too.
        pair.harness.happen(LineEvent::Fail(425));
        assert_eq!(pair.run(get()), failed(&pair, "AT+QFTPGET", 615, Some(425)));
        log_in(&mut pair);
        assert_eq!(
            pair.run(O::ServiceState),
            Ok(Answer::State(ServiceState::Idle))
        );
    }
}

#[test]
fn escape_aborts() {
    for mut pair in sessions(Quirk::EscapeAborts) {
        assert_eq!(pair.send(put(3000), &[7; 3000]), Ok(Answer::Number(3000)));
        pair.harness.happen(LineEvent::Flow(1000));
        pair.start(get());
        pair.settle();
        pair.host.abort(pair.harness.now);
        pair.harness.happen(LineEvent::Stall(false));
        let result = pair.finish();
        assert_eq!(
            result,
            Err(HostError::Cancelled {
                bytes_confirmed: 1000
            })
        );
        assert_eq!(
            pair.run(O::ServiceState),
            Ok(Answer::State(ServiceState::Idle))
        );
        assert_eq!(pair.run(O::Size(b"a.bin")), Ok(Answer::Number(3000)));
        assert_eq!(pair.run(get()), Ok(Answer::Number(3000)));
    }
}

#[test]
fn urc_before_ok() {
    for mut pair in sessions(Quirk::UrcBeforeOk) {
        for _ in 0..3 {
            assert_eq!(
                pair.run(O::ServiceState),
                Ok(Answer::State(ServiceState::Idle))
            );
            assert_eq!(pair.run(O::Transferred), Ok(Answer::Number(0)));
        }
        assert_eq!(pair.urcs, Vec::<Vec<u8>>::new());
    }
}

#[test]
fn any_timeout() {
    for mut pair in sessions(Quirk::AnyTimeout) {
        raw(&mut pair, b"AT+QFTPCFG=\"rsptimeout\",500");
        let lines = raw(&mut pair, b"AT+QFTPCFG=\"rsptimeout\"");
        assert_eq!(lines, [b"+QFTPCFG: \"rsptimeout\",500"]);
    }
}

#[test]
fn words_in_urc() {
    for mut pair in sessions(Quirk::WordsInUrc) {
        raw(&mut pair, b"AT+CMEE=2");
        for (operation, name) in [
            (O::Size(b"a.bin"), "AT+QFTPSIZE"),
            (get(), "AT+QFTPGET"),
            (O::Delete(b"a.bin"), "AT+QFTPDEL"),
        ] {
            let expected = failed(&pair, name, 627, None);
            assert_eq!(pair.run(operation), expected);
        }
        // Words for a result code, too.
        assert_eq!(pair.run(O::Logout), DONE);
        let busy = failed(&pair, "AT+QFTPSIZE", 603, None);
        assert_eq!(pair.run(O::Size(b"a.bin")), busy);
    }
}

#[test]
fn space_after_colon() {
    for mut pair in sessions(Quirk::SpaceAfterColon) {
        assert_eq!(pair.run(O::ChangeDir(b"/")), DONE);
        let missing = failed(&pair, "AT+QFTPPATH", 627, Some(550));
        assert_eq!(pair.run(O::ChangeDir(b"no")), missing);
        assert_eq!(pair.run(O::Logout), DONE);
    }
}

#[test]
fn stat_without_space() {
    for mut pair in sessions(Quirk::StatWithoutSpace) {
        assert_eq!(
            pair.run(O::ServiceState),
            Ok(Answer::State(ServiceState::Idle))
        );
        assert_eq!(pair.run(O::Logout), DONE);
        let closed = Ok(Answer::State(ServiceState::Closed));
        assert_eq!(pair.run(O::ServiceState), closed);
    }
}

#[test]
fn no_ftpstor_and_no_ftpretr() {
    for (quirk, works) in [(Quirk::NoFtpStor, get()), (Quirk::NoFtpRetr, put(3))] {
        for mut pair in sessions(quirk) {
            pair.harness.server.put("/a.bin", b"abc".to_vec(), None);
            let refused = if quirk == Quirk::NoFtpStor {
                put(3)
            } else {
                get()
            };
            let result = pair.send(refused, b"abc");
            assert!(
                matches!(result, Err(HostError::FinalError { .. })),
                "{result:?}"
            );
            assert_eq!(pair.send(works, b"abc"), Ok(Answer::Number(3)));
            pair.host.set_way(TransferWay::Pieces);
            assert_eq!(pair.send(refused, b"abc"), Ok(Answer::Number(3)));
        }
    }
}

#[test]
fn no_config_type_6() {
    for mut pair in sessions(Quirk::NoConfigType6) {
        assert!(pair.run(O::Raw(b"AT+QFTPCFG=6,1")).is_err());
    }
}
