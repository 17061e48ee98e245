//! The servers that other tests run: that each starts, is its own, and ends.

#![cfg(unix)]

mod servers;

use std::net::{IpAddr, Ipv6Addr, TcpStream};

use servers::{Kind, Server};

#[test]
fn curl_puts_gets_and_lists_on_each() {
    for kind in Kind::ALL {
        for at in [IpAddr::from([127, 0, 0, 1]), Ipv6Addr::LOCALHOST.into()] {
            let server = Server::start_at(kind, at);
            assert_eq!(server.list(""), [""; 0], "{kind:?}");
            assert_eq!(server.get("a"), None, "{kind:?}");
            server.make_folder("b");
            server.put("a", b"one\n");
            server.put("b/two words%", b"\0\r\n\xff");
            assert_eq!(server.list(""), ["a", "b"], "{kind:?}");
            assert_eq!(server.list("b"), ["two words%"], "{kind:?}");
            assert_eq!(server.get("a").as_deref(), Some(&b"one\n"[..]));
            let second = server.get("b/two words%");
            assert_eq!(second.as_deref(), Some(&b"\0\r\n\xff"[..]));
            assert!(server.root.join("b/two words%").exists());
        }
    }
}

#[test]
fn two_of_a_kind_do_not_meet() {
    for kind in Kind::ALL {
        let (first, second) = (Server::start(kind), Server::start(kind));
        assert_ne!(first.address, second.address);
        first.put("a", b"");
        assert_eq!(second.list(""), [""; 0], "{kind:?}");
    }
}

#[test]
fn a_dropped_server_is_gone_with_its_sessions_and_its_folder() {
    for kind in Kind::ALL {
        let server = Server::start(kind);
        let (address, root) = (server.address, server.root.clone());
        let mut session = TcpStream::connect(address).expect("it listens");
        drop(server);
        assert!(TcpStream::connect(address).is_err(), "{kind:?}");
        assert!(!root.exists(), "{kind:?}");
        // Whatever it said before, the end of the connection follows.
        let ended = std::io::copy(&mut session, &mut std::io::sink());
        assert!(
            ended.is_ok()
                || ended.is_err_and(|error| error.kind() == std::io::ErrorKind::ConnectionReset)
        );
    }
}
