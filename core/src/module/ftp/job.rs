//! An FTP command between its acceptance and its URC.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::time::Duration;

use super::FtpTrouble;
use crate::dialect::{Command, CommandKind, ResponseFormat};
use crate::exchange::{Exchange, LineEvent};

/// Names a command in its report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::module) struct ReportedCommand {
    pub(in crate::module) kind: CommandKind,
    pub(in crate::module) name: &'static str,
}

impl From<&Command> for ReportedCommand {
    fn from(command: &Command) -> Self {
        ReportedCommand {
            kind: command.kind,
            name: command.name,
        }
    }
}

/// Holds the command under way.
#[derive(Debug)]
pub(in crate::module) struct FtpJob {
    pub(in crate::module) kind: CommandKind,
    /// The command as it stands in its URC.
    pub(in crate::module) name: &'static str,
    shape: ResponseFormat,
    exchange: Exchange,
    pub(in crate::module) stage: JobStage,
    /// Report of the URC, whatever the operation says.
    pub(in crate::module) verdict: Option<FtpTrouble>,
    /// The time is up and the operation aborted; the URC follows when the session is in sync.
    pub(super) timed_out: bool,
    /// Time for all the payload of an upload (001 §2.2.3).
    pub(in crate::module) total: Option<Duration>,
    /// Close that begins when this job is over.
    pub(super) next: Option<Box<FtpJob>>,
}

/// Says how far a job is. All but the first and the last two are of transfers on the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::module) enum JobStage {
    /// `OK` is said, the URC is due when the operation ends.
    Reporting,
    /// The data connection is due, then `CONNECT`.
    Connecting(Option<LineUpload>),
    /// Data mode, from the host.
    Up(LineUpload),
    /// Data mode, to the host.
    Down,
    /// `+++` interrupted a download.
    Suspended,
    /// The piece is reported; the data connection waits for the next one (`<beof>` 0).
    Gap(Continuation),
    /// The upload broke in the gap; the next piece reports it.
    Broken(Continuation, FtpTrouble),
    /// `+++` ended a download for good; `OK` is due when the session is in sync.
    Aborting,
    /// The URC is said; the operation is still to end.
    Silent,
}

/// Describes an upload from the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::module) struct LineUpload {
    pub(in crate::module) path: Vec<u8>,
    pub(in crate::module) offset: u64,
    /// The parameter `<uploadlen>`.
    pub(in crate::module) length: Option<u64>,
    pub(in crate::module) end: PieceEnd,
}

/// Says what follows a piece of an upload, `<beof>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::module) enum PieceEnd {
    /// The file is complete.
    Complete,
    /// Another piece follows over the same data connection.
    MoreFollows,
}

/// Names what the next piece of an upload must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::module) struct Continuation {
    pub(in crate::module) path: Vec<u8>,
    pub(in crate::module) offset: u64,
}

impl LineUpload {
    /// Returns what must follow this piece; `None` where the file is complete. `<beof>` means nothing without
    /// `<uploadlen>`.
    pub(super) fn continuation(&self, moved: u64) -> Option<Continuation> {
        let more = self.end == PieceEnd::MoreFollows && self.length.is_some();
        more.then(|| Continuation {
            path: self.path.clone(),
            offset: self.offset.saturating_add(moved),
        })
    }

    /// Tells whether this is the piece that must follow.
    pub(super) fn continues(&self, gap: &Continuation) -> bool {
        self.path == gap.path && self.offset == gap.offset
    }
}

impl PieceEnd {
    /// Returns the meaning of `<beof>`: 0 is not the end.
    pub(in crate::module) fn from_number(number: Option<u64>) -> Self {
        match number {
            Some(0) => PieceEnd::MoreFollows,
            _ => PieceEnd::Complete,
        }
    }
}

impl FtpJob {
    /// Begins a command that is answered in this shape.
    pub(super) fn new(command: &'static Command, shape: ResponseFormat) -> Self {
        FtpJob {
            kind: command.kind,
            name: command.name,
            shape,
            exchange: Exchange::new(shape),
            stage: match shape {
                ResponseFormat::ResultUrc => JobStage::Reporting,
                _ => JobStage::Connecting(None),
            },
            verdict: None,
            timed_out: false,
            total: None,
            next: None,
        }
    }

    /// Names the command in its report.
    pub(super) fn command(&self) -> ReportedCommand {
        ReportedCommand {
            kind: self.kind,
            name: self.name,
        }
    }

    /// Makes the job an upload from the line.
    pub(in crate::module) fn upload(&mut self, upload: LineUpload) {
        self.stage = JobStage::Connecting(Some(upload));
    }

    /// Tells whether a result code follows the payload.
    pub(super) fn has_late_result(&self) -> bool {
        !matches!(self.shape, ResponseFormat::ResultPayloadUrc(_))
    }

    /// Tells whether the session is being closed, or will be as soon as the job is over.
    pub(in crate::module) fn is_closing(&self) -> bool {
        self.kind == CommandKind::FtpClose || self.next.is_some()
    }

    /// Tells whether the payload goes over the line.
    pub(super) fn is_on_line(&self) -> bool {
        self.shape != ResponseFormat::ResultUrc
    }

    /// Tells whether the upload broke between two pieces: nothing of it is under way any more.
    pub(super) fn is_broken(&self) -> bool {
        matches!(self.stage, JobStage::Broken(..))
    }

    /// Records what is about to be said; the table of [`crate::exchange`] must allow it.
    pub(super) fn record(&mut self, line_event: LineEvent) {
        let stepped = self.exchange.step(line_event);
        debug_assert!(stepped.is_ok(), "{}: {stepped:?}", self.name);
    }

    /// Enters data mode again: for the next piece, or by `ATO`.
    pub(super) fn reconnect(&mut self) {
        self.exchange = Exchange::new(self.shape);
        if !self.has_late_result() {
            self.record(LineEvent::Ok);
        }
        self.record(LineEvent::Connect);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::Direction;
    use crate::dialect::ec2x::EC2X;

    #[test]
    fn a_piece_needs_a_length_to_be_followed_by_another() {
        let upload = |length, end| LineUpload {
            path: b"a".to_vec(),
            offset: 5,
            length,
            end,
        };
        let next = upload(Some(3), PieceEnd::MoreFollows).continuation(3);
        let next = next.expect("another piece");
        assert_eq!(next.offset, 8);
        assert_eq!(upload(None, PieceEnd::MoreFollows).continuation(3), None);
        assert_eq!(upload(Some(3), PieceEnd::Complete).continuation(3), None);
        assert!(!upload(None, PieceEnd::Complete).continues(&next));
    }

    #[test]
    fn a_job_can_be_reconnected_in_either_shape() {
        let command = EC2X.command(CommandKind::FtpPut).expect("QFTPPUT");
        for shape in [
            ResponseFormat::PayloadResultUrc(Direction::Up),
            ResponseFormat::ResultPayloadUrc(Direction::Up),
        ] {
            let mut job = FtpJob::new(command, shape);
            job.reconnect();
            job.record(LineEvent::PayloadEnd);
            assert!(job.is_on_line() && !job.is_broken());
        }
    }
}
