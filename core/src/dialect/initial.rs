//! Start values, of settings and of what commands remember.

/// The start value of a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a value is a number or a string")]
pub enum Initial {
    /// A number.
    Integer(u64),
    /// A string.
    Text(&'static [u8]),
}
