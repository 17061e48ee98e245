//! `--rfc2217`: an emulator behind a server of RFC 2217, as ser2net is one for a module: settings and DTR are carried, too.
//!
//! One host at a time; another one hears `BUSY`, as on `--tcp`. The settings are acknowledged and change nothing: the speed
//! of the line is that of `--baud`.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use qftp::internal::telnet::{
    BINARY, COM_PORT, SUPPRESS_GO_AHEAD, TelnetCommand, TelnetReader, TelnetVerb, push_com_port,
    push_data, push_negotiation,
};
use qftp::port::Port;

/// The pause between two looks at the socket, at the line, and at the end.
const TICK: Duration = Duration::from_millis(2);
/// A host that takes nothing for so long is gone.
const STUCK: Duration = Duration::from_secs(10);
/// The word for a host that is not the first.
const BUSY: &[u8] = b"\r\nBUSY\r\n";

/// Commands of RFC 2217 with a meaning here; the number of an answer is larger by 100.
const SIGNATURE: u8 = 0;
const SET_CONTROL: u8 = 5;
const ANSWERED: u8 = 100;
const DTR_ON: u8 = 8;
const DTR_OFF: u8 = 9;

/// The answers to a question for a setting: command, question, value.
const STANDARD: [(u8, &[u8], &[u8]); 5] = [
    (1, &[0; 4], &115_200_u32.to_be_bytes()),
    (2, &[0], &[8]),
    (3, &[0], &[1]),
    (4, &[0], &[1]),
    (5, &[0], &[1]),
];

/// A running server; it ends when this is dropped.
pub(super) struct LineServer {
    pub(super) address: SocketAddr,
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl LineServer {
    /// Starts a server for the host's end of a line.
    pub(super) fn start(address: SocketAddr, mut line: Box<dyn Port>) -> io::Result<Self> {
        let listener = TcpListener::bind(address)?;
        let address = listener.local_addr()?;
        listener.set_nonblocking(true)?;
        let over = Arc::new(AtomicBool::new(false));
        let ends = Arc::clone(&over);
        let thread = std::thread::spawn(move || {
            while !ends.load(Ordering::Relaxed) {
                let Ok((host, _)) = listener.accept() else {
                    std::thread::sleep(TICK);
                    continue;
                };
                let mut host = Host {
                    stream: host,
                    reader: TelnetReader::default(),
                    used: Vec::new(),
                };
                let _ = line.set_dtr(true); // the line of an emulator takes it
                let _ = host.serve(&mut *line, &listener, &ends); // a host may go at any time
                let _ = line.set_dtr(false);
            }
        });
        Ok(LineServer {
            address,
            over,
            thread: Some(thread),
        })
    }
}

impl Drop for LineServer {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join(); // it has nothing to tell
        }
    }
}

/// The host that has the line.
struct Host {
    stream: TcpStream,
    reader: TelnetReader,
    /// Options that were agreed upon, with the end that uses them.
    used: Vec<(TelnetVerb, u8)>,
}

impl Host {
    fn serve(
        &mut self,
        line: &mut dyn Port,
        listener: &TcpListener,
        over: &AtomicBool,
    ) -> io::Result<()> {
        self.stream.set_nodelay(true)?;
        self.stream.set_nonblocking(false)?;
        self.stream.set_read_timeout(Some(TICK))?;
        self.stream.set_write_timeout(Some(STUCK))?;
        let mut buffer = [0; 16 * 1024];
        while !over.load(Ordering::Relaxed) {
            if let Ok((mut other, _)) = listener.accept() {
                let _ = other.write_all(BUSY); // it may be gone
            }
            match self.stream.read(&mut buffer) {
                Ok(0) => return Ok(()),
                Ok(count) => self.take(&buffer[..count], line)?,
                Err(error)
                    if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
                Err(error) => return Err(error),
            }
            loop {
                let count = line.read(&mut buffer, Duration::ZERO)?;
                if count == 0 {
                    break;
                }
                let mut stream = Vec::with_capacity(count);
                push_data(&mut stream, &buffer[..count]);
                self.stream.write_all(&stream)?;
            }
        }
        Ok(())
    }

    /// Takes bytes of the host: data goes to the module, commands are answered.
    fn take(&mut self, bytes: &[u8], line: &mut dyn Port) -> io::Result<()> {
        let (mut data, mut commands) = (Vec::new(), Vec::new());
        self.reader.take(bytes, &mut data, &mut commands);
        let mut answer = Vec::new();
        for command in commands {
            match command {
                TelnetCommand::Negotiate(verb, option) => {
                    self.negotiate(verb, option, &mut answer);
                }
                TelnetCommand::Subnegotiate(COM_PORT, values) => {
                    set(&values, line, &mut answer)?;
                }
                TelnetCommand::Subnegotiate(..) => {}
            }
        }
        self.stream.write_all(&answer)?;
        let mut rest = data.as_slice();
        while !rest.is_empty() {
            let count = line.write(rest, STUCK)?;
            if count == 0 {
                return Err(ErrorKind::TimedOut.into());
            }
            rest = &rest[count..];
        }
        Ok(())
    }

    /// Grants the options of RFC 2217, once each, and refuses others.
    fn negotiate(&mut self, verb: TelnetVerb, option: u8, answer: &mut Vec<u8>) {
        let is_known = [BINARY, SUPPRESS_GO_AHEAD, COM_PORT].contains(&option);
        let word = match (verb, is_known) {
            (TelnetVerb::Do, true) => TelnetVerb::Will,
            (TelnetVerb::Do, false) => TelnetVerb::Wont,
            (TelnetVerb::Will, true) => TelnetVerb::Do,
            (TelnetVerb::Will, false) => TelnetVerb::Dont,
            (TelnetVerb::Wont | TelnetVerb::Dont, _) => return,
        };
        if !self.used.contains(&(word, option)) {
            self.used.push((word, option));
            push_negotiation(answer, word, option);
        }
    }
}

/// Carries out a command of RFC 2217, and acknowledges it.
fn set(values: &[u8], line: &mut dyn Port, answer: &mut Vec<u8>) -> io::Result<()> {
    let Some((command, value)) = values.split_first() else {
        return Ok(());
    };
    match (*command, value) {
        (SIGNATURE, _) => {
            push_com_port(answer, ANSWERED, b"qftp emulate");
            return Ok(());
        }
        (SET_CONTROL, [DTR_ON]) => line.set_dtr(true)?,
        (SET_CONTROL, [DTR_OFF]) => line.set_dtr(false)?,
        _ => {}
    }
    if *command >= ANSWERED {
        return Ok(()); // no command of a host
    }
    let known = STANDARD
        .iter()
        .find(|(asked, question, _)| asked == command && *question == value);
    let value = known.map_or(value, |(_, _, value)| value);
    push_com_port(answer, command + ANSWERED, value);
    Ok(())
}
