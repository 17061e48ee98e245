//! Statements of the LTE manuals that the printed examples do not show, in each dialect that has them. A test is named by
//! its section in 002, the newest of the three.

use std::time::Duration;

use crate::harness::{Harness, logged_in, lte, printed};
use crate::pair::Pair;
use qftp::codes::ModuleCode;
use qftp::dialect::ec2x::EC2X;
use qftp::dialect::{Dialect, Volume};
use qftp::ftp::FtpOperation;
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

#[test]
fn examples_002_3_1_qicsgp_as_printed_takes_1_as_the_password() {
    for dialect in lte() {
        let mut harness = Harness::new(dialect);
        harness.ask("ATE0");
        expect(&mut harness, "AT+QICSGP=1,1,\"UNINET\",\"\",1", &["OK"]);
        let read = "+QICSGP: 1,\"UNINET\",\"\",\"1\",0";
        expect(&mut harness, "AT+QICSGP=1", &[read, "OK"]);
        expect(
            &mut harness,
            "AT+QICSGP=1,1,\"UNINET\",\"\",\"\",1",
            &["OK"],
        );
        let read = "+QICSGP: 1,\"UNINET\",\"\",\"\",1";
        expect(&mut harness, "AT+QICSGP=1", &[read, "OK"]);
    }
}

#[test]
fn errors_000_1_4_3_002_4_3_604_is_the_name_and_605_the_context() {
    for dialect in lte() {
        let mut harness = Harness::new(dialect);
        harness.ask("ATE0");
        for host in ["no.such.name", "192.0.2.9"] {
            let open = format!("AT+QFTPOPEN=\"{host}\"");
            expect_urc(&mut harness, &open, "605,0");
        }
        harness.ask("AT+QIACT=1");
        expect_urc(&mut harness, "AT+QFTPOPEN=\"no.such.name\"", "604,0");
    }
}

