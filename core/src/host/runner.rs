//! Runs plans: sends their commands, steps their exchanges, and ends their operations.

mod abandoned;
pub(super) mod activity;
pub(super) mod command_run;
mod download_question;
mod early_end;
mod interruption;
mod open_pieces;
mod payload_watch;
pub(super) mod send_buffer;
mod sending;
pub(super) mod starts_at_zero;
pub(super) mod transfer_settings;

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use core::time::Duration;

use super::answer::Answer;
use super::error::HostError;
use super::event::Notice;
use super::plan::Plan;
use super::plan::next::Next;
use super::plan::resync::{NeedsResync, Resync};
use super::plan::spare::Spare;
use super::report_wait::report_wait;
use super::step::joined::Joining;
use super::step::outcome::Outcome;
use super::step::{PayloadSpec, Step, StepKind, Wait};
use super::trace::redact::Redactor;
use super::way::TransferWay;
use crate::at::Line;
use crate::dialect::{Dialect, Direction};
use crate::exchange::{ExchangeState, LineEvent};
use crate::framing::stuffing;
use activity::{Activity, ESCAPE_SILENCE, EscapeStage, escape_end, lines_end};
use command_run::{CommandRun, Waiter};
use open_pieces::OpenPieces;
use send_buffer::{SendBuffer, SendBufferSize};
use starts_at_zero::StartsAtZero;

/// The wait for a result code that its URC has overtaken.
const LATE_RESULT: Duration = Duration::from_secs(1);

/// Runs one plan at a time.
#[allow(clippy::struct_excessive_bools)] // each is a fact of its own
pub(super) struct Runner {
    pub(super) dialect: &'static Dialect,
    pub(super) way: TransferWay,
    pub(super) open_pieces: OpenPieces,
    /// The room of operations that have ended, and of their command lines.
    pub(super) spare: Spare,
    /// The room of the command that ended last.
    spare_run: Option<Box<CommandRun>>,
    pub(super) outbox: SendBuffer,
    pub(super) activity: Activity,
    pub(super) notices: VecDeque<Notice>,
    pub(super) now: Duration,
    pub(super) read_at: Duration,
    pub(super) logs_lines: bool,
    pub(super) logs_payload: bool,
    pub(super) logs_raw: bool,
    pub(super) redactor: Redactor,
    /// The time from the last data command to its `CONNECT`.
    pub(super) connect_time: Option<Duration>,
    /// `rsptimeout` as the last login has set it; `None` where it is unknown.
    response_timeout_s: Option<u8>,
    /// The commands that go in one line with others, as the module takes them.
    pub(super) joining: Joining,
    /// The next transfer starts at 0, though nothing says so (001 §2.2.8).
    pub(super) starts_at_zero: StartsAtZero,
    pub(super) transfer_settings: transfer_settings::TransferSettings,
    /// The time when the last plan began.
    begun: Duration,
    /// Set when an operation ended before its command: the line is resynced before the next one.
    pub(super) needs_resync: Option<NeedsResync>,
    /// The module has restarted, and has its own settings again.
    settings_lost: bool,
    /// A module was identified, and its echo switched off.
    has_identified: bool,
    /// An echo came all the same.
    echoed: bool,
    /// A question that was typed into a silent download may be answered yet.
    pub(super) owes_answer: bool,
    /// The name of an abandoned command, whose late URC must not answer the next one of the same name.
    pub(super) stale: Option<&'static str>,
}

impl Runner {
    /// Makes a runner without a plan.
    pub(super) fn new(dialect: &'static Dialect) -> Self {
        Runner {
            dialect,
            way: TransferWay::default(),
            open_pieces: OpenPieces::default(),
            spare: Spare::default(),
            spare_run: None,
            outbox: SendBuffer::new(SendBufferSize::DEFAULT),
            activity: Activity::Idle,
            notices: VecDeque::new(),
            now: Duration::ZERO,
            read_at: Duration::ZERO,
            logs_lines: false,
            logs_payload: false,
            logs_raw: false,
            redactor: Redactor::default(),
            connect_time: None,
            response_timeout_s: None,
            joining: Joining::default(),
            starts_at_zero: StartsAtZero::default(),
            transfer_settings: transfer_settings::TransferSettings::default(),
            begun: Duration::ZERO,
            needs_resync: None,
            settings_lost: false,
            has_identified: false,
            echoed: false,
            owes_answer: false,
            stale: None,
        }
    }

