//! A transfer and its phases; the steps themselves are beside it, in the order they are taken.

use alloc::vec::Vec;
use core::net::SocketAddr;
use core::time::Duration;

use crate::ftp::event::FtpEvent;
use crate::ftp::operation::{FtpStore, FtpTransfer, Retrieve, RetrieveKind};
use crate::ftp::outbox::FtpOutbox;
use crate::ftp::outcome::FtpFailure;
use crate::ftp::running::{Flow, RunningTransfer};
use crate::ftp::server::{ActiveCommand, PassiveCommand, ServerState};
use crate::ftp::settle::OrSettling;
use crate::ftp::step::FtpStep;

/// The step of a transfer.
pub(in crate::ftp) type FtpTransferStep = FtpStep<OrSettling<TransferJob>>;

/// A transfer under way.
#[derive(Debug)]
pub(in crate::ftp) struct TransferJob {
    pub(super) verb: TransferCommand,
    pub(super) path: Vec<u8>,
    pub(super) offset: u64,
    pub(super) limit: Option<u64>,
    pub(super) transfer: FtpTransfer,
    /// The data connection can be used, with the command still to come.
    pub(super) connected: bool,
    pub(super) phase: TransferPhase,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TransferCommand {
    Stor,
    Appe,
    Retr,
    List,
    Nlst,
    Mlsd,
}

#[derive(Debug)]
pub(super) enum TransferPhase {
    /// The reply to TYPE is due.
    Type,
    /// The reply to SIZE is due, which decides between APPE and this failure.
    Tail(FtpFailure),
    /// The reply to PASV or EPSV is due; how the other was refused.
    Asked(PassiveCommand, Option<FtpFailure>),
    /// The data connection is being made; where else to try from when on.
    Connecting(Option<(Duration, SocketAddr)>),
    /// The driver is about to say where it listens.
    Listening,
    /// The reply to PORT or EPRT is due; how the other was refused.
    Announced(ActiveCommand, SocketAddr, Option<FtpFailure>),
    /// The reply to REST is due.
    Restart,
    /// The command is out.
    Running(RunningTransfer),
}

impl TransferCommand {
    fn name(self) -> &'static str {
        match self {
            TransferCommand::Stor => "STOR",
            TransferCommand::Appe => "APPE",
            TransferCommand::Retr => "RETR",
            TransferCommand::List => "LIST",
            TransferCommand::Nlst => "NLST",
            TransferCommand::Mlsd => "MLSD",
        }
    }

    fn flow(self) -> Flow {
        match self {
            TransferCommand::Stor | TransferCommand::Appe => Flow::Up,
            TransferCommand::Retr
            | TransferCommand::List
            | TransferCommand::Nlst
            | TransferCommand::Mlsd => Flow::Down,
        }
    }
}

/// Returns how a part of a file is transferred: in binary. Positions count the bytes that the server stores; TYPE A may
/// change their number, so that pieces would not fit, and most servers refuse REST there.
fn by_position(mut transfer: FtpTransfer, is_part: bool) -> FtpTransfer {
    transfer.ascii &= !is_part;
    transfer
}

impl TransferJob {
    pub(in crate::ftp) fn store(store: FtpStore) -> Self {
        TransferJob {
            verb: TransferCommand::Stor,
            path: store.path,
            offset: store.offset,
            limit: None,
            transfer: by_position(store.transfer, store.offset > 0),
            connected: false,
            phase: TransferPhase::Type,
        }
    }

    pub(in crate::ftp) fn retrieve(retrieve: Retrieve) -> Self {
        let (verb, offset) = match retrieve.what {
            RetrieveKind::File => (TransferCommand::Retr, retrieve.offset),
            RetrieveKind::List => (TransferCommand::List, 0),
            RetrieveKind::Nlst => (TransferCommand::Nlst, 0),
            RetrieveKind::Mlsd => (TransferCommand::Mlsd, 0),
        };
        TransferJob {
            verb,
            path: retrieve.path,
            offset,
            limit: retrieve.limit,
            transfer: by_position(retrieve.transfer, offset > 0 || retrieve.limit.is_some()),
            connected: false,
            phase: TransferPhase::Type,
        }
    }

    pub(super) fn now(mut self, phase: TransferPhase) -> FtpTransferStep {
        self.phase = phase;
        FtpStep::Next(OrSettling::GoesOn(self))
    }

    pub(in crate::ftp) fn deadline(&self) -> Option<Duration> {
        match &self.phase {
            TransferPhase::Connecting(spare) => spare.map(|(at, _)| at),
            TransferPhase::Running(running) => running.deadline(),
            _ => None,
        }
    }

    pub(in crate::ftp) fn running(&self) -> Option<&RunningTransfer> {
        match &self.phase {
            TransferPhase::Running(running) => Some(running),
            _ => None,
        }
    }

    pub(in crate::ftp) fn running_mut(&mut self) -> Option<&mut RunningTransfer> {
        match &mut self.phase {
            TransferPhase::Running(running) => Some(running),
            _ => None,
        }
    }

    pub(super) fn run(self, server: &mut ServerState, out: &mut FtpOutbox) -> FtpTransferStep {
        server.restart = false;
        out.command(self.verb.name(), &self.path);
        let running = RunningTransfer::new(self.verb.flow(), self.limit, self.connected);
        self.now(TransferPhase::Running(running))
    }

    /// Drops the data connection, if there is one.
    pub(in crate::ftp) fn close(&self, out: &mut FtpOutbox) {
        match &self.phase {
            TransferPhase::Type | TransferPhase::Tail(_) | TransferPhase::Asked(..) => {}
            TransferPhase::Connecting(_)
            | TransferPhase::Listening
            | TransferPhase::Announced(..)
            | TransferPhase::Restart => {
                out.emit(FtpEvent::CloseData);
            }
            TransferPhase::Running(running) => running.close(out),
        }
    }
}
