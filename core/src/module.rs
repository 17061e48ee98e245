//! The module end: takes AT commands on a line and asks its driver to carry them out, sans-IO.
//!
//! A [`Module`] is a plain value. Bytes from the host go in by [`Module::handle_input`]; bytes for the host come out of
//! [`Module::poll_transmit`]. It opens no socket and no file: it asks for that by [`Module::poll_event`], and gets the
//! outcome by [`Module::handle_reply`]. The order of calls is
//! [the contract of the engines](crate#the-contract-of-the-engines).
//!
//! ```
//! use core::time::Duration;
//! use qftp::dialect::ec2x::EC2X;
//! use qftp::module::Module;
//!
//! let now = Duration::ZERO;
//! let mut module = Module::new(&EC2X);
//! module.handle_input(now, b"ATE0\r");
//! module.handle_input(now, b"AT+CGMM\r");
//! let output = module.poll_transmit().unwrap();
//! assert_eq!(output, b"ATE0\r\r\nOK\r\n\r\nEC25\r\n\r\nOK\r\n");
//! let count = output.len();
//! module.transmitted(now, count);
//! assert_eq!(module.poll_transmit(), None);
//! ```
//!
//! One command line is executed at a time, command by command, until one fails (V.250). While it waits for the driver,
//! [`Module::wants_input`] is false and what is typed all the same is kept, unless the command leads to data mode: there
//! nothing counts before `CONNECT` has gone out ([`Module::discards_input`]). Unsolicited result codes wait until the
//! line is in command mode and no command is being answered.
//!
//! The module is made of parts that know nothing of each other: line settings, general commands, network with its
//! radio, questions to the internet, FTP service, file service, certificates, commands without an effect. Each executes
//! its commands and acts on its timers over a shared context. `family` has what a family does in its own way.

mod accepted;
mod certificates;
mod clock;
mod context;
mod data_mode;
mod disruptions;
mod event;
mod execution;
mod family;
mod fault_hook;
mod files;
mod ftp;
mod general;
mod input;
mod internet;
pub mod latency;
mod line;
mod network;
mod output;
mod output_runs;
mod pacing;
mod parts;
mod power;
pub mod quirks;
mod release;
mod remembered;
mod response;
mod restart;
mod settings;
mod socket_error;
pub mod state;
mod status;
pub mod store;
mod stored_value;
mod timers;
pub mod tls;
mod urc_queue;

use core::fmt;
use core::time::Duration;

pub use accepted::{AcceptError, AcceptedCommands};
pub use event::{DriverReply, ModuleEvent};
#[cfg(feature = "emulator")]
pub(crate) use fault_hook::{AnswerFault, FaultHook, UrcFault};
pub use internet::answer::InternetError;
pub use latency::{Delay, Latency};
#[cfg(all(unix, feature = "emulator"))]
pub(crate) use output_runs::{OutputKind, OutputRun};
pub use quirks::{Quirk, Quirks};
pub use state::ModuleState;
pub use status::ModuleStatus;

use self::clock::Clock;
use self::context::ModuleContext;
use self::input::{Execution, TypedLine};
use self::latency::Delays;
use self::pacing::LineRate;
use self::parts::ModuleParts;
use self::response::CommandError;
use self::timers::Timer;
use crate::dialect::{Dialect, Identity};

/// Executes AT commands as a module of one dialect does.
pub struct Module {
    cx: ModuleContext,
    parts: ModuleParts,
}

/// Shows what the module is, and nothing of what was typed: settings and lines have accounts and keys in them.
impl fmt::Debug for Module {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Module")
            .field("dialect", &self.cx.dialect.name)
            .field("model", &self.cx.identity.model)
            .field("is_busy", &self.cx.is_busy())
            .finish_non_exhaustive()
    }
}

/// Getters and settings.
impl Module {
    /// Returns a module of this dialect, just switched on. It calls itself by the dialect's first model.
    pub fn new(dialect: &'static Dialect) -> Self {
        let mut cx = ModuleContext::new(dialect, Quirks::MANUAL);
        let parts = ModuleParts::new(dialect);
        parts.line.apply(&mut cx);
        Module { cx, parts }
    }

    /// Gives the module quirks. One that modules of the dialect cannot have ([`Quirks::check`]) changes nothing.
    #[must_use]
    pub fn with_quirks(mut self, quirks: Quirks) -> Self {
        self.cx.quirks = quirks;
        self
    }

