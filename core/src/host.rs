//! The host end: drives a module over bytes, sans-IO.
//!
//! A [`Host`] is a plain value. It opens nothing, sleeps nowhere and reads no clock; time is a [`Duration`] since a
//! start that the caller chose. One operation runs at a time:
//!
//! ```
//! use core::time::Duration;
//! use qftp::host::{Answer, Event, Host, Operation};
//!
//! let mut host = Host::new(&qftp::dialect::ec2x::EC2X);
//! let now = Duration::ZERO;
//! host.start(now, Operation::Size(b"fw.bin")).unwrap();
//! loop {
//!     // Write what is to be sent (here: to nowhere), and say how much of it went out.
//!     let sent = host.poll_transmit().map_or(0, <[u8]>::len);
//!     host.transmitted(now, sent);
//!     // Read the line, hand it in, then drain the events.
//!     host.handle_input(now, b"\r\nOK\r\n\r\n+QFTPSIZE: 0,1000\r\n");
//!     if let Some(Event::Done(result)) = host.poll_event() {
//!         assert_eq!(result.unwrap(), Answer::Number(1000));
//!         break;
//!     }
//!     // With nothing to read until `poll_timeout`, call `handle_timeout`.
//! }
//! ```
//!
//! After any input or command, drain [`Host::poll_transmit`] and [`Host::poll_event`], then read
//! [`Host::poll_timeout`]. Payload comes as slices of what was handed in; in a transfer nothing is allocated after the
//! buffers have grown once.

mod abandoned;
mod data_address;
mod dispatch;
mod failure;
mod fibocom;
mod gsm;
mod identify;
mod log;
mod login;
mod login_steps;
mod operation;
mod plan;
mod redact;
mod response;
mod resync;
mod step;
mod tls;
mod tls_error;
mod tls_setup;

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::ops::Range;
use core::time::Duration;

pub use data_address::DataAddress;
pub use failure::{Failure, FinalError};
pub use identify::ModuleIdentity;
pub use log::{LineKind, LineLog, PAYLOAD_SHOWN, PayloadLog};
pub use login::Login;
pub use operation::{Listing, Operation};
pub use redact::redact;
pub use response::{Answer, ServiceState};
pub use tls::{PemError, Tls, TlsConfigError, TlsMode, Warning};

use crate::dialect::{Dialect, Direction, Family};
use crate::exchange::{Exchange, LineEvent, State};
use crate::framing::payload::Payload;
use crate::framing::reply_line::Inbox;
use crate::framing::stuffing;
use abandoned::NeedsResync;
use dispatch::moved;
use plan::Plan;
use redact::Redactor;
use step::{Outcome, Step};

/// Bytes the host keeps for sending; [`Host::supply`] takes no more than fit.
pub const SEND_BUFFER: usize = 16 * 1024;
/// Silence around `+++` (002 §1.4 wants one second on each side).
const ESCAPE_SILENCE: Duration = Duration::from_millis(1100);
/// How long the other end may go on after it: what flows on then flows for ever, positions of a receiver perhaps.
const ESCAPE_PATIENCE: Duration = Duration::from_secs(30);
/// How long a result code that its URC has overtaken is waited for.
const LATE_RESULT: Duration = Duration::from_secs(1);

