//! States of a module and of its surroundings that a user sets: SIM card, network, signal, power. Each acts until
//! another one takes its place.
//!
//! ```
//! use core::time::Duration;
//! use qftp::dialect::ec2x::EC2X;
//! use qftp::module::{Module, ModuleState};
//!
//! let now = Duration::ZERO;
//! let mut module = Module::new(&EC2X);
//! let state: ModuleState = "sim=absent".parse()?;
//! module.set_state(now, state);
//! module.handle_input(now, b"ATE0+CPIN?\r");
//! assert!(module.poll_transmit().unwrap().ends_with(b"\r\n+CME ERROR: 10\r\n"));
//! # Ok::<(), qftp::module::state::StateError>(())
//! ```

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{self, Write as _};
use core::str::FromStr;
use core::time::Duration;

/// A state that a user sets. [`STATES`] says what each does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ModuleState {
    /// `sim=ready`, `sim=absent`, `sim=pin`, `sim=pin:1234`, `sim=puk`
    Sim(SimState),
    /// `network=home`, `network=roaming`, `network=searching`, `network=denied`
    Network(NetworkState),
    /// `registration-time=5`, in whole seconds.
    RegistrationTime(Duration),
    /// `attach=0`, `attach=1`
    Attach(bool),
    /// `signal=28`, or `signal=99` for a signal that is not known.
    Signal(u8),
    /// `power=off`, `power=on`
    Power(bool),
}

/// The SIM card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SimState {
    /// It is there and asks for nothing.
    Ready,
    /// It is not there.
    Absent,
    /// It asks for this PIN at every start.
    Pin(Pin),
    /// It is blocked, and asks for the PUK: [`PUK`].
    Puk,
}

/// The PUK of every card.
pub const PUK: Pin = Pin::from_digits(b"12345678");

/// A PIN of 4 to 8 digits. It is a secret: its `Debug` form does not show it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Pin {
    digits: [u8; 8],
    length: usize,
}

/// The network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NetworkState {
    /// It is the module's own.
    Home,
    /// It is another operator's.
    Roaming,
    /// There is none.
    Searching,
    /// It refuses the module.
    Denied,
}

/// The facts of a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StateInfo {
    /// Its name on all surfaces, in front of `=`.
    pub name: &'static str,
    /// The values behind `=`; the first one is how a module starts.
    pub values: &'static str,
    /// The behaviour of a module in the state.
    pub what: &'static str,
}

/// Lists all states. A new one is a line here, and its arms in `FromStr` and `Display`.
pub const STATES: &[StateInfo] = &[
    StateInfo {
        name: "sim",
        values: "ready|absent|pin|pin:DIGITS|puk",
        what: "the SIM card; pin is 1234 unless it is given, and three wrong ones ask for the PUK 12345678",
    },
    StateInfo {
        name: "network",
        values: "home|roaming|searching|denied",
        what: "the network; without one, contexts and sessions are lost and none comes up",
    },
    StateInfo {
        name: "registration-time",
        values: "SECONDS",
        what: "the time that a registration takes: after a start, CFUN=1, a PIN, or a network that comes back; 0 to 86400",
    },
    StateInfo {
        name: "attach",
        values: "1|0",
        what: "the attachment to the packet network, as AT+CGATT sets it, also after a start",
    },
    StateInfo {
        name: "signal",
        values: "0..31|99",
        what: "the signal of AT+CSQ, at first 28; 99 is not known",
    },
    StateInfo {
        name: "power",
        values: "on|off",
        what: "off: deaf and silent, as without a supply; on: starts, and says its boot lines",
    },
];

/// Explains why a text is not a state.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StateError {
    /// No state has this name.
    #[error("unknown state {name:?}: there are {}", all())]
    Unknown {
        /// The text as it was given.
        name: String,
    },
    /// The state has no such value.
    #[error("state {text:?}: {name} takes {values}")]
    Value {
        /// The text as it was given.
        text: String,
        /// Name of the state.
        name: &'static str,
        /// The values that it takes.
        values: &'static str,
    },
}

/// The PIN where none is given.
const DEFAULT_PIN: Pin = Pin::from_digits(b"1234");
/// More makes no sense, and every deadline stays a number.
const LONGEST_REGISTRATION: u64 = 86_400;

