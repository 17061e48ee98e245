//! Text to conversations.

use std::ops::Range;
use std::time::Duration;

use super::{Bytes, Check, Conversation, LineEvent, Scene, Step};

/// The conversations of a file. Panics, with the line, at what makes no sense.
pub fn conversations(file: &str, text: &str) -> Vec<Conversation> {
    let mut all: Vec<Conversation> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if let Some(title) = line.strip_prefix("## ") {
            all.push(Conversation {
                title: format!("{file}: {title}"),
                ..Conversation::default()
            });
            continue;
        }
        let Some(conversation) = all.last_mut() else {
            continue;
        };
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let added = add(conversation, line);
        assert!(added.is_some(), "{file}:{}: {line}", number + 1);
    }
    assert!(!all.is_empty(), "{file} has no conversation");
    all
}

fn add(conversation: &mut Conversation, line: &str) -> Option<()> {
    let (mark, rest) = line.split_once(' ').unwrap_or((line, ""));
    let step = match mark {
        "=" => {
            let scene = scene(rest)?;
            return conversation
                .steps
                .is_empty()
                .then(|| conversation.scene.push(scene));
        }
        ">" => Step::Type(rest.into()),
        ">>" => Step::Send(bytes(rest)?),
        "<<" if rest == "*" => Step::ReceiveAny,
        "<<" => Step::Receive(bytes(rest)?),
        "!" => Step::Happen(line_event(rest)?),
        "?" => Step::Check(check(rest)?),
        "=>" => Step::Outcome(rest.into()),
        "<" => {
            if let Some(Step::Answer(lines)) = conversation.steps.last_mut() {
                lines.push(rest.into());
                return Some(());
            }
            Step::Answer(vec![rest.into()])
        }
        _ => return None,
    };
    conversation.steps.push(step);
    Some(())
}

fn scene(text: &str) -> Option<Scene> {
    if text == "login" {
        return Some(Scene::Login);
    }
    let (place, rest) = text.split_once(' ')?;
    match place {
        "server" if rest.ends_with('/') => {
            Some(Scene::ServerDirectory(rest.trim_end_matches('/').into()))
        }
        "server" => {
            let (path, rest) = rest.split_once(' ')?;
            let (content, time) = match rest.rsplit_once(' ') {
                Some((content, time)) if time.bytes().all(|byte| byte.is_ascii_digit()) => {
                    (content, Some(time.into()))
                }
                _ => (rest, None),
            };
            Some(Scene::ServerFile(path.into(), bytes(content)?, time))
        }
        "store" => {
            let (name, content) = rest.split_once(' ')?;
            Some(Scene::StoreFile(name.into(), bytes(content)?))
        }
        _ => None,
    }
}

fn check(text: &str) -> Option<Check> {
    if let Some((place, name)) = text
        .strip_prefix("no ")
        .and_then(|rest| rest.split_once(' '))
    {
        return match place {
            "server" => Some(Check::Server(name.into(), None)),
            "store" => Some(Check::Store(name.into(), None)),
            _ => None,
        };
    }
    let (place, rest) = text.split_once(' ')?;
    let (name, content) = rest.split_once(' ')?;
    let content = Some(bytes(content)?);
    match place {
        "server" => Some(Check::Server(name.into(), content)),
        "store" => Some(Check::Store(name.into(), content)),
        _ => None,
    }
}

fn line_event(text: &str) -> Option<LineEvent> {
    let words: Vec<&str> = text.split(' ').collect();
    Some(match words[..] {
        ["escape"] => LineEvent::Escape,
        ["dtr", "on"] => LineEvent::Dtr(true),
        ["dtr", "off"] => LineEvent::Dtr(false),
        ["wait", seconds] => LineEvent::Wait(Duration::from_secs(seconds.parse().ok()?)),
        ["stall"] => LineEvent::Stall(true),
        ["resume"] => LineEvent::Stall(false),
        ["flow", count] => LineEvent::Flow(count.parse().ok()?),
        ["fail", code] => LineEvent::Fail(code.parse().ok()?),
        ["lose", "session"] => LineEvent::LoseSession,
        ["lose", "context", number] => LineEvent::LoseContext(number.parse().ok()?),
        _ => return None,
    })
}

/// Parses a payload.
pub fn bytes(text: &str) -> Option<Bytes> {
    if let Some(plain) = text.strip_prefix("stuffed ") {
        return bytes(plain).map(|bytes| Bytes::Stuffed(bytes.into()));
    }
    if let Some(quoted) = text.strip_prefix('"') {
        return literal(quoted.strip_suffix('"')?).map(Bytes::Literal);
    }
    let (from, to) = text.split_once("..")?;
    let range: Range<usize> = from.parse().ok()?..to.parse().ok()?;
    Some(Bytes::Sample(range))
}

/// `\r`, `\n`, `\0`, `\\`, `\"`, `\x00`; everything else is itself.
fn literal(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        bytes.push(match rest.next()? {
            b'r' => b'\r',
            b'n' => b'\n',
            b'0' => 0,
            b'x' => {
                let digits = [rest.next()?, rest.next()?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
            }
            byte @ (b'\\' | b'"') => byte,
            _ => return None,
        });
    }
    Some(bytes)
}
