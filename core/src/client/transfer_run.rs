//! Runs a [`Transfer`] on a client: each of its steps is an operation of the host, with payload of the local end.

mod pieces;

use std::io;
use std::time::Duration;

use super::connection::Client;
use super::endpoints::{LocalEnd, read_ahead};
use super::error::Error;
use super::get_piece::{GetPiece, StepError};
use super::read_back::read_back;
use super::retry_notice::RetryNotice;
use super::transfer::{Progress, Transferred};
use crate::ErrorKind;
use crate::dialect::Direction;
use crate::transfer::{
    FailureCause, RemoteSize, Transfer, TransferFailure, TransferOutcome, TransferReport,
    TransferStep,
};

/// One transfer on a client.
pub(super) struct TransferRun<'a, 'p> {
    pub(super) client: &'a mut Client,
    pub(super) remote: &'a [u8],
    pub(super) end: LocalEnd<'a>,
    /// Position in the remote file of the source's, or sink's, first byte; `None` until the end of the file is known.
    pub(super) base: Option<u64>,
    pub(super) progress: Option<Progress<'p>>,
    /// Most bytes of a download; `None` is all of them.
    pub(super) length: Option<u64>,
    /// Bytes in all, for the progress.
    pub(super) total: Option<u64>,
    /// A piece was sent: the file is there.
    pub(super) begun: bool,
}

/// The next thing to do about a step that failed, by a turn to the other way.
enum Turn {
    None,
    Repeat,
    BeginAnew,
}

impl TransferRun<'_, '_> {
    /// Runs the transfer to its end.
    pub(super) fn run(mut self, mut transfer: Transfer) -> Result<Transferred, Error> {
        let operation = match self.end {
            LocalEnd::Source(..) => "put",
            LocalEnd::Sink(_) => "get",
        };
        let begun = self.client.now();
        let mut connect = None;
        let mut last_error = None;
        loop {
            let step = transfer.step();
            let result = match step {
                TransferStep::Complete(done) => {
                    if let LocalEnd::Sink(sink) = &mut self.end {
                        sink.finish().map_err(|source| Error::Local { source })?;
                    }
                    let elapsed = self.client.now().saturating_sub(begun);
                    return Ok(transferred(done, elapsed, connect));
                }
                TransferStep::Fail(failure) => {
                    return Err(self.failed(operation, &failure, last_error));
                }
                step => {
                    if let TransferStep::Wait(until) = step {
                        self.tell_retry(operation, &transfer, until, last_error.as_ref());
                    }
                    self.perform(&transfer, &step)
                        .map_err(|error| (step, error))
                }
            };
            let outcome = match result {
                Ok(outcome) => {
                    if let TransferOutcome::Sent { overhead, .. }
                    | TransferOutcome::Received { overhead, .. } = outcome
                    {
                        connect = connect.or(Some(overhead));
                        last_error = None;
                    }
                    outcome
                }
                Err((step, StepError { error, bytes })) => {
                    match self.turn(&step, &error, bytes) {
                        Turn::Repeat => continue,
                        Turn::BeginAnew => return Err(error),
                        Turn::None => {}
                    }
                    let kind = error.kind();
                    let reply = error.ftp_reply().map(|code| code.0);
                    // A question that fails behind a transfer that failed does not hide the reason.
                    if step != TransferStep::Size || last_error.is_none() {
                        last_error = Some(error);
                    }
                    TransferOutcome::Failed { kind, reply, bytes }
                }
            };
            transfer.done(self.client.now(), outcome);
        }
    }

    /// Turns to the other way of the dialect where this step shows that the first one does not work.
    fn turn(&mut self, step: &TransferStep, error: &Error, bytes: u64) -> Turn {
        match step {
            // The other way has no place in the middle of a file.
            TransferStep::Put { offset: 0, .. } if self.turns_way(Direction::Up, error, bytes) => {
                Turn::BeginAnew
            }
            TransferStep::Get { .. }
            | TransferStep::Compare { .. }
            | TransferStep::ReadBack { .. }
            | TransferStep::ReadEnd { .. }
                if self.turns_way(Direction::Down, error, bytes) =>
            {
                Turn::Repeat
            }
            _ => Turn::None,
        }
    }

    /// Returns true where a step that failed is to be done in the other way; `bytes` of it have moved.
    fn turns_way(&mut self, direction: Direction, error: &Error, bytes: u64) -> bool {
        let client = &mut *self.client;
        let dialect = client.dialect();
        let warning = match error {
            Error::Host(failure) if bytes == 0 => client.ways.turn(dialect, direction, failure),
            _ => None,
        };
        if let Some(warning) = warning {
            client.callbacks.warn(warning);
        }
        warning.is_some()
    }

    /// Tells the user of the wait before a retry.
    fn tell_retry(
        &mut self,
        operation: &'static str,
        transfer: &Transfer,
        until: Duration,
        last_error: Option<&Error>,
    ) {
        let notice = RetryNotice {
            operation,
            kind: last_error.map_or(ErrorKind::Incomplete, Error::kind),
            reason: last_error.map_or_else(|| "the transfer ended early".into(), Error::reason),
            error: last_error.map(Error::describe).unwrap_or_default(),
            retry: transfer.retry(),
            retries: self.client.retry.retries,
            wait: until.saturating_sub(self.client.now()),
            bytes_confirmed: transfer.confirmed(),
        };
        self.client.callbacks.tell_retry(&notice);
    }

