//! A running fault plan: it hears of all that passes in an emulator, and says what goes wrong there.

use std::collections::VecDeque;
use std::time::Duration;

use super::FaultPlan;
use super::action::FaultAction;
use super::line_faults::LineFaults;
use super::rule::{FaultPlace, FaultRule};
use super::rule_state::RuleState;
use super::trigger::{FaultEventKind, FaultStream};
use crate::emulator::fault::Fault;
use crate::module::{AnswerFault, UrcFault};

/// The rules of an emulator.
#[derive(Debug, Default)]
pub(in crate::emulator) struct PlanRun {
    pub(in crate::emulator) line: LineFaults,
    /// The rules that work elsewhere.
    rules: Vec<RuleState>,
    seed: u64,
    /// The rules so far, those that were cleared too.
    added: u64,
    firings: VecDeque<Firing>,
    ends: Vec<(Duration, FaultEnd)>,
}

/// A rule that fired, its times drawn.
#[derive(Clone, Debug)]
pub(in crate::emulator) struct Firing {
    pub(in crate::emulator) rule: FaultRule,
    /// Its effect has taken place.
    pub(in crate::emulator) done: bool,
}

/// A fault that ends by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::emulator) enum FaultEnd {
    Fault(Fault),
    DataStall,
    StoreFull,
}

/// The fate of a command for the FTP server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::emulator) enum PassedCommand {
    Sent,
    /// It is not sent, and this is the reply to it.
    Answered(Vec<u8>),
    /// It is not sent, and the control connection breaks.
    Dropped,
}

/// The faults of the data connection at one byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::emulator) struct DataFault {
    pub(in crate::emulator) cut: bool,
    pub(in crate::emulator) stalled: bool,
}

impl PlanRun {
    /// Starts a plan.
    pub(super) fn new(plan: FaultPlan) -> Self {
        let mut run = PlanRun {
            seed: plan.seed,
            ..PlanRun::default()
        };
        for rule in plan.rules {
            run.add(rule);
        }
        run
    }

    /// Adds a rule behind the others.
    pub(in crate::emulator) fn add(&mut self, rule: FaultRule) {
        let on_line = matches!(rule.place(), FaultPlace::Line(_));
        let mut state = RuleState::new(rule, self.seed, self.added);
        self.added += 1;
        if on_line {
            return self.line.add(state);
        }
        if state.start() {
            self.note(state.drawn(), false);
        }
        self.rules.push(state);
    }

    /// Forgets all rules; what they began ends now.
    pub(in crate::emulator) fn clear(&mut self) {
        self.rules.clear();
        self.line.clear();
        self.firings.clear();
        for (at, _) in &mut self.ends {
            *at = Duration::ZERO;
        }
    }

    /// Notes that a rule fired.
    pub(in crate::emulator) fn note(&mut self, rule: FaultRule, done: bool) {
        self.firings.push_back(Firing { rule, done });
    }

    /// Notes that a fault ends at a time.
    pub(in crate::emulator) fn end_at(&mut self, at: Duration, end: FaultEnd) {
        self.ends.push((at, end));
    }

    /// Returns the next rule that fired.
    pub(in crate::emulator) fn poll_firing(&mut self) -> Option<Firing> {
        self.firings.pop_front()
    }

    /// Returns the next fault that ends by now.
    pub(in crate::emulator) fn poll_end(&mut self, now: Duration) -> Option<FaultEnd> {
        let index = self.ends.iter().position(|(at, _)| *at <= now)?;
        Some(self.ends.remove(index).1)
    }

    /// Returns when a fault ends.
    pub(in crate::emulator) fn next_end(&self) -> Option<Duration> {
        self.ends.iter().map(|(at, _)| *at).min()
    }

    /// Tells the rules of an event, and returns those that fire at it.
    fn see(&mut self, kind: FaultEventKind, name: &str, ahead: usize) -> Vec<FaultRule> {
        self.line.see(kind, name, ahead);
        let rules = self.rules.iter_mut();
        rules
            .filter_map(|state| state.see(kind, name, 0).then(|| state.drawn()))
            .collect()
    }