    /// Makes the module one of this model, among those of its dialect.
    #[must_use]
    pub fn with_identity(mut self, identity: &'static Identity) -> Self {
        self.cx.identity = identity;
        self
    }

    /// Makes the module accept commands that it does not know.
    #[must_use]
    pub fn with_accepted(mut self, commands: AcceptedCommands) -> Self {
        self.parts.accepted = commands;
        self
    }

    /// Delays what the module says; a new module has no latency.
    #[must_use]
    pub fn with_latency(mut self, latency: Latency) -> Self {
        self.cx.delays = Delays::new(latency);
        self
    }

    /// Gives the line a speed in bits per second, ten bits a byte, in both directions; `None`, as of a new module, is a
    /// line that carries everything at once. `AT+IPR` changes a speed when its answer has gone out.
    #[must_use]
    pub fn with_baud(mut self, baud: Option<u32>) -> Self {
        self.set_rate(baud.and_then(LineRate::new));
        self
    }

    fn set_rate(&mut self, rate: Option<LineRate>) {
        self.cx.output.set_rate(rate);
        if let Some(rate) = rate {
            self.parts.general.set_rate(rate.bits_per_second());
        }
    }

    /// Tells the module the time at its start, since 1970 in UTC; `AT+CCLK?` shows it. Otherwise its clock stands in
    /// 1980, as that of a module whose network tells no time.
    #[must_use]
    pub fn with_clock(mut self, time: Duration) -> Self {
        self.cx.clock = Clock::told(time);
        self
    }

    /// Returns the quirks of the module.
    pub fn quirks(&self) -> Quirks {
        self.cx.quirks
    }

    /// Returns the speed of the line in bits per second, if it has one.
    pub fn baud(&self) -> Option<u32> {
        self.cx.output.rate().map(LineRate::bits_per_second)
    }

    /// Returns the dialect that the module speaks.
    pub fn dialect(&self) -> &'static Dialect {
        self.cx.dialect
    }

    /// Tells whether more typed bytes should be read from the line. A host that types and does not read is made to
    /// wait.
    pub fn wants_input(&self) -> bool {
        let has_room = |rate| self.cx.incoming.has_room(rate);
        (!self.cx.postpones_input() || self.discards_input())
            && self.cx.output.rate().is_none_or(has_room)
    }

    /// Tells whether the line is in data mode: what the host sends is payload, or means nothing.
    pub fn is_in_data_mode(&self) -> bool {
        !self.cx.input.mode.is_command()
    }

    /// Tells whether what the host sends is discarded: `CONNECT`, or another line that announces a payload, is written
    /// and its text has not gone out. A driver hands over what has come by then before it sends the output.
    pub fn discards_input(&self) -> bool {
        self.cx.input.discards()
    }

    /// Tells whether more payload of a download should be read from the data connection.
    pub fn wants_data(&self) -> bool {
        self.parts.ftp.takes_data(&self.cx) && !self.cx.output.is_full()
    }

    /// Makes every unsolicited result code a [`ModuleEvent::Urc`] too.
    pub fn report_urcs(&mut self) {
        self.cx.reports_urcs = true;
    }

    /// Makes what the host sends [`ModuleEvent::Typed`] and [`ModuleEvent::PayloadTaken`] too, in the order of its bytes.
    pub fn report_input(&mut self) {
        self.cx.reports_input = true;
    }
}

/// From the line.
impl Module {
    /// Takes what the host typed or sent.
    pub fn handle_input(&mut self, now: Duration, bytes: &[u8]) {
        self.cx.advance(now);
        self.settle();
        match self.cx.output.rate() {
            None => self.take_input(bytes),
            Some(rate) => {
                self.cx.incoming.push(self.cx.now, bytes);
                self.take_arrived(rate);
            }
        }
        self.follow_power();
    }

    /// Takes the state of DTR. A line that hung up counts as dropped (COMMON 6.2).
    pub fn set_dtr(&mut self, now: Duration, asserted: bool) {
        self.cx.advance(now);
        if !asserted {
            // What the host sent comes before it drops DTR.
            let sent = self.cx.incoming.take_all();
            self.take_input(&sent);
        }
        self.parts.set_dtr(&mut self.cx, asserted);
        self.settle();
    }

