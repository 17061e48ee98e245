//! The login: the greeting, TLS where the account asks for it, USER, PASS, ACCT.
//!
//! | security | order                                                        |
//! |----------|--------------------------------------------------------------|
//! | plain    | greeting, USER, PASS                                         |
//! | implicit | handshake, greeting, PBSZ 0, PROT P, USER, PASS              |
//! | explicit | greeting, AUTH TLS, handshake, PBSZ 0, PROT P, USER, PASS    |
//!
//! PBSZ and PROT (RFC 4217 §8, §9) come before the account: in TLS 1.3 a server says only after the handshake that it
//! does not take our certificate, and it is to know nobody's name by then. A server that wants to know who asks (503,
//! 530) gets them after the password. Without PROT P there is no session; CCC, which ends TLS, is never sent.

use super::operation::{Account, Security};
use super::outbox::{Action, Outbox};
use super::outcome::{Failure, FailureKind, Outcome, Value};
use super::reply::Reply;
use super::session::{Doing, Server, Step};

/// Why a server hangs up right behind the handshake.
const UNWANTED: &[u8] =
    b"the server hung up after the handshake: it may want a client certificate, or another one";

/// A login under way.
#[derive(Debug)]
pub(super) struct Login {
    account: Account,
    stage: Stage,
    /// PROT P is in force.
    private: bool,
    /// The reply that let us in, where PROT P comes after it.
    welcome: Option<Reply>,
}

/// What the login waits for: the driver's word on TLS, or the reply to this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Handshake,
    Greeting,
    Auth,
    BufferSize,
    Protection,
    User,
    Password,
    Account,
}

impl Login {
    /// The control connection has just opened.
    pub(super) fn begin(account: Account, out: &mut Outbox) -> Self {
        let stage = match account.security {
            Security::Plain | Security::Explicit => Stage::Greeting,
            Security::Implicit => {
                out.act(Action::SecureControl);
                Stage::Handshake
            }
        };
        Login {
            account,
            stage,
            private: false,
            welcome: None,
        }
    }

    /// Whether nothing may be read as a reply until TLS has begun.
    pub(super) fn is_in_handshake(&self) -> bool {
        self.stage == Stage::Handshake
    }

    /// TLS has begun.
    pub(super) fn handle_secured(self, server: &mut Server, out: &mut Outbox) -> Step {
        if self.stage != Stage::Handshake {
            return Step::Now(Doing::LoggingIn(self));
        }
        server.secure = true;
        match self.account.security {
            Security::Explicit => self.ask_protection(out),
            Security::Implicit | Security::Plain => self.wait(Stage::Greeting),
        }
    }

    pub(super) fn handle_reply(mut self, reply: &Reply, out: &mut Outbox) -> Step {
        match (self.stage, reply.code) {
            // A second greeting, as a few servers send one, is no answer.
            (stage, 100..=199) | (stage @ (Stage::Auth | Stage::BufferSize | Stage::User), 220) => {
                self.wait(stage)
            }
            (Stage::Greeting, 200..=299) => match self.account.security {
                Security::Plain => self.name_user(out),
                Security::Implicit => self.ask_protection(out),
                Security::Explicit => {
                    out.command("AUTH", b"TLS");
                    self.wait(Stage::Auth)
                }
            },
            (Stage::Auth, 200..=299) => {
                out.act(Action::SecureControl);
                self.wait(Stage::Handshake)
            }
            (Stage::BufferSize | Stage::Protection, 503 | 530) if self.welcome.is_none() => {
                self.name_user(out)
            }
            // Its reply says nothing about protection; that to PROT does.
            (Stage::BufferSize, _) => {
                out.command("PROT", b"P");
                self.wait(Stage::Protection)
            }
            (Stage::Protection, 200..=299) => match &self.welcome {
                None => {
                    self.private = true;
                    self.name_user(out)
                }
                Some(welcome) => done(welcome),
            },
            (Stage::Handshake | Stage::Auth | Stage::Protection, _) => {
                lost(Failure::by(FailureKind::Tls, reply))
            }
            (Stage::User | Stage::Password | Stage::Account, 200..=299) => self.enter(reply, out),
            (Stage::User | Stage::Password, 332) => self.name_account(reply, out),
            (Stage::User, 300..=399) => {
                out.secret("PASS", &self.account.password);
                self.wait(Stage::Password)
            }
            _ => lost(Failure::refused(reply)),
        }
    }

    /// The control connection is gone: a server that went away between the handshake and the account has said by that
    /// what it thinks of our certificate, or of having none.
    pub(super) fn end(self, failure: Failure) -> Failure {
        let on_approval = match self.stage {
            Stage::Greeting => self.account.security == Security::Implicit,
            Stage::BufferSize | Stage::Protection => true,
            Stage::Handshake | Stage::Auth | Stage::User | Stage::Password | Stage::Account => {
                false
            }
        };
        if !on_approval || failure.kind != FailureKind::ControlClosed {
            return failure;
        }
        Failure {
            text: UNWANTED.to_vec(),
            ..Failure::new(FailureKind::Tls)
        }
    }

    fn wait(mut self, stage: Stage) -> Step {
        self.stage = stage;
        Step::Now(Doing::LoggingIn(self))
    }

    fn ask_protection(self, out: &mut Outbox) -> Step {
        out.command("PBSZ", b"0");
        self.wait(Stage::BufferSize)
    }

    fn name_user(self, out: &mut Outbox) -> Step {
        out.command("USER", &self.account.user);
        self.wait(Stage::User)
    }

    fn name_account(self, reply: &Reply, out: &mut Outbox) -> Step {
        let Some(name) = &self.account.account else {
            return lost(Failure::refused(reply));
        };
        out.secret("ACCT", name);
        self.wait(Stage::Account)
    }

    /// We are in.
    fn enter(mut self, reply: &Reply, out: &mut Outbox) -> Step {
        if self.account.security == Security::Plain || self.private {
            return done(reply);
        }
        self.welcome = Some(reply.clone());
        self.ask_protection(out)
    }
}

fn done(reply: &Reply) -> Step {
    Step::Done(Ok(Outcome::new(reply, Value::None)))
}

fn lost(failure: Failure) -> Step {
    Step::Lost(Err(failure), None)
}
