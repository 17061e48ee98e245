//! Fault plans: rules by which an emulator fails by itself, at a byte, a command or a URC, the same way in each run.
//!
//! A rule is one line: an action, then `key=value` in any order.
//!
//! ```text
//! drop-data after=5000 on=+QFTPPUT count=2
//! lose bytes=1 stream=upstream after=300
//! reply code=552 command=STOR nth=2
//! ```
//!
//! | key | meaning |
//! | --- | --- |
//! | `on`, `command`, `urc` | what it waits for: an AT command, a command to the FTP server, an unsolicited result code |
//! | `after` | the bytes that pass behind that; without such a key, from the start on |
//! | `stream`, `link` | the bytes that are counted: `upstream` or `downstream`; of the `line`, the `control` or the `data` connection |
//! | `nth` | the first match at which it may fire |
//! | `count` | how many times it fires, or `all`; once at first |
//! | `toxicity` | the part of these matches at which it fires |
//!
//! [`FAULT_ACTIONS`] lists the actions beside [`FAULTS`](super::fault::FAULTS), each of which is an action too.
//!
//! ```
//! use qftp::client::ClientOptions;
//! use qftp::dialect::ec2x::EC2X;
//! use qftp::emulator::{Emulator, EmulatorOptions};
//!
//! let mut options = EmulatorOptions::new(&EC2X);
//! options.fault_plan = "answer-busy on=+CSQ nth=2".parse()?;
//! let (module, line) = Emulator::in_process(options)?;
//! let mut client = ClientOptions::new().with_port(line)?;
//! assert!(client.command(b"AT+CSQ").is_ok());
//! assert!(client.command(b"AT+CSQ").is_err());
//! assert!(client.command(b"AT+CSQ").is_ok());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod action;
mod document;
mod line_faults;
mod rule;
mod rule_state;
mod run;
mod shared;
mod trigger;
mod words;

use std::fmt;
use std::str::FromStr;

pub use action::{FAULT_ACTIONS, FaultAction, FaultActionInfo, INJECT_KEYS, action_names};
pub use line_faults::{LineFaults, LinePiece};
pub use rule::{FaultPlanError, FaultRule};
pub(super) use run::{FaultEnd, PassedCommand, PlanRun};
pub(super) use shared::SharedPlan;
pub use trigger::{FaultEvent, FaultEventKind, FaultLink, FaultStream, FaultTrigger, Toxicity};

use crate::dialect::Dialect;

/// The rules by which an emulator fails.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FaultPlan {
    /// The rules, in the order in which they work.
    pub rules: Vec<FaultRule>,
    /// Start of the random numbers: the same seed and the same bytes give the same faults.
    pub seed: u64,
}

impl FaultPlan {
    /// Returns the plan where modules of this dialect can have all its rules.
    ///
    /// # Errors
    ///
    /// [`FaultPlanError::Elsewhere`] for the first rule that they cannot have.
    pub fn check(self, dialect: &Dialect) -> Result<Self, FaultPlanError> {
        let rules = self.rules.into_iter().map(|rule| rule.check(dialect));
        Ok(FaultPlan {
            rules: rules.collect::<Result<_, _>>()?,
            seed: self.seed,
        })
    }
}

/// Parses rules, one a line. Empty lines and those that begin with `#` say nothing.
impl FromStr for FaultPlan {
    type Err = FaultPlanError;

    fn from_str(text: &str) -> Result<Self, FaultPlanError> {
        let lines = text.lines().map(str::trim);
        let rules = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        Ok(FaultPlan {
            rules: rules.map(str::parse).collect::<Result<_, _>>()?,
            seed: 0,
        })
    }
}

/// Writes the rules, one a line.
impl fmt::Display for FaultPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rules.iter().try_for_each(|rule| writeln!(f, "{rule}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::{ec2x::EC2X, nl668::NL668};

    #[test]
    fn rules_are_lines() {
        let text = "\n# the first\nreboot on=+CSQ\n  lose bytes=2 after=3  \n";
        let plan: FaultPlan = text.parse().expect("a plan");
        assert_eq!(plan.to_string(), "reboot on=+CSQ\nlose bytes=2 after=3\n");
        assert_eq!("".parse(), Ok(FaultPlan::default()));
        let error = "reboot\nloud".parse::<FaultPlan>().expect_err("no rule");
        assert!(
            error
                .to_string()
                .starts_with("fault rule \"loud\": unknown action")
        );
    }

    #[test]
    fn a_plan_is_for_a_dialect_if_all_its_rules_are() {
        let plan: FaultPlan = "reboot\nbusy on=+QFTPPUT".parse().expect("a plan");
        assert_eq!(plan.clone().check(&EC2X), Ok(plan.clone()));
        assert!(plan.check(&NL668).is_err());
    }
}
