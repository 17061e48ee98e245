//! A running command: its exchange, its payload and its outcome so far.

use core::ops::Range;
use core::time::Duration;

use super::download_question::DownloadQuestion;
use super::interruption::Interruption;
use crate::at::{self, Fields, Line};
use crate::dialect::{Direction, ResponseFormat};
use crate::exchange::{Exchange, ExchangeState, LineEvent, LineOwner};
use crate::framing::payload::{Found, Payload, Trailer, TrailerShape};
use crate::framing::reply_line::Inbox;
use crate::host::error::FinalError;
use crate::host::plan::Plan;
use crate::host::short_bytes::ShortBytes;
use crate::host::step::outcome::Outcome;
use crate::host::step::{PayloadSpec, Step, StepKind};

/// The wait for the URC of a command whose session is gone.
const SESSION_ERROR_GRACE: Duration = Duration::from_secs(2);

/// One exchange of a plan.
#[derive(Debug)]
pub(crate) struct CommandRun {
    pub(crate) waiter: Waiter,
    pub(crate) step: Step,
    pub(crate) exchange: Exchange,
    pub(crate) begun: Duration,
    /// The time that the module may take for each part of the answer.
    pub(crate) wait: Duration,
    pub(crate) outcome: Outcome,
    /// The payload of a download in data mode.
    pub(crate) payload: Option<Payload>,
    /// The trailer of that payload, for the next one.
    pub(crate) spent: Option<Trailer>,
    /// Bytes of an upload that are not supplied yet. All of it, until the module takes payload: an answer before that
    /// ends no upload well.
    pub(crate) unsupplied: u64,
    /// The time to give up.
    pub(crate) deadline: Duration,
    /// The error that took the session away while the report was due.
    pub(crate) session_error: Option<ShortBytes>,
    /// The silence after which a trailer is believed, or an interruption is over.
    pub(crate) guard: Option<Duration>,
    /// Words of the module in the middle of the upload, which stands still.
    pub(crate) interruption: Option<Interruption>,
    /// The module ended the upload by itself, with payload on its way.
    pub(crate) cut_off: bool,
    /// The time to ask whether a silent download is still one.
    pub(crate) question: DownloadQuestion,
}

/// The plan that waits for the end of an exchange.
#[derive(Debug)]
pub(crate) enum Waiter {
    /// The plan whose step it is.
    Own(Plan),
    /// None: the exchange is abandoned.
    None,
    /// The next plan: the exchange is abandoned.
    Next(Plan),
}

/// The result of reading on in a payload.
pub(crate) enum PayloadRead {
    /// Bytes, for the user.
    Data(Range<usize>),
    /// Bytes that the user does not get: kept for the plan, or abandoned.
    Kept(Range<usize>),
    /// Bytes of the framing.
    Framing,
    /// Nothing; more must come first, or a silence.
    Nothing,
    End,
}

impl CommandRun {
    /// Starts the exchange of a step.
    pub(crate) fn new(plan: Plan, step: Step, now: Duration, wait: Duration) -> Self {
        CommandRun {
            waiter: Waiter::Own(plan),
            exchange: step.exchange(),
            begun: now,
            wait,
            outcome: Outcome::default(),
            payload: None,
            spent: None,
            unsupplied: step.payload.length_up(),
            deadline: now + wait,
            session_error: None,
            guard: None,
            interruption: None,
            cut_off: false,
            question: DownloadQuestion::default(),
            step,
        }
    }

    /// Starts the exchange of a step in the room of one that has ended. Field by field: a value as large as this one is
    /// not made elsewhere first.
    pub(crate) fn renew(&mut self, plan: Plan, step: Step, now: Duration, time: Duration) {
        let CommandRun {
            waiter,
            step: own_step,
            exchange,
            begun,
            wait,
            outcome,
            payload,
            spent,
            unsupplied,
            deadline,
            session_error,
            guard,
            interruption,
            cut_off,
            question,
        } = self;
        *waiter = Waiter::Own(plan);
        *exchange = step.exchange();
        *begun = now;
        *wait = time;
        *outcome = Outcome::default();
        *payload = None;
        *spent = None;
        *unsupplied = step.payload.length_up();
        *deadline = now + time;
        *session_error = None;
        *guard = None;
        *interruption = None;
        *cut_off = false;
        *question = DownloadQuestion::default();
        *own_step = step;
    }

