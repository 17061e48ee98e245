//! Plays the host's side of a record to a module, and finds the first answer that differs.

use std::io;
use std::time::{Duration, Instant};

use super::event::RecordKind;
use super::file::Record;
use super::pattern;
use crate::host::LineKind;
use crate::port::{Cancel, Port, SLICE};

/// Time that a module may take longer than the recorded one.
const PATIENCE: Duration = Duration::from_secs(10);
/// Silence around `+++`.
const SILENCE: Duration = Duration::from_millis(1100);
const READ_BUFFER: usize = 4096;

/// The end of a record that is played to a module, before its last event.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlayError {
    /// The port broke.
    #[error("line {line} of the record: the port broke")]
    Port {
        /// The line of the record.
        line: usize,
        /// The error of the port.
        source: io::Error,
    },
    /// A command has a secret that the record lacks.
    #[error("line {line} of the record has a secret that was left out")]
    Secret {
        /// The line of the record.
        line: usize,
    },
    /// The record lacks the bytes of an upload.
    #[error("line {line} of the record: the content of this payload was not recorded")]
    NoContent {
        /// The line of the record.
        line: usize,
    },
    /// The module answers something else.
    #[error("line {line} of the record: the module answered {recorded}, this one answers {came}")]
    Differs {
        /// The line of the record.
        line: usize,
        /// The recorded answer.
        recorded: String,
        /// The answer that came.
        came: String,
    },
    /// The module does not answer.
    #[error("line {line} of the record: the module answered {recorded}, this one is silent")]
    Silent {
        /// The line of the record.
        line: usize,
        /// The recorded answer.
        recorded: String,
    },
    /// The user cancelled.
    #[error("cancelled at line {line} of the record")]
    Cancelled {
        /// The line of the record.
        line: usize,
    },
}

/// The sums of a record that was played to its end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlayedRecord {
    /// Commands that were typed.
    pub commands: usize,
    /// Lines of the module that are as recorded.
    pub lines: usize,
}

/// Types the host's side of a record, and compares the module's answers with the recorded ones.
///
/// `secret` stands in each place that the record has `***`, in quotes. Echo and lines of no command are not compared.
///
/// # Errors
///
/// [`PlayError`] names the line of the record at which the first answer differs, or something is missing.
pub fn play(
    record: &Record,
    port: &mut dyn Port,
    secret: Option<&[u8]>,
    cancel: &Cancel,
) -> Result<PlayedRecord, PlayError> {
    let longest_wait = if port.wake_by(cancel) {
        Duration::MAX
    } else {
        SLICE
    };
    let mut player = Player {
        port,
        cancel,
        longest_wait,
        begun: Instant::now(),
        pending: Vec::new(),
        typed: Vec::new(),
        line: 0,
    };
    let mut sums = PlayedRecord::default();
    let mut before = Duration::ZERO;
    for (index, event) in record.events.iter().enumerate() {
        let line = Record::line_number(index);
        player.line = line;
        let patience = PATIENCE + event.time.saturating_sub(before) * 2;
        before = event.time;
        match &event.kind {
            RecordKind::Line {
                from_host: true,
                raw,
                ..
            } => {
                let typed = with_secret(raw, secret).ok_or(PlayError::Secret { line })?;
                player.type_line(&typed)?;
                sums.commands += 1;
            }
            RecordKind::Line { meaning, raw, .. } if is_answer(*meaning) => {
                player.expect_line(raw.trim_ascii(), patience)?;
                sums.lines += 1;
            }
            RecordKind::Payload {
                from_host: true,
                content,
                ..
            } => {
                let content = content.as_ref().ok_or(PlayError::NoContent { line })?;
                player.write(content)?;
            }
            RecordKind::Payload { bytes, content, .. } => {
                player.expect_payload(*bytes, content.as_deref(), patience)?;
            }
            RecordKind::Framing(bytes) => {
                player.expect_payload(bytes.len() as u64, Some(bytes), patience)?;
            }
            _ => {}
        }
    }
    Ok(sums)
}

/// Returns true for lines that a module says again if it is asked again.
fn is_answer(meaning: LineKind) -> bool {
    !matches!(
        meaning,
        LineKind::Echo | LineKind::Noise | LineKind::Unsolicited
    )
}