impl Pin {
    /// Makes a PIN from digits that are known to be few enough.
    const fn from_digits<const N: usize>(text: &[u8; N]) -> Self {
        assert!(N >= 4 && N <= 8, "a PIN has 4 to 8 digits");
        let mut digits = [0; 8];
        let mut at = 0;
        while at < N {
            digits[at] = text[at];
            at += 1;
        }
        Pin { digits, length: N }
    }

    /// Makes a PIN, if the text is one: 4 to 8 digits.
    pub fn new(text: &[u8]) -> Option<Self> {
        let mut digits = [0; 8];
        let length = text.len();
        if length < 4 || !text.iter().all(u8::is_ascii_digit) {
            return None;
        }
        digits.get_mut(..length)?.copy_from_slice(text);
        Some(Pin { digits, length })
    }

    /// Tells whether these digits are the PIN.
    pub fn matches(&self, digits: &[u8]) -> bool {
        self.digits.get(..self.length) == Some(digits)
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(****)")
    }
}

impl fmt::Display for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut digits = self.digits.iter().take(self.length);
        digits.try_for_each(|digit| f.write_char(char::from(*digit)))
    }
}

impl ModuleState {
    /// Returns the facts of the state.
    pub fn known(self) -> &'static StateInfo {
        let place = match self {
            ModuleState::Sim(_) => 0,
            ModuleState::Network(_) => 1,
            ModuleState::RegistrationTime(_) => 2,
            ModuleState::Attach(_) => 3,
            ModuleState::Signal(_) => 4,
            ModuleState::Power(_) => 5,
        };
        &STATES[place]
    }
}

/// Parses `name=value`.
impl FromStr for ModuleState {
    type Err = StateError;

    fn from_str(text: &str) -> Result<Self, StateError> {
        let (name, value) = text.split_once('=').unwrap_or((text, ""));
        let known = STATES.iter().find(|known| known.name == name);
        let known = known.ok_or_else(|| StateError::Unknown { name: text.into() })?;
        let state = match name {
            "sim" => parse_sim(value).map(ModuleState::Sim),
            "network" => parse_network(value).map(ModuleState::Network),
            "registration-time" => parse_seconds(value).map(ModuleState::RegistrationTime),
            "attach" => parse_choice(value, "1", "0").map(ModuleState::Attach),
            "signal" => parse_signal(value).map(ModuleState::Signal),
            _ => parse_choice(value, "on", "off").map(ModuleState::Power),
        };
        state.ok_or_else(|| StateError::Value {
            text: text.into(),
            name: known.name,
            values: known.values,
        })
    }
}

/// Writes `name=value`. Of a PIN the digits are written: it is one that the user has made up.
impl fmt::Display for ModuleState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}=", self.known().name)?;
        match self {
            ModuleState::Sim(SimState::Ready) => f.write_str("ready"),
            ModuleState::Sim(SimState::Absent) => f.write_str("absent"),
            ModuleState::Sim(SimState::Pin(pin)) if *pin == DEFAULT_PIN => f.write_str("pin"),
            ModuleState::Sim(SimState::Pin(pin)) => write!(f, "pin:{pin}"),
            ModuleState::Sim(SimState::Puk) => f.write_str("puk"),
            ModuleState::Network(NetworkState::Home) => f.write_str("home"),
            ModuleState::Network(NetworkState::Roaming) => f.write_str("roaming"),
            ModuleState::Network(NetworkState::Searching) => f.write_str("searching"),
            ModuleState::Network(NetworkState::Denied) => f.write_str("denied"),
            ModuleState::RegistrationTime(time) => write!(f, "{}", time.as_secs()),
            ModuleState::Attach(attached) => write!(f, "{}", u8::from(*attached)),
            ModuleState::Signal(signal) => write!(f, "{signal}"),
            ModuleState::Power(true) => f.write_str("on"),
            ModuleState::Power(false) => f.write_str("off"),
        }
    }
}

/// Parses states with commas between them; blanks around them and empty ones are ignored.
///
/// # Errors
///
/// Returns [`StateError`] for the first text that is not a state.
pub fn parse_states(text: &str) -> Result<Vec<ModuleState>, StateError> {
    let states = text.split(',').map(str::trim);
    states
        .filter(|state| !state.is_empty())
        .map(str::parse)
        .collect()
}

