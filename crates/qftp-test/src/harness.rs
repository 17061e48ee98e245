//! A harness in memory around the module engine: a fake server, a fake store, a line, and a clock that only the test
//! moves.

mod server;
mod store;

use std::collections::VecDeque;
use std::time::Duration;

use qftp::dialect::{Dialect, Family};
use qftp::ftp::FtpOperation;
use qftp::module::store::{FileAnswer, FileError, LocalName};
use qftp::module::{DriverReply, Module, ModuleEvent, Quirks};

use crate::conversation::play::Terminal;
use crate::conversation::{LineEvent, Scene};
use server::{Server, Word};
use store::Store;

/// Nothing takes more turns than this at one moment, not even a long payload.
const MAX_TURNS: usize = 20_000;

/// The way in which typed bytes are cut into pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// Not at all.
    Whole,
    /// Each run in two, at this byte.
    At(usize),
    /// Pieces of so many bytes.
    Every(usize),
}

/// A word on its way to the module.
#[derive(Debug)]
enum Owed {
    Ready,
    Data(Vec<u8>),
    Progress(u64),
    PipeFailed(FileError),
    Done(Result<qftp::ftp::FtpOutcome, qftp::ftp::FtpFailure>),
    Line(Vec<u8>),
    Lost(qftp::ftp::FtpFailure),
    File(Result<FileAnswer, FileError>),
}

/// A transfer between the server and the store that is under way.
#[derive(Debug)]
struct Pipe {
    local: LocalName,
    /// An upload's bytes; `None` for a download.
    up: Option<Vec<u8>>,
    /// Of a download: what stays in the file before it, and how many bytes may come.
    kept: Vec<u8>,
    left: usize,
    moved: u64,
    /// More came than may be in the file.
    full: bool,
}

/// The module, and everything around it.
#[derive(Debug)]
pub struct Harness {
    /// The module.
    pub module: Module,
    /// The time of the clock.
    pub now: Duration,
    /// The FTP server.
    pub server: Server,
    /// The module's files.
    pub store: Store,
    /// The way in which typed bytes are cut into pieces.
    pub cut: Cut,
    /// The time that every answer takes.
    pub delay: Duration,
    /// A data connection takes so much longer.
    pub connect: Duration,
    /// Line rates that were asked for.
    pub rates: Vec<u32>,
    /// Stops and starts of the module.
    pub power: Vec<&'static str>,
    /// Unsolicited result codes; only after `Module::report_urcs`.
    pub urcs: Vec<Vec<u8>>,
    /// The module's questions to the internet.
    pub questions: Vec<ModuleEvent>,
    /// Typed, not taken by the module yet.
    typed: VecDeque<Vec<u8>>,
    /// Said by the module, not read yet.
    pub printed: Vec<u8>,
    /// Nothing more is taken from the module.
    pub line_is_full: bool,
    pipe: Option<Pipe>,
    owed: Option<(Duration, Owed)>,
    owed_by_store: VecDeque<(Duration, Owed)>,
}

impl Harness {
    /// Makes a harness around a module that follows its manual.
    pub fn new(dialect: &'static Dialect) -> Self {
        Self::with_quirks(dialect, Quirks::MANUAL)
    }

    /// Makes a harness around a module with quirks.
    pub fn with_quirks(dialect: &'static Dialect, quirks: Quirks) -> Self {
        Self::around(Module::new(dialect).with_quirks(quirks))
    }

    /// Makes a harness around a module that is set up. What it says at once is not kept.
    pub fn around(module: Module) -> Self {
        let mut harness = Harness {
            module,
            now: Duration::from_secs(10),
            server: Server::new(),
            store: Store::default(),
            cut: Cut::Whole,
            delay: Duration::ZERO,
            connect: Duration::ZERO,
            rates: Vec::new(),
            power: Vec::new(),
            urcs: Vec::new(),
            questions: Vec::new(),
            typed: VecDeque::new(),
            printed: Vec::new(),
            line_is_full: false,
            pipe: None,
            owed: None,
            owed_by_store: VecDeque::new(),
        };
        harness.settle();
        harness.printed.clear();
        harness
    }

    /// Types a line at the module and reads what it says to it.
    pub fn ask(&mut self, line: &str) -> String {
        self.write(format!("{line}\r").as_bytes());
        self.heard()
    }

    /// Returns everything that the module says by now.
    pub fn heard(&mut self) -> String {
        let mut heard = Vec::new();
        loop {
            let more = self.read();
            if more.is_empty() {
                return String::from_utf8_lossy(&heard).into_owned();
            }
            heard.extend(more);
        }
    }

