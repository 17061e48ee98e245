//! States that a user sets, in every dialect: SIM card, network, registration, attachment, signal.

use std::time::Duration;

use crate::harness::{Harness, logged_in, lte, printed};
use qftp::dialect::bg96::BG96;
use qftp::dialect::ec2x::EC2X;
use qftp::dialect::gsm::GSM;
use qftp::dialect::nl668::NL668;
use qftp::dialect::{self, Dialect, Family};
use qftp::module::{Module, ModuleState};

const SECOND: Duration = Duration::from_secs(1);

fn state(text: &str) -> ModuleState {
    text.parse().expect(text)
}

/// A module that does not echo, started in these states.
fn started(dialect: &'static Dialect, states: &[&str]) -> Harness {
    let states: Vec<ModuleState> = states.iter().map(|text| state(text)).collect();
    let mut harness = Harness::around(Module::new(dialect).with_states(&states));
    assert_eq!(harness.ask("ATE0"), "ATE0\r\r\nOK\r\n");
    harness
}

fn set(harness: &mut Harness, text: &str) -> String {
    harness.module.set_state(harness.now, state(text));
    harness.heard()
}

fn ok(harness: &mut Harness, line: &str) {
    assert_eq!(harness.ask(line), printed(&["OK"]), "{line}");
}

/// Asks for one line of information.
fn read(harness: &mut Harness, line: &str) -> String {
    let answer = harness.ask(line);
    let line = answer.strip_suffix("\r\n\r\nOK\r\n").unwrap_or(&answer);
    line.trim().to_owned()
}

/// Tries to bring a context up.
fn activate(harness: &mut Harness) -> String {
    harness.ask(match harness.module.dialect().family {
        Family::Lte => "AT+QIACT=1",
        Family::Gsm => "AT+QIACT",
        Family::Fibocom => "AT+MIPCALL=1",
    })
}

/// What that says where no context comes up.
fn not_active(dialect: &Dialect) -> String {
    match dialect.family {
        Family::Lte | Family::Gsm => printed(&["ERROR"]),
        Family::Fibocom => printed(&["OK", "+MIPCALL: 0"]),
    }
}

/// What a module says when its session goes with its context.
fn lost(dialect: &Dialect) -> &'static [&'static str] {
    match dialect.family {
        Family::Lte => &["+QIURC: \"pdpdeact\",1"],
        Family::Gsm => &["+PDP DEACT", "+QFTPERROR:-8"],
        Family::Fibocom => &["+MIPCALL: 0"],
    }
}

/// Opens a session over a context that may be up.
fn open(harness: &mut Harness) -> String {
    harness.ask(match harness.module.dialect().family {
        Family::Lte => "AT+QFTPOPEN=\"ftp.example.com\"",
        Family::Gsm => "AT+QFTPOPEN=\"ftp.example.com\",21",
        Family::Fibocom => "AT+FTPOPEN=\"ftp.example.com\",\"u\",\"p\"",
    })
}

#[test]
fn without_a_sim_card_ftp_commands_fail_as_the_manuals_say() {
    for dialect in dialect::ALL {
        let mut harness = started(dialect, &["sim=absent"]);
        assert_eq!(read(&mut harness, "AT+CPIN?"), "+CME ERROR: 10");
        assert_eq!(read(&mut harness, "AT+CREG?"), "+CREG: 0,0");
        let card = match dialect.family {
            Family::Lte => "AT+QCCID",
            Family::Gsm | Family::Fibocom => "AT+CCID",
        };
        assert_eq!(read(&mut harness, card), "+CME ERROR: 10");
        assert_eq!(read(&mut harness, "AT+CIMI"), "+CME ERROR: 10");
        assert_eq!(activate(&mut harness), not_active(dialect));
        let answer = match dialect.family {
            // 000 §1.4.1, 002 §4.1
            Family::Lte => printed(&["ERROR"]),
            Family::Gsm => printed(&["OK", "+QFTPOPEN:-5"]),
            Family::Fibocom => printed(&["+CME ERROR: 2031"]),
        };
        assert_eq!(open(&mut harness), answer, "{}", dialect.name);
    }
}

