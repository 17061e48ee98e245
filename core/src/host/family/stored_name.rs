//! Names in the module's store, as the commands of a transfer take them.

use alloc::vec::Vec;

use crate::dialect::{Dialect, ParamError, Volume};
use crate::host::error::HostError;

/// A file of the store: its volume, and its name there.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct StoredName<'a> {
    volume: Volume,
    name: &'a [u8],
}

impl<'a> StoredName<'a> {
    /// Parses `UFS:name`, `RAM:name`, `SD:name`, or a bare name, which is in flash. The case of the volume does not
    /// count: firmware was seen to refuse `ufs:name` (FIELD 2.3), so the line has upper case.
    ///
    /// Refuses `COM:`, which is the line, a volume that the dialect lacks, and what may mean another file.
    pub(super) fn parse(dialect: &'static Dialect, text: &'a [u8]) -> Result<Self, HostError> {
        let known = |volume: &Volume| {
            let prefix = volume.prefix().as_bytes();
            let (start, name) = text.split_at_checked(prefix.len())?;
            let volume = start.eq_ignore_ascii_case(prefix).then_some(*volume)?;
            Some(StoredName { volume, name })
        };
        let bare = StoredName {
            volume: Volume::Ufs,
            name: text,
        };
        let stored = dialect.stores.iter().find_map(known).unwrap_or(bare);
        let is_plain = |byte: &u8| !matches!(byte, b':' | b'/' | b'\\' | b'*');
        if stored.name.is_empty() || !stored.name.iter().all(is_plain) {
            return Err(HostError::InvalidArgument {
                command: "the name in the store",
                param_error: ParamError::Choice("name"),
            });
        }
        Ok(stored)
    }

    /// Returns the `<local_name>` of LTE modules; a bare name is in flash, in all of them.
    pub(super) fn local_name(&self) -> Vec<u8> {
        let prefix = match self.volume {
            Volume::Ufs => "",
            volume => volume.prefix(),
        };
        [prefix.as_bytes(), self.name].concat()
    }

    /// Returns the path of GSM modules, `/UFS/name` (001 §2.2.8).
    pub(super) fn path(&self) -> Vec<u8> {
        [b"/", self.volume.name().as_bytes(), b"/", self.name].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::{bg96::BG96, ec2x::EC2X, gsm::GSM};

    #[test]
    fn a_name_is_a_volume_and_a_name_in_it() {
        for (text, local_name, path) in [
            ("a.bin", "a.bin", "/UFS/a.bin"),
            ("UFS:a", "a", "/UFS/a"),
            ("ufs:a", "a", "/UFS/a"),
            ("ram:a", "RAM:a", "/RAM/a"),
            ("SD:a", "SD:a", "/SD/a"),
        ] {
            let name = StoredName::parse(&EC2X, text.as_bytes()).expect("a name");
            assert_eq!(name.local_name(), local_name.as_bytes());
            let name = StoredName::parse(&GSM, text.as_bytes()).expect("a name");
            assert_eq!(name.path(), path.as_bytes());
        }
    }

    #[test]
    fn the_line_and_other_places_are_no_names() {
        for text in ["", "COM:", "UFS:", "XYZ:a", "/UFS/a", "UFS:*", "a\\b"] {
            assert!(StoredName::parse(&EC2X, text.as_bytes()).is_err(), "{text}");
        }
        assert!(StoredName::parse(&BG96, b"RAM:a").is_err());
    }
}
