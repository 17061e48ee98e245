//! Plays the module's side of a conversation to the host engine: each command that the host can be asked for.

use std::time::Duration;

use qftp::codes;
use qftp::dialect::{CommandKind, Dialect, Family, Value};
use qftp::host::{Answer, Event, Host, HostError, Listing, Operation};
use qftp::internal::at::{self, AtCommand, Form};
use qftp::internal::framing::stuffing;

use super::expected::{Piece, pieces};
use super::{Bytes, Conversation, LineEvent, Step};

/// Stands for a payload of any length.
const LISTING: &[u8] = b"-rw-r--r-- 1 0 0 1000 Jul 08 2014 test.txt\r\n";
const ADDRESS: &[u8] = b"10.7.157.1";

/// Replays a conversation, with reads of `size` bytes, and returns the count of commands the host was asked for.
/// Each must end as the conversation says.
pub fn replay(conversation: &Conversation, dialect: &'static Dialect, size: usize) -> usize {
    let mut steps = conversation.steps.as_slice();
    let mut count = 0;
    while let Some((step, rest)) = steps.split_first() {
        let next = |step: &Step| matches!(step, Step::Type(_));
        let turn = &rest[..rest.iter().position(next).unwrap_or(rest.len())];
        steps = &rest[turn.len()..];
        // A conversation goes on where data mode was left; the host cancels instead.
        let broken_off = turn.iter().any(
            |step| matches!(step, Step::Happen(line_event) if *line_event != LineEvent::Escape),
        );
        if let Step::Type(line) = step
            && !broken_off
            && let Some(asked) = Asked::new(dialect, line, turn)
            && Replay::new(&conversation.title, dialect, line, turn, size).run(&asked)
        {
            count += 1;
        }
    }
    count
}

/// An operation that sends a typed line, with its names.
pub struct Asked {
    family: Family,
    kind: CommandKind,
    /// Payload goes over the line.
    carries: bool,
    names: Vec<Vec<u8>>,
    numbers: Vec<Option<u64>>,
}

