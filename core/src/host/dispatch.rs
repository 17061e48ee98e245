//! What happens between the kinds of [`Host`]: lines are understood, exchanges stepped, plans carried on.

use alloc::vec::Vec;

use super::abandoned::NeedsResync;
use super::plan::{Next, Plan};
use super::step::{Outcome, PayloadSpec, Step, without_ends};
use super::{
    Activity, ESCAPE_SILENCE, EscapeStage, FinalError, Host, HostError, LATE_RESULT, LineKind,
    Notice, Running, fibocom,
};
use crate::at::{self, FinalErrorLine, Line, Token};
use crate::dialect::{Direction, Family, ResponseFormat};
use crate::exchange::{Exchange, LineEvent, State};
use crate::framing::payload::{Found, Payload, Trailer};
use crate::framing::stuffing;

/// Lines that say the module has started anew (FIELD 1.12).
const BANNERS: &[&[u8]] = &[b"RDY", b"APP RDY", b"AT command ready"];

/// Information that a line of free text follows (FIELD 6).
const FOLLOWED_BY_TEXT: &[&[u8]] = &[b"+CMT", b"+CBM", b"+CDS"];

impl Host {
    /// Carries the plan on with the outcome of its last step.
    pub(super) fn advance(&mut self, mut plan: Plan, outcome: Option<Outcome>) {
        let next = plan.advance(self.dialect, outcome);
        self.carry_out(plan, next);
    }

    pub(super) fn carry_out(&mut self, plan: Plan, next: Next) {
        if plan.is_synced() {
            self.needs_resync = None;
        }
        match next {
            Next::Do(step) => self.command(plan, step),
            Next::Escape => {
                self.drop_outbox();
                let stage = EscapeStage::Before(self.now + ESCAPE_SILENCE);
                self.activity = Activity::Escape { plan, stage };
            }
            Next::Pause(time) => {
                let until = self.now + time;
                self.activity = Activity::Pause { plan, until };
            }
            Next::Speak(dialect, result) => {
                self.dialect = dialect;
                self.finish(result);
            }
            Next::Finish(result) => self.finish(result),
        }
    }

    fn finish(&mut self, result: Result<super::Answer, HostError>) {
        self.activity = Activity::Idle;
        self.drop_outbox();
        self.end_operation(result);
    }

    /// Sends a step's command line.
    fn command(&mut self, plan: Plan, step: Step) {
        let line = step.line.clone();
        // Until the line is in step, what comes may be the rest of a key.
        if !step.probe {
            self.mask.hide_payload(step.carries_certificate());
        }
        self.activity = Activity::Exchange(Running {
            exchange: Exchange::new(step.shape),
            begun: self.now,
            outcome: Outcome::default(),
            payload: None,
            unsupplied: 0,
            deadline: self.now + step.wait,
            guard: None,
            left: false,
            plan: Some(plan),
            step,
        });
        self.send(&line);
    }

    /// Puts a line, or `+++`, into the outbox and the log.
    pub(super) fn send(&mut self, line: &[u8]) {
        self.drop_outbox();
        self.outbox.extend_from_slice(line);
        if self.log {
            let text = without_ends(line);
            self.mask.learn(text);
            let text = self.mask.line(text).into_owned();
            self.notices.push_back(Notice::Sent(text));
        }
    }

    /// Understands the next thing in the inbox; `false` when more must be read first.
    pub(super) fn read_on(&mut self) -> bool {
        if self.skip_bytes > 0 {
            let there = self.skip_bytes.min(self.inbox.pending().len());
            self.inbox.take(there);
            self.skip_bytes -= there;
            if self.skip_bytes > 0 {
                return false;
            }
        }
        let adrift = self.needs_resync == Some(NeedsResync::DataMode)
            && matches!(self.activity, Activity::Idle);
        if adrift || matches!(self.activity, Activity::Escape { .. }) {
            // What still comes is payload or the answer to `+++`: neither is told from the other, none is needed.
            let pending = self.inbox.pending().len();
            let range = self.inbox.take(pending);
            if !self.log_payload || range.is_empty() {
                return false;
            }
            self.notices.push_back(Notice::PayloadReceived(range));
            return true;
        }
        if let Some(went_on) = self.read_payload() {
            return went_on;
        }
        if self.read_prompt() {
            return true;
        }
        let Some(line) = self.inbox.next_line() else {
            return false;
        };
        if !self.log {
            self.understand(line);
            return true;
        }
        // The log shows the line before what comes of it, which tells its kind.
        let place = self.notices.len();
        let notice = Notice::Received(line.clone(), LineKind::Noise);
        self.notices.push_back(notice);
        let is = self.understand(line);
        if let Some(Notice::Received(_, kind)) = self.notices.get_mut(place) {
            *kind = is;
        }
        true
    }

