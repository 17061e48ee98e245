//! The host with a fourth family.

use core::time::Duration;

use super::family::fourth::FOURTH;
use super::{Answer, Event, Host, HostError, Login, Operation};
use crate::codes::ModuleCode;

/// Runs an operation against one answer, and checks the line that the host sends.
fn run(operation: Operation<'_>, line: &[u8], answer: &[u8]) -> Result<Answer, HostError> {
    let now = Duration::ZERO;
    let mut host = Host::new(&FOURTH);
    host.start(now, operation)?;
    assert_eq!(host.poll_transmit(), Some(line));
    host.transmitted(now, line.len());
    host.handle_input(now, answer);
    match host.poll_event() {
        Some(Event::Done(result)) => result,
        event => panic!("{event:?}"),
    }
}

#[test]
fn a_fourth_family_needs_a_table_and_an_implementation() {
    let login = Login::new("h", "u", "p");
    let opened = run(
        Operation::Login(&login),
        b"AT+TOPEN=\"h\"\r",
        b"\r\nOK\r\n\r\n+TOPEN:OK\r\n",
    );
    assert_eq!(opened, Ok(Answer::Done));
    let line = b"AT+TSIZE=\"a\"\r";
    let size = run(
        Operation::Size(b"a"),
        line,
        b"\r\nOK\r\n\r\n+TSIZE:1000\r\n",
    );
    assert_eq!(size, Ok(Answer::Number(1000)));
    let failed = run(
        Operation::Size(b"a"),
        line,
        b"\r\nOK\r\n\r\n+TSIZE:FAILED\r\n",
    );
    let expected = HostError::Module {
        command: "AT+TSIZE".into(),
        code: ModuleCode::UNKNOWN,
        reply: None,
        raw_code: 0,
        peer_address: false,
    };
    assert_eq!(failed, Err(expected));
    assert_eq!(
        run(Operation::WorkingDir, b"", b""),
        Err(HostError::Unsupported {
            dialect: "fourth",
            operation: "pwd",
        })
    );
}
