//! An emulator on its event loop: line, FTP session, store and time around the engine.
//!
//! It has its turn behind an event of one of its descriptors, its alarm or the next deadline, and moves one piece of
//! everything that can move then. Nothing is buffered without limit: a host that does not read stops the download, a server that does
//! not read stops the line.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, TryRecvError};
use std::time::{Duration, Instant};

use mio::{Registry, Token};
use zeroize::Zeroizing;

use super::active_faults::{ActiveFaults, Order};
use super::audience::LOOK;
use super::connect_gate::ConnectGate;
use super::control::ControlServer;
use super::fault_plan::SharedPlan;
#[cfg(feature = "record")]
use super::host_record::HostRecord;
use super::internet::{InternetAnswer, InternetQueries};
use super::line::ModuleLine;
use super::pipe::Pipe;
use super::presence::{Move, Presence, SharedPath};
use super::session::{SessionEvent, SocketSession};
use super::shard::Lodging;
use super::shard_core::TOKENS;
use super::store::FileStore;
use super::tenant::Relief;
use super::trace::{TraceKind, Tracer};
use super::uart::Uart;
use super::write_buffer::BUFFER;
use crate::endpoint::Endpoint as _;
use crate::ftp::{FailureKind, FtpFailure, FtpOperation, Security};
use crate::module::store::{FileError, LocalName};
use crate::module::{DriverReply, Module, ModuleEvent};

// The tokens, from the first one of the emulator; those of the line come first.
pub(super) const SESSION: usize = ModuleLine::TOKENS;
pub(super) const INTERNET: usize = SESSION + SocketSession::TOKENS;
pub(super) const CONTROL: usize = INTERNET + InternetQueries::TOKENS;
const _: () = assert!(CONTROL + ControlServer::TOKENS <= TOKENS);

/// Bytes that are read at once where the line has a speed: more would stand in a buffer for longer than in a module.
const PACED_READ: usize = 1024;

/// Everything an emulator runs on.
#[derive(Debug)]
pub(super) struct ModuleDriver {
    pub(super) registry: Arc<Registry>,
    /// The first token.
    pub(super) first: Token,
    pub(super) relief: Relief,
    pub(super) started: Instant,
    pub(super) module: Module,
    pub(super) line: ModuleLine,
    pub(super) connect_gate: ConnectGate,
    pub(super) session: SocketSession,
    pub(super) internet: InternetQueries,
    pub(super) store: FileStore,
    pub(super) pipe: Option<Pipe>,
    /// The reason why no session with TLS can open.
    pub(super) no_tls: Option<String>,
    /// Gets what the module says without being asked.
    urcs: Option<Sender<Vec<u8>>>,
    pub(super) trace: Option<Tracer>,
    #[cfg(feature = "record")]
    pub(super) record: Option<HostRecord>,
    pub(super) control: Option<ControlServer>,
    /// The module wants the lines of the control connection.
    reports_lines: bool,
    /// The buffer of the thread, during a turn.
    pub(super) buffer: Zeroizing<Vec<u8>>,
    /// Bytes of it that are read at once.
    pub(super) longest: usize,
    pub(super) uart: Uart,
    /// Orders of the user. It is closed when the handle is dropped.
    orders: Receiver<Order>,
    pub(super) faults: ActiveFaults,
    pub(super) plan: SharedPlan,
    pub(super) presence: Presence,
    pub(super) path: SharedPath,
    /// Output waits for the first host.
    pub(super) waits_for_host: bool,
    /// The line is gone for good.
    pub(super) over: bool,
}