    /// Takes the `>` of a module that asks for a payload.
    fn read_prompt(&mut self) -> bool {
        let Activity::Exchange(run) = &self.activity else {
            return false;
        };
        let pending = self.inbox.pending();
        let ends = pending
            .iter()
            .take_while(|byte| matches!(byte, b'\r' | b'\n'))
            .count();
        let asked = run.step.is_prompted()
            && run.exchange.state() == State::Commanded
            && pending.get(ends) == Some(&b'>');
        if asked {
            self.inbox.take(ends + 1);
            self.step(LineEvent::Connect);
        }
        asked
    }

    /// In data mode of a download: hands payload on. `None` when lines are due.
    fn read_payload(&mut self) -> Option<bool> {
        let Activity::Exchange(run) = &mut self.activity else {
            return None;
        };
        let payload = run.payload.as_mut()?;
        let silent = self.now.saturating_sub(self.read_at);
        run.guard = None;
        match payload.find(self.inbox.pending(), silent) {
            Found::Payload(count) => {
                let range = self.inbox.take(count);
                if self.log_payload {
                    let notice = Notice::PayloadReceived(range.clone());
                    self.notices.push_back(notice);
                }
                if run.left {
                    // Nobody wants it any more.
                } else if run.step.kept {
                    let payload = self.inbox.bytes(range);
                    run.outcome.payload.0.extend_from_slice(payload);
                } else {
                    self.notices.push_back(Notice::Data(range));
                }
                Some(true)
            }
            Found::Skip(count) => {
                self.inbox.take(count);
                Some(true)
            }
            Found::Wait(guard) => {
                run.guard = guard;
                Some(false)
            }
            Found::End => {
                run.outcome.bytes = payload.received();
                run.payload = None;
                self.step(LineEvent::PayloadEnd);
                Some(true)
            }
        }
    }

    /// Acts on one whole line, and tells what it was.
    fn understand(&mut self, range: core::ops::Range<usize>) -> LineKind {
        let bytes = self.inbox.bytes(range.clone());
        let parsed = at::parse_reply(bytes);
        if core::mem::take(&mut self.skip_line) {
            self.notices.push_back(Notice::Urc(range));
            return LineKind::Unsolicited;
        }
        let Activity::Exchange(run) = &mut self.activity else {
            if let Line::Information { name, fields } = parsed {
                (self.skip_line, self.skip_bytes) = what_follows(name, fields);
            }
            self.notices.push_back(Notice::Urc(range));
            return LineKind::Unsolicited;
        };
        let line_event = match parsed {
            Line::Text(text) if is_echo(&run.step.line, text) => return LineKind::Echo,
            Line::Ok => Some(LineEvent::Ok),
            Line::Connect(count) => {
                run.outcome.connect = at::parse_integer(count);
                Some(LineEvent::Connect)
            }
            // NO CARRIER of a voice call is not ours (FIELD 6); of a data command it is.
            Line::Failed(FinalErrorLine::NoCarrier)
                if run.exchange.direction().is_none() && !run.step.raw =>
            {
                None
            }
            Line::Failed(refusal) => {
                if run.exchange.allows(LineEvent::FinalError) && !run.step.waits_for_information() {
                    run.outcome.refusal = Some(FinalError::from(refusal));
                }
                Some(LineEvent::FinalError)
            }
            Line::Information { name, fields } => {
                let line_event = classify(run, self.stale, name, fields);
                match line_event {
                    Some(LineEvent::Urc) => run.outcome.report = Some(fields.to_vec()),
                    Some(LineEvent::Connect) if run.exchange.state() == State::Commanded => {
                        run.outcome.connect = at::parse_integer(fields);
                        run.outcome.information.push(bytes.to_vec());
                    }
                    Some(_) => run.outcome.information.push(bytes.to_vec()),
                    None => {
                        if let Some(reply) = fibocom::server_reply(name, fields) {
                            run.outcome.server = Some(reply);
                        }
                        (self.skip_line, self.skip_bytes) = what_follows(name, fields);
                    }
                }
                line_event
            }
            Line::Text(text) if BANNERS.contains(&text) && run.left => {
                self.notices.push_back(Notice::Urc(range));
                self.end_exchange();
                return LineKind::Unsolicited;
            }
            Line::Text(text) if BANNERS.contains(&text) => {
                let failure = HostError::Restarted {
                    command: run.step.describe(),
                };
                self.needs_resync = None;
                self.notices.push_back(Notice::Urc(range));
                self.finish(Err(failure));
                return LineKind::Unsolicited;
            }
            Line::Text(text)
                if run.step.shape == ResponseFormat::Text("DEACT OK") && text == b"DEACT OK" =>
            {
                Some(LineEvent::Ok)
            }
            Line::Text(text) => {
                // A server's status has lines of its own behind the first (003 §1.2.12).
                let goes_on = run.step.family == Family::Fibocom
                    && run.step.shape == ResponseFormat::ResultUrc
                    && !run.outcome.information.is_empty();
                let informs =
                    run.step.takes_text && (run.step.shape == ResponseFormat::Result || goes_on);
                if informs {
                    run.outcome.information.push(text.to_vec());
                }
                informs.then_some(LineEvent::Information)
            }
        };
        match line_event {
            Some(line_event) if self.allows(line_event) => {
                self.step(line_event);
                line_event.into()
            }
            // Payload that is late, perhaps.
            _ if self.needs_resync == Some(NeedsResync::DataMode) => LineKind::Noise,
            Some(LineEvent::Urc | LineEvent::Information) | None => {
                self.notices.push_back(Notice::Urc(range));
                LineKind::Unsolicited
            }
            // A result code that nothing asked for: the rest of an abandoned command, or noise.
            Some(_) => LineKind::Noise,
        }
    }