    fn perform(
        &mut self,
        transfer: &Transfer,
        step: &TransferStep,
    ) -> Result<TransferOutcome, StepError> {
        match *step {
            TransferStep::Size => Ok(TransferOutcome::Size(self.size()?)),
            TransferStep::Put { offset, limit } => self.put(offset, limit),
            TransferStep::Get {
                offset,
                length,
                expected,
                overlap,
            } => {
                let get = GetPiece {
                    offset,
                    length,
                    expected,
                };
                self.get(get, overlap, transfer.confirmed())
            }
            TransferStep::Compare {
                offset,
                length,
                expected,
            } => self.compare(offset, length, expected),
            TransferStep::ReadBack {
                offset,
                length,
                expected,
            } => {
                let piece = GetPiece {
                    offset,
                    length,
                    expected: Some(expected),
                };
                let position = offset - self.base.unwrap_or(0);
                let client = &mut *self.client;
                read_back(client, self.remote, &mut self.end, piece, position)
            }
            TransferStep::ReadEnd {
                start,
                end,
                is_last,
            } => self.read_end(start, end, is_last),
            TransferStep::Cut(length) => {
                if let LocalEnd::Sink(sink) = &mut self.end {
                    sink.cut(length).map_err(local)?;
                }
                Ok(TransferOutcome::Done)
            }
            TransferStep::Wait(until) => {
                self.client.sleep_until(until)?;
                Ok(TransferOutcome::Done)
            }
            TransferStep::Recover { port } => {
                self.client.recover(port)?;
                Ok(TransferOutcome::Done)
            }
            TransferStep::Complete(_) | TransferStep::Fail(_) => Ok(TransferOutcome::Done),
        }
    }

    /// Asks for the size of the remote file.
    fn size(&mut self) -> Result<RemoteSize, Error> {
        let is_upload = matches!(self.end, LocalEnd::Source(..));
        if is_upload && !self.begun {
            return self.client.size_to_append(self.remote);
        }
        match self.client.size_once(self.remote) {
            Ok(size) => {
                self.note_size(size);
                Ok(RemoteSize::Known(size))
            }
            Err(error) if is_upload && error.kind() == ErrorKind::NotListed => {
                Ok(RemoteSize::Absent)
            }
            Err(error) if is_upload && error.is_missing() => self.client.look_for_sent(self.remote),
            Err(error) if error.leaves_size_open() => Ok(RemoteSize::Unknown),
            Err(error) => Err(error),
        }
    }

    /// Takes note of the size of a remote file that is downloaded, for the progress.
    pub(super) fn note_size(&mut self, size: u64) {
        if let (LocalEnd::Sink(_), Some(base)) = (&self.end, self.base) {
            let rest = size.saturating_sub(base);
            self.total = Some(rest.min(self.length.unwrap_or(u64::MAX)));
        }
    }

    /// Compares a part of the remote file with the source.
    fn compare(
        &mut self,
        offset: u64,
        length: u64,
        expected: u64,
    ) -> Result<TransferOutcome, StepError> {
        let LocalEnd::Source(source, _) = &mut self.end else {
            return Err(Error::Internal("a comparison without a source".into()).into());
        };
        let base = *self.base.get_or_insert(0);
        source.go_to(offset - base).map_err(local)?;
        let known = read_ahead(*source, length).map_err(local)?;
        let piece = GetPiece {
            offset,
            length: self.client.ends_downloads().then_some(length),
            expected: Some(expected),
        };
        self.client.compare_part(self.remote, piece, &known)
    }

    /// Compares the end of a piece with that of the local file.
    fn read_end(
        &mut self,
        start: u64,
        end: u64,
        is_last: bool,
    ) -> Result<TransferOutcome, StepError> {
        let base = self.base.unwrap_or(0);
        let known = match &mut self.end {
            LocalEnd::Source(source, _) => source.piece_end(start - base, end - base),
            LocalEnd::Sink(sink) => sink.piece_end(end - start),
        }
        .map_err(local)?;
        let length = known.len() as u64;
        let piece = GetPiece {
            offset: end - length,
            length: (!is_last).then_some(length),
            expected: Some(length),
        };
        self.client.compare_end(self.remote, piece, &known)
    }

    /// Makes the error of a transfer that failed, and leaves in the sink what is kept.
    fn failed(
        &mut self,
        operation: &'static str,
        failure: &TransferFailure,
        last_error: Option<Error>,
    ) -> Error {
        let TransferFailure {
            cause,
            mut bytes_confirmed,
            attempts,
            ..
        } = *failure;
        if let LocalEnd::Sink(sink) = &mut self.end {
            if let (Err(error), None) = (sink.cut(failure.bytes_kept), &last_error) {
                return local(error).error;
            }
            bytes_confirmed = sink.break_off(bytes_confirmed);
        }
        match (cause, last_error) {
            (FailureCause::LastStep, Some(error)) => error.in_transfer(bytes_confirmed, attempts),
            (FailureCause::LastStep, None) => {
                Error::Internal("a transfer failed without an error".into())
            }
            (FailureCause::SizeUnknown, _) => Error::SizeUnknown { operation },
            (FailureCause::SizeDiffers { found, expected }, _) => Error::SizeDiffers {
                operation,
                found,
                expected,
                bytes_confirmed,
            },
            (FailureCause::ContentDiffers { position }, _) => Error::ContentDiffers {
                operation,
                position,
                bytes_confirmed,
            },
            (FailureCause::BeyondEnd { size }, _) => Error::OffsetBeyondEnd {
                offset: self.base.unwrap_or(0),
                size,
            },
        }
    }
}

fn local(source: io::Error) -> StepError {
    Error::Local { source }.into()
}

fn transferred(done: TransferReport, elapsed: Duration, connect: Option<Duration>) -> Transferred {
    Transferred {
        bytes: done.bytes,
        offset: done.offset,
        elapsed,
        connect,
        attempts: done.attempts,
        failures: done.failures,
        verified: done.verified,
    }
}