#[test]
fn every_command_to_a_server_asks_for_the_sim_card_and_settings_do_not() {
    for dialect in lte() {
        let mut harness = started(dialect, &["sim=absent"]);
        for line in [
            "AT+QFTPCWD=\"/\"",
            "AT+QFTPPWD",
            "AT+QFTPPUT=\"a\",\"COM:\",0,1,1",
            "AT+QFTPGET=\"a\",\"COM:\"",
            "AT+QFTPSIZE=\"a\"",
            "AT+QFTPLIST=\".\"",
            "AT+QFTPCLOSE",
        ] {
            assert_eq!(harness.ask(line), printed(&["ERROR"]), "{line}");
        }
        ok(&mut harness, "AT+QFTPCFG=\"rsptimeout\",30");
        let state = printed(&["OK", "+QFTPSTAT: 0,4"]);
        assert_eq!(harness.ask("AT+QFTPSTAT"), state);
    }
}

#[test]
fn a_card_that_is_taken_out_ends_the_session_and_comes_back() {
    for dialect in dialect::ALL {
        let mut harness = logged_in(dialect);
        let said = set(&mut harness, "sim=absent");
        let mut expected = vec!["+CPIN: NOT INSERTED"];
        expected.extend(lost(dialect));
        assert_eq!(said, printed(&expected), "{}", dialect.name);
        let said = set(&mut harness, "sim=ready");
        assert!(said.starts_with("\r\n+CPIN: READY\r\n"), "{said}");
        assert_eq!(read(&mut harness, "AT+CPIN?"), "+CPIN: READY");
    }
}

#[test]
fn a_pin_unlocks_the_card_and_three_wrong_ones_ask_for_the_puk() {
    for dialect in dialect::ALL {
        let mut harness = started(dialect, &["sim=pin:4321"]);
        assert_eq!(read(&mut harness, "AT+CPIN?"), "+CPIN: SIM PIN");
        assert_eq!(read(&mut harness, "AT+CIMI"), "+CME ERROR: 11");
        assert_eq!(activate(&mut harness), not_active(dialect));
        assert_eq!(read(&mut harness, "AT+CPIN=\"1234\""), "+CME ERROR: 16");
        let said = harness.ask("AT+CPIN=\"4321\"");
        let begun = printed(&["OK", "+CPIN: READY"]);
        assert!(said.starts_with(&begun), "{}: {said}", dialect.name);
        assert_ne!(activate(&mut harness), not_active(dialect));
        assert_eq!(read(&mut harness, "AT+CPIN=\"4321\""), "+CME ERROR: 3");

        let mut harness = started(dialect, &["sim=pin"]);
        for _ in 0..3 {
            assert_eq!(read(&mut harness, "AT+CPIN?"), "+CPIN: SIM PIN");
            assert_eq!(read(&mut harness, "AT+CPIN=\"9999\""), "+CME ERROR: 16");
        }
        assert_eq!(read(&mut harness, "AT+CPIN?"), "+CPIN: SIM PUK");
        assert_eq!(read(&mut harness, "AT+CPIN=\"1234\""), "+CME ERROR: 12");
        let said = harness.ask("AT+CPIN=\"12345678\",\"0000\"");
        assert!(said.starts_with(&begun), "{}: {said}", dialect.name);
    }
}

#[test]
fn errors_of_the_card_are_told_as_cmee_says() {
    for dialect in dialect::ALL {
        let mut harness = started(dialect, &["sim=absent"]);
        ok(&mut harness, "AT+CMEE=0");
        assert_eq!(harness.ask("AT+CPIN?"), printed(&["ERROR"]));
        ok(&mut harness, "AT+CMEE=2");
        let said = harness.ask("AT+CPIN?");
        assert!(said.to_lowercase().contains("sim not inserted"), "{said}");
    }
}

