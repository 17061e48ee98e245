//! The users of a shared event loop, as the loop sees them.

use std::sync::{Condvar, Mutex, PoisonError, Weak};
use std::time::Instant;

use zeroize::Zeroizing;

/// A user of an event loop. Each has its turn when something happened for it, and moves one piece of everything then.
pub(super) trait Tenant: Send {
    /// Takes its turn.
    fn turn(&mut self, news: &News, scratch: &mut Scratch) -> AfterTurn;
}

/// Tells what happened since the last turn.
#[derive(Debug, Default)]
pub(super) struct News {
    pub(super) ready: Vec<Ready>,
    /// Its alarm rang.
    pub(super) woken: bool,
}

/// A descriptor that became ready.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ready {
    /// The token, counted from the tenant's first one.
    pub(super) token: usize,
    pub(super) readable: bool,
}

/// Says what comes behind a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AfterTurn {
    /// Something moved: another turn.
    Again,
    /// The next turn is at this time, unless something happens before.
    Wait(Option<Instant>),
    /// The tenant goes.
    Over,
}

/// The buffers of a thread, which serve one tenant after another. They are made when they are needed.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    pub(super) line: Zeroizing<Vec<u8>>,
    pub(super) session: Zeroizing<Vec<u8>>,
}

impl Scratch {
    /// Swaps the buffers with those of a tenant, which has none between its turns.
    pub(super) fn lend(&mut self, line: &mut Zeroizing<Vec<u8>>, session: &mut Zeroizing<Vec<u8>>) {
        std::mem::swap(&mut self.line, line);
        std::mem::swap(&mut self.session, session);
    }

    /// Gives the buffers back, wiped.
    pub(super) fn give_back(&mut self) {
        *self = Scratch::default();
    }
}

/// Lets another thread go on with the other tenants.
pub(super) trait Relieve: Send + Sync {
    /// Says that the turn under way may block from here on.
    fn before_blocking(&self);
}

/// The loop of a tenant, as the tenant has it.
#[derive(Clone)]
pub(super) struct Relief(Option<Weak<dyn Relieve>>);

impl Relief {
    pub(super) fn new(relieve: Weak<dyn Relieve>) -> Self {
        Relief(Some(relieve))
    }

    /// Says that what comes may block: a disk, a computation. The other tenants go on meanwhile.
    pub(super) fn before_blocking(&self) {
        if let Some(relieve) = self.0.as_ref().and_then(Weak::upgrade) {
            relieve.before_blocking();
        }
    }
}

impl std::fmt::Debug for Relief {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Relief")
    }
}

/// Tells others that a tenant has gone, with all that it had.
#[derive(Debug, Default)]
pub(super) struct TenantEnd {
    gone: Mutex<bool>,
    change: Condvar,
}

impl TenantEnd {
    pub(super) fn note(&self) {
        *self.gone.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.change.notify_all();
    }

    pub(super) fn has_happened(&self) -> bool {
        *self.gone.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn await_it(&self) {
        let gone = self.gone.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.change.wait_while(gone, |gone| !*gone);
        drop(waited);
    }
}
