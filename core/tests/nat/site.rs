//! A server, and what stands between it and the module.

use std::env;
use std::io::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use qftp::dialect::ec2x::EC2X;

use crate::loopback::{Hole, Relay};
use crate::namespaces::{self, Network};
use qftp_test::at_session::AtSession;
use qftp_test::servers::{Kind, Server};

/// Set to `loopback` it does without namespaces.
pub(crate) const SWITCH: &str = "QFTP_TEST_NAT";

/// On loopback: what stands for the public address, and for the private one.
const NEAR: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 8);
const FAR: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 9);

/// What becomes of a connection to where no data connection can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SessionStatus {
    Refused,
    Silent,
}

/// A server as a module finds it.
pub(crate) struct Site {
    // It ends before its network does.
    pub(crate) server: Server,
    /// Where the module is to connect to.
    open: SocketAddr,
    between: Between,
}

/// What stands between them.
enum Between {
    Network(Network),
    Loopback {
        /// Why there is no network.
        reason: String,
        _hole: Option<Hole>,
        _relay: Option<Relay>,
    },
}

impl Site {
    /// A server that names its private address in reply to PASV.
    pub(crate) fn with_private_address(kind: Kind, status: SessionStatus) -> Self {
        match network() {
            Ok(network) => {
                let start = || Server::start_at(kind, namespaces::SERVER.into());
                let server = network.in_server(start);
                network.forward_all(status);
                Site::across(network, server, namespaces::PUBLIC.into())
            }
            Err(reason) => {
                let server = Server::start_announcing(kind, NEAR.into(), FAR);
                let hole = hole(status, FAR, &server);
                Site::on_loopback(reason, server, hole, None)
            }
        }
    }

    /// A server whose data connections are taken at another address than its control connections.
    pub(crate) fn with_data_elsewhere(kind: Kind, status: SessionStatus) -> Self {
        match network() {
            Ok(network) => {
                let start = || {
                    let at = namespaces::SERVER.into();
                    Server::start_announcing(kind, at, namespaces::ELSEWHERE)
                };
                let server = network.in_server(start);
                network.forward_apart(server.address.port(), status);
                Site::across(network, server, namespaces::PUBLIC.into())
            }
            Err(reason) => {
                let server = Server::start_at(kind, FAR.into());
                let hole = hole(status, NEAR, &server);
                let relay = Relay::start(NEAR, server.address);
                Site::on_loopback(reason, server, hole, Some(relay))
            }
        }
    }

    /// A server with an IPv6 address, translated too.
    pub(crate) fn on_ipv6(kind: Kind) -> Self {
        match network() {
            Ok(network) => {
                let start = || Server::start_at(kind, namespaces::SERVER_6.into());
                let server = network.in_server(start);
                network.forward_all(SessionStatus::Refused);
                Site::across(network, server, namespaces::PUBLIC_6.into())
            }
            Err(reason) => {
                let server = Server::start_at(kind, Ipv6Addr::LOCALHOST.into());
                Site::on_loopback(reason, server, None, None)
            }
        }
    }

    fn across(network: Network, server: Server, public: IpAddr) -> Self {
        Site {
            open: SocketAddr::new(public, server.address.port()),
            server,
            between: Between::Network(network),
        }
    }

    fn on_loopback(
        reason: String,
        server: Server,
        hole: Option<Hole>,
        relay: Option<Relay>,
    ) -> Self {
        Site {
            open: relay.as_ref().map_or(server.address, Relay::address),
            server,
            between: Between::Loopback {
                reason,
                _hole: hole,
                _relay: relay,
            },
        }
    }

    /// Says what is played here and how, where it is seen: what `eprintln!` writes the test harness keeps to itself.
    pub(crate) fn tell(&self, title: &str) {
        let kind = self.server.kind;
        let how = match &self.between {
            Between::Network(_) => "in network namespaces".to_owned(),
            Between::Loopback { reason, .. } => {
                format!("on loopback addresses, not across a NAT: {reason}")
            }
        };
        let line = format!("nat: {title}: {kind:?} {how}\n");
        let _ = std::io::stderr().write_all(line.as_bytes());
    }

    /// A terminal at a module on this side, logged in.
    pub(crate) fn log_in(&self) -> AtSession {
        let start = || AtSession::at(&EC2X, &self.server);
        let mut session = match &self.between {
            Between::Network(network) => network.in_client(start),
            Between::Loopback { .. } => start(),
        };
        let (host, port) = (self.open.ip(), self.open.port());
        let opened = session.ask(&format!("AT+QFTPOPEN=\"{host}\",{port}"));
        assert_eq!(opened, "0,0", "{:?}", self.server.kind);
        session
    }

    /// What lies on the server.
    pub(crate) fn stored(&self, name: &str) -> Option<Vec<u8>> {
        match &self.between {
            Between::Network(network) => network.in_server(|| self.server.get(name)),
            Between::Loopback { .. } => self.server.get(name),
        }
    }

    /// How many connections went to where the server says its data is; on loopback that is not counted.
    pub(crate) fn followed(&self) -> Option<u64> {
        match &self.between {
            Between::Network(network) => Some(network.followed()),
            Between::Loopback { .. } => None,
        }
    }

    /// Whether the module's own address means nothing to the server.
    pub(crate) fn is_masqueraded(&self) -> bool {
        matches!(self.between, Between::Network(_))
    }
}

/// One of its own, or why there is none.
fn network() -> Result<Network, String> {
    match env::var(SWITCH) {
        Ok(value) if value == "loopback" => Err(format!("{SWITCH} says so")),
        Ok(value) => panic!("{SWITCH}={value}: only loopback is known"),
        Err(_) => Network::new(),
    }
}

fn hole(status: SessionStatus, at: Ipv4Addr, server: &Server) -> Option<Hole> {
    (status == SessionStatus::Silent).then(|| Hole::at(at, server.passive_ports()))
}
