//! Latency of the module's words and the speed of its line, under a simulated clock.

use std::time::Duration;

use crate::harness::{Harness, logged_in, logged_in_with, printed};
use qftp::dialect::ec2x::EC2X;
use qftp::dialect::gsm::GSM;
use qftp::dialect::nl668::NL668;
use qftp::dialect::{self, Dialect};
use qftp::module::{Latency, Module};
use qftp_test::conversation::play::Terminal;
use qftp_test::conversation::{LineEvent, sample};

const MS: Duration = Duration::from_millis(1);
const SECOND: Duration = Duration::from_secs(1);

fn with_latency(dialect: &'static Dialect, text: &str) -> Harness {
    let latency: Latency = text.parse().expect("a latency");
    logged_in_with(dialect, |module| module.with_latency(latency))
}

fn with_baud(dialect: &'static Dialect, baud: u32) -> Harness {
    logged_in_with(dialect, |module| module.with_baud(Some(baud)))
}

/// Lets time pass until the module has said so many bytes; returns them and the time that it took.
fn hear(harness: &mut Harness, count: usize) -> (Vec<u8>, Duration) {
    let start = harness.now;
    harness.settle();
    while harness.printed.len() < count {
        step(harness);
    }
    let heard = std::mem::take(&mut harness.printed);
    (heard, since(harness, start))
}

/// Lets time pass until something happens.
fn step(harness: &mut Harness) {
    let next = harness.next_moment().expect("something happens next");
    harness.pass(next.saturating_sub(harness.now));
}

fn since(harness: &Harness, start: Duration) -> Duration {
    harness.now.saturating_sub(start)
}

/// What a module says at which time after a line was typed.
fn times(harness: &mut Harness, line: &str, until: Duration) -> Vec<(Duration, String)> {
    harness.write(format!("{line}\r").as_bytes());
    let start = harness.now;
    let mut said = Vec::new();
    loop {
        let heard = std::mem::take(&mut harness.printed);
        if !heard.is_empty() {
            said.push((
                since(harness, start),
                String::from_utf8(heard).expect("ASCII"),
            ));
        }
        match harness.next_moment() {
            Some(next) if next <= start + until => harness.pass(next.saturating_sub(harness.now)),
            _ => return said,
        }
    }
}

fn at(millis: u32, lines: &[&str]) -> (Duration, String) {
    (MS * millis, printed(lines))
}

#[test]
fn an_answer_waits_for_its_response_time() {
    let mut harness = with_latency(&EC2X, "response=20ms");
    assert_eq!(
        times(&mut harness, "AT+CSQ", SECOND),
        [at(20, &["+CSQ: 28,99", "OK"])]
    );
    assert_eq!(times(&mut harness, "AT", SECOND), [at(20, &["OK"])]);
    assert_eq!(times(&mut harness, "AT+", SECOND), [at(20, &["ERROR"])]);
    assert_eq!(
        times(&mut harness, "AT+QFUPL=\"a\",5", SECOND),
        [at(20, &["CONNECT"])]
    );
    harness.write(b"hello");
    assert_eq!(harness.heard(), printed(&["+QFUPL: 5,6b09", "OK"]));
}

/// The echo is no answer.
#[test]
fn an_echo_comes_at_once() {
    let mut harness = with_latency(&EC2X, "20ms");
    times(&mut harness, "ATE1", SECOND);
    let said = times(&mut harness, "AT", SECOND);
    assert_eq!(said, [(Duration::ZERO, "AT\r".into()), at(20, &["OK"])]);
}

/// An answer that takes longer comes when it comes.
#[test]
fn the_time_of_the_server_is_not_added() {
    let mut harness = with_latency(&EC2X, "response=20ms");
    harness.delay = MS * 300;
    let said = times(&mut harness, "AT+QFLST", SECOND);
    assert_eq!(said, [at(300, &["OK"])]);
}

