//! The callbacks of a client, and the events that go to them.

use crate::host::{Answer, Event, HostError, LineLog, PayloadLog, Warning};

/// The user's functions; a missing one ignores its events.
#[derive(Default)]
pub(super) struct Callbacks {
    pub(super) on_urc: Option<Box<dyn FnMut(&[u8]) + Send>>,
    pub(super) on_line: Option<Box<dyn FnMut(LineLog<'_>) + Send>>,
    pub(super) on_payload: Option<Box<dyn FnMut(PayloadLog<'_>) + Send>>,
    pub(super) on_warning: Option<Box<dyn FnMut(Warning) + Send>>,
}

/// An event of the running operation.
pub(super) enum OperationEvent<'a> {
    Data(&'a [u8]),
    WantData,
    Done(Result<Answer, HostError>),
}

impl Callbacks {
    /// Hands an event to its callback; returns those that belong to the running operation.
    pub(super) fn dispatch<'a>(&mut self, event: Event<'a>) -> Option<OperationEvent<'a>> {
        match event {
            Event::Urc(line) => {
                if let Some(callback) = &mut self.on_urc {
                    callback(line);
                }
            }
            Event::Line(log) => {
                if let Some(callback) = &mut self.on_line {
                    callback(log);
                }
            }
            Event::Payload(log) => {
                if let Some(callback) = &mut self.on_payload {
                    callback(log);
                }
            }
            Event::Warning(warning) => {
                if let Some(callback) = &mut self.on_warning {
                    callback(warning);
                }
            }
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
        let (urc, warning) = (note("urc"), note("warning"));
        let mut callbacks = Callbacks {
            on_urc: Some(Box::new(move |_| urc())),
            on_warning: Some(Box::new(move |_| warning())),
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
