//! The module's end of a pseudo terminal.
//!
//! The host opens the other end by its path, as it would a serial device. Hosts come and go: when the last one closes,
//! reading says [`PtyRead::HungUp`], which a module takes as DTR dropped. Bytes that the module sends without a host are
//! lost, as on a UART, and never reach the next host.

use std::fs;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, QueueSelector, tcflush, tcgetattr, tcsetattr};

use super::fd_io;
use super::path_lock::PathLock;

/// The module's end of a pseudo terminal; non-blocking.
#[derive(Debug)]
pub struct Pty {
    master: OwnedFd,
    slave: PathBuf,
    link: Option<PtyLink>,
}

/// The name of a symbolic link to a pseudo terminal. No other emulator has it until this is dropped.
#[derive(Debug)]
pub(crate) struct PtyLink {
    path: PathBuf,
    _lock: PathLock,
}

/// The result of a read of the module's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PtyRead {
    /// This many bytes came.
    Bytes(usize),
    /// Nothing came by now.
    Nothing,
    /// No host has it open.
    HungUp,
}

/// Opens a new terminal that no program inherits.
fn open_master() -> io::Result<OwnedFd> {
    let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY;
    #[cfg(not(target_vendor = "apple"))]
    let master = openpt(flags | OpenptFlags::CLOEXEC)?;
    #[cfg(target_vendor = "apple")] // which has no such flag
    let master = openpt(flags)?;
    #[cfg(target_vendor = "apple")]
    rustix::io::fcntl_setfd(&master, rustix::io::FdFlags::CLOEXEC)?;
    Ok(master)
}

impl Pty {
    /// Makes a pseudo terminal. `link` becomes a symbolic link to its path; a link that is there is replaced,
    /// anything else is refused.
    ///
    /// # Errors
    ///
    /// The system has no terminal left, the link cannot be made, or [`io::ErrorKind::ResourceBusy`]: another emulator
    /// has the link.
    pub fn open(link: Option<&Path>) -> io::Result<Self> {
        let master = open_master()?;
        grantpt(&master)?;
        unlockpt(&master)?;
        let slave = ptsname(&master, Vec::new())?;
        let slave = PathBuf::from(slave.into_string().map_err(io::Error::other)?);
        fd_io::set_nonblocking(master.as_fd())?;
        let mut pty = Pty {
            master,
            slave,
            link: None,
        };
        pty.clear()?;
        if let Some(link) = link {
            pty.set_link(PtyLink::reserve(link)?)?;
        }
        Ok(pty)
    }

    /// Returns the path that a host opens: the link if there is one.
    pub fn path(&self) -> &Path {
        self.link.as_ref().map_or(&self.slave, |link| &link.path)
    }

    /// Reads what the host wrote.
    ///
    /// # Errors
    ///
    /// The system refused it.
    pub fn read(&self, buffer: &mut [u8]) -> io::Result<PtyRead> {
        match rustix::io::read(&self.master, buffer) {
            Ok(0) | Err(Errno::AGAIN | Errno::INTR) => Ok(PtyRead::Nothing),
            Ok(count) => Ok(PtyRead::Bytes(count)),
            Err(Errno::IO) => Ok(PtyRead::HungUp),
            Err(error) => Err(error.into()),
        }
    }

    /// Writes to the host and returns how much was taken. Without a host all is taken, and lost.
    ///
    /// # Errors
    ///
    /// The system refused it.
    pub fn write(&self, bytes: &[u8]) -> io::Result<usize> {
        if self.is_hung_up()? {
            return Ok(bytes.len());
        }
        match rustix::io::write(&self.master, bytes) {
            Ok(count) => Ok(count),
            Err(Errno::AGAIN | Errno::INTR) => Ok(0),
            Err(Errno::IO) => Ok(bytes.len()),
            Err(error) => Err(error.into()),
        }
    }

