//! The control socket of an emulator: other programs inject faults and set states while it runs.
//!
//! It is a Unix socket that its user alone may open. A client sends lines of text, the emulator answers each. An answer
//! has any number of lines and ends with `ok` or with `error: ` and the reason:
//!
//! ```text
//! > inject no-network
//! < ok
//! > status
//! < {"dialect":"ec2x","process":4711,"uptime_ms":9000,"host":true,"logged_in":false,"faults":["no-network"],"states":{},…}
//! < ok
//! > inject loud
//! < error: unknown fault "loud": there are reboot, pdp-deactivate, ...
//! ```
//!
//! Names of members may be added to the document of `status`; none is taken away. [`CONTROL_COMMANDS`] lists the commands.
//!
//! ```
//! use qftp::dialect::ec2x::EC2X;
//! use qftp::emulator::control::ControlClient;
//! use qftp::emulator::{Emulator, EmulatorOptions};
//!
//! let folder = tempfile::tempdir()?;
//! let path = folder.path().join("control");
//! let mut options = EmulatorOptions::new(&EC2X);
//! options.control = Some(path.clone());
//! let (module, line) = Emulator::in_process(options)?;
//!
//! let mut control = ControlClient::connect(&path)?;
//! control.send("inject no-network")?;
//! assert!(control.send("status")?[0].contains(r#""faults":["no-network"]"#));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod answer;
mod client;
mod server;

pub use client::{ControlClient, ControlError};
pub(super) use server::ControlServer;

use super::fault::Fault;
use super::fault_plan::FaultRule;
use crate::module::ModuleState;
use crate::module::state::StateError;

/// The bytes of the longest command, without its line end.
pub const LONGEST_COMMAND: usize = 1024;

/// A command on the control socket.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ControlCommand {
    /// Inject this fault.
    Inject(Fault),
    /// Clear this fault.
    Clear(Fault),
    /// Set this state.
    State(ModuleState),
    /// Add this rule to the fault plan.
    Fault(FaultRule),
    /// Forget the rules of the fault plan.
    ClearFaults,
    /// Restart the module.
    Restart,
    /// Report the state of the emulator.
    Status,
    /// List the faults.
    Faults,
    /// List the actions of rules.
    Actions,
    /// List the states.
    States,
    /// List the commands.
    Help,
}

/// The facts of a command on the control socket.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ControlCommandInfo {
    /// The word that the line begins with.
    pub name: &'static str,
    /// The word behind it; empty if the command takes none.
    pub argument: &'static str,
    /// An argument, as an example.
    pub example: &'static str,
    /// The effect: a sentence without its subject.
    pub what: &'static str,
    parse: fn(&str) -> Result<ControlCommand, String>,
}

/// All commands of the control socket.
pub const CONTROL_COMMANDS: &[ControlCommandInfo] = &[
    ControlCommandInfo {
        name: "inject",
        argument: "FAULT",
        example: "no-network",
        what: "injects a fault",
        parse: |name| fault(name).map(ControlCommand::Inject),
    },
    ControlCommandInfo {
        name: "clear",
        argument: "FAULT",
        example: "no-network",
        what: "clears a fault that lasts or waits",
        parse: |name| fault(name).map(ControlCommand::Clear),
    },
    ControlCommandInfo {
        name: "state",
        argument: "NAME=VALUE",
        example: "sim=absent",
        what: "sets a state of the module, its SIM card or its network",
        parse: |text| state(text).map(ControlCommand::State),
    },
    ControlCommandInfo {
        name: "fault",
        argument: "RULE",
        example: "drop-data after=5000 on=+QFTPPUT",
        what: "adds a rule to the fault plan",
        parse: |text| rule(text).map(ControlCommand::Fault),
    },
    ControlCommandInfo {
        name: "clear-faults",
        argument: "",
        example: "",
        what: "forgets the rules of the fault plan, and ends what they began",
        parse: |_| Ok(ControlCommand::ClearFaults),
    },
    ControlCommandInfo {
        name: "restart",
        argument: "",
        example: "",
        what: "restarts the module, as a loss of power does",
        parse: |_| Ok(ControlCommand::Restart),
    },
    ControlCommandInfo {
        name: "status",
        argument: "",
        example: "",
        what: "reports the state of the emulator, as one JSON document",
        parse: |_| Ok(ControlCommand::Status),
    },
    ControlCommandInfo {
        name: "faults",
        argument: "",
        example: "",
        what: "lists the faults that its module can have, and what each does",
        parse: |_| Ok(ControlCommand::Faults),
    },
    ControlCommandInfo {
        name: "actions",
        argument: "",
        example: "",
        what: "lists the actions of rules beside the faults, and what each does",
        parse: |_| Ok(ControlCommand::Actions),
    },
    ControlCommandInfo {
        name: "states",
        argument: "",
        example: "",
        what: "lists the states, the values of each, and what each does",
        parse: |_| Ok(ControlCommand::States),
    },
    ControlCommandInfo {
        name: "help",
        argument: "",
        example: "",
        what: "lists the commands",
        parse: |_| Ok(ControlCommand::Help),
    },
];

