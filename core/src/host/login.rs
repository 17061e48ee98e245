//! Logging in: what is asked for, and a login under way.

use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use super::data_address::{self, DataAddress};
use super::login_steps::{self, Steps};
use super::plan::Next;
use super::response::{self, Answer};
use super::step::{Outcome, PayloadSpec, Step};
use super::tls::{Role, Tls};
use super::tls_setup::{self, Found};
use super::{FinalError, HostError, tls_error};
use crate::checksum::Checksum;
use crate::codes::{self, ModuleCode};
use crate::dialect::{CommandKind, Dialect, Family};

/// Where and as whom to log in, and through which PDP context.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    /// Name or address of the server.
    pub host: Vec<u8>,
    /// Its port.
    pub port: u16,
    /// User name.
    pub user: Vec<u8>,
    /// Password. No log, trace or error shows it.
    pub password: Vec<u8>,
    /// Access point; `None` leaves the context as it is set.
    pub apn: Option<Vec<u8>>,
    /// PDP context, 1 to 16.
    pub context: u8,
    /// Whether the server listens for data connections; active mode otherwise.
    pub passive: bool,
    /// `rsptimeout`, 20 to 180 seconds (002 §2.1). As long, a login waits for a command that another program left under
    /// way in the module.
    pub response_timeout_s: u8,
    /// Where data connections go in passive mode; `None` leaves the module as it is set, which is the server's address
    /// at first. Behind a NAT, with a server that names a private address, it is [`DataAddress::Peer`].
    pub data_address: Option<DataAddress>,
    /// TLS; `None` sends account and files in clear.
    pub tls: Option<Tls>,
}

impl Login {
    /// Port 21, context 1, passive mode, 90 seconds, access point and data address as they are, no TLS.
    pub fn new(
        host: impl Into<Vec<u8>>,
        user: impl Into<Vec<u8>>,
        password: impl Into<Vec<u8>>,
    ) -> Self {
        Login {
            host: host.into(),
            port: 21,
            user: user.into(),
            password: password.into(),
            apn: None,
            context: 1,
            passive: true,
            response_timeout_s: 90,
            data_address: None,
            tls: None,
        }
    }

    /// The same over TLS, at the port where servers listen for that: 990 for implicit TLS, 21 for explicit. For another
    /// one set `port` afterwards.
    #[must_use]
    pub fn over(mut self, tls: Tls) -> Self {
        self.port = tls.mode.default_port();
        self.tls = Some(tls);
        self
    }
}

impl core::fmt::Debug for Login {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(
            f,
            "Login({}@{}:{})",
            self.user.escape_ascii(),
            self.host.escape_ascii(),
            self.port
        )
    }
}

/// Between two tries to close the session of a busy module: with `rsptimeout` as their number it is waited for as long
/// as the module waits for the server.
const BUSY_PAUSE: Duration = Duration::from_secs(1);

/// The steps of a login that are left, and what was found out.
#[derive(Debug)]
pub(super) struct LoginPlan {
    family: Family,
    context: u8,
    steps: Steps,
    /// Those that end a session which is there, to be done again while the module is busy.
    ending: Steps,
    /// The last one, likewise.
    opening: Option<(LoginStep, Step)>,
    /// How many times more, each after [`BUSY_PAUSE`].
    patience: u8,
    /// A session is there, says the module.
    open: bool,
    running: Option<LoginStep>,
    name: String,
    /// Of the file that is being written.
    checksum: Checksum,
    tls: bool,
    checks_dates: bool,
    /// Opening has failed, which is to be explained.
    failed: Option<HostError>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LoginStep {
    /// Is a session open?
    State,
    /// Close it.
    Close,
    /// Is the context active?
    ContextState,
    /// Set it up and activate it.
    Context,
    Setting,
    /// FinalError where it is so already.
    Attempt,
    /// Is the file in the module's store, and how long is it?
    FileSize(Role),
    /// Is it the same?
    FileRead(Role),
    FileDelete(Role),
    FileWrite(Role),
    Open,
    /// Why has TLS failed?
    Why,
    /// And what time is it there?
    Clock,
}

impl LoginPlan {
    pub(super) fn new(dialect: &'static Dialect, login: &Login) -> Result<Self, HostError> {
        tls_setup::check(dialect, login)?;
        data_address::check(dialect, login)?;
        let steps = login_steps::steps(dialect, login)?;
        let opening = steps.back().cloned();
        let name = opening.as_ref().map(|(_, open)| open.describe());
        let ends = |step: &LoginStep| matches!(step, LoginStep::State | LoginStep::Close);
        let ending = steps.iter().filter(|(step, _)| ends(step));
        Ok(LoginPlan {
            family: dialect.family,
            context: login.context,
            ending: ending.cloned().collect(),
            opening,
            patience: login.response_timeout_s,
            open: false,
            steps,
            running: None,
            name: name.unwrap_or_default(),
            checksum: Checksum::default(),
            tls: login.tls.is_some(),
            checks_dates: login
                .tls
                .as_ref()
                .is_some_and(|tls| tls.verify && tls.check_dates),
            failed: None,
        })
    }

