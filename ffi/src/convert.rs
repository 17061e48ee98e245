//! Strings, buffers and results: from C, and back.
//!
//! Every function here takes pointers of C and relies on the rules at the head of the header: NULL, or valid for what
//! the function's documentation says.

use std::ffi::{CStr, c_char, c_void};
use std::path::Path;

use crate::error::Fault;

/// The bytes of a string, without its NUL; `name` is the argument's, for the error.
pub(crate) unsafe fn bytes<'a>(
    string: *const c_char,
    name: &'static str,
) -> Result<&'a [u8], Fault> {
    // SAFETY: by the rule of this file.
    unsafe { optional(string) }.ok_or(Fault::Null(name))
}

/// [`bytes`] of a string that may be NULL.
pub(crate) unsafe fn optional<'a>(string: *const c_char) -> Option<&'a [u8]> {
    // SAFETY: it is not NULL; the rest by the rule of this file.
    (!string.is_null()).then(|| unsafe { CStr::from_ptr(string) }.to_bytes())
}

/// A text, which has to be UTF-8.
pub(crate) unsafe fn utf8<'a>(string: *const c_char, name: &'static str) -> Result<&'a str, Fault> {
    // SAFETY: by the rule of this file.
    let bytes = unsafe { bytes(string, name) }?;
    std::str::from_utf8(bytes).map_err(|_| Fault::argument(format!("{name} is not UTF-8")))
}

/// A path of the local file system.
pub(crate) unsafe fn path<'a>(
    string: *const c_char,
    name: &'static str,
) -> Result<&'a Path, Fault> {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt as _;
        // SAFETY: by the rule of this file.
        unsafe { bytes(string, name) }.map(|bytes| Path::new(std::ffi::OsStr::from_bytes(bytes)))
    }
    #[cfg(not(unix))]
    // SAFETY: by the rule of this file.
    unsafe { utf8(string, name) }.map(Path::new)
}

/// `size` bytes at `data`, which may be NULL if there are none.
pub(crate) unsafe fn data<'a>(
    data: *const c_void,
    size: usize,
    name: &'static str,
) -> Result<&'a [u8], Fault> {
    match (data.is_null(), size) {
        (_, 0) => Ok(&[]),
        (true, _) => Err(Fault::Null(name)),
        // SAFETY: by the rule of this file.
        (false, _) => Ok(unsafe { std::slice::from_raw_parts(data.cast(), size) }),
    }
}

/// [`data`] that can be written to.
pub(crate) unsafe fn room<'a>(
    room: *mut c_void,
    size: usize,
    name: &'static str,
) -> Result<&'a mut [u8], Fault> {
    match (room.is_null(), size) {
        (_, 0) => Ok(&mut []),
        (true, _) => Err(Fault::Null(name)),
        // SAFETY: by the rule of this file.
        (false, _) => Ok(unsafe { std::slice::from_raw_parts_mut(room.cast(), size) }),
    }
}

/// A place for a result must be there before anything is done.
pub(crate) fn required<T>(out: *mut T, name: &'static str) -> Result<(), Fault> {
    if out.is_null() {
        Err(Fault::Null(name))
    } else {
        Ok(())
    }
}

/// Stores a result where there is a place for it.
pub(crate) unsafe fn store<T>(out: *mut T, value: T) {
    if !out.is_null() {
        // SAFETY: it is not NULL; the rest by the rule of this file.
        unsafe { out.write(value) };
    }
}

/// Writes a string with its NUL; `length` gets the length without it in any case.
pub(crate) unsafe fn give(
    text: &[u8],
    buffer: *mut c_char,
    size: usize,
    length: *mut usize,
) -> Result<(), Fault> {
    // SAFETY: by the rule of this file.
    unsafe {
        store(length, text.len());
        let room = room(buffer.cast(), size, "buffer")?;
        match room.get_mut(..=text.len()) {
            Some(room) => {
                room[..text.len()].copy_from_slice(text);
                room[text.len()] = 0;
                Ok(())
            }
            None => Err(Fault::Buffer {
                needed: text.len() as u64 + 1,
            }),
        }
    }
}

/// A text in an array of a struct: cut at a character's border so that its NUL fits.
pub(crate) fn fixed<const N: usize>(text: &str) -> [c_char; N] {
    let mut end = text.len().min(N.saturating_sub(1));
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut array = [0; N];
    for (place, byte) in array.iter_mut().zip(&text.as_bytes()[..end]) {
        *place = c_char::from_ne_bytes([*byte]);
    }
    array
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_needs_room_for_its_nul() {
        let mut buffer = [c_char::from_ne_bytes([b'x']); 4];
        let mut length = 0;
        // SAFETY: `buffer` has the sizes that are given.
        unsafe {
            assert!(give(b"abc", buffer.as_mut_ptr(), 4, &raw mut length).is_ok());
            assert_eq!(CStr::from_ptr(buffer.as_ptr()), c"abc");
            assert!(give(b"abcd", buffer.as_mut_ptr(), 4, &raw mut length).is_err());
            assert_eq!(length, 4);
            assert_eq!(CStr::from_ptr(buffer.as_ptr()), c"abc");
            assert!(give(b"", std::ptr::null_mut(), 0, std::ptr::null_mut()).is_err());
        }
    }

    #[test]
    fn a_fixed_text_is_cut_between_characters() {
        let text = |array: &[c_char]| {
            let bytes: Vec<u8> = array.iter().map(|byte| byte.to_ne_bytes()[0]).collect();
            CStr::from_bytes_until_nul(&bytes).map(|text| text.to_str().map(str::to_owned))
        };
        assert_eq!(text(&fixed::<4>("abc")), Ok(Ok("abc".into())));
        assert_eq!(text(&fixed::<4>("abcd")), Ok(Ok("abc".into())));
        assert_eq!(text(&fixed::<4>("abä")), Ok(Ok("ab".into())));
    }
}
