//! The driver of an engine on a port: it carries bytes both ways and tells the time.

mod gathering;

use std::io;
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use self::gathering::Gathering;
use crate::endpoint::Endpoint;
use crate::port::Port;

/// Bytes read from the port at once.
const READ_BUFFER: usize = 64 * 1024;
/// Bytes written to the port at once, at most; then the line is looked at. What the module says stops the payload, so
/// that no more than this goes to a module that has just left data mode.
const STEP: usize = 4096;
/// The longest wait for room: what the module says meanwhile, and a cancellation, are to be seen.
const ROOM_WAIT: Duration = Duration::from_millis(20);
/// The wait between two looks at a port that has not sent all.
const UNSENT_LOOK: Duration = Duration::from_millis(10);

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
    /// The engine's time had come before the last read, which brought something.
    overdue: bool,
    gathering: Gathering,
}

impl Default for Driver {
    fn default() -> Self {
        Driver {
            start: Instant::now(),
            buffer: vec![0; READ_BUFFER].into(),
            overdue: false,
            gathering: Gathering::default(),
        }
    }
}

impl Driver {
    /// Returns the time since the start, as the engines take it.
    pub fn now(&self) -> Duration {
        self.start.elapsed()
    }

    /// Returns the time of the port's clock, or that of the driver where the port has none.
    pub fn time_on(&self, port: &dyn Port) -> Duration {
        port.time().unwrap_or_else(|| self.now())
    }

