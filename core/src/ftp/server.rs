//! The known facts of a control connection and the server at its other end.

use core::net::SocketAddr;

use super::reply::Reply;

/// The facts that outlive one operation.
#[derive(Debug)]
pub(super) struct ServerState {
    /// Our end of the control connection.
    pub(super) local: SocketAddr,
    /// The server's end.
    pub(super) peer: SocketAddr,
    /// TYPE in force; `None` while unknown.
    pub(super) ascii: Option<bool>,
    /// The command for passive mode that the server took last.
    pub(super) passive: Option<PassiveCommand>,
    /// The command for active mode that the server took last.
    pub(super) active: Option<ActiveCommand>,
    /// TLS protects both connections.
    pub(super) secure: bool,
    /// A REST was accepted that no transfer has used up.
    pub(super) restart: bool,
    /// The last transfer did not end by 1xx and 2xx alone: a second final reply of it may still come.
    pub(super) unsettled: bool,
}

/// Asks the server to listen (RFC 959, RFC 2428).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PassiveCommand {
    Pasv,
    Epsv,
}

/// Asks the server to connect to us (RFC 959, RFC 2428).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ActiveCommand {
    Port,
    Eprt,
}

impl ServerState {
    /// Creates the state with the addresses alone.
    pub(super) fn new(local: SocketAddr, peer: SocketAddr) -> Self {
        ServerState {
            local: canonical(local),
            peer: canonical(peer),
            ascii: None,
            passive: None,
            active: None,
            secure: false,
            restart: false,
            unsettled: false,
        }
    }

    /// Returns whether this is a second final reply of an earlier transfer. Elsewhere the same reply is an answer.
    pub(super) fn is_late(&self, reply: &Reply) -> bool {
        self.unsettled && matches!(reply.code, 225 | 226 | 426)
    }

    /// Returns the command that this server took last, else the one for its kind of address.
    pub(super) fn passive_command(&self) -> PassiveCommand {
        self.passive.unwrap_or(if self.peer.is_ipv6() {
            PassiveCommand::Epsv
        } else {
            PassiveCommand::Pasv
        })
    }

    /// Returns the command that this server took last, else the one for the address we listen on.
    pub(super) fn active_command(&self, listener: SocketAddr) -> ActiveCommand {
        self.active.unwrap_or(if listener.is_ipv6() {
            ActiveCommand::Eprt
        } else {
            ActiveCommand::Port
        })
    }
}

impl PassiveCommand {
    pub(super) fn other(self) -> Self {
        match self {
            PassiveCommand::Pasv => PassiveCommand::Epsv,
            PassiveCommand::Epsv => PassiveCommand::Pasv,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            PassiveCommand::Pasv => "PASV",
            PassiveCommand::Epsv => "EPSV",
        }
    }
}

impl ActiveCommand {
    pub(super) fn other(self) -> Self {
        match self {
            ActiveCommand::Port => ActiveCommand::Eprt,
            ActiveCommand::Eprt => ActiveCommand::Port,
        }
    }
}

/// Returns an IPv4 address that came through an IPv6 socket as the IPv4 address it is to FTP.
fn canonical(address: SocketAddr) -> SocketAddr {
    match address.ip().to_canonical() {
        ip if ip == address.ip() => address,
        ip => SocketAddr::new(ip, address.port()),
    }
}
