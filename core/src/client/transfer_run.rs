//! Runs a [`Transfer`] on a client: each of its steps is an operation of the host, with payload of the local end.

use std::io;
use std::time::Duration;

use super::comparison::Comparison;
use super::connection::Client;
use super::endpoints::{DownloadSink, LocalEnd, UploadSource, read_ahead};
use super::error::Error;
use super::get_piece::{GetPiece, StepError};
use super::payload::{OperationPayload, Supply, read_some};
use super::read_back::read_back;
use super::retry_notice::RetryNotice;
use super::transfer::{Progress, Transferred, report};
use crate::ErrorKind;
use crate::host::{Answer, Operation};
use crate::transfer::{
    END_TO_READ, FIRST_PIECE, FailureCause, RemoteSize, Transfer, TransferFailure, TransferOutcome,
    TransferReport, TransferStep, end_to_compare, is_repeated_throughout,
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
        match self.client.size_once(self.remote) {
            Ok(size) => {
                self.note_size(size);
                Ok(RemoteSize::Known(size))
            }
            Err(error) if is_upload && error.kind() == ErrorKind::NotListed => {
                Ok(RemoteSize::Absent)
            }
            Err(error) if is_upload && error.is_missing() && !self.begun => {
                self.client.look_for(self.remote)
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

    /// Sends one piece.
    fn put(&mut self, offset: u64, limit: Option<u64>) -> Result<TransferOutcome, StepError> {
        let LocalEnd::Source(source, size) = &mut self.end else {
            return Err(Error::Internal("an upload without a source".into()).into());
        };
        self.begun = true;
        let base = *self.base.get_or_insert(offset);
        let position = offset - base;
        source.go_to(position).map_err(local)?;
        let limit = limit.unwrap_or(u64::MAX);
        let mut buffered = Vec::new();
        let (length, last) = if let Some(size) = size {
            let rest = size.saturating_sub(position);
            (rest.min(limit), rest <= limit)
        } else {
            // Of unknown length, it is read a first piece ahead.
            let limit = limit.min(FIRST_PIECE);
            buffered = read_ahead(*source, limit + 1).map_err(local)?;
            let last = buffered.len() as u64 <= limit;
            let length = (buffered.len() as u64).min(limit);
            buffered.truncate(usize::try_from(length).unwrap_or(usize::MAX));
            (length, last)
        };
        if size.is_some() && length > 0 {
            probe(*source, position).map_err(local)?;
        }
        let mut moved = 0;
        let (progress, total) = (&mut self.progress, self.total);
        report(progress, position, total);
        let mut on_moved = |count: u64| {
            moved += count;
            report(progress, position + moved, total);
        };
        let mut ahead = buffered.as_slice();
        let reader: &mut dyn io::Read = if size.is_some() { *source } else { &mut ahead };
        let supply = Supply::new(reader, length, &mut on_moved);
        let operation = Operation::Put {
            remote: self.remote,
            offset,
            length,
            last,
        };
        let result = self.client.run(operation, OperationPayload::From(supply));
        let overhead = self.client.connect_time().unwrap_or_default();
        match result {
            Ok(Answer::Number(bytes)) if bytes == length => {
                source.note_piece(position, position + length);
                Ok(TransferOutcome::Sent {
                    bytes,
                    last,
                    overhead,
                })
            }
            Ok(Answer::Number(bytes)) => Err(StepError {
                error: Error::Incomplete {
                    operation: "put",
                    bytes_confirmed: 0,
                    expected: length,
                },
                bytes,
            }),
            Ok(other) => Err(Error::wrong_answer(&other).into()),
            Err(error) => Err(StepError {
                error,
                bytes: moved,
            }),
        }
    }

    /// Receives one piece. Its first bytes are compared with the last ones of the sink.
    fn get(
        &mut self,
        piece: GetPiece,
        overlap: u64,
        confirmed: u64,
    ) -> Result<TransferOutcome, StepError> {
        let LocalEnd::Sink(sink) = &mut self.end else {
            return Err(Error::Internal("a download without a sink".into()).into());
        };
        let base = self.base.unwrap_or(confirmed);
        let here = (piece.offset + overlap).saturating_sub(base);
        let Some(known) = tail_to_compare(*sink, overlap, here, self.client.ends_downloads())?
        else {
            return Ok(TransferOutcome::Compared(false));
        };
        let piece = piece.begun_before(known.len() as u64 - overlap);
        let overlap = known.len() as u64;
        let mut comparison = Comparison::new(&known);
        let mut done = (piece.offset + overlap).saturating_sub(base);
        let (progress, total) = (&mut self.progress, self.total);
        report(progress, done, total);
        let mut came = 0;
        let mut take = |data: &[u8]| {
            let fresh = comparison.pass(data)?;
            sink.take(fresh)?;
            came += fresh.len() as u64;
            done += fresh.len() as u64;
            report(progress, done, total);
            Ok(())
        };
        let operation = piece.operation(self.remote);
        let result = self
            .client
            .run(operation, OperationPayload::Into(&mut take));
        let overhead = self.client.connect_time().unwrap_or_default();
        if comparison.differs {
            return Ok(TransferOutcome::Compared(false));
        }
        match result {
            Ok(Answer::Number(bytes))
                if piece.expected.is_none_or(|expected| expected == bytes)
                    && bytes == overlap + came =>
            {
                sink.confirm().map_err(local)?;
                Ok(TransferOutcome::Received {
                    bytes: came,
                    overhead,
                })
            }
            Ok(Answer::Number(bytes)) => Err(StepError {
                error: Error::Incomplete {
                    operation: "get",
                    bytes_confirmed: confirmed.saturating_sub(base),
                    expected: piece.expected.unwrap_or(bytes),
                },
                bytes: came,
            }),
            Ok(other) => Err(Error::wrong_answer(&other).into()),
            Err(error) => Err(StepError { error, bytes: came }),
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

    /// Compares the end of a piece with the source.
    fn read_end(
        &mut self,
        start: u64,
        end: u64,
        is_last: bool,
    ) -> Result<TransferOutcome, StepError> {
        let LocalEnd::Source(source, _) = &mut self.end else {
            return Err(Error::Internal("a comparison without a source".into()).into());
        };
        let base = self.base.unwrap_or(0);
        let known = source.piece_end(start - base, end - base).map_err(local)?;
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
            bytes_confirmed,
            attempts,
            ..
        } = *failure;
        if let LocalEnd::Sink(sink) = &mut self.end
            && let Err(error) = sink.cut(failure.bytes_kept)
            && last_error.is_none()
        {
            return local(error).error;
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

/// Returns the last bytes of a sink, which has `here` of the file, to be compared before more is fetched: `overlap` of
/// them, or more where they repeat themselves and would look the same behind a line of the module in the file. Returns
/// `None` where all of a long end does, and what the sink keeps was never counted: the dialect has no pieces.
fn tail_to_compare(
    sink: &mut dyn DownloadSink,
    overlap: u64,
    here: u64,
    has_pieces: bool,
) -> Result<Option<Vec<u8>>, StepError> {
    if overlap == 0 {
        return Ok(Some(Vec::new()));
    }
    let count = here.min(END_TO_READ as u64);
    let mut end = sink
        .tail(usize::try_from(count).unwrap_or(usize::MAX))
        .map_err(local)?;
    let compared = end_to_compare(&end);
    if !has_pieces && is_repeated_throughout(&end) {
        return Ok(None);
    }
    Ok(Some(end.split_off(end.len() - compared)))
}

/// Reads from a source before the server's file is touched: one that cannot be read must not empty it.
fn probe(source: &mut dyn UploadSource, position: u64) -> io::Result<()> {
    let mut first = [0; 512];
    if read_some(source, &mut first)? == 0 {
        let text = "the source ended before its stated size";
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, text));
    }
    source.go_to(position)
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
