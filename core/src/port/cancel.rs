//! The handle that ends a call from elsewhere: another thread, a callback, a signal handler.
//!
//! It is a flag, and a pipe that wakes the one who waits: a port waits for its line and for the pipe at once. The pipe
//! can be read from a cancellation to the next [`Cancel::clear`], so that one handle ends the calls of many clients. A
//! byte in the pipe without the flag ends a wait and no call: a signal handler wants to be heard.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// The longest wait where nothing wakes it.
pub(crate) const SLICE: Duration = Duration::from_millis(20);

/// Ends the calls of a client, from any thread, from a callback, or from a signal handler.
///
/// Clones are the same handle. On Unix it takes two descriptors; where the system has none left, and on other systems,
/// it works all the same, and waits look at it every 20 ms.
///
/// ```
/// use qftp::client::Cancel;
///
/// let cancel = Cancel::new();
/// let handle = cancel.clone();
/// std::thread::spawn(move || handle.cancel()).join().expect("a thread");
/// assert!(cancel.is_cancelled());
/// cancel.clear();
/// assert!(!cancel.is_cancelled());
/// ```
#[derive(Clone, Debug)]
pub struct Cancel {
    flag: Arc<AtomicBool>,
    #[cfg(unix)]
    pipe: Option<Arc<pipe::Pipe>>,
}

impl Default for Cancel {
    fn default() -> Self {
        Cancel::new()
    }
}

/// A flag of the program. Nothing wakes a client whose flag is set directly, so it looks every 20 ms.
impl From<Arc<AtomicBool>> for Cancel {
    fn from(flag: Arc<AtomicBool>) -> Self {
        Cancel {
            flag,
            #[cfg(unix)]
            pipe: None,
        }
    }
}

impl Cancel {
    /// Makes a handle that has cancelled nothing yet.
    pub fn new() -> Self {
        Cancel {
            flag: Arc::default(),
            #[cfg(unix)]
            pipe: pipe::Pipe::new().ok().map(Arc::new),
        }
    }

    /// Ends the running calls, and each later one, until [`Cancel::clear`]. Safe in a signal handler: it sets a flag and
    /// writes to a pipe.
    pub fn cancel(&self) {
        if !self.flag.swap(true, Ordering::SeqCst) {
            self.wake();
        }
    }

    /// Lets later calls run.
    pub fn clear(&self) {
        self.flag.store(false, Ordering::SeqCst);
        self.woken();
    }

    /// Returns true from a cancellation to the next [`Cancel::clear`].
    pub fn is_cancelled(&self) -> bool {
        self.flag.load(Ordering::SeqCst)
    }

    /// Returns the flag, for a signal handler that is made of parts: one sets the flag, the next writes a byte to
    /// [`Cancel::wake_descriptor`].
    pub fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.flag)
    }

    /// Returns the descriptor that can be read when a wait is to end: for a [`Port`](super::Port) that waits for its line
    /// and for this. `None` where there is none, and waits are to be short.
    #[cfg(unix)]
    pub fn descriptor(&self) -> Option<std::os::fd::BorrowedFd<'_>> {
        self.pipe.as_deref().map(pipe::Pipe::reader)
    }

    /// Returns the descriptor that ends a wait, and no call, by a byte that is written to it: for a signal handler whose
    /// program wants to look at something. It does not block.
    #[cfg(unix)]
    pub fn wake_descriptor(&self) -> Option<std::os::fd::BorrowedFd<'_>> {
        self.pipe.as_deref().map(pipe::Pipe::writer)
    }

    /// Takes note that [`Cancel::descriptor`] has ended a wait: it can be read no more, unless a call is to end.
    pub fn woken(&self) {
        #[cfg(unix)]
        if let Some(pipe) = &self.pipe {
            pipe.drain();
            // Set meanwhile, or there for others who wait.
            if self.is_cancelled() {
                self.wake();
            }
        }
    }

    /// Waits until a cancellation, a byte in the pipe, or the end of the time; not all of it where nothing wakes.
    pub fn sleep(&self, time: Duration) {
        #[cfg(unix)]
        if let Some(pipe) = &self.pipe {
            if pipe.wait(time) {
                self.woken();
            }
            return;
        }
        std::thread::sleep(time.min(SLICE));
    }

    fn wake(&self) {
        #[cfg(unix)]
        if let Some(pipe) = &self.pipe {
            pipe.write();
        }
    }
}

