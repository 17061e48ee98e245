//! Failures of FTP commands, in the module's own numbers (DIALECTS "Errors").

use alloc::string::{String, ToString as _};

use crate::at;
use crate::codes;
use crate::ftp::{FailureKind, FtpFailure};

/// Says what went wrong, before a family puts it in its own numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::module) enum FtpTrouble {
    /// A code of [`codes::FTP`] and the server's reply, or 0.
    Code(u16, u16),
    /// The PDP context went away.
    Context,
}

impl From<&FtpFailure> for FtpTrouble {
    fn from(failure: &FtpFailure) -> Self {
        FtpTrouble::Code(code(failure), failure.reply.unwrap_or(0))
    }
}

/// Tells whether a failure leaves no session behind. A reply out of place leaves the session in sync, an unreadable
/// line does not.
pub(super) fn ends_session(failure: &FtpFailure) -> bool {
    match failure.kind {
        FailureKind::ControlClosed => true,
        FailureKind::Protocol => failure.reply.is_none(),
        _ => failure.reply == Some(421),
    }
}

/// Tells whether the control connection went without a word of the server.
pub(super) fn is_gone(failure: &FtpFailure) -> bool {
    failure.kind == FailureKind::ControlClosed && failure.reply.is_none()
}

/// Returns why TLS failed, or `None` where something else did.
pub(super) fn tls_failure(failure: &FtpFailure) -> Option<String> {
    let is_tls = matches!(
        failure.kind,
        FailureKind::Tls | FailureKind::Certificate | FailureKind::TlsSetup
    );
    is_tls.then(|| match failure.text.as_slice() {
        b"" => failure.kind.to_string(),
        text => at::plain_text(text),
    })
}

/// Returns the code of a failure.
fn code(failure: &FtpFailure) -> u16 {
    match (failure.kind, failure.reply) {
        // 332 asks for what 532 misses: an account.
        (FailureKind::Refused, Some(332)) => codes::for_reply(532),
        (FailureKind::Refused | FailureKind::ControlClosed, Some(reply)) if reply >= 400 => {
            codes::for_reply(reply)
        }
        (FailureKind::InvalidArgument, _) => codes::PARAMETER,
        (FailureKind::Dns, _) => codes::DNS,
        (FailureKind::Network, _) => codes::NETWORK,
        (FailureKind::ControlClosed, _) => codes::CONTROL_CLOSED,
        (FailureKind::DataConnect, _) => codes::DATA_CONNECTION,
        (FailureKind::DataClosed, _) => codes::DATA_CLOSED,
        (FailureKind::Timeout, _) => codes::TIMEOUT,
        (FailureKind::Position, _) => codes::POSITION,
        (FailureKind::Cancelled, _) => codes::ABORTED,
        (FailureKind::Tls | FailureKind::Certificate | FailureKind::TlsSetup, _) => codes::TLS,
        (FailureKind::Refused | FailureKind::Protocol, _) => codes::UNKNOWN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(kind: FailureKind, reply: Option<u16>, text: &[u8]) -> FtpFailure {
        FtpFailure {
            kind,
            reply,
            text: text.to_vec(),
        }
    }

    #[test]
    fn a_reply_of_the_server_has_its_code_and_stands_beside_it() {
        let refused = failure(FailureKind::Refused, Some(550), b"no");
        let code = codes::for_reply(550);
        assert_eq!(FtpTrouble::from(&refused), FtpTrouble::Code(code, 550));
        let account = failure(FailureKind::Refused, Some(332), b"");
        let code = codes::for_reply(532);
        assert_eq!(FtpTrouble::from(&account), FtpTrouble::Code(code, 332));
    }

    #[test]
    fn a_session_ends_with_its_control_connection_or_421() {
        for (kind, reply, ends) in [
            (FailureKind::ControlClosed, None, true),
            (FailureKind::Protocol, None, true),
            (FailureKind::Protocol, Some(200), false),
            (FailureKind::Refused, Some(421), true),
            (FailureKind::Refused, Some(550), false),
        ] {
            assert_eq!(ends_session(&failure(kind, reply, b"")), ends, "{kind:?}");
        }
    }

    #[test]
    fn a_tls_failure_tells_why() {
        let reason = b"Command \"AUTH\" not understood.\n";
        let told = tls_failure(&failure(FailureKind::Certificate, None, reason));
        assert_eq!(told.as_deref(), Some("Command \"AUTH\" not understood."));
        let kind = FailureKind::Tls;
        assert_eq!(
            tls_failure(&failure(kind, None, b"")),
            Some(kind.to_string())
        );
        assert_eq!(tls_failure(&failure(FailureKind::Dns, None, b"x")), None);
    }
}
