//! The pointers of C: every place that looks through one.
//!
//! An exported function is `unsafe`. Its caller promises what the head of `qftp.h` asks for, [the rules](#the-rules)
//! below. A macro of this file turns one argument into a value that safe code can use, and names the rule it relies on.
//! So the bodies of the exported functions are safe code. NULL becomes a [`Fault`] where it is not allowed.
//!
//! # The rules
//!
//! 1. A pointer is NULL or points to what its type and the documentation of the function say.
//! 2. The target stays valid and unchanged until the function returns.
//! 3. A function and the user pointer beside it belong to each other; both stay valid as long as the library may call.
//!
//! The structs of the header obey the same rules: their pointers come from C alone.

use core::ffi::{CStr, c_char, c_int, c_void};
use core::ptr::NonNull;
use core::slice;

use alloc::format;

use crate::error::Fault;
use crate::versioned_struct::{self, SizeError, Sized32};

/// Refers to the handle behind a pointer; `None` for NULL.
#[doc(hidden)]
#[macro_export]
macro_rules! __handle {
    ($pointer:expr) => {{
        let pointer = $pointer;
        // SAFETY: rule 1: NULL, or a handle that the library made and that is not freed.
        unsafe { $crate::handle::HandleRef::new(pointer) }
    }};
}

/// Borrows the bytes of a string, without its NUL.
#[doc(hidden)]
#[macro_export]
macro_rules! __text {
    ($pointer:expr) => {
        $crate::ptr::text!($pointer, stringify!($pointer))
    };
    ($pointer:expr, $name:expr) => {
        $crate::ptr::optional_text!($pointer).ok_or($crate::error::Fault::Null($name))
    };
}

/// Borrows the bytes of a string, without its NUL; `None` for NULL.
#[doc(hidden)]
#[macro_export]
macro_rules! __optional_text {
    ($pointer:expr) => {{
        let pointer = $pointer;
        // SAFETY: rules 1 and 2: NULL, or bytes that end with NUL and live through the call.
        unsafe { $crate::ptr::borrow_text(pointer) }
    }};
}

/// Borrows so many bytes; the pointer may be NULL if there are none.
#[doc(hidden)]
#[macro_export]
macro_rules! __data {
    ($pointer:expr, $size:expr) => {{
        let (pointer, size, name) = ($pointer, $size, stringify!($pointer));
        // SAFETY: rules 1 and 2: so many bytes, which live through the call.
        unsafe { $crate::ptr::borrow_data(pointer, size, name) }
    }};
}

/// Borrows a buffer of so many bytes for writing; the pointer may be NULL if there are none.
#[doc(hidden)]
#[macro_export]
macro_rules! __room {
    ($pointer:expr, $size:expr) => {{
        let (pointer, size, name) = ($pointer, $size, stringify!($pointer));
        // SAFETY: rules 1 and 2: a buffer of so many bytes, which only the library uses during the call.
        unsafe { $crate::ptr::borrow_room(pointer, size, name) }
    }};
}

/// Returns the [`Out`](crate::ptr::Out) of a result that must have a place.
#[doc(hidden)]
#[macro_export]
macro_rules! __out {
    ($pointer:expr) => {{
        let place = $crate::ptr::optional_out!($pointer);
        place.required(stringify!($pointer))
    }};
}

/// Returns the [`Out`](crate::ptr::Out) of a result that the program may leave out by NULL.
#[doc(hidden)]
#[macro_export]
macro_rules! __optional_out {
    ($pointer:expr) => {{
        let pointer = $pointer;
        // SAFETY: rules 1 and 2: NULL, or a place for one value that lives through the call.
        unsafe { $crate::ptr::Out::new(pointer) }
    }};
}

/// Returns the [`StringOut`](crate::ptr::StringOut) of a buffer, its size and the place for the length.
#[doc(hidden)]
#[macro_export]
macro_rules! __string_out {
    ($buffer:expr, $size:expr, $length:expr) => {{
        let (buffer, size, length) = ($buffer, $size, $length);
        // SAFETY: rules 1 and 2: a buffer of that size, and NULL or a place for the length; both live through the call.
        unsafe { $crate::ptr::StringOut::new(buffer, size, length) }
    }};
}

/// Copies a versioned struct; NULL gives the defaults.
#[doc(hidden)]
#[macro_export]
macro_rules! __options {
    ($pointer:expr) => {{
        let (pointer, name) = ($pointer, stringify!($pointer));
        // SAFETY: rules 1 and 2: NULL, or as many bytes as the first member says.
        unsafe { $crate::ptr::read_options(pointer, name) }
    }};
}

