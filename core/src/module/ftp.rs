//! The FTP service of a module: its commands become operations on the session, their ends become URCs.
//!
//! DIALECTS "The order of things", 002 §2. A command is checked, answered `OK` and carried out; its URC follows. Until
//! the URC has been said another FTP command gets 603. Transfers with the line as their place are in [`transfer`].

mod job;
mod transfer;

use alloc::format;
use alloc::vec::Vec;
use core::time::Duration;

use self::job::{Job, Stage};
use super::store::{FileError, LocalName};
use super::{Module, Ran, Refusal, Request, bad};
use crate::at::Form;
use crate::codes;
use crate::dialect::{Command, Key, Reply, Value, Verb};
use crate::exchange::Happening;
use crate::ftp::{
    Account, DataAddress, Failure, FailureKind, Operation, Outcome, Retrieve, Store, Transfer,
    Value as Found, Wanted,
};

/// The port of FTP, where `AT+QFTPOPEN` names none.
const PORT: u16 = 21;

/// What the module knows of its session.
#[derive(Debug, Default)]
pub(super) struct Service {
    session: Session,
    job: Option<Job>,
    /// `AT+QFTPLEN`: bytes of the transfer under way, or of the last one.
    moved: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Session {
    #[default]
    Closed,
    /// Open or being opened over this context.
    Over(u64),
}

/// A command's report: the text behind the name in its URC.
type Report = Result<Vec<u8>, (u16, u16)>;

impl Service {
    /// When the command under way runs out of time.
    pub(super) fn deadline(&self) -> Option<Duration> {
        self.job.as_ref().and_then(|job| job.deadline)
    }

    /// Whether the payload of a download goes to the line.
    pub(super) fn is_downloading(&self) -> bool {
        self.job
            .as_ref()
            .is_some_and(|job| job.stage == Stage::Down)
    }

    /// `<ftpstat>` of `AT+QFTPSTAT` (002 §2.17).
    fn state(&self) -> u8 {
        match (self.session, self.job.as_ref().map(|job| job.verb)) {
            (_, Some(Verb::FtpOpen)) => 0,
            (Session::Over(_), Some(verb)) if is_transfer(verb) => 2,
            (Session::Over(_), Some(Verb::FtpClose)) => 3,
            (Session::Over(_), _) => 1,
            (Session::Closed, _) => 4,
        }
    }
}

fn is_transfer(verb: Verb) -> bool {
    matches!(
        verb,
        Verb::FtpPut | Verb::FtpGet | Verb::FtpList | Verb::FtpNameList | Verb::FtpMachineList
    )
}

impl Module {
    pub(super) fn ftp(&mut self, command: &'static Command, form: &Form<'_>) -> Ran {
        let tokens = match form {
            Form::Write(tokens) => tokens.as_slice(),
            Form::Execute | Form::Read | Form::Test => &[],
        };
        let Ok(values) = command.accept(tokens) else {
            return bad(command);
        };
        match command.verb {
            Verb::FtpLength => {
                let moved = self.ftp.moved;
                self.report(command.name, Ok(format!("{moved}").into_bytes()));
                Ran::Ok
            }
            Verb::FtpState => {
                let state = self.ftp.state();
                self.report(command.name, Ok(format!("{state}").into_bytes()));
                Ran::Ok
            }
            Verb::FtpOpen => self.open(command, &values),
            Verb::FtpClose => self.close(command),
            Verb::FtpPut => self.put(command, &values),
            _ if !self.may_begin() => Refusal::Cme(codes::BUSY).into(),
            Verb::FtpGet => self.get(command, &values),
            Verb::FtpList | Verb::FtpNameList | Verb::FtpMachineList => self.list(command, &values),
            _ => match plain_operation(command.verb, &values) {
                None => bad(command),
                Some(operation) => self.begin(command, Reply::ResultUrc, Request::Ftp(operation)),
            },
        }
    }

