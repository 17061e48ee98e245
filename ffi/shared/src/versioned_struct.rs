//! Structs that can grow: the first member is the size that the program was compiled with.
//!
//! The library takes 0 for what a program does not know yet, and 0 is always the default. The library does not read
//! what it does not know itself. A struct grows by members of no greater alignment than it has.

use core::mem;
use core::ptr;

/// A struct of the header that starts with its size.
///
/// # Safety
///
/// It is `repr(C)`, its first member is `size: u32`, and any bytes make a valid value, zeros among them.
pub unsafe trait Sized32: Copy {}

/// Says why a struct of the program cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SizeError {
    /// The pointer is NULL.
    Null,
    /// The member `size` is 0 or less than its own bytes.
    NotSet,
    /// No compiler makes a struct of this size here, and it may end within a pointer.
    NotOfThisStruct,
}

/// Bytes that make the member `size` itself.
const MEMBER: usize = size_of::<u32>();

/// Returns how many bytes both sides know.
///
/// # Safety
///
/// `place` is NULL or points to as many bytes as its first member says.
pub unsafe fn known<T: Sized32>(place: *const T) -> Result<usize, SizeError> {
    if place.is_null() {
        return Err(SizeError::Null);
    }
    // SAFETY: it is not NULL, and a struct of this kind starts with its size.
    let size = unsafe { place.cast::<u32>().read() } as usize;
    if size < MEMBER {
        return Err(SizeError::NotSet);
    }
    if !size.is_multiple_of(align_of::<T>()) {
        return Err(SizeError::NotOfThisStruct);
    }
    Ok(size.min(size_of::<T>()))
}

/// Reads options; NULL gives the defaults.
///
/// # Safety
///
/// As for [`known`].
pub unsafe fn read<T: Sized32>(options: *const T) -> Result<T, SizeError> {
    // SAFETY: zeros make a valid value of such a struct.
    let mut value: T = unsafe { mem::zeroed() };
    if !options.is_null() {
        // SAFETY: by the contract above.
        let known = unsafe { known(options) }?;
        // SAFETY: both have at least `known` bytes, and `value` is new, so that they do not overlap.
        unsafe { ptr::copy_nonoverlapping(options.cast::<u8>(), (&raw mut value).cast(), known) };
    }
    Ok(value)
}

/// Writes a result: what both sides know of it. The member `size` stays as it is.
///
/// # Safety
///
/// `out` can be written to, and `known` is what [`known`] returned for it.
pub unsafe fn write<T: Sized32>(out: *mut T, known: usize, value: &T) {
    let from = ptr::from_ref(value).cast::<u8>().wrapping_add(MEMBER);
    let to = out.cast::<u8>().wrapping_add(MEMBER);
    // SAFETY: both have `known` bytes, of which `MEMBER` are passed over; `value` is the library's own.
    unsafe { ptr::copy_nonoverlapping(from, to, known - MEMBER) };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[repr(C)]
    #[derive(Clone, Copy, Debug, PartialEq)]
    struct Three {
        size: u32,
        first: u32,
        second: u32,
    }

    // SAFETY: three integers, the first of which is the size.
    unsafe impl Sized32 for Three {}

    /// Reads `three` from so many bytes, or says why not.
    fn read_from(bytes: &[u32]) -> Result<Three, SizeError> {
        // SAFETY: the first member says at most what `bytes` has, but for sizes that are refused.
        unsafe { read(bytes.as_ptr().cast::<Three>()) }
    }

    #[test]
    fn an_older_struct_is_read_and_written_as_far_as_it_goes() {
        let mut three = Three {
            size: 8,
            first: 1,
            second: 2,
        };
        // SAFETY: `three` has 12 bytes.
        let older = unsafe { read(&raw const three) };
        assert_eq!(
            older,
            Ok(Three {
                size: 8,
                first: 1,
                second: 0
            })
        );
        let value = Three {
            size: 99,
            first: 5,
            second: 6,
        };
        // SAFETY: the same.
        let known = unsafe { known(&raw const three) };
        assert_eq!(known, Ok(8));
        // SAFETY: the same.
        unsafe { write(&raw mut three, 8, &value) };
        assert_eq!(
            three,
            Three {
                size: 8,
                first: 5,
                second: 2
            }
        );
    }

    #[test]
    fn a_newer_struct_is_read_as_far_as_it_is_known() {
        assert_eq!(
            read_from(&[16, 1, 2, 3]),
            Ok(Three {
                size: 16,
                first: 1,
                second: 2
            })
        );
    }

    #[test]
    fn a_size_that_ends_within_a_member_is_an_error() {
        for (size, fits) in [(7, false), (8, true), (9, false), (12, true), (13, false)] {
            let value = read_from(&[size, 1, 2, 3]);
            assert_eq!(value.is_ok(), fits, "{size}");
            if !fits {
                assert_eq!(value, Err(SizeError::NotOfThisStruct), "{size}");
            }
        }
    }

    #[test]
    fn a_size_of_nothing_is_an_error_and_null_is_the_defaults() {
        assert_eq!(read_from(&[3, 1, 2]), Err(SizeError::NotSet));
        // SAFETY: the size is refused before the rest is read.
        let unset = unsafe { known((&raw const THREE_BYTES).cast::<Three>()) };
        assert_eq!(unset, Err(SizeError::NotSet));
        // SAFETY: NULL is allowed.
        let missing = unsafe { known::<Three>(ptr::null()) };
        assert_eq!(missing, Err(SizeError::Null));
        // SAFETY: NULL is allowed.
        let defaults = unsafe { read::<Three>(ptr::null()) };
        assert_eq!(
            defaults,
            Ok(Three {
                size: 0,
                first: 0,
                second: 0
            })
        );
    }

    /// A size of three bytes.
    static THREE_BYTES: [u32; 3] = [3, 1, 2];
}
