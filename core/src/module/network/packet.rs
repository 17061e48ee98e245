//! Packet contexts by the commands of 27.007 §10.1: `AT+CGDCONT`, `AT+CGACT`, `AT+CGPADDR`, and `AT+QILOCIP`
//! (COMMON 11.2). They are the contexts of `AT+QICSGP`, `AT+QIACT` and `AT+MIPCALL`.

use alloc::format;
use alloc::vec::Vec;

use super::{Bearer, CONTEXTS, ContextResponse, Network, PdpContext, address};
use crate::at::Form;
use crate::dialect::{Command, CommandKind, Value};
use crate::module::context::ModuleContext;
use crate::module::response::{CommandError, CommandResponse, integer, text};
use crate::module::socket_error::SocketError;

/// The types of a context, by their number in `AT+QICSGP`, from 1.
const TYPES: [&str; 3] = ["IP", "IPV6", "IPV4V6"];
/// `<AcT>` from which on the network gives a bearer at the attach: LTE and its kinds (27.007 §7.3).
const LTE: u8 = 7;

impl Network {
    /// Executes one of the commands.
    pub(super) fn execute_packet(
        &mut self,
        cx: &mut ModuleContext,
        command: &'static Command,
        form: &Form<'_>,
    ) -> ContextResponse {
        let Ok(values) = command.values(form) else {
            return CommandResponse::bad_parameter(command).into();
        };
        match (command.kind, form) {
            (CommandKind::PacketContext, Form::Read) => self.list_definitions(cx, command),
            (CommandKind::PacketContext, _) => self.define(&values),
            (CommandKind::PacketActivate, Form::Read) => self.list_states(cx, command),
            (CommandKind::PacketActivate, _) => return self.set_bearers(cx, &values),
            (CommandKind::PacketAddress, _) => self.list_addresses(cx, command, &values),
            _ => self.local_address(),
        }
        .into()
    }

    /// Tells if a context has a bearer, by `AT+CGACT` or by another command.
    fn has_bearer(&self, cx: &ModuleContext, number: u8, context: &PdpContext) -> bool {
        let by_attach = number == 1 && cx.dialect.access_technology >= LTE;
        let bearer = match context.bearer {
            Bearer::Network => by_attach,
            Bearer::Up => true,
            Bearer::Down => false,
        };
        self.is_there() && (bearer || context.active)
    }

    /// Lists the contexts that were defined or are in use, and the first one, which a module always has.
    fn known(&self) -> impl Iterator<Item = (u8, &PdpContext)> {
        let contexts = (1..=CONTEXTS).zip(&self.contexts);
        contexts.filter(|(number, context)| {
            let named = !context.apn.is_empty() || context.defined;
            *number == 1 || named || context.active || context.bearer == Bearer::Up
        })
    }

    fn list_definitions(&self, cx: &mut ModuleContext, command: &Command) -> CommandResponse {
        let lines: Vec<Vec<u8>> = self
            .known()
            .map(|(number, context)| {
                let kind = usize::try_from(context.kind).unwrap_or(1).saturating_sub(1);
                let kind = TYPES.get(kind).copied().unwrap_or("IP");
                let start = format!("{}: {number},\"{kind}\",\"", command.name);
                [start.as_bytes(), &context.apn, b"\",\"0.0.0.0\",0,0"].concat()
            })
            .collect();
        cx.output.information_lines(lines.iter().map(Vec::as_slice));
        CommandResponse::Ok
    }

