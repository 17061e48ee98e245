//! What the engine hands to its driver: bytes for the control connection, things to do with sockets, events.

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::mem;
use core::net::SocketAddr;

use super::outcome::{Failure, Outcome};
use super::reply::Reply;

/// Something for the driver to do with its sockets. After an action that drops a connection, nothing of it is handed
/// to the engine any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Resolve the name and connect; answer with `handle_connected` or `handle_connect_failed`.
    ConnectControl {
        /// Name or address.
        host: Vec<u8>,
        /// Port.
        port: u16,
    },
    /// Begin TLS on the control connection; answer with `handle_secured` or `handle_insecure`.
    SecureControl,
    /// Drop the control connection, and the attempt to open one.
    CloseControl,
    /// Connect a data connection, dropping an attempt under way; answer with `handle_data_connected` or
    /// `handle_data_connect_failed`.
    ConnectData(SocketAddr),
    /// Listen on this address, port 0 being any free one, for one data connection; answer with `handle_listening` at once and
    /// `handle_data_connected` when it has come, or `handle_data_connect_failed`.
    Listen(SocketAddr),
    /// Begin TLS on the data connection that has just opened, in the session of the control connection, where servers
    /// insist on that; answer with `handle_data_secured` or `handle_data_insecure`.
    SecureData,
    /// Write out what is queued, close the data connection for writing, drop it; answer with
    /// `handle_data_finished`.
    FinishData,
    /// Drop the data connection, the attempt to open one, or the listener, and what is queued.
    CloseData,
}

/// Something for the user of the session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The data connection is open and the server agreed: payload may flow. Comes once in every transfer that
    /// succeeds; before it nothing is read from the data connection.
    DataReady,
    /// A line of the control connection, passwords redacted; only with [`super::Engine::set_transcript`].
    Line {
        /// Ours, not the server's.
        sent: bool,
        /// Without its line end.
        text: Vec<u8>,
    },
    /// The operation in flight ended.
    Done(Result<Outcome, Failure>),
    /// With no operation in flight the server said 421 or the session was lost. A reply 421 is always followed by a
    /// second one, [`super::FailureKind::ControlClosed`].
    Idle(Failure),
}

/// Everything that waits to be polled.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    transmit: Vec<u8>,
    actions: VecDeque<Action>,
    events: VecDeque<Event>,
    pub(super) transcript: bool,
}

impl Outbox {
    pub(super) fn poll_transmit(&mut self) -> Option<Vec<u8>> {
        (!self.transmit.is_empty()).then(|| mem::take(&mut self.transmit))
    }

    pub(super) fn poll_action(&mut self) -> Option<Action> {
        self.actions.pop_front()
    }

    pub(super) fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// A command; the parameter is left out where it is empty.
    pub(super) fn command(&mut self, verb: &str, parameter: &[u8]) {
        let mut line = Vec::from(verb);
        if !parameter.is_empty() {
            line.push(b' ');
            line.extend_from_slice(parameter);
        }
        self.transmit.extend_from_slice(&line);
        self.transmit.extend_from_slice(b"\r\n");
        self.note(true, &line);
    }

    /// A command whose parameter never shows.
    pub(super) fn secret(&mut self, verb: &str, parameter: &[u8]) {
        self.transmit.extend_from_slice(verb.as_bytes());
        self.transmit.push(b' ');
        self.transmit.extend_from_slice(parameter);
        self.transmit.extend_from_slice(b"\r\n");
        let mut line = Vec::from(verb);
        line.extend_from_slice(b" ****");
        self.note(true, &line);
    }

    pub(super) fn received(&mut self, reply: &Reply) {
        for line in reply.lines() {
            self.note(false, line);
        }
    }

    fn note(&mut self, sent: bool, text: &[u8]) {
        if self.transcript {
            let text = text.to_vec();
            self.events.push_back(Event::Line { sent, text });
        }
    }

    pub(super) fn act(&mut self, action: Action) {
        self.actions.push_back(action);
    }

    pub(super) fn tell(&mut self, event: Event) {
        self.events.push_back(event);
    }

    /// The control connection is gone, what was to be sent on it too.
    pub(super) fn drop_transmit(&mut self) {
        self.transmit.clear();
    }
}
