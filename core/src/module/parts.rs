//! The parts of the module, and which of them a command, a payload, a reply or a timer is for.

use alloc::string::String;
use alloc::vec::Vec;

use super::accepted::AcceptedCommands;
use super::certificates::Certificates;
use super::clock;
use super::context::ModuleContext;
use super::data_mode::pluses;
use super::event::DriverReply;
use super::family;
use super::files::FileService;
use super::ftp::FtpService;
use super::general::General;
use super::internet::Internet;
use super::line::{DtrAction, LineSettings};
use super::network::{CONTEXTS, Network};
use super::remembered::Remembered;
use super::response::{CommandError, CommandResponse};
use super::settings;
use super::state::ModuleState;
use super::timers::Timer;
use crate::at::{AtCommand, Form};
use crate::dialect::{Command, CommandKind, Dialect};
use crate::framing::escape::Silence;

/// Holds the parts of a module. They know nothing of each other; what one means for another passes through here.
#[derive(Debug)]
pub(super) struct ModuleParts {
    pub(super) line: LineSettings,
    pub(super) general: General,
    pub(super) network: Network,
    pub(super) ftp: FtpService,
    pub(super) files: FileService,
    certificates: Certificates,
    remembered: Remembered,
    internet: Internet,
    pub(super) accepted: AcceptedCommands,
}

impl ModuleParts {
    /// Returns the parts of a module that was just switched on.
    pub(super) fn new(dialect: &'static Dialect) -> Self {
        ModuleParts {
            line: LineSettings::new(dialect),
            general: General::new(),
            network: Network::default(),
            ftp: FtpService::new(dialect),
            files: FileService::default(),
            certificates: Certificates::default(),
            remembered: Remembered::default(),
            internet: Internet::default(),
            accepted: AcceptedCommands::default(),
        }
    }

    /// Forgets everything but what outlives a loss of power.
    pub(super) fn restart(&mut self, dialect: &'static Dialect) {
        let before = core::mem::replace(self, ModuleParts::new(dialect));
        self.line = before.line.restarted(dialect);
        self.network.radio = before.network.radio.restarted();
        self.remembered = before.remembered.restarted();
        self.accepted = before.accepted.restarted();
    }

    /// Executes one command of a line.
    pub(super) fn execute(
        &mut self,
        cx: &mut ModuleContext,
        command: &AtCommand<'_>,
    ) -> CommandResponse {
        match command {
            AtCommand::Basic {
                name: [b'I', 0],
                number: None | Some(0),
            } => General::identify(cx),
            AtCommand::Basic {
                name: [b'O', 0],
                number: None | Some(0),
            } => self.ftp.resume(cx),
            AtCommand::Basic { name, number } => self.execute_basic(cx, *name, *number),
            AtCommand::Register { number, set } => self.line.execute_register(cx, *number, *set),
            AtCommand::Extended { name, form } => match cx.dialect.command_named(name) {
                None => self.accepted.execute(cx, name, form),
                Some(command) => self.execute_extended(cx, command, form),
            },
        }
    }

    /// Executes a command of the line; `AT&W` and the like are for the reports of the registration too (COMMON 6.1).
    fn execute_basic(
        &mut self,
        cx: &mut ModuleContext,
        name: [u8; 2],
        number: Option<u32>,
    ) -> CommandResponse {
        let response = self.line.execute_basic(cx, name, number);
        let radio = &mut self.network.radio;
        match &name {
            _ if response != CommandResponse::Ok => {}
            b"&W" => radio.store(),
            b"Z\0" => radio.restore_stored(),
            b"&F" => radio.restore_factory(),
            _ => {}
        }
        response
    }

    fn execute_extended(
        &mut self,
        cx: &mut ModuleContext,
        command: &'static Command,
        form: &Form<'_>,
    ) -> CommandResponse {
        let known = match form {
            Form::Test => return test(cx, command),
            Form::Read => command.read,
            Form::Execute => command.execute,
            Form::Write(_) => command.write.is_some(),
        };
        if known {
            self.dispatch(cx, command, form)
        } else {
            CommandResponse::bad_parameter(command)
        }
    }

