//! Output to the host: result codes, information and payload at once, unsolicited result codes when the line is free.

use alloc::collections::VecDeque;
use alloc::format;
use alloc::vec::Vec;

use super::response::CommandError;

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

/// Says what bytes for the host are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OutputKind {
    /// Lines: result codes, information, unsolicited result codes, prompts.
    Lines,
    /// The echo of what was typed.
    Echo,
    /// Payload, as it is framed on the line.
    Payload,
}

/// Bytes for the host that are of one kind, one behind the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OutputRun {
    pub(crate) kind: OutputKind,
    /// Their number.
    pub(crate) length: usize,
}

/// Collects the bytes for the host and the unsolicited result codes that wait.
#[derive(Debug)]
pub(super) struct LineOutput {
    pub(super) format: ResultFormat,
    /// Finds the words of a `+CME ERROR`.
    cme_text: fn(u16) -> Option<&'static str>,
    bytes: Vec<u8>,
    /// The kinds of the bytes, in runs that cover all of them.
    runs: VecDeque<OutputRun>,
    urcs: VecDeque<Vec<u8>>,
    /// Drops the next unsolicited result code, where a fault wants that.
    pub(super) loses_urc: bool,
}

impl LineOutput {
    pub(super) fn new(cme_text: fn(u16) -> Option<&'static str>) -> Self {
        LineOutput {
            format: ResultFormat::default(),
            cme_text,
            bytes: Vec::new(),
            runs: VecDeque::new(),
            urcs: VecDeque::new(),
            loses_urc: false,
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

    /// Returns the first run of bytes of one kind.
    #[cfg_attr(not(all(unix, feature = "emulator")), allow(dead_code))]
    pub(super) fn first_run(&self) -> Option<OutputRun> {
        self.runs.front().copied()
    }

    /// Drops the bytes that have gone out.
    pub(super) fn transmitted(&mut self, count: usize) {
        let mut left = count.min(self.bytes.len());
        self.bytes.drain(..left);
        while let Some(run) = self.runs.front_mut() {
            let gone = run.length.min(left);
            run.length -= gone;
            left -= gone;
            if run.length > 0 {
                return;
            }
            self.runs.pop_front();
        }
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
        let length = self.bytes.len() - before;
        match self.runs.back_mut() {
            Some(run) if run.kind == kind => run.length += length,
            _ if length > 0 => self.runs.push_back(OutputRun { kind, length }),
            _ => {}
        }
    }

    /// Writes a final result code.
    pub(super) fn result(&mut self, result: Result<(), CommandError>) {
        if self.format.quiet {
            return;
        }
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

    /// Queues an unsolicited result code until the line is free.
    pub(super) fn urc(&mut self, text: Vec<u8>) {
        self.urcs.push_back(text);
    }

    /// Lets the newest unsolicited result code overtake the others. Nothing may come between the payload of a download
    /// and the report of it, by which hosts find its end (FIELD 2.1).
    pub(super) fn send_last_urc_first(&mut self) {
        self.urcs.rotate_right(usize::from(!self.urcs.is_empty()));
    }

    /// Writes the oldest unsolicited result code that waits, and returns it.
    pub(super) fn write_urc(&mut self) -> Option<Vec<u8>> {
        let mut text = self.urcs.pop_front()?;
        if core::mem::take(&mut self.loses_urc) {
            text = self.urcs.pop_front()?;
        }
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

    #[test]
    fn urcs_wait_and_the_last_can_overtake() {
        let mut output = output(true, ErrorDetail::Number);
        output.urc(b"A".to_vec());
        output.urc(b"B".to_vec());
        output.send_last_urc_first();
        assert_eq!(output.write_urc().as_deref(), Some(&b"B"[..]));
        assert_eq!(output.bytes(), b"\r\nB\r\n");
        output.transmitted(3);
        assert_eq!(output.bytes(), b"\r\n");
        output.loses_urc = true;
        assert_eq!(output.write_urc(), None);
        output.urc(b"C".to_vec());
        assert_eq!(output.write_urc().as_deref(), Some(&b"C"[..]));
    }
}
