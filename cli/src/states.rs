//! `--state`: the states of an emulated module and of its surroundings.

use clap::Args;
use clap::builder::{PossibleValue, TypedValueParser};
use qftp::module::ModuleState;
use qftp::module::state::STATES;

use crate::open_values::OpenValues;

/// Holds the states in which an emulator begins.
#[derive(Args)]
pub(crate) struct States {
    /// State to begin in; may be given more than once
    #[arg(long = "state", value_name = "NAME=VALUE", value_parser = parser())]
    pub(crate) states: Vec<ModuleState>,
}

/// Returns each state with each of its values, for the help and the completions.
pub(crate) fn possible_values() -> impl Iterator<Item = PossibleValue> {
    STATES.iter().flat_map(|known| {
        known.values.split('|').enumerate().map(|(index, value)| {
            let text = format!("{}={value}", known.name);
            match index {
                0 => PossibleValue::new(text).help(known.what),
                _ => PossibleValue::new(text),
            }
        })
    })
}

fn parser() -> impl TypedValueParser<Value = ModuleState> {
    OpenValues::new(possible_values()).try_map(|text| text.parse::<ModuleState>())
}
