//! The accounts that a server was given, so that a test can say that there was none.

use std::fs;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::{Kind, START, Server};

impl Server {
    /// Returns the name of each account that the server was given, right or wrong, in order. Waits for its sessions to
    /// end: end yours before. Pure-FTPd logs an account once it has the password too, the others by the name.
    pub fn accounts(&self) -> Vec<String> {
        let started = Instant::now();
        while self.has_sessions() {
            let patient = started.elapsed() < START;
            assert!(patient, "{:?} still has a session", self.kind);
            thread::sleep(Duration::from_millis(5));
        }
        if let Some(auth_log) = &self.auth_log {
            return auth_log.names();
        }
        let log = fs::read(file(self.folder.path())).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        log.lines().filter_map(name).map(str::to_owned).collect()
    }

    /// Tells if sessions run. pyftpdlib is one process and logs comings and goings; the others fork for each session.
    fn has_sessions(&self) -> bool {
        if self.kind != Kind::Pyftpdlib {
            return self.process.has_children();
        }
        let log = fs::read_to_string(file(self.folder.path())).unwrap_or_default();
        let count = |word| log.lines().filter(|line| *line == word).count();
        count("come") != count("gone")
    }
}

/// Returns the file where a server writes the commands that it was given.
pub(crate) fn file(folder: &Path) -> PathBuf {
    folder.join("commands")
}

/// Parses the name of a USER command, as ProFTPD and pyftpdlib (`USER joe`) or vsftpd (`… FTP command: …, "USER joe"`)
/// log it.
fn name(line: &str) -> Option<&str> {
    let command = match line.split_once(" FTP command: ") {
        Some((_, command)) => command.rsplit_once(", \"")?.1.strip_suffix('"')?,
        None => line,
    };
    command.strip_prefix("USER ")
}

/// Answers Pure-FTPd, which logs to the system alone, first about an account: notes the name, and leaves the answer
/// to its data base.
#[derive(Debug)]
pub(crate) struct AuthLog {
    names: Arc<Mutex<Vec<String>>>,
    path: PathBuf,
    closed: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl AuthLog {
    pub(crate) fn open(folder: &Path) -> io::Result<Self> {
        let path = Self::path(folder);
        let listener = UnixListener::bind(&path)?;
        let (names, closed) = (Arc::default(), Arc::new(AtomicBool::new(false)));
        let (noted, ends) = (Arc::clone(&names), Arc::clone(&closed));
        let thread = thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if ends.load(Ordering::Relaxed) {
                    break;
                }
                for line in BufReader::new(&stream).lines().map_while(Result::ok) {
                    if let Some(name) = line.strip_prefix("account:") {
                        lock(&noted).push(name.to_owned());
                    }
                    if line == "end" {
                        break;
                    }
                }
                // 0: not known here, ask the next.
                let _ = (&stream).write_all(b"auth_ok:0\nend\n");
            }
        });
        Ok(AuthLog {
            names,
            path,
            closed,
            thread: Some(thread),
        })
    }

    /// Returns its socket.
    pub(crate) fn path(folder: &Path) -> PathBuf {
        folder.join("auth")
    }

    fn names(&self) -> Vec<String> {
        lock(&self.names).clone()
    }
}

fn lock(names: &Mutex<Vec<String>>) -> std::sync::MutexGuard<'_, Vec<String>> {
    names.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for AuthLog {
    fn drop(&mut self) {
        self.closed.store(true, Ordering::Relaxed);
        // Wakes it.
        let _ = std::os::unix::net::UnixStream::connect(&self.path);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
