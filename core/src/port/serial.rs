//! Serial devices and pseudo terminals, opened exclusive.
//!
//! The `serialport` crate opens and sets the device. On Unix the bytes are then moved by `poll` and plain reads and
//! writes on its descriptor: the crate's own reads can outlast their time-out and its writes block.

use std::io;
use std::time::Duration;

use serialport::{ErrorKind, FlowControl, SerialPort};

use super::{Port, PortError};

#[cfg(unix)]
type Device = serialport::TTYPort;
#[cfg(not(unix))]
type Device = serialport::COMPort;

struct Serial {
    device: Device,
    name: String,
}

pub(crate) fn open(path: &str, baud: u32, rtscts: bool) -> Result<Box<dyn Port>, PortError> {
    let flow = if rtscts {
        FlowControl::Hardware
    } else {
        FlowControl::None
    };
    let builder = serialport::new(path, baud)
        .flow_control(flow)
        .dtr_on_open(true);
    let device = builder
        .open_native()
        .map_err(|error| refused(path, error))?;
    #[cfg(unix)]
    super::fd_io::set_nonblocking(descriptor(&device))
        .map_err(|error| PortError::io(path, error))?;
    Ok(Box::new(Serial {
        device,
        name: path.into(),
    }))
}

fn refused(path: &str, error: serialport::Error) -> PortError {
    let port = path.to_owned();
    match error.kind() {
        // The crate says so both for a path that is not there and for one that is locked.
        ErrorKind::NoDevice if std::path::Path::new(path).exists() => PortError::Busy { port },
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
        super::fd_io::read(&descriptor(&self.device), buffer, timeout)
    }

    fn write(&mut self, bytes: &[u8], timeout: Duration) -> io::Result<usize> {
        super::fd_io::write(&descriptor(&self.device), bytes, timeout)
    }

    fn set_dtr(&mut self, on: bool) -> io::Result<()> {
        Ok(self.device.write_data_terminal_ready(on)?)
    }

    fn descriptor(&self) -> Option<std::os::fd::BorrowedFd<'_>> {
        Some(descriptor(&self.device))
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
        self.device.set_timeout(timeout)?;
        in_time(io::Write::write(&mut self.device, bytes))
    }

    fn set_dtr(&mut self, on: bool) -> io::Result<()> {
        Ok(self.device.write_data_terminal_ready(on)?)
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