impl ModuleDriver {
    pub(super) fn new(
        mut module: Module,
        lodging: &Lodging,
        line: ModuleLine,
        store: FileStore,
        urcs: Option<Sender<Vec<u8>>>,
        orders: Receiver<Order>,
    ) -> Self {
        if urcs.is_some() {
            module.report_urcs();
        }
        let token = |local| Token(lodging.first.0 + local);
        let registry = Arc::clone(&lodging.registry);
        let alarm = lodging.alarm.clone();
        let internet = InternetQueries::new(Arc::clone(&registry), token(INTERNET), alarm.clone());
        let session = SocketSession::new(Arc::clone(&registry), token(SESSION), alarm);
        let longest = module.baud().map_or(BUFFER, |_| PACED_READ);
        ModuleDriver {
            registry,
            first: lodging.first,
            relief: lodging.relief.clone(),
            started: Instant::now(),
            module,
            line,
            connect_gate: ConnectGate::default(),
            session,
            internet,
            store,
            pipe: None,
            no_tls: None,
            urcs,
            trace: None,
            #[cfg(feature = "record")]
            record: None,
            control: None,
            reports_lines: false,
            buffer: Vec::new().into(),
            longest,
            uart: Uart::default(),
            orders,
            faults: ActiveFaults::default(),
            plan: SharedPlan::default(),
            presence: Presence::new(false),
            path: SharedPath::default(),
            waits_for_host: false,
            over: false,
        }
    }

    /// Shows what happens to the tracer, from here on.
    pub(super) fn with_trace(mut self, trace: Option<Tracer>) -> Self {
        if trace.is_some() {
            self.module.report_input();
            self.session.set_transcript(true);
        }
        self.trace = trace;
        self
    }

    /// Records the line, from here on.
    #[cfg(feature = "record")]
    pub(super) fn record_to(&mut self, record: Option<HostRecord>) {
        if record.is_some() {
            self.module.report_input();
        }
        self.record = record;
    }

    /// Serves clients on a control socket at this path, if there is one.
    pub(super) fn with_control(mut self, path: Option<&Path>) -> io::Result<Self> {
        let first = Token(self.first.0 + CONTROL);
        let bind = |path| ControlServer::bind(path, Arc::clone(&self.registry), first);
        self.control = path.map(bind).transpose()?;
        Ok(self)
    }

    /// Performs one request of the user; returns false if there was none.
    pub(super) fn obey(&mut self, now: Duration) -> bool {
        match self.orders.try_recv() {
            Ok(order) => self.carry_out(now, order),
            Err(TryRecvError::Disconnected) => self.over = true,
            Err(TryRecvError::Empty) => return false,
        }
        true
    }

    /// Returns the time until something is due.
    pub(super) fn wait(&self) -> Option<Duration> {
        let gate = self.module.discards_input();
        let trace = self.trace.as_ref().and_then(Tracer::poll_timeout);
        let due = [
            self.module.poll_timeout(),
            self.session.poll_timeout(),
            self.presence.poll_timeout(),
            gate.then(|| self.connect_gate.poll_timeout()).flatten(),
            trace,
            self.plan_timeout(),
        ];
        let due = due.into_iter().flatten().min();
        let wait = due.map(|due| due.saturating_sub(self.started.elapsed()));
        if self.waits_for_host {
            return Some(wait.map_or(LOOK, |wait| wait.min(LOOK)));
        }
        wait
    }

    /// Moves one piece of everything; whether anything moved.
    pub(super) fn move_on(&mut self, now: Duration) -> bool {
        // What was typed counts before the silence that follows it.
        let mut moved = self.hear_on(now);
        if self.session.poll_timeout().is_some_and(|due| due <= now) {
            self.session.handle_timeout(now);
            moved = true;
        }
        if self.has_queued_output() {
            self.module.wait_for_host(now);
        }
        moved |= self.module.expire(now);
        moved |= self.act(now);
        moved |= self.follow_plan(now);
        moved |= self.move_port(now);
        moved |= self.pass_session_events(now);
        moved |= self.pass_answers(now);
        moved |= self.download(now);
        moved |= self.pipe(now);
        moved |= self.serve_control(now);
        moved |= self.send_output(now);
        if let Some(trace) = &mut self.trace {
            moved |= trace.expire(now);
        }
        moved
    }

