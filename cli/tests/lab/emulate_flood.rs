//! `qftp emulate`, as a host sees it that types and does not read.

use std::time::Duration;

use qftp::port::Port;

use crate::background::{Background, peak_memory, qftp};
use crate::emulate::{ask, open};

/// Bytes that are typed at most, and that the emulator may use.
const TYPED: usize = 50 * 1024 * 1024;
const MEMORY: u64 = 32 * 1024 * 1024;
/// A line that takes nothing for so long is full.
const FULL: Duration = Duration::from_millis(300);

/// Types until the line is full.
fn flood(host: &mut dyn Port, text: &[u8]) {
    let piece = text.repeat(64 * 1024 / text.len());
    let mut typed = 0;
    while typed < TYPED {
        match host.write(&piece, FULL) {
            Ok(count) if count == piece.len() => typed += count,
            _ => return,
        }
    }
}

#[test]
fn what_is_typed_and_not_read_does_not_fill_the_memory() {
    let folder = tempfile::tempdir().expect("a folder");
    let link = folder.path().join("link");
    let link = link.to_str().expect("UTF-8");
    let socket = folder.path().join("socket");
    let socket = socket.to_str().expect("UTF-8");
    for place in [
        ["--pty", link],
        ["--tcp", "127.0.0.1:0"],
        ["--unix", socket],
    ] {
        let module = Background::start(qftp(&["emulate"]).args(place));
        for text in ["a", "AT\r", "A/"] {
            let mut host = open(&module.ready);
            flood(&mut *host, text.as_bytes());
            drop(host);
        }
        let peak = peak_memory(module.id());
        assert!(peak < MEMORY, "{place:?}: {peak} bytes");
        // The next host finds it ready.
        let mut host = open(&module.ready);
        let mut unread = [0; 4096];
        host.write(b"\r", FULL).expect("written");
        while host.read(&mut unread, FULL).expect("read") > 0 {}
        drop(host);
        assert_eq!(ask(&module.ready, "AT"), "AT\r\r\nOK\r\n", "{place:?}");
    }
}
