//! Faults seen on real modules, by name. They are injected into an emulator while it runs, and cleared.
//!
//! A quirk of firmware is something else: [`crate::module::quirks`].
//!
//! ```
//! use qftp::client::ClientOptions;
//! use qftp::dialect::ec2x::EC2X;
//! use qftp::emulator::{Emulator, EmulatorOptions, Fault};
//!
//! let (module, line) = Emulator::in_process(EmulatorOptions::new(&EC2X))?;
//! let mut client = ClientOptions::new().with_port(line)?;
//! module.inject("no-network".parse()?)?;
//! assert_eq!(client.command(b"AT+CSQ")?, [b"+CSQ: 99,99"]);
//! module.clear(Fault::NoNetwork)?;
//! assert_eq!(client.command(b"AT+CSQ")?, [b"+CSQ: 28,99"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::fmt;
use std::str::FromStr;

use crate::dialect::{Dialect, ErrorReport};

/// A fault. [`FAULTS`] says what each does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The fault `reboot`.
    Reboot,
    /// The fault `pdp-deactivate`.
    PdpDeactivate,
    /// The fault `no-network`.
    NoNetwork,
    /// The fault `drop-control`.
    DropControl,
    /// The fault `drop-data`.
    DropData,
    /// The fault `no-data`.
    NoData,
    /// The fault `busy`.
    Busy,
    /// The fault `would-block`.
    WouldBlock,
    /// The fault `peer-closed`.
    PeerClosed,
    /// The fault `lose-urc`.
    LoseUrc,
    /// The fault `noise`.
    Noise,
    /// `silent`, `silent=40`
    Silent {
        /// The bytes that the module still sends before it is silent.
        after: u64,
    },
}

/// The facts of a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FaultInfo {
    /// The fault.
    pub fault: Fault,
    /// Its name on all surfaces.
    pub name: &'static str,
    /// The behaviour of a module with this fault: a sentence without its subject.
    pub what: &'static str,
    /// Set where the fault lasts until it is cleared.
    pub lasts: bool,
    /// The modules that can have it.
    pub occurs: FaultScope,
    /// The place where it was seen.
    pub source: &'static str,
}

/// The modules that can have a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultScope {
    /// All modules.
    All,
    /// Modules that stay busy until the session is closed ([`Dialect::stays_busy`]).
    StaysBusy,
    /// Modules that report the codes 601 to 631 ([`Dialect::error_report`]).
    ReportsCodes,
}

impl FaultScope {
    /// Returns `true` if modules of the dialect can have the fault.
    pub fn includes(self, dialect: &Dialect) -> bool {
        match self {
            FaultScope::All => true,
            FaultScope::StaysBusy => dialect.stays_busy,
            FaultScope::ReportsCodes => dialect.error_report == ErrorReport::CodeAndReply,
        }
    }
}

/// All faults. A new one needs a line here and its effect in `inject.rs`.
pub const FAULTS: &[FaultInfo] = &[
    FaultInfo {
        fault: Fault::Reboot,
        name: "reboot",
        what: "starts anew, session and settings gone, and says its banner",
        lasts: false,
        occurs: FaultScope::All,
        source: "FIELD 1.12; EC200A at 921600 bit/s, FIELD 5",
    },
    FaultInfo {
        fault: Fault::PdpDeactivate,
        name: "pdp-deactivate",
        what: "loses its PDP contexts, with the session over them, and says so",
        lasts: false,
        occurs: FaultScope::All,
        source: "FIELD 3; COMMON 2",
    },
    FaultInfo {
        fault: Fault::NoNetwork,
        name: "no-network",
        what: "loses its PDP contexts; none comes up until it is cleared",
        lasts: true,
        occurs: FaultScope::All,
        source: "FIELD 3",
    },
    FaultInfo {
        fault: Fault::DropControl,
        name: "drop-control",
        what: "loses the control connection",
        lasts: false,
        occurs: FaultScope::All,
        source: "FIELD 3, code 606",
    },
    FaultInfo {
        fault: Fault::DropData,
        name: "drop-data",
        what: "loses the data connection in the middle of the transfer, of this one or the next",
        lasts: false,
        occurs: FaultScope::All,
        source: "FIELD 10",
    },
    FaultInfo {
        fault: Fault::NoData,
        name: "no-data",
        what: "opens no data connection until it is cleared, or the module starts anew",
        lasts: true,
        occurs: FaultScope::All,
        source: "EG800K; FIELD 3",
    },
    FaultInfo {
        fault: Fault::Busy,
        name: "busy",
        what: "answers 603 to every FTP command until the session is closed",
        lasts: false,
        occurs: FaultScope::StaysBusy,
        source: "EG800K, EC2x; FIELD 3",
    },
    FaultInfo {
        fault: Fault::WouldBlock,
        name: "would-block",
        what: "ends the next FTP command of a session at once with 602",
        lasts: false,
        occurs: FaultScope::ReportsCodes,
        source: "000 §4; 002 §5",
    },
    FaultInfo {
        fault: Fault::PeerClosed,
        name: "peer-closed",
        what: "ends a transfer in its middle with 608, this one or the next",
        lasts: false,
        occurs: FaultScope::ReportsCodes,
        source: "000 §4; 002 §5",
    },
    FaultInfo {
        fault: Fault::LoseUrc,
        name: "lose-urc",
        what: "does not say the next unsolicited result code",
        lasts: false,
        occurs: FaultScope::All,
        source: "URCs on another port, FIELD 5",
    },
    FaultInfo {
        fault: Fault::Noise,
        name: "noise",
        what: "puts noise bytes on the line",
        lasts: false,
        occurs: FaultScope::All,
        source: "EC600 without flow control, FIELD 5",
    },
    FaultInfo {
        fault: Fault::Silent { after: 0 },
        name: "silent",
        what: "neither hears nor answers until it is cleared; silent=N is after N more bytes",
        lasts: true,
        occurs: FaultScope::All,
        source: "FIELD 5",
    },
];

