//! The options of transfers, as Python passes them.

use pyo3::prelude::*;
use qftp::client::{
    GetOptions, PartMode, PutMode, PutOptions, ServiceState, TransferWay, UnknownWay,
};

use super::call::Report;
use crate::error;

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

/// Returns what becomes of the part that an earlier download left.
pub(super) fn part(resume: bool) -> PartMode {
    if resume {
        PartMode::Continue
    } else {
        PartMode::Discard
    }
}

/// Returns the way of files that a name stands for.
pub(super) fn transfer_way(py: Python<'_>, name: Option<&str>) -> PyResult<Option<TransferWay>> {
    let way = name.map(str::parse).transpose();
    way.map_err(|unknown: UnknownWay| error::new(py, "UsageError", &unknown.to_string()))
}

/// Returns the name of a state of the FTP service.
pub(super) fn state_name(state: ServiceState) -> &'static str {
    match state {
        ServiceState::Opening => "opening",
        ServiceState::Idle => "idle",
        ServiceState::Transferring => "transferring",
        ServiceState::Closing => "closing",
        ServiceState::Closed => "closed",
    }
}
