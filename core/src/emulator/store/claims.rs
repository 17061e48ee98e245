//! Claims on files: a file in use, by a handle or by a transfer, is neither opened again nor removed.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use super::lock::locked;
use crate::module::store::{FileError, LocalName};

/// The names in use.
#[derive(Debug, Default)]
pub(super) struct Claims {
    names: Arc<Mutex<BTreeSet<LocalName>>>,
}

impl Claims {
    pub(super) fn claim(&self, name: &LocalName) -> Result<Claim, FileError> {
        if !locked(&self.names).insert(name.clone()) {
            return Err(FileError::AlreadyOpen);
        }
        Ok(Claim {
            name: name.clone(),
            names: self.names.clone(),
        })
    }
}

/// One name in use, until this is dropped.
#[derive(Debug)]
pub(super) struct Claim {
    name: LocalName,
    names: Arc<Mutex<BTreeSet<LocalName>>>,
}

impl Claim {
    pub(super) fn name(&self) -> &LocalName {
        &self.name
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        locked(&self.names).remove(&self.name);
    }
}
