//! The escape sequence: `+++` that means leave data mode, told from `+++` that is data (002 §1.4, COMMON 6.2).
//!
//! It counts when the line was silent for the guard time before the first plus, the three come within one second with
//! nothing between them, and the guard time after them is silent too. Pluses that may begin it are kept back; when the
//! pattern fails they are data, in their place.
//!
//! Silence is judged by the times the caller states; in a run of bytes handed over at once only the first can follow
//! a silence, so data that flows costs nothing here.

use core::time::Duration;

/// The three pluses come within this time.
const WITHIN: Duration = Duration::from_secs(1);
const PLUSES: u8 = 3;

/// Watches the bytes of data mode for the escape sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Escape {
    guard: Duration,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The last byte came then.
    Data(Duration),
    /// One or two pluses came after a silence.
    Pluses {
        count: u8,
        first: Duration,
        last: Duration,
    },
    /// Three came; nothing may follow.
    Complete { last: Duration },
}

/// The data among the bytes handed over: first so many pluses that were kept back, then the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passed<'a> {
    /// Pluses of an earlier call, or of this one, that turned out to be data.
    pub pluses: u8,
    /// The bytes behind the pluses.
    pub bytes: &'a [u8],
}

/// The result of a silence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silence {
    /// Nothing is decided yet.
    Undecided,
    /// Data mode is to be left.
    Escaped,
    /// So many pluses that were kept back are data.
    Pluses(u8),
}

impl Escape {
    /// Begins data mode.
    pub fn new(now: Duration, guard: Duration) -> Self {
        Escape {
            guard,
            state: State::Data(now),
        }
    }

    /// Returns the number of pluses kept back.
    pub fn held(&self) -> u8 {
        match self.state {
            State::Data(_) => 0,
            State::Pluses { count, .. } => count,
            State::Complete { .. } => PLUSES,
        }
    }

    /// Releases the pluses kept back: they are data after all.
    pub fn release(&mut self, now: Duration) -> u8 {
        let held = self.held();
        self.state = State::Data(now);
        held
    }

    /// Takes bytes that came together.
    pub fn pass<'a>(&mut self, now: Duration, bytes: &'a [u8]) -> Passed<'a> {
        let mut pluses = match self.expire(now) {
            Silence::Pluses(count) => count,
            // A caller that lets a deadline pass before it hands bytes over has not read the line in time.
            Silence::Escaped => self.release(now),
            Silence::Undecided => 0,
        };
        let mut rest = bytes;
        while let [first, after @ ..] = rest {
            let (next, kept) = self.state.step(now, self.guard, *first);
            if !kept {
                pluses += self.held();
                self.state = State::Data(now);
                return Passed {
                    pluses,
                    bytes: rest,
                };
            }
            self.state = next;
            rest = after;
        }
        Passed {
            pluses,
            bytes: rest,
        }
    }

    /// Returns the time at which [`Escape::expire`] decides something, if nothing comes before.
    pub fn deadline(&self) -> Option<Duration> {
        match self.state {
            State::Data(_) => None,
            State::Pluses { first, .. } => Some(first + WITHIN),
            State::Complete { last } => Some(last + self.guard),
        }
    }

    /// Notes that nothing came until now.
    pub fn expire(&mut self, now: Duration) -> Silence {
        if self.deadline().is_none_or(|deadline| now < deadline) {
            return Silence::Undecided;
        }
        match self.state {
            State::Data(_) => Silence::Undecided,
            State::Pluses { count, last, .. } => {
                self.state = State::Data(last);
                Silence::Pluses(count)
            }
            State::Complete { .. } => {
                self.state = State::Data(now);
                Silence::Escaped
            }
        }
    }
}

