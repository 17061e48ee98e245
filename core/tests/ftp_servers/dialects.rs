//! Emulators of `gsm` and `nl668` on real servers, typed at as a terminal would (001 §4, 003 §3).

use std::time::{Duration, Instant};

use qftp::dialect::Dialect;
use qftp::dialect::gsm::GSM;
use qftp::dialect::nl668::NL668;
use qftp::emulator::{Emulator, EmulatorOptions};
use qftp::internal::framing::stuffing::{ETX, Unstuff, stuff};
use qftp::port::Port;

use super::noise;
use qftp_test::servers::{Kind, Server};

/// Nothing on a loopback takes longer; whatever does has failed.
const TIMEOUT: Duration = Duration::from_secs(60);
const SIZE: usize = 300_000;

/// A line to a module that does not echo.
struct Terminal {
    line: Box<dyn Port>,
    seen: Vec<u8>,
    _module: Emulator,
}

impl Terminal {
    fn new(dialect: &'static Dialect) -> Self {
        let (module, line) = Emulator::in_process(EmulatorOptions::new(dialect)).expect("a module");
        let mut terminal = Terminal {
            line,
            seen: Vec::new(),
            _module: module,
        };
        terminal.send(b"ATE0\r");
        terminal.until(b"\r\nOK\r\n");
        terminal
    }

    fn send(&mut self, bytes: &[u8]) {
        let end = Instant::now() + TIMEOUT;
        let mut rest = bytes;
        while !rest.is_empty() {
            assert!(Instant::now() < end, "the module does not read");
            let wait = Duration::from_millis(20);
            let count = self.line.write(rest, wait).expect("written");
            rest = &rest[count..];
            if count == 0 {
                self.receive(Duration::ZERO);
            }
        }
    }

    fn receive(&mut self, wait: Duration) {
        let mut buffer = [0; 4096];
        let count = self.line.read(&mut buffer, wait).expect("read");
        self.seen.extend_from_slice(&buffer[..count]);
    }

    /// What stands before this text, which is taken too.
    #[track_caller]
    fn until(&mut self, text: &[u8]) -> Vec<u8> {
        let end = Instant::now() + TIMEOUT;
        let mut from = 0;
        loop {
            let found = self.seen[from..]
                .windows(text.len())
                .position(|seen| seen == text);
            if let Some(at) = found {
                let mut before: Vec<u8> = self.seen.drain(..from + at + text.len()).collect();
                before.truncate(from + at);
                return before;
            }
            from = self.seen.len().saturating_sub(text.len());
            assert!(
                Instant::now() < end,
                "no {} in {}",
                text.escape_ascii(),
                self.seen[..self.seen.len().min(500)].escape_ascii()
            );
            self.receive(Duration::from_millis(100));
        }
    }

    /// The next bytes, so many of them.
    fn take(&mut self, count: usize) -> Vec<u8> {
        let end = Instant::now() + TIMEOUT;
        while self.seen.len() < count {
            assert!(Instant::now() < end, "{} of {count}", self.seen.len());
            self.receive(Duration::from_millis(100));
        }
        self.seen.drain(..count).collect()
    }

    /// Types a line; the answer must be these lines.
    #[track_caller]
    fn ask(&mut self, line: &str, answer: &[&str]) {
        self.send(format!("{line}\r").as_bytes());
        for expected in answer {
            let before = self.until(format!("\r\n{expected}\r\n").as_bytes());
            assert!(
                before.is_empty(),
                "{line}: {} before {expected}",
                before.escape_ascii()
            );
        }
    }
}

fn gsm(server: &Server) -> Terminal {
    let mut terminal = Terminal::new(&GSM);
    terminal.ask(&format!("AT+QFTPUSER=\"{}\"", server.user), &["OK"]);
    terminal.ask(&format!("AT+QFTPPASS=\"{}\"", server.password), &["OK"]);
    let address = server.address;
    let open = format!("AT+QFTPOPEN=\"{}\",{}", address.ip(), address.port());
    terminal.ask(&open, &["OK", "+QFTPOPEN:0"]);
    terminal
}

