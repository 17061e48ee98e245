//! Reads the input from the module: lines become events of the running exchange, payload goes to the user, and a line
//! that belongs to no command becomes a URC.

use core::ops::Range;

use super::event::{Consumed, Notice};
use super::family;
use super::plan::resync::NeedsResync;
use super::runner::Runner;
use super::runner::activity::Activity;
use super::runner::command_run::{CommandRun, PayloadRead};
use super::trace::log::{LineKind, RawKind};
use crate::at::{self, Fields, FinalErrorLine, Line, Token};
use crate::dialect::{self, CommandKind};
use crate::exchange::{ExchangeState, LineEvent};
use crate::framing::reply_line::Inbox;

/// The largest block of raw bytes that is passed over: what a socket service sends at once (FIELD 6).
const MAX_BLOCK: usize = 1500;

/// Reads the input of a host.
#[derive(Default)]
pub(super) struct Dispatch {
    pub(super) inbox: Inbox,
    skip: Skip,
}

/// Input that comes next and has no meaning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Skip {
    #[default]
    Nothing,
    /// The text of a short message (`+CMT`).
    Line,
    /// Raw bytes of a socket service (`+QIURC: "recv",<id>,<n>`).
    Bytes(usize),
}

/// The thing that was read, if there was one.
struct Read {
    /// More may be read.
    went_on: bool,
    /// Kind and place of what was consumed; of bytes that are no line, the place says nothing.
    shape: Option<(RawKind, Range<usize>)>,
}

impl Read {
    fn line(kind: LineKind, text: Range<usize>) -> Self {
        Read {
            went_on: true,
            shape: Some((RawKind::Line(kind), text)),
        }
    }

    fn bytes(kind: RawKind, went_on: bool) -> Self {
        Read {
            went_on,
            shape: Some((kind, 0..0)),
        }
    }
}

impl Dispatch {
    /// Returns `true` where an idle host has read all that came: what most bytes of a slow line leave behind.
    #[inline]
    pub(super) fn waits_for_input(&self, runner: &Runner) -> bool {
        self.inbox.is_searched() && self.reads_lines_alone(runner)
    }

    /// Reads the next thing in the inbox; `false` when more must come first.
    pub(super) fn read_on(&mut self, runner: &mut Runner) -> bool {
        if self.reads_lines_alone(runner) {
            let line = self.inbox.next_line();
            let went_on = line.is_some();
            line.map(|range| self.read_line(runner, range));
            return went_on;
        }
        if matches!(runner.activity, Activity::Idle) && self.inbox.pending().is_empty() {
            return false;
        }
        let from = self.inbox.consumed();
        let read = self.read_next(runner);
        let all = from..self.inbox.consumed();
        if runner.logs_raw && !all.is_empty() {
            let (kind, text) = read.shape.unwrap_or((RawKind::LineEnds, 0..0));
            // It stands before what came of it.
            let consumed = Consumed { kind, all, text };
            runner.notices.push_front(Notice::RawReceived(consumed));
        }
        read.went_on
    }

    /// Returns `true` where lines are all that can come: no command runs, and nothing is logged. A module may have much to
    /// say to an idle host, and each look at it is short.
    fn reads_lines_alone(&self, runner: &Runner) -> bool {
        matches!(runner.activity, Activity::Idle)
            && !matches!(self.skip, Skip::Bytes(_))
            && !runner.logs_lines
            && !runner.logs_raw
            && !runner.may_be_in_data_mode()
    }

    fn read_next(&mut self, runner: &mut Runner) -> Read {
        if let Skip::Bytes(_) = self.skip {
            return Read::bytes(RawKind::Skipped, self.skip_bytes());
        }
        if runner.discards_input() {
            return Read::bytes(RawKind::Skipped, self.discard(runner));
        }
        if let Some(read) = self.read_payload(runner) {
            return read;
        }
        if self.read_prompt(runner) {
            return Read::bytes(RawKind::Line(LineKind::Connect), true);
        }
        let Some(range) = self.inbox.next_line() else {
            let rest = self.inbox.pending().len();
            let passed = runner.watch_upload(self.inbox.pending());
            if passed {
                self.inbox.take(rest);
                return Read::bytes(RawKind::Skipped, true);
            }
            return Read {
                went_on: false,
                // A line that is too long is dropped.
                shape: self.inbox.is_dropping().then_some((RawKind::Skipped, 0..0)),
            };
        };
        if !runner.logs_lines {
            let kind = self.read_line(runner, range.clone());
            return Read::line(kind, range);
        }
        // The log shows the line before what comes of it, which tells its kind.
        let place = runner.notices.len();
        let notice = Notice::Received(range.clone(), LineKind::Noise);
        runner.notices.push_back(notice);
        let read = self.read_line(runner, range.clone());
        if let Some(Notice::Received(_, kind)) = runner.notices.get_mut(place) {
            *kind = read;
        }
        Read::line(read, range)
    }

