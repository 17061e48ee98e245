//! `qftp term`, at a terminal and in a pipe.

use std::fs;

use crate::dialogue::Dialogue;
use crate::running::Run;

fn with_emulator() -> Run {
    Run::new()
        .with("QFTP_PORT", "emulator://ec25")
        .with("TERM", "xterm")
        .with("NO_COLOR", "1")
}

#[test]
fn a_person_types_and_reads() {
    let run = with_emulator();
    let mut person = Dialogue::start(run.command(&["term", "--log", "log.txt"]));
    person.sees(":help lists the commands");
    person.press("AT+CSQ\r").sees("+CSQ: ").sees("OK");
    person.press("AT+CMEE=1\r").sees("OK");
    // An error, with its meaning.
    person
        .press("AT+QFDEL=\"nothing\"\r")
        .sees("+CME ERROR: 4")
        .sees("(");
    person.press("AT+CPIN=\"12345678\"\r").sees("ERROR");
    // The line before, from the history; then it is edited.
    person.press("AT+CGMR\r").sees("OK");
    person.press("\x1b[A").sees("AT+CGMR");
    person.press("\x7f\x7f\x7fGMM\r").sees("EC25").sees("OK");
    person.press(":help\r").sees(":escape");
    person.press(":fly\r").sees("no such command");
    person
        .press(":explain 627,550\r")
        .sees("stands for reply 550");
    person.press(":hex 41540d\r").sees("OK");
    // Half a line, and the key that leaves.
    person.press("AT+HALF\x1d");
    let (code, _) = person.end();
    assert_eq!(code, 0);

    let log = fs::read_to_string(run.path("log.txt")).expect("a log");
    assert!(
        log.contains("Z > AT+CSQ\n") && log.contains("Z < OK\n"),
        "{log}"
    );
    assert!(
        !log.contains("12345678") && !log.contains("AT+HALF"),
        "{log}"
    );
    let history = run.path(".local/state/qftp/term_history");
    let history = fs::read_to_string(history).expect("a history");
    assert!(
        history.contains("AT+CSQ") && !history.contains("12345678"),
        "{history}"
    );
}

#[test]
fn what_comes_unasked_does_not_wait_for_a_key() {
    let run = with_emulator();
    let mut person = Dialogue::start(run.command(&["term"]));
    person.sees(":help lists the commands");
    // The radio goes off and on again: the module reports its registration by itself.
    person.press("AT+CREG=1\r").sees("OK");
    person.press("AT+CFUN=4\r").sees("+CREG: 0");
    person.press("AT+CFUN=1\r").sees("+CREG: 1");
    // Lines that are typed ahead, or pasted.
    person
        .press("AT+CGMI\rAT+CGMM\r")
        .sees("Quectel")
        .sees("EC25")
        .sees("OK");
    person.press("\x04");
    assert_eq!(person.end().0, 0);
}

#[test]
fn in_a_pipe_each_line_waits_for_its_result() {
    let run = with_emulator();
    run.file("payload", "hello");
    let script = "ATE0\nAT+QFUPL=\"a\",5,5\n:send payload\n:wait +QFUPL\n\nAT+QFLST=\"a\"\n";
    let ended = run.feed(&["term"], script.as_bytes()).expect(0);
    assert_eq!(
        ended.text(),
        "OK\nCONNECT\n+QFUPL: 5,6b09\nOK\n+QFLST: \"UFS:a\",5\nOK\n"
    );
    // The first error is the exit code; what follows is typed all the same.
    let script = "AT+CMEE=1\nAT+QFDEL=\"x\"\nAT+FLY\nAT\n";
    let ended = run.feed(&["term"], script.as_bytes()).expect(103);
    assert!(ended.text().ends_with("ERROR\nOK\n"), "{}", ended.text());
    assert!(
        ended.stderr.contains("AT+QFDEL=\"x\": +CME ERROR: "),
        "{}",
        ended.stderr
    );
    let ended = run.feed(&["--json", "term"], b"AT+CPIN?\n").expect(0);
    let text = ended.text();
    let first: serde_json::Value =
        serde_json::from_str(text.lines().next().expect("a line")).expect("JSON");
    assert_eq!(first["line"], "+CPIN: READY");
    // `+++` leaves a data mode.
    let script = "AT+QFUPL=\"b\",5,60\n+++\nAT\n";
    let ended = run.feed(&["term"], script.as_bytes()).expect(0);
    assert!(ended.text().ends_with("OK\n"), "{}", ended.text());
    run.feed(&["term"], b":fly\n").expect(2);
    run.feed(&["term", "--answer-timeout", "0"], b":wait NEVER\n")
        .expect(102);
}

#[test]
fn one_sigterm_ends_a_terminal_that_waits() {
    let run = with_emulator();
    let mut person = Dialogue::start(run.command(&["term"]));
    person.sees(":help lists the commands");
    person
        .press("AT\r")
        .sees("OK")
        .press("AT+HALF")
        .sees("AT+HALF");
    assert!(!person.is_cooked());
    person.terminate();
    assert_eq!(person.end().0, 130);
    assert!(person.is_cooked());
}
