//! One line of a record: JSON to values, and back.

use std::fmt::Write as _;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Map, Value, json};

use super::event::{RecordEvent, RecordHeader, RecordKind};
use super::notation::{escape, unescape};
use crate::host::LineKind;

/// The version of the format.
const VERSION: u64 = 1;

/// The names of the kinds of lines.
const LINE_KINDS: [(&str, LineKind); 8] = [
    ("command", LineKind::Command),
    ("information", LineKind::Information),
    ("connect", LineKind::Connect),
    ("result", LineKind::Result),
    ("urc", LineKind::Urc),
    ("unsolicited", LineKind::Unsolicited),
    ("echo", LineKind::Echo),
    ("noise", LineKind::Noise),
];

/// The keys of one line, taken out one by one.
struct Keys(Map<String, Value>);

impl Keys {
    fn parse(text: &[u8]) -> Result<Self, String> {
        match serde_json::from_slice(text) {
            Ok(Value::Object(map)) => Ok(Keys(map)),
            Ok(_) => Err("it is not a JSON object".into()),
            Err(error) => Err(format!("it is not JSON: {error}")),
        }
    }

    fn find(&mut self, key: &str) -> Option<Value> {
        self.0.shift_remove(key)
    }

    fn take<T>(&mut self, key: &str, read: impl Fn(Value) -> Option<T>) -> Result<T, String> {
        let value = self
            .find(key)
            .ok_or_else(|| format!("it has no \"{key}\""))?;
        read(value).ok_or_else(|| format!("its \"{key}\" makes no sense"))
    }

    fn take_if_there<T>(
        &mut self,
        key: &str,
        read: impl Fn(Value) -> Option<T>,
    ) -> Result<Option<T>, String> {
        match self.find(key) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => read(value)
                .map(Some)
                .ok_or_else(|| format!("its \"{key}\" makes no sense")),
        }
    }

    /// Refuses what was not taken: a later version may mean something by it.
    fn finish(self) -> Result<(), String> {
        match self.0.keys().next() {
            None => Ok(()),
            Some(key) => Err(format!("its \"{}\" is not known here", key.escape_debug())),
        }
    }
}

fn string(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

fn number(value: Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64(),
        _ => None,
    }
}

fn strings(value: Value) -> Option<Vec<String>> {
    match value {
        Value::Array(values) => values.into_iter().map(string).collect(),
        _ => None,
    }
}

fn text(value: Value) -> Option<Vec<u8>> {
    unescape(&string(value)?)
}

fn content(value: Value) -> Option<Vec<u8>> {
    BASE64.decode(string(value)?).ok()
}

fn digest(value: Value) -> Option<[u8; 32]> {
    let text = string(value)?;
    let digits = text.as_bytes();
    let mut digest = [0; 32];
    if digits.len() != 2 * digest.len() {
        return None;
    }
    for (byte, pair) in digest.iter_mut().zip(digits.chunks(2)) {
        let digit = |digit: u8| char::from(digit).to_digit(16);
        *byte = u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).ok()?;
    }
    Some(digest)
}

fn from_host(value: Value) -> Option<bool> {
    match string(value)?.as_str() {
        "host" => Some(true),
        "module" => Some(false),
        _ => None,
    }
}

/// Parses the first line.
pub(super) fn parse_header(line: &[u8]) -> Result<RecordHeader, String> {
    let no_record = "it is not the header of a record, which begins with {\"qftp-record\":1,...}";
    let mut keys = Keys::parse(line).map_err(|_| no_record.to_owned())?;
    match keys.find("qftp-record").and_then(number) {
        Some(VERSION) => {}
        Some(other) => {
            return Err(format!(
                "it is of version {other}; this qftp reads version 1"
            ));
        }
        None => return Err(no_record.into()),
    }
    let header = RecordHeader {
        qftp: keys.take("qftp", string)?,
        port: keys.take("port", string)?,
        dialect: keys.take_if_there("dialect", string)?,
        command: keys.take_if_there("command", strings)?.unwrap_or_default(),
    };
    keys.finish()?;
    Ok(header)
}

