//! Reading and writing a descriptor with time-outs, alike for terminals and sockets.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::OFlags;
use rustix::io::Errno;
use rustix::net::SendFlags;

use super::cancel::Cancel;

/// Makes a descriptor non-blocking: a write after `poll` must not wait for room for all of it.
pub(super) fn set_nonblocking(fd: BorrowedFd<'_>) -> io::Result<()> {
    let flags = rustix::fs::fcntl_getfl(fd)?;
    rustix::fs::fcntl_setfl(fd, flags | OFlags::NONBLOCK)?;
    Ok(())
}

/// Implements [`super::Port::read`] on a non-blocking descriptor. `cancel` ends the wait.
pub(super) fn read(
    fd: &impl AsFd,
    buffer: &mut [u8],
    timeout: Duration,
    cancel: Option<&Cancel>,
) -> io::Result<usize> {
    if buffer.is_empty() || !wait(fd, PollFlags::IN, timeout, cancel)? {
        return Ok(0);
    }
    match rustix::io::read(fd, buffer) {
        // The end of a stream; a terminal whose other side is gone.
        Ok(0) | Err(Errno::IO) => Err(gone()),
        Ok(count) => Ok(count),
        Err(Errno::AGAIN | Errno::INTR) => Ok(0),
        Err(error) => Err(error.into()),
    }
}

/// Implements [`super::Port::write`] on a non-blocking descriptor of a terminal.
#[cfg(feature = "serial")]
pub(super) fn write(fd: &impl AsFd, bytes: &[u8], timeout: Duration) -> io::Result<usize> {
    if bytes.is_empty() || !wait(fd, PollFlags::OUT, timeout, None)? {
        return Ok(0);
    }
    written(rustix::io::write(fd, bytes))
}

/// Implements [`super::Port::write`] on a non-blocking socket. By default `SIGPIPE` ends a program in C, so a socket
/// whose other side is gone must not raise it.
pub(super) fn send(fd: &impl AsFd, bytes: &[u8], timeout: Duration) -> io::Result<usize> {
    if bytes.is_empty() || !wait(fd, PollFlags::OUT, timeout, None)? {
        return Ok(0);
    }
    #[cfg(target_vendor = "apple")] // has no such flag
    let flags = SendFlags::empty();
    #[cfg(not(target_vendor = "apple"))]
    let flags = SendFlags::NOSIGNAL;
    written(rustix::net::send(fd, bytes, flags))
}

fn written(result: rustix::io::Result<usize>) -> io::Result<usize> {
    match result {
        Ok(count) => Ok(count),
        Err(Errno::AGAIN | Errno::INTR) => Ok(0),
        Err(Errno::IO | Errno::PIPE | Errno::CONNRESET) => Err(gone()),
        Err(error) => Err(error.into()),
    }
}

fn gone() -> io::Error {
    io::Error::new(
        io::ErrorKind::UnexpectedEof,
        "the other side of the line is gone",
    )
}

/// Returns whether the descriptor became ready in time, and before the wait was ended. A look without a wait leaves
/// alone what ends waits.
fn wait(
    fd: &impl AsFd,
    flags: PollFlags,
    timeout: Duration,
    cancel: Option<&Cancel>,
) -> io::Result<bool> {
    let cancel = cancel.filter(|_| !timeout.is_zero());
    let wake = cancel.and_then(Cancel::descriptor);
    let timeout = Timespec::try_from(timeout).unwrap_or(Timespec {
        tv_sec: i64::MAX,
        tv_nsec: 0,
    });
    let line = PollFd::new(fd, flags);
    let mut fds = [line.clone(), line];
    let mut count = 1;
    if let Some(wake) = wake {
        fds[1] = PollFd::from_borrowed_fd(wake, PollFlags::IN);
        count = 2;
    }
    match poll(&mut fds[..count], Some(&timeout)) {
        // A signal ends the wait early: the caller sees that nothing came and looks at its flags.
        Ok(0) | Err(Errno::INTR) => Ok(false),
        Ok(_) if !fds[0].revents().is_empty() => Ok(true),
        Ok(_) => {
            if let Some(cancel) = cancel {
                cancel.woken();
            }
            Ok(false)
        }
        Err(error) => Err(error.into()),
    }
}
