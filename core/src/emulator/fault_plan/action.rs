//! The actions of fault rules: a table of names, the words of each, and what each does.

use std::fmt;

use super::trigger::FaultEventKind;
use super::words::{RuleWords, quoted};
use crate::codes::FtpCode;
use crate::emulator::fault::{FAULTS, Fault};
use crate::module::Delay;

/// The action of a rule. [`FAULT_ACTIONS`] says what each does.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultAction {
    /// Injects one of [`FAULTS`]; its name is the name of the action.
    Inject {
        /// The fault.
        fault: Fault,
        /// The time after which it is cleared, where it lasts.
        lasts: Option<Delay>,
    },
    /// The action `lose`.
    Lose {
        /// The bytes that it is about.
        bytes: u64,
    },
    /// The action `change`.
    Change {
        /// The bytes that it is about.
        bytes: u64,
    },
    /// The action `double`.
    Double {
        /// The bytes that it is about.
        bytes: u64,
    },
    /// The action `insert`.
    Insert {
        /// The bytes to insert.
        text: Vec<u8>,
    },
    /// The action `foreign-urc`.
    ForeignUrc {
        /// The line.
        text: Vec<u8>,
    },
    /// The action `foreign-answer`.
    ForeignAnswer {
        /// The line in front of the `OK`.
        text: Vec<u8>,
    },
    /// The action `slicer`.
    Slicer {
        /// The bytes of a piece.
        size: u64,
        /// The pause between two pieces.
        delay: Delay,
        /// The bytes that it is about; `None` is all from then on.
        bytes: Option<u64>,
    },
    /// The action `stall`.
    Stall {
        /// The time of the stall.
        time: Delay,
    },
    /// The action `answer-late`.
    AnswerLate {
        /// The time that is added.
        time: Delay,
    },
    /// The action `answer-busy`.
    AnswerBusy {
        /// The number of the `+CME ERROR`; `None` is the answer of the family.
        code: Option<u16>,
    },
    /// The action `delay-urc`.
    DelayUrc {
        /// The time that is added.
        time: Delay,
    },
    /// The action `store-full`.
    StoreFull {
        /// The bytes that still fit.
        bytes: u64,
        /// The time after which there is room again; `None` is never.
        lasts: Option<Delay>,
    },
    /// The action `reply`.
    Reply {
        /// The code, 400 to 599.
        code: FtpCode,
        /// The text behind it.
        text: Vec<u8>,
    },
}

/// The facts of an action.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct FaultActionInfo {
    /// Its name on all surfaces.
    pub name: &'static str,
    /// The keys of its rules; `nth`, `count` and `toxicity` are keys of all rules.
    pub takes: &'static [&'static str],
    /// A rule with it.
    pub example: &'static str,
    /// The behaviour of a module with this fault: a sentence without its subject.
    pub what: &'static str,
    parse: fn(&mut RuleWords) -> Result<FaultAction, String>,
}

/// Lists the keys of an action on bytes of the line: its own, then the place.
macro_rules! keys_of_the_line {
    ($($own:literal),*) => {
        &[$($own,)* "on", "command", "urc", "after", "stream"]
    };
}

/// The keys of the actions that have the name of a fault, and of a stall: on any link.
pub const INJECT_KEYS: &[&str] = &["for", "on", "command", "urc", "after", "link", "stream"];