    /// Hands bytes to the module whether it wants them or not.
    pub fn push(&mut self, bytes: &[u8]) {
        self.module.handle_input(self.now, bytes);
        self.settle();
    }

    /// Lets everything happen that happens at this moment.
    pub fn settle(&mut self) {
        for _ in 0..MAX_TURNS {
            if !self.happens() {
                return;
            }
        }
        panic!("no rest at {:?}: {:?}", self.now, self.module);
    }

    fn happens(&mut self) -> bool {
        let mut happened = false;
        // As a driver does: what is on the line by now counts before the output.
        if self.module.discards_input()
            && let Some(piece) = self.typed.pop_front()
        {
            self.module.handle_input(self.now, &piece);
            return true;
        }
        while !self.line_is_full
            && let Some(bytes) = self.module.poll_transmit()
        {
            let count = bytes.len();
            self.printed.extend(bytes);
            self.module.transmitted(self.now, count);
            happened = true;
        }
        while let Some(event) = self.module.poll_event() {
            self.handle_event(event);
            happened = true;
        }
        self.collect();
        let due = |owed: &(Duration, Owed)| owed.0 <= self.now;
        if self.owed_by_store.front().is_some_and(due)
            && let Some((_, owed)) = self.owed_by_store.pop_front()
        {
            self.deliver(&owed);
            return true;
        }
        // Nothing of the server's comes before the store's answer.
        let held = matches!(self.owed, Some((_, Owed::Data(_)))) && !self.module.wants_data();
        if self.owed_by_store.is_empty()
            && !held
            && let Some(owed) = take_due(&mut self.owed, self.now)
        {
            self.deliver(&owed);
            return true;
        }
        if self.module.poll_timeout().is_some_and(|at| at <= self.now) {
            self.module.handle_timeout(self.now);
            return true;
        }
        if self.module.wants_input()
            && let Some(piece) = self.typed.pop_front()
        {
            self.module.handle_input(self.now, &piece);
            return true;
        }
        happened
    }

    fn handle_event(&mut self, event: ModuleEvent) {
        match event {
            ModuleEvent::Ftp(operation) => self.server.start(operation),
            ModuleEvent::Pipe {
                operation,
                local,
                from,
                length,
            } => self.start_pipe(operation, local, from, length),
            ModuleEvent::Send(bytes) => self.server.take(&bytes),
            ModuleEvent::Finish => self.server.finish(),
            ModuleEvent::Abort => {
                self.server.abort();
                self.drop_data();
            }
            ModuleEvent::DropSession => {
                self.server.hang_up();
                self.drop_data();
            }
            ModuleEvent::Rate(rate) => self.rates.push(rate),
            ModuleEvent::Transcript(on) => self.server.transcript = on,
            ModuleEvent::File(request) => {
                let answer = self.store.answer(request);
                self.owed_by_store
                    .push_back((self.now + self.delay, Owed::File(answer)));
            }
            // The server of this harness takes a login with TLS as it takes any.
            ModuleEvent::Secure(_) => {}
            ModuleEvent::Urc(urc) => self.urcs.push(urc),
            ModuleEvent::Stopped => self.power.push("stopped"),
            ModuleEvent::Started => self.power.push("started"),
            question @ (ModuleEvent::AskTime { .. }
            | ModuleEvent::StopAskingTime
            | ModuleEvent::Resolve(_)
            | ModuleEvent::Echo(_)
            | ModuleEvent::StopEcho) => self.questions.push(question),
            event => panic!("unknown: {event:?}"),
        }
    }

    /// Drops payload that the module has not taken yet, with the data connection.
    fn drop_data(&mut self) {
        if matches!(self.owed, Some((_, Owed::Data(_)))) {
            self.owed = None;
        }
    }

    fn start_pipe(
        &mut self,
        operation: FtpOperation,
        local: LocalName,
        from: u64,
        length: Option<u64>,
    ) {
        let at = usize::try_from(from).unwrap_or(usize::MAX);
        let length = length.map_or(usize::MAX, |length| length.try_into().unwrap_or(usize::MAX));
        let content = self.store.file(&local).ok_or(FileError::NotFound);
        let split = content.and_then(|content| {
            content
                .split_at_checked(at)
                .ok_or(FileError::BeyondEnd)
                .map(|(before, after)| (before.to_vec(), after.to_vec()))
        });
        let up = matches!(operation, FtpOperation::Store(_));
        let (kept, wanted) = match split {
            Ok((before, after)) => (before, after),
            Err(FileError::NotFound) if !up && from == 0 => (Vec::new(), Vec::new()),
            Err(error) => {
                self.owed = Some((self.now + self.delay, Owed::PipeFailed(error)));
                return;
            }
        };
        self.server.start(operation);
        self.pipe = Some(Pipe {
            local,
            up: up.then(|| wanted.into_iter().take(length).collect()),
            kept,
            left: length,
            moved: 0,
            full: false,
        });
    }

