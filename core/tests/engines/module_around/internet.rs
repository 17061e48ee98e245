//! Questions to the internet, and how each family reports their answers (COMMON 11.3).

use qftp::module::state::{ModuleState, NetworkState};
use std::net::IpAddr;
use std::time::Duration;

use crate::harness::{Harness, lte, printed};
use qftp::dialect::ec2x::EC2X;
use qftp::dialect::gsm::GSM;
use qftp::dialect::nl668::NL668;
use qftp::dialect::{Dialect, Family};
use qftp::module::{DriverReply, InternetError, ModuleEvent};

/// 2026-11-21 10:43:00.
const TOLD: Duration = Duration::from_secs(1_795_257_780);

/// A module with a context.
fn online(dialect: &'static Dialect) -> Harness {
    let mut harness = Harness::new(dialect);
    harness.ask("ATE0");
    harness.ask(match dialect.family {
        Family::Fibocom => "AT+MIPCALL=1",
        Family::Gsm => "AT+QIACT",
        Family::Lte => "AT+QIACT=1",
    });
    harness.questions.clear();
    harness
}

fn reply(harness: &mut Harness, reply: DriverReply<'_>) -> String {
    harness.module.handle_reply(harness.now, reply);
    harness.settle();
    harness.heard()
}

fn asks_time(harness: &Harness, host: &str, port: u16) {
    let host = host.as_bytes().to_vec();
    let expected = ModuleEvent::AskTime { host, port };
    assert_eq!(harness.questions.last(), Some(&expected));
}

