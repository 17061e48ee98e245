//! Values of an argument that the help and the completions list, though others are taken too: the emulator decides.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, TypedValueParser};
use clap::error::ErrorKind;

/// Parses text, and names the usual values.
#[derive(Clone)]
pub(crate) struct OpenValues(Vec<PossibleValue>);

impl OpenValues {
    pub(crate) fn new(values: impl Iterator<Item = PossibleValue>) -> Self {
        OpenValues(values.collect())
    }
}

impl TypedValueParser for OpenValues {
    type Value = String;

    fn parse_ref(
        &self,
        command: &clap::Command,
        _: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<String, clap::Error> {
        let text = value.to_str().map(str::to_owned);
        text.ok_or_else(|| clap::Error::new(ErrorKind::InvalidUtf8).with_cmd(command))
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.0.iter().cloned()))
    }
}
