//! Compares what a host types with a recorded line, in which `***` stands for a secret.

/// Stands for a secret of any length.
const SECRET: &[u8] = b"***";

/// Tells how far what was typed is the recorded line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TypedFit {
    /// All of it, in so many bytes.
    Whole(usize),
    /// So far it is; more must be typed.
    Partly,
    /// It is another line.
    Differs,
}

/// Compares what was typed with a recorded line, which has its line end.
pub(super) fn compare(recorded: &[u8], typed: &[u8]) -> TypedFit {
    let Some(secret) = memchr::memmem::find(recorded, SECRET) else {
        let common = recorded.len().min(typed.len());
        return match recorded[..common] == typed[..common] {
            true if common == recorded.len() => TypedFit::Whole(common),
            true => TypedFit::Partly,
            false => TypedFit::Differs,
        };
    };
    let common = secret.min(typed.len());
    if recorded[..common] != typed[..common] {
        return TypedFit::Differs;
    }
    match memchr::memchr(b'\r', &typed[common..]) {
        None => TypedFit::Partly,
        Some(end) => {
            let line = &typed[..=common + end];
            if fits(recorded, line) {
                TypedFit::Whole(line.len())
            } else {
                TypedFit::Differs
            }
        }
    }
}

/// Returns true if a line is the recorded one, with anything in the places of secrets.
pub(super) fn fits(recorded: &[u8], line: &[u8]) -> bool {
    let mut parts = Vec::new();
    let mut rest = recorded;
    while let Some(place) = memchr::memmem::find(rest, SECRET) {
        parts.push(&rest[..place]);
        rest = &rest[place + SECRET.len()..];
    }
    let Some((first, middle)) = parts.split_first() else {
        return recorded == line;
    };
    let Some(line) = line.strip_prefix(*first) else {
        return false;
    };
    let Some(mut line) = line.strip_suffix(rest) else {
        return false;
    };
    // What stands between two secrets is found at its first place: if it fits anywhere, it fits there.
    for part in middle {
        match memchr::memmem::find(line, part) {
            Some(place) => line = &line[place + part.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_stand_for_anything_and_the_rest_for_itself() {
        let recorded = b"AT+CPIN=***,***\r";
        assert_eq!(compare(recorded, b"AT+CP"), TypedFit::Partly);
        assert_eq!(compare(recorded, b"AT+CPIN=\"1\",\"2\""), TypedFit::Partly);
        let typed = b"AT+CPIN=\"1\",\"2\"\rAT\r";
        assert_eq!(compare(recorded, typed), TypedFit::Whole(typed.len() - 3));
        assert_eq!(compare(recorded, b"AT+CPIN=\"1\"\r"), TypedFit::Differs);
        assert_eq!(compare(recorded, b"AT+CSQ"), TypedFit::Differs);
        assert_eq!(compare(b"+++", b"++"), TypedFit::Partly);
        assert_eq!(compare(b"+++", b"+++AT\r"), TypedFit::Whole(3));
        assert_eq!(compare(b"AT\r", b"AT+"), TypedFit::Differs);
        assert!(fits(b"a,***,b,***,c\r", b"a,x,b,b,,c\r"));
        assert!(!fits(b"a,***,b,***,c\r", b"a,x,c\r"));
        // Prefix and suffix do not overlap.
        assert!(!fits(b"ab***ba", b"aba"));
        assert!(fits(b"ab***ba", b"abba"));
    }
}
