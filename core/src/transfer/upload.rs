//! An upload: pieces, each confirmed by the module's count, and the way back to the last of them.
//!
//! 1. Where the start is not known, the server is asked for the size: a continued file starts behind it after its tail was
//!    compared. An append has nothing to compare: it starts where two answers in a row agree, so that a digit that was
//!    damaged on the line does not put it elsewhere.
//! 2. A piece that the module counted whole moves the checkpoint.
//! 3. After a failure the server is asked for the size again. The upload goes on at the checkpoint, or where the server's
//!    file ends before it. What stands there is compared first.
//! 4. At the end the sizes must agree, or the ends of the pieces, which proves the size; where that is asked for, all
//!    content. Pieces that have a data connection each are proved one by one. Where the user trusts the module's count, that
//!    is the proof, as long as nothing fails.

mod proof;

use super::origin::Origin;
use super::piece_ends::PieceEnds;
use super::piece_size::PieceSize;
use super::read_back::ReadBack;
use super::sent_start::SentStart;
use super::step::{FailureCause, RemoteSize, TransferStep, Verified};
use super::tail::Candidate;
use super::upload_request::{UploadRequest, UploadStart};

/// The most answers about the place of an append.
const MOST_ANSWERS: u8 = 5;

/// An upload under way.
#[derive(Debug)]
pub(super) struct Upload {
    request: UploadRequest,
    stage: UploadStage,
    /// Answers to the question where to append, and the last of them.
    located: (u8, Option<RemoteSize>),
    /// Position where this upload starts.
    base: u64,
    /// Position up to which all bytes are confirmed.
    confirmed: u64,
    /// Position up to which they were stored: pieces of an open data connection may be on their way.
    stored: u64,
    /// The first byte that this upload sent.
    origin: Origin,
    /// Position of the end, once it is known.
    end: Option<u64>,
    pub(super) piece: PieceSize,
    /// The server refuses to continue a file: all of it goes in one piece.
    single: bool,
    read_back: ReadBack,
    ends: PieceEnds,
    /// The server showed no such file behind an upload.
    missed: bool,
    /// Position of the first byte of the piece that was sent last.
    piece_start: u64,
    /// Position behind the last byte that was sent, where a difference was found before it.
    reached: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum UploadStage {
    /// Asks where to start.
    Locate,
    Move,
    /// Asks how far the server's file reaches after a failure.
    Survey,
    /// Compares what stands before the place; the server's file has `size` bytes.
    Compare {
        place: Candidate,
        size: u64,
    },
    /// Asks whether the sizes agree. `doubtful`: the module fell silent behind the last byte, so only a size is proof.
    Verify {
        doubtful: bool,
    },
    /// Reads the ends of pieces back.
    Ends,
    ReadBack,
    /// Everything was sent, and the server's file has another size.
    WrongSize {
        found: u64,
        expected: u64,
    },
    /// Everything was sent, and the server shows no such file.
    Missing,
    /// Compares the first bytes of what was sent: were they sent to another place, they differ.
    Start(SentStart),
    Complete(Verified),
    Fail(FailureCause),
}

impl Upload {
    pub(super) fn new(request: UploadRequest) -> Self {
        let (stage, base) = match request.start {
            UploadStart::At(offset) => (UploadStage::Move, offset),
            UploadStart::End | UploadStart::Behind(_) | UploadStart::Continue => {
                (UploadStage::Locate, 0)
            }
        };
        Upload {
            request,
            stage,
            located: (0, None),
            base,
            confirmed: base,
            stored: base,
            origin: Origin::default(),
            end: request.size.map(|size| base + size),
            piece: PieceSize::default(),
            single: false,
            read_back: ReadBack::new(request.reads_back(), base),
            ends: PieceEnds::default(),
            missed: false,
            piece_start: base,
            reached: base,
        }
    }

    pub(super) fn base(&self) -> u64 {
        self.base
    }

    /// Returns the bytes that this upload sent and that are confirmed.
    pub(super) fn sent(&self) -> u64 {
        self.origin.moved_until(self.confirmed)
    }

    pub(super) fn confirmed(&self) -> u64 {
        self.confirmed
    }