fn fault(name: &str) -> Result<Fault, String> {
    name.parse::<Fault>().map_err(|error| error.to_string())
}

fn rule(text: &str) -> Result<FaultRule, String> {
    let rule = text.parse::<FaultRule>();
    rule.map_err(|error| error.to_string())
}

fn state(text: &str) -> Result<ModuleState, String> {
    text.parse().map_err(|error: StateError| error.to_string())
}

impl std::str::FromStr for ControlCommand {
    /// The reason, a sentence.
    type Err = String;

    fn from_str(line: &str) -> Result<Self, String> {
        let line = line.trim();
        let (name, argument) = line
            .split_once(char::is_whitespace)
            .map_or((line, ""), |(name, argument)| (name, argument.trim()));
        let known = CONTROL_COMMANDS.iter().find(|known| known.name == name);
        let known = known.ok_or_else(|| {
            let names: Vec<&str> = CONTROL_COMMANDS.iter().map(|known| known.name).collect();
            let name: String = name.chars().take(40).collect();
            format!("unknown command {name:?}: there are {}", names.join(", "))
        })?;
        match (known.argument.is_empty(), argument.is_empty()) {
            (true, false) => Err(format!("{name} takes no argument")),
            (false, true) => Err(format!(
                "{name} needs a {}, as in \"{name} {}\"",
                known.argument, known.example
            )),
            (true, true) | (false, false) => (known.parse)(argument),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(line: &str) -> String {
        line.parse::<ControlCommand>().expect_err(line)
    }

    #[test]
    fn every_command_is_read_by_its_example() {
        for known in CONTROL_COMMANDS {
            let line = format!(" {}  {} ", known.name, known.example);
            let command = line.parse::<ControlCommand>();
            assert!(command.is_ok(), "{line}: {command:?}");
        }
        assert_eq!(
            "inject silent=40".parse(),
            Ok(ControlCommand::Inject(Fault::Silent { after: 40 }))
        );
        assert_eq!("clear busy".parse(), Ok(ControlCommand::Clear(Fault::Busy)));
    }

    #[test]
    fn a_wrong_command_is_explained() {
        assert!(error("").starts_with("unknown command \"\": there are inject, clear, state, "));
        assert!(error("Inject busy").starts_with("unknown command \"Inject\""));
        assert_eq!(
            error("inject"),
            "inject needs a FAULT, as in \"inject no-network\""
        );
        assert_eq!(
            error("state"),
            "state needs a NAME=VALUE, as in \"state sim=absent\""
        );
        assert!(error("state sim=gone").starts_with("state \"sim=gone\": sim takes ready|"));
        let unknown = "unknown state \"mood=good\": there are sim=ready|";
        assert!(error("state mood=good").starts_with(unknown));
        assert_eq!(error("status now"), "status takes no argument");
        assert!(error("inject loud").starts_with("unknown fault \"loud\""));
        assert!(error(&"x".repeat(1000)).len() < 200);
        assert!(error("\u{1b}[2J").starts_with("unknown command \"\\u{1b}[2J\""));
    }
}
