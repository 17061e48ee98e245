//! What the engine says to its driver, as C sees it.

use std::ffi::c_void;
use std::ptr;

use qftp::host::{Answer, Event};

use super::Engine;
use crate::client::session::qftp_service_state;
use crate::error::Fault;
use crate::status::qftp_status;
use crate::versioned_struct::Sized32;

/// What an event is about.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum qftp_event_kind {
    /// There is no event now.
    QFTP_EVENT_NONE = 0,
    /// Payload of a download or a listing, in order: bytes, length.
    QFTP_EVENT_DATA = 1,
    /// The module takes payload: call qftp_host_supply.
    QFTP_EVENT_WANT_DATA = 2,
    /// A line that answers no command: bytes, length, without its line end.
    QFTP_EVENT_URC = 3,
    /// A line was sent; passwords are redacted. Only after qftp_host_log_lines.
    QFTP_EVENT_SENT = 4,
    /// A line was read; passwords are redacted. Only after qftp_host_log_lines.
    QFTP_EVENT_RECEIVED = 5,
    /// The operation ended: status, and what it gave.
    QFTP_EVENT_DONE = 6,
    /// A login does without security that it could have: bytes, length, one English sentence.
    QFTP_EVENT_WARNING = 7,
}

/// An event of an engine. Set size before the call that fills it (QFTP_INIT).
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct qftp_event {
    /// sizeof(qftp_event), set by the program.
    pub size: u32,
    /// What it is about: qftp_event_kind.
    pub kind: u32,
    /// Of QFTP_EVENT_DONE: QFTP_OK, or why the operation failed; qftp_host_last_error says more.
    pub status: i32,
    /// Of QFTP_EVENT_DONE of a transfer with the module's store: its 16-bit checksum over the bytes.
    pub checksum: u32,
    /// Of QFTP_EVENT_DONE: the size, the bytes moved, or a qftp_service_state; 0 where the operation gives no number.
    pub number: u64,
    /// Payload, line, or of QFTP_EVENT_DONE what the operation gave as text: a path, a time, lines with a LF behind
    /// each. Not ended by NUL. NULL where there is none. It stays until the next call on the handle.
    pub bytes: *const c_void,
    /// How many bytes that are.
    pub length: usize,
}

// SAFETY: integers and a pointer that is never followed here, the size first.
unsafe impl Sized32 for qftp_event {}

impl Default for qftp_event {
    fn default() -> Self {
        qftp_event {
            size: 0,
            kind: qftp_event_kind::QFTP_EVENT_NONE as u32,
            status: qftp_status::QFTP_OK as i32,
            checksum: 0,
            number: 0,
            bytes: ptr::null(),
            length: 0,
        }
    }
}

impl qftp_event {
    fn of(kind: qftp_event_kind) -> Self {
        qftp_event {
            kind: kind as u32,
            ..Self::default()
        }
    }

    fn with(kind: qftp_event_kind, bytes: &[u8]) -> Self {
        qftp_event {
            bytes: bytes.as_ptr().cast(),
            length: bytes.len(),
            ..Self::of(kind)
        }
    }
}

impl Engine {
    /// The next event; it borrows of the engine until the next call.
    pub(super) fn next_event(&mut self) -> qftp_event {
        use qftp_event_kind::{
            QFTP_EVENT_DATA, QFTP_EVENT_DONE, QFTP_EVENT_NONE, QFTP_EVENT_RECEIVED,
            QFTP_EVENT_SENT, QFTP_EVENT_URC, QFTP_EVENT_WANT_DATA, QFTP_EVENT_WARNING,
        };
        let failure = loop {
            match self.host.poll_event() {
                None => return qftp_event::of(QFTP_EVENT_NONE),
                Some(Event::Data(bytes)) => return qftp_event::with(QFTP_EVENT_DATA, bytes),
                Some(Event::WantData) => return qftp_event::of(QFTP_EVENT_WANT_DATA),
                Some(Event::Urc(line)) => return qftp_event::with(QFTP_EVENT_URC, line),
                Some(Event::Line(line)) => {
                    let kind = if line.sent {
                        QFTP_EVENT_SENT
                    } else {
                        QFTP_EVENT_RECEIVED
                    };
                    self.told.clear();
                    self.told.extend_from_slice(&line.text);
                    return qftp_event::with(kind, &self.told);
                }
                Some(Event::Warning(warning)) => {
                    self.told.clear();
                    self.told.extend_from_slice(warning.to_string().as_bytes());
                    return qftp_event::with(QFTP_EVENT_WARNING, &self.told);
                }
                Some(Event::Done(Ok(answer))) => return self.gave(answer),
                Some(Event::Done(Err(failure))) => break failure,
                // The engine may learn to say more than this header knows.
                Some(_) => {}
            }
        };
        let error = Fault::Client(failure.into()).to_error();
        self.last_error = error;
        qftp_event {
            status: error.status,
            ..qftp_event::of(QFTP_EVENT_DONE)
        }
    }

    fn gave(&mut self, answer: Answer) -> qftp_event {
        let mut event = qftp_event::of(qftp_event_kind::QFTP_EVENT_DONE);
        self.told.clear();
        match answer {
            Answer::Number(number) => event.number = number,
            Answer::State(state) => event.number = qftp_service_state::from(state) as u64,
            Answer::Text(text) => self.told = text,
            Answer::Lines(lines) => lines.iter().for_each(|line| self.tell(line)),
            Answer::Identity(module) => {
                for text in [&module.manufacturer, &module.model, &module.revision] {
                    self.tell(text.as_bytes());
                }
            }
            Answer::Stored { bytes, checksum } => {
                event.number = bytes;
                event.checksum = checksum.into();
            }
            _ => {}
        }
        if !self.told.is_empty() {
            event.bytes = self.told.as_ptr().cast();
            event.length = self.told.len();
        }
        event
    }

    /// One line more.
    fn tell(&mut self, line: &[u8]) {
        self.told.extend_from_slice(line);
        self.told.push(b'\n');
    }
}
