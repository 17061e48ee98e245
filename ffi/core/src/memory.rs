//! The allocator: memory that the firmware gives. All of it is wiped when it is given back, as it may hold a password.

use core::alloc::{GlobalAlloc, Layout};
use core::ffi::c_void;

use zeroizing_alloc::ZeroAlloc;

unsafe extern "C" {
    fn qftp_core_alloc(size: usize, alignment: usize) -> *mut c_void;
    fn qftp_core_free(memory: *mut c_void, size: usize, alignment: usize);
}

struct Firmware;

// SAFETY: the firmware's functions do what the header asks of them: memory of that size and alignment, or NULL.
unsafe impl GlobalAlloc for Firmware {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: any size and alignment may be asked for.
        unsafe { qftp_core_alloc(layout.size(), layout.align()) }.cast()
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: it came from `alloc` with the same layout.
        unsafe { qftp_core_free(memory.cast(), layout.size(), layout.align()) };
    }
}

#[global_allocator]
static ALLOCATOR: ZeroAlloc<Firmware> = ZeroAlloc(Firmware);