fn parse_sim(value: &str) -> Option<SimState> {
    match value {
        "ready" => Some(SimState::Ready),
        "absent" => Some(SimState::Absent),
        "pin" => Some(SimState::Pin(DEFAULT_PIN)),
        "puk" => Some(SimState::Puk),
        _ => Pin::new(value.strip_prefix("pin:")?.as_bytes()).map(SimState::Pin),
    }
}

fn parse_network(value: &str) -> Option<NetworkState> {
    match value {
        "home" => Some(NetworkState::Home),
        "roaming" => Some(NetworkState::Roaming),
        "searching" => Some(NetworkState::Searching),
        "denied" => Some(NetworkState::Denied),
        _ => None,
    }
}

fn parse_seconds(value: &str) -> Option<Duration> {
    let seconds = value.parse().ok();
    seconds
        .filter(|seconds| *seconds <= LONGEST_REGISTRATION)
        .map(Duration::from_secs)
}

fn parse_signal(value: &str) -> Option<u8> {
    let signal = value.parse().ok();
    signal.filter(|signal| matches!(signal, 0..=31 | 99))
}

fn parse_choice(value: &str, yes: &str, no: &str) -> Option<bool> {
    (value == yes || value == no).then_some(value == yes)
}

fn all() -> String {
    let mut text = String::new();
    for (index, StateInfo { name, values, .. }) in STATES.iter().enumerate() {
        let comma = if index == 0 { "" } else { ", " };
        text.extend([comma, name, "=", values]);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::string::ToString;

    #[test]
    fn states_come_back_and_each_is_in_the_table() {
        for text in [
            "sim=ready",
            "sim=absent",
            "sim=pin",
            "sim=pin:0000",
            "sim=pin:12345678",
            "sim=puk",
            "network=home",
            "network=roaming",
            "network=searching",
            "network=denied",
            "registration-time=0",
            "registration-time=86400",
            "attach=0",
            "attach=1",
            "signal=0",
            "signal=31",
            "signal=99",
            "power=on",
            "power=off",
        ] {
            let state: ModuleState = text.parse().expect(text);
            assert_eq!(state.to_string(), text);
            assert!(text.starts_with(state.known().name));
        }
        let named = |state: &StateInfo| state.values.split('|').next().map(str::to_owned);
        assert!(STATES.iter().all(|state| named(state).is_some()));
    }

    #[test]
    fn a_text_that_is_not_a_state_is_told_what_there_is() {
        let error = "card=absent".parse::<ModuleState>().unwrap_err();
        let text = error.to_string();
        assert!(text.starts_with("unknown state \"card=absent\": there are sim=ready|"));
        assert!(STATES.iter().all(|known| text.contains(known.name)));
        for wrong in [
            "sim",
            "sim=",
            "sim=gone",
            "sim=pin:",
            "sim=pin:123",
            "sim=pin:123456789",
            "sim=pin:12a4",
            "network=5",
            "registration-time=-1",
            "registration-time=86401",
            "attach=2",
            "signal=32",
            "signal=98",
            "signal=256",
            "power=1",
        ] {
            let error = wrong.parse::<ModuleState>().unwrap_err();
            assert!(matches!(error, StateError::Value { .. }), "{wrong}");
            assert!(error.to_string().contains(" takes "), "{wrong}");
        }
    }

    #[test]
    fn a_list_is_read_in_order() {
        let states = parse_states("sim=pin:4321, signal=7,").expect("two states");
        let texts: Vec<String> = states.iter().map(ToString::to_string).collect();
        assert_eq!(texts, ["sim=pin:4321", "signal=7"]);
        assert_eq!(parse_states("").expect("none"), []);
        assert!(parse_states("sim=pin,loud").is_err());
    }

    #[test]
    fn a_pin_is_not_shown_where_logs_are_made() {
        let state: ModuleState = "sim=pin:4321".parse().expect("a state");
        assert_eq!(format!("{state:?}"), "Sim(Pin(Pin(****)))");
        assert!(PUK.matches(b"12345678") && !PUK.matches(b"1234567"));
    }
}
