//! Events of an engine, as C sees them.

use alloc::string::ToString as _;
use core::ffi::c_void;
use core::ptr;

use qftp::host::{Answer, Event};

use super::Engine;
use crate::error::Fault;
use crate::service_state::qftp_service_state;
use crate::status::qftp_status;
use crate::versioned_struct::Sized32;

/// Kind of an event.
#[repr(i32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum qftp_event_kind {
    /// There is no event now.
    QFTP_EVENT_NONE = 0,
    /// Payload of a download or a listing arrived, in order: bytes, length.
    QFTP_EVENT_DATA = 1,
    /// The module takes payload: call qftp_host_supply.
    QFTP_EVENT_WANT_DATA = 2,
    /// A line arrived that answers no command: bytes, length, without its line end.
    QFTP_EVENT_URC = 3,
    /// A line was sent; passwords are redacted. Only after qftp_host_log_lines.
    QFTP_EVENT_SENT = 4,
    /// A line was read; passwords are redacted. Only after qftp_host_log_lines.
    QFTP_EVENT_RECEIVED = 5,
    /// The operation ended: status, and its result.
    QFTP_EVENT_DONE = 6,
    /// A login goes without security that it could have: bytes, length, one English sentence.
    QFTP_EVENT_WARNING = 7,
}

/// An event of an engine. Set the size before (QFTP_INIT).
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct qftp_event {
    /// sizeof(qftp_event), set by QFTP_INIT.
    pub size: u32,
    /// Kind of the event, a qftp_event_kind.
    pub kind: u32,
    /// Status of a QFTP_EVENT_DONE: QFTP_OK, or why the operation failed. qftp_host_last_error has the details.
    pub status: i32,
    /// Checksum of a QFTP_EVENT_DONE after a transfer with the module's store: 16 bits over the bytes.
    pub checksum: u32,
    /// Number of a QFTP_EVENT_DONE: a size, the bytes moved, or a qftp_service_state; 0 where there is none.
    pub number: u64,
    /// Payload, a line, or the text of a QFTP_EVENT_DONE: a path, a time, lines that end with LF. It has no NUL, is
    /// NULL where there is none, and stays until the next call on the handle.
    pub bytes: *const c_void,
    /// The number of bytes.
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
    fn of_kind(kind: qftp_event_kind) -> Self {
        qftp_event {
            kind: kind as u32,
            ..Self::default()
        }
    }

    fn with_bytes(kind: qftp_event_kind, bytes: &[u8]) -> Self {
        qftp_event {
            bytes: bytes.as_ptr().cast(),
            length: bytes.len(),
            ..Self::of_kind(kind)
        }
    }
}

impl Engine {
    /// Takes the next event. Its bytes belong to the engine until the next call.
    pub(super) fn next_event(&mut self) -> qftp_event {
        use qftp_event_kind::{
            QFTP_EVENT_DATA, QFTP_EVENT_DONE, QFTP_EVENT_NONE, QFTP_EVENT_RECEIVED,
            QFTP_EVENT_SENT, QFTP_EVENT_URC, QFTP_EVENT_WANT_DATA, QFTP_EVENT_WARNING,
        };
        let failure = loop {
            match self.host.poll_event() {
                None => return qftp_event::of_kind(QFTP_EVENT_NONE),
                Some(Event::Data(bytes)) => return qftp_event::with_bytes(QFTP_EVENT_DATA, bytes),
                Some(Event::WantData) => return qftp_event::of_kind(QFTP_EVENT_WANT_DATA),
                Some(Event::Urc(line)) => return qftp_event::with_bytes(QFTP_EVENT_URC, line),
                Some(Event::Line(line)) => {
                    let kind = if line.sent {
                        QFTP_EVENT_SENT
                    } else {
                        QFTP_EVENT_RECEIVED
                    };
                    self.text.clear();
                    self.text.extend_from_slice(&line.text);
                    return qftp_event::with_bytes(kind, &self.text);
                }
                Some(Event::Warning(warning)) => {
                    self.text.clear();
                    self.text.extend_from_slice(warning.to_string().as_bytes());
                    return qftp_event::with_bytes(QFTP_EVENT_WARNING, &self.text);
                }
                Some(Event::Done(Ok(answer))) => return self.done(answer),
                Some(Event::Done(Err(failure))) => break failure,
                // The engine may have events that this header does not know.
                Some(_) => {}
            }
        };
        let error = Fault::from(failure).to_error();
        self.last_error = error;
        qftp_event {
            status: error.status,
            ..qftp_event::of_kind(QFTP_EVENT_DONE)
        }
    }

    fn done(&mut self, answer: Answer) -> qftp_event {
        let mut event = qftp_event::of_kind(qftp_event_kind::QFTP_EVENT_DONE);
        self.text.clear();
        match answer {
            Answer::Number(number) => event.number = number,
            Answer::State(state) => event.number = qftp_service_state::from(state) as u64,
            Answer::Text(text) => self.text = text,
            Answer::Lines(lines) => lines.iter().for_each(|line| self.add_line(line)),
            Answer::Identity(module) => {
                for text in [&module.manufacturer, &module.model, &module.revision] {
                    self.add_line(text.as_bytes());
                }
            }
            Answer::Stored { bytes, checksum } => {
                event.number = bytes;
                event.checksum = checksum.into();
            }
            _ => {}
        }
        if !self.text.is_empty() {
            event.bytes = self.text.as_ptr().cast();
            event.length = self.text.len();
        }
        event
    }

    /// Adds one line to the text.
    fn add_line(&mut self, line: &[u8]) {
        self.text.extend_from_slice(line);
        self.text.push(b'\n');
    }
}
