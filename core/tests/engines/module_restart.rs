//! Starts and ends of a module, in every dialect: by a command, by its user, by a loss of power.

use std::time::Duration;

use crate::harness::{Harness, logged_in, lte, printed};
use qftp::dialect::bg96::BG96;
use qftp::dialect::ec2x::EC2X;
use qftp::dialect::gsm::GSM;
use qftp::dialect::nl668::NL668;
use qftp::dialect::{self, Dialect, Family};
use qftp::module::{Module, ModuleState};

const SECOND: Duration = Duration::from_secs(1);

fn banner(dialect: &Dialect) -> Vec<&'static str> {
    dialect.banner.iter().map(|line| line.text).collect()
}

/// A module that takes its time and does not echo.
fn slow(dialect: &'static Dialect, boot_time: Duration) -> Harness {
    let mut harness = Harness::around(Module::new(dialect).with_boot_time(boot_time));
    assert_eq!(harness.ask("ATE0"), "ATE0\r\r\nOK\r\n");
    harness
}

/// The command that switches a module of the dialect off.
fn power_down(dialect: &Dialect) -> &'static str {
    match dialect.family {
        Family::Lte => "AT+QPOWD",
        Family::Gsm => "AT+QPOWD=1",
        Family::Fibocom => "AT+CPWROFF",
    }
}

fn set(harness: &mut Harness, text: &str) -> String {
    let state: ModuleState = text.parse().expect(text);
    harness.module.set_state(harness.now, state);
    harness.heard()
}

#[test]
fn a_reset_by_command_says_ok_and_then_the_lines_of_a_start() {
    for dialect in dialect::ALL {
        let mut resets = vec!["AT+CFUN=1,1"];
        resets.extend((dialect.family == Family::Fibocom).then_some("AT+CFUN=15"));
        for reset in resets {
            let mut harness = logged_in(dialect);
            let mut expected = vec!["OK"];
            expected.extend(banner(dialect));
            assert_eq!(harness.ask(reset), printed(&expected), "{reset}");
            assert_eq!(harness.power, ["stopped", "started"]);
            // It echoes again, and knows no session.
            assert_eq!(harness.ask("AT"), "AT\r\r\nOK\r\n");
            let (question, answer) = match dialect.family {
                Family::Lte => ("AT+QFTPSTAT", ["OK", "+QFTPSTAT: 0,4"]),
                Family::Gsm => ("AT+QFTPSTAT", ["+QFTPSTAT: IDLE", "OK"]),
                Family::Fibocom => ("AT+FTPOPEN?", ["+FTPOPEN: 0", "OK"]),
            };
            let said = harness.ask(question);
            assert!(said.ends_with(&printed(&answer)), "{said}");
        }
    }
}

#[test]
fn only_full_functionality_can_be_reset_to() {
    for dialect in dialect::ALL {
        let mut harness = logged_in(dialect);
        for line in ["AT+CFUN=0,1", "AT+CFUN=4,1"] {
            assert_eq!(harness.ask(line), printed(&["ERROR"]));
        }
        if dialect.family != Family::Fibocom {
            assert_eq!(harness.ask("AT+CFUN=15"), printed(&["ERROR"]));
        }
        assert_eq!(harness.ask("AT+CFUN=1,0"), printed(&["OK"]));
        assert!(harness.power.is_empty());
    }
}

#[test]
fn a_module_is_deaf_and_silent_until_it_has_started() {
    for dialect in dialect::ALL {
        let mut harness = slow(dialect, SECOND * 10);
        assert_eq!(harness.ask("AT+CFUN=1,1"), printed(&["OK"]));
        // It takes a tenth of its boot time to go down, and hears nothing from now on.
        assert_eq!(harness.ask("AT"), "");
        harness.pass(SECOND);
        assert_eq!(harness.power, ["stopped"]);
        for _ in 0..9 {
            assert_eq!(harness.ask("AT"), "");
            harness.pass(SECOND);
        }
        assert_eq!(harness.heard(), "");
        harness.pass(SECOND);
        assert_eq!(harness.power, ["stopped", "started"]);
        let first = dialect.banner[0].text;
        assert_eq!(harness.heard(), printed(&[first]));
        assert_eq!(harness.ask("AT"), "AT\r\r\nOK\r\n");
        let rest = banner(dialect).split_off(1);
        harness.pass(SECOND * 20);
        let rest = if rest.is_empty() {
            String::new()
        } else {
            printed(&rest)
        };
        assert_eq!(harness.heard(), rest);
    }
}

