//! The commands for the network, and what is reported when it takes a context away.

use super::{Bearer, ContextResponse, Network};
use crate::at::Form;
use crate::dialect::{Command, CommandKind};
use crate::module::context::ModuleContext;
use crate::module::family;

impl Network {
    /// Executes a command for the radio or for PDP contexts.
    pub(in crate::module) fn execute(
        &mut self,
        cx: &mut ModuleContext,
        command: &'static Command,
        form: &Form<'_>,
    ) -> ContextResponse {
        match command.kind {
            CommandKind::Functionality
            | CommandKind::PowerDown
            | CommandKind::SimState
            | CommandKind::Attach
            | CommandKind::Registration
            | CommandKind::Operator
            | CommandKind::Signal => self.radio.execute(cx, command, form).into(),
            CommandKind::PacketContext
            | CommandKind::PacketActivate
            | CommandKind::PacketAddress
            | CommandKind::LocalAddress => self.execute_packet(cx, command, form),
            _ => family::of(cx.dialect.family).execute_context(self, cx, command, form),
        }
    }

    /// Takes a context away; returns `false` where it was not active.
    pub(in crate::module) fn lose_context(&mut self, cx: &mut ModuleContext, number: u8) -> bool {
        let active = self.context(number.into()).filter(|context| context.active);
        let lost = active.is_some();
        if let Some(context) = active {
            context.active = false;
            context.taken = true;
            context.bearer = Bearer::Network;
            cx.urc(family::of(cx.dialect.family).context_lost_urc(number));
        }
        lost
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::ec2x::EC2X;
    use crate::dialect::gsm::GSM;
    use crate::dialect::nl668::NL668;
    use crate::module::quirks::Quirks;

    #[test]
    fn a_context_is_lost_once_and_each_family_says_so_in_its_way() {
        for (dialect, urc) in [
            (&EC2X, "\r\n+QIURC: \"pdpdeact\",1\r\n"),
            (&GSM, "\r\n+PDP DEACT\r\n"),
            (&NL668, "\r\n+MIPCALL: 0\r\n"),
        ] {
            let mut cx = ModuleContext::new(dialect, Quirks::MANUAL);
            let mut network = Network::default();
            assert!(!network.lose_context(&mut cx, 1));
            network.context(1).expect("context 1").active = true;
            assert!(network.is_active(1) && network.active_contexts().count() == 1);
            assert!(network.lose_context(&mut cx, 1));
            assert!(!network.lose_context(&mut cx, 1));
            cx.write_urcs();
            assert_eq!(cx.output.bytes(), urc.as_bytes());
        }
    }
}
