//! How often the blocking client wakes, and how soon it sees that it is cancelled, counted in waits at the port and not
//! in seconds.
//!
//! A port that a cancellation wakes is waited for once. At another one no wait is longer than a slice, and hardly any
//! begins after the cancellation.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use qftp::ErrorKind;
use qftp::client::{Cancel, Client, ClientOptions, Error};
use qftp::dialect;
use qftp::port::Port;

/// With at most two of them from the cancellation to the end of the call, a tenth of a second is kept.
const LONGEST_WAIT: Duration = Duration::from_millis(20);
const WAITS_AFTER: usize = 2;
/// The wait in which the cancellation comes, counted from the begin of the call.
const CANCELLED_IN: usize = 5;

/// What the test and the port share.
#[derive(Default)]
struct Shared {
    cancel: Arc<AtomicBool>,
    /// Whether the module is silent from now on.
    silent: AtomicBool,
    /// Waits since then.
    waits: AtomicUsize,
    longest: Mutex<Duration>,
}

impl Shared {
    fn wait(&self, timeout: Duration) {
        let mut longest = self.longest.lock().expect("the longest wait");
        *longest = timeout.max(*longest);
        if self.silent.load(Ordering::SeqCst)
            && self.waits.fetch_add(1, Ordering::SeqCst) + 1 == CANCELLED_IN
        {
            self.cancel.store(true, Ordering::SeqCst);
        }
    }
}

/// A module that answers every line with OK, and tells the kind of its errors, until it is silent. Its waits are over at once.
struct Line {
    shared: Arc<Shared>,
    answer: Vec<u8>,
}

impl Port for Line {
    fn read(&mut self, buffer: &mut [u8], timeout: Duration) -> io::Result<usize> {
        self.shared.wait(timeout);
        let count = self.answer.len().min(buffer.len());
        buffer[..count].copy_from_slice(&self.answer[..count]);
        self.answer.drain(..count);
        Ok(count)
    }

    fn write(&mut self, bytes: &[u8], timeout: Duration) -> io::Result<usize> {
        self.shared.wait(timeout);
        if bytes.contains(&b'\r') && !self.shared.silent.load(Ordering::SeqCst) {
            if bytes.starts_with(b"AT+CMEE?") {
                self.answer.extend_from_slice(b"\r\n+CMEE: 1\r\n");
            }
            self.answer.extend_from_slice(b"\r\nOK\r\n");
        }
        Ok(bytes.len())
    }

    fn set_dtr(&mut self, _: bool) -> io::Result<()> {
        Ok(())
    }

    #[cfg(unix)]
    fn descriptor(&self) -> Option<std::os::fd::BorrowedFd<'_>> {
        None
    }

    fn name(&self) -> &'static str {
        "a silent module"
    }
}

fn cancelled_while(call: impl Fn(&mut Client) -> Result<(), Error>) {
    for dialect in dialect::ALL {
        let shared = Arc::new(Shared::default());
        let line = Line {
            shared: Arc::clone(&shared),
            answer: Vec::new(),
        };
        let options = ClientOptions::new()
            .dialect(*dialect)
            .cancel(Arc::clone(&shared.cancel));
        let mut client = options.with_port(Box::new(line)).expect("a client");
        shared.silent.store(true, Ordering::SeqCst);
        let error = call(&mut client).expect_err("cancelled");
        assert!(
            error.kind() == ErrorKind::Cancelled,
            "{}: {error}",
            dialect.name
        );
        let after = shared.waits.load(Ordering::SeqCst) - CANCELLED_IN;
        assert!(after <= WAITS_AFTER, "{}: {after} waits", dialect.name);
        let longest = *shared.longest.lock().expect("the longest wait");
        assert!(longest <= LONGEST_WAIT, "{}: {longest:?}", dialect.name);
    }
}

#[test]
fn a_command_is_cancelled_between_two_slices() {
    cancelled_while(|client| client.command(b"AT+CSQ").map(drop));
}

#[test]
fn a_wait_for_urcs_is_cancelled_between_two_slices() {
    cancelled_while(|client| client.poll(Duration::from_secs(600)));
}

/// As the line above, with waits that last until the cancellation.
struct WokenLine {
    line: Line,
    cancel: Option<Cancel>,
    /// Tells of each wait of a silent module.
    waits: Sender<Duration>,
}

