//! Output to the host: result codes, information and payload at once, unsolicited result codes when the line is free.

use alloc::format;
use alloc::vec::Vec;

use core::time::Duration;

use super::output_runs::{OutputKind, OutputRun, OutputRuns};
use super::pacing::LineRate;
use super::release::{OutputRelease, Waiting};
use super::response::CommandError;
use super::urc_queue::UrcQueue;
#[cfg(all(unix, feature = "emulator"))]
use crate::wiped::IDLE_ROOM;

/// Output may grow to this many bytes before [`Module::wants_data`](super::Module::wants_data) and
/// [`Module::wants_input`](super::Module::wants_input) say stop.
const HIGH_WATER: usize = 64 * 1024;

/// Says how results are written (COMMON 0.2, 0.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ResultFormat {
    /// `ATV1`: words with line ends around them, not digits.
    pub(super) verbose: bool,
    /// `ATQ1`: no result codes at all.
    pub(super) quiet: bool,
    pub(super) errors: ErrorDetail,
}

/// Says how much an error tells, `AT+CMEE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ErrorDetail {
    /// 0: `ERROR`
    Plain,
    /// 1: `+CME ERROR: <n>`
    Number,
    /// 2: `+CME ERROR: <text>`
    Words,
}

impl ErrorDetail {
    /// Returns the meaning of a number of `AT+CMEE`.
    pub(super) fn from_number(number: u64) -> Self {
        match number {
            0 => ErrorDetail::Plain,
            2 => ErrorDetail::Words,
            _ => ErrorDetail::Number,
        }
    }

    /// Returns the number of `AT+CMEE`.
    pub(super) fn number(self) -> u8 {
        match self {
            ErrorDetail::Plain => 0,
            ErrorDetail::Number => 1,
            ErrorDetail::Words => 2,
        }
    }
}

impl Default for ResultFormat {
    fn default() -> Self {
        ResultFormat {
            verbose: true,
            quiet: false,
            errors: ErrorDetail::Number,
        }
    }
}

/// Says how long unsolicited result codes keep their distance from a final result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quiet {
    /// No final result came since the last of them.
    Over,
    /// The final result that ends at this place has not gone out.
    Unsent(u64),
    /// Until this time.
    Until(Duration),
}

/// Collects the bytes for the host and the unsolicited result codes that wait.
#[derive(Debug)]
pub(super) struct LineOutput {
    pub(super) format: ResultFormat,
    /// Finds the words of a `+CME ERROR`.
    cme_text: fn(u16) -> Option<&'static str>,
    bytes: Vec<u8>,
    /// Number of bytes that have gone out.
    sent: u64,
    release: OutputRelease,
    /// Speed of the line from the end of this output on.
    next_rate: Option<LineRate>,
    quiet: Quiet,
    /// The kinds of the bytes.
    runs: OutputRuns,
    urcs: UrcQueue,
}

impl LineOutput {
    pub(super) fn new(cme_text: fn(u16) -> Option<&'static str>) -> Self {
        LineOutput {
            format: ResultFormat::default(),
            cme_text,
            bytes: Vec::new(),
            sent: 0,
            release: OutputRelease::default(),
            next_rate: None,
            quiet: Quiet::Over,
            runs: OutputRuns::default(),
            urcs: UrcQueue::default(),
        }
    }

    /// Returns the bytes that wait for the line.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Takes over the bytes that wait in another output; this one has none yet.
    pub(super) fn take_over(&mut self, other: LineOutput) {
        self.bytes = other.bytes;
        self.runs = other.runs;
    }

    /// Gives back the room for bytes where none wait.
    #[cfg(all(unix, feature = "emulator"))]
    pub(super) fn give_back(&mut self) {
        if self.bytes.is_empty() && self.bytes.capacity() > IDLE_ROOM {
            self.bytes = Vec::new();
        }
    }

