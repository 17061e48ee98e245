//! `qftp._native.Trace`: the rows of `Client.trace`. It collects them without the interpreter's lock, in bounded
//! memory; the host engine has redacted them, and tells when they came.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use qftp::client::{LineKind, LineLog, PayloadLog};

/// The limit of rows; older ones are dropped.
const ROWS: usize = 100_000;
/// The limit of bytes kept of a line.
const LINE_SHOWN: usize = 512;
/// Payload after a longer pause starts a new row, so that a stall is visible.
const PAUSE: Duration = Duration::from_millis(250);

/// Holds time, clock, time since the command, direction, kind, bytes, their full number, duration. Times are seconds.
type Shown<'py> = (
    f64,
    f64,
    Option<f64>,
    &'static str,
    &'static str,
    Bound<'py, PyBytes>,
    u64,
    f64,
);

/// A line, or payload without a pause.
struct Row {
    from: Duration,
    until: Duration,
    /// The time of the command that it belongs to.
    command: Option<Duration>,
    sent: bool,
    kind: &'static str,
    bytes: Box<[u8]>,
    length: u64,
}

#[derive(Default)]
struct Rows {
    kept: VecDeque<Row>,
    dropped: u64,
    command: Option<Duration>,
    /// The zero of the client's clock, since the trace began.
    client_start: Option<Duration>,
}

/// Collects the rows.
struct Collected {
    begun: Instant,
    /// POSIX time of the beginning.
    clock: f64,
    rows: Mutex<Rows>,
}

/// The trace of a line, shared with its client.
#[pyclass(frozen, module = "qftp._native")]
#[derive(Clone)]
pub(crate) struct Trace(Arc<Collected>);

#[pymethods]
impl Trace {
    fn __len__(&self) -> usize {
        self.rows().kept.len()
    }

    /// Returns the number of dropped rows.
    #[getter]
    fn dropped(&self) -> u64 {
        self.rows().dropped
    }

    /// Returns the rows.
    #[pyo3(name = "rows")]
    fn shown<'py>(&self, py: Python<'py>) -> Vec<Shown<'py>> {
        let rows = self.rows();
        let show = |row: &Row| {
            let time = row.from.as_secs_f64();
            (
                time,
                self.0.clock + time,
                row.command
                    .map(|command| row.from.saturating_sub(command).as_secs_f64()),
                if row.sent { "sent" } else { "received" },
                row.kind,
                PyBytes::new(py, &row.bytes),
                row.length,
                row.until.saturating_sub(row.from).as_secs_f64(),
            )
        };
        rows.kept.iter().map(show).collect()
    }

    /// Removes the rows.
    fn clear(&self) {
        let mut rows = self.rows();
        rows.kept.clear();
        rows.dropped = 0;
    }
}

impl Trace {
    /// Makes a trace that starts now.
    pub(crate) fn new() -> Self {
        let clock = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        Trace(Arc::new(Collected {
            begun: Instant::now(),
            clock: clock.unwrap_or_default().as_secs_f64(),
            rows: Mutex::default(),
        }))
    }

    /// Adds a line.
    pub(crate) fn line(&self, log: &LineLog<'_>) {
        let mut rows = self.rows();
        let now = rows.time(self.0.begun, log.time);
        if log.kind == LineKind::Command {
            rows.command = Some(now);
        }
        let belongs = !matches!(log.kind, LineKind::Unsolicited | LineKind::Noise);
        let command = rows.command.filter(|_| belongs);
        let shown = &log.text[..log.text.len().min(LINE_SHOWN)];
        rows.push(Row {
            from: now,
            until: now,
            command,
            sent: log.sent,
            kind: name(log.kind),
            bytes: shown.into(),
            length: log.text.len() as u64,
        });
    }

    /// Adds payload; without a pause, to the last row.
    pub(crate) fn payload(&self, log: &PayloadLog<'_>) {
        let mut rows = self.rows();
        let now = rows.time(self.0.begun, log.time);
        if let Some(last) = rows.kept.back_mut()
            && last.kind == PAYLOAD
            && last.sent == log.sent
            && now.saturating_sub(last.until) <= PAUSE
        {
            last.until = now;
            last.length += log.length as u64;
            return;
        }
        let command = rows.command;
        rows.push(Row {
            from: now,
            until: now,
            command,
            sent: log.sent,
            kind: PAYLOAD,
            bytes: log.first.as_ref().into(),
            length: log.length as u64,
        });
    }

    /// Locks the rows. Every change is complete before a panic can happen.
    fn rows(&self) -> MutexGuard<'_, Rows> {
        self.0.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Rows {
    /// Returns a time of the client's clock as one of the trace. The first line is one that the client sends: it is
    /// shown at once.
    fn time(&mut self, begun: Instant, time: Duration) -> Duration {
        let start = self
            .client_start
            .get_or_insert_with(|| begun.elapsed().saturating_sub(time));
        *start + time
    }

    fn push(&mut self, row: Row) {
        if self.kept.len() == ROWS {
            self.kept.pop_front();
            self.dropped += 1;
        }
        self.kept.push_back(row);
    }
}

const PAYLOAD: &str = "payload";

fn name(kind: LineKind) -> &'static str {
    match kind {
        LineKind::Command => "command",
        LineKind::Information => "information",
        LineKind::Connect => "connect",
        LineKind::Result => "result",
        LineKind::Urc | LineKind::Unsolicited => "urc",
        LineKind::Echo => "echo",
        _ => "noise",
    }
}
