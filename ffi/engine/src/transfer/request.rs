//! Transfers to plan: what goes up or comes down, and from where.

use alloc::format;
use core::time::Duration;

use qftp::dialect::Dialect;
use qftp::transfer::{DownloadRequest, Transfer, UploadRequest, UploadStart};

use super::{LARGEST, RunningTransfer, qftp_transfer};
use crate::error::Fault;
use crate::handle;
use crate::host::{call, qftp_host};
use crate::ptr::{handle, options, out, required_options};
use crate::retry::qftp_retry;
use crate::sentinel::{QFTP_AT_END, QFTP_UNKNOWN};
use crate::status::qftp_status;
use crate::versioned_struct::Sized32;

/// An upload to plan. Set it up by QFTP_INIT; 0 is the default.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct qftp_upload_request {
    /// sizeof(qftp_upload_request), set by QFTP_INIT.
    pub size: u32,
    /// Not 0: continue what an earlier upload of the same file left, or begin. The end of that is compared first; where it
    /// differs, the upload starts over. With an offset, so many bytes are there and equal; else 0 finds out how many.
    pub resume: u32,
    /// Start in the remote file. 0 replaces the file. QFTP_AT_END adds to its end, or makes it. Otherwise the upload
    /// continues after so many bytes. The local file begins there, and at 0 with resume.
    pub offset: u64,
    /// Bytes of the local file; QFTP_UNKNOWN where the program finds its end while it sends.
    pub length: u64,
    /// Not 0: read all of it back at the end and compare, which takes as long again.
    pub verify: u32,
    /// Not 0: the module's own count proves it, as long as nothing fails, and its end is not read back. A byte which the
    /// line added is not seen then. Dialect nl668 does not count.
    pub trust_count: u32,
}

// SAFETY: integers, the size first.
unsafe impl Sized32 for qftp_upload_request {}

/// A download to plan. Set it up by QFTP_INIT; 0 is the default.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct qftp_download_request {
    /// sizeof(qftp_download_request), set by QFTP_INIT.
    pub size: u32,
    /// Not 0: get all of it twice and compare, which takes as long again.
    pub verify: u32,
    /// Position in the remote file where the local one begins.
    pub offset: u64,
    /// At most this many bytes; 0 is all. Dialects gsm and nl668 have no parts.
    pub length: u64,
    /// Bytes from there on that the local file has already. The last of them are compared before more is fetched; what
    /// differs is fetched anew.
    pub present: u64,
    /// Not 0: the module's own count proves a whole file, and the server is not asked for the size before. The end shows by
    /// 0.3 s of silence then. Dialects gsm and nl668 have no such count.
    pub trust_count: u32,
    /// Not used, 0.
    pub reserved: u32,
}

// SAFETY: integers, the size first.
unsafe impl Sized32 for qftp_download_request {}

impl qftp_upload_request {
    fn to_request(self, dialect: &Dialect) -> Result<UploadRequest, Fault> {
        let start = match (self.resume, self.offset) {
            (0, QFTP_AT_END) => UploadStart::End,
            (_, QFTP_AT_END) => {
                let text = "request.resume and an offset of QFTP_AT_END exclude each other";
                return Err(Fault::argument(text));
            }
            (0, offset) => UploadStart::At(offset),
            (_, 0) => UploadStart::Continue,
            (_, offset) => UploadStart::Behind(offset),
        };
        let size = (self.length != QFTP_UNKNOWN).then_some(self.length);
        let offset = match start {
            UploadStart::End => 0,
            _ => self.offset,
        };
        at_most_largest("request.offset", offset)?;
        at_most_largest("request.length", size.unwrap_or(0))?;
        if let (UploadStart::Behind(offset), Some(size)) = (start, size)
            && offset > size
        {
            let text = format!("request.offset is {offset}, and the file has {size} bytes");
            return Err(Fault::argument(text));
        }
        let mut request = UploadRequest::for_dialect(dialect, start, size);
        request.read_back = self.verify != 0;
        request.trusts_count = self.trust_count != 0;
        Ok(request)
    }
}

