//! The network: its PDP contexts (COMMON 2).
//!
//! The network of an emulator is there unless its user takes it away: a context activates at once and gets an address
//! that is reserved for documentation. The driver can take a context away again
//! ([`DriverReply::ContextLost`](super::DriverReply::ContextLost)).

mod boot_script;
mod commands;
pub(super) mod packet;
pub(super) mod radio;
mod sim;

use alloc::vec::Vec;

use self::radio::Radio;
use super::response::{CommandError, CommandResponse};
use crate::wiped::WipedBytes;

/// The addresses of the contexts; they are reserved for documentation (RFC 5737).
const ADDRESSES: [&str; CONTEXTS as usize] = [
    "192.0.2.1",
    "192.0.2.2",
    "192.0.2.3",
    "192.0.2.4",
    "192.0.2.5",
    "192.0.2.6",
    "192.0.2.7",
    "192.0.2.8",
    "192.0.2.9",
    "192.0.2.10",
    "192.0.2.11",
    "192.0.2.12",
    "192.0.2.13",
    "192.0.2.14",
    "192.0.2.15",
    "192.0.2.16",
];

/// The contexts are 1 to 16.
pub(super) const CONTEXTS: u8 = 16;

/// Holds the contexts and the radio.
#[derive(Debug)]
pub(super) struct Network {
    contexts: [PdpContext; CONTEXTS as usize],
    pub(super) radio: Radio,
    pub(super) stack: ForegroundStack,
}

/// Holds the state of the GSM TCP/IP stack, which has one context in front (COMMON 2.2).
#[derive(Debug, Default)]
pub(super) struct ForegroundStack {
    /// Index of the context in front.
    pub(super) foreground: u64,
    /// A task was started.
    pub(super) started: bool,
    /// A context was up once.
    pub(super) used: bool,
}

/// Holds the settings of one context.
#[derive(Clone, Debug)]
pub(super) struct PdpContext {
    pub(super) kind: u64,
    pub(super) apn: Vec<u8>,
    pub(super) user: Vec<u8>,
    pub(super) password: WipedBytes,
    pub(super) authentication: u64,
    pub(super) active: bool,
    /// The network took it away, and the host has not deactivated it since.
    pub(super) taken: bool,
    pub(super) bearer: Bearer,
    /// `AT+CGDCONT` has defined it.
    pub(super) defined: bool,
}

/// Says who decides over the bearer of a context, which `AT+CGACT` shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Bearer {
    /// The network: on LTE the first context has one while the module is attached.
    #[default]
    Network,
    /// The host: `AT+CGACT=1`.
    Up,
    /// The host: `AT+CGACT=0`.
    Down,
}

impl Default for PdpContext {
    fn default() -> Self {
        PdpContext {
            kind: 1,
            apn: Vec::new(),
            user: Vec::new(),
            password: WipedBytes::default(),
            authentication: 0,
            active: false,
            taken: false,
            bearer: Bearer::default(),
            defined: false,
        }
    }
}

/// Says how a context command ended, and what it means for the rest of the module.
#[derive(Debug)]
pub(super) struct ContextResponse {
    pub(super) response: CommandResponse,
    /// The session over this context has to go.
    pub(super) dropped: Option<u64>,
    /// This unsolicited result code follows, after those of the session.
    pub(super) urc: Option<Vec<u8>>,
}

impl From<CommandResponse> for ContextResponse {
    fn from(response: CommandResponse) -> Self {
        ContextResponse {
            response,
            dropped: None,
            urc: None,
        }
    }
}

impl From<CommandError> for ContextResponse {
    fn from(error: CommandError) -> Self {
        CommandResponse::from(error).into()
    }
}

impl Default for Network {
    fn default() -> Self {
        Network {
            contexts: core::array::from_fn(|_| PdpContext::default()),
            radio: Radio::default(),
            stack: ForegroundStack::default(),
        }
    }
}

impl Network {
    /// Tells whether a context can carry a session.
    pub(super) fn is_active(&self, number: u64) -> bool {
        index(number)
            .and_then(|index| self.contexts.get(index))
            .is_some_and(|context| context.active)
    }

    /// Returns a context by its number.
    pub(super) fn context(&mut self, number: u64) -> Option<&mut PdpContext> {
        self.contexts.get_mut(index(number)?)
    }

    /// Lists the active contexts with their numbers.
    pub(super) fn active_contexts(&self) -> impl Iterator<Item = (u8, &PdpContext)> {
        (1..=CONTEXTS)
            .zip(&self.contexts)
            .filter(|(_, context)| context.active)
    }

    /// Forgets that the network took contexts away: the host has given them up itself (FIELD 3, `CFUN=0/1`).
    pub(super) fn forget_taken(&mut self) {
        for context in &mut self.contexts {
            context.taken = false;
        }
    }

    /// Lists the numbers of the active contexts.
    pub(super) fn active_numbers(&self) -> impl Iterator<Item = u64> + use<'_> {
        self.active_contexts().map(|(number, _)| number.into())
    }

    /// Tells whether a context can come up at all.
    pub(super) fn is_there(&self) -> bool {
        self.radio.is_attached()
    }
}

/// Returns the address that the network gives a context.
pub(super) fn address(number: u64) -> &'static str {
    let address = index(number).and_then(|index| ADDRESSES.get(index));
    address.copied().unwrap_or("0.0.0.0")
}

fn index(number: u64) -> Option<usize> {
    usize::try_from(number).ok()?.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contexts_are_numbered_from_1_to_16() {
        let mut network = Network::default();
        assert!(network.context(0).is_none() && network.context(17).is_none());
        assert!(network.context(1).is_some() && network.context(16).is_some());
        assert!(!network.is_active(0) && !network.is_active(u64::MAX));
    }
}
