//! Servers that are not there, or no longer.

use std::net::TcpListener;

use qftp::ftp::{Account, FailureKind, FtpOperation};

use crate::client::{Client, account, assert_failed};
use qftp_test::servers::{Kind, Server};

#[test]
fn nobody_listens_and_nobody_knows_the_name() {
    let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    let nobody = Account {
        host: b"127.0.0.1".to_vec(),
        port: free.expect("a free port").port(),
        user: b"u".to_vec(),
        password: b"p".to_vec(),
        account: None,
        local_ports: qftp::ftp::LocalPorts::default(),
        security: qftp::ftp::Security::Plain,
    };
    let mut client = Client::new();
    let ending = client.run(FtpOperation::Open(nobody.clone()));
    assert_failed(&ending, FailureKind::Network);
    // RFC 6761 §6.4: no name ends so.
    let mut unknown = nobody;
    unknown.host = b"ftp.invalid".to_vec();
    let ending = client.run(FtpOperation::Open(unknown));
    assert_failed(&ending, FailureKind::Dns);
}

#[test]
fn a_server_that_ends_is_noticed() {
    for kind in Kind::ALL {
        let server = Server::start(kind);
        let mut client = Client::of(&server);
        drop(server);
        assert_eq!(client.wait_idle().kind, FailureKind::ControlClosed);
        assert!(!client.is_open(), "{kind:?}");

        // Another one takes its place.
        let server = Server::start(kind);
        let ending = client.run(FtpOperation::Open(account(&server)));
        assert!(ending.is_ok(), "{kind:?}: {ending:?}");
        client.assert_in_step();
    }
}
