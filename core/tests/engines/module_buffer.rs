//! The download buffer of `nl668` at its limits: 512000 bytes, taken up again at half, two minutes (003 §1.2.18,
//! §1.2.19).

use std::time::Duration;

use crate::harness::{Harness, logged_in, printed};
use qftp::dialect::nl668::NL668;
use qftp::ftp::FtpOperation;
use qftp_test::conversation::play::Terminal;
use qftp_test::conversation::{LineEvent, sample};

const BUFFER: usize = 512_000;
/// The most that one FTPRECV reads.
const MOST: usize = 3000;

fn content(size: usize) -> Vec<u8> {
    (0..size).map(sample).collect()
}

/// A module that was told to get a file of so many bytes, and what it said.
fn fetching(size: usize) -> (Harness, String) {
    let mut harness = logged_in(&NL668);
    harness.server.put("/a", content(size), None);
    let answer = harness.ask("AT+FTPGET=\"a\"");
    (harness, answer)
}

/// Reads at most so many bytes.
fn receive(harness: &mut Harness, count: usize) -> Vec<u8> {
    harness.write(format!("AT+FTPRECV={count}\r").as_bytes());
    let mut answer = harness.read();
    let head = b"\r\n+FTPRECV: ";
    assert!(answer.starts_with(head), "{}", answer.escape_ascii());
    let end = answer
        .windows(2)
        .skip(head.len())
        .position(|pair| pair == b"\r\n")
        .expect("the end of a line")
        + head.len();
    let digits = std::str::from_utf8(&answer[head.len()..end]).expect("digits");
    let length: usize = digits.parse().expect("a number");
    let payload: Vec<u8> = answer.drain(end + 2..end + 2 + length).collect();
    let rest = &answer[end + 2..];
    assert!(
        rest.starts_with(b"\r\nOK\r\n"),
        "{} behind the payload",
        rest.escape_ascii()
    );
    harness.printed.splice(..0, rest[6..].iter().copied());
    payload
}

/// Reads so many bytes, piece by piece.
fn receive_all(harness: &mut Harness, count: usize) -> Vec<u8> {
    let mut all = Vec::new();
    while all.len() < count {
        let piece = receive(harness, MOST.min(count - all.len()));
        assert!(!piece.is_empty(), "after {} of {count}", all.len());
        all.extend(piece);
    }
    all
}

/// Offset and limit of each data connection for the file.
fn connections(harness: &Harness) -> Vec<(u64, Option<u64>)> {
    let retrieves = harness
        .server
        .asked
        .iter()
        .filter_map(|operation| match operation {
            FtpOperation::Retrieve(retrieve) => Some((retrieve.offset, retrieve.limit)),
            _ => None,
        });
    retrieves.collect()
}

fn available(harness: &mut Harness, count: usize) {
    let answer = harness.ask("AT+FTPRECV?");
    assert_eq!(answer, printed(&[&format!("+FTPRECV: {count}"), "OK"]));
}

#[test]
fn a_file_that_fits_comes_over_one_data_connection() {
    for size in [1, MOST, BUFFER - 1] {
        let (mut harness, answer) = fetching(size);
        assert_eq!(
            answer,
            printed(&["OK", "+FTPGET: 2", "+FTPGET: 1"]),
            "{size}"
        );
        available(&mut harness, size);
        assert!(receive_all(&mut harness, size) == content(size));
        available(&mut harness, 0);
        assert_eq!(connections(&harness), [(0, Some(BUFFER as u64))]);
    }
}

#[test]
fn a_full_buffer_closes_the_data_connection_until_half_of_it_is_free() {
    for size in [BUFFER, BUFFER + 1, 700_000] {
        let (mut harness, answer) = fetching(size);
        // Whether that was all is not known yet.
        assert_eq!(answer, printed(&["OK", "+FTPGET: 2"]), "{size}");
        available(&mut harness, BUFFER);
        assert_eq!(
            harness.ask("AT+FTPGET?"),
            printed(&["+FTPGET:\"a\",1,0", "OK"])
        );
        assert_eq!(harness.ask("AT+FTPNOOP"), printed(&["ERROR"]));
        let mut all = receive_all(&mut harness, BUFFER / 2 - 1);
        available(&mut harness, BUFFER / 2 + 1);
        assert_eq!(connections(&harness).len(), 1);
        all.extend(receive(&mut harness, 1));
        let again = (BUFFER as u64, Some(BUFFER as u64 / 2));
        assert_eq!(connections(&harness), [(0, Some(BUFFER as u64)), again]);
        assert_eq!(harness.heard(), printed(&["+FTPGET: 1"]));
        all.extend(receive_all(&mut harness, size - BUFFER / 2));
        assert!(all == content(size), "{size}");
        available(&mut harness, 0);
        assert_eq!(harness.ask("AT+FTPNOOP"), printed(&["OK", "+FTPNOOP: 1"]));
    }
}

