//! A transfer from its command to its end: two things that end in any order, the data connection and the talk on the
//! control connection.
//!
//! | said           | data      | download                            | upload                             |
//! |----------------|-----------|-------------------------------------|------------------------------------|
//! | nothing, 1xx   | any       | goes on                             | goes on                            |
//! | nothing, 1xx   | broken    | back into step, failed              | the same                           |
//! | 1xx, 2xx       | ended     | done                                | done                               |
//! | 1xx, 2xx       | open      | goes on to the end of the data      | failed: not all of it was sent     |
//! | 1xx, 2xx       | awaited   | done if none comes within a second  | failed                             |
//! | 2xx first      | ended     | done                                | done if nothing more is said       |
//! | 2xx first      | open      | done if nothing comes within a second | goes on                          |
//! | 2xx first, 1xx | ended     | done if nothing more is said        | the same                           |
//! | any final      | broken    | failed                              | failed                             |

use core::time::Duration;

use super::event::FtpEvent;
use super::outbox::FtpOutbox;
use super::outcome::{FailureKind, FtpFailure, FtpOutcome, FtpValue};
use super::reply::Reply;
use super::server::ServerState;
use super::settle::{GRACE, OrSettling, PendingEnd, Settling};
use super::step::FtpStep;

/// The direction in which payload flows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    Up,
    Down,
}

/// A transfer whose command is out.
#[derive(Debug)]
pub(super) struct RunningTransfer {
    flow: Flow,
    limit: Option<u64>,
    /// Payload bytes so far.
    moved: u64,
    data: DataStatus,
    replies: Replies,
    /// The time from which on nothing more is expected.
    grace: Option<Duration>,
}

/// The data connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum DataStatus {
    /// The server has not connected to us yet, or TLS has not begun.
    Awaited,
    Open,
    /// All of the payload went by.
    Ended,
    Broken,
}

/// The replies of the server since the command.
#[derive(Debug)]
enum Replies {
    Nothing,
    /// A reply of class 1.
    Opened,
    /// 1xx, 2xx
    Complete(Reply),
    /// 2xx without 1xx
    Final(Reply),
    /// 2xx, 1xx: the 2xx may have been the last word or not.
    FinalThenOpened(Reply),
}

enum TransferVerdict {
    GoOn,
    /// Complete unless something comes within [`GRACE`].
    Linger,
    Complete(Reply),
    /// The limit is reached.
    Enough,
    /// The connection broke and the final reply is owed.
    Broken,
    /// The connection broke, and the final reply says nothing of it.
    Failed(Reply),
}

impl RunningTransfer {
    pub(super) fn new(flow: Flow, limit: Option<u64>, connected: bool) -> Self {
        RunningTransfer {
            flow,
            limit,
            moved: 0,
            data: if connected {
                DataStatus::Open
            } else {
                DataStatus::Awaited
            },
            replies: Replies::Nothing,
            grace: None,
        }
    }

    pub(super) fn deadline(&self) -> Option<Duration> {
        self.grace
    }

    /// Returns whether the server has answered the command.
    pub(super) fn is_answered(&self) -> bool {
        !matches!(self.replies, Replies::Nothing)
    }

    /// Returns whether payload may flow.
    pub(super) fn is_ready(&self) -> bool {
        self.is_answered() && self.data == DataStatus::Open
    }

    pub(super) fn flow(&self) -> Flow {
        self.flow
    }

    pub(super) fn moved(&self) -> u64 {
        self.moved
    }

    /// Handles a reply of class 1 or 2.
    pub(super) fn handle_reply(&mut self, reply: &Reply, out: &mut FtpOutbox) {
        let first = !self.is_answered();
        let replies = core::mem::replace(&mut self.replies, Replies::Nothing);
        self.replies = match (reply.class(), replies) {
            (1, Replies::Nothing | Replies::Opened) => Replies::Opened,
            (1, Replies::Final(reply) | Replies::FinalThenOpened(reply)) => {
                Replies::FinalThenOpened(reply)
            }
            (1, Replies::Complete(reply)) => Replies::Complete(reply),
            (_, Replies::Nothing) => Replies::Final(reply.clone()),
            _ => Replies::Complete(reply.clone()),
        };
        if first && self.data != DataStatus::Awaited {
            out.emit(FtpEvent::DataReady);
        }
    }

    /// Handles the opened data connection.
    pub(super) fn handle_connected(&mut self, out: &mut FtpOutbox) {
        if self.data != DataStatus::Awaited {
            return;
        }
        self.data = DataStatus::Open;
        if self.is_answered() {
            out.emit(FtpEvent::DataReady);
        }
    }

    /// Returns how many of this many bytes belong to the payload.
    pub(super) fn wanted(&self, count: usize) -> usize {
        let left = self.limit.map_or(u64::MAX, |limit| limit - self.moved);
        usize::try_from(left).map_or(count, |left| left.min(count))
    }

    pub(super) fn handle_moved(&mut self, count: usize) {
        self.moved = self.moved.saturating_add(count as u64);
        self.grace = None;
    }

