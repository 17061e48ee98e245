//! A fake FTP server with its client: operations in, what they come to out, one at a time, no sockets.

mod operations;

use std::collections::{BTreeMap, VecDeque};

use qftp::ftp::{FailureKind, FtpFailure, FtpOperation, FtpOutcome, FtpValue, RetrieveKind};

/// Bytes of a download that come at once.
const PACKET: usize = 400;
/// No file is made to be so large.
const LARGEST: u64 = 1 << 20;
const TIME: &str = "20260102030405";

/// The news of an operation.
#[derive(Debug)]
pub enum Word {
    Ready,
    Data(Vec<u8>),
    Done(Result<FtpOutcome, FtpFailure>),
    /// A line of the control connection.
    Line(Vec<u8>),
    /// The session is about to go, or gone, with nothing under way.
    Lost(FtpFailure),
}

#[derive(Debug)]
enum Entry {
    Directory,
    File { content: Vec<u8>, time: String },
}

#[derive(Debug)]
enum Running {
    /// The data connection is due.
    Connecting(Box<Running>),
    Down {
        rest: Vec<u8>,
        moved: u64,
    },
    /// Set when the payload is complete.
    Up {
        path: String,
        moved: u64,
        finished: bool,
    },
    Ended(Result<FtpOutcome, FtpFailure>),
    /// Its reply has been told of.
    Told(Result<FtpOutcome, FtpFailure>),
}

/// The server, and the session with it.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools)] // each is a fact of its own
pub struct Server {
    tree: BTreeMap<String, Entry>,
    here: String,
    pub is_open: bool,
    running: Option<Running>,
    /// It lists a file by its path, as most servers do; otherwise it lists directories alone.
    pub lists_files: bool,
    /// The next operation is refused with this reply.
    pub refuse: Option<u16>,
    /// It says and moves nothing.
    pub stalled: bool,
    /// So many bytes of a download, then no more come; the control connection answers.
    pub flow: Option<usize>,
    /// It tells the lines of the control connection.
    pub transcript: bool,
    /// Words that come before what runs, and behind it.
    lines: VecDeque<Vec<u8>>,
    pub lost: VecDeque<FtpFailure>,
    /// The last session ended without a word of the module's.
    was_lost: bool,
    /// Bytes of an upload that get lost with the session, when it next hangs up.
    pub in_flight: usize,
    /// The operations that it was asked for, in order.
    pub asked: Vec<FtpOperation>,
}

impl Server {
    pub fn new() -> Self {
        Server {
            tree: BTreeMap::from([("/".into(), Entry::Directory)]),
            here: "/".into(),
            is_open: false,
            running: None,
            lists_files: false,
            refuse: None,
            stalled: false,
            flow: None,
            transcript: false,
            lines: VecDeque::new(),
            lost: VecDeque::new(),
            was_lost: false,
            in_flight: 0,
            asked: Vec::new(),
        }
    }

    pub fn put(&mut self, path: &str, content: Vec<u8>, time: Option<String>) {
        let time = time.unwrap_or_else(|| TIME.into());
        self.tree.insert(path.into(), Entry::File { content, time });
    }

    pub fn make_directory(&mut self, path: &str) {
        self.tree.insert(path.into(), Entry::Directory);
    }

    pub fn file(&self, path: &str) -> Option<&[u8]> {
        match self.tree.get(path)? {
            Entry::File { content, .. } => Some(content),
            Entry::Directory => None,
        }
    }

    /// Takes an operation; [`Server::speak`] says what it comes to.
    pub fn start(&mut self, operation: FtpOperation) {
        assert!(self.running.is_none(), "{operation:?} while another runs");
        self.asked.push(operation.clone());
        let opens = matches!(operation, FtpOperation::Open(_));
        self.was_lost &= !opens;
        if !opens && self.was_lost {
            // The module asked before it heard of that.
            self.running = Some(Running::Ended(Err(failed(FailureKind::ControlClosed))));
            return;
        }
        assert_ne!(self.is_open, opens, "{operation:?}");
        // A client goes whatever the server says to that.
        self.is_open &= operation != FtpOperation::Quit;
        if let Some(command) = command(&operation) {
            self.note(command);
        }
        self.running = Some(match self.refuse.take() {
            Some(421) => {
                let logs_in = matches!(operation, FtpOperation::Open(_));
                self.is_open = false;
                if !logs_in {
                    self.was_lost = true;
                    self.lost
                        .push_back(refused_by(FailureKind::ControlClosed, 421));
                }
                Running::Ended(Err(refused(421)))
            }
            Some(code) => Running::Ended(Err(refused(code))),
            None => self
                .carry_out(operation)
                .unwrap_or_else(|failure| Running::Ended(Err(failure))),
        });
        if matches!(self.running, Some(Running::Connecting(_))) {
            self.note("150 Here it is".into());
        }
    }

