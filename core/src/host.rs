//! The host end: drives a module over bytes, sans-IO.
//!
//! A [`Host`] is a plain value. It opens no port, never sleeps and reads no clock; time is a [`Duration`] since a start
//! that the caller chose. One operation runs at a time:
//!
//! ```
//! use core::time::Duration;
//! use qftp::host::{Answer, Event, Host, Operation};
//!
//! let mut host = Host::new(&qftp::dialect::ec2x::EC2X);
//! let now = Duration::ZERO;
//! host.start(now, Operation::Size(b"fw.bin")).unwrap();
//! loop {
//!     // Write the bytes that wait (here: to nowhere), and report how many went out.
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
//! The order of calls is [the contract of the engines](crate#the-contract-of-the-engines). Payload comes as slices of the input; a transfer allocates nothing after the buffers have grown
//! once.
//!
//! Inside, each file knows only those before it: the operation and its types; `step`, one exchange; `family`, what
//! differs between dialects as procedures; `plan`, an operation as a sequence of steps; `runner`, which sends and times
//! the steps of a plan; `dispatch`, which turns lines into events of the running exchange.

mod answer;
mod data_address;
mod dispatch;
mod error;
mod event;
mod family;
mod identity;
mod login;
mod operation;
mod plan;
mod report_wait;
mod response;
mod runner;
mod short_bytes;
mod step;
#[cfg(test)]
mod tests;
mod tls;
mod trace;
mod warning;
mod way;

use core::time::Duration;

pub use answer::{Answer, ServiceState};
pub use data_address::DataAddress;
pub use error::{FinalError, HostError};
pub use event::Event;
pub use identity::ModuleIdentity;
pub use login::{ApnAccount, ApnAuthentication, Login};
pub use operation::{Listing, Operation};
pub use runner::send_buffer::{SEND_BUFFER, SendBufferSize, SendBufferSizeError};
pub use tls::{PemError, Tls, TlsConfigError, TlsMode};
pub use trace::log::{LineKind, LineLog, PAYLOAD_SHOWN, PayloadLog, RawKind, RawLog};
#[cfg(all(unix, feature = "emulator"))]
pub(crate) use trace::redact::Redactor;
pub use trace::redact::redact;
pub use warning::Warning;
pub use way::{TransferWay, UnknownWay};

use crate::dialect::Dialect;
use dispatch::Dispatch;
use event::Notice;
use plan::Plan;
use plan::resync::NeedsResync;
use runner::Runner;
use runner::send_buffer::SendBuffer;

/// The host end of a line.
pub struct Host {
    dispatch: Dispatch,
    runner: Runner,
}

/// Shows its state and how much waits at both sides; not the bytes, which may be a password or a key.
impl core::fmt::Debug for Host {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Host")
            .field("dialect", &self.runner.dialect.name)
            .field("activity", &self.runner.activity)
            .field("unsent", &self.runner.outbox.len())
            .field("unread", &self.dispatch.inbox.pending().len())
            .field("notices", &self.runner.notices)
            .field("now", &self.runner.now)
            .finish_non_exhaustive()
    }
}

/// Getters: state that the user may read.
impl Host {
    /// Makes a host for a module of this dialect. [`Operation::Identify`] finds the dialect.
    pub fn new(dialect: &'static Dialect) -> Self {
        Host {
            dispatch: Dispatch::default(),
            runner: Runner::new(dialect),
        }
    }