/// All actions but the injection of a fault. A new one needs a line here and its effect where the bytes pass.
pub const FAULT_ACTIONS: &[FaultActionInfo] = &[
    FaultActionInfo {
        name: "lose",
        takes: keys_of_the_line!("bytes"),
        example: "lose bytes=1 after=300 stream=upstream",
        what: "loses bytes of the line",
        parse: |words| bytes(words).map(|bytes| FaultAction::Lose { bytes }),
    },
    FaultActionInfo {
        name: "change",
        takes: keys_of_the_line!("bytes"),
        example: "change bytes=1 count=all toxicity=0.0001",
        what: "takes bytes of the line for others",
        parse: |words| bytes(words).map(|bytes| FaultAction::Change { bytes }),
    },
    FaultActionInfo {
        name: "double",
        takes: keys_of_the_line!("bytes"),
        example: "double bytes=2 on=+QFTPGET after=40",
        what: "repeats bytes of the line",
        parse: |words| bytes(words).map(|bytes| FaultAction::Double { bytes }),
    },
    FaultActionInfo {
        name: "insert",
        takes: keys_of_the_line!("text"),
        example: r#"insert text="AT+CSQ\r" stream=upstream on=+QFTPPUT after=1000"#,
        what: "puts bytes on the line",
        parse: |words| words.need("text").map(|text| FaultAction::Insert { text }),
    },
    FaultActionInfo {
        name: "foreign-urc",
        takes: keys_of_the_line!("text"),
        example: r#"foreign-urc text="+CREG: 2" on=+QFTPGET after=1000"#,
        what: "says a line of another service, wherever the line stands",
        parse: |words| {
            words
                .need("text")
                .map(|text| FaultAction::ForeignUrc { text })
        },
    },
    FaultActionInfo {
        name: "foreign-answer",
        takes: keys_of_the_line!("text"),
        example: r#"foreign-answer text="+CSQ: 20,99" on=+QFTPSIZE"#,
        what: "says the answer to a command of another program on the port, with its OK",
        parse: |words| {
            words
                .need("text")
                .map(|text| FaultAction::ForeignAnswer { text })
        },
    },
    FaultActionInfo {
        name: "slicer",
        takes: keys_of_the_line!("size", "delay", "bytes"),
        example: "slicer size=1 delay=2ms on=+QFTPGET",
        what: "cuts what goes over the line into pieces, with a pause between",
        parse: |words| {
            Ok(FaultAction::Slicer {
                size: words.take_number("size", 1)?.unwrap_or(1),
                delay: words.take_delay("delay")?.unwrap_or(SLICE_DELAY),
                bytes: words.take_number("bytes", 1)?,
            })
        },
    },
    FaultActionInfo {
        name: "stall",
        takes: INJECT_KEYS,
        example: "stall for=5s link=data after=20000",
        what: "lets nothing pass for a time, then all that came",
        parse: |words| time(words).map(|time| FaultAction::Stall { time }),
    },
    FaultActionInfo {
        name: "answer-late",
        takes: &["for", "on"],
        example: "answer-late for=2..5s on=+QFTPSIZE",
        what: "takes its time for the answer to a command",
        parse: |words| time(words).map(|time| FaultAction::AnswerLate { time }),
    },
    FaultActionInfo {
        name: "answer-busy",
        takes: &["code", "on"],
        example: "answer-busy on=+QFTPPUT nth=2",
        what: "says that it is busy, and does not execute the command",
        parse: |words| {
            let code = words.take_number("code", 0)?;
            let small =
                |code| u16::try_from(code).map_err(|_| format!("code={code}: give 0 to 65535"));
            let code = code.map(small).transpose()?;
            Ok(FaultAction::AnswerBusy { code })
        },
    },
    FaultActionInfo {
        name: "delay-urc",
        takes: &["for", "urc"],
        example: "delay-urc for=30s urc=+QFTPPUT",
        what: "says an unsolicited result code later, and those behind it too",
        parse: |words| time(words).map(|time| FaultAction::DelayUrc { time }),
    },
    FaultActionInfo {
        name: "store-full",
        takes: &["bytes", "for", "on", "command", "urc"],
        example: "store-full bytes=1000 on=+QFUPL",
        what: "has no room for files behind so many bytes",
        parse: |words| {
            Ok(FaultAction::StoreFull {
                bytes: words.take_number("bytes", 0)?.unwrap_or(0),
                lasts: words.take_delay("for")?,
            })
        },
    },
    FaultActionInfo {
        name: "reply",
        takes: &["code", "text", "command"],
        example: r#"reply code=552 text="Quota exceeded" command=STOR nth=2"#,
        what: "gets this reply of the server to a command, which is not sent",
        parse: reply,
    },
];

/// The pause between two pieces: without one the system joins them.
const SLICE_DELAY: Delay = Delay::Fixed(std::time::Duration::from_millis(1));

impl FaultAction {
    /// Takes the words of an action.
    pub(super) fn parse(words: &mut RuleWords) -> Result<Self, String> {
        if let Some(known) = FAULT_ACTIONS
            .iter()
            .find(|known| known.name == words.action)
        {
            return (known.parse)(words);
        }
        let known = FAULTS.iter().find(|known| known.name == words.action);
        let known = known.ok_or_else(|| unknown(&words.action))?;
        let lasts = words.take_delay("for")?;
        if lasts.is_some() && !known.lasts {
            return Err(format!("{} happens once, it takes no for=", known.name));
        }
        Ok(FaultAction::Inject {
            fault: known.fault,
            lasts,
        })
    }

