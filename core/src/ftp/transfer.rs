//! A transfer up to its command: TYPE where it changes, the data connection, REST, then RETR, STOR or a listing.
//!
//! The data connection is open before the command goes out in passive mode, so that a connection that cannot be made
//! leaves nothing owed on the control connection. REST comes last before the command (RFC 959 §4.1.3).
//!
//! Where a server refuses REST for STOR, APPE does the same if the remote file ends at the offset: SIZE tells. REST is
//! never sent with APPE: ProFTPD overwrites then. A refused REST never leads to RETR: it would bring the whole file.

use alloc::vec::Vec;
use core::net::SocketAddr;
use core::time::Duration;

use super::address;
use super::operation::{DataAddress, Retrieve, Store, Transfer, Wanted};
use super::outcome::{Failure, FailureKind};
use super::outlet::{Action, Outlet};
use super::reply::Reply;
use super::running::{Flow, Running};
use super::session::{Doing, Server, Step};
use super::settle::{End, Settling};
use super::value;

/// A transfer under way.
#[derive(Debug)]
pub(super) struct Job {
    verb: Verb,
    path: Vec<u8>,
    offset: u64,
    limit: Option<u64>,
    transfer: Transfer,
    /// The data connection is open, with the command still to come.
    connected: bool,
    phase: Phase,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verb {
    Stor,
    Appe,
    Retr,
    List,
    Nlst,
    Mlsd,
}

/// PASV and PORT, or EPSV and EPRT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Classic,
    Extended,
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

impl Verb {
    fn name(self) -> &'static str {
        match self {
            Verb::Stor => "STOR",
            Verb::Appe => "APPE",
            Verb::Retr => "RETR",
            Verb::List => "LIST",
            Verb::Nlst => "NLST",
            Verb::Mlsd => "MLSD",
        }
    }

    fn flow(self) -> Flow {
        match self {
            Verb::Stor | Verb::Appe => Flow::Up,
            Verb::Retr | Verb::List | Verb::Nlst | Verb::Mlsd => Flow::Down,
        }
    }
}

impl Way {
    fn other(self) -> Self {
        match self {
            Way::Classic => Way::Extended,
            Way::Extended => Way::Classic,
        }
    }

    fn for_peer(peer: SocketAddr) -> Self {
        if peer.is_ipv6() {
            Way::Extended
        } else {
            Way::Classic
        }
    }
}

