//! Contexts of the GSM TCP/IP stack: two, one of them in front (COMMON 2.2).

use alloc::format;

use super::Network;
use crate::at::Form;
use crate::dialect::{Command, CommandKind, Value};
use crate::module::{Module, Ran, Refusal, bad};

impl Network {
    /// Activates the context in front if it is not; its number, or `None` where there is no network.
    pub(in crate::module) fn bring_up(&mut self) -> Option<u64> {
        if self.gone {
            return None;
        }
        let number = self.foreground + 1;
        if let Some(context) = self.get(number) {
            context.active = true;
        }
        self.used = true;
        Some(number)
    }

    fn state(&self) -> &'static str {
        match (
            self.is_active(self.foreground + 1),
            self.used,
            self.registered,
        ) {
            (true, ..) => "IP GPRSACT",
            (false, true, _) => "PDP DEACT",
            (false, false, true) => "IP START",
            (false, false, false) => "IP INITIAL",
        }
    }
}

impl Module {
    pub(super) fn gsm_context(&mut self, command: &'static Command, form: &Form<'_>) -> Ran {
        if *form == Form::Read {
            return self.gsm_context_read(command);
        }
        let Ok(values) = command.values(form) else {
            return bad(command);
        };
        let number = self.network.foreground + 1;
        match command.kind {
            CommandKind::ContextForeground => {
                self.network.foreground = values
                    .first()
                    .and_then(|value| value.integer())
                    .unwrap_or(0);
                Ran::Ok
            }
            CommandKind::ContextConfigure => self.gsm_configure_context(&values),
            CommandKind::ContextRegister => {
                self.network.registered = true;
                Ran::Ok
            }
            CommandKind::ContextActivate if self.network.is_active(number) => Refusal::Plain.into(),
            CommandKind::ContextActivate => match self.network.bring_up() {
                Some(_) => Ran::Ok,
                None => Refusal::Plain.into(),
            },
            // Also where nothing was up.
            CommandKind::ContextDeactivate => {
                if let Some(context) = self.network.get(number) {
                    context.active = false;
                }
                self.drop_session_of(number);
                Ran::Text("DEACT OK")
            }
            // OK comes first.
            _ => {
                let state = self.network.state();
                self.urc(format!("STATE: {state}").into_bytes());
                Ran::Ok
            }
        }
    }

    fn gsm_context_read(&mut self, command: &Command) -> Ran {
        let foreground = self.network.foreground;
        let line = if command.kind == CommandKind::ContextForeground {
            format!("{}: {foreground}", command.name).into_bytes()
        } else {
            let apn = self
                .network
                .get(foreground + 1)
                .map_or(&b""[..], |context| &context.apn);
            [command.name.as_bytes(), b": 1,\"", apn, b"\""].concat()
        };
        self.information(&line);
        Ran::Ok
    }

    /// `AT+QICSGP=1,"<APN>"[,"<user>","<password>"]`; mode 0 would be a data call, which no network offers any more.
    fn gsm_configure_context(&mut self, values: &[Value<'_>]) -> Ran {
        let text = |index: usize| {
            values
                .get(index)
                .and_then(|value| value.text())
                .unwrap_or_default()
                .to_vec()
        };
        if values.first().and_then(|value| value.integer()) == Some(0) {
            return Refusal::Plain.into();
        }
        if let Some(context) = self.network.get(self.network.foreground + 1) {
            (context.apn, context.user, context.password) = (text(1), text(2), text(3));
        }
        Ran::Ok
    }
}
