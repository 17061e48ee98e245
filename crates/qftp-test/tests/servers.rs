//! The servers that other tests run: that each starts, is its own, and ends.

#![cfg(unix)]

use std::io::{Read as _, Write as _};
use std::net::{IpAddr, Ipv6Addr, TcpStream};
use std::path::Path;

use qftp_test::servers::{Certificate, Kind, Server, Setup, USER, Version, certificates};

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

/// Setups with TLS that this server can do: each version, and each option once.
fn secure(kind: Kind) -> Vec<Setup> {
    let mut setups = Vec::new();
    for begin in [Setup::explicit(), Setup::implicit()] {
        let versions = [
            Version::Default,
            Version::V1_0,
            Version::V1_2,
            Version::V1_3,
        ];
        setups.extend(versions.map(|version| Setup { version, ..begin }));
        setups.push(Setup {
            session_reuse: false,
            ..begin
        });
        setups.push(Setup {
            client_certificates: true,
            at: Ipv6Addr::LOCALHOST.into(),
            ..begin
        });
    }
    setups.retain(|setup| kind.can(setup));
    setups
}

/// Serves each kind in a thread of its own: curl spends its time asleep.
fn on_each(test: fn(Kind)) {
    std::thread::scope(|scope| {
        for kind in Kind::ALL {
            scope.spawn(move || test(kind));
        }
    });
}

#[test]
fn curl_puts_and_gets_over_tls() {
    on_each(|kind| {
        for setup in secure(kind) {
            let server = Server::start_with(kind, setup);
            server.put("a", b"one\n");
            let got = server.get("a");
            assert_eq!(got.as_deref(), Some(&b"one\n"[..]), "{kind:?} {setup:?}");
            assert_eq!(server.accounts(), [USER, USER], "{kind:?} {setup:?}");
        }
    });
}

#[test]
fn the_versions_are_those_asked_for() {
    on_each(|kind| {
        for (version, name) in [
            (Version::V1_0, "TLSv1"),
            (Version::V1_2, "TLSv1.2"),
            (Version::V1_3, "TLSv1.3"),
        ] {
            let setup = Setup {
                version,
                ..Setup::explicit()
            };
            if kind.can(&setup) {
                let server = Server::start_with(kind, setup);
                let output = server.curl(&["--verbose", &server.url("")], b"");
                let printed = String::from_utf8_lossy(&output.stderr);
                let spoken = printed.contains(&format!("SSL connection using {name} "));
                assert!(spoken, "{kind:?} {version:?}: {printed}");
            }
        }
    });
}

/// Is curl's exit code for a server that it does not trust: PEER_FAILED_VERIFICATION.
const DISTRUST: i32 = 60;

#[test]
fn curl_trusts_no_bad_certificate_and_sends_no_account() {
    on_each(|kind| {
        for certificate in Certificate::BAD {
            for begin in [Setup::explicit(), Setup::implicit()] {
                let setup = Setup {
                    certificate,
                    ..begin
                };
                if kind.can(&setup) {
                    let server = Server::start_with(kind, setup);
                    let output = server.curl(&[&server.url("")], b"");
                    assert_eq!(output.status.code(), Some(DISTRUST), "{output:?}");
                    assert_eq!(server.accounts(), [""; 0], "{kind:?} {setup:?}");
                }
            }
        }
    });
}

#[test]
fn a_server_that_asks_for_certificates_takes_no_foreign_one() {
    let files = tempfile::tempdir().expect("a folder");
    let (own, key) = (files.path().join("own"), files.path().join("key"));
    let foreign = &certificates().foreign_client;
    std::fs::write(&own, &foreign.certificate).expect("a file");
    std::fs::write(&key, &foreign.key).expect("a file");
    let text = |path: &Path| path.to_str().expect("UTF-8").to_owned();
    for kind in Kind::ALL {
        for begin in [Setup::explicit(), Setup::implicit()] {
            let setup = Setup {
                client_certificates: true,
                ..begin
            };
            if kind.can(&setup) {
                let server = Server::start_with(kind, setup);
                let arguments = ["--cert", &text(&own), "--key", &text(&key), &server.url("")];
                let output = server.curl(&arguments, b"");
                assert!(!output.status.success(), "{kind:?} {setup:?}");
                assert_eq!(server.accounts(), [""; 0], "{kind:?} {setup:?}");
            }
        }
    }
}

#[test]
fn no_account_is_taken_in_the_clear() {
    for kind in Kind::ALL {
        let server = Server::start_with(kind, Setup::explicit());
        let mut stream = TcpStream::connect(server.address).expect("it listens");
        stream
            .write_all(b"USER qftptest\r\nQUIT\r\n")
            .expect("sent");
        let mut printed = String::new();
        // It may cut the connection, and what it has said is there.
        let _ = stream.read_to_string(&mut printed);
        assert!(
            printed.starts_with("220") && !printed.contains("331"),
            "{kind:?}: {printed}"
        );
    }
}

#[test]
fn a_server_says_who_tried_to_log_in() {
    for kind in Kind::ALL {
        let server = Server::start(kind);
        assert_eq!(server.accounts(), [""; 0], "{kind:?}");
        let refused = server.curl(&["--user", "eve:x", &server.url("")], b"");
        assert_eq!(refused.status.code(), Some(67), "{kind:?}: {refused:?}");
        server.list("");
        assert_eq!(server.accounts(), ["eve", USER], "{kind:?}");
    }
}
