//! Transfers whose content is read back, over a line that flips bits.
//!
//! A flipped bit changes no length, so the sizes agree: what is not read back is taken for good.

use std::fs;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use qftp::ErrorKind;
use qftp::client::{
    Client, ClientOptions, Error, GetOptions, Login, PartMode, PutOptions, RetryPolicy, Verified,
};
use qftp::dialect::{self, Dialect};
use qftp::emulator::{Emulator, EmulatorOptions};
use qftp::port::Port;
use qftp_test::servers::{Kind, Server};

/// Larger than two pieces.
const LARGE: usize = 600_000;
/// The payload byte that is damaged.
const PLACE: usize = 300_001;

/// Returns content in which no two places look alike; all of its bytes are above those of commands and replies.
fn content() -> Vec<u8> {
    let mut state = 1_u32;
    let mut byte = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        0x80 | state.to_be_bytes()[0]
    };
    (0..LARGE).map(|_| byte()).collect()
}

/// One way of a line, which flips a bit of the payload.
struct Flipping {
    /// Payload bytes up to the next one that is damaged.
    left: usize,
    /// Bits still to flip.
    times: Arc<AtomicU32>,
}

impl Flipping {
    fn pass(&mut self, bytes: &mut [u8]) {
        for byte in bytes.iter_mut().filter(|byte| **byte >= 0x80) {
            if self.left > 0 {
                self.left -= 1;
            } else if self.times.load(Ordering::Relaxed) > 0 {
                self.times.fetch_sub(1, Ordering::Relaxed);
                *byte ^= 1;
                self.left = PLACE;
            }
        }
    }
}

/// A port whose line flips bits of what is sent, or of what comes.
struct FlippingPort {
    port: Box<dyn Port>,
    sent: Option<Flipping>,
    received: Option<Flipping>,
}

impl Port for FlippingPort {
    fn read(&mut self, buffer: &mut [u8], timeout: Duration) -> io::Result<usize> {
        let count = self.port.read(buffer, timeout)?;
        if let Some(flipping) = &mut self.received {
            flipping.pass(&mut buffer[..count]);
        }
        Ok(count)
    }

    fn write(&mut self, bytes: &[u8], timeout: Duration) -> io::Result<usize> {
        let Some(flipping) = &mut self.sent else {
            return self.port.write(bytes, timeout);
        };
        let mut bytes = bytes.to_vec();
        flipping.pass(&mut bytes);
        let mut done = 0;
        while done < bytes.len() {
            done += self.port.write(&bytes[done..], timeout)?;
        }
        Ok(done)
    }

    fn set_dtr(&mut self, on: bool) -> io::Result<()> {
        self.port.set_dtr(on)
    }