#[test]
fn a_urc_keeps_its_distance_from_the_result_before_it() {
    let cases: [(_, _, _, u32); 3] = [
        (&EC2X, "AT+QFTPPWD", "+QFTPPWD: 0,/", 5),
        (&GSM, "AT+QFTPPATH=\"/\"", "+QFTPPATH:0", 40),
        (&NL668, "AT+FTPMKD=\"a\"", "+FTPMKD: 1", 5),
    ];
    for (dialect, line, urc, distance) in cases {
        let latency = Latency::of_modules(dialect);
        let mut harness = logged_in_with(dialect, |module| module.with_latency(latency));
        let said = times(&mut harness, line, SECOND);
        assert_eq!(said, [at(0, &["OK"]), at(distance, &[urc])], "{line}");
    }
}

/// The result has to go out first, and a host that does not read it in time sees the distance all the same.
/// 001 §2.2.3 and 003 §1.2.15: the payload is announced behind a final result.
#[test]
fn an_announcement_behind_a_result_keeps_that_distance_too() {
    let cases = [
        (&GSM, "AT+QFTPPUT=\"a\",5", "CONNECT"),
        (&NL668, "AT+FTPSTOR=\"a\"", "+FTPSTOR: 2"),
    ];
    for (dialect, command, announced) in cases {
        let mut harness = with_latency(dialect, "response=20ms,urc=40ms");
        let said = times(&mut harness, command, SECOND);
        assert_eq!(said, [at(20, &["OK"]), at(60, &[announced])]);
    }
    // None is in front of this one; that of the command before does not count.
    let mut harness = with_latency(&EC2X, "response=20ms,urc=40ms");
    let typed = "AT;+QFTPPUT=\"a\",\"COM:\",0,5,1";
    let said = times(&mut harness, typed, SECOND);
    assert_eq!(said, [at(20, &["CONNECT"])]);
}

#[test]
fn the_distance_counts_from_the_end_of_the_result() {
    let mut harness = with_latency(&EC2X, "urc=30ms");
    harness.line_is_full = true;
    harness.write(b"AT+QFTPPWD\r");
    harness.pass(SECOND);
    assert_eq!(harness.module.poll_transmit(), Some(&b"\r\nOK\r\n"[..]));
    assert_eq!(harness.next_moment(), None);
    harness.line_is_full = false;
    let (heard, time) = hear(&mut harness, 6 + 17);
    assert_eq!(heard, printed(&["OK", "+QFTPPWD: 0,/"]).into_bytes());
    assert_eq!(time, MS * 30);
}

#[test]
fn there_is_no_distance_between_two_urcs() {
    let mut harness = with_latency(&EC2X, "urc=30ms");
    harness.server.put("/a", b"hello".to_vec(), None);
    harness.happen(LineEvent::Flow(2));
    harness.write(b"AT+QFTPGET=\"a\",\"COM:\"\r");
    assert_eq!(harness.heard(), printed(&["CONNECT"]) + "he");
    harness.pass(SECOND * 2);
    harness.write(b"+++");
    harness.pass(SECOND * 2);
    assert_eq!(harness.heard(), printed(&["OK"]));
    harness.happen(LineEvent::Stall(false));
    let said = times(&mut harness, "AT+QFTPCLOSE", SECOND);
    let urcs = ["+QFTPGET: 616,0", "+QFTPCLOSE: 0,0"];
    assert_eq!(said, [at(0, &["OK"]), at(30, &urcs)]);
}

/// A URC that waits lets a command pass that is typed meanwhile, and never stands within its answer.
#[test]
fn a_command_in_the_gap_is_answered_first() {
    let mut harness = with_latency(&EC2X, "response=20ms,urc=30ms");
    assert_eq!(
        times(&mut harness, "AT+QFTPPWD", MS * 40),
        [at(20, &["OK"])]
    );
    let said = times(&mut harness, "AT+CSQ", SECOND);
    let expected = [at(20, &["+CSQ: 28,99", "OK"]), at(50, &["+QFTPPWD: 0,/"])];
    assert_eq!(said, expected);
}

