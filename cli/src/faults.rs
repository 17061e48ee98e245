//! `--fault` and `--faults`: the fault plan of an emulator.

use std::path::PathBuf;

use clap::Args;
use clap::builder::PossibleValue;
use qftp::emulator::fault::FAULTS;
use qftp::emulator::fault_plan::{FAULT_ACTIONS, FaultPlan, FaultPlanError};
use qftp::emulator::{EmulatorOptions, FaultRule};

use crate::open_values::OpenValues;
use crate::problem::Problem;

/// Holds the rules of a fault plan.
#[derive(Args)]
pub(crate) struct Faults {
    /// Rule by which the module fails, such as 'drop-data after=5000 on=+QFTPPUT'; may be given more than once
    #[arg(long = "fault", value_name = "RULE", value_parser = OpenValues::new(possible_values()))]
    rules: Vec<String>,
    /// TOML file of such rules; those of --fault come behind them
    #[arg(long = "faults", value_name = "FILE")]
    file: Option<PathBuf>,
}

impl Faults {
    /// Sets the fault plan; refuses a rule that the dialect cannot have. `seed` is that of the user.
    pub(crate) fn apply(
        &self,
        options: &mut EmulatorOptions,
        seed: Option<u64>,
    ) -> Result<(), Problem> {
        let plan = self.plan().and_then(|plan| plan.check(options.dialect));
        options.fault_plan = plan.map_err(|error| {
            let problem = Problem::usage(error.to_string());
            problem.hint("docs/emulate.md lists the actions and their words")
        })?;
        if let Some(seed) = seed {
            options.fault_plan.seed = seed;
        }
        Ok(())
    }

    fn plan(&self) -> Result<FaultPlan, FaultPlanError> {
        let mut plan = match &self.file {
            Some(file) => FaultPlan::read(file)?,
            None => FaultPlan::default(),
        };
        for rule in &self.rules {
            plan.rules.push(rule.parse::<FaultRule>()?);
        }
        Ok(plan)
    }
}

/// Returns each action, for the help and the completions.
pub(crate) fn possible_values() -> impl Iterator<Item = PossibleValue> {
    let own = FAULT_ACTIONS.iter();
    let own = own.map(|known| PossibleValue::new(known.name).help(known.what));
    let faults = FAULTS.iter();
    own.chain(faults.map(|known| PossibleValue::new(known.name).help(known.what)))
}
