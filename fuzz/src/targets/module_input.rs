//! Any bytes typed at the module, and events of its server and its line between them.
//!
//! The module comes to rest, asks for one thing at a time, and says no more at once than its output may hold.

use std::time::Duration;

use qftp::dialect::{self, Family};
use qftp::module::Quirks;
use qftp_test::conversation::LineEvent;
use qftp_test::conversation::play::Terminal as _;

use crate::harness::{Harness, logged_in_with_quirks};
use crate::input::{Choices, Part, cut, parts};

/// Longest input: each byte may be a turn of the harness.
const LONGEST: usize = 2048;
/// The most output that waits for a host that does not read: what the module may hold, and one answer.
const MOST_OUTPUT: usize = 256 * 1024;

/// Quirks of the LTE modules, for which they change most.
const QUIRKS: [&str; 4] = [
    "",
    "mask-password,quoted-pwd,urc-before-ok",
    "escape-aborts,any-timeout,cache-size",
    "payload-from-cr,busy-until-close",
];

/// Events by number; the first pass time.
const EVENTS: [LineEvent; 9] = [
    LineEvent::Wait(Duration::from_secs(1)),
    LineEvent::Wait(Duration::from_secs(200)),
    LineEvent::Dtr(false),
    LineEvent::Dtr(true),
    LineEvent::Stall(true),
    LineEvent::Stall(false),
    LineEvent::Flow(20),
    LineEvent::Fail(550),
    LineEvent::LoseSession,
];

/// Runs the target.
pub fn run(data: &[u8]) {
    let data = &data[..data.len().min(LONGEST)];
    let mut choices = Choices::new(data);
    let dialect = choices.of(dialect::ALL);
    let quirks = choices.of(&QUIRKS);
    let flags = choices.byte();
    let seed = choices.byte();
    let quirks: Quirks = match dialect.family {
        Family::Lte => quirks.parse().expect("quirks"),
        Family::Gsm | Family::Fibocom => Quirks::MANUAL,
    };
    let mut harness = if flags & 1 == 0 {
        Harness::with_quirks(dialect, quirks)
    } else {
        logged_in_with_quirks(dialect, quirks)
    };
    harness
        .server
        .put("/a.txt", (0..=255).cycle().take(1500).collect(), None);
    harness.fill("b.txt", vec![b'b'; 700]);
    harness.line_is_full = flags & 2 != 0;
    if flags & 4 != 0 {
        harness.delay = Duration::from_millis(200);
    }
    for part in parts(choices.rest()) {
        match part {
            Part::Bytes(bytes) => {
                for piece in cut(bytes, seed) {
                    harness.write(piece);
                }
            }
            Part::Action(number) => {
                let event = EVENTS[usize::from(number) % EVENTS.len()];
                match event {
                    LineEvent::Wait(time) => harness.silence(time),
                    event => assert!(harness.happen(event), "{event:?} is known"),
                }
            }
        }
        let waiting = harness.module.poll_transmit().map_or(0, <[u8]>::len);
        assert!(waiting <= MOST_OUTPUT, "{waiting} bytes of output wait");
        harness.printed.clear();
    }
    harness.line_is_full = false;
    harness.silence(Duration::from_secs(1000));
}