    /// Whether a command can have the session now.
    fn may_begin(&mut self) -> bool {
        if self.ftp.job.as_ref().is_some_and(Job::is_over) {
            self.ftp.job = None;
        }
        self.ftp.job.is_none() && self.ftp.session != Session::Closed
    }

    /// Carries it out; the URC ends it.
    fn begin(&mut self, command: &'static Command, shape: Reply, request: Request) -> Ran {
        let on_line = shape != Reply::ResultUrc;
        let mut job = Job::new(command, shape);
        job.deadline = Some(self.now + self.response_timeout());
        if is_transfer(command.verb) {
            self.ftp.moved = 0;
        }
        if !on_line {
            job.say(Happening::Ok);
        }
        self.ftp.job = Some(job);
        self.request(request);
        if on_line { Ran::Later } else { Ran::Ok }
    }

    /// Ends at once, by its URC, without a word to the server.
    fn fail_at_once(&mut self, command: &'static Command, code: u16) -> Ran {
        self.report(command.name, Err((code, 0)));
        Ran::Ok
    }

    fn response_timeout(&self) -> Duration {
        Duration::from_secs(self.settings.integer(Key::ResponseTimeout, 0))
    }

    /// `<name>: 0,<text>` or `<name>: <err>,<protocol_error>`
    fn report(&mut self, name: &str, report: Report) {
        let mut line = format!("{name}: ").into_bytes();
        match report {
            Ok(text) => {
                line.extend_from_slice(b"0,");
                line.extend_from_slice(&text);
            }
            Err((code, reply)) => line.extend_from_slice(format!("{code},{reply}").as_bytes()),
        }
        self.urc(line);
    }

    /// 002 §2.2. Without an active context nothing is sent (`605`).
    fn open(&mut self, command: &'static Command, values: &[Value<'_>]) -> Ran {
        if self.ftp.session != Session::Closed || self.ftp.job.is_some() {
            return Refusal::Cme(codes::BUSY).into();
        }
        let context = self.settings.integer(Key::ContextId, 0);
        if !self.network.is_active(context) {
            return self.fail_at_once(command, codes::NETWORK);
        }
        if self.settings.integer(Key::SslType, 0) != 0 {
            return self.fail_at_once(command, codes::TLS);
        }
        let port = integer(values, 1).and_then(|port| u16::try_from(port).ok());
        let user = match self.settings.text(Key::Account, 0) {
            b"" => b"anonymous",
            user => user,
        };
        let account = Account {
            host: text(values, 0).to_vec(),
            port: port.unwrap_or(PORT),
            user: user.to_vec(),
            password: self.settings.text(Key::Account, 1).to_vec(),
            account: None,
        };
        self.ftp.session = Session::Over(context);
        let request = Request::Ftp(Operation::Open(account));
        self.begin(command, Reply::ResultUrc, request)
    }

    /// 002 §2.18. A transfer that waits for its host is ended first.
    fn close(&mut self, command: &'static Command) -> Ran {
        let ended = self.end_waiting_transfer();
        if ended {
            let mut job = Job::new(command, Reply::ResultUrc);
            job.say(Happening::Ok);
            if let Some(waiting) = &mut self.ftp.job {
                waiting.next = Some(job.into());
            }
            return Ran::Ok;
        }
        if !self.may_begin() {
            return Refusal::Cme(codes::BUSY).into();
        }
        self.begin(command, Reply::ResultUrc, Request::Ftp(Operation::Quit))
    }

    /// The data connection of a transfer is to be made like this.
    fn transfer(&self) -> Transfer {
        let after = Duration::from_secs(self.settings.integer(Key::DataAddress, 1));
        Transfer {
            ascii: self.settings.integer(Key::FileType, 0) == 1,
            passive: self.settings.integer(Key::TransferMode, 0) == 1,
            data_address: match self.settings.integer(Key::DataAddress, 0) {
                1 => DataAddress::ControlPeer,
                2 => DataAddress::ControlPeerThenServer { after },
                _ => DataAddress::Server,
            },
        }
    }