    /// Asks the server what it has to say, if nothing of it is on its way.
    fn collect(&mut self) {
        while self.owed.is_none() {
            if self.pipe.take_if(|pipe| pipe.full).is_some() {
                self.server.cancel();
                self.server.forget();
                self.owed = Some((self.now + self.delay, Owed::PipeFailed(FileError::NoSpace)));
                return;
            }
            let wants = self.pipe.is_some() || self.module.wants_data();
            let Some(word) = self.server.speak(wants) else {
                return;
            };
            let owed = match (word, &mut self.pipe) {
                (Word::Ready, None) => Owed::Ready,
                (Word::Data(data), None) => Owed::Data(data),
                (Word::Ready, Some(pipe)) => {
                    if let Some(bytes) = &pipe.up {
                        self.server.take(bytes);
                        self.server.finish();
                    } else {
                        self.store.put(pipe.local.clone(), pipe.kept.clone());
                    }
                    continue;
                }
                (Word::Data(data), Some(pipe)) => {
                    let taken = &data[..data.len().min(pipe.left)];
                    pipe.full = taken.len() < data.len();
                    pipe.left -= taken.len();
                    pipe.moved += taken.len() as u64;
                    let mut content = self.store.file(&pipe.local).cloned().unwrap_or_default();
                    content.extend(taken);
                    self.store.put(pipe.local.clone(), content);
                    Owed::Progress(pipe.moved)
                }
                (Word::Line(text), _) => Owed::Line(text),
                (Word::Lost(failure), _) => Owed::Lost(failure),
                (Word::Done(result), pipe) => {
                    *pipe = None;
                    Owed::Done(result)
                }
            };
            // The end of a session waits for nothing.
            let delay = match owed {
                Owed::Lost(_) => Duration::ZERO,
                Owed::Ready => self.delay + self.connect,
                _ => self.delay,
            };
            self.owed = Some((self.now + delay, owed));
        }
    }

    fn deliver(&mut self, owed: &Owed) {
        let reply = match owed {
            Owed::Ready => DriverReply::Ready,
            Owed::Data(bytes) => DriverReply::Data(bytes),
            Owed::Progress(bytes) => DriverReply::Progress(*bytes),
            Owed::PipeFailed(error) => DriverReply::PipeFailed(*error),
            Owed::Done(result) => DriverReply::Done(result.clone()),
            Owed::Line(text) => DriverReply::Line(text),
            Owed::Lost(failure) => DriverReply::SessionLost(failure.clone()),
            Owed::File(result) => DriverReply::File(result.clone()),
        };
        self.module.handle_reply(self.now, reply);
        // An operation that ends the session and the news of that come together.
        if matches!(owed, Owed::Done(_)) {
            while let Some(failure) = self.server.lost.pop_front() {
                self.module
                    .handle_reply(self.now, DriverReply::SessionLost(failure));
            }
        }
    }

    /// Lets time pass, deadline by deadline.
    pub fn pass(&mut self, time: Duration) {
        let end = self.now + time;
        self.settle();
        while let Some(at) = self.next_moment().filter(|at| *at <= end) {
            self.now = self.now.max(at);
            self.settle();
        }
        self.now = end;
        self.settle();
    }

    /// Returns the time when something happens next by itself.
    pub fn next_moment(&self) -> Option<Duration> {
        self.next_word()
            .into_iter()
            .chain(self.module.poll_timeout())
            .min()
    }

    /// Returns the time of the next word of server or store; one that the module does not want yet has none.
    fn next_word(&self) -> Option<Duration> {
        let owed = self.owed.iter().chain(self.owed_by_store.front());
        owed.map(|(at, _)| *at).filter(|at| *at > self.now).min()
    }

    /// Returns the content of a file in the store.
    pub fn stored(&self, name: &str) -> Option<&Vec<u8>> {
        self.store.file(&self.local(name))
    }

    /// Puts a file in the store.
    pub fn fill(&mut self, name: &str, content: Vec<u8>) {
        let local = self.local(name);
        self.store.put(local, content);
    }

    fn local(&self, name: &str) -> LocalName {
        LocalName::parse(name.as_bytes(), self.module.dialect().stores).expect("a local name")
    }
}

/// Returns the dialects of Quectel's LTE modules, which share their conversations.
pub fn lte() -> impl Iterator<Item = &'static Dialect> {
    let lte = |dialect: &&Dialect| dialect.family == Family::Lte;
    qftp::dialect::ALL.iter().copied().filter(lte)
}

