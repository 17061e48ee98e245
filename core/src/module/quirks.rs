//! Quirks: how real firmware differs from its manual, by name, so that an emulator can do the same.
//!
//! A module without quirks does what the manual prints, or what DIALECTS decides where programs that ship rely on
//! something else. Each quirk was seen on a real module, stands in a manual, or working programs are written for it;
//! FIELD tells where. The recordings among the tests show them as they came over the line.
//!
//! ```
//! use qftp::dialect::ec2x::EC2X;
//! use qftp::module::{Quirk, Quirks, Module};
//!
//! let quirks: Quirks = "mask-password,quoted-pwd".parse().unwrap();
//! assert!(quirks.has(Quirk::QuotedPwd));
//! let module = Module::new(&EC2X).with_quirks(quirks);
//! assert_eq!(module.quirks().to_string(), "mask-password,quoted-pwd");
//! ```

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

/// Names one way in which firmware differs from its manual.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Quirk {
    /// The quirk `mask-password`.
    MaskPassword,
    /// The quirk `quoted-pwd`.
    QuotedPwd,
    /// The quirk `cme-for-connect`.
    CmeForConnect,
    /// The quirk `busy-until-close`.
    BusyUntilClose,
    /// The quirk `escape-aborts`.
    EscapeAborts,
    /// The quirk `urc-before-ok`.
    UrcBeforeOk,
    /// The quirk `any-timeout`.
    AnyTimeout,
    /// The quirk `restenable`.
    RestEnable,
    /// The quirk `cache-size`.
    CacheSize,
    /// The quirk `words-in-urc`.
    WordsInUrc,
    /// The quirk `activates-at-once`.
    ActivatesAtOnce,
    /// The quirk `space-after-colon`.
    SpaceAfterColon,
    /// The quirk `stat-without-space`.
    StatWithoutSpace,
    /// The quirk `no-config-type-6`.
    NoConfigType6,
    /// The quirk `payload-from-cr`.
    PayloadFromCr,
    /// The quirk `no-ftpstor`.
    NoFtpStor,
    /// The quirk `no-ftpretr`.
    NoFtpRetr,
    /// The quirk `single-commands`.
    SingleCommands,
}

/// Describes a quirk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct QuirkInfo {
    /// The quirk.
    pub quirk: Quirk,
    /// Name on a command line and in a URL.
    pub name: &'static str,
    /// Behaviour of a module with the quirk.
    pub what: &'static str,
    /// Modules and notes that show it.
    pub source: &'static str,
}

