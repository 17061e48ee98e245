//! A server that answers as FTP says, but for what it is told to do otherwise. A tool of the tests, no FTP server.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rustix::net::sockopt;

/// What a file holds.
pub(crate) const CONTENT: &[u8] = b"hello";
/// A server that waits longer for its module is given up with the test.
const TIMEOUT: Duration = Duration::from_secs(120);

/// What is done instead of a reply.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// Says this, as it is.
    Say(Vec<u8>),
    /// Says this over and over, until the client is gone.
    Flood(&'static [u8]),
    /// Waits until the module goes.
    Wait,
    /// Ends the control connection in good order.
    Close,
    /// Breaks it.
    Reset,
    /// Takes the data connection.
    Accept,
    /// Sends some of the file.
    Send(&'static [u8]),
    /// Reads some of an upload.
    Take(usize),
    /// Reads an upload and keeps it.
    Keep(Arc<Mutex<Vec<u8>>>),
    /// Waits for the test.
    Meet(Arc<Barrier>),
    /// Ends the data connection in good order.
    CloseData,
    /// Breaks it.
    ResetData,
}

/// What is done at which command, once, instead of what is usual; `""` is when a client connects.
pub(crate) type Script = Vec<(&'static str, Vec<Act>)>;

/// The server. It ends with its value.
pub(crate) struct Scripted {
    pub(crate) address: SocketAddr,
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Scripted {
    /// All it says goes out in pieces of this many bytes at most.
    pub(crate) fn start(mut script: Script, piece: usize) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a socket");
        let address = listener.local_addr().expect("an address");
        let over = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&over);
        let thread = thread::spawn(move || {
            while let Ok((control, _)) = listener.accept() {
                if seen.load(Ordering::Acquire) {
                    return;
                }
                // A client that goes away ends its session at any point.
                let _ = Session::new(control, piece).and_then(|session| session.run(&mut script));
            }
        });
        Scripted {
            address,
            over,
            thread: Some(thread),
        }
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Release);
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Session {
    control: TcpStream,
    listener: TcpListener,
    data: Option<TcpStream>,
    piece: usize,
}

impl Session {
    fn new(control: TcpStream, piece: usize) -> io::Result<Self> {
        control.set_nodelay(true)?;
        control.set_read_timeout(Some(TIMEOUT))?;
        control.set_write_timeout(Some(TIMEOUT))?;
        Ok(Session {
            control,
            listener: TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?,
            data: None,
            piece,
        })
    }

    fn run(mut self, script: &mut Script) -> io::Result<()> {
        let lines = BufReader::new(self.control.try_clone()?);
        self.answer("", script)?;
        for line in lines.split(b'\n') {
            let line = line?;
            let line = String::from_utf8_lossy(&line);
            let verb = line.split_whitespace().next().unwrap_or_default();
            self.answer(verb, script)?;
            if verb == "QUIT" {
                break;
            }
        }
        Ok(())
    }

    fn answer(&mut self, verb: &str, script: &mut Script) -> io::Result<()> {
        let told = script.iter().position(|(at, _)| *at == verb);
        let acts = match told {
            Some(index) => script.remove(index).1,
            None => self.usual(verb)?,
        };
        acts.iter().try_for_each(|act| self.act(act))
    }

    /// What a server does.
    fn usual(&self, verb: &str) -> io::Result<Vec<Act>> {
        let port = self.listener.local_addr()?.port();
        let printed = match verb {
            "" => "220 ready".into(),
            "USER" => "331 who says so?".into(),
            "PASS" => "230 in".into(),
            "PWD" => "257 \"/\" is where you are".into(),
            "SIZE" => "213 5".into(),
            "MDTM" => "213 20260102030405".into(),
            "PASV" => format!("227 ok (127,0,0,1,{},{})", port / 256, port % 256),
            "EPSV" => format!("229 ok (|||{port}|)"),
            "QUIT" => "221 bye".into(),
            "RETR" | "STOR" => {
                let moved = match verb {
                    "RETR" => Act::Send(CONTENT),
                    _ => Act::Take(usize::MAX),
                };
                let (begin, end) = (say("150 go\r\n"), say("226 done\r\n"));
                return Ok(vec![Act::Accept, begin, moved, Act::CloseData, end]);
            }
            _ => String::from("200 fine"),
        };
        Ok(vec![say(format!("{printed}\r\n"))])
    }

    fn act(&mut self, act: &Act) -> io::Result<()> {
        match act {
            Act::Say(bytes) => {
                for piece in bytes.chunks(self.piece) {
                    self.control.write_all(piece)?;
                }
            }
            Act::Flood(bytes) => {
                let much = bytes.repeat(64 * 1024 / bytes.len());
                loop {
                    self.control.write_all(&much)?;
                }
            }
            Act::Wait => {
                let mut buffer = [0; 1024];
                while self.control.read(&mut buffer)? > 0 {}
            }
            Act::Close => self.control.shutdown(Shutdown::Both)?,
            Act::Reset => {
                reset(&self.control)?;
                return Err(io::ErrorKind::ConnectionReset.into());
            }
            Act::Accept => {
                let (data, _) = self.listener.accept()?;
                data.set_read_timeout(Some(TIMEOUT))?;
                self.data = Some(data);
            }
            Act::Send(bytes) => self.data().write_all(bytes)?,
            Act::Take(count) => {
                let mut taken = Vec::new();
                let count = u64::try_from(*count).unwrap_or(u64::MAX);
                self.data().take(count).read_to_end(&mut taken)?;
            }
            Act::Keep(kept) => {
                let mut taken = Vec::new();
                self.data().read_to_end(&mut taken)?;
                *kept.lock().expect("no test has failed with it") = taken;
            }
            Act::Meet(barrier) => {
                barrier.wait();
            }
            Act::CloseData => self.data = None,
            Act::ResetData => {
                reset(self.data())?;
                self.data = None;
            }
        }
        Ok(())
    }

    fn data(&self) -> &TcpStream {
        self.data.as_ref().expect("the script took it before")
    }
}

/// A reply, line end and all.
pub(crate) fn say(text: impl AsRef<[u8]>) -> Act {
    Act::Say(text.as_ref().to_vec())
}

/// Closed, the connection ends with a reset.
fn reset(stream: &TcpStream) -> io::Result<()> {
    Ok(sockopt::set_socket_linger(stream, Some(Duration::ZERO))?)
}
