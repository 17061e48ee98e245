//! Echo: `AT+QPING`. One packet is under way at a time.

use alloc::vec::Vec;
use core::net::IpAddr;
use core::time::Duration;

use super::answer::{EchoReport, EchoTotal, InternetError};
use super::question::InternetQuestion;
use crate::module::context::ModuleContext;
use crate::module::event::ModuleEvent;
use crate::module::family;
use crate::module::timers::Timer;

/// `<timeout>` in seconds and `<pingnum>`, where they are left out (COMMON 11.3).
const TIMEOUT: u64 = 4;
const COUNT: u64 = 4;

/// Holds the run under way.
#[derive(Debug, Default)]
pub(super) struct EchoRun(Option<EchoState>);

#[derive(Debug)]
struct EchoState {
    host: Vec<u8>,
    timeout: Duration,
    count: u64,
    asked_at: Duration,
    total: EchoTotal,
}

impl EchoRun {
    pub(super) fn ask(&mut self, cx: &mut ModuleContext, question: &InternetQuestion<'_>) -> bool {
        let Some(host) = question.text("host").filter(|_| self.0.is_none()) else {
            return false;
        };
        self.0 = Some(EchoState {
            host: host.to_vec(),
            timeout: Duration::from_secs(question.number("timeout").unwrap_or(TIMEOUT)),
            count: question.number("pingnum").unwrap_or(COUNT),
            asked_at: cx.now,
            total: EchoTotal::default(),
        });
        self.send(cx);
        true
    }

    fn send(&mut self, cx: &mut ModuleContext) {
        if let Some(running) = &mut self.0 {
            running.asked_at = cx.now;
            running.total.sent += 1;
            cx.event(ModuleEvent::Echo(running.host.clone()));
            cx.timers.set(Timer::Echo, cx.now + running.timeout);
        }
    }

    pub(super) fn on_answer(
        &mut self,
        cx: &mut ModuleContext,
        from: Result<IpAddr, InternetError>,
    ) {
        let Some(running) = &mut self.0 else {
            return;
        };
        cx.timers.stop(Timer::Echo);
        let report = match from {
            Ok(address) => {
                let time = cx.now.saturating_sub(running.asked_at);
                running.total.add(time);
                EchoReport::Back(address, time)
            }
            Err(InternetError::Timeout) => EchoReport::Lost,
            Err(error) => EchoReport::Failed(error),
        };
        let (total, failed) = (running.total, matches!(report, EchoReport::Failed(_)));
        let family = family::of(cx.dialect.family);
        cx.urc(family.echo_report(report));
        if failed {
            self.0 = None;
        } else if total.sent < running.count {
            return self.send(cx);
        } else {
            self.0 = None;
            cx.urc(family.echo_report(EchoReport::Total(total)));
        }
        cx.event(ModuleEvent::StopEcho);
    }
}
