//! PDP contexts of Quectel's LTE modules: `AT+QICSGP`, `AT+QIACT`, `AT+QIDEACT`, `AT+QIGETERROR` (COMMON 2.1).

use alloc::format;
use alloc::vec::Vec;

use crate::at::Form;
use crate::dialect::{Command, CommandKind, Value};
use crate::module::context::ModuleContext;
use crate::module::network::{ContextResponse, Network, PdpContext, address};
use crate::module::quirks::Quirk;
use crate::module::response::{CommandError, CommandResponse};
use crate::module::socket_error::SocketError;

/// `AT+QIGETERROR` after a failed activation (COMMON 2.1).
const ACTIVATION_FAILED: (u16, &str) = (561, "open PDP context failed");

/// Executes one of the commands.
pub(super) fn execute(
    network: &mut Network,
    cx: &mut ModuleContext,
    command: &'static Command,
    form: &Form<'_>,
) -> ContextResponse {
    match (command.kind, form) {
        (CommandKind::SocketError, Form::Execute) => {
            let SocketError { number, text } = &cx.socket_error;
            let line = format!("+QIGETERROR: {number},{text}");
            cx.information(line.as_bytes());
            CommandResponse::Ok.into()
        }
        (CommandKind::ContextActivate, Form::Read) => {
            list(network, cx);
            CommandResponse::Ok.into()
        }
        (kind, Form::Write(tokens)) => match command.accept(tokens).as_deref() {
            Ok([Value::Integer(number), rest @ ..]) => match kind {
                CommandKind::ContextConfigure => configure(network, cx, *number, rest).into(),
                CommandKind::ContextActivate => activate(network, cx, *number).into(),
                _ => deactivate(network, cx, *number),
            },
            _ => CommandResponse::bad_parameter(command).into(),
        },
        _ => CommandResponse::bad_parameter(command).into(),
    }
}

/// Sets a context, or without values reads it back.
fn configure(
    network: &mut Network,
    cx: &mut ModuleContext,
    number: u64,
    values: &[Value<'_>],
) -> CommandResponse {
    let Some(context) = network.context(number) else {
        return CommandError::Plain.into();
    };
    if values.iter().all(|value| *value == Value::Omitted) {
        cx.information(&read_back(context));
        return CommandResponse::Ok;
    }
    let [kind, apn, user, password, authentication] = values else {
        return CommandError::Plain.into();
    };
    // The type and the access point belong together.
    let (Some(kind), Some(apn)) = (kind.integer(), apn.text()) else {
        return CommandError::Plain.into();
    };
    context.kind = kind;
    context.apn = apn.to_vec();
    context.user = user.text().unwrap_or_default().to_vec();
    context.password = password.text().unwrap_or_default().into();
    context.authentication = authentication.integer().unwrap_or(0);
    CommandResponse::Ok
}

/// Returns `+QICSGP: 1,"apn","user","password",0`.
fn read_back(context: &PdpContext) -> Vec<u8> {
    let mut line = format!("+QICSGP: {}", context.kind).into_bytes();
    for text in [&context.apn[..], &context.user, &context.password] {
        line.extend_from_slice(b",\"");
        line.extend_from_slice(text);
        line.push(b'"');
    }
    line.extend_from_slice(format!(",{}", context.authentication).as_bytes());
    line
}

/// Activates a context. An active one is refused (seen by many users), and one more than the module can carry is. One
/// that the network took away has to be deactivated first (COMMON 2.1). One without an APN gets that of the network.
fn activate(network: &mut Network, cx: &mut ModuleContext, number: u64) -> CommandResponse {
    let has_room = network.active_contexts().count() < cx.dialect.active_contexts;
    let possible = has_room && network.is_there();
    let at_once = cx.quirks.has(Quirk::ActivatesAtOnce);
    match network.context(number) {
        Some(context) if !context.active && possible && (at_once || !context.taken) => {
            context.active = true;
            context.taken = false;
            cx.socket_error = SocketError::default();
            CommandResponse::Ok
        }
        _ => {
            let (number, text) = ACTIVATION_FAILED;
            cx.socket_error = SocketError::new(number, text);
            CommandError::Plain.into()
        }
    }
}

/// Deactivates a context, and closes what runs over it; a context that is not active is fine.
fn deactivate(network: &mut Network, cx: &mut ModuleContext, number: u64) -> ContextResponse {
    if let Some(context) = network.context(number) {
        context.active = false;
        context.taken = false;
    }
    cx.socket_error = SocketError::default();
    ContextResponse {
        response: CommandResponse::Ok,
        dropped: Some(number),
        urc: None,
    }
}

fn list(network: &Network, cx: &mut ModuleContext) {
    let lines: Vec<Vec<u8>> = network
        .active_contexts()
        .map(|(number, context)| {
            let address = address(number.into());
            format!("+QIACT: {number},1,{},\"{address}\"", context.kind).into_bytes()
        })
        .collect();
    cx.output.information_lines(lines.iter().map(Vec::as_slice));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::ec20::EC20;
    use crate::module::quirks::Quirks;
    use crate::module::state::{ModuleState, NetworkState};

    #[test]
    fn a_context_more_than_the_module_carries_is_refused() {
        let mut cx = ModuleContext::new(&EC20, Quirks::MANUAL);
        let mut network = Network::default();
        for number in 1..=3 {
            assert_eq!(activate(&mut network, &mut cx, number), CommandResponse::Ok);
        }
        assert_eq!(
            activate(&mut network, &mut cx, 4),
            CommandError::Plain.into()
        );
        assert_eq!(cx.socket_error.number, 561);
        assert_eq!(deactivate(&mut network, &mut cx, 1).dropped, Some(1));
        assert_eq!(cx.socket_error, SocketError::default());
        assert_eq!(activate(&mut network, &mut cx, 4), CommandResponse::Ok);
    }

    #[test]
    fn no_context_comes_up_without_a_network() {
        let mut cx = ModuleContext::new(&EC20, Quirks::MANUAL);
        let mut network = Network::default();
        let searching = ModuleState::Network(NetworkState::Searching);
        network.radio.set_state(&mut cx, searching);
        network.radio.update(&mut cx);
        assert_eq!(
            activate(&mut network, &mut cx, 1),
            CommandError::Plain.into()
        );
    }
}
