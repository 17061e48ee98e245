//! A download: in pieces where the dialect can end one before the file ends, and the way back to the last of them.
//!
//! 1. The server is asked for the size, unless the user trusts the module's count.
//! 2. A piece whose bytes are as many as the module states moves the checkpoint. Where the dialect has no pieces the
//!    whole rest is one. A count says nothing of the place: the next piece begins with the end of this one, and the end of
//!    the last one is read again, unless the file ends there, which the count shows.
//! 3. After a failure the size is asked again: another size means another file, and the download starts over. What came
//!    behind the checkpoint is cut off. Where the dialect has no pieces it is kept, but for its end, which may hold lines
//!    of the module, and compared with what comes the next time.

use super::origin::Origin;
use super::piece_size::PieceSize;
use super::read_back::ReadBack;
use super::step::{FailureCause, RemoteSize, TransferStep, Verified};
use super::tail::Candidate;
use crate::ErrorKind;
use crate::dialect::Dialect;

/// Bytes at the end of a broken download that may be lines of the module and not of the file.
pub(crate) const DOUBTFUL: u16 = 512;

/// Pieces that are fetched again for their place.
const MOST_MISPLACED: u8 = 4;

/// A download to plan.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct DownloadRequest {
    /// Position of the first byte in the remote file, and of the first one in the sink.
    pub offset: u64,
    /// Most bytes; `None` is all that follow.
    pub length: Option<u64>,
    /// Bytes from the offset on that the sink has already; they are compared at their end before more is fetched.
    pub present: u64,
    /// The dialect can end a download before the file ends.
    pub ends_downloads: bool,
    /// Read all of it once more at the end, and compare.
    pub read_back: bool,
    /// Take the module's count as the proof: the server is not asked for the size before. For a whole file whose end states
    /// its length; after a failure the size is asked for.
    pub trusts_count: bool,
}

impl DownloadRequest {
    /// Makes a request for a whole file, to a dialect that cannot end a download before the file ends.
    pub fn new() -> Self {
        DownloadRequest {
            offset: 0,
            length: None,
            present: 0,
            ends_downloads: false,
            read_back: false,
            trusts_count: false,
        }
    }

    /// Makes a request for a whole file, with the abilities of a dialect.
    pub fn for_dialect(dialect: &Dialect) -> Self {
        DownloadRequest {
            ends_downloads: dialect.ends_downloads(),
            ..Self::new()
        }
    }
}

impl DownloadRequest {
    /// Returns true where the module's count is the proof.
    fn is_proved_by_count(&self) -> bool {
        let is_whole = self.offset == 0 && self.length.is_none() && self.present == 0;
        self.trusts_count && is_whole && !self.read_back
    }
}

impl Default for DownloadRequest {
    fn default() -> Self {
        Self::new()
    }
}

/// A download under way.
#[derive(Debug)]
pub(super) struct Download {
    request: DownloadRequest,
    stage: DownloadStage,
    /// Position up to which all bytes are confirmed.
    confirmed: u64,
    /// Bytes of the remote file, if known.
    size: Option<u64>,
    /// The first byte that this download fetched.
    origin: Origin,
    /// The place to go on at, if the bytes before it are to be compared.
    place: Option<Candidate>,
    /// Position where the last piece began that was counted.
    piece_start: u64,
    /// The last piece may be one of another place.
    unplaced: bool,
    /// Pieces that did not begin with the end of the one before. A driver that finds every end of a file doubtful, since
    /// the file repeats itself, must come to its end, too.
    misplaced: u8,
    pub(super) piece: PieceSize,
    read_back: ReadBack,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum DownloadStage {
    /// Asks for the size, at the start and after a failure.
    Survey,
    /// Cuts the sink to this position.
    Cut(u64),
    Move,
    /// Reads the end of the last piece again.
    Prove,
    ReadBack,
    Complete(Verified),
    Fail(FailureCause),
}

impl Download {
    pub(super) fn new(request: DownloadRequest) -> Self {
        let present = request.offset + request.present;
        Download {
            request,
            stage: if request.is_proved_by_count() {
                DownloadStage::Move
            } else {
                DownloadStage::Survey
            },
            confirmed: request.offset,
            size: None,
            origin: Origin::default(),
            place: (request.present > 0).then(|| Candidate::new(present)),
            piece_start: request.offset,
            unplaced: false,
            misplaced: 0,
            piece: PieceSize::default(),
            read_back: ReadBack::new(request.read_back, request.offset),
        }
    }

