//! REST, and APPE in its place.
//!
//! REST comes last before the command (RFC 959 §4.1.3). Refused, it never leads to RETR, which would bring the whole
//! file. Where a server refuses it for STOR, APPE does the same if the remote file ends at the offset: SIZE tells. REST
//! is never sent with APPE: ProFTPD overwrites then.

use super::job::{FtpTransferStep, TransferCommand, TransferJob, TransferPhase};
use crate::ftp::event::FtpEvent;
use crate::ftp::outbox::FtpOutbox;
use crate::ftp::outcome::{FailureKind, FtpFailure};
use crate::ftp::reply::Reply;
use crate::ftp::server::ServerState;
use crate::ftp::step::FtpStep;

impl TransferJob {
    pub(super) fn restart_or_run(
        self,
        server: &mut ServerState,
        out: &mut FtpOutbox,
    ) -> FtpTransferStep {
        let offset = match self.verb {
            TransferCommand::Stor | TransferCommand::Retr => self.offset,
            TransferCommand::Appe
            | TransferCommand::List
            | TransferCommand::Nlst
            | TransferCommand::Mlsd => 0,
        };
        if offset == 0 && !server.restart {
            return self.run(server, out);
        }
        out.command("REST", alloc::format!("{offset}").as_bytes());
        self.now(TransferPhase::Restart)
    }

    pub(super) fn handle_restart(
        self,
        reply: &Reply,
        server: &mut ServerState,
        out: &mut FtpOutbox,
    ) -> FtpTransferStep {
        if reply.class() == 3 && reply.code != 332 {
            return self.run(server, out);
        }
        out.emit(FtpEvent::CloseData);
        let failure = FtpFailure::by(FailureKind::Position, reply);
        if self.verb == TransferCommand::Stor && !server.restart {
            return self.ask_tail(failure, out);
        }
        FtpStep::Done(Err(failure))
    }

    pub(super) fn ask_tail(mut self, failure: FtpFailure, out: &mut FtpOutbox) -> FtpTransferStep {
        self.connected = false;
        out.command("SIZE", &self.path);
        self.now(TransferPhase::Tail(failure))
    }
}

/// Recognizes a refusal of STOR that may mean the REST before (ProFTPD without `AllowStoreRestart` says 451).
pub(super) fn refuses_position(reply: &Reply) -> bool {
    matches!(reply.code, 451 | 500..=504 | 550 | 551 | 554 | 555)
}
