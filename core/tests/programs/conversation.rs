//! A conversation as a text that people compare with a capture of their module: `docs/conversations/README.md` has the
//! notation.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use qftp_test::servers::Server;
use sha2::{Digest as _, Sha256};

use crate::content;
use crate::line::recorded;
use crate::order::Order;
use crate::place::Place;
use crate::tap::{Chunk, Speaker};

/// So many bytes that equal those of a file are payload; fewer are too if they are the rest of it.
const PAYLOAD: usize = 16;

/// Returns the folder of the conversations.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/conversations")
}

/// What a program and an emulator said.
pub(crate) struct Conversation {
    name: &'static str,
    head: String,
    lines: Vec<Line>,
}

/// A line of the text, and when its first byte came.
#[derive(Clone, Debug)]
struct Line {
    time: Duration,
    text: String,
}

impl Conversation {
    /// Makes the text of what a tap heard.
    pub(crate) fn new(
        name: &'static str,
        place: &Place,
        server: &Server,
        chunks: &[Chunk],
    ) -> Self {
        let mut host = Stream::new(Speaker::Host, content::up());
        let mut module = Stream::new(Speaker::Module, content::down());
        for chunk in chunks {
            match chunk.speaker {
                Speaker::Host => host.push(chunk),
                Speaker::Module => module.push(chunk),
            }
        }
        let mut lines = host.lines(server);
        lines.extend(module.lines(server));
        // The host's line comes first where the clock cannot tell.
        lines.sort_by_key(|line| line.time);
        let kind = format!("{:?}", server.kind).to_lowercase();
        let head = format!(
            "# The program {name} at an emulator of {}, with the server {kind}.\n# The line: {}\n",
            place.dialect.name,
            recorded(place.slower)
        );
        Conversation { name, head, lines }
    }

    /// Compares it with the text in the repository, or writes that. Times may differ, and the order where it is free.
    pub(crate) fn check(&self, order: &Order) {
        let path = folder().join(format!("{}.txt", self.name));
        let committed = fs::read_to_string(&path).unwrap_or_default();
        let text = self.text();
        let differs = difference(&comparable(&text, order), &comparable(&committed, order));
        if differs.is_some() && env::var_os("UPDATE").is_some() {
            fs::write(path, text).expect("written");
            return;
        }
        assert!(
            differs.is_none(),
            "docs/conversations/{}.txt: {differs:?}: run UPDATE=1 cargo test -p qftp --test programs\n{text}",
            self.name
        );
    }

    fn text(&self) -> String {
        let mut text = self.head.clone();
        let mut before = Duration::ZERO;
        for line in &self.lines {
            let seconds = line.time.saturating_sub(before).as_secs_f64();
            before = line.time;
            writeln!(text, "{seconds:6.2} {}", line.text).expect("a string");
        }
        text
    }
}

/// Returns the lines without their times, each at the place that it has in every run.
fn comparable(text: &str, order: &Order) -> Vec<String> {
    let lines = text.lines().map(|line| match line.split_at_checked(7) {
        Some((_, said)) if !line.starts_with('#') => said.to_owned(),
        _ => line.to_owned(),
    });
    order.normal(lines.collect())
}

/// Returns the first pair of lines that differ.
fn difference(one: &[String], other: &[String]) -> Option<(String, String)> {
    let longest = one.len().max(other.len());
    let at = |lines: &[String], index| lines.get(index).cloned().unwrap_or_default();
    (0..longest)
        .map(|index| (at(one, index), at(other, index)))
        .find(|(one, other)| one != other)
}

/// What one end said, and where in it each piece began.
struct Stream {
    speaker: Speaker,
    bytes: Vec<u8>,
    pieces: Vec<(usize, Duration)>,
    /// The times at which the host closed the port.
    ends: Vec<(usize, Duration)>,
    /// The file that this end sends, and how much of it has been sent.
    file: Vec<u8>,
    sent: usize,
}