    /// Returns whether no host has it open.
    ///
    /// # Errors
    ///
    /// The system refused the poll.
    pub fn is_hung_up(&self) -> io::Result<bool> {
        let mut fds = [PollFd::new(&self.master, PollFlags::empty())];
        poll(
            &mut fds,
            Some(&Timespec {
                tv_sec: 0,
                tv_nsec: 0,
            }),
        )?;
        Ok(fds[0].revents().contains(PollFlags::HUP))
    }

    /// Drops what the last host has not read, so that the next one does not see it, and makes the terminal raw. Only
    /// the host's end can do so: it is opened for a moment.
    ///
    /// # Errors
    ///
    /// A host has the terminal open exclusive, or the system refused it.
    pub fn clear(&self) -> io::Result<()> {
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let slave = rustix::fs::open(&self.slave, flags, Mode::empty())?;
        tcflush(&slave, QueueSelector::IFlush)?;
        let mut settings = tcgetattr(&slave)?;
        settings.make_raw();
        tcsetattr(&slave, OptionalActions::Now, &settings)?;
        Ok(())
    }

    /// Makes the symbolic link to the terminal.
    ///
    /// # Errors
    ///
    /// The link cannot be made.
    pub(crate) fn set_link(&mut self, link: PtyLink) -> io::Result<()> {
        // Made beside it and renamed, so that there is never a moment without a link.
        let mut fresh = std::ffi::OsString::from(".");
        fresh.push(link.path.file_name().unwrap_or_default());
        fresh.push(format!(".{}", std::process::id()));
        let fresh = link.path.with_file_name(fresh);
        std::os::unix::fs::symlink(&self.slave, &fresh)?;
        if let Err(error) = fs::rename(&fresh, &link.path) {
            let _ = fs::remove_file(&fresh); // the first error is the one to tell
            return Err(error);
        }
        self.link = Some(link);
        Ok(())
    }

    /// Removes the symbolic link; the name stays reserved for another terminal of the emulator.
    pub(crate) fn take_link(&mut self) -> Option<PtyLink> {
        let link = self.link.take()?;
        if fs::read_link(&link.path).is_ok_and(|target| target == self.slave) {
            let _ = fs::remove_file(&link.path); // nothing more can be done about it here
        }
        Some(link)
    }
}

impl PtyLink {
    /// Reserves a name for a link.
    fn reserve(path: &Path) -> io::Result<Self> {
        if let Ok(there) = fs::symlink_metadata(path)
            && !there.is_symlink()
        {
            let text = format!("{} exists and is not a symbolic link", path.display());
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, text));
        }
        Ok(PtyLink {
            _lock: PathLock::take(path)?,
            path: path.to_owned(),
        })
    }
}

impl AsFd for Pty {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.master.as_fd()
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        self.take_link();
    }
}

#[cfg(all(test, feature = "serial"))]
mod tests {
    use super::*;
    use crate::port::{Port, PortError, SerialSettings, serial};
    use std::time::Duration;

    const SOON: Duration = Duration::from_secs(5);

    fn open(pty: &Pty) -> Result<Box<dyn Port>, PortError> {
        let path = pty.path().to_str().expect("UTF-8");
        serial::open(path, SerialSettings::default())
    }

    fn host(pty: &Pty) -> Box<dyn Port> {
        open(pty).expect("opened")
    }

    /// Reads from the module's end until this many bytes are in.
    fn read(pty: &Pty, count: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut buffer = [0; 4096];
        while bytes.len() < count {
            match pty.read(&mut buffer).expect("read") {
                PtyRead::Bytes(count) => bytes.extend_from_slice(&buffer[..count]),
                PtyRead::Nothing => std::thread::yield_now(),
                PtyRead::HungUp => break,
            }
        }
        bytes
    }

