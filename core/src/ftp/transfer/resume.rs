//! REST, and APPE in its place.
//!
//! REST comes last before the command (RFC 959 §4.1.3). Refused, it never leads to RETR, which would bring the whole
//! file. Where a server refuses it for STOR, APPE does the same if the remote file ends at the offset: SIZE tells. REST
//! is never sent with APPE: ProFTPD overwrites then.

use super::super::outbox::{Action, Outbox};
use super::super::outcome::{Failure, FailureKind};
use super::super::reply::Reply;
use super::super::session::{Server, Step};
use super::super::value;
use super::{CommandKind, Job, Phase};

impl Job {
    pub(super) fn restart_or_run(self, server: &mut Server, out: &mut Outbox) -> Step {
        let offset = match self.verb {
            CommandKind::Stor | CommandKind::Retr => self.offset,
            CommandKind::Appe | CommandKind::List | CommandKind::Nlst | CommandKind::Mlsd => 0,
        };
        if offset == 0 && !server.restart {
            return self.run(server, out);
        }
        out.command("REST", alloc::format!("{offset}").as_bytes());
        self.now(Phase::Restart)
    }

    pub(super) fn handle_restart(
        self,
        reply: &Reply,
        server: &mut Server,
        out: &mut Outbox,
    ) -> Step {
        if reply.class() == 3 && reply.code != 332 {
            return self.run(server, out);
        }
        out.act(Action::CloseData);
        let failure = Failure::by(FailureKind::Position, reply);
        if self.verb == CommandKind::Stor && !server.restart {
            return self.ask_tail(failure, out);
        }
        Step::Done(Err(failure))
    }

    pub(super) fn ask_tail(mut self, failure: Failure, out: &mut Outbox) -> Step {
        self.connected = false;
        out.command("SIZE", &self.path);
        self.now(Phase::Tail(failure))
    }

    pub(super) fn judge_tail(
        mut self,
        failure: Failure,
        reply: &Reply,
        server: &Server,
        out: &mut Outbox,
    ) -> Step {
        let size = (reply.class() == 2).then(|| value::parse_size(&reply.text()));
        if size.flatten() != Some(self.offset) {
            return Step::Done(Err(failure));
        }
        self.verb = CommandKind::Appe;
        self.open_data(server, out)
    }
}

/// Refusals of a STOR after REST that may mean the REST (ProFTPD without `AllowStoreRestart` says 451).
pub(super) fn refuses_position(reply: &Reply) -> bool {
    matches!(reply.code, 451 | 500..=504 | 550 | 551 | 554 | 555)
}
