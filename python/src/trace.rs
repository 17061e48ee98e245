//! `qftp._native.Trace`: the line as `Client.trace` shows it. Rows are collected without the interpreter's lock, in
//! bounded memory; what a row holds was redacted by the host engine.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use qftp::client::{LineKind, LineLog, PayloadLog};

/// Rows kept; older ones are dropped.
const ROWS: usize = 100_000;
/// Bytes of a line kept.
const LINE_SHOWN: usize = 512;
/// Payload after a longer pause begins a new row, so that a stall is seen.
const PAUSE: Duration = Duration::from_millis(250);

/// Time, clock, time since the command, direction, kind, bytes, their full number, duration. Times are seconds.
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
    /// When the command was sent that it belongs to.
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
}

/// What went over the line.
struct Collected {
    begun: Instant,
    /// POSIX time of the beginning.
    clock: f64,
    rows: Mutex<Rows>,
}

/// What went over the line of a client, shared with it.
#[pyclass(frozen, module = "qftp._native")]
#[derive(Clone)]
pub(crate) struct Trace(Arc<Collected>);

#[pymethods]
impl Trace {
    fn __len__(&self) -> usize {
        self.rows().kept.len()
    }

    /// Rows that had to make room.
    #[getter]
    fn dropped(&self) -> u64 {
        self.rows().dropped
    }

    /// The rows that are there now.
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

    /// Forgets them.
    fn clear(&self) {
        let mut rows = self.rows();
        rows.kept.clear();
        rows.dropped = 0;
    }
}

impl Trace {
    /// A trace that begins now.
    pub(crate) fn new() -> Self {
        let clock = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        Trace(Arc::new(Collected {
            begun: Instant::now(),
            clock: clock.unwrap_or_default().as_secs_f64(),
            rows: Mutex::default(),
        }))
    }

    /// Takes a line.
    pub(crate) fn line(&self, log: &LineLog<'_>) {
        let now = self.0.begun.elapsed();
        let mut rows = self.rows();
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

    /// Takes a run of payload: it lengthens the row of the one before.
    pub(crate) fn payload(&self, log: &PayloadLog<'_>) {
        let now = self.0.begun.elapsed();
        let mut rows = self.rows();
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

    /// A thread that panicked here left nothing half done.
    fn rows(&self) -> MutexGuard<'_, Rows> {
        self.0.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Rows {
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
