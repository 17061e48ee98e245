//! The commands that are a question and an answer: one reply ends them, or asks the second half.

use alloc::vec::Vec;

use super::outbox::FtpOutbox;
use super::outcome::{FtpFailure, FtpOutcome, FtpValue};
use super::reply::Reply;
use super::server::ServerState;
use super::step::FtpStep;
use super::value;

/// The kind of text that the reply that is due holds.
#[derive(Debug)]
pub(super) enum Question {
    Nothing,
    Path,
    MadePath,
    Size,
    Time,
    /// Of TYPE I, before SIZE of this path.
    BinaryForSize(Vec<u8>),
    /// Of RNFR, before RNTO to this name.
    NewName(Vec<u8>),
}

/// Sends a command whose reply answers `question`.
pub(super) fn ask(
    out: &mut FtpOutbox,
    verb: &str,
    parameter: &[u8],
    question: Question,
) -> FtpStep<Question> {
    out.command(verb, parameter);
    FtpStep::Next(question)
}

/// Sends SIZE, in binary: servers refuse it in ASCII.
pub(super) fn ask_size(
    path: Vec<u8>,
    server: &mut ServerState,
    out: &mut FtpOutbox,
) -> FtpStep<Question> {
    if server.ascii == Some(false) {
        return ask(out, "SIZE", &path, Question::Size);
    }
    server.ascii = None;
    ask(out, "TYPE", b"I", Question::BinaryForSize(path))
}

impl Question {
    pub(super) fn handle_reply(
        self,
        reply: &Reply,
        server: &mut ServerState,
        out: &mut FtpOutbox,
    ) -> FtpStep<Question> {
        if reply.class() == 1 || server.is_late(reply) {
            return FtpStep::Next(self);
        }
        let found = match (self, reply.class()) {
            (Question::NewName(to), 3) if reply.code != 332 => {
                return ask(out, "RNTO", &to, Question::Nothing);
            }
            (Question::BinaryForSize(path), 2) => {
                server.ascii = Some(false);
                return ask(out, "SIZE", &path, Question::Size);
            }
            (Question::Nothing, 2) => Some(FtpValue::None),
            (Question::Path, 2) => value::parse_path(&reply.text()).map(FtpValue::Path),
            (Question::MadePath, 2) => {
                Some(value::parse_quoted_path(&reply.text()).map_or(FtpValue::None, FtpValue::Path))
            }
            (Question::Size, 2) => value::parse_size(&reply.text()).map(FtpValue::Size),
            (Question::Time, 2) => value::parse_time(&reply.text()).map(FtpValue::Time),
            _ => None,
        };
        FtpStep::Done(match found {
            Some(value) => Ok(FtpOutcome::new(reply, value)),
            None => Err(FtpFailure::refused(reply)),
        })
    }
}