/// Parses a line behind the first.
pub(super) fn parse_event(line: &[u8]) -> Result<RecordEvent, String> {
    let mut keys = Keys::parse(line)?;
    let time = Duration::from_micros(keys.take("us", number)?);
    let name = keys.take("kind", string)?;
    let kind = parse_kind(&name, &mut keys)?;
    keys.finish()?;
    Ok(RecordEvent { time, kind })
}

fn parse_kind(name: &str, keys: &mut Keys) -> Result<RecordKind, String> {
    if let Some((_, meaning)) = LINE_KINDS.iter().find(|(known, _)| *known == name) {
        return Ok(RecordKind::Line {
            from_host: keys.take("from", from_host)?,
            meaning: *meaning,
            raw: keys.take("text", text)?,
        });
    }
    let of_module = |keys: &mut Keys| {
        if keys.take("from", from_host)? {
            Err(format!("\"{name}\" is never from the host"))
        } else {
            Ok(())
        }
    };
    Ok(match name {
        "line-ends" => {
            of_module(keys)?;
            RecordKind::LineEnds(keys.take("text", text)?)
        }
        "framing" => {
            of_module(keys)?;
            RecordKind::Framing(keys.take("text", text)?)
        }
        "skipped" => {
            of_module(keys)?;
            RecordKind::Skipped {
                bytes: keys.take("bytes", number)?,
            }
        }
        "payload" => {
            let kind = RecordKind::Payload {
                from_host: keys.take("from", from_host)?,
                bytes: keys.take("bytes", number)?,
                content: keys.take_if_there("content", content)?,
            };
            match &kind {
                RecordKind::Payload {
                    bytes,
                    content: Some(content),
                    ..
                } if content.len() as u64 != *bytes => {
                    return Err("its \"content\" has not as many bytes as \"bytes\" says".into());
                }
                _ => kind,
            }
        }
        "digest" => RecordKind::Digest {
            from_host: keys.take("from", from_host)?,
            bytes: keys.take("bytes", number)?,
            sha256: keys.take("sha256", digest)?,
        },
        "opened" => RecordKind::Opened,
        "module" => RecordKind::Module {
            manufacturer: keys.take("manufacturer", string)?,
            model: keys.take("model", string)?,
            revision: keys.take("revision", string)?,
            dialect: keys.take("dialect", string)?,
        },
        "note" => RecordKind::Note(keys.take("text", string)?),
        "exit" => RecordKind::Exit(keys.take("code", |value| value.as_u64()?.try_into().ok())?),
        other => {
            return Err(format!(
                "its kind \"{}\" is not known here",
                other.escape_debug()
            ));
        }
    })
}

/// Returns the first line, with its end.
pub(super) fn emit_header(header: &RecordHeader) -> String {
    let document = json!({
        "qftp-record": VERSION,
        "qftp": header.qftp,
        "port": header.port,
        "dialect": header.dialect,
        "command": header.command,
    });
    format!("{document}\n")
}

