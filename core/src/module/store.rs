//! Names, requests, answers and errors of the module's file store (COMMON 1).
//!
//! The module engine turns a file command into [`FileRequest`]s. The store behind it (`emulator::store`, or a
//! firmware's own) gives a [`FileAnswer`] or a [`FileError`] at once. A transfer between a file and a data connection
//! takes long, and does not pass through here.

mod error;

use alloc::vec::Vec;

use crate::at::check_string;
pub use crate::dialect::Volume;
pub use error::FileError;

/// Longest file name in bytes, prefix included (COMMON 1.2).
pub const MAX_NAME: usize = 80;

/// Names a file of the module's own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a name is a volume and the bytes in it"
)]
pub struct LocalName {
    /// Place of the file.
    pub storage: Volume,
    /// Name without its prefix: any bytes that [`LocalName::check`] takes.
    pub name: Vec<u8>,
}

impl LocalName {
    /// Parses `UFS:name`, `RAM:name`, `SD:name`, or a bare name, which is in flash; `storages` are those of the
    /// dialect.
    ///
    /// A prefix is upper case: firmware was seen to refuse `ufs:name` as an invalid value (FIELD 2.3).
    ///
    /// # Errors
    ///
    /// Returns [`FileError::Input`] for a place that the dialect lacks and for a length that does not fit,
    /// [`FileError::Name`] for a name that [`LocalName::check`] refuses.
    pub fn parse(text: &[u8], storages: &[Volume]) -> Result<Self, FileError> {
        let (storage, name) = split(text, storages)?;
        let name = LocalName {
            storage,
            name: name.to_vec(),
        };
        name.check().map(|()| name)
    }

    /// Returns the name as it stands on the line. Flash is named only if `prefixed`
    /// ([`Dialect::prefixed_names`](crate::dialect::Dialect::prefixed_names)).
    pub fn printed(&self, prefixed: bool) -> Vec<u8> {
        let prefix = match self.storage {
            Volume::Ufs if !prefixed => "",
            storage => storage.prefix(),
        };
        [prefix.as_bytes(), &self.name].concat()
    }

    /// Checks that this can be a file's name: 1 to [`MAX_NAME`] bytes that can stand on an AT line, and nothing that
    /// means a directory, a place or a pattern in any system that a store may lie on.
    ///
    /// # Errors
    ///
    /// Returns [`FileError::Input`] for a length that does not fit, [`FileError::Name`] for a byte or a name that is
    /// not allowed.
    pub fn check(&self) -> Result<(), FileError> {
        let name = self.name.as_slice();
        if name.is_empty() || name.len() > MAX_NAME {
            return Err(FileError::Input);
        }
        let plain = !name
            .iter()
            .any(|byte| matches!(byte, b'/' | b'\\' | b':' | b'*'));
        let directory = matches!(name, b"." | b"..");
        if plain && !directory && check_string(name).is_ok() {
            Ok(())
        } else {
            Err(FileError::Name)
        }
    }
}

/// Parses a pattern of QFLST and QFDEL: `*` or `UFS:*` is every file there (`None`), anything else is one name.
///
/// # Errors
///
/// Returns the errors of [`LocalName::parse`].
pub fn parse_pattern(
    text: &[u8],
    storages: &[Volume],
) -> Result<(Volume, Option<Vec<u8>>), FileError> {
    match split(text, storages)? {
        (storage, b"*") => Ok((storage, None)),
        _ => LocalName::parse(text, storages).map(|name| (name.storage, Some(name.name))),
    }
}

/// Splits the prefix off. Text before a colon is always a prefix, so that a misspelt place is not a file in flash.
fn split<'a>(text: &'a [u8], storages: &[Volume]) -> Result<(Volume, &'a [u8]), FileError> {
    if text.len() > MAX_NAME {
        return Err(FileError::Input);
    }
    let prefixed =
        |storage: &Volume| Some((*storage, text.strip_prefix(storage.prefix().as_bytes())?));
    if text.contains(&b':') {
        return storages.iter().find_map(prefixed).ok_or(FileError::Input);
    }
    Ok((Volume::Ufs, text))
}

