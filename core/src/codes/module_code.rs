//! The codes of a module's FTP failures as a type.

use core::fmt;

use super::{Code, FtpCode, for_reply, lookup};

/// Code of a module's FTP failure: 601 to 631 in every dialect (002 §5). It prints as the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_structs, reason = "a number and nothing else")]
pub struct ModuleCode(pub u16);

impl ModuleCode {
    /// The module gives no reason, or the server's reply has no code of its own.
    pub const UNKNOWN: Self = Self(super::UNKNOWN);
    /// The service is still connecting.
    pub const WOULD_BLOCK: Self = Self(super::WOULD_BLOCK);
    /// The service is busy, or no session is open.
    pub const BUSY: Self = Self(super::BUSY);
    /// The server's name was not resolved.
    pub const DNS: Self = Self(super::DNS);
    /// The network cannot be reached.
    pub const NETWORK: Self = Self(super::NETWORK);
    /// The control connection was closed.
    pub const CONTROL_CLOSED: Self = Self(super::CONTROL_CLOSED);
    /// The data connection was closed.
    pub const DATA_CLOSED: Self = Self(super::DATA_CLOSED);
    /// The peer closed the socket.
    pub const PEER_CLOSED: Self = Self(super::PEER_CLOSED);
    /// `rsptimeout` passed.
    pub const TIMEOUT: Self = Self(super::TIMEOUT);
    /// A parameter is malformed or out of its range.
    pub const PARAMETER: Self = Self(super::PARAMETER);
    /// The file in the module's store cannot be opened.
    pub const LOCAL_OPEN: Self = Self(super::LOCAL_OPEN);
    /// The position lies outside the file.
    pub const POSITION: Self = Self(super::POSITION);
    /// The file in the module's store cannot be read or written.
    pub const LOCAL_FILE: Self = Self(super::LOCAL_FILE);
    /// The server is closing the control connection (reply 421).
    pub const SERVICE_UNAVAILABLE: Self = Self(614);
    /// The data connection cannot be opened (reply 425).
    pub const DATA_CONNECTION: Self = Self(super::DATA_CONNECTION);
    /// The transfer was aborted (reply 426).
    pub const ABORTED: Self = Self(super::ABORTED);
    /// The file is busy (reply 450).
    pub const FILE_BUSY: Self = Self(617);
    /// The server had an error of its own (reply 451).
    pub const SERVER_ERROR: Self = Self(618);
    /// The server has no space left (reply 452).
    pub const NO_SPACE: Self = Self(619);
    /// The server does not know the FTP command (reply 500).
    pub const COMMAND_UNKNOWN: Self = Self(620);
    /// The server does not take the argument (reply 501).
    pub const ARGUMENT: Self = Self(621);
    /// The server does not implement the FTP command (reply 502).
    pub const NOT_IMPLEMENTED: Self = Self(622);
    /// The FTP commands came in the wrong order (reply 503).
    pub const SEQUENCE: Self = Self(623);
    /// The server does not implement this parameter of the FTP command (reply 504).
    pub const ARGUMENT_NOT_IMPLEMENTED: Self = Self(624);
    /// The server refused the account (reply 530).
    pub const NOT_LOGGED_IN: Self = Self(625);
    /// The server wants an account for storing files (reply 532).
    pub const ACCOUNT_NEEDED: Self = Self(626);
    /// The file is not there, not permitted, or there already (reply 550).
    pub const FILE_UNAVAILABLE: Self = Self(627);
    /// The server does not know the page type (reply 551).
    pub const PAGE_TYPE: Self = Self(628);
    /// The storage allotted to the account is used up (reply 552).
    pub const QUOTA: Self = Self(629);
    /// The server does not allow the file name (reply 553).
    pub const NAME_NOT_ALLOWED: Self = Self(630);
    /// TLS failed or is not there.
    pub const TLS: Self = Self(super::TLS);

