//! A server that names an address in its reply to PASV where no server listens, as one behind a NAT does.

use std::net::Ipv4Addr;

use qftp::client::{Client, ClientOptions, DataAddress, Login, PutOptions};
use qftp::codes::ModuleCode;
use qftp::dialect::bg96::BG96;
use qftp::dialect::ec2x::EC2X;
use qftp::emulator::{self, Emulator};

use crate::{get, put};
use qftp_test::servers::{Kind, Server};

/// No server listens there.
const ELSEWHERE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 9);

#[test]
fn files_go_to_the_peer_where_the_server_names_another_address() {
    let then = DataAddress::PeerThenServer { after_s: 15 };
    for (dialect, arriving) in [
        (&BG96, &[DataAddress::Peer][..]),
        (&EC2X, &[DataAddress::Peer, then]),
    ] {
        let server = Server::start_announcing(Kind::Vsftpd, Ipv4Addr::LOCALHOST.into(), ELSEWHERE);
        let (_module, line) =
            Emulator::in_process(emulator::EmulatorOptions::new(dialect)).expect("one");
        let mut client = ClientOptions::new().with_port(line).expect("a client");
        let mut login = Login::new("127.0.0.1", server.user, server.password);
        login.port = server.address.port();
        let mut enter = |client: &mut Client, address| {
            login.data_address = address;
            client.login(&login).expect("a login");
        };
        for refused in [None, Some(DataAddress::Server)] {
            enter(&mut client, refused);
            let lost = client.put(&mut &b"x"[..], Some(1), b"lost", PutOptions::new());
            let error = lost.expect_err("no server there");
            assert_eq!(error.module_code(), Some(ModuleCode(615)));
            let hint = error.hint().unwrap_or_default();
            assert!(hint.contains("behind a NAT try data_address"), "{hint}");
            assert_eq!(server.get("lost"), None);
        }
        for address in arriving {
            enter(&mut client, Some(DataAddress::Server));
            enter(&mut client, Some(*address));
            put(&mut client, "found", b"hello", 0);
            assert_eq!(server.get("found").as_deref(), Some(&b"hello"[..]));
            // What is not asked for stays as it is set.
            enter(&mut client, None);
            assert_eq!(get(&mut client, "found", 0), b"hello");
        }
    }
}