    /// Returns the first run of bytes of one kind.
    #[cfg_attr(not(all(unix, feature = "emulator")), allow(dead_code))]
    pub(super) fn first_run(&self) -> Option<OutputRun> {
        self.runs.first()
    }

    /// Tells whether so much waits that a download waits too.
    pub(super) fn is_full(&self) -> bool {
        let most = self.rate().map_or(HIGH_WATER, LineRate::buffer);
        self.bytes.len() >= most.min(HIGH_WATER)
    }

    /// Tells whether so much waits that what is typed waits too: it is echoed and answered.
    pub(super) fn stops_input(&self) -> bool {
        self.bytes.len() >= HIGH_WATER
    }

    /// Returns the bytes that may go out.
    pub(super) fn released(&self, now: Duration) -> &[u8] {
        let count = self.release.released(self.waiting(), now);
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        self.bytes.get(..count).unwrap_or(&self.bytes)
    }

    /// Drops the bytes that have gone out.
    pub(super) fn transmitted(&mut self, count: usize) {
        let count = count.min(self.bytes.len());
        self.bytes.drain(..count);
        self.runs.drop_first(count);
        self.sent += count as u64;
        self.release.transmitted(count as u64, self.waiting());
    }

    /// Holds what is written from here on for a time.
    pub(super) fn hold(&mut self, now: Duration, delay: Duration) {
        self.release.hold(self.written(), now, delay);
    }

    /// Tells whether an answer is held.
    pub(super) fn is_holding(&self) -> bool {
        self.release.is_holding()
    }

    /// Lets go what may go by `now`; the time was `before` until now.
    pub(super) fn advance(&mut self, before: Duration, now: Duration) {
        self.release.advance(self.waiting(), before, now);
    }

    /// Returns when more may go out.
    pub(super) fn next_release(&self, now: Duration) -> Option<Duration> {
        self.release.next_release(self.waiting(), now)
    }

    /// Returns the speed of the line, if it has one.
    pub(super) fn rate(&self) -> Option<LineRate> {
        self.release.rate
    }

    /// Gives the line a speed.
    pub(super) fn set_rate(&mut self, rate: Option<LineRate>) {
        self.release.rate = rate;
    }

    /// Changes the speed of a line that has one, when all that is being said has gone out.
    pub(super) fn set_next_rate(&mut self, rate: LineRate) {
        self.next_rate = self.rate().map(|_| rate);
    }

    /// Changes the speed if its time has come; returns true if it did.
    pub(super) fn change_rate(&mut self) -> bool {
        let changed = self.next_rate.take_if(|_| self.bytes.is_empty());
        if let Some(rate) = changed {
            self.release.change_rate(rate);
        }
        changed.is_some()
    }

    fn waiting(&self) -> Waiting {
        Waiting {
            sent: self.sent,
            written: self.written(),
        }
    }

    /// Returns the number of bytes that have gone out.
    pub(super) fn sent(&self) -> u64 {
        self.sent
    }

    /// Returns the number of bytes that have gone out once all that waits has.
    pub(super) fn written(&self) -> u64 {
        self.sent + self.bytes.len() as u64
    }

    /// Returns the number of bytes that have gone out once the last text has, before its line end.
    pub(super) fn written_text(&self) -> u64 {
        let is_end = |byte: &&u8| matches!(byte, b'\r' | b'\n');
        let end = self.bytes.iter().rev().take_while(is_end).count();
        self.written() - end as u64
    }

    /// Writes a part of a line as it is.
    pub(super) fn raw(&mut self, bytes: &[u8]) {
        self.write(OutputKind::Lines, |buffer| buffer.extend_from_slice(bytes));
    }

    /// Writes back what was typed.
    pub(super) fn echo(&mut self, bytes: &[u8]) {
        self.write(OutputKind::Echo, |buffer| buffer.extend_from_slice(bytes));
    }

