//! Ctrl-C and SIGTERM.
//!
//! The first ends the running call at once; the program then resyncs the line, so that the next program finds the
//! module in command mode. The second ends the program at once.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use qftp::client::Cancel;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use crate::exit::Exit;
use crate::problem::Problem;

/// The program waits for signals alone; any time will do.
#[cfg(any(unix, feature = "serve"))]
const LONGEST_WAIT: std::time::Duration = std::time::Duration::from_hours(24);

/// Cancels when the user interrupts the program.
#[derive(Clone, Debug)]
pub(crate) struct Interrupt {
    asked: Arc<AtomicBool>,
    cancel: Cancel,
}

impl Interrupt {
    /// Installs the signal handlers.
    pub(crate) fn install() -> Result<Self, Problem> {
        let cancel = Cancel::new();
        let asked = cancel.flag();
        let register = |signal| -> io::Result<()> {
            // In this order: the second signal finds the flag set by the first, and who wakes finds it set.
            flag::register_conditional_shutdown(
                signal,
                i32::from(Exit::Interrupted as u8),
                Arc::clone(&asked),
            )?;
            flag::register(signal, Arc::clone(&asked))?;
            #[cfg(unix)]
            if let Some(wake) = cancel.wake_descriptor() {
                signal_hook::low_level::pipe::register(signal, wake.try_clone_to_owned()?)?;
            }
            Ok(())
        };
        register(SIGINT)
            .and_then(|()| register(SIGTERM))
            .map_err(|error| {
                Problem::new(
                    Exit::Failed,
                    format!("cannot install signal handlers: {error}"),
                )
            })?;
        Ok(Interrupt { asked, cancel })
    }

    /// Returns the handle that ends the calls of a client.
    pub(crate) fn cancel(&self) -> Cancel {
        self.cancel.clone()
    }

    /// Forgets a signal whose command has ended, for a program that goes on.
    pub(crate) fn forget(&self) {
        self.cancel.clear();
    }

    pub(crate) fn asked(&self) -> bool {
        self.asked.load(Ordering::Relaxed)
    }

    /// Runs the last work before the program ends; a second signal ends that too.
    pub(crate) fn last(&self, work: impl FnOnce()) {
        self.cancel.clear();
        work();
        self.cancel.cancel();
    }

    /// Waits for the signal.
    #[cfg(any(unix, feature = "serve"))]
    pub(crate) fn wait(&self) {
        while !self.asked() {
            self.cancel.sleep(LONGEST_WAIT);
        }
    }
}
