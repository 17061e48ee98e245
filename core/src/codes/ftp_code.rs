//! The reply codes of FTP servers as a type.

use core::fmt;

use super::reply_meaning;

/// Reply code of an FTP server (RFC 959 §4.2). It prints as the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_structs, reason = "a number and nothing else")]
pub struct FtpCode(pub u16);

impl FtpCode {
    /// The account was refused, or a login is needed first.
    pub const NOT_LOGGED_IN: Self = Self(530);
    /// An account is needed for storing files.
    pub const ACCOUNT_NEEDED: Self = Self(532);
    /// The file cannot be used at the moment, or the directory has no files.
    pub const FILE_BUSY: Self = Self(450);
    /// The file is not there, not permitted, or there already.
    pub const FILE_UNAVAILABLE: Self = Self(550);

    /// Returns the first digit: 1 to 3 are progress and success, 4 is a passing failure, 5 a lasting one.
    pub fn class(self) -> u16 {
        self.0 / 100
    }

    /// Returns true for the replies that refuse, those of class 4 and above.
    pub fn is_failure(self) -> bool {
        self.class() >= 4
    }

    /// Returns the meaning in words, for the replies that the manuals list (002 §6).
    pub fn meaning(self) -> Option<&'static str> {
        reply_meaning(self.0)
    }
}

impl fmt::Display for FtpCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_has_a_class_and_a_meaning() {
        assert_eq!(FtpCode(226).class(), 2);
        assert!(!FtpCode(399).is_failure() && FtpCode(400).is_failure());
        assert!(FtpCode::FILE_UNAVAILABLE.meaning().is_some());
        assert_eq!(FtpCode(226).meaning(), None);
        assert_eq!(alloc::format!("{:>5}", FtpCode(550)), "  550");
    }
}
