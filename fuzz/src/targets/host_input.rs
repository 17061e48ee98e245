//! Any bytes from a module, while each operation of the host runs.
//!
//! An operation ends once, after bounded time, with a deadline at every moment before. A transfer that succeeds has
//! moved what it says. What is logged shows no password.

use std::time::Duration;

use qftp::dialect;
use qftp::host::{Answer, Event, Host, HostError, Listing, Login, Operation, SEND_BUFFER};
use qftp::internal::checksum::Checksum;

use crate::input::{Choices, Part, cut, parts};

/// Waits until an operation ends: more than any takes, since each wait has an end.
const WAITS: usize = 10_000;
/// Bytes of a command line and of what stands before it.
const MOST_BESIDE_PAYLOAD: usize = 64 * 1024;
const PASSWORD: &str = "Rosinante7";
const KEPT: usize = 200;

/// The operations by number.
fn operation(number: u8, length: u64, login: &Login) -> Operation<'_> {
    match number % 22 {
        0 => Operation::Identify,
        1 => Operation::Login(login),
        2 => Operation::Put {
            remote: b"a.bin",
            offset: 0,
            length,
            last: true,
        },
        3 => Operation::Get {
            remote: b"a.bin",
            offset: 0,
            length: None,
            expected: None,
        },
        4 => Operation::Get {
            remote: b"a.bin",
            offset: 0,
            length: None,
            expected: Some(length),
        },
        5 => Operation::Get {
            remote: b"a.bin",
            offset: 2,
            length: Some(length),
            expected: Some(length),
        },
        6 => Operation::List(Listing::List, b"/"),
        7 => Operation::List(Listing::Names, b"/"),
        8 => Operation::List(Listing::Machine, b"/"),
        9 => Operation::Size(b"a.bin"),
        10 => Operation::Modified(b"a.bin"),
        11 => Operation::Delete(b"a.bin"),
        12 => Operation::WorkingDir,
        13 => Operation::Transferred,
        14 => Operation::ServiceState,
        15 => Operation::Logout,
        16 => Operation::Raw(b"AT+QFREAD=1,10"),
        17 => Operation::StoreSpace(b"UFS"),
        18 => Operation::StoreList(b"*"),
        19 => Operation::StoreUpload {
            name: b"a.bin",
            length: length.max(1),
        },
        20 => Operation::StoreDownload(b"a.bin"),
        _ => Operation::Put {
            remote: b"a.bin",
            offset: 3,
            length,
            last: false,
        },
    }
}

/// What an operation has to keep to.
#[derive(Debug)]
enum Promise {
    /// So many bytes are supplied.
    Upload(u64),
    /// So many bytes come, if that is known.
    Download(Option<u64>),
    StoreDownload,
    Other,
}

fn promise(operation: &Operation<'_>) -> Promise {
    match operation {
        Operation::Put { length, .. } | Operation::StoreUpload { length, .. } => {
            Promise::Upload(*length)
        }
        Operation::Get { expected, .. } => Promise::Download(*expected),
        Operation::StoreDownload(_) => Promise::StoreDownload,
        _ => Promise::Other,
    }
}

struct Driver {
    host: Host,
    now: Duration,
    /// The running operation.
    running: Option<Promise>,
    supplied: u64,
    /// Payload so far, the first bytes of it and its length.
    received: Vec<u8>,
}

/// Runs the target.
pub fn run(data: &[u8]) {
    let mut choices = Choices::new(data);
    let dialect = choices.of(dialect::ALL);
    let number = choices.byte();
    let length = choices.byte();
    let seed = choices.byte();
    let mut login = Login::new("ftp.example.com", "user", PASSWORD);
    login.apn = Some(b"internet".to_vec());
    let mut driver = Driver {
        host: Host::new(dialect),
        now: Duration::ZERO,
        running: None,
        supplied: 0,
        received: Vec::new(),
    };
    driver.host.log_lines(true);
    driver.host.log_payload(true);
    driver.start(operation(number, length.into(), &login));
    for part in parts(choices.rest()) {
        match part {
            Part::Bytes(bytes) => {
                for piece in cut(bytes, seed) {
                    driver.host.handle_input(driver.now, piece);
                    driver.drain();
                }
            }
            Part::Action(0) => driver.wait(),
            Part::Action(1) => {
                driver.host.abort(driver.now);
                driver.drain();
                assert!(driver.host.is_idle(), "idle after an abort");
            }
            Part::Action(2) => driver.now += Duration::from_millis(400),
            Part::Action(number) => {
                driver.start(operation(number.wrapping_sub(3), length.into(), &login));
            }
        }
    }
    for _ in 0..WAITS {
        if driver.host.is_idle() {
            return;
        }
        driver.wait();
    }
    panic!("no end: {:?}", driver.host);
}

