//! Conversations between a host and a module as text that reads like a terminal, and what plays them.
//!
//! `core/tests/FORMAT.md` describes the notation. [`notation`] reads the lines of all files, [`parse`] makes the steps
//! of conversations with a module, and [`play::play`] types a conversation at anything that is a [`play::Terminal`].

pub mod expected;
pub mod notation;
pub mod parse;
pub mod play;

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::OnceLock;
use std::time::Duration;

/// Holds what is typed, answered and done under one title.
#[derive(Clone, Debug, Default)]
pub struct Conversation {
    /// File and title.
    pub title: String,
    /// Lists the facts at the start.
    pub scene: Vec<Scene>,
    /// In order.
    pub steps: Vec<Step>,
}

/// States a fact at the start, `= ...`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scene {
    /// `= login`: a PDP context is active and a session open. Without it the module has just been switched on.
    Login,
    /// `= server /a.txt 0..1000 [20140708110039]`: a file on the server, and when it was changed.
    ServerFile(String, Bytes, Option<String>),
    /// `= server /dir/`: a directory on the server.
    ServerDirectory(String),
    /// `= store RAM:a.txt 0..1000`: a file of the module's own.
    StoreFile(String, Bytes),
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// `> ...`: a command line.
    Type(String),
    /// `>> ...`: payload to the module.
    Send(Bytes),
    /// `< ...`: lines of a terminal, in one run.
    Answer(Vec<String>),
    /// `<< ...`: payload to the host, or bytes of any kind.
    Receive(Bytes),
    /// `<< *`: payload of any length.
    ReceiveAny,
    /// `! ...`
    Happen(LineEvent),
    /// `? ...`
    Check(Check),
    /// `=> ...`: see `recordings.rs`.
    Outcome(String),
}

/// Bytes of a file or a payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bytes {
    /// `0..1000`: of [`sample`].
    Sample(Range<usize>),
    /// `"text\r\n"`, with the escapes of Rust.
    Literal(Vec<u8>),
    /// `stuffed 0..1000`: with a DLE before each DLE and ETX, and an ETX at the end (003 §1.2.15).
    Stuffed(Box<Bytes>),
}

impl Bytes {
    /// Returns all of them, as they go over the line.
    pub fn bytes(&self) -> Vec<u8> {
        match self {
            Bytes::Sample(_) | Bytes::Literal(_) => self.content(),
            Bytes::Stuffed(bytes) => {
                let mut line = Vec::new();
                for byte in bytes.content() {
                    if byte == 0x03 || byte == 0x10 {
                        line.push(0x10);
                    }
                    line.push(byte);
                }
                line.push(0x03);
                line
            }
        }
    }

    /// Returns the bytes that a file of them holds.
    pub fn content(&self) -> Vec<u8> {
        match self {
            Bytes::Sample(range) => range.clone().map(sample).collect(),
            Bytes::Literal(bytes) => bytes.clone(),
            Bytes::Stuffed(bytes) => bytes.content(),
        }
    }
}

/// Names an event besides typing, `! ...`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineEvent {
    /// `! abort`: the user gives up.
    Abort,
    /// `! escape`: `+++` with more than a second of silence on either side.
    Escape,
    /// `! dtr off`, `! dtr on`
    Dtr(bool),
    /// `! wait 20`: silence of so many seconds.
    Wait(Duration),
    /// `! stall`: from here on the server answers nothing and moves no data, until `! resume`.
    Stall(bool),
    /// `! flow 100`: the server sends so many bytes of a download and then nothing, until `! resume`.
    Flow(usize),
    /// `! fail 550`: the server refuses the next operation with this reply.
    Fail(u16),
    /// `! lose session`: the server closes the control connection, or says 421.
    LoseSession,
    /// `! lose context 1`: the network takes a PDP context away.
    LoseContext(u8),
}

impl fmt::Display for LineEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LineEvent::Abort => write!(f, "abort"),
            LineEvent::Escape => write!(f, "escape"),
            LineEvent::Dtr(on) => write!(f, "dtr {}", if *on { "on" } else { "off" }),
            LineEvent::Wait(time) => write!(f, "wait {}", time.as_secs_f64()),
            LineEvent::Stall(true) => write!(f, "stall"),
            LineEvent::Stall(false) => write!(f, "resume"),
            LineEvent::Flow(count) => write!(f, "flow {count}"),
            LineEvent::Fail(code) => write!(f, "fail {code}"),
            LineEvent::LoseSession => write!(f, "lose session"),
            LineEvent::LoseContext(number) => write!(f, "lose context {number}"),
        }
    }
}

/// States what must lie somewhere, `? ...`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Check {
    /// `? server /a.txt 0..1000`: a file; `? no server /a.txt`: none (`None`).
    Server(String, Option<Bytes>),
    /// `? store RAM:a.txt 0..1000`, `? no store RAM:a.txt`
    Store(String, Option<Bytes>),
}

/// Returns every conversation of a folder that this crate carries: `ec2x`, `module`, `quirks`. Empty for another folder.
pub fn folder(name: &str) -> &'static [Conversation] {
    static FOLDERS: OnceLock<BTreeMap<&str, Vec<Conversation>>> = OnceLock::new();
    let folders = FOLDERS.get_or_init(|| {
        let mut folders: BTreeMap<&str, Vec<Conversation>> = BTreeMap::new();
        for (file, text) in crate::files::CONVERSATIONS {
            let folder = file.split('/').next().unwrap_or_default();
            let read = parse::conversations(file, text);
            folders.entry(folder).or_default().extend(read);
        }
        folders
    });
    folders.get(name).map_or(&[], Vec::as_slice)
}

/// Returns the byte of files and payloads at a position: all 256 of them occur, in no order.
///
/// The first thousand have the checksum 707 that the manuals print (000 §2.5).
pub fn sample(position: usize) -> u8 {
    match position {
        998 => balance(0, 0x07),
        999 => balance(1, 0x07),
        _ => noise(position),
    }
}

fn noise(position: usize) -> u8 {
    let mixed = (position as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed >> 56) as u8
}

/// Returns the byte that makes the bytes of every second place below 1000, from `first` on, come out as `sum`.
fn balance(first: usize, sum: u8) -> u8 {
    (first..998)
        .step_by(2)
        .fold(sum, |sum, position| sum ^ noise(position))
}
