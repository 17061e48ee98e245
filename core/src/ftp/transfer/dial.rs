//! The data connection, before the command: PASV or EPSV and a connect, or a listener and PORT or EPRT.
//!
//! In passive mode it is open before the command goes out, so that one that cannot be made leaves nothing owed on the
//! control connection. EPSV and EPRT come first on IPv6, PASV and PORT on IPv4; the other one where the first is
//! refused, and first from then on.
//!
//! The address (002 §2.1, `data_address`): the one that the reply to PASV names, or the control peer's, which is
//! then the only one; or the control peer's and, when that fails at once or not at all within `data_timeout`, the other.
//! EPSV names no address, and 0.0.0.0 (vsftpd on IPv6) is none: both mean the control peer's.

use core::net::SocketAddr;
use core::time::Duration;

use super::job::{FtpTransferStep, TransferJob, TransferPhase};
use crate::ftp::address;
use crate::ftp::event::FtpEvent;
use crate::ftp::operation::FtpDataAddress;
use crate::ftp::outbox::FtpOutbox;
use crate::ftp::outcome::{FailureKind, FtpFailure};
use crate::ftp::reply::Reply;
use crate::ftp::server::{ActiveCommand, PassiveCommand, ServerState};
use crate::ftp::settle::OrSettling;
use crate::ftp::step::FtpStep;

impl TransferJob {
    pub(super) fn open_data(self, server: &ServerState, out: &mut FtpOutbox) -> FtpTransferStep {
        if self.transfer.passive {
            return self.ask_passive(server.passive_command(), None, out);
        }
        let mut any = server.local;
        any.set_port(0);
        out.emit(FtpEvent::Listen(any));
        self.now(TransferPhase::Listening)
    }

    fn ask_passive(
        self,
        command: PassiveCommand,
        first: Option<FtpFailure>,
        out: &mut FtpOutbox,
    ) -> FtpTransferStep {
        out.command(command.name(), b"");
        self.now(TransferPhase::Asked(command, first))
    }

    pub(super) fn handle_passive(
        self,
        now: Duration,
        command: PassiveCommand,
        first: Option<FtpFailure>,
        reply: &Reply,
        server: &mut ServerState,
        out: &mut FtpOutbox,
    ) -> FtpTransferStep {
        let there = match (reply.class(), command) {
            (2, PassiveCommand::Pasv) => address::parse_pasv(&reply.text()).map(SocketAddr::V4),
            (2, PassiveCommand::Epsv) => address::parse_epsv(&reply.text()).map(|port| {
                let mut there = server.peer;
                there.set_port(port);
                there
            }),
            _ => None,
        };
        let Some(there) = there else {
            let failure = match reply.class() {
                2 => FtpFailure::by(FailureKind::DataConnect, reply),
                _ => FtpFailure::refused(reply),
            };
            return match first {
                None if !is_about_user(reply) => {
                    self.ask_passive(command.other(), Some(failure), out)
                }
                first => FtpStep::Done(Err(first.unwrap_or(failure))),
            };
        };
        server.passive = Some(command);
        self.connect(now, there, server, out)
    }

    fn connect(
        self,
        now: Duration,
        there: SocketAddr,
        server: &ServerState,
        out: &mut FtpOutbox,
    ) -> FtpTransferStep {
        let mut peer = server.peer;
        peer.set_port(there.port());
        let there = if there.ip().is_unspecified() {
            peer
        } else {
            there
        };
        let (first, spare) = match self.transfer.data_address {
            FtpDataAddress::Server => (there, None),
            FtpDataAddress::ControlPeer => (peer, None),
            FtpDataAddress::ControlPeerThenServer { after } => {
                (peer, (peer != there).then_some((now + after, there)))
            }
        };
        out.emit(FtpEvent::ConnectData(first));
        self.now(TransferPhase::Connecting(spare))
    }

    pub(in crate::ftp) fn handle_listening(
        self,
        at: SocketAddr,
        server: &ServerState,
        out: &mut FtpOutbox,
    ) -> FtpTransferStep {
        match self.phase {
            TransferPhase::Listening => self.announce(server.active_command(at), at, None, out),
            _ => FtpStep::Next(OrSettling::GoesOn(self)),
        }
    }

    fn announce(
        self,
        command: ActiveCommand,
        at: SocketAddr,
        first: Option<FtpFailure>,
        out: &mut FtpOutbox,
    ) -> FtpTransferStep {
        let command = match (command, at) {
            (ActiveCommand::Port, SocketAddr::V4(at)) => {
                out.command("PORT", &address::emit_port(at));
                ActiveCommand::Port
            }
            (ActiveCommand::Port | ActiveCommand::Eprt, _) => {
                out.command("EPRT", &address::emit_eprt(at));
                ActiveCommand::Eprt
            }
        };
        self.now(TransferPhase::Announced(command, at, first))
    }

    pub(super) fn handle_announced(
        self,
        command: ActiveCommand,
        at: SocketAddr,
        first: Option<FtpFailure>,
        reply: &Reply,
        server: &mut ServerState,
        out: &mut FtpOutbox,
    ) -> FtpTransferStep {
        if reply.class() == 2 {
            server.active = Some(command);
            return self.restart_or_run(server, out);
        }
        let failure = FtpFailure::refused(reply);
        let other_fits = command == ActiveCommand::Port || at.is_ipv4();
        match first {
            None if other_fits && !is_about_user(reply) => {
                self.announce(command.other(), at, Some(failure), out)
            }
            first => {
                out.emit(FtpEvent::CloseData);
                FtpStep::Done(Err(first.unwrap_or(failure)))
            }
        }
    }
}

/// Returns whether the refusal is about the user, not the command.
fn is_about_user(reply: &Reply) -> bool {
    matches!(reply.code, 332 | 530 | 532)
}
