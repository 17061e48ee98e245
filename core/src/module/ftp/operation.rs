//! Operations of commands, and the text of their success, as families share them.

use alloc::vec::Vec;

use super::PORT;
use crate::dialect::{CommandKind, Value};
use crate::ftp::{Account, FtpOperation, FtpValue, LocalPorts, Security};
use crate::module::response::text;

/// Returns an account; without a user name it is `anonymous`.
pub(in crate::module) fn account(
    host: &[u8],
    port: Option<u64>,
    user: &[u8],
    password: &[u8],
) -> Account {
    let user = match user {
        b"" => b"anonymous",
        user => user,
    };
    Account {
        host: host.to_vec(),
        port: port
            .and_then(|port| u16::try_from(port).ok())
            .unwrap_or(PORT),
        user: user.to_vec(),
        password: password.to_vec(),
        account: None,
        local_ports: LocalPorts::default(),
        security: Security::Plain,
    }
}

/// Returns the operation of a command that moves no payload.
pub(in crate::module) fn plain_operation(
    kind: CommandKind,
    values: &[Value<'_>],
) -> Option<FtpOperation> {
    let first = || text(values, 0).to_vec();
    Some(match kind {
        CommandKind::FtpChangeDir => FtpOperation::Cwd(first()),
        CommandKind::FtpWorkingDir => FtpOperation::Pwd,
        CommandKind::FtpSize => FtpOperation::Size(first()),
        CommandKind::FtpDelete => FtpOperation::Delete(first()),
        CommandKind::FtpMakeDir => FtpOperation::MakeDir(first()),
        CommandKind::FtpRemoveDir => FtpOperation::RemoveDir(first()),
        CommandKind::FtpModified => FtpOperation::ModifiedTime(first()),
        CommandKind::FtpRename => FtpOperation::Rename {
            from: first(),
            to: text(values, 1).to_vec(),
        },
        _ => return None,
    })
}

/// Returns what Quectel modules say behind `0,` in a URC: PWD bare, MDTM in quotes (DIALECTS). The path that a server
/// tells of a directory it made is not passed on (002 §2.9).
pub(in crate::module) fn quectel_text(value: FtpValue, kind: CommandKind, moved: u64) -> Vec<u8> {
    let number = |number: u64| alloc::format!("{number}").into_bytes();
    match value {
        _ if kind.moves_payload() => number(moved),
        FtpValue::Path(path) if kind == CommandKind::FtpWorkingDir => path,
        FtpValue::None | FtpValue::Path(_) => b"0".to_vec(),
        FtpValue::Size(bytes) | FtpValue::Bytes(bytes) => number(bytes),
        FtpValue::Time(time) => quoted(&time),
    }
}

/// Returns a text in double quotes.
pub(in crate::module) fn quoted(text: &[u8]) -> Vec<u8> {
    [b"\"", text, b"\""].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_user_a_login_is_anonymous() {
        let account = account(b"h", Some(2121), b"", b"");
        assert_eq!(
            (account.user.as_slice(), account.port),
            (&b"anonymous"[..], 2121)
        );
    }

    #[test]
    fn a_text_is_the_value_or_the_bytes_moved() {
        let text = |value, kind| quectel_text(value, kind, 7);
        assert_eq!(text(FtpValue::None, CommandKind::FtpGet), b"7");
        assert_eq!(text(FtpValue::Size(5), CommandKind::FtpSize), b"5");
        let path = || FtpValue::Path(b"/a".to_vec());
        assert_eq!(text(path(), CommandKind::FtpWorkingDir), b"/a");
        assert_eq!(text(path(), CommandKind::FtpMakeDir), b"0");
        let time = FtpValue::Time(b"2026".to_vec());
        assert_eq!(text(time, CommandKind::FtpModified), b"\"2026\"");
    }
}
