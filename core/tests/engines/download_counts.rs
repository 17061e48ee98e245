//! A download of any content costs as many events, writes and calls of progress as one of random content: one for each
//! read of the line, however often the file contains what looks like its end.

use std::io::{self, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use qftp::client::{ClientOptions, GetOptions, Login};
use qftp::dialect::{self, Dialect};
use qftp::port::Port;

use crate::harness::Harness;

/// Bytes that one read of the line returns, at most.
const READ: usize = 4096;
/// Bytes of each file.
const SIZE: usize = 200_000;
/// Reads of an operation that are not full: its commands, and the ends of its pieces.
const MORE_READS: usize = 24;

/// A module in memory, with a server behind it.
#[derive(Clone)]
struct MemoryLine {
    harness: Arc<Mutex<Harness>>,
    /// Reads that brought something.
    reads: Arc<AtomicUsize>,
}

impl MemoryLine {
    fn now(&self) -> Duration {
        self.harness.lock().expect("the line").now
    }
}

impl Port for MemoryLine {
    fn read(&mut self, buffer: &mut [u8], timeout: Duration) -> io::Result<usize> {
        let mut harness = self.harness.lock().expect("the line");
        harness.settle();
        if harness.printed.is_empty() {
            let next = harness.next_moment().unwrap_or(Duration::MAX);
            let time = next.saturating_sub(harness.now).min(timeout);
            harness.pass(time);
        }
        let count = harness.printed.len().min(buffer.len()).min(READ);
        buffer[..count].copy_from_slice(&harness.printed[..count]);
        harness.printed.drain(..count);
        self.reads.fetch_add((count > 0).into(), Ordering::Relaxed);
        Ok(count)
    }

    fn write(&mut self, bytes: &[u8], _timeout: Duration) -> io::Result<usize> {
        self.harness.lock().expect("the line").push(bytes);
        Ok(bytes.len())
    }

    fn set_dtr(&mut self, _on: bool) -> io::Result<()> {
        Ok(())
    }

    fn time(&self) -> Option<Duration> {
        Some(self.now())
    }

    fn name(&self) -> &'static str {
        "memory"
    }
}

/// A sink that counts how often it is written to.
#[derive(Default)]
struct CountingSink {
    content: Vec<u8>,
    writes: usize,
}

impl Write for CountingSink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writes += 1;
        self.content.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The counts of one download.
#[derive(Debug)]
struct Counts {
    reads: usize,
    writes: usize,
    progress: usize,
    payload_callbacks: usize,
}

fn download(dialect: &'static Dialect, content: &[u8]) -> Counts {
    let mut harness = Harness::new(dialect);
    harness.server.put("/f", content.to_vec(), None);
    let line = MemoryLine {
        harness: Arc::new(Mutex::new(harness)),
        reads: Arc::default(),
    };
    let options = ClientOptions::new();
    let mut client = options.with_port(Box::new(line.clone())).expect("a module");
    client
        .login(&Login::new("files", "u", "p"))
        .expect("a login");
    let payload_callbacks = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&payload_callbacks);
    client.on_payload(move |_| {
        counted.fetch_add(1, Ordering::Relaxed);
    });
    let mut sink = CountingSink::default();
    let mut progress = 0;
    let mut count_progress = |_, _| progress += 1;
    let before = line.reads.load(Ordering::Relaxed);
    let options = GetOptions::new().progress(&mut count_progress);
    client.get(b"/f", &mut sink, options).expect("downloaded");
    assert!(sink.content == content, "{}: it differs", dialect.name);
    Counts {
        reads: line.reads.load(Ordering::Relaxed) - before,
        writes: sink.writes,
        progress,
        payload_callbacks: payload_callbacks.load(Ordering::Relaxed),
    }
}

fn repeated(text: &[u8]) -> Vec<u8> {
    text.iter().copied().cycle().take(SIZE).collect()
}

/// Bytes without an order, the same ones each time.
fn random() -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    std::iter::repeat_with(next).take(SIZE).collect()
}

/// What costs most in one dialect or another.
fn contents() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("random", random()),
        ("trailers", repeated(b"\r\nOK\r\n\r\n+QFTPGET: 0,5\r\n")),
        ("partial trailers", repeated(b"\r\nOK\r\n\r\n+QFTPGET:")),
        ("gsm trailers", repeated(b"\r\n+QFTPGET:5\r\n")),
        ("partial gsm trailers", repeated(b"\r\n+QFTPGET:")),
        ("nl668 trailers", repeated(b"\r\n+FTPRETR: 1\r\n")),
        ("transcript", repeated(b"\r\n+FTPINFO:226 done\r\n")),
        ("errors", repeated(b"\r\nERROR\r\n")),
        ("ends of a payload", repeated(&[0x03])),
        ("stuffing", repeated(&[b'a', 0x10])),
    ]
}

/// Returns the bytes of the line that the content takes.
fn line_bytes(dialect: &Dialect, content: &[u8]) -> usize {
    let stuffed = |byte: &&u8| dialect.name == "nl668" && matches!(**byte, 0x03 | 0x10);
    content.len() + content.iter().filter(stuffed).count()
}

/// The bound: one for each read, and no more reads than the line needs.
#[test]
fn counts_are_those_of_random_content() {
    for dialect in dialect::ALL {
        for (name, content) in contents() {
            let counts = download(dialect, &content);
            let place = format!("{}, {name}: {counts:?}", dialect.name);
            let least = line_bytes(dialect, &content).div_ceil(READ);
            assert!(counts.reads <= least + MORE_READS, "{place}");
            assert!(counts.writes <= counts.reads, "{place}");
            assert!(counts.progress <= counts.reads, "{place}");
            assert!(counts.payload_callbacks <= counts.reads, "{place}");
        }
    }
}
