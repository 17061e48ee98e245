//! Serial devices and pseudo terminals, opened exclusive.
//!
//! The `serialport` crate opens and sets the device. On Unix the bytes are then moved by `poll` and plain reads and
//! writes on its descriptor: the crate's own reads can outlast their time-out and its writes block.

use std::io;
use std::time::{Duration, Instant};

use serialport::{ClearBuffer, DataBits, ErrorKind, FlowControl, SerialPort, StopBits};

#[cfg(unix)]
use super::Cancel;
use super::line_estimate::LineEstimate;
use super::list;
use super::serial_settings::{Parity, SerialSettings};
use super::{Port, PortError};

#[cfg(unix)]
type Device = serialport::TTYPort;
#[cfg(not(unix))]
type Device = serialport::COMPort;

/// The time that what waits in the system takes on the line, at most: it is what cannot be kept back from a module that
/// leaves data mode, where the system cannot throw it away.
const QUEUE_TIME: Duration = Duration::from_millis(50);
/// Bytes that may wait on the slowest line.
const SHORTEST_QUEUE: usize = 64;
/// The wait between two looks at a queue that is full.
const QUEUE_LOOK: Duration = Duration::from_millis(1);

struct Serial {
    device: Device,
    name: String,
    /// Bytes that may wait in the system.
    queue: usize,
    /// The bytes that a pseudo terminal holds, of which the system tells nothing.
    terminal: Option<LineEstimate>,
    /// Set where nothing holds back a side that is too fast.
    loses_bytes: bool,
    #[cfg(unix)]
    cancel: Option<Cancel>,
}

impl Serial {
    /// Returns how many of these bytes may be written now; waits at most so long until half of the queue is free.
    fn room(&self, wanted: usize, timeout: Duration) -> io::Result<usize> {
        if self.terminal.is_some() {
            return Ok(wanted);
        }
        let queue = self.queue;
        let end = Instant::now() + timeout;
        loop {
            let waiting = self.waiting()?;
            if waiting <= queue / 2 {
                return Ok(wanted.min(queue - waiting));
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(0);
            }
            std::thread::sleep(left.min(QUEUE_LOOK));
        }
    }

    /// Returns how many bytes wait in the system.
    fn waiting(&self) -> io::Result<usize> {
        Ok(usize::try_from(self.device.bytes_to_write()?).unwrap_or(usize::MAX))
    }
}

/// Returns the bytes that a line of this speed carries in [`QUEUE_TIME`].
fn queue_of(baud: u32) -> usize {
    let bytes = u64::from(baud / 10) * u64::from(QUEUE_TIME.subsec_millis()) / 1000;
    usize::try_from(bytes)
        .unwrap_or(usize::MAX)
        .max(SHORTEST_QUEUE)
}

/// Returns `true` for the host's end of a pseudo terminal.
fn is_pseudo_terminal(path: &str) -> bool {
    std::fs::canonicalize(path).is_ok_and(|path| path.starts_with("/dev/pts"))
}

/// Bits per second where the speed was not found before.
const STANDARD_BAUD: u32 = 115_200;

pub(crate) fn open(path: &str, settings: SerialSettings) -> Result<Box<dyn Port>, PortError> {
    let baud = settings.baud.unwrap_or(STANDARD_BAUD);
    let io = |error: serialport::Error| refused(path, error);
    let is_terminal = is_pseudo_terminal(path);
    let builder = builder(path, baud, settings).dtr_on_open(settings.dtr || is_terminal);
    let mut device = builder.open_native().map_err(io)?;
    #[cfg(unix)]
    super::fd_io::set_nonblocking(descriptor(&device))
        .map_err(|error| PortError::io(path, error))?;
    let raises_cts = !is_terminal && device.read_clear_to_send().unwrap_or(false);
    let flow = flow_control(settings, raises_cts);
    device.set_flow_control(flow).map_err(io)?;
    // A pseudo terminal has neither line.
    if flow != FlowControl::Hardware && !settings.rts && !is_terminal {
        device.write_request_to_send(false).map_err(io)?;
    }
    Ok(Box::new(Serial {
        device,
        name: path.into(),
        queue: queue_of(baud),
        terminal: is_terminal.then(|| LineEstimate::of_terminal(Instant::now(), baud)),
        loses_bytes: flow == FlowControl::None && !is_terminal && !has_flow_of_usb(path),
        #[cfg(unix)]
        cancel: None,
    }))
}

/// Returns the flow control. A module that heeds RTS and CTS raises CTS while it can take bytes; a line without the wire
/// reads as low.
fn flow_control(settings: SerialSettings, raises_cts: bool) -> FlowControl {
    if settings.xonxoff {
        FlowControl::Software
    } else if settings.rtscts.unwrap_or(raises_cts) {
        FlowControl::Hardware
    } else {
        FlowControl::None
    }
}

fn builder(path: &str, baud: u32, settings: SerialSettings) -> serialport::SerialPortBuilder {
    serialport::new(path, baud)
        .data_bits(match settings.byte_size {
            7 => DataBits::Seven,
            _ => DataBits::Eight,
        })
        .parity(match settings.parity {
            Parity::None => serialport::Parity::None,
            Parity::Even => serialport::Parity::Even,
            Parity::Odd => serialport::Parity::Odd,
        })
        .stop_bits(match settings.stop_bits {
            2 => StopBits::Two,
            _ => StopBits::One,
        })
}

