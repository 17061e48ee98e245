//! Hosts that come to a socket while there is one: each is told that the module is busy.
//!
//! A socket that is closed while what the other side sent is unread is reset, and a reset overtakes the word. So these
//! stay open for this side to be read, until they close by themselves or others take their place.

use std::collections::VecDeque;
use std::io::Write as _;

use super::host_socket::{HostListener, HostStream};
use crate::port::busy_word::BUSY;

/// The most sockets that stay.
const KEPT: usize = 8;

/// The sockets of hosts that were turned away.
#[derive(Debug, Default)]
pub(super) struct TurnedAway(VecDeque<HostStream>);

impl TurnedAway {
    /// Turns away all that wait to be accepted.
    pub(super) fn accept(&mut self, listener: &HostListener) {
        while let Some(mut stream) = listener.accept() {
            // A host that does not take so little is turned away all the same.
            let _ = stream.write(BUSY);
            let _ = stream.say_end();
            self.0.push_back(stream);
            if self.0.len() > KEPT {
                self.0.pop_front();
            }
        }
    }
}
