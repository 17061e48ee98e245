//! A login under way.

use alloc::vec::Vec;
use core::time::Duration;

use super::next::Next;
use super::tls_error::{clock_question, may_be_dates, may_be_tls, with_clock, with_reason};
use crate::checksum::Checksum;
use crate::dialect::{CommandKind, Dialect};
use crate::host::answer::{Answer, ServiceState};
use crate::host::error::HostError;
use crate::host::family::{self, HostFamily};
use crate::host::login::Login;
use crate::host::response::{self, AnsweredCommand};
use crate::host::short_bytes::CommandName;
use crate::host::step::joined::{self, Joining};
use crate::host::step::login::{LoginOutline, LoginStep, LoginSteps};
use crate::host::step::outcome::Outcome;
use crate::host::step::{PayloadSpec, Step, unsupported};
use crate::host::tls::CertificateRole;

/// The pause between two tries to close the session of a busy module. With `rsptimeout` as their number, the login
/// waits as long as the module waits for the server.
const BUSY_PAUSE: Duration = Duration::from_secs(1);

/// The steps that a login still has to do, and its findings.
pub(super) struct LoginPlan {
    dialect: &'static Dialect,
    family: &'static dyn HostFamily,
    context: u8,
    response_timeout_s: u8,
    steps: LoginSteps,
    /// The steps that end an open session, for another try while the module is busy.
    ending: LoginSteps,
    /// The last step, likewise.
    opening: Option<(LoginStep, Step)>,
    /// The number of times that the login may still try, each after [`BUSY_PAUSE`].
    tries: u8,
    session: FoundSession,
    running: Option<LoginStep>,
    pub(super) joining: Joining,
    /// The steps of the line that runs, where it has several commands.
    line: Vec<(LoginStep, Step)>,
    one_by_one: OneByOne,
    /// The command of the step that runs, for errors.
    name: CommandName,
    /// The checksum of the file that is being written.
    checksum: Checksum,
    tls: TlsDoubts,
    /// Opening has failed; the login asks the module for the reason.
    failed: Option<HostError>,
}

/// The module's answer to the question for a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FoundSession {
    Unknown,
    Open,
}

/// The steps of a line of several commands that failed, which are done one by one.
#[derive(Clone, Copy, Debug, Default)]
struct OneByOne {
    /// The number of those that are still to be done.
    left: usize,
    /// One of them was refused.
    refused: bool,
}

/// The possible reasons if opening fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TlsDoubts {
    /// The login is without TLS.
    None,
    /// TLS, but not the dates of certificates.
    Tls,
    TlsAndDates,
}

/// A file that is in the module's store under a certificate's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FoundFile {
    None,
    SameSize,
    /// Another file, or one of unknown size.
    Other,
}

impl core::fmt::Debug for LoginPlan {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "LoginPlan({:?})", self.running)
    }
}

impl LoginPlan {
    /// Plans a login.
    pub(super) fn new(dialect: &'static Dialect, login: &Login) -> Result<Self, HostError> {
        let family = family::of(dialect.family);
        if let Some(tls) = &login.tls {
            family.check_tls(dialect, login, tls)?;
        }
        check_data_address(dialect, login)?;
        let mut outline = LoginOutline::new(dialect, login);
        family.add_login_steps(&mut outline, login)?;
        let steps = outline.into_steps();
        let opening = steps.back().cloned();
        let name = opening.as_ref().map(|(_, open)| open.describe());
        let ends = |step: &LoginStep| matches!(step, LoginStep::State | LoginStep::Close);
        let ending = steps.iter().filter(|(step, _)| ends(step));
        Ok(LoginPlan {
            dialect,
            family,
            context: login.context,
            response_timeout_s: login.response_timeout_s,
            ending: ending.cloned().collect(),
            opening,
            tries: login.response_timeout_s,
            session: FoundSession::Unknown,
            steps,
            running: None,
            joining: Joining::default(),
            line: Vec::new(),
            one_by_one: OneByOne::default(),
            name: name.unwrap_or_default(),
            checksum: Checksum::default(),
            tls: match &login.tls {
                None => TlsDoubts::None,
                Some(tls) if tls.verify && tls.check_dates => TlsDoubts::TlsAndDates,
                Some(_) => TlsDoubts::Tls,
            },
            failed: None,
        })
    }