    fn allows(&self, line_event: LineEvent) -> bool {
        let Activity::Exchange(run) = &self.activity else {
            return false;
        };
        let early = run.step.waits_for_information() && run.outcome.information.is_empty();
        run.exchange.allows(line_event)
            && !(early && matches!(line_event, LineEvent::Ok | LineEvent::FinalError))
    }

    /// Steps the exchange and does what its new state asks for.
    pub(super) fn step(&mut self, line_event: LineEvent) {
        let Activity::Exchange(run) = &mut self.activity else {
            return;
        };
        let Ok(state) = run.exchange.step(line_event) else {
            return;
        };
        match state {
            State::Payload if line_event == LineEvent::Connect => self.enter_data_mode(),
            State::LateResult => run.deadline = self.now + LATE_RESULT,
            State::Done => self.end_exchange(),
            State::Commanded | State::Payload => {}
            State::Result | State::Report => run.deadline = self.now + run.step.wait,
        }
        self.await_left();
    }

    fn enter_data_mode(&mut self) {
        let Activity::Exchange(run) = &mut self.activity else {
            return;
        };
        run.deadline = self.now + run.step.wait;
        self.connect_time
            .get_or_insert(self.now.saturating_sub(run.begun));
        match (run.exchange.direction(), run.step.carried) {
            (Some(Direction::Up), carried)
                if run.step.is_stuffed() && (run.left || carried == PayloadSpec::Up(0)) =>
            {
                self.outbox.push(stuffing::ETX);
            }
            (Some(Direction::Up), _) if run.left && run.is_escapable() => {}
            (Some(Direction::Up), PayloadSpec::Up(0)) => self.step(LineEvent::PayloadEnd),
            (Some(Direction::Up), PayloadSpec::Up(_)) if !run.step.content.0.is_empty() => {
                self.outbox.extend_from_slice(&run.step.content.0);
            }
            (Some(Direction::Up), PayloadSpec::Up(length)) => {
                run.unsupplied = length;
                self.notices.push_back(Notice::WantData);
            }
            (Some(Direction::Down), carried) => {
                run.payload = Some(match (run.step.shape, run.outcome.connect) {
                    (ResponseFormat::PayloadResult(_), Some(count)) => Payload::counted(count),
                    (ResponseFormat::PayloadInformationResult(_), _) => {
                        Payload::verified(Trailer::information(run.step.name), carried.expected())
                    }
                    (ResponseFormat::ResultPayloadUrc(_), _) if run.step.is_stuffed() => {
                        Payload::stuffed()
                    }
                    (ResponseFormat::ResultPayloadUrc(_), _) if run.step.lists => {
                        Payload::verified(Trailer::flag(run.step.name), None)
                    }
                    (ResponseFormat::ResultPayloadUrc(_), _) => {
                        Payload::verified(Trailer::short(run.step.name), carried.expected())
                    }
                    _ => Payload::verified(Trailer::report(run.step.name), carried.expected()),
                });
            }
            _ => {}
        }
    }

