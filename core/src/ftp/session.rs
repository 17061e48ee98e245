//! One control connection: the commands that are a question and an answer, where a reply belongs.

use alloc::vec::Vec;
use core::mem;
use core::net::SocketAddr;
use core::time::Duration;

use super::login::Login;
use super::operation::{Account, Operation};
use super::outbox::{Event, Outbox};
use super::outcome::{Failure, FailureKind, Outcome, Value};
use super::reply::Reply;
use super::settle::{End, Settling};
use super::transfer::{Job, Way};
use super::value;

/// A control connection and what happens on it.
#[derive(Debug)]
pub(super) struct Session {
    server: Server,
    doing: Doing,
}

/// What is known of the connection and the other side.
#[derive(Debug)]
pub(super) struct Server {
    /// Our end of the control connection.
    pub(super) local: SocketAddr,
    /// The server's end.
    pub(super) peer: SocketAddr,
    /// TYPE in force; `None` while unknown.
    pub(super) ascii: Option<bool>,
    /// Which of PASV and EPSV the server took last.
    pub(super) passive: Option<Way>,
    /// Which of PORT and EPRT the server took last.
    pub(super) active: Option<Way>,
    /// TLS protects both connections.
    pub(super) secure: bool,
    /// A REST was accepted that no transfer has used up.
    pub(super) restart: bool,
    /// The last transfer was given up: a second final reply of it may still come.
    pub(super) unsettled: bool,
}

/// What happens on the connection.
#[derive(Debug)]
pub(super) enum Doing {
    LoggingIn(Login),
    Idle,
    Asking(Question),
    Transferring(Job),
    Settling(Settling),
    Quitting,
}

/// What the text of the reply that is due holds.
#[derive(Debug)]
pub(super) enum Question {
    Nothing,
    Path,
    MadePath,
    Size,
    Time,
    /// Of TYPE I, before SIZE of this path.
    BinaryForSize(Vec<u8>),
    /// Of RNFR, before RNTO to this name.
    NewName(Vec<u8>),
}

/// Where a reply or an event leads.
#[derive(Debug)]
pub(super) enum Step {
    /// The operation goes on like this.
    Now(Doing),
    /// It ended; the session is idle.
    Done(Result<Outcome, Failure>),
    /// It ended and the session with it, for the second reason where the first does not say so.
    Lost(Result<Outcome, Failure>, Option<Failure>),
    /// The idle session ended.
    Gone(Failure),
}

/// Whether there still is a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub(super) enum SessionStatus {
    Kept,
    Dropped,
}

impl Session {
    /// The control connection has just opened.
    pub(super) fn new(
        local: SocketAddr,
        peer: SocketAddr,
        account: Account,
        out: &mut Outbox,
    ) -> Self {
        Session {
            server: Server {
                local: canonical(local),
                peer: canonical(peer),
                ascii: None,
                passive: None,
                active: None,
                secure: false,
                restart: false,
                unsettled: false,
            },
            doing: Doing::LoggingIn(Login::begin(account, out)),
        }
    }

    pub(super) fn is_idle(&self) -> bool {
        matches!(self.doing, Doing::Idle)
    }

    pub(super) fn is_logged_in(&self) -> bool {
        !matches!(self.doing, Doing::LoggingIn(_) | Doing::Quitting)
    }

    pub(super) fn is_logging_in(&self) -> bool {
        matches!(self.doing, Doing::LoggingIn(_))
    }

    /// Whether nothing may be read as a reply until TLS has begun.
    pub(super) fn is_in_handshake(&self) -> bool {
        matches!(&self.doing, Doing::LoggingIn(login) if login.is_in_handshake())
    }

    pub(super) fn deadline(&self) -> Option<Duration> {
        match &self.doing {
            Doing::Transferring(job) => job.deadline(),
            Doing::Settling(settling) => Some(settling.deadline()),
            Doing::LoggingIn(_) | Doing::Idle | Doing::Asking(_) | Doing::Quitting => None,
        }
    }

