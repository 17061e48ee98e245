//! Passwords never reach a log.
//!
//! A table of the commands and lines that carry one says where in them it stands; everything that is logged goes
//! through [`masked`].

use alloc::borrow::Cow;
use alloc::vec::Vec;

/// Start of a line (case ignored) and the index of the field behind `=` or `:` that is a password.
const SECRETS: &[(&[u8], usize)] = &[
    (b"+QFTPCFG=\"ACCOUNT\"", 2),
    (b"+QFTPCFG:\"ACCOUNT\"", 2),
    (b"+QFTPPASS=", 0),
    (b"+QFTPPASS:", 0),
    (b"+FTPOPEN=", 2),
    (b"+MIPCALL=", 3),
    (b"+QIREGAPP=", 2),
    // The form of `gsm`, where no type of context stands before the access point.
    (b"+QICSGP=0,\"", 3),
    (b"+QICSGP=1,\"", 3),
    (b"+QICSGP=", 4),
    (b"+QICSGP:", 3),
    (b"+QSSLCFG=\"CLIENTKEY\"", 3),
    (b"+QSSLCFG:\"CLIENTKEY\"", 3),
    (b"+CPIN=", 0),
];

/// The line with its password replaced by `***`. Several commands in one line are looked at one by one.
pub fn masked(line: &[u8]) -> Cow<'_, [u8]> {
    let mut result: Option<Vec<u8>> = None;
    for part in parts(line) {
        let Some(secret) = secret(&line[part.clone()]) else {
            continue;
        };
        let from_end = line.len() - (part.start + secret.end);
        let text = result.get_or_insert_with(|| line.to_vec());
        let end = text.len() - from_end;
        let start = end - secret.len();
        text.splice(start..end, *b"***");
    }
    result.map_or(Cow::Borrowed(line), Cow::Owned)
}

/// The commands of a line, cut at every `;` outside quotes.
fn parts(line: &[u8]) -> Vec<core::ops::Range<usize>> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut quoted = false;
    for (at, byte) in line.iter().enumerate() {
        quoted ^= *byte == b'"';
        if *byte == b';' && !quoted {
            parts.push(start..at);
            start = at + 1;
        }
    }
    parts.push(start..line.len());
    parts
}

/// Where in one command or line its password stands.
fn secret(part: &[u8]) -> Option<core::ops::Range<usize>> {
    let plus = memchr::memchr(b'+', part)?;
    let squeezed: Vec<u8> = part[plus..]
        .iter()
        .filter(|byte| **byte != b' ')
        .map(u8::to_ascii_uppercase)
        .take(40)
        .collect();
    let (_, field) = SECRETS
        .iter()
        .find(|(start, _)| squeezed.starts_with(start))?;
    let values = plus
        + part[plus..]
            .iter()
            .position(|byte| matches!(byte, b'=' | b':'))?
        + 1;
    let mut quoted = false;
    let mut commas = 0;
    let mut start = (*field == 0).then_some(values);
    for (at, byte) in part.iter().enumerate().skip(values) {
        quoted ^= *byte == b'"';
        if *byte == b',' && !quoted {
            commas += 1;
            if commas == *field {
                start = Some(at + 1);
            } else if commas > *field {
                return start.map(|start| start..at);
            }
        }
    }
    start.map(|start| start..part.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_masked_wherever_they_stand() {
        let lines: &[(&[u8], &[u8])] = &[
            (
                b"AT+QFTPCFG=\"account\",\"u\",\"secret\"",
                b"AT+QFTPCFG=\"account\",\"u\",***",
            ),
            (
                b"at+qftpcfg = \"account\" , u , secret",
                b"at+qftpcfg = \"account\" , u ,***",
            ),
            (
                b"+QFTPCFG: \"account\",\"u\",\"se,cret\"",
                b"+QFTPCFG: \"account\",\"u\",***",
            ),
            (b"AT+QFTPPASS=\"secret\"", b"AT+QFTPPASS=***"),
            (b"+QFTPPASS:\"secret\"", b"+QFTPPASS:***"),
            (
                b"AT+FTPOPEN=\"h\",\"u\",\"secret\",,,2121",
                b"AT+FTPOPEN=\"h\",\"u\",***,,,2121",
            ),
            (
                b"AT+MIPCALL=1,\"apn\",\"u\",\"secret\"",
                b"AT+MIPCALL=1,\"apn\",\"u\",***",
            ),
            (
                b"AT+QICSGP=1,\"apn\",\"u\",\"secret\"",
                b"AT+QICSGP=1,\"apn\",\"u\",***",
            ),
            (
                b"AT+QICSGP=1,1,\"apn\",\"u\",\"secret\",1",
                b"AT+QICSGP=1,1,\"apn\",\"u\",***,1",
            ),
            (
                b"+QICSGP: 1,\"apn\",\"u\",\"secret\",1",
                b"+QICSGP: 1,\"apn\",\"u\",***,1",
            ),
            (b"AT+CPIN=\"1234\"", b"AT+CPIN=***"),
            (
                b"AT+CMEE=1;+QFTPCFG=\"account\",\"u\",\"secret\";+CSQ",
                b"AT+CMEE=1;+QFTPCFG=\"account\",\"u\",***;+CSQ",
            ),
            (
                b"AT+QFTPCFG=\"account\",\"u\",\"secr",
                b"AT+QFTPCFG=\"account\",\"u\",***",
            ),
        ];
        for (line, expected) in lines {
            assert_eq!(
                masked(line).escape_ascii_string(),
                expected.escape_ascii_string()
            );
        }
        for plain in [
            &b"AT+QFTPCFG=\"account\""[..],
            b"+QFTPSIZE: 0,5",
            b"",
            b"OK",
            b"AT+CPIN?",
        ] {
            assert!(matches!(masked(plain), Cow::Borrowed(same) if same == plain));
        }
    }

    trait Shown {
        fn escape_ascii_string(&self) -> alloc::string::String;
    }

    impl Shown for [u8] {
        fn escape_ascii_string(&self) -> alloc::string::String {
            alloc::format!("{}", self.escape_ascii())
        }
    }
}