    /// The exchange is over: on with the plan.
    pub(super) fn end_exchange(&mut self) {
        let activity = core::mem::replace(&mut self.activity, Activity::Idle);
        let Activity::Exchange(mut run) = activity else {
            return;
        };
        if run.left {
            return self.left_ended(run.plan);
        }
        if let PayloadSpec::Up(length) = run.step.carried {
            let unsent = (self.outbox.len() - self.sent) as u64;
            run.outcome.bytes = (length - run.unsupplied).saturating_sub(unsent);
            // The module ended the upload by itself: what it did not take must not become a command line.
            self.drop_outbox();
        }
        if self.stale == Some(run.step.name) {
            self.stale = None;
        }
        let uploaded = matches!(run.step.carried, PayloadSpec::Up(_)) && run.outcome.bytes > 0;
        if let Some(plan) = run.plan {
            self.advance(plan, Some(run.outcome));
        }
        if uploaded {
            self.end_rest_of_upload();
        }
    }

    /// Data mode was left, or a pause is over.
    pub(super) fn end_silence(&mut self) {
        let activity = core::mem::replace(&mut self.activity, Activity::Idle);
        if let Activity::Escape { plan, .. } | Activity::Pause { plan, .. } = activity {
            self.advance(plan, None);
        }
    }
}

/// Bytes of payload of the running operation that went over the line.
pub(super) fn moved(run: &Running, unsent: usize) -> u64 {
    match (run.step.carried, &run.payload) {
        _ if run.left || !run.step.content.0.is_empty() => 0,
        (PayloadSpec::Up(length), _) if run.exchange.state() == State::Payload => {
            (length - run.unsupplied).saturating_sub(unsent as u64)
        }
        (_, Some(payload)) => payload.received(),
        _ => run.outcome.bytes,
    }
}

/// What an information line is to the running exchange; `None` if it belongs to something else.
fn classify(
    run: &Running,
    stale: Option<&'static str>,
    name: &[u8],
    fields: &[u8],
) -> Option<LineEvent> {
    if !run.step.answers_to(name) {
        return None;
    }
    match run.step.shape {
        // In place of CONNECT a line says how much comes (003 §1.2.19).
        ResponseFormat::PayloadResult(_) if run.step.family == Family::Fibocom => {
            Some(LineEvent::Connect)
        }
        ResponseFormat::Result
        | ResponseFormat::Text(_)
        | ResponseFormat::PayloadInformationResult(_)
        | ResponseFormat::PayloadResult(_) => Some(LineEvent::Information),
        // The late URC of an abandoned command, before the new one has even been accepted.
        _ if run.exchange.state() == State::Commanded
            && stale.is_some_and(|stale| stale.as_bytes() == name) =>
        {
            None
        }
        // 2 stands before a payload, or before a text (003).
        ResponseFormat::ResultPayloadUrc(_) if is_two(run, fields) => Some(LineEvent::Connect),
        _ if is_two(run, fields) => Some(LineEvent::Information),
        _ => Some(LineEvent::Urc),
    }
}

fn is_two(run: &Running, fields: &[u8]) -> bool {
    run.step.family == Family::Fibocom
        && at::Fields::new(fields)
            .next()
            .is_some_and(|first| first.is_ok_and(|first| first.integer() == Some(2)))
}

/// Whether a line is our own command line come back.
fn is_echo(command: &[u8], text: &[u8]) -> bool {
    let command = without_ends(command);
    !command.is_empty() && command.eq_ignore_ascii_case(text)
}

/// What stands behind some URCs: a line of free text, or raw bytes (FIELD 6).
fn what_follows(name: &[u8], fields: &[u8]) -> (bool, usize) {
    if FOLLOWED_BY_TEXT.contains(&name) {
        return (true, 0);
    }
    let tokens: Vec<Token<'_>> = at::Fields::new(fields)
        .take(3)
        .filter_map(Result::ok)
        .collect();
    match (name, tokens.as_slice()) {
        (b"+QIURC", [Token::Quoted(b"recv"), _, length]) => (
            false,
            length
                .integer()
                .and_then(|length| usize::try_from(length).ok())
                .unwrap_or(0)
                .min(1500),
        ),
        _ => (false, 0),
    }
}
