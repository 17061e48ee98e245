//! The errors of the file store, by their `+CME ERROR` numbers (COMMON 1.6).

use crate::codes;

/// Explains why the store refuses a request: every number of the FILE group (COMMON 1.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("{}", self.text())]
#[repr(u16)]
#[allow(missing_docs)] // `codes::CME` explains each number
#[non_exhaustive]
pub enum FileError {
    Input = 400,
    BeyondEnd = 401,
    NothingRead = 402,
    DriveFull = 403,
    NotFound = 405,
    Name = 406,
    Exists = 407,
    Write = 409,
    Open = 410,
    Read = 411,
    TooManyOpen = 413,
    ReadOnly = 414,
    Handle = 416,
    List = 417,
    Delete = 418,
    DiskInformation = 419,
    NoSpace = 420,
    Timeout = 421,
    TooLarge = 423,
    Parameter = 425,
    AlreadyOpen = 426,
}

impl FileError {
    /// Lists all errors by number.
    pub const ALL: &[FileError] = &[
        FileError::Input,
        FileError::BeyondEnd,
        FileError::NothingRead,
        FileError::DriveFull,
        FileError::NotFound,
        FileError::Name,
        FileError::Exists,
        FileError::Write,
        FileError::Open,
        FileError::Read,
        FileError::TooManyOpen,
        FileError::ReadOnly,
        FileError::Handle,
        FileError::List,
        FileError::Delete,
        FileError::DiskInformation,
        FileError::NoSpace,
        FileError::Timeout,
        FileError::TooLarge,
        FileError::Parameter,
        FileError::AlreadyOpen,
    ];

    /// Returns the error of a `+CME ERROR` number.
    pub fn from_code(code: u16) -> Option<Self> {
        FileError::ALL
            .iter()
            .copied()
            .find(|error| error.code() == code)
    }

    /// Returns the `+CME ERROR` number.
    pub fn code(self) -> u16 {
        self as u16
    }

    /// Returns the meaning in words.
    pub fn text(self) -> &'static str {
        codes::cme_meaning(self.code()).unwrap_or("file error")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn every_number_of_the_file_group_is_an_error_with_a_text() {
        let known = codes::CME
            .iter()
            .filter(|(number, _)| (400..500).contains(number));
        assert!(
            FileError::ALL
                .iter()
                .map(|error| (error.code(), error.text()))
                .eq(known)
        );
        assert_eq!(FileError::ALL.len(), 21);
        for error in FileError::ALL {
            assert_eq!(FileError::from_code(error.code()), Some(*error));
        }
        for number in [0, 399, 404, 408, 412, 415, 422, 424, 427, 601] {
            assert_eq!(FileError::from_code(number), None);
        }
        assert_eq!(FileError::NotFound.to_string(), "file not found");
    }
}
