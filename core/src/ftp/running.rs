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

use super::outbox::{Action, Event, Outbox};
use super::outcome::{Failure, FailureKind, Outcome, Value};
use super::reply::Reply;
use super::session::{Doing, Server, Step};
use super::settle::{End, GRACE, Settling};

/// Which way payload flows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    Up,
    Down,
}

/// A transfer whose command is out.
#[derive(Debug)]
pub(super) struct Running {
    flow: Flow,
    limit: Option<u64>,
    /// Payload bytes so far.
    moved: u64,
    data: Data,
    said: Said,
    /// When to believe that nothing more comes.
    grace: Option<Duration>,
}

/// The data connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Data {
    /// The server has not connected to us yet, or TLS has not begun.
    Awaited,
    Open,
    /// All of the payload went by.
    Ended,
    Broken,
}

/// What the server said since the command.
#[derive(Debug)]
enum Said {
    Nothing,
    /// 1xx
    Opened,
    /// 1xx, 2xx
    Complete(Reply),
    /// 2xx without 1xx
    Final(Reply),
    /// 2xx, 1xx: the 2xx may have been the last word or not.
    FinalThenOpened(Reply),
}

enum Verdict {
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

impl Running {
    pub(super) fn new(flow: Flow, limit: Option<u64>, connected: bool) -> Self {
        Running {
            flow,
            limit,
            moved: 0,
            data: if connected { Data::Open } else { Data::Awaited },
            said: Said::Nothing,
            grace: None,
        }
    }

    pub(super) fn deadline(&self) -> Option<Duration> {
        self.grace
    }

    /// Whether the server has said anything to the command.
    pub(super) fn is_answered(&self) -> bool {
        !matches!(self.said, Said::Nothing)
    }

    /// Whether payload may flow.
    pub(super) fn is_ready(&self) -> bool {
        self.is_answered() && self.data == Data::Open
    }

    pub(super) fn flow(&self) -> Flow {
        self.flow
    }

    pub(super) fn moved(&self) -> u64 {
        self.moved
    }

    /// A reply of class 1 or 2.
    pub(super) fn handle_reply(&mut self, reply: &Reply, out: &mut Outbox) {
        let first = !self.is_answered();
        let said = core::mem::replace(&mut self.said, Said::Nothing);
        self.said = match (reply.class(), said) {
            (1, Said::Nothing | Said::Opened) => Said::Opened,
            (1, Said::Final(reply) | Said::FinalThenOpened(reply)) => Said::FinalThenOpened(reply),
            (1, Said::Complete(reply)) => Said::Complete(reply),
            (_, Said::Nothing) => Said::Final(reply.clone()),
            _ => Said::Complete(reply.clone()),
        };
        if first && self.data != Data::Awaited {
            out.tell(Event::DataReady);
        }
    }

    /// The data connection can be used.
    pub(super) fn handle_connected(&mut self, out: &mut Outbox) {
        if self.data != Data::Awaited {
            return;
        }
        self.data = Data::Open;
        if self.is_answered() {
            out.tell(Event::DataReady);
        }
    }

    /// How many of this many bytes belong to the payload.
    pub(super) fn wanted(&self, count: usize) -> usize {
        let left = self.limit.map_or(u64::MAX, |limit| limit - self.moved);
        usize::try_from(left).map_or(count, |left| left.min(count))
    }

    pub(super) fn handle_moved(&mut self, count: usize) {
        self.moved = self.moved.saturating_add(count as u64);
        self.grace = None;
    }

    /// End of file from the server, or the upload is all sent.
    pub(super) fn handle_ended(&mut self, by: Flow) {
        self.data = if by == self.flow {
            Data::Ended
        } else {
            Data::Broken
        };
    }

    pub(super) fn handle_broken(&mut self) {
        self.data = Data::Broken;
    }

    fn verdict(&self) -> Verdict {
        let enough = self.flow == Flow::Down && self.is_ready() && self.limit == Some(self.moved);
        match &self.said {
            Said::Nothing | Said::Opened if self.data == Data::Broken => Verdict::Broken,
            Said::Nothing | Said::Opened if enough => Verdict::Enough,
            Said::Nothing | Said::Opened => Verdict::GoOn,
            Said::Complete(reply) => match (self.data, self.flow) {
                (Data::Broken, _) | (Data::Awaited | Data::Open, Flow::Up) => {
                    Verdict::Failed(reply.clone())
                }
                (Data::Awaited, Flow::Down) => Verdict::Linger,
                (Data::Open, Flow::Down) if !enough => Verdict::GoOn,
                (Data::Open | Data::Ended, _) => Verdict::Complete(reply.clone()),
            },
            Said::Final(reply) | Said::FinalThenOpened(reply) => match (self.data, self.flow) {
                (Data::Broken, _) => Verdict::Failed(reply.clone()),
                (Data::Awaited | Data::Open, Flow::Up) => Verdict::GoOn,
                (Data::Open, Flow::Down) if enough => Verdict::Complete(reply.clone()),
                (Data::Open, Flow::Down) if self.moved > 0 => Verdict::GoOn,
                (Data::Ended, Flow::Down) if matches!(self.said, Said::Final(_)) => {
                    Verdict::Complete(reply.clone())
                }
                (Data::Awaited | Data::Open, Flow::Down) | (Data::Ended, _) => Verdict::Linger,
            },
        }
    }

    /// Goes on, or ends.
    pub(super) fn settle(
        mut self,
        now: Duration,
        server: &mut Server,
        out: &mut Outbox,
        go_on: impl FnOnce(Running) -> Step,
    ) -> Step {
        match self.verdict() {
            Verdict::GoOn => {
                self.grace = None;
                go_on(self)
            }
            Verdict::Linger => {
                self.grace = self.grace.or(Some(now + GRACE));
                go_on(self)
            }
            Verdict::Complete(reply) => Step::Done(Ok(self.complete(&reply, out))),
            Verdict::Enough => {
                let end = End::Partial(self.moved);
                self.stop(now, end, server, out)
            }
            Verdict::Broken => self.stop(now, End::Broken, server, out),
            Verdict::Failed(reply) => {
                self.close(out);
                Step::Done(Err(Failure::by(FailureKind::DataClosed, &reply)))
            }
        }
    }

    /// Nothing more came: what was said last is the end. Gives the transfer back if nothing was due.
    pub(super) fn handle_timeout(self, out: &mut Outbox) -> Result<Outcome, Self> {
        match (&self.grace, &self.said) {
            (
                Some(_),
                Said::Complete(reply) | Said::Final(reply) | Said::FinalThenOpened(reply),
            ) => {
                let reply = reply.clone();
                Ok(self.complete(&reply, out))
            }
            _ => Err(self),
        }
    }

    fn complete(&self, reply: &Reply, out: &mut Outbox) -> Outcome {
        if self.data == Data::Awaited {
            out.tell(Event::DataReady);
        }
        self.close(out);
        Outcome::new(reply, Value::Bytes(self.moved))
    }

    /// Breaks the transfer off.
    pub(super) fn stop(
        self,
        now: Duration,
        end: End,
        server: &mut Server,
        out: &mut Outbox,
    ) -> Step {
        self.close(out);
        if let Said::Complete(reply) = &self.said {
            return Step::Done(end.with(reply));
        }
        server.unsettled = true;
        Step::Now(Doing::Settling(Settling::after_transfer(now, end)))
    }

    /// Drops the data connection, if there is one.
    pub(super) fn close(&self, out: &mut Outbox) {
        if self.data != Data::Ended {
            out.act(Action::CloseData);
        }
    }
}
