//! The kinds of the bytes for the host, in runs that cover all of them: a trace shows lines, echo and payload apart.

use alloc::collections::VecDeque;

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

/// Holds the runs of all bytes that wait.
#[derive(Debug, Default)]
pub(super) struct OutputRuns(VecDeque<OutputRun>);

impl OutputRuns {
    /// Adds bytes at the end.
    pub(super) fn push(&mut self, kind: OutputKind, length: usize) {
        match self.0.back_mut() {
            Some(run) if run.kind == kind => run.length += length,
            _ if length > 0 => self.0.push_back(OutputRun { kind, length }),
            _ => {}
        }
    }

    /// Returns the first run.
    #[cfg_attr(not(all(unix, feature = "emulator")), allow(dead_code))]
    pub(super) fn first(&self) -> Option<OutputRun> {
        self.0.front().copied()
    }

    /// Drops the first bytes.
    pub(super) fn drop_first(&mut self, count: usize) {
        let mut left = count;
        while let Some(run) = self.0.front_mut() {
            let gone = run.length.min(left);
            run.length -= gone;
            left -= gone;
            if run.length > 0 {
                return;
            }
            self.0.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_of_one_kind_are_one_run_until_they_have_gone() {
        let run = |kind, length| Some(OutputRun { kind, length });
        let mut runs = OutputRuns::default();
        runs.push(OutputKind::Echo, 2);
        runs.push(OutputKind::Payload, 0);
        runs.push(OutputKind::Echo, 1);
        runs.push(OutputKind::Lines, 5);
        assert_eq!(runs.first(), run(OutputKind::Echo, 3));
        runs.drop_first(2);
        assert_eq!(runs.first(), run(OutputKind::Echo, 1));
        runs.drop_first(3);
        assert_eq!(runs.first(), run(OutputKind::Lines, 3));
        runs.drop_first(3);
        assert_eq!(runs.first(), None);
    }
}
