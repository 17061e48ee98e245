//! Records of a line: a record or the notation of conversations is read or refused, and a line that is shown has no password.

use qftp::host::redact;
use qftp::record::Record;
use qftp_test::conversation::{notation, parse};

use crate::input::Choices;

/// Command lines with a place for a password.
const SECRET_LINES: [(&str, &str); 5] = [
    ("AT+QFTPCFG=\"account\",\"user\",\"", "\""),
    ("AT+QFTPPASS=\"", "\""),
    ("AT+FTPOPEN=\"h\",\"user\",\"", "\",,,21"),
    ("AT+QICSGP=1,1,\"apn\",\"user\",\"", "\",1"),
    ("AT+MIPCALL=1,\"apn\",\"user\",\"", "\""),
];
/// Shorter passwords may stand in a line for another reason.
const SHORTEST_PASSWORD: usize = 8;

/// Runs the target.
pub fn run(data: &[u8]) {
    let mut choices = Choices::new(data);
    let kind = choices.byte();
    let rest = choices.rest();
    if kind.is_multiple_of(2) {
        return secret(choices, kind);
    }
    if let Err(error) = Record::parse(rest) {
        assert!(!error.to_string().is_empty());
    }
    if let Ok(text) = std::str::from_utf8(rest) {
        read(text);
    }
}

/// What cannot be read is an error with its line, never a panic.
fn read(text: &str) {
    let Ok(scripts) = notation::try_read("trace", text) else {
        return;
    };
    for script in &scripts {
        if let Err(message) = parse::try_conversation("trace", script) {
            assert!(message.starts_with("trace:"), "{message}");
        }
    }
}

fn secret(mut choices: Choices<'_>, kind: u8) {
    let (before, after) = SECRET_LINES[usize::from(kind / 2) % SECRET_LINES.len()];
    let start = choices.byte();
    let password = choices.rest();
    let stands_elsewhere = before
        .as_bytes()
        .windows(password.len().max(1))
        .any(|part| part == password);
    let is_plain = |byte: &u8| byte.is_ascii_graphic() && !b"\",*".contains(byte);
    if password.len() < SHORTEST_PASSWORD || stands_elsewhere || !password.iter().all(is_plain) {
        let shown = redact(password);
        assert!(shown.len() <= password.len() + 3 * (1 + password.len() / 2));
        return;
    }
    let echo = if start.is_multiple_of(2) { "" } else { "+++" };
    let line = [
        echo.as_bytes(),
        before.as_bytes(),
        password,
        after.as_bytes(),
    ]
    .concat();
    let shown = redact(&line);
    let is_shown = shown
        .windows(password.len())
        .any(|window| window == password);
    assert!(!is_shown, "{}", shown.escape_ascii());
}
