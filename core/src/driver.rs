//! The driver of an engine on a port: it carries bytes both ways and tells the time.

use std::io;
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use crate::endpoint::Endpoint;
use crate::port::Port;

/// Bytes read from the port at once.
const READ_BUFFER: usize = 64 * 1024;

/// Carries bytes and time between an engine and a port; one loop for either end of the line.
///
/// ```
/// use std::time::Duration;
/// use qftp::dialect::ec2x::EC2X;
/// use qftp::host::{Answer, Event, Host, Operation};
/// use qftp::driver::Driver;
///
/// # #[cfg(all(unix, feature = "emulator"))]
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut port = qftp::connect::open("emulator://ec2x")?;
/// let mut driver = Driver::default();
/// let mut host = Host::new(&EC2X);
/// host.start(driver.now(), Operation::Identify)?;
/// let identity = 'operation: loop {
///     driver.turn(&mut host, port.as_mut(), Duration::from_millis(20))?;
///     while let Some(event) = host.poll_event() {
///         if let Event::Done(result) = event {
///             break 'operation result?;
///         }
///     }
/// };
/// assert!(matches!(identity, Answer::Identity(identity) if identity.model == "EC25"));
/// # Ok(())
/// # }
/// # #[cfg(not(all(unix, feature = "emulator")))]
/// # fn main() {}
/// ```
#[derive(Debug)]
pub struct Driver {
    start: Instant,
    /// Wiped when it is dropped: a module may repeat a password.
    buffer: Zeroizing<Vec<u8>>,
}

impl Default for Driver {
    fn default() -> Self {
        Driver {
            start: Instant::now(),
            buffer: vec![0; READ_BUFFER].into(),
        }
    }
}

impl Driver {
    /// Returns the time since the start, as the engines take it.
    pub fn now(&self) -> Duration {
        self.start.elapsed()
    }

    /// Writes what is to be sent, reads what has come, and tells the engine the time. Returns how many bytes were read.
    ///
    /// Waits for input until the engine's next time-out, and not longer than `longest`; not at all while there is more
    /// to write. Drain [`Endpoint::poll_event`] after each turn.
    ///
    /// # Errors
    ///
    /// The port cannot be written or read.
    pub fn turn<E: Endpoint>(
        &mut self,
        engine: &mut E,
        port: &mut dyn Port,
        longest: Duration,
    ) -> io::Result<usize> {
        let now = self.now();
        let written = engine.transmit(now, |bytes| port.write(bytes, longest))?;
        let wait = match engine.poll_timeout() {
            // What went out makes room for more.
            Some(due) if written == 0 && engine.poll_transmit().is_none() => {
                due.saturating_sub(self.now()).min(longest)
            }
            _ => Duration::ZERO,
        };
        let count = self.read(engine, port, wait)?;
        if count == 0 {
            engine.expire(self.now());
        }
        Ok(count)
    }

    /// Reads what has come, waiting for it at most so long, and hands it to the engine. Returns how many bytes.
    ///
    /// # Errors
    ///
    /// The port cannot be read.
    pub fn read<E: Endpoint>(
        &mut self,
        engine: &mut E,
        port: &mut dyn Port,
        wait: Duration,
    ) -> io::Result<usize> {
        let count = port.read(&mut self.buffer, wait)?;
        engine.handle_input(self.start.elapsed(), &self.buffer[..count]);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::ec2x::EC2X;
    use crate::host::{Answer, Event, Host, HostError, Operation};
    use crate::module::Module;
    use std::collections::VecDeque;
    use std::sync::{Arc, Mutex};

    type Bytes = Arc<Mutex<VecDeque<u8>>>;

    /// One side of a line in memory.
    struct Side {
        incoming: Bytes,
        outgoing: Bytes,
    }

    impl Port for Side {
        fn read(&mut self, buffer: &mut [u8], _: Duration) -> io::Result<usize> {
            io::Read::read(&mut *self.incoming.lock().expect("the line"), buffer)
        }

        fn write(&mut self, bytes: &[u8], _: Duration) -> io::Result<usize> {
            self.outgoing.lock().expect("the line").extend(bytes);
            Ok(bytes.len())
        }

        fn set_dtr(&mut self, _: bool) -> io::Result<()> {
            Ok(())
        }

        fn name(&self) -> &'static str {
            "memory"
        }
    }

    #[test]
    fn one_loop_serves_host_and_module() {
        let (up, down) = (Bytes::default(), Bytes::default());
        let mut host_side = Side {
            incoming: down.clone(),
            outgoing: up.clone(),
        };
        let mut module_side = Side {
            incoming: up,
            outgoing: down,
        };
        let mut driver = Driver::default();
        let mut host = Host::new(&EC2X);
        let mut module = Module::new(&EC2X);
        host.start(driver.now(), Operation::Raw(b"AT+CGMM"))
            .expect("started");
        let answer = loop {
            let mut turn = |driver: &mut Driver| -> io::Result<()> {
                driver.turn(&mut host, &mut host_side, Duration::ZERO)?;
                driver.turn(&mut module, &mut module_side, Duration::ZERO)?;
                Ok(())
            };
            turn(&mut driver).expect("a line in memory");
            assert_eq!(module.poll_event(), None, "a model needs no driver");
            if let Some(Event::Done(result)) = host.poll_event() {
                break result.expect("an answer");
            }
        };
        assert_eq!(answer, Answer::Lines(vec![b"EC25".to_vec()]));
    }

    #[test]
    fn the_time_of_an_engine_is_told_when_nothing_comes() {
        let mut silent = Side {
            incoming: Bytes::default(),
            outgoing: Bytes::default(),
        };
        let mut driver = Driver::default();
        let mut host = Host::new(&EC2X);
        // Its time is long over.
        let past = Duration::ZERO;
        driver.start -= Duration::from_secs(1000);
        host.start(past, Operation::Size(b"a")).expect("started");
        let result = loop {
            driver
                .turn(&mut host, &mut silent, Duration::ZERO)
                .expect("a line in memory");
            if let Some(Event::Done(result)) = host.poll_event() {
                break result;
            }
        };
        let expected = HostError::NoAnswer {
            command: "AT+QFTPSIZE".into(),
            seconds: 190,
        };
        assert_eq!(result, Err(expected));
    }
}
