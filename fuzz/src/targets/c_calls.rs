//! The functions of the C library in any order, with NULL and with structs of any size that C can state.
//!
//! A call returns a status that has a text. An outcome is written only on success. Under libFuzzer the address sanitizer
//! watches the memory. The calls keep the rules of `qftp.h`: what a pointer points to is there.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr;

use qftp_c_library::client::{
    qftp_client_cancel, qftp_client_free, qftp_client_last_error, qftp_client_open, session,
};
use qftp_ffi_engine::host::event::qftp_event;
use qftp_ffi_engine::host::{
    drive, qftp_host, qftp_host_dialect, qftp_host_free, qftp_host_idle, qftp_host_last_error,
    qftp_host_log_lines, qftp_host_new, qftp_host_set_dialect, server, session as host_session,
    store,
};
use qftp_ffi_engine::login::qftp_login_options;
use qftp_ffi_engine::strerror::qftp_strerror;
use qftp_ffi_shared::status::qftp_status;

use crate::input::Choices;

/// Calls of one input.
const MOST_CALLS: usize = 200;
/// Bytes of a buffer, and one more that no call may touch.
const ROOM: usize = 64;
const GUARD: u8 = 0xa5;

/// Texts of paths, names and dialects.
const TEXTS: [&CStr; 9] = [
    c"a.bin",
    c"",
    c"/dir/file",
    c"ec2x",
    c"gsm",
    c"nl668",
    c"a\"b",
    c"\r\n",
    c"*",
];
/// Lines of a module, which make operations go on.
const LINES: [&[u8]; 10] = [
    b"\r\nOK\r\n",
    b"\r\nERROR\r\n",
    b"\r\nCONNECT\r\n",
    b"\r\n+CME ERROR: 603\r\n",
    b"\r\n+QFTPSIZE: 0,5\r\n",
    b"\r\n+QFTPPUT: 0,5\r\n",
    b"\r\n+QFTPGET: 0,5\r\n",
    b"12345",
    b"\r\n+QFTPOPEN: 0,0\r\n",
    b"\x03\r\n+FTPSTOR: 1\r\n",
];

/// One call out of a table: the place of the handle, and choices for its arguments.
struct Caller<'a> {
    host: *mut qftp_host,
    choices: Choices<'a>,
    now: u64,
}

/// Runs the target.
pub fn run(data: &[u8]) {
    let mut caller = Caller {
        host: ptr::null_mut(),
        choices: Choices::new(data),
        now: 0,
    };
    for _ in 0..MOST_CALLS {
        if caller.choices.is_empty() {
            break;
        }
        let status = caller.call();
        // SAFETY: the text of a status is static and ends with NUL.
        let text = unsafe { CStr::from_ptr(qftp_strerror(status as i32)) };
        assert!(!text.is_empty(), "a status without a text: {status:?}");
    }
    // SAFETY: a handle of the library or NULL, freed once.
    unsafe { qftp_host_free(caller.host) };
}