    pub(super) fn advance(&mut self, outcome: Option<Outcome>) -> Next {
        if let (Some(running), Some(outcome)) = (self.running, outcome) {
            match running {
                LoginStep::State if response::is_closed(self.family, &outcome) => {
                    self.skip(LoginStep::Close);
                }
                LoginStep::State if outcome.timed_out.is_none() => {
                    self.open = response::is_open(self.family, &outcome);
                }
                LoginStep::Close if outcome.timed_out.is_none() => {
                    if let Some(later) = self.closed(outcome) {
                        return later;
                    }
                }
                // Whatever setting the access point says, opening will tell; of a file, writing.
                LoginStep::Attempt | LoginStep::FileDelete(_) if outcome.timed_out.is_none() => {}
                LoginStep::ContextState if response::is_active(self.context, &outcome) => {
                    self.skip(LoginStep::Context);
                }
                LoginStep::ContextState
                    if self.family == Family::Fibocom && response::is_called(&outcome) =>
                {
                    self.skip(LoginStep::Context);
                }
                LoginStep::Context if self.family == Family::Fibocom => {
                    if let Err(failure) = called(&self.name, outcome) {
                        return Next::Finish(Err(failure));
                    }
                }
                LoginStep::Setting => {
                    let set = response::of_setting(self.family, &self.name, outcome);
                    if let Err(failure) = set {
                        return Next::Finish(Err(failure));
                    }
                }
                LoginStep::FileSize(role) if outcome.timed_out.is_none() => {
                    self.sized(role, &outcome);
                }
                LoginStep::FileRead(role) if outcome.timed_out.is_none() => {
                    self.read(role, &outcome);
                }
                LoginStep::FileWrite(_) => {
                    if let Err(failure) = self.written(outcome) {
                        return Next::Finish(Err(failure));
                    }
                }
                LoginStep::Open if self.patience > 0 && self.is_opening_elsewhere(&outcome) => {
                    self.steps.extend(self.opening.clone());
                    return self.end_later();
                }
                LoginStep::Open => {
                    if let Some(result) = self.opened(outcome) {
                        return Next::Finish(result);
                    }
                }
                LoginStep::Why | LoginStep::Clock => self.explain(running, &outcome),
                _ => {
                    if let Err(failure) = response::done(&self.name, outcome) {
                        return Next::Finish(Err(failure));
                    }
                }
            }
        }
        match self.steps.pop_front() {
            Some((running, step)) => {
                self.running = Some(running);
                self.name = step.describe();
                self.checksum = Checksum::default();
                self.checksum.update(&step.content.0);
                Next::Do(step)
            }
            None => Next::Finish(self.failed.take().map_or(Ok(Answer::Done), Err)),
        }
    }

    /// A session is closed only when no command is under way (003 §1.2.2, 603 in LTE): one that a program before us left
    /// there ends within `rsptimeout`. Whatever else closing says, opening will tell.
    fn closed(&mut self, outcome: Outcome) -> Option<Next> {
        let kind = CommandKind::FtpClose;
        let closed = response::of(self.family, kind, &self.name, PayloadSpec::Nothing, outcome);
        let is_busy = |failure: HostError| response::is_busy(self.family, &failure);
        let busy = self.open && closed.is_err_and(is_busy);
        (busy && self.patience > 0).then(|| self.end_later())
    }