    /// Returns the plan whose step it is; `None` once it is abandoned.
    pub(crate) fn own_plan(&mut self) -> Option<&mut Plan> {
        match &mut self.waiter {
            Waiter::Own(plan) => Some(plan),
            Waiter::None | Waiter::Next(_) => None,
        }
    }

    /// Returns `true` if its operation is over; what still comes of it is passed over.
    pub(crate) fn is_abandoned(&self) -> bool {
        !matches!(self.waiter, Waiter::Own(_))
    }

    /// Returns `true` if no plan waits for its end.
    pub(crate) fn is_unawaited(&self) -> bool {
        matches!(self.waiter, Waiter::None)
    }

    /// Returns `true` if it is in data mode, with payload on its way to the module.
    pub(crate) fn is_sending(&self) -> bool {
        self.exchange.state() == ExchangeState::Payload
            && self.exchange.direction() == Some(Direction::Up)
    }

    /// Returns `true` if `+++` ends its payload.
    pub(crate) fn is_escapable(&self) -> bool {
        self.step.dialect.escape_ends_payload
    }

    /// Returns the bytes of payload of the running operation that went over the line.
    pub(crate) fn bytes_moved(&self, unsent: usize) -> u64 {
        match (self.step.payload, &self.payload) {
            _ if self.is_abandoned() || !self.step.own_payload().is_empty() => 0,
            (PayloadSpec::Up(length), _) if self.exchange.state() == ExchangeState::Payload => {
                (length - self.unsupplied).saturating_sub(unsent as u64)
            }
            (_, Some(payload)) => payload.received(),
            _ => self.outcome.bytes,
        }
    }

    /// Returns `true` if the module takes another number of bytes than it was told: a digit was damaged on the way.
    pub(crate) fn takes_another_length(&self) -> bool {
        match (self.step.payload, self.outcome.announced) {
            (PayloadSpec::Up(length), Some(announced)) => announced != length,
            _ => false,
        }
    }

    /// Starts to read the payload of a download. `spare` is the trailer of an earlier one.
    pub(crate) fn start_download(&mut self, spare: &mut Option<Trailer>) {
        let name = self.step.name;
        let expected = self.step.payload.expected();
        let mut trailer = |shape| Trailer::take(spare, name, shape);
        self.payload = Some(match (self.step.format, self.outcome.connect) {
            (ResponseFormat::PayloadResult(_), Some(count))
                if self.step.kind == StepKind::Command =>
            {
                Payload::framed(count)
            }
            (ResponseFormat::PayloadResult(_), Some(count)) => Payload::counted(count),
            (ResponseFormat::PayloadInformationResult(_), _) => {
                Payload::verified(trailer(TrailerShape::Information), expected)
            }
            (ResponseFormat::ResultPayloadUrc(_), _) if self.step.is_stuffed() => {
                Payload::stuffed(trailer(TrailerShape::UnmarkedFlag), expected)
            }
            (ResponseFormat::ResultPayloadUrc(_), _) if self.step.kind == StepKind::Listing => {
                Payload::listing(trailer(TrailerShape::Flag))
            }
            (ResponseFormat::ResultPayloadUrc(_), _) => {
                Payload::verified(trailer(TrailerShape::Short), expected)
            }
            _ if self.step.kind == StepKind::Listing => {
                Payload::listing(trailer(TrailerShape::Report))
            }
            _ => Payload::verified(trailer(TrailerShape::Report), expected),
        });
    }