/// What the host end says to its driver.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event<'a> {
    /// Downloaded payload, in order.
    Data(&'a [u8]),
    /// The module takes payload: call [`Host::supply`] until all of it is in.
    WantData,
    /// A line that belongs to no command: a URC of another service, a banner.
    Urc(&'a [u8]),
    /// A line went out or came in; for logs. Passwords are redacted. Only after [`Host::log_lines`].
    Line(LineLog<'a>),
    /// Payload went out or came in, also what nobody takes: of a raw command, of a cancelled download. For a trace; only
    /// after [`Host::log_payload`].
    Payload(PayloadLog<'a>),
    /// A login does without security that it could have.
    Warning(Warning),
    /// The operation ended; the next one may be started.
    Done(Result<Answer, Failure>),
}

/// Kept until [`Host::poll_event`] hands it out; lines and payload as places in the inbox.
#[derive(Debug)]
enum Notice {
    Data(Range<usize>),
    WantData,
    Urc(Range<usize>),
    Sent(Vec<u8>),
    Received(Range<usize>, LineKind),
    PayloadSent(PayloadLog<'static>),
    PayloadReceived(Range<usize>),
    Warning(Warning),
    Done(Result<Answer, Failure>),
}

/// What the host is doing.
#[derive(Debug)]
#[allow(clippy::large_enum_variant)] // there is one; a box would be an allocation a command
enum Activity {
    Idle,
    Exchange(Running),
    Escape {
        plan: Plan,
        stage: EscapeStage,
    },
    /// Between two commands of a plan.
    Pause {
        plan: Plan,
        until: Duration,
    },
}

/// One exchange of the running plan.
#[derive(Debug)]
struct Running {
    /// What goes on when it has ended; `None` when nobody waits for that.
    plan: Option<Plan>,
    step: Step,
    exchange: Exchange,
    begun: Duration,
    outcome: Outcome,
    /// Of a download in data mode.
    payload: Option<Payload>,
    /// Of an upload: bytes not supplied yet.
    unsupplied: u64,
    /// Gives up then.
    deadline: Duration,
    /// A trailer is believed after this long a silence.
    guard: Option<Duration>,
    /// Its operation is over; what still comes of it is passed over.
    left: bool,
}

/// Leaving data mode by `+++`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum EscapeStage {
    /// Silent until then, then `+++`.
    Before(Duration),
    /// `+++` is out; silent until then.
    After(Duration),
}

/// The host end of a line.
pub struct Host {
    dialect: &'static Dialect,
    inbox: Inbox,
    outbox: Vec<u8>,
    /// `outbox[..sent]` went out.
    sent: usize,
    activity: Activity,
    notices: VecDeque<Notice>,
    now: Duration,
    read_at: Duration,
    log: bool,
    log_payload: bool,
    mask: Redactor,
    /// From the last data command to its `CONNECT`.
    connect_time: Option<Duration>,
    /// An operation was over before its command: the line is brought in step before the next one.
    needs_resync: Option<NeedsResync>,
    /// The URC of a command that was not waited for, which must not answer the next one of the same name.
    stale: Option<&'static str>,
    /// The next line is the text of a short message and means nothing (`+CMT`).
    skip_line: bool,
    /// Raw bytes of a socket service to pass over (`+QIURC: "recv",<id>,<n>`).
    skip_bytes: usize,
}

/// What it does, and how much waits at both sides; not what that is, which may be a password or a key.
impl core::fmt::Debug for Host {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Host")
            .field("dialect", &self.dialect.name)
            .field("activity", &self.activity)
            .field("unsent", &(self.outbox.len() - self.sent))
            .field("unread", &self.inbox.pending().len())
            .field("notices", &self.notices)
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}

/// Getters.
impl Host {
    /// A host for a module of this dialect. [`Operation::Identify`] finds the dialect out.
    pub fn new(dialect: &'static Dialect) -> Self {
        Host {
            dialect,
            inbox: Inbox::default(),
            outbox: Vec::new(),
            sent: 0,
            activity: Activity::Idle,
            notices: VecDeque::new(),
            now: Duration::ZERO,
            read_at: Duration::ZERO,
            log: false,
            log_payload: false,
            mask: Redactor::default(),
            connect_time: None,
            needs_resync: None,
            stale: None,
            skip_line: false,
            skip_bytes: 0,
        }
    }

    /// The dialect spoken.
    pub fn dialect(&self) -> &'static Dialect {
        self.dialect
    }

    /// Speaks another dialect from the next operation on.
    pub fn set_dialect(&mut self, dialect: &'static Dialect) {
        self.dialect = dialect;
    }

    /// Whether no operation runs.
    pub fn is_idle(&self) -> bool {
        match &self.activity {
            Activity::Idle => true,
            Activity::Exchange(run) => run.plan.is_none(),
            Activity::Escape { .. } | Activity::Pause { .. } => false,
        }
    }

    /// Makes every line an [`Event::Line`] too.
    pub fn log_lines(&mut self, on: bool) {
        self.log = on;
    }

    /// Makes every run of payload an [`Event::Payload`] too.
    pub fn log_payload(&mut self, on: bool) {
        self.log_payload = on;
    }

    /// How long the data command of the last operation waited for its `CONNECT`; `None` where none came.
    pub fn connect_time(&self) -> Option<Duration> {
        self.connect_time
    }
}

/// From the user.
impl Host {
    /// Starts an operation. On `Err` nothing was sent: a name that cannot stand on the line or is too long for the
    /// dialect, a command that the dialect lacks, or another operation that still runs ([`Failure::Busy`]).
    pub fn start(&mut self, now: Duration, operation: Operation<'_>) -> Result<(), Failure> {
        self.now = self.now.max(now);
        if !self.is_idle() {
            return Err(Failure::Busy);
        }
        if let Operation::Login(login) = &operation {
            self.mask.remember(&login.password);
        }
        let plan = Plan::new(self.dialect, operation)?;
        self.connect_time = None;
        if let Operation::Login(Login { tls: Some(tls), .. }) = operation {
            self.notices.extend(tls.warnings().map(Notice::Warning));
        }
        self.begin(plan);
        Ok(())
    }

    /// Gives payload of a running upload. Returns how many bytes were taken: 0 when the send buffer is full, no upload
    /// runs or all of it is in.
    pub fn supply(&mut self, data: &[u8]) -> usize {
        let Activity::Exchange(run) = &mut self.activity else {
            return 0;
        };
        if run.left || !run.is_sending() {
            return 0;
        }
        let stuffed = run.step.is_stuffed();
        let mut room = SEND_BUFFER.saturating_sub(self.outbox.len() - self.sent);
        if stuffed {
            room /= 2; // each byte may become two
        }
        let left = usize::try_from(run.unsupplied).unwrap_or(usize::MAX);
        let count = data.len().min(room).min(left);
        if count == 0 {
            return 0;
        }
        if self.sent > 0 {
            self.outbox.drain(..self.sent);
            self.sent = 0;
        }
        run.unsupplied -= count as u64;
        if stuffed {
            stuffing::stuff(&data[..count], &mut self.outbox);
            if run.unsupplied == 0 {
                self.outbox.push(stuffing::ETX);
            }
        } else {
            self.outbox.extend_from_slice(&data[..count]);
        }
        count
    }

    /// Ends the running operation at once; it is done with [`Failure::Cancelled`]. Nothing is sent.
    ///
    /// The module knows nothing of it: the host remembers how the line stands, passes over what still comes, and the
    /// next operation brings the line in step first, out of data mode by `+++` with its second of silence on either
    /// side. [`Operation::Resync`] does no more than that.
    pub fn abort(&mut self, now: Duration) {
        self.now = self.now.max(now);
        match core::mem::replace(&mut self.activity, Activity::Idle) {
            Activity::Exchange(run) if run.plan.is_some() => {
                let bytes_confirmed = moved(&run, self.outbox.len() - self.sent);
                self.leave(run, Err(Failure::Cancelled { bytes_confirmed }));
            }
            Activity::Escape { .. } => {
                self.drop_outbox();
                self.needs_resync = Some(NeedsResync::DataMode);
                self.end_operation(Err(Failure::Cancelled { bytes_confirmed: 0 }));
            }
            Activity::Pause { .. } => {
                self.end_operation(Err(Failure::Cancelled { bytes_confirmed: 0 }))
            }
            // Nothing to end.
            activity => self.activity = activity,
        }
    }
}

/// From the wire.
impl Host {
    /// Takes bytes that the module sent.
    pub fn handle_input(&mut self, now: Duration, bytes: &[u8]) {
        self.now = self.now.max(now);
        if self.notices.is_empty() {
            self.inbox.compact();
        }
        if bytes.is_empty() {
            return;
        }
        self.read_at = self.now;
        self.inbox.push(bytes);
        if let Activity::Exchange(run) = &mut self.activity
            && run.exchange.state() == State::Payload
        {
            run.deadline = self.now + run.step.wait;
        }
    }

    /// Acts on the time that [`Host::poll_timeout`] named.
    pub fn handle_timeout(&mut self, now: Duration) {
        self.now = self.now.max(now);
        match &mut self.activity {
            Activity::Escape { stage, .. } => match *stage {
                EscapeStage::Before(at) if self.now >= at => {
                    *stage = EscapeStage::After(self.now + ESCAPE_SILENCE);
                    self.send(b"+++");
                }
                EscapeStage::After(at) if self.now >= escaped(at, self.read_at) => {
                    self.end_silence();
                }
                _ => {}
            },
            Activity::Pause { until, .. } if self.now >= *until => self.end_silence(),
            Activity::Exchange(run) if run.plan.is_some() && self.now >= run.deadline => {
                self.give_up();
            }
            Activity::Idle | Activity::Exchange(_) | Activity::Pause { .. } => {}
        }
    }
}

/// To the driver.
impl Host {
    /// What is to be sent, if anything. Send as much as the line takes and report it to [`Host::transmitted`].
    pub fn poll_transmit(&self) -> Option<&[u8]> {
        let rest = &self.outbox[self.sent..];
        (!rest.is_empty()).then_some(rest)
    }

    /// The first `count` bytes of [`Host::poll_transmit`] went out.
    pub fn transmitted(&mut self, now: Duration, count: usize) {
        self.now = self.now.max(now);
        let from = self.sent;
        self.sent = (self.sent + count).min(self.outbox.len());
        if self.log_payload {
            self.note_sent_payload(from..self.sent);
        }
        if self.sent == self.outbox.len() {
            self.outbox.clear();
            self.sent = 0;
        }
        let emptied = self.outbox.is_empty();
        let Activity::Exchange(run) = &mut self.activity else {
            return;
        };
        // Of a left upload only the end is still to go.
        if !run.is_sending() || (run.left && run.is_escapable()) {
            return;
        }
        run.deadline = self.now + run.step.wait;
        if emptied && run.unsupplied == 0 {
            self.step(LineEvent::PayloadEnd);
        } else if emptied {
            self.notices.push_back(Notice::WantData);
        }
    }

    /// The next event.
    pub fn poll_event(&mut self) -> Option<Event<'_>> {
        while self.notices.is_empty() && self.read_on() {}
        let notice = self.notices.pop_front()?;
        Some(match notice {
            Notice::Data(range) => Event::Data(self.inbox.bytes(range)),
            Notice::WantData => Event::WantData,
            Notice::Urc(range) => Event::Urc(self.inbox.bytes(range)),
            Notice::Sent(text) => Event::Line(LineLog {
                sent: true,
                kind: LineKind::Command,
                text: text.into(),
            }),
            Notice::Received(range, kind) => Event::Line(LineLog {
                sent: false,
                kind,
                text: self.mask.received(self.inbox.bytes(range), kind),
            }),
            Notice::PayloadSent(log) => Event::Payload(log),
            Notice::PayloadReceived(range) => {
                let bytes = self.inbox.bytes(range);
                Event::Payload(self.mask.payload(false, bytes))
            }
            Notice::Warning(warning) => Event::Warning(warning),
            Notice::Done(result) => Event::Done(result),
        })
    }

    /// When [`Host::handle_timeout`] must be called, if nothing comes before. `None` while idle.
    pub fn poll_timeout(&self) -> Option<Duration> {
        match &self.activity {
            Activity::Idle => None,
            Activity::Escape { stage, .. } => Some(match *stage {
                EscapeStage::Before(at) => at,
                EscapeStage::After(at) => escaped(at, self.read_at),
            }),
            Activity::Pause { until, .. } => Some(*until),
            Activity::Exchange(run) if run.plan.is_none() => None,
            Activity::Exchange(run) => Some(match run.guard {
                Some(guard) => run.deadline.min(self.read_at + guard),
                None => run.deadline,
            }),
        }
    }
}

impl Running {
    /// Whether it is in data mode, with payload on its way to the module.
    fn is_sending(&self) -> bool {
        self.exchange.state() == State::Payload && self.exchange.direction() == Some(Direction::Up)
    }

    /// Whether `+++` ends its payload: not with Fibocom, whose transfers and files go on to their end.
    fn is_escapable(&self) -> bool {
        self.step.family != Family::Fibocom
    }
}

/// When data mode counts as left: after a silence, if there is one.
fn escaped(at: Duration, read_at: Duration) -> Duration {
    at.max(read_at + ESCAPE_SILENCE).min(at + ESCAPE_PATIENCE)
}