/// Asks something of the store.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileRequest {
    /// Tell free and total bytes of a place: [`FileAnswer::Space`].
    Space(Volume),
    /// Tell how much lies in flash: [`FileAnswer::Usage`].
    Usage,
    /// List names and sizes: [`FileAnswer::Files`].
    List {
        /// Place of the files.
        storage: Volume,
        /// One name, which must be there; `None` is every file, if any.
        name: Option<Vec<u8>>,
    },
    /// Remove files: [`FileAnswer::Removed`].
    Delete {
        /// Place of the files.
        storage: Volume,
        /// One name, which must be there; `None` is every file, if any.
        name: Option<Vec<u8>>,
    },
    /// Open a file: [`FileAnswer::Handle`].
    Open {
        /// Name of the file.
        name: LocalName,
        /// Mode of the handle.
        mode: OpenMode,
    },
    /// Open a file that must not be there yet, where `size` bytes must fit: [`FileAnswer::Handle`].
    Create {
        /// Name of the file.
        name: LocalName,
        /// Bytes to come. They are not set aside.
        size: u64,
    },
    /// Read from the pointer on, which moves along: [`FileAnswer::Data`], empty at the end of the file.
    Read {
        /// Handle of the file.
        handle: u32,
        /// Most bytes to read; `None` is up to the end of the file.
        length: Option<u64>,
    },
    /// Write at the pointer, which moves along: [`FileAnswer::Written`]. All bytes are written or, on an error, none.
    Write {
        /// Handle of the file.
        handle: u32,
        /// Bytes to write.
        data: Vec<u8>,
    },
    /// Move the pointer, never past the end: [`FileAnswer::Done`].
    Seek {
        /// Handle of the file.
        handle: u32,
        /// Distance in bytes.
        offset: u64,
        /// Origin of the distance.
        from: SeekFrom,
    },
    /// Tell the position of the pointer: [`FileAnswer::Position`].
    Position(u32),
    /// Tell the bytes from the pointer to the end: [`FileAnswer::Left`].
    Left(u32),
    /// Cut the file at the pointer: [`FileAnswer::Done`].
    Truncate(u32),
    /// Close a file: [`FileAnswer::Done`].
    Close(u32),
    /// List the open files: [`FileAnswer::Handles`].
    Handles,
}

/// Answers a request to the store.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileAnswer {
    /// The request is done.
    Done,
    /// So many files were removed.
    Removed(usize),
    /// Room in a place.
    Space {
        /// Bytes that can still be written.
        free: u64,
        /// Bytes in all.
        total: u64,
    },
    /// Content of flash.
    Usage {
        /// Sum of the sizes of the files.
        bytes: u64,
        /// Number of files.
        files: u64,
    },
    /// Names and sizes, by name.
    Files(Vec<(LocalName, u64)>),
    /// A file was opened; the number names it until it is closed.
    Handle(u32),
    /// Bytes of a file.
    Data(Vec<u8>),
    /// Bytes were written.
    Written {
        /// Number of bytes.
        written: u64,
        /// Size of the file now.
        total: u64,
    },
    /// Position of the pointer.
    Position(u64),
    /// Bytes from the pointer to the end.
    Left(u64),
    /// Open files, by handle; the last is the number of the mode.
    Handles(Vec<(LocalName, u32, u8)>),
}

/// Says how a file is opened (COMMON 1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "COMMON 1.2 numbers these three")]
pub enum OpenMode {
    /// 0: an existing file or a new one, to read and write.
    CreateOrOpen,
    /// 1: an existing file, emptied, or a new one, to read and write.
    CreateOrEmpty,
    /// 2: an existing file, to read.
    ReadOnly,
}

impl OpenMode {
    /// Returns the mode of a number of QFOPEN.
    pub fn from_number(number: u64) -> Option<Self> {
        [
            OpenMode::CreateOrOpen,
            OpenMode::CreateOrEmpty,
            OpenMode::ReadOnly,
        ]
        .into_iter()
        .find(|mode| u64::from(mode.number()) == number)
    }

    /// Returns the number of the mode.
    pub fn number(self) -> u8 {
        match self {
            OpenMode::CreateOrOpen => 0,
            OpenMode::CreateOrEmpty => 1,
            OpenMode::ReadOnly => 2,
        }
    }
}

/// Names the origin of QFSEEK (COMMON 1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "COMMON 1.2 numbers these three")]
pub enum SeekFrom {
    /// 0: the start of the file.
    Start,
    /// 1: the pointer.
    Current,
    /// 2: the end, towards the start.
    End,
}