    /// Takes the bytes that have come over a line with a speed.
    fn take_arrived(&mut self, rate: LineRate) {
        let arrived = self.cx.incoming.take_arrived(rate, self.cx.now);
        self.take_input(&arrived);
    }

    /// Takes bytes that have come over the line.
    fn take_input(&mut self, bytes: &[u8]) {
        self.cx.input.on_output(self.cx.output.sent());
        let count = self.take(bytes);
        self.cx.input.postpone(&bytes[count..]);
        self.cx.write_urcs();
    }

    /// Takes bytes as the mode says, until a command has to wait or leads to data mode. Returns how many are done with;
    /// the others wait.
    fn take(&mut self, bytes: &[u8]) -> usize {
        let mut rest = bytes;
        while !rest.is_empty() && !self.cx.power.is_deaf() && !self.cx.input.discards() {
            if self.cx.postpones_input() {
                return bytes.len() - rest.len();
            }
            let count = if self.cx.input.mode.is_command() {
                self.take_typed(rest)
            } else {
                self.take_payload(rest)
            };
            rest = &rest[count..];
            self.finish_commands();
        }
        bytes.len()
    }

    /// Takes bytes up to the end of a line; returns how many they were.
    fn take_typed(&mut self, bytes: &[u8]) -> usize {
        let editing = self.parts.line.editing(self.cx.dialect.line_feed_ends);
        let line_feed = self.cx.input.take_line_feed(bytes);
        let (count, typed) = self.cx.input.take_line(bytes, editing);
        if self.cx.reports_input {
            let bytes = bytes[..count].to_vec();
            let is_blank = typed == TypedLine::Nothing;
            let ended = !is_blank || bytes.last() == Some(&editing.terminator);
            self.cx.event(ModuleEvent::Typed { bytes, ended });
        }
        if self.parts.line.echo {
            self.cx.output.echo(&bytes[line_feed..count]);
        }
        match typed {
            TypedLine::Nothing => {}
            TypedLine::TooLong => {
                self.cx.hold_answer(None, true);
                self.cx.output.result(Err(CommandError::Plain));
            }
            TypedLine::Execute(line) => {
                self.cx.output.urcs().overtake();
                self.cx.input.execute(Execution { line, next: 0 });
                self.execute_line();
            }
        }
        count
    }

    /// Takes payload up to its end, if that is known; returns how many bytes of the line it was.
    fn take_payload(&mut self, bytes: &[u8]) -> usize {
        let room = self.parts.room();
        let mode = &mut self.cx.input.mode;
        let taken = mode.take_payload(self.cx.now, bytes, room);
        self.cx.timers.put(Timer::Escape, mode.deadline());
        if self.cx.reports_input {
            self.cx.event(ModuleEvent::PayloadTaken(taken.count));
        }
        self.parts.handle_payload(&mut self.cx, taken.data);
        if taken.ended {
            self.parts.ftp.end_stuffed_upload(&mut self.cx);
        }
        taken.count
    }
}

/// From the driver.
impl Module {
    /// Acts on a reply of the driver.
    pub fn handle_reply(&mut self, now: Duration, reply: DriverReply<'_>) {
        self.cx.advance(now);
        if !self.cx.power.is_on() {
            return;
        }
        self.parts.handle_reply(&mut self.cx, reply);
        self.settle();
    }

    /// Returns when [`Module::handle_timeout`] must be called, if nothing comes before.
    pub fn poll_timeout(&self) -> Option<Duration> {
        let due = [
            self.cx.timers.next_timeout(),
            self.cx.output.next_release(self.cx.now),
            self.cx.urc_due(),
            self.next_arrival(),
        ];
        due.into_iter().flatten().min()
    }

    /// Returns when more input has come over a line with a speed.
    fn next_arrival(&self) -> Option<Duration> {
        let rate = self.cx.output.rate()?;
        self.cx.incoming.next_step(rate, self.cx.now)
    }

    /// Acts on the time that [`Module::poll_timeout`] named.
    pub fn handle_timeout(&mut self, now: Duration) {
        self.cx.advance(now);
        self.settle();
        // What was typed counts before the silence that follows it.
        if let Some(rate) = self.cx.output.rate() {
            self.take_arrived(rate);
        }
        for timer in Timer::ALL {
            if !self.cx.timers.expire(timer, self.cx.now) {
                continue;
            }
            match timer {
                Timer::Power => self.on_power_timeout(),
                timer => self.parts.on_timeout(&mut self.cx, timer),
            }
        }
        self.settle();
    }

