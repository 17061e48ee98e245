//! `RAM:`, files in memory.

use std::collections::BTreeMap;

use super::access::Access;
use super::file::{Bytes, File};
use super::lock::locked;
use crate::module::store::FileError;

#[derive(Debug, Default)]
pub(super) struct Memory {
    files: BTreeMap<Vec<u8>, Bytes>,
}

impl Memory {
    pub(super) fn list(&self) -> BTreeMap<Vec<u8>, u64> {
        self.files
            .iter()
            .map(|(name, bytes)| (name.clone(), locked(bytes).len() as u64))
            .collect()
    }

    pub(super) fn open(&mut self, name: &[u8], access: Access) -> Result<File, FileError> {
        let bytes = match (self.files.get(name), access) {
            (Some(_), Access::New) => return Err(FileError::Exists),
            (Some(bytes), _) => bytes.clone(),
            (None, Access::Read | Access::Change) => return Err(FileError::NotFound),
            (None, Access::ChangeOrNew | Access::New) => {
                self.files.entry(name.to_vec()).or_default().clone()
            }
        };
        Ok(File::Memory(bytes))
    }

    pub(super) fn remove(&mut self, name: &[u8]) -> Result<(), FileError> {
        self.files.remove(name).map(drop).ok_or(FileError::NotFound)
    }
}