    /// Takes payload of an upload.
    pub fn take(&mut self, bytes: &[u8]) {
        match &mut self.running {
            Some(Running::Up {
                path,
                moved,
                finished: false,
            }) => {
                *moved += bytes.len() as u64;
                if let Some(Entry::File { content, .. }) = self.tree.get_mut(path) {
                    content.extend_from_slice(bytes);
                }
            }
            // It broke meanwhile.
            Some(Running::Ended(_) | Running::Told(_)) | None => {}
            running => panic!("payload in {running:?}"),
        }
    }

    /// Takes note that the payload of an upload is complete.
    pub fn finish(&mut self) {
        match &mut self.running {
            Some(Running::Up { finished, .. }) => *finished = true,
            Some(Running::Ended(_) | Running::Told(_)) | None => {}
            running => panic!("an end in {running:?}"),
        }
    }

    /// Gives up what runs; what has come to its end already ends so.
    pub fn abort(&mut self) {
        let over = matches!(
            self.running,
            None | Some(Running::Ended(_) | Running::Told(_))
        );
        if !over || self.stalled {
            self.cancel();
        }
    }

    /// Forgets the operation that runs, or was cancelled: its end is not told.
    pub fn forget(&mut self) {
        self.running = None;
    }

    pub fn cancel(&mut self) {
        if self.flow == Some(0) {
            self.flow = None;
        }
        if self.running.is_some() {
            // A login and a logout take the session with them, and wait for no answer.
            if matches!(
                self.asked.last(),
                Some(FtpOperation::Open(_) | FtpOperation::Quit)
            ) {
                self.is_open = false;
                self.stalled = false;
            }
            self.running = Some(Running::Ended(Err(failed(FailureKind::Cancelled))));
        }
    }

    /// Drops the session, whether the server answers or not.
    pub fn hang_up(&mut self) {
        let in_flight = std::mem::take(&mut self.in_flight);
        self.lose_bytes(in_flight);
        self.is_open = false;
        self.lost.clear();
        self.stalled = false;
        self.cancel();
    }

    /// Loses the data connection of the transfer that runs, with so many bytes that were on their way to the server.
    pub fn lose_data(&mut self, in_flight: usize) {
        if let Some(Running::Up { .. } | Running::Down { .. }) = self.running {
            self.lose_bytes(in_flight);
            self.running = Some(Running::Ended(Err(refused_by(
                FailureKind::DataClosed,
                426,
            ))));
        }
    }

    /// Takes bytes of the upload that runs away again: the module has counted them, and they never arrived.
    fn lose_bytes(&mut self, in_flight: usize) {
        if let Some(Running::Up { path, moved, .. }) = &self.running
            && let Some(Entry::File { content, .. }) = self.tree.get_mut(path)
        {
            let sent = usize::try_from(*moved).unwrap_or(usize::MAX);
            let lost = in_flight.min(sent).min(content.len());
            content.truncate(content.len() - lost);
        }
    }

    /// Says 421 and closes the control connection: what runs ends, or else the session hears of both.
    pub fn lose_session(&mut self) {
        let was_open = core::mem::take(&mut self.is_open);
        self.stalled = false;
        if self.running.is_some() {
            self.running = Some(Running::Ended(Err(refused(421))));
        } else if was_open {
            self.lost.push_back(refused(421));
        }
        let logging_in =
            self.running.is_some() && matches!(self.asked.last(), Some(FtpOperation::Open(_)));
        if was_open && !logging_in {
            self.was_lost = true;
            self.lost
                .push_back(refused_by(FailureKind::ControlClosed, 421));
        }
    }