/// Lists all quirks, in the order of their dialects. A new one is a line here, one among the quirks of its family,
/// and a question to [`Quirks::has`].
pub const QUIRKS: &[QuirkInfo] = &[
    QuirkInfo {
        quirk: Quirk::MaskPassword,
        name: "mask-password",
        what: "QFTPCFG=\"account\" reads the password back as asterisks",
        source: "EG800K; FIELD 1.9",
    },
    QuirkInfo {
        quirk: Quirk::QuotedPwd,
        name: "quoted-pwd",
        what: "the path of QFTPPWD stands in quotes",
        source: "EG800K, Quectel's host SDK; FIELD 1.7",
    },
    QuirkInfo {
        quirk: Quirk::CmeForConnect,
        name: "cme-for-connect",
        what: "a data connection that fails is +CME ERROR: 615, not a URC",
        source: "EG800K; FIELD 2.2",
    },
    QuirkInfo {
        quirk: Quirk::BusyUntilClose,
        name: "busy-until-close",
        what: "after a 615 every FTP command but QFTPCLOSE gets 603",
        source: "EG800K; FIELD 3",
    },
    QuirkInfo {
        quirk: Quirk::EscapeAborts,
        name: "escape-aborts",
        what: "+++ in a download ends it for good; ATO is NO CARRIER",
        source: "EG800K; FIELD 2.1",
    },
    QuirkInfo {
        quirk: Quirk::UrcBeforeOk,
        name: "urc-before-ok",
        what: "QFTPSTAT and QFTPLEN say their URC before OK",
        source: "examples of 000 §3.5 and 002 §3.6; FIELD 1.3",
    },
    QuirkInfo {
        quirk: Quirk::AnyTimeout,
        name: "any-timeout",
        what: "QFTPCFG=\"rsptimeout\" takes 1 to 65535 seconds",
        source: "EC20; FIELD 4",
    },
    QuirkInfo {
        quirk: Quirk::RestEnable,
        name: "restenable",
        what: "QFTPCFG=\"restenable\" takes 0 or 1, and nothing comes of it",
        source: "EG25-G; COMMON 3",
    },
    QuirkInfo {
        quirk: Quirk::CacheSize,
        name: "cache-size",
        what: "QFTPCFG=\"cache_size\" takes a size and a threshold, and nothing comes of it",
        source: "EG915; COMMON 3",
    },
    QuirkInfo {
        quirk: Quirk::WordsInUrc,
        name: "words-in-urc",
        what: "with AT+CMEE=2 a URC tells its error in words",
        source: "EC25, of the commands for HTTP; FIELD 1.10",
    },
    QuirkInfo {
        quirk: Quirk::ActivatesAtOnce,
        name: "activates-at-once",
        what: "QIACT takes a context that the network took away, without QIDEACT before it",
        source: "drivers that only send QIACT again; COMMON 2.1",
    },
    QuirkInfo {
        quirk: Quirk::SpaceAfterColon,
        name: "space-after-colon",
        what: "+QFTPPATH: 0 and +QFTPCLOSE: 0 have a blank after the colon",
        source: "M95, MC60; FIELD 1.5",
    },
    QuirkInfo {
        quirk: Quirk::StatWithoutSpace,
        name: "stat-without-space",
        what: "+QFTPSTAT:CLOSED has no blank after the colon",
        source: "M26, M66, MC60; FIELD 1.4",
    },
    QuirkInfo {
        quirk: Quirk::NoConfigType6,
        name: "no-config-type-6",
        what: "QFTPCFG=6, which newer firmware takes, is ERROR",
        source: "001 §2.2.8",
    },
    QuirkInfo {
        quirk: Quirk::PayloadFromCr,
        name: "payload-from-cr",
        what: "what comes behind the CR of a data command is payload, before CONNECT too",
        source: "a program that ends AT+QFTPPUT with a CR alone (T11); FIELD 2.2",
    },
    QuirkInfo {
        quirk: Quirk::NoFtpStor,
        name: "no-ftpstor",
        what: "FTPSTOR is ERROR; files are put by FTPPUT",
        source: "programs for L610 that put by FTPPUT alone; FIELD 9",
    },
    QuirkInfo {
        quirk: Quirk::NoFtpRetr,
        name: "no-ftpretr",
        what: "FTPRETR is ERROR; files are got by FTPGET and FTPRECV",
        source: "programs for L610 that get by FTPGET alone; FIELD 9",
    },
    QuirkInfo {
        quirk: Quirk::SingleCommands,
        name: "single-commands",
        what: "a line of several extended commands is ERROR, and none of them is carried out",
        source: "programs that send each command in a line of its own; V.250 §5.2.1",
    },
];

/// Holds the quirks of a module.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quirks(u32);

/// Explains why names do not make a set of quirks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QuirkError {
    /// No quirk of this name is known.
    #[error("unknown quirk {name:?}: there are {}", names(|_| true))]
    Unknown {
        /// As it was given.
        name: String,
    },
    /// The quirk was seen on modules of other dialects only.
    #[error(
        "{name} is no quirk of {dialect}: there {}",
        listed(*available)
    )]
    Elsewhere {
        /// Name of the quirk.
        name: &'static str,
        /// Name of the module's dialect.
        dialect: &'static str,
        /// Quirks that modules of this dialect can have.
        available: Quirks,
    },
}

impl Quirk {
    const fn bit(self) -> u32 {
        1 << self as u32
    }
}

impl Quirks {
    /// No quirks: the module does what the manual prints.
    pub const MANUAL: Quirks = Quirks(0);

    /// Adds a quirk.
    #[must_use]
    pub const fn with(self, quirk: Quirk) -> Self {
        Quirks(self.0 | quirk.bit())
    }

    /// Tells whether a quirk is in the set.
    pub const fn has(self, quirk: Quirk) -> bool {
        self.0 & quirk.bit() != 0
    }

    /// Returns the quirks that are in both sets.
    pub(super) fn common(self, other: Quirks) -> Self {
        Quirks(self.0 & other.0)
    }

    pub(super) fn known(self) -> impl Iterator<Item = &'static QuirkInfo> {
        QUIRKS.iter().filter(move |known| self.has(known.quirk))
    }
}

