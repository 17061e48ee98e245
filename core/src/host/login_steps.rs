//! The steps of a login, a family each: all of them are put together before the first one is sent, so that what does not
//! fit is refused in time.

use alloc::collections::VecDeque;
use core::time::Duration;

use super::login::LoginStep;
use super::operation::command;
use super::step::{ACTIVATE, MARGIN, OPEN, SHORT, Step};
use super::{HostError, Login, gsm, tls_setup};
use crate::dialect::{Command, CommandKind, Dialect, Family, Setting, SettingKind, Value};
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
pub(super) fn steps(dialect: &'static Dialect, login: &Login) -> Result<Steps, HostError> {
    let secure = login.tls.as_ref().map(|tls| tls.mode.operation());
    let mut outline = Outline {
        dialect,
        operation: secure.unwrap_or("login"),
        steps: Steps::new(),
    };
    match dialect.family {
        Family::Lte => lte(&mut outline, login)?,
        Family::Gsm => gsm(&mut outline, login)?,
        Family::Fibocom => fibocom(&mut outline, login)?,
    }
    Ok(outline.steps)
}

/// Session, context, settings, opening (002 §3.1).
fn lte(outline: &mut Outline, login: &Login) -> Result<(), HostError> {
    let context = Integer(login.context.into());
    outline.command(State, CommandKind::FtpState, &[], SHORT)?;
    outline.command(Close, CommandKind::FtpClose, &[], OPEN)?;
    outline.query(ContextState, CommandKind::ContextActivate, b"AT+QIACT?\r")?;
    if let Some(apn) = &login.apn {
        let nobody = Text(b"");
        let values = [context, Integer(1), Text(apn), nobody, nobody, Integer(0)];
        outline.command(Context, CommandKind::ContextConfigure, &values, SHORT)?;
    }
    outline.command(Context, CommandKind::ContextActivate, &[context], ACTIVATE)?;
    let mode = match &login.tls {
        None => 0,
        Some(tls) => {
            tls_setup::lte(outline, login, tls)?;
            tls_setup::ssl_type(tls.mode)
        }
    };
    let timeout = login.response_timeout_s;
    outline.setting(SettingKind::ContextId, &[context])?;
    outline.setting(
        SettingKind::Account,
        &[Text(&login.user), Text(&login.password)],
    )?;
    outline.setting(SettingKind::FileType, &[Integer(0)])?;
    outline.setting(SettingKind::TransferMode, &[Integer(login.passive.into())])?;
    outline.setting(SettingKind::ResponseTimeout, &[Integer(timeout.into())])?;
    if let Some(address) = login.data_address {
        match address.values() {
            (address, None) => outline.setting(SettingKind::DataAddress, &[Integer(address)])?,
            (address, Some(after)) => {
                outline.setting(
                    SettingKind::DataAddress,
                    &[Integer(address), Integer(after)],
                )?;
            }
        }
    }
    outline.setting(SettingKind::SslType, &[Integer(mode)])?;
    if let Some(tls) = &login.tls {
        outline.setting(SettingKind::SslContext, &[Integer(tls.context.into())])?;
    }
    let wait = OPEN.max(Duration::from_secs(timeout.into())) + MARGIN;
    let server = [Text(&login.host), Integer(login.port.into())];
    outline.command(Open, CommandKind::FtpOpen, &server, wait)
}

/// The module brings its context up by itself (001 §4.1).
fn gsm(outline: &mut Outline, login: &Login) -> Result<(), HostError> {
    outline.command(State, CommandKind::FtpState, &[], SHORT)?;
    outline.command(Close, CommandKind::FtpClose, &[], OPEN)?;
    if let Some(apn) = &login.apn {
        let values = [Integer(1), Text(apn)];
        outline.command(Attempt, CommandKind::ContextConfigure, &values, SHORT)?;
    }
    for step in gsm::settings(outline.dialect, login)? {
        outline.push(LoginStep::Setting, step);
    }
    let server = [Text(&login.host), Integer(login.port.into())];
    outline.command(Open, CommandKind::FtpOpen, &server, ACTIVATE + MARGIN)
}

