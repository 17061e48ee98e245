//! Ctrl-C and SIGTERM.
//!
//! The first ends the running call at once; the program then brings the line in step, so that the next host finds the
//! module in command mode. The second, should that take too long, ends the program where it stands.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use crate::exit::Exit;
use crate::problem::Problem;

/// How often a wait looks at the flag.
const TICK: Duration = Duration::from_millis(50);

/// Becomes true when the user wants the program to end.
#[derive(Clone, Debug)]
pub(crate) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Takes the signals from here on.
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
                Problem::new(Exit::Failed, format!("signals cannot be taken: {error}"))
            })?;
        Ok(Interrupt(asked))
    }

    /// The flag, for the library to look at.
    pub(crate) fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.0)
    }

    pub(crate) fn asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Does the last thing before the program ends; a second signal ends that too.
    pub(crate) fn last(&self, work: impl FnOnce()) {
        self.0.store(false, Ordering::Relaxed);
        work();
        self.0.store(true, Ordering::Relaxed);
    }

    /// Waits for the signal, or until `over` says that there is nothing to wait for.
    #[cfg(any(unix, feature = "serve"))]
    pub(crate) fn wait(&self, mut over: impl FnMut() -> bool) {
        while !self.asked() && !over() {
            std::thread::sleep(TICK);
        }
    }
}