    /// Returns the `rsptimeout` that it sets.
    pub(super) fn response_timeout_s(&self) -> u8 {
        self.response_timeout_s
    }

    /// Returns the next action, after the outcome of the last step.
    pub(super) fn advance(&mut self, outcome: Option<Outcome>) -> Next {
        let line = core::mem::take(&mut self.line);
        let next = match (self.running, outcome) {
            (_, Some(outcome)) if !line.is_empty() => self.take_line(line, &outcome),
            (Some(running), Some(outcome)) => {
                self.note_single(outcome.final_error.is_some());
                self.take(running, outcome)
            }
            _ => None,
        };
        if let Some(next) = next {
            return next;
        }
        let count = self.joinable();
        if count > 1 {
            self.line = self.steps.drain(..count).collect();
            self.name = self.line[0].1.describe();
            let line = joined::joined(self.line.iter().map(|(_, step)| step));
            return line.map_or_else(
                || Next::Finish(Err(HostError::Internal("a line without commands"))),
                Next::Run,
            );
        }
        match self.steps.pop_front() {
            Some((running, step)) => {
                self.running = Some(running);
                self.name = step.describe();
                self.checksum = Checksum::default();
                self.checksum.update(step.own_payload());
                Next::Run(step)
            }
            None => Next::Finish(self.failed.take().map_or(Ok(Answer::Done), Err)),
        }
    }

    /// Takes the outcome of the step that has ended; `None` when the login goes on with its steps.
    fn take(&mut self, running: LoginStep, mut outcome: Outcome) -> Option<Next> {
        let timed_out = outcome.timed_out.clone();
        let taken = match (running, timed_out) {
            (LoginStep::State, _) => self.take_state(outcome),
            (LoginStep::ContextState, _) => self.take_context_state(outcome),
            (LoginStep::Open, _) => return self.opened(outcome),
            (LoginStep::TlsReason, _) => {
                self.explain(&outcome);
                Ok(())
            }
            (LoginStep::Clock, _) => {
                self.failed = self
                    .failed
                    .take()
                    .map(|failure| with_clock(failure, &outcome));
                Ok(())
            }
            (_, Some(failure)) => Err(failure),
            (LoginStep::Close, None) => return self.closed(outcome),
            (LoginStep::Activate, None) => {
                if outcome.final_error.is_none() {
                    self.skip_reactivation();
                }
                Ok(())
            }
            (LoginStep::Context | LoginStep::Reactivate, None) => {
                self.family.check_activation(&self.name, &mut outcome)
            }
            (LoginStep::Setting, None) => self.family.check_setting(AnsweredCommand {
                kind: CommandKind::FtpConfigure,
                name: &self.name,
                payload: PayloadSpec::Nothing,
                outcome: &mut outcome,
            }),
            // Opening will show a setting that matters, and writing a file that is still there.
            (LoginStep::Deactivate | LoginStep::Attempt | LoginStep::FileDelete(_), None) => Ok(()),
            (LoginStep::FileSize(role), None) => {
                self.sized(role, &outcome);
                Ok(())
            }
            (LoginStep::FileRead(role), None) => {
                self.compared(role, &outcome);
                Ok(())
            }
            (LoginStep::FileWrite(_), None) => self.written(outcome),
        };
        taken.err().map(|failure| Next::Finish(Err(failure)))
    }

    /// Returns the number of next steps that go in one line.
    fn joinable(&self) -> usize {
        if self.one_by_one.left > 0 || self.joining == Joining::Never {
            return 1;
        }
        let mut length = joined::FRAME;
        let joins = |(purpose, step): &&(LoginStep, Step)| {
            length += step.joined_length();
            purpose.is_joined(self.joining)
                && step.is_joinable()
                && length <= self.dialect.longest_line
        };
        self.steps.iter().take_while(joins).count()
    }

