//! Statements of the LTE manuals that the printed examples do not show, in each dialect that has them. A test is named by
//! its section in 002, the newest of the three.

use std::time::Duration;

use crate::harness::{Harness, logged_in, lte, printed};
use crate::pair::Pair;
use qftp::codes::ModuleCode;
use qftp::dialect::ec2x::EC2X;
use qftp::dialect::{Dialect, Volume};
use qftp::host::{HostError, Operation};
use qftp_test::conversation::{Bytes, LineEvent, play::Terminal};

fn content() -> Vec<u8> {
    Bytes::Sample(0..1000).bytes()
}

/// A module that is logged in at a server with this file.
fn with_file(dialect: &'static Dialect) -> Harness {
    let mut harness = logged_in(dialect);
    harness.server.put("/f", content(), None);
    harness
}

/// A file in each place that the dialect has.
fn places(dialect: &'static Dialect) -> impl Iterator<Item = &'static str> {
    dialect.stores.iter().map(move |volume| match volume {
        Volume::Ufs if !dialect.prefixed_names => "f",
        Volume::Ufs => "UFS:f",
        Volume::Ram => "RAM:f",
        Volume::Sd => "SD:f",
        other => panic!("no name in {other:?}"),
    })
}

#[track_caller]
fn expect(harness: &mut Harness, typed: &str, answered: &[&str]) {
    let name = harness.module.dialect().name;
    assert_eq!(harness.ask(typed), printed(answered), "{name}: {typed}");
}

/// Expects `OK` and this URC, whose name is that of the command.
#[track_caller]
fn expect_urc(harness: &mut Harness, typed: &str, fields: &str) {
    let name = typed.split('=').next().unwrap_or(typed);
    let urc = format!("{}: {fields}", name.trim_start_matches("AT"));
    expect(harness, typed, &["OK", &urc]);
}

#[test]
fn open_002_2_2_takes_125_s_at_most() {
    for dialect in lte() {
        let mut harness = Harness::new(dialect);
        harness.ask("ATE0");
        harness.ask("AT+QIACT=1");
        harness.ask("AT+QFTPCFG=\"rsptimeout\",180");
        harness.happen(LineEvent::Stall(true));
        expect(&mut harness, "AT+QFTPOPEN=\"h\"", &["OK"]);
        // 000 and 004 name no time but rsptimeout.
        let longest = if dialect.name == EC2X.name { 125 } else { 180 };
        harness.pass(Duration::from_secs(longest - 1));
        assert_eq!(harness.heard(), "", "{}", dialect.name);
        harness.pass(Duration::from_secs(1));
        assert_eq!(harness.heard(), printed(&["+QFTPOPEN: 609,0"]));
    }
}

#[test]
fn open_002_2_2_a_shorter_rsptimeout_holds() {
    for dialect in lte() {
        let mut harness = Harness::new(dialect);
        harness.ask("ATE0");
        harness.ask("AT+QIACT=1");
        harness.ask("AT+QFTPCFG=\"rsptimeout\",124");
        harness.happen(LineEvent::Stall(true));
        expect(&mut harness, "AT+QFTPOPEN=\"h\"", &["OK"]);
        harness.pass(Duration::from_secs(123));
        assert_eq!(harness.heard(), "", "{}", dialect.name);
        harness.pass(Duration::from_secs(1));
        assert_eq!(harness.heard(), printed(&["+QFTPOPEN: 609,0"]));
    }
}

#[test]
fn get_002_2_6_downloadlen_is_for_com_only() {
    for dialect in lte() {
        let mut harness = with_file(dialect);
        for place in places(dialect) {
            let get = format!("AT+QFTPGET=\"f\",\"{place}\",0,100");
            expect_urc(&mut harness, &get, "0,1000");
            let get = format!("AT+QFTPGET=\"f\",\"{place}\",900,10");
            expect_urc(&mut harness, &get, "0,100");
        }
        let heard = harness.ask("AT+QFTPGET=\"f\",\"COM:\",0,5");
        assert!(
            heard.ends_with("\r\nOK\r\n\r\n+QFTPGET: 0,5\r\n"),
            "{heard}"
        );
    }
}

#[test]
fn get_002_2_6_startpos_is_a_position_on_the_server() {
    for dialect in lte() {
        let mut harness = with_file(dialect);
        for place in places(dialect) {
            let stored = |harness: &Harness| harness.stored(place).cloned();
            let fetched = || Some(content()[450..].to_vec());
            let get = format!("AT+QFTPGET=\"f\",\"{place}\",450");
            // Into no file, into one of the same command, into a shorter and a longer one.
            for _ in 0..2 {
                expect_urc(&mut harness, &get, "0,550");
                assert_eq!(stored(&harness), fetched(), "{place}");
            }
            for length in [0, 10, 449, 450, 5000] {
                harness.fill(place, vec![b'x'; length]);
                expect_urc(&mut harness, &get, "0,550");
                assert_eq!(stored(&harness), fetched(), "{place} {length}");
            }
        }
    }
}

#[test]
fn put_002_2_5_startpos_is_a_position_in_both_files() {
    for dialect in lte() {
        for place in places(dialect) {
            let mut harness = logged_in(dialect);
            harness.server.put("/f", content()[..450].to_vec(), None);
            harness.fill(place, content());
            let put = format!("AT+QFTPPUT=\"f\",\"{place}\",450");
            expect_urc(&mut harness, &put, "0,550");
            assert_eq!(harness.server.file("/f"), Some(&content()[..]));
        }
    }
}

/// Says what each dialect says for 603 and 610.
fn words(dialect: &Dialect) -> [&'static str; 2] {
    let busy = match dialect.manual {
        "002" => "FTP(S) server busy",
        _ => "FTP service busy",
    };
    [busy, "Invalid parameter"]
}

#[test]
fn errors_002_5_cmee_2_gives_the_words_of_the_manual() {
    for dialect in lte() {
        let [busy, invalid] = words(dialect);
        let mut harness = Harness::new(dialect);
        harness.ask("ATE0");
        expect(&mut harness, "AT+CMEE=2", &["OK"]);
        let line = format!("+CME ERROR: {busy}");
        expect(&mut harness, "AT+QFTPPWD", &[&line]);
        let line = format!("+CME ERROR: {invalid}");
        expect(&mut harness, "AT+QFTPCFG=\"filetype\",2", &[&line]);
    }
}

#[test]
fn errors_002_5_the_host_understands_the_words_of_the_manual() {
    for dialect in lte() {
        let mut pair = Pair::new(dialect);
        pair.run(Operation::Identify).expect("an identity");
        pair.run(Operation::Raw(b"AT+CMEE=2")).expect("OK");
        for (operation, code) in [
            (Operation::Size(b"a"), ModuleCode::BUSY),
            (
                Operation::Raw(b"AT+QFTPCFG=\"filetype\",2"),
                ModuleCode(610),
            ),
        ] {
            match pair.run(operation) {
                Err(HostError::Module { code: found, .. }) => assert_eq!(found, code),
                other => panic!("{}: {other:?}", dialect.name),
            }
        }
    }
}