impl Stream {
    fn new(speaker: Speaker, file: Vec<u8>) -> Self {
        Stream {
            speaker,
            bytes: Vec::new(),
            pieces: Vec::new(),
            ends: Vec::new(),
            file,
            sent: 0,
        }
    }

    fn push(&mut self, chunk: &Chunk) {
        let place = (self.bytes.len(), chunk.time);
        if chunk.bytes.is_empty() {
            self.ends.push(place);
        } else {
            self.pieces.push(place);
        }
        self.bytes.extend(&chunk.bytes);
    }

    /// Returns the time at which a byte came.
    fn time(&self, at: usize) -> Duration {
        let after = self.pieces.partition_point(|(start, _)| *start <= at);
        self.pieces[after - 1].1
    }

    fn lines(&mut self, server: &Server) -> Vec<Line> {
        let mut lines = Vec::new();
        let mut start = 0;
        while start < self.bytes.len() {
            let time = self.time(start);
            let (length, text) = self.line(start, server);
            lines.push(Line { time, text });
            start += length;
        }
        let closed = |(_, time): &(usize, Duration)| Line {
            time: *time,
            text: "! the host closes the port".into(),
        };
        lines.extend(self.ends.iter().map(closed));
        lines
    }

    /// Returns how many bytes from here on make a line of the text, and that line.
    fn line(&mut self, start: usize, server: &Server) -> (usize, String) {
        let mark = match self.speaker {
            Speaker::Host => '>',
            Speaker::Module => '<',
        };
        let rest = &self.bytes[start..];
        let payload = self.payload(rest);
        if payload == 0 {
            let length = self.line_length(rest);
            let said = rest[..length].escape_ascii().to_string();
            let said = said.replace("\\\"", "\"").replace("\\'", "'");
            return (length, format!("{mark} {}", general(&said, server)));
        }
        let text = format!(
            "{mark}{mark} {payload} bytes, SHA-256 {}",
            sha256(&rest[..payload])
        );
        self.sent = (self.sent + payload) % self.file.len();
        (payload, text)
    }

    /// Returns how many bytes from here on are payload.
    fn payload(&self, rest: &[u8]) -> usize {
        let file = &self.file[self.sent..];
        let same = rest
            .iter()
            .zip(file)
            .take_while(|(one, other)| one == other)
            .count();
        if same >= PAYLOAD || same == file.len() {
            same
        } else {
            0
        }
    }

    /// Returns the length of a line with its ends: a module's begins with CR LF too. An echo, and a host's line, may end
    /// with CR alone; `+++` has no end.
    fn line_length(&self, rest: &[u8]) -> usize {
        if self.speaker == Speaker::Host && rest.starts_with(b"+++") {
            return 3;
        }
        let opening = if rest.starts_with(b"\r\n") { 2 } else { 0 };
        let text = &rest[opening..];
        let Some(end) = text.iter().position(|byte| matches!(byte, b'\r' | b'\n')) else {
            return rest.len();
        };
        let after = &text[end + 1..];
        // A file may begin with LF.
        let has_both = text[end] == b'\r' && after.starts_with(b"\n") && self.payload(after) == 0;
        opening + end + if has_both { 2 } else { 1 }
    }
}

fn sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let digits = digest.iter().map(|byte| format!("{byte:02x}"));
    digits.reduce(|text, next| text + &next).unwrap_or_default()
}

/// Replaces what differs from one server and machine to the next.
fn general(said: &str, server: &Server) -> String {
    let (ip, port) = (server.address.ip(), server.address.port());
    if let Some(entry) = said.strip_prefix("-rw-r--r-- ") {
        let name = entry.rsplit(' ').next().unwrap_or_default();
        return format!("{{entry of}} {name}");
    }
    said.replace(&ip.to_string(), "{server}")
        .replace(&format!(",{port}"), ",{port}")
        .replace(&format!("\"{port}\""), "\"{port}\"")
        .replace(server.user, "{user}")
        .replace(server.password, "{password}")
}
