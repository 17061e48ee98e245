//! Passwords never reach a log.
//!
//! The dialects name the lines that carry a password, and its place in them ([`redact`]). Everything that is logged goes
//! through a [`Redactor`], which also remembers what it has redacted: a damaged echo or a settings file has no form by
//! which a password would be known.

use alloc::borrow::Cow;
use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::ops::Range;
use core::time::Duration;

use super::log::{LineKind, PAYLOAD_SHOWN, PayloadLog};
use crate::dialect::{self, Direction};
use crate::wiped::WipedBytes;
use zeroize::Zeroize as _;

/// The number of passwords that are remembered, and their length in bytes; the name `ftp` of an anonymous user is none.
const REMEMBERED: usize = 8;
const SHORTEST: usize = 4;
const LONGEST: usize = 256;

/// Replaces the password of a line by `***`, in each command of the line.
pub fn redact(line: &[u8]) -> Cow<'_, [u8]> {
    // Put together without its secrets, so that no copy of one stays in memory.
    let mut result: Option<Vec<u8>> = None;
    let mut from = 0;
    for (part, secret) in line_secrets(line) {
        let text = result.get_or_insert_default();
        text.extend_from_slice(&line[from..part.start + secret.start]);
        text.extend_from_slice(b"***");
        from = part.start + secret.end;
    }
    if let Some(text) = &mut result {
        text.extend_from_slice(&line[from..]);
    }
    result.map_or(Cow::Borrowed(line), Cow::Owned)
}

/// Redacts what is logged, by place and by value.
#[derive(Default)]
pub(crate) struct Redactor {
    passwords: VecDeque<WipedBytes>,
    payload_view: PayloadView,
}

/// The view of payload in a trace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum PayloadView {
    /// Its first bytes.
    #[default]
    Shown,
    /// Its length alone: it may be a key.
    Hidden,
}

impl core::fmt::Debug for Redactor {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Redactor")
    }
}

impl Redactor {
    /// Remembers the passwords of a line that is sent.
    pub(crate) fn learn(&mut self, line: &[u8]) {
        for (part, place) in line_secrets(line) {
            let password = line[part][place].trim_ascii();
            let password = password.strip_prefix(b"\"").unwrap_or(password);
            let password = password.strip_suffix(b"\"").unwrap_or(password);
            self.remember(password);
        }
    }

    /// Remembers a password.
    pub(crate) fn remember(&mut self, password: &[u8]) {
        let fits = (SHORTEST..=LONGEST).contains(&password.len());
        if !fits || self.passwords.iter().any(|known| **known == *password) {
            return;
        }
        self.passwords.push_back(password.into());
        if self.passwords.len() > REMEMBERED {
            self.passwords.pop_front();
        }
    }

    /// Sets the view of payload from here on.
    pub(crate) fn set_payload_view(&mut self, view: PayloadView) {
        self.payload_view = view;
    }

    /// Returns a line that came, as a log shows it: while payload is hidden, nothing of one that belongs to no command.
    pub(crate) fn received<'a>(&self, line: &'a [u8], kind: LineKind) -> Cow<'a, [u8]> {
        match kind {
            LineKind::Noise | LineKind::Unsolicited if self.payload_view == PayloadView::Hidden => {
                Cow::Borrowed(b"***")
            }
            _ => self.line(line),
        }
    }

    /// Returns a line as a log shows it.
    pub(crate) fn line<'a>(&self, line: &'a [u8]) -> Cow<'a, [u8]> {
        match redact(line) {
            Cow::Borrowed(line) => self.by_value(line),
            Cow::Owned(line) => Cow::Owned(self.by_value(&line).into_owned()),
        }
    }

    /// Returns a line with its ends, as a record keeps it; `text` is the place of the line in it.
    pub(crate) fn raw_line<'a>(
        &self,
        bytes: &'a [u8],
        text: Range<usize>,
        kind: LineKind,
    ) -> Cow<'a, [u8]> {
        match self.received(&bytes[text.clone()], kind) {
            Cow::Borrowed(same) if same == &bytes[text.clone()] => Cow::Borrowed(bytes),
            redacted => Cow::Owned([&bytes[..text.start], &redacted, &bytes[text.end..]].concat()),
        }
    }

    /// Returns a run of payload as a record may keep it: nothing where it is hidden, or holds a password.
    pub(crate) fn raw_payload<'a>(&self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        let secret =
            self.payload_view == PayloadView::Hidden || matches!(self.line(bytes), Cow::Owned(_));
        Cow::Borrowed(if secret { b"" } else { bytes })
    }

    /// Returns a run of payload as a trace shows it.
    pub(crate) fn payload<'a>(
        &self,
        time: Duration,
        direction: Direction,
        bytes: &'a [u8],
    ) -> PayloadLog<'a> {
        let sent = direction == Direction::Up;
        if self.payload_view == PayloadView::Hidden {
            return PayloadLog {
                sent,
                length: bytes.len(),
                first: Cow::Borrowed(b""),
                time,
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
            time,
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
                    let redacted = [&text[..place.start], b"***", &text[place.end..]].concat();
                    if let Cow::Owned(before) = &mut text {
                        before.zeroize();
                    }
                    text = Cow::Owned(redacted);
                }
            }
        }
        text
    }
}