    /// Tells a line of the control connection, if a client listens.
    fn note(&mut self, line: String) {
        if self.transcript {
            self.lines.push_back(line.into_bytes());
        }
    }

    fn note_reply(&mut self, result: &Result<FtpOutcome, FtpFailure>) {
        let (code, text) = match result {
            Ok(outcome) => (outcome.code, outcome.text.clone()),
            Err(failure) => (failure.reply.unwrap_or(0), failure.text.clone()),
        };
        if code > 0 {
            let text = String::from_utf8_lossy(&text).into_owned();
            self.note(format!("{code} {text}").trim_end().into());
        }
    }

    /// Returns its next word.
    pub fn speak(&mut self, wants_data: bool) -> Option<Word> {
        if self.stalled {
            return None;
        }
        if let Some(line) = self.lines.pop_front() {
            return Some(Word::Line(line));
        }
        match self.running.take() {
            None => self.lost.pop_front().map(Word::Lost),
            Some(Running::Connecting(next)) => {
                self.running = Some(*next);
                Some(Word::Ready)
            }
            Some(Running::Ended(result)) => {
                self.note_reply(&result);
                if self.lines.is_empty() {
                    return Some(Word::Done(result));
                }
                self.running = Some(Running::Told(result));
                self.lines.pop_front().map(Word::Line)
            }
            Some(Running::Told(result)) => Some(Word::Done(result)),
            Some(Running::Up {
                moved,
                finished: true,
                ..
            }) => {
                self.running = Some(Running::Ended(Ok(done(226, FtpValue::Bytes(moved)))));
                self.speak(wants_data)
            }
            Some(Running::Down { rest, moved }) if rest.is_empty() => {
                self.running = Some(Running::Ended(Ok(done(226, FtpValue::Bytes(moved)))));
                self.speak(wants_data)
            }
            Some(Running::Down { mut rest, moved }) if wants_data && self.flow != Some(0) => {
                let count = rest.len().min(PACKET).min(self.flow.unwrap_or(PACKET));
                if let Some(flow) = &mut self.flow {
                    *flow -= count;
                }
                let data: Vec<u8> = rest.drain(..count).collect();
                let moved = moved + data.len() as u64;
                self.running = Some(Running::Down { rest, moved });
                Some(Word::Data(data))
            }
            running => {
                self.running = running;
                None
            }
        }
    }
}

fn done(code: u16, value: FtpValue) -> FtpOutcome {
    FtpOutcome {
        code,
        text: Vec::new(),
        value,
    }
}

/// Returns a reply whose text is what was asked for.
fn told(code: u16, text: &str) -> FtpOutcome {
    FtpOutcome {
        text: text.into(),
        ..done(code, FtpValue::None)
    }
}

/// Returns the line that asks for an operation, were it sent.
fn command(operation: &FtpOperation) -> Option<String> {
    let line = |verb: &str, path: &[u8]| {
        let path = String::from_utf8_lossy(path);
        format!("{verb} {path}").trim_end().to_owned()
    };
    Some(match operation {
        FtpOperation::Cwd(path) => line("CWD", path),
        FtpOperation::CdUp => line("CDUP", b""),
        FtpOperation::Pwd => line("PWD", b""),
        FtpOperation::Delete(path) => line("DELE", path),
        FtpOperation::MakeDir(path) => line("MKD", path),
        FtpOperation::RemoveDir(path) => line("RMD", path),
        FtpOperation::Status(path) => line("STAT", path.as_deref().unwrap_or_default()),
        FtpOperation::System => line("SYST", b""),
        FtpOperation::Noop => line("NOOP", b""),
        FtpOperation::Store(store) => line("STOR", &store.path),
        FtpOperation::Retrieve(retrieve) if retrieve.what == RetrieveKind::File => {
            line("RETR", &retrieve.path)
        }
        FtpOperation::Quit => line("QUIT", b""),
        _ => return None,
    })
}

fn failed(kind: FailureKind) -> FtpFailure {
    FtpFailure {
        kind,
        reply: None,
        text: Vec::new(),
    }
}

fn refused(code: u16) -> FtpFailure {
    refused_by(FailureKind::Refused, code)
}

fn refused_by(kind: FailureKind, code: u16) -> FtpFailure {
    FtpFailure {
        kind,
        reply: Some(code),
        text: Vec::new(),
    }
}
