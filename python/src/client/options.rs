//! The options of transfers, as Python passes them.

use qftp::client::{GetOptions, PutMode, PutOptions};

use super::call::Report;

/// Holds what an upload does besides: reads back, is atomic, makes directories.
pub(super) type UploadChoices = (bool, bool, bool);

/// Returns the options of an upload.
pub(super) fn upload(
    mode: PutMode,
    (verify, atomic, create_dirs): UploadChoices,
    report: Report<'_>,
) -> PutOptions<'_> {
    PutOptions::new()
        .mode(mode)
        .verify(verify)
        .atomic(atomic)
        .create_dirs(create_dirs)
        .progress(report)
}

/// Returns the place of an upload: where to continue, or what an earlier one left.
pub(super) fn place(offset: u64, resume: bool) -> PutMode {
    if resume {
        PutMode::Continue
    } else {
        PutMode::Resume(offset)
    }
}

/// Returns the options of a download.
pub(super) fn download(
    offset: u64,
    length: Option<u64>,
    verify: bool,
    report: Report<'_>,
) -> GetOptions<'_> {
    let options = GetOptions::new().offset(offset).length(length);
    options.verify(verify).progress(report)
}
