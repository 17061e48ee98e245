//! The host that the first words of a module wait for: a terminal or a socket is there before its host.

use std::time::Duration;

/// The time that a host takes to set up a port that it has opened; many discard what came before.
const SETTLING: Duration = Duration::from_millis(100);

/// A terminal does not tell that a host has opened it: this often it is asked.
pub(super) const LOOK: Duration = Duration::from_millis(20);

/// Says whether output goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Audience {
    /// It goes out, and is lost without a host, as on a UART.
    Any,
    /// It waits for the first host.
    Awaited,
    /// It waits until this time: the host has just come.
    Arrived(Duration),
}

impl Audience {
    /// Tells whether output goes out now, with a host there or not.
    pub(super) fn listens(&mut self, now: Duration, host: bool) -> bool {
        *self = match (*self, host) {
            (Audience::Any, _) => return true,
            (_, false) => Audience::Awaited,
            (Audience::Awaited, true) => Audience::Arrived(now + SETTLING),
            (Audience::Arrived(at), true) if at <= now => Audience::Any,
            (arrived, true) => arrived,
        };
        *self == Audience::Any
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_waits_for_a_host_that_has_settled() {
        let mut audience = Audience::Awaited;
        assert!(!audience.listens(SETTLING, false));
        assert!(!audience.listens(SETTLING, true));
        // It only looked in.
        assert!(!audience.listens(SETTLING * 3, false));
        assert!(!audience.listens(SETTLING * 3, true));
        assert!(!audience.listens(SETTLING * 7 / 2, true));
        assert!(audience.listens(SETTLING * 4, true));
        assert!(audience.listens(SETTLING * 4, false));
    }
}
