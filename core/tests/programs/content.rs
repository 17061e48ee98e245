//! The files that the programs move: any bytes, always the same.

/// The file that goes up.
pub(crate) fn up() -> Vec<u8> {
    some_bytes(5_000, 1)
}

/// The file that comes down: larger than two packets of 4096 bytes.
pub(crate) fn down() -> Vec<u8> {
    some_bytes(10_000, 2)
}

/// Begins with what looks like answers of a module, so that a byte too many or too few shows.
fn some_bytes(length: usize, seed: u32) -> Vec<u8> {
    let mut state = seed;
    let random = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    });
    let start = b"\nfirst line\r\nOK\r\n\r\n+QFTPGET: 0,5\r\n+++\x1a\x00\x03\x10";
    start.iter().copied().chain(random).take(length).collect()
}