    /// Reads on in the payload of a download; `None` when lines are due. All payload that the input has comes as one.
    /// `keeps_line` leaves the input as it came, stuffing included, and hands on what stands between it.
    pub(crate) fn read_payload(
        &mut self,
        inbox: &mut Inbox,
        silent: Duration,
        keeps_line: bool,
    ) -> Option<PayloadRead> {
        let payload = self.payload.as_mut()?;
        self.guard = None;
        let consumed = inbox.consumed();
        let unstuffed = if keeps_line {
            consumed..consumed
        } else {
            inbox.take_unstuffed(|bytes| payload.unstuff(bytes))
        };
        let range = match payload.find(inbox.pending(), silent) {
            Found::Payload(count) => inbox.take_behind(unstuffed, count),
            // What stands behind is looked at next.
            _ if !unstuffed.is_empty() => unstuffed,
            Found::Skip(count) => {
                inbox.take(count);
                return Some(PayloadRead::Framing);
            }
            Found::Wait(guard) => {
                self.guard = guard;
                return Some(PayloadRead::Nothing);
            }
            // An abandoned payload is read to its end, or to the deadline.
            Found::BrokenOff if !matches!(self.waiter, Waiter::Own(_)) => {
                return Some(PayloadRead::Nothing);
            }
            found @ (Found::End | Found::BrokenOff) => {
                self.outcome.bytes = payload.received();
                self.outcome.broken_off = found == Found::BrokenOff || payload.is_damaged();
                self.spent = self.payload.take().and_then(Payload::into_trailer);
                return Some(PayloadRead::End);
            }
        };
        if !matches!(self.waiter, Waiter::Own(_)) {
            return Some(PayloadRead::Kept(range));
        }
        if matches!(self.step.kind, StepKind::Raw | StepKind::ReadBack) {
            let bytes = inbox.bytes(range.clone());
            self.outcome.payload.0.extend(bytes);
            return Some(PayloadRead::Kept(range));
        }
        Some(PayloadRead::Data(range))
    }

    /// Classifies a line, and keeps for the outcome what it brings.
    ///
    /// `text` is the whole line; `stale` the name of an abandoned command whose URC may still come.
    pub(crate) fn take_line(
        &mut self,
        line: &Line<'_>,
        text: &[u8],
        stale: Option<&'static str>,
    ) -> Option<LineEvent> {
        let owner = self.owner(line, stale);
        let line_event = self.exchange.classify(line, owner);
        match (line, line_event) {
            (Line::Ok, Some(LineEvent::Ok)) => self.outcome.accepted = true,
            (Line::Connect(count), _) => self.outcome.connect = at::parse_integer(count),
            (Line::Failed(line), Some(_)) if self.exchange.allows(LineEvent::FinalError) => {
                self.outcome.final_error = Some(FinalError::from_line(*line, self.step.words()));
            }
            (Line::Information { fields, .. }, Some(line_event)) => {
                self.take_information(line_event, fields, text);
            }
            (Line::Text(_), Some(LineEvent::Information)) => {
                self.outcome.information.push(text.to_vec());
            }
            _ => {}
        }
        line_event
    }

    /// Notes that the session is gone. The command's own URC may still come, and is due within a moment (001 §4.6).
    pub(crate) fn note_session_error(&mut self, line: &Line<'_>, now: Duration) {
        let Line::Information { name, fields } = line else {
            return;
        };
        let known = self.step.dialect.session_error.map(str::as_bytes);
        let reports = matches!(
            self.exchange.state(),
            ExchangeState::Report | ExchangeState::Result
        );
        if known == Some(name) && reports && self.session_error.is_none() {
            self.session_error = Some((*fields).into());
            self.deadline = self.deadline.min(now + SESSION_ERROR_GRACE);
        }
    }

    fn owner(&self, line: &Line<'_>, stale: Option<&'static str>) -> LineOwner {
        match line {
            Line::Information { name, .. } if !self.step.answers_to(name) => LineOwner::Other,
            Line::Information { name, .. } if self.step.reports(name) => LineOwner::Reporting,
            Line::Information { name, .. }
                if stale.is_some_and(|stale| stale.as_bytes() == *name) =>
            {
                LineOwner::Stale
            }
            Line::Information { .. } => LineOwner::Command,
            Line::Ok | Line::Connect(_) | Line::Failed(_) | Line::Text(_) => LineOwner::Other,
        }
    }

    fn take_information(&mut self, line_event: LineEvent, fields: &[u8], text: &[u8]) {
        match line_event {
            LineEvent::Urc if !matches!(self.step.kind, StepKind::Joined(_)) => {
                self.outcome.report = Some(fields.into());
            }
            LineEvent::Connect if self.exchange.state() == ExchangeState::Commanded => {
                let mut numbers = Fields::new(fields).map(|field| field.ok()?.integer());
                self.outcome.connect = numbers.next().flatten();
                // Behind the interim report (003 §1.2.20).
                self.outcome.announced = numbers.next().flatten();
                // Shown in the error of another number, and in the answer of a raw command.
                if self.outcome.announced.is_some() || self.step.kind == StepKind::Raw {
                    self.outcome.information.push(text.to_vec());
                }
            }
            // It says no more than that payload comes.
            LineEvent::Connect if self.step.kind != StepKind::Raw => {}
            _ => self.outcome.information.push(text.to_vec()),
        }
    }
}