/// Copies a versioned struct that must be given.
#[doc(hidden)]
#[macro_export]
macro_rules! __required_options {
    ($pointer:expr) => {
        match $pointer.is_null() {
            true => Err($crate::error::Fault::Null(stringify!($pointer))),
            false => $crate::ptr::options!($pointer),
        }
    };
}

/// Returns the [`StructOut`](crate::ptr::StructOut) of a versioned struct for a result.
#[doc(hidden)]
#[macro_export]
macro_rules! __struct_out {
    ($pointer:expr) => {{
        let (pointer, name) = ($pointer, stringify!($pointer));
        // SAFETY: rules 1 and 2: NULL, or as many bytes as the first member says, which live through the call.
        unsafe { $crate::ptr::StructOut::new(pointer, name) }
    }};
}

/// Returns the [`StructOut`](crate::ptr::StructOut) of a struct that the program may leave out by NULL.
#[doc(hidden)]
#[macro_export]
macro_rules! __optional_struct_out {
    ($pointer:expr) => {
        match $pointer.is_null() {
            true => Ok(None),
            false => $crate::ptr::struct_out!($pointer).map(Some),
        }
    };
}

/// Returns the [`Callback`](crate::ptr::Callback) of a function that must be given, and its user pointer.
#[doc(hidden)]
#[macro_export]
macro_rules! __callback {
    ($function:expr, $user:expr) => {
        $crate::ptr::optional_callback!($function, $user)
            .ok_or($crate::error::Fault::Null(stringify!($function)))
    };
}

/// Returns the [`Callback`](crate::ptr::Callback) of a function and its user pointer; `None` for NULL.
#[doc(hidden)]
#[macro_export]
macro_rules! __optional_callback {
    ($function:expr, $user:expr) => {{
        let (function, user) = ($function, $user);
        // SAFETY: rule 3.
        function.map(|function| unsafe { $crate::ptr::Callback::new(function, user) })
    }};
}

#[cfg(feature = "std")]
pub use crate::text_argument::local_path;
pub use crate::text_argument::utf8;
pub use crate::{
    __callback as callback, __data as data, __handle as handle,
    __optional_callback as optional_callback, __optional_out as optional_out,
    __optional_struct_out as optional_struct_out, __optional_text as optional_text,
    __options as options, __out as out, __required_options as required_options, __room as room,
    __string_out as string_out, __struct_out as struct_out, __text as text,
};

/// Borrows the bytes of a string, without its NUL; `None` for NULL.
///
/// # Safety
///
/// `string` is NULL or points to bytes that end with NUL and that stay unchanged during `'a`.
pub unsafe fn borrow_text<'a>(string: *const c_char) -> Option<&'a [u8]> {
    let string = NonNull::new(string.cast_mut())?;
    // SAFETY: it is not NULL; the rest by the contract above.
    Some(unsafe { CStr::from_ptr(string.as_ptr()) }.to_bytes())
}

/// Borrows `size` bytes at `data`, which may be NULL if there are none.
///
/// # Safety
///
/// `data` is NULL or points to `size` bytes that stay unchanged during `'a`.
pub unsafe fn borrow_data<'a>(
    data: *const c_void,
    size: usize,
    name: &'static str,
) -> Result<&'a [u8], Fault> {
    match (data.is_null(), size) {
        (_, 0) => Ok(&[]),
        (true, _) => Err(Fault::Null(name)),
        // SAFETY: it is not NULL; the rest by the contract above.
        (false, _) => Ok(unsafe { slice::from_raw_parts(data.cast(), size) }),
    }
}

/// Borrows `size` bytes at `room` for writing.
///
/// # Safety
///
/// `room` is NULL or points to `size` bytes that nothing else reads or writes during `'a`.
pub unsafe fn borrow_room<'a>(
    room: *mut c_void,
    size: usize,
    name: &'static str,
) -> Result<&'a mut [u8], Fault> {
    match (room.is_null(), size) {
        (_, 0) => Ok(&mut []),
        (true, _) => Err(Fault::Null(name)),
        // SAFETY: it is not NULL; the rest by the contract above.
        (false, _) => Ok(unsafe { slice::from_raw_parts_mut(room.cast(), size) }),
    }
}

/// A place of the program for one result, which may be missing.
pub struct Out<T>(*mut T);

impl<T> Out<T> {
    /// Wraps the place for a result.
    ///
    /// # Safety
    ///
    /// `place` is NULL or can be written to as long as the `Out` lives.
    pub unsafe fn new(place: *mut T) -> Self {
        Out(place)
    }

