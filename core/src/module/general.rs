//! General commands: who the module is, SIM, registration, signal, errors, speed (COMMON 6.3, 6.4, 7).
//!
//! The radio of an emulator is registered on a network, with a good signal, unless a fault takes it away.

use alloc::format;
use alloc::string::String;

use super::{Module, Ran, Refusal, Request, bad};
use crate::at::Form;
use crate::dialect::{Command, CommandKind, Value};

/// Numbers that belong to nobody: test ranges of IMEI, ICCID and IMSI.
const SERIAL: &str = "004999010640000";
const CARD: &str = "89860000000000000001";
const SUBSCRIBER: &str = "001010123456789";
/// What general commands set and read back.
#[derive(Debug)]
pub(super) struct General {
    rate: u64,
    flow: (u64, u64),
    attached: u64,
    functionality: u64,
    /// `<n>` of CREG, CGREG, CEREG.
    reports: [u64; 3],
    /// `AT+GTSET="FTPLIMIT"`, `AT+GTSSLVER`, `AT+GTSSLMODE` of Fibocom (003 §1.2.16, COMMON 8.2).
    flow_timer: u64,
    ssl_version: u64,
    ssl_mode: u64,
}

impl General {
    /// `AT+GTSSLVER` and `AT+GTSSLMODE`.
    pub(super) fn tls(&self) -> (u64, u64) {
        (self.ssl_version, self.ssl_mode)
    }
}

impl Default for General {
    fn default() -> Self {
        General {
            rate: 115_200,
            flow: (0, 0),
            attached: 1,
            functionality: 1,
            reports: [0; 3],
            flow_timer: 50,
            ssl_version: 0,
            ssl_mode: 0,
        }
    }
}

/// The three registration commands.
const REGISTRATION: [&str; 3] = ["+CREG", "+CGREG", "+CEREG"];

impl Module {
    pub(super) fn general(&mut self, command: &'static Command, form: &Form<'_>) -> Ran {
        match form {
            Form::Write(tokens) => match command.accept(tokens) {
                Err(_) => bad(command),
                Ok(values) => self.set_general(command, &values),
            },
            Form::Read | Form::Execute => match self.read_general(command) {
                None => bad(command),
                Some(line) => {
                    self.information(line.as_bytes());
                    Ran::Ok
                }
            },
            Form::Test => Ran::Ok,
        }
    }

    fn read_general(&self, command: &Command) -> Option<String> {
        let name = command.name;
        let general = &self.general_state;
        let gone = self.network.gone;
        Some(match command.kind {
            CommandKind::ErrorFormat => format!("{name}: {}", self.line.errors),
            CommandKind::Manufacturer => self.identity.manufacturer.into(),
            CommandKind::Model => self.identity.model.into(),
            CommandKind::Revision => self.identity.revision.into(),
            CommandKind::Serial => SERIAL.into(),
            CommandKind::SimState => format!("{name}: READY"),
            CommandKind::Attach => format!("{name}: {}", general.attached),
            CommandKind::Registration => {
                let index = REGISTRATION.iter().position(|known| *known == name)?;
                // 1 is registered, 2 is searching (27.007 section 7.2).
                let state = if gone { 2 } else { 1 };
                format!("{name}: {},{state}", general.reports[index])
            }
            CommandKind::Operator if gone => format!("{name}: 0"),
            CommandKind::Operator => {
                format!("{name}: 0,0,\"libqftp\",{}", self.dialect.access_technology)
            }
            CommandKind::Signal if gone => format!("{name}: 99,99"),
            CommandKind::Signal => format!("{name}: 28,99"),
            CommandKind::Rate => format!("{name}: {}", general.rate),
            CommandKind::FlowControl => format!("{name}: {},{}", general.flow.0, general.flow.1),
            CommandKind::Functionality => format!("{name}: {}", general.functionality),
            CommandKind::VendorSetting => format!("{name}: \"FTPLIMIT\",{}", general.flow_timer),
            CommandKind::SslVersion => format!("{name}: {}", general.ssl_version),
            CommandKind::SslMode => format!("{name}: {}", general.ssl_mode),
            CommandKind::Clock => format!("{name}: {}", self.clock.after(self.now)),
            CommandKind::CardId => format!("{name}: {CARD}"),
            CommandKind::SubscriberId => SUBSCRIBER.into(),
            _ => return None,
        })
    }

    fn set_general(&mut self, command: &Command, values: &[Value<'_>]) -> Ran {
        let number = |index: usize| values.get(index).and_then(|value| value.integer());
        let first = number(0).unwrap_or(0);
        let general = &mut self.general_state;
        match command.kind {
            CommandKind::ErrorFormat => self.line.errors = u8::try_from(first).unwrap_or(1),
            CommandKind::Attach => general.attached = first,
            CommandKind::Functionality => general.functionality = first,
            CommandKind::SslVersion => general.ssl_version = first,
            CommandKind::SslMode => general.ssl_mode = first,
            CommandKind::VendorSetting => {
                if values.first().and_then(|value| value.text()) != Some(b"FTPLIMIT") {
                    return Refusal::Plain.into();
                }
                if let Some(period) = number(1) {
                    general.flow_timer = period;
                }
            }
            CommandKind::Registration => {
                if let Some(index) = REGISTRATION.iter().position(|known| *known == command.name) {
                    general.reports[index] = first;
                }
            }
            CommandKind::FlowControl => {
                let flow = (first, number(1).unwrap_or(first));
                if [flow.0, flow.1].contains(&1) {
                    return Refusal::Plain.into(); // 0 or 2: there is no software flow control
                }
                general.flow = flow;
            }
            CommandKind::Rate => {
                general.rate = first;
                self.request(Request::Rate(u32::try_from(first).unwrap_or(115_200)));
            }
            // There is a card without a PIN, and one network: nothing to enter and nothing to choose.
            CommandKind::Operator => {}
            _ => return Refusal::Plain.into(),
        }
        Ran::Ok
    }
}
