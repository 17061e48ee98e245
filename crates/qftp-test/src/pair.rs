//! The host engine and the module engine on one line in memory, under one simulated clock.

use std::fmt::Write;
use std::time::Duration;

use qftp::dialect::Dialect;
use qftp::host::{Answer, Event, Host, HostError, Operation, Warning};
use qftp::module::Quirks;

use crate::conversation::play::Terminal;
use crate::harness::{Cut, Harness};

/// More turns than any operation takes.
const TURNS: usize = 200_000;

/// A place on the line that is shut for a while: what comes first passes, the rest waits there.
#[derive(Clone, Copy, Debug)]
pub struct Gate {
    /// The number of bytes that still pass.
    pub passes: usize,
    /// The time when it opens.
    pub opens: Duration,
}

/// One way of the line.
#[derive(Debug, Default)]
pub struct Way {
    /// The gate on it, if there is one.
    pub gate: Option<Gate>,
    waiting: Vec<u8>,
}

/// Both ends, and what went over the line.
#[derive(Debug)]
pub struct Pair {
    /// The host.
    pub host: Host,
    /// The module, and all around it.
    pub harness: Harness,
    /// The host reads the line in pieces of so many bytes at most; the first of them may be cut shorter.
    pub cut: Cut,
    /// So many more bytes of the module's get through; the line is dead behind them.
    pub alive: Option<usize>,
    /// From the host: its port has taken what waits here. And from the module.
    pub up: Way,
    /// From the module: the line has taken what waits here.
    pub down: Way,
    /// So many more bytes the host's port takes.
    pub takes: Option<usize>,
    /// Bytes that the host has sent since the operation began.
    pub told: usize,
    /// Bytes that the module has said since the operation began.
    pub heard: usize,
    /// Payload for the host to send, and what it has received.
    pub upload: Vec<u8>,
    /// Payload that the host has received.
    pub download: Vec<u8>,
    /// Unsolicited lines that the host reported.
    pub urcs: Vec<Vec<u8>>,
    /// Lines that the host sent, as a log shows them; only after `Host::log_lines`.
    pub lines: Vec<String>,
    /// All that a log shows; the host itself too after each line, if it is to.
    pub shown: String,
    /// Shows the host itself after each line.
    pub shows_host: bool,
    /// Bytes of payload that a trace counts; only after `Host::log_payload`.
    pub payload: usize,
    /// Warnings of the host.
    pub warnings: Vec<Warning>,
    result: Option<Result<Answer, HostError>>,
}

impl Pair {
    /// Wires a host to a module that follows its manual.
    pub fn new(dialect: &'static Dialect) -> Self {
        Self::with_quirks(dialect, Quirks::MANUAL)
    }

    /// Wires a host to a module with quirks.
    pub fn with_quirks(dialect: &'static Dialect, quirks: Quirks) -> Self {
        Pair {
            host: Host::new(dialect),
            harness: Harness::with_quirks(dialect, quirks),
            cut: Cut::Whole,
            alive: None,
            up: Way::default(),
            down: Way::default(),
            takes: None,
            told: 0,
            heard: 0,
            upload: Vec::new(),
            download: Vec::new(),
            urcs: Vec::new(),
            lines: Vec::new(),
            shown: String::new(),
            shows_host: false,
            payload: 0,
            warnings: Vec::new(),
            result: None,
        }
    }

    /// Starts an operation.
    pub fn start(&mut self, operation: Operation<'_>) {
        self.heard = 0;
        self.told = 0;
        self.download.clear();
        self.result = None;
        let started = self.host.start(self.harness.now, operation);
        assert_eq!(started, Ok(()), "{operation:?}");
    }

    /// Carries an operation out.
    ///
    /// # Errors
    ///
    /// That of the operation.
    pub fn run(&mut self, operation: Operation<'_>) -> Result<Answer, HostError> {
        self.start(operation);
        self.finish()
    }

    /// Uploads with an operation that wants payload.
    ///
    /// # Errors
    ///
    /// That of the operation.
    pub fn send(&mut self, operation: Operation<'_>, payload: &[u8]) -> Result<Answer, HostError> {
        self.upload = payload.to_vec();
        self.run(operation)
    }

    /// Ends the running operation, which is over at the same instant; `None` where it was over before.
    pub fn cancel(&mut self) -> Option<HostError> {
        if self.host.is_idle() {
            return None;
        }
        self.host.abort(self.harness.now);
        assert!(self.host.is_idle());
        assert_eq!(self.host.poll_timeout(), None);
        self.drain();
        match self.result.take() {
            Some(Err(failure)) => Some(failure),
            other => panic!("{other:?}"),
        }
    }

