//! Whole conversations of host and module in memory, with cuts, splits and delays: never success with other content.

use std::time::Duration;

use qftp::dialect::{self, Dialect, Family};
use qftp::host::{Answer, HostError, Login, Operation};
use qftp_test::conversation::LineEvent;
use qftp_test::conversation::play::Terminal as _;

use crate::harness::Cut;
use crate::input::Choices;
use crate::pair::{Gate, Pair};

/// Longest file: the server of the harness sends a few hundred bytes at once.
const LONGEST: usize = 3000;
/// Operations after the login.
const MOST_OPERATIONS: usize = 4;

/// Runs the target.
pub fn run(data: &[u8]) {
    let mut choices = Choices::new(data);
    let dialect = choices.of(dialect::ALL);
    let mut pair = Pair::new(dialect);
    assert!(logged_in(&mut pair), "no login on a line without faults");
    for _ in 0..MOST_OPERATIONS {
        if choices.is_empty() {
            break;
        }
        disturb(&mut pair, &mut choices);
        let content = content(&mut choices);
        match choices.byte() % 3 {
            0 => put(&mut pair, dialect, &content, &mut choices),
            1 => get(&mut pair, dialect, &content, &mut choices),
            _ => size(&mut pair, &content),
        }
    }
}

fn logged_in(pair: &mut Pair) -> bool {
    let mut login = Login::new("ftp.example.com", "test", "secret");
    login.apn = Some(b"internet".to_vec());
    pair.run(Operation::Identify).is_ok() && pair.run(Operation::Login(&login)).is_ok()
}

/// Sets faults of the line and of the server; most choices set none.
fn disturb(pair: &mut Pair, choices: &mut Choices<'_>) {
    pair.cut = match choices.byte() % 4 {
        0 => Cut::Whole,
        1 => Cut::Every(1 + choices.below(9)),
        2 => Cut::At(choices.below(200)),
        _ => Cut::Every(1),
    };
    let kinds = choices.byte();
    pair.harness.cut = if kinds & 1 == 0 {
        Cut::Whole
    } else {
        Cut::Every(1 + choices.below(20))
    };
    let now = pair.harness.now;
    let gate = |choices: &mut Choices<'_>| Gate {
        passes: choices.below(LONGEST),
        opens: now + Duration::from_millis(choices.below(60_000) as u64),
    };
    pair.up.gate = (kinds & 2 != 0).then(|| gate(choices));
    pair.down.gate = (kinds & 4 != 0).then(|| gate(choices));
    // The module's words end for good in the middle of the operation.
    pair.alive = (kinds & 8 != 0).then(|| choices.below(LONGEST));
    pair.harness.delay = Duration::from_millis(match kinds >> 4 & 3 {
        0 | 1 => 0,
        2 => 250,
        _ => 4000,
    });
    if kinds & 64 != 0 {
        let event = choices.of(&[
            LineEvent::Flow(20),
            LineEvent::Fail(550),
            LineEvent::Fail(426),
            LineEvent::Stall(true),
        ]);
        pair.harness.happen(event);
    }
}

/// Makes a file: of a pattern, or with text that looks like the module's.
fn content(choices: &mut Choices<'_>) -> Vec<u8> {
    let length = choices.below(LONGEST);
    let word: &[u8] = choices.of(&[
        &b"0123456789"[..],
        b"\r\nOK\r\n\r\n+QFTPGET: 0,8\r\n",
        b"\r\n+QFTPGET:9\r\n",
        b"\x03\x10\x10\x03",
        b"\r\n\r\r\n",
        b"+++",
        b"AT+QFDEL=\"*\"\r",
        b"\r\nNO CARRIER\r\n\r\nRDY\r\n",
    ]);
    word.iter().copied().cycle().take(length).collect()
}

fn put(pair: &mut Pair, dialect: &Dialect, content: &[u8], choices: &mut Choices<'_>) {
    let operation = Operation::Put {
        remote: b"a.bin",
        offset: 0,
        length: content.len() as u64,
        last: true,
    };
    pair.upload = content.to_vec();
    let Some(result) = run_or_cancel(pair, operation, choices) else {
        return;
    };
    if let Ok(answer) = result {
        assert_eq!(
            answer,
            Answer::Number(content.len() as u64),
            "{}",
            dialect.name
        );
        let stored = pair.harness.server.file("/a.bin");
        assert!(
            stored == Some(content),
            "{}: {} bytes went, {:?} are there",
            dialect.name,
            content.len(),
            stored.map(<[u8]>::len)
        );
    }
}

fn get(pair: &mut Pair, dialect: &Dialect, content: &[u8], choices: &mut Choices<'_>) {
    let flags = choices.byte();
    // A part, where the dialect has parts.
    let parts = dialect.family == Family::Lte && flags & 1 != 0;
    let offset = if parts {
        choices.below(LONGEST).min(content.len())
    } else {
        0
    };
    let wanted = &content[offset..];
    let limit = (parts && flags & 2 != 0).then(|| choices.below(LONGEST));
    let wanted = &wanted[..limit.unwrap_or(wanted.len()).min(wanted.len())];
    // Text of the family that states no length can end a download of unknown length early: callers give the size.
    let is_expected = flags & 4 != 0 || dialect.family == Family::Fibocom;
    // Not the file of an upload: one that was cut may still write to it.
    pair.harness.server.put("/b.bin", content.to_vec(), None);
    let operation = Operation::Get {
        remote: b"b.bin",
        offset: offset as u64,
        length: limit.map(|limit| limit as u64),
        expected: is_expected.then_some(wanted.len() as u64),
    };
    let Some(result) = run_or_cancel(pair, operation, choices) else {
        return;
    };
    if let Ok(answer) = result {
        let came = &pair.download;
        assert_eq!(
            answer,
            Answer::Number(came.len() as u64),
            "{}",
            dialect.name
        );
        assert!(
            came == wanted,
            "{}: {} bytes came of {}",
            dialect.name,
            came.len(),
            wanted.len()
        );
    }
}

fn size(pair: &mut Pair, content: &[u8]) {
    pair.harness.server.put("/c.bin", content.to_vec(), None);
    let operation = Operation::Size(b"c.bin");
    if is_refused(pair, operation) {
        return;
    }
    if let Ok(answer) = pair.run(operation) {
        assert_eq!(answer, Answer::Number(content.len() as u64));
    }
}

/// Runs an operation, or cancels it after some time; `None` where the host refuses it.
fn run_or_cancel(
    pair: &mut Pair,
    operation: Operation<'_>,
    choices: &mut Choices<'_>,
) -> Option<Result<Answer, HostError>> {
    if is_refused(pair, operation) {
        return None;
    }
    pair.start(operation);
    let flags = choices.byte();
    if flags & 1 != 0 {
        pair.settle();
        pair.pass_until(pair.harness.now + Duration::from_millis(choices.below(30_000) as u64));
        if let Some(failure) = pair.cancel() {
            return Some(Err(failure));
        }
    } else if flags & 6 == 6 {
        pair.settle();
        pair.harness.happen(LineEvent::LoseSession);
    }
    Some(pair.finish())
}

/// Returns true for what the host refuses before it sends a byte, as an upload of no bytes.
fn is_refused(pair: &Pair, operation: Operation<'_>) -> bool {
    let mut other = qftp::host::Host::new(pair.host.dialect());
    other.start(Duration::ZERO, operation).is_err()
}
