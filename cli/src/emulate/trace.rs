//! The trace of an emulator, as lines for people on standard error or as JSON lines on standard output.
//!
//! ```text
//!      102 * host opened the port
//!      102 > AT+QFTPGET="a.txt","COM:"
//!      118 ftp > RETR a.txt
//!      120 < CONNECT
//!      131 < (1000 bytes)
//! ```

use qftp::emulator::{TraceEvent, TraceKind};
use serde_json::{Value, json};

use crate::console::{self, Format};
use crate::problem::Problem;

/// Says how events are shown, and which.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View {
    pub(crate) format: Format,
    /// All events; otherwise what a key did, alone.
    pub(crate) verbose: bool,
}

impl View {
    /// Shows an event.
    pub(crate) fn show(self, event: &TraceEvent) -> Result<(), Problem> {
        let by_user = matches!(
            event.kind,
            TraceKind::Fault { .. } | TraceKind::State { .. }
        );
        if !self.verbose && !by_user {
            return Ok(());
        }
        match self.format {
            Format::Text => text(event).map_or(Ok(()), |line| {
                console::note(line);
                Ok(())
            }),
            Format::Json => {
                document(event).map_or(Ok(()), |document| console::print_json(&document))
            }
        }
    }
}

/// Returns the line for people. A later version of the library may have events that are not known here.
fn text(event: &TraceEvent) -> Option<String> {
    const DIM: &str = "\x1b[2m";
    let shown = |text: &[u8]| console::shown(text);
    let (style, line) = match &event.kind {
        TraceKind::Typed { text, ended: true } => ("\x1b[36m", format!("> {}", shown(text))),
        TraceKind::Typed { text, .. } => (DIM, format!("> {} (not ended)", shown(text))),
        TraceKind::NoCommand { bytes } => (DIM, format!("> ({}, no command)", count(*bytes))),
        TraceKind::Echo { text } => (DIM, format!("< {} (echo)", shown(text))),
        TraceKind::Told { text, ended: true } => ("", format!("< {}", shown(text))),
        TraceKind::Told { text, .. } => (DIM, format!("< {} (not ended)", shown(text))),
        TraceKind::Payload { from_host, bytes } => {
            let mark = if *from_host { '>' } else { '<' };
            (DIM, format!("{mark} ({})", count(*bytes)))
        }
        TraceKind::Lost { bytes } => (DIM, format!("> ({}, lost)", count(*bytes))),
        TraceKind::HostCame { peer: None } => ("\x1b[1m", "* host opened the port".into()),
        TraceKind::HostCame { peer: Some(peer) } => {
            ("\x1b[1m", format!("* host {peer} opened the port"))
        }
        TraceKind::HostWent => ("\x1b[1m", "* host closed the port".into()),
        TraceKind::Fault { fault, injected } => {
            let end = if *injected { "injected" } else { "cleared" };
            ("\x1b[1m", format!("* fault {fault} {end}"))
        }
        TraceKind::FaultRule { rule } => ("\x1b[1m", format!("* fault {rule}")),
        TraceKind::State { state } => ("\x1b[1m", format!("* state {state}")),
        TraceKind::Stopped => ("\x1b[1m", "* module stopped".into()),
        TraceKind::Started => ("\x1b[1m", "* module started".into()),
        TraceKind::Server { sent, text } => {
            let mark = if *sent { '>' } else { '<' };
            (DIM, format!("ftp {mark} {}", shown(text)))
        }
        _ => return None,
    };
    let ms = event.time.as_millis();
    Some(format!("{DIM}{ms:>8}\x1b[0m {style}{line}\x1b[0m"))
}

/// Returns the JSON document.
fn document(event: &TraceEvent) -> Option<Value> {
    let mut document = match &event.kind {
        TraceKind::Typed { text, ended } => {
            json!({ "event": "typed", "text": escaped(text), "ended": ended })
        }
        TraceKind::NoCommand { bytes } => json!({ "event": "no-command", "bytes": bytes }),
        TraceKind::Echo { text } => json!({ "event": "echo", "text": escaped(text) }),
        TraceKind::Told { text, ended } => {
            json!({ "event": "told", "text": escaped(text), "ended": ended })
        }
        TraceKind::Payload { from_host, bytes } => {
            let from = if *from_host { "host" } else { "module" };
            json!({ "event": "payload", "from": from, "bytes": bytes })
        }
        TraceKind::Lost { bytes } => json!({ "event": "lost", "bytes": bytes }),
        TraceKind::HostCame { peer } => {
            let peer = peer.map(|peer| peer.to_string());
            json!({ "event": "host-came", "peer": peer })
        }
        TraceKind::HostWent => json!({ "event": "host-went" }),
        TraceKind::Fault { fault, injected } => {
            json!({ "event": "fault", "name": fault.to_string(), "injected": injected })
        }
        TraceKind::FaultRule { rule } => {
            json!({ "event": "fault-rule", "action": rule.action.name(), "rule": rule.to_string() })
        }
        TraceKind::State { state } => {
            json!({ "event": "state", "name": state.known().name, "state": state.to_string() })
        }
        TraceKind::Stopped => json!({ "event": "stopped" }),
        TraceKind::Started => json!({ "event": "started" }),
        TraceKind::Server { sent, text } => {
            let from = if *sent { "module" } else { "server" };
            json!({ "event": "ftp", "from": from, "text": escaped(text) })
        }
        _ => return None,
    };
    let ms = u64::try_from(event.time.as_millis()).unwrap_or(u64::MAX);
    document["ms"] = ms.into();
    Some(document)
}

