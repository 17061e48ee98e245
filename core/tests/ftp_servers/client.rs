//! An event loop round one session: operations one after the other, each to its end.

use std::sync::Arc;
use std::time::{Duration, Instant};

use mio::{Events, Poll, Token, Waker};
use qftp::ftp::{
    Account, FailureKind, FtpFailure, FtpOperation, FtpOutcome, FtpStore, FtpTransfer, FtpValue,
    Retrieve, RetrieveKind,
};
use qftp::internal::emulator::{Alarm, SessionEvent, SocketSession};

use qftp_test::servers::Server;

/// An upload is fed while no more than this waits to go out.
const QUEUE: usize = 64 * 1024;
const WAKER: Token = Token(100);
/// Nothing here takes that long; what does hangs.
const TIMEOUT: Duration = Duration::from_secs(90);

type Ending = Result<FtpOutcome, FtpFailure>;

/// When an operation is given up.
#[derive(Clone, Copy, Debug)]
enum GiveUp {
    AtOnce,
    /// When payload may flow and this much of it did.
    After(usize),
}

/// A session and the loop it lives in.
pub(crate) struct Client {
    poll: Poll,
    session: SocketSession,
    began: Instant,
    /// Every line, for the message of a test that fails.
    transcript: Vec<String>,
    /// What came while no operation was in flight.
    idle: Vec<FtpFailure>,
}

impl Client {
    /// Connected to no server.
    pub(crate) fn new() -> Self {
        let poll = Poll::new().expect("a poll");
        let waker = Waker::new(poll.registry(), WAKER).expect("a waker");
        let registry = poll.registry().try_clone().expect("a registry");
        let alarm = Alarm::of_loop(Arc::new(waker));
        let mut session = SocketSession::new(Arc::new(registry), Token(0), alarm);
        session.set_transcript(true);
        Client {
            poll,
            session,
            began: Instant::now(),
            transcript: Vec::new(),
            idle: Vec::new(),
        }
    }

    /// Logged in.
    pub(crate) fn of(server: &Server) -> Self {
        let mut client = Self::new();
        client
            .run(FtpOperation::Open(account(server)))
            .expect("a login");
        client
    }

    pub(crate) fn is_open(&self) -> bool {
        self.session.is_open()
    }

    /// An operation without payload, or whose payload does not matter.
    pub(crate) fn run(&mut self, operation: FtpOperation) -> Ending {
        self.drive(operation, b"", None).0
    }

    /// An upload.
    pub(crate) fn store(&mut self, path: &str, transfer: FtpTransfer, content: &[u8]) -> Ending {
        self.store_at(path, 0, transfer, content)
    }

    pub(crate) fn store_at(
        &mut self,
        path: &str,
        offset: u64,
        transfer: FtpTransfer,
        content: &[u8],
    ) -> Ending {
        let path = path.into();
        let store = FtpStore {
            path,
            offset,
            transfer,
        };
        self.drive(FtpOperation::Store(store), content, None).0
    }

    /// A download.
    pub(crate) fn get(&mut self, path: &str, transfer: FtpTransfer) -> (Ending, Vec<u8>) {
        self.retrieve(retrieve(RetrieveKind::File, path, transfer))
    }

    pub(crate) fn retrieve(&mut self, retrieve: Retrieve) -> (Ending, Vec<u8>) {
        self.drive(FtpOperation::Retrieve(retrieve), b"", None)
    }

    /// An operation that is aborted when this many bytes of its payload went by.
    pub(crate) fn give_up_after(
        &mut self,
        bytes: usize,
        operation: FtpOperation,
        content: &[u8],
    ) -> Ending {
        self.drive(operation, content, Some(GiveUp::After(bytes))).0
    }

    /// An operation that is aborted as soon as it has begun.
    pub(crate) fn give_up_at_once(&mut self, operation: FtpOperation) -> Ending {
        self.drive(operation, b"", Some(GiveUp::AtOnce)).0
    }

    /// Waits for something to happen without an operation.
    pub(crate) fn wait_idle(&mut self) -> FtpFailure {
        let mut events = Events::with_capacity(16);
        loop {
            if let Some(failure) = self.idle.pop() {
                return failure;
            }
            self.turn(&mut events);
            while let Some(event) = self.session.poll_event() {
                self.note(event);
            }
        }
    }