fn nl668(server: &Server) -> Terminal {
    let mut terminal = Terminal::new(&NL668);
    terminal.ask("AT+MIPCALL=1", &["OK", "+MIPCALL: 192.0.2.1"]);
    let open = format!(
        "AT+FTPOPEN=\"{}\",\"{}\",\"{}\",,,{}",
        server.address.ip(),
        server.user,
        server.password,
        server.address.port()
    );
    terminal.ask(&open, &["OK", "+FTPOPEN: 1"]);
    terminal
}

#[test]
fn gsm_over_the_line() {
    for kind in Kind::ALL {
        let server = Server::start(kind);
        let mut terminal = gsm(&server);
        let content = noise(SIZE);
        for passive in [1, 0] {
            terminal.ask(&format!("AT+QFTPCFG=1,{passive}"), &["OK", "+QFTPCFG:0"]);
            let put = format!("AT+QFTPPUT=\"a.bin\",{SIZE},200");
            terminal.ask(&put, &["OK", "CONNECT"]);
            terminal.send(&content);
            terminal.until(format!("\r\n+QFTPPUT:{SIZE}\r\n").as_bytes());
            assert!(server.get("a.bin").as_ref() == Some(&content), "{kind:?}");
            terminal.ask(
                "AT+QFTPSIZE=\"a.bin\"",
                &["OK", &format!("+QFTPSIZE:{SIZE}")],
            );

            terminal.ask("AT+QFTPGET=\"a.bin\"", &["OK", "CONNECT"]);
            assert!(terminal.take(SIZE) == content, "{kind:?}");
            terminal.until(format!("\r\n+QFTPGET:{SIZE}\r\n").as_bytes());
            terminal.ask("AT+QFTPLEN", &[&format!("+QFTPLEN: {SIZE}"), "OK"]);
        }
        terminal.ask("AT+QFTPCFG=3,299000", &["OK", "+QFTPCFG:0"]);
        terminal.ask("AT+QFTPGET=\"a.bin\"", &["OK", "CONNECT"]);
        assert!(terminal.take(1000) == content[299_000..], "{kind:?}");
        terminal.until(b"\r\n+QFTPGET:1000\r\n");
        terminal.ask("AT+QFTPDELETE=\"a.bin\"", &["OK", "+QFTPDELETE:0"]);
        assert_eq!(server.get("a.bin"), None);
        terminal.ask("AT+QFTPGET=\"a.bin\"", &["OK", "+QFTPGET:-550"]);
        terminal.ask("AT+QFTPSTAT", &["+QFTPSTAT: OPENED", "OK"]);
        terminal.ask("AT+QFTPCLOSE", &["OK", "+QFTPCLOSE:0"]);
        terminal.ask("AT+QIDEACT", &["DEACT OK"]);
    }
}

