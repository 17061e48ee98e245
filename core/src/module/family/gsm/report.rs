//! The form in which GSM modules report the end of an FTP command (001 §3).

use alloc::format;

use crate::codes;
use crate::module::context::ModuleContext;
use crate::module::ftp::failure::FtpTrouble;
use crate::module::ftp::service::FtpReport;
use crate::module::quirks::Quirk;

/// Queues `+QFTPxxx:<text>` or `+QFTPxxx:<err>`.
pub(super) fn report_text(cx: &mut ModuleContext, name: &str, report: FtpReport) {
    let spaced =
        matches!(name, "+QFTPPATH" | "+QFTPCLOSE") && cx.quirks.has(Quirk::SpaceAfterColon);
    let mut line = format!("{name}:{}", if spaced { " " } else { "" }).into_bytes();
    match report {
        Ok(text) => line.extend_from_slice(&text),
        Err(trouble) => line.extend_from_slice(format!("{}", number(trouble)).as_bytes()),
    }
    cx.urc(line);
}

/// Returns the number of `gsm` for what went wrong.
pub(super) fn number(trouble: FtpTrouble) -> i32 {
    match trouble {
        FtpTrouble::Context => codes::GSM_CONTEXT,
        FtpTrouble::Code(code, reply) => codes::for_gsm(code, reply),
    }
}