    /// Takes note of an AT command before it is executed; returns what goes wrong with its answer.
    pub(super) fn on_command(&mut self, name: &str, ahead: usize) -> AnswerFault {
        let mut fault = AnswerFault::default();
        for rule in self.see(FaultEventKind::AtCommand, name, ahead) {
            match &rule.action {
                FaultAction::AnswerLate { time } => fault.late += time.longest(),
                FaultAction::AnswerBusy { code } => {
                    fault.busy = true;
                    fault.code = *code;
                }
                _ => {
                    self.note(rule, false);
                    continue;
                }
            }
            self.note(rule, true);
        }
        fault
    }

    /// Takes note of an unsolicited result code before it is written; returns what goes wrong with it.
    pub(super) fn on_urc(&mut self, name: &str, ahead: usize) -> UrcFault {
        let mut fault = UrcFault::default();
        for rule in self.see(FaultEventKind::Urc, name, ahead) {
            let done = match &rule.action {
                FaultAction::DelayUrc { time } => {
                    fault.late += time.longest();
                    true
                }
                FaultAction::Inject {
                    fault: injected, ..
                } if *injected == Fault::LoseUrc => {
                    fault.lost = true;
                    true
                }
                _ => false,
            };
            self.note(rule, done);
        }
        fault
    }

    /// Takes note of a command for the FTP server before it is sent.
    pub(in crate::emulator) fn on_ftp_command(&mut self, verb: &str) -> PassedCommand {
        let mut passed = PassedCommand::Sent;
        for rule in self.see(FaultEventKind::FtpCommand, verb, 0) {
            let done = match &rule.action {
                FaultAction::Reply { code, text } => {
                    let code = format!("{} ", code.0).into_bytes();
                    passed = PassedCommand::Answered([&code, text.as_slice(), b"\r\n"].concat());
                    true
                }
                FaultAction::Inject { fault, .. } if *fault == Fault::DropControl => {
                    passed = PassedCommand::Dropped;
                    true
                }
                _ => false,
            };
            self.note(rule, done);
        }
        passed
    }

    /// Takes note of bytes that passed on the control connection.
    pub(in crate::emulator) fn pass_control(&mut self, stream: FaultStream, count: usize) {
        let mut fired = Vec::new();
        for state in &mut self.rules {
            let FaultPlace::Control(only) = state.rule.place() else {
                continue;
            };
            let mut rest = count;
            while let Some(left) = state.left()
                && only.is_none_or(|only| only == stream)
            {
                let passes = usize::try_from(left).map_or(rest, |left| left.min(rest));
                state.pass(passes);
                rest -= passes;
                if state.left() != Some(0) {
                    break;
                }
                if state.reach(false) {
                    fired.push(state.drawn());
                }
            }
        }
        for rule in fired {
            self.note(rule, false);
        }
    }

    /// Returns how many of these bytes may pass on the data connection before a rule fires.
    pub(in crate::emulator) fn data_room(&self, stream: FaultStream, wanted: usize) -> usize {
        let rules = self.rules.iter().filter(|state| counts_data(state, stream));
        let left = rules.filter_map(RuleState::left).min();
        left.and_then(|left| usize::try_from(left).ok())
            .map_or(wanted, |left| left.min(wanted))
    }

    /// Takes note of bytes that passed on the data connection, or are about to, and fires what is due there.
    pub(in crate::emulator) fn pass_data(
        &mut self,
        now: Duration,
        stream: FaultStream,
        count: usize,
    ) -> DataFault {
        let mut fired = Vec::new();
        let rules = self.rules.iter_mut();
        for state in rules.filter(|state| counts_data(state, stream)) {
            state.pass(count);
            if state.left() == Some(0) && state.reach(false) {
                fired.push(state.drawn());
            }
        }
        let mut fault = DataFault::default();
        for rule in fired {
            let done = match &rule.action {
                FaultAction::Stall { time } => {
                    fault.stalled = true;
                    self.end_at(now.saturating_add(time.longest()), FaultEnd::DataStall);
                    true
                }
                FaultAction::Inject {
                    fault: injected, ..
                } if *injected == Fault::DropData => {
                    fault.cut = true;
                    true
                }
                _ => false,
            };
            self.note(rule, done);
        }
        fault
    }
}