#[cfg(unix)]
mod pipe {
    use std::io::{self, PipeReader, PipeWriter};
    use std::os::fd::{AsFd, BorrowedFd};
    use std::time::Duration;

    use rustix::event::{PollFd, PollFlags, Timespec, poll};

    /// A pipe whose bytes mean nothing; non-blocking.
    #[derive(Debug)]
    pub(super) struct Pipe {
        reader: PipeReader,
        writer: PipeWriter,
    }

    impl Pipe {
        pub(super) fn new() -> io::Result<Self> {
            let (reader, writer) = io::pipe()?;
            rustix::io::ioctl_fionbio(&reader, true)?;
            rustix::io::ioctl_fionbio(&writer, true)?;
            Ok(Pipe { reader, writer })
        }

        pub(super) fn reader(&self) -> BorrowedFd<'_> {
            self.reader.as_fd()
        }

        pub(super) fn writer(&self) -> BorrowedFd<'_> {
            self.writer.as_fd()
        }

        /// Writes a byte. A pipe that is full can be read, which is all that is wanted.
        pub(super) fn write(&self) {
            let _ = rustix::io::write(&self.writer, b"!");
        }

        /// Reads what is there.
        pub(super) fn drain(&self) {
            let mut bytes = [0; 64];
            while rustix::io::read(&self.reader, &mut bytes) == Ok(bytes.len()) {}
        }

        /// Waits until it can be read. Returns false where it cannot: the time is over, or a signal came.
        pub(super) fn wait(&self, time: Duration) -> bool {
            let time = Timespec::try_from(time).unwrap_or(LONGEST);
            let mut fds = [PollFd::new(&self.reader, PollFlags::IN)];
            poll(&mut fds, Some(&time)).is_ok_and(|ready| ready > 0)
        }
    }

    /// As good as for ever.
    const LONGEST: Timespec = Timespec {
        tv_sec: i64::MAX,
        tv_nsec: 0,
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns whether a wait would end at once.
    #[cfg(unix)]
    fn wakes(cancel: &Cancel) -> bool {
        cancel
            .pipe
            .as_ref()
            .is_some_and(|pipe| pipe.wait(Duration::ZERO))
    }

    #[cfg(unix)]
    #[test]
    fn a_cancellation_wakes_until_it_is_cleared_and_for_all_who_wait() {
        let cancel = Cancel::new();
        assert!(!wakes(&cancel));
        cancel.cancel();
        for _ in 0..3 {
            assert!(wakes(&cancel));
            cancel.sleep(Duration::from_secs(600));
        }
        cancel.clear();
        assert!(!wakes(&cancel) && !cancel.is_cancelled());
    }

    #[cfg(unix)]
    #[test]
    fn a_byte_of_a_signal_handler_ends_one_wait_and_no_call() {
        let cancel = Cancel::new();
        let signal = cancel.wake_descriptor().expect("a descriptor");
        rustix::io::write(signal, b"\x02").expect("written");
        cancel.sleep(Duration::from_secs(600));
        assert!(!wakes(&cancel) && !cancel.is_cancelled());
    }

    #[cfg(unix)]
    #[test]
    fn any_number_of_cancellations_and_signals_is_cleared_at_once() {
        let cancel = Cancel::new();
        let signal = cancel.wake_descriptor().expect("a descriptor");
        for _ in 0..1000 {
            cancel.cancel();
            rustix::io::write(signal, b"\x02").expect("written");
        }
        cancel.clear();
        assert!(!wakes(&cancel));
    }

    #[test]
    fn a_flag_of_the_program_is_seen_without_a_wake() {
        let flag = Arc::new(AtomicBool::new(false));
        let cancel = Cancel::from(Arc::clone(&flag));
        cancel.sleep(Duration::from_secs(600)); // a slice
        assert!(!cancel.is_cancelled());
        flag.store(true, Ordering::SeqCst);
        assert!(cancel.is_cancelled());
    }
}
