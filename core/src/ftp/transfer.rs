//! A transfer up to its command: TYPE where it changes, the data connection (`dial`), REST (`restart`), then RETR, STOR
//! or a listing; after it the transfer is [`RunningTransfer`].

mod dial;
mod job;
mod restart;

use core::time::Duration;

use super::event::FtpEvent;
use super::outbox::FtpOutbox;
use super::outcome::FtpFailure;
use super::reply::Reply;
use super::running::RunningTransfer;
use super::server::ServerState;
use super::settle::{OrSettling, PendingEnd, Settling};
use super::step::FtpStep;
use super::value;

pub(super) use job::{FtpTransferStep, TransferJob};
use job::{TransferCommand, TransferPhase};
use restart::refuses_position;

impl TransferJob {
    pub(super) fn begin(self, server: &mut ServerState, out: &mut FtpOutbox) -> FtpTransferStep {
        if server.ascii == Some(self.transfer.ascii) {
            return self.open_data(server, out);
        }
        server.ascii = None;
        out.command("TYPE", if self.transfer.ascii { b"A" } else { b"I" });
        self.now(TransferPhase::Type)
    }

    pub(super) fn handle_reply(
        self,
        now: Duration,
        reply: &Reply,
        server: &mut ServerState,
        out: &mut FtpOutbox,
    ) -> FtpTransferStep {
        let early = !matches!(self.phase, TransferPhase::Running(_));
        if reply.class() == 1 && early || server.is_late(reply) {
            return FtpStep::Next(OrSettling::GoesOn(self));
        }
        let mut job = self;
        match core::mem::replace(&mut job.phase, TransferPhase::Type) {
            TransferPhase::Type if reply.class() == 2 => {
                server.ascii = Some(job.transfer.ascii);
                job.open_data(server, out)
            }
            TransferPhase::Type => FtpStep::Done(Err(FtpFailure::refused(reply))),
            TransferPhase::Tail(failure) => job.judge_tail(failure, reply, server, out),
            TransferPhase::Asked(command, first) => {
                job.handle_passive(now, command, first, reply, server, out)
            }
            TransferPhase::Announced(command, at, first) => {
                job.handle_announced(command, at, first, reply, server, out)
            }
            TransferPhase::Restart => job.handle_restart(reply, server, out),
            TransferPhase::Running(running) => job.handle_running(now, running, reply, server, out),
            // Nothing is owed in these.
            phase @ (TransferPhase::Connecting(_) | TransferPhase::Listening) => job.now(phase),
        }
    }

    fn go_on(
        mut self,
        now: Duration,
        running: RunningTransfer,
        server: &mut ServerState,
        out: &mut FtpOutbox,
    ) -> FtpTransferStep {
        running.settle(now, server, out).map(|next| {
            next.map(|running| {
                self.phase = TransferPhase::Running(running);
                self
            })
        })
    }

    fn judge_tail(
        mut self,
        failure: FtpFailure,
        reply: &Reply,
        server: &ServerState,
        out: &mut FtpOutbox,
    ) -> FtpTransferStep {
        let size = (reply.class() == 2).then(|| value::parse_size(&reply.text()));
        if size.flatten() != Some(self.offset) {
            return FtpStep::Done(Err(failure));
        }
        self.verb = TransferCommand::Appe;
        self.open_data(server, out)
    }

    fn handle_running(
        self,
        now: Duration,
        mut running: RunningTransfer,
        reply: &Reply,
        server: &mut ServerState,
        out: &mut FtpOutbox,
    ) -> FtpTransferStep {
        if !running.is_answered() {
            server.unsettled = false;
        }
        if reply.class() <= 2 {
            running.handle_reply(reply, out);
            return self.go_on(now, running, server, out);
        }
        running.close(out);
        // Some servers say 226 behind it.
        server.unsettled |= reply.code == 426;
        let failure = FtpFailure::refused(reply);
        let resumed =
            self.verb == TransferCommand::Stor && self.offset > 0 && !running.is_answered();
        if resumed && refuses_position(reply) {
            return self.ask_tail(failure, out);
        }
        FtpStep::Done(Err(failure))
    }

    pub(super) fn handle_data_connected(
        mut self,
        now: Duration,
        server: &mut ServerState,
        out: &mut FtpOutbox,
    ) -> FtpTransferStep {
        if server.secure {
            return self.secure_data(server, out);
        }
        match core::mem::replace(&mut self.phase, TransferPhase::Type) {
            TransferPhase::Connecting(_) => {
                self.connected = true;
                self.restart_or_run(server, out)
            }
            // pyftpdlib connects before it answers PORT.
            phase @ (TransferPhase::Announced(..) | TransferPhase::Restart) => {
                self.connected = true;
                self.now(phase)
            }
            TransferPhase::Running(mut running) => {
                running.handle_connected(out);
                self.go_on(now, running, server, out)
            }
            phase => self.now(phase),
        }
    }

