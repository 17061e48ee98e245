//! Host names to addresses. The system's resolver blocks, so each look-up has a thread of its own, which ends by
//! itself; a look-up that is not needed any more is left to it.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::thread;

use mio::Waker;

/// A look-up under way.
#[derive(Debug)]
pub(super) struct Lookup(Receiver<io::Result<Vec<SocketAddr>>>);

impl Lookup {
    /// Starts the look-up; it wakes `waker` at its end.
    pub(super) fn start(host: &[u8], port: u16, waker: Arc<Waker>) -> io::Result<Self> {
        let host = std::str::from_utf8(host)
            .map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, "a name that is not UTF-8"))?
            .to_owned();
        let (sender, receiver) = channel();
        thread::Builder::new()
            .name("resolve".to_owned())
            .spawn(move || {
                let found = (host.as_str(), port).to_socket_addrs();
                // A session that does not wait any more need not be woken.
                if sender.send(found.map(Iterator::collect)).is_ok() {
                    let _ = waker.wake();
                }
            })?;
        Ok(Lookup(receiver))
    }

    /// Returns the addresses, once the look-up has ended.
    pub(super) fn poll(&self) -> Option<io::Result<Vec<SocketAddr>>> {
        match self.0.try_recv() {
            Ok(found) => Some(found),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => Some(Err(io::ErrorKind::Other.into())),
        }
    }
}

/// Parses an address that needs no look-up. IPv6 may stand in brackets.
pub(super) fn parse_address(host: &[u8], port: u16) -> Option<SocketAddr> {
    let host = std::str::from_utf8(host).ok()?;
    let bare = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(host);
    Some(SocketAddr::new(bare.parse().ok()?, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_need_no_lookup() {
        let cases: &[(&[u8], Option<&str>)] = &[
            (b"127.0.0.1", Some("127.0.0.1:21")),
            (b"::1", Some("[::1]:21")),
            (b"[2001:db8::1]", Some("[2001:db8::1]:21")),
            (b"ftp.example", None),
            (b"\xff", None),
            (b"", None),
        ];
        for (host, expected) in cases {
            let got = parse_address(host, 21).map(|address| address.to_string());
            assert_eq!(got.as_deref(), *expected);
        }
    }
}