    /// Hands a command to the part that executes it.
    fn dispatch(
        &mut self,
        cx: &mut ModuleContext,
        command: &'static Command,
        form: &Form<'_>,
    ) -> CommandResponse {
        match command.kind {
            CommandKind::SslConfigure | CommandKind::SslError | CommandKind::VendorSetting => {
                self.execute_ftp(cx, command, form)
            }
            kind if kind.is_ftp() => self.execute_ftp(cx, command, form),
            kind if kind.is_file() => self.files.execute(cx, command, form),
            CommandKind::ContextConfigure
            | CommandKind::ContextActivate
            | CommandKind::ContextDeactivate
            | CommandKind::ContextForeground
            | CommandKind::ContextRegister
            | CommandKind::ContextStatus
            | CommandKind::Call
            | CommandKind::SocketError
            | CommandKind::Functionality
            | CommandKind::PowerDown
            | CommandKind::SimState
            | CommandKind::PacketContext
            | CommandKind::PacketActivate
            | CommandKind::PacketAddress
            | CommandKind::LocalAddress
            | CommandKind::Attach
            | CommandKind::Registration
            | CommandKind::Operator
            | CommandKind::Signal => self.execute_network(cx, command, form),
            CommandKind::SslFile | CommandKind::SslVersion | CommandKind::SslMode => {
                self.certificates.execute(cx, command, form)
            }
            CommandKind::ErrorFormat => self.line.execute(cx, command, form),
            CommandKind::Clock | CommandKind::NetworkTime => {
                clock::commands::execute(cx, command, form)
            }
            CommandKind::TimeServer | CommandKind::NameLookup | CommandKind::Ping => {
                let network = &mut self.network;
                self.internet.execute(cx, network, command, form)
            }
            CommandKind::Remembered => {
                let registered = self.network.is_there();
                self.remembered.execute(cx, command, form, registered)
            }
            CommandKind::CardId | CommandKind::QuotedCardId | CommandKind::SubscriberId => {
                self.ask_card(cx, command, form)
            }
            _ => self.general.execute(cx, command, form),
        }
    }

    fn execute_ftp(
        &mut self,
        cx: &mut ModuleContext,
        command: &'static Command,
        form: &Form<'_>,
    ) -> CommandResponse {
        let asks_server = !matches!(
            command.kind,
            CommandKind::FtpConfigure
                | CommandKind::FtpState
                | CommandKind::FtpLength
                | CommandKind::SslConfigure
                | CommandKind::SslError
        );
        if asks_server && cx.dialect.ftp_needs_sim && !self.network.radio.is_sim_ready() {
            return CommandError::Plain.into();
        }
        let (network, certificates) = (&mut self.network, &self.certificates);
        self.ftp.execute(cx, network, certificates, command, form)
    }

    /// Executes a command of the network, and drops the session over each context that goes.
    fn execute_network(
        &mut self,
        cx: &mut ModuleContext,
        command: &'static Command,
        form: &Form<'_>,
    ) -> CommandResponse {
        let active: Vec<u64> = self.network.active_numbers().collect();
        let executed = self.network.execute(cx, command, form);
        let gone = active.into_iter();
        let gone = gone.filter(|number| !self.network.is_active(*number));
        let gone = gone.filter(|number| executed.dropped != Some(*number));
        for context in gone.chain(executed.dropped) {
            self.ftp.on_context_lost(cx, context);
        }
        if let Some(urc) = executed.urc {
            cx.urc(urc);
        }
        self.follow_network(cx);
        let given_up = matches!(
            command.kind,
            CommandKind::Functionality | CommandKind::Attach | CommandKind::Operator
        );
        if given_up && matches!(form, Form::Write(_)) {
            self.network.forget_taken();
        }
        executed.response
    }

    /// Reads a number of the SIM card, if there is one that can be read (3GPP 27.007 §5.6). A locked card still tells its
    /// own number.
    fn ask_card(
        &mut self,
        cx: &mut ModuleContext,
        command: &'static Command,
        form: &Form<'_>,
    ) -> CommandResponse {
        let radio = &self.network.radio;
        let error = match command.kind {
            CommandKind::CardId | CommandKind::QuotedCardId if radio.is_card_there() => None,
            _ => radio.sim_error(),
        };
        match error {
            Some(error) => error.into(),
            None => self.general.execute(cx, command, form),
        }
    }

    /// Takes a state that the user sets.
    pub(super) fn set_state(&mut self, cx: &mut ModuleContext, state: ModuleState) {
        self.network.radio.set_state(cx, state);
        self.follow_network(cx);
    }

