//! The replies of FTP servers in words.
//!
//! They are those of RFC 959 §4.2, RFC 2228 §5, RFC 2428 §2 and RFC 4217 §10. A module passes on the number alone. The
//! replies that the manuals list have their words and hints in the table of the codes that stand for them.

use super::FTP;

/// One reply: its number, its meaning, what to try.
type ExplainedReply = (u16, &'static str, &'static str);

/// Replies that a module may pass on, beside those of the manuals.
static REPLIES: &[ExplainedReply] = &[
    (110, "the server says where it restarts", ""),
    (
        120,
        "the server is ready in some minutes",
        "try again later",
    ),
    (125, "the data connection is open, the transfer starts", ""),
    (150, "the server opens the data connection", ""),
    (200, "the command succeeded", ""),
    (202, "the server needs no such command", ""),
    (211, "the server's state or features", ""),
    (213, "the size, time or state of a file", ""),
    (220, "the server is ready", ""),
    (221, "the server closes the session", ""),
    (225, "the data connection is open, no transfer runs", ""),
    (226, "the transfer succeeded", ""),
    (227, "the server listens for a data connection (PASV)", ""),
    (229, "the server listens for a data connection (EPSV)", ""),
    (230, "the user is logged in", ""),
    (231, "the session has ended", ""),
    (234, "the server starts TLS", ""),
    (250, "the server acted on the file", ""),
    (257, "the name of a directory", ""),
    (331, "the server wants the password", ""),
    (
        332,
        "the server wants an account",
        "ask the server's administrator",
    ),
    (350, "the server waits for the next command", ""),
    (
        430,
        "the user name or the password is wrong",
        "check user name and password",
    ),
    (431, "TLS is not available at the moment", "try again later"),
    (
        434,
        "the host of this account is not available",
        "try again later",
    ),
    (
        521,
        "the data cannot go without TLS",
        "use TLS: ftpes:// or ftps://",
    ),
    (
        522,
        "the server does not take this kind of address or TLS session",
        "check passive mode; the server may insist that data connections resume the TLS session",
    ),
    (
        533,
        "the server refuses this protection",
        "use TLS: ftpes:// or ftps://",
    ),
    (
        534,
        "the server's policy refuses this without TLS, or this kind of TLS",
        "use ftpes://, or ftps:// for a server on port 990",
    ),
    (
        535,
        "the server refuses the certificate",
        "check the client certificate and its key",
    ),
    (
        536,
        "the server does not take this protection of data",
        "use ftpes://",
    ),
    (
        537,
        "the server does not take this protection of commands",
        "use ftpes://",
    ),
];

/// The meanings of the first digit (RFC 959 §4.2).
static CLASSES: &[ExplainedReply] = &[
    (1, "the server has begun; another reply follows", ""),
    (2, "the server has done it", ""),
    (3, "the server waits for more", ""),
    (4, "the server refused for the moment", "try again later"),
    (5, "the server refused", "look at the server's log"),
];

/// Returns the meaning of a reply and what to try; `None` for a number that is no reply.
pub(super) fn explained(reply: u16) -> Option<(&'static str, &'static str)> {
    let listed = FTP.iter().find(|code| code.reply == reply && reply != 0);
    let known = REPLIES.iter().find(|(number, _, _)| *number == reply);
    let class = CLASSES
        .iter()
        .find(|(digit, _, _)| (100..600).contains(&reply) && *digit == reply / 100);
    listed
        .map(|code| (code.meaning, code.hint))
        .or_else(|| known.or(class).map(|(_, meaning, hint)| (*meaning, *hint)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reply_stands_once_and_in_order() {
        assert!(REPLIES.windows(2).all(|pair| pair[0].0 < pair[1].0));
        for (number, _, _) in REPLIES {
            assert!(FTP.iter().all(|code| code.reply != *number), "{number}");
        }
    }

    #[test]
    fn numbers_at_the_edges() {
        assert_eq!(explained(99), None);
        assert_eq!(explained(600), None);
        assert_eq!(explained(0), None);
        assert!(explained(100).is_some() && explained(599).is_some());
        assert_eq!(
            explained(451).map(|(_, hint)| hint),
            Some("ask the server's administrator")
        );
    }
}