    /// Passes over raw bytes; `false` when more of them must come.
    fn skip_bytes(&mut self) -> bool {
        let Skip::Bytes(count) = self.skip else {
            return true;
        };
        let skipped = self.inbox.take(count.min(self.inbox.pending().len())).len();
        self.skip = match count - skipped {
            0 => Skip::Nothing,
            rest => Skip::Bytes(rest),
        };
        self.skip == Skip::Nothing
    }

    /// Passes over all input, but for the trace.
    fn discard(&mut self, runner: &mut Runner) -> bool {
        let pending = self.inbox.pending().len();
        let range = self.inbox.take(pending);
        let logged = runner.logs_payload && !range.is_empty();
        if logged {
            let time = self.inbox.arrival(&range);
            let notice = Notice::PayloadReceived(range, time);
            runner.notices.push_back(notice);
        }
        logged
    }

    /// Takes the `>` of a module that asks for a payload.
    fn read_prompt(&mut self, runner: &mut Runner) -> bool {
        let Activity::Command(run) = &runner.activity else {
            return false;
        };
        let pending = self.inbox.pending();
        let ends = pending
            .iter()
            .take_while(|byte| matches!(byte, b'\r' | b'\n'))
            .count();
        let asked = run.step.is_prompted()
            && run.exchange.state() == ExchangeState::Commanded
            && pending.get(ends) == Some(&b'>');
        if asked {
            self.inbox.take(ends + 1);
            runner.step(LineEvent::Connect);
        }
        asked
    }

    /// Hands on the payload of a download; `None` when lines are due.
    fn read_payload(&mut self, runner: &mut Runner) -> Option<Read> {
        let Activity::Command(run) = &mut runner.activity else {
            return None;
        };
        let silent = runner.now.saturating_sub(runner.read_at);
        let from = self.inbox.consumed();
        let read = run.read_payload(&mut self.inbox, silent, runner.logs_raw)?;
        if let (true, PayloadRead::Data(range) | PayloadRead::Kept(range)) =
            (runner.logs_payload, &read)
        {
            let time = self.inbox.arrival(&(from..self.inbox.consumed()));
            let notice = Notice::PayloadReceived(range.clone(), time);
            runner.notices.push_back(notice);
        }
        Some(match read {
            PayloadRead::Data(range) => {
                runner.notices.push_back(Notice::Data(range));
                Read::bytes(RawKind::Payload, true)
            }
            PayloadRead::Kept(_) => Read::bytes(RawKind::Payload, true),
            PayloadRead::Framing => Read::bytes(RawKind::Framing, true),
            PayloadRead::Nothing => Read::bytes(RawKind::Framing, false),
            PayloadRead::End if run.take_answered_question(self.inbox.pending(), silent) => {
                self.inbox.take(self.inbox.pending().len());
                runner.end_exchange();
                Read::bytes(RawKind::Skipped, true)
            }
            PayloadRead::End => {
                runner.step(LineEvent::PayloadEnd);
                Read::bytes(RawKind::Framing, true)
            }
        })
    }

    /// Acts on one whole line, and returns its kind.
    fn read_line(&mut self, runner: &mut Runner, range: Range<usize>) -> LineKind {
        let bytes = self.inbox.bytes(range.clone());
        let line = at::parse_reply(bytes);
        if core::mem::take(&mut self.skip) == Skip::Line {
            return report_urc(runner, range, bytes);
        }
        if runner.take_line(&line) {
            return LineKind::Unsolicited;
        }
        let Activity::Command(run) = &mut runner.activity else {
            self.skip = skip_behind(&line);
            if let Line::Text(text) = line
                && dialect::is_restart(text)
            {
                runner.handle_restart();
            }
            return report_unless_result(runner, range, &line, bytes);
        };
        match line {
            Line::Text(text) if run.step.is_echo(text) => {
                runner.note_echo();
                return LineKind::Echo;
            }
            Line::Text(text) if dialect::is_restart(text) => {
                let kind = report_urc(runner, range, bytes);
                runner.handle_restart();
                return kind;
            }
            _ => {}
        }
        let line_event = run.take_line(&line, bytes, runner.stale);
        if line_event.is_none_or(|line_event| !run.exchange.allows(line_event))
            && !explains_itself(&line)
        {
            run.note_noise(bytes);
        }
        if line_event.is_none() {
            if note_transcript(run, runner.dialect, &line) {
                return LineKind::Information;
            }
            run.note_session_error(&line, runner.now);
            self.skip = skip_behind(&line);
        }
        deliver(runner, range, bytes, line_event)
    }
}

