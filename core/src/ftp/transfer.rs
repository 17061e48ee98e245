//! A transfer up to its command: TYPE where it changes, the data connection (`dial`), REST (`resume`), then RETR, STOR
//! or a listing; after it the transfer is [`Running`].

mod dial;
mod resume;

use alloc::vec::Vec;
use core::net::SocketAddr;
use core::time::Duration;

use super::operation::{Retrieve, Store, Transfer, Wanted};
use super::outbox::{Action, Outbox};
use super::outcome::Failure;
use super::reply::Reply;
use super::running::{Flow, Running};
use super::session::{Doing, Server, Step};
use super::settle::{End, Settling};

pub(super) use dial::Way;
use resume::refuses_position;

/// A transfer under way.
#[derive(Debug)]
pub(super) struct Job {
    verb: CommandKind,
    path: Vec<u8>,
    offset: u64,
    limit: Option<u64>,
    transfer: Transfer,
    /// The data connection can be used, with the command still to come.
    connected: bool,
    phase: Phase,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CommandKind {
    Stor,
    Appe,
    Retr,
    List,
    Nlst,
    Mlsd,
}

#[derive(Debug)]
enum Phase {
    /// The reply to TYPE is due.
    Type,
    /// The reply to SIZE is due, which decides between APPE and this failure.
    Tail(Failure),
    /// The reply to PASV or EPSV is due; how the other was refused.
    Asked(Way, Option<Failure>),
    /// The data connection is being made; where else to try from when on.
    Connecting(Option<(Duration, SocketAddr)>),
    /// The driver is about to say where it listens.
    Listening,
    /// The reply to PORT or EPRT is due; how the other was refused.
    Announced(Way, SocketAddr, Option<Failure>),
    /// The reply to REST is due.
    Restart,
    /// The command is out.
    Running(Running),
}

impl CommandKind {
    fn name(self) -> &'static str {
        match self {
            CommandKind::Stor => "STOR",
            CommandKind::Appe => "APPE",
            CommandKind::Retr => "RETR",
            CommandKind::List => "LIST",
            CommandKind::Nlst => "NLST",
            CommandKind::Mlsd => "MLSD",
        }
    }

    fn flow(self) -> Flow {
        match self {
            CommandKind::Stor | CommandKind::Appe => Flow::Up,
            CommandKind::Retr | CommandKind::List | CommandKind::Nlst | CommandKind::Mlsd => {
                Flow::Down
            }
        }
    }
}

impl Job {
    pub(super) fn store(store: Store) -> Self {
        Job {
            verb: CommandKind::Stor,
            path: store.path,
            offset: store.offset,
            limit: None,
            transfer: store.transfer,
            connected: false,
            phase: Phase::Type,
        }
    }

    pub(super) fn retrieve(retrieve: Retrieve) -> Self {
        let (verb, offset) = match retrieve.what {
            Wanted::File => (CommandKind::Retr, retrieve.offset),
            Wanted::List => (CommandKind::List, 0),
            Wanted::Nlst => (CommandKind::Nlst, 0),
            Wanted::Mlsd => (CommandKind::Mlsd, 0),
        };
        Job {
            verb,
            path: retrieve.path,
            offset,
            limit: retrieve.limit,
            transfer: retrieve.transfer,
            connected: false,
            phase: Phase::Type,
        }
    }

    fn now(mut self, phase: Phase) -> Step {
        self.phase = phase;
        Step::Now(Doing::Transferring(self))
    }

    pub(super) fn deadline(&self) -> Option<Duration> {
        match &self.phase {
            Phase::Connecting(spare) => spare.map(|(at, _)| at),
            Phase::Running(running) => running.deadline(),
            _ => None,
        }
    }

    pub(super) fn running(&self) -> Option<&Running> {
        match &self.phase {
            Phase::Running(running) => Some(running),
            _ => None,
        }
    }

    pub(super) fn running_mut(&mut self) -> Option<&mut Running> {
        match &mut self.phase {
            Phase::Running(running) => Some(running),
            _ => None,
        }
    }

