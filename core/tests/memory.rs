//! No copy of a password stays in the memory of the process, once client and emulator are dropped: what a core dump
//! would show.
//!
//! The test itself holds the password in disguise only, and wipes what it makes of it. A process of its own, since all of
//! its memory is read.
#![cfg(target_os = "linux")]

use std::fs::{self, File};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;

use qftp::client::{ClientOptions, Login};
use qftp::dialect::{self, Dialect};
use qftp::emulator::{Emulator, EmulatorOptions};

/// The password, each byte of it changed by [`DISGUISE`].
const DISGUISED: [u8; 16] = [
    0x0f, 0x3a, 0x26, 0x2c, 0x34, 0x3b, 0x21, 0x30, 0x62, 0x64, 0x6d, 0x0f, 0x34, 0x27, 0x34, 0x6c,
];
const DISGUISE: u8 = 0x55;
/// Bytes that are read from memory at once.
const PIECE: usize = 1 << 20;

/// Fills a place with the password.
fn uncover(place: &mut [u8; 16]) {
    for (byte, disguised) in place.iter_mut().zip(DISGUISED) {
        *byte = std::hint::black_box(disguised) ^ std::hint::black_box(DISGUISE);
    }
}

/// Returns where bytes have the password, without a copy of it to compare with.
fn places(bytes: &[u8]) -> Vec<usize> {
    let is_password = |window: &&[u8]| {
        let pairs = window.iter().zip(DISGUISED);
        pairs
            .into_iter()
            .all(|(byte, disguised)| byte ^ DISGUISE == disguised)
    };
    let windows = bytes.windows(DISGUISED.len()).enumerate();
    windows
        .filter(|(_, window)| is_password(window))
        .map(|(place, _)| place)
        .collect()
}

/// Looks for the password in the memory that this process can write to: addresses, and what stands before, disguised.
fn copies() -> Vec<(usize, Vec<u8>)> {
    let mut found = Vec::new();
    let maps = fs::read_to_string("/proc/self/maps").expect("the map of the memory");
    let mut memory = File::open("/proc/self/mem").expect("the memory");
    let mut piece = vec![0; PIECE];
    // Only what is written to this buffer is its own; the rest of memory is searched as it is.
    let own = piece.as_ptr() as usize..piece.as_ptr() as usize + PIECE;
    for line in maps.lines() {
        let mut words = line.split_ascii_whitespace();
        let (range, rights) = (
            words.next().expect("a range"),
            words.next().expect("rights"),
        );
        let name = words.nth(3).unwrap_or_default();
        if !rights.starts_with("rw") || name.starts_with("[v") {
            continue;
        }
        let (start, end) = range.split_once('-').expect("two addresses");
        let number = |text| usize::from_str_radix(text, 16).expect("an address");
        let (start, end) = (number(start), number(end));
        let mut at = start;
        while at < end {
            let length = PIECE.min(end - at);
            memory.seek(SeekFrom::Start(at as u64)).expect("an address");
            memory
                .read_exact(&mut piece[..length])
                .expect("memory that is mapped");
            for place in places(&piece[..length]) {
                if !own.contains(&(at + place)) {
                    let before = &piece[place.saturating_sub(40)..place];
                    // Another copy may stand there.
                    let before = before.iter().map(|byte| byte ^ DISGUISE).collect();
                    found.push((at + place, before));
                }
            }
            piece.fill(0);
            // The next piece begins so early that no password is cut.
            at += if length == PIECE {
                length - DISGUISED.len()
            } else {
                length
            };
        }
    }
    found
}

/// Plays a server that takes one login, and leaves nothing of it in memory.
fn serve(listener: &TcpListener) {
    let (mut line, _) = listener.accept().expect("a connection");
    let say = |line: &mut TcpStream, text: &str| line.write_all(text.as_bytes()).expect("said");
    say(&mut line, "220 ready\r\n");
    let mut buffer = [0; 256];
    loop {
        let count = line.read(&mut buffer).unwrap_or(0);
        if count == 0 {
            return;
        }
        let reply = match &buffer[..4] {
            b"USER" => "331 the password\r\n",
            b"PASS" => {
                assert!(!places(&buffer[..count]).is_empty(), "the password came");
                "230 welcome\r\n"
            }
            b"QUIT" => "221 bye\r\n",
            _ => "200 yes\r\n",
        };
        buffer.fill(std::hint::black_box(0));
        say(&mut line, reply);
    }
}

/// Logs in and out by an emulator, and drops everything.
fn session(dialect: &'static Dialect) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let address = listener.local_addr().expect("an address");
    let server = thread::spawn(move || serve(&listener));
    let (emulator, line) =
        Emulator::in_process(EmulatorOptions::new(dialect)).expect("an emulator");
    let mut client = ClientOptions::new().with_port(line).expect("a client");
    client.on_line(|_| {});
    let mut login = Login::new("127.0.0.1", "user", vec![0; DISGUISED.len()]);
    let mut place = [0; 16];
    uncover(&mut place);
    login.password.copy_from_slice(&place);
    place.fill(std::hint::black_box(0));
    std::hint::black_box(&place);
    login.port = address.port();
    client.login(&login).expect("a login");
    assert!(!copies().is_empty(), "while it is needed, it is there");
    client.logout().expect("a logout");
    drop((client, emulator, login));
    server.join().expect("the server");
}

#[test]
fn no_password_stays_in_memory() {
    for dialect in dialect::ALL {
        session(dialect);
        if let Some((place, before)) = copies().first() {
            let before: Vec<u8> = before.iter().map(|byte| byte ^ DISGUISE).collect();
            let before = before.escape_ascii();
            panic!("{}: at {place:#x}, behind b\"{before}\"", dialect.name);
        }
    }
}