    /// 002 §2.5.
    fn put(&mut self, command: &'static Command, values: &[Value<'_>]) -> Ran {
        let path = text(values, 0);
        let offset = integer(values, 2).unwrap_or(0);
        let shape = command.shape(values);
        if shape != Reply::ResultUrc
            && let Some(ran) = self.continue_upload(path, offset, values)
        {
            return ran;
        }
        if !self.may_begin() {
            return Refusal::Cme(codes::BUSY).into();
        }
        let store = Store {
            path: path.to_vec(),
            offset,
            transfer: self.transfer(),
        };
        let operation = Operation::Store(store);
        if shape == Reply::ResultUrc {
            return self.pipe(command, text(values, 1), operation, offset);
        }
        let ran = self.begin(command, shape, Request::Ftp(operation));
        if let Some(job) = &mut self.ftp.job {
            job.upload(
                path,
                offset,
                integer(values, 3),
                integer(values, 4) == Some(0),
            );
        }
        ran
    }

    /// 002 §2.6.
    fn get(&mut self, command: &'static Command, values: &[Value<'_>]) -> Ran {
        let offset = integer(values, 2).unwrap_or(0);
        let retrieve = Retrieve {
            what: Wanted::File,
            path: text(values, 0).to_vec(),
            offset,
            limit: integer(values, 3),
            transfer: self.transfer(),
        };
        self.retrieve(command, values, retrieve)
    }

    /// 002 §2.11 to §2.13. `.` is where the session is; not every server has an entry of that name.
    fn list(&mut self, command: &'static Command, values: &[Value<'_>]) -> Ran {
        let retrieve = Retrieve {
            what: match command.verb {
                Verb::FtpNameList => Wanted::Nlst,
                Verb::FtpMachineList => Wanted::Mlsd,
                _ => Wanted::List,
            },
            path: match text(values, 0) {
                b"." => Vec::new(),
                path => path.to_vec(),
            },
            offset: 0,
            limit: None,
            transfer: self.transfer(),
        };
        self.retrieve(command, values, retrieve)
    }

    fn retrieve(
        &mut self,
        command: &'static Command,
        values: &[Value<'_>],
        retrieve: Retrieve,
    ) -> Ran {
        let offset = retrieve.offset;
        let operation = Operation::Retrieve(retrieve);
        match command.shape(values) {
            Reply::ResultUrc => self.pipe(command, text(values, 1), operation, offset),
            shape => self.begin(command, shape, Request::Ftp(operation)),
        }
    }

    /// A transfer between the server and a file of the module's own. A place that is not there is 613 (seen).
    fn pipe(
        &mut self,
        command: &'static Command,
        local: &[u8],
        operation: Operation,
        from: u64,
    ) -> Ran {
        match LocalName::parse(local, self.dialect.stores) {
            Err(_) => self.fail_at_once(command, codes::LOCAL_FILE),
            Ok(local) => {
                let request = Request::Pipe {
                    operation,
                    local,
                    from,
                };
                self.begin(command, Reply::ResultUrc, request)
            }
        }
    }

    pub(super) fn pipe_progress(&mut self, bytes: u64) {
        self.ftp.moved = bytes;
        let deadline = self.now + self.response_timeout();
        if let Some(job) = &mut self.ftp.job {
            job.deadline = job.deadline.map(|_| deadline);
        }
    }

    pub(super) fn pipe_failed(&mut self, error: FileError) {
        let code = match error {
            FileError::NotFound | FileError::Open | FileError::AlreadyOpen => codes::LOCAL_OPEN,
            FileError::BeyondEnd => codes::POSITION,
            _ => codes::LOCAL_FILE,
        };
        self.end_job(Err((code, 0)));
    }

    /// An operation ended; what is said of it depends on how far its answer has got.
    pub(super) fn operation_done(&mut self, result: Result<Outcome, Failure>) {
        let Some(job) = &self.ftp.job else { return };
        let verb = job.verb;
        let closes = match &result {
            Ok(_) => verb == Verb::FtpClose,
            Err(failure) => {
                verb == Verb::FtpOpen || verb == Verb::FtpClose || ends_session(failure)
            }
        };
        if closes {
            self.ftp.session = Session::Closed;
        }
        match result {
            Ok(outcome) => {
                if let (Found::Bytes(bytes), false) = (&outcome.value, job.is_on_line()) {
                    self.ftp.moved = *bytes;
                }
                let text = self.found(outcome.value, verb);
                self.end_job(Ok(text));
            }
            Err(failure) => self.end_job(Err((code_of(&failure), failure.reply.unwrap_or(0)))),
        }
    }

    /// What stands behind `0,` in the URC: PWD bare, MDTM in quotes (DIALECTS). The path that a server tells of a
    /// folder it made is not passed on (002 §2.9).
    fn found(&self, value: Found, verb: Verb) -> Vec<u8> {
        match value {
            _ if is_transfer(verb) => format!("{}", self.ftp.moved).into_bytes(),
            Found::Path(path) if verb == Verb::FtpWorkingDir => path,
            Found::None | Found::Path(_) => b"0".to_vec(),
            Found::Size(number) | Found::Bytes(number) => format!("{number}").into_bytes(),
            Found::Time(time) => [b"\"", time.as_slice(), b"\""].concat(),
        }
    }

    pub(super) fn session_lost(&mut self) {
        self.ftp.session = Session::Closed;
    }

    /// The context under the session goes; what runs on it ends with 606.
    pub(super) fn drop_session_of(&mut self, context: u64) {
        if self.ftp.session != Session::Over(context) {
            return;
        }
        self.ftp.session = Session::Closed;
        self.request(Request::HangUp);
        if let Some(job) = &mut self.ftp.job {
            job.verdict = Some(codes::CONTROL_CLOSED);
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

/// The operation of a command that moves no payload.
fn plain_operation(verb: Verb, values: &[Value<'_>]) -> Option<Operation> {
    let first = || text(values, 0).to_vec();
    Some(match verb {
        Verb::FtpChangeDir => Operation::Cwd(first()),
        Verb::FtpWorkingDir => Operation::Pwd,
        Verb::FtpSize => Operation::Size(first()),
        Verb::FtpDelete => Operation::Delete(first()),
        Verb::FtpMakeDir => Operation::MakeDir(first()),
        Verb::FtpRemoveDir => Operation::RemoveDir(first()),
        Verb::FtpModified => Operation::ModifiedTime(first()),
        Verb::FtpRename => Operation::Rename {
            from: first(),
            to: text(values, 1).to_vec(),
        },
        _ => return None,
    })
}

/// Whether no session is left behind such a failure.
fn ends_session(failure: &Failure) -> bool {
    matches!(
        failure.kind,
        FailureKind::ControlClosed | FailureKind::Protocol
    ) || failure.reply == Some(421)
}

/// `<err>` (DIALECTS "Errors").
fn code_of(failure: &Failure) -> u16 {
    match (failure.kind, failure.reply) {
        // 332 asks for what 532 misses: an account.
        (FailureKind::Refused, Some(332)) => codes::for_reply(532),
        (FailureKind::Refused | FailureKind::ControlClosed, Some(reply)) if reply >= 400 => {
            codes::for_reply(reply)
        }
        (FailureKind::Misuse, _) => codes::PARAMETER,
        (FailureKind::Dns, _) => codes::DNS,
        (FailureKind::Network, _) => codes::NETWORK,
        (FailureKind::ControlClosed, _) => codes::CONTROL_CLOSED,
        (FailureKind::DataConnect, _) => codes::DATA_CONNECTION,
        (FailureKind::DataClosed, _) => codes::DATA_CLOSED,
        (FailureKind::Timeout, _) => codes::TIMEOUT,
        (FailureKind::Position, _) => codes::POSITION,
        (FailureKind::Cancelled, _) => codes::ABORTED,
        (FailureKind::Tls, _) => codes::TLS,
        (FailureKind::Refused | FailureKind::Protocol, _) => codes::UNKNOWN,
    }
}
