//! General commands: identity, numbers of the SIM card, speed, vendor settings (COMMON 6.4, 7).

use alloc::format;
use alloc::string::String;

use super::context::ModuleContext;
use super::event::ModuleEvent;
use super::response::{CommandError, CommandResponse, integer, text};
use crate::at::Form;
use crate::dialect::{Command, CommandKind, Dialect, Identity, Value};

/// Numbers from the test ranges of IMEI, ICCID and IMSI.
const SERIAL: &str = "004999010640000";
const CARD: &str = "89860000000000000001";
const SUBSCRIBER: &str = "001010123456789";

/// Holds what general commands set and read back.
#[derive(Debug)]
pub(super) struct General {
    identity: &'static Identity,
    rate: u64,
    flow: (u64, u64),
    /// `AT+GTSET="FTPLIMIT"` of Fibocom (003 §1.2.16).
    flow_timer: u64,
}

impl General {
    /// Starts as the dialect's first model.
    pub(super) fn new(dialect: &Dialect) -> Self {
        General {
            identity: &dialect.identities[0],
            rate: 115_200,
            flow: (0, 0),
            flow_timer: 50,
        }
    }

    pub(super) fn execute(
        &mut self,
        cx: &mut ModuleContext,
        command: &'static Command,
        form: &Form<'_>,
    ) -> CommandResponse {
        match form {
            Form::Write(tokens) => match command.accept(tokens) {
                Err(_) => CommandResponse::bad_parameter(command),
                Ok(values) => self.set(cx, command, &values),
            },
            Form::Read | Form::Execute => match self.read(command) {
                None => CommandResponse::bad_parameter(command),
                Some(line) => {
                    cx.information(line.as_bytes());
                    CommandResponse::Ok
                }
            },
            Form::Test => CommandResponse::Ok,
        }
    }

    fn read(&self, command: &Command) -> Option<String> {
        let name = command.name;
        Some(match command.kind {
            CommandKind::Manufacturer => self.identity.manufacturer.into(),
            CommandKind::Model => self.identity.model.into(),
            CommandKind::Revision => self.identity.revision.into(),
            CommandKind::Serial => SERIAL.into(),
            CommandKind::Rate => format!("{name}: {}", self.rate),
            CommandKind::FlowControl => format!("{name}: {},{}", self.flow.0, self.flow.1),
            CommandKind::VendorSetting => format!("{name}: \"FTPLIMIT\",{}", self.flow_timer),
            CommandKind::CardId => format!("{name}: {CARD}"),
            CommandKind::SubscriberId => SUBSCRIBER.into(),
            _ => return None,
        })
    }

    fn set(
        &mut self,
        cx: &mut ModuleContext,
        command: &Command,
        values: &[Value<'_>],
    ) -> CommandResponse {
        let first = integer(values, 0).unwrap_or(0);
        match command.kind {
            CommandKind::VendorSetting => {
                if text(values, 0) != b"FTPLIMIT" {
                    return CommandError::Plain.into();
                }
                if let Some(period) = integer(values, 1) {
                    self.flow_timer = period;
                }
            }
            CommandKind::FlowControl => {
                let flow = (first, integer(values, 1).unwrap_or(first));
                // 0 or 2: there is no software flow control.
                if [flow.0, flow.1].contains(&1) {
                    return CommandError::Plain.into();
                }
                self.flow = flow;
            }
            CommandKind::Rate => {
                self.rate = first;
                let rate = u32::try_from(first).unwrap_or(115_200);
                cx.event(ModuleEvent::Rate(rate));
            }
            _ => return CommandError::Plain.into(),
        }
        CommandResponse::Ok
    }

    /// Executes `ATI` (COMMON 7).
    pub(super) fn identify(&self, cx: &mut ModuleContext) -> CommandResponse {
        let Identity {
            manufacturer,
            model,
            revision,
        } = self.identity;
        let revision = format!("Revision: {revision}");
        let labelled = [
            format!("Manufacturer: {manufacturer}"),
            format!("Model: {model}"),
            revision.clone(),
            "+GCAP: +CGSM".into(),
        ];
        let bare = [String::from(*manufacturer), String::from(*model), revision];
        let lines: &[String] = if cx.dialect.labelled_identity {
            &labelled
        } else {
            &bare
        };
        cx.output
            .information_lines(lines.iter().map(String::as_bytes));
        CommandResponse::Ok
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::at::Token;
    use crate::dialect::ec2x::EC2X;
    use crate::dialect::nl668::NL668;
    use crate::module::quirks::Quirks;

    fn set(
        general: &mut General,
        cx: &mut ModuleContext,
        kind: CommandKind,
        digits: &[u8],
    ) -> CommandResponse {
        let command = cx.dialect.command(kind).expect("a command");
        general.execute(cx, command, &Form::Write(alloc::vec![Token::Bare(digits)]))
    }

    #[test]
    fn a_new_speed_is_asked_of_the_driver() {
        let mut cx = ModuleContext::new(&EC2X, Quirks::MANUAL);
        let mut general = General::new(&EC2X);
        let response = set(&mut general, &mut cx, CommandKind::Rate, b"921600");
        assert_eq!(response, CommandResponse::Ok);
        assert_eq!(cx.events.pop_front(), Some(ModuleEvent::Rate(921_600)));
    }

    #[test]
    fn software_flow_control_is_refused() {
        let mut cx = ModuleContext::new(&EC2X, Quirks::MANUAL);
        let mut general = General::new(&EC2X);
        for (digits, works) in [(b"0", true), (b"1", false), (b"2", true)] {
            let response = set(&mut general, &mut cx, CommandKind::FlowControl, digits);
            assert_eq!(response == CommandResponse::Ok, works);
        }
    }

    #[test]
    fn a_module_names_itself_with_labels_or_bare() {
        for (dialect, expected) in [
            (&EC2X, "\r\nQuectel\r\nEC2"),
            (&NL668, "\r\nManufacturer: Fib"),
        ] {
            let mut cx = ModuleContext::new(dialect, Quirks::MANUAL);
            General::new(dialect).identify(&mut cx);
            assert!(
                cx.output.bytes().starts_with(expected.as_bytes()),
                "{}",
                dialect.name
            );
        }
    }
}