    /// Returns the position up to which all bytes are confirmed and stored.
    pub(super) fn stored(&self) -> u64 {
        self.stored.min(self.confirmed)
    }

    /// Returns true where confirmed bytes stay so after a failure.
    pub(super) fn keeps_progress(&self) -> bool {
        !self.request.begins_anew
    }

    /// Returns the next step, or how it ended.
    pub(super) fn step(&self) -> Result<TransferStep, Result<Verified, FailureCause>> {
        Ok(match self.stage {
            UploadStage::Locate | UploadStage::Survey | UploadStage::Verify { .. } => {
                TransferStep::Size
            }
            UploadStage::Move => TransferStep::Put {
                offset: self.confirmed,
                limit: (!self.single).then(|| self.piece.next()),
            },
            UploadStage::Compare { place, size } => {
                let length = place.tail(self.base);
                let offset = place.at - length;
                let ends = self.request.ends_downloads;
                TransferStep::Compare {
                    offset,
                    length,
                    expected: if ends { length } else { size - offset },
                }
            }
            UploadStage::Ends => (self.ends.step(self.confirmed)).unwrap_or(TransferStep::Size),
            UploadStage::ReadBack => {
                self.read_back
                    .step(self.confirmed, self.piece, self.request.ends_downloads)
            }
            UploadStage::WrongSize { found, expected } => {
                return Err(Err(FailureCause::SizeDiffers { found, expected }));
            }
            // It may be hidden.
            UploadStage::Missing => return Err(Ok(Verified::Nothing)),
            UploadStage::Start(start) => start.step(self.request.ends_downloads),
            UploadStage::Complete(verified) => return Err(Ok(verified)),
            UploadStage::Fail(cause) => return Err(Err(cause)),
        })
    }

    /// Takes a piece that the module counted.
    pub(super) fn moved(&mut self, bytes: u64, last: bool) {
        let from = self.confirmed;
        self.piece_start = from;
        self.origin.note(from);
        self.confirmed += bytes;
        if self.proves_ends() {
            self.ends.note(from, self.confirmed);
        }
        if last {
            self.end = Some(self.confirmed);
        }
        if self.request.is_proved_by_count() {
            self.stored = self.confirmed;
            if last {
                self.stage = UploadStage::Complete(Verified::Nothing);
            }
            return;
        }
        // Pieces that share a data connection are proved behind the last one.
        if last || !self.request.joins_pieces {
            self.stored = self.confirmed;
            self.stage = self.proof();
        }
    }

    pub(super) fn sized(&mut self, size: RemoteSize) {
        let stage = self.stage;
        self.stage = match stage {
            UploadStage::Locate if self.asks_again(size) => UploadStage::Locate,
            UploadStage::Locate => self.locate(size),
            UploadStage::Survey => self.survey(size),
            UploadStage::Verify { doubtful } => self.verify(size, doubtful),
            stage => stage,
        };
    }

    pub(super) fn compared(&mut self, equal: bool) {
        if let UploadStage::Start(start) = self.stage {
            self.stage = match start.place(equal, self.base) {
                Some(place) => self.go_on_at(place),
                None => UploadStage::Fail(start.cause),
            };
        }
        let UploadStage::Compare { place, size } = self.stage else {
            return;
        };
        self.stage = match place.before(self.base) {
            _ if equal => self.go_on_at(place.at),
            Some(place) => UploadStage::Compare { place, size },
            None => self.go_on_at(self.base),
        };
    }

    /// Plans the way on after a failure, behind bytes of the running step.
    pub(super) fn recovered(&mut self, bytes: u64) {
        self.request.trusts_count = false;
        self.stage = match self.stage {
            UploadStage::Locate => UploadStage::Locate,
            UploadStage::ReadBack => {
                self.read_back.matched(bytes);
                UploadStage::ReadBack
            }
            _ => UploadStage::Survey,
        };
    }

    /// Returns true where the server refused to continue the file, and begins anew in one piece.
    pub(super) fn falls_back(&mut self) -> bool {
        let continues = self.stage == UploadStage::Move && self.confirmed > self.base;
        let falls_back = continues && !self.request.joins_pieces && !self.single;
        if falls_back {
            self.single = true;
            self.stage = self.go_on_at(self.base);
        }
        falls_back
    }

