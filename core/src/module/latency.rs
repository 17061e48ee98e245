//! Delays of the module's words: their text, and what they are for.
//!
//! A module of the manuals answers at once. A real one takes its time, and programs rely on it: `OK` and the URC behind
//! it do not come in one burst. The module's answers and URCs wait as long as a [`Latency`] says; their order stays.
//!
//! ```
//! use qftp::dialect::gsm::GSM;
//! use qftp::module::{Latency, Module};
//!
//! let latency: Latency = "response=20..80ms,urc=40ms,+QFTPOPEN=1.5s".parse()?;
//! assert_eq!(latency.to_string(), "response=20..80ms,urc=40ms,+QFTPOPEN=1500ms");
//! let module = Module::new(&GSM).with_latency(latency);
//! # Ok::<(), qftp::module::latency::LatencyError>(())
//! ```

mod delay;
mod draw;

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

pub use delay::{Delay, DelayError};
pub(super) use draw::Delays;

use crate::dialect::Dialect;

/// The delays of a module. What has none is [`Delay::NONE`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Latency {
    /// From the CR of a command line to the first byte of its answer, `CONNECT` and prompts too. An answer that takes
    /// longer by itself comes when it comes. Meanwhile the module takes no other command.
    pub response: Delay,
    /// From the last byte of a final result to the URC behind it, at least, or to a `CONNECT` behind it (001 §2.2.3).
    /// Between two URCs there is no delay. `None` leaves it to the driver: an emulator keeps the distance of modules on a
    /// line to other programs, and none inside the process.
    pub urc: Option<Delay>,
    /// Delays of single commands, by names such as `+QFTPOPEN`, in place of `response`: from the CR to the outcome. The
    /// outcome is the URC where the command has one behind its `OK`, whose own delay is still `response`; of all other
    /// commands it is the answer.
    pub commands: Vec<(String, Delay)>,
    /// Start of the random numbers: the same seed gives the same delays.
    pub seed: u64,
}

/// Explains why a text is no latency.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LatencyError {
    /// A delay cannot be read.
    #[error("{item}: {source}")]
    Delay {
        /// The item of the list.
        item: String,
        /// The reason why it is no delay.
        source: DelayError,
    },
    /// The name is neither `response`, `urc` or `seed` nor that of a command.
    #[error("{name}: name response, urc, seed or a command such as +QFTPOPEN")]
    Name {
        /// As it was given.
        name: String,
    },
    /// The seed is no number.
    #[error("seed={value}: give a number")]
    Seed {
        /// As it was given.
        value: String,
    },
}

impl Latency {
    /// Everything comes at once.
    pub const NONE: Latency = Latency {
        response: Delay::NONE,
        urc: Some(Delay::NONE),
        commands: Vec::new(),
        seed: 0,
    };

    /// Returns the latency of real modules: answers at once, and the dialect's time between a result and a URC.
    pub fn of_modules(dialect: &Dialect) -> Self {
        Latency {
            urc: Some(Delay::Fixed(dialect.urc_delay)),
            ..Latency::NONE
        }
    }

    /// Keeps the distance of modules between a result and a URC, unless it was set.
    #[must_use]
    #[cfg(all(unix, feature = "emulator"))]
    pub(crate) fn for_other_programs(mut self, dialect: &Dialect) -> Self {
        self.urc.get_or_insert(Delay::Fixed(dialect.urc_delay));
        self
    }

    /// Returns the delay of a URC behind a result.
    pub(super) fn urc_delay(&self) -> &Delay {
        self.urc.as_ref().unwrap_or(&Delay::NONE)
    }

    /// Changes what a text names, such as `response=20ms,+QFTPOPEN=1.5s`. A delay without a name is both `response` and
    /// `urc`.
    ///
    /// # Errors
    ///
    /// [`LatencyError`] says which item of the text is wrong.
    pub fn with_text(mut self, text: &str) -> Result<Self, LatencyError> {
        let items = text.split(',').map(str::trim);
        for item in items.filter(|item| !item.is_empty()) {
            self.set(item)?;
        }
        Ok(self)
    }

