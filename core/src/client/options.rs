//! The options that a client is opened with.

use std::fmt;
use std::time::Duration;

use super::callbacks::OnLine;
use crate::dialect::Dialect;
use crate::host::{LineLog, SendBufferSize, TransferWay};
use crate::port::{Cancel, Port};
#[cfg(feature = "record")]
use crate::record::Recorder;
use crate::transfer::RetryPolicy;

/// The longest listing in bytes, unless the client was opened with another.
pub(super) const LISTING_LIMIT: usize = 16 * 1024 * 1024;

/// Options of a client, as a builder.
///
/// ```
/// # #[cfg(all(unix, feature = "emulator"))]
/// # fn main() -> Result<(), qftp::client::Error> {
/// use qftp::client::ClientOptions;
/// use qftp::dialect::ec2x::EC2X;
///
/// let client = ClientOptions::new()
///     .dialect(&EC2X)
///     .on_line(|line| eprintln!("{line:?}"))
///     .open("emulator://ec2x")?;
/// # client.close();
/// # Ok(())
/// # }
/// # #[cfg(not(all(unix, feature = "emulator")))]
/// # fn main() {}
/// ```
#[derive(Default)]
pub struct ClientOptions {
    pub(super) dialect: Option<&'static Dialect>,
    pub(super) cancel: Option<Cancel>,
    pub(super) on_line: Option<OnLine>,
    pub(super) retry: RetryPolicy,
    pub(super) listing_limit: Option<usize>,
    pub(super) wait: Duration,
    pub(super) way: Option<TransferWay>,
    pub(super) escape_first: bool,
    pub(super) send_buffer: SendBufferSize,
    pub(super) trust_count: bool,
    pub(super) wrap: Option<WrapPort>,
    #[cfg(feature = "record")]
    pub(super) recorder: Option<Recorder>,
}

/// A function that puts a port around another one.
pub(super) type WrapPort = Box<dyn FnMut(Box<dyn Port>) -> Box<dyn Port> + Send>;

impl ClientOptions {
    /// Returns the defaults: the module says what it is, calls run to their end, lines are not logged.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the dialect to speak, whatever the module says it is; `None` asks the module.
    pub fn dialect(mut self, dialect: impl Into<Option<&'static Dialect>>) -> Self {
        self.dialect = dialect.into();
        self
    }

    /// Sets the handle that cancels: the running call ends with
    /// [`ErrorKind::Cancelled`](crate::ErrorKind::Cancelled) within a tenth of a second, whatever the module or the
    /// server does. The next call resyncs the line first.
    ///
    /// A client that waits does nothing until the line or the handle wakes it. An `Arc<AtomicBool>` of the program serves
    /// too; setting it wakes no client, so that the client looks at it every 20 ms.
    pub fn cancel(mut self, cancel: impl Into<Cancel>) -> Self {
        self.cancel = Some(cancel.into());
        self
    }

    /// Sets which failed transfers are tried again, and how often; the default is [`RetryPolicy::STANDARD`].
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Sets how long a module that boots is waited for: its port appears, or it is silent, or says its banner. The try that
    /// runs when the time is over is brought to its end. The default is not to wait.
    pub fn wait(mut self, time: Duration) -> Self {
        self.wait = time;
        self
    }

    /// Sets whether the module is taken out of data mode before anything else is typed, which takes two seconds. Choose it
    /// where another machine may have gone away in the middle of an upload: the first thing typed, `AT`, would be a part of
    /// that file. After an upload of a program on this machine it happens by itself, since that leaves a mark.
    ///
    /// Nothing reaches such a file then, but in dialect `nl668`, where `+++` is payload, these three bytes. Name the dialect,
    /// and they do not.
    pub fn escape_first(mut self, escape_first: bool) -> Self {
        self.escape_first = escape_first;
        self
    }

    /// Sets the way in which files go over the line. `None`, the default, is the first one of the dialect; where the
    /// module refuses its command, the client warns ([`Client::on_warning`](super::Client::on_warning)) and takes the
    /// other one for the rest of its life. Choose [`TransferWay::Pieces`] for firmware that damages files in the first one.
    pub fn way(mut self, way: impl Into<Option<TransferWay>>) -> Self {
        self.way = way.into();
        self
    }

    /// Sets whether the module's own count proves a transfer, which saves one command for each file: the last bytes of an
    /// upload are not read back, and a download does not ask for the size first. It gives up this:
    ///
    /// - a byte that the line added to an upload is not seen: the file is as long as the source and shifted from there on;
    /// - the server is not asked whether it has the file ([`Verified::Nothing`](crate::transfer::Verified::Nothing));
    /// - the end of a download is believed after 0.3 s of silence, progress has no total, and a download into a file that
    ///   fails leaves no part of it;
    /// - a download that breaks off begins again at its first byte.
    ///
    /// Where a transfer fails on the way, or reads back all of the file, it is proved as ever. In dialect `gsm` only uploads
    /// change, in `nl668` nothing: its modules do not count. The default is `false`.
    pub fn trust_count(mut self, trust_count: bool) -> Self {
        self.trust_count = trust_count;
        self
    }

    /// Sets the size of the buffer for payload of an upload that waits for the line. A larger one takes fewer rounds where
    /// the line is fast, a smaller one less memory.
    pub fn send_buffer(mut self, size: SendBufferSize) -> Self {
        self.send_buffer = size;
        self
    }

    /// Sets what is put around the port each time that [`ClientOptions::open`] or a retry opens it: a port that looks at
    /// all that passes, for one.
    pub fn wrap_port(
        mut self,
        wrap: impl FnMut(Box<dyn Port>) -> Box<dyn Port> + Send + 'static,
    ) -> Self {
        self.wrap = Some(Box::new(wrap));
        self
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.cancel.as_ref().is_some_and(Cancel::is_cancelled)
    }

    /// Sets the size in bytes above which a listing ends in an error: a server may send one without end. The default is
    /// 16 MiB, some 150,000 entries.
    pub fn listing_limit(mut self, bytes: usize) -> Self {
        self.listing_limit = Some(bytes);
        self
    }

    /// Sets the callback for every line sent or received, from the first one on; see
    /// [`Client::on_line`](super::Client::on_line).
    pub fn on_line(mut self, callback: impl FnMut(LineLog<'_>) + Send + 'static) -> Self {
        self.on_line = Some(Box::new(callback));
        self
    }

    /// Records all that goes over the line.
    #[cfg(feature = "record")]
    pub fn record(mut self, recorder: impl Into<Option<Recorder>>) -> Self {
        self.recorder = recorder.into();
        self
    }
}

impl fmt::Debug for ClientOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientOptions")
            .field("dialect", &self.dialect.map(|dialect| dialect.name))
            .field("cancel", &self.cancel)
            .field("on_line", &self.on_line.is_some())
            .field("retry", &self.retry)
            .field("listing_limit", &self.listing_limit)
            .field("wait", &self.wait)
            .field("way", &self.way)
            .field("escape_first", &self.escape_first)
            .field("trust_count", &self.trust_count)
            .field("send_buffer", &self.send_buffer)
            .field("wrap_port", &self.wrap.is_some())
            .finish_non_exhaustive()
    }
}