#[test]
fn each_registration_command_tells_the_network_as_it_was_asked_to() {
    for dialect in dialect::ALL {
        for (network, status) in [
            ("network=searching", 2),
            ("network=denied", 3),
            ("network=roaming", 5),
            ("network=home", 1),
        ] {
            for (n, name) in ["+CREG", "+CGREG", "+CEREG"].iter().enumerate() {
                let mut harness = started(dialect, &["network=searching"]);
                set(&mut harness, "network=denied");
                set(&mut harness, "network=searching");
                ok(&mut harness, &format!("AT{name}={n}"));
                if status == 2 {
                    set(&mut harness, "network=denied");
                }
                let place = match status {
                    1 | 5 if n == 2 => format!(",{}", dialect.cell),
                    _ => String::new(),
                };
                let expected = match n {
                    0 => String::new(),
                    _ => printed(&[&format!("{name}: {status}{place}")]),
                };
                assert_eq!(set(&mut harness, network), expected, "{name} {network}");
                let asked = read(&mut harness, &format!("AT{name}?"));
                assert_eq!(asked, format!("{name}: {n},{status}{place}"));
                // The same again is no news.
                assert_eq!(set(&mut harness, network), "");
            }
        }
    }
}

#[test]
fn the_place_of_the_module_is_told_as_the_dialect_has_it() {
    for (dialect, expected) in [
        (&EC2X, "+CGREG: 2,1,\"1A2B\",\"1A2B3C01\",7"),
        (&BG96, "+CGREG: 2,1,\"1A2B\",\"1A2B3C01\",8"),
        (&GSM, "+CGREG: 2,1,\"1A2B\",\"3C01\""),
        (&NL668, "+CGREG: 2,1,\"1A2B\",\"1A2B3C01\",7"),
    ] {
        let mut harness = started(dialect, &[]);
        ok(&mut harness, "AT+CGREG=2");
        assert_eq!(read(&mut harness, "AT+CGREG?"), expected);
    }
}

#[test]
fn a_network_that_goes_takes_contexts_and_session_along() {
    for dialect in dialect::ALL {
        for network in ["network=searching", "network=denied"] {
            let mut harness = logged_in(dialect);
            ok(&mut harness, "AT+CGREG=1");
            let stat = if network.ends_with("denied") { 3 } else { 2 };
            let registration = format!("+CGREG: {stat}");
            let mut expected = vec![registration.as_str()];
            expected.extend(lost(dialect));
            assert_eq!(set(&mut harness, network), printed(&expected));
            assert_eq!(activate(&mut harness), not_active(dialect));
            assert_eq!(read(&mut harness, "AT+COPS?"), "+COPS: 0");
        }
    }
}

#[test]
fn a_registration_takes_its_time_and_is_told() {
    for dialect in dialect::ALL {
        // The clock of the harness begins at 10 seconds.
        let mut harness = started(dialect, &["registration-time=15"]);
        ok(&mut harness, "AT+CGREG=1");
        ok(&mut harness, "AT+CEREG=2");
        assert_eq!(read(&mut harness, "AT+CGREG?"), "+CGREG: 1,2");
        assert_eq!(read(&mut harness, "AT+CGATT?"), "+CGATT: 0");
        assert_eq!(activate(&mut harness), not_active(dialect));
        harness.pass(SECOND * 6);
        let cell = format!("+CEREG: 1,{}", dialect.cell);
        assert_eq!(harness.heard(), printed(&["+CGREG: 1", &cell]));
        assert_eq!(read(&mut harness, "AT+CGATT?"), "+CGATT: 1");
        assert_ne!(activate(&mut harness), not_active(dialect));

        // A network that comes back, and one that goes again before that.
        set(&mut harness, "registration-time=5");
        set(&mut harness, "network=searching");
        assert_eq!(set(&mut harness, "network=roaming"), "");
        harness.pass(SECOND * 4);
        set(&mut harness, "network=denied");
        set(&mut harness, "network=roaming");
        harness.pass(SECOND * 4);
        assert_eq!(read(&mut harness, "AT+CGREG?"), "+CGREG: 1,2");
        harness.pass(SECOND);
        let said = harness.heard();
        assert!(said.starts_with("\r\n+CGREG: 5\r\n"), "{said}");
        assert_eq!(read(&mut harness, "AT+CGREG?"), "+CGREG: 1,5");
    }
}