/// Parses names with commas between them; blanks around them and empty names are ignored.
impl FromStr for Quirks {
    type Err = QuirkError;

    fn from_str(names: &str) -> Result<Self, QuirkError> {
        let names = names.split(',').map(str::trim);
        names
            .filter(|name| !name.is_empty())
            .try_fold(Self::MANUAL, |quirks, name| {
                let known = QUIRKS.iter().find(|known| known.name == name);
                known
                    .map(|known| quirks.with(known.quirk))
                    .ok_or_else(|| QuirkError::Unknown { name: name.into() })
            })
    }
}

/// Writes the names with commas between them.
impl fmt::Display for Quirks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, known) in self.known().enumerate() {
            write!(f, "{}{}", if index == 0 { "" } else { "," }, known.name)?;
        }
        Ok(())
    }
}

fn names(wanted: impl Fn(&QuirkInfo) -> bool) -> String {
    let names: Vec<&str> = QUIRKS
        .iter()
        .filter(|known| wanted(known))
        .map(|known| known.name)
        .collect();
    names.join(", ")
}

fn listed(quirks: Quirks) -> String {
    match names(|known| quirks.has(known.quirk)) {
        names if names.is_empty() => "are none".into(),
        names => alloc::format!("are {names}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect;
    use crate::dialect::Dialect;
    use alloc::string::ToString;

    #[test]
    fn names_come_back() {
        for known in QUIRKS {
            let quirks: Quirks = known.name.parse().expect(known.name);
            assert_eq!(quirks, Quirks::MANUAL.with(known.quirk));
            assert_eq!(quirks.to_string(), known.name);
        }
        let all: Vec<&str> = QUIRKS.iter().map(|known| known.name).collect();
        let quirks: Quirks = all.join(" , ").parse().expect("all of them");
        assert_eq!(quirks.to_string(), all.join(","));
        assert_eq!("".parse(), Ok(Quirks::MANUAL));
        assert_eq!(Quirks::MANUAL.to_string(), "");
    }

    #[test]
    fn a_name_that_is_not_known_is_told_with_those_that_are() {
        let error = "mask-password,loud".parse::<Quirks>().unwrap_err();
        let text = error.to_string();
        assert!(text.starts_with("unknown quirk \"loud\": there are mask-password, "));
        assert!(QUIRKS.iter().all(|known| text.contains(known.name)));
    }

    #[test]
    fn each_dialect_has_its_own() {
        for dialect in dialect::ALL {
            let own = Quirks::all_of(dialect);
            assert_eq!(
                own.known().count(),
                own.0.count_ones() as usize,
                "{}: a quirk of its family has no line in QUIRKS",
                dialect.name
            );
            let each = QUIRKS.iter().map(|known| known.quirk);
            let all = each.fold(Quirks::MANUAL, Quirks::with);
            assert_eq!(all.within(dialect), own);
            assert_eq!(own.check(dialect), Ok(own));
            for known in QUIRKS {
                let checked = Quirks::MANUAL.with(known.quirk).check(dialect);
                assert_eq!(checked.is_ok(), own.has(known.quirk), "{}", known.name);
            }
        }
        let gsm = dialect::by_name("gsm").expect("gsm");
        let nl668 = dialect::by_name("nl668").expect("nl668");
        let quoted = Quirks::MANUAL.with(Quirk::QuotedPwd);
        assert_eq!(
            quoted.check(gsm).unwrap_err().to_string(),
            "quoted-pwd is no quirk of gsm: there are space-after-colon, stat-without-space, no-config-type-6, payload-from-cr, single-commands"
        );
        assert_eq!(
            quoted.check(nl668).unwrap_err().to_string(),
            "quoted-pwd is no quirk of nl668: there are payload-from-cr, no-ftpstor, no-ftpretr, single-commands"
        );
    }

    #[test]
    fn every_quirk_is_one_of_some_dialect() {
        let all = |quirks: Quirks, dialect: &&Dialect| {
            let own = QUIRKS.iter().map(|known| known.quirk);
            own.filter(|quirk| Quirks::all_of(dialect).has(*quirk))
                .fold(quirks, Quirks::with)
        };
        let seen = dialect::ALL.iter().fold(Quirks::MANUAL, all);
        for known in QUIRKS {
            assert!(seen.has(known.quirk), "{}", known.name);
        }
    }
}
