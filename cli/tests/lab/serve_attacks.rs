//! `qftp serve` under attack by clients without an account.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::Command;

use openssl::ssl::{SslConnector, SslMethod, SslVerifyMode};
use tempfile::TempDir;

use crate::background::{Background, peak_memory, qftp};

/// Bytes that the server may use; the attacks send more.
const MEMORY: u64 = 64 * 1024 * 1024;

struct Lab {
    folder: TempDir,
    server: Background,
}

impl Lab {
    fn new(options: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let dir = folder.path().to_str().expect("UTF-8");
        let mut command = qftp(&["serve", dir, "--listen", "127.0.0.1:0", "--user", "joe"]);
        let server = Background::start(command.args(options).env("QFTP_PASSWORD", "w0rd"));
        Lab { folder, server }
    }

    fn address(&self) -> &str {
        let address = self.server.ready.rsplit('@').next().expect("an address");
        address.trim_end_matches('/')
    }

    fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address()).expect("a connection")
    }

    /// Sends all of it, or as much as the server takes before it ends the session; returns the replies.
    fn say(&self, text: &[u8]) -> Vec<String> {
        let mut sender = self.connect();
        let receiver = sender.try_clone().expect("a second handle");
        let replies = std::thread::spawn(move || {
            let lines = BufReader::new(receiver).lines();
            lines.map_while(Result::ok).collect()
        });
        if sender.write_all(text).is_ok() {
            let _ = sender.shutdown(Shutdown::Write);
        }
        replies.join().expect("replies")
    }

    fn peak(&self) -> u64 {
        peak_memory(self.server.id())
    }

    /// Checks that the account still gets its file.
    fn serves(&self) {
        std::fs::write(self.folder.path().join("a"), "whole").expect("a file");
        let url = format!("ftp://joe:w0rd@{}/a", self.address());
        let trust = ["--ssl", "--insecure"];
        let got = Command::new("curl")
            .args(["--silent", "--show-error", "--disable", "--max-time", "60"])
            .args(trust)
            .arg(url)
            .output()
            .expect("curl runs; scripts/test-setup.sh brings it");
        assert_eq!(got.stdout, b"whole", "{got:?}");
    }
}

#[test]
fn forty_thousand_users_in_one_session_do_not_end_the_server() {
    for options in [&[][..], &["--tls"]] {
        let lab = Lab::new(options);
        lab.say("USER a\r\n".repeat(40_000).as_bytes());
        lab.serves();
    }
}

#[test]
fn lines_inside_tls_are_limited_too() {
    let lab = Lab::new(&["--tls", "implicit"]);
    let connect = || {
        let mut connector = SslConnector::builder(SslMethod::tls_client()).expect("a connector");
        connector.set_verify(SslVerifyMode::NONE);
        let connected = connector.build().connect("localhost", lab.connect());
        connected.expect("a handshake")
    };
    let mut attacker = connect();
    let _ = attacker.write_all("USER a\r\n".repeat(40_000).as_bytes());
    // Returns because the server ends the session, with an alert of TLS or without.
    let _ = attacker.read_to_end(&mut Vec::new());
    let mut greeting = String::new();
    let read = BufReader::new(connect()).read_line(&mut greeting);
    assert!(read.is_ok() && greeting.starts_with("220"), "{greeting}");
    assert!(lab.peak() < MEMORY, "{} bytes", lab.peak());
}

#[test]
fn other_commands_before_a_login_end_the_session_too() {
    let lab = Lab::new(&[]);
    let replies = lab.say("NOOP\r\n".repeat(1000).as_bytes());
    assert!(replies.len() < 100, "{}", replies.len());
    lab.serves();
}

#[test]
fn a_line_without_end_does_not_fill_the_memory() {
    let lab = Lab::new(&[]);
    let mut attacker = lab.connect();
    let piece = vec![b'a'; 1024 * 1024];
    let mut sent = 0;
    while sent < 4 * MEMORY && attacker.write_all(&piece).is_ok() {
        sent += piece.len() as u64;
    }
    lab.serves();
    assert!(lab.peak() < MEMORY, "{} bytes", lab.peak());
}

#[test]
fn three_wrong_passwords_end_a_session() {
    let lab = Lab::new(&[]);
    let guesses = "USER joe\r\nPASS x\r\n".repeat(20) + "USER joe\r\nPASS w0rd\r\n";
    let replies = lab.say(guesses.as_bytes());
    assert!(
        !replies.iter().any(|reply| reply.starts_with("230")),
        "{replies:?}"
    );
    lab.serves();

    // One at a time: the session is over after the third.
    let mut session = BufReader::new(lab.connect());
    let mut reply = String::new();
    let mut codes = Vec::new();
    let mut more = session.read_line(&mut reply).expect("a greeting") > 0;
    for command in ["USER joe", "PASS x"].iter().cycle().take(20) {
        if !more {
            break;
        }
        reply.clear();
        let sent = write!(session.get_mut(), "{command}\r\n");
        more = sent.is_ok() && session.read_line(&mut reply).is_ok_and(|count| count > 0);
        codes.push(reply.get(..3).unwrap_or_default().to_owned());
    }
    let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
    let once = ["331", "530"];
    let expected = [&once[..], &once, &once, &["421", ""]].concat();
    assert_eq!(codes, expected);
}

#[test]
fn data_connections_go_to_the_client_alone() {
    let lab = Lab::new(&[]);
    let third = TcpListener::bind("127.0.0.2:0").expect("an address of this machine");
    let port = third.local_addr().expect("an address").port();
    let (high, low) = (port >> 8, port & 0xff);
    let text = format!("USER joe\r\nPASS w0rd\r\nPORT 127,0,0,2,{high},{low}\r\n");
    third.set_nonblocking(true).expect("a listener");
    let replies = lab.say(text.as_bytes());
    assert!(
        replies.iter().any(|reply| reply.starts_with("504 ")),
        "{replies:?}"
    );
    assert!(third.accept().is_err());
}
