//! The parameters of a question.

use crate::dialect::{Param, Value};

/// Holds the values of a command, by the names of its parameters: the families have them in other places.
#[derive(Debug)]
pub(super) struct InternetQuestion<'a> {
    pub(super) params: &'a [Param],
    pub(super) values: &'a [Value<'a>],
}

impl<'a> InternetQuestion<'a> {
    fn value(&self, name: &str) -> Option<Value<'a>> {
        let index = self.params.iter().position(|param| param.name == name)?;
        self.values.get(index).copied()
    }

    pub(super) fn number(&self, name: &str) -> Option<u64> {
        self.value(name)?.integer()
    }

    pub(super) fn text(&self, name: &str) -> Option<&'a [u8]> {
        self.value(name)?.text()
    }
}