    /// Lets everything happen until the operation is over.
    ///
    /// # Errors
    ///
    /// That of the operation.
    pub fn finish(&mut self) -> Result<Answer, HostError> {
        for _ in 0..TURNS {
            while self.turn() {}
            if let Some(result) = self.result.take() {
                return result;
            }
            self.pass();
        }
        panic!("no end: {:?}", self.host);
    }

    /// Lets everything happen that happens at this moment.
    pub fn settle(&mut self) {
        while self.turn() {}
    }

    /// Takes one turn of both ends; `false` if nothing happened.
    fn turn(&mut self) -> bool {
        let mut happened = self.drain();
        if let Some(mut sent) = self.host.poll_transmit().map(<[u8]>::to_vec) {
            if let Some(takes) = &mut self.takes {
                sent.truncate(*takes);
                *takes -= sent.len();
            }
            self.told += sent.len();
            self.up.waiting.extend_from_slice(&sent);
            self.host.transmitted(self.harness.now, sent.len());
            happened |= !sent.is_empty();
        }
        let sent = self.up.pass(self.harness.now);
        if !sent.is_empty() {
            self.harness.write(&sent);
        }
        self.harness.settle();
        let printed = std::mem::take(&mut self.harness.printed);
        self.down.waiting.extend(printed);
        let mut printed = self.down.pass(self.harness.now);
        happened |= !printed.is_empty();
        self.heard += printed.len();
        if let Some(alive) = &mut self.alive {
            printed.truncate(*alive);
            *alive -= printed.len();
        }
        let (first, size) = match self.cut {
            Cut::Whole => (0, printed.len()),
            Cut::Every(size) => (0, size),
            Cut::At(at) => (at.min(printed.len()), printed.len()),
        };
        let (first, rest) = printed.split_at(first);
        for piece in [first].into_iter().chain(rest.chunks(size.max(1))) {
            self.host.handle_input(self.harness.now, piece);
            self.drain();
        }
        happened
    }

    fn drain(&mut self) -> bool {
        let mut happened = false;
        let mut wanted = false;
        while let Some(event) = self.host.poll_event() {
            happened = true;
            match event {
                Event::Data(data) => self.download.extend_from_slice(data),
                Event::Urc(line) => self.urcs.push(line.to_vec()),
                Event::WantData => wanted = true,
                Event::Done(result) => self.result = Some(result),
                Event::Warning(warning) => self.warnings.push(warning),
                Event::Line(line) => {
                    let text = line.text.escape_ascii().to_string();
                    self.shown += &text;
                    if line.sent {
                        self.lines.push(text);
                    }
                    if self.shows_host {
                        write!(self.shown, "{:?}", self.host).expect("text");
                    }
                }
                Event::Payload(log) => {
                    self.shown += &log.first.escape_ascii().to_string();
                    self.payload += log.length;
                }
                _ => {}
            }
        }
        if wanted {
            let count = self.host.supply(&self.upload);
            self.upload.drain(..count);
        }
        happened
    }

    /// Goes on to the next deadline of either end.
    fn pass(&mut self) {
        let host = self.host.poll_timeout();
        let others = [
            self.harness.next_moment(),
            self.up.opens(),
            self.down.opens(),
        ];
        let Some(at) = others.into_iter().flatten().chain(host).min() else {
            panic!("both ends wait for ever: {:?}", self.host);
        };
        let now = self.harness.now;
        self.harness.pass(at.saturating_sub(now));
        // What is said meanwhile is heard before the host gives up.
        while self.turn() {}
        if self.result.is_none() && host.is_some_and(|at| at <= self.harness.now) {
            self.host.handle_timeout(self.harness.now);
        }
    }

    /// Lets an operation run until then, or to its end.
    pub fn pass_until(&mut self, end: Duration) {
        self.settle();
        let due = |pair: &Self| pair.host.poll_timeout().is_some_and(|at| at <= end);
        while self.result.is_none() && due(self) {
            self.pass();
        }
        if self.harness.now < end {
            self.idle(end.saturating_sub(self.harness.now));
        }
    }

    /// Lets time pass with no operation running.
    pub fn idle(&mut self, time: Duration) {
        self.harness.pass(time);
        self.settle();
    }
}

impl Way {
    /// Returns the bytes that get through by now.
    fn pass(&mut self, now: Duration) -> Vec<u8> {
        match &mut self.gate {
            Some(gate) if now < gate.opens => {
                let count = gate.passes.min(self.waiting.len());
                gate.passes -= count;
                self.waiting.drain(..count).collect()
            }
            _ => std::mem::take(&mut self.waiting),
        }
    }

    /// Returns the time when the waiting bytes get through.
    fn opens(&self) -> Option<Duration> {
        let gate = self.gate.filter(|_| !self.waiting.is_empty())?;
        Some(gate.opens)
    }
}
