//! URLs without their passwords, for messages, records and histories.

/// Returns `ftp://user:***@host/`, if the URL has a password.
pub(crate) fn redacted_url(word: &str) -> Option<String> {
    let start = word.find("://")? + 3;
    let end = start + word[start..].rfind('@')?;
    let colon = start + word[start..end].find(':')? + 1;
    Some(format!("{}***{}", &word[..colon], &word[end..]))
}