#[test]
fn a_large_file_comes_whole_through_the_buffer() {
    let size = 1_500_000;
    for delay in [0, 300] {
        let mut harness = logged_in(&NL668);
        harness.server.put("/a", content(size), None);
        harness.delay = Duration::from_millis(delay);
        harness.write(b"AT+FTPGET=\"a\"\r");
        let (mut all, mut told) = (Vec::new(), Vec::new());
        while all.len() < size {
            told.append(&mut harness.printed);
            let piece = receive(&mut harness, MOST);
            if piece.is_empty() {
                assert_ne!(harness.module.poll_timeout(), None, "after {}", all.len());
            }
            if piece.len() < MOST {
                harness.pass(Duration::from_secs(1));
            }
            all.extend(piece);
        }
        assert!(all == content(size));
        harness.pass(Duration::from_secs(1));
        told.append(&mut harness.printed);
        let end = printed(&["OK", "+FTPGET: 2", "+FTPGET: 1"]);
        assert_eq!(String::from_utf8_lossy(&told), end);
        available(&mut harness, 0);
        let connections = connections(&harness);
        assert!(connections.len() > 3 || delay > 0, "{connections:?}");
        assert!(connections.is_sorted_by(|(one, _), (next, _)| one < next));
    }
}

#[test]
fn a_full_buffer_that_nobody_reads_is_dropped_with_the_session_after_two_minutes() {
    let (mut harness, _) = fetching(BUFFER + 1);
    harness.pass(Duration::from_secs(119));
    assert_eq!(receive(&mut harness, 1), content(1));
    harness.pass(Duration::from_secs(119));
    available(&mut harness, BUFFER - 1);
    harness.pass(Duration::from_secs(1));
    assert_eq!(harness.heard(), printed(&["+FTPGET: 0"]));
    available(&mut harness, 0);
    assert_eq!(harness.ask("AT+FTPOPEN?"), printed(&["+FTPOPEN: 0", "OK"]));
    assert!(!harness.server.is_open);
}

#[test]
fn a_session_lost_while_the_buffer_is_full_ends_the_download() {
    let (mut harness, _) = fetching(BUFFER + 1);
    harness.happen(LineEvent::LoseSession);
    assert_eq!(harness.heard(), printed(&["+FTPGET: 0"]));
    available(&mut harness, 0);
    assert_eq!(harness.ask("AT+FTPNOOP"), printed(&["+CME ERROR: 2024"]));
}

#[test]
fn closing_drops_a_full_buffer() {
    let (mut harness, _) = fetching(BUFFER + 1);
    assert_eq!(harness.ask("AT+FTPCLOSE"), printed(&["OK", "+FTPCLOSE: 1"]));
    available(&mut harness, 0);
    // Nothing of it is left to run out of time under the next session.
    let open = "AT+FTPOPEN=\"ftp.example.com\",\"u\",\"p\"";
    assert_eq!(harness.ask(open), printed(&["OK", "+FTPOPEN: 1"]));
    harness.pass(Duration::from_secs(600));
    assert_eq!(harness.ask("AT+FTPOPEN?"), printed(&["+FTPOPEN: 1", "OK"]));
}

/// The rest cannot be had: what is there can still be read.
#[test]
fn a_data_connection_that_cannot_be_taken_up_again_ends_the_download() {
    let (mut harness, _) = fetching(BUFFER + 1);
    harness.server.refuse = Some(425);
    receive_all(&mut harness, BUFFER / 2);
    assert_eq!(harness.heard(), printed(&["+FTPGET: 0"]));
    available(&mut harness, BUFFER / 2);
    assert_eq!(receive_all(&mut harness, BUFFER / 2).len(), BUFFER / 2);
    assert_eq!(harness.ask("AT+FTPNOOP"), printed(&["OK", "+FTPNOOP: 1"]));
}

/// Fills the buffer with a file of this size; the server refuses to take it up again.
fn refused_at_the_edge(size: usize) -> (Harness, String) {
    let (mut harness, answer) = fetching(size);
    assert_eq!(answer, printed(&["OK", "+FTPGET: 2"]), "{size}");
    harness.happen(LineEvent::Fail(554));
    assert!(receive_all(&mut harness, BUFFER / 2) == content(size)[..BUFFER / 2]);
    let heard = harness.heard();
    (harness, heard)
}

#[test]
fn ftpget_003_1_2_17_a_file_that_ends_at_the_edge_of_the_buffer_is_whole() {
    let (mut harness, heard) = refused_at_the_edge(BUFFER);
    assert_eq!(heard, printed(&["+FTPGET: 1"]));
    let size = FtpOperation::Size(b"a".to_vec());
    assert_eq!(harness.server.asked.last(), Some(&size));
    assert!(receive_all(&mut harness, BUFFER / 2) == content(BUFFER)[BUFFER / 2..]);
    assert_eq!(harness.ask("AT+FTPNOOP"), printed(&["OK", "+FTPNOOP: 1"]));
}

#[test]
fn ftpget_003_1_2_17_a_file_that_goes_on_behind_the_buffer_is_not() {
    let (mut harness, heard) = refused_at_the_edge(BUFFER + 1);
    assert_eq!(heard, printed(&["+FTPGET: 0"]));
    assert_eq!(harness.ask("AT+FTPNOOP"), printed(&["OK", "+FTPNOOP: 1"]));
}

#[test]
fn ftpget_003_1_2_18_a_first_connection_that_is_refused_asks_for_no_size() {
    let mut harness = logged_in(&NL668);
    let answer = harness.ask("AT+FTPGET=\"missing\"");
    assert_eq!(answer, printed(&["OK", "+FTPGET: 0"]));
    let asked = harness.server.asked.last();
    assert!(matches!(asked, Some(FtpOperation::Retrieve(_))));
}