#[test]
fn the_lines_of_a_start_come_with_time_between_them() {
    for (dialect, expected) in [
        (
            &EC2X,
            &[
                (0, &["RDY"][..]),
                (1, &["+CFUN: 1"]),
                (2, &["+CPIN: READY", "+QUSIM: 1"]),
                (10, &["+QIND: SMS DONE"]),
                (15, &["+QIND: PB DONE"]),
            ][..],
        ),
        (&BG96, &[(0, &["RDY"]), (5, &["APP RDY"])]),
        (
            &GSM,
            &[
                (0, &["RDY"]),
                (1, &["+CFUN: 1"]),
                (2, &["+CPIN: READY"]),
                (10, &["Call Ready"]),
                (15, &["SMS Ready"]),
            ],
        ),
        (&NL668, &[(0, &["AT command ready"])]),
    ] {
        let module = Module::new(dialect)
            .with_boot_time(SECOND * 10)
            .with_banner();
        let mut harness = Harness::around(module);
        harness.pass(Duration::ZERO);
        // The harness is made at 10 seconds, the module at 0.
        let mut passed = 0;
        for (second, lines) in expected {
            harness.pass(SECOND * (second - passed));
            passed = *second;
            let said = harness.heard();
            if *second > 0 {
                assert_eq!(said, printed(lines), "{} {second}", dialect.name);
            }
        }
        assert_eq!(harness.module.poll_timeout(), None);
    }
}

#[test]
fn a_module_that_is_switched_off_stays_so_until_it_is_switched_on() {
    for (dialect, line) in [
        (&EC2X, Some("POWERED DOWN")),
        (&BG96, Some("POWERED DOWN")),
        (&GSM, Some("NORMAL POWER DOWN")),
        (&NL668, None),
    ] {
        let mut harness = logged_in(dialect);
        let mut expected = vec!["OK"];
        expected.extend(line);
        assert_eq!(harness.ask(power_down(dialect)), printed(&expected));
        assert_eq!(harness.power, ["stopped"]);
        for line in ["AT", "AT+CFUN=1,1", "A/", "+++"] {
            assert_eq!(harness.ask(line), "");
        }
        harness.pass(SECOND * 1000);
        assert_eq!(harness.ask("AT"), "");
        assert_eq!(set(&mut harness, "power=off"), "");
        assert_eq!(set(&mut harness, "power=on"), printed(&banner(dialect)));
        assert_eq!(harness.power, ["stopped", "started"]);
        assert_eq!(harness.ask("AT"), "AT\r\r\nOK\r\n");
        assert_eq!(set(&mut harness, "power=on"), "");
    }
}

#[test]
fn each_mode_of_qpowd_says_what_it_says() {
    for dialect in lte() {
        for line in ["AT+QPOWD=0", "AT+QPOWD=1"] {
            let said = logged_in(dialect).ask(line);
            assert_eq!(said, printed(&["OK", "POWERED DOWN"]), "{line}");
        }
    }
    assert_eq!(logged_in(&GSM).ask("AT+QPOWD=0"), printed(&["OK"]));
    for (dialect, wrong) in [
        (&EC2X, "AT+QPOWD=2"),
        (&GSM, "AT+QPOWD"),
        (&GSM, "AT+QPOWD=2"),
        (&NL668, "AT+QPOWD"),
        (&EC2X, "AT+CPWROFF"),
    ] {
        assert_eq!(logged_in(dialect).ask(wrong), printed(&["ERROR"]));
    }
}

#[test]
fn the_words_of_an_end_come_when_the_module_goes_down() {
    let mut harness = slow(&EC2X, SECOND * 10);
    assert_eq!(harness.ask("AT+QPOWD"), printed(&["OK"]));
    harness.pass(SECOND);
    assert_eq!(harness.heard(), printed(&["POWERED DOWN"]));
}

#[test]
fn what_is_typed_behind_a_reset_is_lost() {
    for dialect in dialect::ALL {
        let mut harness = slow(dialect, SECOND * 10);
        harness.push(b"AT+CFUN=1,1\rAT\rATI\r");
        assert_eq!(harness.heard(), printed(&["OK"]));
        harness.pass(SECOND * 100);
        let mut expected = banner(dialect);
        assert_eq!(harness.heard(), printed(&expected));
        // The rest of the same line is executed.
        harness.ask("ATE0");
        let said = harness.ask("AT+CFUN=1,1;+CSQ");
        assert_eq!(said, printed(&["+CSQ: 28,99", "OK"]));
        harness.pass(SECOND * 100);
        expected.truncate(expected.len());
        assert_eq!(harness.heard(), printed(&expected));
    }
}

