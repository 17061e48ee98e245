//! A line in memory with a module and a server behind it, a clock of its own, and one fault.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use qftp::port::Port;
use qftp_test::conversation::play::Terminal;
use qftp_test::harness::Harness;

use crate::fault::{Fault, FaultKind, FaultPlace, Way};

/// The time that a stalled line is silent for.
const STALL: Duration = Duration::from_secs(7);

/// The line and all behind it.
pub(crate) struct Line {
    pub(crate) harness: Harness,
    fault: Option<Fault>,
    /// Set when the fault has happened.
    pub(crate) happened: bool,
    /// Bytes that have passed since the transfer began, up and down.
    passed: [u64; 2],
    /// Positions behind the ends of lines, up and down; only where they are noted.
    pub(crate) ends: [Vec<u64>; 2],
    pub(crate) notes_ends: bool,
    /// Bytes of the module that the host has not read yet.
    waiting: Vec<u8>,
    /// The line is silent in a direction until then.
    stalled: [Duration; 2],
    /// Bytes of the host behind a stall.
    held: Vec<u8>,
    /// FTP operations that were asked for when the transfer began.
    asked: usize,
    /// The module is silent, or the server, until then.
    server_stalled: Option<Duration>,
    /// The largest number of bytes that one read returns.
    pub(crate) read_limit: usize,
}

impl Line {
    pub(crate) fn new(harness: Harness) -> Self {
        Line {
            harness,
            fault: None,
            happened: false,
            passed: [0; 2],
            ends: [Vec::new(), Vec::new()],
            notes_ends: false,
            waiting: Vec::new(),
            stalled: [Duration::ZERO; 2],
            held: Vec::new(),
            asked: 0,
            server_stalled: None,
            read_limit: usize::MAX,
        }
    }

    /// Counts from here on, and sets the fault that happens.
    pub(crate) fn begin(&mut self, fault: Option<Fault>) {
        self.fault = fault;
        self.happened = false;
        self.passed = [0; 2];
        self.asked = self.harness.server.asked.len();
    }

    /// Ends what the fault left, and lets no other happen.
    pub(crate) fn end(&mut self) {
        self.fault = None;
        self.stalled = [Duration::ZERO; 2];
        self.server_stalled = None;
        self.harness.server.stalled = false;
        self.harness.server.refuse = None;
        self.harness.module.lose_urc(false);
    }

    /// Returns the bytes that have passed, up and down, and the FTP operations that were asked for.
    pub(crate) fn counts(&self) -> [u64; 3] {
        let asked = self.harness.server.asked.len() - self.asked;
        [self.passed[0], self.passed[1], asked as u64]
    }

    /// Passes bytes in one direction, with what the fault makes of them.
    fn pass(&mut self, way: Way, bytes: &[u8]) -> Vec<u8> {
        let before = self.passed[way as usize];
        self.passed[way as usize] += bytes.len() as u64;
        if self.notes_ends {
            for (index, byte) in bytes.iter().enumerate() {
                if matches!(byte, b'\r' | b'\n') {
                    self.ends[way as usize].push(before + index as u64 + 1);
                }
            }
        }
        let mut bytes = bytes.to_vec();
        let Some(fault) = self.fault.filter(|_| !self.happened) else {
            return bytes;
        };
        let FaultPlace::Byte(place, at) = fault.place else {
            return bytes;
        };
        if place != way || at < before || at >= before + bytes.len() as u64 {
            return bytes;
        }
        self.happened = true;
        let at = usize::try_from(at - before).expect("in memory");
        if !fault.spoil(&mut bytes, at) {
            self.happen(fault);
        }
        bytes
    }

    /// Lets the server's part of the fault happen where its operation is next.
    fn watch_server(&mut self) {
        let Some(fault) = self.fault.filter(|_| !self.happened) else {
            return;
        };
        if let FaultPlace::Operation(number) = fault.place
            && self.counts()[2] >= number
        {
            self.happened = true;
            self.happen(fault);
        }
    }