    /// Returns `true` if no plan runs.
    pub(super) fn is_idle(&self) -> bool {
        self.activity.is_idle()
    }

    /// Returns `true` if what comes is payload or the answer to `+++`: neither is told from the other, none is needed.
    pub(super) fn discards_input(&self) -> bool {
        match self.activity {
            Activity::Idle => self.may_be_in_data_mode(),
            Activity::Escape { .. } => true,
            Activity::Command(_) | Activity::Pause { .. } | Activity::Silence { .. } => false,
        }
    }

    /// Returns the time of the next timeout.
    pub(super) fn poll_timeout(&self) -> Option<Duration> {
        self.activity.next_timeout(self.read_at)
    }

    /// Acts on a timeout.
    pub(super) fn handle_timeout(&mut self) {
        match &mut self.activity {
            Activity::Escape { stage, .. } => match *stage {
                EscapeStage::Before(at) if self.now >= at => {
                    *stage = EscapeStage::escaped(self.now);
                    self.send(b"+++");
                }
                EscapeStage::After(at) if self.now >= escape_end(at, self.read_at) => {
                    self.end_silence();
                }
                _ => {}
            },
            Activity::Pause { until, .. } if self.now >= *until => self.end_silence(),
            Activity::Silence { at, .. } if self.now >= lines_end(*at, self.read_at) => {
                self.end_silence();
            }
            Activity::Command(run) if !run.is_unawaited() && self.now >= run.deadline => {
                self.give_up();
            }
            Activity::Command(run) if run.question_due().is_some_and(|due| self.now >= due) => {
                self.ask_silent_download();
            }
            Activity::Idle
            | Activity::Command(_)
            | Activity::Pause { .. }
            | Activity::Silence { .. } => {}
        }
    }

    /// Goes on after data mode has ended, or after a pause.
    fn end_silence(&mut self) {
        let activity = core::mem::replace(&mut self.activity, Activity::Idle);
        if let Activity::Escape { plan, .. }
        | Activity::Pause { plan, .. }
        | Activity::Silence { plan, .. } = activity
        {
            self.advance(plan, None);
        }
    }

    /// Hands a line to the plan that runs; a pause of the plan is over then. Returns `true` if the plan knows the line.
    pub(super) fn take_line(&mut self, line: &Line<'_>) -> bool {
        let takes = self
            .activity
            .plan()
            .is_some_and(|plan| plan.take_line(line));
        if let (true, Activity::Pause { until, .. }) = (takes, &mut self.activity) {
            *until = self.now;
        }
        takes
    }

    /// Takes note that the port still holds bytes: a silence begins when the last of them has left.
    pub(super) fn note_unsent_output(&mut self) {
        self.activity.prolong_silence(self.now, self.begun);
    }
}

/// Methods around plans.
impl Runner {
    /// Begins a plan; waits first for an abandoned exchange.
    pub(super) fn begin(&mut self, mut plan: Plan) {
        plan.set_joining(self.joining);
        self.begun = self.now;
        match core::mem::replace(&mut self.activity, Activity::Idle) {
            Activity::Command(mut run) => {
                run.waiter = Waiter::Next(plan);
                self.activity = Activity::Command(run);
                self.await_abandoned();
            }
            Activity::Idle
            | Activity::Escape { .. }
            | Activity::Pause { .. }
            | Activity::Silence { .. } => {
                self.resync(plan);
            }
        }
    }

    /// Ends the running operation at once.
    pub(super) fn abort(&mut self) {
        let aborted = |bytes_confirmed| Err(HostError::Cancelled { bytes_confirmed });
        match core::mem::replace(&mut self.activity, Activity::Idle) {
            Activity::Command(run) if !run.is_unawaited() => {
                let before = match &run.waiter {
                    Waiter::Own(plan) => plan.bytes_moved(),
                    Waiter::None | Waiter::Next(_) => 0,
                };
                let moved = before + run.bytes_moved(self.outbox.len());
                self.abandon(run, aborted(moved));
            }
            Activity::Escape { .. } => {
                self.outbox.clear();
                self.needs_resync = Some(NeedsResync::DataMode);
                self.end_operation(aborted(0));
            }
            Activity::Pause { plan, .. } | Activity::Silence { plan, .. } => {
                self.end_operation(aborted(plan.bytes_moved()));
            }
            // Nothing to end.
            activity => self.activity = activity,
        }
    }

    /// Carries the plan on with the outcome of its last step.
    fn advance(&mut self, mut plan: Plan, outcome: Option<Outcome>) {
        let next = plan.advance(self.dialect, outcome);
        self.carry_out(plan, next);
    }

