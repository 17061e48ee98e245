//! The login: the greeting, TLS where the account asks for it, USER, PASS, ACCT.
//!
//! | security | order                                                        |
//! |----------|--------------------------------------------------------------|
//! | plain    | greeting, USER, PASS                                         |
//! | implicit | handshake, greeting, PBSZ 0, PROT P, USER, PASS              |
//! | explicit | greeting, AUTH TLS, handshake, PBSZ 0, PROT P, USER, PASS    |
//!
//! PBSZ and PROT (RFC 4217 §8, §9) come before the account: in TLS 1.3 a server says only after the handshake that it
//! does not take our certificate, and it must not know a user's name by then. A server that asks for the user first
//! (503, 530) gets them after the password. Without PROT P there is no session; CCC, which ends TLS, is never sent.

use super::event::FtpEvent;
use super::operation::{Account, Security};
use super::outbox::FtpOutbox;
use super::outcome::{FailureKind, FtpFailure, FtpOutcome, FtpValue};
use super::reply::Reply;
use super::server::ServerState;
use super::step::FtpStep;

/// The likely reason why a server hangs up right behind the handshake.
const UNWANTED: &[u8] =
    b"the server hung up after the handshake: it may want a client certificate, or another one";

/// A login under way.
#[derive(Debug)]
pub(super) struct FtpLogin {
    account: Account,
    stage: FtpLoginStage,
    /// PROT P is in force.
    private: bool,
    /// The reply that let us in, where PROT P comes after it.
    welcome: Option<Reply>,
}

/// The event that the login waits for: the driver's reply on TLS, or the server's reply to a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FtpLoginStage {
    Handshake,
    Greeting,
    Auth,
    BufferSize,
    Protection,
    User,
    Password,
    Account,
}

impl FtpLogin {
    /// Begins a login; the control connection has just opened.
    pub(super) fn begin(account: Account, out: &mut FtpOutbox) -> Self {
        let stage = match account.security {
            Security::Plain | Security::Explicit => FtpLoginStage::Greeting,
            Security::Implicit => {
                out.emit(FtpEvent::SecureControl);
                FtpLoginStage::Handshake
            }
        };
        FtpLogin {
            account,
            stage,
            private: false,
            welcome: None,
        }
    }

    /// Returns whether nothing may be read as a reply until TLS has begun.
    pub(super) fn is_in_handshake(&self) -> bool {
        self.stage == FtpLoginStage::Handshake
    }

    /// Handles the start of TLS.
    pub(super) fn handle_secured(
        self,
        server: &mut ServerState,
        out: &mut FtpOutbox,
    ) -> FtpStep<Self> {
        if self.stage != FtpLoginStage::Handshake {
            return FtpStep::Next(self);
        }
        server.secure = true;
        match self.account.security {
            Security::Explicit => self.ask_protection(out),
            Security::Implicit | Security::Plain => self.wait(FtpLoginStage::Greeting),
        }
    }

    pub(super) fn handle_reply(mut self, reply: &Reply, out: &mut FtpOutbox) -> FtpStep<Self> {
        match (self.stage, reply.code) {
            // A second greeting, as a few servers send one, is no answer.
            (stage, 100..=199)
            | (
                stage @ (FtpLoginStage::Auth | FtpLoginStage::BufferSize | FtpLoginStage::User),
                220,
            ) => self.wait(stage),
            (FtpLoginStage::Greeting, 200..=299) => match self.account.security {
                Security::Plain => self.name_user(out),
                Security::Implicit => self.ask_protection(out),
                Security::Explicit => {
                    out.command("AUTH", b"TLS");
                    self.wait(FtpLoginStage::Auth)
                }
            },
            (FtpLoginStage::Auth, 200..=299) => {
                out.emit(FtpEvent::SecureControl);
                self.wait(FtpLoginStage::Handshake)
            }
            (FtpLoginStage::BufferSize | FtpLoginStage::Protection, 503 | 530)
                if self.welcome.is_none() =>
            {
                self.name_user(out)
            }
            // Its reply says nothing about protection; that to PROT does.
            (FtpLoginStage::BufferSize, _) => {
                out.command("PROT", b"P");
                self.wait(FtpLoginStage::Protection)
            }
            (FtpLoginStage::Protection, 200..=299) => match &self.welcome {
                None => {
                    self.private = true;
                    self.name_user(out)
                }
                Some(welcome) => done(welcome),
            },
            (FtpLoginStage::Handshake | FtpLoginStage::Auth | FtpLoginStage::Protection, _) => {
                lost(FtpFailure::by(FailureKind::Tls, reply))
            }
            (FtpLoginStage::User | FtpLoginStage::Password | FtpLoginStage::Account, 200..=299) => {
                self.enter(reply, out)
            }
            (FtpLoginStage::User | FtpLoginStage::Password, 332) => self.name_account(reply, out),
            (FtpLoginStage::User, 300..=399) => {
                out.secret("PASS", &self.account.password);
                self.wait(FtpLoginStage::Password)
            }
            _ => lost(FtpFailure::refused(reply)),
        }
    }

    /// Ends the login because the control connection is gone. A server that leaves between the handshake and the
    /// account so rejects our certificate, or its absence.
    pub(super) fn end(self, failure: FtpFailure) -> FtpFailure {
        let on_approval = match self.stage {
            FtpLoginStage::Greeting => self.account.security == Security::Implicit,
            FtpLoginStage::BufferSize | FtpLoginStage::Protection => true,
            FtpLoginStage::Handshake
            | FtpLoginStage::Auth
            | FtpLoginStage::User
            | FtpLoginStage::Password
            | FtpLoginStage::Account => false,
        };
        if !on_approval || failure.kind != FailureKind::ControlClosed {
            return failure;
        }
        FtpFailure {
            text: UNWANTED.to_vec(),
            ..FtpFailure::new(FailureKind::Tls)
        }
    }

    fn wait(mut self, stage: FtpLoginStage) -> FtpStep<Self> {
        self.stage = stage;
        FtpStep::Next(self)
    }

    fn ask_protection(self, out: &mut FtpOutbox) -> FtpStep<Self> {
        out.command("PBSZ", b"0");
        self.wait(FtpLoginStage::BufferSize)
    }

    fn name_user(self, out: &mut FtpOutbox) -> FtpStep<Self> {
        out.command("USER", &self.account.user);
        self.wait(FtpLoginStage::User)
    }

    fn name_account(self, reply: &Reply, out: &mut FtpOutbox) -> FtpStep<Self> {
        let Some(name) = &self.account.account else {
            return lost(FtpFailure::refused(reply));
        };
        out.secret("ACCT", name);
        self.wait(FtpLoginStage::Account)
    }

    /// Completes the login.
    fn enter(mut self, reply: &Reply, out: &mut FtpOutbox) -> FtpStep<Self> {
        if self.account.security == Security::Plain || self.private {
            return done(reply);
        }
        self.welcome = Some(reply.clone());
        self.ask_protection(out)
    }
}

fn done(reply: &Reply) -> FtpStep<FtpLogin> {
    FtpStep::Done(Ok(FtpOutcome::new(reply, FtpValue::None)))
}

fn lost(failure: FtpFailure) -> FtpStep<FtpLogin> {
    FtpStep::Lost(Err(failure), None)
}