    /// Lets the port vanish and return with its module.
    fn move_port(&mut self, now: Duration) -> bool {
        let Some(next) = self.presence.poll_move(now) else {
            return false;
        };
        let moved = match next {
            Move::Vanish => {
                self.module.set_dtr(now, false);
                // A host that sees the port go finds that it has no name any more.
                self.path.set(None);
                self.line.vanish().map(|()| None)
            }
            Move::Return => self.line.come_back(&self.registry, self.first),
        };
        match moved {
            Ok(path) => self.path.set(path),
            Err(_) => self.over = true,
        }
        true
    }

    /// Carries out what the module asks for.
    pub(super) fn act(&mut self, now: Duration) -> bool {
        let mut moved = false;
        while let Some(event) = self.module.poll_event() {
            moved = true;
            self.handle_module_event(now, event);
        }
        moved
    }

    fn handle_module_event(&mut self, now: Duration, event: ModuleEvent) {
        match event {
            ModuleEvent::Secure(secure) => self.set_tls(secure),
            ModuleEvent::Ftp(operation) => self.start(now, operation),
            ModuleEvent::Pipe {
                operation,
                local,
                from,
                length,
            } => match self.open_pipe(&operation, &local, from, length) {
                Err(error) => {
                    let failed = DriverReply::PipeFailed(error);
                    self.module.handle_reply(now, failed);
                }
                Ok(pipe) => match self.session.start(now, operation) {
                    Ok(()) => self.pipe = Some(pipe),
                    Err(_) => self.refuse(now),
                },
            },
            ModuleEvent::Send(payload) => {
                self.session.send(now, &payload);
                self.drop_data(now);
            }
            ModuleEvent::Finish => self.session.finish(now),
            ModuleEvent::Abort => self.session.abort(now),
            ModuleEvent::DropSession => self.session.drop_session(now),
            ModuleEvent::File(request) => {
                self.relief.before_blocking();
                let answer = self.store.handle(request);
                self.module.handle_reply(now, DriverReply::File(answer));
            }
            ModuleEvent::Transcript(on) => {
                self.reports_lines = on;
                self.session.set_transcript(on || self.trace.is_some());
            }
            // Neither a pty nor a socket has a speed; that of `EmulatorOptions::baud` is the engine's.
            ModuleEvent::Rate(_) => {}
            ModuleEvent::Started => {
                self.presence.start();
                self.show(now, TraceKind::Started);
            }
            ModuleEvent::Urc(urc) => self.report_urc(urc),
            ModuleEvent::Stopped => self.on_stopped(now),
            ModuleEvent::AskTime { host, port } => self.internet.ask_time(&host, port),
            ModuleEvent::StopAskingTime => self.internet.stop_asking_time(),
            ModuleEvent::Resolve(host) => self.internet.resolve(&host),
            ModuleEvent::Echo(host) => self.internet.send_echo(&host),
            ModuleEvent::StopEcho => self.internet.stop_echo(),
            ModuleEvent::Typed { bytes, ended } => {
                if let Some(trace) = &mut self.trace {
                    trace.typed(now, &bytes, ended);
                }
                #[cfg(feature = "record")]
                if let Some(record) = &mut self.record {
                    record.line.typed(now, &bytes, ended);
                }
            }
            ModuleEvent::PayloadTaken(count) => {
                if let Some(trace) = &mut self.trace {
                    trace.payload_taken(now, count);
                }
                #[cfg(feature = "record")]
                if let Some(record) = &mut self.record {
                    record.line.payload_taken(now, count);
                }
            }
        }
    }

    /// Shows an event in the trace.
    pub(super) fn show(&mut self, now: Duration, kind: TraceKind) {
        if let Some(trace) = &mut self.trace {
            trace.show(now, kind);
        }
    }

    /// Starts an operation of the session. A login that needs TLS ends at once where there is none.
    fn start(&mut self, now: Duration, operation: FtpOperation) {
        if wants_tls(&operation)
            && let Some(why) = &self.no_tls
        {
            let why = why.clone().into_bytes();
            self.fail(now, FailureKind::TlsSetup, why);
        } else if self.session.start(now, operation).is_err() {
            self.refuse(now);
        }
    }