    /// Writes what is to be sent, reads what has come, and tells the engine the time. Returns how many bytes were read.
    ///
    /// Waits for input until the engine's next time-out, and not longer than `longest`; not at all while there is more
    /// to write. Drain [`Endpoint::poll_event`] after each turn, and call [`Driver::discard_output`] after the last one.
    ///
    /// Input counts before the time. Input without end does not hold the time up: a time-out that was due before a read
    /// and is still due behind it has come.
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
        self.discard_output(engine, port)?;
        let now = self.time_on(port);
        if std::mem::take(&mut self.overdue) {
            engine.expire(now);
        }
        let written = engine.transmit(now, |bytes| {
            let step = bytes.get(..STEP).unwrap_or(bytes);
            port.write(step, longest.min(ROOM_WAIT))
        })?;
        let mut longest = longest;
        if engine.keeps_silence() && port.unsent()? > 0 {
            engine.note_unsent(self.time_on(port));
            longest = longest.min(UNSENT_LOOK);
        }
        let due = engine.poll_timeout();
        let wait = match due {
            // What went out makes room for more.
            Some(due) if written == 0 && engine.poll_transmit().is_none() => {
                due.saturating_sub(self.time_on(port)).min(longest)
            }
            _ => Duration::ZERO,
        };
        let overdue = due.is_some_and(|due| due <= self.time_on(port));
        let pause = self.gathering.pause(engine.payload_due());
        let paused = !wait.is_zero() && !pause.is_zero();
        if paused {
            port.pause(pause.min(wait));
        }
        let count = self.read(engine, port, wait)?;
        let now = self.time_on(port);
        self.gathering
            .note(now, count, engine.payload_due(), paused);
        if count == 0 {
            engine.expire(self.time_on(port));
        }
        self.overdue = overdue && count > 0;
        Ok(count)
    }

    /// Throws away what the port has not sent, if the engine says so: payload of an upload that the module has ended.
    /// [`Driver::turn`] begins with it.
    ///
    /// # Errors
    ///
    /// The port refused it.
    pub fn discard_output<E: Endpoint>(
        &self,
        engine: &mut E,
        port: &mut dyn Port,
    ) -> io::Result<()> {
        if engine.poll_discard() {
            port.discard_output()?;
        }
        Ok(())
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
        let now = self.time_on(port);
        engine.handle_input(now, &self.buffer[..count]);
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

    /// A line that says this without end.
    struct Flood(&'static [u8]);

    impl Port for Flood {
        fn read(&mut self, buffer: &mut [u8], _: Duration) -> io::Result<usize> {
            let flood = self.0.iter().cycle();
            buffer
                .iter_mut()
                .zip(flood)
                .for_each(|(to, from)| *to = *from);
            Ok(buffer.len())
        }

        fn write(&mut self, bytes: &[u8], _: Duration) -> io::Result<usize> {
            Ok(bytes.len())
        }

        fn set_dtr(&mut self, _: bool) -> io::Result<()> {
            Ok(())
        }

        fn name(&self) -> &'static str {
            "flood"
        }
    }

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

    /// A line of 115200 baud with a clock of its own. Every file has 100,000 bytes.
    #[derive(Default)]
    struct SlowLine {
        clock: Duration,
        reads: usize,
        /// Bytes that the module has said, and how many of them the host has read.
        said: Vec<u8>,
        read: usize,
        since: Duration,
    }

    impl SlowLine {
        const BYTE: Duration = Duration::from_nanos(86_806);

        /// Returns when the next byte has come.
        fn next_byte(&self) -> Duration {
            self.since + Self::BYTE * u32::try_from(self.read + 1).expect("a short line")
        }
    }

    impl Port for SlowLine {
        fn read(&mut self, buffer: &mut [u8], timeout: Duration) -> io::Result<usize> {
            let end = self.clock.saturating_add(timeout);
            if self.read == self.said.len() || self.next_byte() > end {
                self.clock = end;
                return Ok(0);
            }
            self.reads += 1;
            self.clock = self.clock.max(self.next_byte());
            let mut count = 0;
            while self.read < self.said.len() && self.next_byte() <= self.clock {
                buffer[count] = self.said[self.read];
                self.read += 1;
                count += 1;
            }
            Ok(count)
        }

        fn write(&mut self, bytes: &[u8], _: Duration) -> io::Result<usize> {
            if bytes.starts_with(b"AT+QFTPGET") {
                self.since = self.clock;
                self.said = b"\r\nCONNECT\r\n".to_vec();
                self.said.resize(self.said.len() + 100_000, b'x');
                self.said.extend(b"\r\nOK\r\n\r\n+QFTPGET: 0,100000\r\n");
            }
            Ok(bytes.len())
        }

        fn set_dtr(&mut self, _: bool) -> io::Result<()> {
            Ok(())
        }

        fn time(&self) -> Option<Duration> {
            Some(self.clock)
        }

        fn pause(&mut self, time: Duration) {
            self.clock += time;
        }

        fn name(&self) -> &'static str {
            "a slow line"
        }
    }

    #[test]
    fn payload_of_a_slow_line_is_read_in_portions_and_not_later() {
        let mut line = SlowLine::default();
        let mut driver = Driver::default();
        let mut host = Host::new(&EC2X);
        let get = Operation::Get {
            remote: b"a",
            offset: 0,
            length: None,
            expected: Some(100_000),
        };
        host.start(Duration::ZERO, get).expect("started");
        let ended = loop {
            driver
                .turn(&mut host, &mut line, Duration::from_secs(1))
                .expect("a line in memory");
            let mut done = None;
            while let Some(event) = host.poll_event() {
                if let Event::Done(result) = event {
                    done = Some((result.is_ok(), line.clock));
                }
            }
            if let Some(done) = done {
                break done;
            }
        };
        assert!(ended.0);
        assert!(line.reads < 1300, "{} reads", line.reads);
        let all = line.since + SlowLine::BYTE * u32::try_from(line.said.len()).expect("short");
        assert!(
            ended.1 <= all + Duration::from_millis(1),
            "{:?} {all:?}",
            ended.1
        );
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
    fn the_time_of_an_engine_is_told_under_a_flood() {
        for flood in [&b"\r\n+CMTI: \"SM\",1\r\n"[..], b"\r\nCONNECT\r\n", b"x"] {
            let mut driver = Driver::default();
            let mut host = Host::new(&EC2X);
            driver.start -= Duration::from_secs(1000);
            host.start(Duration::ZERO, Operation::Size(b"a"))
                .expect("started");
            let mut ended = None;
            for _ in 0..2 {
                driver
                    .turn(&mut host, &mut Flood(flood), Duration::ZERO)
                    .expect("a line in memory");
                while let Some(event) = host.poll_event() {
                    if let Event::Done(result) = event {
                        ended = Some(result);
                    }
                }
            }
            let ended = ended.expect("an end in the second turn");
            assert!(
                matches!(ended, Err(HostError::NoAnswer { .. })),
                "{ended:?}"
            );
        }
    }

    #[test]
    fn what_has_come_counts_before_the_time_however_late_it_is_read() {
        let answer = VecDeque::from(b"\r\nOK\r\n\r\n+QFTPSIZE: 0,7\r\n".to_vec());
        let mut line = Side {
            incoming: Arc::new(Mutex::new(answer)),
            outgoing: Bytes::default(),
        };
        let mut driver = Driver::default();
        let mut host = Host::new(&EC2X);
        driver.start -= Duration::from_secs(1000);
        host.start(Duration::ZERO, Operation::Size(b"a"))
            .expect("started");
        driver
            .turn(&mut host, &mut line, Duration::ZERO)
            .expect("a line in memory");
        let done = Some(Event::Done(Ok(Answer::Number(7))));
        assert_eq!(host.poll_event(), done);
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