/// A host that types without a pause does not hold a URC back for ever.
#[test]
fn a_urc_lets_two_commands_pass_and_no_third() {
    let mut harness = with_latency(&EC2X, "urc=30ms");
    harness.write(b"AT+QFTPPWD\r");
    assert_eq!(harness.heard(), printed(&["OK"]));
    assert_eq!(harness.ask("AT"), printed(&["OK"]));
    assert_eq!(harness.ask("AT"), printed(&["OK", "+QFTPPWD: 0,/"]));
    assert_eq!(harness.ask("AT"), printed(&["OK"]));
}

#[test]
fn a_command_has_its_own_delay_up_to_its_outcome() {
    let text = "response=20ms,urc=5ms,+QFTPPWD=1.5s,+CSQ=300ms,+QFTPGET=400ms,+QFTPSIZE=1ms";
    let mut harness = with_latency(&EC2X, text);
    harness.server.put("/a", b"hello".to_vec(), None);
    let cases: [(&str, &[(Duration, String)]); 5] = [
        (
            "AT+QFTPPWD",
            &[at(20, &["OK"]), at(1500, &["+QFTPPWD: 0,/"])],
        ),
        ("AT+CSQ", &[at(300, &["+CSQ: 28,99", "OK"])]),
        (
            "AT+CSQ=?;+CSQ",
            &[
                at(300, &["+CSQ: (0-31,99),(0-7,99)"]),
                at(600, &["+CSQ: 28,99", "OK"]),
            ],
        ),
        (
            "AT+QFTPSIZE=\"a\"",
            &[at(20, &["OK"]), at(25, &["+QFTPSIZE: 0,5"])],
        ),
        (
            "AT+QFTPGET=\"a\",\"COM:\"",
            &[
                (
                    MS * 400,
                    printed(&["CONNECT"]) + "hello" + &printed(&["OK"]),
                ),
                at(405, &["+QFTPGET: 0,5"]),
            ],
        ),
    ];
    for (line, expected) in cases {
        assert_eq!(times(&mut harness, line, SECOND * 2), expected, "{line}");
    }
}

/// While an answer is held, the next command waits for it, as in a module that is at work.
#[test]
fn commands_that_are_typed_ahead_are_answered_one_by_one() {
    let mut harness = with_latency(&EC2X, "response=20ms");
    let said = times(&mut harness, "AT\rAT+CSQ\rAT", SECOND);
    let expected = [
        at(20, &["OK"]),
        at(40, &["+CSQ: 28,99", "OK"]),
        at(60, &["OK"]),
    ];
    assert_eq!(said, expected);
}

/// What is typed before a CONNECT that is held comes before it.
#[test]
fn a_connect_that_is_held_drops_what_comes_before_it() {
    let mut harness = with_latency(&EC2X, "response=20ms");
    harness.write(b"AT+QFUPL=\"a\",5\r");
    harness.pass(MS);
    assert!(harness.module.discards_input() && harness.module.wants_input());
    harness.write(b"\n");
    harness.pass(MS * 18);
    harness.write(b"early");
    harness.pass(MS);
    assert_eq!(harness.heard(), printed(&["CONNECT"]));
    harness.write(b"\nhell");
    harness.pass(SECOND);
    assert_eq!(harness.heard(), printed(&["+QFUPL: 5,304", "OK"]));
}

#[test]
fn a_seed_repeats_a_run_and_a_restart_goes_on_in_it() {
    let run = |seed: u64| {
        let mut harness = with_latency(&EC2X, &format!("20..80ms,seed={seed}"));
        let mut all: Vec<_> = (0..8)
            .flat_map(|_| times(&mut harness, "AT+QFTPPWD", SECOND))
            .collect();
        harness.module.restart(harness.now);
        harness.settle();
        all.extend(times(&mut harness, "ATE0", SECOND));
        all
    };
    let first = run(1);
    assert_eq!(first, run(1));
    assert_ne!(first, run(2));
    for pair in first[..16].chunks(2) {
        assert!(pair[0].0 >= MS * 20 && pair[0].0 <= MS * 80, "{pair:?}");
        let distance = pair[1].0.saturating_sub(pair[0].0);
        assert!(distance >= MS * 20 && distance <= MS * 80, "{pair:?}");
    }
}

