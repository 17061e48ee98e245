//! Text to conversations.

use std::ops::Range;

use super::notation::{self, Line, Mark, Script};
use super::{Bytes, Check, Conversation, LineEvent, Scene, Step};

/// More bytes than any payload of a conversation; a typing error is no reason to fill the memory.
const LONGEST_PAYLOAD: usize = 1 << 24;

/// Parses the conversations of a file. Panics, with the line, at what makes no sense.
pub fn conversations(file: &str, text: &str) -> Vec<Conversation> {
    let scripts = notation::read(file, text);
    scripts.iter().map(|one| conversation(file, one)).collect()
}

/// Parses one conversation of a file. Panics as [`conversations`].
pub fn conversation(file: &str, script: &Script) -> Conversation {
    try_conversation(file, script).unwrap_or_else(|wrong| panic!("{wrong}"))
}

/// Parses one conversation of a file.
///
/// # Errors
///
/// Names the line that makes no sense.
pub fn try_conversation(file: &str, script: &Script) -> Result<Conversation, String> {
    let mut conversation = Conversation {
        title: format!("{file}: {}", script.title),
        ..Conversation::default()
    };
    for line in &script.lines {
        let mark = line.mark.as_str();
        add(&mut conversation, line)
            .ok_or_else(|| format!("{file}:{}: {mark} {}", line.number, line.text))?;
    }
    Ok(conversation)
}

fn add(conversation: &mut Conversation, line: &Line) -> Option<()> {
    let text = line.text.as_str();
    let step = match line.mark {
        Mark::Start => {
            let scene = scene(text)?;
            return conversation
                .steps
                .is_empty()
                .then(|| conversation.scene.push(scene));
        }
        Mark::Type => Step::Type(text.into()),
        Mark::Send => Step::Send(bytes(text)?),
        Mark::Receive if text == "*" => Step::ReceiveAny,
        Mark::Receive => Step::Receive(bytes(text)?),
        Mark::Event => Step::Happen(line_event(text)?),
        Mark::Check => Step::Check(check(text)?),
        Mark::Outcome => Step::Outcome(text.into()),
        Mark::Answer => {
            if let Some(Step::Answer(lines)) = conversation.steps.last_mut() {
                lines.push(text.into());
                return Some(());
            }
            Step::Answer(vec![text.into()])
        }
        // Of the engine of the FTP client, and of statements.
        Mark::Operation | Mark::Request | Mark::About => return None,
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
        ["abort"] => LineEvent::Abort,
        ["escape"] => LineEvent::Escape,
        ["dtr", "on"] => LineEvent::Dtr(true),
        ["dtr", "off"] => LineEvent::Dtr(false),
        ["wait", seconds] => LineEvent::Wait(notation::seconds(seconds)?),
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
        return notation::literal(quoted.strip_suffix('"')?).map(Bytes::Literal);
    }
    if let Some((count, of)) = text.split_once(" of ") {
        let Bytes::Literal(one) = bytes(of)? else {
            return None;
        };
        let count: usize = count.parse().ok()?;
        let fits = one.len().checked_mul(count)? <= LONGEST_PAYLOAD;
        return fits.then(|| Bytes::Literal(one.repeat(count)));
    }
    let (from, to) = text.split_once("..")?;
    let range: Range<usize> = from.parse().ok()?..to.parse().ok()?;
    Some(Bytes::Sample(range))
}
