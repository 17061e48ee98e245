//! Events for the driver, and replies from it.

use alloc::vec::Vec;
use core::net::IpAddr;
use core::time::Duration;

use super::internet::answer::InternetError;
use super::store::{FileAnswer, FileError, FileRequest, LocalName};
use super::tls::Secure;
use crate::ftp::{FtpFailure, FtpOperation, FtpOutcome};

/// Tells the driver what the module wants done, or what it has reported to its host.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ModuleEvent {
    /// Start this operation on the FTP session. It ends with [`DriverReply::Done`]; a transfer answers
    /// [`DriverReply::Ready`] before its payload.
    Ftp(FtpOperation),
    /// Start this upload from, or download into, a file of the store. The driver moves the payload.
    Pipe {
        /// A `Store` or a `Retrieve`.
        operation: FtpOperation,
        /// The file of the store.
        local: LocalName,
        /// Position in the file where the transfer starts. A file to be written must reach so far. It is cut there, or
        /// made, once the data connection is ready; until then it stays as it is.
        from: u64,
        /// Limit in bytes: an upload ends there. A download that has more fails, and the file has so many.
        length: Option<u64>,
    },
    /// Send this payload of the running upload.
    Send(Vec<u8>),
    /// Complete the running upload: its payload is over.
    Finish,
    /// Abort the running operation and resynchronize the session. The operation still ends with [`DriverReply::Done`].
    Abort,
    /// Drop the FTP session. What runs on it ends with [`DriverReply::Done`].
    DropSession,
    /// Use these TLS settings in the session that the next [`Operation::Open`](FtpOperation::Open) asks for.
    Secure(Secure),
    /// Ask the file store. The driver answers with [`DriverReply::File`] before it does anything else.
    File(FileRequest),
    /// Set the line's speed, once the output that waits has gone out.
    Rate(u32),
    /// Report the lines of the control connection by [`DriverReply::Line`], or stop that.
    Transcript(bool),
    /// The module has gone down. The driver forgets what it keeps for the module: open files and `RAM:`.
    Stopped,
    /// The module hears again after a start.
    Started,
    /// Ask this time server once. The driver answers with [`DriverReply::Time`], or not at all.
    AskTime {
        /// Its name or address.
        host: Vec<u8>,
        /// Its UDP port.
        port: u16,
    },
    /// Forget the question to the time server: its answer is not waited for any more.
    StopAskingTime,
    /// Look up the addresses of this name. The driver answers with [`DriverReply::Addresses`].
    Resolve(Vec<u8>),
    /// Send one packet to this host that asks for an echo. The driver answers with [`DriverReply::Echo`], or not at
    /// all.
    Echo(Vec<u8>),
    /// Forget the packet that waits for its echo.
    StopEcho,
    /// Reports an unsolicited result code as it is written to the line, without line ends. Only after
    /// [`Module::report_urcs`](super::Module::report_urcs).
    Urc(Vec<u8>),
    /// Reports bytes that were taken as a part of a command line, as they came. Only after
    /// [`Module::report_input`](super::Module::report_input).
    Typed {
        /// The bytes, with the end of the line.
        bytes: Vec<u8>,
        /// The line ends with them.
        ended: bool,
    },
    /// Reports how many bytes of the line were taken as payload. Only after
    /// [`Module::report_input`](super::Module::report_input).
    PayloadTaken(usize),
}

impl ModuleEvent {
    /// Tells whether it reports what passed on the line, so that it is true whatever comes after.
    pub(super) fn is_report(&self) -> bool {
        match self {
            ModuleEvent::Urc(_) | ModuleEvent::Typed { .. } | ModuleEvent::PayloadTaken(_) => true,
            ModuleEvent::Ftp(_)
            | ModuleEvent::Pipe { .. }
            | ModuleEvent::Send(_)
            | ModuleEvent::Finish
            | ModuleEvent::Abort
            | ModuleEvent::DropSession
            | ModuleEvent::Secure(_)
            | ModuleEvent::File(_)
            | ModuleEvent::Rate(_)
            | ModuleEvent::Transcript(_)
            | ModuleEvent::AskTime { .. }
            | ModuleEvent::StopAskingTime
            | ModuleEvent::Resolve(_)
            | ModuleEvent::Echo(_)
            | ModuleEvent::StopEcho
            | ModuleEvent::Stopped
            | ModuleEvent::Started => false,
        }
    }
}

/// Tells the module what became of its requests.
#[derive(Debug)]
#[non_exhaustive]
pub enum DriverReply<'a> {
    /// The data connection is open.
    Ready,
    /// Payload of the running download arrived.
    Data(&'a [u8]),
    /// The running pipe has moved this many bytes so far.
    Progress(u64),
    /// The running operation ended.
    Done(Result<FtpOutcome, FtpFailure>),
    /// The running pipe ended because of its file. The FTP side has been aborted and is in sync.
    PipeFailed(FileError),
    /// The idle session ended.
    SessionLost(FtpFailure),
    /// The file store answered.
    File(Result<FileAnswer, FileError>),
    /// A line of the control connection passed, passwords redacted.
    Line(&'a [u8]),
    /// The time server told the time, since 1970 in UTC.
    Time(Result<Duration, InternetError>),
    /// The look-up of a name ended.
    Addresses(Result<&'a [IpAddr], InternetError>),
    /// The echo came back from this address.
    Echo(Result<IpAddr, InternetError>),
    /// The network took this PDP context away.
    ContextLost(u8),
}
