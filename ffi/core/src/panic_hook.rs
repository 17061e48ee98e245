//! The end of a panic: a fault in the library, or no memory left. The firmware says what follows, usually a reset.

use core::ffi::c_char;
use core::fmt::{self, Write};
use core::panic::PanicInfo;

unsafe extern "C" {
    fn qftp_core_panic(message: *const c_char, length: usize) -> !;
}

/// A text that is cut where its room ends.
struct Text {
    bytes: [u8; 128],
    length: usize,
}

impl Write for Text {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = self.bytes.iter_mut().skip(self.length);
        for (place, byte) in room.zip(text.bytes()) {
            *place = byte;
            self.length += 1;
        }
        Ok(())
    }
}

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    let mut text = Text {
        bytes: [0; 128],
        length: 0,
    };
    // A text takes everything.
    let _ = write!(text, "{info}");
    // SAFETY: the bytes live on; the firmware's function does not return.
    unsafe { qftp_core_panic(text.bytes.as_ptr().cast(), text.length) }
}
