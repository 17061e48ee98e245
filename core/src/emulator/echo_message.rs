//! Echo over ICMP, on the sockets that Linux gives every program (RFC 792, RFC 4443 §4).

use std::io;
use std::net::{IpAddr, UdpSocket};

/// Bytes of payload in a packet, as a module sends them.
const PAYLOAD: usize = 32;
/// Bytes before the payload: type, code, checksum, identifier, sequence.
const HEAD: usize = 8;

/// Opens a socket for echo to an address of this family.
#[cfg(target_os = "linux")]
pub(super) fn open(to: IpAddr) -> io::Result<UdpSocket> {
    use rustix::net::{AddressFamily, SocketFlags, SocketType, ipproto, socket_with};

    let (family, protocol) = match to {
        IpAddr::V4(_) => (AddressFamily::INET, ipproto::ICMP),
        IpAddr::V6(_) => (AddressFamily::INET6, ipproto::ICMPV6),
    };
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let descriptor = socket_with(family, SocketType::DGRAM, flags, Some(protocol))?;
    Ok(UdpSocket::from(descriptor))
}

/// Opens nothing: the sockets of other systems need another form of packets.
#[cfg(not(target_os = "linux"))]
pub(super) fn open(_: IpAddr) -> io::Result<UdpSocket> {
    Err(io::ErrorKind::Unsupported.into())
}

/// A packet that asks for its echo.
#[derive(Clone, Copy, Debug)]
pub(super) struct EchoMessage {
    sequence: u16,
    /// The types of a packet and of its echo.
    types: (u8, u8),
}

impl EchoMessage {
    pub(super) fn new(to: IpAddr, sequence: u16) -> Self {
        let types = match to {
            IpAddr::V4(_) => (8, 0),
            IpAddr::V6(_) => (128, 129),
        };
        EchoMessage { sequence, types }
    }

    /// Returns the bytes of the packet. The system sets checksum and identifier.
    pub(super) fn bytes(self) -> [u8; HEAD + PAYLOAD] {
        let mut bytes = [0; HEAD + PAYLOAD];
        bytes[0] = self.types.0;
        bytes[6..HEAD].copy_from_slice(&self.sequence.to_be_bytes());
        for (byte, letter) in bytes[HEAD..].iter_mut().zip((b'a'..=b'w').cycle()) {
            *byte = letter;
        }
        bytes
    }

    /// Tells if a packet is the echo of this one.
    pub(super) fn is_echo(self, bytes: &[u8]) -> bool {
        let sequence = self.sequence.to_be_bytes();
        bytes.first() == Some(&self.types.1)
            && bytes.get(6..HEAD) == Some(&sequence)
            && bytes.get(HEAD..) == self.bytes().get(HEAD..)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{Ipv4Addr, Ipv6Addr};

    #[test]
    fn an_echo_is_known_by_type_sequence_and_payload() {
        for (to, echo) in [
            (IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
            (IpAddr::V6(Ipv6Addr::LOCALHOST), 129),
        ] {
            let message = EchoMessage::new(to, 7);
            let mut back = message.bytes();
            assert!(!message.is_echo(&back), "that is the question");
            back[0] = echo;
            assert!(message.is_echo(&back));
            assert!(!EchoMessage::new(to, 8).is_echo(&back));
            assert!(!message.is_echo(&back[..back.len() - 1]));
            assert!(!message.is_echo(&[]));
        }
    }
}
