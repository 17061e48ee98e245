//! The words between the engine and its driver: [`FtpEvent`] out, [`SocketReply`] in.

use alloc::vec::Vec;
use core::net::SocketAddr;

use super::outcome::{FailureKind, FtpFailure, FtpOutcome};

/// Something for the driver to do with its sockets, or for the user of the session.
///
/// The first eight are for the driver, which answers each as its line says by [`super::Engine::handle_reply`]. After an
/// event that drops a connection, the driver hands nothing of that connection to the engine.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FtpEvent {
    /// Resolve the name and connect; answer with [`SocketReply::Connected`] or [`SocketReply::ConnectFailed`].
    ConnectControl {
        /// Name or address of the server.
        host: Vec<u8>,
        /// Its control port.
        port: u16,
    },
    /// Begin TLS on the control connection; answer with [`SocketReply::Secured`] or [`SocketReply::Insecure`].
    SecureControl,
    /// Drop the control connection, and the attempt to open one.
    CloseControl,
    /// Connect a data connection, dropping an attempt under way; answer with [`SocketReply::DataConnected`] or
    /// [`SocketReply::DataConnectFailed`].
    ConnectData(SocketAddr),
    /// Listen on this address, port 0 being any free one, for one data connection; answer with
    /// [`SocketReply::Listening`] at once and [`SocketReply::DataConnected`] when it has come, or with
    /// [`SocketReply::DataConnectFailed`].
    Listen(SocketAddr),
    /// Begin TLS on the data connection that has just opened, in the session of the control connection, where servers
    /// insist on that; answer with [`SocketReply::DataSecured`] or [`SocketReply::DataInsecure`].
    SecureData,
    /// Write out what is queued, close the data connection for writing, drop it; answer with
    /// [`SocketReply::DataFinished`].
    FinishData,
    /// Drop the data connection, the attempt to open one, or the listener, and what is queued.
    CloseData,
    /// The data connection is open and the server agreed: payload may flow. Comes once in every transfer that
    /// succeeds; before it the driver reads nothing from the data connection.
    DataReady,
    /// A line of the control connection, passwords redacted; only with [`super::Engine::set_transcript`].
    Line {
        /// Set for a line of ours, not set for one of the server.
        sent: bool,
        /// The line without its line end.
        text: Vec<u8>,
    },
    /// The operation in flight ended.
    Done(Result<FtpOutcome, FtpFailure>),
    /// With no operation in flight the server said 421 or the session was lost. A reply 421 is always followed by a
    /// second one, [`FailureKind::ControlClosed`].
    Idle(FtpFailure),
}

/// An action of the driver that is complete, or an event of its sockets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SocketReply<'a> {
    /// The control connection is open.
    Connected {
        /// Our end of it.
        local: SocketAddr,
        /// The server's end of it.
        peer: SocketAddr,
    },
    /// The control connection could not be opened.
    ConnectFailed {
        /// [`FailureKind::Dns`] or [`FailureKind::Network`].
        kind: FailureKind,
        /// The system's words for it.
        text: &'a [u8],
    },
    /// TLS protects the control connection.
    Secured,
    /// TLS failed on the control connection, in the handshake or later.
    Insecure {
        /// [`FailureKind::Tls`], [`FailureKind::Certificate`] or [`FailureKind::TlsSetup`].
        kind: FailureKind,
        /// The reason in words.
        text: &'a [u8],
    },
    /// The control connection ended or broke.
    ControlClosed,
    /// The driver listens on this address.
    Listening(SocketAddr),
    /// The data connection is open, by whichever side.
    DataConnected,
    /// The data connection could not be opened, or the driver cannot listen.
    DataConnectFailed {
        /// The system's words for it.
        text: &'a [u8],
    },
    /// TLS protects the data connection.
    DataSecured,
    /// TLS failed on the data connection.
    DataInsecure {
        /// [`FailureKind::Tls`], [`FailureKind::Certificate`] or [`FailureKind::TlsSetup`].
        kind: FailureKind,
        /// The reason in words.
        text: &'a [u8],
    },
    /// This many bytes of the upload went out.
    DataSent(usize),
    /// The server closed the data connection in good order.
    DataClosed,
    /// [`FtpEvent::FinishData`] is carried out.
    DataFinished,
    /// The data connection broke.
    DataFailed,
}