    /// Returns the dialect that the host speaks.
    pub fn dialect(&self) -> &'static Dialect {
        self.runner.dialect
    }

    /// Speaks another dialect from the next operation on.
    pub fn set_dialect(&mut self, dialect: &'static Dialect) {
        self.runner.dialect = dialect;
    }

    /// Returns the way in which files go over the line.
    pub fn way(&self) -> TransferWay {
        self.runner.way
    }

    /// Moves files in this way from the next operation on. In a dialect that lacks it, a transfer ends with
    /// [`HostError::Unsupported`].
    pub fn set_way(&mut self, way: TransferWay) {
        self.runner.way = way;
    }

    /// Returns the size of the send buffer.
    pub fn send_buffer(&self) -> SendBufferSize {
        self.runner.outbox.size()
    }

    /// Sets the size of the send buffer, which holds payload of an upload until it goes out. It grows to that size in the
    /// first upload, and no further; a larger one takes fewer rounds of the loop, a smaller one less memory.
    pub fn set_send_buffer(&mut self, size: SendBufferSize) {
        self.runner.outbox.set_size(size);
    }

    /// Returns `true` where a transfer by [`TransferWay::Pieces`] has failed and left the module in the middle: it takes
    /// no other command of the service before a new [`Operation::Login`].
    pub fn needs_login(&self) -> bool {
        self.runner.open_pieces.is_stuck()
    }

    /// Returns `true` if no operation runs.
    pub fn is_idle(&self) -> bool {
        self.runner.is_idle()
    }

    /// Forgets all that it knew of the line, for a port that was opened anew. A running operation is dropped without an
    /// event; the dialect and what is logged stay.
    pub fn forget_line(&mut self) {
        self.dispatch = Dispatch::default();
        let fresh = Runner::new(self.runner.dialect);
        let before = core::mem::replace(&mut self.runner, fresh);
        self.runner.way = before.way;
        self.runner.outbox = SendBuffer::new(before.outbox.size());
        self.runner.open_pieces = before.open_pieces;
        self.runner.transfer_settings = before.transfer_settings;
        self.runner.joining = before.joining;
        self.runner.now = before.now;
        self.runner.redactor = before.redactor;
        self.runner.logs_lines = before.logs_lines;
        self.runner.logs_payload = before.logs_payload;
        self.runner.logs_raw = before.logs_raw;
    }

    /// Says that the module may be in data mode, in an upload of a program that ended there: what is typed would be
    /// payload. The next operation leaves data mode first, as the dialect does: by `+++` with its silence, or by ETX.
    pub fn expect_upload(&mut self) {
        self.runner.needs_resync = Some(NeedsResync::Upload);
        // Where ETX ends the payload, it goes out behind all of it.
        if self.runner.dialect.escape_ends_payload {
            self.runner.outbox.discard();
        }
    }

    /// Says the same of a module whose dialect is not known. An identification that comes next begins with `+++`; then an
    /// ETX, since some dialects take `+++` for payload.
    pub fn expect_any_upload(&mut self) {
        self.runner.needs_resync = Some(NeedsResync::AnyUpload);
        self.runner.outbox.discard();
    }

    /// Returns `true` while the module may take what is typed for payload of an upload. A program that is to end in such
    /// a state remembers it, for [`Host::expect_upload`].
    pub fn may_take_payload(&self) -> bool {
        self.runner.may_take_payload()
    }

    /// Makes every line an [`Event::Line`] too.
    pub fn log_lines(&mut self, on: bool) {
        self.runner.logs_lines = on;
    }

    /// Makes every run of payload an [`Event::Payload`] too.
    pub fn log_payload(&mut self, on: bool) {
        self.runner.logs_payload = on;
    }

    /// Makes all that goes over the line an [`Event::Raw`] too.
    pub fn log_raw(&mut self, on: bool) {
        self.runner.logs_raw = on;
    }

    /// Returns the time that the data command of the last operation waited for its `CONNECT`; `None` where none came.
    pub fn connect_time(&self) -> Option<Duration> {
        self.runner.connect_time
    }
}

/// From the user.
impl Host {
    /// Starts an operation.
    ///
    /// # Errors
    ///
    /// Nothing was sent: a parameter does not fit the command ([`HostError::InvalidArgument`], [`HostError::Tls`]), the
    /// dialect has no command for it ([`HostError::Unsupported`]), or another operation still runs ([`HostError::Busy`]).
    pub fn start(&mut self, now: Duration, operation: Operation<'_>) -> Result<(), HostError> {
        self.set_time(now);
        if !self.is_idle() {
            return Err(HostError::Busy);
        }
        let runner = &mut self.runner;
        if let Operation::Login(login) = &operation {
            runner.redactor.remember(&login.password);
        }
        if !runner.open_pieces.allows(runner.way, &operation) {
            return Err(HostError::Unsupported {
                dialect: runner.dialect.name,
                operation: match operation {
                    Operation::Put { .. } => "put at an offset in pieces",
                    _ => "get in pieces beside an upload that is open",
                },
            });
        }
        let mut plan = Plan::new(&mut runner.spare, runner.dialect, runner.way, operation)?;
        if runner.starts_at_zero.begin(&operation) {
            plan.skip_start(&mut runner.spare.steps);
        }
        if runner.transfer_settings.begin(&operation) {
            plan.set_transfer_settings(runner.dialect)?;
        }
        runner.open_pieces.begin(runner.way, &operation);
        runner.connect_time = None;
        if let Operation::Login(Login { tls: Some(tls), .. }) = operation {
            runner.notices.extend(tls.warnings().map(Notice::Warning));
        }
        runner.begin(plan);
        Ok(())
    }