/// The reason why a fault is not injected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FaultError {
    /// No fault has this name.
    #[error("unknown fault {name:?}: there are {}", names(|_| true).join(", "))]
    Unknown {
        /// The name as it was given.
        name: String,
    },
    /// The text behind `=` is not a number of bytes, or the fault takes none.
    #[error("fault {name:?}: only silent takes a number of bytes, silent=40")]
    Number {
        /// The name as it was given.
        name: String,
    },
    /// Modules of the dialect cannot have it.
    #[error("the fault {name} does not occur on {dialect}: there are {}", known.join(", "))]
    Elsewhere {
        /// Name of the fault.
        name: &'static str,
        /// Name of the module's dialect.
        dialect: &'static str,
        /// Names of the faults that do.
        known: Vec<&'static str>,
    },
    /// The emulator has ended.
    #[error("the module has ended")]
    Ended,
}

impl Fault {
    /// Returns the facts of the fault.
    pub fn known(self) -> &'static FaultInfo {
        let kind = |fault| match fault {
            Fault::Silent { .. } => Fault::Silent { after: 0 },
            fault => fault,
        };
        let known = FAULTS.iter().find(|known| known.fault == kind(self));
        // Every variant is in the table; a test holds it to that.
        known.unwrap_or(&FAULTS[0])
    }

    /// Returns the fault where modules of this dialect can have it.
    ///
    /// # Errors
    ///
    /// [`FaultError::Elsewhere`], whose text lists the faults of the dialect.
    pub fn check(self, dialect: &Dialect) -> Result<Self, FaultError> {
        let known = self.known();
        if known.occurs.includes(dialect) {
            return Ok(self);
        }
        Err(FaultError::Elsewhere {
            name: known.name,
            dialect: dialect.name,
            known: names(|known| known.occurs.includes(dialect)),
        })
    }
}

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, FaultError> {
        let (name, number) = match text.split_once('=') {
            Some((name, number)) => (name, Some(number)),
            None => (text, None),
        };
        let known = FAULTS.iter().find(|known| known.name == name);
        let fault = known.map(|known| known.fault);
        let fault = fault.ok_or_else(|| FaultError::Unknown { name: name.into() })?;
        match (fault, number.map(str::parse)) {
            (fault, None) => Ok(fault),
            (Fault::Silent { .. }, Some(Ok(after))) => Ok(Fault::Silent { after }),
            _ => Err(FaultError::Number { name: text.into() }),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.known().name)?;
        match self {
            Fault::Silent { after } if *after > 0 => write!(f, "={after}"),
            _ => Ok(()),
        }
    }
}

fn names(wanted: impl Fn(&FaultInfo) -> bool) -> Vec<&'static str> {
    let wanted = FAULTS.iter().filter(|known| wanted(known));
    wanted.map(|known| known.name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect;

    #[test]
    fn names_come_back() {
        for known in FAULTS {
            let fault: Fault = known.name.parse().expect(known.name);
            assert_eq!(fault, known.fault);
            assert_eq!(fault.to_string(), known.name);
            assert_eq!(fault.known(), known);
        }
        let fault: Fault = "silent=40".parse().expect("a number");
        assert_eq!(fault, Fault::Silent { after: 40 });
        assert_eq!(fault.to_string(), "silent=40");
    }

    /// Fails to compile for a new variant until the variant has its line.
    #[test]
    fn every_fault_is_in_the_table() {
        let place = |fault| match fault {
            Fault::Reboot => 0,
            Fault::PdpDeactivate => 1,
            Fault::NoNetwork => 2,
            Fault::DropControl => 3,
            Fault::DropData => 4,
            Fault::NoData => 5,
            Fault::Busy => 6,
            Fault::WouldBlock => 7,
            Fault::PeerClosed => 8,
            Fault::LoseUrc => 9,
            Fault::Noise => 10,
            Fault::Silent { .. } => 11,
        };
        let places: Vec<usize> = FAULTS.iter().map(|known| place(known.fault)).collect();
        assert_eq!(
            places,
            (0..=place(Fault::Silent { after: 7 })).collect::<Vec<_>>(),
            "FAULTS lacks a line, or has it at another place than this list"
        );
        assert_eq!(Fault::Silent { after: 7 }.known().name, "silent");
    }

    #[test]
    fn names_that_mean_nothing_are_refused() {
        let error = "loud".parse::<Fault>().unwrap_err().to_string();
        assert!(error.starts_with("unknown fault \"loud\": there are reboot, "));
        assert!(FAULTS.iter().all(|known| error.contains(known.name)));
        for wrong in ["reboot=1", "silent=", "silent=-1", "silent=x"] {
            let error = wrong.parse::<Fault>().unwrap_err();
            assert_eq!(error, FaultError::Number { name: wrong.into() });
        }
    }

    #[test]
    fn a_fault_that_a_dialect_does_not_know_is_refused() {
        let gsm = dialect::by_name("gsm").expect("gsm");
        let error = Fault::Busy.check(gsm).unwrap_err().to_string();
        assert!(error.starts_with("the fault busy does not occur on gsm: there are reboot, "));
        assert!(!error.contains("busy,"));
        for dialect in dialect::ALL {
            assert_eq!(Fault::Reboot.check(dialect), Ok(Fault::Reboot));
        }
    }
}
