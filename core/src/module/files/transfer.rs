//! File commands that carry a payload: QFUPL, QFDWL, QFREAD, QFWRITE (COMMON 1.3).

use alloc::format;
use alloc::vec::Vec;
use core::time::Duration;

use super::{handle, integer};
use crate::checksum::Checksum;
use crate::dialect::{CommandKind, Value};
use crate::module::store::{FileAnswer, FileError, FileRequest, LocalName, OpenMode};
use crate::module::{HIGH_WATER, Mode, Module, Refusal, Request};

/// `<file_size>` of QFUPL and `<length>` of QFWRITE, where left out.
const DEFAULT_LENGTH: u64 = 10_240;
/// `<timeout>` of both, in seconds.
const DEFAULT_GAP: u64 = 5;
/// Bytes that `<ackmode>` 1 acknowledges one by one with an `A`.
const BLOCK: u64 = 1024;
/// How much of a file is read at once.
const PIECE: u64 = 4096;

/// A payload between the line and a file.
#[derive(Debug)]
pub(super) struct Transfer {
    kind: CommandKind,
    step: Step,
    handle: u32,
    /// Whether the file was opened for this alone.
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
    deadline: Option<Duration>,
    /// Requests to write that are not answered.
    writing: usize,
    /// A read is not answered.
    reading: bool,
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The file is being opened.
    Opening,
    /// The handle is being checked.
    Checking,
    /// Data mode.
    Moving,
    /// The payload is over; this is said when the store is done.
    Closing(End),
}

/// What is said at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Information and `OK`.
    Report,
    /// `OK` alone, after `+++`.
    BrokenOff,
    /// A result code.
    Failed(FileError),
}