impl Driver {
    fn start(&mut self, operation: Operation<'_>) {
        match self.host.start(self.now, operation) {
            Ok(()) => {
                assert!(self.running.is_none(), "one operation at a time");
                self.running = Some(promise(&operation));
                self.supplied = 0;
                self.received.clear();
            }
            Err(HostError::Busy) => assert!(self.running.is_some(), "busy without an operation"),
            Err(_) => assert!(self.running.is_none(), "an operation runs"),
        }
        self.drain();
    }

    /// Lets the time of the next deadline come.
    fn wait(&mut self) {
        if let Some(due) = self.host.poll_timeout() {
            self.now = self.now.max(due);
            self.host.handle_timeout(self.now);
        }
        self.drain();
    }

    /// Carries out what the host asks for.
    fn drain(&mut self) {
        loop {
            let sent = self.host.poll_transmit().map_or(0, <[u8]>::len);
            assert!(
                sent <= SEND_BUFFER + MOST_BESIDE_PAYLOAD,
                "{sent} bytes wait"
            );
            self.host.transmitted(self.now, sent);
            if !self.event() && self.host.poll_transmit().is_none() {
                break;
            }
        }
        assert_eq!(self.host.is_idle(), self.running.is_none());
        if self.running.is_some() {
            assert!(
                self.host.poll_timeout().is_some(),
                "a wait without end: {:?}",
                self.host
            );
        }
    }

    /// Takes one event; returns false if there was none.
    fn event(&mut self) -> bool {
        let mut wanted = false;
        let mut ended = None;
        match self.host.poll_event() {
            None => return false,
            Some(Event::Data(bytes)) => self.received.extend_from_slice(bytes),
            Some(Event::WantData) => wanted = true,
            Some(Event::Done(result)) => ended = Some(result),
            Some(Event::Line(line)) => assert_secret(&line.text),
            Some(Event::Payload(payload)) => assert_secret(&payload.first),
            Some(_) => {}
        }
        if wanted {
            self.supply();
        }
        if let Some(result) = ended {
            self.check(&result);
        }
        true
    }

    fn supply(&mut self) {
        let Some(Promise::Upload(length)) = self.running else {
            panic!("payload is wanted for {:?}", self.running);
        };
        let left = usize::try_from(length - self.supplied).unwrap_or(KEPT);
        let count = self.host.supply(&vec![b'p'; left]);
        self.supplied += count as u64;
    }

    fn check(&mut self, result: &Result<Answer, HostError>) {
        let promise = self.running.take().expect("an operation runs");
        assert_secret(format!("{result:?}").as_bytes());
        let received = self.received.len() as u64;
        match (promise, result) {
            (Promise::Upload(length), Ok(answer)) => {
                assert_eq!(self.supplied, length, "an upload without its payload");
                match answer {
                    Answer::Number(bytes) | Answer::Stored { bytes, .. } => {
                        assert_eq!(*bytes, length, "an upload of another length");
                    }
                    other => panic!("an upload ended with {other:?}"),
                }
            }
            (Promise::Download(expected), Ok(Answer::Number(bytes))) => {
                assert_eq!(*bytes, received, "a download of another length");
                assert!(expected.is_none_or(|expected| expected == received));
            }
            (
                Promise::StoreDownload,
                Ok(Answer::Stored {
                    bytes,
                    checksum: sum,
                }),
            ) => {
                assert_eq!(*bytes, received);
                let mut checksum = Checksum::default();
                checksum.update(&self.received);
                assert_eq!(*sum, checksum.value());
            }
            (Promise::Download(_) | Promise::StoreDownload, Ok(other)) => {
                panic!("a download ended with {other:?}");
            }
            (Promise::Other, Ok(_)) | (_, Err(_)) => {}
        }
    }
}

/// Inside of a longer word it is not looked for: a short password is a part of many words.
fn assert_secret(text: &[u8]) {
    let is_word = |place: Option<&u8>| {
        place.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"._-/".contains(byte))
    };
    for (start, window) in text.windows(PASSWORD.len()).enumerate() {
        let before = start.checked_sub(1).and_then(|place| text.get(place));
        let behind = text.get(start + PASSWORD.len());
        let is_shown = window == PASSWORD.as_bytes() && !is_word(before) && !is_word(behind);
        assert!(!is_shown, "a password in {}", text.escape_ascii());
    }
}