#[test]
fn gsm_through_the_store() {
    for kind in Kind::ALL {
        let server = Server::start(kind);
        let mut terminal = gsm(&server);
        let content = noise(102_401);
        server.put("fits", &content[..102_400]);
        server.put("not", &content);
        terminal.ask("AT+QFTPCFG=4,\"/RAM/\"", &["OK", "+QFTPCFG:0"]);
        terminal.ask("AT+QFTPGET=\"fits\"", &["OK", "+QFTPGET:102400"]);
        terminal.ask("AT+QFTPGET=\"not\"", &["OK", "+QFTPGET:-12"]);
        terminal.ask("AT+QFTPCFG=4,\"/RAM/fits\"", &["OK", "+QFTPCFG:0"]);
        terminal.ask("AT+QFTPPUT=\"b\",1587", &["OK", "+QFTPPUT:1587"]);
        terminal.ask("AT+QFTPCFG=3,1587", &["OK", "+QFTPCFG:0"]);
        terminal.ask("AT+QFTPPUT=\"b\",0", &["OK", "+QFTPPUT:100813"]);
        assert!(server.get("b").as_deref() == Some(&content[..102_400]));
        terminal.ask("AT+QFTPCFG=3,102401", &["OK", "+QFTPCFG:0"]);
        terminal.ask("AT+QFTPPUT=\"b\",0", &["OK", "+QFTPPUT:-12"]);
        terminal.ask("AT+QFTPCFG=4,\"/RAM/nothing\"", &["OK", "+QFTPCFG:0"]);
        terminal.ask("AT+QFTPPUT=\"b\",0", &["OK", "+QFTPPUT:-11"]);
        terminal.ask("AT+QFTPMKDIR=\"dir\"", &["OK", "+QFTPMKDIR:0"]);
        terminal.ask("AT+QFTPPATH=\"dir\"", &["OK", "+QFTPPATH:0"]);
        terminal.ask("AT+QFTPPATH=\"\"", &["OK", "+QFTPPATH:0"]);
        terminal.ask("AT+QFTPRENAME=\"dir\",\"dir2\"", &["OK", "+QFTPRENAME:0"]);
        terminal.ask("AT+QFTPRMDIR=\"dir2\"", &["OK", "+QFTPRMDIR:0"]);
    }
}

#[test]
fn nl668_stuffed_and_in_pieces() {
    for kind in Kind::ALL {
        let server = Server::start(kind);
        let mut terminal = nl668(&server);
        let content = noise(SIZE);
        let mut line = Vec::new();
        stuff(&content, &mut line);
        line.push(ETX);
        for mode in [0, 1] {
            terminal.ask(&format!("AT+FTPMODE={mode}"), &["OK"]);
            terminal.ask("AT+FTPSTOR=\"a.bin\"", &["OK", "+FTPSTOR: 2"]);
            terminal.send(&line);
            terminal.until(b"\r\n+FTPSTOR: 1\r\n");
            assert!(server.get("a.bin").as_ref() == Some(&content), "{kind:?}");

            terminal.ask("AT+FTPRETR=\"a.bin\"", &["OK", "+FTPRETR: 2"]);
            let stuffed = terminal.until(b"\x03\r\n+FTPRETR: 1\r\n");
            let mut data = Vec::new();
            let (_, ended) = Unstuff::default().pass(&stuffed, &mut data);
            assert!(!ended && data == content, "{kind:?}");
        }
        terminal.ask("AT+FTPRETR=\"a.bin\",1,299990", &["OK", "+FTPRETR: 2"]);
        let mut tail: Vec<u8> = Vec::new();
        stuff(&content[299_990..], &mut tail);
        assert_eq!(terminal.until(b"\x03\r\n+FTPRETR: 1\r\n"), tail);

        for (index, piece) in content[..5000].chunks(1024).enumerate() {
            let last = u8::from(index == 4);
            let length = piece.len();
            let put = format!("AT+FTPPUT=\"b.bin\",{length},{last}");
            terminal.ask(&put, &[&format!("+FTPPUT: 2,{length}")]);
            terminal.send(piece);
            terminal.until(b"\r\nOK\r\n");
        }
        terminal.until(b"\r\n+FTPPUT: 1\r\n");
        assert!(server.get("b.bin").as_deref() == Some(&content[..5000]));
        terminal.ask("AT+FTPCLOSE", &["OK", "+FTPCLOSE: 1"]);
    }
}

