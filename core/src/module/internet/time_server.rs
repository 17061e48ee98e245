//! Time servers: `AT+QNTP`, `AT+MIPNTP`. The answer sets the clock.

use alloc::format;
use alloc::vec::Vec;
use core::time::Duration;

use super::answer::InternetError;
use super::question::InternetQuestion;
use crate::dialect::Command;
use crate::module::context::ModuleContext;
use crate::module::event::ModuleEvent;
use crate::module::family;
use crate::module::timers::Timer;

/// Port of NTP (RFC 5905 §7.2).
const PORT: u16 = 123;
/// Wait for an answer before the server is asked again.
const PATIENCE: Duration = Duration::from_secs(5);
/// The server is asked so many times.
const TRIES: u32 = 3;

/// Holds the question under way, and the server that was asked last.
#[derive(Debug, Default)]
pub(super) struct TimeServer {
    running: Option<TimeQuestion>,
    last: Option<(Vec<u8>, u16)>,
}

#[derive(Debug)]
struct TimeQuestion {
    command: &'static str,
    sets_clock: bool,
    tries: u32,
}

impl TimeServer {
    /// Says which server is being asked, as the read form does.
    pub(super) fn show(&self, cx: &mut ModuleContext, command: &Command) {
        if let (Some(_), Some((host, port))) = (&self.running, &self.last) {
            let start = format!("{}: \"", command.name);
            let end = format!("\",{port}");
            cx.information(&[start.as_bytes(), host, end.as_bytes()].concat());
        }
    }

    /// Asks a server, or without one the server that was asked last.
    pub(super) fn ask(
        &mut self,
        cx: &mut ModuleContext,
        command: &'static Command,
        question: &InternetQuestion<'_>,
    ) -> bool {
        if self.running.is_some() {
            return false;
        }
        let port = question.number("port").map(u16::try_from);
        let port = port.and_then(Result::ok).unwrap_or(PORT);
        if let Some(host) = question.text("server") {
            self.last = Some((host.to_vec(), port));
        }
        if self.last.is_none() {
            return false;
        }
        self.running = Some(TimeQuestion {
            command: command.name,
            sets_clock: question.number("autosettime") != Some(0),
            tries: 0,
        });
        self.send(cx);
        true
    }

    fn send(&mut self, cx: &mut ModuleContext) {
        if let (Some(running), Some((host, port))) = (&mut self.running, &self.last) {
            running.tries += 1;
            cx.event(ModuleEvent::AskTime {
                host: host.clone(),
                port: *port,
            });
            cx.timers.set(Timer::TimeServer, cx.now + PATIENCE);
        }
    }

    pub(super) fn on_timeout(&mut self, cx: &mut ModuleContext) {
        match &self.running {
            Some(running) if running.tries < TRIES => self.send(cx),
            _ => self.on_answer(cx, Err(InternetError::Timeout)),
        }
    }

    pub(super) fn on_answer(
        &mut self,
        cx: &mut ModuleContext,
        time: Result<Duration, InternetError>,
    ) {
        let Some(running) = self.running.take() else {
            return;
        };
        cx.timers.stop(Timer::TimeServer);
        cx.event(ModuleEvent::StopAskingTime);
        let told = time.map(|time| {
            let mut clock = cx.clock;
            clock.set_to(cx.now, time);
            if running.sets_clock {
                cx.clock = clock;
            }
            clock.long_text(cx.now)
        });
        let family = family::of(cx.dialect.family);
        let told = told.as_deref().map_err(|error| *error);
        cx.urc(family.time_report(running.command, told));
    }
}
