//! The faults of a line, as a value: bytes go in, and those that arrive come out, with their pauses.
//!
//! ```
//! use std::time::Duration;
//! use qftp::emulator::fault_plan::{FaultPlan, FaultStream, LineFaults, LinePiece};
//!
//! let plan: FaultPlan = "lose bytes=2 after=3".parse()?;
//! let mut line = LineFaults::new(&plan);
//! let now = Duration::ZERO;
//! line.handle(now, FaultStream::Downstream, b"+CSQ: 28,99");
//! let mut arrived = Vec::new();
//! while let Some(piece) = line.poll_output(now, FaultStream::Downstream) {
//!     if let LinePiece::Bytes(bytes) = piece {
//!         arrived.extend(bytes);
//!     }
//! }
//! assert_eq!(arrived, b"+CS 28,99");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! It needs no emulator: a test can put it between any two engines. It reads no clock and opens nothing. Rules work one
//! behind the other: the second counts what the first has left.

use std::collections::VecDeque;
use std::time::Duration;

use super::FaultPlan;
use super::action::FaultAction;
use super::rule::{FaultPlace, FaultRule};
use super::rule_state::RuleState;
use super::trigger::{FaultEventKind, FaultStream};

/// The rules of a plan that work on the bytes of a line.
#[derive(Clone, Debug, Default)]
pub struct LineFaults {
    rules: Vec<LineRule>,
    upstream: HeldPieces,
    downstream: HeldPieces,
}

/// A piece of what arrives.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LinePiece {
    /// Bytes that arrive together.
    Bytes(Vec<u8>),
    /// A rule fired at this place. What it does to the bytes is done; any other action is left to the caller.
    Fired(FaultRule),
}

/// A piece on its way, or a pause in front of the next one.
#[derive(Clone, Debug)]
enum HeldPiece {
    Piece(LinePiece),
    Pause(Duration),
}

/// The pieces of one direction.
#[derive(Clone, Debug, Default)]
struct HeldPieces {
    pieces: VecDeque<HeldPiece>,
    /// The end of the pause that is the first of them.
    pause_end: Option<Duration>,
}

/// A rule, and the bytes that its action is still about.
#[derive(Clone, Debug)]
struct LineRule {
    state: RuleState,
    taking: u64,
}

impl LineFaults {
    /// Makes a line with the faults of a plan. Rules for other places than the line have no effect.
    pub fn new(plan: &FaultPlan) -> Self {
        let mut faults = LineFaults::default();
        for (number, rule) in (0..).zip(&plan.rules) {
            if matches!(rule.place(), FaultPlace::Line(_)) {
                faults.add(RuleState::new(rule.clone(), plan.seed, number));
            }
        }
        faults
    }

    pub(super) fn add(&mut self, state: RuleState) {
        self.rules.push(LineRule { state, taking: 0 });
    }

    /// Takes note of an event that rules wait for. The module has said so many bytes `ahead` of it that were not handed to
    /// [`LineFaults::handle`] yet, such as the echo of a command: rules count from behind those.
    pub fn see(&mut self, kind: FaultEventKind, name: &str, ahead: usize) {
        for rule in &mut self.rules {
            let ahead = match rule.state.rule.place() {
                FaultPlace::Line(FaultStream::Downstream) => ahead as u64,
                _ => 0,
            };
            rule.state.see(kind, name, ahead);
        }
    }

    /// Takes bytes that were sent in this direction.
    pub fn handle(&mut self, now: Duration, stream: FaultStream, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        let mut pieces = vec![HeldPiece::Piece(LinePiece::Bytes(bytes.to_vec()))];
        let place = FaultPlace::Line(stream);
        for rule in &mut self.rules {
            if rule.state.rule.place() == place {
                pieces = rule.apply(pieces);
            }
        }
        let held = self.held_mut(stream);
        held.pieces.extend(pieces);
        held.start_pause(now);
    }

    /// Returns the next piece that arrives in this direction, if its time has come.
    pub fn poll_output(&mut self, now: Duration, stream: FaultStream) -> Option<LinePiece> {
        self.held_mut(stream).next(now)
    }

    /// Returns when [`LineFaults::poll_output`] has more in this direction, if a pause is under way there.
    pub fn poll_timeout(&self, stream: FaultStream) -> Option<Duration> {
        self.held(stream).pause_end
    }

    /// Tells whether something is on its way in this direction.
    pub fn holds(&self, stream: FaultStream) -> bool {
        !self.held(stream).pieces.is_empty()
    }

    /// Tells whether bytes of this direction pass as they are: there is no rule for them, and none is on its way.
    pub fn is_clean(&self, stream: FaultStream) -> bool {
        let place = FaultPlace::Line(stream);
        let has_rule = self
            .rules
            .iter()
            .any(|rule| rule.state.rule.place() == place);
        !has_rule && !self.holds(stream)
    }

    /// Loses what is on its way in this direction.
    pub fn discard(&mut self, stream: FaultStream) {
        *self.held_mut(stream) = HeldPieces::default();
    }

    /// Forgets all rules. What is on its way arrives without a pause.
    pub fn clear(&mut self) {
        self.rules.clear();
        for held in [&mut self.upstream, &mut self.downstream] {
            held.pause_end = None;
            held.pieces
                .retain(|piece| matches!(piece, HeldPiece::Piece(_)));
        }
    }