    /// Writes payload as it is.
    pub(super) fn payload(&mut self, bytes: &[u8]) {
        self.encoded_payload(|buffer| buffer.extend_from_slice(bytes));
    }

    /// Writes payload by a function that encodes it.
    pub(super) fn encoded_payload(&mut self, encode: impl FnOnce(&mut Vec<u8>)) {
        self.write(OutputKind::Payload, encode);
    }

    fn write(&mut self, kind: OutputKind, write: impl FnOnce(&mut Vec<u8>)) {
        let before = self.bytes.len();
        write(&mut self.bytes);
        self.runs.push(kind, self.bytes.len() - before);
    }

    /// Writes a final result code.
    pub(super) fn result(&mut self, result: Result<(), CommandError>) {
        if self.format.quiet {
            return;
        }
        self.write_result(result);
        self.quiet = Quiet::Unsent(self.written());
    }

    fn write_result(&mut self, result: Result<(), CommandError>) {
        match (result, self.format.errors) {
            (Err(CommandError::Cme(number)), ErrorDetail::Number) => {
                self.information(format!("+CME ERROR: {number}").as_bytes());
            }
            (Err(CommandError::Cme(number)), ErrorDetail::Words) => {
                let text = match (self.cme_text)(number) {
                    Some(meaning) => format!("+CME ERROR: {meaning}"),
                    None => format!("+CME ERROR: {number}"),
                };
                self.information(text.as_bytes());
            }
            _ if !self.format.verbose => {
                self.raw(digit(result));
                self.raw(b"\r");
            }
            (Ok(()), _) => self.information(b"OK"),
            (Err(CommandError::NoCarrier), _) => self.information(b"NO CARRIER"),
            (Err(_), _) => self.information(b"ERROR"),
        }
    }

    /// Writes `CONNECT`, with the number of bytes to come where there is one.
    pub(super) fn connect(&mut self, count: Option<u64>) {
        match (self.format.quiet, self.format.verbose, count) {
            (true, ..) => {}
            (_, false, _) => self.raw(b"1\r"),
            (_, _, None) => self.information(b"CONNECT"),
            (_, _, Some(count)) => self.information(format!("CONNECT {count}").as_bytes()),
        }
    }

    /// Writes one line of information.
    pub(super) fn information(&mut self, text: &[u8]) {
        self.information_lines([text].into_iter());
    }

    /// Writes lines of information, with an empty line before the first.
    pub(super) fn information_lines<'a>(&mut self, lines: impl Iterator<Item = &'a [u8]>) {
        for (index, line) in lines.enumerate() {
            if index == 0 && self.format.verbose {
                self.raw(b"\r\n");
            }
            self.raw(line);
            self.raw(b"\r\n");
        }
    }

    /// Returns the unsolicited result codes that wait.
    pub(super) fn urcs(&mut self) -> &mut UrcQueue {
        &mut self.urcs
    }

    /// Returns true if the last final result has gone out, once.
    pub(super) fn take_sent_result(&mut self) -> bool {
        let sent = matches!(self.quiet, Quiet::Unsent(end) if self.sent >= end);
        if sent {
            self.quiet = Quiet::Over;
        }
        sent
    }

    /// Lets unsolicited result codes keep their distance until a time.
    pub(super) fn keep_quiet(&mut self, until: Duration) {
        self.quiet = Quiet::Until(until);
    }

    /// Returns how long unsolicited result codes still keep their distance; `None` while the final result has not gone out.
    pub(super) fn quiet_time(&self, now: Duration) -> Option<Duration> {
        match self.quiet {
            Quiet::Unsent(_) => None,
            Quiet::Until(until) => Some(until.saturating_sub(now)),
            Quiet::Over => Some(Duration::ZERO),
        }
    }

    /// Returns when the next unsolicited result code may be written. `apart`: not before the last final result has gone
    /// out.
    pub(super) fn urc_due(&self, apart: bool) -> Option<Duration> {
        let urc = self.urcs.first()?;
        match self.quiet {
            _ if urc.is_overdue() => Some(urc.not_before),
            Quiet::Unsent(_) if apart => None,
            Quiet::Until(until) => Some(until.max(urc.not_before)),
            Quiet::Unsent(_) | Quiet::Over => Some(urc.not_before),
        }
    }

    /// Writes the oldest unsolicited result code that waits, and returns it.
    pub(super) fn write_urc(&mut self) -> Option<Vec<u8>> {
        let text = self.urcs.take()?;
        self.quiet = Quiet::Over;
        self.information(&text);
        Some(text)
    }
}

