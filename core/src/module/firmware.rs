//! Where real firmware departs from its manual, by name, so that a software module can do the same.
//!
//! A module without any does what the manual prints. Each departure was seen on a real module, or is what working
//! programs are written for; FIELD tells where. The recordings among the tests show them as they came over the line.
//!
//! ```
//! use qftp::dialect::ec2x::EC2X;
//! use qftp::module::{Departure, Firmware, Module};
//!
//! let firmware: Firmware = "mask-password,quoted-pwd".parse().unwrap();
//! assert!(firmware.has(Departure::QuotedPwd));
//! let module = Module::new(&EC2X).with_firmware(firmware);
//! assert_eq!(module.firmware().to_string(), "mask-password,quoted-pwd");
//! ```

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use crate::dialect::{Dialect, Service};

/// One way in which firmware departs from its manual.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Departure {
    /// `mask-password`
    MaskPassword,
    /// `quoted-pwd`
    QuotedPwd,
    /// `cme-for-connect`
    CmeForConnect,
    /// `busy-until-close`
    BusyUntilClose,
    /// `escape-aborts`
    EscapeAborts,
    /// `urc-before-ok`
    UrcBeforeOk,
    /// `any-timeout`
    AnyTimeout,
    /// `words-in-urc`
    WordsInUrc,
    /// `space-after-colon`
    SpaceAfterColon,
    /// `stat-without-space`
    StatWithoutSpace,
    /// `config-type-6`
    ConfigType6,
}

/// What is known of a departure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// Which one.
    pub departure: Departure,
    /// What it is called on a command line and in a URL.
    pub name: &'static str,
    /// What a module with it does.
    pub what: &'static str,
    /// The modules that can have it.
    pub service: Service,
    /// Where it was seen.
    pub source: &'static str,
}

/// All of them, in the order of their dialects. A new one is a line here and a question to [`Firmware::has`].
pub const DEPARTURES: &[Known] = &[
    Known {
        departure: Departure::MaskPassword,
        name: "mask-password",
        what: "QFTPCFG=\"account\" reads the password back as asterisks",
        service: Service::Lte,
        source: "EG800K; FIELD 1.9",
    },
    Known {
        departure: Departure::QuotedPwd,
        name: "quoted-pwd",
        what: "the path of QFTPPWD stands in quotes",
        service: Service::Lte,
        source: "EG800K, Quectel's host SDK; FIELD 1.7",
    },
    Known {
        departure: Departure::CmeForConnect,
        name: "cme-for-connect",
        what: "a data connection that fails is +CME ERROR: 615, not a URC",
        service: Service::Lte,
        source: "EG800K; FIELD 2.2",
    },
    Known {
        departure: Departure::BusyUntilClose,
        name: "busy-until-close",
        what: "after a 615 every FTP command but QFTPCLOSE gets 603",
        service: Service::Lte,
        source: "EG800K; FIELD 3",
    },
    Known {
        departure: Departure::EscapeAborts,
        name: "escape-aborts",
        what: "+++ in a download ends it for good; ATO is NO CARRIER",
        service: Service::Lte,
        source: "EG800K; FIELD 2.1",
    },
    Known {
        departure: Departure::UrcBeforeOk,
        name: "urc-before-ok",
        what: "QFTPSTAT and QFTPLEN say their URC before OK",
        service: Service::Lte,
        source: "examples of 000 §3.5 and 002 §3.6; FIELD 1.3",
    },
    Known {
        departure: Departure::AnyTimeout,
        name: "any-timeout",
        what: "QFTPCFG=\"rsptimeout\" takes 1 to 65535 seconds",
        service: Service::Lte,
        source: "EC20; FIELD 4",
    },
    Known {
        departure: Departure::WordsInUrc,
        name: "words-in-urc",
        what: "with AT+CMEE=2 a URC tells its error in words",
        service: Service::Lte,
        source: "EC25, of the commands for HTTP; FIELD 1.10",
    },
    Known {
        departure: Departure::SpaceAfterColon,
        name: "space-after-colon",
        what: "+QFTPPATH: 0 and +QFTPCLOSE: 0 have a blank after the colon",
        service: Service::Gsm,
        source: "M95, MC60; FIELD 1.5",
    },
    Known {
        departure: Departure::StatWithoutSpace,
        name: "stat-without-space",
        what: "+QFTPSTAT:CLOSED has no blank after the colon",
        service: Service::Gsm,
        source: "M26, M66, MC60; FIELD 1.4",
    },
    Known {
        departure: Departure::ConfigType6,
        name: "config-type-6",
        what: "QFTPCFG=6 takes a number, and nothing comes of it",
        service: Service::Gsm,
        source: "M26, M66, MC60; FIELD 8",
    },
];

/// Which departures a module has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Firmware(u32);

/// Names that make no firmware.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FirmwareError {
    /// No departure of this name is known.
    #[error("unknown firmware option {name:?}: there are {}", names(|_| true))]
    Unknown {
        /// As it was given.
        name: String,
    },
    /// It was seen on modules of other dialects only.
    #[error(
        "{name} is no firmware option of {dialect}: there {}",
        available(*service)
    )]
    Elsewhere {
        /// Of the departure.
        name: &'static str,
        /// Name of the module's dialect.
        dialect: &'static str,
        /// The family it is of.
        service: Service,
    },
}

