//! One way to lock.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks a mutex. No thread panics with the content half changed, so that of a poisoned mutex is good.
pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