/// Returns a command with its secrets; `None` where there is none to take.
fn with_secret(raw: &[u8], secret: Option<&[u8]>) -> Option<Vec<u8>> {
    let mut typed = Vec::new();
    let mut rest = raw;
    while let Some(place) = memchr::memmem::find(rest, b"***") {
        typed.extend_from_slice(&rest[..place]);
        typed.push(b'"');
        typed.extend_from_slice(secret?);
        typed.push(b'"');
        rest = &rest[place + 3..];
    }
    typed.extend_from_slice(rest);
    Some(typed)
}

struct Player<'a> {
    port: &'a mut dyn Port,
    cancel: &'a Cancel,
    /// The longest wait after which a cancellation is still seen in time.
    longest_wait: Duration,
    begun: Instant,
    pending: Vec<u8>,
    /// The last command; its echo is not an answer.
    typed: Vec<u8>,
    line: usize,
}

impl Player<'_> {
    fn now(&self) -> Duration {
        self.port.time().unwrap_or_else(|| self.begun.elapsed())
    }

    fn broken(&self) -> impl FnOnce(io::Error) -> PlayError + use<> {
        let line = self.line;
        move |source| PlayError::Port { line, source }
    }

    fn type_line(&mut self, line: &[u8]) -> Result<(), PlayError> {
        if line != b"+++" {
            self.typed = line.trim_ascii().to_vec();
            return self.write(line);
        }
        self.port.pause(SILENCE);
        self.write(line)?;
        self.port.pause(SILENCE);
        Ok(())
    }

    fn write(&mut self, mut bytes: &[u8]) -> Result<(), PlayError> {
        while !bytes.is_empty() {
            self.check_cancel()?;
            let written = self.port.write(bytes, SLICE).map_err(self.broken())?;
            bytes = &bytes[written..];
        }
        Ok(())
    }

    fn check_cancel(&self) -> Result<(), PlayError> {
        if self.cancel.is_cancelled() {
            return Err(PlayError::Cancelled { line: self.line });
        }
        Ok(())
    }

    /// Reads more; false once the time is over.
    fn read(&mut self, end: Duration) -> Result<bool, PlayError> {
        self.check_cancel()?;
        let left = end.saturating_sub(self.now());
        let mut buffer = [0; READ_BUFFER];
        let read = self.port.read(&mut buffer, left.min(self.longest_wait));
        let count = read.map_err(self.broken())?;
        self.pending.extend_from_slice(&buffer[..count]);
        Ok(count > 0 || !left.is_zero())
    }

    /// Waits for a line. Passes over others, but for a result code and a line of the same name.
    fn expect_line(&mut self, recorded: &[u8], patience: Duration) -> Result<(), PlayError> {
        let end = self.now() + patience;
        loop {
            while let Some(came) = self.take_line(recorded) {
                if pattern::fits(recorded, &came) {
                    return Ok(());
                }
                let ends =
                    is_result(&came) || (name(&came).is_some() && name(&came) == name(recorded));
                if ends && came != self.typed {
                    return Err(PlayError::Differs {
                        line: self.line,
                        recorded: shown(recorded),
                        came: shown(&came),
                    });
                }
            }
            if !self.read(end)? {
                return Err(PlayError::Silent {
                    line: self.line,
                    recorded: shown(recorded),
                });
            }
        }
    }

    /// Takes the next whole line; or the prompt `>`, which no line end follows.
    fn take_line(&mut self, recorded: &[u8]) -> Option<Vec<u8>> {
        let prompt = self.pending.iter().position(|byte| *byte == b'>');
        let end = match prompt.filter(|_| recorded == b">") {
            Some(prompt) => prompt,
            None => memchr::memchr(b'\n', &self.pending)?,
        };
        let line: Vec<u8> = self.pending.drain(..=end).collect();
        Some(line.trim_ascii().to_vec())
    }

    fn expect_payload(
        &mut self,
        bytes: u64,
        content: Option<&[u8]>,
        patience: Duration,
    ) -> Result<(), PlayError> {
        let length = usize::try_from(bytes).unwrap_or(usize::MAX);
        let mut end = self.now() + patience;
        while self.pending.len() < length {
            let before = self.pending.len();
            if !self.read(end)? {
                return Err(PlayError::Silent {
                    line: self.line,
                    recorded: format!("{bytes} bytes of payload"),
                });
            }
            if self.pending.len() > before {
                end = self.now() + patience;
            }
        }
        let came: Vec<u8> = self.pending.drain(..length).collect();
        if content.is_some_and(|content| content != came) {
            return Err(PlayError::Differs {
                line: self.line,
                recorded: format!("{bytes} bytes of payload"),
                came: "others".into(),
            });
        }
        Ok(())
    }
}

