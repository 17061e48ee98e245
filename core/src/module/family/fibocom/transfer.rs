//! Transfers of Fibocom modules over the line: FTPSTOR, FTPRETR, FTPLIST, FTPPUT (003 §1.2.14 to §1.2.20).

use crate::codes::fibocom::{NOT_OPEN, WRONG_STATE};
use crate::dialect::{Command, Value};
use crate::ftp::{FtpDataAddress, FtpOperation, FtpStore, FtpTransfer, Retrieve, RetrieveKind};
use crate::module::context::ModuleContext;
use crate::module::event::ModuleEvent;
use crate::module::ftp::job::{LineUpload, PieceEnd};
use crate::module::ftp::service::{FtpService, SessionState};
use crate::module::response::{CommandError, CommandResponse, integer, text};

fn transfer(ftp: &FtpService, file_type: Option<u64>) -> FtpTransfer {
    FtpTransfer {
        ascii: file_type == Some(0),
        passive: !ftp.fibocom.active,
        data_address: FtpDataAddress::Server,
    }
}

/// Returns where in the server's file a transfer starts: the offset of the command counts more than that of FTPREST
/// (003 §1.2.15, §1.2.16, §1.2.18).
fn offset(ftp: &FtpService, values: &[Value<'_>]) -> u64 {
    integer(values, 2).unwrap_or(ftp.fibocom.restart)
}

/// Begins an upload whose payload is stuffed, or counted.
fn begin_upload(
    ftp: &mut FtpService,
    cx: &mut ModuleContext,
    command: &'static Command,
    upload: LineUpload,
    file_type: Option<u64>,
) -> CommandResponse {
    let operation = FtpOperation::Store(FtpStore {
        path: upload.path.clone(),
        offset: upload.offset,
        transfer: transfer(ftp, file_type),
    });
    let response = ftp.begin(cx, command, command.reply, ModuleEvent::Ftp(operation));
    if let Some(job) = &mut ftp.job {
        job.upload(upload);
    }
    response
}

/// Executes FTPSTOR (003 §1.2.15).
pub(super) fn store(
    ftp: &mut FtpService,
    cx: &mut ModuleContext,
    command: &'static Command,
    values: &[Value<'_>],
) -> CommandResponse {
    let upload = LineUpload {
        path: text(values, 0).to_vec(),
        offset: offset(ftp, values),
        length: None,
        end: PieceEnd::Complete,
    };
    begin_upload(ftp, cx, command, upload, integer(values, 1))
}

/// Returns the download of FTPRETR and FTPGET (003 §1.2.16, §1.2.18).
pub(super) fn file(ftp: &FtpService, values: &[Value<'_>]) -> Retrieve {
    Retrieve {
        what: RetrieveKind::File,
        path: text(values, 0).to_vec(),
        offset: offset(ftp, values),
        limit: None,
        transfer: transfer(ftp, integer(values, 1)),
    }
}

/// Returns the download of FTPLIST.
pub(super) fn list(ftp: &FtpService, path: &[u8]) -> Retrieve {
    Retrieve {
        what: RetrieveKind::List,
        path: path.to_vec(),
        offset: 0,
        limit: None,
        transfer: transfer(ftp, Some(0)),
    }
}

/// Begins a download to the line.
pub(super) fn retrieve(
    ftp: &mut FtpService,
    cx: &mut ModuleContext,
    command: &'static Command,
    retrieve: Retrieve,
) -> CommandResponse {
    let event = ModuleEvent::Ftp(FtpOperation::Retrieve(retrieve));
    ftp.begin(cx, command, command.reply, event)
}

/// Executes FTPPUT (003 §1.2.20): `+FTPPUT: 2,<length>`, so many bytes, `OK`; the last piece also gets `+FTPPUT: 1`.
/// The data connection stays open between the pieces.
pub(super) fn put_piece(
    ftp: &mut FtpService,
    cx: &mut ModuleContext,
    command: &'static Command,
    values: &[Value<'_>],
) -> CommandResponse {
    let upload = |offset| LineUpload {
        path: text(values, 0).to_vec(),
        offset,
        length: integer(values, 1),
        end: PieceEnd::from_number(integer(values, 2)),
    };
    if let Some(gap) = ftp.gap()
        && let next = upload(gap.offset)
        && let Some(response) = ftp.continue_upload(cx, &next)
    {
        return response;
    }
    if ftp.session == SessionState::Closed {
        return CommandError::Cme(NOT_OPEN).into();
    }
    if !ftp.may_begin() {
        return CommandError::Cme(WRONG_STATE).into();
    }
    begin_upload(ftp, cx, command, upload(0), integer(values, 3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::nl668::NL668;
    use crate::ftp::FtpValue;
    use crate::module::family::fixture::FtpFixture;

    #[test]
    fn a_stored_file_is_stuffed_and_a_piece_is_counted() {
        let mut fixture = FtpFixture::open(&NL668);
        fixture.succeed("+FTPSTOR=\"a\"");
        fixture.ftp.on_ready(&mut fixture.cx);
        assert_eq!(fixture.output(), "\r\n+FTPSTOR: 2\r\n");
        fixture.ftp.end_stuffed_upload(&mut fixture.cx);
        fixture.done(FtpValue::None);
        assert_eq!(fixture.output(), "\r\n+FTPSTOR: 1\r\n");
        let piece = "+FTPPUT=\"a\",3,0";
        fixture.execute(piece);
        fixture.ftp.on_ready(&mut fixture.cx);
        assert_eq!(fixture.output(), "\r\n+FTPPUT: 2,3\r\n");
        fixture.ftp.handle_data(&mut fixture.cx, b"abc".to_vec());
        assert!(fixture.ftp.gap().is_some());
        assert_eq!(fixture.execute(piece), CommandResponse::DataMode);
    }

    #[test]
    fn an_offset_of_the_command_counts_more_than_that_of_ftprest() {
        let mut fixture = FtpFixture::open(&NL668);
        fixture.succeed("+FTPREST=7");
        assert_eq!(offset(&fixture.ftp, &[]), 7);
        let values = [Value::Text(b"a"), Value::Integer(1), Value::Integer(9)];
        assert_eq!(offset(&fixture.ftp, &values), 9);
    }
}
