//! The contract of the engines, as a trait that a driver is written for.

use core::time::Duration;

/// One end of a line or of a connection, as a state machine: [`Host`](crate::host::Host),
/// [`Module`](crate::module::Module), [`ftp::Engine`](crate::ftp::Engine).
///
/// The [contract](crate#the-contract-of-the-engines) says in which order these methods are called. Each engine has
/// them as methods of its own too, so that a program with one engine need not import the trait.
pub trait Endpoint {
    /// Event for the user or the driver.
    type Event<'a>
    where
        Self: 'a;

    /// Takes bytes from the wire.
    fn handle_input(&mut self, now: Duration, bytes: &[u8]);

    /// Acts on the time that [`Endpoint::poll_timeout`] named.
    fn handle_timeout(&mut self, now: Duration);

    /// Returns the bytes for the wire, as many as there are.
    fn poll_transmit(&self) -> Option<&[u8]>;

    /// Takes note that so many bytes of [`Endpoint::poll_transmit`] have gone out.
    fn transmitted(&mut self, now: Duration, count: usize);

    /// Returns the next event.
    fn poll_event(&mut self) -> Option<Self::Event<'_>>;

    /// Returns when [`Endpoint::handle_timeout`] must be called, if nothing comes before.
    fn poll_timeout(&self) -> Option<Duration>;

    /// Ends the running operation.
    fn abort(&mut self, now: Duration);

    /// Returns true, once, if the port must throw away what it was given and has not sent. By default that never is so.
    fn poll_discard(&mut self) -> bool {
        false
    }

    /// Returns true while the wire must be silent. By default it never must.
    fn keeps_silence(&self) -> bool {
        false
    }

    /// Takes note, while [`Endpoint::keeps_silence`], that the port still holds bytes that it has not sent.
    fn note_unsent(&mut self, _now: Duration) {}

    /// Returns how many bytes of payload are known to come still; 0 where that is unknown. By default it is.
    fn payload_due(&self) -> u64 {
        0
    }

    /// Gives the bytes for the wire to `write`, which returns how many it took. Returns that number, 0 where there was
    /// nothing to write.
    ///
    /// # Errors
    ///
    /// Passes on the error of `write`.
    fn transmit<E>(
        &mut self,
        now: Duration,
        write: impl FnOnce(&[u8]) -> Result<usize, E>,
    ) -> Result<usize, E> {
        let Some(bytes) = self.poll_transmit() else {
            return Ok(0);
        };
        let count = write(bytes)?;
        self.transmitted(now, count);
        Ok(count)
    }

    /// Calls [`Endpoint::handle_timeout`] if its time has come. Returns true if it did.
    fn expire(&mut self, now: Duration) -> bool {
        let due = self.poll_timeout().is_some_and(|due| due <= now);
        if due {
            self.handle_timeout(now);
        }
        due
    }
}

/// Forwards the trait's methods to the engine's own.
macro_rules! endpoint {
    ($engine:ty, $event:ty $(, $more:item)*) => {
        impl Endpoint for $engine {
            $($more)*

            type Event<'a> = $event;

            fn handle_input(&mut self, now: Duration, bytes: &[u8]) {
                <$engine>::handle_input(self, now, bytes);
            }

            fn handle_timeout(&mut self, now: Duration) {
                <$engine>::handle_timeout(self, now);
            }

            fn poll_transmit(&self) -> Option<&[u8]> {
                <$engine>::poll_transmit(self)
            }

            fn transmitted(&mut self, now: Duration, count: usize) {
                <$engine>::transmitted(self, now, count);
            }

            fn poll_event(&mut self) -> Option<Self::Event<'_>> {
                <$engine>::poll_event(self)
            }

            fn poll_timeout(&self) -> Option<Duration> {
                <$engine>::poll_timeout(self)
            }

            fn abort(&mut self, now: Duration) {
                <$engine>::abort(self, now);
            }
        }
    };
}

endpoint!(
    crate::host::Host,
    crate::host::Event<'a>,
    fn poll_discard(&mut self) -> bool {
        crate::host::Host::poll_discard(self)
    },
    fn keeps_silence(&self) -> bool {
        crate::host::Host::keeps_silence(self)
    },
    fn note_unsent(&mut self, now: Duration) {
        crate::host::Host::note_unsent(self, now);
    },
    fn payload_due(&self) -> u64 {
        crate::host::Host::payload_due(self)
    }
);
#[cfg(feature = "module")]
endpoint!(crate::module::Module, crate::module::ModuleEvent);
#[cfg(feature = "module")]
endpoint!(crate::ftp::Engine, crate::ftp::FtpEvent);
