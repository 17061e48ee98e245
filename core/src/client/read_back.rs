//! Reads back what a transfer moved, and compares it with the local end as it comes.

use std::io;

use super::connection::Client;
use super::endpoints::LocalEnd;
use super::error::Error;
use super::get_piece::{GetPiece, StepError};
use super::payload::OperationPayload;
use crate::host::Answer;
use crate::transfer::TransferOutcome;

/// Fetches a piece and compares it; `position` is where the local end has its first byte.
pub(super) fn read_back(
    client: &mut Client,
    remote: &[u8],
    end: &mut LocalEnd<'_>,
    piece: GetPiece,
    position: u64,
) -> Result<TransferOutcome, StepError> {
    let mut comparison = ContentComparison {
        end,
        position,
        equal: 0,
        differs: false,
        known: Vec::new(),
    };
    let mut take = |data: &[u8]| comparison.pass(data);
    let operation = piece.operation(remote);
    let result = client.run(operation, OperationPayload::Into(&mut take));
    let equal = comparison.equal;
    if comparison.differs {
        return Ok(TransferOutcome::Differs(equal));
    }
    let failed = |error| StepError {
        error,
        bytes: equal,
    };
    match result {
        Ok(Answer::Number(bytes)) if piece.expected == Some(bytes) && bytes == equal => {
            Ok(TransferOutcome::Matched(equal))
        }
        Ok(Answer::Number(bytes)) => Err(failed(Error::Incomplete {
            operation: "verify",
            bytes_confirmed: 0,
            expected: piece.expected.unwrap_or(bytes),
        })),
        Ok(other) => Err(failed(Error::wrong_answer(&other))),
        Err(error) => Err(failed(error)),
    }
}

/// Compares what comes with the local end.
struct ContentComparison<'a, 'e> {
    end: &'a mut LocalEnd<'e>,
    position: u64,
    /// Bytes that came and are equal.
    equal: u64,
    differs: bool,
    known: Vec<u8>,
}

impl ContentComparison<'_, '_> {
    /// Compares data; an error ends the download.
    fn pass(&mut self, data: &[u8]) -> io::Result<()> {
        self.known.clear();
        self.end
            .read_at(self.position + self.equal, data.len(), &mut self.known)?;
        let pairs = self.known.iter().zip(data);
        let equal = pairs.take_while(|(known, came)| known == came).count();
        self.equal += equal as u64;
        if equal == data.len() {
            return Ok(());
        }
        self.differs = true;
        Err(io::Error::other("the bytes differ"))
    }
}
