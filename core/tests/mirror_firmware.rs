//! The host end with a module that departs from its manual as real firmware does: each operation works, each failure
//! is understood.

#[allow(dead_code)] // each test uses its part
mod conversation;
#[allow(dead_code)]
mod mirror;
#[allow(dead_code)]
mod world;

use std::time::Duration;

use conversation::{Happening, play::Terminal};
use mirror::Mirror;
use qftp::dialect::{self, Dialect, Service};
use qftp::host::{Answer, Failure, Listing, Login, Operation as O, ServiceState};
use qftp::module::firmware::DEPARTURES;
use qftp::module::{Departure, Firmware};
use world::Cut;

const DONE: Result<Answer, Failure> = Ok(Answer::Done);

fn of(service: Service) -> impl Iterator<Item = &'static Dialect> {
    let of = move |dialect: &&Dialect| dialect.service == service;
    dialect::ALL.iter().copied().filter(of)
}

fn log_in(mirror: &mut Mirror) {
    let identity = mirror.run(O::Identify);
    assert!(matches!(identity, Ok(Answer::Identity(_))), "{identity:?}");
    let login = Login::new("ftp.example.com", "test", "secret");
    assert_eq!(mirror.run(O::Login(&login)), DONE);
}

/// A session with each module that can have this departure.
fn sessions(departure: Departure) -> Vec<Mirror> {
    let known = DEPARTURES.iter().find(|known| known.departure == departure);
    let service = known.expect("a departure").service;
    let session = |dialect| {
        let mut mirror = Mirror::with_firmware(dialect, Firmware::MANUAL.with(departure));
        log_in(&mut mirror);
        mirror
    };
    of(service).map(session).collect()
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
    mirror: &Mirror,
    operation: &str,
    code: u16,
    reply: Option<u16>,
) -> Result<Answer, Failure> {
    let said = match mirror.host.dialect().service {
        Service::Gsm => reply.map_or(0, |reply| -i32::from(reply)),
        _ => code.into(),
    };
    Err(Failure::Module {
        operation: operation.into(),
        code,
        reply,
        said,
    })
}

fn raw(mirror: &mut Mirror, line: &[u8]) -> Vec<Vec<u8>> {
    match mirror.run(O::Raw(line)) {
        Ok(Answer::Lines(lines)) => lines,
        other => panic!("{}: {other:?}", line.escape_ascii()),
    }
}

/// Everything that every dialect with departures can do.
fn story(mirror: &mut Mirror) {
    let every_byte: Vec<u8> = (0..=255).cycle().take(3000).collect();
    log_in(mirror);
    assert_eq!(mirror.run(O::State), Ok(Answer::State(ServiceState::Idle)));
    assert_eq!(mirror.run(O::MakeDir(b"dir")), DONE);
    assert_eq!(mirror.run(O::ChangeDir(b"/dir")), DONE);
    assert_eq!(
        mirror.run(O::WorkingDir),
        Ok(Answer::Text(b"/dir".to_vec()))
    );
    let count = Ok(Answer::Number(3000));
    assert_eq!(mirror.send(put(3000), &every_byte), count);
    assert_eq!(mirror.run(O::Length), count);
    assert_eq!(mirror.run(O::Size(b"a.bin")), count);
    assert_eq!(mirror.run(get()), count);
    assert!(mirror.download == every_byte);
    assert_eq!(mirror.run(O::Delete(b"a.bin")), DONE);
    let missing = failed(mirror, "AT+QFTPSIZE", 627, Some(550));
    assert_eq!(mirror.run(O::Size(b"a.bin")), missing);
    assert_eq!(mirror.run(O::ChangeDir(b"/")), DONE);
    assert_eq!(mirror.run(O::RemoveDir(b"dir")), DONE);
    assert_eq!(mirror.run(O::Close), DONE);
    let closed = Ok(Answer::State(ServiceState::Closed));
    assert_eq!(mirror.run(O::State), closed);
    assert_eq!(mirror.urcs, Vec::<Vec<u8>>::new());
}

#[test]
fn every_operation_with_each_departure_and_with_all_of_them() {
    for dialect in dialect::ALL {
        let all = Firmware::all_of(dialect);
        let own = DEPARTURES.iter().filter(|known| all.has(known.departure));
        let each = own.map(|known| Firmware::MANUAL.with(known.departure));
        for firmware in each.chain([all]).filter(|one| *one != Firmware::MANUAL) {
            for cut in [Cut::Whole, Cut::Every(1), Cut::Every(7)] {
                let mut mirror = Mirror::with_firmware(dialect, firmware);
                mirror.cut = cut;
                story(&mut mirror);
            }
            let mut late = Mirror::with_firmware(dialect, firmware);
            late.world.delay = Duration::from_millis(400);
            story(&mut late);
        }
    }
}

#[test]
fn mask_password() {
    for mut mirror in sessions(Departure::MaskPassword) {
        let lines = raw(&mut mirror, b"AT+QFTPCFG=\"account\"");
        assert_eq!(lines, [b"+QFTPCFG: \"account\",\"test\",\"******\""]);
    }
}

#[test]
fn quoted_pwd() {
    for mut mirror in sessions(Departure::QuotedPwd) {
        assert_eq!(mirror.run(O::MakeDir(b"a, b")), DONE);
        assert_eq!(mirror.run(O::ChangeDir(b"a, b")), DONE);
        let path = Ok(Answer::Text(b"/a, b".to_vec()));
        assert_eq!(mirror.run(O::WorkingDir), path);
    }
}

