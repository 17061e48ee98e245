//! A download: in pieces where the dialect can end one before the file ends, and the way back to the last of them.
//!
//! 1. The server is asked for the size.
//! 2. A piece whose bytes are as many as the module states moves the checkpoint. Where the dialect has no pieces the
//!    whole rest is one.
//! 3. After a failure the size is asked again: another size means another file, and the download starts over. What came
//!    behind the checkpoint is cut off. Where the dialect has no pieces it is kept, but for its end, which may hold lines
//!    of the module, and compared with what comes the next time.

use super::piece_size::PieceSize;
use super::step::{FailureCause, RemoteSize, TransferStep};
use super::tail::Candidate;

/// Bytes at the end of a broken download that may be lines of the module and not of the file.
const DOUBTFUL: u64 = 512;

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
}

impl DownloadRequest {
    /// Makes a request for a whole file, to a dialect that cannot end a download before the file ends.
    pub fn new() -> Self {
        DownloadRequest {
            offset: 0,
            length: None,
            present: 0,
            ends_downloads: false,
        }
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
    /// Position of the first byte that this download fetched.
    origin: Option<u64>,
    /// The place to go on at, if the bytes before it are not confirmed.
    place: Option<Candidate>,
    pub(super) piece: PieceSize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum DownloadStage {
    /// Asks for the size, at the start and after a failure.
    Survey,
    /// Cuts the sink to this position.
    Cut(u64),
    Move,
    Complete,
    Fail(FailureCause),
}

impl Download {
    pub(super) fn new(request: DownloadRequest) -> Self {
        let present = request.offset + request.present;
        Download {
            request,
            stage: DownloadStage::Survey,
            confirmed: request.offset,
            size: None,
            origin: None,
            place: (request.present > 0).then(|| Candidate::new(present)),
            piece: PieceSize::default(),
        }
    }

    pub(super) fn base(&self) -> u64 {
        self.request.offset
    }

    /// Returns the bytes that this download fetched and that are confirmed.
    pub(super) fn fetched(&self) -> u64 {
        self.origin.map_or(0, |origin| self.confirmed - origin)
    }

    pub(super) fn confirmed(&self) -> u64 {
        self.confirmed
    }

    /// Returns the position up to which the sink keeps what it has.
    pub(super) fn kept(&self) -> u64 {
        self.place.map_or(self.confirmed, |place| place.at)
    }

    /// Returns the next step; `Ok` says whether the sizes were compared.
    pub(super) fn step(&self) -> Result<TransferStep, Result<bool, FailureCause>> {
        match self.stage {
            DownloadStage::Survey => Ok(TransferStep::Size),
            DownloadStage::Cut(at) => Ok(TransferStep::Cut(at - self.request.offset)),
            DownloadStage::Move => Ok(self.get()),
            DownloadStage::Complete => Err(Ok(self.size.is_some())),
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
        let from = self.note_origin();
        self.confirmed = from + bytes;
        self.place = None;
        if self.end().is_none_or(|end| self.confirmed >= end) {
            self.stage = DownloadStage::Complete;
        }
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
            (true, None) => DownloadStage::Complete,
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
        if self.place.is_none() {
            self.confirmed = base;
        }
        self.stage = DownloadStage::Cut(self.kept());
    }

    /// Plans the way on after a failure in which so many bytes came.
    pub(super) fn recovered(&mut self, bytes: u64) {
        if self.stage == DownloadStage::Move && !self.request.ends_downloads {
            let from = self.note_origin();
            let kept = (from + bytes).saturating_sub(DOUBTFUL);
            let further = (kept > from).then(|| Candidate::new(kept));
            self.place = further.or(self.place);
        }
        self.stage = DownloadStage::Survey;
    }

    /// Takes note of where bytes came from; returns the position.
    fn note_origin(&mut self) -> u64 {
        let from = self.kept();
        self.origin = Some(self.origin.map_or(from, |origin| origin.min(from)));
        from
    }

    /// Returns the position behind the last byte to get, if the size is known.
    fn end(&self) -> Option<u64> {
        let size = self.size?;
        let length = self.request.length.unwrap_or(u64::MAX);
        Some(size.min(self.request.offset.saturating_add(length)))
    }
}
