//! The file commands, `AT+QF...`: the module's own store over the line (COMMON 1).
//!
//! Each step of a command is one request to the store; its answer leads to the next. Commands that carry a payload
//! are in [`transfer`].

mod transfer;

use alloc::format;
use alloc::vec::Vec;
use core::time::Duration;

use self::transfer::{Step, Transfer};
use super::store::{
    FileAnswer, FileError, FileRequest, LocalName, OpenMode, SeekFrom, Storage, parse_pattern,
};
use super::{Module, Ran, Refusal, Request, bad};
use crate::at::Form;
use crate::dialect::{Command, CommandKind, Value};

/// The command that the store is busy with.
#[derive(Debug, Default)]
pub(super) struct Files {
    /// The command whose answer needs one step.
    asked: Option<CommandKind>,
    transfer: Option<Transfer>,
}

impl Files {
    /// When silence ends an upload.
    pub(super) fn deadline(&self) -> Option<Duration> {
        self.transfer.as_ref().and_then(Transfer::deadline)
    }

    /// How many bytes of an upload are still to come.
    pub(super) fn room(&self) -> Option<u64> {
        self.transfer.as_ref().and_then(Transfer::room)
    }

    /// Whether the payload on the line is a file's.
    pub(super) fn is_active(&self) -> bool {
        self.transfer.is_some()
    }
}

impl From<FileError> for Refusal {
    fn from(error: FileError) -> Self {
        Refusal::Cme(error.code())
    }
}

impl Module {
    pub(super) fn file(&mut self, command: &'static Command, form: &Form<'_>) -> Ran {
        let Ok(values) = command.values(form) else {
            return bad(command);
        };
        let begun = match command.kind {
            CommandKind::FileUpload
            | CommandKind::FileDownload
            | CommandKind::FileRead
            | CommandKind::FileWrite => self.begin_file_transfer(command.kind, &values),
            kind => self
                .file_request(kind, &values)
                .inspect(|_| self.files.asked = Some(kind)),
        };
        match begun {
            Err(error) => Refusal::from(error).into(),
            Ok(request) => {
                self.request(Request::File(request));
                Ran::Later
            }
        }
    }

    /// The one step of a command without payload.
    fn file_request(
        &self,
        kind: CommandKind,
        values: &[Value<'_>],
    ) -> Result<FileRequest, FileError> {
        let stores = self.dialect.stores;
        let name = values.first().and_then(|value| value.text());
        let handle = handle(values);
        let number = |index| integer(values, index);
        Ok(match (kind, name) {
            (CommandKind::FileSpace, None) => FileRequest::Usage,
            (CommandKind::FileSpace, Some(name)) => FileRequest::Space(place(name, stores)?),
            (CommandKind::FileList, name) => {
                let (storage, name) = parse_pattern(name.unwrap_or(b"*"), stores)?;
                FileRequest::List { storage, name }
            }
            (CommandKind::FileDelete, Some(name)) => {
                let (storage, name) = parse_pattern(name, stores)?;
                FileRequest::Delete { storage, name }
            }
            (CommandKind::FileOpen, None) => FileRequest::Handles,
            (CommandKind::FileOpen, Some(name)) => FileRequest::Open {
                name: LocalName::parse(name, stores)?,
                mode: OpenMode::from_number(number(1).unwrap_or(0)).ok_or(FileError::Input)?,
            },
            (CommandKind::FileSeek, _) => FileRequest::Seek {
                handle: handle?,
                offset: number(1).unwrap_or(0),
                from: SeekFrom::from_number(number(2).unwrap_or(0)).ok_or(FileError::Input)?,
            },
            (CommandKind::FilePosition, _) => FileRequest::Position(handle?),
            (CommandKind::FileTruncate, _) => FileRequest::Truncate(handle?),
            (CommandKind::FileClose, _) => FileRequest::Close(handle?),
            _ => return Err(FileError::Input),
        })
    }

    /// The store answered.
    pub(super) fn file_answered(&mut self, answer: Result<FileAnswer, FileError>) {
        match (self.files.asked.take(), answer) {
            (None, answer) => self.file_transfer_answered(answer),
            // A missing file gets 418 from QFDEL on real modules (COMMON 1.6).
            (Some(CommandKind::FileDelete), Err(FileError::NotFound)) => {
                self.finish_command(Err(FileError::Delete.into()));
            }
            (Some(_), Err(error)) => self.finish_command(Err(error.into())),
            (Some(kind), Ok(answer)) => {
                let lines = self.file_information(kind, &answer);
                self.informations(lines.iter().map(Vec::as_slice));
                self.finish_command(Ok(()));
            }
        }
    }

    fn file_information(&self, kind: CommandKind, answer: &FileAnswer) -> Vec<Vec<u8>> {
        let name = self
            .dialect
            .command(kind)
            .map_or("", |command| command.name);
        let line = |text| Vec::from([format!("{name}: {text}").into_bytes()]);
        match answer {
            FileAnswer::Space { free, total } => line(format!("{free},{total}")),
            FileAnswer::Usage { bytes, files } => line(format!("{bytes},{files}")),
            FileAnswer::Handle(handle) => line(format!("{handle}")),
            FileAnswer::Position(position) => line(format!("{position}")),
            FileAnswer::Files(files) => files
                .iter()
                .map(|(file, size)| self.file_line(name, file, &format!("{size}")))
                .collect(),
            FileAnswer::Handles(open) => open
                .iter()
                .map(|(file, handle, mode)| self.file_line(name, file, &format!("{handle},{mode}")))
                .collect(),
            FileAnswer::Done
            | FileAnswer::Data(_)
            | FileAnswer::Written { .. }
            | FileAnswer::Left(_) => Vec::new(),
        }
    }

    /// `+QFLST: "UFS:name",<rest>`
    fn file_line(&self, command: &str, file: &LocalName, rest: &str) -> Vec<u8> {
        let name = file.printed(self.dialect.prefixed_names);
        [command.as_bytes(), b": \"", &name, b"\",", rest.as_bytes()].concat()
    }

    /// The first step of a command with payload.
    fn begin_file_transfer(
        &mut self,
        kind: CommandKind,
        values: &[Value<'_>],
    ) -> Result<FileRequest, FileError> {
        let transfer = Transfer::new(kind, values)?;
        let request = match (
            transfer.step(),
            values.first().and_then(|value| value.text()),
        ) {
            (Step::Opening, Some(name)) => {
                let name = LocalName::parse(name, self.dialect.stores)?;
                transfer.open(name)
            }
            _ => transfer.check(),
        };
        self.files.transfer = Some(transfer);
        Ok(request)
    }
}

/// The place of `AT+QFLDS="UFS"`: its prefix without the colon.
fn place(name: &[u8], stores: &[Storage]) -> Result<Storage, FileError> {
    let named = |storage: &Storage| storage.name().as_bytes() == name;
    stores.iter().copied().find(named).ok_or(FileError::Input)
}

fn integer(values: &[Value<'_>], index: usize) -> Option<u64> {
    values.get(index).and_then(|value| value.integer())
}

fn handle(values: &[Value<'_>]) -> Result<u32, FileError> {
    integer(values, 0)
        .and_then(|handle| u32::try_from(handle).ok())
        .ok_or(FileError::Handle)
}
