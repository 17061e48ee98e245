//! Files up and down in each mode, whole.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use qftp::ftp::{FtpDataAddress, FtpTransfer};

use crate::client::{Client, bytes};
use crate::{ACTIVE, PLAIN, noise, refusal};
use qftp_test::servers::{Kind, Server};

const LOOPBACKS: [IpAddr; 2] = [
    IpAddr::V4(Ipv4Addr::LOCALHOST),
    IpAddr::V6(Ipv6Addr::LOCALHOST),
];

/// Around the sizes that things are moved in, and several of them.
const SIZES: [usize; 8] = [0, 1, 1023, 1024, 65_535, 65_536, 65_537, 300_000];

#[test]
fn binary_files_arrive_as_they_are() {
    for kind in Kind::ALL {
        for at in LOOPBACKS {
            let server = Server::start_at(kind, at);
            let mut client = Client::of(&server);
            for transfer in [PLAIN, ACTIVE] {
                for size in SIZES {
                    let content = noise(size);
                    let stored = client.store("f", transfer.clone(), &content);
                    assert_eq!(bytes(stored), size as u64, "{kind:?} {at}");
                    assert!(on_disk(&server, "f") == content, "{kind:?} {at} {size}");
                    let (ending, got) = client.get("f", transfer.clone());
                    assert_eq!(bytes(ending), size as u64, "{kind:?} {at}");
                    assert!(got == content, "{kind:?} {at} {size}");
                }
                let got = server.get("f").expect("the last of them");
                assert!(got == noise(300_000), "{kind:?} {at}");
            }
            client.assert_in_step();
            let transcript = client.transcript();
            let (passive, active) = match at {
                IpAddr::V4(_) => ("> PASV", "> PORT"),
                IpAddr::V6(_) => ("> EPSV", "> EPRT"),
            };
            for sent in [passive, active] {
                assert!(transcript.contains(sent), "{sent}: {transcript}");
            }
        }
    }
}

#[test]
fn a_big_file_arrives_as_it_is() {
    let content = noise(8_000_000);
    for kind in Kind::ALL {
        let server = Server::start(kind);
        let mut client = Client::of(&server);
        for transfer in [PLAIN, ACTIVE] {
            let stored = client.store("big", transfer.clone(), &content);
            assert_eq!(bytes(stored), 8_000_000, "{kind:?}");
            assert!(server.get("big").as_ref() == Some(&content), "{kind:?}");
            let (ending, got) = client.get("big", transfer);
            assert_eq!(bytes(ending), 8_000_000, "{kind:?}");
            assert!(got == content, "{kind:?}");
        }
    }
}

#[test]
fn lines_are_ended_by_cr_lf_on_the_wire_and_by_lf_on_the_server() {
    let (wire, stored) = (b"one\r\ntwo\r\n\r\nlast\r\n", b"one\ntwo\n\nlast\n");
    for kind in Kind::ALL {
        let server = Server::start(kind);
        let mut client = Client::of(&server);
        for passive in [true, false] {
            let ascii = FtpTransfer {
                ascii: true,
                passive,
                ..PLAIN
            };
            let sent = client.store("lines", ascii.clone(), wire);
            assert_eq!(bytes(sent), wire.len() as u64, "{kind:?}");
            assert_eq!(on_disk(&server, "lines"), stored, "{kind:?}");
            let (ending, got) = client.get("lines", ascii);
            assert_eq!(bytes(ending), wire.len() as u64, "{kind:?}");
            assert_eq!(got, wire, "{kind:?}");
            // The type goes back where it was.
            let (ending, got) = client.get("lines", PLAIN);
            assert_eq!(bytes(ending), stored.len() as u64, "{kind:?}");
            assert_eq!(got, stored, "{kind:?}");
            std::fs::remove_file(server.root.join("lines")).expect("it is there");
        }
    }
}

#[test]
fn a_missing_file_or_folder_is_refused_and_nothing_is_left_over() {
    for kind in Kind::ALL {
        let server = Server::start(kind);
        let mut client = Client::of(&server);
        for transfer in [PLAIN, ACTIVE] {
            let (ending, got) = client.get("missing", transfer.clone());
            assert_eq!(refusal(ending), 550, "{kind:?}");
            assert_eq!(got, b"", "{kind:?}");
            let code = refusal(client.store("missing/f", transfer, b"x"));
            // 553: the name is not allowed.
            assert!(matches!(code, 550 | 553), "{kind:?}: {code}");
            client.assert_in_step();
        }
        assert_eq!(server.list(""), [""; 0], "{kind:?}");
    }
}

#[test]
fn the_data_connection_goes_where_it_is_told() {
    let after = Duration::from_secs(5);
    let addresses = [
        FtpDataAddress::Server,
        FtpDataAddress::ControlPeer,
        FtpDataAddress::ControlPeerThenServer { after },
    ];
    for kind in Kind::ALL {
        for at in LOOPBACKS {
            let server = Server::start_at(kind, at);
            let mut client = Client::of(&server);
            for data_address in addresses {
                let transfer = FtpTransfer {
                    data_address,
                    ..PLAIN
                };
                assert_eq!(bytes(client.store("f", transfer.clone(), b"abc")), 3);
                assert_eq!(client.get("f", transfer).1, b"abc", "{kind:?} {at}");
            }
        }
    }
}

fn on_disk(server: &Server, name: &str) -> Vec<u8> {
    std::fs::read(server.root.join(name)).expect("it is there")
}
