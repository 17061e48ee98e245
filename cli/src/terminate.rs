//! SIGTERM while a line is edited: it ends the program at once and leaves the terminal as it was.
//!
//! While a command runs, SIGTERM cancels it (`interrupt.rs`), and the program ends instead of asking for the next line.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustyline::error::ReadlineError;
use rustyline::history::DefaultHistory;
use rustyline::{Editor, Helper};

use crate::problem::Problem;

/// Watches for SIGTERM from the first line that is read.
pub(crate) struct Termination {
    came: Arc<AtomicBool>,
    is_reading: Arc<AtomicBool>,
}

impl Termination {
    /// Begins to watch.
    pub(crate) fn watch() -> Result<Self, Problem> {
        let termination = Termination {
            came: Arc::default(),
            is_reading: Arc::default(),
        };
        #[cfg(unix)]
        termination.start().map_err(|error| {
            let message = format!("cannot install signal handlers: {error}");
            Problem::new(crate::exit::Exit::Failed, message)
        })?;
        Ok(termination)
    }

    /// Returns true after a SIGTERM.
    pub(crate) fn came(&self) -> bool {
        self.came.load(Ordering::SeqCst)
    }

    /// Reads a line. After a SIGTERM the input has an end.
    pub(crate) fn read_line<H: Helper>(
        &self,
        editor: &mut Editor<H, DefaultHistory>,
        prompt: &str,
    ) -> Result<String, ReadlineError> {
        // In this order: the watcher sets the one and then looks at the other.
        self.is_reading.store(true, Ordering::SeqCst);
        if self.came() {
            return Err(ReadlineError::Eof);
        }
        let line = editor.readline(prompt);
        self.is_reading.store(false, Ordering::SeqCst);
        line
    }

    #[cfg(unix)]
    fn start(&self) -> std::io::Result<()> {
        use crate::exit::Exit;
        use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};
        use signal_hook::consts::SIGTERM;

        let terminal = std::io::stdin();
        let before = tcgetattr(&terminal)?;
        let (came, is_reading) = (Arc::clone(&self.came), Arc::clone(&self.is_reading));
        let mut signals = signal_hook::iterator::Signals::new([SIGTERM])?;
        std::thread::spawn(move || {
            for _ in signals.forever() {
                came.store(true, Ordering::SeqCst);
                if is_reading.load(Ordering::SeqCst) {
                    let _ = tcsetattr(&terminal, OptionalActions::Now, &before);
                    std::process::exit(Exit::Interrupted as i32);
                }
            }
        });
        Ok(())
    }
}
