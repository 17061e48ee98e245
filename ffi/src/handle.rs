//! What is behind an opaque pointer.
//!
//! One call at a time is inside a handle; a second one, from another thread or from a callback of the first, gets
//! `QFTP_ERR_BUSY`. A panic inside ends at [`Handle::enter`] and leaves the handle good for nothing but freeing. A handle that is
//! freed while a call is inside goes when that call has ended, so that freeing from a callback is harmless.

use std::cell::UnsafeCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU8, Ordering};

use crate::status::qftp_status::{self, QFTP_ERR_ARGUMENT, QFTP_ERR_BUSY, QFTP_ERR_INTERNAL};

/// A type that C knows by name only.
pub(crate) trait Opaque: 'static {
    /// What one call at a time works on.
    type Inner;
    /// What every thread may look at, at any time.
    type Shared: Sync;
}

/// Nobody is inside.
const IDLE: u8 = 0;
/// A call is inside.
const RUNNING: u8 = 1;
/// A call is inside, and the handle goes with its end.
const DOOMED: u8 = 2;
/// A call panicked.
const POISONED: u8 = 3;

/// The value that a `*mut T` of C points to.
pub(crate) struct Handle<T: Opaque> {
    state: AtomicU8,
    shared: T::Shared,
    inner: UnsafeCell<T::Inner>,
}

impl<T: Opaque> Handle<T> {
    /// Hands a value over to C.
    pub(crate) fn into_raw(inner: T::Inner, shared: T::Shared) -> *mut T {
        let handle = Handle::<T> {
            state: AtomicU8::new(IDLE),
            shared,
            inner: UnsafeCell::new(inner),
        };
        Box::into_raw(Box::new(handle)).cast()
    }

    /// What every thread may look at; `None` for NULL.
    ///
    /// # Safety
    ///
    /// `raw` is NULL or comes from [`Handle::into_raw`] and is not freed during `'a`.
    pub(crate) unsafe fn shared<'a>(raw: *const T) -> Option<&'a T::Shared> {
        // SAFETY: by the contract above; only `inner` is ever borrowed mutably, and that is in a cell.
        unsafe { raw.cast::<Handle<T>>().as_ref() }.map(|handle| &handle.shared)
    }

    /// Runs one call.
    ///
    /// # Safety
    ///
    /// `raw` is NULL or comes from [`Handle::into_raw`] and has not been freed.
    pub(crate) unsafe fn enter(
        raw: *mut T,
        body: impl FnOnce(&mut T::Inner, &T::Shared) -> qftp_status,
    ) -> qftp_status {
        let pointer = raw.cast::<Handle<T>>();
        // SAFETY: by the contract above.
        let Some(handle) = (unsafe { pointer.as_ref() }) else {
            return QFTP_ERR_ARGUMENT;
        };
        match handle.change(IDLE, RUNNING) {
            Ok(()) => {}
            Err(POISONED) => return QFTP_ERR_INTERNAL,
            Err(_) => return QFTP_ERR_BUSY,
        }
        let result = catch_unwind(AssertUnwindSafe(|| {
            // SAFETY: whoever turned IDLE into RUNNING is alone inside until it is turned back below.
            let inner = unsafe { &mut *handle.inner.get() };
            body(inner, &handle.shared)
        }));
        let next = if result.is_ok() { IDLE } else { POISONED };
        if handle.change(RUNNING, next).is_err() {
            // SAFETY: it is DOOMED: `free` has left it to this call, and `handle` is not used again.
            unsafe { Self::discard(pointer) };
        }
        result.unwrap_or(QFTP_ERR_INTERNAL)
    }

    /// Frees it, or has it freed by the call that is inside. NULL is fine.
    ///
    /// # Safety
    ///
    /// `raw` is NULL or comes from [`Handle::into_raw`], has not been freed, and is not used afterwards.
    pub(crate) unsafe fn free(raw: *mut T) {
        let pointer = raw.cast::<Handle<T>>();
        // SAFETY: by the contract above.
        let Some(handle) = (unsafe { pointer.as_ref() }) else {
            return;
        };
        match handle.state.swap(DOOMED, Ordering::AcqRel) {
            RUNNING | DOOMED => {}
            // SAFETY: nobody is inside, and nobody gets in when it is DOOMED.
            _ => unsafe { Self::discard(pointer) },
        }
    }