#[test]
fn a_registration_also_takes_its_time_after_a_pin_and_after_cfun() {
    for dialect in dialect::ALL {
        let mut harness = started(dialect, &["sim=pin", "registration-time=3"]);
        ok(&mut harness, "AT+CREG=1");
        harness.pass(SECOND * 10);
        assert_eq!(harness.heard(), "");
        assert_eq!(read(&mut harness, "AT+CREG?"), "+CREG: 1,0");
        let said = harness.ask("AT+CPIN=\"1234\"");
        assert!(said.contains("\r\n+CREG: 2\r\n"), "{said}");
        harness.pass(SECOND * 3);
        assert!(harness.heard().ends_with("\r\n+CREG: 1\r\n"));
        assert_eq!(
            harness.ask("AT+CFUN=4"),
            printed(&["OK", "+CREG: 0"]),
            "{}",
            dialect.name
        );
        assert_eq!(harness.ask("AT+CFUN=1"), printed(&["OK", "+CREG: 2"]));
        harness.pass(SECOND * 2);
        assert_eq!(harness.heard(), "");
        harness.pass(SECOND);
        assert_eq!(harness.heard(), printed(&["+CREG: 1"]));
    }
}

#[test]
fn a_module_that_is_not_attached_has_no_contexts() {
    for dialect in dialect::ALL {
        let mut harness = logged_in(dialect);
        ok(&mut harness, "AT+CREG=1;+CGREG=1");
        let mut expected = vec!["OK", "+CGREG: 0"];
        expected.extend(lost(dialect));
        assert_eq!(harness.ask("AT+CGATT=0"), printed(&expected));
        assert_eq!(read(&mut harness, "AT+CGATT?"), "+CGATT: 0");
        // Calls are possible, data is not.
        assert_eq!(read(&mut harness, "AT+CREG?"), "+CREG: 1,1");
        assert_eq!(activate(&mut harness), not_active(dialect));
        let said = harness.ask("AT+CGATT=1");
        assert_eq!(said, printed(&["OK", "+CGREG: 1"]));
        set(&mut harness, "attach=0");
        assert_eq!(read(&mut harness, "AT+CGATT?"), "+CGATT: 0");
        set(&mut harness, "network=searching");
        assert_eq!(read(&mut harness, "AT+CGATT=1"), "+CME ERROR: 30");
    }
}

#[test]
fn the_signal_is_what_was_set_where_there_is_a_radio_and_a_network() {
    for dialect in dialect::ALL {
        let mut harness = started(dialect, &["signal=7"]);
        assert_eq!(read(&mut harness, "AT+CSQ"), "+CSQ: 7,99");
        set(&mut harness, "signal=99");
        assert_eq!(read(&mut harness, "AT+CSQ"), "+CSQ: 99,99");
        set(&mut harness, "signal=31");
        set(&mut harness, "network=searching");
        assert_eq!(read(&mut harness, "AT+CSQ"), "+CSQ: 99,99");
        set(&mut harness, "network=denied");
        assert_eq!(read(&mut harness, "AT+CSQ"), "+CSQ: 31,99");
        ok(&mut harness, "AT+CFUN=4");
        assert_eq!(read(&mut harness, "AT+CSQ"), "+CSQ: 99,99");
    }
}

