//! The steps of a login, a family each: all of them are put together before the first one is sent, so that what does not
//! fit is refused in time.

use alloc::collections::VecDeque;
use core::time::Duration;

use super::login::LoginStep;
use super::operation::command;
use super::step::{ACTIVATE, MARGIN, OPEN, SHORT, Step};
use super::{Failure, Login, gsm, security};
use crate::dialect::{Command, Dialect, Key, Service, Setting, Value, Verb};
use LoginStep::{Attempt, Close, Context, ContextState, Open, State};
use Value::{Integer, Omitted, Text};

/// Steps that are left, each with what it is for.
pub(super) type Steps = VecDeque<(LoginStep, Step)>;

/// The steps of a login as they are put together.
pub(super) struct Outline {
    dialect: &'static Dialect,
    /// What it is called where the dialect cannot do it.
    operation: &'static str,
    steps: Steps,
}

/// All steps of a login.
pub(super) fn steps(dialect: &'static Dialect, login: &Login) -> Result<Steps, Failure> {
    let secure = login.tls.as_ref().map(|tls| tls.mode.operation());
    let mut outline = Outline {
        dialect,
        operation: secure.unwrap_or("login"),
        steps: Steps::new(),
    };
    match dialect.service {
        Service::Lte => lte(&mut outline, login)?,
        Service::Gsm => gsm(&mut outline, login)?,
        Service::Fibocom => fibocom(&mut outline, login)?,
    }
    Ok(outline.steps)
}

/// Session, context, settings, opening (002 §3.1).
fn lte(outline: &mut Outline, login: &Login) -> Result<(), Failure> {
    let context = Integer(login.context.into());
    outline.command(State, Verb::FtpState, &[], SHORT)?;
    outline.command(Close, Verb::FtpClose, &[], OPEN)?;
    outline.query(ContextState, Verb::ContextActivate, b"AT+QIACT?\r")?;
    if let Some(apn) = &login.apn {
        let nobody = Text(b"");
        let values = [context, Integer(1), Text(apn), nobody, nobody, Integer(0)];
        outline.command(Context, Verb::ContextConfigure, &values, SHORT)?;
    }
    outline.command(Context, Verb::ContextActivate, &[context], ACTIVATE)?;
    let mode = match &login.tls {
        None => 0,
        Some(tls) => {
            security::lte(outline, login, tls)?;
            security::ssl_type(tls.mode)
        }
    };
    let timeout = login.response_timeout_s;
    outline.setting(Key::ContextId, &[context])?;
    outline.setting(Key::Account, &[Text(&login.user), Text(&login.password)])?;
    outline.setting(Key::FileType, &[Integer(0)])?;
    outline.setting(Key::TransferMode, &[Integer(login.passive.into())])?;
    outline.setting(Key::ResponseTimeout, &[Integer(timeout.into())])?;
    if let Some(address) = login.data_address {
        match address.values() {
            (address, None) => outline.setting(Key::DataAddress, &[Integer(address)])?,
            (address, Some(after)) => {
                outline.setting(Key::DataAddress, &[Integer(address), Integer(after)])?;
            }
        }
    }
    outline.setting(Key::SslType, &[Integer(mode)])?;
    if let Some(tls) = &login.tls {
        outline.setting(Key::SslContext, &[Integer(tls.context.into())])?;
    }
    let wait = OPEN.max(Duration::from_secs(timeout.into())) + MARGIN;
    let server = [Text(&login.host), Integer(login.port.into())];
    outline.command(Open, Verb::FtpOpen, &server, wait)
}

/// The module brings its context up by itself (001 §4.1).
fn gsm(outline: &mut Outline, login: &Login) -> Result<(), Failure> {
    outline.command(State, Verb::FtpState, &[], SHORT)?;
    outline.command(Close, Verb::FtpClose, &[], OPEN)?;
    if let Some(apn) = &login.apn {
        let values = [Integer(1), Text(apn)];
        outline.command(Attempt, Verb::ContextConfigure, &values, SHORT)?;
    }
    for step in gsm::settings(outline.dialect, login)? {
        outline.push(LoginStep::Setting, step);
    }
    let server = [Text(&login.host), Integer(login.port.into())];
    outline.command(Open, Verb::FtpOpen, &server, ACTIVATE + MARGIN)
}

