//! Ends a call that waits without the interpreter's lock: on a signal, an exception of a callback, or silence.
//!
//! The client runs in the thread that called it, on a wrapped port. Between two reads the wrapper asks the interpreter
//! for signals; a signal ends a read that waits (`wakeup.rs`). To end the call, the wrapper stores an exception here and
//! cancels the call of the client; the client ends it, and the exception is raised instead of "cancelled". From Ctrl-C to
//! KeyboardInterrupt it takes at most [`SIGNALS_EVERY`].

use std::io;
#[cfg(unix)]
use std::os::fd::BorrowedFd;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use pyo3::prelude::*;
use qftp::client::{Cancel, Client, Error};
use qftp::port::Port;

use crate::cancel::Shared;
use crate::error;

/// The least interval between two checks for signals.
const SIGNALS_EVERY: Duration = Duration::from_millis(10);

/// The interval between two checks for what nothing tells of: signals that the interpreter writes to a descriptor of the
/// program, the end of an event loop.
const UNTOLD_EVERY: Duration = Duration::from_millis(50);

/// The least time of a resync: a second of silence on either side of `+++`.
const RESYNC_TIME: Duration = Duration::from_secs(3);

/// Watches over the calls of one client.
pub(crate) struct Watch {
    stop: Arc<Shared>,
    silence: Option<Duration>,
    call: Mutex<Call>,
}

/// The effect of silence on a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OnSilence {
    /// Ends the call once it lasts as long as the user allows.
    EndCall,
    /// Does nothing: the call waits for what may come.
    Wait,
}

impl OnSilence {
    /// Returns what silence does at the opening of a port: a module that is waited for may be silent.
    pub(crate) fn of_opening(wait: Duration) -> Self {
        if wait.is_zero() {
            OnSilence::EndCall
        } else {
            OnSilence::Wait
        }
    }
}

/// The call that runs.
struct Call {
    raised: Option<PyErr>,
    on_silence: OnSilence,
    moved_at: Instant,
    asked_at: Instant,
    /// Signals do not end a wait.
    signals_untold: bool,
}

impl Watch {
    /// Makes a watch. `silence` limits the silence while a call waits; `None`: as long as the manual says. `stop` ends
    /// its calls, too.
    pub(crate) fn new(silence: Option<Duration>, stop: Arc<Shared>) -> Self {
        let now = Instant::now();
        Watch {
            stop,
            silence,
            call: Mutex::new(Call {
                raised: None,
                on_silence: OnSilence::Wait,
                moved_at: now,
                asked_at: now,
                signals_untold: false,
            }),
        }
    }

    /// Returns what ends the calls of a client.
    pub(crate) fn cancel(&self) -> &Cancel {
        self.stop.handle()
    }

    /// Takes note that signals do not end a wait of this call.
    pub(crate) fn signals_are_untold(&self) {
        self.call().signals_untold = true;
    }

    /// Begins a call; returns false if it must end at once.
    pub(crate) fn begin(&self, on_silence: OnSilence) -> bool {
        let now = Instant::now();
        *self.call() = Call {
            raised: None,
            on_silence,
            moved_at: now,
            asked_at: now,
            signals_untold: false,
        };
        !self.stop.begin()
    }

    /// Lets silence end the call from now on. Resyncs the line first: the silence of a resync does not count.
    pub(crate) fn end_on_silence(&self, client: &mut Client) -> Result<(), Error> {
        if let Some(silence) = self.silence {
            client.resync(silence.saturating_add(RESYNC_TIME))?;
            let mut call = self.call();
            call.on_silence = OnSilence::EndCall;
            call.moved_at = Instant::now();
        }
        Ok(())
    }

    /// Ends the call; returns the exception to raise.
    pub(crate) fn end(&self) -> Option<PyErr> {
        self.call().raised.take()
    }

    /// Ends the call with this exception; the first one counts.
    pub(crate) fn fail(&self, error: PyErr) {
        self.call().raised.get_or_insert(error);
        self.stop.cancel();
    }

