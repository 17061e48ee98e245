//! File commands that carry a payload: QFUPL, QFDWL, QFREAD, QFWRITE (COMMON 1.3).

use alloc::format;
use alloc::vec::Vec;
use core::time::Duration;

use super::parameters::{handle, local_name};
use super::refusal::refusal;
use crate::checksum::Checksum;
use crate::dialect::{CommandKind, Value, Volume};
use crate::module::context::ModuleContext;
use crate::module::event::ModuleEvent;
use crate::module::response::{CommandError, integer};
use crate::module::store::{FileAnswer, FileError, FileRequest, LocalName, OpenMode};
use crate::module::timers::Timer;

/// `<file_size>` of QFUPL and `<length>` of QFWRITE, where left out.
const DEFAULT_LENGTH: u64 = 10_240;
/// `<timeout>` of both, in seconds.
const DEFAULT_GAP: u64 = 5;
/// Bytes that `<ackmode>` 1 acknowledges one by one with an `A`.
const BLOCK: u64 = 1024;
/// Bytes of a file that are read at once.
const PIECE: u64 = 4096;

/// Moves a payload between the line and a file.
#[derive(Debug)]
pub(super) struct FileTransfer {
    kind: CommandKind,
    step: FileStep,
    handle: u32,
    /// The file was opened for this alone.
    opened: bool,
    /// Bytes to come; of a download set when known.
    length: Option<u64>,
    /// Bytes that came from the line, or went to it.
    moved: u64,
    /// Bytes the store has of them, and the file's size with them.
    stored: u64,
    total: u64,
    checksum: Checksum,
    acknowledge: bool,
    /// Longest silence.
    gap: Duration,
    /// Requests to write that are not answered.
    writing: usize,
    /// A read is not answered.
    reading: bool,
}

/// Says how far a transfer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FileStep {
    /// The file is being opened.
    Opening,
    /// The handle is being checked.
    Checking,
    /// Data mode.
    Moving,
    /// The payload is over; this is said when the store is done.
    Closing(FileTransferEnd),
    /// All is said.
    Ended,
}

/// Says how a transfer ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FileTransferEnd {
    /// Information and `OK`.
    Report,
    /// `OK` alone, after `+++`.
    Escaped,
    /// A result code.
    Failed(FileError),
}

