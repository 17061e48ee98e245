//! Warnings: a user should know of these, though nothing has failed.

/// A security check that a login switches off, a command of the module that does not work, or a line that may lose bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Warning {
    /// `Tls::verify` is false.
    #[error(
        "the server's certificate is not verified: an attacker on the path can read and change everything"
    )]
    NotVerified,
    /// `Tls::check_dates` is false.
    #[error("the dates of certificates are not checked: those that have expired are accepted too")]
    DatesNotChecked,
    /// The module refuses its first upload command.
    #[error(
        "the module refuses its upload command: files are put in pieces from now on; to begin so, choose the way \"pieces\""
    )]
    PutsInPieces,
    /// The module refuses its first download command.
    #[error(
        "the module refuses its download command: files are got in pieces from now on; to begin so, choose the way \
         \"pieces\""
    )]
    GetsInPieces,
    /// The line has no flow control.
    #[error(
        "the line has no flow control, so bytes may be lost: wire RTS and CTS and set AT+IFC=2,2, or lower the speed"
    )]
    NoFlowControl,
}