    /// Takes the outcome of a line of several commands. Where one of them may have failed, all are done one by one.
    fn take_line(&mut self, line: Vec<(LoginStep, Step)>, outcome: &Outcome) -> Option<Next> {
        let steps = line.iter().map(|(_, step)| step);
        if let Some(outcomes) = joined::outcomes(steps, outcome) {
            let mut parts = line.iter().zip(outcomes);
            return parts.find_map(|((purpose, step), outcome)| {
                self.name = step.describe();
                self.take(*purpose, outcome)
            });
        }
        // Nothing came, or not its end: the line may be on its way yet. A module that said `OK` has left out the rest.
        if let Some(failure) = outcome.timed_out.clone()
            && !outcome.accepted
            && !joined::came_to_its_end(outcome)
        {
            return Some(Next::Finish(Err(failure)));
        }
        self.one_by_one = OneByOne {
            left: line.len(),
            refused: false,
        };
        let rest = core::mem::take(&mut self.steps);
        self.steps = line.into_iter().chain(rest).collect();
        None
    }

    /// Takes note of a step that was done alone. Where all of a line were done so and none was refused, the module takes
    /// no such lines.
    fn note_single(&mut self, refused: bool) {
        let alone = &mut self.one_by_one;
        if alone.left == 0 {
            return;
        }
        alone.left -= 1;
        alone.refused |= refused;
        if alone.left == 0 {
            self.joining = if alone.refused {
                Joining::Known
            } else {
                Joining::Never
            };
        }
    }

    fn take_state(&mut self, outcome: Outcome) -> Result<(), HostError> {
        let state = self.family.service_state(&outcome);
        if state == Some(ServiceState::Closed) {
            self.skip(LoginStep::Close);
            return Ok(());
        }
        if let Some(failure) = outcome.timed_out {
            return Err(failure);
        }
        self.session = match state {
            Some(_) => FoundSession::Open,
            None => FoundSession::Unknown,
        };
        Ok(())
    }

    fn take_context_state(&mut self, mut outcome: Outcome) -> Result<(), HostError> {
        if self.family.is_context_active(self.context, &outcome) {
            self.skip(LoginStep::Context);
            self.skip(LoginStep::Activate);
            self.skip_reactivation();
            return Ok(());
        }
        response::check_result(&self.name, &mut outcome)
    }

    /// Tries again later if a command of another program still runs: the module closes a session only without one (003
    /// §1.2.2, 603 in LTE), and the command ends within `rsptimeout`. Opening will show any other failure.
    fn closed(&mut self, outcome: Outcome) -> Option<Next> {
        let closed = self.answer(CommandKind::FtpClose, PayloadSpec::Nothing, outcome);
        let is_busy = |failure: HostError| self.family.is_busy(&failure);
        let busy = self.session == FoundSession::Open && closed.is_err_and(is_busy);
        (busy && self.tries > 0).then(|| self.end_later())
    }

    /// Ends the session that is there after a pause.
    fn end_later(&mut self) -> Next {
        self.tries -= 1;
        let rest = core::mem::replace(&mut self.steps, self.ending.clone());
        self.steps.extend(rest);
        self.running = None;
        Next::Pause(BUSY_PAUSE)
    }

    /// Ends the login, unless the module is to be asked for the reason of a failure.
    fn opened(&mut self, outcome: Outcome) -> Option<Next> {
        if self.tries > 0 && self.family.is_opening_elsewhere(&outcome) {
            self.steps.extend(self.opening.clone());
            return Some(self.end_later());
        }
        match self.answer(CommandKind::FtpOpen, PayloadSpec::Nothing, outcome) {
            Err(failure) if self.tls != TlsDoubts::None && may_be_tls(&failure) => {
                self.failed = Some(failure);
                let question = self.family.tls_question(self.dialect);
                let step = question.map(|step| (LoginStep::TlsReason, step));
                self.steps.extend(step);
                None
            }
            opened => Some(Next::Finish(opened)),
        }
    }