    /// Defines a context; a number alone removes the definition.
    fn define(&mut self, values: &[Value<'_>]) -> CommandResponse {
        let Some(context) = self.context(integer(values, 0).unwrap_or(0)) else {
            return CommandError::Plain.into();
        };
        let Some(kind) = values.get(1).and_then(|value| value.text()) else {
            context.defined = false;
            context.apn.clear();
            return CommandResponse::Ok;
        };
        let kind = TYPES.iter().position(|known| known.as_bytes() == kind);
        context.kind = kind.map_or(1, |index| index as u64 + 1);
        context.apn = text(values, 2).to_vec();
        context.defined = true;
        CommandResponse::Ok
    }

    fn list_states(&self, cx: &mut ModuleContext, command: &Command) -> CommandResponse {
        let lines: Vec<Vec<u8>> = self
            .known()
            .map(|(number, context)| {
                let up = u8::from(self.has_bearer(cx, number, context));
                format!("{}: {number},{up}", command.name).into_bytes()
            })
            .collect();
        cx.output.information_lines(lines.iter().map(Vec::as_slice));
        CommandResponse::Ok
    }

    /// Executes `AT+CGACT=<state>[,<cid>]`. A context that goes takes along what runs over it; without a number all
    /// known ones are meant.
    fn set_bearers(&mut self, cx: &mut ModuleContext, values: &[Value<'_>]) -> ContextResponse {
        let up = integer(values, 0) == Some(1);
        if up && !self.is_there() {
            return CommandError::Plain.into();
        }
        let numbers: Vec<u8> = match integer(values, 1) {
            Some(number) => u8::try_from(number).into_iter().collect(),
            None => self.known().map(|(number, _)| number).collect(),
        };
        let mut response = ContextResponse::from(CommandResponse::Ok);
        for number in numbers.into_iter().map(u64::from) {
            let Some(context) = self.context(number) else {
                continue;
            };
            context.bearer = if up { Bearer::Up } else { Bearer::Down };
            if !up && core::mem::take(&mut context.active) {
                response.dropped = Some(number);
                cx.socket_error = SocketError::default();
            }
        }
        response
    }

    fn list_addresses(
        &self,
        cx: &mut ModuleContext,
        command: &Command,
        values: &[Value<'_>],
    ) -> CommandResponse {
        let asked = integer(values, 0);
        let contexts = (1..=CONTEXTS).zip(&self.contexts);
        let lines: Vec<Vec<u8>> = contexts
            .filter(|(number, context)| match asked {
                Some(asked) => u64::from(*number) == asked,
                None => self.has_bearer(cx, *number, context),
            })
            .map(|(number, context)| {
                let address = if self.has_bearer(cx, number, context) {
                    address(number.into())
                } else {
                    "0.0.0.0"
                };
                format!("{}: {number},\"{address}\"", command.name).into_bytes()
            })
            .collect();
        cx.output.information_lines(lines.iter().map(Vec::as_slice));
        CommandResponse::Ok
    }

    /// Executes `AT+QILOCIP`: the address stands alone, without `OK`.
    fn local_address(&self) -> CommandResponse {
        match self.active_contexts().next() {
            Some((number, _)) => CommandResponse::Text(address(number.into())),
            None => CommandError::Plain.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::at::Token;
    use crate::dialect::Dialect;
    use crate::dialect::ec2x::EC2X;
    use crate::dialect::gsm::GSM;
    use crate::module::quirks::Quirks;
    use crate::module::state::{ModuleState, NetworkState};

    fn run(
        network: &mut Network,
        dialect: &'static Dialect,
        name: &[u8],
        form: &Form<'_>,
    ) -> (ContextResponse, Vec<u8>) {
        let mut cx = ModuleContext::new(dialect, Quirks::MANUAL);
        let command = dialect.command_named(name).expect("a command");
        let response = network.execute_packet(&mut cx, command, form);
        (response, cx.output.bytes().to_vec())
    }

    fn set(digits: &'static [u8]) -> Form<'static> {
        Form::Write(alloc::vec![Token::Bare(digits), Token::Bare(b"1")])
    }

    #[test]
    fn a_bearer_that_goes_takes_its_context_along() {
        let mut network = Network::default();
        network.context(1).expect("context 1").active = true;
        let (response, _) = run(&mut network, &EC2X, b"+CGACT", &set(b"0"));
        assert_eq!(response.dropped, Some(1));
        assert!(!network.is_active(1));
        let (again, _) = run(&mut network, &EC2X, b"+CGACT", &set(b"0"));
        assert_eq!(again.dropped, None);
    }

    #[test]
    fn an_attach_to_lte_brings_a_bearer_and_one_to_gsm_does_not() {
        for (dialect, expected) in [
            (&EC2X, &b"\r\n+CGACT: 1,1\r\n"[..]),
            (&GSM, b"\r\n+CGACT: 1,0\r\n"),
        ] {
            let mut network = Network::default();
            let (_, lines) = run(&mut network, dialect, b"+CGACT", &Form::Read);
            assert_eq!(lines, expected, "{}", dialect.name);
        }
    }

    #[test]
    fn without_a_network_no_bearer_comes_up() {
        let mut network = Network::default();
        let mut cx = ModuleContext::new(&EC2X, Quirks::MANUAL);
        let searching = ModuleState::Network(NetworkState::Searching);
        network.radio.set_state(&mut cx, searching);
        network.radio.update(&mut cx);
        let (refused, _) = run(&mut network, &EC2X, b"+CGACT", &set(b"1"));
        assert_eq!(refused.response, CommandError::Plain.into());
        let (_, lines) = run(&mut network, &EC2X, b"+CGACT", &Form::Read);
        assert_eq!(lines, b"\r\n+CGACT: 1,0\r\n");
    }
}