    fn happen(&mut self, fault: Fault) {
        let harness = &mut self.harness;
        let now = harness.now;
        match fault.kind {
            FaultKind::Reboot => {
                harness.server.in_flight = fault.amount;
                harness.module.restart(now);
            }
            FaultKind::LoseContexts => harness.module.lose_contexts(now),
            FaultKind::DropControl => harness.server.lose_session(),
            FaultKind::DropData => harness.server.lose_data(fault.amount),
            FaultKind::LoseUrc => harness.module.lose_urc(true),
            FaultKind::Busy => harness.module.set_busy(true),
            FaultKind::WouldBlock => harness.module.set_would_block(true),
            FaultKind::Stall(way) => self.stalled[way as usize] = now + STALL,
            FaultKind::StallServer => {
                harness.server.stalled = true;
                self.server_stalled = Some(now + STALL * 2);
            }
            FaultKind::Refuse(code) => harness.server.refuse = Some(code),
            kind => unreachable!("{kind:?} changes bytes"),
        }
        self.harness.settle();
    }

    /// Lets everything happen that is due, and collects what the module says.
    fn settle(&mut self) {
        let now = self.harness.now;
        if self.server_stalled.is_some_and(|until| now >= until) {
            self.server_stalled = None;
            self.harness.server.stalled = false;
        }
        if now >= self.stalled[Way::Up as usize] && !self.held.is_empty() {
            let held = std::mem::take(&mut self.held);
            self.harness.write(&held);
        }
        self.harness.settle();
        self.watch_server();
        if now >= self.stalled[Way::Down as usize] {
            let printed = std::mem::take(&mut self.harness.printed);
            if !printed.is_empty() {
                let printed = self.pass(Way::Down, &printed);
                self.waiting.extend(printed);
            }
        }
    }

    /// Returns the next time at which something happens by itself.
    fn next_moment(&self) -> Option<Duration> {
        let now = self.harness.now;
        let ends = self.stalled.into_iter().filter(|end| *end > now);
        let next = ends
            .chain(self.server_stalled)
            .chain(self.harness.next_moment());
        next.min()
    }

    fn pass_time(&mut self, end: Duration) {
        let now = self.harness.now;
        self.harness.pass(end.saturating_sub(now));
    }
}

/// The host's end of the line.
#[derive(Clone)]
pub(crate) struct SimulatedPort(pub(crate) Arc<Mutex<Line>>);

impl SimulatedPort {
    pub(crate) fn line(&self) -> MutexGuard<'_, Line> {
        self.0.lock().expect("no test panics with the line")
    }
}

impl Port for SimulatedPort {
    fn read(&mut self, buffer: &mut [u8], timeout: Duration) -> io::Result<usize> {
        let mut line = self.line();
        let end = line.harness.now + timeout;
        line.settle();
        while line.waiting.is_empty() && line.harness.now < end {
            let next = line.next_moment().unwrap_or(end).min(end);
            line.pass_time(next);
            line.settle();
        }
        let count = buffer.len().min(line.waiting.len()).min(line.read_limit);
        buffer[..count].copy_from_slice(&line.waiting[..count]);
        line.waiting.drain(..count);
        Ok(count)
    }

    fn write(&mut self, bytes: &[u8], _timeout: Duration) -> io::Result<usize> {
        let mut line = self.line();
        let passed = line.pass(Way::Up, bytes);
        if line.harness.now < line.stalled[Way::Up as usize] {
            line.held.extend(passed);
        } else {
            line.harness.write(&passed);
        }
        line.settle();
        Ok(bytes.len())
    }

    fn set_dtr(&mut self, _on: bool) -> io::Result<()> {
        Ok(())
    }

    fn time(&self) -> Option<Duration> {
        Some(self.line().harness.now)
    }

    fn pause(&mut self, time: Duration) {
        let mut line = self.line();
        let end = line.harness.now + time;
        while line.harness.now < end {
            let next = line.next_moment().unwrap_or(end).min(end);
            line.pass_time(next);
            line.settle();
        }
    }

    fn name(&self) -> &'static str {
        "simulated"
    }
}
