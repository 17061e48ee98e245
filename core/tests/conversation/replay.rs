//! Plays the module's side of a conversation to the host engine: each command that the host can be asked for.

use std::time::Duration;

use qftp::at::{self, Call, Form};
use qftp::dialect::{Dialect, Value, Verb};
use qftp::host::{Answer, Event, Failure, Host, Listing, Operation};

use super::expected::{Piece, pieces};
use super::{Conversation, Happening, Step};

/// What stands for a payload of any length, and for an address.
const LISTING: &[u8] = b"-rw-r--r-- 1 0 0 1000 Jul 08 2014 test.txt\r\n";
const ADDRESS: &[u8] = b"10.7.157.1";

/// How many commands of the conversation the host was asked for; it reads the module in pieces of `size` bytes.
/// Each must end as the conversation says.
pub(crate) fn replay(conversation: &Conversation, dialect: &'static Dialect, size: usize) -> usize {
    let mut steps = conversation.steps.as_slice();
    let mut count = 0;
    while let Some((step, rest)) = steps.split_first() {
        let next = |step: &Step| matches!(step, Step::Type(_));
        let turn = &rest[..rest.iter().position(next).unwrap_or(rest.len())];
        steps = &rest[turn.len()..];
        // A conversation goes on where data mode was left; the host cancels instead.
        let broken_off = turn
            .iter()
            .any(|step| matches!(step, Step::Happen(happening) if *happening != Happening::Escape));
        if let Step::Type(line) = step
            && !broken_off
            && let Some(asked) = Asked::new(dialect, line)
        {
            Replay::new(&conversation.title, dialect, line, turn, size).run(&asked);
            count += 1;
        }
    }
    count
}

/// An operation that sends a typed line, with its names.
struct Asked {
    verb: Verb,
    names: Vec<Vec<u8>>,
    numbers: Vec<Option<u64>>,
}

impl Asked {
    fn new(dialect: &'static Dialect, line: &str) -> Option<Self> {
        let (calls, Ok(())) = at::parse_line(line.as_bytes()) else {
            return None;
        };
        let [Call::Extended { name, form }] = &calls[..] else {
            return None;
        };
        let command = dialect.command_named(name)?;
        let values = match form {
            Form::Execute => Vec::new(),
            Form::Write(tokens) => command.accept(tokens).ok()?,
            Form::Read | Form::Test => return None,
        };
        let names = values.iter().filter_map(|value| value.text());
        Some(Asked {
            verb: command.verb,
            names: names.map(<[u8]>::to_vec).collect(),
            numbers: values
                .iter()
                .filter(|value| value.text().is_none())
                .map(|value: &Value<'_>| value.integer())
                .collect(),
        })
    }

    /// The operation, if the host has it; `length` bytes go up or come down.
    fn operation(&self, line: &'static str, length: u64) -> Option<Operation<'_>> {
        let name = |index: usize| self.names.get(index).map(Vec::as_slice);
        let number = |index: usize| self.numbers.get(index).copied().flatten();
        let first = name(0);
        let com = name(1).is_none_or(|local| local == b"COM:");
        Some(match (self.verb, first) {
            (Verb::FtpPut, Some(remote)) if com => Operation::Put {
                remote,
                offset: number(0).unwrap_or(0),
                length,
                last: number(2) != Some(0),
            },
            (Verb::FtpGet, Some(remote)) if com => Operation::Get {
                remote,
                offset: number(0).unwrap_or(0),
                length: number(1),
                expected: None,
            },
            (Verb::FtpList, Some(dir)) if com => Operation::List(Listing::List, dir),
            (Verb::FtpNameList, Some(dir)) if com => Operation::List(Listing::Names, dir),
            (Verb::FtpMachineList, Some(dir)) if com => Operation::List(Listing::Machine, dir),
            (Verb::FtpSize, Some(path)) => Operation::Size(path),
            (Verb::FtpModified, Some(path)) => Operation::Modified(path),
            (Verb::FtpDelete, Some(path)) => Operation::Delete(path),
            (Verb::FtpMakeDir, Some(path)) => Operation::MakeDir(path),
            (Verb::FtpRemoveDir, Some(path)) => Operation::RemoveDir(path),
            (Verb::FtpChangeDir, Some(path)) => Operation::ChangeDir(path),
            (Verb::FtpRename, Some(from)) => Operation::Rename { from, to: name(1)? },
            (Verb::FtpWorkingDir, None) => Operation::WorkingDir,
            (Verb::FtpLength, None) => Operation::Length,
            (Verb::FtpState, None) => Operation::State,
            (Verb::FtpClose, None) => Operation::Close,
            (Verb::FileList, Some(pattern)) => Operation::StoreList(pattern),
            (Verb::FileDelete, Some(pattern)) => Operation::StoreDelete(pattern),
            (Verb::FileUpload, Some(name)) => Operation::StoreUpload { name, length },
            (Verb::FileDownload, Some(name)) => Operation::StoreDownload(name),
            // Transfers to a local name, and everything around FTP, as they stand.
            _ => Operation::Raw(line.as_bytes()),
        })
    }
}

struct Replay<'a> {
    title: &'a str,
    line: &'static str,
    /// Of the module, before and after the payload of an upload.
    before: Vec<u8>,
    after: Vec<u8>,
    up: Vec<u8>,
    down: Vec<u8>,
    size: usize,
    host: Host,
    now: Duration,
    result: Option<Result<Answer, Failure>>,
    received: Vec<u8>,
}

impl<'a> Replay<'a> {
    fn new(
        title: &'a str,
        dialect: &'static Dialect,
        line: &str,
        turn: &[Step],
        size: usize,
    ) -> Self {
        let mut replay = Replay {
            title,
            // Operations borrow their names; one test line a command is no leak to speak of.
            line: line.to_owned().leak(),
            before: Vec::new(),
            after: Vec::new(),
            up: Vec::new(),
            down: Vec::new(),
            size,
            host: Host::new(dialect),
            now: Duration::ZERO,
            result: None,
            received: Vec::new(),
        };
        let mut sent = false;
        for step in turn {
            if let Step::Send(bytes) = step {
                replay.up.extend(bytes.bytes());
                sent = true;
            }
            let mut bytes = Vec::new();
            for piece in pieces(step).unwrap_or_default() {
                match piece {
                    Piece::Exactly(text) => bytes.extend(text),
                    Piece::Any => bytes.extend(LISTING),
                    Piece::Number => bytes.extend(LISTING.len().to_string().bytes()),
                    Piece::Address => bytes.extend(ADDRESS),
                }
            }
            match step {
                Step::Receive(_) | Step::ReceiveAny => replay.down.extend(&bytes),
                _ => {}
            }
            if sent {
                replay.after.extend(bytes);
            } else {
                replay.before.extend(bytes);
            }
        }
        replay
    }

