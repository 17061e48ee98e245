//! A Unix socket to listen on: its file has one owner at a time, and is removed with it.

use std::fs;
use std::io::{self, ErrorKind};
use std::ops::{Deref, DerefMut};
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::os::unix::net::{UnixListener as StdListener, UnixStream as StdStream};
use std::path::{Path, PathBuf};

use mio::net::UnixListener;
use rustix::fd::OwnedFd;
use rustix::fs::{Mode, fchmod};
use rustix::net::{AddressFamily, SocketAddrUnix, SocketType, bind, listen};

use crate::port::path_lock::PathLock;

/// Connections that wait to be accepted.
const BACKLOG: i32 = 16;

/// A listening socket with its file, which its user alone can open.
#[derive(Debug)]
pub(super) struct SocketFile {
    listener: UnixListener,
    /// Removed before the lock ends.
    _name: SocketName,
    _lock: PathLock,
}

/// The name of a socket, removed at the end.
#[derive(Debug)]
struct SocketName(PathBuf);

impl Drop for SocketName {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0); // nothing more can be done about it here
    }
}

impl SocketFile {
    /// Listens on a new socket. One that a killed emulator left is replaced.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::ResourceBusy`]: another emulator or program has it; [`ErrorKind::AlreadyExists`]: there is a file
    /// that is no socket; [`ErrorKind::InvalidInput`]: the path is too long for a socket.
    pub(super) fn bind(path: &Path) -> io::Result<Self> {
        let lock = PathLock::take(path)?;
        remove_left(path)?;
        let address = SocketAddrUnix::new(path).map_err(|_| {
            let text = format!(
                "{}: the path of a socket has at most 107 bytes",
                path.display()
            );
            io::Error::new(ErrorKind::InvalidInput, text)
        })?;
        let socket = new_socket()?;
        // Linux makes the file with the mode of the socket, so that there is no moment at which others may open it.
        let _ = fchmod(&socket, Mode::RUSR | Mode::WUSR);
        bind(&socket, &address)?;
        let name = SocketName(path.to_owned());
        fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
        listen(&socket, BACKLOG)?;
        Ok(SocketFile {
            listener: UnixListener::from_std(StdListener::from(socket)),
            _name: name,
            _lock: lock,
        })
    }
}

impl Deref for SocketFile {
    type Target = UnixListener;

    fn deref(&self) -> &UnixListener {
        &self.listener
    }
}

impl DerefMut for SocketFile {
    fn deref_mut(&mut self) -> &mut UnixListener {
        &mut self.listener
    }
}

/// Makes a socket that does not wait and that no program inherits.
#[cfg(not(target_vendor = "apple"))]
fn new_socket() -> io::Result<OwnedFd> {
    use rustix::net::{SocketFlags, socket_with};
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    Ok(socket_with(
        AddressFamily::UNIX,
        SocketType::STREAM,
        flags,
        None,
    )?)
}

/// Makes the socket where the system has no flags for it.
#[cfg(target_vendor = "apple")]
fn new_socket() -> io::Result<OwnedFd> {
    let socket = rustix::net::socket(AddressFamily::UNIX, SocketType::STREAM, None)?;
    rustix::io::fcntl_setfd(&socket, rustix::io::FdFlags::CLOEXEC)?;
    rustix::io::ioctl_fionbio(&socket, true)?;
    Ok(socket)
}

/// Removes a socket on which no program listens.
fn remove_left(path: &Path) -> io::Result<()> {
    let there = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        there => there?,
    };
    let refuse = |kind, why: &str| {
        let text = format!("{} {why}", path.display());
        Err(io::Error::new(kind, text))
    };
    if !there.file_type().is_socket() {
        return refuse(ErrorKind::AlreadyExists, "exists and is not a socket");
    }
    match StdStream::connect(path) {
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => fs::remove_file(path),
        Ok(_) => refuse(ErrorKind::ResourceBusy, "is in use by another program"),
        Err(error) => Err(error),
    }
}
