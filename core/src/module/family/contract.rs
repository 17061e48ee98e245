//! The procedures that differ between families of modules.

use alloc::vec::Vec;
use core::fmt;
use core::net::IpAddr;
use core::time::Duration;

use crate::at::Form;
use crate::dialect::{Command, CommandKind};
use crate::ftp::{FtpFailure, FtpOutcome};
use crate::module::certificates::Certificates;
use crate::module::context::ModuleContext;
use crate::module::ftp::failure::FtpTrouble;
use crate::module::ftp::job::ReportedCommand;
use crate::module::ftp::service::{FtpReport, FtpService};
use crate::module::internet::answer::{EchoReport, InternetError};
use crate::module::network::{ContextResponse, Network};
use crate::module::quirks::Quirk;
use crate::module::response::CommandResponse;

/// Lends an FTP command the parts that a session stands on.
#[derive(Debug)]
pub(in crate::module) struct FtpResources<'a> {
    pub(in crate::module) network: &'a mut Network,
    pub(in crate::module) certificates: &'a Certificates,
}

/// Executes the commands of a family of modules and reports their results.
pub(in crate::module) trait ModuleFamily: fmt::Debug + Sync {
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

    /// Returns the context over which the internet is asked: the given one, or the one of the family. `None`: it is not
    /// active.
    fn carrying_context(&self, network: &mut Network, number: Option<u64>) -> Option<u64>;

    /// Returns the unsolicited result code for the answer of a time server, as `2026/11/21,10:43:00+00`.
    fn time_report(&self, command: &str, time: Result<&str, InternetError>) -> Vec<u8>;

    /// Returns the unsolicited result codes for the addresses of a name.
    fn address_report(&self, addresses: Result<&[IpAddr], InternetError>) -> Vec<Vec<u8>>;

    /// Returns the unsolicited result code for an echo.
    fn echo_report(&self, report: EchoReport) -> Vec<u8>;

    /// Executes an FTP command.
    fn execute_ftp(
        &self,
        ftp: &mut FtpService,
        cx: &mut ModuleContext,
        resources: &mut FtpResources<'_>,
        command: &'static Command,
        form: &Form<'_>,
    ) -> CommandResponse;

    /// Answers an FTP command that is not executed, because the service is busy.
    fn answer_busy(
        &self,
        ftp: &mut FtpService,
        cx: &mut ModuleContext,
        command: &'static Command,
    ) -> CommandResponse;

    /// Queues what an FTP command reports at its end.
    fn report(
        &self,
        ftp: &mut FtpService,
        cx: &mut ModuleContext,
        command: ReportedCommand,
        report: FtpReport,
    );

    /// Takes the end of an operation of a command. Returns it, or `None` where the command goes on with another operation.
    fn follow(
        &self,
        ftp: &mut FtpService,
        cx: &mut ModuleContext,
        kind: CommandKind,
        result: Result<FtpOutcome, FtpFailure>,
    ) -> Option<Result<FtpOutcome, FtpFailure>>;

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

    /// Counts bytes of a download that went to the line; returns the pause behind them, if one is due.
    fn data_pause(&self, ftp: &mut FtpService, count: usize) -> Option<Duration>;

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
