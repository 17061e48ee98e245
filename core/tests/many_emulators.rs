//! Many emulators in one process: what each takes of threads, descriptors and memory.
//!
//! A process of its own, since all of that is counted.
#![cfg(target_os = "linux")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::fs;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use qftp::client::ClientOptions;
use qftp::dialect::ec2x::EC2X;
use qftp::emulator::{Emulator, EmulatorOptions};
use qftp::port::Port;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

const MANY: usize = 200;
/// What an idle emulator may take: 1,000 of them in 40 MB, with a fifth to spare for stacks and the like.
const BYTES_EACH: usize = 32_000;
/// What a transfer may leave behind.
const MORE_EACH: usize = 8000;
const THREADS: usize = 8;
const DESCRIPTORS_EACH: usize = 4;

struct Counting;

static BYTES: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call is passed on to the system allocator unchanged.
#[allow(unsafe_code)]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        BYTES.fetch_add(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        BYTES.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: the pointer came from `System`.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

type Line = (Emulator, Box<dyn Port>);

fn entries(folder: &str) -> usize {
    fs::read_dir(folder).expect("the process").count()
}

fn start() -> io::Result<Line> {
    Emulator::in_process(EmulatorOptions::new(&EC2X))
}

fn limit(current: u64, maximum: Option<u64>) {
    let current = Some(current);
    setrlimit(Resource::Nofile, Rlimit { current, maximum }).expect("a limit");
}

/// All in one test: the figures are those of the process.
#[test]
fn many_emulators_are_light_and_a_limit_is_raised_or_explained() {
    idle_emulators_are_light();
    they_give_back_what_a_transfer_took();
    a_low_limit_is_raised();
    a_limit_that_cannot_be_raised_is_explained();
}

fn idle_emulators_are_light() {
    let (threads, descriptors) = (entries("/proc/self/task"), entries("/proc/self/fd"));
    // The threads and their loops have descriptors and memory, too, which do not grow.
    let first: Vec<Line> = (0..8).map(|_| start().expect("an emulator")).collect();
    let (own, bytes) = (entries("/proc/self/fd"), BYTES.load(Ordering::Relaxed));
    let lines: Vec<Line> = (0..MANY).map(|_| start().expect("an emulator")).collect();
    let more = entries("/proc/self/fd") - own;
    assert!(more <= MANY * DESCRIPTORS_EACH, "{more} descriptors");
    let more = entries("/proc/self/task") - threads;
    assert!(more <= THREADS, "{more} threads");
    let each = (BYTES.load(Ordering::Relaxed) - bytes) / MANY;
    println!("{each} bytes each");
    assert!(each <= BYTES_EACH, "{each} bytes each");
    drop((first, lines));
    assert_eq!(entries("/proc/self/fd"), descriptors);
    assert_eq!(entries("/proc/self/task"), threads);
}

/// Typed, so that no host engine has buffers of its own.
fn they_give_back_what_a_transfer_took() {
    let mut lines: Vec<Line> = (0..40).map(|_| start().expect("an emulator")).collect();
    for (_, line) in &mut lines {
        say(&mut **line, b"ATE0\r", b"OK\r\n");
    }
    let idle = BYTES.load(Ordering::Relaxed);
    let content = vec![b'7'; 300_000];
    for (_, line) in &mut lines {
        say(&mut **line, b"AT+QFUPL=\"a\",300000,60\r", b"CONNECT\r\n");
        say(&mut **line, &content, b"OK\r\n");
        say(&mut **line, b"AT+QFDWL=\"a\"\r", b"\r\n\r\nOK\r\n");
        say(&mut **line, b"AT\r", b"OK\r\n");
    }
    drop(content);
    let each = BYTES.load(Ordering::Relaxed).saturating_sub(idle) / lines.len();
    println!("{each} bytes more each behind a transfer");
    assert!(each <= MORE_EACH, "{each} bytes more each");
}

/// Sends bytes, and reads until the end comes.
fn say(line: &mut dyn Port, bytes: &[u8], end: &[u8]) {
    let wait = Duration::from_secs(60);
    let mut rest = bytes;
    while !rest.is_empty() {
        rest = &rest[line.write(rest, wait).expect("written")..];
    }
    let mut heard = [0; 8192];
    let mut kept = 0;
    while !heard[..kept].ends_with(end) {
        if kept > 4096 {
            heard.copy_within(kept - 16..kept, 0);
            kept = 16;
        }
        let count = line.read(&mut heard[kept..], wait).expect("read");
        assert!(count > 0, "{}", heard[..kept].escape_ascii());
        kept += count;
    }
}

fn a_low_limit_is_raised() {
    let most = getrlimit(Resource::Nofile).maximum;
    limit(100, most);
    let lines: Vec<Line> = (0..60).map(|_| start().expect("an emulator")).collect();
    let now = getrlimit(Resource::Nofile);
    assert!(now.current > Some(240), "{now:?}");
    assert_eq!(now.maximum, most);
    drop(lines);
}

fn a_limit_that_cannot_be_raised_is_explained() {
    let most = entries("/proc/self/fd") as u64 + 100;
    limit(most, Some(most));
    let mut lines = Vec::new();
    let error = loop {
        match start() {
            Ok(line) => lines.push(line),
            Err(error) => break error,
        }
    };
    let run = lines.len();
    let text = error.to_string();
    let begin = format!(
        "no file descriptor is left for another emulator: {run} run, and the process may have {most} descriptors; "
    );
    assert!(text.starts_with(&begin), "{text}");
    assert!(text.contains("ulimit -n"), "{text}");
    assert!(run >= 20, "{run}");
    // Those that run go on.
    let (module, line) = lines.remove(0);
    let mut client = ClientOptions::new().with_port(line).expect("a client");
    assert_eq!(client.command(b"AT+CGMM").expect("a model"), [b"EC25"]);
    drop(module);
}