impl Port for WokenLine {
    fn read(&mut self, buffer: &mut [u8], timeout: Duration) -> io::Result<usize> {
        let count = self.line.read(buffer, timeout)?;
        if let (0, true, Some(cancel)) = (count, !timeout.is_zero(), &self.cancel) {
            let _ = self.waits.send(timeout); // the test has seen enough
            cancel.sleep(timeout);
        }
        Ok(count)
    }

    fn write(&mut self, bytes: &[u8], timeout: Duration) -> io::Result<usize> {
        self.line.write(bytes, timeout)
    }

    fn set_dtr(&mut self, on: bool) -> io::Result<()> {
        self.line.set_dtr(on)
    }

    fn wake_by(&mut self, cancel: &Cancel) -> bool {
        self.cancel = Some(cancel.clone());
        true
    }

    fn name(&self) -> &'static str {
        "a silent module"
    }
}

/// Waits until the first wait has begun, cancels, and returns all waits of the call.
fn woken_while(
    dialect: &'static dialect::Dialect,
    call: impl Fn(&mut Client) -> Result<(), Error> + Sync,
) -> Vec<Duration> {
    let shared = Arc::new(Shared::default());
    let (waits, waiting) = channel();
    let cancel = Cancel::new();
    let line = WokenLine {
        line: Line {
            shared: Arc::clone(&shared),
            answer: Vec::new(),
        },
        cancel: None,
        waits,
    };
    let options = ClientOptions::new().dialect(dialect).cancel(cancel.clone());
    let mut client = options.with_port(Box::new(line)).expect("a client");
    shared.silent.store(true, Ordering::SeqCst);
    while waiting.try_recv().is_ok() {}
    let first = std::thread::scope(|scope| {
        let calling = scope.spawn(|| call(&mut client).expect_err("cancelled"));
        let first = waiting.recv().expect("a wait");
        cancel.cancel();
        let error = calling.join().expect("a thread");
        assert_eq!(error.kind(), ErrorKind::Cancelled, "{}", dialect.name);
        first
    });
    std::iter::once(first).chain(waiting.try_iter()).collect()
}

#[test]
fn a_client_that_waits_for_urcs_waits_once() {
    for dialect in dialect::ALL {
        let waits = woken_while(dialect, |client| client.poll(Duration::from_secs(600)));
        assert_eq!(waits.len(), 1, "{}: {waits:?}", dialect.name);
        assert!(waits[0] > Duration::from_secs(500), "{waits:?}");
    }
}

#[test]
fn a_client_that_waits_for_an_answer_waits_until_the_engine_has_something_to_do() {
    for dialect in dialect::ALL {
        let waits = woken_while(dialect, |client| client.command(b"AT+CSQ").map(drop));
        assert_eq!(waits.len(), 1, "{}: {waits:?}", dialect.name);
        assert!(waits[0] > LONGEST_WAIT, "{}: {waits:?}", dialect.name);
    }
}

/// Counts the reads of a port that wait.
#[cfg(all(unix, feature = "emulator"))]
struct Counted {
    port: Box<dyn Port>,
    waits: Arc<AtomicUsize>,
}

#[cfg(all(unix, feature = "emulator"))]
impl Port for Counted {
    fn read(&mut self, buffer: &mut [u8], timeout: Duration) -> io::Result<usize> {
        if !timeout.is_zero() {
            self.waits.fetch_add(1, Ordering::SeqCst);
        }
        self.port.read(buffer, timeout)
    }

    fn write(&mut self, bytes: &[u8], timeout: Duration) -> io::Result<usize> {
        self.port.write(bytes, timeout)
    }

    fn set_dtr(&mut self, on: bool) -> io::Result<()> {
        self.port.set_dtr(on)
    }

    fn wake_by(&mut self, cancel: &Cancel) -> bool {
        self.port.wake_by(cancel)
    }

    fn name(&self) -> &str {
        self.port.name()
    }
}

/// A client without a handle that cancels has no reason to wake either.
#[cfg(all(unix, feature = "emulator"))]
#[test]
fn an_idle_line_wakes_no_client() {
    for cancel in [Some(Cancel::new()), None] {
        let waits = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&waits);
        let mut options = ClientOptions::new().wrap_port(move |port| {
            Box::new(Counted {
                port,
                waits: Arc::clone(&counter),
            })
        });
        if let Some(cancel) = cancel {
            options = options.cancel(cancel);
        }
        let mut client = options.open("emulator://ec2x").expect("a client");
        waits.store(0, Ordering::SeqCst);
        client.poll(Duration::from_millis(300)).expect("polled");
        assert_eq!(waits.load(Ordering::SeqCst), 1);
    }
}