/// Steps the exchange by the event of a line, if it may come now; the line is a URC, or noise, otherwise.
fn deliver(
    runner: &mut Runner,
    range: Range<usize>,
    text: &[u8],
    line_event: Option<LineEvent>,
) -> LineKind {
    match line_event {
        Some(line_event) if runner.allows(line_event) => {
            runner.step(line_event);
            LineKind::from_event(line_event)
        }
        // Payload that is late, perhaps.
        _ if runner.may_be_in_data_mode() => LineKind::Noise,
        Some(LineEvent::Urc | LineEvent::Information) | None => report_urc(runner, range, text),
        // A result code that nothing asked for: the rest of an abandoned command, noise, or an answer that came twice.
        Some(_) => {
            runner.note_unasked_result();
            LineKind::Noise
        }
    }
}

/// Returns `true` for a line that another service of the module says at any time.
fn explains_itself(line: &Line<'_>) -> bool {
    match line {
        Line::Information { .. } => true,
        Line::Text(text) => *text == b"RING",
        Line::Ok | Line::Connect(_) | Line::Failed(_) => false,
    }
}

/// Reports a line that comes while no command runs. A result code is of an earlier one, or of what was no command, and
/// more may come of it; `NO CARRIER` is the end of a voice call, too (FIELD 6).
fn report_unless_result(
    runner: &mut Runner,
    range: Range<usize>,
    line: &Line<'_>,
    text: &[u8],
) -> LineKind {
    match line {
        Line::Failed(FinalErrorLine::NoCarrier) | Line::Information { .. } | Line::Text(_) => {
            report_urc(runner, range, text)
        }
        Line::Ok | Line::Connect(_) | Line::Failed(_) => {
            runner.note_unasked_result();
            LineKind::Noise
        }
    }
}

/// Reports a line that belongs to no command. After an upload that the module ended by itself it may be an echo of
/// payload, but for the lines of the banner.
fn report_urc(runner: &mut Runner, range: Range<usize>, text: &[u8]) -> LineKind {
    let mut banner = runner.dialect.banner.iter();
    if runner.needs_resync == Some(NeedsResync::PayloadAsLines)
        && !banner.any(|known| known.text.as_bytes() == text)
    {
        return LineKind::Noise;
    }
    runner.notices.push_back(Notice::Urc(range));
    LineKind::Unsolicited
}

/// Keeps the server's reply out of the control connection that some modules show (003 §1.2.3). Returns `true` for such a
/// line: while a command runs it tells of that command, and is no URC.
fn note_transcript(
    run: &mut CommandRun,
    dialect: &'static dialect::Dialect,
    line: &Line<'_>,
) -> bool {
    let Line::Information { name, fields } = line else {
        return false;
    };
    let reply = family::of(dialect.family).server_reply(name, fields);
    run.outcome.server = reply.or(run.outcome.server);
    let transcript = dialect.command(CommandKind::FtpTranscript);
    transcript.is_some_and(|command| command.name.as_bytes() == *name)
}

/// Returns the input to skip behind some URCs: a line of free text, or raw bytes (FIELD 6).
fn skip_behind(line: &Line<'_>) -> Skip {
    let Line::Information { name, fields } = line else {
        return Skip::Nothing;
    };
    if dialect::URCS_WITH_TEXT
        .iter()
        .any(|known| known.as_bytes() == *name)
    {
        return Skip::Line;
    }
    if *name != b"+QIURC" {
        return Skip::Nothing;
    }
    let mut fields = Fields::new(fields).take(3).filter_map(Result::ok);
    let [kind, _id, length] = [fields.next(), fields.next(), fields.next()];
    match (kind, length.and_then(Token::integer)) {
        (Some(Token::Quoted(b"recv")), Some(length)) => {
            let length = usize::try_from(length).unwrap_or(0).min(MAX_BLOCK);
            match length {
                0 => Skip::Nothing,
                length => Skip::Bytes(length),
            }
        }
        _ => Skip::Nothing,
    }
}