impl Job {
    pub(super) fn store(store: Store) -> Self {
        Job {
            verb: Verb::Stor,
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
            Wanted::File => (Verb::Retr, retrieve.offset),
            Wanted::List => (Verb::List, 0),
            Wanted::Nlst => (Verb::Nlst, 0),
            Wanted::Mlsd => (Verb::Mlsd, 0),
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

    pub(super) fn begin(self, server: &mut Server, out: &mut Outlet) -> Step {
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
        out: &mut Outlet,
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

    fn open_data(self, server: &Server, out: &mut Outlet) -> Step {
        if self.transfer.passive {
            let way = server.passive.unwrap_or(Way::for_peer(server.peer));
            return self.ask_passive(way, None, out);
        }
        let mut any = server.local;
        any.set_port(0);
        out.act(Action::Listen(any));
        self.now(Phase::Listening)
    }

    fn ask_passive(self, way: Way, first: Option<Failure>, out: &mut Outlet) -> Step {
        let verb = match way {
            Way::Classic => "PASV",
            Way::Extended => "EPSV",
        };
        out.command(verb, b"");
        self.now(Phase::Asked(way, first))
    }

    fn handle_passive(
        self,
        now: Duration,
        way: Way,
        first: Option<Failure>,
        reply: &Reply,
        server: &mut Server,
        out: &mut Outlet,
    ) -> Step {
        let there = match (reply.class(), way) {
            (2, Way::Classic) => address::parse_pasv(&reply.text()).map(SocketAddr::V4),
            (2, Way::Extended) => address::parse_epsv(&reply.text()).map(|port| {
                let mut there = server.peer;
                there.set_port(port);
                there
            }),
            _ => None,
        };
        let Some(there) = there else {
            let failure = Failure::refused(reply);
            return match first {
                None if !matches!(reply.code, 332 | 530 | 532) => {
                    self.ask_passive(way.other(), Some(failure), out)
                }
                first => Step::Done(Err(first.unwrap_or(failure))),
            };
        };
        server.passive = Some(way);
        self.connect(now, there, server, out)
    }

    fn connect(self, now: Duration, there: SocketAddr, server: &Server, out: &mut Outlet) -> Step {
        let mut peer = server.peer;
        peer.set_port(there.port());
        let there = if there.ip().is_unspecified() {
            peer
        } else {
            there
        };
        let (first, spare) = match self.transfer.data_address {
            DataAddress::Server => (there, None),
            DataAddress::ControlPeer => (peer, None),
            DataAddress::ControlPeerThenServer { after } => {
                (peer, (peer != there).then_some((now + after, there)))
            }
        };
        out.act(Action::ConnectData(first));
        self.now(Phase::Connecting(spare))
    }

    pub(super) fn handle_listening(
        self,
        at: SocketAddr,
        server: &Server,
        out: &mut Outlet,
    ) -> Step {
        match self.phase {
            Phase::Listening => {
                let way = server.active.unwrap_or(Way::for_peer(at));
                self.announce(way, at, None, out)
            }
            _ => Step::Now(Doing::Transferring(self)),
        }
    }

    fn announce(self, way: Way, at: SocketAddr, first: Option<Failure>, out: &mut Outlet) -> Step {
        let way = match (way, at) {
            (Way::Classic, SocketAddr::V4(at)) => {
                out.command("PORT", &address::emit_port(at));
                Way::Classic
            }
            (Way::Classic | Way::Extended, _) => {
                out.command("EPRT", &address::emit_eprt(at));
                Way::Extended
            }
        };
        self.now(Phase::Announced(way, at, first))
    }

    fn handle_announced(
        self,
        way: Way,
        at: SocketAddr,
        first: Option<Failure>,
        reply: &Reply,
        server: &mut Server,
        out: &mut Outlet,
    ) -> Step {
        if reply.class() == 2 {
            server.active = Some(way);
            return self.restart_or_run(server, out);
        }
        let failure = Failure::refused(reply);
        let other_fits = way == Way::Classic || at.is_ipv4();
        match first {
            None if other_fits && !matches!(reply.code, 332 | 530 | 532) => {
                self.announce(way.other(), at, Some(failure), out)
            }
            first => {
                out.act(Action::CloseData);
                Step::Done(Err(first.unwrap_or(failure)))
            }
        }
    }

    fn restart_or_run(self, server: &mut Server, out: &mut Outlet) -> Step {
        let offset = match self.verb {
            Verb::Stor | Verb::Retr => self.offset,
            Verb::Appe | Verb::List | Verb::Nlst | Verb::Mlsd => 0,
        };
        if offset == 0 && !server.restart {
            return self.run(server, out);
        }
        out.command("REST", alloc::format!("{offset}").as_bytes());
        self.now(Phase::Restart)
    }

    fn handle_restart(self, reply: &Reply, server: &mut Server, out: &mut Outlet) -> Step {
        if reply.class() == 3 && reply.code != 332 {
            return self.run(server, out);
        }
        out.act(Action::CloseData);
        let failure = Failure::by(FailureKind::Position, reply);
        if self.verb == Verb::Stor && !server.restart {
            return self.ask_tail(failure, out);
        }
        Step::Done(Err(failure))
    }

    fn run(self, server: &mut Server, out: &mut Outlet) -> Step {
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
        out: &mut Outlet,
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
        let resumed = self.verb == Verb::Stor && self.offset > 0 && !running.is_answered();
        if resumed && refuses_position(reply) {
            return self.ask_tail(failure, out);
        }
        Step::Done(Err(failure))
    }

    fn ask_tail(mut self, failure: Failure, out: &mut Outlet) -> Step {
        self.connected = false;
        out.command("SIZE", &self.path);
        self.now(Phase::Tail(failure))
    }

    fn judge_tail(
        mut self,
        failure: Failure,
        reply: &Reply,
        server: &Server,
        out: &mut Outlet,
    ) -> Step {
        let size = (reply.class() == 2).then(|| value::parse_size(&reply.text()));
        if size.flatten() != Some(self.offset) {
            return Step::Done(Err(failure));
        }
        self.verb = Verb::Appe;
        self.open_data(server, out)
    }

    pub(super) fn handle_data_connected(
        mut self,
        now: Duration,
        server: &mut Server,
        out: &mut Outlet,
    ) -> Step {
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

    pub(super) fn handle_data_connect_failed(
        mut self,
        now: Duration,
        text: &[u8],
        server: &mut Server,
        out: &mut Outlet,
    ) -> Step {
        let failure = Failure {
            text: text.to_vec(),
            ..Failure::new(FailureKind::DataConnect)
        };
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
        out: &mut Outlet,
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

    fn go_on(self, now: Duration, running: Running, server: &mut Server, out: &mut Outlet) -> Step {
        running.settle(now, server, out, |running| {
            self.now(Phase::Running(running))
        })
    }

    pub(super) fn handle_timeout(
        mut self,
        now: Duration,
        server: &mut Server,
        out: &mut Outlet,
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
        out: &mut Outlet,
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
    pub(super) fn close(&self, out: &mut Outlet) {
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

/// Refusals of a STOR after REST that may mean the REST (ProFTPD without `AllowStoreRestart` says 451).
fn refuses_position(reply: &Reply) -> bool {
    matches!(reply.code, 451 | 500..=504 | 550 | 551 | 554 | 555)
}
