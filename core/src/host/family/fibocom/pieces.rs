//! FTPPUT, and FTPGET with FTPRECV: files in counted pieces (003 §1.2.18 to §1.2.20).

use crate::at::{Fields, Line, Token};
use crate::dialect::{Command, CommandKind, Dialect, Kind, Value};
use crate::host::error::HostError;
use crate::host::family::piece_commands::{FetchState, PieceCommands};
use crate::host::step::sequence::find_command;
use crate::host::step::spare_lines::SpareLines;
use crate::host::step::{PayloadSpec, SHORT, Step, StepKind, Wait, unsupported};
use Value::{Integer, Text};

/// `<file type>` and `<view mode>`: 1 is binary.
const BINARY: Value<'static> = Integer(1);
/// The place of `<length>` in FTPPUT, and of `<req_length>` in FTPRECV.
const PUT_LENGTH: usize = 1;
const RECEIVE_LENGTH: usize = 0;

/// The commands of the family.
pub(super) struct FibocomPieces;

impl PieceCommands for FibocomPieces {
    fn largest_piece(&self, dialect: &'static Dialect) -> Result<u64, HostError> {
        let command = find_command(dialect, CommandKind::FtpPutPiece, "put in pieces")?;
        largest(command, PUT_LENGTH).ok_or_else(|| unsupported(dialect, "put in pieces"))
    }

    /// Makes FTPPUT. The module says nothing behind the `OK` of a piece that is not the last.
    fn put(
        &self,
        dialect: &'static Dialect,
        remote: &[u8],
        length: u64,
        is_last: bool,
    ) -> Result<Step, HostError> {
        let command = find_command(dialect, CommandKind::FtpPutPiece, "put in pieces")?;
        let values = [
            Text(remote),
            Integer(length),
            Integer(is_last.into()),
            BINARY,
        ];
        Ok(Step {
            payload: PayloadSpec::Up(length),
            kind: if is_last {
                StepKind::Command
            } else {
                StepKind::Piece
            },
            ..Step::for_command(
                &mut SpareLines::default(),
                dialect,
                command,
                &values,
                Wait::Report,
            )?
        })
    }

    /// Makes FTPGET. `OK` ends the command; what becomes of the download is unsolicited.
    fn fetch(
        &self,
        dialect: &'static Dialect,
        remote: &[u8],
        offset: u64,
    ) -> Result<Step, HostError> {
        let command = find_command(dialect, CommandKind::FtpFetch, "get in pieces")?;
        let values = [Text(remote), BINARY, Integer(offset)];
        let step = Step::for_command(&mut SpareLines::default(), dialect, command, &values, SHORT)?;
        Ok(Step::plain(dialect, &step.line, SHORT))
    }

    fn receive(&self, dialect: &'static Dialect) -> Result<Step, HostError> {
        let command = find_command(dialect, CommandKind::FtpReceive, "get in pieces")?;
        let length = largest(command, RECEIVE_LENGTH)
            .ok_or_else(|| unsupported(dialect, "get in pieces"))?;
        Ok(Step {
            payload: PayloadSpec::Down(None),
            ..Step::for_command(
                &mut SpareLines::default(),
                dialect,
                command,
                &[Integer(length)],
                SHORT,
            )?
        })
    }

    /// Reads `+FTPGET: 2`, 1 or 0.
    fn fetch_state(&self, line: &Line<'_>) -> Option<FetchState> {
        let Line::Information { name, fields } = line else {
            return None;
        };
        let first = Fields::new(fields).next().and_then(Result::ok);
        match (*name, first.and_then(Token::integer)?) {
            (b"+FTPGET", 0) => Some(FetchState::Failed),
            (b"+FTPGET", 1) => Some(FetchState::Complete),
            (b"+FTPGET", 2) => Some(FetchState::Coming),
            _ => None,
        }
    }
}

/// Returns the largest value of a parameter.
fn largest(command: &Command, index: usize) -> Option<u64> {
    match command.write?.get(index)?.kind {
        Kind::Integer(_, largest) => Some(largest),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::at;
    use crate::dialect::nl668::NL668;

    #[test]
    fn limits_are_those_of_the_table() {
        assert_eq!(FibocomPieces.largest_piece(&NL668), Ok(1024));
        let line = |step: Result<Step, HostError>| step.map(|step| step.line.to_vec());
        let put = FibocomPieces.put(&NL668, b"a", 1024, false);
        assert_eq!(line(put), Ok(b"AT+FTPPUT=\"a\",1024,0,1\r".to_vec()));
        assert!(FibocomPieces.put(&NL668, b"a", 1025, true).is_err());
        assert!(FibocomPieces.put(&NL668, b"a", 0, true).is_err());
        let receive = FibocomPieces.receive(&NL668);
        assert_eq!(line(receive), Ok(b"AT+FTPRECV=3000\r".to_vec()));
    }

    #[test]
    fn the_state_of_a_download_is_a_number() {
        let state = |text: &[u8]| FibocomPieces.fetch_state(&at::parse_reply(text));
        assert_eq!(state(b"+FTPGET: 2"), Some(FetchState::Coming));
        assert_eq!(state(b"+FTPGET:1"), Some(FetchState::Complete));
        assert_eq!(state(b"+FTPGET: 0"), Some(FetchState::Failed));
        for other in [&b"+FTPGET: 3"[..], b"+FTPGET: ", b"+FTPRETR: 1", b"OK"] {
            assert_eq!(state(other), None, "{}", other.escape_ascii());
        }
    }
}
