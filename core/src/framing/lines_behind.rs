//! Lines behind the last byte of a payload, in front of a silence.

/// The longest run of such lines, in bytes.
pub(super) const MAX_LINES: usize = 512;

/// Returns `true` if `bytes` can be lines of a module that all pass `fits`, the last one cut off maybe.
pub(super) fn are_lines(mut bytes: &[u8], fits: impl Fn(&[u8]) -> bool) -> bool {
    if bytes.len() > MAX_LINES {
        return false;
    }
    while !bytes.is_empty() {
        let Some(rest) = bytes.strip_prefix(b"\r\n") else {
            return bytes == b"\r";
        };
        let Some(end) = line_end(rest) else {
            return rest.first().is_none_or(u8::is_ascii_graphic);
        };
        if !fits(&rest[..end]) {
            return false;
        }
        bytes = &rest[end + 2..];
    }
    true
}

/// Returns where the first CR LF stands. Lines are short: a look at each LF is faster than a search for both.
pub(super) fn line_end(bytes: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'\n', bytes)
        .filter_map(|at| at.checked_sub(1))
        .find(|at| bytes[*at] == b'\r')
}
