//! Host names: `AT+QIDNSGIP`.

use alloc::vec::Vec;
use core::net::IpAddr;
use core::time::Duration;

use super::answer::InternetError;
use super::question::InternetQuestion;
use crate::module::context::ModuleContext;
use crate::module::event::ModuleEvent;
use crate::module::family;
use crate::module::timers::Timer;

/// Longest wait for the addresses of a name (COMMON 11.3).
const PATIENCE: Duration = Duration::from_secs(60);

/// Holds the look-up under way.
#[derive(Debug, Default)]
pub(super) struct NameLookup {
    /// The type of the context over which it was asked: 1 for IPv4, 2 for IPv6, 3 for both.
    running: Option<u64>,
}

impl NameLookup {
    pub(super) fn ask(
        &mut self,
        cx: &mut ModuleContext,
        question: &InternetQuestion<'_>,
        kind: u64,
    ) -> bool {
        let Some(host) = question.text("hostname").filter(|_| self.running.is_none()) else {
            return false;
        };
        self.running = Some(kind);
        cx.event(ModuleEvent::Resolve(host.to_vec()));
        cx.timers.set(Timer::NameLookup, cx.now + PATIENCE);
        true
    }

    pub(super) fn on_answer(
        &mut self,
        cx: &mut ModuleContext,
        addresses: Result<&[IpAddr], InternetError>,
    ) {
        let Some(kind) = self.running.take() else {
            return;
        };
        cx.timers.stop(Timer::NameLookup);
        let fits = |address: &&IpAddr| match kind {
            1 => address.is_ipv4(),
            2 => address.is_ipv6(),
            _ => true,
        };
        let addresses = addresses.and_then(|all| {
            let fitting: Vec<IpAddr> = all.iter().filter(fits).copied().collect();
            if fitting.is_empty() {
                return Err(InternetError::UnknownHost);
            }
            Ok(fitting)
        });
        let family = family::of(cx.dialect.family);
        for line in family.address_report(addresses.as_deref().map_err(|error| *error)) {
            cx.urc(line);
        }
    }
}