#[test]
fn nl668_through_the_buffer() {
    for kind in Kind::ALL {
        let server = Server::start(kind);
        let mut terminal = nl668(&server);
        let content = noise(1_200_000);
        server.put("a.bin", &content);
        terminal.ask("AT+FTPGET=\"a.bin\"", &["OK", "+FTPGET: 2"]);
        let end = Instant::now() + TIMEOUT;
        let mut all = Vec::new();
        let mut complete = false;
        while all.len() < content.len() {
            assert!(Instant::now() < end, "{kind:?}: {}", all.len());
            terminal.send(b"AT+FTPRECV=3000\r");
            let before = terminal.until(b"\r\n+FTPRECV: ");
            complete |= before == b"\r\n+FTPGET: 1\r\n";
            assert!(before.is_empty() || complete, "{}", before.escape_ascii());
            let digits = terminal.until(b"\r\n");
            let count = String::from_utf8(digits)
                .ok()
                .and_then(|text| text.parse().ok());
            all.extend(terminal.take(count.expect("a number")));
            terminal.until(b"\r\nOK\r\n");
        }
        assert!(all == content, "{kind:?}");
        if !complete {
            terminal.until(b"\r\n+FTPGET: 1\r\n");
        }
        terminal.ask("AT+FTPRECV?", &["+FTPRECV: 0", "OK"]);
        terminal.ask("AT+FTPNOOP", &["OK", "+FTPNOOP: 1"]);
        // A download that is given up half way leaves a session that closes in good order.
        terminal.ask("AT+FTPGET=\"a.bin\"", &["OK", "+FTPGET: 2"]);
        terminal.ask("AT+FTPCLOSE", &["OK", "+FTPCLOSE: 1"]);
    }
}

#[test]
fn nl668_asks_the_server() {
    for kind in Kind::ALL {
        let server = Server::start(kind);
        server.put("a.txt", b"hello");
        let mut terminal = nl668(&server);
        terminal.ask("AT+FTPMKD=\"dir\"", &["OK", "+FTPMKD: 1"]);
        terminal.ask("AT+FTPCWD=\"dir\"", &["OK", "+FTPCWD: 1"]);
        terminal.ask("AT+FTPPWD", &["OK", "+FTPPWD: 2,\"/dir\"", "+FTPPWD: 1"]);
        terminal.ask("AT+FTPCDUP", &["OK", "+FTPCDUP: 1"]);
        terminal.ask("AT+FTPPWD", &["OK", "+FTPPWD: 2,\"/\"", "+FTPPWD: 1"]);
        terminal.ask("AT+FTPRMD=\"dir\"", &["OK", "+FTPRMD: 1"]);
        terminal.ask("AT+FTPLIST", &["OK", "+FTPLIST: 2"]);
        let listing = terminal.until(b"\r\n+FTPLIST: 1\r\n");
        let text = String::from_utf8_lossy(&listing);
        assert!(text.lines().any(|line| line.ends_with(" a.txt")), "{text}");
        terminal.ask("AT+FTPREN=\"a.txt\",\"b.txt\"", &["OK", "+FTPREN: 1"]);
        terminal.ask("AT+FTPDEL=\"b.txt\"", &["OK", "+FTPDEL: 1"]);
        terminal.ask("AT+FTPDEL=\"b.txt\"", &["OK", "+FTPDEL: 0"]);
        terminal.ask("AT+FTPNOOP", &["OK", "+FTPNOOP: 1"]);
        terminal.ask("AT+FTPSTAT", &["OK"]);
        let status = terminal.until(b"\r\n+FTPSTAT: 1\r\n");
        assert!(status.starts_with(b"\r\n+FTPSTAT: 2,"), "{kind:?}");
        terminal.ask("AT+FTPSYST", &["OK"]);
        let system = terminal.until(b"\r\n+FTPSYST: 1\r\n");
        let unix = system.windows(4).any(|word| word == b"UNIX");
        assert!(system.starts_with(b"\r\n+FTPSYST: 2,") && unix, "{kind:?}");

        terminal.ask("AT+FTPINFO=1", &["OK"]);
        terminal.ask("AT+FTPNOOP", &["OK", "+FTPINFO:NOOP"]);
        let reply = terminal.until(b"\r\n+FTPNOOP: 1\r\n");
        assert!(reply.starts_with(b"\r\n+FTPINFO:200"), "{kind:?}");
        terminal.ask("AT+FTPCLOSE", &["OK", "+FTPINFO:QUIT"]);
        terminal.until(b"\r\n+FTPCLOSE: 1\r\n");
    }
}