    pub(super) fn base(&self) -> u64 {
        self.request.offset
    }

    /// Returns the bytes that this download fetched and that are confirmed.
    pub(super) fn fetched(&self) -> u64 {
        self.origin.moved_until(self.confirmed)
    }

    pub(super) fn confirmed(&self) -> u64 {
        self.confirmed
    }

    /// Returns the position up to which all bytes are confirmed, and their place is.
    pub(super) fn placed(&self) -> u64 {
        if self.unplaced {
            self.piece_start
        } else {
            self.confirmed
        }
    }

    /// Returns the position up to which the sink keeps what it has.
    pub(super) fn kept(&self) -> u64 {
        self.place.map_or(self.confirmed, |place| place.at)
    }

    /// Returns the next step, or how it ended.
    pub(super) fn step(&self) -> Result<TransferStep, Result<Verified, FailureCause>> {
        match self.stage {
            DownloadStage::Survey => Ok(TransferStep::Size),
            DownloadStage::Cut(at) => Ok(TransferStep::Cut(at - self.request.offset)),
            DownloadStage::Move => Ok(self.get()),
            DownloadStage::Prove => Ok(TransferStep::ReadEnd {
                start: self.piece_start,
                end: self.confirmed,
                is_last: false,
            }),
            DownloadStage::ReadBack => {
                Ok(self
                    .read_back
                    .step(self.confirmed, self.piece, self.request.ends_downloads))
            }
            DownloadStage::Complete(verified) => Err(Ok(verified)),
            DownloadStage::Fail(cause) => Err(Err(cause)),
        }
    }

    fn get(&self) -> TransferStep {
        let overlap = self.place.map_or(0, |place| place.tail(self.base()));
        let offset = self.kept() - overlap;
        let rest = self.end().map(|end| end - offset);
        // A piece up to the end of the file is asked for without its length: were the size wrong, more would come.
        let whole = self.end() == self.size;
        let piece = (self.piece.next() + overlap).min(rest.unwrap_or(u64::MAX));
        let length = match rest {
            Some(rest) if !self.request.ends_downloads || (whole && piece == rest) => None,
            Some(_) => Some(piece),
            None => self.request.length,
        };
        TransferStep::Get {
            offset,
            length,
            expected: length.or(rest),
            overlap,
        }
    }

    /// Takes a piece that is confirmed.
    pub(super) fn moved(&mut self, bytes: u64) {
        let from = self.kept();
        self.origin.note(from);
        self.confirmed = from + bytes;
        self.place = None;
        self.piece_start = from;
        if self.end().is_none_or(|end| self.confirmed >= end) {
            let at_end = self.size == Some(self.confirmed);
            self.unplaced = bytes > 0 && self.request.length.is_some() && !at_end;
            self.stage = self.arrived();
        } else if self.misplaced < MOST_MISPLACED {
            self.place = Some(Candidate::joint(self.confirmed));
        }
    }

    /// Decides what follows the last byte.
    fn arrived(&self) -> DownloadStage {
        if self.unplaced && !self.read_back.wanted {
            DownloadStage::Prove
        } else if self.read_back.is_due(self.confirmed) {
            DownloadStage::ReadBack
        } else {
            DownloadStage::Complete(match self.size {
                Some(_) => Verified::Size,
                None => Verified::Nothing,
            })
        }
    }

    /// Takes bytes that were read back and are equal.
    pub(super) fn matched(&mut self, bytes: u64) {
        if self.stage == DownloadStage::Prove {
            self.unplaced = false;
            self.stage = self.arrived();
            return;
        }
        self.read_back.matched(bytes);
        if !self.read_back.is_due(self.confirmed) {
            self.stage = DownloadStage::Complete(Verified::Content);
        }
    }