    /// Secures the data connection beside the command: some servers begin the handshake after 150, some before.
    fn secure_data(mut self, server: &mut ServerState, out: &mut FtpOutbox) -> FtpTransferStep {
        out.emit(FtpEvent::SecureData);
        match core::mem::replace(&mut self.phase, TransferPhase::Type) {
            TransferPhase::Connecting(_) => self.restart_or_run(server, out),
            phase => self.now(phase),
        }
    }

    pub(super) fn handle_data_secured(
        mut self,
        now: Duration,
        server: &mut ServerState,
        out: &mut FtpOutbox,
    ) -> FtpTransferStep {
        match core::mem::replace(&mut self.phase, TransferPhase::Type) {
            phase @ (TransferPhase::Announced(..) | TransferPhase::Restart) => {
                self.connected = true;
                self.now(phase)
            }
            TransferPhase::Running(mut running) => {
                running.handle_connected(out);
                self.go_on(now, running, server, out)
            }
            phase => self.now(phase),
        }
    }

    /// Handles a data connection that could not be opened or secured.
    pub(super) fn handle_data_connect_failed(
        mut self,
        now: Duration,
        failure: FtpFailure,
        server: &mut ServerState,
        out: &mut FtpOutbox,
    ) -> FtpTransferStep {
        match core::mem::replace(&mut self.phase, TransferPhase::Type) {
            TransferPhase::Connecting(Some((_, spare))) => {
                out.emit(FtpEvent::ConnectData(spare));
                self.now(TransferPhase::Connecting(None))
            }
            TransferPhase::Connecting(None) | TransferPhase::Listening => {
                FtpStep::Done(Err(failure))
            }
            phase @ (TransferPhase::Announced(..) | TransferPhase::Restart) => {
                self.phase = phase;
                self.give_up(now, failure, server, out)
            }
            TransferPhase::Running(running) => {
                running.close(out);
                server.unsettled = true;
                let settling = Settling::after_transfer(now, PendingEnd::Failed(failure));
                FtpStep::Next(OrSettling::Settling(settling))
            }
            phase => self.now(phase),
        }
    }

    /// Continues after the end of a transfer's data, or of a part, has changed `running`.
    pub(super) fn with_running(
        mut self,
        now: Duration,
        server: &mut ServerState,
        out: &mut FtpOutbox,
        change: impl FnOnce(&mut RunningTransfer),
    ) -> FtpTransferStep {
        match core::mem::replace(&mut self.phase, TransferPhase::Type) {
            TransferPhase::Running(mut running) => {
                change(&mut running);
                self.go_on(now, running, server, out)
            }
            phase => self.now(phase),
        }
    }

    pub(super) fn handle_timeout(
        mut self,
        now: Duration,
        server: &mut ServerState,
        out: &mut FtpOutbox,
    ) -> FtpTransferStep {
        match core::mem::replace(&mut self.phase, TransferPhase::Type) {
            TransferPhase::Connecting(Some((_, spare))) => {
                out.emit(FtpEvent::ConnectData(spare));
                self.now(TransferPhase::Connecting(None))
            }
            TransferPhase::Running(running) => match running.handle_timeout(out) {
                Ok(outcome) => {
                    server.unsettled = true;
                    FtpStep::Done(Ok(outcome))
                }
                Err(running) => self.go_on(now, running, server, out),
            },
            phase => self.now(phase),
        }
    }

    pub(super) fn give_up(
        self,
        now: Duration,
        failure: FtpFailure,
        server: &mut ServerState,
        out: &mut FtpOutbox,
    ) -> FtpTransferStep {
        match self.phase {
            TransferPhase::Connecting(_) | TransferPhase::Listening => {
                out.emit(FtpEvent::CloseData);
                FtpStep::Done(Err(failure))
            }
            TransferPhase::Running(running) => {
                running.stop(now, PendingEnd::Failed(failure), server, out)
            }
            TransferPhase::Type | TransferPhase::Tail(_) | TransferPhase::Asked(..) => {
                owed(now, failure)
            }
            TransferPhase::Announced(..) => {
                out.emit(FtpEvent::CloseData);
                owed(now, failure)
            }
            TransferPhase::Restart => {
                server.restart = true;
                out.emit(FtpEvent::CloseData);
                owed(now, failure)
            }
        }
    }
}

fn owed(now: Duration, failure: FtpFailure) -> FtpTransferStep {
    let settling = Settling::owed(now, PendingEnd::Failed(failure));
    FtpStep::Next(OrSettling::Settling(settling))
}