    /// Takes payload of a running upload. Returns the number of bytes taken: 0 when the send buffer is full, no upload
    /// runs or all of it is in.
    pub fn supply(&mut self, data: &[u8]) -> usize {
        self.runner.supply(data)
    }

    /// Ends the running operation at once, with [`HostError::Cancelled`]. Nothing is sent.
    ///
    /// The module does not know of it: the host remembers how the line stands and passes over what still comes. The
    /// next operation resyncs the line first: out of data mode by `+++`, with a second of silence on either side.
    /// [`Operation::Resync`] does no more than that.
    pub fn abort(&mut self, now: Duration) {
        self.set_time(now);
        self.runner.abort();
    }
}

/// From the wire.
impl Host {
    /// Takes bytes that the module sent.
    pub fn handle_input(&mut self, now: Duration, bytes: &[u8]) {
        self.set_time(now);
        if self.runner.notices.is_empty() {
            self.dispatch.inbox.compact();
        }
        if bytes.is_empty() {
            return;
        }
        self.dispatch.inbox.push(self.runner.now, bytes);
        self.runner.note_input();
    }

    /// Acts on the time that [`Host::poll_timeout`] returned.
    pub fn handle_timeout(&mut self, now: Duration) {
        self.set_time(now);
        self.runner.handle_timeout();
    }

    /// Advances the clock; time never goes back.
    fn set_time(&mut self, now: Duration) {
        self.runner.now = self.runner.now.max(now);
    }
}

/// To the driver.
impl Host {
    /// Returns the next bytes for the line. Send as many as it takes and report them to [`Host::transmitted`]; then ask
    /// again, as others may wait behind them.
    ///
    /// Send payload in small steps, and hand in what the module says between them: its first byte stops the payload.
    pub fn poll_transmit(&self) -> Option<&[u8]> {
        let bytes = self.runner.sendable();
        (!bytes.is_empty()).then_some(bytes)
    }

    /// Returns how many bytes wait for the line, those of [`Host::poll_transmit`] and all behind them.
    #[cfg(feature = "std")]
    pub(crate) fn queued(&self) -> usize {
        self.runner.queued()
    }

    /// Counts the first `count` bytes of [`Host::poll_transmit`] as sent.
    pub fn transmitted(&mut self, now: Duration, count: usize) {
        self.set_time(now);
        self.runner.transmitted(count);
    }

    /// Returns `true`, once, if the port must throw away what it was given and has not sent: payload of an upload that is
    /// over. A module that is back in command mode would execute it.
    pub fn poll_discard(&mut self) -> bool {
        self.runner.outbox.poll_discard()
    }

    /// Returns `true` while the line must be silent, around `+++` and behind an upload that the module ended. Call
    /// [`Host::note_unsent`] again and again, as long as the port has not sent all that it was given.
    pub fn keeps_silence(&self) -> bool {
        self.runner.activity.keeps_silence()
    }

    /// Returns how many bytes of a download are known to come still; 0 where that is unknown, or nothing comes.
    pub fn payload_due(&self) -> u64 {
        self.runner.activity.payload_due()
    }

    /// Takes note that the port still holds bytes. The silence begins when the last of them has left, and the host waits
    /// for that at most half a minute.
    pub fn note_unsent(&mut self, now: Duration) {
        self.set_time(now);
        self.runner.note_unsent_output();
    }

    /// Returns the next event.
    #[inline]
    pub fn poll_event(&mut self) -> Option<Event<'_>> {
        if self.runner.notices.is_empty() && self.dispatch.waits_for_input(&self.runner) {
            return None;
        }
        self.read_event()
    }

    // Not inlined: a look at an idle host is then a few comparisons, without the room that an event takes.
    #[inline(never)]
    fn read_event(&mut self) -> Option<Event<'_>> {
        while self.runner.notices.is_empty() && self.dispatch.read_on(&mut self.runner) {}
        let notice = self.runner.notices.pop_front()?;
        Some(notice.into_event(&self.dispatch.inbox, &self.runner.redactor))
    }

    /// Returns the time when [`Host::handle_timeout`] must be called, if nothing comes before. `None` while idle.
    pub fn poll_timeout(&self) -> Option<Duration> {
        self.runner.poll_timeout()
    }
}
