//! Registration, operator and signal (COMMON 6.4). A module is registered, with a good signal, unless a fault takes the
//! network away.

use alloc::format;
use alloc::string::String;

use crate::at::Form;
use crate::dialect::{Command, CommandKind};
use crate::module::context::ModuleContext;
use crate::module::response::{CommandResponse, integer};

/// The three registration commands.
const COMMANDS: [&str; 3] = ["+CREG", "+CGREG", "+CEREG"];

/// Holds the state of the radio.
#[derive(Debug)]
pub(in crate::module) struct Registration {
    /// A fault has taken the network away: no context comes up.
    pub(in crate::module) lost: bool,
    attached: u64,
    /// `<n>` of the three registration commands.
    reports: [u64; COMMANDS.len()],
}

impl Default for Registration {
    fn default() -> Self {
        Registration {
            lost: false,
            attached: 1,
            reports: [0; COMMANDS.len()],
        }
    }
}

impl Registration {
    pub(in crate::module) fn is_registered(&self) -> bool {
        !self.lost
    }

    pub(super) fn execute(
        &mut self,
        cx: &mut ModuleContext,
        command: &'static Command,
        form: &Form<'_>,
    ) -> CommandResponse {
        let Form::Write(tokens) = form else {
            return match self.read(cx, command) {
                None => CommandResponse::bad_parameter(command),
                Some(line) => {
                    cx.information(line.as_bytes());
                    CommandResponse::Ok
                }
            };
        };
        let Ok(values) = command.accept(tokens) else {
            return CommandResponse::bad_parameter(command);
        };
        let first = integer(&values, 0).unwrap_or(0);
        match (command.kind, position(command)) {
            (CommandKind::Attach, _) => self.attached = first,
            (CommandKind::Registration, Some(index)) => self.reports[index] = first,
            // There is one network: the operator cannot be chosen.
            _ => {}
        }
        CommandResponse::Ok
    }

    fn read(&self, cx: &ModuleContext, command: &Command) -> Option<String> {
        let name = command.name;
        Some(match command.kind {
            CommandKind::Attach => format!("{name}: {}", self.attached),
            CommandKind::Registration => {
                let report = self.reports[position(command)?];
                // 1 is registered, 2 is searching (27.007 section 7.2).
                let state = if self.lost { 2 } else { 1 };
                format!("{name}: {report},{state}")
            }
            CommandKind::Operator if self.lost => format!("{name}: 0"),
            CommandKind::Operator => {
                format!("{name}: 0,0,\"libqftp\",{}", cx.dialect.access_technology)
            }
            CommandKind::Signal if self.lost => format!("{name}: 99,99"),
            CommandKind::Signal => format!("{name}: 28,99"),
            _ => return None,
        })
    }
}

fn position(command: &Command) -> Option<usize> {
    COMMANDS.iter().position(|known| *known == command.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::at::Token;
    use crate::dialect::ec2x::EC2X;
    use crate::module::quirks::Quirks;

    #[test]
    fn without_a_network_the_module_searches() {
        let mut cx = ModuleContext::new(&EC2X, Quirks::MANUAL);
        let mut registration = Registration::default();
        let command = EC2X.command_named(b"+CEREG").expect("CEREG");
        let form = Form::Write(alloc::vec![Token::Bare(b"1")]);
        let response = registration.execute(&mut cx, command, &form);
        assert_eq!(response, CommandResponse::Ok);
        for (lost, expected) in [
            (false, &b"\r\n+CEREG: 1,1\r\n"[..]),
            (true, b"\r\n+CEREG: 1,2\r\n"),
        ] {
            registration.lost = lost;
            let before = cx.output.bytes().len();
            registration.execute(&mut cx, command, &Form::Read);
            assert_eq!(&cx.output.bytes()[before..], expected);
        }
    }
}
