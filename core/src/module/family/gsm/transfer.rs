//! Transfers of Quectel's GSM modules: over the line or between the server and a file (001 §2.2.3, §2.2.4).

use core::time::Duration;

use crate::codes;
use crate::dialect::{Command, ResponseFormat, SettingKind, Value};
use crate::ftp::{FtpDataAddress, FtpOperation, FtpStore, FtpTransfer, Retrieve, RetrieveKind};
use crate::module::context::ModuleContext;
use crate::module::event::ModuleEvent;
use crate::module::ftp::job::{LineUpload, PieceEnd};
use crate::module::ftp::service::FtpService;
use crate::module::response::{CommandResponse, integer, text};
use crate::module::store::{LocalName, Volume};

/// `<time>` of QFTPPUT (001 §2.2.3).
const INPUT_TIME: u64 = 900;
/// Bytes set aside in memory for a file to get (001 §2.2.8).
const MEMORY: u64 = 102_400;

/// Says where the payload of a transfer is (`AT+QFTPCFG=4`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PayloadTarget {
    Line,
    File(LocalName),
}

fn transfer(ftp: &FtpService) -> FtpTransfer {
    let settings = &ftp.settings.ftp;
    FtpTransfer {
        ascii: settings.integer(SettingKind::FileType, 0) == 1,
        passive: settings.integer(SettingKind::TransferMode, 0) == 1,
        data_address: FtpDataAddress::Server,
    }
}

/// Uploads (001 §2.2.3, §4.2): over the line exactly so many bytes, or what came in `<time>`; of a file so many bytes
/// from the resuming point, or with 0 all of them.
pub(super) fn put(
    ftp: &mut FtpService,
    cx: &mut ModuleContext,
    command: &'static Command,
    values: &[Value<'_>],
) -> CommandResponse {
    let path = text(values, 0);
    let size = integer(values, 1).unwrap_or(0);
    let time = integer(values, 2).unwrap_or(INPUT_TIME);
    let offset = ftp.settings.ftp.integer(SettingKind::ResumePoint, 0);
    let operation = FtpOperation::Store(FtpStore {
        path: path.to_vec(),
        offset,
        transfer: transfer(ftp),
    });
    match chosen_target(ftp, cx.stores(), path) {
        None => ftp.fail_at_once(cx, command, codes::LOCAL_OPEN),
        Some(PayloadTarget::File(local)) => {
            let event = ModuleEvent::Pipe {
                operation,
                local,
                from: offset,
                length: (size > 0).then_some(size),
            };
            ftp.begin(cx, command, ResponseFormat::ResultUrc, event)
        }
        Some(PayloadTarget::Line) => {
            let event = ModuleEvent::Ftp(operation);
            let response = ftp.begin(cx, command, command.reply, event);
            if let Some(job) = &mut ftp.job {
                job.upload(LineUpload {
                    path: path.to_vec(),
                    offset,
                    length: Some(size),
                    end: PieceEnd::Complete,
                });
                job.total = Some(Duration::from_secs(time));
            }
            response
        }
    }
}

/// Downloads (001 §2.2.4, §4.3).
pub(super) fn get(
    ftp: &mut FtpService,
    cx: &mut ModuleContext,
    command: &'static Command,
    values: &[Value<'_>],
) -> CommandResponse {
    let path = text(values, 0);
    let offset = ftp.settings.ftp.integer(SettingKind::ResumePoint, 0);
    let operation = FtpOperation::Retrieve(Retrieve {
        what: RetrieveKind::File,
        path: path.to_vec(),
        offset,
        limit: None,
        transfer: transfer(ftp),
    });
    match chosen_target(ftp, cx.stores(), path) {
        None => ftp.fail_at_once(cx, command, codes::LOCAL_FILE),
        Some(PayloadTarget::File(local)) => {
            let in_memory = local.storage == Volume::Ram;
            let event = ModuleEvent::Pipe {
                operation,
                local,
                from: offset,
                length: in_memory.then(|| MEMORY.saturating_sub(offset)),
            };
            ftp.begin(cx, command, ResponseFormat::ResultUrc, event)
        }
        Some(PayloadTarget::Line) => {
            ftp.begin(cx, command, command.reply, ModuleEvent::Ftp(operation))
        }
    }
}

fn chosen_target(ftp: &FtpService, stores: &[Volume], path: &[u8]) -> Option<PayloadTarget> {
    let place = ftp.settings.ftp.text(SettingKind::Place, 0);
    target(stores, place, path)
}

/// Reads a place: `/UFS/` is the file of the server's name without its directories, `/UFS/name` that one.
pub(super) fn target(stores: &[Volume], place: &[u8], path: &[u8]) -> Option<PayloadTarget> {
    let (store, name) = place.strip_prefix(b"/").and_then(|place| {
        let end = place.iter().position(|byte| *byte == b'/')?;
        Some((&place[..end], &place[end + 1..]))
    })?;
    if store == b"COM" {
        return name.is_empty().then_some(PayloadTarget::Line);
    }
    let named = |storage: &&Volume| storage.name().as_bytes() == store;
    let storage = *stores.iter().find(named)?;
    let name = match name {
        b"" => path.rsplit(|byte| *byte == b'/').next().unwrap_or(path),
        name => name,
    };
    let local = LocalName {
        storage,
        name: name.to_vec(),
    };
    local.check().ok().map(|()| PayloadTarget::File(local))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::gsm::GSM;

    #[test]
    fn a_place_is_the_line_or_a_file_of_a_store() {
        let file = |name: &[u8]| {
            Some(PayloadTarget::File(LocalName {
                storage: Volume::Ufs,
                name: name.to_vec(),
            }))
        };
        let cases: &[(&[u8], Option<PayloadTarget>)] = &[
            (b"/COM/", Some(PayloadTarget::Line)),
            (b"/COM/a", None),
            (b"/UFS/", file(b"c")),
            (b"/UFS/own", file(b"own")),
            (b"/NONE/a", None),
            (b"UFS", None),
        ];
        for (place, expected) in cases {
            assert_eq!(target(GSM.stores, place, b"/a/b/c"), *expected);
        }
    }
}