impl Departure {
    const fn bit(self) -> u32 {
        1 << self as u32
    }
}

impl Firmware {
    /// Does as the manual prints.
    pub const MANUAL: Firmware = Firmware(0);

    /// With this one too.
    #[must_use]
    pub const fn with(self, departure: Departure) -> Self {
        Firmware(self.0 | departure.bit())
    }

    /// Whether this one is among them.
    pub const fn has(self, departure: Departure) -> bool {
        self.0 & departure.bit() != 0
    }

    /// All that modules of this dialect can have.
    pub fn all_of(dialect: &Dialect) -> Self {
        let of = |known: &&Known| known.service == dialect.service;
        let all = DEPARTURES.iter().filter(of);
        all.fold(Self::MANUAL, |firmware, known| {
            firmware.with(known.departure)
        })
    }

    /// Those of them that modules of this dialect can have.
    #[must_use]
    pub fn within(self, dialect: &Dialect) -> Self {
        Firmware(self.0 & Self::all_of(dialect).0)
    }

    /// Refuses what modules of this dialect cannot have.
    pub fn check(self, dialect: &Dialect) -> Result<Self, FirmwareError> {
        match self.known().find(|known| known.service != dialect.service) {
            None => Ok(self),
            Some(known) => Err(FirmwareError::Elsewhere {
                name: known.name,
                dialect: dialect.name,
                service: dialect.service,
            }),
        }
    }

    fn known(self) -> impl Iterator<Item = &'static Known> {
        DEPARTURES
            .iter()
            .filter(move |known| self.has(known.departure))
    }
}

/// Names with commas between them; blanks around them, and empty ones, count for nothing.
impl FromStr for Firmware {
    type Err = FirmwareError;

    fn from_str(names: &str) -> Result<Self, FirmwareError> {
        let names = names.split(',').map(str::trim);
        names
            .filter(|name| !name.is_empty())
            .try_fold(Self::MANUAL, |firmware, name| {
                let known = DEPARTURES.iter().find(|known| known.name == name);
                known
                    .map(|known| firmware.with(known.departure))
                    .ok_or_else(|| FirmwareError::Unknown { name: name.into() })
            })
    }
}

/// The names, with commas between them.
impl fmt::Display for Firmware {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, known) in self.known().enumerate() {
            write!(f, "{}{}", if index == 0 { "" } else { "," }, known.name)?;
        }
        Ok(())
    }
}

fn names(wanted: impl Fn(&Known) -> bool) -> String {
    let names: Vec<&str> = DEPARTURES
        .iter()
        .filter(|known| wanted(known))
        .map(|known| known.name)
        .collect();
    names.join(", ")
}

fn available(service: Service) -> String {
    match names(|known| known.service == service) {
        names if names.is_empty() => "are none".into(),
        names => alloc::format!("are {names}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect;
    use alloc::string::ToString;

    #[test]
    fn names_come_back() {
        for known in DEPARTURES {
            let firmware: Firmware = known.name.parse().expect(known.name);
            assert_eq!(firmware, Firmware::MANUAL.with(known.departure));
            assert_eq!(firmware.to_string(), known.name);
        }
        let all: Vec<&str> = DEPARTURES.iter().map(|known| known.name).collect();
        let firmware: Firmware = all.join(" , ").parse().expect("all of them");
        assert_eq!(firmware.to_string(), all.join(","));
        assert_eq!("".parse(), Ok(Firmware::MANUAL));
        assert_eq!(Firmware::MANUAL.to_string(), "");
    }

    #[test]
    fn a_name_that_is_not_known_is_told_with_those_that_are() {
        let error = "mask-password,loud".parse::<Firmware>().unwrap_err();
        let text = error.to_string();
        assert!(text.starts_with("unknown firmware option \"loud\": there are mask-password, "));
        assert!(DEPARTURES.iter().all(|known| text.contains(known.name)));
    }

    #[test]
    fn each_dialect_has_its_own() {
        for dialect in dialect::ALL {
            let own = Firmware::all_of(dialect);
            let each = DEPARTURES.iter().map(|known| known.departure);
            let all = each.fold(Firmware::MANUAL, Firmware::with);
            assert_eq!(all.within(dialect), own);
            assert_eq!(own.check(dialect), Ok(own));
            for known in DEPARTURES {
                let checked = Firmware::MANUAL.with(known.departure).check(dialect);
                assert_eq!(checked.is_ok(), own.has(known.departure), "{}", known.name);
            }
        }
        let gsm = dialect::by_name("gsm").expect("gsm");
        let nl668 = dialect::by_name("nl668").expect("nl668");
        let quoted = Firmware::MANUAL.with(Departure::QuotedPwd);
        assert_eq!(
            quoted.check(gsm).unwrap_err().to_string(),
            "quoted-pwd is no firmware option of gsm: there are space-after-colon, stat-without-space, config-type-6"
        );
        assert_eq!(
            quoted.check(nl668).unwrap_err().to_string(),
            "quoted-pwd is no firmware option of nl668: there are none"
        );
    }
}
