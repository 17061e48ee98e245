//! A serial line behind a server that speaks RFC 2217, such as ser2net: bytes, DTR and settings over one TCP connection.
//!
//! The port asks for eight bits both ways and for the settings of the line, and takes what the server grants: ser2net
//! never acknowledges control lines on a pseudo terminal. With `strict=1` a server that leaves anything out is refused.

use std::io;
use std::time::{Duration, Instant};

use super::serial_settings::{Parity, SerialSettings};
use super::telnet::{
    BINARY, COM_PORT, SUPPRESS_GO_AHEAD, TelnetCommand, TelnetReader, TelnetVerb, push_com_port,
    push_data, push_negotiation,
};
use super::{Cancel, Port, PortError, tcp};

/// The time in which a server answers what it is asked at the opening.
const ANSWER: Duration = Duration::from_secs(3);
/// Without an answer to the option itself the server is none of RFC 2217, or a slow one.
const FIRST_ANSWER: Duration = Duration::from_secs(1);
/// The most data in one write: what is not sent yet stays here.
const PIECE: usize = 1024;
/// Bits per second where none are named.
const STANDARD_BAUD: u32 = 115_200;
/// The server answers a command by its number and this.
const ANSWERED: u8 = 100;

/// Commands of the option (RFC 2217 §3).
const SET_BAUD_RATE: u8 = 1;
const SET_DATA_SIZE: u8 = 2;
const SET_PARITY: u8 = 3;
const SET_STOP_SIZE: u8 = 4;
const SET_CONTROL: u8 = 5;
const PURGE_DATA: u8 = 12;

/// Values of SET-CONTROL.
const NO_FLOW_CONTROL: u8 = 1;
const XON_XOFF: u8 = 2;
const RTS_CTS: u8 = 3;
const DTR_ON: u8 = 8;
const DTR_OFF: u8 = 9;
const RTS_ON: u8 = 11;
const RTS_OFF: u8 = 12;

struct Rfc2217 {
    line: Box<dyn Port>,
    reader: TelnetReader,
    /// Read, and not given to the caller yet.
    data: Vec<u8>,
    /// To be sent, and not taken by the socket yet.
    output: Vec<u8>,
    /// Commands that the server has answered.
    answered: Vec<u8>,
    /// Options that both ends use: ours, and those of the server.
    ours: Vec<u8>,
    theirs: Vec<u8>,
    refused: Vec<u8>,
}

pub(crate) fn open(
    url: &str,
    address: &str,
    settings: SerialSettings,
    strict: bool,
) -> Result<Box<dyn Port>, PortError> {
    let line = tcp::open(url, address)?;
    let mut port = Rfc2217 {
        line,
        reader: TelnetReader::default(),
        data: Vec::new(),
        output: Vec::new(),
        answered: Vec::new(),
        ours: Vec::new(),
        theirs: Vec::new(),
        refused: Vec::new(),
    };
    port.set_up(settings, strict)
        .map_err(|error| refused(url, error))?;
    Ok(Box::new(port))
}

fn refused(url: &str, error: io::Error) -> PortError {
    if error.kind() == io::ErrorKind::Unsupported {
        return PortError::url(url, error.to_string());
    }
    PortError::io(url, error)
}

/// Returns the settings as commands with their values.
fn commands(settings: SerialSettings) -> Vec<(u8, Vec<u8>)> {
    let baud = settings.baud.unwrap_or(STANDARD_BAUD);
    let parity = match settings.parity {
        Parity::None => 1,
        Parity::Odd => 2,
        Parity::Even => 3,
    };
    let flow = match (settings.rtscts, settings.xonxoff) {
        (Some(true), _) => RTS_CTS,
        (_, true) => XON_XOFF,
        _ => NO_FLOW_CONTROL,
    };
    let dtr = if settings.dtr { DTR_ON } else { DTR_OFF };
    let mut commands = vec![
        (SET_BAUD_RATE, baud.to_be_bytes().to_vec()),
        (SET_DATA_SIZE, vec![settings.byte_size]),
        (SET_PARITY, vec![parity]),
        (SET_STOP_SIZE, vec![settings.stop_bits]),
        (SET_CONTROL, vec![flow]),
        (SET_CONTROL, vec![dtr]),
    ];
    if flow != RTS_CTS {
        let rts = if settings.rts { RTS_ON } else { RTS_OFF };
        commands.push((SET_CONTROL, vec![rts]));
    }
    commands
}

