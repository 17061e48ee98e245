//! Structs that can grow: the first member is the size that the program was compiled with.
//!
//! What a program does not know yet is 0 for the library, and 0 is always the default; what the library does not know
//! yet is not read. A struct grows by members of no greater alignment than it has.

use crate::error::Fault;

/// A struct of the header that starts with its size.
///
/// # Safety
///
/// It is `repr(C)`, its first member is `size: u32`, and any bytes make a valid value, zeros among them.
pub(crate) unsafe trait Sized32: Copy {}

/// Bytes that make the member `size` itself.
const MEMBER: usize = size_of::<u32>();

/// How many bytes both sides know.
unsafe fn common<T: Sized32>(place: *const T, name: &'static str) -> Result<usize, Fault> {
    if place.is_null() {
        return Err(Fault::Null(name));
    }
    // SAFETY: it is not NULL and starts with its size.
    let size = unsafe { place.cast::<u32>().read() } as usize;
    if size < MEMBER {
        return Err(Fault::argument(format!("{name}.size is not set")));
    }
    if !size.is_multiple_of(align_of::<T>()) {
        // No compiler makes such a struct, and it may end within a pointer.
        let message = format!("{name}.size is that of no such struct");
        return Err(Fault::argument(message));
    }
    Ok(size.min(size_of::<T>()))
}

/// Reads options; NULL gives the defaults.
///
/// # Safety
///
/// `options` is NULL or points to as many bytes as its first member says.
pub(crate) unsafe fn read<T: Sized32>(options: *const T, name: &'static str) -> Result<T, Fault> {
    // SAFETY: zeros make a valid value.
    let mut value: T = unsafe { std::mem::zeroed() };
    if !options.is_null() {
        // SAFETY: by the contract above; `value` has at least as many bytes as `common` says.
        unsafe {
            let known = common(options, name)?;
            std::ptr::copy_nonoverlapping(options.cast::<u8>(), (&raw mut value).cast(), known);
        }
    }
    Ok(value)
}

/// A place for a result must be there, and know its size, before anything is done.
///
/// # Safety
///
/// `out` is NULL or points to as many bytes as its first member says.
pub(crate) unsafe fn required<T: Sized32>(out: *mut T, name: &'static str) -> Result<(), Fault> {
    // SAFETY: by the contract above.
    unsafe { common(out, name) }.map(drop)
}

/// Writes a result: what both sides know of it. The member `size` stays as it is.
///
/// # Safety
///
/// As for [`required`].
pub(crate) unsafe fn write<T: Sized32>(
    out: *mut T,
    name: &'static str,
    value: &T,
) -> Result<(), Fault> {
    // SAFETY: by the contract above; `value` has at least as many bytes as `common` says.
    unsafe {
        let known = common(out, name)?;
        let from = std::ptr::from_ref(value).cast::<u8>().add(MEMBER);
        std::ptr::copy_nonoverlapping(from, out.cast::<u8>().add(MEMBER), known - MEMBER);
    }
    Ok(())
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

    #[test]
    fn an_older_struct_is_read_and_written_as_far_as_it_goes() {
        let mut three = Three {
            size: 8,
            first: 1,
            second: 2,
        };
        // SAFETY: `three` has 12 bytes.
        unsafe {
            assert_eq!(
                read(&raw const three, "three").ok(),
                Some(Three {
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
            assert!(write(&raw mut three, "three", &value).is_ok());
        }
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
        let longer = [16_u32, 1, 2, 3];
        // SAFETY: `longer` has 16 bytes.
        let value = unsafe { read(longer.as_ptr().cast::<Three>(), "longer") };
        assert_eq!(
            value.ok(),
            Some(Three {
                size: 16,
                first: 1,
                second: 2
            })
        );
    }

    #[test]
    fn a_size_that_ends_within_a_member_is_an_error() {
        for (size, fits) in [(7, false), (8, true), (9, false), (12, true), (13, false)] {
            let longer = [size, 1, 2, 3];
            // SAFETY: `longer` has 16 bytes.
            let value = unsafe { read(longer.as_ptr().cast::<Three>(), "longer") };
            assert_eq!(value.is_ok(), fits, "{size}");
        }
    }

    #[test]
    fn a_size_of_nothing_is_an_error_and_null_is_the_defaults() {
        let mut three = Three {
            size: 3,
            first: 1,
            second: 2,
        };
        // SAFETY: `three` has 12 bytes; NULL is allowed.
        unsafe {
            assert!(read(&raw const three, "three").is_err());
            assert!(required(&raw mut three, "three").is_err());
            assert!(required::<Three>(std::ptr::null_mut(), "three").is_err());
            let nothing = read::<Three>(std::ptr::null(), "three").ok();
            assert_eq!(
                nothing,
                Some(Three {
                    size: 0,
                    first: 0,
                    second: 0
                })
            );
        }
    }
}