#[test]
fn a_time_server_sets_the_clock_and_is_reported() {
    let long = "+QNTP: 0,\"2026/11/21,10:43:00+00\"";
    let cases: [(&'static Dialect, &str, &str); 5] = [
        (&EC2X, "AT+QNTP=1,\"t.example\",123,1", long),
        (&EC2X, "AT+QNTP=1,\"t.example\"", long),
        (&GSM, "AT+QNTP=\"t.example\"", "+QNTP: 0"),
        (&GSM, "AT+QNTP=\"t.example\",123", "+QNTP: 0"),
        (&NL668, "AT+MIPNTP=\"t.example\",123", "+MIPNTP: 1"),
    ];
    for (dialect, line, reported) in cases {
        let mut harness = online(dialect);
        assert_eq!(harness.ask(line), printed(&["OK"]), "{line}");
        asks_time(&harness, "t.example", 123);
        let said = reply(&mut harness, DriverReply::Time(Ok(TOLD)));
        assert_eq!(said, printed(&[reported]), "{line}");
        assert_eq!(
            harness.ask("AT+CCLK?"),
            printed(&["+CCLK: \"26/11/21,10:43:00+00\"", "OK"])
        );
    }
}

#[test]
fn a_time_may_be_told_without_being_set() {
    let mut harness = online(&EC2X);
    harness.ask("AT+QNTP=1,\"t.example\",1123,0");
    asks_time(&harness, "t.example", 1123);
    let said = reply(&mut harness, DriverReply::Time(Ok(TOLD)));
    assert_eq!(said, printed(&["+QNTP: 0,\"2026/11/21,10:43:00+00\""]));
    let clock = harness.ask("AT+CCLK?");
    assert!(clock.starts_with("\r\n+CCLK: \"80/01/06,"), "{clock}");
}

/// The zone that the host has set stays: the clock shows local time.
#[test]
fn a_time_server_leaves_the_zone() {
    let mut harness = online(&EC2X);
    harness.ask("AT+CCLK=\"26/01/01,00:00:00+32\"");
    harness.ask("AT+QNTP=1,\"t.example\"");
    let said = reply(&mut harness, DriverReply::Time(Ok(TOLD)));
    assert_eq!(said, printed(&["+QNTP: 0,\"2026/11/21,18:43:00+32\""]));
}

#[test]
fn failures_have_the_numbers_of_their_family() {
    use InternetError::{BadAnswer, Timeout, UnknownHost, Unreachable};
    let cases: [(&'static Dialect, &str, InternetError, &str); 9] = [
        (&EC2X, "AT+QNTP=1,\"h\"", UnknownHost, "+QNTP: 565"),
        (&EC2X, "AT+QNTP=1,\"h\"", Unreachable, "+QNTP: 566"),
        (&EC2X, "AT+QNTP=1,\"h\"", BadAnswer, "+QNTP: 550"),
        (&GSM, "AT+QNTP=\"h\"", UnknownHost, "+QNTP: 4"),
        (&GSM, "AT+QNTP=\"h\"", Unreachable, "+QNTP: 6"),
        (&GSM, "AT+QNTP=\"h\"", BadAnswer, "+QNTP: 2"),
        (&GSM, "AT+QNTP=\"h\"", Timeout, "+QNTP: 7"),
        (&NL668, "AT+MIPNTP=\"h\"", UnknownHost, "+MIPNTP: 0"),
        (&NL668, "AT+MIPNTP=\"h\"", BadAnswer, "+MIPNTP: 0"),
    ];
    for (dialect, line, error, reported) in cases {
        let mut harness = online(dialect);
        harness.ask(line);
        let said = reply(&mut harness, DriverReply::Time(Err(error)));
        assert_eq!(said, printed(&[reported]), "{line} {error:?}");
        // The next one is asked again.
        assert_eq!(harness.ask(line), printed(&["OK"]));
    }
}

#[test]
fn a_silent_time_server_is_asked_three_times() {
    let mut harness = online(&EC2X);
    harness.ask("AT+QNTP=1,\"t.example\"");
    assert_eq!(
        harness.ask("AT+QNTP?"),
        printed(&["+QNTP: \"t.example\",123", "OK"])
    );
    assert_eq!(harness.ask("AT+QNTP=1,\"t.example\""), printed(&["ERROR"]));
    harness.pass(Duration::from_millis(14_999));
    assert_eq!(harness.heard(), "");
    let asked = harness.questions.iter();
    let asked = asked.filter(|event| matches!(event, ModuleEvent::AskTime { .. }));
    assert_eq!(asked.count(), 3);
    harness.pass(Duration::from_millis(1));
    assert_eq!(harness.heard(), printed(&["+QNTP: 569"]));
    assert_eq!(harness.questions.last(), Some(&ModuleEvent::StopAskingTime));
    // What comes too late is not reported, and sets nothing.
    assert_eq!(reply(&mut harness, DriverReply::Time(Ok(TOLD))), "");
    assert_eq!(harness.ask("AT+QNTP?"), printed(&["OK"]));
}

#[test]
fn nothing_is_asked_without_a_context() {
    for dialect in lte() {
        let mut harness = Harness::new(dialect);
        harness.ask("ATE0");
        for line in ["AT+QNTP=1,\"h\"", "AT+QIDNSGIP=1,\"h\"", "AT+QPING=1,\"h\""] {
            assert_eq!(harness.ask(line), printed(&["ERROR"]), "{line}");
        }
        assert_eq!(harness.questions, []);
    }
    let mut harness = Harness::new(&NL668);
    harness.ask("ATE0");
    assert_eq!(harness.ask("AT+MIPNTP=\"h\""), printed(&["ERROR"]));
    // A GSM module brings its context up, unless there is no network.
    let mut harness = Harness::new(&GSM);
    harness.ask("ATE0");
    let searching = ModuleState::Network(NetworkState::Searching);
    harness.module.set_state(harness.now, searching);
    assert_eq!(harness.ask("AT+QNTP=\"h\""), printed(&["ERROR"]));
    let home = ModuleState::Network(NetworkState::Home);
    harness.module.set_state(harness.now, home);
    assert_eq!(harness.ask("AT+QNTP=\"h\""), printed(&["OK"]));
}

#[test]
fn the_addresses_of_a_name_are_reported_by_family() {
    let found: [IpAddr; 3] = [
        [192, 0, 2, 7].into(),
        [192, 0, 2, 8].into(),
        [0x2001, 0xdb8, 0, 0, 0, 0, 0, 1].into(),
    ];
    let mut harness = online(&EC2X);
    assert_eq!(harness.ask("AT+QIDNSGIP=1,\"h.example\""), printed(&["OK"]));
    let asked = ModuleEvent::Resolve(b"h.example".to_vec());
    assert_eq!(harness.questions.last(), Some(&asked));
    assert_eq!(
        reply(&mut harness, DriverReply::Addresses(Ok(&found))),
        printed(&[
            "+QIURC: \"dnsgip\",0,2,600",
            "+QIURC: \"dnsgip\",\"192.0.2.7\"",
            "+QIURC: \"dnsgip\",\"192.0.2.8\"",
        ])
    );
    // A context of both kinds has the address of IPv6 too, and one of IPv4 alone has none.
    harness.ask("AT+QICSGP=1,3,\"a\"");
    harness.ask("AT+QIDNSGIP=1,\"h.example\"");
    let said = reply(&mut harness, DriverReply::Addresses(Ok(&found[2..])));
    let expected = [
        "+QIURC: \"dnsgip\",0,1,600",
        "+QIURC: \"dnsgip\",\"2001:db8::1\"",
    ];
    assert_eq!(said, printed(&expected));
    let mut gsm = online(&GSM);
    assert_eq!(gsm.ask("AT+QIDNSGIP=\"h.example\""), printed(&["OK"]));
    let said = reply(&mut gsm, DriverReply::Addresses(Ok(&found)));
    assert_eq!(said, printed(&["192.0.2.7", "192.0.2.8"]));
}

#[test]
fn a_name_without_an_address_is_reported_by_family() {
    for (error, lte, gsm) in [
        (InternetError::UnknownHost, "565", "4"),
        (InternetError::Timeout, "569", "5"),
    ] {
        let mut harness = online(&EC2X);
        harness.ask("AT+QIDNSGIP=1,\"h\"");
        let said = reply(&mut harness, DriverReply::Addresses(Err(error)));
        assert_eq!(said, printed(&[&format!("+QIURC: \"dnsgip\",{lte}")]));
        let mut harness = online(&GSM);
        harness.ask("AT+QIDNSGIP=\"h\"");
        let said = reply(&mut harness, DriverReply::Addresses(Err(error)));
        assert_eq!(said, printed(&[&format!("ERROR: {gsm}")]));
    }
    // A resolver that says nothing ends the wait after a minute.
    let mut harness = online(&EC2X);
    harness.ask("AT+QIDNSGIP=1,\"h\"");
    harness.pass(Duration::from_secs(60));
    assert_eq!(harness.heard(), printed(&["+QIURC: \"dnsgip\",569"]));
}

#[test]
fn echoes_are_counted_and_timed() {
    let from: IpAddr = [192, 0, 2, 7].into();
    let mut harness = online(&EC2X);
    assert_eq!(harness.ask("AT+QPING=1,\"h\",2,3"), printed(&["OK"]));
    for time in [20, 40] {
        harness.pass(Duration::from_millis(time));
        let said = reply(&mut harness, DriverReply::Echo(Ok(from)));
        let line = format!("+QPING: 0,\"192.0.2.7\",32,{time},255");
        assert_eq!(said, printed(&[&line]));
    }
    harness.pass(Duration::from_secs(2));
    assert_eq!(
        harness.heard(),
        printed(&["+QPING: 569", "+QPING: 0,3,2,1,20,40,30"])
    );
    let echo = ModuleEvent::Echo(b"h".to_vec());
    let echoes = harness.questions.iter().filter(|event| **event == echo);
    assert_eq!(echoes.count(), 3);
    let mut gsm = online(&GSM);
    assert_eq!(gsm.ask("AT+QPING=\"h\",1,1"), printed(&["OK"]));
    gsm.pass(Duration::from_millis(7));
    assert_eq!(
        reply(&mut gsm, DriverReply::Echo(Ok(from))),
        printed(&["+QPING: 0,192.0.2.7,32,7,255", "+QPING: 2,1,1,0,7,7,7"])
    );
}

#[test]
fn an_echo_that_cannot_be_sent_ends_at_once() {
    for (error, lte, gsm) in [
        (InternetError::UnknownHost, "565", "4"),
        (InternetError::NotPermitted, "569", "1"),
    ] {
        let mut harness = online(&EC2X);
        harness.ask("AT+QPING=1,\"h\"");
        let said = reply(&mut harness, DriverReply::Echo(Err(error)));
        assert_eq!(said, printed(&[&format!("+QPING: {lte}")]));
        assert_eq!(harness.ask("AT+QPING=1,\"h\""), printed(&["OK"]));
        let mut harness = online(&GSM);
        harness.ask("AT+QPING=\"h\"");
        let said = reply(&mut harness, DriverReply::Echo(Err(error)));
        assert_eq!(said, printed(&[&format!("+QPING: {gsm}")]));
    }
}