    /// Returns the name.
    pub fn name(&self) -> &'static str {
        match self {
            FaultAction::Inject { fault, .. } => fault.known().name,
            FaultAction::Lose { .. } => "lose",
            FaultAction::Change { .. } => "change",
            FaultAction::Double { .. } => "double",
            FaultAction::Insert { .. } => "insert",
            FaultAction::ForeignUrc { .. } => "foreign-urc",
            FaultAction::ForeignAnswer { .. } => "foreign-answer",
            FaultAction::Slicer { .. } => "slicer",
            FaultAction::Stall { .. } => "stall",
            FaultAction::AnswerLate { .. } => "answer-late",
            FaultAction::AnswerBusy { .. } => "answer-busy",
            FaultAction::DelayUrc { .. } => "delay-urc",
            FaultAction::StoreFull { .. } => "store-full",
            FaultAction::Reply { .. } => "reply",
        }
    }

    /// Returns the keys of its rules.
    pub(super) fn takes(&self) -> &'static [&'static str] {
        let known = FAULT_ACTIONS.iter().find(|known| known.name == self.name());
        known.map_or(INJECT_KEYS, |known| known.takes)
    }

    /// Returns the kind of event that it is about, where it can be about no other.
    pub(super) fn event_kind(&self) -> Option<FaultEventKind> {
        match self {
            FaultAction::AnswerLate { .. } | FaultAction::AnswerBusy { .. } => {
                Some(FaultEventKind::AtCommand)
            }
            FaultAction::DelayUrc { .. } => Some(FaultEventKind::Urc),
            FaultAction::Reply { .. } => Some(FaultEventKind::FtpCommand),
            _ => None,
        }
    }
}

/// Returns the names of all actions: those of [`FAULT_ACTIONS`], then those of [`FAULTS`].
pub fn action_names() -> impl Iterator<Item = &'static str> {
    let own = FAULT_ACTIONS.iter().map(|known| known.name);
    own.chain(FAULTS.iter().map(|known| known.name))
}

fn unknown(name: &str) -> String {
    let names: Vec<&str> = action_names().collect();
    format!("unknown action {name:?}: there are {}", names.join(", "))
}

fn bytes(words: &mut RuleWords) -> Result<u64, String> {
    Ok(words.take_number("bytes", 1)?.unwrap_or(1))
}

fn time(words: &mut RuleWords) -> Result<Delay, String> {
    let time = words.take_delay("for")?;
    time.ok_or_else(|| format!("{} needs for=, a time such as 5s", words.action))
}

fn reply(words: &mut RuleWords) -> Result<FaultAction, String> {
    let code = words.take_number("code", 0)?;
    let code = code.ok_or("reply needs code=, such as 552")?;
    let error = u16::try_from(code)
        .ok()
        .filter(|code| (400..600).contains(code));
    let error = error.ok_or_else(|| format!("code={code}: give 400 to 599"))?;
    let text = words
        .take("text")
        .unwrap_or_else(|| b"by a fault rule".to_vec());
    if text.iter().any(|byte| matches!(byte, b'\r' | b'\n')) {
        return Err("the text of a reply is one line".into());
    }
    Ok(FaultAction::Reply {
        code: FtpCode(error),
        text,
    })
}

/// Writes the name and the action's own keys.
impl fmt::Display for FaultAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self {
            FaultAction::Inject { lasts: None, .. } | FaultAction::AnswerBusy { code: None } => {
                Ok(())
            }
            FaultAction::Lose { bytes }
            | FaultAction::Change { bytes }
            | FaultAction::Double { bytes } => write!(f, " bytes={bytes}"),
            FaultAction::Insert { text }
            | FaultAction::ForeignUrc { text }
            | FaultAction::ForeignAnswer { text } => write!(f, " text={}", quoted(text)),
            FaultAction::Slicer { size, delay, bytes } => {
                write!(f, " size={size} delay={delay}")?;
                bytes.map_or(Ok(()), |bytes| write!(f, " bytes={bytes}"))
            }
            FaultAction::Stall { time }
            | FaultAction::AnswerLate { time }
            | FaultAction::DelayUrc { time }
            | FaultAction::Inject {
                lasts: Some(time), ..
            } => write!(f, " for={time}"),
            FaultAction::AnswerBusy { code: Some(code) } => write!(f, " code={code}"),
            FaultAction::StoreFull { bytes, lasts } => {
                write!(f, " bytes={bytes}")?;
                lasts
                    .as_ref()
                    .map_or(Ok(()), |lasts| write!(f, " for={lasts}"))
            }
            FaultAction::Reply { code, text } => {
                write!(f, " code={} text={}", code.0, quoted(text))
            }
        }
    }
}