/// 11520 bytes and the line that announces them; what is left in less than a millisecond is no more than a step.
#[test]
fn a_line_carries_ten_bits_a_byte_to_the_host() {
    let mut harness = with_baud(&EC2X, 115_200);
    let content: Vec<u8> = (0..11_520 - 11).map(sample).collect();
    harness.server.put("/a", content.clone(), None);
    harness.write(b"AT+QFTPGET=\"a\",\"COM:\"\r");
    let (heard, time) = hear(&mut harness, 11_520);
    assert!(heard.starts_with(b"\r\nCONNECT\r\n") && heard[11..11_520] == content);
    // The 22 bytes of the command come first.
    let time = time.saturating_sub(Duration::from_nanos(22 * 86_805));
    assert!(time >= SECOND && time <= SECOND + MS, "{time:?}");
}

#[test]
fn a_line_carries_ten_bits_a_byte_to_the_module() {
    let mut harness = with_baud(&EC2X, 115_200);
    let content: Vec<u8> = (0..11_520).map(sample).collect();
    harness.write(b"AT+QFTPPUT=\"a\",\"COM:\",0,11520,1\r");
    assert_eq!(hear(&mut harness, 11).0, printed(&["CONNECT"]).into_bytes());
    let start = harness.now;
    for piece in content.chunks(100) {
        while !harness.module.wants_input() {
            step(&mut harness);
        }
        harness.push(piece);
    }
    while harness
        .server_file("/a")
        .is_none_or(|file| file.len() < content.len())
    {
        step(&mut harness);
    }
    assert_eq!(since(&harness, start), SECOND);
    assert_eq!(harness.server_file("/a"), Some(content));
}

#[test]
fn lines_take_their_time_both_ways() {
    let mut harness = with_baud(&EC2X, 9600);
    harness.write(b"AT+CSQ\r");
    let (heard, time) = hear(&mut harness, 21);
    assert_eq!(heard, printed(&["+CSQ: 28,99", "OK"]).into_bytes());
    // 7 bytes up, 21 down.
    let least = Duration::from_nanos(28 * 1_041_666);
    assert!(time >= least && time <= least + MS, "{time:?}");
}

#[test]
fn the_clock_does_not_tick_for_every_byte() {
    let mut harness = with_baud(&EC2X, 921_600);
    harness.server.put("/a", vec![b'x'; 92_160], None);
    harness.write(b"AT+QFTPGET=\"a\",\"COM:\"\r");
    let (start, mut moments) = (harness.now, 0);
    while harness.printed.len() < 92_160 {
        step(&mut harness);
        moments += 1;
    }
    assert!(
        since(&harness, start) >= SECOND && moments <= 1100,
        "{moments}"
    );
}

/// The guard times count by the arrival of the bytes, which a burst of the driver does not tell.
#[test]
fn the_escape_sequence_arrives_at_the_speed_of_the_line() {
    let mut harness = with_baud(&EC2X, 1200);
    harness.write(b"AT+QFTPPUT=\"a\",\"COM:\"\r");
    assert_eq!(hear(&mut harness, 11).0, printed(&["CONNECT"]).into_bytes());
    // 150 bytes take 1.25 s. Pluses that are written now follow them without a silence.
    harness.write(&[b'x'; 150]);
    harness.pass(SECOND + MS * 100);
    harness.write(b"+++");
    harness.pass(SECOND * 2);
    assert_eq!(harness.heard(), "");
    harness.write(b"+++");
    harness.pass(SECOND * 2);
    assert_eq!(harness.heard(), printed(&["OK", "+QFTPPUT: 0,153"]));
}