#[test]
fn stored_settings_outlive_a_restart_and_others_do_not() {
    for dialect in dialect::ALL {
        let mut harness = Harness::new(dialect);
        harness.ask("ATE0&W");
        harness.ask("AT+CGREG=1");
        harness.ask("AT+CMEE=2");
        harness.module.restart(harness.now);
        harness.heard();
        assert_eq!(harness.ask("AT+CMEE?"), printed(&["+CMEE: 1", "OK"]));
        assert_eq!(harness.ask("AT+CGREG?"), printed(&["+CGREG: 0,1", "OK"]));
        harness.ask("AT+CGREG=1;+CEREG=2;&W");
        harness.module.restart(harness.now);
        // What is stored also says that the module has registered.
        let mut expected = banner(dialect);
        let cell = format!("+CEREG: 1,{}", dialect.cell);
        expected.extend(["+CGREG: 1", &cell]);
        assert_eq!(harness.heard(), printed(&expected));
        harness.ask("AT+CGREG=0");
        harness.ask("ATZ");
        assert_eq!(harness.ask("AT+CGREG?"), printed(&["+CGREG: 1,1", "OK"]));
        harness.ask("AT&F");
        harness.ask("ATE0");
        assert_eq!(harness.ask("AT+CGREG?"), printed(&["+CGREG: 0,1", "OK"]));
    }
}

#[test]
fn what_the_user_has_set_outlives_a_restart() {
    let mut harness = Harness::new(&EC2X);
    for state in ["sim=pin", "signal=9", "attach=0", "registration-time=4"] {
        set(&mut harness, state);
    }
    harness.ask("AT+CPIN=\"1234\"");
    let said = harness.ask("AT+CFUN=1,1");
    let expected = ["OK", "RDY", "+CFUN: 1", "+CPIN: SIM PIN"];
    assert!(said.ends_with(&printed(&expected)), "{said}");
    harness.ask("ATE0");
    assert_eq!(harness.ask("AT+CSQ"), printed(&["+CSQ: 9,99", "OK"]));
    harness.ask("AT+CREG=1");
    let said = harness.ask("AT+CPIN=\"1234\"");
    assert!(said.ends_with(&printed(&["+CREG: 2"])), "{said}");
    harness.pass(SECOND * 4);
    assert_eq!(harness.heard(), printed(&["+CREG: 1"]));
    assert_eq!(harness.ask("AT+CGATT?"), printed(&["+CGATT: 0", "OK"]));
}

#[test]
fn an_attachment_that_the_host_gave_up_comes_back_with_a_restart() {
    let mut harness = Harness::new(&EC2X);
    harness.ask("AT+CGATT=0");
    harness.ask("AT+CFUN=1,1");
    harness.ask("ATE0");
    assert_eq!(harness.ask("AT+CGATT?"), printed(&["+CGATT: 1", "OK"]));
}

#[test]
fn without_a_card_the_lines_of_a_start_say_so() {
    for (state, word) in [
        ("sim=absent", "+CPIN: NOT INSERTED"),
        ("sim=pin", "+CPIN: SIM PIN"),
        ("sim=puk", "+CPIN: SIM PUK"),
    ] {
        let mut harness = Harness::new(&EC2X);
        set(&mut harness, state);
        harness.module.restart(harness.now);
        let expected = printed(&["RDY", "+CFUN: 1", word]);
        assert_eq!(harness.heard(), expected);
        let said = set(&mut harness, "sim=ready");
        let expected = [
            "+CPIN: READY",
            "+QUSIM: 1",
            "+QIND: SMS DONE",
            "+QIND: PB DONE",
        ];
        assert_eq!(said, printed(&expected));
    }
}

#[test]
fn a_restart_in_the_middle_of_a_payload_ends_it_without_a_word() {
    for dialect in lte() {
        let mut harness = logged_in(dialect);
        let begun = harness.ask("AT+QFTPPUT=\"a\",\"COM:\",0,1000,1");
        assert_eq!(begun, printed(&["CONNECT"]));
        harness.push(&[b'x'; 500]);
        harness.module.restart(harness.now);
        assert_eq!(harness.heard(), printed(&banner(dialect)));
        assert_eq!(harness.ask("AT"), "AT\r\r\nOK\r\n");
    }
}

#[test]
fn a_loss_of_power_during_a_start_starts_anew() {
    let module = Module::new(&EC2X).with_boot_time(SECOND * 20).with_banner();
    let mut harness = Harness::around(module);
    harness.module.restart(harness.now);
    harness.pass(SECOND * 19);
    assert_eq!(harness.heard(), "");
    harness.pass(SECOND);
    assert_eq!(harness.heard(), printed(&["RDY"]));
    set(&mut harness, "power=off");
    harness.pass(SECOND * 100);
    assert_eq!(harness.heard(), "");
    assert_eq!(harness.module.poll_timeout(), None);
}

#[test]
fn a_module_can_be_off_from_the_start() {
    let off: ModuleState = "power=off".parse().expect("a state");
    for module in [
        Module::new(&EC2X),
        Module::new(&EC2X).with_boot_time(SECOND),
    ] {
        let mut harness = Harness::around(module.with_states(&[off]).with_banner());
        harness.pass(SECOND * 100);
        assert_eq!(harness.ask("AT"), "");
        let mut said = set(&mut harness, "power=on");
        harness.pass(SECOND * 3);
        said += &harness.heard();
        assert_eq!(said, printed(&banner(&EC2X)));
    }
}