impl State {
    /// Returns the state behind a byte, and true if the byte is kept back.
    fn step(self, now: Duration, guard: Duration, byte: u8) -> (State, bool) {
        match self {
            State::Data(last) if byte == b'+' && now.saturating_sub(last) >= guard => {
                let pluses = State::Pluses {
                    count: 1,
                    first: now,
                    last: now,
                };
                (pluses, true)
            }
            State::Pluses { count: 2, .. } if byte == b'+' => (State::Complete { last: now }, true),
            State::Pluses { count, first, .. } if byte == b'+' => {
                let pluses = State::Pluses {
                    count: count + 1,
                    first,
                    last: now,
                };
                (pluses, true)
            }
            _ => (self, false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    const GUARD: Duration = Duration::from_secs(1);

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    /// Hands bytes over at their times, then waits two seconds: what was data, and whether it escaped.
    fn run(guard: Duration, pieces: &[(u64, &[u8])]) -> (Vec<u8>, bool) {
        let mut escape = Escape::new(Duration::ZERO, guard);
        let mut data = Vec::new();
        let mut escaped = false;
        let last = pieces.last().map_or(0, |(at, _)| *at);
        for (at, bytes) in pieces.iter().chain(&[(last + 6000, &b""[..])]) {
            while let Some(due) = escape.deadline().filter(|due| *due <= ms(*at)) {
                match escape.expire(due) {
                    Silence::Escaped => escaped = true,
                    Silence::Pluses(count) => data.extend((0..count).map(|_| b'+')),
                    Silence::Undecided => panic!("a deadline that decides nothing"),
                }
            }
            let passed = escape.pass(ms(*at), bytes);
            data.extend((0..passed.pluses).map(|_| b'+'));
            data.extend_from_slice(passed.bytes);
        }
        (data, escaped)
    }

    #[test]
    fn the_pattern_and_what_only_looks_like_it() {
        type Case = (&'static [(u64, &'static [u8])], &'static [u8], bool);
        let cases: &[Case] = &[
            (&[(1000, b"+++")], b"", true),
            (&[(1000, b"+"), (1400, b"+"), (1999, b"+")], b"", true),
            (&[(500, b"abc"), (1500, b"+++")], b"abc", true),
            // No silence before it.
            (&[(999, b"+++")], b"+++", false),
            (&[(2000, b"abc+++")], b"abc+++", false),
            (&[(1000, b"abc"), (1999, b"+++")], b"abc+++", false),
            // Something between or behind.
            (&[(1000, b"++a+")], b"++a+", false),
            (&[(1000, b"++++")], b"++++", false),
            (&[(1000, b"+++\r")], b"+++\r", false),
            (&[(1000, b"+++"), (1999, b"x")], b"+++x", false),
            // Too few, or too slow.
            (&[(1000, b"++")], b"++", false),
            (&[(1000, b"+"), (1500, b"+"), (2000, b"+")], b"+++", false),
            // A first try that fails does not spoil a second one.
            (&[(1000, b"++"), (3000, b"+++")], b"++", true),
            (&[(1000, b"+++x"), (2000, b"+++")], b"+++x", true),
        ];
        for (pieces, data, escaped) in cases {
            assert_eq!(run(GUARD, pieces), (data.to_vec(), *escaped), "{pieces:?}");
            // The same, byte by byte.
            let single: Vec<(u64, &[u8])> = pieces
                .iter()
                .flat_map(|(at, bytes)| bytes.chunks(1).map(|byte| (*at, byte)))
                .collect();
            assert_eq!(run(GUARD, &single), (data.to_vec(), *escaped), "{single:?}");
        }
    }

    #[test]
    fn the_guard_time_is_s12() {
        assert_eq!(run(ms(200), &[(200, b"+++")]), (Vec::new(), true));
        assert_eq!(run(ms(200), &[(100, b"+++")]), (b"+++".to_vec(), false));
        assert_eq!(run(ms(5000), &[(4000, b"+++")]), (b"+++".to_vec(), false));
    }

    #[test]
    fn bytes_that_come_after_the_deadline_are_data() {
        let mut escape = Escape::new(Duration::ZERO, GUARD);
        assert_eq!(escape.pass(ms(1000), b"++").bytes, b"");
        let late = escape.pass(ms(4000), b"+");
        assert_eq!((late.pluses, late.bytes, escape.held()), (2, &b""[..], 1));
    }
}