    /// Whether every command gets its own answer: nothing is left over from what was before.
    #[track_caller]
    pub(crate) fn assert_in_step(&mut self) {
        for _ in 0..2 {
            let pwd = self.run(FtpOperation::Pwd);
            let is_its_own = matches!(
                &pwd,
                Ok(FtpOutcome {
                    code: 257,
                    value: FtpValue::Path(_),
                    ..
                })
            );
            assert!(is_its_own, "{pwd:?} after\n{}", self.transcript());
            let system = self.run(FtpOperation::System);
            let is_its_own = matches!(&system, Ok(FtpOutcome { code: 215, .. }));
            assert!(is_its_own, "{system:?} after\n{}", self.transcript());
        }
        assert_eq!(self.idle, []);
    }

    pub(crate) fn transcript(&self) -> String {
        self.transcript.join("\n")
    }

    fn drive(
        &mut self,
        operation: FtpOperation,
        mut content: &[u8],
        give_up: Option<GiveUp>,
    ) -> (Ending, Vec<u8>) {
        let is_store = matches!(operation, FtpOperation::Store(_));
        self.transcript.push(format!("@ {operation:?}"));
        self.session
            .start(self.began.elapsed(), operation)
            .expect("one operation at a time");
        let (mut received, mut moved) = (Vec::new(), 0);
        let (mut is_ready, mut is_over) = (false, false);
        let mut events = Events::with_capacity(16);
        loop {
            while let Some(event) = self.session.poll_event() {
                match event {
                    SessionEvent::Done(ending) => {
                        self.transcript.push(format!("= {ending:?}"));
                        return (ending, received);
                    }
                    SessionEvent::DataReady => is_ready = true,
                    event => self.note(event),
                }
            }
            let now = self.began.elapsed();
            let is_due = match give_up {
                Some(GiveUp::AtOnce) => true,
                Some(GiveUp::After(bytes)) => is_ready && moved >= bytes,
                None => false,
            };
            if is_due && !is_over {
                is_over = true;
                self.session.abort(now);
                continue;
            }
            if self.session.has_data() {
                let mut buffer = [0; 10_000];
                let count = self.session.read_data(now, &mut buffer);
                received.extend_from_slice(&buffer[..count]);
                moved += count;
                continue;
            }
            if is_store && is_ready && !is_over && self.session.queued() <= QUEUE {
                let (piece, rest) = content.split_at(content.len().min(QUEUE));
                if piece.is_empty() {
                    is_over = true;
                    self.session.finish(now);
                } else {
                    self.session.send(now, piece);
                    content = rest;
                    moved += piece.len();
                }
                continue;
            }
            self.turn(&mut events);
        }
    }

    /// One turn of the loop.
    fn turn(&mut self, events: &mut Events) {
        let now = self.began.elapsed();
        let wait = self.session.poll_timeout().map_or(TIMEOUT, |at| {
            at.saturating_sub(now).max(Duration::from_millis(1))
        });
        self.poll
            .poll(events, Some(wait.min(TIMEOUT)))
            .expect("poll");
        let now = self.began.elapsed();
        let hangs = events.is_empty() && wait >= TIMEOUT;
        assert!(!hangs, "nothing happens after\n{}", self.transcript());
        for event in &*events {
            if event.token() == WAKER {
                self.session.handle_wake(now);
            } else {
                self.session.handle(now, event);
            }
        }
        self.session.handle_timeout(now);
    }

    fn note(&mut self, event: SessionEvent) {
        match event {
            SessionEvent::Line { sent, text } => {
                let arrow = if sent { '>' } else { '<' };
                self.transcript
                    .push(format!("{arrow} {}", text.escape_ascii()));
            }
            SessionEvent::Idle(failure) => self.idle.push(failure),
            event => panic!("{event:?} after\n{}", self.transcript()),
        }
    }
}

/// The one who can log in there.
pub(crate) fn account(server: &Server) -> Account {
    Account {
        host: server.address.ip().to_string().into_bytes(),
        port: server.address.port(),
        user: server.user.into(),
        password: server.password.into(),
        account: None,
        local_ports: qftp::ftp::LocalPorts::default(),
        security: qftp::ftp::Security::Plain,
    }
}

/// All of a file or listing.
pub(crate) fn retrieve(what: RetrieveKind, path: &str, transfer: FtpTransfer) -> Retrieve {
    Retrieve {
        what,
        path: path.into(),
        offset: 0,
        limit: None,
        transfer,
    }
}

/// How many payload bytes went by.
#[track_caller]
pub(crate) fn bytes(ending: Ending) -> u64 {
    match ending {
        Ok(FtpOutcome {
            value: FtpValue::Bytes(bytes),
            ..
        }) => bytes,
        other => panic!("no transfer: {other:?}"),
    }
}

/// Whether it failed in this way.
#[track_caller]
pub(crate) fn assert_failed(ending: &Ending, kind: FailureKind) {
    let fits = matches!(ending, Err(failure) if failure.kind == kind);
    assert!(fits, "{ending:?}");
}
