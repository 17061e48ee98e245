//! Conversations between a host and a module as text that reads like a terminal, and what plays them.
//!
//! `core/tests/FORMAT.md` describes the notation. [`notation`] reads the lines of all files, [`parse`] makes the steps
//! of conversations with a module.
//!
//! [`play::play`] types a conversation at anything that is a [`play::Terminal`]; [`replay::replay`] plays the module's
//! side of it to the host engine; [`records`] makes records of conversations, and back.

pub mod expected;
pub mod notation;
pub mod parse;
pub mod play;
pub mod records;
pub mod replay;

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

use qftp::dialect::{self, Dialect};

use parse::conversations;

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

/// States what must lie somewhere, `? ...`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Check {
    /// `? server /a.txt 0..1000`: a file; `? no server /a.txt`: none (`None`).
    Server(String, Option<Bytes>),
    /// `? store RAM:a.txt 0..1000`, `? no store RAM:a.txt`
    Store(String, Option<Bytes>),
}

/// Reads the conversations of every dialect: folder `conversations/<dialect>`, or that of a dialect of the same manual.
pub fn of_dialects() -> Vec<(&'static Dialect, Vec<Conversation>)> {
    let all = dialect::ALL.iter();
    all.filter_map(|dialect| Some((*dialect, folder(home(dialect)?))))
        .collect()
}

/// Finds the folder with the conversations of a dialect.
fn home(dialect: &Dialect) -> Option<&'static str> {
    let alike = |other: &&&Dialect| other.manual == dialect.manual;
    let alike = dialect::ALL.iter().filter(alike).map(|other| other.name);
    let mut names = std::iter::once(dialect.name).chain(alike);
    names.find(|name| place("conversations", name).is_dir())
}

fn place(of: &str, name: &str) -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../core/tests");
    tests.join(of).join(name)
}

/// Reads the examples of the manuals that the LTE dialects are about.
pub fn examples() -> Vec<(&'static Dialect, Vec<Conversation>)> {
    let mut all = of_dialects();
    all.retain(|(dialect, _)| dialect.family == dialect::Family::Lte);
    all
}

/// Reads every conversation of a folder of `conversations`.
pub fn folder(name: &str) -> Vec<Conversation> {
    files("conversations", name)
}

/// Reads every conversation of a folder in a folder of tests.
pub fn files(of: &str, name: &str) -> Vec<Conversation> {
    let entries = std::fs::read_dir(place(of, name)).expect("a folder of conversations");
    let mut files: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    let read = |path: &std::path::PathBuf| {
        let file = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let text = std::fs::read_to_string(path).expect("a readable file");
        conversations(&format!("{name}/{file}"), &text)
    };
    files.iter().flat_map(read).collect()
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
