//! Contexts of the GSM TCP/IP stack: two, one of them in front (COMMON 2.2).

use alloc::format;

use crate::at::Form;
use crate::dialect::{Command, CommandKind, Value};
use crate::module::context::ModuleContext;
use crate::module::network::{ContextResponse, Network};
use crate::module::response::{CommandError, CommandResponse, integer, text};

/// Activates the context in front if it is not; returns its number, or `None` where there is no network.
pub(super) fn bring_up(network: &mut Network) -> Option<u64> {
    if !network.is_there() {
        return None;
    }
    let number = in_front(network);
    if let Some(context) = network.context(number) {
        context.active = true;
    }
    network.stack.used = true;
    Some(number)
}

/// Returns the number of the context in front.
fn in_front(network: &Network) -> u64 {
    network.stack.foreground + 1
}

/// Returns `<state>` of `AT+QISTAT`.
fn state(network: &Network) -> &'static str {
    let active = network.is_active(in_front(network));
    match (active, network.stack.used, network.stack.started) {
        (true, ..) => "IP GPRSACT",
        (false, true, _) => "PDP DEACT",
        (false, false, true) => "IP START",
        (false, false, false) => "IP INITIAL",
    }
}

/// Executes one of the commands.
pub(super) fn execute(
    network: &mut Network,
    cx: &mut ModuleContext,
    command: &'static Command,
    form: &Form<'_>,
) -> ContextResponse {
    if *form == Form::Read {
        return read(network, cx, command).into();
    }
    let Ok(values) = command.values(form) else {
        return CommandResponse::bad_parameter(command).into();
    };
    let number = in_front(network);
    match command.kind {
        CommandKind::ContextForeground => {
            network.stack.foreground = integer(&values, 0).unwrap_or(0);
            CommandResponse::Ok.into()
        }
        CommandKind::ContextConfigure => configure(network, &values).into(),
        CommandKind::ContextRegister => {
            network.stack.started = true;
            CommandResponse::Ok.into()
        }
        CommandKind::ContextActivate if network.is_active(number) => CommandError::Plain.into(),
        CommandKind::ContextActivate => match bring_up(network) {
            Some(_) => CommandResponse::Ok.into(),
            None => CommandError::Plain.into(),
        },
        // Also where nothing was up.
        CommandKind::ContextDeactivate => {
            if let Some(context) = network.context(number) {
                context.active = false;
            }
            ContextResponse {
                response: CommandResponse::Text("DEACT OK"),
                dropped: Some(number),
                urc: None,
            }
        }
        // OK comes first.
        _ => ContextResponse {
            response: CommandResponse::Ok,
            dropped: None,
            urc: Some(format!("STATE: {}", state(network)).into_bytes()),
        },
    }
}

fn read(network: &mut Network, cx: &mut ModuleContext, command: &Command) -> CommandResponse {
    let foreground = network.stack.foreground;
    let line = if command.kind == CommandKind::ContextForeground {
        format!("{}: {foreground}", command.name).into_bytes()
    } else {
        let number = in_front(network);
        let context = network.context(number);
        let apn = context.map_or(&b""[..], |context| &context.apn);
        [command.name.as_bytes(), b": 1,\"", apn, b"\""].concat()
    };
    cx.information(&line);
    CommandResponse::Ok
}

/// Executes `AT+QICSGP=1,"<APN>"[,"<user>","<password>"]`. Mode 0 is a data call, which no network offers any more.
fn configure(network: &mut Network, values: &[Value<'_>]) -> CommandResponse {
    if integer(values, 0) == Some(0) {
        return CommandError::Plain.into();
    }
    if let Some(context) = network.context(in_front(network)) {
        context.apn = text(values, 1).to_vec();
        context.user = text(values, 2).to_vec();
        context.password = text(values, 3).into();
    }
    CommandResponse::Ok
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::gsm::GSM;
    use crate::module::quirks::Quirks;

    fn run(network: &mut Network, name: &[u8]) -> ContextResponse {
        let mut cx = ModuleContext::new(&GSM, Quirks::MANUAL);
        let command = GSM.command_named(name).expect("a command");
        execute(network, &mut cx, command, &Form::Execute)
    }

    #[test]
    fn the_state_follows_the_stack() {
        let mut network = Network::default();
        let states = [
            (&b"+QISTAT"[..], "IP INITIAL"),
            (b"+QIREGAPP", "IP START"),
            (b"+QIACT", "IP GPRSACT"),
            (b"+QIDEACT", "PDP DEACT"),
        ];
        for (name, expected) in states {
            run(&mut network, name);
            let urc = run(&mut network, b"+QISTAT").urc.expect("a state");
            assert_eq!(urc, format!("STATE: {expected}").into_bytes());
        }
    }

    #[test]
    fn a_context_in_front_comes_up_once_and_goes_with_its_session() {
        let mut network = Network::default();
        assert_eq!(run(&mut network, b"+QIACT").response, CommandResponse::Ok);
        let again = run(&mut network, b"+QIACT").response;
        assert_eq!(again, CommandError::Plain.into());
        let ended = run(&mut network, b"+QIDEACT");
        assert_eq!(ended.response, CommandResponse::Text("DEACT OK"));
        assert_eq!(ended.dropped, Some(1));
    }
}
