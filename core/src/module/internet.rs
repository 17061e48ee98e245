//! Questions to the internet: time servers, host names, echo (COMMON 11.3).
//!
//! The driver asks them. The module checks the command, says `OK`, waits for the answer or for its end, and reports it
//! in the way of its family. One question of each kind is under way at a time.

pub(super) mod answer;
mod echo;
mod name_lookup;
mod question;
mod time_server;

use core::net::IpAddr;
use core::time::Duration;

use self::answer::InternetError;
use self::echo::EchoRun;
use self::name_lookup::NameLookup;
use self::question::InternetQuestion;
use self::time_server::TimeServer;
use super::context::ModuleContext;
use super::family;
use super::network::Network;
use super::response::{CommandError, CommandResponse};
use super::timers::Timer;
use crate::at::Form;
use crate::dialect::{Command, CommandKind};

/// Holds the questions that are under way.
#[derive(Debug, Default)]
pub(super) struct Internet {
    time: TimeServer,
    name: NameLookup,
    echo: EchoRun,
}

impl Internet {
    /// Executes a command that asks something.
    pub(super) fn execute(
        &mut self,
        cx: &mut ModuleContext,
        network: &mut Network,
        command: &'static Command,
        form: &Form<'_>,
    ) -> CommandResponse {
        if *form == Form::Read {
            self.time.show(cx, command);
            return CommandResponse::Ok;
        }
        let Ok(values) = command.values(form) else {
            return CommandResponse::bad_parameter(command);
        };
        let question = InternetQuestion {
            params: command.write.unwrap_or_default(),
            values: &values,
        };
        let family = family::of(cx.dialect.family);
        let context = question.number("contextID");
        // Nothing is asked without a context, and nothing while another question of the kind is under way.
        let Some(context) = family.carrying_context(network, context) else {
            return CommandError::Plain.into();
        };
        let kind = network.context(context).map_or(1, |context| context.kind);
        let asked = match command.kind {
            CommandKind::TimeServer => self.time.ask(cx, command, &question),
            CommandKind::NameLookup => self.name.ask(cx, &question, kind),
            _ => self.echo.ask(cx, &question),
        };
        if asked {
            CommandResponse::Ok
        } else {
            CommandError::Plain.into()
        }
    }

    /// Takes the time that a server told, since 1970 in UTC.
    pub(super) fn on_time(
        &mut self,
        cx: &mut ModuleContext,
        time: Result<Duration, InternetError>,
    ) {
        self.time.on_answer(cx, time);
    }

    /// Takes the addresses of a name.
    pub(super) fn on_addresses(
        &mut self,
        cx: &mut ModuleContext,
        addresses: Result<&[IpAddr], InternetError>,
    ) {
        self.name.on_answer(cx, addresses);
    }

    /// Takes the sender of an echo.
    pub(super) fn on_echo(&mut self, cx: &mut ModuleContext, from: Result<IpAddr, InternetError>) {
        self.echo.on_answer(cx, from);
    }

    pub(super) fn on_timeout(&mut self, cx: &mut ModuleContext, timer: Timer) {
        match timer {
            Timer::TimeServer => self.time.on_timeout(cx),
            Timer::NameLookup => self.name.on_answer(cx, Err(InternetError::Timeout)),
            _ => self.echo.on_answer(cx, Err(InternetError::Timeout)),
        }
    }
}
