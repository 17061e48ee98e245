//! General commands: who the module is, SIM, registration, signal, errors, speed (NEIGHBOURS 6.3, 6.4, 7).
//!
//! The radio of a software module is registered on a network, with a good signal, unless a fault takes it away.

use alloc::format;
use alloc::string::String;

use super::{Module, Ran, Refusal, Request, bad};
use crate::at::Form;
use crate::dialect::{Command, Value, Verb};

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
    /// `AT+GTSET="FTPLIMIT"`, `AT+GTSSLVER`, `AT+GTSSLMODE` of Fibocom (003 §1.2.16, NEIGHBOURS 8.2).
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
        Some(match command.verb {
            Verb::ErrorFormat => format!("{name}: {}", self.line.errors),
            Verb::Manufacturer => self.identity.manufacturer.into(),
            Verb::Model => self.identity.model.into(),
            Verb::Revision => self.identity.revision.into(),
            Verb::Serial => SERIAL.into(),
            Verb::SimState => format!("{name}: READY"),
            Verb::Attach => format!("{name}: {}", general.attached),
            Verb::Registration => {
                let index = REGISTRATION.iter().position(|known| *known == name)?;
                // 1 is registered, 2 is searching (27.007 section 7.2).
                let state = if gone { 2 } else { 1 };
                format!("{name}: {},{state}", general.reports[index])
            }
            Verb::Operator if gone => format!("{name}: 0"),
            Verb::Operator => {
                format!("{name}: 0,0,\"libqftp\",{}", self.dialect.access_technology)
            }
            Verb::Signal if gone => format!("{name}: 99,99"),
            Verb::Signal => format!("{name}: 28,99"),
            Verb::Rate => format!("{name}: {}", general.rate),
            Verb::FlowControl => format!("{name}: {},{}", general.flow.0, general.flow.1),
            Verb::Functionality => format!("{name}: {}", general.functionality),
            Verb::VendorSetting => format!("{name}: \"FTPLIMIT\",{}", general.flow_timer),
            Verb::SslVersion => format!("{name}: {}", general.ssl_version),
            Verb::SslMode => format!("{name}: {}", general.ssl_mode),
            Verb::Clock => format!("{name}: {}", self.clock.after(self.now)),
            Verb::CardId => format!("{name}: {CARD}"),
            Verb::SubscriberId => SUBSCRIBER.into(),
            _ => return None,
        })
    }

    fn set_general(&mut self, command: &Command, values: &[Value<'_>]) -> Ran {
        let number = |index: usize| values.get(index).and_then(|value| value.integer());
        let first = number(0).unwrap_or(0);
        let general = &mut self.general_state;
        match command.verb {
            Verb::ErrorFormat => self.line.errors = u8::try_from(first).unwrap_or(1),
            Verb::Attach => general.attached = first,
            Verb::Functionality => general.functionality = first,
            Verb::SslVersion => general.ssl_version = first,
            Verb::SslMode => general.ssl_mode = first,
            Verb::VendorSetting => {
                if values.first().and_then(|value| value.text()) != Some(b"FTPLIMIT") {
                    return Refusal::Plain.into();
                }
                if let Some(period) = number(1) {
                    general.flow_timer = period;
                }
            }
            Verb::Registration => {
                if let Some(index) = REGISTRATION.iter().position(|known| *known == command.name) {
                    general.reports[index] = first;
                }
            }
            Verb::FlowControl => {
                let flow = (first, number(1).unwrap_or(first));
                if [flow.0, flow.1].contains(&1) {
                    return Refusal::Plain.into(); // 0 or 2: there is no software flow control
                }
                general.flow = flow;
            }
            Verb::Rate => {
                general.rate = first;
                self.request(Request::Rate(u32::try_from(first).unwrap_or(115_200)));
            }
            // There is a card without a PIN, and one network: nothing to enter and nothing to choose.
            Verb::Operator => {}
            _ => return Refusal::Plain.into(),
        }
        Ran::Ok
    }
}
