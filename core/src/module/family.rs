//! Procedures that differ between families of modules: one trait, one file a family.
//!
//! Facts that differ are fields of [`Dialect`](crate::dialect::Dialect). What a family does differently is a method of
//! [`ModuleFamily`]; every method is required, so that the compiler names what a new family lacks.

mod fibocom;
#[cfg(test)]
pub(super) mod fixture;
#[cfg(test)]
mod fourth;
mod gsm;
mod lte;

use alloc::vec::Vec;
use core::fmt;

pub(super) use fibocom::FibocomState;
pub(super) use gsm::GsmState;

use super::certificates::Certificates;
use super::context::ModuleContext;
use super::ftp::{FtpReport, FtpService, FtpTrouble};
use super::network::{ContextResponse, Network};
use super::output::LineOutput;
use super::quirks::Quirk;
use super::response::CommandResponse;
use crate::at::Form;
use crate::dialect::{Command, CommandKind, Family};
use crate::ftp::FtpOutcome;

/// Lends an FTP command the parts that a session stands on.
#[derive(Debug)]
pub(super) struct FtpResources<'a> {
    pub(super) network: &'a mut Network,
    pub(super) certificates: &'a Certificates,
}

/// Executes the commands of a family of modules and reports their results.
pub(super) trait ModuleFamily: fmt::Debug + Sync {
    /// Lists the quirks that firmware of the family can have.
    fn quirks(&self) -> &'static [Quirk];

    /// Executes a command for PDP contexts.
    fn execute_context(
        &self,
        network: &mut Network,
        cx: &mut ModuleContext,
        command: &'static Command,
        form: &Form<'_>,
    ) -> ContextResponse;

    /// Returns the unsolicited result code for a context that the network took away.
    fn context_lost_urc(&self, number: u8) -> Vec<u8>;

    /// Executes an FTP command.
    fn execute_ftp(
        &self,
        ftp: &mut FtpService,
        cx: &mut ModuleContext,
        resources: &mut FtpResources<'_>,
        command: &'static Command,
        form: &Form<'_>,
    ) -> CommandResponse;

    /// Queues what an FTP command reports at its end.
    fn report(
        &self,
        ftp: &mut FtpService,
        cx: &mut ModuleContext,
        command: ReportedCommand,
        report: FtpReport,
    );

    /// Records a success; returns what its report says beside the name.
    fn success_text(
        &self,
        ftp: &mut FtpService,
        cx: &ModuleContext,
        kind: CommandKind,
        outcome: FtpOutcome,
    ) -> Vec<u8>;

    /// Announces a payload over the line and enters the mode that carries it.
    fn announce_payload(&self, ftp: &FtpService, cx: &mut ModuleContext);

    /// Writes payload of a download to the line, framed as the family frames it.
    fn write_payload(&self, kind: CommandKind, payload: &[u8], output: &mut LineOutput);

    /// Writes what marks the end of a download, if anything does.
    fn write_payload_end(&self, kind: CommandKind, output: &mut LineOutput);

    /// Tells whether payload may come that does not go to the line.
    fn takes_buffered_data(&self, ftp: &FtpService) -> bool;

    /// Takes payload that does not go to the line.
    fn handle_buffered_data(&self, ftp: &mut FtpService, cx: &mut ModuleContext, payload: &[u8]);

    /// Acts on a buffer that the host has not read in time.
    fn on_buffer_timeout(&self, ftp: &mut FtpService, cx: &mut ModuleContext);

    /// Takes a line of the control connection.
    fn handle_transcript(&self, ftp: &mut FtpService, cx: &mut ModuleContext, line: &[u8]);

    /// Resets what lasts for one command.
    fn command_ended(&self, ftp: &mut FtpService, kind: CommandKind);

    /// Discards what ends with the session.
    fn session_ended(&self, ftp: &mut FtpService, cx: &mut ModuleContext);

    /// Returns the unsolicited result code for a session that ended while no command was under way, if there is one.
    fn session_lost_urc(&self, trouble: FtpTrouble) -> Option<Vec<u8>>;
}

/// Names a command in its report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ReportedCommand {
    pub(super) kind: CommandKind,
    pub(super) name: &'static str,
}

impl From<&Command> for ReportedCommand {
    fn from(command: &Command) -> Self {
        ReportedCommand {
            kind: command.kind,
            name: command.name,
        }
    }
}

/// Returns the procedures of a family.
pub(super) fn of(family: Family) -> &'static dyn ModuleFamily {
    match family {
        Family::Lte => &lte::LteModule,
        Family::Gsm => &gsm::GsmModule,
        Family::Fibocom => &fibocom::FibocomModule,
        #[cfg(test)]
        Family::Test => &fourth::FourthModule,
    }
}