/// Returns true for the port of a module on the USB bus, which holds back what the module cannot take.
fn has_flow_of_usb(path: &str) -> bool {
    let device = std::fs::canonicalize(path).unwrap_or_else(|_| path.into());
    let ports = list::ports();
    let port = ports
        .iter()
        .find(|port| std::path::Path::new(&port.path) == device);
    port.is_some_and(list::PortInfo::is_module)
}

fn refused(path: &str, error: serialport::Error) -> PortError {
    let port = path.to_owned();
    match error.kind() {
        // The crate says so both for a path that is not there and for one that is locked.
        ErrorKind::NoDevice if std::path::Path::new(path).exists() => PortError::busy(port),
        ErrorKind::NoDevice => PortError::Missing { port },
        ErrorKind::Io(kind) => PortError::io(path, io::Error::new(kind, error.description)),
        _ => PortError::Io {
            port,
            source: io::Error::other(error.description),
        },
    }
}

#[cfg(unix)]
#[allow(unsafe_code)]
fn descriptor(device: &Device) -> std::os::fd::BorrowedFd<'_> {
    use std::os::fd::{AsRawFd, BorrowedFd};
    // SAFETY: the device owns the descriptor and is borrowed for as long as it is used.
    unsafe { BorrowedFd::borrow_raw(device.as_raw_fd()) }
}

#[cfg(unix)]
impl Port for Serial {
    fn read(&mut self, buffer: &mut [u8], timeout: Duration) -> io::Result<usize> {
        let device = descriptor(&self.device);
        super::fd_io::read(&device, buffer, timeout, self.cancel.as_ref())
    }

    fn write(&mut self, bytes: &[u8], timeout: Duration) -> io::Result<usize> {
        let room = self.room(bytes.len(), timeout)?;
        let count = super::fd_io::write(&descriptor(&self.device), &bytes[..room], timeout)?;
        if let Some(terminal) = &mut self.terminal {
            terminal.note_written(Instant::now(), count);
        }
        Ok(count)
    }

    fn set_dtr(&mut self, on: bool) -> io::Result<()> {
        Ok(self.device.write_data_terminal_ready(on)?)
    }

    fn discard_output(&mut self) -> io::Result<()> {
        Ok(self.device.clear(ClearBuffer::Output)?)
    }

    fn unsent(&mut self) -> io::Result<usize> {
        match &self.terminal {
            Some(terminal) => Ok(terminal.unsent(Instant::now())),
            None => self.waiting(),
        }
    }

    fn on_its_way(&mut self) -> io::Result<usize> {
        self.unsent()
    }

    fn wake_by(&mut self, cancel: &Cancel) -> bool {
        self.cancel = Some(cancel.clone());
        cancel.descriptor().is_some()
    }

    fn descriptor(&self) -> Option<std::os::fd::BorrowedFd<'_>> {
        Some(descriptor(&self.device))
    }

    fn loses_bytes(&self) -> bool {
        self.loses_bytes
    }

    fn name(&self) -> &str {
        &self.name
    }
}

#[cfg(not(unix))]
impl Port for Serial {
    fn read(&mut self, buffer: &mut [u8], timeout: Duration) -> io::Result<usize> {
        self.device.set_timeout(timeout)?;
        in_time(io::Read::read(&mut self.device, buffer))
    }

    fn write(&mut self, bytes: &[u8], timeout: Duration) -> io::Result<usize> {
        let room = self.room(bytes.len(), timeout)?;
        self.device.set_timeout(timeout)?;
        in_time(io::Write::write(&mut self.device, &bytes[..room]))
    }

    fn set_dtr(&mut self, on: bool) -> io::Result<()> {
        Ok(self.device.write_data_terminal_ready(on)?)
    }

    fn discard_output(&mut self) -> io::Result<()> {
        Ok(self.device.clear(ClearBuffer::Output)?)
    }

    fn on_its_way(&mut self) -> io::Result<usize> {
        self.unsent()
    }

    fn unsent(&mut self) -> io::Result<usize> {
        match &self.terminal {
            Some(terminal) => Ok(terminal.unsent(Instant::now())),
            None => self.waiting(),
        }
    }

    fn loses_bytes(&self) -> bool {
        self.loses_bytes
    }

    fn name(&self) -> &str {
        &self.name
    }
}

#[cfg(not(unix))]
fn in_time(result: io::Result<usize>) -> io::Result<usize> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::TimedOut => Ok(0),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flow_control_is_on_where_the_module_raises_cts() {
        let flow = |rtscts, xonxoff, cts| {
            let mut settings = SerialSettings::default();
            (settings.rtscts, settings.xonxoff) = (rtscts, xonxoff);
            flow_control(settings, cts)
        };
        assert_eq!(flow(None, false, true), FlowControl::Hardware);
        assert_eq!(flow(None, false, false), FlowControl::None);
        assert_eq!(flow(Some(false), false, true), FlowControl::None);
        assert_eq!(flow(Some(true), false, false), FlowControl::Hardware);
        assert_eq!(flow(None, true, true), FlowControl::Software);
    }

    #[test]
    fn what_waits_in_the_system_takes_a_twentieth_of_a_second() {
        for (baud, bytes) in [(300, 64), (9600, 64), (12_800, 64), (13_000, 65)] {
            assert_eq!(queue_of(baud), bytes, "{baud}");
        }
        assert_eq!(queue_of(115_200), 576);
        assert_eq!(queue_of(4_000_000), 20_000);
    }
}
