//! The file commands, `AT+QF...`: the module's own store over the line (COMMON 1).
//!
//! Each step of a command is one request to the store; its answer leads to the next. Commands that carry a payload
//! are in [`transfer`].

mod parameters;
mod refusal;
mod transfer;

use alloc::format;
use alloc::vec::Vec;

use self::parameters::{handle, storage};
use self::refusal::refusal;
use self::transfer::FileTransfer;
use super::context::ModuleContext;
use super::event::ModuleEvent;
use super::response::{CommandError, CommandResponse, integer};
use super::store::{
    FileAnswer, FileError, FileRequest, LocalName, OpenMode, SeekFrom, parse_pattern,
};
use super::timers::Timer;
use crate::at::Form;
use crate::dialect::{Command, CommandKind, Dialect, Value, Volume};

/// Holds the command that the store is busy with.
#[derive(Debug, Default)]
pub(super) struct FileService {
    /// The command whose answer needs one step.
    asked: Option<CommandKind>,
    transfer: Option<FileTransfer>,
}

impl From<FileError> for CommandError {
    fn from(error: FileError) -> Self {
        CommandError::Cme(error.code())
    }
}

impl FileService {
    pub(super) fn execute(
        &mut self,
        cx: &mut ModuleContext,
        command: &'static Command,
        form: &Form<'_>,
    ) -> CommandResponse {
        let Ok(values) = command.values(form) else {
            return CommandResponse::bad_parameter(command);
        };
        let begun = match command.kind {
            CommandKind::FileUpload
            | CommandKind::FileDownload
            | CommandKind::FileRead
            | CommandKind::FileWrite => self.begin_transfer(cx.stores(), command.kind, &values),
            kind => request(cx.stores(), kind, &values).inspect(|_| self.asked = Some(kind)),
        };
        match begun {
            Err(error) => CommandError::from(error).into(),
            Ok(request) => {
                cx.event(ModuleEvent::File(request));
                CommandResponse::Pending
            }
        }
    }