    pub(super) fn begin(self, server: &mut Server, out: &mut Outbox) -> Step {
        if server.ascii == Some(self.transfer.ascii) {
            return self.open_data(server, out);
        }
        server.ascii = None;
        out.command("TYPE", if self.transfer.ascii { b"A" } else { b"I" });
        self.now(Phase::Type)
    }

    pub(super) fn handle_reply(
        self,
        now: Duration,
        reply: &Reply,
        server: &mut Server,
        out: &mut Outbox,
    ) -> Step {
        let early = !matches!(self.phase, Phase::Running(_));
        if reply.class() == 1 && early || is_late(reply, early, server) {
            return Step::Now(Doing::Transferring(self));
        }
        let mut job = self;
        match core::mem::replace(&mut job.phase, Phase::Type) {
            Phase::Type if reply.class() == 2 => {
                server.ascii = Some(job.transfer.ascii);
                job.open_data(server, out)
            }
            Phase::Type => Step::Done(Err(Failure::refused(reply))),
            Phase::Tail(failure) => job.judge_tail(failure, reply, server, out),
            Phase::Asked(way, first) => job.handle_passive(now, way, first, reply, server, out),
            Phase::Announced(way, at, first) => {
                job.handle_announced(way, at, first, reply, server, out)
            }
            Phase::Restart => job.handle_restart(reply, server, out),
            Phase::Running(running) => job.handle_running(now, running, reply, server, out),
            // Nothing is owed in these.
            phase @ (Phase::Connecting(_) | Phase::Listening) => job.now(phase),
        }
    }

    fn run(self, server: &mut Server, out: &mut Outbox) -> Step {
        server.restart = false;
        out.command(self.verb.name(), &self.path);
        let running = Running::new(self.verb.flow(), self.limit, self.connected);
        self.now(Phase::Running(running))
    }

    fn handle_running(
        self,
        now: Duration,
        mut running: Running,
        reply: &Reply,
        server: &mut Server,
        out: &mut Outbox,
    ) -> Step {
        if !running.is_answered() {
            server.unsettled = false;
        }
        if reply.class() <= 2 {
            running.handle_reply(reply, out);
            return self.go_on(now, running, server, out);
        }
        running.close(out);
        let failure = Failure::refused(reply);
        let resumed = self.verb == CommandKind::Stor && self.offset > 0 && !running.is_answered();
        if resumed && refuses_position(reply) {
            return self.ask_tail(failure, out);
        }
        Step::Done(Err(failure))
    }

    pub(super) fn handle_data_connected(
        mut self,
        now: Duration,
        server: &mut Server,
        out: &mut Outbox,
    ) -> Step {
        if server.secure {
            return self.secure_data(server, out);
        }
        match core::mem::replace(&mut self.phase, Phase::Type) {
            Phase::Connecting(_) => {
                self.connected = true;
                self.restart_or_run(server, out)
            }
            // pyftpdlib connects before it answers PORT.
            phase @ (Phase::Announced(..) | Phase::Restart) => {
                self.connected = true;
                self.now(phase)
            }
            Phase::Running(mut running) => {
                running.handle_connected(out);
                self.go_on(now, running, server, out)
            }
            phase => self.now(phase),
        }
    }

    /// The handshake goes on beside the command: some servers begin it when they have said 150, some before.
    fn secure_data(mut self, server: &mut Server, out: &mut Outbox) -> Step {
        out.act(Action::SecureData);
        match core::mem::replace(&mut self.phase, Phase::Type) {
            Phase::Connecting(_) => self.restart_or_run(server, out),
            phase => self.now(phase),
        }
    }

    pub(super) fn handle_data_secured(
        mut self,
        now: Duration,
        server: &mut Server,
        out: &mut Outbox,
    ) -> Step {
        match core::mem::replace(&mut self.phase, Phase::Type) {
            phase @ (Phase::Announced(..) | Phase::Restart) => {
                self.connected = true;
                self.now(phase)
            }
            Phase::Running(mut running) => {
                running.handle_connected(out);
                self.go_on(now, running, server, out)
            }
            phase => self.now(phase),
        }
    }

