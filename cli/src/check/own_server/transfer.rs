//! A transfer of the server: one data connection, in a thread of its own.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::link::Link;
use super::state::{Shared, TICK, lock};

/// Bytes of a download that go out at once.
const PACKET: usize = 400;
/// A module that wants data connects soon.
const CONNECT: Duration = Duration::from_secs(20);

/// The way to the data connection.
#[derive(Debug)]
pub(super) enum Data {
    Accept(TcpListener),
    Connect(SocketAddr),
}

/// The bytes to be moved.
#[derive(Debug)]
pub(super) enum Job {
    Down(Vec<u8>),
    /// Into this file.
    Up(Vec<u8>),
}

/// A transfer that runs; it is aborted when this is dropped.
#[derive(Debug)]
pub(super) struct Running {
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<io::Result<()>>>,
}

impl Running {
    /// Starts a transfer over a data connection, with TLS or without; it ends when the session of these numbers, case and
    /// loss, has come to its end.
    pub(super) fn start(
        (data, is_private): (Data, bool),
        job: Job,
        shared: &Shared,
        session: (u64, u64),
    ) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let (shared, ends) = (Arc::clone(shared), Arc::clone(&over));
        let thread = std::thread::spawn(move || {
            let mover = Mover {
                shared: &shared,
                over: &ends,
                session,
            };
            mover.run(data, is_private, job)
        });
        Running {
            over,
            thread: Some(thread),
        }
    }

    /// Returns the reply at the end, once it has come.
    pub(super) fn ended(&mut self) -> Option<String> {
        let thread = self.thread.take_if(|thread| thread.is_finished())?;
        Some(match thread.join() {
            Ok(Ok(())) => "226 Done".into(),
            Ok(Err(error)) if error.kind() == ErrorKind::NotConnected => "425".into(),
            _ => "426".into(),
        })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join(); // it has nothing to tell
        }
    }
}

struct Mover<'a> {
    shared: &'a Shared,
    over: &'a AtomicBool,
    session: (u64, u64),
}

impl Mover<'_> {
    fn run(&self, data: Data, is_private: bool, job: Job) -> io::Result<()> {
        let socket = self
            .connect(data)
            .map_err(|_| io::Error::from(ErrorKind::NotConnected))?;
        let mut link = Link::new(socket)?;
        if is_private {
            link = link.secure()?;
        }
        match job {
            Job::Down(bytes) => {
                self.send(&mut link, &bytes)?;
                link.end_writing()
            }
            Job::Up(path) => self.take(&mut link, &path),
        }
    }

    /// Fails where the transfer is over.
    fn check(&self) -> io::Result<()> {
        let session = {
            let state = lock(self.shared);
            (state.case, state.lost)
        };
        if self.over.load(Ordering::Relaxed) || session != self.session {
            return Err(ErrorKind::ConnectionAborted.into());
        }
        Ok(())
    }

    fn connect(&self, data: Data) -> io::Result<TcpStream> {
        let listener = match data {
            Data::Connect(address) => return TcpStream::connect_timeout(&address, CONNECT),
            Data::Accept(listener) => listener,
        };
        listener.set_nonblocking(true)?;
        let start = Instant::now();
        loop {
            self.check()?;
            match listener.accept() {
                Ok((stream, _)) => return Ok(stream),
                Err(error) if start.elapsed() > CONNECT => return Err(error),
                Err(_) => std::thread::sleep(TICK),
            }
        }
    }

    fn send(&self, link: &mut Link, bytes: &[u8]) -> io::Result<()> {
        let mut rest = bytes;
        while !rest.is_empty() {
            self.check()?;
            let count = {
                let mut state = lock(self.shared);
                let is_held = state.stalled || (state.case, state.lost) != self.session;
                let most = if is_held { 0 } else { PACKET };
                let count = rest.len().min(most).min(state.flow.unwrap_or(most));
                if let Some(flow) = &mut state.flow {
                    *flow -= count;
                }
                count
            };
            if count == 0 {
                std::thread::sleep(TICK);
                continue;
            }
            let (packet, more) = rest.split_at(count);
            link.write_all(packet)?;
            rest = more;
        }
        // The end of the file is data, too.
        while lock(self.shared).stalled {
            self.check()?;
            std::thread::sleep(TICK);
        }
        Ok(())
    }

    fn take(&self, link: &mut Link, path: &[u8]) -> io::Result<()> {
        let mut buffer = [0; 16 * 1024];
        loop {
            self.check()?;
            if lock(self.shared).stalled {
                std::thread::sleep(TICK);
                continue;
            }
            match link.read(&mut buffer) {
                Ok(0) => return Ok(()),
                Ok(count) => lock(self.shared).tree.append(path, &buffer[..count]),
                Err(error)
                    if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
                Err(error) => return Err(error),
            }
        }
    }
}
