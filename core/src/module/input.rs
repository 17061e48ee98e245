//! Input from the host: the command line being typed, the one being executed, and the bytes that wait behind it.
//!
//! One command line is executed at a time. A part that has to wait for the driver keeps the line, and what is typed
//! meanwhile waits in the backlog. So does what is typed by a host that does not read the answers. Behind a command that leads to data mode nothing waits: what comes before its
//! `CONNECT` has gone out is discarded (DIALECTS "Data mode").

use super::data_mode::LineMode;
use super::response::CommandError;
use crate::framing::command_line::{CommandLine, Editing, Typed};
use crate::wiped::WipedBytes;

/// Holds a command line, and which of its commands is next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Execution {
    pub(super) line: WipedBytes,
    pub(super) next: usize,
}

/// Holds what comes from the host, and what is done with it.
#[derive(Debug)]
pub(super) struct LineInput {
    typed: CommandLine,
    last_line: WipedBytes,
    execution: Option<Execution>,
    /// Result of the command that had to wait; the module goes on with the line.
    finished: Option<Result<(), CommandError>>,
    backlog: WipedBytes,
    /// The output, up to the end of `CONNECT`, before whose end what is typed is discarded.
    discard_until: Option<u64>,
    /// The CR of a command line was the last byte.
    after_cr: bool,
    pub(super) mode: LineMode,
}

/// Tells what a piece of typing came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TypedLine {
    /// The line has not ended, or is blank.
    Nothing,
    /// The line was too long.
    TooLong,
    /// This line is to be executed.
    Execute(WipedBytes),
}

impl Default for LineInput {
    fn default() -> Self {
        LineInput {
            typed: CommandLine::default(),
            last_line: b"AT"[..].into(),
            execution: None,
            finished: None,
            backlog: WipedBytes::default(),
            discard_until: None,
            after_cr: false,
            mode: LineMode::Command,
        }
    }
}

impl LineInput {
    /// Tells whether a command line is being executed.
    pub(super) fn is_busy(&self) -> bool {
        self.execution.is_some()
    }

    /// Tells whether the line is in command mode and no command is being answered.
    pub(super) fn is_free(&self) -> bool {
        self.mode.is_command() && !self.is_busy()
    }

    /// Takes the LF of the CR LF that ended a command line, if it is the next byte: it is not echoed. Where an LF ends a
    /// line too, it ends an empty one.
    pub(super) fn take_line_feed(&mut self, bytes: &[u8]) -> usize {
        let after_cr = core::mem::take(&mut self.after_cr);
        usize::from(after_cr && bytes.first() == Some(&b'\n'))
    }

    /// Takes typed bytes up to the end of a line; returns how many they were.
    pub(super) fn take_line(&mut self, bytes: &[u8], editing: Editing) -> (usize, TypedLine) {
        let (count, typed) = self.typed.take(bytes, editing);
        self.after_cr = typed.is_some() && bytes[..count].ends_with(b"\r");
        let line = match typed {
            None => TypedLine::Nothing,
            Some(Typed::TooLong) => TypedLine::TooLong,
            Some(Typed::Line(line)) if line.iter().all(|byte| *byte == b' ') => TypedLine::Nothing,
            Some(Typed::Line(line)) => {
                let line = WipedBytes::from(line);
                self.last_line = line.clone();
                TypedLine::Execute(line)
            }
            Some(Typed::Repeat) => TypedLine::Execute(self.last_line.clone()),
        };
        (count, line)
    }

    /// Discards a partial line.
    pub(super) fn clear_typed(&mut self) {
        self.typed.clear();
        self.after_cr = false;
    }

    /// Keeps a command line until its next command can run.
    pub(super) fn execute(&mut self, execution: Execution) {
        self.execution = Some(execution);
    }

    /// Hands over the command line under execution; the line is free without it.
    pub(super) fn take_execution(&mut self) -> Option<Execution> {
        self.execution.take()
    }

    /// Keeps the line until a command ends whose payload is over.
    pub(super) fn hold(&mut self) {
        self.execute(Execution {
            line: b"AT"[..].into(),
            next: 1,
        });
    }

    /// Ends the command that had to wait.
    pub(super) fn finish(&mut self, result: Result<(), CommandError>) {
        self.finished = Some(result);
    }

    /// Hands over the result of the command that had to wait.
    pub(super) fn take_finished(&mut self) -> Option<Result<(), CommandError>> {
        self.finished.take()
    }

    /// Keeps bytes until the line is free.
    pub(super) fn postpone(&mut self, bytes: &[u8]) {
        self.backlog.extend(bytes);
    }

