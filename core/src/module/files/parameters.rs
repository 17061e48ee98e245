//! The parameters that file commands share.

use crate::dialect::{Value, Volume};
use crate::module::response::{integer, text};
use crate::module::store::{FileError, LocalName};

/// Returns the place of `AT+QFLDS="UFS"`: its prefix without the colon.
pub(super) fn storage(name: &[u8], stores: &[Volume]) -> Result<Volume, FileError> {
    let named = |storage: &Volume| storage.name().as_bytes() == name;
    stores.iter().copied().find(named).ok_or(FileError::Input)
}

/// Returns the file handle, the first parameter.
pub(super) fn handle(values: &[Value<'_>]) -> Result<u32, FileError> {
    integer(values, 0)
        .and_then(|handle| u32::try_from(handle).ok())
        .ok_or(FileError::Handle)
}

/// Returns the local name, the first parameter.
pub(super) fn local_name(values: &[Value<'_>], stores: &[Volume]) -> Result<LocalName, FileError> {
    LocalName::parse(text(values, 0), stores)
}