    /// Takes a difference behind bytes that are equal.
    pub(super) fn differs(&mut self, bytes: u64) {
        let position = if self.stage == DownloadStage::Prove {
            self.piece_start
        } else {
            self.read_back.matched(bytes);
            self.read_back.position()
        };
        self.confirmed = position;
        self.unplaced = false;
        self.stage = DownloadStage::Fail(FailureCause::ContentDiffers { position });
    }

    /// Returns the kind of the disagreement between both ends that was found behind the last byte.
    pub(super) fn disagreement(&self) -> Option<ErrorKind> {
        match self.stage {
            DownloadStage::Fail(FailureCause::ContentDiffers { .. }) => {
                Some(ErrorKind::ChecksumMismatch)
            }
            _ => None,
        }
    }

    /// Plans another try after a disagreement.
    pub(super) fn go_back(&mut self) {
        if self.read_back.wanted {
            self.confirmed = self.read_back.place_before(self.base());
            self.read_back.forget_behind(self.confirmed);
        }
        self.stage = DownloadStage::Cut(self.confirmed);
    }

    pub(super) fn sized(&mut self, answer: RemoteSize) {
        if self.stage != DownloadStage::Survey {
            return;
        }
        let known = match answer {
            RemoteSize::Known(size) => Some(size),
            RemoteSize::Absent | RemoteSize::Unknown => None,
        };
        // Another size is another file.
        if self.size.is_some() && known.is_some() && self.size != known {
            self.confirmed = self.base();
            self.read_back.forget_behind(self.confirmed);
            self.place = None;
        }
        self.size = known.or(self.size);
        self.stage = match self.size {
            Some(size) if self.base() > size => {
                DownloadStage::Fail(FailureCause::BeyondEnd { size })
            }
            Some(_) => self.start(),
            None => DownloadStage::Move,
        };
    }

    /// Begins to move, behind what the sink has and keeps.
    fn start(&mut self) -> DownloadStage {
        let end = self.end().unwrap_or(u64::MAX);
        // More than the file has is of another one.
        if self.place.is_some_and(|place| place.at > end) {
            self.place = None;
        }
        let at = self.kept();
        let nothing_left = at == end && (end > 0 || self.request.length == Some(0));
        match (nothing_left, self.place) {
            // Servers differ on a start at the end of the file; there is nothing to get there.
            (true, None) => self.arrived(),
            _ => DownloadStage::Cut(at),
        }
    }

    pub(super) fn cut(&mut self) {
        if let DownloadStage::Cut(_) = self.stage {
            self.stage = DownloadStage::Move;
        }
    }

    /// Takes the result of the comparison of an overlap.
    pub(super) fn compared(&mut self, equal: bool) {
        if equal || self.stage != DownloadStage::Move {
            return;
        }
        let base = self.base();
        self.place = self.place.and_then(|place| place.before(base));
        // Which of the two is of another place is not known.
        self.misplaced = self.misplaced.saturating_add(1);
        self.confirmed = if self.place.is_none() {
            base
        } else {
            self.confirmed.min(self.piece_start)
        };
        self.stage = DownloadStage::Cut(self.kept());
    }

    /// Plans the way on after a failure, behind bytes of the running step.
    pub(super) fn recovered(&mut self, kind: ErrorKind, bytes: u64) {
        match self.stage {
            DownloadStage::Prove => return,
            DownloadStage::ReadBack => {
                self.read_back.matched(bytes);
                return;
            }
            _ => {}
        }
        if self.stage == DownloadStage::Move && !self.request.ends_downloads {
            let from = self.kept();
            self.origin.note(from);
            // As many came as are due, and are not believed: one was lost and another one added, at an unknown place.
            let replaced = kind == ErrorKind::Incomplete && self.end() == Some(from + bytes);
            let bytes = if replaced { 0 } else { bytes };
            let kept = (from + bytes).saturating_sub(DOUBTFUL.into());
            let further = (kept > from).then(|| Candidate::new(kept));
            self.place = further.or(self.place);
        }
        self.stage = DownloadStage::Survey;
    }

    /// Returns the position behind the last byte to get, if the size is known.
    fn end(&self) -> Option<u64> {
        let size = self.size?;
        let length = self.request.length.unwrap_or(u64::MAX);
        Some(size.min(self.request.offset.saturating_add(length)))
    }
}
