//! The FTP service of a module: its commands become operations on the session, their ends become URCs.
//!
//! One command is under way at a time, a [`Job`]. What the families of dialects share is here and in [`transfer`], which
//! moves payload over the line; how a command is checked and what is said of it is in a file for each family.

mod fibocom;
mod gsm;
mod job;
mod lte;
mod transfer;

use alloc::format;
use alloc::vec::Vec;
use core::time::Duration;

use self::job::{Job, Stage};
use super::store::FileError;
use super::{Module, Quirk, Ran, Request};
use crate::at::Form;
use crate::codes;
use crate::dialect::{Command, CommandKind, Family, ResponseFormat, SettingKind, Value};
use crate::exchange::LineEvent;
use crate::ftp::{
    Account, FailureKind, FtpFailure as Failure, FtpOperation as Operation, FtpOutcome as Outcome,
    FtpValue as Found, LocalPorts, Security,
};

/// The port of FTP, where none is named.
const PORT: u16 = 21;
/// What a command may take where the manual gives the user no say in it.
const PATIENCE: Duration = Duration::from_secs(90);

/// What the module knows of its session.
#[derive(Debug, Default)]
pub(super) struct FtpService {
    session: Session,
    job: Option<Job>,
    /// Nothing but a close is taken any more ([`Quirk::BusyUntilClose`]).
    barred: bool,
    /// `AT+QFTPLEN`: bytes of the transfer under way, or of the last one.
    moved: u64,
    /// TLS protects the session, or is to.
    pub(super) secure: bool,
    /// How TLS failed, if it did.
    pub(super) tls_failure: Option<FailureKind>,
    gsm: gsm::State,
    fibocom: fibocom::State,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Session {
    #[default]
    Closed,
    /// Open or being opened over this context.
    Over(u64),
}

/// A command's report: the text behind the name in its URC, or what went wrong.
type Report = Result<Vec<u8>, Trouble>;

/// What went wrong, before a family puts it in its own numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trouble {
    /// A code of [`codes::FTP`] and the server's reply, or 0.
    Code(u16, u16),
    /// The PDP context went away.
    Context,
}

impl FtpService {
    /// When the command under way runs out of time.
    pub(super) fn deadline(&self) -> Option<Duration> {
        self.job.as_ref().and_then(|job| job.deadline)
    }

    /// See [`Module::set_busy`].
    pub(super) fn set_barred(&mut self, barred: bool) {
        self.barred = barred;
    }

    /// Whether the payload of a download goes to the line.
    pub(super) fn is_downloading(&self) -> bool {
        self.job
            .as_ref()
            .is_some_and(|job| job.stage == Stage::Down)
    }
}

fn is_transfer(kind: CommandKind) -> bool {
    matches!(
        kind,
        CommandKind::FtpPut
            | CommandKind::FtpPutPiece
            | CommandKind::FtpGet
            | CommandKind::FtpFetch
            | CommandKind::FtpList
            | CommandKind::FtpNameList
            | CommandKind::FtpMachineList
    )
}

impl Module {
    pub(super) fn ftp(&mut self, command: &'static Command, form: &Form<'_>) -> Ran {
        match self.dialect.family {
            Family::Lte => self.lte(command, form),
            Family::Gsm => self.gsm(command, form),
            Family::Fibocom => self.fibocom(command, form),
        }
    }

    /// Whether nothing is under way. An upload that broke between two pieces is forgotten.
    fn is_free(&mut self) -> bool {
        if self.ftp.job.as_ref().is_some_and(Job::is_over) {
            self.ftp.job = None;
        }
        self.ftp.job.is_none()
    }

    /// Whether a command can have the session now.
    fn may_begin(&mut self) -> bool {
        self.is_free() && self.ftp.session != Session::Closed
    }

    /// Whether a session can be opened now.
    fn may_open(&mut self) -> bool {
        self.is_free() && self.ftp.session == Session::Closed
    }

    /// Carries it out; the URC ends it.
    fn begin(&mut self, command: &'static Command, shape: ResponseFormat, request: Request) -> Ran {
        let answered = matches!(
            shape,
            ResponseFormat::ResultUrc | ResponseFormat::ResultPayloadUrc(_)
        );
        let mut job = Job::new(command, shape);
        job.deadline = Some(self.now + self.response_timeout());
        if is_transfer(command.kind) {
            self.ftp.moved = 0;
        }
        if answered {
            job.say(LineEvent::Ok);
        }
        self.ftp.job = Some(job);
        self.request(request);
        if answered { Ran::Ok } else { Ran::Later }
    }

    /// Ends at once, by its URC, without a word to the server.
    pub(super) fn fail_at_once(&mut self, command: &'static Command, code: u16) -> Ran {
        self.report(command.name, Err(Trouble::Code(code, 0)));
        Ran::Ok
    }

