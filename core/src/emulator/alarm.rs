//! A waker of one emulator among those that share an event loop.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use mio::Waker;

/// The emulators that were woken and have not had their turn yet.
pub(super) type Woken = Arc<Mutex<Vec<usize>>>;

/// Wakes an emulator, from any thread.
#[derive(Clone, Debug)]
pub struct Alarm {
    waker: Arc<Waker>,
    /// The list that notes the number of the emulator, if the loop has several.
    note: Option<(Woken, usize)>,
}

impl Alarm {
    /// Makes one for a loop that serves nothing else.
    pub fn of_loop(waker: Arc<Waker>) -> Self {
        Alarm { waker, note: None }
    }

    /// Makes one for an emulator of a shared loop.
    pub(super) fn of_emulator(waker: Arc<Waker>, woken: Woken, number: usize) -> Self {
        let note = Some((woken, number));
        Alarm { waker, note }
    }

    /// Wakes it.
    ///
    /// # Errors
    ///
    /// The loop has ended.
    pub fn ring(&self) -> io::Result<()> {
        if let Some((woken, number)) = &self.note {
            let mut woken = woken.lock().unwrap_or_else(PoisonError::into_inner);
            woken.push(*number);
        }
        self.waker.wake()
    }
}