/// Returns true for a final result code, which ends what a module says to a command.
fn is_result(line: &[u8]) -> bool {
    let errors: [&[u8]; 2] = [b"+CME ERROR", b"+CMS ERROR"];
    let words: [&[u8]; 3] = [b"OK", b"ERROR", b"NO CARRIER"];
    words.contains(&line) || errors.iter().any(|start| line.starts_with(start))
}

/// Returns the name of an information line, up to its colon.
fn name(line: &[u8]) -> Option<&[u8]> {
    let end = memchr::memchr(b':', line)?;
    line.starts_with(b"+").then(|| &line[..end])
}

fn shown(line: &[u8]) -> String {
    format!("\"{}\"", line.escape_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::RecordEvent;
    use crate::record::replay::{self, ReplayOptions};

    fn line(from_host: bool, meaning: LineKind, raw: &str) -> RecordKind {
        RecordKind::Line {
            from_host,
            meaning,
            raw: raw.into(),
        }
    }

    fn record(kinds: Vec<RecordKind>) -> Record {
        let mut record = Record::default();
        for (ms, kind) in (0..).zip(kinds) {
            let event = RecordEvent::new(Duration::from_millis(ms), kind);
            record.events.push(event);
        }
        record
    }

    fn payload(content: Option<&[u8]>) -> RecordKind {
        RecordKind::Payload {
            from_host: false,
            bytes: 3,
            content: content.map(<[u8]>::to_vec),
        }
    }

    /// Returns a session with this answer to its last command.
    fn session(answer: &str) -> Record {
        record(vec![
            line(true, LineKind::Command, "AT+CPIN=***\r"),
            line(false, LineKind::Echo, "AT+CPIN=***\r"),
            line(false, LineKind::Result, "\r\nOK\r\n"),
            line(true, LineKind::Command, "AT+QFTPGET=\"a\"\r"),
            line(false, LineKind::Connect, "\r\nCONNECT\r\n"),
            payload(Some(b"a\nb")),
            line(false, LineKind::Result, "\r\nOK\r\n"),
            line(false, LineKind::Unsolicited, "\r\n+CREG: 1\r\n"),
            line(false, LineKind::Urc, answer),
        ])
    }

    fn played(
        host: &Record,
        module: &Record,
        secret: Option<&[u8]>,
    ) -> Result<PlayedRecord, String> {
        let mut port = replay::port(module.clone(), ReplayOptions::default());
        let played = play(host, port.as_mut(), secret, &Cancel::new());
        played.map_err(|error| error.to_string())
    }

    #[test]
    fn a_module_that_answers_as_recorded_plays_to_the_end() {
        let session = session("\r\n+QFTPGET: 0,3\r\n");
        let sums = PlayedRecord {
            commands: 2,
            lines: 4,
        };
        assert_eq!(played(&session, &session, Some(b"1234")), Ok(sums));
    }

    #[test]
    fn the_first_difference_is_named() {
        let recorded = session("\r\n+QFTPGET: 0,3\r\n");
        let other = session("\r\n+QFTPGET: 627,550\r\n");
        let error = played(&recorded, &other, Some(b"1234")).expect_err("another answer");
        let expected = "line 10 of the record: the module answered \"+QFTPGET: 0,3\", \
                        this one answers \"+QFTPGET: 627,550\"";
        assert_eq!(error, expected);
        let mut bytes = recorded.clone();
        bytes.events[5].kind = payload(Some(b"abc"));
        let error = played(&recorded, &bytes, Some(b"1234")).expect_err("other bytes");
        assert!(
            error.contains("line 7") && error.contains("payload"),
            "{error}"
        );
        let mut silent = recorded.clone();
        silent.events.truncate(8);
        let error = played(&recorded, &silent, Some(b"1234")).expect_err("silence");
        assert!(
            error.contains("line 10") && error.ends_with("is silent"),
            "{error}"
        );
    }

    #[test]
    fn what_the_record_lacks_is_named_before_it_is_sent() {
        let session = session("\r\n+QFTPGET: 0,3\r\n");
        let error = played(&session, &session, None).expect_err("no secret");
        assert!(
            error.contains("line 2 of the record has a secret"),
            "{error}"
        );
        let upload = record(vec![RecordKind::Payload {
            from_host: true,
            bytes: 3,
            content: None,
        }]);
        let error = played(&upload, &upload, None).expect_err("no content");
        assert!(error.contains("not recorded"), "{error}");
    }
}
