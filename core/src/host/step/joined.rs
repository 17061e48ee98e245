//! Several commands in one line (V.250 §5.2.1): one round trip for all of them.
//!
//! The first command that fails ends the line, and the rest is not carried out. A module may also leave out what stands
//! behind the first command and say `OK`. So each line ends with a question whose answer shows that the module came to
//! the end; where it is missing, or a command failed, the commands are sent one by one, and the error is that of the
//! command that failed.

use alloc::vec::Vec;
use core::time::Duration;

use super::outcome::Outcome;
use super::{PayloadSpec, Step, StepKind, Wait, without_ends};
use crate::at::{self, Line};
use crate::dialect::ResponseFormat;
use crate::host::short_bytes::ShortBytes;

/// The question at the end of each line.
const END: &[u8] = b"+CMEE?";
const END_NAME: &str = "+CMEE";

/// The commands that are sent in one line with others, as far as the module showed that it takes such lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Joining {
    #[default]
    All,
    /// Without those that older firmware refuses.
    Known,
    Never,
}

impl Step {
    /// Returns `true` if its command can stand in a line with others.
    pub(crate) fn is_joinable(&self) -> bool {
        let format = matches!(
            self.format,
            ResponseFormat::Result | ResponseFormat::ResultUrc
        );
        format
            && self.kind == StepKind::Command
            && self.payload == PayloadSpec::Nothing
            && self.line.starts_with(b"AT+")
    }

    /// Returns the number of characters that its command adds to a line.
    pub(crate) fn joined_length(&self) -> usize {
        self.line.len() - b"AT".len()
    }

    fn is_reported(&self) -> bool {
        self.format == ResponseFormat::ResultUrc
    }
}

/// The length of a line of several commands beside them: `AT`, the question at the end, CR.
pub(crate) const FRAME: usize = b"AT".len() + END.len() + b"\r".len();

/// Makes the step of a line of these commands.
pub(crate) fn joined<'a>(parts: impl Iterator<Item = &'a Step> + Clone) -> Option<Step> {
    let first = parts.clone().next()?;
    let mut step = Step::plain(first.dialect, b"AT", Duration::ZERO);
    let mut reports = Vec::new();
    for part in parts {
        step.line.extend(&without_ends(&part.line)[b"AT".len()..]);
        step.line.push(b';');
        step.more_names.push(part.name.into());
        step.wait = match (step.wait, part.wait) {
            (Wait::For(one), Wait::For(other)) => Wait::For(one.max(other)),
            _ => Wait::Report,
        };
        if part.is_reported() {
            reports.push(part.name);
        }
    }
    step.line.extend(END);
    step.line.push(b'\r');
    step.more_names.push(END_NAME.into());
    step.kind = StepKind::Joined(reports);
    Some(step)
}

/// Returns `true` if the module came to the end of the line.
pub(crate) fn came_to_its_end(outcome: &Outcome) -> bool {
    let mut lines = outcome.information.iter();
    lines.any(|line| fields_of(line, END_NAME).is_some())
}

/// Returns the outcome of each command of a line; `None` where one of them failed, or its answer is not there.
pub(crate) fn outcomes<'a>(
    parts: impl Iterator<Item = &'a Step>,
    outcome: &Outcome,
) -> Option<Vec<Outcome>> {
    let failed = outcome.final_error.is_some() || outcome.timed_out.is_some();
    if failed || !came_to_its_end(outcome) {
        return None;
    }
    let mut lines: Vec<&Vec<u8>> = outcome.information.iter().collect();
    let outcome_of = |part: &Step| {
        let is_own = |line: &&Vec<u8>| fields_of(line, part.name).is_some();
        if part.is_reported() {
            let line = lines.remove(lines.iter().position(is_own)?);
            return Some(Outcome {
                report: fields_of(line, part.name).map(ShortBytes::from),
                ..Outcome::default()
            });
        }
        Some(Outcome {
            information: lines.iter().copied().filter(is_own).cloned().collect(),
            ..Outcome::default()
        })
    };
    parts.map(outcome_of).collect()
}

/// Returns what stands behind this name in a line of information.
fn fields_of<'a>(line: &'a [u8], name: &str) -> Option<&'a [u8]> {
    match at::parse_reply(line) {
        Line::Information { name: own, fields } if own == name.as_bytes() => Some(fields),
        _ => None,
    }
}
