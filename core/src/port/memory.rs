//! A line inside the process.
//!
//! The host's end is a [`Port`]; the module's end has a descriptor for an event loop. On Unix the carrier is a pair of
//! connected sockets; DTR travels beside it.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::{Cancel, Port, fd_io};

type OnDtr = Box<dyn Fn(bool) + Send>;

/// The host's end of a line.
pub(crate) struct HostEnd {
    stream: UnixStream,
    on_dtr: Arc<Mutex<Option<OnDtr>>>,
    name: String,
    cancel: Option<Cancel>,
}

/// The module's end of a line; non-blocking.
pub(crate) struct ModuleEnd {
    stream: UnixStream,
    on_dtr: Arc<Mutex<Option<OnDtr>>>,
}

impl core::fmt::Debug for HostEnd {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "HostEnd({})", self.name)
    }
}

impl core::fmt::Debug for ModuleEnd {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("ModuleEnd")
    }
}

/// Makes the two ends of a line. `name` is the name of the host's end.
///
/// # Errors
///
/// The system has no descriptor left.
pub(crate) fn pair(name: &str) -> io::Result<(HostEnd, ModuleEnd)> {
    let (host, module) = UnixStream::pair()?;
    host.set_nonblocking(true)?;
    module.set_nonblocking(true)?;
    let on_dtr = Arc::new(Mutex::new(None));
    let host = HostEnd {
        stream: host,
        on_dtr: Arc::clone(&on_dtr),
        name: name.into(),
        cancel: None,
    };
    Ok((
        host,
        ModuleEnd {
            stream: module,
            on_dtr,
        },
    ))
}

impl Port for HostEnd {
    fn read(&mut self, buffer: &mut [u8], timeout: Duration) -> io::Result<usize> {
        fd_io::read(&self.stream, buffer, timeout, self.cancel.as_ref())
    }

    fn write(&mut self, bytes: &[u8], timeout: Duration) -> io::Result<usize> {
        fd_io::send(&self.stream, bytes, timeout)
    }

    fn set_dtr(&mut self, on: bool) -> io::Result<()> {
        if let Some(callback) = &*self.on_dtr.lock().unwrap_or_else(PoisonError::into_inner) {
            callback(on);
        }
        Ok(())
    }

    fn wake_by(&mut self, cancel: &Cancel) -> bool {
        self.cancel = Some(cancel.clone());
        cancel.descriptor().is_some()
    }

    fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        Some(self.stream.as_fd())
    }

    fn name(&self) -> &str {
        &self.name
    }
}

impl ModuleEnd {
    /// Reads what the host wrote; returns 0 while there is nothing.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::UnexpectedEof`] says that the host is gone.
    pub(crate) fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        fd_io::read(&self.stream, buffer, Duration::ZERO, None)
    }

    /// Writes to the host and returns how much was taken.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::UnexpectedEof`] says that the host is gone.
    pub(crate) fn write(&self, bytes: &[u8]) -> io::Result<usize> {
        fd_io::send(&self.stream, bytes, Duration::ZERO)
    }

    /// Sets the callback for DTR; it is called in the host's thread.
    pub(crate) fn on_dtr(&self, callback: impl Fn(bool) + Send + 'static) {
        *self.on_dtr.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(callback));
    }
}

impl AsFd for ModuleEnd {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.stream.as_fd()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, Ordering};

    #[test]
    fn bytes_and_dtr_pass_and_the_end_is_seen() {
        let (mut host, module) = pair("emulator://test").expect("a pair");
        let seen = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&seen);
        module.on_dtr(move |on| flag.store(on, Ordering::SeqCst));
        host.set_dtr(true).expect("set");
        assert!(seen.load(Ordering::SeqCst));
        host.write(b"AT\r", Duration::ZERO).expect("written");
        let mut buffer = [0; 10];
        assert_eq!(module.read(&mut buffer).expect("read"), 3);
        assert_eq!(module.read(&mut buffer).expect("read"), 0);
        module.write(b"OK").expect("written");
        assert_eq!(host.read(&mut buffer, Duration::ZERO).expect("read"), 2);
        drop(host);
        assert_eq!(
            module.read(&mut buffer).expect_err("gone").kind(),
            io::ErrorKind::UnexpectedEof
        );
    }
}
