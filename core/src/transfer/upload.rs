//! An upload: pieces, each confirmed by the module's count, and the way back to the last of them.
//!
//! 1. Where the start is not known, the server is asked for the size: a continued file starts behind it after its tail was
//!    compared. An append has nothing to compare: it starts where two answers in a row agree, so that a digit that was
//!    damaged on the line does not put it elsewhere.
//! 2. A piece that the module counted whole moves the checkpoint.
//! 3. After a failure the server is asked for the size again. The upload goes on at the checkpoint, or where the server's
//!    file ends before it. What stands there is compared first.
//! 4. At the end the sizes must agree, and where that is asked for the content.

use super::budget::is_refusal;
use super::origin::Origin;
use super::piece_ends::PieceEnds;
use super::piece_size::PieceSize;
use super::read_back::ReadBack;
use super::step::{FailureCause, RemoteSize, TransferStep, Verified};
use super::tail::Candidate;
use crate::ErrorKind;

/// The place of an upload in the remote file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a file is new, or it is continued")]
pub enum UploadStart {
    /// At this position. 0 replaces the file.
    At(u64),
    /// At its end, or at 0 where there is none.
    End,
    /// Behind so many bytes, which are there and equal the source. Position 0 of the source is that of the file, here
    /// and in [`UploadStart::Continue`].
    Behind(u64),
    /// At the end of what is there and equals the source.
    Continue,
}

/// The most answers about the place of an append.
const MOST_ANSWERS: u8 = 5;

/// An upload to plan.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct UploadRequest {
    /// The place in the remote file.
    pub start: UploadStart,
    /// Bytes of the source, if known.
    pub size: Option<u64>,
    /// The dialect joins pieces over one data connection (002 §2.5 `beof`).
    pub joins_pieces: bool,
    /// The dialect can end a download before the file ends.
    pub ends_downloads: bool,
    /// The module takes as many bytes as were announced. A byte too many on the line shifts the rest of the file and leaves
    /// its size: the end of the file is read back, which shows both.
    pub counts_bytes: bool,
    /// Read all that was sent back at the end, and compare it.
    pub read_back: bool,
}

impl UploadRequest {
    /// Makes a request for a source of known or unknown size, to a dialect that lacks both abilities.
    pub fn new(start: UploadStart, size: Option<u64>) -> Self {
        UploadRequest {
            start,
            size,
            joins_pieces: false,
            ends_downloads: false,
            counts_bytes: false,
            read_back: false,
        }
    }
}

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
            read_back: ReadBack::new(request.read_back, base),
            ends: PieceEnds::default(),
            missed: false,
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
            UploadStage::Complete(verified) => return Err(Ok(verified)),
            UploadStage::Fail(cause) => return Err(Err(cause)),
        })
    }

    /// Takes a piece that the module counted.
    pub(super) fn moved(&mut self, bytes: u64, last: bool) {
        let from = self.confirmed;
        self.origin.note(from);
        self.confirmed += bytes;
        if self.proves_ends() {
            self.ends.note(from, self.confirmed);
        }
        if last {
            self.end = Some(self.confirmed);
        }
        // Pieces that share a data connection are proved behind the last one.
        if last || !self.request.joins_pieces {
            self.stored = self.confirmed;
            self.stage = self.proof();
        }
    }

    /// Returns true where the ends of pieces are read back, and not all of the file.
    fn proves_ends(&self) -> bool {
        self.request.counts_bytes && !self.request.read_back
    }

    /// Returns the stage that proves what was sent.
    fn proof(&self) -> UploadStage {
        match self.ends.step(self.confirmed) {
            Some(_) => UploadStage::Ends,
            None => UploadStage::Verify { doubtful: false },
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
        let UploadStage::Compare { place, size } = self.stage else {
            return;
        };
        self.stage = match place.before(self.base) {
            _ if equal => self.go_on_at(place.at),
            Some(place) => UploadStage::Compare { place, size },
            None => self.go_on_at(self.base),
        };
    }

    /// Takes bytes that were read back and are equal.
    pub(super) fn matched(&mut self, bytes: u64) {
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
    pub(super) fn differs(&mut self, bytes: u64) {
        let position = match self.ends.start() {
            // Which byte of the piece is the first one is not known.
            Some(start) if self.stage == UploadStage::Ends => start,
            _ => {
                self.read_back.matched(bytes);
                self.read_back.position()
            }
        };
        self.confirmed = position;
        self.stage = UploadStage::Fail(FailureCause::ContentDiffers { position });
    }

    /// Plans the way on after a failure, behind bytes of the running step.
    pub(super) fn recovered(&mut self, bytes: u64) {
        self.stage = match self.stage {
            UploadStage::Locate => UploadStage::Locate,
            UploadStage::ReadBack => {
                self.read_back.matched(bytes);
                UploadStage::ReadBack
            }
            _ => UploadStage::Survey,
        };
    }

    /// Returns the kind of the disagreement between both ends that was found behind the last byte.
    pub(super) fn disagreement(&self) -> Option<ErrorKind> {
        match self.stage {
            UploadStage::WrongSize { .. } | UploadStage::Missing => Some(ErrorKind::Incomplete),
            UploadStage::Fail(FailureCause::ContentDiffers { .. }) => {
                Some(ErrorKind::ChecksumMismatch)
            }
            _ => None,
        }
    }

    /// Plans another try after a disagreement.
    pub(super) fn go_back(&mut self) {
        if let UploadStage::Fail(FailureCause::ContentDiffers { .. }) = self.stage {
            let place = if self.single {
                self.base
            } else if self.proves_ends() {
                self.confirmed
            } else {
                self.read_back.place_before(self.base)
            };
            self.stage = self.go_on_at(place);
        } else {
            self.stage = UploadStage::Survey;
        }
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
        self.read_back = ReadBack::new(self.request.read_back, base);
        self.end = self.request.size.map(|size| base + size);
        self.go_on_at(base)
    }

    /// Returns true where the end of the file cannot be read back, and asks for the size instead: the server keeps files to
    /// itself, or sends more or less than it should.
    pub(super) fn asks_for_size(&mut self, kind: ErrorKind) -> bool {
        let answers = is_refusal(kind) || kind == ErrorKind::Incomplete;
        let asks = self.stage == UploadStage::Ends && answers;
        if asks {
            self.ends = PieceEnds::default();
            self.stage = if self.end == Some(self.confirmed) {
                UploadStage::Verify { doubtful: false }
            } else {
                UploadStage::Move
            };
        }
        asks
    }

    /// Goes on at a position up to which all is equal.
    fn go_on_at(&mut self, at: u64) -> UploadStage {
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

    fn verify(&mut self, size: RemoteSize, doubtful: bool) -> UploadStage {
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
            _ if self.request.read_back && self.read_back.is_due(self.confirmed) => {
                UploadStage::ReadBack
            }
            (RemoteSize::Known(_), _) => UploadStage::Complete(Verified::Size),
            (RemoteSize::Absent | RemoteSize::Unknown, _) => {
                UploadStage::Complete(Verified::Nothing)
            }
        }
    }
}