    pub(super) fn start(&mut self, operation: Operation, out: &mut Outbox) -> SessionStatus {
        let server = &mut self.server;
        let step = match operation {
            // The engine opens a new session by itself.
            Operation::Open(_) => Step::Now(Doing::Idle),
            Operation::Cwd(path) => ask(out, "CWD", &path, Question::Nothing),
            Operation::CdUp => ask(out, "CDUP", b"", Question::Nothing),
            Operation::Pwd => ask(out, "PWD", b"", Question::Path),
            Operation::Delete(path) => ask(out, "DELE", &path, Question::Nothing),
            Operation::MakeDir(path) => ask(out, "MKD", &path, Question::MadePath),
            Operation::RemoveDir(path) => ask(out, "RMD", &path, Question::Nothing),
            Operation::ModifiedTime(path) => ask(out, "MDTM", &path, Question::Time),
            Operation::Rename { from, to } => ask(out, "RNFR", &from, Question::NewName(to)),
            Operation::Status(path) => {
                ask(out, "STAT", &path.unwrap_or_default(), Question::Nothing)
            }
            Operation::System => ask(out, "SYST", b"", Question::Nothing),
            Operation::Noop => ask(out, "NOOP", b"", Question::Nothing),
            Operation::Size(path) if server.ascii == Some(false) => {
                ask(out, "SIZE", &path, Question::Size)
            }
            Operation::Size(path) => {
                server.ascii = None;
                ask(out, "TYPE", b"I", Question::BinaryForSize(path))
            }
            Operation::Store(store) => Job::store(store).begin(server, out),
            Operation::Retrieve(retrieve) => Job::retrieve(retrieve).begin(server, out),
            Operation::Quit => {
                out.command("QUIT", b"");
                Step::Now(Doing::Quitting)
            }
        };
        self.follow(step, out)
    }

    pub(super) fn handle_reply(
        &mut self,
        now: Duration,
        reply: &Reply,
        out: &mut Outbox,
    ) -> SessionStatus {
        let server = &mut self.server;
        let step = match mem::replace(&mut self.doing, Doing::Idle) {
            Doing::Quitting if reply.class() == 1 => Step::Now(Doing::Quitting),
            Doing::Quitting => Step::Lost(Ok(Outcome::new(reply, Value::None)), None),
            doing if reply.code == 421 => closing(doing, reply, out),
            // Left over from an aborted transfer.
            Doing::Idle => Step::Now(Doing::Idle),
            Doing::LoggingIn(login) => login.handle_reply(reply, out),
            Doing::Asking(question) if is_of_transfer(reply) => Step::Now(Doing::Asking(question)),
            Doing::Asking(question) => question.answer(reply, server, out),
            Doing::Transferring(job) => job.handle_reply(now, reply, server, out),
            Doing::Settling(settling) => settling.handle_reply(now, reply),
        };
        self.follow(step, out)
    }

    /// TLS has begun on the control connection.
    pub(super) fn handle_secured(&mut self, out: &mut Outbox) -> SessionStatus {
        let step = match mem::replace(&mut self.doing, Doing::Idle) {
            Doing::LoggingIn(login) => login.handle_secured(&mut self.server, out),
            doing => Step::Now(doing),
        };
        self.follow(step, out)
    }

    pub(super) fn handle_timeout(&mut self, now: Duration, out: &mut Outbox) -> SessionStatus {
        let server = &mut self.server;
        let step = match mem::replace(&mut self.doing, Doing::Idle) {
            Doing::Transferring(job) => job.handle_timeout(now, server, out),
            Doing::Settling(settling) => settling.handle_timeout(now, out),
            doing => Step::Now(doing),
        };
        self.follow(step, out)
    }

    /// Hands an event of the data connection to the transfer, if there is one.
    pub(super) fn with_job(
        &mut self,
        out: &mut Outbox,
        handle: impl FnOnce(Job, &mut Server, &mut Outbox) -> Step,
    ) -> SessionStatus {
        let step = match mem::replace(&mut self.doing, Doing::Idle) {
            Doing::Transferring(job) => handle(job, &mut self.server, out),
            doing => Step::Now(doing),
        };
        self.follow(step, out)
    }

    pub(super) fn job(&self) -> Option<&Job> {
        match &self.doing {
            Doing::Transferring(job) => Some(job),
            _ => None,
        }
    }

    pub(super) fn job_mut(&mut self) -> Option<&mut Job> {
        match &mut self.doing {
            Doing::Transferring(job) => Some(job),
            _ => None,
        }
    }

