//! The state of the server, which a case sets and the sessions follow.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::tree::Tree;

/// The pause between two looks at the state, or at a listener.
pub(super) const TICK: Duration = Duration::from_millis(5);

/// The state that a case and the sessions of the server share.
#[derive(Debug)]
pub(super) struct State {
    pub(super) tree: Tree,
    /// The next operation is refused with this reply.
    pub(super) refuse: Option<u16>,
    /// Nothing is said and moved.
    pub(super) stalled: bool,
    /// So many bytes of a download, then no more; the control connection answers.
    pub(super) flow: Option<usize>,
    /// Counts the cases: a session of an earlier one ends.
    pub(super) case: u64,
    /// Counts the sessions that were lost.
    pub(super) lost: u64,
}

pub(super) type Shared = Arc<Mutex<State>>;

pub(super) fn lock(shared: &Shared) -> MutexGuard<'_, State> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