    /// It could not be opened, or not be secured.
    pub(super) fn handle_data_connect_failed(
        mut self,
        now: Duration,
        failure: Failure,
        server: &mut Server,
        out: &mut Outbox,
    ) -> Step {
        match core::mem::replace(&mut self.phase, Phase::Type) {
            Phase::Connecting(Some((_, spare))) => {
                out.act(Action::ConnectData(spare));
                self.now(Phase::Connecting(None))
            }
            Phase::Connecting(None) | Phase::Listening => Step::Done(Err(failure)),
            phase @ (Phase::Announced(..) | Phase::Restart) => {
                self.phase = phase;
                self.give_up(now, failure, server, out)
            }
            Phase::Running(running) => {
                running.close(out);
                server.unsettled = true;
                let settling = Settling::after_transfer(now, End::Failed(failure));
                Step::Now(Doing::Settling(settling))
            }
            phase => self.now(phase),
        }
    }

    /// The end of a transfer's data, or a part of it, has changed `running`.
    pub(super) fn with_running(
        mut self,
        now: Duration,
        server: &mut Server,
        out: &mut Outbox,
        change: impl FnOnce(&mut Running),
    ) -> Step {
        match core::mem::replace(&mut self.phase, Phase::Type) {
            Phase::Running(mut running) => {
                change(&mut running);
                self.go_on(now, running, server, out)
            }
            phase => self.now(phase),
        }
    }

    fn go_on(self, now: Duration, running: Running, server: &mut Server, out: &mut Outbox) -> Step {
        running.settle(now, server, out, |running| {
            self.now(Phase::Running(running))
        })
    }

    pub(super) fn handle_timeout(
        mut self,
        now: Duration,
        server: &mut Server,
        out: &mut Outbox,
    ) -> Step {
        match core::mem::replace(&mut self.phase, Phase::Type) {
            Phase::Connecting(Some((_, spare))) => {
                out.act(Action::ConnectData(spare));
                self.now(Phase::Connecting(None))
            }
            Phase::Running(running) => match running.handle_timeout(out) {
                Ok(outcome) => Step::Done(Ok(outcome)),
                Err(running) => self.go_on(now, running, server, out),
            },
            phase => self.now(phase),
        }
    }

    pub(super) fn give_up(
        self,
        now: Duration,
        failure: Failure,
        server: &mut Server,
        out: &mut Outbox,
    ) -> Step {
        match self.phase {
            Phase::Connecting(_) | Phase::Listening => {
                out.act(Action::CloseData);
                Step::Done(Err(failure))
            }
            Phase::Running(running) => running.stop(now, End::Failed(failure), server, out),
            Phase::Type | Phase::Tail(_) | Phase::Asked(..) => owed(now, failure),
            Phase::Announced(..) => {
                out.act(Action::CloseData);
                owed(now, failure)
            }
            Phase::Restart => {
                server.restart = true;
                out.act(Action::CloseData);
                owed(now, failure)
            }
        }
    }

    /// Drops the data connection, if there is one.
    pub(super) fn close(&self, out: &mut Outbox) {
        match &self.phase {
            Phase::Type | Phase::Tail(_) | Phase::Asked(..) => {}
            Phase::Connecting(_) | Phase::Listening | Phase::Announced(..) | Phase::Restart => {
                out.act(Action::CloseData);
            }
            Phase::Running(running) => running.close(out),
        }
    }
}

fn owed(now: Duration, failure: Failure) -> Step {
    let settling = Settling::owed(now, End::Failed(failure));
    Step::Now(Doing::Settling(settling))
}

/// Whether this is a final reply of an earlier transfer that was given up.
fn is_late(reply: &Reply, early: bool, server: &Server) -> bool {
    match reply.code {
        225 | 226 | 426 => early || server.unsettled,
        _ => false,
    }
}
