//! Names that a listing gives, and that may become local ones: a server can put anything there.

use std::ffi::OsString;

/// Names that Windows gives to devices, in every directory and with any extension.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];

/// Returns true for the name of one entry of a directory, which leads to no other place.
pub(super) fn is_safe(name: &[u8]) -> bool {
    let leads_away =
        matches!(name, b"" | b"." | b"..") || name.iter().any(|byte| b"/\0".contains(byte));
    !leads_away && (cfg!(unix) || !is_special_on_windows(name))
}

/// Returns true for a name by which Windows means a device, another place or another name.
fn is_special_on_windows(name: &[u8]) -> bool {
    let lower = name.to_ascii_lowercase();
    let stem = lower.split(|byte| *byte == b'.').next().unwrap_or_default();
    let stem = stem.trim_ascii_end();
    let stem = match stem.split_last() {
        Some((b'0'..=b'9', stem)) => stem,
        _ => stem,
    };
    let is_device = DEVICES.iter().any(|device| device.as_bytes() == stem);
    let is_marked = name
        .iter()
        .any(|byte| b"\\:*?\"<>|".contains(byte) || *byte < b' ');
    is_device || is_marked || name.ends_with(b".") || name.ends_with(b" ")
}

/// Returns a remote name as a local one; `None` where this system has no such names.
#[cfg(unix)]
#[allow(clippy::unnecessary_wraps, reason = "as the other one")]
pub(super) fn to_local(name: &[u8]) -> Option<OsString> {
    use std::os::unix::ffi::OsStringExt as _;
    Some(OsString::from_vec(name.to_vec()))
}

/// Returns a remote name as a local one; `None` where this system has no such names.
#[cfg(not(unix))]
pub(super) fn to_local(name: &[u8]) -> Option<OsString> {
    let text = std::str::from_utf8(name).ok()?;
    Some(text.into())
}

/// Returns a local name as a remote one; `None` where it is no text on a system whose names are texts.
#[cfg(unix)]
#[allow(clippy::unnecessary_wraps, reason = "as the other one")]
pub(super) fn to_remote(name: &std::ffi::OsStr) -> Option<Vec<u8>> {
    use std::os::unix::ffi::OsStrExt as _;
    Some(name.as_bytes().to_vec())
}

/// Returns a local name as a remote one; `None` where it is no text on a system whose names are texts.
#[cfg(not(unix))]
pub(super) fn to_remote(name: &std::ffi::OsStr) -> Option<Vec<u8>> {
    name.to_str().map(|text| text.as_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leads_to_another_place() {
        for name in [
            "",
            ".",
            "..",
            "/",
            "a/b",
            "../a",
            "/etc/passwd",
            "a\0b",
            "a/",
        ] {
            assert!(!is_safe(name.as_bytes()), "{name:?}");
        }
        for name in ["a", "...", "..a", " ", "a b", ".hidden", "a\\b", "~", "-rf"] {
            assert!(is_safe(name.as_bytes()) || cfg!(windows), "{name:?}");
        }
    }

    #[test]
    fn windows_has_names_of_its_own() {
        for name in [
            "NUL", "nul.txt", "Com1", "lpt9.a.b", "C:a", "a\\b", "a.", "a ", "a*",
        ] {
            assert!(is_special_on_windows(name.as_bytes()), "{name}");
        }
        for name in ["null", "a.nul", "console", "communication", "a.b"] {
            assert!(!is_special_on_windows(name.as_bytes()), "{name}");
        }
    }
}