    /// Adds the module's reason to the failure. The login has failed, with or without an answer.
    fn explain(&mut self, outcome: &Outcome) {
        let Some(failure) = self.failed.take() else {
            return;
        };
        let failure = with_reason(failure, self.family.tls_reason(outcome));
        if self.tls == TlsDoubts::TlsAndDates && may_be_dates(&failure) {
            let step = (LoginStep::Clock, clock_question(self.dialect));
            self.steps.push_back(step);
        }
        self.failed = Some(failure);
    }

    /// Returns the file that is still to be written.
    fn content(&self, role: CertificateRole) -> &[u8] {
        let mut steps = self.steps.iter();
        let found = steps.find(|(step, _)| *step == LoginStep::FileWrite(role));
        found.map_or(b"", |(_, step)| step.own_payload())
    }

    /// Skips the steps that the size of the stored file makes needless.
    fn sized(&mut self, role: CertificateRole, outcome: &Outcome) {
        let length = self.content(role).len();
        let found = match outcome.final_error {
            Some(_) => FoundFile::Other,
            None => stored_file(&outcome.information, length),
        };
        if found != FoundFile::SameSize {
            self.skip(LoginStep::FileRead(role));
        }
        if found == FoundFile::None {
            self.skip(LoginStep::FileDelete(role));
        }
    }

    /// Skips writing a file that the module has already.
    fn compared(&mut self, role: CertificateRole, outcome: &Outcome) {
        if outcome.final_error.is_none() && *outcome.payload.0 == *self.content(role) {
            self.skip(LoginStep::FileDelete(role));
            self.skip(LoginStep::FileWrite(role));
        }
    }

    /// Compares the module's checksum with the file's.
    fn written(&self, outcome: Outcome) -> Result<(), HostError> {
        let payload = PayloadSpec::Up(outcome.bytes);
        match self.answer(CommandKind::FileUpload, payload, outcome)? {
            Answer::Stored { checksum, .. } if checksum == self.checksum.value() => Ok(()),
            Answer::Stored { checksum, .. } => Err(HostError::ChecksumMismatch {
                command: self.name.clone().into(),
                expected: self.checksum.value(),
                found: checksum,
            }),
            _ => Err(HostError::Internal("an upload without a checksum")),
        }
    }

    fn answer(
        &self,
        kind: CommandKind,
        payload: PayloadSpec,
        mut outcome: Outcome,
    ) -> Result<Answer, HostError> {
        self.family.answer(AnsweredCommand {
            kind,
            name: &self.name,
            payload,
            outcome: &mut outcome,
        })
    }

    fn skip_reactivation(&mut self) {
        self.skip(LoginStep::Deactivate);
        self.skip(LoginStep::Reactivate);
    }

    fn skip(&mut self, what: LoginStep) {
        self.steps.retain(|(step, _)| *step != what);
    }
}

/// Refuses an address for which the dialect has no value.
fn check_data_address(dialect: &'static Dialect, login: &Login) -> Result<(), HostError> {
    let Some(wanted) = login.data_address else {
        return Ok(());
    };
    if wanted.fits(dialect) {
        Ok(())
    } else {
        Err(unsupported(dialect, wanted.operation()))
    }
}

/// Reads the answer to QFLST for one name. Firmware answers the name of a missing file by an error or by nothing, and
/// prints a name with or without its prefix (COMMON 1.5); one line is enough to know that it is there.
fn stored_file(lines: &[Vec<u8>], length: usize) -> FoundFile {
    let Some(line) = lines.first() else {
        return FoundFile::None;
    };
    match response::stored_size(line) {
        Some(size) if size == length as u64 => FoundFile::SameSize,
        _ => FoundFile::Other,
    }
}
