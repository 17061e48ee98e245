//! The transfer in pieces that the module may still be in, between two operations.
//!
//! Between two pieces of an upload, and until a buffer is read, a module takes no other command but the end of the
//! session. An operation that ends there with an error leaves it so.

use alloc::vec::Vec;

use crate::host::answer::Answer;
use crate::host::error::HostError;
use crate::host::operation::Operation;
use crate::host::way::TransferWay;

/// The transfer in pieces that is open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum OpenTransfer {
    #[default]
    None,
    /// The next piece of this upload may come.
    Upload { remote: Vec<u8>, next: u64 },
    /// Something is open, and cannot go on.
    Stuck,
}

/// Watches what operations leave open.
#[derive(Debug, Default)]
pub(crate) struct OpenPieces {
    open: OpenTransfer,
    /// It is open once the running operation has ended well.
    then: Option<OpenTransfer>,
    /// The running operation is a transfer in pieces.
    transfers: bool,
}

impl OpenPieces {
    /// Returns `true` if the module takes nothing before a new login.
    pub(crate) fn is_stuck(&self) -> bool {
        self.open == OpenTransfer::Stuck && self.then.is_none()
    }

    /// Returns `true` for an operation that may begin as things stand.
    pub(crate) fn allows(&self, way: TransferWay, operation: &Operation<'_>) -> bool {
        match (way, operation, &self.open) {
            (TransferWay::Stream, ..) => true,
            (_, Operation::Put { offset, .. }, OpenTransfer::None) => *offset == 0,
            (
                _,
                Operation::Put { remote, offset, .. },
                OpenTransfer::Upload { remote: of, next },
            ) => remote == of && offset == next,
            (_, Operation::Get { .. }, open) => *open == OpenTransfer::None,
            (_, Operation::Put { .. }, OpenTransfer::Stuck) => false,
            _ => true,
        }
    }

    /// Takes note of an operation that begins.
    pub(crate) fn begin(&mut self, way: TransferWay, operation: &Operation<'_>) {
        self.transfers = false;
        self.then = None;
        match operation {
            Operation::Login(_) | Operation::Logout => self.then = Some(OpenTransfer::None),
            Operation::Put {
                remote,
                offset,
                length,
                last,
            } if way == TransferWay::Pieces => {
                self.then = Some(if *last {
                    OpenTransfer::None
                } else {
                    OpenTransfer::Upload {
                        remote: remote.to_vec(),
                        next: offset.saturating_add(*length),
                    }
                });
            }
            Operation::Get { .. } if way == TransferWay::Pieces => {
                self.then = Some(OpenTransfer::None);
            }
            _ => return,
        }
        self.transfers = matches!(operation, Operation::Put { .. } | Operation::Get { .. });
    }

    /// Takes note of the end of the running operation.
    pub(crate) fn end(&mut self, result: &Result<Answer, HostError>) {
        let Some(then) = self.then.take() else {
            return;
        };
        self.open = match result {
            Ok(_) => then,
            Err(_) if !self.transfers => return,
            // The module has ended it by itself.
            Err(HostError::Module { .. }) => OpenTransfer::None,
            Err(_) => OpenTransfer::Stuck,
        };
    }

    /// Forgets what was open: the module has restarted.
    pub(crate) fn forget(&mut self) {
        self.open = OpenTransfer::None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PIECES: TransferWay = TransferWay::Pieces;
    const GET: Operation<'_> = Operation::Get {
        remote: b"a",
        offset: 0,
        length: None,
        expected: None,
    };

    fn put(remote: &[u8], offset: u64, last: bool) -> Operation<'_> {
        Operation::Put {
            remote,
            offset,
            length: 10,
            last,
        }
    }

    #[test]
    fn only_the_next_piece_goes_on() {
        let mut open = OpenPieces::default();
        assert!(!open.allows(PIECES, &put(b"a", 10, true)));
        open.begin(PIECES, &put(b"a", 0, false));
        open.end(&Ok(Answer::Number(10)));
        for (operation, allowed) in [
            (put(b"a", 10, true), true),
            (put(b"a", 9, true), false),
            (put(b"a", 0, true), false),
            (put(b"b", 10, true), false),
            (GET, false),
        ] {
            assert_eq!(open.allows(PIECES, &operation), allowed, "{operation:?}");
            assert!(open.allows(TransferWay::Stream, &operation));
        }
        open.begin(PIECES, &put(b"a", 10, true));
        open.end(&Ok(Answer::Number(10)));
        assert!(open.allows(PIECES, &GET));
    }

    #[test]
    fn a_login_ends_what_a_failure_left_open() {
        let refused = HostError::Module {
            command: "AT+FTPPUT".into(),
            code: crate::codes::ModuleCode::UNKNOWN,
            reply: None,
            raw_code: 0,
            peer_address: false,
        };
        for (failure, stuck) in [(HostError::Busy, true), (refused, false)] {
            let mut open = OpenPieces::default();
            open.begin(PIECES, &put(b"a", 0, true));
            open.end(&Err(failure));
            assert_eq!(open.is_stuck(), stuck);
            open.begin(PIECES, &Operation::Size(b"a"));
            open.end(&Err(HostError::Busy));
            assert_eq!(open.is_stuck(), stuck);
            open.begin(PIECES, &Operation::Logout);
            open.end(&Err(HostError::Busy));
            assert_eq!(open.is_stuck(), stuck);
            open.begin(PIECES, &Operation::Logout);
            open.end(&Ok(Answer::Done));
            assert!(!open.is_stuck() && open.allows(PIECES, &GET));
        }
    }
}
