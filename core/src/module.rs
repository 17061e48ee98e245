//! The module end: takes AT commands on a line and asks its driver to carry them out, sans-IO.
//!
//! A [`Module`] is a plain value. What the host types goes in by [`Module::handle_input`]; what goes to the host comes
//! out of [`Module::poll_transmit`]. It opens no socket and no file: what is to be done out there it asks for by
//! [`Module::poll_request`], and hears of the outcome by [`Module::handle_reply`]. After any input drain both, then
//! read [`Module::poll_timeout`].
//!
//! ```
//! use core::time::Duration;
//! use qftp::dialect::ec2x::EC2X;
//! use qftp::module::Module;
//!
//! let mut module = Module::new(&EC2X);
//! module.handle_input(Duration::ZERO, b"ATE0\r");
//! module.handle_input(Duration::ZERO, b"AT+CGMM\r");
//! let said = module.poll_transmit().unwrap();
//! assert_eq!(said, b"ATE0\r\r\nOK\r\n\r\nEC25\r\n\r\nOK\r\n");
//! ```
//!
//! One command line is executed at a time, command by command, until one fails (V.250). While it waits for the driver,
//! [`Module::wants_input`] is false and what is typed all the same is kept. Unsolicited result codes wait until the
//! line is in command mode and no command is being answered.

mod certificates;
mod clock;
mod data_mode;
mod disruption;
mod files;
mod ftp;
mod general;
mod line;
mod network;
pub mod quirks;
mod settings;
pub mod store;
pub mod tls;

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::time::Duration;

pub use quirks::{Quirk, Quirks};

use crate::at::{self, AtCommand, Form};
use crate::dialect::{BadParameter, Command, CommandKind, Dialect, Family, Identity};
use crate::framing::command_line::{CommandLine, Typed};
use crate::framing::escape::{Escape, Silence};
use crate::ftp::{self as server};
use data_mode::{Mode, pluses};
use line::Line;
use settings::Settings;
use store::{FileAnswer, FileError, FileRequest, LocalName};

/// What goes to the host may pile up to this many bytes before [`Module::wants_data`] says stop.
const HIGH_WATER: usize = 64 * 1024;
/// SSL contexts 0 to 5 (COMMON 3).
const SSL_CONTEXTS: usize = 6;

/// What the module asks its driver to do.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Request {
    /// Start this on the FTP session. Ends with [`Reply::Done`]; a transfer says [`Reply::Ready`] before payload.
    Ftp(server::FtpOperation),
    /// Start this upload from, or download into, a file of the store, and move the payload by yourself.
    Pipe {
        /// A `Store` or a `Retrieve`.
        operation: server::FtpOperation,
        /// The file.
        local: LocalName,
        /// Where in the file it starts; a file to be written must reach so far, and is cut there.
        from: u64,
        /// At most this many bytes: an upload ends there, a download that has more fails.
        length: Option<u64>,
    },
    /// Payload of the running upload.
    Send(Vec<u8>),
    /// The payload of the running upload is complete.
    Finish,
    /// Give up the running operation and bring the session back in step. It still ends with [`Reply::Done`].
    Abort,
    /// Drop the FTP session. What runs on it ends with [`Reply::Done`].
    HangUp,
    /// How TLS is to be spoken in the session that the next [`Operation::Open`](server::FtpOperation::Open) asks for.
    Secure(tls::Secure),
    /// Ask the file store; it answers with [`Reply::File`] before anything else happens.
    File(FileRequest),
    /// The line's speed is to be this, once what was said has gone out.
    Rate(u32),
    /// Whether the lines of the control connection are to be told by [`Reply::Line`].
    Transcript(bool),
}

/// What the driver says to the module.
#[derive(Debug)]
pub enum Reply<'a> {
    /// The data connection is open.
    Ready,
    /// Payload of the running download.
    Data(&'a [u8]),
    /// Bytes moved by a pipe so far.
    Progress(u64),
    /// The running operation ended.
    Done(Result<server::FtpOutcome, server::FtpFailure>),
    /// The running pipe ended because of its file; the FTP side has been aborted and is in step.
    PipeFailed(FileError),
    /// The idle session ended.
    SessionLost(server::FtpFailure),
    /// Of the file store.
    File(Result<FileAnswer, FileError>),
    /// A line of the control connection, passwords redacted.
    Line(&'a [u8]),
    /// The network took this PDP context away.
    ContextLost(u8),
}

/// How a command ended, or that it has not yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ran {
    Ok,
    Refused(Refusal),
    /// A reply of the driver ends it.
    Later,
    /// Data mode has begun; the command line ends without a result code.
    Data,
    /// This is said in place of a result code, and ends the command line.
    Text(&'static str),
}

/// A final result code other than `OK`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refusal {
    Plain,
    Cme(u16),
    NoCarrier,
}

