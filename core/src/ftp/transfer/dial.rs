//! The data connection, before the command: PASV or EPSV and a connect, or a listener and PORT or EPRT.
//!
//! In passive mode it is open before the command goes out, so that one that cannot be made leaves nothing owed on the
//! control connection. EPSV and EPRT come first on IPv6, PASV and PORT on IPv4; the other one where the first is
//! refused, and first from then on.
//!
//! Whose address it is (002 §2.1, `data_address`): the one that the reply to PASV names, or the control peer's, which is
//! then the only one; or the control peer's and, when that fails at once or not at all within `data_timeout`, the other.
//! EPSV names no address, and 0.0.0.0 (vsftpd on IPv6) is none: both mean the control peer's.

use core::net::SocketAddr;
use core::time::Duration;

use super::super::address;
use super::super::operation::DataAddress;
use super::super::outbox::{Action, Outbox};
use super::super::outcome::{Failure, FailureKind};
use super::super::reply::Reply;
use super::super::session::{Doing, Server, Step};
use super::{Job, Phase};

/// PASV and PORT, or EPSV and EPRT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ftp) enum Way {
    Classic,
    Extended,
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
    pub(super) fn open_data(self, server: &Server, out: &mut Outbox) -> Step {
        if self.transfer.passive {
            let way = server.passive.unwrap_or(Way::for_peer(server.peer));
            return self.ask_passive(way, None, out);
        }
        let mut any = server.local;
        any.set_port(0);
        out.act(Action::Listen(any));
        self.now(Phase::Listening)
    }

    fn ask_passive(self, way: Way, first: Option<Failure>, out: &mut Outbox) -> Step {
        let verb = match way {
            Way::Classic => "PASV",
            Way::Extended => "EPSV",
        };
        out.command(verb, b"");
        self.now(Phase::Asked(way, first))
    }

    pub(super) fn handle_passive(
        self,
        now: Duration,
        way: Way,
        first: Option<Failure>,
        reply: &Reply,
        server: &mut Server,
        out: &mut Outbox,
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
            let failure = match reply.class() {
                2 => Failure::by(FailureKind::DataConnect, reply),
                _ => Failure::refused(reply),
            };
            return match first {
                None if !is_about_user(reply) => self.ask_passive(way.other(), Some(failure), out),
                first => Step::Done(Err(first.unwrap_or(failure))),
            };
        };
        server.passive = Some(way);
        self.connect(now, there, server, out)
    }

    fn connect(self, now: Duration, there: SocketAddr, server: &Server, out: &mut Outbox) -> Step {
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

    pub(in crate::ftp) fn handle_listening(
        self,
        at: SocketAddr,
        server: &Server,
        out: &mut Outbox,
    ) -> Step {
        match self.phase {
            Phase::Listening => {
                let way = server.active.unwrap_or(Way::for_peer(at));
                self.announce(way, at, None, out)
            }
            _ => Step::Now(Doing::Transferring(self)),
        }
    }

    fn announce(self, way: Way, at: SocketAddr, first: Option<Failure>, out: &mut Outbox) -> Step {
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

    pub(super) fn handle_announced(
        self,
        way: Way,
        at: SocketAddr,
        first: Option<Failure>,
        reply: &Reply,
        server: &mut Server,
        out: &mut Outbox,
    ) -> Step {
        if reply.class() == 2 {
            server.active = Some(way);
            return self.restart_or_run(server, out);
        }
        let failure = Failure::refused(reply);
        let other_fits = way == Way::Classic || at.is_ipv4();
        match first {
            None if other_fits && !is_about_user(reply) => {
                self.announce(way.other(), at, Some(failure), out)
            }
            first => {
                out.act(Action::CloseData);
                Step::Done(Err(first.unwrap_or(failure)))
            }
        }
    }
}

/// Whether the refusal is about the user, not the way.
fn is_about_user(reply: &Reply) -> bool {
    matches!(reply.code, 332 | 530 | 532)
}