impl Transfer {
    pub(super) fn new(kind: CommandKind, values: &[Value<'_>]) -> Result<Self, FileError> {
        let opened = matches!(kind, CommandKind::FileUpload | CommandKind::FileDownload);
        let length = integer(values, 1);
        Ok(Transfer {
            kind,
            step: if opened {
                Step::Opening
            } else {
                Step::Checking
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
            deadline: None,
            writing: 0,
            reading: false,
        })
    }

    pub(super) fn step(&self) -> Step {
        self.step
    }

    pub(super) fn deadline(&self) -> Option<Duration> {
        self.deadline
    }

    fn is_upload(&self) -> bool {
        matches!(self.kind, CommandKind::FileUpload | CommandKind::FileWrite)
    }

    pub(super) fn room(&self) -> Option<u64> {
        let moving = self.is_upload() && self.step == Step::Moving;
        self.length
            .filter(|_| moving)
            .map(|length| length.saturating_sub(self.moved))
    }

    /// Opens the file of QFUPL, which must be new, or of QFDWL.
    pub(super) fn open(&self, name: LocalName) -> FileRequest {
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

    /// Asks of a handle what the command needs to know of it: what is left to read; whether it can be written.
    pub(super) fn check(&self) -> FileRequest {
        match self.kind {
            CommandKind::FileWrite => FileRequest::Write {
                handle: self.handle,
                data: Vec::new(),
            },
            _ => FileRequest::Left(self.handle),
        }
    }

    /// The next piece to read; `None` at the end, or while the last one is on its way.
    fn read(&mut self) -> Option<FileRequest> {
        let left = self
            .length
            .map_or(PIECE, |length| length.saturating_sub(self.moved));
        if self.reading || left == 0 {
            return None;
        }
        self.reading = true;
        Some(FileRequest::Read {
            handle: self.handle,
            length: Some(left.min(PIECE)),
        })
    }

    /// The line behind the payload.
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

impl Module {
    /// The store answered a step of the transfer.
    pub(super) fn file_transfer_answered(&mut self, answer: Result<FileAnswer, FileError>) {
        let Some(transfer) = &mut self.files.transfer else {
            return;
        };
        match (transfer.step, answer) {
            (Step::Opening | Step::Checking, Err(error)) => {
                self.files.transfer = None;
                self.finish_command(Err(error.into()));
            }
            (Step::Opening, Ok(FileAnswer::Handle(handle))) => {
                transfer.handle = handle;
                self.begin_payload();
            }
            (Step::Checking, Ok(FileAnswer::Left(0))) => {
                self.files.transfer = None;
                self.finish_command(Err(FileError::NothingRead.into()));
            }
            (Step::Checking, Ok(FileAnswer::Left(left))) => {
                transfer.length = Some(transfer.length.map_or(left, |length| length.min(left)));
                self.begin_payload();
            }
            (Step::Checking, Ok(FileAnswer::Written { total, .. })) => {
                transfer.total = total;
                self.begin_payload();
            }
            (Step::Moving, Ok(FileAnswer::Data(data))) => self.file_piece(&data),
            (_, Ok(FileAnswer::Written { written, total })) => {
                transfer.writing = transfer.writing.saturating_sub(1);
                let blocks = transfer.stored / BLOCK;
                transfer.stored += written;
                transfer.total = total;
                let more = transfer.stored / BLOCK - blocks;
                if transfer.acknowledge {
                    self.out.extend((0..more).map(|_| b'A'));
                }
                self.end_file_writing();
            }
            (Step::Moving, Err(error)) => {
                transfer.writing = transfer.writing.saturating_sub(1);
                transfer.reading = false;
                self.end_payload(End::Failed(error));
            }
            (Step::Closing(end), answer) => self.file_closing(end, answer),
            _ => {}
        }
    }

    /// `CONNECT`, and data mode.
    fn begin_payload(&mut self) {
        let Some(transfer) = &mut self.files.transfer else {
            return;
        };
        transfer.step = Step::Moving;
        let count = transfer
            .length
            .filter(|_| transfer.kind == CommandKind::FileRead);
        if transfer.is_upload() {
            transfer.deadline = Some(self.now + transfer.gap);
        }
        self.connect(count);
        self.enter_data_mode();
        self.file_pump();
        self.resume_input();
    }

    /// Reads on, if the line takes it.
    pub(in crate::module) fn file_pump(&mut self) {
        if self.out.len() >= HIGH_WATER {
            return;
        }
        if let Some(transfer) = &mut self.files.transfer
            && transfer.step == Step::Moving
            && !transfer.is_upload()
            && let Some(request) = transfer.read()
        {
            self.request(Request::File(request));
        }
    }

    /// A piece of a file for the line; an empty one is its end.
    fn file_piece(&mut self, data: &[u8]) {
        let Some(transfer) = &mut self.files.transfer else {
            return;
        };
        transfer.reading = false;
        transfer.moved += data.len() as u64;
        transfer.checksum.update(data);
        let complete = transfer.length == Some(transfer.moved);
        self.out.extend_from_slice(data);
        if data.is_empty() || complete {
            self.end_payload(End::Report);
        } else {
            self.file_pump();
        }
    }

    /// Payload of the host; what it types during a download means nothing.
    pub(in crate::module) fn file_data(&mut self, data: Vec<u8>) {
        let Some(transfer) = &mut self.files.transfer else {
            return;
        };
        if !transfer.is_upload() {
            return;
        }
        transfer.moved += data.len() as u64;
        transfer.checksum.update(&data);
        transfer.deadline = Some(self.now + transfer.gap);
        transfer.writing += 1;
        let complete = transfer.length == Some(transfer.moved);
        let handle = transfer.handle;
        self.request(Request::File(FileRequest::Write { handle, data }));
        if complete {
            self.end_payload(End::Report);
        }
    }

    /// `+++`, or DTR: what came stays in the file, and only `OK` is said.
    pub(in crate::module) fn file_escaped(&mut self) {
        self.end_payload(End::BrokenOff);
    }

    /// Nothing came for `<timeout>`: what came is all there is; nothing at all is an error.
    pub(in crate::module) fn file_timeout(&mut self) {
        let now = self.now;
        let Some(transfer) = &self.files.transfer else {
            return;
        };
        if transfer.deadline.is_none_or(|deadline| now < deadline) {
            return;
        }
        let nothing = transfer.kind == CommandKind::FileUpload && transfer.moved == 0;
        self.end_payload(if nothing {
            End::Failed(FileError::Timeout)
        } else {
            End::Report
        });
    }

    /// Back to command mode; the result code waits for the store, and what is typed waits for the result code.
    fn end_payload(&mut self, end: End) {
        let Some(transfer) = &mut self.files.transfer else {
            return;
        };
        transfer.step = Step::Closing(end);
        transfer.deadline = None;
        self.mode = Mode::Command;
        self.hold_line();
        self.end_file_writing();
    }

    /// All is written: closes what was opened.
    fn end_file_writing(&mut self) {
        let Some(transfer) = &self.files.transfer else {
            return;
        };
        let Step::Closing(end) = transfer.step else {
            return;
        };
        if transfer.writing > 0 || transfer.reading {
            return;
        }
        if transfer.opened {
            let handle = transfer.handle;
            self.request(Request::File(FileRequest::Close(handle)));
        } else {
            self.end_file_command(end);
        }
    }

    /// An answer of the store after the payload: of a write, of a read that nobody wants any more, of the close.
    fn file_closing(&mut self, end: End, answer: Result<FileAnswer, FileError>) {
        let Some(transfer) = &mut self.files.transfer else {
            return;
        };
        if transfer.reading {
            transfer.reading = false;
            self.end_file_writing();
        } else if transfer.writing > 0 {
            transfer.writing -= 1;
            if let (Err(error), End::Report | End::BrokenOff) = (answer, end) {
                transfer.step = Step::Closing(End::Failed(error));
            }
            self.end_file_writing();
        } else {
            self.end_file_command(match (answer, end) {
                (Err(error), End::Report) => End::Failed(error),
                _ => end,
            });
        }
    }

    fn end_file_command(&mut self, end: End) {
        let Some(transfer) = self.files.transfer.take() else {
            return;
        };
        match end {
            End::Failed(error) => self.finish_command(Err(Refusal::from(error))),
            End::BrokenOff => self.finish_command(Ok(())),
            End::Report => {
                if let Some(line) = transfer.information() {
                    self.information(&line);
                }
                self.finish_command(Ok(()));
            }
        }
    }
}
