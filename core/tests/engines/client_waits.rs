//! How soon the blocking client sees that it is cancelled, counted in waits at the port and not in seconds: no wait is
//! longer than a slice, and hardly any begins after the cancellation.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use qftp::ErrorKind;
use qftp::client::{Client, ClientOptions, Error};
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