fn count(bytes: impl TryInto<u64>) -> String {
    match bytes.try_into().unwrap_or(u64::MAX) {
        1 => "1 byte".into(),
        bytes => format!("{bytes} bytes"),
    }
}

/// Returns bytes as text from which they can be read back: `\\` is a backslash, `\xNN` a byte that is no text.
fn escaped(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    let escape = |text: &mut String, bytes: &[u8]| {
        text.extend(bytes.iter().map(|byte| format!("\\x{byte:02x}")));
    };
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '\\' => text.push_str("\\\\"),
                character if character.is_control() => {
                    escape(&mut text, character.encode_utf8(&mut [0; 4]).as_bytes());
                }
                character => text.push(character),
            }
        }
        escape(&mut text, chunk.invalid());
    }
    text
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use qftp::emulator::Fault;
    use qftp::module::ModuleState;

    /// Returns an event of each kind, its line and its document.
    fn cases() -> Vec<(TraceKind, &'static str, Value)> {
        let text = b"A\"\x1b\xff".to_vec();
        let escaped = "A\"\\x1b\\xff";
        vec![
            (
                TraceKind::Typed {
                    text: text.clone(),
                    ended: true,
                },
                "> A\"\\u{1b}\\xff",
                json!({ "event": "typed", "text": escaped, "ended": true }),
            ),
            (
                TraceKind::Told {
                    text: b">".to_vec(),
                    ended: false,
                },
                "< > (not ended)",
                json!({ "event": "told", "text": ">", "ended": false }),
            ),
            (
                TraceKind::Echo {
                    text: b"AT".to_vec(),
                },
                "< AT (echo)",
                json!({ "event": "echo", "text": "AT" }),
            ),
            (
                TraceKind::NoCommand { bytes: 1 },
                "> (1 byte, no command)",
                json!({ "event": "no-command", "bytes": 1 }),
            ),
            (
                TraceKind::Payload {
                    from_host: false,
                    bytes: 1000,
                },
                "< (1000 bytes)",
                json!({ "event": "payload", "from": "module", "bytes": 1000 }),
            ),
            (
                TraceKind::Lost { bytes: 3 },
                "> (3 bytes, lost)",
                json!({ "event": "lost", "bytes": 3 }),
            ),
            (
                TraceKind::HostCame { peer: None },
                "* host opened the port",
                json!({ "event": "host-came", "peer": null }),
            ),
            (
                TraceKind::State {
                    state: ModuleState::Attach(false),
                },
                "* state attach=0",
                json!({ "event": "state", "name": "attach", "state": "attach=0" }),
            ),
            (
                TraceKind::Stopped,
                "* module stopped",
                json!({ "event": "stopped" }),
            ),
            (
                TraceKind::Started,
                "* module started",
                json!({ "event": "started" }),
            ),
            (
                TraceKind::HostWent,
                "* host closed the port",
                json!({ "event": "host-went" }),
            ),
            (
                TraceKind::Fault {
                    fault: Fault::Silent { after: 4 },
                    injected: true,
                },
                "* fault silent=4 injected",
                json!({ "event": "fault", "name": "silent=4", "injected": true }),
            ),
            (
                TraceKind::FaultRule {
                    rule: "lose after=3".parse().expect("a rule"),
                },
                "* fault lose bytes=1 after=3",
                json!({ "event": "fault-rule", "action": "lose", "rule": "lose bytes=1 after=3" }),
            ),
            (
                TraceKind::Server {
                    sent: true,
                    text: b"PASS ***".to_vec(),
                },
                "ftp > PASS ***",
                json!({ "event": "ftp", "from": "module", "text": "PASS ***" }),
            ),
        ]
    }

    #[test]
    fn every_event_is_a_line_and_a_document() {
        for (kind, line, expected) in cases() {
            let time = Duration::from_micros(12_999);
            let event = TraceEvent::new(time, kind);
            let plain = anstream::adapter::strip_str(&text(&event).expect("a line")).to_string();
            assert_eq!(plain, format!("      12 {line}"));
            let mut expected = expected;
            expected["ms"] = 12.into();
            assert_eq!(document(&event), Some(expected));
        }
    }

    #[test]
    fn escaped_bytes_can_be_read_back() {
        assert_eq!(escaped(b"a\\x1b"), "a\\\\x1b");
        assert_eq!(escaped("grün".as_bytes()), "grün");
        assert_eq!(escaped("\u{85}".as_bytes()), "\\xc2\\x85");
        assert_eq!(escaped(b"\r\n\0"), "\\x0d\\x0a\\x00");
    }
}