/// The context by `AT+MIPCALL`; the account in the opening itself (003 §3.1).
fn fibocom(outline: &mut Outline, login: &Login) -> Result<(), Failure> {
    outline.query(State, Verb::FtpOpen, b"AT+FTPOPEN?\r")?;
    outline.command(Close, Verb::FtpClose, &[], OPEN)?;
    outline.query(ContextState, Verb::Call, b"AT+MIPCALL?\r")?;
    let apn = login.apn.as_ref().map_or(Omitted, |apn| Text(apn));
    outline.command(Context, Verb::Call, &[Integer(1), apn], ACTIVATE)?;
    let mode = [Integer(u64::from(!login.passive))];
    outline.command(LoginStep::Setting, Verb::FtpMode, &mode, SHORT)?;
    let port = match login.port {
        21 => Omitted,
        port => Integer(port.into()),
    };
    let secure = match &login.tls {
        None => Omitted,
        Some(tls) => {
            security::fibocom(outline, tls)?;
            Integer(security::ssl_type(tls.mode))
        }
    };
    let values = [
        Text(&login.host),
        Text(&login.user),
        Text(&login.password),
        Omitted,
        Omitted,
        port,
        Omitted,
        secure,
    ];
    outline.command(Open, Verb::FtpOpen, &values, ACTIVATE + MARGIN)
}

impl Outline {
    pub(super) fn dialect(&self) -> &'static Dialect {
        self.dialect
    }

    pub(super) fn push(&mut self, what: LoginStep, mut step: Step) {
        step.service = self.dialect.service;
        self.steps.push_back((what, step));
    }

    /// The step of a command in its write form.
    pub(super) fn step(
        &self,
        verb: Verb,
        values: &[Value<'_>],
        wait: Duration,
    ) -> Result<Step, Failure> {
        Step::of(command(self.dialect, verb, self.operation)?, values, wait)
    }

    pub(super) fn command(
        &mut self,
        what: LoginStep,
        verb: Verb,
        values: &[Value<'_>],
        wait: Duration,
    ) -> Result<(), Failure> {
        let step = self.step(verb, values, wait)?;
        self.push(what, step);
        Ok(())
    }

    /// A read form.
    fn query(&mut self, what: LoginStep, verb: Verb, line: &[u8]) -> Result<(), Failure> {
        let command = command(self.dialect, verb, self.operation)?;
        let step = Step {
            name: command.name,
            ..Step::plain(line, SHORT)
        };
        self.push(what, step);
        Ok(())
    }

    /// `AT+QFTPCFG="<name>",<values>`; nothing where the dialect lacks the setting.
    fn setting(&mut self, key: Key, values: &[Value<'_>]) -> Result<(), Failure> {
        let Some(setting) = self.dialect.setting(key) else {
            return Ok(());
        };
        let configure = command(self.dialect, Verb::FtpConfigure, self.operation)?;
        self.emit(LoginStep::Setting, configure, setting, None, values)
    }

    /// `AT+QSSLCFG="<name>",<context>,<value>`; nothing where the dialect lacks the setting.
    pub(super) fn ssl_setting(
        &mut self,
        context: u8,
        key: Key,
        value: Value<'_>,
    ) -> Result<(), Failure> {
        let mut settings = self.dialect.ssl_settings.iter();
        let Some(setting) = settings.find(|setting| setting.key == key) else {
            return Ok(());
        };
        let configure = command(self.dialect, Verb::SslConfigure, self.operation)?;
        // Older firmware does not know it, and loses nothing of what is checked.
        let what = match key {
            Key::ServerName => Attempt,
            _ => LoginStep::Setting,
        };
        self.emit(what, configure, setting, Some(context.into()), &[value])
    }

    fn emit(
        &mut self,
        what: LoginStep,
        configure: &'static Command,
        setting: &Setting,
        context: Option<u64>,
        values: &[Value<'_>],
    ) -> Result<(), Failure> {
        let line = setting
            .emit(configure, context, values)
            .map_err(|misfit| Failure::Misuse {
                command: configure.name,
                misfit,
            })?;
        let step = Step {
            name: configure.name,
            ..Step::plain(&line, SHORT)
        };
        self.push(what, step);
        Ok(())
    }
}
