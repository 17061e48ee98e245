//! PDP contexts: `AT+QICSGP`, `AT+QIACT`, `AT+QIDEACT`, `AT+QIGETERROR` (COMMON 2.1).
//!
//! The network of an emulator is there unless a fault takes it away: a context activates at once and gets an
//! address that is reserved for documentation. The driver can take it away again ([`super::Reply::ContextLost`]).

mod fibocom;
mod gsm;

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use super::{Module, Ran, Refusal, bad};
use crate::at::Form;
use crate::dialect::{Command, CommandKind, Family, Value};

/// Contexts 1 to 16.
pub(super) const CONTEXTS: u8 = 16;

/// `AT+QIGETERROR` (COMMON 2.1).
const NO_ERROR: (u16, &str) = (0, "operate successfully");
const ACTIVATION_FAILED: (u16, &str) = (561, "open PDP context failed");

/// The contexts, and the last error of the family.
#[derive(Debug)]
pub(super) struct Network {
    contexts: [Context; CONTEXTS as usize],
    /// There is none: no context comes up.
    pub(super) gone: bool,
    /// Of `gsm`: the context in front, whether a task was started, whether one was ever up.
    foreground: u64,
    registered: bool,
    used: bool,
    last_error: (u16, String),
}

#[derive(Debug)]
struct Context {
    kind: u64,
    apn: Vec<u8>,
    user: Vec<u8>,
    password: Vec<u8>,
    authentication: u64,
    active: bool,
}

impl Default for Network {
    fn default() -> Self {
        let context = |_| Context {
            kind: 1,
            apn: Vec::new(),
            user: Vec::new(),
            password: Vec::new(),
            authentication: 0,
            active: false,
        };
        Network {
            contexts: core::array::from_fn(context),
            gone: false,
            foreground: 0,
            registered: false,
            used: false,
            last_error: (NO_ERROR.0, NO_ERROR.1.to_string()),
        }
    }
}

impl Network {
    /// Whether this context can carry a session.
    pub(super) fn is_active(&self, number: u64) -> bool {
        let index = usize::try_from(number)
            .ok()
            .and_then(|number| number.checked_sub(1));
        index
            .and_then(|index| self.contexts.get(index))
            .is_some_and(|context| context.active)
    }

    /// `AT+QIGETERROR` says this from now on.
    pub(super) fn fail(&mut self, number: u16, why: String) {
        self.last_error = (number, why);
    }

    /// `AT+QIGETERROR` has nothing to say.
    pub(super) fn succeed(&mut self) {
        self.fail(NO_ERROR.0, NO_ERROR.1.to_string());
    }

    /// Its number as an index, its entry.
    fn get(&mut self, number: u64) -> Option<&mut Context> {
        self.contexts
            .get_mut(usize::try_from(number).ok()?.checked_sub(1)?)
    }
}

impl Module {
    pub(super) fn context(&mut self, command: &'static Command, form: &Form<'_>) -> Ran {
        match self.dialect.family {
            Family::Lte => self.lte_context(command, form),
            Family::Gsm => self.gsm_context(command, form),
            Family::Fibocom => self.call(command, form),
        }
    }

    fn lte_context(&mut self, command: &'static Command, form: &Form<'_>) -> Ran {
        match (command.kind, form) {
            (CommandKind::SocketError, Form::Execute) => {
                let (number, text) = &self.network.last_error;
                let line = format!("+QIGETERROR: {number},{text}");
                self.information(line.as_bytes());
                Ran::Ok
            }
            (CommandKind::ContextActivate, Form::Read) => {
                self.list_contexts();
                Ran::Ok
            }
            (kind, Form::Write(tokens)) => match command.accept(tokens) {
                Err(_) => bad(command),
                Ok(values) => match values.split_first() {
                    Some((Value::Integer(number), rest)) => match kind {
                        CommandKind::ContextConfigure => self.configure_context(*number, rest),
                        CommandKind::ContextActivate => self.activate_context(*number),
                        _ => self.deactivate_context(*number),
                    },
                    _ => bad(command),
                },
            },
            _ => bad(command),
        }
    }

    /// With values it sets, without it reads.
    fn configure_context(&mut self, number: u64, values: &[Value<'_>]) -> Ran {
        let Some(context) = self.network.get(number) else {
            return Refusal::Plain.into();
        };
        if values.iter().all(|value| *value == Value::Omitted) {
            let mut line = format!("+QICSGP: {},\"", context.kind).into_bytes();
            for (index, text) in [&context.apn, &context.user, &context.password]
                .into_iter()
                .enumerate()
            {
                line.extend_from_slice(if index == 0 { b"" } else { b",\"" });
                line.extend_from_slice(text);
                line.push(b'"');
            }
            line.extend_from_slice(format!(",{}", context.authentication).as_bytes());
            self.information(&line);
            return Ran::Ok;
        }
        let [kind, apn, user, password, authentication] = values else {
            return Refusal::Plain.into();
        };
        // The type and the access point belong together.
        let (Some(kind), Some(apn)) = (kind.integer(), apn.text()) else {
            return Refusal::Plain.into();
        };
        context.kind = kind;
        context.apn = apn.to_vec();
        context.user = user.text().unwrap_or_default().to_vec();
        context.password = password.text().unwrap_or_default().to_vec();
        context.authentication = authentication.integer().unwrap_or(0);
        Ran::Ok
    }

    /// An active context is refused (seen by many users), and one more than the module can carry is.
    fn activate_context(&mut self, number: u64) -> Ran {
        let active = self
            .network
            .contexts
            .iter()
            .filter(|context| context.active)
            .count();
        let limit = if self.network.gone {
            0
        } else {
            self.dialect.active_contexts
        };
        match self.network.get(number) {
            Some(context) if !context.active && active < limit => {
                context.active = true;
                self.network.succeed();
                Ran::Ok
            }
            _ => {
                let (number, why) = ACTIVATION_FAILED;
                self.network.fail(number, why.to_string());
                Refusal::Plain.into()
            }
        }
    }

    /// Closes what runs over it; a context that is not active is fine.
    fn deactivate_context(&mut self, number: u64) -> Ran {
        if let Some(context) = self.network.get(number) {
            context.active = false;
        }
        self.network.succeed();
        self.drop_session_of(number);
        Ran::Ok
    }

    fn list_contexts(&mut self) {
        let active = self
            .network
            .contexts
            .iter()
            .enumerate()
            .filter(|(_, context)| context.active);
        let lines: Vec<Vec<u8>> = active
            .map(|(index, context)| {
                let number = index + 1;
                format!("+QIACT: {number},1,{},\"192.0.2.{number}\"", context.kind).into_bytes()
            })
            .collect();
        self.informations(lines.iter().map(Vec::as_slice));
    }

    /// The network took a context away.
    pub(super) fn context_lost(&mut self, number: u8) {
        let Some(context) = self.network.get(number.into()) else {
            return;
        };
        if core::mem::take(&mut context.active) {
            let line = match self.dialect.family {
                Family::Lte => format!("+QIURC: \"pdpdeact\",{number}"),
                Family::Gsm => "+PDP DEACT".into(),
                Family::Fibocom => "+MIPCALL: 0".into(),
            };
            self.urc(line.into_bytes());
            self.drop_session_of(number.into());
        }
    }
}
