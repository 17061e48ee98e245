//! Operations in the dialect of Fibocom modules (003).
//!
//! Uploads and downloads go by FTPSTOR and FTPRETR, whose stuffing makes any content safe and its end certain. There is
//! no size, no time and no part of a file; the state of the service is whether a session is open.

use alloc::vec;

use super::Failure;
use super::operation::{self, Listing, Operation, Sequence, Wanted};
use super::step::{PayloadSpec, SHORT, Step};
use crate::at;
use crate::dialect::{CommandKind, Dialect, Family, Value};

/// `<file type>`: 1 is binary (003 §1.2.15).
const BINARY: Value<'static> = Value::Integer(1);

pub(super) fn sequence(
    dialect: &'static Dialect,
    operation: Operation<'_>,
) -> Result<Sequence, Failure> {
    match operation {
        Operation::Get {
            length: Some(_), ..
        } => Err(operation::unsupported(dialect, "get part")),
        Operation::ServiceState => {
            let command = operation::command(dialect, CommandKind::FtpOpen, "stat")?;
            let step = Step {
                name: command.name,
                family: Family::Fibocom,
                ..Step::plain(b"AT+FTPOPEN?\r", SHORT)
            };
            Ok(Sequence::of(step, CommandKind::FtpState))
        }
        Operation::List(Listing::List, _) => {
            let mut sequence = operation::single(dialect, operation, wanted(operation))?;
            sequence.main.lists = true;
            Ok(sequence)
        }
        _ => operation::single(dialect, operation, wanted(operation)),
    }
}

/// The reply in `+FTPINFO:550 ...`, what the module shows of the control connection (003 §1.2.3). The first lines of a
/// longer reply have a `-` behind the number.
pub(super) fn server_reply(name: &[u8], fields: &[u8]) -> Option<u16> {
    if name != b"+FTPINFO" {
        return None;
    }
    let (code, rest) = fields.trim_ascii_start().split_at_checked(3)?;
    let last = rest.first().is_none_or(|byte| *byte == b' ');
    let code = at::parse_integer(code).filter(|_| last)?;
    u16::try_from(code).ok()
}

fn wanted(operation: Operation<'_>) -> Option<Wanted<'_>> {
    use Value::{Integer, Text};
    Some(match operation {
        Operation::Put {
            remote,
            offset,
            length,
            ..
        } => {
            let values = vec![Text(remote), BINARY, Integer(offset)];
            (CommandKind::FtpPut, "put", values, PayloadSpec::Up(length))
        }
        Operation::Get {
            remote,
            offset,
            expected,
            ..
        } => {
            let values = vec![Text(remote), BINARY, Integer(offset)];
            (
                CommandKind::FtpGet,
                "get",
                values,
                PayloadSpec::Down(expected),
            )
        }
        Operation::List(Listing::List, dir) => {
            let dir = if dir.is_empty() { &b"."[..] } else { dir };
            (
                CommandKind::FtpList,
                "list",
                vec![Text(dir)],
                PayloadSpec::Down(None),
            )
        }
        Operation::List(..) => return None,
        operation => return operation::on_server(operation),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_s_reply_is_the_last_line_of_it() {
        let reply = |fields: &[u8]| server_reply(b"+FTPINFO", fields);
        assert_eq!(reply(b"550 Not there"), Some(550));
        assert_eq!(reply(b" 226"), Some(226));
        for other in [&b"DELE 550"[..], b"220-Welcome", b"2260", b"22", b""] {
            assert_eq!(reply(other), None, "{}", other.escape_ascii());
        }
        assert_eq!(server_reply(b"+FTPDEL", b"550 x"), None);
    }
}
