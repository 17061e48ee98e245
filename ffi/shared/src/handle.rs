//! The value behind an opaque pointer.
//!
//! One call at a time is inside a handle. A second one, from another thread or from a callback of the first, gets
//! `QFTP_ERR_BUSY`. A panic inside ends at [`HandleRef::enter`]; the handle can only be freed then. A handle that is
//! freed while a call is inside goes when that call has ended, so that freeing from a callback is harmless.

use core::cell::UnsafeCell;
use core::ptr::NonNull;
use core::sync::atomic::{AtomicU8, Ordering};
#[cfg(feature = "std")]
use std::panic::{AssertUnwindSafe, catch_unwind};

use alloc::boxed::Box;

use crate::status::qftp_status::{self, QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY, QFTP_ERR_INTERNAL};

/// A type that C knows by name only.
pub trait Opaque: 'static {
    /// The value that one call at a time works on. Calls come from any thread, so it moves between threads.
    type Inner: Send;
    /// The value that every thread may look at, at any time. The thread that frees the handle drops it.
    type Shared: Send + Sync;
}

/// No call is inside.
const IDLE: u8 = 0;
/// A call is inside.
const RUNNING: u8 = 1;
/// A call is inside, and the handle goes with its end.
const DOOMED: u8 = 2;
/// A call panicked.
const POISONED: u8 = 3;

/// The value that a `*mut T` of C points to.
struct Handle<T: Opaque> {
    state: AtomicU8,
    shared: T::Shared,
    inner: UnsafeCell<T::Inner>,
}

/// Hands a value over to C.
pub fn into_raw<T: Opaque>(inner: T::Inner, shared: T::Shared) -> *mut T {
    let handle = Handle::<T> {
        state: AtomicU8::new(IDLE),
        shared,
        inner: UnsafeCell::new(inner),
    };
    Box::into_raw(Box::new(handle)).cast()
}

/// A handle that is not freed before the `HandleRef` is gone, but by itself.
pub struct HandleRef<T: Opaque>(NonNull<Handle<T>>);

impl<T: Opaque> HandleRef<T> {
    /// Refers to a handle of C; `None` for NULL.
    ///
    /// # Safety
    ///
    /// `raw` is NULL or comes from [`into_raw`]. It has not been freed, and is not freed as long as the `HandleRef` is
    /// used, unless a call is inside.
    pub unsafe fn new(raw: *mut T) -> Option<Self> {
        NonNull::new(raw.cast()).map(HandleRef)
    }

    fn handle(&self) -> &Handle<T> {
        // SAFETY: by the contract of `new`. Only `inner` is ever borrowed mutably, and that is in a cell.
        unsafe { self.0.as_ref() }
    }

    /// Returns what every thread may look at.
    pub fn shared(&self) -> &T::Shared {
        &self.handle().shared
    }

    /// Runs one call.
    pub fn enter(self, body: impl FnOnce(&mut T::Inner, &T::Shared) -> qftp_status) -> qftp_status {
        match self.change(IDLE, RUNNING) {
            Ok(()) => {}
            Err(POISONED) => return QFTP_ERR_INTERNAL,
            Err(_) => return QFTP_ERR_BUSY,
        }
        let result = caught(|| {
            let handle = self.handle();
            // SAFETY: the call that turned IDLE into RUNNING is alone inside until it turns it back below.
            let inner = unsafe { &mut *handle.inner.get() };
            body(inner, &handle.shared)
        });
        let next = if result.is_some() { IDLE } else { POISONED };
        if self.change(RUNNING, next).is_err() {
            // The state is DOOMED: `free` has left it to this call.
            self.discard();
        }
        result.unwrap_or(QFTP_ERR_INTERNAL)
    }

    /// Frees the handle, or has it freed by the call that is inside.
    pub fn free(self) {
        match self.handle().state.swap(DOOMED, Ordering::AcqRel) {
            RUNNING | DOOMED => {}
            // No call is inside, and none gets in while the state is DOOMED.
            _ => self.discard(),
        }
    }

    fn change(&self, from: u8, to: u8) -> Result<(), u8> {
        self.handle()
            .state
            .compare_exchange(from, to, Ordering::AcqRel, Ordering::Acquire)
            .map(drop)
    }