/// Returns the line of an event, with its end.
pub(super) fn emit_event(event: &RecordEvent) -> String {
    let from = |host: bool| if host { "host" } else { "module" };
    let mut document = match &event.kind {
        RecordKind::Line {
            from_host,
            meaning,
            raw,
        } => {
            let known = LINE_KINDS.iter().find(|(_, kind)| kind == meaning);
            let name = known.map_or("noise", |(name, _)| *name);
            json!({ "from": from(*from_host), "kind": name, "text": escape(raw) })
        }
        RecordKind::LineEnds(raw) => {
            json!({ "from": "module", "kind": "line-ends", "text": escape(raw) })
        }
        RecordKind::Framing(raw) => {
            json!({ "from": "module", "kind": "framing", "text": escape(raw) })
        }
        RecordKind::Skipped { bytes } => {
            json!({ "from": "module", "kind": "skipped", "bytes": bytes })
        }
        RecordKind::Payload {
            from_host,
            bytes,
            content,
        } => {
            let mut document =
                json!({ "from": from(*from_host), "kind": "payload", "bytes": bytes });
            if let Some(content) = content {
                document["content"] = BASE64.encode(content).into();
            }
            document
        }
        RecordKind::Digest {
            from_host,
            bytes,
            sha256,
        } => {
            let digits = sha256.iter().fold(String::new(), |mut digits, byte| {
                // A string takes everything.
                let _ = write!(digits, "{byte:02x}");
                digits
            });
            json!({ "from": from(*from_host), "kind": "digest", "bytes": bytes, "sha256": digits })
        }
        RecordKind::Opened => json!({ "kind": "opened" }),
        RecordKind::Module {
            manufacturer,
            model,
            revision,
            dialect,
        } => json!({
            "kind": "module", "manufacturer": manufacturer, "model": model, "revision": revision,
            "dialect": dialect,
        }),
        RecordKind::Note(text) => json!({ "kind": "note", "text": text }),
        RecordKind::Exit(code) => json!({ "kind": "exit", "code": code }),
    };
    let micros = u64::try_from(event.time.as_micros()).unwrap_or(u64::MAX);
    if let Some(keys) = document.as_object_mut() {
        keys.shift_insert(0, "us".into(), micros.into());
    }
    format!("{document}\n")
}

#[cfg(test)]
mod tests {
    use super::super::file::{MAX_LINE, Record};
    use super::*;
    use proptest::prelude::*;

    const HEADER: &str = "{\"qftp-record\":1,\"qftp\":\"0.1.0\",\"port\":\"serial\"}\n";

    fn kinds() -> impl Strategy<Value = RecordKind> {
        let bytes = || proptest::collection::vec(any::<u8>(), 0..40);
        let line = (any::<bool>(), 0..LINE_KINDS.len(), bytes());
        prop_oneof![
            line.prop_map(|(from_host, kind, raw)| RecordKind::Line {
                from_host,
                meaning: LINE_KINDS[kind].1,
                raw
            }),
            bytes().prop_map(RecordKind::LineEnds),
            bytes().prop_map(RecordKind::Framing),
            any::<u64>().prop_map(|bytes| RecordKind::Skipped { bytes }),
            (any::<bool>(), bytes()).prop_map(|(from_host, content)| RecordKind::Payload {
                from_host,
                bytes: content.len() as u64,
                content: Some(content)
            }),
            (any::<bool>(), any::<u64>()).prop_map(|(from_host, bytes)| RecordKind::Payload {
                from_host,
                bytes,
                content: None
            }),
            (any::<bool>(), any::<u64>(), any::<[u8; 32]>()).prop_map(
                |(from_host, bytes, sha256)| RecordKind::Digest {
                    from_host,
                    bytes,
                    sha256
                }
            ),
            Just(RecordKind::Opened),
            "\\PC*".prop_map(|model| RecordKind::Module {
                manufacturer: "Q".into(),
                model,
                revision: "R".into(),
                dialect: "ec2x".into()
            }),
            "\\PC*".prop_map(RecordKind::Note),
            any::<u8>().prop_map(RecordKind::Exit),
        ]
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            events in proptest::collection::vec((0..1000_u64, kinds()), 0..20),
            command: Vec<String>,
        ) {
            let mut record = Record {
                header: RecordHeader::new("serial"),
                ..Record::default()
            };
            record.header.command = command;
            let mut time = Duration::ZERO;
            for (gap, kind) in events {
                time += Duration::from_micros(gap);
                record.events.push(RecordEvent { time, kind });
            }
            prop_assert_eq!(Record::parse(record.emit().as_bytes()), Ok(record));
        }

