//! The families of modules.

/// Names the procedures of a dialect: what a session needs, where settings live, how results are reported.
///
/// Dialects of one family differ in their tables alone. `host/family.rs` and `module/family.rs` have the procedures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "the compiler must name every match that lacks a new family"
)]
pub enum Family {
    /// Quectel LTE: `+QFTPxxx: <err>,<protocol_error>`, settings by name (000, 002, 004).
    Lte,
    /// Quectel GSM: `+QFTPxxx:<n>`, negative errors, settings by number (001).
    Gsm,
    /// Fibocom: `+FTPxxx: 0`, `1` or `2` (003).
    Fibocom,
    /// A family that shows in tests what a new one needs.
    #[cfg(test)]
    Test,
}