#[test]
fn minimum_functionality_switches_card_and_radio_off() {
    for dialect in dialect::ALL {
        let mut harness = logged_in(dialect);
        let mut expected = vec!["OK", "+CPIN: NOT READY"];
        expected.extend(lost(dialect));
        assert_eq!(harness.ask("AT+CFUN=0"), printed(&expected));
        assert_eq!(read(&mut harness, "AT+CFUN?"), "+CFUN: 0");
        assert_eq!(read(&mut harness, "AT+CPIN?"), "+CME ERROR: 13");
        assert_eq!(read(&mut harness, "AT+CPIN=\"1234\""), "+CME ERROR: 13");
        assert_eq!(read(&mut harness, "AT+CREG?"), "+CREG: 0,0");
        assert_eq!(read(&mut harness, "AT+CGATT?"), "+CGATT: 0");
        let operator = format!("+COPS: {}", dialect.operator_without_radio);
        assert_eq!(read(&mut harness, "AT+COPS?"), operator);
        assert_eq!(activate(&mut harness), not_active(dialect));
        let said = harness.ask("AT+CFUN=1");
        assert!(
            said.starts_with(&printed(&["OK", "+CPIN: READY"])),
            "{said}"
        );
        assert_eq!(read(&mut harness, "AT+CGATT?"), "+CGATT: 1");
    }
}

#[test]
fn airplane_mode_keeps_the_card() {
    for dialect in dialect::ALL {
        let mut harness = logged_in(dialect);
        let mut expected = vec!["OK"];
        expected.extend(lost(dialect));
        assert_eq!(harness.ask("AT+CFUN=4"), printed(&expected));
        assert_eq!(read(&mut harness, "AT+CPIN?"), "+CPIN: READY");
        assert_eq!(read(&mut harness, "AT+CGREG?"), "+CGREG: 0,0");
        assert_eq!(activate(&mut harness), not_active(dialect));
        ok(&mut harness, "AT+CFUN=1");
        assert_ne!(activate(&mut harness), not_active(dialect));
    }
}

#[test]
fn a_locked_card_asks_again_after_minimum_functionality() {
    let mut harness = started(&EC2X, &["sim=pin"]);
    harness.ask("AT+CPIN=\"1234\"");
    harness.ask("AT+CFUN=0");
    assert_eq!(harness.ask("AT+CFUN=1"), printed(&["OK", "+CPIN: SIM PIN"]));
    assert_eq!(read(&mut harness, "AT+CREG?"), "+CREG: 0,0");
}

#[test]
fn an_operator_can_be_left_and_found_again() {
    for dialect in dialect::ALL {
        let mut harness = logged_in(dialect);
        let mut expected = vec!["OK"];
        expected.extend(lost(dialect));
        assert_eq!(harness.ask("AT+COPS=2"), printed(&expected));
        assert_eq!(read(&mut harness, "AT+COPS?"), "+COPS: 2");
        assert_eq!(read(&mut harness, "AT+CREG?"), "+CREG: 0,0");
        ok(&mut harness, "AT+COPS=0");
        assert_eq!(read(&mut harness, "AT+CREG?"), "+CREG: 0,1");
    }
}

#[test]
fn a_transfer_ends_with_the_network() {
    for dialect in lte() {
        let mut harness = logged_in(dialect);
        let begun = harness.ask("AT+QFTPPUT=\"a\",\"COM:\",0,1000,1");
        assert_eq!(begun, printed(&["CONNECT"]));
        let said = set(&mut harness, "network=searching");
        assert!(said.contains("+QIURC: \"pdpdeact\",1"), "{said}");
        assert!(said.contains("+QFTPPUT: 6"), "{said}");
        ok(&mut harness, "AT");
    }
}

#[test]
fn a_context_that_the_network_took_comes_up_after_qideact_alone() {
    for dialect in lte() {
        let mut harness = logged_in(dialect);
        set(&mut harness, "network=searching");
        set(&mut harness, "network=home");
        for _ in 0..2 {
            assert_eq!(activate(&mut harness), not_active(dialect));
        }
        ok(&mut harness, "AT+QIDEACT=1");
        ok(&mut harness, "AT+QIACT=1");
    }
}
