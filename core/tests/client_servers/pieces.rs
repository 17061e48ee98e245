//! Files in counted pieces: FTPPUT, and FTPGET with FTPRECV of `nl668`, chosen or turned to.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use qftp::ErrorKind;
use qftp::client::{
    Client, ClientOptions, GetOptions, Login, PutMode, PutOptions, TransferWay, Verified, Warning,
};
use qftp::dialect::nl668::NL668;
use qftp::emulator::{Emulator, EmulatorOptions};
use qftp_test::servers::{Kind, Server};

use crate::every_byte;

/// More than the module's buffer of 512000 bytes, and than one of the client's pieces.
const LARGE: usize = 520_000;

/// What the client typed and said of one session.
#[derive(Clone, Default)]
struct Heard {
    lines: Arc<Mutex<Vec<String>>>,
    warnings: Arc<Mutex<Vec<Warning>>>,
}

impl Heard {
    fn typed(&self, command: &str) -> usize {
        let lines = self.lines.lock().expect("lines");
        lines
            .iter()
            .filter(|line| line.starts_with(command))
            .count()
    }

    fn warnings(&self) -> Vec<Warning> {
        self.warnings.lock().expect("warnings").clone()
    }
}

fn session(server: &Server, way: Option<TransferWay>, quirks: &str) -> (Emulator, Client, Heard) {
    session_with(ClientOptions::new().way(way), server, quirks)
}

fn session_with(
    options: ClientOptions,
    server: &Server,
    quirks: &str,
) -> (Emulator, Client, Heard) {
    let client_options = options;
    let heard = Heard::default();
    let lines = Arc::clone(&heard.lines);
    let mut options = EmulatorOptions::new(&NL668);
    options.quirks = quirks.parse().expect("quirks");
    let (module, line) = Emulator::in_process(options).expect("a module");
    let options = client_options.on_line(move |line| {
        if line.sent {
            let text = line.text.escape_ascii().to_string();
            lines.lock().expect("lines").push(text);
        }
    });
    let mut client = options.with_port(line).expect("a client");
    let warnings = Arc::clone(&heard.warnings);
    client.on_warning(move |warning| warnings.lock().expect("warnings").push(warning));
    let host = server.address.ip().to_string();
    let mut login = Login::new(host, server.user, server.password);
    login.port = server.address.port();
    client.login(&login).expect("a login");
    (module, client, heard)
}

#[test]
fn files_go_up_and_come_back() {
    for kind in Kind::ALL {
        let server = Server::start(kind);
        let (_module, mut client, heard) = session(&server, Some(TransferWay::Pieces), "");
        for length in [1, 1024, 1025, 5000] {
            let content = every_byte(length);
            for size in [Some(length as u64), None] {
                let moved = client
                    .put(&mut &content[..], size, b"file.bin", PutOptions::new())
                    .expect("it goes up");
                assert_eq!(moved.verified, Verified::Content, "{kind:?} {length}");
                assert_eq!(moved.attempts, 1);
                assert!(server.get("file.bin").as_deref() == Some(&content[..]));
            }
            let mut taken = Vec::new();
            let options = GetOptions::new().offset(length as u64 / 2);
            let moved = client.get(b"file.bin", &mut taken, options);
            assert_eq!(moved.expect("it comes down").attempts, 1);
            assert!(taken == content[length / 2..], "{kind:?} {length}");
        }
        assert_eq!(heard.typed("AT+FTPSTOR") + heard.typed("AT+FTPRETR"), 0);
        assert_eq!(heard.warnings(), []);
    }
}

#[test]
fn a_large_file_of_unknown_size_goes_up_and_is_read_back() {
    let server = Server::start(Kind::Pyftpdlib);
    let (_module, mut client, _heard) = session(&server, Some(TransferWay::Pieces), "");
    let content = every_byte(LARGE);
    let moved = client
        .put(&mut &content[..], None, b"file.bin", PutOptions::new())
        .expect("it goes up");
    assert_eq!((moved.verified, moved.attempts), (Verified::Content, 1));
    assert!(server.get("file.bin").as_deref() == Some(&content[..]));
}