impl FileTransfer {
    /// Begins a command; returns its first request to the store.
    pub(super) fn begin(
        stores: &[Volume],
        kind: CommandKind,
        values: &[Value<'_>],
    ) -> Result<(Self, FileRequest), FileError> {
        let opened = matches!(kind, CommandKind::FileUpload | CommandKind::FileDownload);
        let length = integer(values, 1);
        let transfer = FileTransfer {
            kind,
            step: if opened {
                FileStep::Opening
            } else {
                FileStep::Checking
            },
            handle: if opened { 0 } else { handle(values)? },
            opened,
            length: match kind {
                CommandKind::FileUpload | CommandKind::FileWrite => {
                    Some(length.unwrap_or(DEFAULT_LENGTH))
                }
                _ => length,
            },
            moved: 0,
            stored: 0,
            total: 0,
            checksum: Checksum::default(),
            acknowledge: kind == CommandKind::FileUpload && integer(values, 3) == Some(1),
            gap: Duration::from_secs(integer(values, 2).unwrap_or(DEFAULT_GAP)),
            writing: 0,
            reading: false,
        };
        let request = if opened {
            transfer.open(local_name(values, stores)?)
        } else {
            transfer.check()
        };
        Ok((transfer, request))
    }

    /// Tells whether nothing is left to do.
    pub(super) fn has_ended(&self) -> bool {
        self.step == FileStep::Ended
    }

    fn is_upload(&self) -> bool {
        matches!(self.kind, CommandKind::FileUpload | CommandKind::FileWrite)
    }

    /// Returns how many bytes of an upload are still to come.
    pub(super) fn room(&self) -> Option<u64> {
        let moving = self.is_upload() && self.step == FileStep::Moving;
        self.length
            .filter(|_| moving)
            .map(|length| length.saturating_sub(self.moved))
    }

    /// Returns the request to open the file of QFUPL, which must be new, or of QFDWL.
    fn open(&self, name: LocalName) -> FileRequest {
        match self.kind {
            CommandKind::FileUpload => FileRequest::Create {
                name,
                size: self.length.unwrap_or(DEFAULT_LENGTH),
            },
            _ => FileRequest::Open {
                name,
                mode: OpenMode::ReadOnly,
            },
        }
    }

    /// Returns the request to check a handle: whether it can be written, or how much is left to read.
    fn check(&self) -> FileRequest {
        match self.kind {
            CommandKind::FileWrite => FileRequest::Write {
                handle: self.handle,
                data: Vec::new(),
            },
            _ => FileRequest::Left(self.handle),
        }
    }

    /// Takes an answer of the store to a step of the transfer.
    pub(super) fn on_answer(
        &mut self,
        cx: &mut ModuleContext,
        answer: Result<FileAnswer, FileError>,
    ) {
        match (self.step, answer) {
            (FileStep::Opening | FileStep::Checking, Err(error)) => {
                let refusal = refusal(cx.dialect, self.kind, error);
                self.fail(cx, refusal);
            }
            (FileStep::Opening, Ok(FileAnswer::Handle(handle))) => {
                self.handle = handle;
                self.begin_payload(cx);
            }
            (FileStep::Checking, Ok(FileAnswer::Left(0))) => {
                self.fail(cx, FileError::NothingRead.into());
            }
            (FileStep::Checking, Ok(FileAnswer::Left(left))) => {
                self.length = Some(self.length.map_or(left, |length| length.min(left)));
                self.begin_payload(cx);
            }
            (FileStep::Checking, Ok(FileAnswer::Written { total, .. })) => {
                self.total = total;
                self.begin_payload(cx);
            }
            (FileStep::Moving, Ok(FileAnswer::Data(data))) => self.on_piece(cx, &data),
            (_, Ok(FileAnswer::Written { written, total })) => {
                self.on_written(cx, written, total);
            }
            (FileStep::Moving, Err(error)) => {
                self.writing = self.writing.saturating_sub(1);
                self.reading = false;
                self.end_payload(cx, FileTransferEnd::Failed(error));
            }
            (FileStep::Closing(end), answer) => self.on_closing(cx, end, answer),
            _ => {}
        }
    }

    /// Ends a command whose file cannot be used.
    fn fail(&mut self, cx: &mut ModuleContext, error: CommandError) {
        self.step = FileStep::Ended;
        cx.input.finish(Err(error));
    }

    /// Counts bytes that the store has, and acknowledges whole blocks where that was asked for.
    fn on_written(&mut self, cx: &mut ModuleContext, written: u64, total: u64) {
        self.writing = self.writing.saturating_sub(1);
        let blocks = self.stored / BLOCK;
        self.stored += written;
        self.total = total;
        if self.acknowledge {
            for _ in blocks..self.stored / BLOCK {
                cx.output.raw(b"A");
            }
        }
        self.close_if_written(cx);
    }

    /// Writes `CONNECT` and enters data mode.
    fn begin_payload(&mut self, cx: &mut ModuleContext) {
        self.step = FileStep::Moving;
        let is_read = self.kind == CommandKind::FileRead;
        if self.is_upload() {
            self.restart_timer(cx);
        }
        cx.connect(self.length.filter(|_| is_read));
        self.pump(cx);
    }

    fn restart_timer(&self, cx: &mut ModuleContext) {
        cx.timers.set(Timer::FileUpload, cx.now + self.gap);
    }

    /// Reads on in a download, if the line has room for more and no other piece is on its way.
    pub(super) fn pump(&mut self, cx: &mut ModuleContext) {
        if cx.output.is_full() || self.step != FileStep::Moving || self.is_upload() || self.reading
        {
            return;
        }
        let left = self
            .length
            .map_or(PIECE, |length| length.saturating_sub(self.moved));
        if left > 0 {
            self.reading = true;
            cx.event(ModuleEvent::File(FileRequest::Read {
                handle: self.handle,
                length: Some(left.min(PIECE)),
            }));
        }
    }

    /// Writes a piece of a file to the line; an empty one is its end.
    fn on_piece(&mut self, cx: &mut ModuleContext, data: &[u8]) {
        self.reading = false;
        self.moved += data.len() as u64;
        self.checksum.update(data);
        cx.output.payload(data);
        if data.is_empty() || self.length == Some(self.moved) {
            self.end_payload(cx, FileTransferEnd::Report);
        } else {
            self.pump(cx);
        }
    }

    /// Takes payload of the host. What it types during a download means nothing.
    pub(super) fn handle_data(&mut self, cx: &mut ModuleContext, data: Vec<u8>) {
        if !self.is_upload() {
            return;
        }
        self.moved += data.len() as u64;
        self.checksum.update(&data);
        self.restart_timer(cx);
        self.writing += 1;
        let handle = self.handle;
        cx.event(ModuleEvent::File(FileRequest::Write { handle, data }));
        if self.length == Some(self.moved) {
            self.end_payload(cx, FileTransferEnd::Report);
        }
    }

    /// Handles `+++`, or DTR: what came stays in the file, and only `OK` is said.
    pub(super) fn escape(&mut self, cx: &mut ModuleContext) {
        self.end_payload(cx, FileTransferEnd::Escaped);
    }

    /// Ends an upload after `<timeout>` of silence: what came is all there is; nothing at all is an error.
    pub(super) fn on_timeout(&mut self, cx: &mut ModuleContext) {
        let is_empty = self.kind == CommandKind::FileUpload && self.moved == 0;
        let end = if is_empty {
            FileTransferEnd::Failed(FileError::Timeout)
        } else {
            FileTransferEnd::Report
        };
        self.end_payload(cx, end);
    }

    /// Returns to command mode. The result code waits for the store, and what is typed waits for the result code.
    fn end_payload(&mut self, cx: &mut ModuleContext, end: FileTransferEnd) {
        self.step = FileStep::Closing(end);
        cx.timers.stop(Timer::FileUpload);
        cx.leave_data_mode(None);
        cx.input.hold();
        self.close_if_written(cx);
    }

    /// Closes what was opened, once all is written.
    fn close_if_written(&mut self, cx: &mut ModuleContext) {
        let FileStep::Closing(end) = self.step else {
            return;
        };
        if self.writing > 0 || self.reading {
            return;
        }
        if self.opened {
            cx.event(ModuleEvent::File(FileRequest::Close(self.handle)));
        } else {
            self.end(cx, end);
        }
    }

    /// Takes an answer after the payload: of a write, of a read whose data is no longer wanted, of the close.
    fn on_closing(
        &mut self,
        cx: &mut ModuleContext,
        end: FileTransferEnd,
        answer: Result<FileAnswer, FileError>,
    ) {
        if self.reading {
            self.reading = false;
            self.close_if_written(cx);
        } else if self.writing > 0 {
            self.writing -= 1;
            let unfailed = !matches!(end, FileTransferEnd::Failed(_));
            if let (Err(error), true) = (answer, unfailed) {
                self.step = FileStep::Closing(FileTransferEnd::Failed(error));
            }
            self.close_if_written(cx);
        } else {
            let end = match (answer, end) {
                (Err(error), FileTransferEnd::Report) => FileTransferEnd::Failed(error),
                _ => end,
            };
            self.end(cx, end);
        }
    }

    fn end(&mut self, cx: &mut ModuleContext, end: FileTransferEnd) {
        self.step = FileStep::Ended;
        if end == FileTransferEnd::Report
            && let Some(line) = self.information()
        {
            cx.information(&line);
        }
        cx.input.finish(match end {
            FileTransferEnd::Failed(error) => Err(CommandError::from(error)),
            FileTransferEnd::Report | FileTransferEnd::Escaped => Ok(()),
        });
    }

    /// Returns the line behind the payload.
    fn information(&self) -> Option<Vec<u8>> {
        let checksum = self.checksum.value();
        Some(
            match self.kind {
                CommandKind::FileUpload => format!("+QFUPL: {},{checksum:x}", self.stored),
                CommandKind::FileDownload => format!("+QFDWL: {},{checksum:x}", self.moved),
                CommandKind::FileWrite => format!("+QFWRITE: {},{}", self.stored, self.total),
                _ => return None,
            }
            .into_bytes(),
        )
    }
}
