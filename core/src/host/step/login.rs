//! The steps of a login as a family puts them together: all of them before the first one is sent, so that a parameter
//! that does not fit is refused in time.

use alloc::collections::VecDeque;

use super::joined::Joining;
use super::sequence::find_command;
use super::spare_lines::SpareLines;
use super::{SHORT, Step, Wait};
use crate::dialect::{Command, CommandKind, Dialect, Setting, SettingKind, Value};
use crate::host::error::HostError;
use crate::host::login::Login;
use crate::host::tls::CertificateRole;

/// The purpose of a login's step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LoginStep {
    /// Asks for the session.
    State,
    /// Closes it.
    Close,
    /// Asks for the context.
    ContextState,
    /// Sets it up and activates it.
    Context,
    /// Activates it, where a refusal is not the last word.
    Activate,
    /// Deactivates a context that the network took away: it comes up again after that alone (COMMON 2.1).
    Deactivate,
    /// Activates it again.
    Reactivate,
    /// Sets something.
    Setting,
    /// Sets something that the module may refuse.
    Attempt,
    /// Asks for the size of a file in the module's store.
    FileSize(CertificateRole),
    /// Reads it back, to compare it.
    FileRead(CertificateRole),
    /// Deletes it.
    FileDelete(CertificateRole),
    /// Writes it.
    FileWrite(CertificateRole),
    /// Opens the session.
    Open,
    /// Asks for the reason of a failed handshake.
    TlsReason,
    /// Asks for the module's clock.
    Clock,
}

impl LoginStep {
    /// Returns `true` if its command goes in one line with others: a question, or a setting.
    pub(crate) fn is_joined(self, joining: Joining) -> bool {
        match self {
            LoginStep::State | LoginStep::ContextState | LoginStep::Setting => true,
            LoginStep::Attempt => joining == Joining::All,
            _ => false,
        }
    }
}

/// Steps, each with its purpose.
pub(crate) type LoginSteps = VecDeque<(LoginStep, Step)>;

/// The steps of a login under construction.
pub(crate) struct LoginOutline {
    dialect: &'static Dialect,
    /// The operation's name, for the error of a dialect that lacks it.
    operation: &'static str,
    steps: LoginSteps,
}

impl LoginOutline {
    /// Makes an outline without steps.
    pub(crate) fn new(dialect: &'static Dialect, login: &Login) -> Self {
        let tls = login.tls.as_ref().map(|tls| tls.mode.operation());
        LoginOutline {
            dialect,
            operation: tls.unwrap_or("login"),
            steps: LoginSteps::new(),
        }
    }

    /// Returns the steps.
    pub(crate) fn into_steps(self) -> LoginSteps {
        self.steps
    }

    /// Returns the dialect that the steps are written in.
    pub(crate) fn dialect(&self) -> &'static Dialect {
        self.dialect
    }

    /// Adds a step.
    pub(crate) fn push(&mut self, purpose: LoginStep, step: Step) {
        self.steps.push_back((purpose, step));
    }

    /// Makes the step of a command in its write form.
    pub(crate) fn step(
        &self,
        kind: CommandKind,
        values: &[Value<'_>],
        wait: impl Into<Wait>,
    ) -> Result<Step, HostError> {
        let command = find_command(self.dialect, kind, self.operation)?;
        Step::for_command(
            &mut SpareLines::default(),
            self.dialect,
            command,
            values,
            wait,
        )
    }

    /// Adds a command in its write form.
    pub(crate) fn command(
        &mut self,
        purpose: LoginStep,
        kind: CommandKind,
        values: &[Value<'_>],
        wait: impl Into<Wait>,
    ) -> Result<(), HostError> {
        let step = self.step(kind, values, wait)?;
        self.push(purpose, step);
        Ok(())
    }

    /// Adds a command in its read form.
    pub(crate) fn query(
        &mut self,
        purpose: LoginStep,
        kind: CommandKind,
        line: &[u8],
    ) -> Result<(), HostError> {
        let command = find_command(self.dialect, kind, self.operation)?;
        let step = Step {
            name: command.name,
            ..Step::plain(self.dialect, line, SHORT)
        };
        self.push(purpose, step);
        Ok(())
    }

    /// Adds `AT+QFTPCFG="<name>",<values>`; nothing where the dialect lacks the setting.
    pub(crate) fn setting(
        &mut self,
        kind: SettingKind,
        values: &[Value<'_>],
    ) -> Result<(), HostError> {
        let Some(setting) = self.dialect.setting(kind) else {
            return Ok(());
        };
        let configure = find_command(self.dialect, CommandKind::FtpConfigure, self.operation)?;
        self.emit(LoginStep::Setting, configure, setting, None, values)
    }

    /// Adds `AT+QSSLCFG="<name>",<context>,<value>`; nothing where the dialect lacks the setting.
    pub(crate) fn ssl_setting(
        &mut self,
        context: u8,
        kind: SettingKind,
        value: Value<'_>,
    ) -> Result<(), HostError> {
        let mut settings = self.dialect.ssl_settings.iter();
        let Some(setting) = settings.find(|setting| setting.kind == kind) else {
            return Ok(());
        };
        let configure = find_command(self.dialect, CommandKind::SslConfigure, self.operation)?;
        // Older firmware does not know it, and loses nothing of what is checked.
        let purpose = match kind {
            SettingKind::ServerName => LoginStep::Attempt,
            _ => LoginStep::Setting,
        };
        self.emit(purpose, configure, setting, Some(context.into()), &[value])
    }

    fn emit(
        &mut self,
        purpose: LoginStep,
        configure: &'static Command,
        setting: &Setting,
        context: Option<u64>,
        values: &[Value<'_>],
    ) -> Result<(), HostError> {
        let step = Step::for_setting(
            &mut SpareLines::default(),
            self.dialect,
            configure,
            setting,
            context,
            values,
        )?;
        self.push(purpose, step);
        Ok(())
    }
}