    /// Tells what has changed of the registration; without one, contexts and sessions are lost.
    pub(super) fn follow_network(&mut self, cx: &mut ModuleContext) {
        self.network.radio.update(cx);
        if !self.network.is_there() {
            for context in 1..=CONTEXTS {
                self.on_context_lost(cx, context);
            }
        }
    }

    /// Returns how many bytes of a payload of the host are still to come, if that is known.
    pub(super) fn room(&self) -> Option<u64> {
        if self.certificates.is_active() {
            self.certificates.room()
        } else if self.files.is_active() {
            self.files.room()
        } else {
            self.ftp.room()
        }
    }

    /// Hands payload of the host to the part whose it is.
    pub(super) fn handle_payload(&mut self, cx: &mut ModuleContext, data: Vec<u8>) {
        if data.is_empty() {
            return;
        }
        if self.certificates.is_active() {
            self.certificates.handle_data(cx, &data);
        } else if self.files.is_active() {
            self.files.handle_data(cx, data);
        } else {
            self.ftp.handle_data(cx, data);
        }
    }

    /// Leaves data mode: by `+++`, or by DTR with `AT&D1`.
    pub(super) fn escape(&mut self, cx: &mut ModuleContext) {
        if self.files.is_active() {
            self.files.escape(cx);
        } else {
            self.ftp.escape(cx);
        }
    }

    /// Ends data mode: by DTR with `AT&D2`.
    fn hang_up(&mut self, cx: &mut ModuleContext) {
        if self.certificates.is_active() {
            self.certificates.abort(cx);
        } else if self.files.is_active() {
            self.files.escape(cx);
        } else {
            self.ftp.hang_up(cx);
        }
    }

    /// Acts on the state of DTR (COMMON 6.2).
    pub(super) fn set_dtr(&mut self, cx: &mut ModuleContext, asserted: bool) {
        let Some(action) = self.line.set_dtr(asserted) else {
            return;
        };
        // Discard a partial line: the next host begins with a new one.
        cx.input.clear_typed();
        let has_escape = cx.input.mode.has_escape();
        match action {
            _ if cx.input.mode.is_command() => {}
            DtrAction::Escape if has_escape => self.escape(cx),
            DtrAction::Escape | DtrAction::HangUp => self.hang_up(cx),
            DtrAction::Ignore => {}
        }
        if action == DtrAction::HangUp {
            self.ftp.on_dtr_dropped(cx);
        }
    }

    /// Aborts what runs: the FTP command under way, or the file on the line.
    pub(super) fn abort(&mut self, cx: &mut ModuleContext) {
        if self.certificates.is_active() {
            self.certificates.abort(cx);
        } else if !self.files.is_active() {
            self.ftp.abort(cx);
        } else if !cx.input.mode.is_command() {
            self.files.escape(cx);
        }
    }

    /// Acts on a reply of the driver.
    pub(super) fn handle_reply(&mut self, cx: &mut ModuleContext, reply: DriverReply<'_>) {
        match reply {
            DriverReply::Ready => self.on_ready(cx),
            DriverReply::Data(bytes) => self.ftp.on_data(cx, bytes),
            DriverReply::Progress(bytes) => self.ftp.on_progress(cx, bytes),
            DriverReply::Done(result) => self.ftp.on_done(cx, result),
            DriverReply::PipeFailed(error) => self.ftp.on_pipe_failed(cx, error),
            DriverReply::SessionLost(failure) => self.ftp.on_session_lost(cx, &failure),
            DriverReply::File(result) => self.files.on_answer(cx, result),
            DriverReply::Line(text) => {
                family::of(cx.dialect.family).handle_transcript(&mut self.ftp, cx, text);
            }
            DriverReply::Time(time) => self.internet.on_time(cx, time),
            DriverReply::Addresses(addresses) => self.internet.on_addresses(cx, addresses),
            DriverReply::Echo(from) => self.internet.on_echo(cx, from),
            DriverReply::ContextLost(context) => self.on_context_lost(cx, context),
        }
    }

    /// Enters data mode. Where the host has hung up, or sends nothing, the payload ends at once.
    fn on_ready(&mut self, cx: &mut ModuleContext) {
        self.ftp.on_ready(cx);
        if self.line.is_hung_up() {
            self.ftp.hang_up(cx);
        }
        self.ftp.end_counted_upload(cx);
    }

    fn on_context_lost(&mut self, cx: &mut ModuleContext, context: u8) {
        if self.network.lose_context(cx, context) {
            self.ftp.on_context_lost(cx, context.into());
        }
    }

