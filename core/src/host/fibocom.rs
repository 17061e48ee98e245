//! Operations in the dialect of Fibocom modules (003).
//!
//! Uploads and downloads go by FTPSTOR and FTPRETR, whose stuffing makes any content safe and its end certain. There is
//! no size, no time and no part of a file; the state of the service is whether a session is open.

use alloc::vec;

use super::Failure;
use super::operation::{self, Listing, Operation, Sequence, Wanted};
use super::step::{Carried, SHORT, Step};
use crate::dialect::{Dialect, Service, Value, Verb};

/// `<file type>`: 1 is binary (003 §1.2.15).
const BINARY: Value<'static> = Value::Integer(1);

pub(super) fn sequence(
    dialect: &'static Dialect,
    operation: Operation<'_>,
) -> Result<Sequence, Failure> {
    match operation {
        Operation::Get {
            length: Some(_), ..
        } => Err(operation::unsupported(dialect, "a part of a file")),
        Operation::State => {
            let command = operation::command(dialect, Verb::FtpOpen, "stat")?;
            let step = Step {
                name: command.name,
                service: Service::Fibocom,
                ..Step::plain(b"AT+FTPOPEN?\r", SHORT)
            };
            Ok(Sequence::of(step, Verb::FtpState))
        }
        Operation::List(Listing::List, _) => {
            let mut sequence = operation::single(dialect, operation, wanted(operation))?;
            sequence.main.lists = true;
            Ok(sequence)
        }
        _ => operation::single(dialect, operation, wanted(operation)),
    }
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
            (Verb::FtpPut, "put", values, Carried::Up(length))
        }
        Operation::Get {
            remote,
            offset,
            expected,
            ..
        } => {
            let values = vec![Text(remote), BINARY, Integer(offset)];
            (Verb::FtpGet, "get", values, Carried::Down(expected))
        }
        Operation::List(Listing::List, dir) => {
            let dir = if dir.is_empty() { &b"."[..] } else { dir };
            (Verb::FtpList, "list", vec![Text(dir)], Carried::Down(None))
        }
        Operation::List(..) => return None,
        operation => return operation::on_server(operation),
    })
}