    /// Drops the value, in the state DOOMED and outside of every call.
    fn discard(self) {
        // A panic of a destructor must not reach C either.
        caught(|| {
            // SAFETY: `into_raw` made it by a box, DOOMED lets this happen once, and no reference to it is left.
            drop(unsafe { Box::from_raw(self.0.as_ptr()) });
        });
    }
}

/// Runs one call; a handle that is NULL is an error.
pub fn enter<T: Opaque>(
    handle: Option<HandleRef<T>>,
    body: impl FnOnce(&mut T::Inner, &T::Shared) -> qftp_status,
) -> qftp_status {
    handle.map_or(QFTP_ERR_ARGUMENT, |handle| handle.enter(body))
}

/// Runs what belongs to no handle; a panic becomes `QFTP_ERR_INTERNAL`.
pub fn guard(body: impl FnOnce() -> qftp_status) -> qftp_status {
    caught(body).unwrap_or(QFTP_ERR_INTERNAL)
}

/// Runs a function; `None` if it panicked. Without the standard library a panic does not come back: the firmware's hook
/// ends it.
#[cfg(feature = "std")]
fn caught<R>(body: impl FnOnce() -> R) -> Option<R> {
    catch_unwind(AssertUnwindSafe(body)).ok()
}

#[cfg(not(feature = "std"))]
#[allow(clippy::unnecessary_wraps, reason = "it can fail with std")]
fn caught<R>(body: impl FnOnce() -> R) -> Option<R> {
    Some(body())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::ptr::handle;
    use crate::status::qftp_status::QFTP_OK;

    struct Counted;

    impl Opaque for Counted {
        type Inner = Arc<()>;
        type Shared = u32;
    }

    fn counted() -> (*mut Counted, Arc<()>) {
        let counter = Arc::new(());
        (into_raw(Arc::clone(&counter), 7), counter)
    }

    fn free(raw: *mut Counted) {
        if let Some(handle) = handle!(raw) {
            handle.free();
        }
    }

    #[test]
    fn a_second_call_is_refused_while_the_first_is_inside() {
        let (raw, counter) = counted();
        let outer = enter(handle!(raw), |_, _| {
            assert_eq!(enter(handle!(raw), |_, _| QFTP_OK), QFTP_ERR_BUSY);
            let second = handle!(raw);
            assert_eq!(second.as_ref().map(HandleRef::shared), Some(&7));
            QFTP_OK
        });
        assert_eq!(outer, QFTP_OK);
        assert_eq!(enter(handle!(raw), |_, _| QFTP_OK), QFTP_OK);
        free(raw);
        assert_eq!(Arc::strong_count(&counter), 1);
    }

    #[test]
    fn a_handle_freed_from_inside_goes_when_the_call_has_ended() {
        let (raw, counter) = counted();
        let status = enter(handle!(raw), |_, _| {
            free(raw);
            free(raw);
            assert_eq!(Arc::strong_count(&counter), 2);
            assert_eq!(enter(handle!(raw), |_, _| QFTP_OK), QFTP_ERR_BUSY);
            QFTP_OK
        });
        assert_eq!(status, QFTP_OK);
        assert_eq!(Arc::strong_count(&counter), 1);
    }

    #[test]
    fn a_panic_becomes_a_status_and_the_handle_can_only_be_freed() {
        let (raw, counter) = counted();
        assert_eq!(
            enter(handle!(raw), |_, _| panic!("on purpose")),
            QFTP_ERR_INTERNAL
        );
        assert_eq!(enter(handle!(raw), |_, _| QFTP_OK), QFTP_ERR_INTERNAL);
        free(raw);
        assert_eq!(Arc::strong_count(&counter), 1);
        assert_eq!(guard(|| panic!("on purpose")), QFTP_ERR_INTERNAL);
        assert_eq!(guard(|| QFTP_OK), QFTP_OK);
    }

    #[test]
    fn null_is_an_argument_error_and_can_be_freed() {
        let null: *mut Counted = std::ptr::null_mut();
        assert_eq!(enter(handle!(null), |_, _| QFTP_OK), QFTP_ERR_ARGUMENT);
        assert!(handle!(null).is_none());
        free(null);
    }
}
