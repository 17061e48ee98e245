//! The host engine against scripted modules, in memory, under a simulated clock.

mod answers;
mod arguments;
mod broken_off;
mod cancellations;
mod identification;
mod interruptions;
mod login;
mod noise;
mod questions;
mod transfers;
mod waits;

use std::time::Duration;

use qftp::dialect;
use qftp::host::{Answer, Event, Host, HostError, Operation};

/// What a module is expected to hear, and what it answers.
type Turn<'a> = (&'a [u8], &'a [u8]);

#[derive(Debug, Default, PartialEq, Eq)]
struct Heard {
    data: Vec<u8>,
    urcs: Vec<Vec<u8>>,
    result: Option<Result<Answer, HostError>>,
}

struct Line {
    host: Host,
    now: Duration,
    sent: Vec<u8>,
    upload: Vec<u8>,
    heard: Heard,
}

impl Line {
    fn new() -> Self {
        Line::of(dialect::by_name("ec2x").expect("ec2x"))
    }

    fn of(dialect: &'static dialect::Dialect) -> Self {
        Line {
            host: Host::new(dialect),
            now: Duration::ZERO,
            sent: Vec::new(),
            upload: Vec::new(),
            heard: Heard::default(),
        }
    }

    fn start(&mut self, operation: Operation<'_>) {
        self.heard = Heard::default();
        self.host.start(self.now, operation).expect("started");
        self.drain();
    }

    /// Drains events and what is to be sent, feeding the upload.
    fn drain(&mut self) {
        loop {
            let mut wanted = false;
            while let Some(event) = self.host.poll_event() {
                match event {
                    Event::Data(data) => self.heard.data.extend_from_slice(data),
                    Event::Urc(line) => self.heard.urcs.push(line.to_vec()),
                    Event::WantData => wanted = true,
                    Event::Done(result) => self.heard.result = Some(result),
                    _ => {}
                }
            }
            if wanted {
                let count = self.host.supply(&self.upload);
                self.upload.drain(..count);
            }
            let Some(bytes) = self.host.poll_transmit() else {
                break;
            };
            let count = bytes.len();
            self.sent.extend_from_slice(bytes);
            self.host.transmitted(self.now, count);
        }
    }

    fn hear(&mut self, bytes: &[u8], chunk: usize) {
        for piece in bytes.chunks(chunk.max(1)) {
            self.host.handle_input(self.now, piece);
            self.drain();
        }
    }

    /// Answers the lines that set a module up again which has restarted.
    fn set_up_again(&mut self) {
        for line in [&b"ATE0Q0V1\r"[..], b"AT+CMEE=1\r"] {
            assert!(self.sent.ends_with(line), "{}", self.sent.escape_ascii());
            self.hear(b"\r\nOK\r\n", 1000);
        }
    }

    /// Lets so much time pass.
    fn pass(&mut self, time: Duration) {
        let end = self.now + time;
        while let Some(at) = self.host.poll_timeout().filter(|at| *at <= end) {
            self.now = self.now.max(at);
            self.host.handle_timeout(self.now);
            self.drain();
        }
        self.now = end;
    }

    /// Lets time pass until the operation is over.
    fn wait(&mut self) {
        for _ in 0..1000 {
            if self.heard.result.is_some() {
                return;
            }
            let at = self
                .host
                .poll_timeout()
                .expect("a deadline while something runs");
            self.now = self.now.max(at);
            self.host.handle_timeout(self.now);
            self.drain();
        }
        panic!("no end: {:?}", self.heard);
    }

    /// Plays the turns: what is heard must be exactly what is expected.
    fn play(&mut self, turns: &[Turn<'_>], chunk: usize) -> Result<Answer, HostError> {
        for (expected, answer) in turns {
            assert_eq!(
                self.sent.escape_ascii().to_string(),
                expected.escape_ascii().to_string()
            );
            self.sent.clear();
            self.hear(answer, chunk);
        }
        self.wait();
        self.heard.result.clone().expect("a result")
    }
}

fn run(
    operation: Operation<'_>,
    turns: &[Turn<'_>],
    chunk: usize,
) -> (Result<Answer, HostError>, Heard) {
    let mut line = Line::new();
    line.start(operation);
    let result = line.play(turns, chunk);
    (result, line.heard)
}
