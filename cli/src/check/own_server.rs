//! An FTP server of the program's own: its files lie in memory, and it fails when a case asks for that.
//!
//! It says what the conversations of the manuals expect of a server, and takes any account but one with the password
//! `wrong`. Stopping, refusing and losing a session happen by [`LineEvent`]s.

mod session;
mod state;
mod transfer;
mod tree;

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use qftp_conformance::conversation::{LineEvent, Scene};

use state::{Shared, State, TICK, lock};
use tree::Tree;

/// The server; it ends when this is dropped.
#[derive(Debug)]
pub(super) struct OwnServer {
    pub(super) address: SocketAddr,
    shared: Shared,
    over: Arc<AtomicBool>,
    listener: Option<JoinHandle<()>>,
}

impl OwnServer {
    /// Starts a server at an address; port 0 chooses a free port.
    pub(super) fn start(address: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(address)?;
        let address = listener.local_addr()?;
        listener.set_nonblocking(true)?;
        let shared = Arc::new(Mutex::new(State {
            tree: Tree::new(),
            refuse: None,
            stalled: false,
            flow: None,
            case: 0,
            lost: 0,
        }));
        let over = Arc::new(AtomicBool::new(false));
        let (state, ends) = (Arc::clone(&shared), Arc::clone(&over));
        let listener = std::thread::spawn(move || {
            while !ends.load(Ordering::Relaxed) {
                match listener.accept() {
                    Ok((stream, _)) => {
                        let state = Arc::clone(&state);
                        std::thread::spawn(move || session::serve(stream, &state));
                    }
                    Err(_) => std::thread::sleep(TICK),
                }
            }
        });
        Ok(OwnServer {
            address,
            shared,
            over,
            listener: Some(listener),
        })
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
        if let Some(listener) = self.listener.take() {
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