#[test]
fn what_pieces_cannot_do_is_refused_and_the_file_stays() {
    let server = Server::start(Kind::Pyftpdlib);
    server.put("file.bin", b"before");
    let (_module, mut client, _heard) = session(&server, Some(TransferWay::Pieces), "");
    let mut refused = |content: &[u8], mode| {
        let size = Some(content.len() as u64);
        let options = PutOptions::new().mode(mode);
        let error = client.put(&mut &content[..], size, b"file.bin", options);
        assert_eq!(
            error.map_err(|error| error.kind()),
            Err(ErrorKind::Unsupported)
        );
        assert_eq!(server.get("file.bin").as_deref(), Some(&b"before"[..]));
    };
    refused(b"more", PutMode::Append);
    refused(b"more", PutMode::Resume(6));
    refused(b"", PutMode::Replace);
    let options = GetOptions::new().length(3);
    let error = client.get(b"file.bin", &mut io::sink(), options);
    assert_eq!(
        error.map_err(|error| error.kind()),
        Err(ErrorKind::Unsupported)
    );
}

#[test]
fn a_module_that_refuses_the_first_way_gets_the_other() {
    let server = Server::start(Kind::Pyftpdlib);
    let (_module, mut client, heard) = session(&server, None, "no-ftpstor,no-ftpretr");
    for round in 0..2 {
        let content = every_byte(5000 + round);
        let size = Some(content.len() as u64);
        let moved = client
            .put(&mut &content[..], size, b"file.bin", PutOptions::new())
            .expect("it goes up");
        assert_eq!(moved.bytes, content.len() as u64);
        assert!(server.get("file.bin").as_deref() == Some(&content[..]));
        let mut taken = Vec::new();
        let moved = client.get(b"file.bin", &mut taken, GetOptions::new());
        assert_eq!(moved.expect("it comes down").bytes, content.len() as u64);
        assert!(taken == content);
    }
    // The first way was tried once in each direction; the upload reads back, and so finds both.
    assert_eq!(
        (heard.typed("AT+FTPSTOR"), heard.typed("AT+FTPRETR")),
        (1, 1)
    );
    assert_eq!(
        heard.warnings(),
        [Warning::PutsInPieces, Warning::GetsInPieces]
    );
}

#[test]
fn each_direction_has_its_own_way() {
    let server = Server::start(Kind::Pyftpdlib);
    for (quirk, warning) in [
        ("no-ftpstor", Warning::PutsInPieces),
        ("no-ftpretr", Warning::GetsInPieces),
    ] {
        let (_module, mut client, heard) = session(&server, None, quirk);
        let content = every_byte(3000);
        client
            .put(
                &mut &content[..],
                None,
                b"file.bin",
                PutOptions::new().verify(true),
            )
            .expect("it goes up");
        assert!(server.get("file.bin").as_deref() == Some(&content[..]));
        assert_eq!(heard.warnings(), [warning], "{quirk}");
    }
}

#[test]
fn a_way_that_is_chosen_stays() {
    let server = Server::start(Kind::Pyftpdlib);
    let (_module, mut client, heard) = session(&server, Some(TransferWay::Stream), "no-ftpstor");
    let error = client.put(&mut &b"abc"[..], Some(3), b"file.bin", PutOptions::new());
    assert!(error.is_err());
    assert_eq!(server.get("file.bin"), None);
    assert_eq!((heard.typed("AT+FTPPUT"), heard.warnings()), (0, vec![]));
}

#[test]
fn the_session_goes_on_behind_a_transfer_that_ended_in_its_middle() {
    let server = Server::start(Kind::Pyftpdlib);
    let cancel = Arc::new(AtomicBool::new(false));
    let options = ClientOptions::new()
        .way(TransferWay::Pieces)
        .cancel(Arc::clone(&cancel));
    let (_module, mut client, heard) = session_with(options, &server, "");
    let content = every_byte(100_000);
    server.put("file.bin", &content);
    let mut stop = |done: u64, _| cancel.store(done > 10_000, Ordering::Relaxed);
    let options = GetOptions::new().progress(&mut stop);
    let error = client.get(b"file.bin", &mut io::sink(), options);
    assert_eq!(
        error.map_err(|error| error.kind()),
        Err(ErrorKind::Cancelled)
    );
    cancel.store(false, Ordering::Relaxed);
    assert_eq!(client.size(b"file.bin").expect("a size"), 100_000);
    assert_eq!(heard.typed("AT+FTPOPEN="), 2);
    // The source has less than it says.
    let error = client.put(&mut &b"abc"[..], Some(5000), b"new.bin", PutOptions::new());
    assert_eq!(error.map_err(|error| error.kind()), Err(ErrorKind::Local));
    assert_eq!(client.size(b"file.bin").expect("a size"), 100_000);
    assert_eq!(heard.typed("AT+FTPOPEN="), 3);
}