    fn change(&self, from: u8, to: u8) -> Result<(), u8> {
        self.state
            .compare_exchange(from, to, Ordering::AcqRel, Ordering::Acquire)
            .map(drop)
    }

    /// # Safety
    ///
    /// `pointer` comes from [`Handle::into_raw`] and nobody uses it any more.
    unsafe fn discard(pointer: *mut Handle<T>) {
        // SAFETY: by the contract above. A panic of a destructor must not reach C either.
        let _ = catch_unwind(AssertUnwindSafe(|| drop(unsafe { Box::from_raw(pointer) })));
    }
}

/// Runs what belongs to no handle; a panic becomes `QFTP_ERR_INTERNAL`.
pub(crate) fn guard(body: impl FnOnce() -> qftp_status) -> qftp_status {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or(QFTP_ERR_INTERNAL)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::status::qftp_status::QFTP_OK;

    struct Counted;

    impl Opaque for Counted {
        type Inner = Arc<()>;
        type Shared = u32;
    }

    fn handle() -> (*mut Counted, Arc<()>) {
        let counter = Arc::new(());
        (Handle::into_raw(Arc::clone(&counter), 7), counter)
    }

    #[test]
    fn a_second_call_is_refused_while_the_first_is_inside() {
        let (raw, counter) = handle();
        // SAFETY: `raw` is freed at the end only.
        unsafe {
            let outer = Handle::enter(raw, |_, _| {
                assert_eq!(Handle::enter(raw, |_, _| QFTP_OK), QFTP_ERR_BUSY);
                assert_eq!(Handle::shared(raw), Some(&7));
                QFTP_OK
            });
            assert_eq!(outer, QFTP_OK);
            assert_eq!(Handle::enter(raw, |_, _| QFTP_OK), QFTP_OK);
            Handle::free(raw);
        }
        assert_eq!(Arc::strong_count(&counter), 1);
    }

    #[test]
    fn a_handle_freed_from_inside_goes_when_the_call_has_ended() {
        let (raw, counter) = handle();
        // SAFETY: `raw` is used only inside the call that it is freed from.
        let status = unsafe {
            Handle::enter(raw, |_, _| {
                Handle::free(raw);
                Handle::free(raw);
                assert_eq!(Arc::strong_count(&counter), 2);
                assert_eq!(Handle::enter(raw, |_, _| QFTP_OK), QFTP_ERR_BUSY);
                QFTP_OK
            })
        };
        assert_eq!(status, QFTP_OK);
        assert_eq!(Arc::strong_count(&counter), 1);
    }

    #[test]
    fn a_panic_becomes_a_status_and_the_handle_can_only_be_freed() {
        let (raw, counter) = handle();
        // SAFETY: `raw` is freed at the end only.
        unsafe {
            assert_eq!(
                Handle::enter(raw, |_, _| panic!("on purpose")),
                QFTP_ERR_INTERNAL
            );
            assert_eq!(Handle::enter(raw, |_, _| QFTP_OK), QFTP_ERR_INTERNAL);
            Handle::free(raw);
        }
        assert_eq!(Arc::strong_count(&counter), 1);
        assert_eq!(guard(|| panic!("on purpose")), QFTP_ERR_INTERNAL);
        assert_eq!(guard(|| QFTP_OK), QFTP_OK);
    }

    #[test]
    fn null_is_an_argument_error_and_can_be_freed() {
        let null: *mut Counted = std::ptr::null_mut();
        // SAFETY: NULL is allowed.
        unsafe {
            assert_eq!(Handle::enter(null, |_, _| QFTP_OK), QFTP_ERR_ARGUMENT);
            assert_eq!(Handle::shared(null), None);
            Handle::free(null);
        }
    }
}