    #[test]
    fn hosts_come_and_go_and_see_nothing_of_one_another() {
        let pty = Pty::open(None).expect("a pty");
        assert_eq!(pty.write(b"nothing reads it!").expect("written"), 17);
        let mut buffer = [0; 100];
        for round in 0..3 {
            let mut host = host(&pty);
            host.write(b"AT\r", SOON).expect("written");
            assert_eq!(read(&pty, 3), b"AT\r", "round {round}");
            pty.write(b"OK").expect("written");
            assert_eq!(host.read(&mut buffer, SOON).expect("read"), 2);
            assert_eq!(&buffer[..2], b"OK");
            pty.write(b"unread").expect("written");
            drop(host);
            assert_eq!(pty.read(&mut buffer).expect("read"), PtyRead::HungUp);
            assert!(pty.is_hung_up().expect("polled"));
            pty.clear().expect("cleared");
            assert_eq!(pty.write(b"late").expect("written"), 4);
        }
        let mut host = host(&pty);
        assert_eq!(
            host.read(&mut buffer, Duration::from_millis(20))
                .expect("read"),
            0
        );
    }

    #[test]
    fn what_the_module_has_not_read_is_thrown_away_but_for_a_little() {
        let pty = Pty::open(None).expect("a pty");
        let mut host = host(&pty);
        let mut written = 0;
        while written < 60_000 {
            match host.write(&[b'x'; 4096], Duration::ZERO).expect("written") {
                0 => break,
                count => written += count,
            }
        }
        assert!(written > 8192, "{written}");
        host.discard_output().expect("discarded");
        assert_eq!(host.write(b"AT\r", SOON).expect("written"), 3);
        let mut left = Vec::new();
        while !left.ends_with(b"AT\r") {
            left.extend(read(&pty, 1));
        }
        // What the other side had taken by then stays.
        assert!(left.len() <= 4096 + 3, "{}", left.len());
    }

    #[test]
    fn every_byte_value_passes_both_ways() {
        let pty = Pty::open(None).expect("a pty");
        let mut host = host(&pty);
        let block: Vec<u8> = (0..=255).collect();
        let mut buffer = [0; 8];
        for size in 1..=8 {
            assert_eq!(host.write(&block, SOON).expect("written"), 256);
            assert_eq!(read(&pty, 256), block);
            assert_eq!(pty.write(&block).expect("written"), 256);
            let mut got = Vec::new();
            while got.len() < 256 {
                let count = host.read(&mut buffer[..size], SOON).expect("read");
                got.extend_from_slice(&buffer[..count]);
            }
            assert_eq!(got, block, "reads of {size}");
        }
    }

    #[test]
    fn a_link_is_made_replaced_and_removed_but_a_file_is_left_alone() {
        let dir = tempfile::tempdir().expect("a folder");
        let link = dir.path().join("ec25");
        let first = Pty::open(Some(&link)).expect("a pty");
        assert_eq!(first.path(), link);
        let busy = Pty::open(Some(&link)).expect_err("in use");
        assert_eq!(busy.kind(), io::ErrorKind::ResourceBusy);
        assert_eq!(fs::read_link(&link).expect("a link"), first.slave);
        drop(first);
        assert!(!link.is_symlink());
        // Left by a program that was killed: to nothing, or to a terminal that another program has got meanwhile.
        let alive = Pty::open(None).expect("a pty");
        for target in [Path::new("/dev/pts/left"), alive.path()] {
            std::os::unix::fs::symlink(target, &link).expect("a link");
            let next = Pty::open(Some(&link)).expect("a pty");
            assert_eq!(fs::read_link(&link).expect("a link"), next.slave);
            drop(next);
            assert!(!link.is_symlink());
        }
        fs::write(&link, "mine").expect("a file");
        let refused = Pty::open(Some(&link)).expect_err("refused");
        assert_eq!(refused.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&link).expect("still there"), b"mine");
    }

    #[test]
    fn a_second_host_is_told_that_the_port_is_busy() {
        let pty = Pty::open(None).expect("a pty");
        let _first = host(&pty);
        let second = open(&pty);
        assert!(
            matches!(second, Err(PortError::Busy { .. })),
            "{:?}",
            second.err()
        );
    }
}
