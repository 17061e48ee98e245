//! The callbacks of a client, and the events that go to them.

use super::retry_notice::RetryNotice;
use crate::host::{Answer, Event, HostError, LineLog, PayloadLog, Warning};
#[cfg(feature = "record")]
use crate::record::Recorder;

pub(super) type OnUrc = Box<dyn FnMut(&[u8]) + Send>;
pub(super) type OnLine = Box<dyn FnMut(LineLog<'_>) + Send>;
type OnPayload = Box<dyn FnMut(PayloadLog<'_>) + Send>;
type OnWarning = Box<dyn FnMut(Warning) + Send>;
type OnRetry = Box<dyn FnMut(&RetryNotice) + Send>;

/// The user's functions; a missing one ignores its events.
#[derive(Default)]
pub(super) struct Callbacks {
    pub(super) urc: Option<OnUrc>,
    pub(super) line: Option<OnLine>,
    pub(super) payload: Option<OnPayload>,
    pub(super) warning: Option<OnWarning>,
    pub(super) retry: Option<OnRetry>,
    #[cfg(feature = "record")]
    pub(super) recorder: Option<Recorder>,
}

/// An event of the running operation.
pub(super) enum OperationEvent<'a> {
    Data(&'a [u8]),
    WantData,
    Done(Result<Answer, HostError>),
}

impl Callbacks {
    /// Tells that a transfer is tried again.
    pub(super) fn tell_retry(&mut self, notice: &RetryNotice) {
        if let Some(callback) = &mut self.retry {
            callback(notice);
        }
    }

    /// Tells what the user should know.
    pub(super) fn warn(&mut self, warning: Warning) {
        if let Some(callback) = &mut self.warning {
            callback(warning);
        }
    }

    /// Hands an event to its callback; returns those that belong to the running operation.
    pub(super) fn dispatch<'a>(&mut self, event: Event<'a>) -> Option<OperationEvent<'a>> {
        match event {
            Event::Urc(line) => {
                if let Some(callback) = &mut self.urc {
                    callback(line);
                }
            }
            Event::Line(log) => {
                if let Some(callback) = &mut self.line {
                    callback(log);
                }
            }
            Event::Payload(log) => {
                if let Some(callback) = &mut self.payload {
                    callback(log);
                }
            }
            #[cfg(feature = "record")]
            Event::Raw(log) => {
                if let Some(recorder) = &self.recorder {
                    recorder.raw(&log);
                }
            }
            // Only a recorder asks for them.
            #[cfg(not(feature = "record"))]
            Event::Raw(_) => {}
            Event::Warning(warning) => self.warn(warning),
            Event::Data(data) => return Some(OperationEvent::Data(data)),
            Event::WantData => return Some(OperationEvent::WantData),
            Event::Done(result) => return Some(OperationEvent::Done(result)),
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    #[test]
    fn every_event_beside_the_operation_s_has_its_callback() {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let note = |what: &'static str| {
            let heard = Arc::clone(&heard);
            move || heard.lock().expect("a list").push(what)
        };
        let (note_urc, note_warning) = (note("urc"), note("warning"));
        let mut callbacks = Callbacks {
            urc: Some(Box::new(move |_| note_urc())),
            warning: Some(Box::new(move |_| note_warning())),
            ..Callbacks::default()
        };
        assert!(callbacks.dispatch(Event::Urc(b"RDY")).is_none());
        assert!(
            callbacks
                .dispatch(Event::Warning(Warning::NotVerified))
                .is_none()
        );
        assert!(callbacks.dispatch(Event::WantData).is_some());
        assert_eq!(*heard.lock().expect("a list"), ["urc", "warning"]);
    }
}