#[test]
fn cme_for_connect() {
    for mut mirror in sessions(Departure::CmeForConnect) {
        assert_eq!(mirror.send(put(5), b"12345"), Ok(Answer::Number(5)));
        let operations = [
            (put(5), "AT+QFTPPUT"),
            (get(), "AT+QFTPGET"),
            (O::List(Listing::List, b"."), "AT+QFTPLIST"),
        ];
        for (operation, name) in operations {
            mirror.world.happen(Happening::Fail(425));
            mirror.upload.clear();
            let expected = failed(&mirror, name, 615, None);
            assert_eq!(mirror.run(operation), expected);
            assert_eq!(mirror.run(O::Size(b"a.bin")), Ok(Answer::Number(5)));
        }
    }
}

#[test]
fn busy_until_close() {
    for mut mirror in sessions(Departure::BusyUntilClose) {
        mirror.world.happen(Happening::Fail(425));
        let expected = failed(&mirror, "AT+QFTPGET", 615, Some(425));
        assert_eq!(mirror.run(get()), expected);
        let busy = |name| failed(&mirror, name, 603, None);
        let expected = [busy("AT+QFTPSIZE"), busy("AT+QFTPGET"), busy("AT+QFTPSTAT")];
        for (operation, expected) in [O::Size(b"a"), get(), O::State].into_iter().zip(expected) {
            assert_eq!(mirror.run(operation), expected);
        }
        assert_eq!(mirror.run(O::Close), DONE);
        log_in(&mut mirror);
        // A login is the way out, too.
        mirror.world.happen(Happening::Fail(425));
        assert!(mirror.run(get()).is_err());
        log_in(&mut mirror);
        assert_eq!(mirror.run(O::State), Ok(Answer::State(ServiceState::Idle)));
    }
}

#[test]
fn escape_aborts() {
    for mut mirror in sessions(Departure::EscapeAborts) {
        assert_eq!(mirror.send(put(3000), &[7; 3000]), Ok(Answer::Number(3000)));
        mirror.world.happen(Happening::Flow(1000));
        mirror.start(get());
        mirror.settle();
        mirror.host.cancel(mirror.world.now);
        mirror.world.happen(Happening::Stall(false));
        let result = mirror.finish();
        assert_eq!(result, Err(Failure::Cancelled { safe: 1000 }));
        assert_eq!(mirror.run(O::State), Ok(Answer::State(ServiceState::Idle)));
        assert_eq!(mirror.run(O::Size(b"a.bin")), Ok(Answer::Number(3000)));
        assert_eq!(mirror.run(get()), Ok(Answer::Number(3000)));
    }
}

#[test]
fn urc_before_ok() {
    for mut mirror in sessions(Departure::UrcBeforeOk) {
        for _ in 0..3 {
            assert_eq!(mirror.run(O::State), Ok(Answer::State(ServiceState::Idle)));
            assert_eq!(mirror.run(O::Length), Ok(Answer::Number(0)));
        }
        assert_eq!(mirror.urcs, Vec::<Vec<u8>>::new());
    }
}

#[test]
fn any_timeout() {
    for mut mirror in sessions(Departure::AnyTimeout) {
        raw(&mut mirror, b"AT+QFTPCFG=\"rsptimeout\",500");
        let lines = raw(&mut mirror, b"AT+QFTPCFG=\"rsptimeout\"");
        assert_eq!(lines, [b"+QFTPCFG: \"rsptimeout\",500"]);
    }
}

#[test]
fn words_in_urc() {
    for mut mirror in sessions(Departure::WordsInUrc) {
        raw(&mut mirror, b"AT+CMEE=2");
        for (operation, name) in [
            (O::Size(b"a.bin"), "AT+QFTPSIZE"),
            (get(), "AT+QFTPGET"),
            (O::Delete(b"a.bin"), "AT+QFTPDEL"),
        ] {
            let expected = failed(&mirror, name, 627, None);
            assert_eq!(mirror.run(operation), expected);
        }
        // Words for a result code, too.
        assert_eq!(mirror.run(O::Close), DONE);
        let busy = failed(&mirror, "AT+QFTPSIZE", 603, None);
        assert_eq!(mirror.run(O::Size(b"a.bin")), busy);
    }
}

#[test]
fn space_after_colon() {
    for mut mirror in sessions(Departure::SpaceAfterColon) {
        assert_eq!(mirror.run(O::ChangeDir(b"/")), DONE);
        let missing = failed(&mirror, "AT+QFTPPATH", 627, Some(550));
        assert_eq!(mirror.run(O::ChangeDir(b"no")), missing);
        assert_eq!(mirror.run(O::Close), DONE);
    }
}

#[test]
fn stat_without_space() {
    for mut mirror in sessions(Departure::StatWithoutSpace) {
        assert_eq!(mirror.run(O::State), Ok(Answer::State(ServiceState::Idle)));
        assert_eq!(mirror.run(O::Close), DONE);
        let closed = Ok(Answer::State(ServiceState::Closed));
        assert_eq!(mirror.run(O::State), closed);
    }
}

#[test]
fn config_type_6() {
    for mut mirror in sessions(Departure::ConfigType6) {
        let lines = raw(&mut mirror, b"AT+QFTPCFG=6,1");
        assert_eq!(lines, [b"+QFTPCFG: 0"]);
    }
}
