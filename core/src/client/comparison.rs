//! Fetches a part of the remote file and compares it with bytes that are known.

use std::io;

use super::connection::Client;
use super::error::Error;
use super::get_piece::{GetPiece, StepError};
use super::payload::OperationPayload;
use crate::host::Answer;
use crate::transfer::TransferOutcome;

/// Compares the first bytes that come with those that are known.
pub(super) struct Comparison<'a> {
    left: &'a [u8],
    pub(super) differs: bool,
}

impl<'a> Comparison<'a> {
    pub(super) fn new(known: &'a [u8]) -> Self {
        Comparison {
            left: known,
            differs: false,
        }
    }

    fn is_whole(&self) -> bool {
        self.left.is_empty() && !self.differs
    }

    /// Compares data; returns what comes behind the known bytes. An error ends the download.
    pub(super) fn pass<'d>(&mut self, data: &'d [u8]) -> io::Result<&'d [u8]> {
        let count = self.left.len().min(data.len());
        let (known, left) = self.left.split_at(count);
        self.left = left;
        if known == &data[..count] {
            return Ok(&data[count..]);
        }
        self.differs = true;
        Err(io::Error::other("the bytes differ"))
    }
}

impl Client {
    /// Compares the first bytes of a piece with those before the place where an upload goes on.
    pub(super) fn compare_part(
        &mut self,
        remote: &[u8],
        piece: GetPiece,
        known: &[u8],
    ) -> Result<TransferOutcome, StepError> {
        let mut comparison = Comparison::new(known);
        let result = self.fetch(remote, piece, &mut comparison);
        if comparison.differs {
            return Ok(TransferOutcome::Compared(false));
        }
        result?;
        Ok(TransferOutcome::Compared(comparison.is_whole()))
    }

    /// Compares a piece with the end of one that was sent; `known` is all that may come.
    pub(super) fn compare_end(
        &mut self,
        remote: &[u8],
        piece: GetPiece,
        known: &[u8],
    ) -> Result<TransferOutcome, StepError> {
        let mut comparison = Comparison::new(known);
        let result = self.fetch(remote, piece, &mut comparison);
        if comparison.differs {
            return Ok(TransferOutcome::Differs(0));
        }
        let length = known.len() as u64;
        match result? {
            Answer::Number(bytes) if bytes == length && comparison.is_whole() => {
                Ok(TransferOutcome::Matched(length))
            }
            Answer::Number(bytes) => Err(Error::Incomplete {
                operation: "put",
                bytes_confirmed: 0,
                expected: bytes,
            }
            .into()),
            other => Err(Error::wrong_answer(&other).into()),
        }
    }

    fn fetch(
        &mut self,
        remote: &[u8],
        piece: GetPiece,
        comparison: &mut Comparison<'_>,
    ) -> Result<Answer, Error> {
        let mut take = |data: &[u8]| comparison.pass(data).map(drop);
        let payload = OperationPayload::Into(&mut take);
        self.run(piece.operation(remote), payload)
    }
}