    /// Returns the code's entry in the manuals, if they have it.
    pub fn entry(self) -> Option<&'static Code> {
        lookup(self.0)
    }

    /// Returns the short name for programs, `unknown` for a code that is not in the manuals.
    pub fn name(self) -> &'static str {
        self.entry().map_or("unknown", |code| code.name)
    }

    /// Returns the meaning in words.
    pub fn meaning(self) -> &'static str {
        let entry = self.entry();
        entry.map_or("not in the manuals", |code| code.meaning)
    }

    /// Returns what the user can try.
    pub fn hint(self) -> Option<&'static str> {
        let hint = self.entry().map(|code| code.hint);
        hint.filter(|hint| !hint.is_empty())
    }

    /// Returns what the user of a dialect can try that opens data connections to the peer's address where it is told to.
    pub fn hint_with_peer_address(self) -> Option<&'static str> {
        let hints = super::PEER_HINTS.iter();
        let mut hints = hints.filter(|(code, _)| *code == self.0);
        hints.next().map(|(_, hint)| *hint).or(self.hint())
    }

    /// Returns the FTP reply that this code stands for, if it stands for one.
    pub fn stands_for(self) -> Option<FtpCode> {
        let reply = self.entry().map(|code| code.reply);
        reply.filter(|reply| *reply != 0).map(FtpCode)
    }
}

/// Gives the code that stands for a reply: 627 for 550, 601 for a reply without a code of its own.
impl From<FtpCode> for ModuleCode {
    fn from(reply: FtpCode) -> Self {
        ModuleCode(for_reply(reply.0))
    }
}

impl fmt::Display for ModuleCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_gives_the_code_that_stands_for_it() {
        let code = ModuleCode::from(FtpCode::NOT_LOGGED_IN);
        assert_eq!(code, ModuleCode::NOT_LOGGED_IN);
        assert_eq!(ModuleCode::from(FtpCode(522)), ModuleCode::UNKNOWN);
    }

    #[test]
    fn every_constant_is_the_code_of_its_name() {
        let constants = [
            (ModuleCode::UNKNOWN, "unknown"),
            (ModuleCode::WOULD_BLOCK, "would-block"),
            (ModuleCode::BUSY, "busy"),
            (ModuleCode::DNS, "dns"),
            (ModuleCode::NETWORK, "network"),
            (ModuleCode::CONTROL_CLOSED, "control-closed"),
            (ModuleCode::DATA_CLOSED, "data-closed"),
            (ModuleCode::PEER_CLOSED, "peer-closed"),
            (ModuleCode::TIMEOUT, "timeout"),
            (ModuleCode::PARAMETER, "parameter"),
            (ModuleCode::LOCAL_OPEN, "local-open"),
            (ModuleCode::POSITION, "position"),
            (ModuleCode::LOCAL_FILE, "local-file"),
            (ModuleCode::SERVICE_UNAVAILABLE, "service-unavailable"),
            (ModuleCode::DATA_CONNECTION, "data-connection"),
            (ModuleCode::ABORTED, "aborted"),
            (ModuleCode::FILE_BUSY, "file-busy"),
            (ModuleCode::SERVER_ERROR, "server-error"),
            (ModuleCode::NO_SPACE, "no-space"),
            (ModuleCode::COMMAND_UNKNOWN, "command-unknown"),
            (ModuleCode::ARGUMENT, "argument"),
            (ModuleCode::NOT_IMPLEMENTED, "not-implemented"),
            (ModuleCode::SEQUENCE, "sequence"),
            (
                ModuleCode::ARGUMENT_NOT_IMPLEMENTED,
                "argument-not-implemented",
            ),
            (ModuleCode::NOT_LOGGED_IN, "not-logged-in"),
            (ModuleCode::ACCOUNT_NEEDED, "account-needed"),
            (ModuleCode::FILE_UNAVAILABLE, "file-unavailable"),
            (ModuleCode::PAGE_TYPE, "page-type"),
            (ModuleCode::QUOTA, "quota"),
            (ModuleCode::NAME_NOT_ALLOWED, "name-not-allowed"),
            (ModuleCode::TLS, "tls"),
        ];
        let listed: alloc::vec::Vec<_> = super::super::FTP
            .iter()
            .map(|code| (ModuleCode(code.number), code.name))
            .collect();
        assert_eq!(constants.as_slice(), listed);
    }

    #[test]
    fn a_code_of_a_reply_says_which() {
        assert_eq!(
            ModuleCode::FILE_UNAVAILABLE.stands_for(),
            Some(FtpCode::FILE_UNAVAILABLE)
        );
        assert_eq!(ModuleCode::TIMEOUT.stands_for(), None);
        assert_eq!(ModuleCode(999).name(), "unknown");
    }
}