    fn set(&mut self, item: &str) -> Result<(), LatencyError> {
        let delay = |text: &str| {
            text.parse().map_err(|source| LatencyError::Delay {
                item: item.into(),
                source,
            })
        };
        match item.split_once('=') {
            None => {
                self.response = delay(item)?;
                self.urc = Some(self.response.clone());
            }
            Some(("response", value)) => self.response = delay(value)?,
            Some(("urc", value)) => self.urc = Some(delay(value)?),
            Some(("seed", value)) => {
                self.seed = value.parse().map_err(|_| LatencyError::Seed {
                    value: value.into(),
                })?;
            }
            Some((name, value)) if name.starts_with('+') && name.len() > 1 => {
                let own = delay(value)?;
                let name = name.to_ascii_uppercase();
                self.commands.retain(|(known, _)| *known != name);
                self.commands.push((name, own));
            }
            Some((name, _)) => return Err(LatencyError::Name { name: name.into() }),
        }
        Ok(())
    }
}

/// Leaves the distance of URCs to the driver, and has no other delay.
impl Default for Latency {
    fn default() -> Self {
        Latency {
            urc: None,
            ..Latency::NONE
        }
    }
}

/// Parses items with commas between them; what is not named has no delay.
impl FromStr for Latency {
    type Err = LatencyError;

    fn from_str(text: &str) -> Result<Self, LatencyError> {
        Latency::NONE.with_text(text)
    }
}

/// Writes what has a delay, and `0` where nothing has one.
impl fmt::Display for Latency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = [("response", &self.response), ("urc", self.urc_delay())];
        let named = named.into_iter().filter(|(_, delay)| !delay.is_none());
        let own = self.commands.iter();
        let own = own.map(|(name, delay)| (name.as_str(), delay));
        let mut items: Vec<String> = named
            .chain(own)
            .map(|(name, delay)| alloc::format!("{name}={delay}"))
            .collect();
        if items.is_empty() {
            items.push(Delay::NONE.to_string());
        }
        if self.seed > 0 {
            items.push(alloc::format!("seed={}", self.seed));
        }
        f.write_str(&items.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect;
    use core::time::Duration;

    fn millis(count: u64) -> Delay {
        Delay::Fixed(Duration::from_millis(count))
    }

    #[test]
    fn texts_come_back() {
        for text in [
            "0",
            "response=5ms,urc=5ms",
            "urc=30..80ms",
            "response=20|35|50ms,+QFTPOPEN=1500ms,+QFTPPUT=0,seed=7",
        ] {
            let latency: Latency = text.parse().expect(text);
            assert_eq!(latency.to_string(), text);
        }
        let latency: Latency = " 5ms , +qftpopen=1s,+QFTPOPEN=2s,".parse().expect("a text");
        assert_eq!(
            (&latency.response, latency.urc_delay()),
            (&millis(5), &millis(5))
        );
        assert_eq!(latency.commands, [("+QFTPOPEN".into(), millis(2000))]);
        assert_eq!("".parse(), Ok(Latency::NONE));
    }

    #[test]
    fn a_text_changes_what_it_names() {
        for dialect in dialect::ALL {
            let modules = Latency::of_modules(dialect);
            let latency = modules.clone().with_text("response=1ms").expect("a text");
            assert_eq!(
                (latency.response, latency.urc),
                (millis(1), modules.urc.clone())
            );
            assert_eq!(modules.with_text("0"), Ok(Latency::NONE));
        }
    }

    #[test]
    fn mistakes_are_named() {
        let cases = [
            (
                "5ms,answer=1ms",
                "answer: name response, urc, seed or a command such as +QFTPOPEN",
            ),
            (
                "+=1ms",
                "+: name response, urc, seed or a command such as +QFTPOPEN",
            ),
            ("seed=x", "seed=x: give a number"),
            (
                "urc=5parsecs",
                "urc=5parsecs: give a time such as 20ms, 20..80ms, 20|35|50ms, 1.5s",
            ),
            (
                "2h",
                "2h: give a time such as 20ms, 20..80ms, 20|35|50ms, 1.5s",
            ),
            ("urc=2000000s", "urc=2000000s: the longest delay is an hour"),
            ("80..20ms", "80..20ms: the second time is the longer one"),
        ];
        for (text, reason) in cases {
            assert_eq!(text.parse::<Latency>().unwrap_err().to_string(), reason);
        }
    }
}
