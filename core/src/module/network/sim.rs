//! The SIM card: its PIN and its PUK, and what they answer (COMMON 6.4).

use crate::module::response::CommandError;
use crate::module::state::{PUK, Pin, SimState};

/// Attempts at a PIN, and at a PUK (3GPP 31.101).
const PIN_ATTEMPTS: u8 = 3;
const PUK_ATTEMPTS: u8 = 10;

// Numbers of `+CME ERROR` (3GPP 27.007 §9.2).
const NOT_ALLOWED: CommandError = CommandError::Cme(3);
const NOT_INSERTED: CommandError = CommandError::Cme(10);
const PIN_REQUIRED: CommandError = CommandError::Cme(11);
const PUK_REQUIRED: CommandError = CommandError::Cme(12);
const FAILURE: CommandError = CommandError::Cme(13);
const WRONG_PASSWORD: CommandError = CommandError::Cme(16);

/// Holds the card and what it waits for.
#[derive(Debug)]
pub(super) struct SimCard {
    /// The PIN that it asks for at every start, if it does.
    pin: Option<Pin>,
    lock: SimLock,
}

/// Says what the card waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SimLock {
    Ready,
    Absent,
    /// With the attempts that are left.
    Pin(u8),
    Puk(u8),
    /// It is blocked for good.
    Blocked,
}

impl SimCard {
    /// Returns a card in a state that a user sets.
    pub(super) fn new(state: SimState) -> Self {
        let (pin, lock) = match state {
            SimState::Ready => (None, SimLock::Ready),
            SimState::Absent => (None, SimLock::Absent),
            SimState::Pin(pin) => (Some(pin), SimLock::Pin(PIN_ATTEMPTS)),
            SimState::Puk => (None, SimLock::Puk(PUK_ATTEMPTS)),
        };
        SimCard { pin, lock }
    }

    /// Switches the card on again. Attempts are counted on the card, and stay.
    pub(super) fn reset(&mut self) {
        if self.pin.is_some() && self.lock == SimLock::Ready {
            self.lock = SimLock::Pin(PIN_ATTEMPTS);
        }
    }

    pub(super) fn is_ready(&self) -> bool {
        self.lock == SimLock::Ready
    }

    pub(super) fn is_there(&self) -> bool {
        self.lock != SimLock::Absent
    }

    /// Returns what `AT+CPIN?` says of the card.
    pub(super) fn word(&self) -> Result<&'static str, CommandError> {
        match self.lock {
            SimLock::Ready => Ok("READY"),
            SimLock::Pin(_) => Ok("SIM PIN"),
            SimLock::Puk(_) => Ok("SIM PUK"),
            SimLock::Absent => Err(NOT_INSERTED),
            SimLock::Blocked => Err(FAILURE),
        }
    }

    /// Returns why the card cannot be used, if it cannot.
    pub(super) fn error(&self) -> Option<CommandError> {
        match self.lock {
            SimLock::Ready => None,
            SimLock::Absent => Some(NOT_INSERTED),
            SimLock::Pin(_) => Some(PIN_REQUIRED),
            SimLock::Puk(_) => Some(PUK_REQUIRED),
            SimLock::Blocked => Some(FAILURE),
        }
    }

    /// Takes the parameters of `AT+CPIN="1234"` or `AT+CPIN="<puk>","<new pin>"`.
    pub(super) fn enter(&mut self, code: &[u8], new: &[u8]) -> Result<(), CommandError> {
        match (self.lock, &self.pin) {
            (SimLock::Pin(_), Some(pin)) if pin.matches(code) => {
                self.lock = SimLock::Ready;
                Ok(())
            }
            (SimLock::Pin(left), _) => {
                self.lock = match left {
                    0 | 1 => SimLock::Puk(PUK_ATTEMPTS),
                    left => SimLock::Pin(left - 1),
                };
                Err(WRONG_PASSWORD)
            }
            (SimLock::Puk(_), _) if new.is_empty() => Err(PUK_REQUIRED),
            (SimLock::Puk(left), _) => self.unblock(left, code, new),
            (SimLock::Ready, _) => Err(NOT_ALLOWED),
            (SimLock::Absent, _) => Err(NOT_INSERTED),
            (SimLock::Blocked, _) => Err(FAILURE),
        }
    }

    fn unblock(&mut self, left: u8, code: &[u8], new: &[u8]) -> Result<(), CommandError> {
        match Pin::new(new) {
            Some(pin) if PUK.matches(code) => {
                self.pin = Some(pin);
                self.lock = SimLock::Ready;
                return Ok(());
            }
            // A new PIN that is none costs no attempt.
            None => {}
            Some(_) => {
                self.lock = match left {
                    0 | 1 => SimLock::Blocked,
                    left => SimLock::Puk(left - 1),
                }
            }
        }
        Err(WRONG_PASSWORD)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(digits: &[u8]) -> SimCard {
        SimCard::new(SimState::Pin(Pin::new(digits).expect("a PIN")))
    }

    #[test]
    fn the_right_pin_unlocks_until_the_next_start() {
        let mut card = card(b"1234");
        assert_eq!(card.word(), Ok("SIM PIN"));
        assert_eq!(card.error(), Some(PIN_REQUIRED));
        assert_eq!(card.enter(b"1234", b""), Ok(()));
        assert_eq!(card.word(), Ok("READY"));
        assert_eq!(card.enter(b"1234", b""), Err(NOT_ALLOWED));
        card.reset();
        assert_eq!(card.word(), Ok("SIM PIN"));
    }

    #[test]
    fn three_wrong_pins_ask_for_the_puk_and_a_start_gives_no_new_attempts() {
        let mut card = card(b"1234");
        for _ in 0..2 {
            assert_eq!(card.enter(b"1111", b""), Err(WRONG_PASSWORD));
            card.reset();
            assert_eq!(card.word(), Ok("SIM PIN"));
        }
        assert_eq!(card.enter(b"0000", b""), Err(WRONG_PASSWORD));
        assert_eq!(card.word(), Ok("SIM PUK"));
        assert_eq!(card.enter(b"1234", b""), Err(PUK_REQUIRED));
        assert_eq!(card.enter(b"12345678", b"99"), Err(WRONG_PASSWORD));
        assert_eq!(card.enter(b"12345678", b"9999"), Ok(()));
        card.reset();
        assert_eq!(card.enter(b"9999", b""), Ok(()));
    }

    #[test]
    fn ten_wrong_puks_block_the_card() {
        let mut card = SimCard::new(SimState::Puk);
        for _ in 0..10 {
            assert_eq!(card.word(), Ok("SIM PUK"));
            assert_eq!(card.enter(b"00000000", b"1234"), Err(WRONG_PASSWORD));
        }
        assert_eq!(card.word(), Err(FAILURE));
        assert_eq!(card.enter(b"12345678", b"1234"), Err(FAILURE));
    }

    #[test]
    fn a_card_that_is_not_there_says_so() {
        let mut card = SimCard::new(SimState::Absent);
        assert!(!card.is_there() && !card.is_ready());
        assert_eq!(card.word(), Err(NOT_INSERTED));
        assert_eq!(card.enter(b"1234", b""), Err(NOT_INSERTED));
    }
}