    /// Hands a URC to the user, as long as the user takes some.
    fn report_urc(&mut self, urc: Vec<u8>) {
        if let Some(urcs) = &self.urcs
            && urcs.send(urc).is_err()
        {
            self.urcs = None;
        }
    }

    /// Refuses a second operation. The engine asks for one at a time, so this is a safeguard.
    fn refuse(&mut self, now: Duration) {
        self.fail(now, FailureKind::InvalidArgument, Vec::new());
    }

    /// Ends an operation that was not begun.
    fn fail(&mut self, now: Duration, kind: FailureKind, text: Vec<u8>) {
        let failure = FtpFailure {
            kind,
            reply: None,
            text,
        };
        self.module
            .handle_reply(now, DriverReply::Done(Err(failure)));
    }

    /// Passes the events of the session to the engine; returns true if there was one.
    pub(super) fn pass_session_events(&mut self, now: Duration) -> bool {
        let mut moved = false;
        while let Some(event) = self.session.poll_event() {
            moved = true;
            let reply = match event {
                SessionEvent::DataReady => {
                    if let Some(pipe) = &mut self.pipe {
                        pipe.start(now, &mut self.session);
                    }
                    DriverReply::Ready
                }
                SessionEvent::Done(result) => match self.pipe.take().and_then(|pipe| pipe.failed) {
                    Some(error) => DriverReply::PipeFailed(error),
                    None => DriverReply::Done(result),
                },
                SessionEvent::Idle(failure) => DriverReply::SessionLost(failure),
                SessionEvent::Line { sent, text } => {
                    if self.reports_lines {
                        self.module.handle_reply(now, DriverReply::Line(&text));
                    }
                    self.show(now, TraceKind::Server { sent, text });
                    continue;
                }
            };
            self.module.handle_reply(now, reply);
        }
        moved
    }

    /// Passes the answers of the internet to the engine; returns true if there was one.
    fn pass_answers(&mut self, now: Duration) -> bool {
        let mut moved = false;
        while let Some(answer) = self.internet.poll_answer() {
            moved = true;
            match answer {
                InternetAnswer::Time(time) => {
                    self.module.handle_reply(now, DriverReply::Time(time));
                }
                InternetAnswer::Addresses(found) => {
                    let found = found.as_deref().map_err(|error| *error);
                    self.module.handle_reply(now, DriverReply::Addresses(found));
                }
                InternetAnswer::Echo(from) => {
                    self.module.handle_reply(now, DriverReply::Echo(from));
                }
            }
        }
        moved
    }

    fn open_pipe(
        &self,
        operation: &FtpOperation,
        local: &LocalName,
        from: u64,
        length: Option<u64>,
    ) -> Result<Pipe, FileError> {
        self.relief.before_blocking();
        Pipe::open(&self.store, operation, local, from, length)
    }

    /// Passes payload to the host, as long as it reads.
    fn download(&mut self, now: Duration) -> bool {
        let blocked = !self.module.wants_data() || self.has_queued_output();
        if self.pipe.is_some() || blocked || !self.session.has_data() {
            return false;
        }
        let count = self
            .session
            .read_data(now, &mut self.buffer[..self.longest]);
        let payload = self.buffer.get(..count).unwrap_or_default();
        if !payload.is_empty() {
            self.module.handle_reply(now, DriverReply::Data(payload));
        }
        self.drop_data(now);
        true
    }

    fn pipe(&mut self, now: Duration) -> bool {
        let Some(pipe) = &mut self.pipe else {
            return false;
        };
        self.relief.before_blocking();
        let moved = pipe.step(now, &mut self.session, &mut self.buffer[..self.longest]);
        if let Some(bytes) = pipe.progress(&self.session) {
            self.module.handle_reply(now, DriverReply::Progress(bytes));
        }
        self.drop_data(now);
        moved
    }
}

fn wants_tls(operation: &FtpOperation) -> bool {
    matches!(operation, FtpOperation::Open(account) if account.security != Security::Plain)
}
