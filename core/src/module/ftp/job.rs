//! An FTP command between its acceptance and its URC.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::time::Duration;

use super::Trouble;
use crate::dialect::{Command, CommandKind, ResponseFormat};
use crate::exchange::{Exchange, LineEvent};
use crate::module::Request;

/// What is under way.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) kind: CommandKind,
    /// Of the command, as it stands in its URC.
    pub(super) name: &'static str,
    shape: ResponseFormat,
    exchange: Exchange,
    /// When `rsptimeout` ends it.
    pub(super) deadline: Option<Duration>,
    pub(super) stage: Stage,
    /// What its URC says whatever the operation says.
    pub(super) verdict: Option<Trouble>,
    /// How long all the payload of an upload may take (001 §2.2.3).
    pub(super) total: Option<Duration>,
    /// What is tried where the file of a pipe is not there.
    pub(super) otherwise: Option<Request>,
    /// What is begun when it is over.
    pub(super) next: Option<Box<Job>>,
}

/// How far it is. All but the first and the last two are of transfers on the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// `OK` is said, the URC is due when the operation ends.
    Reporting,
    /// The data connection is due, then `CONNECT`.
    Connecting(Option<Upload>),
    /// Data mode, from the host.
    Up(Upload),
    /// Data mode, to the host.
    Down,
    /// A download that `+++` interrupted.
    Suspended,
    /// The piece is reported; the data connection waits for the next one (`<beof>` 0).
    Gap(Continuation),
    /// The upload broke in the gap; the next piece will hear of it.
    Broken(Continuation, Trouble),
    /// A download that `+++` ended for good; OK is due when the session is in step.
    Aborting,
    /// The URC is said; the operation is still to end.
    Silent,
}

/// An upload from the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Upload {
    pub(super) path: Vec<u8>,
    pub(super) offset: u64,
    /// `<uploadlen>`
    pub(super) length: Option<u64>,
    /// `<beof>` 0: another piece follows.
    pub(super) more: bool,
}

/// What the next piece of an upload must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Continuation {
    pub(super) path: Vec<u8>,
    pub(super) offset: u64,
}

impl Job {
    /// A command that is answered in this shape.
    pub(super) fn new(command: &'static Command, shape: ResponseFormat) -> Self {
        Job {
            kind: command.kind,
            name: command.name,
            shape,
            exchange: Exchange::new(shape),
            deadline: None,
            stage: match shape {
                ResponseFormat::ResultUrc => Stage::Reporting,
                _ => Stage::Connecting(None),
            },
            verdict: None,
            total: None,
            otherwise: None,
            next: None,
        }
    }

    /// It is an upload from the line. `<beof>` means nothing without `<uploadlen>`.
    pub(super) fn upload(&mut self, path: &[u8], offset: u64, length: Option<u64>, more: bool) {
        self.stage = Stage::Connecting(Some(Upload {
            path: path.to_vec(),
            offset,
            length,
            more: more && length.is_some(),
        }));
    }

    /// Whether a result code follows the payload.
    pub(super) fn has_late_result(&self) -> bool {
        !matches!(self.shape, ResponseFormat::ResultPayloadUrc(_))
    }

    /// Whether its payload goes over the line.
    pub(super) fn is_on_line(&self) -> bool {
        self.shape != ResponseFormat::ResultUrc
    }

    /// Whether nothing of it is under way any more.
    pub(super) fn is_over(&self) -> bool {
        matches!(self.stage, Stage::Broken(..))
    }

    /// Something is about to be said; the table of [`crate::exchange`] must allow it.
    pub(super) fn say(&mut self, line_event: LineEvent) {
        let stepped = self.exchange.step(line_event);
        debug_assert!(stepped.is_ok(), "{}: {stepped:?}", self.name);
    }

    /// Data mode is entered again: for the next piece, or by `ATO`.
    pub(super) fn reconnect(&mut self) {
        self.exchange = Exchange::new(self.shape);
        if matches!(self.shape, ResponseFormat::ResultPayloadUrc(_)) {
            self.say(LineEvent::Ok);
        }
        self.say(LineEvent::Connect);
    }
}