impl From<Refusal> for Ran {
    fn from(refusal: Refusal) -> Self {
        Ran::Refused(refusal)
    }
}

/// A command line being executed.
#[derive(Debug)]
struct Execution {
    line: Vec<u8>,
    next: usize,
}

/// The module end of a line.
#[derive(Debug)]
pub struct Module {
    dialect: &'static Dialect,
    identity: &'static Identity,
    quirks: Quirks,
    now: Duration,
    line: Line,
    typed: CommandLine,
    last_line: Vec<u8>,
    execution: Option<Execution>,
    backlog: Vec<u8>,
    mode: Mode,
    out: Vec<u8>,
    requests: VecDeque<Request>,
    urcs: VecDeque<Vec<u8>>,
    /// Unsolicited result codes that were said, where somebody wants to be told of them.
    said_urcs: Option<VecDeque<Vec<u8>>>,
    /// The next one is not said at all.
    urc_is_lost: bool,
    settings: Settings,
    ssl: [Settings; SSL_CONTEXTS],
    network: network::Network,
    general_state: general::General,
    ftp: ftp::FtpService,
    files: files::Files,
    certificates: certificates::Certificates,
    clock: clock::Clock,
}

impl Module {
    /// A module of this dialect, just switched on; it calls itself by the dialect's first model.
    pub fn new(dialect: &'static Dialect) -> Self {
        Module {
            dialect,
            identity: &dialect.identities[0],
            quirks: Quirks::MANUAL,
            now: Duration::ZERO,
            line: Line::new(dialect),
            typed: CommandLine::default(),
            last_line: b"AT".to_vec(),
            execution: None,
            backlog: Vec::new(),
            mode: Mode::Command,
            out: Vec::new(),
            requests: VecDeque::new(),
            urcs: VecDeque::new(),
            said_urcs: None,
            urc_is_lost: false,
            settings: Settings::new(dialect.settings),
            ssl: core::array::from_fn(|_| Settings::new(dialect.ssl_settings)),
            network: network::Network::default(),
            general_state: general::General::default(),
            ftp: ftp::FtpService::default(),
            files: files::Files::default(),
            certificates: certificates::Certificates::default(),
            clock: clock::Clock::default(),
        }
    }

    /// Departs from its manual like this. What modules of the dialect cannot have ([`Quirks::check`]) changes nothing.
    #[must_use]
    pub fn with_quirks(mut self, quirks: Quirks) -> Self {
        self.quirks = quirks;
        self
    }

    /// The same, told what time it is at the start, since 1970 in UTC: `AT+CCLK?` shows it. Otherwise its clock stands in
    /// 1980, as that of a module does whose network tells no time.
    pub fn with_clock(mut self, time: Duration) -> Self {
        self.clock = clock::Clock(time);
        self
    }

    /// How it departs from its manual.
    pub fn quirks(&self) -> Quirks {
        self.quirks
    }