impl Rfc2217 {
    /// Negotiates the options, then sets the line.
    fn set_up(&mut self, settings: SerialSettings, strict: bool) -> io::Result<()> {
        for option in [BINARY, SUPPRESS_GO_AHEAD] {
            push_negotiation(&mut self.output, TelnetVerb::Will, option);
            push_negotiation(&mut self.output, TelnetVerb::Do, option);
        }
        push_negotiation(&mut self.output, TelnetVerb::Will, COM_PORT);
        let options = [BINARY, SUPPRESS_GO_AHEAD];
        let limit = if strict { ANSWER } else { FIRST_ANSWER };
        self.wait(limit, |port| {
            let both = |option| port.ours.contains(option) && port.theirs.contains(option);
            (port.ours.contains(&COM_PORT) || port.refused.contains(&COM_PORT))
                && options.iter().all(both)
        })?;
        if strict || self.refused.contains(&COM_PORT) {
            check(&self.ours, COM_PORT, "does not know RFC 2217")?;
        }
        if strict {
            for used in [&self.ours, &self.theirs] {
                check(used, BINARY, "does not grant eight bits both ways")?;
            }
        }
        let commands = commands(settings);
        for (command, value) in &commands {
            push_com_port(&mut self.output, *command, value);
        }
        self.flush(ANSWER)?;
        if strict {
            let count = commands.len();
            self.wait(ANSWER, |port| port.answered.len() >= count)?;
            if self.answered.len() < count {
                return Err(unsupported(
                    "the server does not acknowledge the settings; leave strict=1 out to go on without",
                ));
            }
        }
        Ok(())
    }

    /// Sends and reads until something is so, or the time is over.
    fn wait(&mut self, limit: Duration, done: impl Fn(&Self) -> bool) -> io::Result<()> {
        let start = Instant::now();
        loop {
            let left = limit.saturating_sub(start.elapsed());
            self.flush(left)?;
            if done(self) || left.is_zero() {
                return Ok(());
            }
            self.read_line(left)?;
        }
    }

    /// Reads once from the socket, and answers what the server negotiates. Returns false where nothing came.
    fn read_line(&mut self, timeout: Duration) -> io::Result<bool> {
        let mut buffer = [0; 4096];
        let count = self.line.read(&mut buffer, timeout)?;
        let mut commands = Vec::new();
        self.reader
            .take(&buffer[..count], &mut self.data, &mut commands);
        for command in commands {
            self.handle(&command);
        }
        Ok(count > 0)
    }

    fn handle(&mut self, command: &TelnetCommand) {
        match command {
            TelnetCommand::Negotiate(TelnetVerb::Do, option) => self.agree(*option, TelnetVerb::Do),
            TelnetCommand::Negotiate(TelnetVerb::Will, option) => {
                self.agree(*option, TelnetVerb::Will);
            }
            TelnetCommand::Negotiate(TelnetVerb::Dont | TelnetVerb::Wont, option) => {
                self.refused.push(*option);
            }
            TelnetCommand::Subnegotiate(COM_PORT, values) => {
                if let Some(command) = values.first().and_then(|one| one.checked_sub(ANSWERED)) {
                    self.answered.push(command);
                }
            }
            TelnetCommand::Subnegotiate(..) => {}
        }
    }

