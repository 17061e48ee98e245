//! Passwords never reach a log.
//!
//! A table of the commands and lines that carry one says where in them it stands ([`redact`]). Everything that is logged
//! goes through a [`Redactor`], which also remembers what it has redact: a damaged echo or a settings file has no form by
//! which a password would be known.

use alloc::borrow::Cow;
use alloc::collections::VecDeque;
use alloc::vec::Vec;

use super::log::{LineKind, PAYLOAD_SHOWN, PayloadLog};

/// So many passwords are remembered, each of so many bytes; the name `ftp` of an anonymous user is none.
const REMEMBERED: usize = 8;
const SHORTEST: usize = 4;
const LONGEST: usize = 256;

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
pub fn redact(line: &[u8]) -> Cow<'_, [u8]> {
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

/// Masks what is logged, by place and by value.
#[derive(Default)]
pub(crate) struct Redactor {
    passwords: VecDeque<Vec<u8>>,
    hides_payload: bool,
}

impl core::fmt::Debug for Redactor {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Redactor")
    }
}

impl Redactor {
    /// Remembers the passwords of a line that is sent.
    pub(crate) fn learn(&mut self, line: &[u8]) {
        for part in parts(line) {
            let Some(place) = secret(&line[part.clone()]) else {
                continue;
            };
            let password = line[part][place].trim_ascii();
            let password = password.strip_prefix(b"\"").unwrap_or(password);
            let password = password.strip_suffix(b"\"").unwrap_or(password);
            self.remember(password);
        }
    }

    /// Remembers a password.
    pub(crate) fn remember(&mut self, password: &[u8]) {
        let fits = (SHORTEST..=LONGEST).contains(&password.len());
        if !fits || self.passwords.iter().any(|known| known == password) {
            return;
        }
        self.passwords.push_back(password.to_vec());
        if self.passwords.len() > REMEMBERED {
            self.passwords.pop_front();
        }
    }

    /// Shows nothing of payload from here on, or shows it again.
    pub(crate) fn hide_payload(&mut self, hide: bool) {
        self.hides_payload = hide;
    }

    /// A line that came, as a log shows it; while payload is hidden nothing of one that belongs to no command.
    pub(crate) fn received<'a>(&self, line: &'a [u8], kind: LineKind) -> Cow<'a, [u8]> {
        match kind {
            LineKind::Noise | LineKind::Unsolicited if self.hides_payload => Cow::Borrowed(b"***"),
            _ => self.line(line),
        }
    }

    /// A line as a log shows it.
    pub(crate) fn line<'a>(&self, line: &'a [u8]) -> Cow<'a, [u8]> {
        match redact(line) {
            Cow::Borrowed(line) => self.by_value(line),
            Cow::Owned(line) => Cow::Owned(self.by_value(&line).into_owned()),
        }
    }

    /// A run of payload as a trace shows it.
    pub(crate) fn payload<'a>(&self, sent: bool, bytes: &'a [u8]) -> PayloadLog<'a> {
        if self.hides_payload {
            return PayloadLog {
                sent,
                length: bytes.len(),
                first: Cow::Borrowed(b""),
            };
        }
        // A password that begins in what is shown may end behind it.
        let looked_at = &bytes[..bytes.len().min(PAYLOAD_SHOWN + LONGEST)];
        let first = match self.line(looked_at) {
            Cow::Borrowed(first) => Cow::Borrowed(&first[..first.len().min(PAYLOAD_SHOWN)]),
            Cow::Owned(mut first) => {
                first.truncate(PAYLOAD_SHOWN);
                Cow::Owned(first)
            }
        };
        PayloadLog {
            sent,
            length: bytes.len(),
            first,
        }
    }

    fn by_value<'a>(&self, text: &'a [u8]) -> Cow<'a, [u8]> {
        let mut text = Cow::Borrowed(text);
        for password in &self.passwords {
            let mut from = 0;
            while let Some(offset) = memchr::memmem::find(&text[from..], password) {
                let place = from + offset..from + offset + password.len();
                from = place.end;
                if stands_alone(&text, &place) {
                    from = place.start + 3;
                    text.to_mut().splice(place, *b"***");
                }
            }
        }
        text
    }
}

/// Whether these bytes are a word of their own, not a part of a longer name; a number only in quotes, for sizes are
/// numbers too.
fn stands_alone(text: &[u8], place: &core::ops::Range<usize>) -> bool {
    let before = place.start.checked_sub(1).and_then(|at| text.get(at));
    let after = text.get(place.end);
    if text[place.clone()].iter().all(u8::is_ascii_digit) {
        return before == Some(&b'"') || after == Some(&b'"');
    }
    let in_a_name =
        |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || b"._-/".contains(b));
    !in_a_name(before) && !in_a_name(after)
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
                redact(line).escape_ascii_string(),
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
            assert!(matches!(redact(plain), Cow::Borrowed(same) if same == plain));
        }
    }

    #[test]
    fn a_password_is_known_again_without_its_form() {
        let mut mask = Redactor::default();
        mask.learn(b"AT+QFTPCFG=\"account\",\"test\",\"test\"");
        mask.learn(b"AT+CPIN=\"1234\"");
        mask.learn(b"AT+QFTPPASS=\"ftp\"");
        let lines: &[(&[u8], &[u8])] = &[
            (b"ount\",\"u\",\"test\"", b"ount\",\"u\",\"***\""),
            (b"password=test\nport=test", b"password=***\nport=***"),
            (b"AT+QFTPPUT=\"test.bin\"", b"AT+QFTPPUT=\"test.bin\""),
            (b"+QFTPSIZE: 0,1234", b"+QFTPSIZE: 0,1234"),
            (b"N=\"1234\"", b"N=\"***\""),
            (b"AT+QFTPPASS=\"ftp\"", b"AT+QFTPPASS=***"),
            (b"an ftp server", b"an ftp server"),
        ];
        for (line, expected) in lines {
            assert_eq!(
                mask.line(line).escape_ascii_string(),
                expected.escape_ascii_string()
            );
        }
        assert_eq!(alloc::format!("{mask:?}"), "Redactor");
    }

    #[test]
    fn payload_is_cut_behind_the_mask_not_through_a_password() {
        let mut mask = Redactor::default();
        mask.learn(b"AT+QFTPPASS=\"secret word\"");
        let mut payload = alloc::vec![b' '; PAYLOAD_SHOWN - 4];
        payload.extend_from_slice(b"secret word and more");
        let shown = mask.payload(true, &payload).first;
        assert!(shown.ends_with(b" *** "), "{}", shown.escape_ascii());
        assert_eq!(shown.len(), PAYLOAD_SHOWN);
        for length in [PAYLOAD_SHOWN - 1, PAYLOAD_SHOWN, PAYLOAD_SHOWN + 1] {
            let bytes = alloc::vec![0; length];
            let log = mask.payload(true, &bytes);
            assert_eq!(log.length, length);
            assert_eq!(log.first.len(), length.min(PAYLOAD_SHOWN));
        }
    }

    #[test]
    fn so_many_passwords_are_remembered_and_no_more() {
        let mut mask = Redactor::default();
        for number in 0..=REMEMBERED {
            mask.learn(alloc::format!("AT+QFTPPASS=\"secret{number}\"").as_bytes());
        }
        assert_eq!(mask.passwords.len(), REMEMBERED);
        assert_eq!(&*mask.line(b"secret0 secret1"), b"secret0 ***");
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