    /// The dialect spoken.
    pub fn dialect(&self) -> &'static Dialect {
        self.dialect
    }

    /// Whether more typed bytes should be read from the line.
    pub fn wants_input(&self) -> bool {
        self.execution.is_none()
    }

    /// Whether more payload of a download should be read from the data connection.
    pub fn wants_data(&self) -> bool {
        let carries = match self.mode {
            Mode::Command => self.fetches(),
            Mode::Data(_) | Mode::Stuffed(_) | Mode::Raw | Mode::Deaf => true,
        };
        carries && self.out.len() < HIGH_WATER
    }

    /// Takes what the host typed or sent.
    pub fn handle_input(&mut self, now: Duration, bytes: &[u8]) {
        self.now = self.now.max(now);
        if self.execution.is_some() {
            self.backlog.extend_from_slice(bytes);
            return;
        }
        self.take(bytes);
        self.say_urcs();
    }

    /// Takes bytes as the mode says, until a command has to wait.
    fn take(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while !rest.is_empty() {
            if self.execution.is_some() {
                self.backlog.extend_from_slice(rest);
                return;
            }
            rest = match self.mode {
                Mode::Command => self.take_typed(rest),
                Mode::Data(_) => self.take_data(rest),
                Mode::Stuffed(_) => self.take_stuffed(rest),
                Mode::Raw => self.take_raw(rest),
                Mode::Deaf => &[],
            };
        }
    }

    /// Up to the end of a line; returns the rest.
    fn take_typed<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let (count, typed) = self
            .typed
            .take(bytes, self.line.editing(self.dialect.line_feed_ends));
        let (taken, rest) = bytes.split_at(count);
        if self.line.echo {
            self.out.extend_from_slice(taken);
        }
        match typed {
            None => {}
            Some(Typed::TooLong) => self.result(Err(Refusal::Plain)),
            Some(Typed::Line(line)) if line.iter().all(|byte| *byte == b' ') => {}
            Some(Typed::Line(line)) => {
                self.last_line.clone_from(&line);
                self.execute(line);
            }
            Some(Typed::Repeat) => {
                let line = self.last_line.clone();
                self.execute(line);
            }
        }
        rest
    }

    fn execute(&mut self, line: Vec<u8>) {
        self.execution = Some(Execution { line, next: 0 });
        self.carry_on();
    }

    /// Runs the commands of the line until one has to wait, fails, or none is left.
    fn carry_on(&mut self) {
        while let Some(Execution { line, next }) = self.execution.take() {
            let (calls, read) = at::parse_line(&line);
            let Some(call) = calls.get(next) else {
                let result = read.map_err(|_| self.refusal_of_line(&line));
                self.result(result);
                break;
            };
            let ran = self.run(call);
            match ran {
                Ran::Refused(refusal) => self.result(Err(refusal)),
                Ran::Data => {}
                Ran::Text(text) => self.information(text.as_bytes()),
                Ran::Ok => {
                    self.execution = Some(Execution {
                        line,
                        next: next + 1,
                    });
                }
                Ran::Later => {
                    self.execution = Some(Execution {
                        line,
                        next: next + 1,
                    });
                    return;
                }
            }
        }
        self.resume_input();
    }

    /// What a line gets that cannot be read: a known command refuses it in its own way.
    fn refusal_of_line(&self, line: &[u8]) -> Refusal {
        let name = at::unreadable_command(line);
        let command = name.and_then(|name| self.dialect.command_named(name));
        command.map_or(Refusal::Plain, refusal_of)
    }

    /// The command that had to wait is done.
    fn finish_command(&mut self, result: Result<(), Refusal>) {
        match result {
            Ok(()) => self.carry_on(),
            Err(refusal) => {
                self.execution = None;
                self.result(Err(refusal));
                self.resume_input();
            }
        }
    }

    /// Keeps the line until a command ends whose payload is over.
    fn hold_line(&mut self) {
        self.execution = Some(Execution {
            line: b"AT".to_vec(),
            next: 0,
        });
    }

    /// Ends the command line here, without a result code: data mode begins.
    fn enter_data_mode(&mut self) {
        self.execution = None;
        self.mode = Mode::Data(Escape::new(self.now, self.line.guard()));
    }

    /// The line is free: says what waited, then takes what was typed meanwhile.
    fn resume_input(&mut self) {
        self.say_urcs();
        let backlog = core::mem::take(&mut self.backlog);
        self.take(&backlog);
        self.say_urcs();
    }

    fn run(&mut self, call: &AtCommand<'_>) -> Ran {
        match call {
            AtCommand::Basic { name, number } => self.basic(*name, *number),
            AtCommand::Register { number, set } => self.register(*number, *set),
            AtCommand::Extended { name, form } => match self.dialect.command_named(name) {
                None => Refusal::Plain.into(),
                Some(command) => self.extended(command, form),
            },
        }
    }

    fn extended(&mut self, command: &'static Command, form: &Form<'_>) -> Ran {
        match form {
            Form::Test => match command.test {
                None => Refusal::Plain.into(),
                Some(lines) => {
                    self.informations(lines.iter().map(|line| line.as_bytes()));
                    Ran::Ok
                }
            },
            Form::Read if !command.read => bad(command),
            Form::Execute if !command.execute => bad(command),
            Form::Write(_) if command.write.is_none() => bad(command),
            _ => self.dispatch(command, form),
        }
    }

    /// A command family each.
    fn dispatch(&mut self, command: &'static Command, form: &Form<'_>) -> Ran {
        match command.kind {
            CommandKind::FtpConfigure if self.dialect.family == Family::Gsm => {
                self.ftp(command, form)
            }
            CommandKind::FtpConfigure | CommandKind::SslConfigure => self.configure(command, form),
            kind if kind.is_ftp() => self.ftp(command, form),
            kind if kind.is_file() => self.file(command, form),
            CommandKind::ContextConfigure
            | CommandKind::ContextActivate
            | CommandKind::ContextDeactivate
            | CommandKind::ContextForeground
            | CommandKind::ContextRegister
            | CommandKind::ContextStatus
            | CommandKind::Call
            | CommandKind::SocketError => self.context(command, form),
            CommandKind::SslFile => self.certificate(command, form),
            CommandKind::SslError => self.tls_error(command, form),
            _ => self.general(command, form),
        }
    }

    /// Acts on the driver's word.
    pub fn handle_reply(&mut self, now: Duration, reply: Reply<'_>) {
        self.now = self.now.max(now);
        match reply {
            Reply::Ready => self.data_ready(),
            Reply::Data(bytes) => self.data_came(bytes),
            Reply::Progress(bytes) => self.pipe_progress(bytes),
            Reply::Done(result) => self.operation_done(result),
            Reply::PipeFailed(error) => self.pipe_failed(error),
            Reply::SessionLost(failure) => self.session_lost(&failure),
            Reply::File(result) => self.file_answered(result),
            Reply::Line(text) => self.transcript_line(text),
            Reply::ContextLost(context) => self.context_lost(context),
        }
        self.say_urcs();
    }

    /// When [`Module::handle_timeout`] must be called, if nothing comes before.
    pub fn poll_timeout(&self) -> Option<Duration> {
        let escape = match &self.mode {
            Mode::Data(escape) => escape.deadline(),
            Mode::Command | Mode::Stuffed(_) | Mode::Raw | Mode::Deaf => None,
        };
        let ftp = [self.ftp.deadline(), self.fetch_deadline()];
        [escape, self.files.deadline(), self.certificates.deadline()]
            .into_iter()
            .chain(ftp)
            .flatten()
            .min()
    }

    /// Acts on the time that [`Module::poll_timeout`] named.
    pub fn handle_timeout(&mut self, now: Duration) {
        self.now = self.now.max(now);
        if let Mode::Data(escape) = &mut self.mode {
            match escape.expire(self.now) {
                Silence::Escaped => self.escaped(),
                Silence::Undecided => {}
                Silence::Pluses(count) => self.data_taken(pluses(count)),
            }
        }
        self.ftp_timeout();
        self.fetch_timeout();
        self.file_timeout();
        self.certificate_timeout();
        self.say_urcs();
    }

    /// The host raised or dropped DTR; a line that hung up counts as dropped (COMMON 6.2).
    pub fn set_dtr(&mut self, now: Duration, asserted: bool) {
        self.now = self.now.max(now);
        let was = core::mem::replace(&mut self.line.dtr, asserted);
        if was && !asserted {
            // Half a line is nobody's: the next host begins with a new one.
            self.typed.clear();
        }
        if was && !asserted && !matches!(self.mode, Mode::Command) {
            match self.line.dtr_action {
                1 if matches!(self.mode, Mode::Data(_)) => self.escaped(),
                1 | 2 => self.hung_up(),
                _ => {}
            }
        }
        if was && !asserted && self.line.dtr_action == 2 && self.dialect.family == Family::Fibocom {
            self.fibocom_dtr_fell();
        }
        self.say_urcs();
    }

    /// What is to be done; drain it after every input.
    pub fn poll_request(&mut self) -> Option<Request> {
        self.requests.pop_front()
    }

    /// What goes to the host, as much as there is. A driver whose line is full leaves it here: that is how a download
    /// learns to wait.
    pub fn poll_transmit(&mut self) -> Option<Vec<u8>> {
        if self.out.is_empty() {
            return None;
        }
        let out = core::mem::take(&mut self.out);
        self.file_pump();
        Some(out)
    }

    /// Makes every unsolicited result code come out of [`Module::poll_urc`] too.
    pub fn tell_urcs(&mut self) {
        self.said_urcs.get_or_insert_default();
    }

    /// An unsolicited result code that was said, without its line ends. Only after [`Module::tell_urcs`]; then drain
    /// it after every input.
    pub fn poll_urc(&mut self) -> Option<Vec<u8>> {
        self.said_urcs.as_mut()?.pop_front()
    }

    fn request(&mut self, request: Request) {
        self.requests.push_back(request);
    }
}

/// A malformed parameter, or a form that the command does not have.
fn bad(command: &Command) -> Ran {
    Ran::Refused(refusal_of(command))
}

fn refusal_of(command: &Command) -> Refusal {
    match command.refusal {
        BadParameter::Cme(number) => Refusal::Cme(number),
        BadParameter::Plain => Refusal::Plain,
    }
}