/// Returns a result code as a number, for `ATV0` (COMMON 0.3).
fn digit(result: Result<(), CommandError>) -> &'static [u8] {
    match result {
        Ok(()) => b"0",
        Err(CommandError::NoCarrier) => b"3",
        Err(CommandError::Plain | CommandError::Cme(_)) => b"4",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes;

    fn output(verbose: bool, errors: ErrorDetail) -> LineOutput {
        let mut output = LineOutput::new(codes::cme_meaning);
        output.format = ResultFormat {
            verbose,
            quiet: false,
            errors,
        };
        output
    }

    #[test]
    fn results_are_written_as_v_and_cmee_say() {
        let not_found = Err(CommandError::Cme(405));
        let cases: &[(_, _, _, &[u8])] = &[
            (true, ErrorDetail::Number, Ok(()), b"\r\nOK\r\n"),
            (false, ErrorDetail::Number, Ok(()), b"0\r"),
            (true, ErrorDetail::Plain, not_found, b"\r\nERROR\r\n"),
            (
                true,
                ErrorDetail::Number,
                not_found,
                b"\r\n+CME ERROR: 405\r\n",
            ),
            (
                true,
                ErrorDetail::Words,
                not_found,
                b"\r\n+CME ERROR: file not found\r\n",
            ),
            (false, ErrorDetail::Plain, not_found, b"4\r"),
            (
                true,
                ErrorDetail::Number,
                Err(CommandError::NoCarrier),
                b"\r\nNO CARRIER\r\n",
            ),
            (
                false,
                ErrorDetail::Number,
                Err(CommandError::NoCarrier),
                b"3\r",
            ),
        ];
        for (verbose, errors, result, expected) in cases {
            let mut output = output(*verbose, *errors);
            output.result(*result);
            assert_eq!(output.bytes(), *expected);
        }
    }

    #[test]
    fn a_quiet_line_has_no_results_but_information() {
        let mut output = output(true, ErrorDetail::Number);
        output.format.quiet = true;
        output.result(Ok(()));
        output.connect(None);
        assert!(output.bytes().is_empty());
        output.information(b"+CSQ: 28,99");
        assert_eq!(output.bytes(), b"\r\n+CSQ: 28,99\r\n");
    }

    #[test]
    fn every_byte_is_in_a_run_of_its_kind() {
        let mut output = output(true, ErrorDetail::Number);
        assert_eq!(output.first_run(), None);
        output.echo(b"AT");
        output.echo(b"\r");
        output.connect(None);
        output.payload(b"");
        output.payload(b"abc");
        output.result(Ok(()));
        let mut runs = Vec::new();
        while let Some(run) = output.first_run() {
            runs.push((run.kind, run.length));
            // A line that takes a byte less leaves a shorter run.
            output.transmitted(run.length - 1);
            let left = OutputRun { length: 1, ..run };
            assert_eq!(output.first_run(), Some(left));
            output.transmitted(1);
        }
        let expected = [
            (OutputKind::Echo, 3),
            (OutputKind::Lines, "\r\nCONNECT\r\n".len()),
            (OutputKind::Payload, 3),
            (OutputKind::Lines, "\r\nOK\r\n".len()),
        ];
        assert_eq!(runs, expected);
        assert!(output.bytes().is_empty());
    }
}
