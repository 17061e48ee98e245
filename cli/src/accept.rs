//! `--accept`: commands that an emulator answers with `OK` without knowing them.

use clap::Args;
use qftp::dialect::Dialect;
use qftp::module::AcceptedCommands;

use crate::problem::Problem;

/// Holds the names of accepted commands.
#[derive(Args)]
pub(crate) struct Accepted {
    /// Accept commands that the module does not know, as +QFOO; names separated by commas
    #[arg(long = "accept", value_name = "NAMES", value_delimiter = ',')]
    names: Vec<String>,
}

impl Accepted {
    /// Returns the names; refuses what is none, and a command that the dialect knows.
    pub(crate) fn of(&self, dialect: &'static Dialect) -> Result<Vec<String>, Problem> {
        AcceptedCommands::new(dialect, &self.names)
            .map_err(|error| Problem::usage(format!("--accept: {error}")))?;
        Ok(self.names.clone())
    }
}
