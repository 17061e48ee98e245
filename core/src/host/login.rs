//! Logging in: the PDP context, the settings, the session.

use alloc::collections::VecDeque;
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use super::answer::{self, Answer};
use super::operation::command;
use super::plan::Next;
use super::step::{ACTIVATE, Carried, MARGIN, OPEN, Outcome, SHORT, Step};
use super::{Failure, gsm};
use crate::codes;
use crate::dialect::{Dialect, Key, Service, Value, Verb};

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
    /// `rsptimeout`, 20 to 180 seconds (002 §2.1).
    pub response_timeout_s: u8,
}

impl Login {
    /// Port 21, context 1, passive mode, 90 seconds, the access point as it is.
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
        }
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

/// The steps of a login that are left, and what was found out.
#[derive(Debug)]
pub(super) struct LoginPlan {
    service: Service,
    context: u8,
    steps: VecDeque<(LoginStep, Step)>,
    running: Option<LoginStep>,
    name: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LoginStep {
    /// Is a session open?
    State,
    /// Close it.
    Close,
    /// Is the context active?
    ContextState,
    /// Set it up and activate it.
    Context,
    Setting,
    /// Refused where it is so already.
    Attempt,
    Open,
}

impl LoginPlan {
    pub(super) fn new(dialect: &'static Dialect, login: &Login) -> Result<Self, Failure> {
        let mut steps = match dialect.service {
            Service::Lte => lte_steps(dialect, login)?,
            Service::Gsm => gsm_steps(dialect, login)?,
            Service::Fibocom => fibocom_steps(dialect, login)?,
        };
        for (_, step) in &mut steps {
            step.service = dialect.service;
        }
        let name = steps.back().map(|(_, open)| open.describe());
        Ok(LoginPlan {
            service: dialect.service,
            context: login.context,
            steps,
            running: None,
            name: name.unwrap_or_default(),
        })
    }

    pub(super) fn advance(&mut self, outcome: Option<Outcome>) -> Next {
        if let (Some(running), Some(outcome)) = (self.running, outcome) {
            match running {
                LoginStep::State if answer::is_closed(self.service, &outcome) => {
                    self.skip(LoginStep::Close);
                }
                // Whatever closing or setting the access point says, opening will tell.
                LoginStep::State | LoginStep::Close | LoginStep::Attempt
                    if outcome.timed_out.is_none() => {}
                LoginStep::ContextState if answer::is_active(self.context, &outcome) => {
                    self.skip(LoginStep::Context);
                }
                LoginStep::ContextState
                    if self.service == Service::Fibocom && answer::is_called(&outcome) =>
                {
                    self.skip(LoginStep::Context);
                }
                LoginStep::Context if self.service == Service::Fibocom => {
                    if let Err(failure) = called(&self.name, outcome) {
                        return Next::Finish(Err(failure));
                    }
                }
                LoginStep::Setting => {
                    let set = answer::of_setting(self.service, &self.name, outcome);
                    if let Err(failure) = set {
                        return Next::Finish(Err(failure));
                    }
                }
                LoginStep::Open => {
                    return Next::Finish(answer::of(
                        self.service,
                        Verb::FtpOpen,
                        &self.name,
                        Carried::Nothing,
                        outcome,
                    ));
                }
                _ => {
                    if let Err(failure) = answer::done(&self.name, outcome) {
                        return Next::Finish(Err(failure));
                    }
                }
            }
        }
        match self.steps.pop_front() {
            Some((running, step)) => {
                self.running = Some(running);
                self.name = step.describe();
                Next::Do(step)
            }
            None => Next::Finish(Ok(Answer::Done)),
        }
    }

