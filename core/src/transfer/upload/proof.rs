//! The proof of an upload, by the ends of its pieces, by the size or by all of its content; and the way back where the
//! two ends disagree.

use core::time::Duration;

use super::{Upload, UploadStage};
use crate::ErrorKind;
use crate::transfer::budget::is_refusal;
use crate::transfer::piece_ends::PieceEnds;

use crate::transfer::sent_start::SentStart;
use crate::transfer::step::{FailureCause, RemoteSize, Verified};
use crate::transfer::tail::TAIL;

impl Upload {
    /// Returns true where the ends of pieces are read back, and not all of the file.
    pub(super) fn proves_ends(&self) -> bool {
        self.request.counts_bytes
            && !self.read_back.wanted
            && !self.request.begins_anew
            && !self.request.is_proved_by_count()
    }

    /// Measures a piece for the size of the next one, with its proof.
    pub(in crate::transfer) fn measure(
        &mut self,
        bytes: u64,
        elapsed: Duration,
        overhead: Duration,
    ) {
        let proof = if self.proves_ends() {
            Some(u64::from(TAIL))
        } else {
            // The size is asked for behind each piece, which may take a listing.
            let asks = !self.request.joins_pieces && !self.request.is_proved_by_count();
            asks.then_some(0)
        };
        self.piece.measure(bytes, elapsed, overhead, proof);
    }

    /// Returns the stage that proves what was sent.
    pub(super) fn proof(&self) -> UploadStage {
        match self.ends.step(self.confirmed) {
            Some(_) => UploadStage::Ends,
            None => UploadStage::Verify { doubtful: false },
        }
    }

    /// Takes bytes that were read back and are equal.
    pub(in crate::transfer) fn matched(&mut self, bytes: u64) {
        if self.stage == UploadStage::Ends {
            self.ends.matched();
            self.stage = match (self.proof(), self.end) {
                (UploadStage::Ends, _) => UploadStage::Ends,
                (_, Some(end)) if end == self.confirmed => UploadStage::Complete(Verified::Size),
                _ => UploadStage::Move,
            };
            return;
        }
        self.read_back.matched(bytes);
        if !self.read_back.is_due(self.confirmed) {
            self.stage = UploadStage::Complete(Verified::Content);
        }
    }

    /// Takes a difference behind bytes that are equal.
    pub(in crate::transfer) fn differs(&mut self, bytes: u64) {
        let position = match self.ends.start() {
            // Which byte of the piece is the first one is not known.
            Some(start) if self.stage == UploadStage::Ends => start,
            _ => {
                self.read_back.matched(bytes);
                self.read_back.position()
            }
        };
        self.reached = self.confirmed;
        self.confirmed = position;
        self.stage = UploadStage::Fail(FailureCause::ContentDiffers { position });
    }

    /// Returns the kind of the disagreement between both ends that was found behind the last byte.
    pub(in crate::transfer) fn disagreement(&self) -> Option<ErrorKind> {
        match self.stage {
            UploadStage::WrongSize { .. } | UploadStage::Missing => Some(ErrorKind::Incomplete),
            UploadStage::Fail(FailureCause::ContentDiffers { .. }) => {
                Some(ErrorKind::ChecksumMismatch)
            }
            _ => None,
        }
    }

    /// Plans another try after a disagreement. A position that was damaged on the line puts bytes where others were: what
    /// was there is sent again, or the transfer fails where the source does not have it.
    pub(in crate::transfer) fn go_back(&mut self) {
        self.stage = match self.stage {
            UploadStage::WrongSize { found, expected } if found > expected && self.base == 0 => {
                self.go_on_at(0)
            }
            UploadStage::WrongSize { found, expected } => {
                let cause = FailureCause::SizeDiffers { found, expected };
                self.go_back_to(self.piece_start.max(self.base), found, cause)
            }
            // What stands before the difference was read back.
            UploadStage::Fail(FailureCause::ContentDiffers { .. })
                if self.read_back.wanted && self.base == 0 && !self.single =>
            {
                self.go_on_at(self.read_back.place_before(0))
            }
            UploadStage::Fail(cause @ FailureCause::ContentDiffers { .. }) => {
                let place = if self.single || self.read_back.wanted {
                    self.base
                } else {
                    self.confirmed
                };
                self.go_back_to(place, self.reached, cause)
            }
            _ => UploadStage::Survey,
        };
    }

    /// Sends again from a place on, if what was sent stands there; `size` is how far the server's file reaches.
    fn go_back_to(&mut self, place: u64, size: u64, cause: FailureCause) -> UploadStage {
        if place == 0 {
            return self.go_on_at(0);
        }
        let start = SentStart {
            at: place,
            size,
            cause,
        };
        match start.length() {
            0 if self.base == 0 => self.go_on_at(0),
            0 => UploadStage::Fail(cause),
            _ => UploadStage::Start(start),
        }
    }

    /// Returns true where the end of the file cannot be read back, and asks for the size instead: the server keeps files to
    /// itself, or sends more or less than it should.
    pub(in crate::transfer) fn asks_for_size(&mut self, kind: ErrorKind) -> bool {
        let answers = is_refusal(kind) || kind == ErrorKind::Incomplete;
        let optional = self.stage == UploadStage::ReadBack && !self.request.read_back;
        let asks = (self.stage == UploadStage::Ends && answers) || (optional && is_refusal(kind));
        if asks {
            self.read_back.wanted &= !optional;
            self.ends = PieceEnds::default();
            self.stage = UploadStage::Verify { doubtful: false };
        }
        asks
    }

    pub(super) fn verify(&mut self, size: RemoteSize, doubtful: bool) -> UploadStage {
        let midway = !doubtful && self.end != Some(self.confirmed);
        let expected = if midway {
            Some(self.confirmed)
        } else {
            self.end
        };
        match (size, expected) {
            (RemoteSize::Known(found), Some(expected)) if found != expected => {
                UploadStage::WrongSize { found, expected }
            }
            (RemoteSize::Absent | RemoteSize::Unknown, _) if doubtful => {
                UploadStage::Fail(FailureCause::LastStep)
            }
            (RemoteSize::Known(found), _) if self.confirmed < found => {
                let from = self.confirmed;
                self.confirmed = found;
                self.stored = found;
                if self.proves_ends() {
                    self.ends.note(from, found);
                    self.proof()
                } else {
                    self.verify(size, false)
                }
            }
            // Its name may have been damaged on the way, or the server hides it.
            (RemoteSize::Absent, _) if !self.missed => {
                self.missed = true;
                UploadStage::Missing
            }
            _ if midway => UploadStage::Move,
            _ if self.read_back.is_due(self.confirmed) => UploadStage::ReadBack,
            (RemoteSize::Known(_), _) => UploadStage::Complete(Verified::Size),
            (RemoteSize::Absent | RemoteSize::Unknown, _) => {
                UploadStage::Complete(Verified::Nothing)
            }
        }
    }
}