    /// Refuses a missing place, before anything is done.
    pub fn required(self, name: &'static str) -> Result<Self, Fault> {
        if self.0.is_null() {
            Err(Fault::Null(name))
        } else {
            Ok(self)
        }
    }

    /// Stores the result if there is a place for it.
    pub fn store(&self, value: T) {
        if !self.0.is_null() {
            // SAFETY: it is not NULL; the rest by the contract of `new`.
            unsafe { self.0.write(value) };
        }
    }
}

/// A buffer of the program for a string, and the place for its length.
pub struct StringOut {
    buffer: *mut c_char,
    size: usize,
    length: Out<usize>,
}

impl StringOut {
    /// Wraps the buffer for a string and the place for its length.
    ///
    /// # Safety
    ///
    /// As long as the `StringOut` lives, `buffer` is NULL or points to `size` bytes that nothing else uses, and
    /// `length` is NULL or can be written to.
    pub unsafe fn new(buffer: *mut c_char, size: usize, length: *mut usize) -> Self {
        // SAFETY: by the contract above.
        let length = unsafe { Out::new(length) };
        StringOut {
            buffer,
            size,
            length,
        }
    }

    /// Writes a string with its NUL; the length without it is stored in any case.
    pub fn store(&self, text: &[u8]) -> Result<(), Fault> {
        self.length.store(text.len());
        // SAFETY: by the contract of `new`.
        let room = unsafe { borrow_room(self.buffer.cast(), self.size, "buffer") }?;
        let Some(room) = room.get_mut(..=text.len()) else {
            return Err(Fault::Buffer {
                needed: text.len() as u64 + 1,
            });
        };
        room[..text.len()].copy_from_slice(text);
        room[text.len()] = 0;
        Ok(())
    }
}

/// Copies a versioned struct; NULL gives the defaults.
///
/// # Safety
///
/// `options` is NULL or points to as many bytes as its first member says.
pub unsafe fn read_options<T: Sized32>(options: *const T, name: &'static str) -> Result<T, Fault> {
    // SAFETY: by the contract above.
    unsafe { versioned_struct::read(options) }.map_err(|error| size_fault(error, name))
}

/// A versioned struct of the program for a result.
pub struct StructOut<T> {
    place: *mut T,
    /// Bytes of it that both sides know.
    known: usize,
}

impl<T: Sized32> StructOut<T> {
    /// Refuses a missing struct and one that does not know its size, before anything is done.
    ///
    /// # Safety
    ///
    /// As long as the `StructOut` lives, `place` is NULL or points to as many bytes as its first member says.
    pub unsafe fn new(place: *mut T, name: &'static str) -> Result<Self, Fault> {
        // SAFETY: by the contract above.
        let known = unsafe { versioned_struct::known(place) };
        let known = known.map_err(|error| size_fault(error, name))?;
        Ok(StructOut { place, known })
    }

    /// Stores what both sides know of the result. The member `size` stays as it is.
    pub fn store(&self, value: &T) {
        // SAFETY: `known` is of this place; the rest by the contract of `new`.
        unsafe { versioned_struct::write(self.place, self.known, value) };
    }
}

fn size_fault(error: SizeError, name: &'static str) -> Fault {
    match error {
        SizeError::Null => Fault::Null(name),
        SizeError::NotSet => Fault::argument(format!("{name}.size is not set")),
        SizeError::NotOfThisStruct => {
            Fault::argument(format!("{name}.size is that of no such struct"))
        }
    }
}

/// The program's own pointer, handed back to its callback.
#[derive(Clone, Copy)]
struct UserPointer(*mut c_void);

// SAFETY: the library never looks through it. It reaches the callback alone, on the thread of the call, and the head of
// the header says that a handle, and with it its callbacks, may move between threads.
unsafe impl Send for UserPointer {}

/// A function of the program and the pointer that it wants back.
#[derive(Clone, Copy)]
pub struct Callback<F> {
    function: F,
    user: UserPointer,
}

/// Takes a line and says whether it wants more.
pub type LineFunction = unsafe extern "C" fn(*const c_char, usize, *mut c_void) -> c_int;
/// Takes a URC.
pub type UrcFunction = unsafe extern "C" fn(*const c_char, usize, *mut c_void);
/// Takes a line of the conversation.
pub type LogFunction = unsafe extern "C" fn(c_int, *const c_char, usize, *mut c_void);
/// Takes how far a transfer is and says whether it goes on.
pub type ProgressFunction = unsafe extern "C" fn(u64, u64, *mut c_void) -> c_int;
/// Fills a buffer.
pub type ReadFunction = unsafe extern "C" fn(*mut c_void, usize, *mut usize, *mut c_void) -> c_int;
/// Takes bytes.
pub type WriteFunction = unsafe extern "C" fn(*const c_void, usize, *mut c_void) -> c_int;
/// Takes a struct.
pub type StructFunction<T> = unsafe extern "C" fn(*const T, *mut c_void) -> c_int;