    fn name(&self) -> &str {
        self.port.name()
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Up,
    Down,
}

/// Starts server, module and client; the line flips so many bits in one direction.
fn bench(
    dialect: &'static Dialect,
    way: Way,
    flips: u32,
    retries: u32,
) -> (Server, Emulator, Client) {
    let server = Server::start(Kind::Pyftpdlib);
    let (emulator, port) = Emulator::in_process(EmulatorOptions::new(dialect)).expect("a module");
    let flipping = |flips| Flipping {
        left: PLACE,
        times: Arc::new(AtomicU32::new(flips)),
    };
    let port = FlippingPort {
        port,
        sent: (way == Way::Up).then(|| flipping(flips)),
        received: (way == Way::Down).then(|| flipping(flips)),
    };
    let policy = RetryPolicy::STANDARD.with_retries(retries);
    let options = ClientOptions::new().retry(policy);
    let mut client = options.with_port(Box::new(port)).expect("a client");
    let host = server.address.ip().to_string();
    let mut login = Login::new(host, server.user, server.password);
    login.port = server.address.port();
    client.login(&login).expect("a login");
    (server, emulator, client)
}

#[test]
fn an_upload_that_is_read_back_is_mended() {
    let content = content();
    for dialect in dialect::ALL {
        let (server, _emulator, mut client) = bench(dialect, Way::Up, 1, 3);
        let options = PutOptions::new().verify(true);
        let size = Some(content.len() as u64);
        let moved = client.put(&mut &content[..], size, b"up", options);
        let moved = moved.unwrap_or_else(|error| panic!("{}: {error}", dialect.name));
        assert_eq!(moved.verified, Verified::Content, "{}", dialect.name);
        assert_eq!(moved.failures, [ErrorKind::ChecksumMismatch]);
        assert!(
            server.get("up").as_deref() == Some(&content[..]),
            "{}",
            dialect.name
        );
    }
}

#[test]
fn a_download_that_is_read_twice_is_mended() {
    let content = content();
    let folder = tempfile::tempdir().expect("a folder");
    for dialect in dialect::ALL {
        let (server, _emulator, mut client) = bench(dialect, Way::Down, 1, 3);
        server.put("down", &content);
        let target = folder.path().join(dialect.name);
        let options = GetOptions::new().verify(true).part(PartMode::Leave);
        let moved = client.get_file(b"down", &target, options);
        let moved = moved.unwrap_or_else(|error| panic!("{}: {error}", dialect.name));
        assert_eq!(moved.verified, Verified::Content, "{}", dialect.name);
        assert_eq!(moved.failures, [ErrorKind::ChecksumMismatch]);
        assert!(
            fs::read(&target).expect("there") == content,
            "{}",
            dialect.name
        );
    }
}

#[test]
fn without_retries_a_difference_is_an_error_that_names_the_byte() {
    let content = content();
    for dialect in dialect::ALL {
        for way in [Way::Up, Way::Down] {
            let (server, _emulator, mut client) = bench(dialect, way, 1, 0);
            let mut equal = Vec::new();
            // A piece begins with the end of the one before.
            let place = match way {
                Way::Down if dialect.ends_downloads() => PLACE - 128,
                _ => PLACE,
            };
            let error = if way == Way::Up {
                let size = Some(content.len() as u64);
                let options = PutOptions::new().verify(true);
                client.put(&mut &content[..], size, b"f", options)
            } else {
                server.put("f", &content);
                let options = GetOptions::new().verify(true);
                let got = client.get(b"f", &mut equal, options);
                assert_eq!(equal.len(), place, "{}", dialect.name);
                assert!(
                    content.starts_with(&equal),
                    "what differs is not handed out"
                );
                got
            };
            let error = error.expect_err("a difference");
            assert_eq!(error.kind(), ErrorKind::ChecksumMismatch, "{error}");
            let Error::ContentDiffers { position, .. } = error else {
                panic!("{error}")
            };
            assert_eq!(position, place as u64, "{}", dialect.name);
            assert_eq!(error.bytes_confirmed(), Some(position));
        }
    }
}

#[test]
fn equal_sizes_are_not_called_equal_content() {
    let content = content();
    for dialect in dialect::ALL {
        let (server, _emulator, mut client) = bench(dialect, Way::Up, 1, 3);
        let size = Some(content.len() as u64);
        let moved = client.put(&mut &content[..], size, b"up", PutOptions::new());
        let moved = moved.unwrap_or_else(|error| panic!("{}: {error}", dialect.name));
        assert_eq!(moved.verified, Verified::Size);
        assert!(
            server.get("up").as_deref() != Some(&content[..]),
            "a bit flipped"
        );
    }
}

#[test]
fn a_reader_and_a_writer_are_read_back_too() {
    let content = content();
    for dialect in dialect::ALL {
        let (server, _emulator, mut client) = bench(dialect, Way::Down, 0, 3);
        let options = PutOptions::new().verify(true);
        let moved = client.put(&mut &content[..], None, b"f", options);
        let moved = moved.unwrap_or_else(|error| panic!("{}: {error}", dialect.name));
        assert_eq!((moved.verified, moved.attempts), (Verified::Content, 1));
        assert!(server.get("f").as_deref() == Some(&content[..]));
        let mut out = Vec::new();
        let options = GetOptions::new().verify(true);
        let moved = client.get(b"f", &mut out, options).expect("it comes");
        assert_eq!((moved.verified, moved.attempts), (Verified::Content, 1));
        assert!(out == content, "{}", dialect.name);
    }
}
