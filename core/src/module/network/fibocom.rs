//! The one context of a Fibocom module, `AT+MIPCALL` (COMMON 8.1).

use alloc::format;

use crate::at::Form;
use crate::dialect::{Command, Value};
use crate::module::{Module, Ran, bad};

/// Its number among the contexts.
const CONTEXT: u64 = 1;
/// What the network gives it; an address for documentation.
const ADDRESS: &str = "192.0.2.1";

impl Module {
    pub(super) fn call(&mut self, command: &'static Command, form: &Form<'_>) -> Ran {
        let Form::Write(tokens) = form else {
            let active = self.network.is_active(CONTEXT);
            let line = if active {
                format!("{}: 1,{ADDRESS}", command.name)
            } else {
                format!("{}: 0", command.name)
            };
            self.information(line.as_bytes());
            return Ran::Ok;
        };
        let Ok(values) = command.accept(tokens) else {
            return bad(command);
        };
        // A call that fails is told as one that ended.
        let up = values.first() == Some(&Value::Integer(1)) && !self.network.gone;
        if let Some(context) = self.network.get(CONTEXT) {
            context.active = up;
            if let Some(apn) = values.get(1).and_then(|value| value.text()) {
                context.apn = apn.to_vec();
            }
        }
        if !up {
            self.drop_session_of(CONTEXT);
        }
        let address = if up { ADDRESS } else { "0" };
        self.urc(format!("{}: {address}", command.name).into_bytes());
        Ran::Ok
    }

    /// Whether there is a context to open sessions over.
    pub(in crate::module) fn call_is_up(&self) -> bool {
        self.network.is_active(CONTEXT)
    }
}
