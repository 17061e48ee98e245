//! What a module is made from, as C gives it.

use std::ffi::{c_char, c_int, c_void};
use std::path::PathBuf;
use std::sync::mpsc;

use qftp::emulator::Options;

use super::listener::Listener;
use crate::client::callback::qftp_urc_cb;
use crate::convert;
use crate::error::Fault;
use crate::host::dialect_of;
use crate::versioned_struct::{self, Sized32};

/// Given what a module says to its host. Anything but 0 returned ends qftp_emulator_poll with QFTP_ERR_LOCAL.
pub type qftp_output_cb =
    Option<unsafe extern "C" fn(bytes: *const c_void, size: usize, user: *mut c_void) -> c_int>;

/// What an emulator is. Set size first (QFTP_INIT); 0 and NULL are the defaults.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct qftp_emulator_options {
    /// sizeof(qftp_emulator_options), set by the program.
    pub size: u32,
    /// Not used, 0.
    pub reserved: u32,
    /// "ec20", "ec2x", "bg96", "gsm" or "nl668"; NULL is "ec2x".
    pub dialect: *const c_char,
    /// Folder of the store UFS, made if it is not there. NULL is a folder of its own that goes with the module.
    pub ufs: *const c_char,
    /// Folder of the store SD, the same.
    pub sd: *const c_char,
    /// Bytes that fit into UFS; 0 is as many as usual.
    pub ufs_limit: u64,
    /// Bytes that fit into SD; 0 is as many as usual.
    pub sd_limit: u64,
    /// Bytes that fit into RAM; 0 is as many as usual.
    pub ram_limit: u64,
    /// NULL: the line is inside the process. Otherwise it is a pseudo terminal, and this path becomes a symbolic link to
    /// it until the module ends; a link that is there is replaced, anything else is refused. "" is no link: qftp_emulator_path
    /// says what to open.
    pub pty_link: *const c_char,
    /// Called with everything the module says, in order, in pieces of any size. NULL: the program reads qftp_emulator_fd by
    /// itself, or does not care. Not used on a pseudo terminal.
    pub on_output: qftp_output_cb,
    /// Called with each unsolicited result code, which is in the output too. NULL: not wanted apart.
    pub on_urc: qftp_urc_cb,
    /// Handed to the callbacks.
    pub user: *mut c_void,
}

// SAFETY: integers, pointers that are followed by the rules of the header alone, and functions that may be NULL; the
// size first.
unsafe impl Sized32 for qftp_emulator_options {}

/// Where the host's end of the line is.
pub(super) enum Place {
    Inside,
    /// A pseudo terminal, and the link to it.
    Pty(Option<PathBuf>),
}

/// The same in Rust.
pub(super) struct Wanted {
    pub(super) emulator: Options,
    pub(super) line: Place,
    pub(super) listener: Listener,
}

impl qftp_emulator_options {
    /// # Safety
    ///
    /// The pointers are as the header says.
    pub(super) unsafe fn read(options: *const Self) -> Result<Wanted, Fault> {
        // SAFETY: by the contract above.
        unsafe {
            let given = versioned_struct::read(options, "options")?;
            let mut emulator = Options::new(dialect_of(given.dialect)?);
            emulator.ufs = path(given.ufs)?;
            emulator.sd = path(given.sd)?;
            for (limit, given) in [
                (&mut emulator.ufs_limit, given.ufs_limit),
                (&mut emulator.sd_limit, given.sd_limit),
                (&mut emulator.ram_limit, given.ram_limit),
            ] {
                if given != 0 {
                    *limit = given;
                }
            }
            let mut urcs = None;
            if given.on_urc.is_some() {
                let (sender, receiver) = mpsc::channel();
                emulator.urcs = Some(sender);
                urcs = Some(receiver);
            }
            let line = match path(given.pty_link)? {
                None => Place::Inside,
                Some(link) if link.as_os_str().is_empty() => Place::Pty(None),
                link => Place::Pty(link),
            };
            Ok(Wanted {
                emulator,
                line,
                listener: Listener {
                    on_output: given.on_output,
                    on_urc: given.on_urc,
                    user: given.user,
                    urcs,
                },
            })
        }
    }
}

/// # Safety
///
/// `string` is NULL or a string.
unsafe fn path(string: *const c_char) -> Result<Option<PathBuf>, Fault> {
    if string.is_null() {
        return Ok(None);
    }
    // SAFETY: by the contract above.
    unsafe { convert::path(string, "path") }.map(|path| Some(path.to_owned()))
}