    /// Aborts the running operation: the FTP command under way, or the file on the line. The host gets its result, or
    /// its unsolicited result code, as where the operation fails.
    pub fn abort(&mut self, now: Duration) {
        self.cx.advance(now);
        self.parts.abort(&mut self.cx);
        self.settle();
    }
}

/// To the line and the driver.
impl Module {
    /// Returns the next event for the driver; drain them after every input.
    pub fn poll_event(&mut self) -> Option<ModuleEvent> {
        self.cx.events.pop_front()
    }

    /// Returns the bytes for the host, as many as may go out by now. A driver whose line is full leaves them here: that is how
    /// a download learns to wait.
    pub fn poll_transmit(&self) -> Option<&[u8]> {
        let bytes = self.cx.output.released(self.cx.now);
        (!bytes.is_empty()).then_some(bytes)
    }

    /// Returns the kind of the first bytes of [`Module::poll_transmit`], and how many of them are of that kind.
    #[cfg(all(unix, feature = "emulator"))]
    pub(crate) fn first_run(&self) -> Option<OutputRun> {
        self.cx.output.first_run()
    }

    /// Gives back the room for input and output where none waits.
    #[cfg(all(unix, feature = "emulator"))]
    pub(crate) fn give_back(&mut self) {
        self.cx.output.give_back();
        self.cx.input.give_back();
    }

    /// Takes note that so many bytes of [`Module::poll_transmit`] have gone out.
    pub fn transmitted(&mut self, now: Duration, count: usize) {
        self.cx.advance(now);
        self.cx.transmitted(count);
        self.parts.files.pump(&mut self.cx);
        if self.cx.input.has_backlog() && !self.cx.postpones_input() {
            self.settle();
        }
        self.cx.write_urcs();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::ec2x::EC2X;
    use crate::ftp::{FailureKind, FtpFailure, FtpOperation};

    const NOW: Duration = Duration::ZERO;

    /// Types a line; returns what the module says.
    fn ask(module: &mut Module, line: &str) -> Vec<u8> {
        module.handle_input(NOW, line.as_bytes());
        module.handle_input(NOW, b"\r");
        let printed = module.poll_transmit().unwrap_or_default().to_vec();
        module.transmitted(NOW, printed.len());
        printed
    }

    #[test]
    fn an_aborted_command_reports_its_end_once() {
        let mut module = Module::new(&EC2X);
        ask(&mut module, "ATE0");
        ask(&mut module, "AT+QIACT=1");
        assert_eq!(ask(&mut module, "AT+QFTPOPEN=\"h\""), b"\r\nOK\r\n");
        let event = module.poll_event();
        assert!(matches!(
            event,
            Some(ModuleEvent::Ftp(FtpOperation::Open(_)))
        ));
        module.abort(NOW);
        assert_eq!(module.poll_event(), Some(ModuleEvent::Abort));
        let failure = FtpFailure {
            kind: FailureKind::Cancelled,
            reply: None,
            text: Vec::new(),
        };
        module.handle_reply(NOW, DriverReply::Done(Err(failure)));
        assert_eq!(
            module.poll_transmit(),
            Some(&b"\r\n+QFTPOPEN: 616,0\r\n"[..])
        );
        module.abort(NOW);
        assert_eq!(module.poll_event(), None);
    }

    #[test]
    fn a_line_that_waits_for_the_driver_keeps_what_is_typed() {
        let mut module = Module::new(&EC2X);
        ask(&mut module, "ATE0");
        assert_eq!(ask(&mut module, "AT+QFLST;+CSQ"), b"");
        assert!(!module.wants_input());
        assert_eq!(ask(&mut module, "AT"), b"");
        let files = store::FileAnswer::Files(Vec::new());
        module.handle_reply(NOW, DriverReply::File(Ok(files)));
        let printed = b"\r\n+CSQ: 28,99\r\n\r\nOK\r\n\r\nOK\r\n";
        assert_eq!(module.poll_transmit(), Some(&printed[..]));
        assert!(module.wants_input());
    }
}
