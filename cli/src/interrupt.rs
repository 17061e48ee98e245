//! Ctrl-C and SIGTERM.
//!
//! The first ends the running call at once; the program then resyncs the line, so that the next program finds the
//! module in command mode. The second ends the program at once.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use crate::exit::Exit;
use crate::problem::Problem;

/// The interval at which a wait checks the flag.
const TICK: Duration = Duration::from_millis(50);

/// Becomes true when the user interrupts the program.
#[derive(Clone, Debug)]
pub(crate) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Installs the signal handlers.
    pub(crate) fn install() -> Result<Self, Problem> {
        let asked = Arc::new(AtomicBool::new(false));
        let register = |signal| -> io::Result<()> {
            // In this order: the second signal finds the flag set by the first.
            flag::register_conditional_shutdown(
                signal,
                i32::from(Exit::Interrupted as u8),
                Arc::clone(&asked),
            )?;
            flag::register(signal, Arc::clone(&asked))?;
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
        Ok(Interrupt(asked))
    }

    /// Returns the flag that the library checks.
    pub(crate) fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.0)
    }

    pub(crate) fn asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Runs the last work before the program ends; a second signal ends that too.
    pub(crate) fn last(&self, work: impl FnOnce()) {
        self.0.store(false, Ordering::Relaxed);
        work();
        self.0.store(true, Ordering::Relaxed);
    }

    /// Waits for the signal, or until `over` returns true.
    #[cfg(any(unix, feature = "serve"))]
    pub(crate) fn wait(&self, mut over: impl FnMut() -> bool) {
        while !self.asked() && !over() {
            std::thread::sleep(TICK);
        }
    }
}