    fn skip(&mut self, what: LoginStep) {
        self.steps.retain(|(step, _)| *step != what);
    }
}

type Steps = VecDeque<(LoginStep, Step)>;

/// Session, context, settings, opening (002 §3.1).
fn lte_steps(dialect: &'static Dialect, login: &Login) -> Result<Steps, Failure> {
    use LoginStep::{Close, Context, ContextState, Open, Setting, State};
    use Value::{Integer, Text};
    let find = |verb| command(dialect, verb, "login");
    let context = Integer(u64::from(login.context));
    let mut steps = VecDeque::new();
    steps.push_back((State, Step::of(find(Verb::FtpState)?, &[], SHORT)?));
    steps.push_back((Close, Step::of(find(Verb::FtpClose)?, &[], OPEN)?));
    let activate = find(Verb::ContextActivate)?;
    let query = Step {
        name: activate.name,
        ..Step::plain(b"AT+QIACT?\r", SHORT)
    };
    steps.push_back((ContextState, query));
    if let Some(apn) = &login.apn {
        let values = [
            context,
            Integer(1),
            Text(apn),
            Text(b""),
            Text(b""),
            Integer(0),
        ];
        steps.push_back((
            Context,
            Step::of(find(Verb::ContextConfigure)?, &values, SHORT)?,
        ));
    }
    steps.push_back((Context, Step::of(activate, &[context], ACTIVATE)?));
    let configure = find(Verb::FtpConfigure)?;
    let settings = [
        (Key::ContextId, alloc::vec![context]),
        (
            Key::Account,
            alloc::vec![Text(&login.user), Text(&login.password)],
        ),
        (Key::FileType, alloc::vec![Integer(0)]),
        (
            Key::TransferMode,
            alloc::vec![Integer(u64::from(login.passive))],
        ),
        (
            Key::ResponseTimeout,
            alloc::vec![Integer(u64::from(login.response_timeout_s))],
        ),
        (Key::SslType, alloc::vec![Integer(0)]),
    ];
    for (key, values) in settings {
        let Some(setting) = dialect.setting(key) else {
            continue;
        };
        let line = setting
            .emit(configure, None, &values)
            .map_err(|misfit| Failure::Misuse {
                command: configure.name,
                misfit,
            })?;
        let step = Step {
            name: configure.name,
            ..Step::plain(&line, SHORT)
        };
        steps.push_back((Setting, step));
    }
    let wait = OPEN.max(Duration::from_secs(login.response_timeout_s.into())) + MARGIN;
    let open = Step::of(
        find(Verb::FtpOpen)?,
        &[Text(&login.host), Integer(login.port.into())],
        wait,
    )?;
    steps.push_back((Open, open));
    Ok(steps)
}

/// The module brings its context up by itself (001 §4.1).
fn gsm_steps(dialect: &'static Dialect, login: &Login) -> Result<Steps, Failure> {
    use LoginStep::{Attempt, Close, Open, Setting, State};
    use Value::{Integer, Text};
    let find = |verb| command(dialect, verb, "login");
    let mut steps = VecDeque::new();
    steps.push_back((State, Step::of(find(Verb::FtpState)?, &[], SHORT)?));
    steps.push_back((Close, Step::of(find(Verb::FtpClose)?, &[], OPEN)?));
    if let Some(apn) = &login.apn {
        let values = [Integer(1), Text(apn)];
        let context = find(Verb::ContextConfigure)?;
        steps.push_back((Attempt, Step::of(context, &values, SHORT)?));
    }
    for step in gsm::settings(dialect, login)? {
        steps.push_back((Setting, step));
    }
    let values = [Text(&login.host), Integer(login.port.into())];
    let open = Step::of(find(Verb::FtpOpen)?, &values, ACTIVATE + MARGIN)?;
    steps.push_back((Open, open));
    Ok(steps)
}

/// The context by `AT+MIPCALL`; the account in the opening itself (003 §3.1).
fn fibocom_steps(dialect: &'static Dialect, login: &Login) -> Result<Steps, Failure> {
    use LoginStep::{Close, Context, ContextState, Open, Setting, State};
    use Value::{Integer, Omitted, Text};
    let find = |verb| command(dialect, verb, "login");
    let query = |verb, line: &[u8]| {
        find(verb).map(|command| Step {
            name: command.name,
            ..Step::plain(line, SHORT)
        })
    };
    let mut steps = VecDeque::new();
    steps.push_back((State, query(Verb::FtpOpen, b"AT+FTPOPEN?\r")?));
    steps.push_back((Close, Step::of(find(Verb::FtpClose)?, &[], OPEN)?));
    steps.push_back((ContextState, query(Verb::Call, b"AT+MIPCALL?\r")?));
    let apn = login.apn.as_ref().map_or(Omitted, |apn| Text(apn));
    let call = Step::of(find(Verb::Call)?, &[Integer(1), apn], ACTIVATE)?;
    steps.push_back((Context, call));
    let mode = [Integer(u64::from(!login.passive))];
    steps.push_back((Setting, Step::of(find(Verb::FtpMode)?, &mode, SHORT)?));
    let port = match login.port {
        21 => Omitted,
        port => Integer(port.into()),
    };
    let values = [
        Text(&login.host),
        Text(&login.user),
        Text(&login.password),
        Omitted,
        Omitted,
        port,
    ];
    let open = Step::of(find(Verb::FtpOpen)?, &values, ACTIVATE + MARGIN)?;
    steps.push_back((Open, open));
    Ok(steps)
}

/// `+MIPCALL: <ip>`; 0 is a call that failed.
fn called(name: &str, outcome: Outcome) -> Result<(), Failure> {
    let outcome = answer::done(name, outcome)?;
    match outcome.report.as_deref() {
        Some(b"0") | None => Err(Failure::Module {
            operation: name.into(),
            code: codes::NETWORK,
            reply: None,
            said: 0,
        }),
        Some(_) => Ok(()),
    }
}
