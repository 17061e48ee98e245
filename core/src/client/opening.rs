//! Opens a client: the port, and the module on it, which is waited for if it boots.

use std::time::{Duration, Instant};

use super::callbacks::Callbacks;
use super::closed_port::ClosedPort;
use super::connection::{Client, PortOrigin, wrapped};
use super::error::Error;
use super::options::ClientOptions;
use super::ways::Ways;
use crate::ErrorKind;
use crate::ErrorKinds;
use crate::connect::{self, ReopenablePort, Typing, UploadMark};
use crate::port::Port;

/// The pause between two tries to open a port.
const PAUSE: Duration = Duration::from_millis(200);

/// The kinds of errors that a module which boots causes: its port is not there, or another program probes it, or the
/// module is silent, or says its banner in place of an answer.
const BOOTING: ErrorKinds = ErrorKinds::NONE
    .with(ErrorKind::PortMissing)
    .with(ErrorKind::PortBusy)
    .with(ErrorKind::PortPermission)
    .with(ErrorKind::Port)
    .with(ErrorKind::Line)
    .with(ErrorKind::NoAnswer)
    .with(ErrorKind::Restarted)
    .with(ErrorKind::FinalError)
    .with(ErrorKind::UnexpectedLine);

impl ClientOptions {
    /// Opens a port and asks the module on it what it is.
    ///
    /// # Errors
    ///
    /// The port cannot be opened, the module does not answer, or no dialect is known for it. With
    /// [`ClientOptions::wait`] the last of these errors, when the time is over.
    pub fn open(mut self, url: &str) -> Result<Client, Error> {
        let patience = Patience::new(self.wait);
        let typing = if self.escape_first {
            Typing::Nothing
        } else {
            Typing::At
        };
        let mut wrap = self.wrap.take();
        let mut nowhere = wrapped(Box::new(ClosedPort), &mut wrap);
        let (origin, port) = loop {
            match ReopenablePort::open(url, typing).map_err(Error::from) {
                Ok(opened) => break opened,
                Err(error) if !patience.lasts(&error) => return Err(error),
                Err(_) => self.pause(nowhere.as_mut())?,
            }
        };
        let port = wrapped(port, &mut wrap);
        let mark = UploadMark::of_port(origin.parsed());
        let origin = PortOrigin::Url(origin, wrap);
        let mut client = self.start(port, origin);
        client.mark = mark;
        // The mark knows the dialect.
        client.expect_marked_upload();
        client.identified(&patience)
    }

    /// Leaves data mode on a port where a program of this machine was killed in an upload. Call it before a program types
    /// on the port by itself: what it types would be a part of that file. On other ports nothing happens.
    ///
    /// # Errors
    ///
    /// Those of [`ClientOptions::open`].
    pub fn leave_upload(self, url: &str) -> Result<(), Error> {
        if connect::is_marked(url) {
            self.open(url)?.close();
        }
        Ok(())
    }

    /// Waits before the next try to open the port. What is put around ports looks at the time by their reads, so it reads
    /// from a port that is closed.
    fn pause(&self, nowhere: &mut dyn Port) -> Result<(), Error> {
        let end = Instant::now() + PAUSE;
        loop {
            let _ = nowhere.read(&mut [0], Duration::ZERO);
            if self.is_cancelled() {
                return Err(Error::cancelled());
            }
            let left = end.saturating_duration_since(Instant::now());
            match &self.cancel {
                _ if left.is_zero() => return Ok(()),
                Some(cancel) => cancel.sleep(left),
                None => std::thread::sleep(left),
            }
        }
    }

    /// Asks the module on an open port what it is.
    ///
    /// # Errors
    ///
    /// The line breaks, the module does not answer, or no dialect is known for it.
    pub fn with_port(self, port: Box<dyn Port>) -> Result<Client, Error> {
        let patience = Patience::new(self.wait);
        self.start(port, PortOrigin::Given).identified(&patience)
    }

    fn start(self, port: Box<dyn Port>, origin: PortOrigin) -> Client {
        let callbacks = Callbacks {
            line: self.on_line,
            #[cfg(feature = "record")]
            recorder: self.recorder,
            ..Callbacks::default()
        };
        let mut client = Client::new(port, origin, self.dialect, callbacks);
        client.set_cancel(self.cancel);
        client.retry = self.retry;
        client.trust_count = self.trust_count;
        client.ways = Ways::new(self.way);
        if self.escape_first {
            client.expect_upload();
        }
        client.set_send_buffer(self.send_buffer);
        if let Some(limit) = self.listing_limit {
            client.listing_limit = limit;
        }
        client
    }
}

impl Client {
    /// Opens a port with the default options and asks the module on it what it is.
    ///
    /// # Errors
    ///
    /// The port cannot be opened, the module does not answer, or no dialect is known for it.
    pub fn open(url: &str) -> Result<Self, Error> {
        ClientOptions::new().open(url)
    }

    /// Asks the module what it is, until it answers or the time is over. A port that broke is opened anew.
    fn identified(mut self, patience: &Patience) -> Result<Self, Error> {
        let mut result = self.identify();
        while let Err(error) = result {
            if !patience.lasts(&error) || self.is_cancelled() {
                return Err(error);
            }
            result = if error.kind().breaks_port() {
                self.sleep_until(self.now() + PAUSE)?;
                self.reopen().and_then(|()| self.identify())
            } else {
                self.identify()
            };
        }
        Ok(self)
    }
}

/// The time that a module which boots is given.
struct Patience {
    begun: Instant,
    wait: Duration,
}

impl Patience {
    fn new(wait: Duration) -> Self {
        Patience {
            begun: Instant::now(),
            wait,
        }
    }

    /// Returns true where the error may pass and time is left.
    fn lasts(&self, error: &Error) -> bool {
        BOOTING.contains(error.kind()) && self.begun.elapsed() < self.wait
    }
}
