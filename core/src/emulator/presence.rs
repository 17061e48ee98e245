//! The port of an emulator while its module restarts: it can vanish with the module and return with it.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The time in which a host reads the last words before its port is gone.
const LAST_WORDS: Duration = Duration::from_millis(100);

/// A start of a module whose port vanishes takes this long at least: longer than its last words.
pub(super) const SHORTEST_BOOT: Duration = Duration::from_millis(300);

/// Says whether the port is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Here,
    /// It vanishes at this time.
    Leaving(Duration),
    Away,
}

/// The next thing to do with the port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Move {
    Vanish,
    Return,
}

/// Follows the module with its port, if ports vanish at all.
#[derive(Debug)]
pub(super) struct Presence {
    vanishes: bool,
    place: Place,
    /// The module runs.
    runs: bool,
}

impl Presence {
    pub(super) fn new(vanishes: bool) -> Self {
        Presence {
            vanishes,
            place: Place::Here,
            runs: true,
        }
    }

    /// Takes note that the module has gone down.
    pub(super) fn stop(&mut self, now: Duration) {
        self.runs = false;
        if self.vanishes && self.place == Place::Here {
            self.place = Place::Leaving(now + LAST_WORDS);
        }
    }

    /// Takes note that the module has started.
    pub(super) fn start(&mut self) {
        self.runs = true;
    }

    /// Tells whether the module's output goes out now: a port that leaves carries the last words and no other.
    pub(super) fn carries_output(&self) -> bool {
        match self.place {
            Place::Here => true,
            Place::Leaving(_) => !self.runs,
            Place::Away => false,
        }
    }

    /// Returns when the next move is due, if nothing else happens before.
    pub(super) fn poll_timeout(&self) -> Option<Duration> {
        match self.place {
            Place::Leaving(at) => Some(at),
            Place::Here | Place::Away => None,
        }
    }

    /// Returns the move that is due.
    pub(super) fn poll_move(&mut self, now: Duration) -> Option<Move> {
        match self.place {
            Place::Leaving(at) if at <= now => {
                self.place = Place::Away;
                Some(Move::Vanish)
            }
            Place::Away if self.runs => {
                self.place = Place::Here;
                Some(Move::Return)
            }
            _ => None,
        }
    }
}

/// The path of a terminal, which changes when it comes back.
#[derive(Clone, Debug, Default)]
pub(super) struct SharedPath(Arc<Mutex<Option<PathBuf>>>);

impl SharedPath {
    pub(super) fn get(&self) -> Option<PathBuf> {
        let path = self.0.lock();
        path.unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn set(&self, path: Option<PathBuf>) {
        let mut shared = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *shared = path;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_goes_after_the_last_words_and_comes_back_with_the_module() {
        let mut presence = Presence::new(true);
        assert_eq!(presence.poll_move(Duration::ZERO), None);
        presence.stop(Duration::ZERO);
        assert!(presence.carries_output());
        assert_eq!(presence.poll_timeout(), Some(LAST_WORDS));
        assert_eq!(presence.poll_move(LAST_WORDS / 2), None);
        assert_eq!(presence.poll_move(LAST_WORDS), Some(Move::Vanish));
        assert!(!presence.carries_output());
        assert_eq!(presence.poll_move(SHORTEST_BOOT), None);
        presence.start();
        assert_eq!(presence.poll_move(SHORTEST_BOOT), Some(Move::Return));
        assert!(presence.carries_output());
    }

    #[test]
    fn the_words_of_a_quick_start_wait_for_the_new_port() {
        let mut presence = Presence::new(true);
        presence.stop(Duration::ZERO);
        presence.start();
        assert!(!presence.carries_output());
        assert_eq!(presence.poll_move(LAST_WORDS), Some(Move::Vanish));
        assert_eq!(presence.poll_move(LAST_WORDS), Some(Move::Return));
    }

    #[test]
    fn other_ports_stay() {
        let mut presence = Presence::new(false);
        presence.stop(Duration::ZERO);
        assert_eq!(presence.poll_timeout(), None);
        assert_eq!(presence.poll_move(SHORTEST_BOOT), None);
        assert!(presence.carries_output());
    }
}