    /// Carries a new plan on, with the resync that the line needs before it.
    fn resync(&mut self, mut plan: Plan) {
        if core::mem::take(&mut self.echoed) {
            self.settings_lost = true;
            self.response_timeout_s = None;
            self.needs_resync.get_or_insert(NeedsResync::CommandMode);
        }
        if let Some(reason) = self.needs_resync {
            // The resync passes over late answers.
            self.owes_answer = false;
            // Identifying sets the module up by itself, and passes over late answers, too.
            let identifies = plan.is_identification();
            if identifies && reason == NeedsResync::AnyUpload {
                plan.escape_first();
            } else if !(identifies && self.settings_lost && reason == NeedsResync::CommandMode) {
                plan.resync_first(Resync::new(reason, self.settings_lost && !identifies));
            }
        }
        self.advance(plan, None);
    }

    fn carry_out(&mut self, plan: Plan, next: Next) {
        self.joining = plan.joining().unwrap_or(self.joining);
        if plan.is_synced() {
            self.needs_resync = None;
            self.settings_lost = false;
        }
        match next {
            Next::Run(step) => self.command(plan, step),
            Next::Escape => {
                self.outbox.clear();
                let stage = EscapeStage::start(self.now);
                self.activity = Activity::Escape { plan, stage };
            }
            Next::Silence => {
                self.outbox.clear();
                let at = self.now + ESCAPE_SILENCE;
                self.activity = Activity::Silence { plan, at };
            }
            Next::Pause(time) => {
                let until = self.now + time;
                self.activity = Activity::Pause { plan, until };
            }
            Next::FinishIn(dialect, result) => {
                self.dialect = dialect;
                self.has_identified = true;
                self.finish(result);
            }
            Next::Finish(result) => {
                self.starts_at_zero.end(result.is_ok());
                self.transfer_settings.end(result.is_ok());
                self.note_login(&plan, &result);
                plan.end(&mut self.spare);
                self.finish(result);
            }
        }
    }

    /// Keeps the `rsptimeout` of a login; one that failed may have set it or not.
    fn note_login(&mut self, plan: &Plan, result: &Result<Answer, HostError>) {
        if let Some(timeout) = plan.response_timeout_s() {
            self.response_timeout_s = result.is_ok().then_some(timeout);
        }
    }

    fn finish(&mut self, result: Result<Answer, HostError>) {
        self.activity = Activity::Idle;
        self.outbox.clear();
        if core::mem::take(&mut self.owes_answer) {
            self.needs_resync.get_or_insert(NeedsResync::CommandMode);
        }
        self.end_operation(result);
    }

    /// Reports the result; a request for payload that still waits is void.
    fn end_operation(&mut self, result: Result<Answer, HostError>) {
        self.notices
            .retain(|notice| !matches!(notice, Notice::WantData));
        let result = result.map_err(|error| error.of_dialect(self.dialect));
        self.open_pieces.end(&result);
        self.notices.push_back(Notice::Done(result));
    }
}

/// Methods around commands.
impl Runner {
    /// Sends a step's command line.
    fn command(&mut self, plan: Plan, step: Step) {
        // Until the resync is over, what comes may be the rest of a key.
        if step.kind != StepKind::Probe {
            self.redactor.set_payload_view(step.payload_view());
        }
        let wait = match step.wait {
            Wait::For(time) => time,
            Wait::Report => report_wait(self.dialect, self.response_timeout_s),
        };
        self.send(&step.line);
        let run = match self.spare_run.take() {
            Some(mut run) => {
                run.renew(plan, step, self.now, wait);
                run
            }
            None => Box::new(CommandRun::new(plan, step, self.now, wait)),
        };
        self.activity = Activity::Command(run);
    }

    /// Prolongs the wait for payload that comes, and stops payload that goes.
    pub(super) fn note_input(&mut self) {
        self.read_at = self.now;
        if let Activity::Command(run) = &mut self.activity
            && run.exchange.state() == ExchangeState::Payload
        {
            run.deadline = self.now + run.wait;
            run.question.put_off(self.now);
            run.interrupt();
        }
    }

    /// Returns `true` if the running exchange may take this event.
    pub(super) fn allows(&self, line_event: LineEvent) -> bool {
        matches!(&self.activity, Activity::Command(run) if run.exchange.allows(line_event))
    }

