//! The one context of a Fibocom module, `AT+MIPCALL` (COMMON 8.1).

use alloc::format;

use crate::at::Form;
use crate::dialect::{Command, Value};
use crate::module::context::ModuleContext;
use crate::module::network::{ContextResponse, Network, address};
use crate::module::response::CommandResponse;

/// Its number among the contexts.
pub(super) const CONTEXT: u64 = 1;

/// Executes `AT+MIPCALL`.
pub(super) fn execute(
    network: &mut Network,
    cx: &mut ModuleContext,
    command: &'static Command,
    form: &Form<'_>,
) -> ContextResponse {
    let name = command.name;
    let Form::Write(tokens) = form else {
        let line = if is_up(network) {
            format!("{name}: 1,{}", address(CONTEXT))
        } else {
            format!("{name}: 0")
        };
        cx.information(line.as_bytes());
        return CommandResponse::Ok.into();
    };
    let Ok(values) = command.accept(tokens) else {
        return CommandResponse::bad_parameter(command).into();
    };
    // A call that fails is reported as one that ended.
    let up = values.first() == Some(&Value::Integer(1)) && network.is_there();
    if let Some(context) = network.context(CONTEXT) {
        context.active = up;
        if let Some(apn) = values.get(1).and_then(|value| value.text()) {
            context.apn = apn.to_vec();
        }
    }
    let address = if up { address(CONTEXT) } else { "0" };
    ContextResponse {
        response: CommandResponse::Ok,
        dropped: (!up).then_some(CONTEXT),
        urc: Some(format!("{name}: {address}").into_bytes()),
    }
}

/// Tells whether there is a context to open sessions over.
pub(super) fn is_up(network: &Network) -> bool {
    network.is_active(CONTEXT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::at::Token;
    use crate::dialect::nl668::NL668;
    use crate::module::quirks::Quirks;
    use crate::module::state::{ModuleState, NetworkState};

    fn call(network: &mut Network, digit: &[u8]) -> ContextResponse {
        let mut cx = ModuleContext::new(&NL668, Quirks::MANUAL);
        let command = NL668.command_named(b"+MIPCALL").expect("MIPCALL");
        let form = Form::Write(alloc::vec![Token::Bare(digit)]);
        execute(network, &mut cx, command, &form)
    }

    #[test]
    fn a_call_comes_up_and_its_end_drops_the_session() {
        let mut network = Network::default();
        let begun = call(&mut network, b"1");
        assert_eq!(begun.urc.as_deref(), Some(&b"+MIPCALL: 192.0.2.1"[..]));
        assert!(is_up(&network) && begun.dropped.is_none());
        let ended = call(&mut network, b"0");
        assert_eq!(ended.urc.as_deref(), Some(&b"+MIPCALL: 0"[..]));
        assert!(!is_up(&network) && ended.dropped == Some(CONTEXT));
    }

    #[test]
    fn a_call_without_a_network_is_one_that_ended() {
        let mut network = Network::default();
        let mut cx = ModuleContext::new(&NL668, Quirks::MANUAL);
        let searching = ModuleState::Network(NetworkState::Searching);
        network.radio.set_state(&mut cx, searching);
        network.radio.update(&mut cx);
        let failed = call(&mut network, b"1");
        assert_eq!(failed.urc.as_deref(), Some(&b"+MIPCALL: 0"[..]));
    }
}
