//! Both ends while the module restarts, its card is locked or its network is gone.

use std::time::Duration;

use qftp::dialect::{self, Dialect, Family};
use qftp::host::{Answer, FinalError, HostError, Login, Operation as O};
use qftp::module::{Module, ModuleState};

use crate::harness::{Cut, Harness, lte};
use crate::pair::Pair;

const SECOND: Duration = Duration::from_secs(1);

fn pair(dialect: &'static Dialect) -> Pair {
    let mut pair = Pair::new(dialect);
    let identity = pair.run(O::Identify);
    assert!(matches!(identity, Ok(Answer::Identity(_))), "{identity:?}");
    pair
}

fn log_in(pair: &mut Pair) -> Result<Answer, HostError> {
    pair.run(O::Login(&Login::new("ftp.example.com", "test", "secret")))
}

fn set(pair: &mut Pair, text: &str) {
    let state: ModuleState = text.parse().expect(text);
    pair.harness.module.set_state(pair.harness.now, state);
    pair.settle();
}

fn raw(pair: &mut Pair, line: &[u8]) -> Result<Answer, HostError> {
    pair.run(O::Raw(line))
}

#[test]
fn a_reset_by_command_is_answered_and_the_next_login_works() {
    for dialect in dialect::ALL {
        for cut in [Cut::Whole, Cut::Every(1), Cut::Every(7)] {
            let mut pair = pair(dialect);
            pair.cut = cut;
            assert_eq!(log_in(&mut pair), Ok(Answer::Done), "{}", dialect.name);
            let reset = raw(&mut pair, b"AT+CFUN=1,1");
            assert!(matches!(reset, Ok(Answer::Lines(_))), "{reset:?}");
            pair.settle();
            assert_eq!(log_in(&mut pair), Ok(Answer::Done), "{}", dialect.name);
        }
    }
}

#[test]
fn a_command_typed_into_a_start_ends_when_the_module_says_that_it_has_started() {
    for dialect in dialect::ALL {
        let mut pair = pair(dialect);
        let module = Module::new(dialect).with_boot_time(SECOND);
        pair.harness = Harness::around(module);
        let identity = pair.run(O::Identify);
        assert!(matches!(identity, Ok(Answer::Identity(_))), "{identity:?}");
        raw(&mut pair, b"AT+CFUN=1,1").expect("reset");
        let begun = pair.harness.now;
        let asked = raw(&mut pair, b"AT+CSQ");
        let restarted = matches!(asked, Err(HostError::Restarted { .. }));
        assert!(restarted, "{}: {asked:?}", dialect.name);
        assert!(pair.harness.now < begun + SECOND * 3);
        assert_eq!(log_in(&mut pair), Ok(Answer::Done), "{}", dialect.name);
    }
}

#[test]
fn a_module_that_was_switched_off_gives_no_answer_and_works_once_it_is_on() {
    for dialect in dialect::ALL {
        let mut pair = pair(dialect);
        let off: &[u8] = match dialect.family {
            Family::Lte => b"AT+QPOWD",
            Family::Gsm => b"AT+QPOWD=1",
            Family::Fibocom => b"AT+CPWROFF",
        };
        raw(&mut pair, off).expect("switched off");
        let asked = raw(&mut pair, b"AT+CSQ");
        let silent = matches!(asked, Err(HostError::NoAnswer { .. }));
        assert!(silent, "{}: {asked:?}", dialect.name);
        set(&mut pair, "power=on");
        assert_eq!(log_in(&mut pair), Ok(Answer::Done), "{}", dialect.name);
    }
}

#[test]
fn a_login_without_a_card_or_a_network_fails_and_works_afterwards() {
    for dialect in dialect::ALL {
        for (gone, back) in [
            ("sim=absent", "sim=ready"),
            ("sim=pin", "sim=ready"),
            ("network=denied", "network=roaming"),
            ("attach=0", "attach=1"),
        ] {
            let mut pair = pair(dialect);
            set(&mut pair, gone);
            let failed = log_in(&mut pair).expect_err(gone);
            match dialect.family {
                Family::Lte => {
                    let failure = HostError::FinalError {
                        command: "AT+QIACT".into(),
                        final_error: FinalError::Error,
                    };
                    assert_eq!(failed, failure, "{gone}");
                }
                Family::Gsm | Family::Fibocom => {
                    assert!(matches!(failed, HostError::Module { .. }), "{failed:?}");
                }
            }
            set(&mut pair, back);
            let again = log_in(&mut pair);
            assert_eq!(again, Ok(Answer::Done), "{} {back}", dialect.name);
        }
    }
}

#[test]
fn a_context_that_the_network_took_is_deactivated_and_activated_again() {
    for dialect in lte() {
        let mut pair = pair(dialect);
        assert_eq!(log_in(&mut pair), Ok(Answer::Done));
        set(&mut pair, "network=searching");
        set(&mut pair, "network=home");
        pair.host.log_lines(true);
        assert_eq!(log_in(&mut pair), Ok(Answer::Done), "{}", dialect.name);
        let contexts = pair.lines.iter().filter(|line| line.contains("ACT"));
        let contexts: Vec<&str> = contexts.map(String::as_str).collect();
        let expected = [
            "AT+QFTPSTAT;+QIACT?;+CMEE?",
            "AT+QIACT=1",
            "AT+QIDEACT=1",
            "AT+QIACT=1",
        ];
        assert_eq!(contexts, expected, "{}", dialect.name);
    }
}