#[test]
fn open_002_2_2_without_an_account_is_anonymous() {
    for dialect in lte() {
        let harness = logged_in(dialect);
        match harness.server.asked.first() {
            Some(FtpOperation::Open(account)) => {
                let (user, password) = (&account.user, &account.password);
                assert_eq!((&user[..], &password[..]), (&b"anonymous"[..], &b""[..]));
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn open_002_2_2_an_opening_is_ended_by_qideact_and_not_by_a_close() {
    for dialect in lte() {
        let mut harness = Harness::new(dialect);
        harness.ask("ATE0");
        harness.ask("AT+QIACT=1");
        harness.happen(LineEvent::Stall(true));
        expect(&mut harness, "AT+QFTPOPEN=\"h\"", &["OK"]);
        expect_urc(&mut harness, "AT+QFTPSTAT", "0,0");
        for refused in ["AT+QFTPCLOSE", "AT+QFTPOPEN=\"h\"", "AT+QFTPPWD"] {
            expect(&mut harness, refused, &["+CME ERROR: 603"]);
        }
        let answer = ["OK", "+QFTPOPEN: 606,0"];
        expect(&mut harness, "AT+QIDEACT=1", &answer);
        expect_urc(&mut harness, "AT+QFTPSTAT", "0,4");
    }
}

#[test]
fn open_002_2_2_twice_is_603() {
    for dialect in lte() {
        let mut harness = logged_in(dialect);
        expect(&mut harness, "AT+QFTPOPEN=\"h\"", &["+CME ERROR: 603"]);
        expect_urc(&mut harness, "AT+QFTPSTAT", "0,1");
    }
}

#[test]
fn close_002_2_18_without_a_session_is_603() {
    for dialect in lte() {
        let mut harness = logged_in(dialect);
        expect_urc(&mut harness, "AT+QFTPCLOSE", "0,0");
        expect(&mut harness, "AT+QFTPCLOSE", &["+CME ERROR: 603"]);
    }
}

#[test]
fn close_002_2_18_waits_for_a_transfer_to_a_file() {
    for dialect in lte() {
        let place = places(dialect).next().expect("a place");
        let mut harness = with_file(dialect);
        harness.happen(LineEvent::Flow(100));
        let get = format!("AT+QFTPGET=\"f\",\"{place}\"");
        expect(&mut harness, &get, &["OK"]);
        expect(&mut harness, "AT+QFTPCLOSE", &["+CME ERROR: 603"]);
        harness.happen(LineEvent::Stall(false));
        assert_eq!(harness.heard(), printed(&["+QFTPGET: 0,1000"]));
        expect_urc(&mut harness, "AT+QFTPCLOSE", "0,0");
    }
}

#[test]
fn close_002_2_18_ends_a_download_that_the_escape_sequence_interrupted() {
    for dialect in lte() {
        let mut harness = with_file(dialect);
        harness.happen(LineEvent::Flow(100));
        harness.ask("AT+QFTPGET=\"f\",\"COM:\"");
        harness.pass(Duration::from_secs(2));
        harness.write(b"+++");
        harness.pass(Duration::from_secs(2));
        assert_eq!(harness.heard(), printed(&["OK"]));
        let closed = ["OK", "+QFTPGET: 616,0", "+QFTPCLOSE: 0,0"];
        expect(&mut harness, "AT+QFTPCLOSE", &closed);
    }
}

#[test]
fn close_002_2_18_a_server_that_does_not_answer_is_609_and_the_session_is_over() {
    for dialect in lte() {
        let mut harness = logged_in(dialect);
        harness.happen(LineEvent::Stall(true));
        expect(&mut harness, "AT+QFTPCLOSE", &["OK"]);
        expect_urc(&mut harness, "AT+QFTPSTAT", "0,3");
        harness.pass(Duration::from_secs(90));
        assert_eq!(harness.heard(), printed(&["+QFTPCLOSE: 609,0"]));
        expect_urc(&mut harness, "AT+QFTPSTAT", "0,4");
        expect_urc(&mut harness, "AT+QFTPOPEN=\"h\"", "0,0");
    }
}

/// The manuals print no default of either.
#[test]
fn cfg_002_2_1_starts_in_binary_and_passive() {
    for dialect in lte() {
        let mut harness = Harness::new(dialect);
        harness.ask("ATE0");
        for (name, value) in [("filetype", 0), ("transmode", 1)] {
            let read = format!("+QFTPCFG: \"{name}\",{value}");
            let ask = format!("AT+QFTPCFG=\"{name}\"");
            expect(&mut harness, &ask, &[&read, "OK"]);
        }
    }
}

#[test]
fn list_000_3_4_a_place_with_a_dot_behind_it_is_613() {
    for dialect in lte() {
        let mut harness = logged_in(dialect);
        expect_urc(&mut harness, "AT+QFTPLIST=\"COM:.\",\"COM:.\"", "613,0");
        let heard = harness.ask("AT+QFTPLIST=\".\",\"COM:\"");
        assert!(heard.starts_with("\r\nCONNECT\r\n"), "{heard}");
    }
}

#[test]
fn put_002_2_5_the_next_piece_is_the_consequent_one_and_all_else_603() {
    for dialect in lte() {
        let mut harness = logged_in(dialect);
        let put = |start, more| format!("AT+QFTPPUT=\"f\",\"COM:\",{start},10,{more}");
        harness.ask(&put(0, 0));
        let done = printed(&["OK", "+QFTPPUT: 0,10"]);
        harness.push(&content()[..10]);
        assert_eq!(harness.heard(), done);
        for refused in [
            &put(0, 0)[..],
            &put(9, 0),
            &put(11, 0),
            "AT+QFTPPUT=\"g\",\"COM:\",10,10,1",
            "AT+QFTPSIZE=\"f\"",
        ] {
            expect(&mut harness, refused, &["+CME ERROR: 603"]);
        }
        expect_urc(&mut harness, "AT+QFTPSTAT", "0,2");
        harness.ask(&put(10, 1));
        harness.push(&content()[10..20]);
        assert_eq!(harness.heard(), done);
        assert_eq!(harness.server.file("/f"), Some(&content()[..20]));
    }
}

#[test]
fn put_002_2_5_a_piece_that_does_not_come_ends_the_upload_without_a_urc() {
    for dialect in lte() {
        let mut harness = logged_in(dialect);
        harness.ask("AT+QFTPPUT=\"f\",\"COM:\",0,10,0");
        harness.push(&content()[..10]);
        harness.heard();
        harness.pass(Duration::from_secs(89));
        expect_urc(&mut harness, "AT+QFTPSTAT", "0,2");
        harness.pass(Duration::from_secs(1));
        assert_eq!(harness.heard(), "");
        assert_eq!(harness.server.file("/f"), Some(&content()[..10]));
        expect_urc(&mut harness, "AT+QFTPSTAT", "0,1");
        // A later piece goes on by its position.
        harness.ask("AT+QFTPPUT=\"f\",\"COM:\",10,10,1");
        harness.push(&content()[10..20]);
        assert_eq!(harness.heard(), printed(&["OK", "+QFTPPUT: 0,10"]));
        assert_eq!(harness.server.file("/f"), Some(&content()[..20]));
    }
}

#[test]
fn put_002_2_5_uploadlen_without_beof_is_the_last_piece() {
    for dialect in lte() {
        let mut harness = logged_in(dialect);
        harness.ask("AT+QFTPPUT=\"f\",\"COM:\",0,10");
        harness.push(&content()[..10]);
        assert_eq!(harness.heard(), printed(&["OK", "+QFTPPUT: 0,10"]));
        assert_eq!(harness.server.file("/f"), Some(&content()[..10]));
        expect_urc(&mut harness, "AT+QFTPSIZE=\"f\"", "0,10");
    }
}

#[test]
fn examples_002_3_6_a_place_with_a_blank_behind_it_is_613() {
    for dialect in lte() {
        let mut harness = logged_in(dialect);
        let put = "AT+QFTPPUT=\"f\",\"COM: \",1024,1024,1";
        expect_urc(&mut harness, put, "613,0");
    }
}

#[test]
fn errors_000_1_4_4_530_has_a_code_and_533_has_none() {
    for dialect in lte() {
        let mut harness = logged_in(dialect);
        for (reply, fields) in [(530, "625,530"), (533, "601,533"), (532, "626,532")] {
            harness.happen(LineEvent::Fail(reply));
            expect_urc(&mut harness, "AT+QFTPSIZE=\"f\"", fields);
        }
    }
}

#[test]
fn mdtm_002_2_14_the_time_stands_in_quotes() {
    for dialect in lte() {
        let mut harness = logged_in(dialect);
        let time = "20140708110039";
        harness.server.put("/f", content(), Some(time.into()));
        let fields = format!("0,\"{time}\"");
        expect_urc(&mut harness, "AT+QFTPMDTM=\"f\"", &fields);
    }
}

/// The time belongs to type 2. Behind another type it is checked, kept and not printed.
#[test]
fn cfg_002_2_1_data_timeout_is_taken_behind_any_type() {
    let mut harness = Harness::new(&EC2X);
    harness.ask("ATE0");
    let ask = "AT+QFTPCFG=\"data_address\"";
    expect(&mut harness, "AT+QFTPCFG=\"data_address\",1,20", &["OK"]);
    expect(&mut harness, ask, &["+QFTPCFG: \"data_address\",1", "OK"]);
    let refused = ["+CME ERROR: 610"];
    expect(&mut harness, "AT+QFTPCFG=\"data_address\",1,51", &refused);
    expect(&mut harness, "AT+QFTPCFG=\"data_address\",2,20", &["OK"]);
    let read = "+QFTPCFG: \"data_address\",2,20";
    expect(&mut harness, ask, &[read, "OK"]);
}

/// Names in a store stand in quotes, whatever 002 §3.7 prints; BG96 has no prefix in them.
#[test]
fn examples_002_3_7_qflst_quotes_its_names() {
    for dialect in lte() {
        let mut harness = logged_in(dialect);
        let place = places(dialect).next().expect("a place");
        harness.fill(place, content());
        let line = format!("+QFLST: \"{place}\",1000");
        expect(&mut harness, "AT+QFLST=\"*\"", &[&line, "OK"]);
    }
}

#[test]
fn pwd_002_2_4_the_path_is_bare() {
    for dialect in lte() {
        let mut harness = logged_in(dialect);
        expect_urc(&mut harness, "AT+QFTPPWD", "0,/");
    }
}

#[test]
fn get_002_2_6_a_host_that_does_not_read_does_not_end_a_download() {
    for dialect in lte() {
        let mut harness = with_file(dialect);
        harness.line_is_full = true;
        harness.write(b"AT+QFTPGET=\"f\",\"COM:\"\r");
        harness.pass(Duration::from_secs(1000));
        harness.line_is_full = false;
        let heard = harness.heard();
        assert!(
            heard.ends_with("\r\nOK\r\n\r\n+QFTPGET: 0,1000\r\n"),
            "{heard}"
        );
    }
}
