//! `--record`: records the line of a command that opens the port of a module, or is one.

use std::ffi::OsString;

use qftp::connect::PortUrl;
use qftp::host;
use qftp::record::{RecordHeader, Recorder};

use crate::app::App;
use crate::args::Command;
use crate::console;
use crate::exit::Exit;
use crate::global::{DialectChoice, Global};
use crate::problem::Problem;
use crate::redacted_url::redacted_url;

/// Creates the record that the user wants, if any.
pub(crate) fn start(
    global: &Global,
    command: &Command,
    words: &[OsString],
) -> Result<Option<Recorder>, Problem> {
    let Some(path) = &global.record else {
        return if global.record_payload {
            let problem = Problem::usage("--record-payload says what goes into a record");
            Err(problem.hint("give --record FILE, too"))
        } else {
            Ok(None)
        };
    };
    let words: Vec<String> = words
        .iter()
        .skip(1)
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    let port = global.port.as_deref().map(PortUrl::parse);
    let mut header = RecordHeader::new(match (command, &port) {
        #[cfg(unix)]
        (Command::Emulate(_), _) => "emulator",
        (_, Some(Ok(port))) => port.kind(),
        _ => "none",
    });
    header.command = words_without_secrets(&words);
    header.dialect = match global.dialect {
        Some(DialectChoice::One((dialect, _))) => Some(dialect.name.into()),
        _ => None,
    };
    let recorder = Recorder::create(path, &header).map_err(|error| Problem::write(path, &error))?;
    Ok(Some(recorder.payload(global.record_payload)))
}

/// Ends the record with the exit code. Warns of a record that is not whole: the command itself may have done its work.
pub(crate) fn finish(app: &App, result: &Result<(), Problem>) {
    let Some(recorder) = &app.recorder else {
        return;
    };
    let exit = result
        .as_ref()
        .err()
        .map_or(Exit::Done, |problem| problem.exit);
    recorder.exit(exit as u8);
    if let Some(error) = recorder.error() {
        console::warn(format_args!("the record is not whole: {error}"));
    }
}

/// Options that a replay has others of.
const OWN: [&str; 9] = [
    "--record",
    "--port",
    "--baud",
    "--speed",
    "--flow",
    "--parity",
    "--stop-bits",
    "--dtr",
    "--rts",
];

/// Commands with a `-p` of their own.
const OWN_P: [&str; 1] = ["mkdir"];

/// Returns the words of a command line without passwords, port and record.
fn words_without_secrets(words: &[String]) -> Vec<String> {
    let mut kept = Vec::new();
    let mut words = words.iter();
    let mut is_port = true;
    while let Some(word) = words.next() {
        let (name, value) = match word.split_once('=') {
            Some((name, value)) if name.starts_with("--") => (name, Some(value)),
            _ => (word.as_str(), None),
        };
        is_port &= !OWN_P.contains(&name);
        match name {
            "--record-payload" => {}
            name if OWN.contains(&name) || (name == "-p" && is_port) => {
                if value.is_none() {
                    words.next();
                }
            }
            "--user" | "-u" => {
                let user = value.or_else(|| words.next().map(String::as_str));
                kept.extend([
                    "--user".to_owned(),
                    without_password(user.unwrap_or_default()),
                ]);
            }
            short if short.starts_with("-u") => {
                kept.extend(["--user".to_owned(), without_password(&short[2..])]);
            }
            short if short.starts_with("-p") && is_port => {}
            _ => kept.push(redacted_url(word).unwrap_or_else(|| without_secret(word))),
        }
    }
    kept
}

fn without_password(user: &str) -> String {
    match user.split_once(':') {
        Some((name, _)) => format!("{name}:***"),
        None => user.to_owned(),
    }
}

/// Returns an AT command without its secrets; other words as they are.
fn without_secret(word: &str) -> String {
    String::from_utf8_lossy(&host::redact(word.as_bytes())).into_owned()
}

#[cfg(test)]
mod tests {
    use super::words_without_secrets;

    #[test]
    fn the_command_line_is_kept_without_passwords_port_and_record() {
        let cases: &[(&[&str], &[&str])] = &[
            (&["-p", "/dev/x", "probe", "--record", "a"], &["probe"]),
            (
                &[
                    "--port=/dev/x",
                    "--record=a",
                    "--record-payload",
                    "-p/dev/x",
                    "probe",
                ],
                &["probe"],
            ),
            (
                &["ls", "ftp://joe:wo:r@d@h/a"],
                &["ls", "ftp://joe:***@h/a"],
            ),
            (
                &["-u", "joe:word", "ls", "ftp://h/"],
                &["--user", "joe:***", "ls", "ftp://h/"],
            ),
            (&["-ujoe:word", "ls"], &["--user", "joe:***", "ls"]),
            (&["--user=joe:word", "ls"], &["--user", "joe:***", "ls"]),
            (
                &["-p", "/dev/x", "mkdir", "-p", "ftp://h/a"],
                &["mkdir", "-p", "ftp://h/a"],
            ),
            (&["--user", "joe", "ls"], &["--user", "joe", "ls"]),
            (&["at", "AT+CPIN=\"1234\""], &["at", "AT+CPIN=***"]),
            (&["get", "ftp://h/a=b"], &["get", "ftp://h/a=b"]),
        ];
        for (words, expected) in cases {
            let words: Vec<String> = words.iter().map(|word| (*word).into()).collect();
            assert_eq!(words_without_secrets(&words), *expected, "{words:?}");
        }
    }
}
