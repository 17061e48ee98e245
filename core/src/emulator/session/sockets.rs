//! The state of a session: the engine, the two connections, and what TLS needs.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use mio::net::TcpListener;
use mio::{Registry, Token};

use crate::emulator::alarm::Alarm;
use crate::emulator::connection::Connection;
use crate::emulator::fault_plan::SharedPlan;
use crate::emulator::resolve::Lookup;
#[cfg(feature = "tls")]
use crate::emulator::tls::TlsContext;
use crate::ftp::{Engine, FtpFailure, FtpOutcome, LocalPorts};

/// An FTP session on sockets.
#[derive(Debug)]
pub struct SocketSession {
    pub(super) engine: Engine,
    pub(super) registry: Arc<Registry>,
    pub(super) first_token: Token,
    pub(super) alarm: Alarm,
    pub(super) control: ControlSocket,
    pub(super) data: DataSocket,
    pub(super) local_ports: LocalPorts,
    pub(super) tls: TlsState,
    /// For what is read and not kept; made when it is needed.
    pub(in crate::emulator) buffer: zeroize::Zeroizing<Vec<u8>>,
    /// User events of the engine that were not polled yet.
    pub(super) events: VecDeque<SessionEvent>,
    /// Data connections fail, in either direction.
    pub(super) no_data: bool,
    /// Rules by which the connections fail.
    pub(super) plan: SharedPlan,
    pub(super) data_state: DataState,
}

#[derive(Debug)]
pub(super) enum ControlSocket {
    Closed,
    Resolving(Lookup),
    /// The connection under way, the other addresses, and when to try the next.
    Opening(Connection, VecDeque<SocketAddr>, Option<Duration>),
    Open(Connection),
}

#[derive(Debug)]
pub(super) enum DataSocket {
    Closed,
    Opening(Connection),
    Listening(TcpListener),
    Open(Connection),
    /// Nothing is added to an upload any more.
    Finishing(Connection),
    /// We have said all. What the server still says, as TLS does unasked, has to be read: who closes on it resets the
    /// connection, and the end of the upload is lost.
    Ended(Connection),
}

/// Says whether payload passes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum DataState {
    #[default]
    Flowing,
    /// Nothing passes until the stall ends.
    Stalled,
    /// The connection breaks when it has sent what it has; nothing is added.
    BreaksWhenSent,
}

/// Something for the user of the session.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SessionEvent {
    /// Payload may flow; see [`crate::ftp::FtpEvent::DataReady`].
    DataReady,
    /// A line of the control connection; see [`crate::ftp::FtpEvent::Line`].
    Line {
        /// Set for a line of ours, not set for one of the server.
        sent: bool,
        /// The line without its line end.
        text: Vec<u8>,
    },
    /// The operation in flight ended.
    Done(Result<FtpOutcome, FtpFailure>),
    /// The idle session is in danger or lost; see [`crate::ftp::FtpEvent::Idle`].
    Idle(FtpFailure),
}

/// The TLS state of a session.
#[derive(Debug, Default)]
pub(super) struct TlsState {
    /// Name or address of the server.
    pub(super) host: Vec<u8>,
    #[cfg(feature = "tls")]
    pub(super) context: Option<TlsContext>,
}

impl SocketSession {
    pub(super) fn control_token(&self) -> Token {
        self.first_token
    }

    pub(super) fn data_token(&self) -> Token {
        Token(self.first_token.0 + 1)
    }
}
