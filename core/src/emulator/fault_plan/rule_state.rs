//! A rule that runs: what it has seen, how often it has fired, and how many bytes it still lets pass.

use std::time::Duration;

use super::action::FaultAction;
use super::rule::{FaultPlace, FaultRule};
use super::trigger::FaultEventKind;
use crate::module::Delay;

/// A running rule. Its draws come from its own numbers, so that other rules do not change them.
#[derive(Clone, Debug)]
pub(super) struct RuleState {
    pub(super) rule: FaultRule,
    /// The matches so far.
    seen: u64,
    fired: u64,
    /// The bytes that pass before it fires; `None` while it waits for its event, or is over.
    left: Option<u64>,
    random: fastrand::Rng,
}

impl RuleState {
    /// Starts a rule. `number` tells it from the others of the same seed.
    pub(super) fn new(rule: FaultRule, seed: u64, number: u64) -> Self {
        // Neighbouring seeds are not to repeat each other's rules.
        const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
        let counts = rule.place() != FaultPlace::Event && rule.trigger.event.is_none();
        let after = rule.trigger.after.unwrap_or(0);
        RuleState {
            seen: 0,
            fired: 0,
            left: counts.then_some(after),
            random: fastrand::Rng::with_seed(seed ^ number.wrapping_mul(SPREAD)),
            rule,
        }
    }

    fn is_over(&self) -> bool {
        self.rule
            .trigger
            .count
            .is_some_and(|count| self.fired >= count)
    }

    /// Takes note of an event; returns true if the rule fires at it. So many bytes are `ahead` of it, which it does not
    /// count.
    pub(super) fn see(&mut self, kind: FaultEventKind, name: &str, ahead: u64) -> bool {
        if self.is_over() || !self.rule.trigger.waits_for(kind, name) {
            return false;
        }
        self.seen += 1;
        if self.seen < self.rule.trigger.nth {
            return false;
        }
        if self.rule.place() == FaultPlace::Event {
            return self.fire();
        }
        let after = self.rule.trigger.after.unwrap_or(0);
        self.left = Some(after.saturating_add(ahead));
        false
    }

    /// Returns true if a rule that waits for nothing fires at the start.
    pub(super) fn start(&mut self) -> bool {
        let at_once = self.rule.place() == FaultPlace::Event && self.rule.trigger.event.is_none();
        at_once && self.fire()
    }

    fn fire(&mut self) -> bool {
        let fires = self.rule.trigger.toxicity.draw(&mut self.random);
        self.fired += u64::from(fires);
        fires
    }

    /// Returns how many bytes pass before it fires.
    pub(super) fn left(&self) -> Option<u64> {
        self.left
    }

    /// Takes note of bytes that passed, at most as many as are left.
    pub(super) fn pass(&mut self, count: usize) {
        if let Some(left) = &mut self.left {
            *left = left.saturating_sub(count as u64);
        }
    }

    /// Ends the count of bytes, none of which is left; returns true if the rule fires. One that `takes` the bytes behind
    /// this place may fire again right behind those.
    pub(super) fn reach(&mut self, takes: bool) -> bool {
        let waits = self.rule.trigger.event.is_some();
        if !waits {
            self.seen += 1;
        }
        let fires = self.seen >= self.rule.trigger.nth && self.fire();
        let after = self.rule.trigger.after.unwrap_or(0);
        self.left = match () {
            () if waits || self.is_over() => None,
            () if fires && takes => Some(after),
            () => Some(after.max(1)),
        };
        fires
    }

    /// Returns the rule as it fires: each time that it has is drawn, but for the pause of a slicer.
    pub(super) fn drawn(&mut self) -> FaultRule {
        let mut rule = self.rule.clone();
        let delay = match &mut rule.action {
            FaultAction::Inject { lasts, .. } | FaultAction::StoreFull { lasts, .. } => {
                lasts.as_mut()
            }
            FaultAction::Stall { time }
            | FaultAction::AnswerLate { time }
            | FaultAction::DelayUrc { time } => Some(time),
            _ => None,
        };
        if let Some(delay) = delay {
            *delay = Delay::Fixed(delay.draw(&mut self.random));
        }
        rule
    }

    /// Draws a time.
    pub(super) fn draw(&mut self, delay: &Delay) -> Duration {
        delay.draw(&mut self.random)
    }

    /// Draws a byte that differs from this one.
    pub(super) fn other_byte(&mut self, byte: u8) -> u8 {
        byte ^ self.random.u8(1..)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(rule: &str) -> RuleState {
        RuleState::new(rule.parse().expect(rule), 0, 0)
    }

    /// Returns at which of the first ten such commands a rule fires.
    fn commands(rule: &str) -> Vec<u32> {
        let mut state = state(rule);
        let fires = (1..=10).filter(|_| state.see(FaultEventKind::AtCommand, "+csq", 0));
        fires.collect()
    }

    #[test]
    fn a_rule_fires_from_the_nth_match_so_many_times() {
        assert_eq!(commands("reboot on=+CSQ"), [1]);
        assert_eq!(commands("reboot on=+CSQ nth=3"), [3]);
        assert_eq!(commands("reboot on=+CSQ nth=3 count=2"), [3, 4]);
        assert_eq!(commands("reboot on=+CSQ nth=9 count=all"), [9, 10]);
        assert!(commands("reboot on=+COPS").is_empty());
        assert!(commands("reboot command=STOR").is_empty());
        let some = commands("reboot on=+CSQ count=all toxicity=0.5");
        assert_eq!(some, commands("reboot on=+CSQ count=all toxicity=0.5"));
        assert!((1..10).contains(&some.len()), "{some:?}");
    }

    #[test]
    fn a_rule_with_an_event_counts_bytes_behind_it() {
        let mut state = state("drop-data after=5 on=+CSQ count=2");
        assert_eq!(state.left(), None);
        assert!(!state.see(FaultEventKind::AtCommand, "+CSQ", 0));
        assert_eq!(state.left(), Some(5));
        state.pass(3);
        // The next one begins anew.
        assert!(!state.see(FaultEventKind::AtCommand, "+CSQ", 0));
        assert_eq!(state.left(), Some(5));
        state.pass(5);
        assert!(state.reach(false));
        assert_eq!(state.left(), None);
        state.see(FaultEventKind::AtCommand, "+CSQ", 0);
        assert!(state.reach(false));
        assert!(!state.see(FaultEventKind::AtCommand, "+CSQ", 0));
        assert_eq!(state.left(), None);
    }

    #[test]
    fn a_rule_without_an_event_fires_every_so_many_bytes() {
        let mut state = state("drop-data after=5 nth=2 count=2");
        let reached: Vec<bool> = (0..3).map(|_| state.reach(false)).collect();
        assert_eq!((reached, state.left()), (vec![false, true, true], None));
    }

    #[test]
    fn another_byte_is_another() {
        let mut state = state("change");
        for byte in 0..=u8::MAX {
            assert_ne!(state.other_byte(byte), byte);
        }
    }
}
