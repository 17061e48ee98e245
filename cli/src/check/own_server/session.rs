//! One session of a client: its commands (RFC 959, RFC 2428, RFC 3659), one line at a time.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};

use super::link::{HAS_TLS, Link};
use super::state::{Shared, TICK, lock};
use super::transfer::{Data, Job, Running};
use super::tree::{Form, absolute};

/// The longest line that is read.
const LONGEST: usize = 8 * 1024;

/// Commands that a case can let fail; the others only prepare them.
const OPERATIONS: [&str; 20] = [
    "PASS", "CWD", "CDUP", "PWD", "STAT", "SYST", "NOOP", "SIZE", "MDTM", "DELE", "MKD", "RMD",
    "RNFR", "STOR", "APPE", "RETR", "LIST", "NLST", "MLSD", "QUIT",
];

/// Holds the session.
struct Session<'a> {
    /// `None` after a handshake that failed.
    link: Option<Link>,
    /// Data connections use TLS, too (RFC 4217).
    is_private: bool,
    shared: &'a Shared,
    case: u64,
    lost: u64,
    here: Vec<u8>,
    /// The offset of the next transfer.
    offset: u64,
    data: Option<Data>,
    renamed: Option<Vec<u8>>,
    running: Option<Running>,
}

/// Says what a command leads to.
enum Next {
    Reply(String),
    /// The reply comes at the end of the transfer.
    Later,
    /// Says this, and speaks TLS from here on.
    Secure(&'static str),
    End(String),
}

fn reply(text: impl Into<String>) -> Next {
    Next::Reply(text.into())
}

/// Serves a client until either side ends the session; a secure one has TLS from the first byte.
pub(super) fn serve(stream: TcpStream, is_secure: bool, shared: &Shared) {
    let (case, lost) = {
        let state = lock(shared);
        (state.case, state.lost)
    };
    let Ok(link) = Link::new(stream) else {
        return; // it has gone already
    };
    let mut session = Session {
        link: Some(link),
        is_private: is_secure,
        shared,
        case,
        lost,
        here: b"/".to_vec(),
        offset: 0,
        data: None,
        renamed: None,
        running: None,
    };
    let _ = session.run(is_secure); // a client may go at any time
}

impl Session<'_> {
    fn run(&mut self, is_secure: bool) -> io::Result<()> {
        if is_secure {
            self.secure()?;
        }
        self.wait_while_stalled()?;
        self.say("220 Ready")?;
        let mut read = Vec::new();
        loop {
            while let Some(end) = read.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = read.drain(..=end).collect();
                self.wait_while_stalled()?;
                match self.command(&line) {
                    Next::Reply(text) => self.say(&text)?,
                    Next::Later => {}
                    Next::Secure(text) => {
                        self.say(text)?;
                        // What stands behind AUTH was sent before the handshake, by anyone.
                        read.clear();
                        self.secure()?;
                    }
                    Next::End(text) => {
                        self.say(&text)?;
                        return Ok(());
                    }
                }
            }
            self.tick()?;
            let mut buffer = [0; 4096];
            match self.link()?.read(&mut buffer) {
                Ok(0) => return Ok(()),
                Ok(count) if read.len() + count <= LONGEST => {
                    read.extend_from_slice(&buffer[..count]);
                }
                Ok(_) => return self.say("500 The line is too long"),
                Err(error) if is_timeout(&error) => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Looks at what a case does to the session, and at the transfer.
    fn tick(&mut self) -> io::Result<()> {
        let (case, lost, stalled) = {
            let state = lock(self.shared);
            (state.case, state.lost, state.stalled)
        };
        if case != self.case {
            self.running = None;
            return Err(ErrorKind::ConnectionAborted.into());
        }
        if lost != self.lost {
            self.running = None;
            self.say("421 Closing")?;
            return Err(ErrorKind::ConnectionAborted.into());
        }
        if stalled {
            return Ok(());
        }
        if let Some(text) = self.running.as_mut().and_then(Running::ended) {
            self.running = None;
            self.say(&text)?;
        }
        Ok(())
    }

    fn wait_while_stalled(&mut self) -> io::Result<()> {
        loop {
            self.tick()?;
            if !lock(self.shared).stalled {
                return Ok(());
            }
            std::thread::sleep(TICK);
        }
    }

    fn say(&mut self, text: &str) -> io::Result<()> {
        let line = format!("{text}\r\n");
        self.link()?.write_all(line.as_bytes())
    }

    fn link(&mut self) -> io::Result<&mut Link> {
        self.link
            .as_mut()
            .ok_or_else(|| ErrorKind::NotConnected.into())
    }

    fn secure(&mut self) -> io::Result<()> {
        let link = self.link.take().map(Link::secure);
        self.link = link.transpose()?;
        Ok(())
    }

    fn command(&mut self, line: &[u8]) -> Next {
        // Behind Telnet's signals, which stand before ABOR.
        let start = line.iter().position(u8::is_ascii_alphabetic).unwrap_or(0);
        let line = line[start..].trim_ascii_end();
        let space = line.iter().position(|byte| *byte == b' ');
        let (verb, argument) = match space {
            Some(at) => (&line[..at], &line[at + 1..]),
            None => (line, &b""[..]),
        };
        let verb = String::from_utf8_lossy(verb).to_ascii_uppercase();
        if OPERATIONS.contains(&verb.as_str()) {
            match lock(self.shared).refuse.take() {
                Some(421) => return Next::End("421".into()),
                Some(code) => {
                    self.data = None;
                    return reply(code.to_string());
                }
                None => {}
            }
        }
        self.carry_out(&verb, argument)
    }

    fn carry_out(&mut self, verb: &str, argument: &[u8]) -> Next {
        let path = absolute(&self.here, argument);
        match verb {
            "USER" => reply("331 Password"),
            "PASS" if argument == b"wrong" => reply("530 No"),
            "PASS" | "ACCT" => reply("230 Welcome"),
            "AUTH" if HAS_TLS => Next::Secure("234 Begin"),
            "PBSZ" => reply("200 PBSZ=0"),
            "PROT" => {
                self.is_private = argument == b"P";
                reply("200 Well")
            }
            "TYPE" | "STRU" | "MODE" | "ALLO" => reply("200 Well"),
            "FEAT" => reply(
                "211-Extensions:\r\n EPSV\r\n MDTM\r\n MLSD\r\n REST STREAM\r\n SIZE\r\n211 End",
            ),
            "SYST" => reply("215 UNIX Type: L8"),
            "NOOP" => reply("200"),
            "QUIT" => Next::End("221 Goodbye".into()),
            "PASV" | "EPSV" => self.listen(verb),
            "PORT" | "EPRT" => match parse_address(verb, argument) {
                Some(address) => {
                    self.data = Some(Data::Connect(address));
                    reply("200 Well")
                }
                None => reply("501 No address"),
            },
            "REST" => match String::from_utf8_lossy(argument).parse() {
                Ok(offset) => {
                    self.offset = offset;
                    reply("350 Go on")
                }
                Err(_) => reply("501 No number"),
            },
            "RETR" | "STOR" | "APPE" | "LIST" | "NLST" | "MLSD" => self.transfer(verb, path),
            "ABOR" => {
                self.running = None;
                reply("226 Aborted")
            }
            "STAT" => self.status(argument, &path),
            "CWD" | "CDUP" | "PWD" | "SIZE" | "MDTM" | "DELE" | "MKD" | "RMD" | "RNFR" | "RNTO" => {
                self.names(verb, path)
            }
            _ => reply("502 Unknown"),
        }
    }

    fn names(&mut self, verb: &str, path: Vec<u8>) -> Next {
        let mut state = lock(self.shared);
        let tree = &mut state.tree;
        let done = |done: bool| reply(if done { "250 Done" } else { "550" });
        match verb {
            "CWD" if tree.is_directory(&path) => {
                self.here = path;
                done(true)
            }
            "CDUP" => {
                let end = self.here.iter().rposition(|byte| *byte == b'/');
                self.here.truncate(end.unwrap_or(0).max(1));
                done(true)
            }
            "PWD" => reply(format!("257 \"{}\"", String::from_utf8_lossy(&self.here))),
            "SIZE" => match tree.file(&path) {
                Some(content) => reply(format!("213 {}", content.len())),
                None => done(false),
            },
            "MDTM" => match tree.time(&path) {
                Some(time) => reply(format!("213 {time}")),
                None => done(false),
            },
            "DELE" => done(tree.remove_file(&path)),
            "MKD" if tree.make_directory(&path) => {
                reply(format!("257 \"{}\"", String::from_utf8_lossy(&path)))
            }
            "RMD" => done(tree.remove_directory(&path)),
            "RNFR" if tree.file(&path).is_some() || tree.is_directory(&path) => {
                self.renamed = Some(path);
                reply("350 To")
            }
            "RNTO" => match self.renamed.take() {
                Some(from) => done(tree.rename(&from, &path)),
                None => reply("503 From"),
            },
            _ => done(false),
        }
    }

    fn status(&self, argument: &[u8], path: &[u8]) -> Next {
        if argument.is_empty() {
            return reply("211-FTP server status:\r\n211 OK");
        }
        match lock(self.shared).tree.listing(Form::Long, path) {
            Some(text) => {
                let text = String::from_utf8_lossy(&text).into_owned();
                match text.trim_end().rsplit_once("\r\n") {
                    Some((before, last)) => reply(format!("213-{before}\r\n213 {last}")),
                    None => reply(format!("213 {}", text.trim_end())),
                }
            }
            None => reply("550"),
        }
    }

    fn listen(&mut self, verb: &str) -> Next {
        let own = self.link().and_then(|link| link.socket().local_addr());
        let listener = own.and_then(|own| TcpListener::bind((own.ip(), 0)));
        let Ok((listener, address)) = listener.and_then(|one| {
            let address = one.local_addr()?;
            Ok((one, address))
        }) else {
            return reply("425 No port");
        };
        self.data = Some(Data::Accept(listener));
        let port = address.port();
        match (verb, address) {
            ("PASV", SocketAddr::V4(four)) => {
                let ip = four.ip().to_string().replace('.', ",");
                reply(format!("227 Passive ({ip},{},{})", port >> 8, port & 255))
            }
            ("EPSV", _) => reply(format!("229 Passive (|||{port}|)")),
            _ => reply("522 Use EPSV"),
        }
    }

    fn transfer(&mut self, verb: &str, path: Vec<u8>) -> Next {
        let offset = std::mem::take(&mut self.offset);
        let Some(data) = self.data.take() else {
            return reply("425 No data connection");
        };
        let mut state = lock(self.shared);
        let job = match verb {
            "STOR" | "APPE" => {
                let length = state.tree.file(&path).map_or(0, <[u8]>::len) as u64;
                let offset = if verb == "APPE" { length } else { offset };
                if !state.tree.begin(&path, offset) {
                    return reply("553");
                }
                Job::Up(path)
            }
            "RETR" => {
                let Some(content) = state.tree.file(&path) else {
                    return reply("550");
                };
                let offset = usize::try_from(offset).unwrap_or(usize::MAX);
                match content.get(offset..) {
                    Some(rest) => Job::Down(rest.to_vec()),
                    None => return reply("554"),
                }
            }
            _ => {
                let form = match verb {
                    "NLST" => Form::Names,
                    "MLSD" => Form::Machine,
                    _ => Form::Long,
                };
                match state.tree.listing(form, &path) {
                    Some(text) => Job::Down(text),
                    None => return reply("550"),
                }
            }
        };
        drop(state);
        if self.say("150 Here it is").is_err() {
            return Next::Later;
        }
        let session = (self.case, self.lost);
        let way = (data, self.is_private);
        self.running = Some(Running::start(way, job, self.shared, session));
        Next::Later
    }
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

/// Reads the address of PORT (`10,0,0,1,4,1`) or EPRT (`|1|10.0.0.1|1025|`).
fn parse_address(verb: &str, argument: &[u8]) -> Option<SocketAddr> {
    let text = std::str::from_utf8(argument).ok()?;
    if verb == "EPRT" {
        let mut parts = text.split('|').skip(2);
        let (ip, port) = (parts.next()?, parts.next()?);
        return Some((ip.parse::<std::net::IpAddr>().ok()?, port.parse().ok()?).into());
    }
    let numbers: Option<Vec<u8>> = text
        .split(',')
        .map(|part| part.parse::<u8>().ok())
        .collect();
    match numbers?[..] {
        [a, b, c, d, high, low] => Some(([a, b, c, d], u16::from_be_bytes([high, low])).into()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_active_mode() {
        let at = |verb, text: &str| {
            let address = parse_address(verb, text.as_bytes());
            address.map(|address| address.to_string())
        };
        assert_eq!(at("PORT", "10,0,0,1,4,1").as_deref(), Some("10.0.0.1:1025"));
        assert_eq!(
            at("EPRT", "|1|10.0.0.1|21|").as_deref(),
            Some("10.0.0.1:21")
        );
        assert_eq!(at("EPRT", "|2|::1|21|").as_deref(), Some("[::1]:21"));
        assert_eq!(at("PORT", "10,0,0,1,4"), None);
        assert_eq!(at("PORT", "10,0,0,256,4,1"), None);
        assert_eq!(at("EPRT", "|1|"), None);
    }
}
