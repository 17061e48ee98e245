//! A set of kinds of errors, such as those after which a transfer is tried again.

use core::fmt;

use crate::ErrorKind;

/// A set of kinds of errors.
///
/// ```
/// use qftp::{ErrorKind, ErrorKinds};
///
/// let kinds = ErrorKinds::TRANSIENT.without(ErrorKind::ServerName);
/// assert!(kinds.contains(ErrorKind::ConnectionLost) && !kinds.contains(ErrorKind::ServerName));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ErrorKinds(u64);

/// Every kind has a bit.
const _: () = assert!(ErrorKind::ALL.len() <= u64::BITS as usize);

impl ErrorKinds {
    /// Contains no kind.
    pub const NONE: ErrorKinds = ErrorKinds(0);

    /// Contains the kinds that another try may not meet: of the line, of the module, of the connection to the server, and
    /// content that arrived damaged. What the server or this side refuses is not among them, nor what the user cancels.
    pub const TRANSIENT: ErrorKinds = ErrorKinds::NONE
        .with(ErrorKind::Line)
        .with(ErrorKind::PortMissing)
        .with(ErrorKind::PortBusy)
        .with(ErrorKind::Port)
        .with(ErrorKind::NoAnswer)
        .with(ErrorKind::FinalError)
        .with(ErrorKind::UnexpectedLine)
        .with(ErrorKind::Restarted)
        .with(ErrorKind::Unexplained)
        .with(ErrorKind::Module)
        .with(ErrorKind::ServerName)
        .with(ErrorKind::Unreachable)
        .with(ErrorKind::ConnectionLost)
        .with(ErrorKind::ServerTimeout)
        .with(ErrorKind::Incomplete)
        .with(ErrorKind::ChecksumMismatch);

    /// Returns the set with this kind.
    #[must_use]
    pub const fn with(self, kind: ErrorKind) -> Self {
        ErrorKinds(self.0 | bit(kind))
    }

    /// Returns the set without this kind.
    #[must_use]
    pub const fn without(self, kind: ErrorKind) -> Self {
        ErrorKinds(self.0 & !bit(kind))
    }

    /// Returns true where the set has this kind.
    pub const fn contains(self, kind: ErrorKind) -> bool {
        self.0 & bit(kind) != 0
    }

    /// Returns the kinds of the set, in the order of their declaration.
    pub fn iter(self) -> impl Iterator<Item = ErrorKind> {
        let kinds = ErrorKind::ALL.iter().copied();
        kinds.filter(move |kind| self.contains(*kind))
    }
}

impl FromIterator<ErrorKind> for ErrorKinds {
    fn from_iter<I: IntoIterator<Item = ErrorKind>>(kinds: I) -> Self {
        let kinds = kinds.into_iter();
        kinds.fold(ErrorKinds::NONE, ErrorKinds::with)
    }
}

impl fmt::Debug for ErrorKinds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

const fn bit(kind: ErrorKind) -> u64 {
    1 << kind as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    #[test]
    fn what_a_side_refuses_or_cancels_does_not_pass() {
        for kind in [
            ErrorKind::LoginRefused,
            ErrorKind::FileUnavailable,
            ErrorKind::FileRefused,
            ErrorKind::Tls,
            ErrorKind::Local,
            ErrorKind::Cancelled,
            ErrorKind::InvalidArgument,
            ErrorKind::Unsupported,
        ] {
            assert!(!ErrorKinds::TRANSIENT.contains(kind), "{kind:?}");
        }
        assert!(ErrorKinds::TRANSIENT.contains(ErrorKind::Restarted));
    }

    #[test]
    fn every_kind_can_be_put_in_and_taken_out() {
        let all: ErrorKinds = ErrorKind::ALL.iter().copied().collect();
        assert_eq!(all.iter().collect::<Vec<_>>(), ErrorKind::ALL);
        for kind in ErrorKind::ALL {
            assert!(!all.without(*kind).contains(*kind));
            assert_eq!(all.without(*kind).with(*kind), all);
            assert_eq!(ErrorKinds::NONE.with(*kind).iter().count(), 1);
        }
    }
}
