//! The file commands, `AT+QF...`: the module's own store over the line (NEIGHBOURS 1).
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
use crate::dialect::{Command, Value, Verb};

/// The command that the store is busy with.
#[derive(Debug, Default)]
pub(super) struct Files {
    /// The command whose answer needs one step.
    asked: Option<Verb>,
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
        let begun = match command.verb {
            Verb::FileUpload | Verb::FileDownload | Verb::FileRead | Verb::FileWrite => {
                self.begin_file_transfer(command.verb, &values)
            }
            verb => self
                .file_request(verb, &values)
                .inspect(|_| self.files.asked = Some(verb)),
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
    fn file_request(&self, verb: Verb, values: &[Value<'_>]) -> Result<FileRequest, FileError> {
        let stores = self.dialect.stores;
        let name = values.first().and_then(|value| value.text());
        let handle = handle(values);
        let number = |index| integer(values, index);
        Ok(match (verb, name) {
            (Verb::FileSpace, None) => FileRequest::Usage,
            (Verb::FileSpace, Some(name)) => FileRequest::Space(place(name, stores)?),
            (Verb::FileList, name) => {
                let (storage, name) = parse_pattern(name.unwrap_or(b"*"), stores)?;
                FileRequest::List { storage, name }
            }
            (Verb::FileDelete, Some(name)) => {
                let (storage, name) = parse_pattern(name, stores)?;
                FileRequest::Delete { storage, name }
            }
            (Verb::FileOpen, None) => FileRequest::Handles,
            (Verb::FileOpen, Some(name)) => FileRequest::Open {
                name: LocalName::parse(name, stores)?,
                mode: OpenMode::from_number(number(1).unwrap_or(0)).ok_or(FileError::Input)?,
            },
            (Verb::FileSeek, _) => FileRequest::Seek {
                handle: handle?,
                offset: number(1).unwrap_or(0),
                from: SeekFrom::from_number(number(2).unwrap_or(0)).ok_or(FileError::Input)?,
            },
            (Verb::FilePosition, _) => FileRequest::Position(handle?),
            (Verb::FileTruncate, _) => FileRequest::Truncate(handle?),
            (Verb::FileClose, _) => FileRequest::Close(handle?),
            _ => return Err(FileError::Input),
        })
    }

    /// The store answered.
    pub(super) fn file_answered(&mut self, answer: Result<FileAnswer, FileError>) {
        match (self.files.asked.take(), answer) {
            (None, answer) => self.file_transfer_answered(answer),
            // A missing file gets 418 from QFDEL on real modules (NEIGHBOURS 1.6).
            (Some(Verb::FileDelete), Err(FileError::NotFound)) => {
                self.finish_command(Err(FileError::Delete.into()));
            }
            (Some(_), Err(error)) => self.finish_command(Err(error.into())),
            (Some(verb), Ok(answer)) => {
                let lines = self.file_information(verb, &answer);
                self.informations(lines.iter().map(Vec::as_slice));
                self.finish_command(Ok(()));
            }
        }
    }

    fn file_information(&self, verb: Verb, answer: &FileAnswer) -> Vec<Vec<u8>> {
        let name = self
            .dialect
            .command(verb)
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
        verb: Verb,
        values: &[Value<'_>],
    ) -> Result<FileRequest, FileError> {
        let transfer = Transfer::new(verb, values)?;
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