    /// Steps the exchange and does what its new state asks for.
    pub(super) fn step(&mut self, line_event: LineEvent) {
        let Activity::Command(run) = &mut self.activity else {
            return;
        };
        let was_uploading = run.is_uploading();
        let Ok(state) = run.exchange.step(line_event) else {
            return;
        };
        if was_uploading && line_event != LineEvent::PayloadEnd {
            self.cut_off_upload();
        }
        let Activity::Command(run) = &mut self.activity else {
            return;
        };
        match state {
            ExchangeState::Payload if line_event == LineEvent::Connect => self.enter_data_mode(),
            ExchangeState::LateResult => run.deadline = self.now + LATE_RESULT,
            ExchangeState::Done => self.end_exchange(),
            ExchangeState::Commanded | ExchangeState::Payload => {}
            ExchangeState::Result | ExchangeState::Report => {
                run.deadline = self.now + run.wait;
            }
        }
        self.await_abandoned();
    }

    fn enter_data_mode(&mut self) {
        let Activity::Command(run) = &mut self.activity else {
            return;
        };
        run.deadline = self.now + run.wait;
        self.connect_time
            .get_or_insert(self.now.saturating_sub(run.begun));
        match run.exchange.direction() {
            Some(Direction::Up) => self.start_upload(),
            Some(Direction::Down) => {
                run.start_download(&mut self.spare.trailer);
                run.question.put_off(self.now);
            }
            None => {}
        }
    }

    fn start_upload(&mut self) {
        let Activity::Command(run) = &mut self.activity else {
            return;
        };
        let abandoned = run.is_abandoned();
        run.unsupplied = 0;
        if run.takes_another_length() {
            let text = run.outcome.information.pop().unwrap_or_default();
            return self.end_disturbed_upload(&text);
        }
        match run.step.payload {
            payload if run.step.is_stuffed() && (abandoned || payload == PayloadSpec::Up(0)) => {
                self.outbox.push(stuffing::ETX);
            }
            _ if abandoned && run.is_escapable() => {}
            PayloadSpec::Up(0) => self.step(LineEvent::PayloadEnd),
            PayloadSpec::Up(_) if !run.step.own_payload().is_empty() => {
                self.outbox.extend(run.step.own_payload());
            }
            PayloadSpec::Up(length) => {
                run.unsupplied = length;
                self.notices.push_back(Notice::WantData);
            }
            PayloadSpec::Nothing | PayloadSpec::Down(_) => {}
        }
    }

    /// Ends the exchange, and goes on with the plan that waits for it.
    pub(super) fn end_exchange(&mut self) {
        let activity = core::mem::replace(&mut self.activity, Activity::Idle);
        let Activity::Command(mut run) = activity else {
            return;
        };
        let plan = match core::mem::replace(&mut run.waiter, Waiter::None) {
            Waiter::Own(plan) => plan,
            Waiter::None => return self.outbox.clear(),
            Waiter::Next(plan) => {
                self.outbox.clear();
                return self.resync(plan);
            }
        };
        if let PayloadSpec::Up(length) = run.step.payload {
            let unsent = self.outbox.len() as u64;
            run.outcome.bytes = length.saturating_sub(run.unsupplied.saturating_add(unsent));
            // The module ended the upload by itself: what it did not take must not become a command line.
            self.outbox.clear();
        }
        if self.stale == Some(run.step.name) {
            self.stale = None;
        }
        self.spare
            .steps
            .lines
            .give(core::mem::take(&mut run.step.line));
        if run.spent.is_some() {
            self.spare.trailer = run.spent.take();
        }
        let uploaded = matches!(run.step.payload, PayloadSpec::Up(_)) && run.outcome.bytes > 0;
        let broken_off = run.outcome.broken_off;
        let cut_off = run.cut_off && uploaded;
        let outcome = core::mem::take(&mut run.outcome);
        // It may be a key.
        run.step.kind = StepKind::Command;
        self.spare_run = Some(run);
        self.advance(plan, Some(outcome));
        if !self.is_idle() {
            return;
        }
        // After a failed upload, the module reads what is still on its way as a command line, which a CR must end before
        // the next one.
        let failed = matches!(self.notices.back(), Some(Notice::Done(Err(_))));
        if broken_off {
            self.needs_resync = Some(NeedsResync::DataMode);
        } else if cut_off {
            self.needs_resync = Some(NeedsResync::PayloadAsLines);
        } else if uploaded && failed {
            self.needs_resync = Some(NeedsResync::CommandMode);
        }
    }
}