    /// What a command has until its URC, a transfer between two packets.
    fn response_timeout(&self) -> Duration {
        match self.dialect.family {
            Family::Lte => {
                Duration::from_secs(self.settings.integer(SettingKind::ResponseTimeout, 0))
            }
            Family::Gsm | Family::Fibocom => PATIENCE,
        }
    }

    fn report(&mut self, name: &str, report: Report) {
        match self.dialect.family {
            Family::Lte => self.lte_report(name, report),
            Family::Gsm => self.gsm_report(name, report),
            Family::Fibocom => self.fibocom_report(name, report),
        }
    }

    /// Closes the session. A transfer that waits for its host is ended first; `None` where nothing can be closed now.
    fn close(&mut self, command: &'static Command) -> Option<Ran> {
        if self.end_waiting_transfer() {
            return Some(self.close_after(command));
        }
        self.may_begin().then(|| {
            self.begin(
                command,
                ResponseFormat::ResultUrc,
                Request::Ftp(Operation::Quit),
            )
        })
    }

    /// Closes the session once the job under way is over.
    fn close_after(&mut self, command: &'static Command) -> Ran {
        let mut job = Job::new(command, ResponseFormat::ResultUrc);
        job.say(LineEvent::Ok);
        if let Some(waiting) = &mut self.ftp.job {
            waiting.next = Some(job.into());
        }
        Ran::Ok
    }

    pub(super) fn pipe_progress(&mut self, bytes: u64) {
        self.ftp.moved = bytes;
        self.touch();
    }

    pub(super) fn pipe_failed(&mut self, error: FileError) {
        if error == FileError::NotFound
            && let Some(request) = self.ftp.job.as_mut().and_then(|job| job.otherwise.take())
        {
            return self.request(request);
        }
        let code = match error {
            FileError::NotFound | FileError::Open | FileError::AlreadyOpen => codes::LOCAL_OPEN,
            FileError::BeyondEnd => codes::POSITION,
            _ => codes::LOCAL_FILE,
        };
        self.end_job(Err(Trouble::Code(code, 0)));
    }

    /// An operation ended; what is said of it depends on how far its answer has got.
    pub(super) fn operation_done(&mut self, result: Result<Outcome, Failure>) {
        let Some(job) = &self.ftp.job else { return };
        let kind = job.kind;
        let closes = match &result {
            Ok(_) => kind == CommandKind::FtpClose,
            Err(failure) => {
                kind == CommandKind::FtpOpen
                    || kind == CommandKind::FtpClose
                    || ends_session(failure)
            }
        };
        if closes {
            self.ftp.session = Session::Closed;
        }
        match result {
            Ok(outcome) => {
                if kind == CommandKind::FtpOpen {
                    self.network.succeed();
                    self.ftp.tls_failure = None;
                }
                if kind == CommandKind::FtpChangeDir {
                    self.ftp.gsm.arrive();
                }
                if let (Found::Bytes(bytes), false) = (&outcome.value, job.is_on_line()) {
                    self.ftp.moved = *bytes;
                }
                let text = match self.dialect.family {
                    Family::Fibocom => Self::fibocom_found(kind, outcome),
                    Family::Lte | Family::Gsm => self.found(outcome.value, kind),
                };
                self.end_job(Ok(text));
            }
            Err(failure) => {
                self.note_tls(&failure);
                self.end_job(Err(trouble(&failure)));
            }
        }
        if closes {
            self.lose_fetch();
        }
    }

    /// What stands behind `0,` in the URC: PWD bare, MDTM in quotes (DIALECTS). The path that a server tells of a
    /// folder it made is not passed on (002 §2.9).
    fn found(&self, value: Found, kind: CommandKind) -> Vec<u8> {
        match value {
            _ if is_transfer(kind) => format!("{}", self.ftp.moved).into_bytes(),
            Found::Path(path)
                if kind == CommandKind::FtpWorkingDir && self.quirks.has(Quirk::QuotedPwd) =>
            {
                [b"\"", path.as_slice(), b"\""].concat()
            }
            Found::Path(path) if kind == CommandKind::FtpWorkingDir => path,
            Found::None | Found::Path(_) => b"0".to_vec(),
            Found::Size(number) | Found::Bytes(number) => format!("{number}").into_bytes(),
            Found::Time(time) => [b"\"", time.as_slice(), b"\""].concat(),
        }
    }