    pub(super) fn abort(&mut self, now: Duration, out: &mut Outbox) -> SessionStatus {
        let cancelled = || Failure::new(FailureKind::Cancelled);
        let step = match mem::replace(&mut self.doing, Doing::Idle) {
            Doing::Idle => Step::Now(Doing::Idle),
            Doing::LoggingIn(_) | Doing::Quitting => Step::Lost(Err(cancelled()), None),
            Doing::Asking(_) => Step::Now(Doing::Settling(Settling::owed(
                now,
                End::Failed(cancelled()),
            ))),
            Doing::Transferring(job) => job.give_up(now, cancelled(), &mut self.server, out),
            Doing::Settling(mut settling) => {
                settling.cancel();
                Step::Now(Doing::Settling(settling))
            }
        };
        self.follow(step, out)
    }

    /// The control connection is gone.
    pub(super) fn end(mut self, failure: Failure, out: &mut Outbox) {
        match mem::replace(&mut self.doing, Doing::Idle) {
            Doing::Idle => out.tell(Event::Idle(failure)),
            Doing::Quitting if failure.kind == FailureKind::ControlClosed => {
                out.tell(Event::Done(Ok(Outcome {
                    code: 0,
                    text: Vec::new(),
                    value: Value::None,
                })));
            }
            Doing::LoggingIn(login) => out.tell(Event::Done(Err(login.end(failure)))),
            doing => {
                if let Doing::Transferring(job) = doing {
                    job.close(out);
                }
                out.tell(Event::Done(Err(failure)));
            }
        }
    }

    fn follow(&mut self, step: Step, out: &mut Outbox) -> SessionStatus {
        match step {
            Step::Now(doing) => {
                self.doing = doing;
                SessionStatus::Kept
            }
            Step::Done(result) => {
                self.doing = Doing::Idle;
                out.tell(Event::Done(result));
                SessionStatus::Kept
            }
            Step::Lost(result, reason) => {
                out.tell(Event::Done(result));
                if let Some(reason) = reason {
                    out.tell(Event::Idle(reason));
                }
                SessionStatus::Dropped
            }
            Step::Gone(reason) => {
                out.tell(Event::Idle(reason));
                SessionStatus::Dropped
            }
        }
    }
}

fn ask(out: &mut Outbox, verb: &str, parameter: &[u8], question: Question) -> Step {
    out.command(verb, parameter);
    Step::Now(Doing::Asking(question))
}

/// 421: the server is about to hang up, whatever was asked.
fn closing(doing: Doing, reply: &Reply, out: &mut Outbox) -> Step {
    let refused = Failure::refused(reply);
    let closed = Failure::by(FailureKind::ControlClosed, reply);
    match doing {
        Doing::Idle => {
            out.tell(Event::Idle(refused));
            Step::Gone(closed)
        }
        Doing::LoggingIn(_) => Step::Lost(Err(refused), None),
        Doing::Transferring(job) => {
            job.close(out);
            Step::Lost(Err(refused), Some(closed))
        }
        Doing::Asking(_) | Doing::Settling(_) | Doing::Quitting => {
            Step::Lost(Err(refused), Some(closed))
        }
    }
}

/// Replies that only a transfer gets: outside of one they are late, or (1xx) not the end.
fn is_of_transfer(reply: &Reply) -> bool {
    reply.class() == 1 || matches!(reply.code, 225 | 226 | 425 | 426)
}

impl Question {
    fn answer(self, reply: &Reply, server: &mut Server, out: &mut Outbox) -> Step {
        let found = match (self, reply.class()) {
            (Question::NewName(to), 3) if reply.code != 332 => {
                return ask(out, "RNTO", &to, Question::Nothing);
            }
            (Question::BinaryForSize(path), 2) => {
                server.ascii = Some(false);
                return ask(out, "SIZE", &path, Question::Size);
            }
            (Question::Nothing, 2) => Some(Value::None),
            (Question::Path, 2) => value::parse_path(&reply.text()).map(Value::Path),
            (Question::MadePath, 2) => {
                Some(value::parse_quoted_path(&reply.text()).map_or(Value::None, Value::Path))
            }
            (Question::Size, 2) => value::parse_size(&reply.text()).map(Value::Size),
            (Question::Time, 2) => value::parse_time(&reply.text()).map(Value::Time),
            _ => None,
        };
        Step::Done(match found {
            Some(value) => Ok(Outcome::new(reply, value)),
            None => Err(Failure::refused(reply)),
        })
    }
}

/// An IPv4 address that came through an IPv6 socket is an IPv4 address to FTP.
fn canonical(address: SocketAddr) -> SocketAddr {
    match address.ip().to_canonical() {
        ip if ip == address.ip() => address,
        ip => SocketAddr::new(ip, address.port()),
    }
}