/// Returns `true` if these bytes are a word of their own, not a part of a longer name. A number must stand in quotes, for
/// sizes are numbers too.
fn stands_alone(text: &[u8], place: &Range<usize>) -> bool {
    let before = place.start.checked_sub(1).and_then(|at| text.get(at));
    let after = text.get(place.end);
    if text[place.clone()].iter().all(u8::is_ascii_digit) {
        return before == Some(&b'"') || after == Some(&b'"');
    }
    let in_a_name =
        |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || b"._-/".contains(b));
    !in_a_name(before) && !in_a_name(after)
}

/// Returns the commands of a line, cut at every `;` outside quotes.
fn parts(line: &[u8]) -> Vec<Range<usize>> {
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

/// Returns the places of the secrets in a line: the command, and the place in it.
fn line_secrets(line: &[u8]) -> Vec<(Range<usize>, Range<usize>)> {
    let of_part = |part: Range<usize>| {
        let places = secrets(&line[part.clone()]).into_iter();
        places.map(move |place| (part.clone(), place))
    };
    parts(line).into_iter().flat_map(of_part).collect()
}

/// Returns the places of the secrets in one command or line.
fn secrets(part: &[u8]) -> Vec<Range<usize>> {
    // Other characters may stand before the command, a late `+++` among them.
    let mut commands = memchr::memchr_iter(b'+', part);
    let Some((plus, place)) = commands.find_map(|plus| Some((plus, secret_place(&part[plus..])?)))
    else {
        return Vec::new();
    };
    let mut bytes = part.iter().enumerate().skip(plus);
    let Some((values, _)) = bytes.find(|(_, byte)| matches!(byte, b'=' | b':')) else {
        return Vec::new();
    };
    fields(part, values + 1)
        .into_iter()
        .enumerate()
        .filter(|(index, _)| place.fields.contains(index))
        .map(|(_, field)| field)
        .collect()
}

/// Returns the row of the table that fits a command.
fn secret_place(command: &[u8]) -> Option<&'static dialect::SecretPlace> {
    let squeezed: Vec<u8> = command
        .iter()
        .filter(|byte| **byte != b' ')
        .map(u8::to_ascii_uppercase)
        .take(40)
        .collect();
    let mut places = dialect::SECRETS.iter();
    places.find(|place| squeezed.starts_with(place.start))
}

/// Returns the fields from an index on, cut at every comma outside quotes.
fn fields(part: &[u8], from: usize) -> Vec<Range<usize>> {
    let mut fields = Vec::new();
    let mut start = from;
    let mut quoted = false;
    for (at, byte) in part.iter().enumerate().skip(from) {
        quoted ^= *byte == b'"';
        if *byte == b',' && !quoted {
            fields.push(start..at);
            start = at + 1;
        }
    }
    fields.push(start..part.len());
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_redacted_wherever_they_stand() {
        let lines: &[(&[u8], &[u8])] = &[
            (
                b"AT+CGAUTH=1,1,\"u\",\"secret\"",
                b"AT+CGAUTH=1,1,\"u\",***",
            ),
            (
                b"AT+MGAUTH=1,1,\"u\",\"secret\"",
                b"AT+MGAUTH=1,1,\"u\",***",
            ),
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
            (b"+++AT+QFTPPASS=\"secret\"", b"+++AT+QFTPPASS=***"),
            (b"a=1+oAT+QFTPPASS=\"secret\"", b"a=1+oAT+QFTPPASS=***"),
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
            // PUK and new PIN.
            (b"AT+CPIN=\"12345678\",\"4321\"", b"AT+CPIN=***,***"),
            (
                b"AT+CPIN=\"12345678\",\"4321\";+CSQ",
                b"AT+CPIN=***,***;+CSQ",
            ),
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
        let mut redactor = Redactor::default();
        redactor.learn(b"AT+QFTPCFG=\"account\",\"test\",\"test\"");
        redactor.learn(b"AT+CPIN=\"1234\"");
        redactor.learn(b"AT+QFTPPASS=\"ftp\"");
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
                redactor.line(line).escape_ascii_string(),
                expected.escape_ascii_string()
            );
        }
        assert_eq!(alloc::format!("{redactor:?}"), "Redactor");
    }

    #[test]
    fn payload_is_cut_behind_the_mask_not_through_a_password() {
        let mut redactor = Redactor::default();
        redactor.learn(b"AT+QFTPPASS=\"secret word\"");
        let mut payload = alloc::vec![b' '; PAYLOAD_SHOWN - 4];
        payload.extend_from_slice(b"secret word and more");
        let shown = redactor
            .payload(Duration::ZERO, Direction::Up, &payload)
            .first;
        assert!(shown.ends_with(b" *** "), "{}", shown.escape_ascii());
        assert_eq!(shown.len(), PAYLOAD_SHOWN);
        for length in [PAYLOAD_SHOWN - 1, PAYLOAD_SHOWN, PAYLOAD_SHOWN + 1] {
            let bytes = alloc::vec![0; length];
            let log = redactor.payload(Duration::ZERO, Direction::Up, &bytes);
            assert_eq!(log.length, length);
            assert_eq!(log.first.len(), length.min(PAYLOAD_SHOWN));
        }
    }

    #[test]
    fn so_many_passwords_are_remembered_and_no_more() {
        let mut redactor = Redactor::default();
        for number in 0..=REMEMBERED {
            redactor.learn(alloc::format!("AT+QFTPPASS=\"secret{number}\"").as_bytes());
        }
        assert_eq!(redactor.passwords.len(), REMEMBERED);
        assert_eq!(&*redactor.line(b"secret0 secret1"), b"secret0 ***");
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
