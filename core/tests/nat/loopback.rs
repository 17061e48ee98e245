//! What a network does, played on loopback addresses: silence, and another address in front of a server.

use std::io;
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::ops::RangeInclusive;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use rustix::net::{AddressFamily, SocketType, bind, listen, socket, sockopt};

/// Ports that never answer: each listens with room for one connection, which is taken.
pub(crate) struct Hole {
    _sockets: Vec<(OwnedFd, TcpStream)>,
}

impl Hole {
    pub(crate) fn at(address: Ipv4Addr, ports: RangeInclusive<u16>) -> Self {
        let dig = |port| -> io::Result<_> {
            let at = SocketAddr::from((address, port));
            let socket = socket(AddressFamily::INET, SocketType::STREAM, None)?;
            sockopt::set_socket_reuseaddr(&socket, true)?;
            bind(&socket, &at)?;
            listen(&socket, 0)?;
            Ok((socket, TcpStream::connect(at)?))
        };
        let sockets: io::Result<Vec<_>> = ports.map(dig).collect();
        Hole {
            _sockets: sockets.expect("the ports are ours"),
        }
    }
}

/// A second address of a server: what connects there is connected to it.
pub(crate) struct Relay {
    at: SocketAddr,
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Relay {
    /// On the same port.
    pub(crate) fn start(at: Ipv4Addr, server: SocketAddr) -> Self {
        let at = SocketAddr::from((at, server.port()));
        let listener = TcpListener::bind(at).expect("the port is ours");
        let over = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&over);
        let thread = thread::spawn(move || {
            while let Ok((client, _)) = listener.accept() {
                if seen.load(Ordering::Acquire) {
                    return;
                }
                if let Ok(server) = TcpStream::connect(server) {
                    join(client, server);
                }
            }
        });
        Relay {
            at,
            over,
            thread: Some(thread),
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.at
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Release);
        let _ = TcpStream::connect(self.at);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Both ways, until both ends are closed; the threads end with their connections.
fn join(client: TcpStream, server: TcpStream) {
    let others = (client.try_clone(), server.try_clone());
    let (Ok(client_too), Ok(server_too)) = others else {
        return;
    };
    for (mut from, mut to) in [(client, server_too), (server, client_too)] {
        thread::spawn(move || {
            let _ = io::copy(&mut from, &mut to);
            let _ = to.shutdown(Shutdown::Write);
        });
    }
}
