//! The reason of an error of the system, in words for a sentence.

use std::io;

/// Returns text without ` (os error 2)`, which stands behind the words of the system.
pub fn without_system_numbers(text: &str) -> String {
    let mut parts = text.split(" (os error ");
    let mut shown = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once(')') {
            Some((number, rest)) if number.parse::<i32>().is_ok() => shown.push_str(rest),
            _ => shown.extend([" (os error ", part]),
        }
    }
    shown
}

/// Returns the words of an error of the system without its number, as the rest of a sentence:
/// `no such file or directory`, where `Display` has `No such file or directory (os error 2)`.
pub fn io_reason(error: &io::Error) -> String {
    let words = without_system_numbers(&error.to_string());
    let mut letters = words.chars();
    match (letters.next(), letters.clone().next()) {
        // `RFC 2217` stays as it is.
        (Some(first), Some(second)) if first.is_ascii_uppercase() && second.is_lowercase() => {
            format!("{}{}", first.to_ascii_lowercase(), letters.as_str())
        }
        _ => words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_has_no_number_and_goes_on_in_a_sentence() {
        let system = std::fs::read("/nowhere/at/all").expect_err("no such file");
        assert!(system.to_string().contains("(os error "), "{system}");
        for (error, reason) in [
            (system, "no such file or directory"),
            (io::ErrorKind::IsADirectory.into(), "is a directory"),
            (io::Error::other("RFC 2217 is off"), "RFC 2217 is off"),
            (io::Error::other("a (os error 5"), "a (os error 5"),
            (io::Error::other("É"), "É"),
            (io::Error::other(""), ""),
        ] {
            assert_eq!(io_reason(&error), reason);
        }
    }
}