impl Caller<'_> {
    /// Returns a text, or NULL.
    fn text(&mut self) -> *const c_char {
        let number = usize::from(self.choices.byte());
        TEXTS
            .get(number % (TEXTS.len() + 1))
            .map_or(ptr::null(), |text| text.as_ptr())
    }

    /// Returns the handle, seldom NULL.
    fn host(&mut self) -> *mut qftp_host {
        if self.choices.byte() == u8::MAX {
            ptr::null_mut()
        } else {
            self.host
        }
    }

    fn length(&mut self) -> u64 {
        match self.choices.byte() {
            u8::MAX => u64::MAX,
            254 => 1 << 40,
            length => length.into(),
        }
    }

    fn call(&mut self) -> qftp_status {
        match self.choices.byte() % 5 {
            0 => self.set_up(),
            1 | 2 => self.drive(),
            3 => self.start(),
            _ => self.ask(),
        }
    }

    /// Makes and frees handles, and sets them up.
    fn set_up(&mut self) -> qftp_status {
        let number = self.choices.byte();
        let text = self.text();
        let host = self.host();
        // SAFETY: pointers are NULL, or to values that outlive the call; a handle is freed once.
        unsafe {
            match number % 6 {
                0 | 1 => {
                    let mut fresh = ptr::null_mut();
                    let status = qftp_host_new(text, &raw mut fresh);
                    assert_eq!(status == qftp_status::QFTP_OK, !fresh.is_null());
                    if !fresh.is_null() {
                        qftp_host_free(self.host);
                        self.host = fresh;
                    }
                    status
                }
                2 => qftp_host_new(text, ptr::null_mut()),
                3 => qftp_host_set_dialect(host, text),
                4 => qftp_host_log_lines(host, c_int::from(number)),
                _ => {
                    qftp_host_free(self.host);
                    self.host = ptr::null_mut();
                    qftp_status::QFTP_OK
                }
            }
        }
    }

    /// Moves bytes, time and events.
    fn drive(&mut self) -> qftp_status {
        let number = self.choices.byte();
        let line = self.choices.of(&LINES);
        let length = self.length();
        let host = self.host();
        // SAFETY: pointers are NULL, or to values that outlive the call.
        unsafe {
            match number % 9 {
                0..=2 => drive::qftp_host_input(host, self.now, line.as_ptr().cast(), line.len()),
                3 => drive::qftp_host_input(host, self.now, ptr::null(), line.len() % 2),
                4 => {
                    let (mut bytes, mut size) = (ptr::null(), 0);
                    let status = drive::qftp_host_transmit(host, &raw mut bytes, &raw mut size);
                    if status != qftp_status::QFTP_OK {
                        return status;
                    }
                    let waiting = if size == 0 {
                        &[][..]
                    } else {
                        std::slice::from_raw_parts(bytes.cast::<u8>(), size)
                    };
                    assert_eq!(waiting.to_vec().len(), size);
                    let count = if length.is_multiple_of(3) {
                        size + 1
                    } else {
                        size
                    };
                    drive::qftp_host_transmitted(host, self.now, count)
                }
                5 => {
                    let mut taken = usize::MAX;
                    let status = drive::qftp_host_supply(
                        host,
                        line.as_ptr().cast(),
                        line.len(),
                        &raw mut taken,
                    );
                    assert!(status != qftp_status::QFTP_OK || taken <= line.len());
                    status
                }
                6 => {
                    let mut due = 0;
                    let status = drive::qftp_host_deadline(host, &raw mut due);
                    if status == qftp_status::QFTP_OK && due != u64::MAX {
                        self.now = self.now.max(due);
                        return drive::qftp_host_timeout(host, self.now);
                    }
                    status
                }
                7 => {
                    self.now = self.now.saturating_add(length % 5000);
                    drive::qftp_host_timeout(host, self.now)
                }
                _ => drive::qftp_host_abort(host, self.now),
            }
        }
    }

    /// Starts an operation.
    fn start(&mut self) -> qftp_status {
        let number = self.choices.byte();
        let (text, other) = (self.text(), self.text());
        let (length, offset) = (self.length(), self.length());
        let host = self.host();
        let now = self.now;
        // SAFETY: pointers are NULL, or to values that outlive the call.
        unsafe {
            match number % 19 {
                0 => server::qftp_host_put(host, now, text, offset, length, c_int::from(number)),
                1 => server::qftp_host_get(host, now, text, offset, length, length),
                2 => server::qftp_host_list(host, now, text),
                3 => server::qftp_host_nlst(host, now, text),
                4 => server::qftp_host_mlsd(host, now, text),
                5 => server::qftp_host_size(host, now, text),
                6 => server::qftp_host_mdtm(host, now, text),
                7 => server::qftp_host_rename(host, now, text, other),
                8 => server::qftp_host_pwd(host, now),
                9 => host_session::qftp_host_identify(host, now),
                10 | 11 => self.login(host),
                12 => host_session::qftp_host_logout(host, now),
                13 => server::qftp_host_cwd(host, now, text),
                14 => store::qftp_host_store_upload(host, now, text, length),
                15 => store::qftp_host_store_download(host, now, text),
                16 => store::qftp_host_store_list(host, now, text),
                17 => store::qftp_host_store_remove(host, now, text),
                _ => server::qftp_host_delete(host, now, text),
            }
        }
    }

    /// Logs in by options of any size that the struct may have had, or one that it never had.
    fn login(&mut self, host: *mut qftp_host) -> qftp_status {
        let length = usize::from(self.choices.byte()) % (size_of::<qftp_login_options>() + 9);
        // As many bytes as the size says, so that a read behind them is seen.
        let mut memory = vec![0_u64; length.div_ceil(8).max(1)];
        let place = memory.as_mut_ptr();
        let texts: Vec<*const c_char> = (0..4).map(|_| self.text()).collect();
        for (index, text) in texts.iter().enumerate() {
            // The pointers begin behind two numbers of 32 bits.
            if let Some(member) = memory.get_mut(index + 1) {
                *member = text.expose_provenance() as u64;
            }
        }
        let size = u32::try_from(length).unwrap_or_default();
        // SAFETY: the memory has 8 bytes at least, and as many as `size` says; its pointers are texts or NULL.
        unsafe {
            place.cast::<u32>().write(size);
            host_session::qftp_host_login(host, self.now, place.cast_const().cast())
        }
    }

    /// Asks for results, into buffers of any size.
    fn ask(&mut self) -> qftp_status {
        let number = self.choices.byte();
        let size = usize::from(self.choices.byte()) % (ROOM + 1);
        let text = self.text();
        let host = self.host();
        // SAFETY: pointers are NULL, or to values that outlive the call and have the size that is stated.
        unsafe {
            match number % 8 {
                0 => {
                    let mut buffer = [GUARD; ROOM + 1];
                    let mut length = 0;
                    let place = buffer.as_mut_ptr().cast();
                    let status = qftp_host_dialect(host, place, size, &raw mut length);
                    assert!(buffer[size..].iter().all(|byte| *byte == GUARD), "too much");
                    status
                }
                1 => qftp_host_dialect(host, ptr::null_mut(), 0, ptr::null_mut()),
                2 => {
                    let mut idle = 7;
                    let status = qftp_host_idle(host, &raw mut idle);
                    assert_eq!(status != qftp_status::QFTP_OK, idle == 7);
                    status
                }
                3 => Self::event(host),
                4 => drive::qftp_host_event(host, ptr::null_mut()),
                5 => {
                    // A program of an older version: a smaller struct, and nothing behind it is written.
                    let mut memory = [0_u64; 80];
                    let size = size / 8 * 8 + 8;
                    let place = memory.as_mut_ptr();
                    place
                        .cast::<u32>()
                        .write(u32::try_from(size).unwrap_or_default());
                    let status = qftp_host_last_error(host, place.cast());
                    assert!(memory[size / 8..].iter().all(|word| *word == 0));
                    status
                }
                6 => client(text),
                _ => host_session::qftp_host_transferred(host, self.now),
            }
        }
    }

    /// Takes events until there is none, and reads what they point to.
    fn event(host: *mut qftp_host) -> qftp_status {
        loop {
            let mut event = qftp_event {
                size: u32::try_from(size_of::<qftp_event>()).unwrap_or_default(),
                ..qftp_event::default()
            };
            // SAFETY: the struct has the size that it states.
            let status = unsafe { drive::qftp_host_event(host, &raw mut event) };
            if status != qftp_status::QFTP_OK || event.kind == 0 {
                return status;
            }
            if !event.bytes.is_null() {
                // SAFETY: the event says that so many bytes stay until the next call.
                let bytes =
                    unsafe { std::slice::from_raw_parts(event.bytes.cast::<u8>(), event.length) };
                assert_eq!(bytes.to_vec().len(), event.length);
            }
        }
    }
}

/// Calls the client without a handle, and with URLs of no port.
///
/// # Safety
///
/// `text` is NULL or a text.
unsafe fn client(text: *const c_char) -> qftp_status {
    let nothing = ptr::null_mut();
    // SAFETY: NULL is allowed as a handle; the text outlives the calls.
    unsafe {
        qftp_client_free(nothing);
        assert_ne!(qftp_client_cancel(nothing), qftp_status::QFTP_OK);
        assert_ne!(
            qftp_client_last_error(nothing, ptr::null_mut()),
            qftp_status::QFTP_OK
        );
        assert_ne!(session::qftp_client_logout(nothing), qftp_status::QFTP_OK);
        assert_ne!(
            session::qftp_client_size(nothing, text, ptr::null_mut::<c_void>().cast()),
            qftp_status::QFTP_OK
        );
        let mut fresh = ptr::null_mut();
        let status = qftp_client_open(
            c"ftp://x".as_ptr(),
            ptr::null(),
            &raw mut fresh,
            ptr::null_mut(),
        );
        assert!(fresh.is_null(), "a client of no port");
        assert_ne!(status, qftp_status::QFTP_OK);
        qftp_client_open(ptr::null(), ptr::null(), ptr::null_mut(), ptr::null_mut())
    }
}
