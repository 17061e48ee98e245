//! An upload as its user asks for it: where, how much, and what the dialect can.

use crate::dialect::Dialect;

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

/// An upload to plan.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
#[allow(clippy::struct_excessive_bools)] // each is a fact of its own
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
    /// The module counts a few bytes at a time, and cannot go on in the middle of a file (003 §1.2.20): after a failure all
    /// of it is sent anew. The ends of what it counts are all of the file, which is read back; where the server keeps it to
    /// itself, the size decides.
    pub begins_anew: bool,
    /// Read all that was sent back at the end, and compare it.
    pub read_back: bool,
    /// Take the module's count as the proof, where it counts bytes and nothing failed: the end is not read back, and the
    /// size is not asked for. A byte too many on the line is not seen then.
    pub trusts_count: bool,
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
            begins_anew: false,
            read_back: false,
            trusts_count: false,
        }
    }

    /// Makes a request for a source of known or unknown size, with the abilities of a dialect.
    pub fn for_dialect(dialect: &Dialect, start: UploadStart, size: Option<u64>) -> Self {
        UploadRequest {
            joins_pieces: dialect.joins_pieces(),
            ends_downloads: dialect.ends_downloads(),
            counts_bytes: dialect.counts_uploads(),
            ..Self::new(start, size)
        }
    }
}

impl UploadRequest {
    /// Returns true where all is read back, if the server lets it.
    pub(super) fn reads_back(&self) -> bool {
        self.read_back || (self.counts_bytes && self.begins_anew)
    }

    /// Returns true where the module's count is the proof.
    pub(super) fn is_proved_by_count(&self) -> bool {
        self.trusts_count && self.counts_bytes && !self.reads_back()
    }
}