impl SeekFrom {
    /// Returns the origin of a number of QFSEEK.
    pub fn from_number(number: u64) -> Option<Self> {
        match number {
            0 => Some(SeekFrom::Start),
            1 => Some(SeekFrom::Current),
            2 => Some(SeekFrom::End),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    const ALL: &[Volume] = &[Volume::Ufs, Volume::Ram, Volume::Sd];
    const FLASH: &[Volume] = &[Volume::Ufs];

    fn local(storage: Volume, name: &[u8]) -> LocalName {
        LocalName {
            storage,
            name: name.to_vec(),
        }
    }

    #[test]
    fn the_prefix_names_the_place_and_a_bare_name_is_in_flash() {
        let cases: &[(&[u8], Volume, &[u8])] = &[
            (b"UFS:a.txt", Volume::Ufs, b"a.txt"),
            (b"RAM:a", Volume::Ram, b"a"),
            (b"SD:a", Volume::Sd, b"a"),
            (b"a b.txt", Volume::Ufs, b"a b.txt"),
            (b"UFS", Volume::Ufs, b"UFS"),
            (b".hidden", Volume::Ufs, b".hidden"),
            (b"...", Volume::Ufs, b"..."),
            (b"\xE4\xFF", Volume::Ufs, b"\xE4\xFF"),
        ];
        for (text, storage, name) in cases {
            let read = LocalName::parse(text, ALL);
            assert_eq!(read, Ok(local(*storage, name)), "{}", text.escape_ascii());
        }
    }

    #[test]
    fn a_place_the_dialect_lacks_or_misspelt_is_an_invalid_value() {
        for text in [&b"ufs:a"[..], b"Ram:a", b"COM:", b"C:a", b":a", b"UFS :a"] {
            assert_eq!(
                LocalName::parse(text, ALL),
                Err(FileError::Input),
                "{}",
                text.escape_ascii()
            );
        }
        assert_eq!(LocalName::parse(b"RAM:a", FLASH), Err(FileError::Input));
        assert_eq!(LocalName::parse(b"SD:a", FLASH), Err(FileError::Input));
        assert!(LocalName::parse(b"UFS:a", FLASH).is_ok());
    }

    #[test]
    fn a_name_means_nothing_but_a_file() {
        for name in [
            &b"."[..],
            b"..",
            b"../a",
            b"/etc/passwd",
            b"a/b",
            b"a\\b",
            b"\\\\host\\a",
            b"a:stream",
            b"*.txt",
            b"a\0b",
            b"a\rb",
            b"a\nb",
            b"a\"b",
            b"\x7f",
        ] {
            let text = [b"UFS:", name].concat();
            assert_eq!(
                LocalName::parse(&text, ALL),
                Err(FileError::Name),
                "{}",
                text.escape_ascii()
            );
        }
        for empty in [&b""[..], b"UFS:", b"RAM:"] {
            assert_eq!(LocalName::parse(empty, ALL), Err(FileError::Input));
        }
    }

    #[test]
    fn a_name_has_80_bytes_with_its_prefix() {
        let bare = vec![b'x'; MAX_NAME];
        assert_eq!(LocalName::parse(&bare, ALL), Ok(local(Volume::Ufs, &bare)));
        let one_more = vec![b'x'; MAX_NAME + 1];
        assert_eq!(LocalName::parse(&one_more, ALL), Err(FileError::Input));
        assert_eq!(local(Volume::Ufs, &one_more).check(), Err(FileError::Input));

        let mut prefixed = b"RAM:".to_vec();
        prefixed.resize(MAX_NAME, b'x');
        assert!(LocalName::parse(&prefixed, ALL).is_ok());
        prefixed.push(b'x');
        assert_eq!(LocalName::parse(&prefixed, ALL), Err(FileError::Input));
    }

    #[test]
    fn a_star_is_every_file_of_a_place() {
        assert_eq!(parse_pattern(b"*", ALL), Ok((Volume::Ufs, None)));
        assert_eq!(parse_pattern(b"UFS:*", ALL), Ok((Volume::Ufs, None)));
        assert_eq!(parse_pattern(b"RAM:*", ALL), Ok((Volume::Ram, None)));
        assert_eq!(
            parse_pattern(b"SD:a", ALL),
            Ok((Volume::Sd, Some(b"a".to_vec())))
        );
        assert_eq!(parse_pattern(b"SD:*", FLASH), Err(FileError::Input));
        assert_eq!(parse_pattern(b"a*", ALL), Err(FileError::Name));
        assert_eq!(parse_pattern(b"", ALL), Err(FileError::Input));
    }

    #[test]
    fn printing_and_reading_are_inverses() {
        for storage in ALL {
            for prefixed in [true, false] {
                let name = local(*storage, b"F_M12-1.bmp");
                assert_eq!(LocalName::parse(&name.printed(prefixed), ALL), Ok(name));
            }
        }
        assert_eq!(local(Volume::Ufs, b"a").printed(true), b"UFS:a");
        assert_eq!(local(Volume::Ufs, b"a").printed(false), b"a");
        assert_eq!(local(Volume::Ram, b"a").printed(false), b"RAM:a");
    }

    #[test]
    fn modes_and_origins_have_the_manuals_numbers() {
        for number in 0..=2 {
            let mode = OpenMode::from_number(number);
            assert_eq!(mode.map(|mode| u64::from(mode.number())), Some(number));
        }
        assert_eq!(OpenMode::from_number(3), None);
        assert_eq!(SeekFrom::from_number(0), Some(SeekFrom::Start));
        assert_eq!(SeekFrom::from_number(1), Some(SeekFrom::Current));
        assert_eq!(SeekFrom::from_number(2), Some(SeekFrom::End));
        assert_eq!(SeekFrom::from_number(3), None);
    }
}