    /// Takes note of an option that is used from now on, or refuses one that this port does not have.
    fn agree(&mut self, option: u8, verb: TelnetVerb) {
        let asked = match (verb, option) {
            (TelnetVerb::Do, BINARY | SUPPRESS_GO_AHEAD | COM_PORT) => Some(&mut self.ours),
            (TelnetVerb::Will, BINARY | SUPPRESS_GO_AHEAD | COM_PORT) => Some(&mut self.theirs),
            _ => None,
        };
        match asked {
            // This port asked for each: the word of the server is an answer.
            Some(used) if !used.contains(&option) => used.push(option),
            Some(_) => {}
            None => {
                let answer = if verb == TelnetVerb::Do {
                    TelnetVerb::Wont
                } else {
                    TelnetVerb::Dont
                };
                push_negotiation(&mut self.output, answer, option);
            }
        }
    }

    /// Sends what waits, as far as the socket takes it in time.
    fn flush(&mut self, timeout: Duration) -> io::Result<()> {
        let start = Instant::now();
        while !self.output.is_empty() {
            let left = timeout.saturating_sub(start.elapsed());
            let count = self.line.write(&self.output, left)?;
            self.output.drain(..count);
            if count == 0 && left.is_zero() {
                break;
            }
        }
        Ok(())
    }
}

/// Refuses a server that does not use an option.
fn check(used: &[u8], option: u8, what: &str) -> io::Result<()> {
    if used.contains(&option) {
        return Ok(());
    }
    let hint = if option == COM_PORT {
        "socket:// opens a port of raw bytes"
    } else {
        "leave strict=1 out to go on without"
    };
    Err(unsupported(&format!("the server {what}; {hint}")))
}

fn unsupported(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::Unsupported, what)
}

impl Port for Rfc2217 {
    fn read(&mut self, buffer: &mut [u8], timeout: Duration) -> io::Result<usize> {
        let start = Instant::now();
        while self.data.is_empty() {
            self.flush(Duration::ZERO)?;
            let left = timeout.saturating_sub(start.elapsed());
            let came = self.read_line(left)?;
            if self.data.is_empty() && (!came || left.is_zero()) {
                return Ok(0);
            }
        }
        let count = self.data.len().min(buffer.len());
        buffer[..count].copy_from_slice(&self.data[..count]);
        self.data.drain(..count);
        Ok(count)
    }

    fn write(&mut self, bytes: &[u8], timeout: Duration) -> io::Result<usize> {
        self.flush(timeout)?;
        if !self.output.is_empty() {
            return Ok(0);
        }
        let piece = &bytes[..bytes.len().min(PIECE)];
        push_data(&mut self.output, piece);
        self.flush(timeout)?;
        Ok(piece.len())
    }

    fn set_dtr(&mut self, on: bool) -> io::Result<()> {
        push_com_port(
            &mut self.output,
            SET_CONTROL,
            &[if on { DTR_ON } else { DTR_OFF }],
        );
        self.flush(ANSWER)
    }

    fn discard_output(&mut self) -> io::Result<()> {
        self.output.clear();
        // 2: what the server has for the line.
        push_com_port(&mut self.output, PURGE_DATA, &[2]);
        self.flush(ANSWER)
    }

    fn unsent(&mut self) -> io::Result<usize> {
        Ok(self.output.len() + self.line.unsent()?)
    }

    fn on_its_way(&mut self) -> io::Result<usize> {
        Ok(self.output.len() + self.line.on_its_way()?)
    }

    fn loses_bytes(&self) -> bool {
        self.line.loses_bytes()
    }

    fn wake_by(&mut self, cancel: &Cancel) -> bool {
        self.line.wake_by(cancel)
    }

    #[cfg(unix)]
    fn descriptor(&self) -> Option<std::os::fd::BorrowedFd<'_>> {
        self.line.descriptor()
    }

    fn name(&self) -> &str {
        self.line.name()
    }
}