impl<F> Callback<F> {
    /// Wraps a function of the program and its `user` pointer.
    ///
    /// # Safety
    ///
    /// `function` may be called with `user` as long as the `Callback` lives.
    pub unsafe fn new(function: F, user: *mut c_void) -> Self {
        let user = UserPointer(user);
        Callback { function, user }
    }
}

impl Callback<LineFunction> {
    /// Hands out a line; returns what the function returned.
    pub fn call(&self, line: &CStr) -> c_int {
        let (text, length) = (line.as_ptr(), line.count_bytes());
        // SAFETY: by the contract of `new`; the text lives through the call.
        unsafe { (self.function)(text, length, self.user.0) }
    }
}

impl Callback<UrcFunction> {
    /// Hands out a URC.
    pub fn call(&self, line: &CStr) {
        let (text, length) = (line.as_ptr(), line.count_bytes());
        // SAFETY: by the contract of `new`; the text lives through the call.
        unsafe { (self.function)(text, length, self.user.0) }
    }
}

impl Callback<LogFunction> {
    /// Hands out a line of the conversation.
    pub fn call(&self, sent: c_int, line: &CStr) {
        let (text, length) = (line.as_ptr(), line.count_bytes());
        // SAFETY: by the contract of `new`; the text lives through the call.
        unsafe { (self.function)(sent, text, length, self.user.0) }
    }
}

impl Callback<ProgressFunction> {
    /// Reports the progress; returns what the function returned.
    pub fn call(&self, done: u64, total: u64) -> c_int {
        // SAFETY: by the contract of `new`.
        unsafe { (self.function)(done, total, self.user.0) }
    }
}

impl Callback<ReadFunction> {
    /// Returns what the function returned and how many bytes it says it stored.
    pub fn call(&self, buffer: &mut [u8]) -> (c_int, usize) {
        let (room, size, mut length) = (buffer.as_mut_ptr(), buffer.len(), 0);
        // SAFETY: by the contract of `new`; buffer and length live through the call.
        let answer = unsafe { (self.function)(room.cast(), size, &raw mut length, self.user.0) };
        (answer, length)
    }
}

impl Callback<WriteFunction> {
    /// Hands out bytes; returns what the function returned.
    pub fn call(&self, bytes: &[u8]) -> c_int {
        // SAFETY: by the contract of `new`; the bytes live through the call.
        unsafe { (self.function)(bytes.as_ptr().cast(), bytes.len(), self.user.0) }
    }
}

impl<T> Callback<StructFunction<T>> {
    /// Hands out a struct; returns what the function returned.
    pub fn call(&self, value: &T) -> c_int {
        // SAFETY: by the contract of `new`; the struct lives through the call.
        unsafe { (self.function)(value, self.user.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_needs_room_for_its_nul() {
        let mut buffer = [c_char::from_ne_bytes([b'x']); 4];
        let mut length = 0;
        let mut give = |text: &[u8]| {
            let given = string_out!(buffer.as_mut_ptr(), 4, &raw mut length).store(text);
            let bytes: Vec<u8> = buffer.iter().map(|byte| byte.to_ne_bytes()[0]).collect();
            let stored = CStr::from_bytes_until_nul(&bytes).map(CStr::to_owned);
            (given.is_ok(), stored.unwrap_or_default(), length)
        };
        assert_eq!(give(b"abc"), (true, c"abc".to_owned(), 3));
        assert_eq!(give(b"abcd"), (false, c"abc".to_owned(), 4));
        let nothing = string_out!(std::ptr::null_mut(), 0, std::ptr::null_mut());
        assert!(nothing.store(b"").is_err());
    }

    #[test]
    fn null_is_a_fault_that_names_the_argument() {
        let path: *const c_char = std::ptr::null();
        let size: *mut u64 = std::ptr::null_mut();
        assert!(matches!(text!(path), Err(Fault::Null("path"))));
        assert!(matches!(out!(size), Err(Fault::Null("size"))));
        assert!(optional_text!(path).is_none());
        optional_out!(size).store(1);
        let data: *const c_void = std::ptr::null();
        assert!(matches!(data!(data, 1), Err(Fault::Null("data"))));
        assert!(matches!(data!(data, 0), Ok([])));
    }
}