impl qftp_download_request {
    fn to_request(self, dialect: &Dialect) -> Result<DownloadRequest, Fault> {
        at_most_largest("request.offset", self.offset)?;
        at_most_largest("request.length", self.length)?;
        at_most_largest("request.present", self.present)?;
        let mut request = DownloadRequest::for_dialect(dialect);
        if self.length > 0 && !request.ends_downloads {
            let text = format!(
                "{} cannot end a download before the file ends",
                dialect.name
            );
            return Err(Fault::Told(qftp_status::QFTP_ERR_UNSUPPORTED, text));
        }
        request.offset = self.offset;
        request.length = (self.length > 0).then_some(self.length);
        request.present = self.present;
        request.read_back = self.verify != 0;
        request.trusts_count = self.trust_count != 0 && dialect.counts_downloads();
        Ok(request)
    }
}

/// Refuses a number that no file can have.
pub(super) fn at_most_largest(name: &str, number: u64) -> Result<(), Fault> {
    if number <= LARGEST {
        return Ok(());
    }
    let text = format!("{name} is {number}, and no file has more than {LARGEST} bytes");
    Err(Fault::argument(text))
}

/// Sets the jitter that was asked for.
fn with_jitter(transfer: Transfer, retry: &qftp_retry) -> Transfer {
    match retry.jitter {
        0 => transfer,
        jitter => transfer.with_jitter(jitter.into()),
    }
}

/// Plans an upload for the dialect that the engine speaks; call it after qftp_host_identify. Nothing is sent.
///
/// @param host      The engine. Other engines of the same dialect may carry out the steps.
/// @param now_ms    The time.
/// @param request   The upload.
/// @param retry     The policy of retries; NULL is the default: three in a row, after 1, 2 and 4 seconds.
/// @param transfer  Gets the handle, which belongs to the caller: qftp_transfer_free.
/// @return          QFTP_OK or a handle error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_transfer_upload(
    host: *mut qftp_host,
    now_ms: u64,
    request: *const qftp_upload_request,
    retry: *const qftp_retry,
    transfer: *mut *mut qftp_transfer,
) -> qftp_status {
    call(handle!(host), |engine| {
        let (place, retry) = (out!(transfer)?, options!(retry)?);
        let request = required_options!(request)?.to_request(engine.dialect())?;
        let now = Duration::from_millis(now_ms);
        let transfer = Transfer::upload(now, request, retry.policy());
        let transfer = with_jitter(transfer, &retry);
        let running = RunningTransfer {
            source: request.size,
            is_upload: true,
            ..RunningTransfer::new(now, transfer, request.ends_downloads)
        };
        place.store(handle::into_raw(running, ()));
        Ok(())
    })
}

/// Plans a download for the dialect that the engine speaks; call it after qftp_host_identify. Nothing is sent.
///
/// @param host      The engine. Other engines of the same dialect may carry out the steps.
/// @param now_ms    The time.
/// @param request   The download; NULL is the whole file.
/// @param retry     The policy of retries; NULL is the default: three in a row, after 1, 2 and 4 seconds.
/// @param transfer  Gets the handle, which belongs to the caller: qftp_transfer_free.
/// @return          QFTP_OK, QFTP_ERR_UNSUPPORTED for a part of a file in dialects without parts, or a handle error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_transfer_download(
    host: *mut qftp_host,
    now_ms: u64,
    request: *const qftp_download_request,
    retry: *const qftp_retry,
    transfer: *mut *mut qftp_transfer,
) -> qftp_status {
    call(handle!(host), |engine| {
        let (place, retry) = (out!(transfer)?, options!(retry)?);
        let request = options!(request)?.to_request(engine.dialect())?;
        let now = Duration::from_millis(now_ms);
        let transfer = Transfer::download(now, request, retry.policy());
        let transfer = with_jitter(transfer, &retry);
        let running = RunningTransfer::new(now, transfer, request.ends_downloads);
        place.store(handle::into_raw(running, ()));
        Ok(())
    })
}