impl Asked {
    /// Makes the operation that a command line stands for.
    pub fn new(dialect: &'static Dialect, line: &str, turn: &[Step]) -> Option<Self> {
        let (calls, Ok(())) = at::parse_line(line.as_bytes()) else {
            return None;
        };
        let [AtCommand::Extended { name, form }] = &calls[..] else {
            return None;
        };
        let command = dialect.command_named(name)?;
        let values = match form {
            Form::Execute => Vec::new(),
            Form::Write(tokens) => command.accept(tokens).ok()?,
            Form::Read | Form::Test => return None,
        };
        let names = values.iter().filter_map(|value| value.text());
        let listing = command.kind == CommandKind::FtpList || dialect.family == Family::Lte;
        let carries = |step: &Step| match step {
            Step::Send(_) | Step::Receive(_) => true,
            Step::ReceiveAny => listing,
            _ => false,
        };
        Some(Asked {
            family: dialect.family,
            carries: turn.iter().any(carries),
            kind: command.kind,
            names: names.map(<[u8]>::to_vec).collect(),
            numbers: values
                .iter()
                .filter(|value| value.text().is_none())
                .map(|value: &Value<'_>| value.integer())
                .collect(),
        })
    }

    /// Returns the operation, if the host has it; `length` bytes go up or come down.
    pub fn operation(&self, line: &'static str, length: u64) -> Option<Operation<'_>> {
        let name = |index: usize| self.names.get(index).map(Vec::as_slice);
        let number = |index: usize| self.numbers.get(index).copied().flatten();
        let first = name(0);
        let com = name(1).is_none_or(|local| local == b"COM:");
        match self.family {
            Family::Lte => {}
            Family::Gsm | Family::Fibocom => return self.other_operation(line, length),
        }
        Some(match (self.kind, first) {
            (CommandKind::FtpPut, Some(remote)) if com => Operation::Put {
                remote,
                offset: number(0).unwrap_or(0),
                length,
                last: number(2) != Some(0),
            },
            (CommandKind::FtpGet, Some(remote)) if com => Operation::Get {
                remote,
                offset: number(0).unwrap_or(0),
                length: number(1),
                expected: None,
            },
            (CommandKind::FtpList, Some(dir)) if com => Operation::List(Listing::List, dir),
            (CommandKind::FtpNameList, Some(dir)) if com => Operation::List(Listing::Names, dir),
            (CommandKind::FtpMachineList, Some(dir)) if com => {
                Operation::List(Listing::Machine, dir)
            }
            _ => return self.plain_operation(line, length),
        })
    }

    /// Returns the operation of `gsm`, whose place and start are settings, or of `nl668`.
    fn other_operation(&self, line: &'static str, length: u64) -> Option<Operation<'_>> {
        let remote = self.names.first().map(Vec::as_slice);
        let offset = match self.family {
            Family::Fibocom => self.numbers.get(1).copied().flatten().unwrap_or(0),
            _ => 0,
        };
        Some(match (self.kind, remote) {
            // A place of the module's own; or a payload that the conversation does not spell out.
            (CommandKind::FtpPut | CommandKind::FtpGet, _) if !self.carries => return None,
            (CommandKind::FtpPut, Some(remote)) => Operation::Put {
                remote,
                offset,
                length,
                last: true,
            },
            (CommandKind::FtpGet, Some(remote)) => Operation::Get {
                remote,
                offset,
                length: None,
                expected: None,
            },
            (CommandKind::FtpList, dir) => Operation::List(Listing::List, dir.unwrap_or_default()),
            _ => return self.plain_operation(line, length),
        })
    }

    fn plain_operation(&self, line: &'static str, length: u64) -> Option<Operation<'_>> {
        let name = |index: usize| self.names.get(index).map(Vec::as_slice);
        Some(match (self.kind, name(0)) {
            (CommandKind::FtpSize, Some(path)) => Operation::Size(path),
            (CommandKind::FtpModified, Some(path)) => Operation::Modified(path),
            (CommandKind::FtpDelete, Some(path)) => Operation::Delete(path),
            (CommandKind::FtpMakeDir, Some(path)) => Operation::MakeDir(path),
            (CommandKind::FtpRemoveDir, Some(path)) => Operation::RemoveDir(path),
            (CommandKind::FtpChangeDir, Some(path)) => Operation::ChangeDir(path),
            (CommandKind::FtpRename, Some(from)) => Operation::Rename { from, to: name(1)? },
            (CommandKind::FtpWorkingDir, None) => Operation::WorkingDir,
            (CommandKind::FtpLength, None) => Operation::Transferred,
            (CommandKind::FtpState, None) => Operation::ServiceState,
            (CommandKind::FtpClose, None) => Operation::Logout,
            (CommandKind::FileList, Some(pattern)) => Operation::StoreList(pattern),
            (CommandKind::FileDelete, Some(pattern)) => Operation::StoreDelete(pattern),
            (CommandKind::FileUpload, Some(name)) => Operation::StoreUpload { name, length },
            (CommandKind::FileDownload, Some(name)) => Operation::StoreDownload(name),
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
    /// Bytes of `up` at the start.
    carried: usize,
    down: Vec<u8>,
    size: usize,
    host: Host,
    now: Duration,
    result: Option<Result<Answer, HostError>>,
    received: Vec<u8>,
    /// Holds what the host sent since it last heard something.
    sent: Vec<u8>,
}

/// Lists what the host asks of its own accord around a transfer, and a module's answers (001 §2.2.8, §4.3.1).
const ASIDES: [(&[u8], &[u8]); 2] = [
    (b"AT+QFTPCFG=3,", b"\r\nOK\r\n\r\n+QFTPCFG:0\r\n"),
    (b"AT\r", b"\r\nOK\r\n"),
];

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
            carried: 0,
            down: Vec::new(),
            size,
            host: Host::new(dialect),
            now: Duration::ZERO,
            result: None,
            received: Vec::new(),
            sent: Vec::new(),
        };
        let mut sent = false;
        for step in turn {
            if let Step::Send(bytes) = step {
                replay.up.extend(plain(bytes));
                replay.carried = replay.up.len();
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
                Step::Receive(payload) => replay.down.extend(plain(payload)),
                Step::ReceiveAny => replay.down.extend(&bytes),
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

    /// Plays it and returns true, if the host can be asked for it.
    fn run(mut self, asked: &Asked) -> bool {
        let Some(operation) = asked.operation(self.line, self.up.len() as u64) else {
            return false;
        };
        let started = self.host.start(self.now, operation);
        if matches!(started, Err(HostError::Unsupported { .. })) {
            return false;
        }
        assert_eq!(started, Ok(()), "{}: {}", self.title, self.line);
        self.drain();
        self.answer_asides();
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
        self.answer_asides();
        while self.result.is_none() {
            let at = self
                .host
                .poll_timeout()
                .expect("a deadline while something runs");
            self.now = self.now.max(at);
            self.host.handle_timeout(self.now);
            self.drain();
            self.answer_asides();
        }
        self.compare(asked.family, &before, &after);
        true
    }

    /// Answers the host's own questions, unless the conversation types the line itself.
    fn answer_asides(&mut self) {
        let asked = std::mem::take(&mut self.sent);
        let aside = ASIDES.iter().find(|(line, _)| asked.starts_with(line));
        if let Some((_, answer)) = aside
            && !asked.starts_with(self.line.as_bytes())
        {
            self.hear(answer);
        }
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
                    // The server's words belong to no command (003 §1.2.3).
                    Event::Urc(line) if line.starts_with(b"+FTPINFO:") => {}
                    Event::Urc(line) => panic!("{}: {}", self.title, line.escape_ascii()),
                    _ => {}
                }
            }
            if wanted {
                let count = self.host.supply(&self.up);
                self.up.drain(..count);
            }
            let Some(bytes) = self.host.poll_transmit().map(<[u8]>::to_vec) else {
                return;
            };
            self.sent.extend(&bytes);
            self.host.transmitted(self.now, bytes.len());
        }
    }

    /// Returns the bytes of payload that went either way.
    fn moved(&self) -> usize {
        self.carried.max(self.received.len())
    }

    /// Compares the result with the conversation's last number or code.
    fn compare(&self, family: Family, before: &[u8], after: &[u8]) {
        let printed =
            String::from_utf8_lossy(if after.is_empty() { before } else { after }).into_owned();
        let refused = printed.contains("ERROR");
        let code = reported_code(family, &printed);
        let result = self.result.as_ref();
        let context = format!("{}: {}: {result:?}", self.title, self.line);
        match result {
            Some(Err(HostError::FinalError { .. })) => assert!(refused, "{context}"),
            Some(Err(HostError::Module {
                raw_code: number, ..
            })) => {
                assert_eq!(Some(*number), code, "{context}");
            }
            Some(Ok(answer)) => {
                // A raw command ends well where its URC has a failure: the line is the answer.
                let raw = matches!(answer, Answer::Lines(_));
                assert!(!refused && (raw || code.is_none()), "{context}");
                assert!(raw || self.received == self.down, "{context}");
                if let Answer::Number(number) = answer {
                    let stated = match family {
                        Family::Fibocom => Some(self.moved().to_string()),
                        _ => last_number(&printed).map(|last| last.to_string()),
                    };
                    assert_eq!(stated, Some(number.to_string()), "{context}");
                }
            }
            _ => panic!("{context}"),
        }
    }
}

/// Returns what a payload says; one that is given as it stands on the line of `nl668` ends in ETX.
fn plain(bytes: &Bytes) -> Vec<u8> {
    let content = bytes.content();
    if !matches!(bytes, Bytes::Literal(_)) || content.last() != Some(&stuffing::ETX) {
        return content;
    }
    let mut plain = Vec::new();
    stuffing::Unstuff::default().pass(&content, &mut plain);
    plain
}

/// Returns the number that a URC fails with, as it is printed.
fn reported_code(family: Family, printed: &str) -> Option<i32> {
    let (_, fields) = printed.rsplit_once(':')?;
    let first = fields.split(',').next()?.trim().parse::<i32>().ok()?;
    let is_code = |number| u16::try_from(number).is_ok_and(|code| codes::lookup(code).is_some());
    let failed = match family {
        Family::Lte => {
            let names = ["+QFTP", "+CME ERROR"];
            is_code(first) && names.iter().any(|name| printed.contains(name))
        }
        Family::Gsm => first < 0,
        Family::Fibocom => first == 0 && printed.contains("+FTP"),
    };
    failed.then_some(first)
}

fn last_number(printed: &str) -> Option<u64> {
    let last = printed
        .trim_end()
        .rsplit([',', ':', '\n'])
        .find(|text| !text.trim().is_empty())?;
    last.trim().parse().ok()
}
