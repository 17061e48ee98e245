//! A line with faults: what arrives of what is sent, in which pieces and when.

use std::time::Duration;

use super::*;

const MS: Duration = Duration::from_millis(1);
const UP: FaultStream = FaultStream::Upstream;
const DOWN: FaultStream = FaultStream::Downstream;

fn line(plan: &str) -> LineFaults {
    LineFaults::new(&plan.parse().expect(plan))
}

/// Sends pieces downstream; returns what has arrived by then, and how many rules fired.
fn arrived(line: &mut LineFaults, now: Duration, sent: &[&[u8]]) -> (Vec<u8>, usize) {
    for bytes in sent {
        line.handle(now, DOWN, bytes);
    }
    let (mut bytes, mut fired) = (Vec::new(), 0);
    while let Some(piece) = line.poll_output(now, DOWN) {
        match piece {
            LinePiece::Bytes(piece) => bytes.extend(piece),
            LinePiece::Fired(_) => fired += 1,
        }
    }
    (bytes, fired)
}

/// Returns what arrives of a text, however it is cut.
fn arrives(plan: &str, sent: &[u8]) -> Vec<u8> {
    let (whole, fired) = arrived(&mut line(plan), MS, &[sent]);
    for size in 1..=sent.len() {
        let pieces: Vec<&[u8]> = sent.chunks(size).collect();
        let cut = arrived(&mut line(plan), MS, &pieces);
        assert_eq!(cut, (whole.clone(), fired), "{plan} by {size}");
    }
    whole
}

#[test]
fn bytes_are_lost_doubled_and_inserted_at_their_place() {
    for (plan, expected) in [
        ("", &b"0123456789"[..]),
        ("lose bytes=2 after=3", b"01256789"),
        ("lose bytes=2", b"23456789"),
        ("lose bytes=2 after=9", b"012345678"),
        ("lose bytes=2 after=10", b"0123456789"),
        ("lose after=3 count=2", b"01245689"),
        ("lose after=3 nth=2", b"012345789"),
        ("lose count=all", b""),
        ("double bytes=2 after=3", b"012334456789"),
        ("insert text=abc after=3", b"012abc3456789"),
        ("insert text=abc after=10", b"0123456789abc"),
        ("insert text=a count=3", b"a0a1a23456789"),
        ("foreign-urc text=RING after=2", b"01\r\nRING\r\n23456789"),
        (
            "foreign-answer text=\"+CSQ: 20,99\" after=2",
            b"01\r\n+CSQ: 20,99\r\n\r\nOK\r\n23456789",
        ),
        // The second rule counts what the first has left.
        ("lose bytes=5\nlose bytes=1 after=1", b"5789"),
        ("lose stream=upstream", b"0123456789"),
        ("drop-data after=3", b"0123456789"),
        ("slicer size=3 delay=0", b"0123456789"),
    ] {
        assert_eq!(
            arrives(plan, b"0123456789").escape_ascii().to_string(),
            expected.escape_ascii().to_string(),
            "{plan}"
        );
    }
}

#[test]
fn changed_bytes_are_others_and_a_seed_repeats_them() {
    let sent = [7; 1000];
    let changed = |seed| {
        let mut plan: FaultPlan = "change count=all toxicity=0.1".parse().expect("a plan");
        plan.seed = seed;
        arrived(&mut LineFaults::new(&plan), MS, &[&sent]).0
    };
    let bytes = changed(1);
    let differ = bytes.iter().filter(|byte| **byte != 7).count();
    assert!((50..200).contains(&differ), "{differ}");
    assert_eq!(bytes.len(), sent.len());
    assert_eq!(bytes, changed(1));
    assert_ne!(bytes, changed(2));
    assert_eq!(arrives("change bytes=2 after=3", b"0123456789").len(), 10);
}

#[test]
fn a_slicer_cuts_into_pieces_with_pauses() {
    let mut line = line("slicer size=4 delay=2ms bytes=6");
    line.handle(MS, DOWN, b"0123456789");
    assert!(matches!(
        line.poll_output(MS, DOWN),
        Some(LinePiece::Fired(_))
    ));
    let piece = |bytes: &[u8]| Some(LinePiece::Bytes(bytes.to_vec()));
    assert_eq!(line.poll_output(MS, DOWN), piece(b"0123"));
    assert_eq!(line.poll_output(MS, DOWN), None);
    assert_eq!(line.poll_timeout(DOWN), Some(MS * 3));
    assert_eq!(line.poll_output(MS * 3, DOWN), piece(b"45"));
    assert_eq!(line.poll_output(MS * 4, DOWN), None);
    assert_eq!(line.poll_output(MS * 5, DOWN), piece(b"6789"));
    assert_eq!((line.poll_timeout(DOWN), line.holds(DOWN)), (None, false));
}

#[test]
fn a_stall_holds_what_comes_and_a_host_that_goes_does_not_get_it() {
    let mut line = line("stall for=5s after=3");
    assert_eq!(arrived(&mut line, MS, &[b"012345"]).0, b"012");
    assert_eq!(arrived(&mut line, MS * 2, &[b"67"]).0, b"");
    assert!(line.holds(DOWN) && !line.holds(UP));
    assert_eq!(line.poll_timeout(DOWN), Some(MS * 5001));
    let mut other = line.clone();
    assert_eq!(arrived(&mut line, MS * 5001, &[]).0, b"34567");
    other.discard(DOWN);
    assert_eq!(arrived(&mut other, MS * 9000, &[b"89"]).0, b"89");
}

#[test]
fn a_rule_with_an_event_waits_for_it() {
    let mut line = line("lose after=2 on=+CSQ count=2");
    assert_eq!(arrived(&mut line, MS, &[b"0123"]).0, b"0123");
    for expected in [&b"0134"[..], b"0134", b"01234"] {
        line.see(FaultEventKind::AtCommand, "+CSQ", 0);
        assert_eq!(arrived(&mut line, MS, &[b"01234"]).0, expected);
    }
}

#[test]
fn what_was_said_before_an_event_does_not_count() {
    let mut line = line("lose after=1 on=+CSQ");
    line.see(FaultEventKind::AtCommand, "+CSQ", 3);
    assert_eq!(arrived(&mut line, MS, &[b"0123456"]).0, b"012356");
}

#[test]
fn clearing_lets_everything_pass() {
    let mut line = line("stall for=5s\nlose count=all stream=upstream");
    assert_eq!(arrived(&mut line, MS, &[b"0123"]).0, b"");
    assert!(!line.is_clean(DOWN) && !line.is_clean(UP));
    line.clear();
    assert_eq!(arrived(&mut line, MS, &[b"45"]).0, b"012345");
    assert!(line.is_clean(DOWN) && line.is_clean(UP));
}

#[test]
fn other_actions_are_told_at_their_place() {
    let mut line = line("silent after=3\nnoise after=1 link=line");
    line.handle(MS, DOWN, b"01234");
    let mut told = Vec::new();
    while let Some(piece) = line.poll_output(MS, DOWN) {
        told.push(match piece {
            LinePiece::Bytes(bytes) => String::from_utf8(bytes).expect("digits"),
            LinePiece::Fired(rule) => rule.action.name().to_owned(),
        });
    }
    assert_eq!(told, ["0", "noise", "12", "silent", "34"]);
}
