//! The steps of a transfer that move payload: one piece up, or one piece down.

use std::io;

use crate::client::comparison::Comparison;
use crate::client::endpoints::{
    DownloadSink, LocalEnd, STREAM_PIECE, UploadSource, compared_end, read_ahead,
};
use crate::client::error::Error;
use crate::client::get_piece::{GetPiece, StepError};
use crate::client::payload::{OperationPayload, Supply, SupplyCount, read_some};
use crate::client::transfer::report;
use crate::host::{Answer, Operation};
use crate::transfer::{END_TO_READ, TransferOutcome, is_repeated_throughout};

use super::{TransferRun, local};

impl TransferRun<'_, '_> {
    /// Sends one piece.
    pub(super) fn put(
        &mut self,
        offset: u64,
        limit: Option<u64>,
    ) -> Result<TransferOutcome, StepError> {
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
            // Of unknown length, it is read a piece ahead: the command names the length.
            let limit = limit.min(STREAM_PIECE);
            buffered = read_ahead(*source, limit + 1).map_err(local)?;
            let last = buffered.len() as u64 <= limit;
            let length = (buffered.len() as u64).min(limit);
            buffered.truncate(usize::try_from(length).unwrap_or(usize::MAX));
            (length, last)
        };
        if size.is_some() && length > 0 {
            probe(*source, position).map_err(local)?;
        }
        let (mut moved, mut told) = (0, 0);
        let (progress, total) = (&mut self.progress, self.total);
        report(progress, position, total);
        let mut on_moved = |count: SupplyCount| {
            moved = count.supplied;
            if count.carried > told {
                told = count.carried;
                report(progress, position + told, total);
            }
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
    pub(super) fn get(
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
    let end = sink
        .tail(usize::try_from(count).unwrap_or(usize::MAX))
        .map_err(local)?;
    if !has_pieces && is_repeated_throughout(&end) {
        return Ok(None);
    }
    let least = u16::try_from(overlap).unwrap_or(u16::MAX);
    Ok(Some(compared_end(end, least)))
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