/// The context by `AT+MIPCALL`; the account in the opening itself (003 §3.1).
fn fibocom(outline: &mut Outline, login: &Login) -> Result<(), HostError> {
    outline.query(State, CommandKind::FtpOpen, b"AT+FTPOPEN?\r")?;
    outline.command(Close, CommandKind::FtpClose, &[], OPEN)?;
    outline.query(ContextState, CommandKind::Call, b"AT+MIPCALL?\r")?;
    let apn = login.apn.as_ref().map_or(Omitted, |apn| Text(apn));
    outline.command(Context, CommandKind::Call, &[Integer(1), apn], ACTIVATE)?;
    let mode = [Integer(u64::from(!login.passive))];
    outline.command(LoginStep::Setting, CommandKind::FtpMode, &mode, SHORT)?;
    let port = match login.port {
        21 => Omitted,
        port => Integer(port.into()),
    };
    let secure = match &login.tls {
        None => Omitted,
        Some(tls) => {
            tls_setup::fibocom(outline, tls)?;
            Integer(tls_setup::ssl_type(tls.mode))
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
    outline.command(Open, CommandKind::FtpOpen, &values, ACTIVATE + MARGIN)
}

impl Outline {
    pub(super) fn dialect(&self) -> &'static Dialect {
        self.dialect
    }

    pub(super) fn push(&mut self, what: LoginStep, mut step: Step) {
        step.family = self.dialect.family;
        self.steps.push_back((what, step));
    }

    /// The step of a command in its write form.
    pub(super) fn step(
        &self,
        kind: CommandKind,
        values: &[Value<'_>],
        wait: Duration,
    ) -> Result<Step, HostError> {
        Step::of(command(self.dialect, kind, self.operation)?, values, wait)
    }

    pub(super) fn command(
        &mut self,
        what: LoginStep,
        kind: CommandKind,
        values: &[Value<'_>],
        wait: Duration,
    ) -> Result<(), HostError> {
        let step = self.step(kind, values, wait)?;
        self.push(what, step);
        Ok(())
    }

    /// A read form.
    fn query(&mut self, what: LoginStep, kind: CommandKind, line: &[u8]) -> Result<(), HostError> {
        let command = command(self.dialect, kind, self.operation)?;
        let step = Step {
            name: command.name,
            ..Step::plain(line, SHORT)
        };
        self.push(what, step);
        Ok(())
    }

    /// `AT+QFTPCFG="<name>",<values>`; nothing where the dialect lacks the setting.
    fn setting(&mut self, kind: SettingKind, values: &[Value<'_>]) -> Result<(), HostError> {
        let Some(setting) = self.dialect.setting(kind) else {
            return Ok(());
        };
        let configure = command(self.dialect, CommandKind::FtpConfigure, self.operation)?;
        self.emit(LoginStep::Setting, configure, setting, None, values)
    }

    /// `AT+QSSLCFG="<name>",<context>,<value>`; nothing where the dialect lacks the setting.
    pub(super) fn ssl_setting(
        &mut self,
        context: u8,
        kind: SettingKind,
        value: Value<'_>,
    ) -> Result<(), HostError> {
        let mut settings = self.dialect.ssl_settings.iter();
        let Some(setting) = settings.find(|setting| setting.kind == kind) else {
            return Ok(());
        };
        let configure = command(self.dialect, CommandKind::SslConfigure, self.operation)?;
        // Older firmware does not know it, and loses nothing of what is checked.
        let what = match kind {
            SettingKind::ServerName => Attempt,
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
    ) -> Result<(), HostError> {
        let line = setting
            .emit(configure, context, values)
            .map_err(|param_error| HostError::InvalidArgument {
                command: configure.name,
                param_error,
            })?;
        let step = Step {
            name: configure.name,
            ..Step::plain(&line, SHORT)
        };
        self.push(what, step);
        Ok(())
    }
}
