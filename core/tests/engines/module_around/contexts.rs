//! Packet contexts by 27.007, shared with the commands of each family (COMMON 11.2).

use crate::harness::{Harness, logged_in, lte, printed};
use qftp::dialect::gsm::GSM;
use qftp::dialect::nl668::NL668;

fn ask_all(harness: &mut Harness, conversation: &[(&str, &[&str])]) {
    for (typed, answered) in conversation {
        assert_eq!(harness.ask(typed), printed(answered), "{typed}");
    }
}

#[test]
fn a_definition_is_the_access_point_of_the_context() {
    for dialect in lte() {
        let mut harness = Harness::new(dialect);
        harness.ask("ATE0");
        ask_all(
            &mut harness,
            &[
                (
                    "AT+CGDCONT?",
                    &["+CGDCONT: 1,\"IP\",\"\",\"0.0.0.0\",0,0", "OK"],
                ),
                ("AT+CGDCONT=1,\"IP\",\"internet\"", &["OK"]),
                (
                    "AT+CGDCONT?",
                    &["+CGDCONT: 1,\"IP\",\"internet\",\"0.0.0.0\",0,0", "OK"],
                ),
                (
                    "AT+QICSGP=1",
                    &["+QICSGP: 1,\"internet\",\"\",\"\",0", "OK"],
                ),
                ("AT+QICSGP=2,1,\"other\",\"u\",\"p\",1", &["OK"]),
                ("AT+CGDCONT=1", &["OK"]),
                ("AT+QICSGP=1", &["+QICSGP: 1,\"\",\"\",\"\",0", "OK"]),
                ("AT+CGDCONT=1,\"X25\",\"a\"", &["ERROR"]),
                ("AT+CGDCONT=17,\"IP\"", &["ERROR"]),
            ],
        );
        let listed = "\r\n+CGDCONT: 1,\"IP\",\"\",\"0.0.0.0\",0,0\r\n\
            +CGDCONT: 2,\"IP\",\"other\",\"0.0.0.0\",0,0\r\n\r\nOK\r\n";
        assert_eq!(harness.ask("AT+CGDCONT?"), listed);
    }
}

/// Programs type CGACT and then QIACT; both work.
#[test]
fn a_bearer_does_not_stand_in_the_way_of_a_context() {
    for dialect in lte() {
        let mut harness = Harness::new(dialect);
        harness.ask("ATE0");
        ask_all(
            &mut harness,
            &[
                ("AT+CGACT?", &["+CGACT: 1,1", "OK"]),
                ("AT+CGPADDR=1", &["+CGPADDR: 1,\"192.0.2.1\"", "OK"]),
                ("AT+CGPADDR=2", &["+CGPADDR: 2,\"0.0.0.0\"", "OK"]),
                ("AT+CGACT=1,1", &["OK"]),
                ("AT+QIACT?", &["OK"]),
                ("AT+QIACT=1", &["OK"]),
                ("AT+QIACT?", &["+QIACT: 1,1,1,\"192.0.2.1\"", "OK"]),
                ("AT+CGACT=0,1", &["OK"]),
                ("AT+QIACT?", &["OK"]),
                ("AT+CGACT?", &["+CGACT: 1,0", "OK"]),
                ("AT+CGPADDR", &["OK"]),
                ("AT+CGACT=2,1", &["ERROR"]),
            ],
        );
    }
}

#[test]
fn a_bearer_that_goes_takes_the_session_along() {
    for dialect in qftp::dialect::ALL {
        for line in ["AT+CGACT=0,1", "AT+CGACT=0"] {
            let mut harness = logged_in(dialect);
            let answer = harness.ask(line);
            assert!(answer.starts_with("\r\nOK\r\n"), "{answer}");
            assert!(!harness.server.is_open, "{} {line}", dialect.name);
        }
    }
}

#[test]
fn a_gsm_module_says_its_address_alone() {
    let mut harness = Harness::new(&GSM);
    harness.ask("ATE0");
    ask_all(
        &mut harness,
        &[
            ("AT+QILOCIP", &["ERROR"]),
            ("AT+CGDCONT=1,\"IP\",\"internet\"", &["OK"]),
            ("AT+QICSGP?", &["+QICSGP: 1,\"internet\"", "OK"]),
            ("AT+CGACT?", &["+CGACT: 1,0", "OK"]),
            ("AT+QIACT", &["OK"]),
            ("AT+CGACT?", &["+CGACT: 1,1", "OK"]),
            ("AT+QILOCIP", &["192.0.2.1"]),
            ("AT+QISTATE", &["OK", "STATE: IP GPRSACT"]),
        ],
    );
}

#[test]
fn a_call_of_fibocom_is_the_first_context() {
    let mut harness = Harness::new(&NL668);
    harness.ask("ATE0");
    ask_all(
        &mut harness,
        &[
            ("AT+MIPCALL=1,\"internet\"", &["OK", "+MIPCALL: 192.0.2.1"]),
            (
                "AT+CGDCONT?",
                &["+CGDCONT: 1,\"IP\",\"internet\",\"0.0.0.0\",0,0", "OK"],
            ),
            ("AT+CGACT=0,1", &["OK"]),
            ("AT+MIPCALL?", &["+MIPCALL: 0", "OK"]),
        ],
    );
}