    fn run(mut self, asked: &Asked) {
        let Some(operation) = asked.operation(self.line, self.up.len() as u64) else {
            return;
        };
        let started = self.host.start(self.now, operation);
        assert_eq!(started, Ok(()), "{}: {}", self.title, self.line);
        self.drain();
        let (before, after) = (
            std::mem::take(&mut self.before),
            std::mem::take(&mut self.after),
        );
        self.hear(&before);
        assert!(
            self.up.is_empty(),
            "{}: {}: not all sent",
            self.title,
            self.line
        );
        self.hear(&after);
        while self.result.is_none() {
            let at = self
                .host
                .poll_timeout()
                .expect("a deadline while something runs");
            self.now = self.now.max(at);
            self.host.handle_timeout(self.now);
            self.drain();
        }
        self.compare(&before, &after);
    }

    fn hear(&mut self, bytes: &[u8]) {
        for piece in bytes.chunks(self.size) {
            self.host.handle_input(self.now, piece);
            self.drain();
        }
    }

    fn drain(&mut self) {
        loop {
            let mut wanted = false;
            while let Some(event) = self.host.poll_event() {
                match event {
                    Event::Data(data) => self.received.extend_from_slice(data),
                    Event::WantData => wanted = true,
                    Event::Done(result) => self.result = Some(result),
                    Event::Urc(line) => panic!("{}: {}", self.title, line.escape_ascii()),
                    _ => {}
                }
            }
            if wanted {
                let count = self.host.supply(&self.up);
                self.up.drain(..count);
            }
            let Some(count) = self.host.poll_transmit().map(<[u8]>::len) else {
                return;
            };
            self.host.transmitted(self.now, count);
        }
    }

    /// The result must be what the conversation's last number or code says.
    fn compare(&self, before: &[u8], after: &[u8]) {
        let said =
            String::from_utf8_lossy(if after.is_empty() { before } else { after }).into_owned();
        let refused = said.contains("ERROR");
        let code = said
            .rsplit_once(": ")
            .and_then(|(_, fields)| fields.split(',').next()?.trim().parse::<u16>().ok())
            .filter(|code| (601..=631).contains(code) && said.contains("+QFTP"));
        let result = self.result.as_ref();
        let context = format!("{}: {}: {result:?}", self.title, self.line);
        match result {
            Some(Err(Failure::Refused { .. })) => assert!(refused, "{context}"),
            Some(Err(Failure::Module { code: reported, .. })) => {
                assert_eq!(Some(*reported), code, "{context}");
            }
            Some(Ok(answer)) => {
                // A raw command ends well where its URC has a failure: the line is the answer.
                let raw = matches!(answer, Answer::Lines(_));
                assert!(!refused && (raw || code.is_none()), "{context}");
                assert_eq!(self.received, self.down, "{context}");
                if let Answer::Number(number) = answer {
                    let last = said.trim_end().rsplit(',').next().map(str::trim);
                    assert_eq!(last, Some(number.to_string().as_str()), "{context}");
                }
            }
            _ => panic!("{context}"),
        }
    }
}