/// Makes a module that is logged in and does not echo.
pub fn logged_in(dialect: &'static Dialect) -> Harness {
    logged_in_with_quirks(dialect, Quirks::MANUAL)
}

/// Makes the same with quirks.
pub fn logged_in_with_quirks(dialect: &'static Dialect, quirks: Quirks) -> Harness {
    let mut harness = Harness::with_quirks(dialect, quirks);
    assert_eq!(harness.ask("ATE0"), "ATE0\r\r\nOK\r\n");
    let conversation: &[(&str, &[&str])] = match dialect.family {
        Family::Lte => &[
            ("AT+QIACT=1", &["OK"]),
            ("AT+QFTPOPEN=\"ftp.example.com\"", &["OK", "+QFTPOPEN: 0,0"]),
        ],
        Family::Gsm => &[("AT+QFTPOPEN=\"ftp.example.com\",21", &["OK", "+QFTPOPEN:0"])],
        Family::Fibocom => &[
            ("AT+MIPCALL=1", &["OK", "+MIPCALL: 192.0.2.1"]),
            (
                "AT+FTPOPEN=\"ftp.example.com\",\"u\",\"p\"",
                &["OK", "+FTPOPEN: 1"],
            ),
        ],
    };
    for (typed, answered) in conversation {
        assert_eq!(harness.ask(typed), printed(answered), "{typed}");
    }
    harness
}

/// Makes the same of a module that is changed once it is logged in.
pub fn logged_in_with(dialect: &'static Dialect, change: impl FnOnce(Module) -> Module) -> Harness {
    let mut harness = logged_in(dialect);
    let module = std::mem::replace(&mut harness.module, Module::new(dialect));
    harness.module = change(module);
    harness
}

/// Lines as a module says them.
pub fn printed(lines: &[&str]) -> String {
    format!("\r\n{}\r\n", lines.join("\r\n\r\n"))
}

fn take_due(owed: &mut Option<(Duration, Owed)>, now: Duration) -> Option<Owed> {
    let due = owed.as_ref().is_some_and(|(at, _)| *at <= now);
    if due {
        owed.take().map(|(_, owed)| owed)
    } else {
        None
    }
}

impl Terminal for Harness {
    fn family(&self) -> Family {
        self.module.dialect().family
    }

    fn write(&mut self, bytes: &[u8]) {
        let size = match self.cut {
            Cut::Whole => bytes.len(),
            Cut::Every(size) => size,
            Cut::At(at) => {
                let (first, rest) = bytes.split_at(at.min(bytes.len()));
                self.typed.extend([first.to_vec(), rest.to_vec()]);
                self.settle();
                return;
            }
        };
        self.typed
            .extend(bytes.chunks(size.max(1)).map(<[u8]>::to_vec));
        self.settle();
    }

    /// Waits for words on their way, never for a deadline of the module's.
    fn read(&mut self) -> Vec<u8> {
        self.settle();
        while self.printed.is_empty()
            && let Some(at) = self.next_word()
        {
            self.pass(at.saturating_sub(self.now));
        }
        std::mem::take(&mut self.printed)
    }

    fn silence(&mut self, time: Duration) {
        self.pass(time);
    }

    fn happen(&mut self, line_event: LineEvent) -> bool {
        match line_event {
            LineEvent::Dtr(on) => self.module.set_dtr(self.now, on),
            LineEvent::Stall(stalled) => {
                self.server.stalled = stalled;
                self.server.flow = None;
            }
            LineEvent::Flow(count) => self.server.flow = Some(count),
            LineEvent::Fail(code) => self.server.refuse = Some(code),
            LineEvent::LoseSession => self.server.lose_session(),
            LineEvent::LoseContext(number) => {
                self.module
                    .handle_reply(self.now, DriverReply::ContextLost(number));
            }
            LineEvent::Abort | LineEvent::Escape | LineEvent::Wait(_) => return false,
        }
        self.settle();
        true
    }

    fn prepare(&mut self, scene: &Scene) -> bool {
        match scene {
            Scene::Login => return false,
            Scene::ServerFile(path, content, time) => {
                self.server.put(path, content.bytes(), time.clone());
            }
            Scene::ServerDirectory(path) => self.server.make_directory(path),
            Scene::StoreFile(name, content) => {
                let name = self.local(name);
                self.store.put(name, content.bytes());
            }
        }
        true
    }

    fn server_file(&mut self, path: &str) -> Option<Vec<u8>> {
        self.server.file(path).map(<[u8]>::to_vec)
    }

    fn store_file(&mut self, name: &str) -> Option<Vec<u8>> {
        let name = self.local(name);
        self.store.file(&name).cloned()
    }
}