    fn held(&self, stream: FaultStream) -> &HeldPieces {
        match stream {
            FaultStream::Upstream => &self.upstream,
            FaultStream::Downstream => &self.downstream,
        }
    }

    fn held_mut(&mut self, stream: FaultStream) -> &mut HeldPieces {
        match stream {
            FaultStream::Upstream => &mut self.upstream,
            FaultStream::Downstream => &mut self.downstream,
        }
    }
}

impl HeldPieces {
    /// Begins the pause that is the first piece.
    fn start_pause(&mut self, now: Duration) {
        if let (None, Some(HeldPiece::Pause(pause))) = (self.pause_end, self.pieces.front()) {
            self.pause_end = Some(now.saturating_add(*pause));
        }
    }

    fn next(&mut self, now: Duration) -> Option<LinePiece> {
        loop {
            self.start_pause(now);
            match self.pieces.front()? {
                HeldPiece::Pause(_) if self.pause_end.is_some_and(|end| now < end) => return None,
                HeldPiece::Pause(_) => {
                    self.pieces.pop_front();
                    self.pause_end = None;
                }
                HeldPiece::Piece(_) => {
                    let Some(HeldPiece::Piece(piece)) = self.pieces.pop_front() else {
                        return None;
                    };
                    self.start_pause(now);
                    return Some(piece);
                }
            }
        }
    }
}

impl LineRule {
    /// Applies the rule to all bytes of these pieces.
    fn apply(&mut self, pieces: Vec<HeldPiece>) -> Vec<HeldPiece> {
        let mut applied = Vec::with_capacity(pieces.len());
        for piece in pieces {
            match piece {
                HeldPiece::Piece(LinePiece::Bytes(bytes)) => self.apply_to(&bytes, &mut applied),
                piece => applied.push(piece),
            }
        }
        applied
    }

    fn apply_to(&mut self, bytes: &[u8], out: &mut Vec<HeldPiece>) {
        let mut rest = bytes;
        let mut is_new = true;
        loop {
            if self.taking > 0 {
                if rest.is_empty() {
                    return;
                }
                let count =
                    usize::try_from(self.taking).map_or(rest.len(), |most| most.min(rest.len()));
                let (taken, behind) = rest.split_at(count);
                rest = behind;
                if self.taking < u64::MAX {
                    self.taking -= count as u64;
                }
                self.change(taken, out);
                is_new = true;
                continue;
            }
            match self
                .state
                .left()
                .and_then(|left| usize::try_from(left).ok())
            {
                Some(left) if left <= rest.len() => {
                    let (passed, behind) = rest.split_at(left);
                    rest = behind;
                    self.state.pass(left);
                    push(out, passed, is_new);
                    is_new = false;
                    self.reach(out);
                }
                _ => {
                    self.state.pass(rest.len());
                    return push(out, rest, is_new);
                }
            }
        }
    }

    /// Acts between two bytes, if the rule fires there.
    fn reach(&mut self, out: &mut Vec<HeldPiece>) {
        let taking = match &self.state.rule.action {
            FaultAction::Lose { bytes }
            | FaultAction::Change { bytes }
            | FaultAction::Double { bytes } => *bytes,
            FaultAction::Slicer { bytes, .. } => bytes.unwrap_or(u64::MAX),
            _ => 0,
        };
        if !self.state.reach(taking > 0) {
            return;
        }
        let fired = self.state.drawn();
        self.taking = taking;
        out.push(HeldPiece::Piece(LinePiece::Fired(fired.clone())));
        match fired.action {
            FaultAction::Insert { text } => push(out, &text, true),
            FaultAction::ForeignUrc { text } => push(out, &line(&text), true),
            FaultAction::ForeignAnswer { text } => {
                push(out, &[line(&text), line(b"OK")].concat(), true);
            }
            FaultAction::Stall { time } => out.push(HeldPiece::Pause(time.longest())),
            _ => {}
        }
    }

    /// Does to bytes what the action says.
    fn change(&mut self, bytes: &[u8], out: &mut Vec<HeldPiece>) {
        match self.state.rule.action.clone() {
            FaultAction::Change { .. } => {
                let changed = bytes.iter().map(|byte| self.state.other_byte(*byte));
                push(out, &changed.collect::<Vec<u8>>(), true);
            }
            FaultAction::Double { .. } => {
                let doubled = bytes.iter().flat_map(|byte| [*byte, *byte]);
                push(out, &doubled.collect::<Vec<u8>>(), true);
            }
            FaultAction::Slicer { size, delay, .. } => {
                let size = usize::try_from(size).unwrap_or(usize::MAX);
                for piece in bytes.chunks(size) {
                    push(out, piece, true);
                    out.push(HeldPiece::Pause(self.state.draw(&delay)));
                }
            }
            // It loses them.
            _ => {}
        }
    }
}

/// Returns a line between line ends, as modules print one.
fn line(text: &[u8]) -> Vec<u8> {
    [b"\r\n", text, b"\r\n"].concat()
}

/// Adds bytes: a piece of their own where they are `new`, else behind those of the last piece.
fn push(out: &mut Vec<HeldPiece>, bytes: &[u8], new: bool) {
    match out.last_mut() {
        _ if bytes.is_empty() => {}
        Some(HeldPiece::Piece(LinePiece::Bytes(last))) if !new => last.extend_from_slice(bytes),
        _ => out.push(HeldPiece::Piece(LinePiece::Bytes(bytes.to_vec()))),
    }
}

#[cfg(test)]
mod tests;