    /// Locks the call. Every change is complete before a panic can happen.
    fn call(&self) -> MutexGuard<'_, Call> {
        self.call.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets the silence of a wait before a retry not count.
    pub(crate) fn excuse(&self, wait: Duration) {
        self.call().moved_at = Instant::now() + wait;
    }

    fn moved(&self, count: usize) {
        if count > 0 {
            self.call().moved_at = Instant::now();
        }
    }

    /// Returns how long a read may wait before there is something to check.
    fn longest_wait(&self) -> Duration {
        let call = self.call();
        let untold = (call.signals_untold || self.stop.asks()).then_some(UNTOLD_EVERY);
        let silence = self.silence_that_ends(&call).map(|silence| {
            let end = call.moved_at + silence;
            end.saturating_duration_since(Instant::now())
        });
        untold
            .into_iter()
            .chain(silence)
            .min()
            .unwrap_or(Duration::MAX)
    }

    /// Returns the silence that ends a call.
    fn silence_that_ends(&self, call: &Call) -> Option<Duration> {
        self.silence
            .filter(|_| call.on_silence == OnSilence::EndCall)
    }

    /// Checks if the call has to end: behind a wait at once, else now and then. Releases the lock while the interpreter
    /// runs: its handlers may run any code.
    fn look(&self, waited: bool) {
        let now = Instant::now();
        let silent = {
            let mut call = self.call();
            let is_soon = !waited && now.duration_since(call.asked_at) < SIGNALS_EVERY;
            if call.raised.is_some() || is_soon {
                return;
            }
            call.asked_at = now;
            self.silence_that_ends(&call)
                .filter(|silence| now.saturating_duration_since(call.moved_at) >= *silence)
        };
        Python::attach(|py| {
            let asked = py.check_signals().and_then(|()| self.stop.is_abandoned(py));
            if let Err(raised) = asked {
                self.fail(raised);
            } else if matches!(asked, Ok(true)) {
                self.stop.cancel();
            } else if let Some(silence) = silent {
                let seconds = silence.as_secs_f64();
                let text = format!("the line was silent for {seconds} s");
                self.fail(error::new(py, "OperationTimeout", &text));
            }
        });
    }
}

/// A port that is watched.
pub(crate) struct WatchedPort {
    pub(crate) port: Box<dyn Port>,
    pub(crate) watch: Arc<Watch>,
}

impl Port for WatchedPort {
    fn read(&mut self, buffer: &mut [u8], timeout: Duration) -> io::Result<usize> {
        let wait = match timeout {
            Duration::ZERO => timeout,
            _ => timeout.min(self.watch.longest_wait()),
        };
        let read = self.port.read(buffer, wait);
        self.watch.moved(*read.as_ref().unwrap_or(&0));
        // Also where the port is closed: the client waits for it.
        let waited = match read {
            Ok(count) => count == 0 && !timeout.is_zero(),
            Err(_) => true,
        };
        self.watch.look(waited);
        read
    }

    fn write(&mut self, bytes: &[u8], timeout: Duration) -> io::Result<usize> {
        let count = self.port.write(bytes, timeout)?;
        self.watch.moved(count);
        Ok(count)
    }

    fn set_dtr(&mut self, on: bool) -> io::Result<()> {
        self.port.set_dtr(on)
    }

    fn time(&self) -> Option<Duration> {
        self.port.time()
    }

    fn pause(&mut self, time: Duration) {
        self.port.pause(time);
    }

    fn discard_output(&mut self) -> io::Result<()> {
        self.port.discard_output()
    }

    fn unsent(&mut self) -> io::Result<usize> {
        self.port.unsent()
    }

    fn on_its_way(&mut self) -> io::Result<usize> {
        self.port.on_its_way()
    }

    fn loses_bytes(&self) -> bool {
        self.port.loses_bytes()
    }

    fn wake_by(&mut self, cancel: &Cancel) -> bool {
        self.port.wake_by(cancel)
    }

    #[cfg(unix)]
    fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        self.port.descriptor()
    }

    fn name(&self) -> &str {
        self.port.name()
    }
}