    /// The idle session said goodbye, or is gone. Only `gsm` has a URC for it.
    ///
    /// While another one is being opened the one before is meant, whose end has been told.
    pub(super) fn session_lost(&mut self, failure: &Failure) {
        let kind = self.ftp.job.as_ref().map(|job| job.kind);
        if kind == Some(CommandKind::FtpOpen) {
            return;
        }
        let trouble = if failure.kind == FailureKind::Refused {
            trouble(failure)
        } else {
            self.ftp.session = Session::Closed;
            self.lose_fetch();
            // What the server said before it went has been told (001 §4.6).
            Trouble::Code(codes::CONTROL_CLOSED, 0)
        };
        if self.dialect.family == Family::Gsm {
            self.gsm_error(trouble);
        }
    }

    /// The session goes without a word to the server.
    fn drop_session(&mut self) {
        self.ftp.session = Session::Closed;
        self.lose_fetch();
        self.request(Request::HangUp);
    }

    /// The context under the session goes; what runs on it ends with 606.
    pub(super) fn drop_session_of(&mut self, context: u64) {
        if self.ftp.session != Session::Over(context) {
            return;
        }
        self.drop_session();
        match &mut self.ftp.job {
            Some(job) => job.verdict = Some(Trouble::Context),
            None if self.dialect.family == Family::Gsm => self.gsm_error(Trouble::Context),
            None => {}
        }
    }
}

fn text<'a>(values: &[Value<'a>], index: usize) -> &'a [u8] {
    values
        .get(index)
        .and_then(|value| value.text())
        .unwrap_or_default()
}

fn integer(values: &[Value<'_>], index: usize) -> Option<u64> {
    values.get(index).and_then(|value| value.integer())
}

/// Who logs in where; nobody named is `anonymous`.
fn account(host: &[u8], port: Option<u64>, user: &[u8], password: &[u8]) -> Account {
    let user = match user {
        b"" => b"anonymous",
        user => user,
    };
    Account {
        host: host.to_vec(),
        port: port
            .and_then(|port| u16::try_from(port).ok())
            .unwrap_or(PORT),
        user: user.to_vec(),
        password: password.to_vec(),
        account: None,
        local_ports: LocalPorts::default(),
        security: Security::Plain,
    }
}

/// The operation of a command that moves no payload.
fn plain_operation(kind: CommandKind, values: &[Value<'_>]) -> Option<Operation> {
    let first = || text(values, 0).to_vec();
    Some(match kind {
        CommandKind::FtpChangeDir => Operation::Cwd(first()),
        CommandKind::FtpWorkingDir => Operation::Pwd,
        CommandKind::FtpSize => Operation::Size(first()),
        CommandKind::FtpDelete => Operation::Delete(first()),
        CommandKind::FtpMakeDir => Operation::MakeDir(first()),
        CommandKind::FtpRemoveDir => Operation::RemoveDir(first()),
        CommandKind::FtpModified => Operation::ModifiedTime(first()),
        CommandKind::FtpRename => Operation::Rename {
            from: first(),
            to: text(values, 1).to_vec(),
        },
        _ => return None,
    })
}

/// Whether no session is left behind such a failure. A reply that is out of place leaves it in step, what is no reply
/// at all does not.
fn ends_session(failure: &Failure) -> bool {
    match failure.kind {
        FailureKind::ControlClosed => true,
        FailureKind::Protocol => failure.reply.is_none(),
        _ => failure.reply == Some(421),
    }
}

/// The code of a failure, and the server's reply (DIALECTS "Errors").
fn trouble(failure: &Failure) -> Trouble {
    Trouble::Code(code_of(failure), failure.reply.unwrap_or(0))
}

fn code_of(failure: &Failure) -> u16 {
    match (failure.kind, failure.reply) {
        // 332 asks for what 532 misses: an account.
        (FailureKind::Refused, Some(332)) => codes::for_reply(532),
        (FailureKind::Refused | FailureKind::ControlClosed, Some(reply)) if reply >= 400 => {
            codes::for_reply(reply)
        }
        (FailureKind::InvalidArgument, _) => codes::PARAMETER,
        (FailureKind::Dns, _) => codes::DNS,
        (FailureKind::Network, _) => codes::NETWORK,
        (FailureKind::ControlClosed, _) => codes::CONTROL_CLOSED,
        (FailureKind::DataConnect, _) => codes::DATA_CONNECTION,
        (FailureKind::DataClosed, _) => codes::DATA_CLOSED,
        (FailureKind::Timeout, _) => codes::TIMEOUT,
        (FailureKind::Position, _) => codes::POSITION,
        (FailureKind::Cancelled, _) => codes::ABORTED,
        (FailureKind::Tls | FailureKind::Certificate | FailureKind::TlsSetup, _) => codes::TLS,
        (FailureKind::Refused | FailureKind::Protocol, _) => codes::UNKNOWN,
    }
}
