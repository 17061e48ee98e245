//! General commands: identity, numbers of the SIM card, speed, vendor settings (COMMON 6.4, 7).

use alloc::format;
use alloc::string::String;

use super::context::ModuleContext;
use super::event::ModuleEvent;
use super::pacing::LineRate;
use super::response::{CommandError, CommandResponse, integer};
use crate::at::Form;
use crate::dialect::{Command, CommandKind, Identity, Value};

/// Numbers from the test ranges of IMEI, ICCID and IMSI.
const SERIAL: &str = "004999010640000";
const CARD: &str = "89860000000000000001";
/// The text that `AT+QGMR` adds to the revision (COMMON 7).
const BUILD: &str = "_01.001.01.001";
const SUBSCRIBER: &str = "001010123456789";

/// Holds what general commands set and read back.
#[derive(Debug)]
pub(super) struct General {
    rate: u64,
    flow: (u64, u64),
}

impl General {
    /// Returns the values at the start.
    pub(super) fn new() -> Self {
        General {
            rate: 115_200,
            flow: (0, 0),
        }
    }

    /// Records the speed of the line, which `AT+IPR?` states.
    pub(super) fn set_rate(&mut self, bits_per_second: u32) {
        self.rate = bits_per_second.into();
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
            Form::Read | Form::Execute => match self.read(cx, command, form) {
                None => CommandResponse::bad_parameter(command),
                Some(line) => {
                    cx.information(line.as_bytes());
                    CommandResponse::Ok
                }
            },
            Form::Test => CommandResponse::Ok,
        }
    }

    fn read(&self, cx: &ModuleContext, command: &Command, form: &Form<'_>) -> Option<String> {
        let name = command.name;
        if let Some(fact) = fact(cx.identity, command.kind) {
            // The read form names the command (COMMON 8.3).
            let read = *form == Form::Read;
            return Some(if read {
                format!("{name}: \"{fact}\"")
            } else {
                fact
            });
        }
        Some(match command.kind {
            CommandKind::Rate => format!("{name}: {}", self.rate),
            CommandKind::FlowControl => format!("{name}: {},{}", self.flow.0, self.flow.1),
            CommandKind::QuotedCardId => format!("{name}: \"{CARD}\""),
            CommandKind::CardId => format!("{name}: {CARD}"),
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
                if let Some(rate) = LineRate::new(rate) {
                    cx.output.set_next_rate(rate);
                }
            }
            _ => return CommandError::Plain.into(),
        }
        CommandResponse::Ok
    }

    /// Executes `ATI` (COMMON 7).
    pub(super) fn identify(cx: &mut ModuleContext) -> CommandResponse {
        let Identity {
            manufacturer,
            model,
            revision,
            ..
        } = cx.identity;
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

/// Returns what a command says that names the module or its user.
fn fact(identity: &Identity, kind: CommandKind) -> Option<String> {
    Some(match kind {
        CommandKind::Manufacturer => identity.manufacturer.into(),
        CommandKind::Model => identity.model.into(),
        CommandKind::Revision => identity.revision.into(),
        CommandKind::Build => format!("{}{BUILD}", identity.revision),
        CommandKind::Serial => SERIAL.into(),
        CommandKind::SubscriberId => SUBSCRIBER.into(),
        _ => return None,
    })
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
        let mut general = General::new();
        let response = set(&mut general, &mut cx, CommandKind::Rate, b"921600");
        assert_eq!(response, CommandResponse::Ok);
        assert_eq!(cx.events.pop_front(), Some(ModuleEvent::Rate(921_600)));
    }

    #[test]
    fn software_flow_control_is_refused() {
        let mut cx = ModuleContext::new(&EC2X, Quirks::MANUAL);
        let mut general = General::new();
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
            General::identify(&mut cx);
            assert!(
                cx.output.bytes().starts_with(expected.as_bytes()),
                "{}",
                dialect.name
            );
        }
    }
}