        #[test]
        fn no_bytes_panic(bytes: Vec<u8>) {
            let _ = Record::parse(&bytes);
            let _ = Record::parse(&[HEADER.as_bytes(), &bytes, b"\n"].concat());
        }
    }

    #[test]
    fn mistakes_are_named_with_their_line() {
        let cases = [
            ("", 1, "not there"),
            ("AT+CSQ\n", 1, "not the header"),
            ("{\"qftp-record\":2}\n", 1, "version 2"),
            ("{\"qftp-record\":1,\"port\":\"\"}\n", 1, "no \"qftp\""),
        ];
        for (text, line, part) in cases {
            let error = Record::parse(text.as_bytes()).expect_err(text);
            assert_eq!(error.line, line, "{text}");
            assert!(error.reason.contains(part), "{error}");
        }
        let events = [
            ("", "not JSON"),
            ("7", "not a JSON object"),
            ("{\"us\":1}", "no \"kind\""),
            ("{\"kind\":\"opened\"}", "no \"us\""),
            ("{\"us\":-1,\"kind\":\"opened\"}", "\"us\" makes no sense"),
            ("{\"us\":1.5,\"kind\":\"opened\"}", "\"us\" makes no sense"),
            ("{\"us\":1,\"kind\":\"later\"}", "\"later\" is not known"),
            (
                "{\"us\":1,\"kind\":\"opened\",\"x\":1}",
                "\"x\" is not known",
            ),
            (
                "{\"us\":1,\"kind\":\"exit\",\"code\":256}",
                "\"code\" makes no sense",
            ),
            (
                "{\"us\":1,\"from\":\"host\",\"kind\":\"skipped\",\"bytes\":1}",
                "never from",
            ),
            (
                "{\"us\":1,\"from\":\"x\",\"kind\":\"urc\",\"text\":\"\"}",
                "\"from\" makes no sense",
            ),
            (
                "{\"us\":1,\"from\":\"host\",\"kind\":\"urc\",\"text\":\"\\\\q\"}",
                "\"text\" makes no sense",
            ),
            (
                "{\"us\":1,\"from\":\"host\",\"kind\":\"payload\",\"bytes\":2,\"content\":\"YQ==\"}",
                "as many",
            ),
            (
                "{\"us\":1,\"from\":\"host\",\"kind\":\"digest\",\"bytes\":2,\"sha256\":\"00\"}",
                "sha256",
            ),
        ];
        for (event, part) in events {
            let error = Record::parse(format!("{HEADER}{event}\n").as_bytes()).expect_err(event);
            assert_eq!(error.line, 2, "{event}");
            assert!(error.reason.contains(part), "{event}: {error}");
        }
    }

    #[test]
    fn time_does_not_go_back_and_a_cut_end_is_told() {
        let at = |us: u64| format!("{{\"us\":{us},\"kind\":\"opened\"}}\n");
        let parse = |text: String| Record::parse(text.as_bytes());
        assert!(parse(format!("{HEADER}{}{}", at(5), at(5))).is_ok());
        let error = parse(format!("{HEADER}{}{}", at(5), at(4))).expect_err("back");
        assert_eq!(error.line, 3);
        let cut = parse(format!("{HEADER}{}{{\"us\":6,", at(5))).expect("a record");
        assert!(cut.is_cut && cut.events.len() == 1);
    }

    #[test]
    fn a_line_has_a_limit() {
        let note = |length: usize| {
            let frame = "{\"us\":1,\"kind\":\"note\",\"text\":\"\"}".len();
            let text = "x".repeat(length - frame);
            let text = format!("{HEADER}{{\"us\":1,\"kind\":\"note\",\"text\":\"{text}\"}}\n");
            Record::parse(text.as_bytes())
        };
        assert!(note(MAX_LINE).is_ok());
        assert_eq!(note(MAX_LINE + 1).expect_err("too long").line, 2);
    }
}
