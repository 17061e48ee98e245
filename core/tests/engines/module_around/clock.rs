//! The clock: set, read, told by the network (COMMON 11.1).

use std::time::Duration;

use crate::harness::{Harness, printed};
use qftp::dialect::Dialect;
use qftp::dialect::ec2x::EC2X;
use qftp::dialect::gsm::GSM;
use qftp::module::Module;

/// 2026-11-21 10:43:00, when the module starts.
const START: Duration = Duration::from_secs(1_795_257_780);

fn harness(dialect: &'static Dialect) -> Harness {
    let mut harness = Harness::new(dialect);
    harness.module = Module::new(dialect).with_clock(START);
    harness.now = Duration::ZERO;
    harness.ask("ATE0");
    harness
}

#[test]
fn a_clock_that_was_set_runs_on_in_every_dialect() {
    for dialect in qftp::dialect::ALL {
        let mut harness = harness(dialect);
        assert_eq!(
            harness.ask("AT+CCLK?"),
            printed(&["+CCLK: \"26/11/21,10:43:00+00\"", "OK"])
        );
        let set = harness.ask("AT+CCLK=\"27/02/28,23:59:58+32\"");
        assert_eq!(set, printed(&["OK"]), "{}", dialect.name);
        harness.pass(Duration::from_secs(3));
        assert_eq!(
            harness.ask("AT+CCLK?"),
            printed(&["+CCLK: \"27/03/01,00:00:01+32\"", "OK"])
        );
        for wrong in ["27/02/29,00:00:00+00", "27/02/28", "now"] {
            let answer = harness.ask(&format!("AT+CCLK=\"{wrong}\""));
            assert_eq!(answer, printed(&["ERROR"]), "{wrong}");
        }
        assert_eq!(
            harness.ask("AT+CCLK?"),
            printed(&["+CCLK: \"27/03/01,00:00:01+32\"", "OK"])
        );
    }
}

#[test]
fn the_network_tells_its_own_time() {
    let mut harness = harness(&EC2X);
    harness.ask("AT+CCLK=\"01/01/01,00:00:00+00\"");
    harness.pass(Duration::from_secs(60));
    for (line, time) in [
        ("AT+QLTS", "10:43:00"),
        ("AT+QLTS=0", "10:43:00"),
        ("AT+QLTS=1", "10:44:00"),
        ("AT+QLTS=2", "10:44:00"),
    ] {
        let told = format!("+QLTS: \"2026/11/21,{time}+00,0\"");
        assert_eq!(harness.ask(line), printed(&[&told, "OK"]), "{line}");
    }
    assert_eq!(harness.ask("AT+QLTS=3"), printed(&["ERROR"]));
}

#[test]
fn a_gsm_module_tells_a_short_year_and_one_without_a_network_nothing() {
    let mut told = harness(&GSM);
    assert_eq!(
        told.ask("AT+QLTS"),
        printed(&["+QLTS: \"26/11/21,10:43:00+00,0\"", "OK"])
    );
    let mut untold = Harness::new(&GSM);
    untold.ask("ATE0");
    assert_eq!(untold.ask("AT+QLTS"), printed(&["+QLTS: \"\"", "OK"]));
}

#[test]
fn a_restart_keeps_the_clock() {
    let mut harness = harness(&EC2X);
    harness.ask("AT+CCLK=\"27/03/01,00:00:00+00\"");
    harness.module.restart(harness.now);
    harness.heard();
    harness.ask("ATE0");
    assert_eq!(
        harness.ask("AT+CCLK?"),
        printed(&["+CCLK: \"27/03/01,00:00:00+00\"", "OK"])
    );
}
