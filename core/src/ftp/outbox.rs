//! The output of the engine for its driver and user: bytes for the control connection, and events.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use super::event::FtpEvent;
use super::reply::Reply;
use crate::wiped::WipedBytes;

/// Everything that waits to be polled.
#[derive(Debug, Default)]
pub(super) struct FtpOutbox {
    transmit: WipedBytes,
    /// The number of bytes of `transmit` that went out.
    transmitted: usize,
    events: VecDeque<FtpEvent>,
    pub(super) transcript: bool,
}

impl FtpOutbox {
    pub(super) fn poll_transmit(&self) -> Option<&[u8]> {
        let rest = self.transmit.get(self.transmitted..)?;
        (!rest.is_empty()).then_some(rest)
    }

    pub(super) fn transmitted(&mut self, count: usize) {
        self.transmitted = self
            .transmitted
            .saturating_add(count)
            .min(self.transmit.len());
        if self.transmitted == self.transmit.len() {
            self.drop_transmit();
        }
    }

    pub(super) fn poll_event(&mut self) -> Option<FtpEvent> {
        self.events.pop_front()
    }

    /// Sends a command; the parameter is left out where it is empty.
    pub(super) fn command(&mut self, verb: &str, parameter: &[u8]) {
        let mut line = Vec::from(verb);
        if !parameter.is_empty() {
            line.push(b' ');
            line.extend_from_slice(parameter);
        }
        self.transmit.extend(&line);
        self.transmit.extend(b"\r\n");
        self.note(true, &line);
    }

    /// Sends a command whose parameter never shows.
    pub(super) fn secret(&mut self, verb: &str, parameter: &[u8]) {
        self.transmit.extend(verb.as_bytes());
        self.transmit.push(b' ');
        self.transmit.extend(parameter);
        self.transmit.extend(b"\r\n");
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
            self.events.push_back(FtpEvent::Line { sent, text });
        }
    }

    pub(super) fn emit(&mut self, event: FtpEvent) {
        self.events.push_back(event);
    }

    /// Drops what was to be sent on a control connection that is gone.
    pub(super) fn drop_transmit(&mut self) {
        self.transmit.clear();
        self.transmitted = 0;
    }
}