    /// Fibocom says of a session that none is there until it is open (003 §1.2.1): that another program's is being opened
    /// is heard here.
    fn is_opening_elsewhere(&self, outcome: &Outcome) -> bool {
        let state = codes::fibocom::WRONG_STATE;
        self.family == Family::Fibocom && outcome.refusal == Some(FinalError::Cme(state))
    }

    /// After a pause it goes on with the end of the session that is there.
    fn end_later(&mut self) -> Next {
        self.patience -= 1;
        let rest = core::mem::replace(&mut self.steps, self.ending.clone());
        self.steps.extend(rest);
        self.running = None;
        Next::Pause(BUSY_PAUSE)
    }

    /// What opening has led to; nothing yet where the module is to be asked why.
    fn opened(&mut self, outcome: Outcome) -> Option<Result<Answer, HostError>> {
        let kind = CommandKind::FtpOpen;
        let opened = response::of(self.family, kind, &self.name, PayloadSpec::Nothing, outcome);
        match opened {
            Err(failure) if self.tls && tls_error::may_be_tls(&failure) => {
                self.failed = Some(failure);
                let question = tls_error::question(self.family);
                self.steps
                    .extend(question.map(|step| (LoginStep::Why, step)));
                None
            }
            opened => Some(opened),
        }
    }

    /// Adds to the failure what the module knows of it. Whether it answers or not, the login has failed.
    fn explain(&mut self, asked: LoginStep, outcome: &Outcome) {
        let Some(failure) = self.failed.take() else {
            return;
        };
        if asked == LoginStep::Clock {
            self.failed = Some(tls_error::at_time(failure, outcome));
            return;
        }
        let failure = tls_error::explained(failure, self.family, outcome);
        if self.checks_dates && tls_error::may_be_dates(&failure) {
            self.steps.push_back((LoginStep::Clock, tls_error::clock()));
        }
        self.failed = Some(failure);
    }

    /// What is to be written, if it still is.
    fn content(&self, role: Role) -> &[u8] {
        let written = |(step, _): &&(LoginStep, Step)| *step == LoginStep::FileWrite(role);
        let found = self.steps.iter().find(written);
        found.map_or(b"", |(_, step)| &step.content.0)
    }

    /// What is in the store is known by its size: nothing, another file, maybe the same.
    fn sized(&mut self, role: Role, outcome: &Outcome) {
        let length = self.content(role).len();
        let found = match outcome.refusal {
            Some(_) => Found::Other,
            None => tls_setup::found(&outcome.information, length),
        };
        if found != Found::SameSize {
            self.skip(LoginStep::FileRead(role));
        }
        if found == Found::Nothing {
            self.skip(LoginStep::FileDelete(role));
        }
    }

    /// The same is not written again.
    fn read(&mut self, role: Role, outcome: &Outcome) {
        if outcome.refusal.is_none() && outcome.payload.0 == self.content(role) {
            self.skip(LoginStep::FileDelete(role));
            self.skip(LoginStep::FileWrite(role));
        }
    }

    /// The module's checksum tells whether all of it arrived as it is.
    fn written(&self, outcome: Outcome) -> Result<(), HostError> {
        let carried = PayloadSpec::Up(outcome.bytes);
        let kind = CommandKind::FileUpload;
        match response::of(self.family, kind, &self.name, carried, outcome)? {
            Answer::Stored { checksum, .. } if checksum == self.checksum.value() => Ok(()),
            Answer::Stored { checksum, .. } => Err(HostError::ChecksumMismatch {
                command: self.name.clone(),
                expected: self.checksum.value(),
                found: checksum,
            }),
            _ => Err(HostError::Internal("an upload without a checksum")),
        }
    }

    fn skip(&mut self, what: LoginStep) {
        self.steps.retain(|(step, _)| *step != what);
    }
}

/// `+MIPCALL: <ip>`; 0 is a call that failed.
fn called(name: &str, outcome: Outcome) -> Result<(), HostError> {
    let outcome = response::done(name, outcome)?;
    match outcome.report.as_deref() {
        Some(b"0") | None => Err(HostError::Module {
            command: name.into(),
            code: ModuleCode::NETWORK,
            reply: None,
            raw_code: 0,
        }),
        Some(_) => Ok(()),
    }
}