    /// Handles the end of file from the server, or of the upload.
    pub(super) fn handle_ended(&mut self, by: Flow) {
        self.data = if by == self.flow {
            DataStatus::Ended
        } else {
            DataStatus::Broken
        };
    }

    pub(super) fn handle_broken(&mut self) {
        self.data = DataStatus::Broken;
    }

    fn verdict(&self) -> TransferVerdict {
        let enough = self.flow == Flow::Down && self.is_ready() && self.limit == Some(self.moved);
        match &self.replies {
            Replies::Nothing | Replies::Opened if self.data == DataStatus::Broken => {
                TransferVerdict::Broken
            }
            Replies::Nothing | Replies::Opened if enough => TransferVerdict::Enough,
            Replies::Nothing | Replies::Opened => TransferVerdict::GoOn,
            Replies::Complete(reply) => match (self.data, self.flow) {
                (DataStatus::Broken, _) | (DataStatus::Awaited | DataStatus::Open, Flow::Up) => {
                    TransferVerdict::Failed(reply.clone())
                }
                (DataStatus::Awaited, Flow::Down) => TransferVerdict::Linger,
                (DataStatus::Open, Flow::Down) if !enough => TransferVerdict::GoOn,
                (DataStatus::Open | DataStatus::Ended, _) => {
                    TransferVerdict::Complete(reply.clone())
                }
            },
            Replies::Final(reply) | Replies::FinalThenOpened(reply) => {
                match (self.data, self.flow) {
                    (DataStatus::Broken, _) => TransferVerdict::Failed(reply.clone()),
                    (DataStatus::Awaited | DataStatus::Open, Flow::Up) => TransferVerdict::GoOn,
                    (DataStatus::Open, Flow::Down) if enough => {
                        TransferVerdict::Complete(reply.clone())
                    }
                    (DataStatus::Open, Flow::Down) if self.moved > 0 => TransferVerdict::GoOn,
                    (DataStatus::Ended, Flow::Down)
                        if matches!(self.replies, Replies::Final(_)) =>
                    {
                        TransferVerdict::Complete(reply.clone())
                    }
                    (DataStatus::Awaited | DataStatus::Open, Flow::Down)
                    | (DataStatus::Ended, _) => TransferVerdict::Linger,
                }
            }
        }
    }

    /// Goes on, or ends.
    pub(super) fn settle(
        mut self,
        now: Duration,
        server: &mut ServerState,
        out: &mut FtpOutbox,
    ) -> FtpStep<OrSettling<Self>> {
        match self.verdict() {
            TransferVerdict::GoOn => {
                self.grace = None;
                FtpStep::Next(OrSettling::GoesOn(self))
            }
            TransferVerdict::Linger => {
                self.grace = self.grace.or(Some(now + GRACE));
                FtpStep::Next(OrSettling::GoesOn(self))
            }
            TransferVerdict::Complete(reply) => {
                server.unsettled = !matches!(self.replies, Replies::Complete(_));
                FtpStep::Done(Ok(self.complete(&reply, out)))
            }
            TransferVerdict::Enough => {
                let end = PendingEnd::Partial(self.moved);
                self.stop(now, end, server, out)
            }
            TransferVerdict::Broken => self.stop(now, PendingEnd::Broken, server, out),
            TransferVerdict::Failed(reply) => {
                self.close(out);
                server.unsettled = true;
                FtpStep::Done(Err(FtpFailure::by(FailureKind::DataClosed, &reply)))
            }
        }
    }

    /// Handles silence: the last reply is the end. Gives the transfer back if nothing was due.
    pub(super) fn handle_timeout(self, out: &mut FtpOutbox) -> Result<FtpOutcome, Self> {
        match (&self.grace, &self.replies) {
            (
                Some(_),
                Replies::Complete(reply) | Replies::Final(reply) | Replies::FinalThenOpened(reply),
            ) => {
                let reply = reply.clone();
                Ok(self.complete(&reply, out))
            }
            _ => Err(self),
        }
    }

    fn complete(&self, reply: &Reply, out: &mut FtpOutbox) -> FtpOutcome {
        if self.data == DataStatus::Awaited {
            out.emit(FtpEvent::DataReady);
        }
        self.close(out);
        FtpOutcome::new(reply, FtpValue::Bytes(self.moved))
    }

    /// Breaks the transfer off.
    pub(super) fn stop<T>(
        self,
        now: Duration,
        end: PendingEnd,
        server: &mut ServerState,
        out: &mut FtpOutbox,
    ) -> FtpStep<OrSettling<T>> {
        self.close(out);
        if let Replies::Complete(reply) = &self.replies {
            return FtpStep::Done(end.with(reply));
        }
        server.unsettled = true;
        FtpStep::Next(OrSettling::Settling(Settling::after_transfer(now, end)))
    }

    /// Drops the data connection, if there is one.
    pub(super) fn close(&self, out: &mut FtpOutbox) {
        if self.data != DataStatus::Ended {
            out.emit(FtpEvent::CloseData);
        }
    }
}