    /// Acts on a timer that has expired.
    pub(super) fn on_timeout(&mut self, cx: &mut ModuleContext, timer: Timer) {
        match timer {
            Timer::Escape => self.on_escape_timeout(cx),
            Timer::FtpCommand | Timer::DataFlow | Timer::DownloadBuffer => {
                self.ftp.on_timeout(cx, timer);
            }
            Timer::FileUpload => self.files.on_timeout(cx, timer),
            Timer::Certificate => self.certificates.on_timeout(cx, timer),
            Timer::TimeServer | Timer::NameLookup | Timer::Echo => {
                self.internet.on_timeout(cx, timer);
            }
            Timer::BootLine => self.network.radio.say_boot_lines(cx),
            Timer::Registration => self.network.radio.on_registration(cx),
            // The module itself goes on with it.
            Timer::Power => {}
        }
    }

    /// Decides about pluses that were kept back.
    fn on_escape_timeout(&mut self, cx: &mut ModuleContext) {
        let silence = cx.input.mode.expire(cx.now);
        cx.timers.put(Timer::Escape, cx.input.mode.deadline());
        match silence {
            Silence::Escaped => self.escape(cx),
            Silence::Undecided => {}
            Silence::Pluses(count) => self.handle_payload(cx, pluses(count)),
        }
    }
}

/// Answers `=?`.
fn test(cx: &mut ModuleContext, command: &Command) -> CommandResponse {
    let Some(lines) = command.test_lines() else {
        return CommandError::Plain.into();
    };
    let more = settings::test_lines_by_quirk(command, cx.quirks);
    let lines = lines.iter().map(|line| line.as_bytes());
    cx.output
        .information_lines(lines.chain(more.iter().map(String::as_bytes)));
    CommandResponse::Ok
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::at::Token;
    use crate::dialect::ec2x::EC2X;
    use crate::module::event::ModuleEvent;
    use crate::module::quirks::Quirks;
    use crate::module::state::NetworkState;

    fn run(parts: &mut ModuleParts, cx: &mut ModuleContext, name: &[u8], digits: &[u8]) {
        let form = match digits {
            b"" => Form::Execute,
            digits => Form::Write(alloc::vec![Token::Bare(digits)]),
        };
        let command = AtCommand::Extended { name, form };
        assert_eq!(parts.execute(cx, &command), CommandResponse::Ok);
    }

    #[test]
    fn every_command_of_every_dialect_has_a_part_that_answers_it() {
        for dialect in crate::dialect::ALL {
            for command in dialect.all_commands().filter(|command| command.read) {
                let mut cx = ModuleContext::new(dialect, Quirks::MANUAL);
                let mut parts = ModuleParts::new(dialect);
                let command = AtCommand::Extended {
                    name: command.name.as_bytes(),
                    form: Form::Read,
                };
                let response = parts.execute(&mut cx, &command);
                // The store answers the read form of QFOPEN.
                let answered = matches!(response, CommandResponse::Ok | CommandResponse::Pending);
                assert!(answered, "{} {command:?}", dialect.name);
            }
        }
    }

    #[test]
    fn a_context_that_goes_takes_its_session_along() {
        let mut cx = ModuleContext::new(&EC2X, Quirks::MANUAL);
        let mut parts = ModuleParts::new(&EC2X);
        run(&mut parts, &mut cx, b"+QIACT", b"1");
        let open = AtCommand::Extended {
            name: b"+QFTPOPEN",
            form: Form::Write(alloc::vec![Token::Quoted(b"h")]),
        };
        assert_eq!(parts.execute(&mut cx, &open), CommandResponse::Ok);
        cx.events.clear();
        run(&mut parts, &mut cx, b"+QIDEACT", b"1");
        assert_eq!(cx.events.pop_front(), Some(ModuleEvent::DropSession));
    }

    #[test]
    fn a_restart_keeps_the_network_and_the_clock_and_forgets_contexts() {
        let mut cx = ModuleContext::new(&EC2X, Quirks::MANUAL);
        let mut parts = ModuleParts::new(&EC2X);
        run(&mut parts, &mut cx, b"+QIACT", b"1");
        parts.set_state(&mut cx, ModuleState::Network(NetworkState::Searching));
        parts.restart(&EC2X);
        assert!(!parts.network.is_active(1) && !parts.network.is_there());
    }
}
