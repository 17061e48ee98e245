//! Standard input as a source: `-`.

use std::io::{self, Read};
use std::path::Path;

use crate::interrupt::Interrupt;

/// Returns true if a local name stands for standard input or output.
pub(crate) fn is_stdin(local: &Path) -> bool {
    local.as_os_str() == "-"
}

/// Returns the number of bytes that it will give, if it is a file.
#[cfg(unix)]
pub(crate) fn size() -> Option<u64> {
    use std::io::Seek;
    use std::os::fd::AsFd;
    let mut file = std::fs::File::from(io::stdin().as_fd().try_clone_to_owned().ok()?);
    let metadata = file.metadata().ok()?;
    if !metadata.is_file() {
        return None;
    }
    let position = file.stream_position().ok()?;
    // Some files of the system state 0 and give more.
    metadata
        .len()
        .checked_sub(position)
        .filter(|remaining| *remaining > 0)
}

/// Returns the number of bytes that it will give; unknown on this system.
#[cfg(not(unix))]
pub(crate) fn size() -> Option<u64> {
    None
}

/// Standard input whose reads end on Ctrl-C.
pub(crate) struct Input {
    #[cfg_attr(not(unix), allow(dead_code))]
    interrupt: Interrupt,
}

impl Input {
    pub(crate) fn new(interrupt: &Interrupt) -> Self {
        Input {
            interrupt: interrupt.clone(),
        }
    }

    /// Waits until there is something to read. A plain read would wait through a signal.
    #[cfg(unix)]
    fn wait(&self) -> io::Result<()> {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        /// Between two looks, where the system had no descriptor left for what wakes.
        const SLICE: Timespec = Timespec {
            tv_sec: 0,
            tv_nsec: 50_000_000,
        };
        let stdin = io::stdin();
        let cancel = self.interrupt.cancel();
        let wake = cancel.descriptor();
        loop {
            if self.interrupt.asked() {
                return Err(io::Error::other("interrupted"));
            }
            let stdin = PollFd::new(&stdin, PollFlags::IN);
            let mut watched = [stdin.clone(), stdin];
            let ready = if let Some(wake) = wake {
                watched[1] = PollFd::from_borrowed_fd(wake, PollFlags::IN);
                poll(&mut watched, None)
            } else {
                poll(&mut watched[..1], Some(&SLICE))
            };
            match ready {
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
                Ok(_) if !watched[0].revents().is_empty() => return Ok(()),
                Ok(_) => {}
            }
        }
    }

    #[cfg(not(unix))]
    #[allow(clippy::unused_self, clippy::unnecessary_wraps)]
    fn wait(&self) -> io::Result<()> {
        Ok(())
    }
}

impl Read for Input {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.wait()?;
        io::stdin().lock().read(buffer)
    }
}