#[test]
fn the_queue_of_the_line_has_an_end() {
    let mut harness = with_baud(&EC2X, 9600);
    let mut taken = 0;
    while harness.module.wants_input() {
        harness.push(b"AT\r");
        taken += 3;
    }
    assert!(taken <= 110, "{taken}");
    harness.pass(SECOND);
    assert!(harness.module.wants_input());
    assert_eq!(harness.heard(), printed(&["OK"]).repeat(taken / 3));
}

/// The old speed carries the answer to the end.
#[test]
fn ipr_changes_the_speed_behind_its_answer() {
    let mut harness = with_baud(&EC2X, 9600);
    assert_eq!(harness.module.baud(), Some(9600));
    assert_eq!(timed(&mut harness, b"AT+IPR?\r", 20), 30);
    assert_eq!(timed(&mut harness, b"AT+IPR=115200\r", 6), 21);
    assert_eq!(harness.module.baud(), Some(115_200));
    assert_eq!(timed(&mut harness, b"AT+IPR?\r", 22), 3);
    let mut unlimited = logged_in(&EC2X);
    assert_eq!(unlimited.ask("AT+IPR=9600"), printed(&["OK"]));
    assert_eq!(unlimited.module.baud(), None);
}

/// The milliseconds from the first byte of a line to so many bytes of the answer, rounded up.
fn timed(harness: &mut Harness, line: &[u8], count: usize) -> u128 {
    harness.write(line);
    hear(harness, count).1.as_nanos().div_ceil(1_000_000)
}

/// What a host sent before it dropped DTR is not lost.
#[test]
fn a_drop_of_dtr_comes_behind_the_bytes_on_their_way() {
    let mut harness = with_baud(&EC2X, 1200);
    assert_eq!(timed(&mut harness, b"AT&D1\r", 6), 100);
    harness.write(b"AT+QFTPPUT=\"a\",\"COM:\"\r");
    assert_eq!(hear(&mut harness, 11).0, printed(&["CONNECT"]).into_bytes());
    harness.write(b"hello");
    harness.happen(LineEvent::Dtr(false));
    harness.pass(SECOND);
    assert_eq!(harness.heard(), printed(&["OK", "+QFTPPUT: 0,5"]));
    assert_eq!(harness.server_file("/a"), Some(b"hello".to_vec()));
}

#[test]
fn a_line_with_a_speed_drops_the_line_feed_too() {
    for baud in [1200, 9600, 115_200, 3_000_000] {
        let mut harness = with_baud(&EC2X, baud);
        harness.write(b"AT+QFUPL=\"a\",5,100\r\n");
        assert_eq!(hear(&mut harness, 11).0, printed(&["CONNECT"]).into_bytes());
        harness.write(b"\nhell");
        let (heard, _) = hear(&mut harness, printed(&["+QFUPL: 5,304", "OK"]).len());
        assert_eq!(heard, printed(&["+QFUPL: 5,304", "OK"]).into_bytes());
    }
}

/// The contract holds with everything at once: the module asks for a time whenever it has something left to say.
#[test]
fn every_dialect_says_the_same_with_latency_and_speed() {
    for dialect in dialect::ALL {
        let lines = ["AT", "AT+CSQ;+CGMM", "AT+NOSUCH", "ATI", "ATE0V1"];
        let said = |harness: &mut Harness| -> String {
            lines
                .iter()
                .map(|line| {
                    harness.write(format!("{line}\r\n").as_bytes());
                    harness.pass(SECOND * 2);
                    harness.heard()
                })
                .collect()
        };
        let at_once = said(&mut logged_in(dialect));
        let latency: Latency = "1..90ms,seed=3".parse().expect("a latency");
        let slow = |module: Module| module.with_latency(latency).with_baud(Some(2400));
        assert_eq!(said(&mut logged_in_with(dialect, slow)), at_once);
    }
}