    /// Returns true where everything was handed to the module, which then fell silent: the size decides (FIELD 2.2).
    pub(super) fn may_be_whole(&self, bytes: u64) -> bool {
        self.stage == UploadStage::Move && self.end.is_some_and(|end| self.confirmed + bytes == end)
    }

    /// Asks for the size, which decides whether the file is whole.
    pub(super) fn verify_whole(&mut self) {
        self.request.trusts_count = false;
        self.origin.note(self.confirmed);
        self.stage = UploadStage::Verify { doubtful: true };
    }

    /// Returns true where the place of an append is not sure yet. Answers that never agree end as no answer.
    fn asks_again(&mut self, size: RemoteSize) -> bool {
        let (count, last) = self.located;
        self.located = (count + 1, Some(size));
        let open = size == RemoteSize::Unknown || last == Some(size);
        self.request.start == UploadStart::End && !open && count + 1 < MOST_ANSWERS
    }

    fn locate(&mut self, size: RemoteSize) -> UploadStage {
        let found = match size {
            RemoteSize::Known(size) => size,
            RemoteSize::Absent => 0,
            RemoteSize::Unknown => return UploadStage::Fail(FailureCause::SizeUnknown),
        };
        if self.located.0 == MOST_ANSWERS {
            return UploadStage::Fail(FailureCause::SizeUnknown);
        }
        match (self.request.start, self.request.size) {
            (UploadStart::At(_) | UploadStart::End, _) => self.start_at(found),
            (UploadStart::Behind(expected), _) if found < expected => {
                UploadStage::Fail(FailureCause::SizeDiffers { found, expected })
            }
            (UploadStart::Continue, Some(expected)) if found > expected => {
                UploadStage::Fail(FailureCause::SizeDiffers { found, expected })
            }
            (UploadStart::Behind(0) | UploadStart::Continue, _) if found == 0 => self.start_at(0),
            (start, _) => {
                let at = match start {
                    UploadStart::Behind(offset) => offset,
                    _ => found,
                };
                let place = Candidate::new(at);
                UploadStage::Compare { place, size: found }
            }
        }
    }

    fn start_at(&mut self, base: u64) -> UploadStage {
        self.base = base;
        self.read_back = ReadBack::new(self.request.reads_back(), base);
        // A server may name any number.
        self.end = self.request.size.map(|size| base.saturating_add(size));
        self.go_on_at(base)
    }

    /// Goes on at a position up to which all is equal.
    fn go_on_at(&mut self, at: u64) -> UploadStage {
        let at = if self.request.begins_anew && self.end != Some(at) {
            self.base
        } else {
            at
        };
        self.confirmed = at;
        self.stored = at;
        self.read_back.forget_behind(at);
        self.ends.forget_behind(at);
        if self.end == Some(at) && at > self.base {
            UploadStage::Verify { doubtful: false }
        } else {
            UploadStage::Move
        }
    }

    /// Decides where to go on, by how far the server's file reaches.
    fn survey(&mut self, size: RemoteSize) -> UploadStage {
        let found = match size {
            RemoteSize::Known(size) => size,
            RemoteSize::Absent => 0,
            // Only a whole file can be replaced blindly.
            RemoteSize::Unknown if self.base == 0 => return self.go_on_at(0),
            RemoteSize::Unknown => return UploadStage::Fail(FailureCause::SizeUnknown),
        };
        match self.end {
            _ if found < self.base => {
                let expected = self.base;
                return UploadStage::Fail(FailureCause::SizeDiffers { found, expected });
            }
            // What is too much cannot be cut; a whole file can be replaced.
            Some(end) if found > end && self.base == 0 => return self.go_on_at(0),
            Some(expected) if found > expected => {
                return UploadStage::Fail(FailureCause::SizeDiffers { found, expected });
            }
            _ => {}
        }
        // A file of the right length may be whole, though its last piece is not confirmed.
        let at = if self.end == Some(found) {
            found
        } else if self.request.begins_anew {
            self.base
        } else {
            found.min(self.confirmed)
        };
        if at > self.base {
            UploadStage::Compare {
                place: Candidate::new(at),
                size: found,
            }
        } else {
            self.go_on_at(self.base)
        }
    }
}