    /// Gives back the room for bytes where none wait.
    #[cfg(all(unix, feature = "emulator"))]
    pub(super) fn give_back(&mut self) {
        self.backlog.give_back();
    }

    /// Tells whether bytes were kept.
    pub(super) fn has_backlog(&self) -> bool {
        !self.backlog.is_empty()
    }

    /// Hands over the bytes that were kept.
    pub(super) fn take_backlog(&mut self) -> WipedBytes {
        core::mem::take(&mut self.backlog)
    }

    /// Keeps the rest of the bytes that were handed over, before what came meanwhile.
    pub(super) fn put_back(&mut self, mut backlog: WipedBytes) {
        if !backlog.is_empty() {
            backlog.extend(&self.backlog);
            self.backlog = backlog;
        }
    }

    /// Ends the command line without a result code and carries payload from now on. A partial line is discarded.
    pub(super) fn enter(&mut self, mode: LineMode) {
        self.execution = None;
        self.clear_typed();
        self.mode = mode;
    }

    /// Discards what waits, and what comes until so much output has gone out.
    pub(super) fn discard_until(&mut self, output: u64) {
        self.backlog.clear();
        self.discard_until = Some(output);
    }

    /// Takes note of how much output has gone out.
    pub(super) fn on_output(&mut self, sent: u64) {
        self.discard_until = self.discard_until.filter(|until| sent < *until);
    }

    /// Tells whether what comes is discarded.
    pub(super) fn discards(&self) -> bool {
        self.discard_until.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EDITING: Editing = Editing {
        terminator: b'\r',
        backspace: 8,
        line_feed_ends: false,
    };

    #[test]
    fn a_line_ends_at_its_terminator_and_a_slash_repeats_it() {
        let mut input = LineInput::default();
        assert_eq!(input.take_line(b"AT+C", EDITING), (4, TypedLine::Nothing));
        let line = TypedLine::Execute(b"AT+CSQ"[..].into());
        assert_eq!(input.take_line(b"SQ\rAT", EDITING), (3, line.clone()));
        assert_eq!(input.take_line(b"A/", EDITING), (2, line));
        assert_eq!(input.take_line(b"  \r", EDITING), (3, TypedLine::Nothing));
    }

    #[test]
    fn payload_ends_the_command_line_and_a_held_line_is_busy() {
        let mut input = LineInput::default();
        assert!(input.is_free());
        input.hold();
        assert!(input.is_busy() && !input.is_free());
        input.take_line(b"AT+HALF", EDITING);
        input.enter(LineMode::Raw);
        assert!(!input.is_busy() && !input.is_free());
        input.mode = LineMode::Command;
        let line = TypedLine::Execute(b"AT"[..].into());
        assert_eq!(input.take_line(b"AT\r", EDITING), (3, line));
    }

    #[test]
    fn what_waits_is_discarded_and_what_comes_until_the_output_is_out() {
        let mut input = LineInput::default();
        input.postpone(b"\n");
        input.discard_until(11);
        assert!(input.discards() && input.take_backlog().is_empty());
        input.on_output(10);
        assert!(input.discards());
        input.on_output(11);
        assert!(!input.discards());
    }

    #[test]
    fn the_line_feed_of_a_line_end_is_taken_once() {
        let mut input = LineInput::default();
        assert_eq!(input.take_line_feed(b"\n"), 0);
        input.take_line(b"AT\r", EDITING);
        assert_eq!(input.take_line_feed(b"\nAT"), 1);
        assert_eq!(input.take_line_feed(b"\nAT"), 0);
        input.take_line(b"AT\r", EDITING);
        assert_eq!(input.take_line_feed(b"AT"), 0);
        input.take_line(b"AT", EDITING);
        assert_eq!(input.take_line_feed(b"\n"), 0);
    }

    #[test]
    fn a_result_and_a_backlog_are_handed_over_once() {
        let mut input = LineInput::default();
        input.finish(Err(CommandError::Plain));
        assert_eq!(input.take_finished(), Some(Err(CommandError::Plain)));
        assert_eq!(input.take_finished(), None);
        input.postpone(b"AT");
        input.postpone(b"\r");
        assert_eq!(*input.take_backlog(), *b"AT\r");
        assert!(input.take_backlog().is_empty());
        // What comes meanwhile stands behind the rest, and no rest takes nothing away.
        input.postpone(b"C");
        input.put_back(b"AB"[..].into());
        input.put_back(WipedBytes::default());
        assert_eq!(*input.take_backlog(), *b"ABC");
    }
}
