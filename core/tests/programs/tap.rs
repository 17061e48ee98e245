//! A tap on a TCP line: hands on what host and module say, and keeps it with its time.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// The end of the line that speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Speaker {
    Host,
    Module,
}

/// Bytes that came in one piece. None are the end of the host's connection.
#[derive(Clone, Debug)]
pub(crate) struct Chunk {
    pub(crate) time: Duration,
    pub(crate) speaker: Speaker,
    pub(crate) bytes: Vec<u8>,
}

/// A running tap.
pub(crate) struct Tap {
    address: SocketAddr,
    log: Log,
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Clone)]
struct Log {
    started: Instant,
    chunks: Arc<Mutex<Vec<Chunk>>>,
}

impl Log {
    fn push(&self, speaker: Speaker, bytes: &[u8]) {
        let mut chunks = self.chunks.lock().unwrap_or_else(PoisonError::into_inner);
        chunks.push(Chunk {
            time: self.started.elapsed(),
            speaker,
            bytes: bytes.to_vec(),
        });
    }
}

impl Tap {
    /// Puts a tap in front of a module.
    pub(crate) fn new(module: SocketAddr) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let address = listener.local_addr().expect("its port");
        let log = Log {
            started: Instant::now(),
            chunks: Arc::default(),
        };
        let is_over = Arc::new(AtomicBool::new(false));
        let (noted, ends) = (log.clone(), Arc::clone(&is_over));
        let thread = thread::spawn(move || {
            // One host at a time, as on a line.
            for host in listener.incoming().map_while(Result::ok) {
                if ends.load(Ordering::Relaxed) {
                    break;
                }
                join(&host, module, &noted);
            }
        });
        Tap {
            address,
            log,
            is_over,
            thread: Some(thread),
        }
    }

    /// Returns the port that a host opens.
    pub(crate) fn url(&self) -> String {
        format!("socket://{}", self.address)
    }

    /// Ends it; returns all that was said.
    pub(crate) fn finish(mut self) -> Vec<Chunk> {
        self.is_over.store(true, Ordering::Relaxed);
        // Wakes it.
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            thread.join().expect("no panic");
        }
        let mut chunks = self
            .log
            .chunks
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut chunks)
    }
}

/// Joins a host and the module until the host goes.
fn join(host: &TcpStream, module: SocketAddr, log: &Log) {
    let module = TcpStream::connect(module).expect("the module listens");
    for stream in [host, &module] {
        stream.set_nodelay(true).expect("a socket");
    }
    thread::scope(|scope| {
        scope.spawn(|| copy(&module, host, Speaker::Module, log));
        copy(host, &module, Speaker::Host, log);
        log.push(Speaker::Host, &[]);
        let _ = module.shutdown(Shutdown::Both);
    });
}

fn copy(mut from: &TcpStream, mut to: &TcpStream, speaker: Speaker, log: &Log) {
    let mut buffer = [0; 4096];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        log.push(speaker, &buffer[..count]);
        if to.write_all(&buffer[..count]).is_err() {
            break;
        }
    }
}
