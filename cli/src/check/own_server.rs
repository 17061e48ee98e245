//! An FTP server of the program's own: its files lie in memory, and it fails when a case asks for that.
//!
//! It says what the conversations of the manuals expect of a server, and takes any account but one with the password
//! `wrong`. Stopping, refusing and losing a session happen by [`LineEvent`]s.

mod link;
mod session;
mod state;
#[cfg(feature = "serve")]
mod tls;
mod transfer;
mod tree;

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use qftp_conformance::conversation::{LineEvent, Scene};

use link::HAS_TLS;
use state::{Shared, State, TICK, lock};
use tree::Tree;

/// The server; it ends when this is dropped.
#[derive(Debug)]
pub(super) struct OwnServer {
    pub(super) address: SocketAddr,
    /// The port at which it speaks TLS from the first byte; `None` where this program has no TLS of its own.
    pub(super) tls_port: Option<u16>,
    shared: Shared,
    over: Arc<AtomicBool>,
    listeners: Vec<JoinHandle<()>>,
}

impl OwnServer {
    /// Starts a server at an address, and at a port of it for TLS from the first byte; port 0 chooses a free port.
    pub(super) fn start(address: SocketAddr, tls_port: u16) -> io::Result<Self> {
        let shared = Arc::new(Mutex::new(State {
            tree: Tree::new(),
            refuse: None,
            stalled: false,
            flow: None,
            case: 0,
            lost: 0,
        }));
        let over = Arc::new(AtomicBool::new(false));
        let plain = TcpListener::bind(address)?;
        let mut server = OwnServer {
            address: plain.local_addr()?,
            tls_port: None,
            shared,
            over,
            listeners: Vec::new(),
        };
        server.listen(plain, false)?;
        if HAS_TLS {
            let implicit = TcpListener::bind((address.ip(), tls_port))?;
            server.tls_port = Some(implicit.local_addr()?.port());
            server.listen(implicit, true)?;
        }
        Ok(server)
    }

    /// Serves what connects to a port, until the server ends.
    fn listen(&mut self, listener: TcpListener, is_secure: bool) -> io::Result<()> {
        listener.set_nonblocking(true)?;
        let (state, ends) = (Arc::clone(&self.shared), Arc::clone(&self.over));
        self.listeners.push(std::thread::spawn(move || {
            while !ends.load(Ordering::Relaxed) {
                match listener.accept() {
                    Ok((stream, _)) => {
                        let state = Arc::clone(&state);
                        std::thread::spawn(move || session::serve(stream, is_secure, &state));
                    }
                    Err(_) => std::thread::sleep(TICK),
                }
            }
        }));
        Ok(())
    }

    /// Ends the sessions that there are, and removes all files.
    pub(super) fn clear(&self) {
        let mut state = lock(&self.shared);
        state.tree = Tree::new();
        (state.refuse, state.flow, state.stalled) = (None, None, false);
        state.case += 1;
    }

    /// Puts a file or a directory in its place.
    pub(super) fn prepare(&self, scene: &Scene) -> bool {
        let mut state = lock(&self.shared);
        match scene {
            Scene::ServerFile(path, content, time) => {
                let path = bytes_of(path);
                state.tree.put(&path, content.bytes(), time.as_deref());
            }
            Scene::ServerDirectory(path) => {
                state.tree.make_directory(&bytes_of(path));
            }
            Scene::Login | Scene::StoreFile(..) => return false,
        }
        true
    }

    /// Lets happen what concerns the server; false for anything else.
    pub(super) fn happen(&self, event: LineEvent) -> bool {
        let mut state = lock(&self.shared);
        match event {
            LineEvent::Stall(stalled) => {
                state.stalled = stalled;
                state.flow = None;
            }
            LineEvent::Flow(count) => state.flow = Some(count),
            LineEvent::Fail(code) => state.refuse = Some(code),
            LineEvent::LoseSession => state.lost += 1,
            _ => return false,
        }
        true
    }

    /// Returns the content of a file.
    pub(super) fn file(&self, path: &str) -> Option<Vec<u8>> {
        let state = lock(&self.shared);
        state.tree.file(&bytes_of(path)).map(<[u8]>::to_vec)
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        self.clear();
        for listener in self.listeners.drain(..) {
            let _ = listener.join(); // it has nothing to tell
        }
    }
}

/// Returns the bytes of a name: a file writes each as the character of its number.
fn bytes_of(path: &str) -> Vec<u8> {
    path.chars()
        .map(|letter| u8::try_from(u32::from(letter)).unwrap_or(b'?'))
        .collect()
}