fn counts_data(state: &RuleState, stream: FaultStream) -> bool {
    match state.rule.place() {
        FaultPlace::Data(only) => only.is_none_or(|only| only == stream),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::ZERO;
    const UP: FaultStream = FaultStream::Upstream;
    const DOWN: FaultStream = FaultStream::Downstream;

    fn run(plan: &str) -> PlanRun {
        PlanRun::new(plan.parse().expect(plan))
    }

    #[test]
    fn a_data_connection_is_cut_at_its_byte() {
        let mut run = run("drop-data after=10 stream=upstream");
        assert_eq!(run.data_room(DOWN, 100), 100);
        assert_eq!(run.data_room(UP, 100), 10);
        assert_eq!(run.data_room(UP, 9), 9);
        assert!(!run.pass_data(NOW, UP, 9).cut);
        assert_eq!(run.data_room(UP, 100), 1);
        assert!(run.pass_data(NOW, UP, 1).cut);
        assert_eq!(run.data_room(UP, 100), 100);
        let firing = run.poll_firing().expect("a firing");
        assert!(firing.done && run.poll_firing().is_none());
    }

    #[test]
    fn a_stall_has_an_end_and_clearing_ends_it_now() {
        let mut run = run("stall link=data for=5s");
        assert!(run.pass_data(NOW, DOWN, 0).stalled);
        assert_eq!(run.next_end(), Some(Duration::from_secs(5)));
        assert_eq!(run.poll_end(Duration::from_millis(4999)), None);
        run.clear();
        assert_eq!(run.poll_end(NOW), Some(FaultEnd::DataStall));
        assert_eq!(run.next_end(), None);
    }

    #[test]
    fn the_nth_command_gets_a_reply() {
        let mut run =
            run("reply code=552 text=\"No room\" command=STOR nth=2\ndrop-control command=QUIT");
        assert_eq!(run.on_ftp_command("STOR"), PassedCommand::Sent);
        assert_eq!(run.on_ftp_command("RETR"), PassedCommand::Sent);
        let reply = PassedCommand::Answered(b"552 No room\r\n".to_vec());
        assert_eq!(run.on_ftp_command("STOR"), reply);
        assert_eq!(run.on_ftp_command("STOR"), PassedCommand::Sent);
        assert_eq!(run.on_ftp_command("QUIT"), PassedCommand::Dropped);
    }

    #[test]
    fn the_control_connection_counts_both_ways() {
        let mut run = run("drop-control after=10 count=2");
        run.pass_control(UP, 4);
        run.pass_control(DOWN, 5);
        assert!(run.poll_firing().is_none());
        run.pass_control(UP, 11);
        assert!(run.poll_firing().is_some_and(|firing| !firing.done));
        assert!(run.poll_firing().is_some());
        run.pass_control(UP, 1000);
        assert!(run.poll_firing().is_none());
    }

    #[test]
    fn a_rule_without_a_trigger_fires_at_once() {
        let mut run = run("store-full bytes=3");
        assert!(run.poll_firing().is_some_and(|firing| !firing.done));
        run.add("reboot".parse().expect("a rule"));
        assert!(run.poll_firing().is_some());
    }

    #[test]
    fn answers_and_urcs() {
        let mut run = run(
            "answer-busy code=14 on=+CSQ\nanswer-late for=2s\nanswer-late for=1s\nlose-urc urc=+QFTPPUT\ndelay-urc for=1s nth=2",
        );
        let fault = run.on_command("+CSQ", 0);
        assert_eq!(
            (fault.busy, fault.code, fault.late),
            (true, Some(14), Duration::from_secs(3))
        );
        assert_eq!(run.on_command("+CSQ", 0), AnswerFault::default());
        assert_eq!(run.on_urc("RING", 0), UrcFault::default());
        let fault = run.on_urc("+QFTPPUT", 0);
        assert_eq!((fault.lost, fault.late), (true, Duration::from_secs(1)));
    }
}