    /// Returns the first step of a command with payload.
    fn begin_transfer(
        &mut self,
        stores: &[Volume],
        kind: CommandKind,
        values: &[Value<'_>],
    ) -> Result<FileRequest, FileError> {
        let (transfer, request) = FileTransfer::begin(stores, kind, values)?;
        self.transfer = Some(transfer);
        Ok(request)
    }

    /// Tells whether the payload on the line is a file's.
    pub(super) fn is_active(&self) -> bool {
        self.transfer.is_some()
    }

    /// Returns how many bytes of an upload are still to come.
    pub(super) fn room(&self) -> Option<u64> {
        self.transfer.as_ref().and_then(FileTransfer::room)
    }

    /// Takes payload of the host.
    pub(super) fn handle_data(&mut self, cx: &mut ModuleContext, data: Vec<u8>) {
        if let Some(transfer) = &mut self.transfer {
            transfer.handle_data(cx, data);
            self.drop_ended();
        }
    }

    /// Handles `+++`, or DTR: what came stays in the file, and only `OK` is said.
    pub(super) fn escape(&mut self, cx: &mut ModuleContext) {
        if let Some(transfer) = &mut self.transfer {
            transfer.escape(cx);
            self.drop_ended();
        }
    }

    /// Reads on in a download, if the line has room for more.
    pub(super) fn pump(&mut self, cx: &mut ModuleContext) {
        if let Some(transfer) = &mut self.transfer {
            transfer.pump(cx);
        }
    }

    pub(super) fn on_timeout(&mut self, cx: &mut ModuleContext, timer: Timer) {
        if timer == Timer::FileUpload
            && let Some(transfer) = &mut self.transfer
        {
            transfer.on_timeout(cx);
            self.drop_ended();
        }
    }

    /// Takes an answer of the store.
    pub(super) fn on_answer(
        &mut self,
        cx: &mut ModuleContext,
        answer: Result<FileAnswer, FileError>,
    ) {
        let Some(kind) = self.asked.take() else {
            if let Some(transfer) = &mut self.transfer {
                transfer.on_answer(cx, answer);
                self.drop_ended();
            }
            return;
        };
        let result = match (kind, answer) {
            (kind, Err(error)) => Err(refusal(cx.dialect, kind, error)),
            (_, Ok(FileAnswer::Removed(0))) => {
                let number = cx.dialect.missing_file.to_empty;
                number.map_or(Ok(()), |number| Err(CommandError::Cme(number)))
            }
            (kind, Ok(answer)) => {
                let lines = information(cx.dialect, kind, &answer);
                cx.output.information_lines(lines.iter().map(Vec::as_slice));
                Ok(())
            }
        };
        cx.input.finish(result);
    }

    fn drop_ended(&mut self) {
        self.transfer.take_if(|transfer| transfer.has_ended());
    }
}

/// Returns the one step of a command without payload.
fn request(
    stores: &[Volume],
    kind: CommandKind,
    values: &[Value<'_>],
) -> Result<FileRequest, FileError> {
    let name = values.first().and_then(|value| value.text());
    let number = |index| integer(values, index);
    Ok(match (kind, name) {
        (CommandKind::FileSpace, None) => FileRequest::Usage,
        (CommandKind::FileSpace, Some(name)) => FileRequest::Space(storage(name, stores)?),
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
            handle: handle(values)?,
            offset: number(1).unwrap_or(0),
            from: SeekFrom::from_number(number(2).unwrap_or(0)).ok_or(FileError::Input)?,
        },
        // The store writes at once; the handle is looked at.
        (CommandKind::FilePosition | CommandKind::FileFlush, _) => {
            FileRequest::Position(handle(values)?)
        }
        (CommandKind::FileTruncate, _) => FileRequest::Truncate(handle(values)?),
        (CommandKind::FileClose, _) => FileRequest::Close(handle(values)?),
        _ => return Err(FileError::Input),
    })
}

/// Returns the information lines of an answer.
fn information(dialect: &Dialect, kind: CommandKind, answer: &FileAnswer) -> Vec<Vec<u8>> {
    let name = dialect.command(kind).map_or("", |command| command.name);
    let line = |text| Vec::from([format!("{name}: {text}").into_bytes()]);
    match answer {
        FileAnswer::Space { free, total } => line(format!("{free},{total}")),
        FileAnswer::Usage { bytes, files } => line(format!("{bytes},{files}")),
        FileAnswer::Handle(handle) => line(format!("{handle}")),
        FileAnswer::Position(_) if kind == CommandKind::FileFlush => Vec::new(),
        FileAnswer::Position(position) => line(format!("{position}")),
        FileAnswer::Files(files) => files
            .iter()
            .map(|(file, size)| file_line(dialect, name, file, &format!("{size}")))
            .collect(),
        FileAnswer::Handles(open) => open
            .iter()
            .map(|(file, handle, mode)| file_line(dialect, name, file, &format!("{handle},{mode}")))
            .collect(),
        FileAnswer::Done
        | FileAnswer::Removed(_)
        | FileAnswer::Data(_)
        | FileAnswer::Written { .. }
        | FileAnswer::Left(_) => Vec::new(),
    }
}

/// Returns `+QFLST: "UFS:name",<rest>`.
fn file_line(dialect: &Dialect, command: &str, file: &LocalName, rest: &str) -> Vec<u8> {
    let name = file.printed(dialect.prefixed_names);
    [command.as_bytes(), b": \"", &name, b"\",", rest.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::at::Token;
    use crate::dialect::ec2x::EC2X;
    use crate::module::quirks::Quirks;

    fn ask(kind: CommandKind, tokens: &[Token<'_>]) -> (FileService, ModuleContext) {
        let mut cx = ModuleContext::new(&EC2X, Quirks::MANUAL);
        let mut files = FileService::default();
        let command = EC2X.command(kind).expect("a file command");
        let response = files.execute(&mut cx, command, &Form::Write(tokens.to_vec()));
        assert_eq!(response, CommandResponse::Pending);
        (files, cx)
    }

    #[test]
    fn an_answer_of_the_store_becomes_information_and_a_result() {
        let (mut files, mut cx) = ask(CommandKind::FileOpen, &[Token::Quoted(b"a")]);
        assert!(matches!(
            cx.events.pop_front(),
            Some(ModuleEvent::File(FileRequest::Open { .. }))
        ));
        files.on_answer(&mut cx, Ok(FileAnswer::Handle(7)));
        assert_eq!(cx.output.bytes(), b"\r\n+QFOPEN: 7\r\n");
        assert_eq!(cx.input.take_finished(), Some(Ok(())));
    }

    #[test]
    fn a_missing_file_cannot_be_deleted() {
        let (mut files, mut cx) = ask(CommandKind::FileDelete, &[Token::Quoted(b"a")]);
        files.on_answer(&mut cx, Err(FileError::NotFound));
        let error = CommandError::from(FileError::Delete);
        assert_eq!(cx.input.take_finished(), Some(Err(error)));
    }

    #[test]
    fn an_upload_ends_at_its_count_and_reports_a_checksum() {
        let tokens = [Token::Quoted(b"a"), Token::Bare(b"3")];
        let (mut files, mut cx) = ask(CommandKind::FileUpload, &tokens);
        files.on_answer(&mut cx, Ok(FileAnswer::Handle(1)));
        assert_eq!(files.room(), Some(3));
        files.handle_data(&mut cx, b"abc".to_vec());
        let written = FileAnswer::Written {
            written: 3,
            total: 3,
        };
        files.on_answer(&mut cx, Ok(written));
        files.on_answer(&mut cx, Ok(FileAnswer::Done));
        assert!(!files.is_active());
        assert_eq!(cx.output.bytes(), b"\r\nCONNECT\r\n\r\n+QFUPL: 3,262\r\n");
        assert_eq!(cx.input.take_finished(), Some(Ok(())));
        assert_eq!(cx.timers.next_timeout(), None);
    }

    #[test]
    fn a_silent_host_ends_an_upload_with_nothing_by_a_time_out() {
        let (mut files, mut cx) = ask(CommandKind::FileUpload, &[Token::Quoted(b"a")]);
        files.on_answer(&mut cx, Ok(FileAnswer::Handle(1)));
        assert!(cx.timers.next_timeout().is_some());
        files.on_timeout(&mut cx, Timer::FileUpload);
        files.on_answer(&mut cx, Ok(FileAnswer::Done));
        let error = CommandError::from(FileError::Timeout);
        assert_eq!(cx.input.take_finished(), Some(Err(error)));
    }
}
