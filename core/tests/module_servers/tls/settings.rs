//! What the settings say is done, and told where it cannot be.

use std::net::{Ipv4Addr, TcpListener};
use std::{fs, io, thread};

use openssl::ssl::NameType;
use qftp::dialect::bg96::BG96;
use qftp::dialect::ec2x::EC2X;
use qftp::emulator::EmulatorOptions;

use super::Secured;
use super::faults::accept;
use qftp_test::at_session::AtSession;
use qftp_test::servers::{Certificate, Kind, Server, Setup, Version, certificates};

/// Settings of an SSL context that TLS cannot be set up with, and how the module puts it.
const IMPOSSIBLE: &[(&str, &str)] = &[
    ("\"sslversion\",1,0", "SSL 3.0 is not spoken"),
    // RC4, NULL, and an unassigned number.
    (
        "\"ciphersuite\",1,0X0005",
        "OpenSSL has no cipher suite 0X0005",
    ),
    (
        "\"ciphersuite\",1,0XFFFE",
        "OpenSSL has no cipher suite 0XFFFE",
    ),
    ("\"cacert\",1,\"\"", "cacert is not set"),
    (
        "\"cacert\",1,\"a/b\"",
        "cacert: a/b is not the name of a file",
    ),
    ("\"cacert\",1,\"missing\"", "UFS:missing: file not found"),
    (
        "\"cacert\",1,\"nonsense\"",
        "the CA certificate cannot be used: there is none in the file",
    ),
    (
        "\"cacert\",1,\"large\"",
        "UFS:large: it has more than 1048576 bytes",
    ),
    ("\"clientcert\",1,\"\"", "clientcert is not set"),
    ("\"clientkey\",1,\"\"", "clientkey is not set"),
    (
        "\"clientcert\",1,\"nonsense\"",
        "the client certificate cannot be used: there is none in the file",
    ),
    (
        "\"clientkey\",1,\"nonsense\"",
        "the client key cannot be used: there is none in the file",
    ),
    (
        "\"clientkey\",1,\"locked\"",
        "the client key cannot be used: it is encrypted",
    ),
    (
        "\"clientkey\",1,\"other.key\"",
        "the client key does not belong to the client certificate",
    ),
];

#[test]
fn what_cannot_be_is_631_and_nobody_hears_of_it() {
    let server = Server::start_with(Kind::Vsftpd, Setup::explicit());
    for (setting, why) in IMPOSSIBLE {
        let mut secured = Secured::at(&EC2X, &server);
        let ufs = secured.ufs.path();
        fs::write(ufs.join("nonsense"), [0xFF; 3000]).expect("written");
        fs::write(ufs.join("large"), vec![b'x'; (1 << 20) + 1]).expect("written");
        let locked = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n";
        fs::write(ufs.join("locked"), locked).expect("written");
        let other = &certificates().server(Certificate::Good).key;
        fs::write(ufs.join("other.key"), other).expect("written");
        secured.set("\"seclevel\",1,2");
        secured.set(setting);
        assert_eq!(secured.log_in(&server), "631,0", "{setting}");
        assert_eq!(secured.why(), *why, "{setting}");
    }
    assert_eq!(server.accounts(), [""; 0]);
}

#[test]
fn each_version_is_spoken_where_it_is_meant() {
    // The setting, and who speaks that version.
    let versions = [
        ("1", Version::V1_0),
        ("3", Version::V1_2),
        ("4", Version::V1_0),
        ("4", Version::V1_2),
        ("4", Version::V1_3),
    ];
    for (setting, version) in versions {
        let setup = Setup {
            version,
            ..Setup::explicit()
        };
        let server = Server::start_with(Kind::ProFtpd, setup);
        let mut secured = Secured::at(&EC2X, &server);
        secured.set(&format!("\"sslversion\",1,{setting}"));
        assert_eq!(secured.log_in(&server), "0,0", "{setting} {version:?}");
        secured.moves(b"hello");
        secured.session.ask("AT+QFTPCLOSE");
        // 1.1 is spoken by neither.
        secured.set("\"sslversion\",1,2");
        assert_eq!(secured.log_in(&server), "631,0", "{version:?}");
        assert_ne!(secured.why(), "", "{version:?}");
    }
}

#[test]
fn a_cipher_suite_is_the_only_one() {
    // AES-128 in both, then a suite that the server is not asked for.
    let suites = [
        ("0X002F", Version::V1_2),
        ("0XC02F", Version::V1_2),
        ("0X1301", Version::V1_3),
    ];
    for (suite, version) in suites {
        let setup = Setup {
            version,
            ..Setup::implicit()
        };
        let server = Server::start_with(Kind::Pyftpdlib, setup);
        let mut secured = Secured::at(&EC2X, &server);
        secured.set(&format!("\"ciphersuite\",1,{suite}"));
        assert_eq!(secured.log_in(&server), "0,0", "{suite}");
        secured.moves(b"hello");
        secured.session.ask("AT+QFTPCLOSE");
        let other = if version == Version::V1_2 {
            "0X1301"
        } else {
            "0XC02F"
        };
        secured.set(&format!("\"ciphersuite\",1,{other}"));
        assert_eq!(secured.log_in(&server), "631,0", "{suite}");
        assert_ne!(secured.why(), "", "{suite}");
    }
}

#[test]
fn certificates_may_lie_in_memory() {
    let server = Server::start_with(Kind::Vsftpd, Setup::explicit());
    let mut secured = Secured::at(&EC2X, &server);
    let authority = &certificates().authority;
    let upload = format!("AT+QFUPL=\"RAM:a\",{}", authority.len());
    secured.session.connect(&upload);
    secured.session.type_bytes(authority);
    let sum = secured.session.take_until("\r\n\r\nOK\r\n");
    assert!(sum.starts_with(b"\r\n+QFUPL: "));
    secured.set("\"cacert\",1,\"RAM:a\"");
    assert_eq!(secured.log_in(&server), "0,0");
    secured.moves(b"hello");
}

/// 000 §1.2, 002 §2.1, 004 §1.1.
#[test]
fn active_mode_is_refused() {
    let why = "FTPS does not support active mode";
    let server = Server::start_with(Kind::Vsftpd, Setup::explicit());
    for dialect in [&EC2X, &BG96] {
        let mut secured = Secured::at(dialect, &server);
        secured.session.ok("AT+QFTPCFG=\"transmode\",0");
        assert_eq!(secured.log_in(&server), "631,0");
        assert_eq!(secured.why(), why);
        secured.session.ok("AT+QFTPCFG=\"transmode\",1");
        assert_eq!(secured.log_in(&server), "0,0");
        secured.session.ok("AT+QFTPCFG=\"transmode\",0");
        for transfer in [
            "AT+QFTPPUT=\"f\",\"COM:\",0,5,1",
            "AT+QFTPGET=\"f\",\"COM:\"",
            "AT+QFTPLIST=\".\",\"COM:\"",
        ] {
            assert_eq!(secured.session.ask(transfer), "631,0");
            assert_eq!(secured.why(), why);
        }
        secured.session.ok("AT+QFTPCFG=\"transmode\",1");
        secured.moves(b"hello");
    }
}

/// A login that succeeds has no error.
#[test]
fn the_error_goes_with_the_next_login() {
    let server = Server::start_with(Kind::Vsftpd, Setup::explicit());
    let mut secured = Secured::at(&EC2X, &server);
    secured.set("\"sslversion\",1,0");
    assert_eq!(secured.log_in(&server), "631,0");
    secured.set("\"sslversion\",1,4");
    assert_eq!(secured.log_in(&server), "0,0");
    secured.session.enter("AT+QIGETERROR");
    secured
        .session
        .expect("\r\n+QIGETERROR: 0,operate successfully\r\n\r\nOK\r\n");
}

/// Only a name is told, never an address.
#[test]
fn the_server_is_told_its_name_where_that_is_set() {
    for (host, sni, told) in [
        ("localhost", 0, None),
        ("localhost", 1, Some("localhost")),
        ("127.0.0.1", 1, None),
    ] {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let server = thread::spawn(move || {
            let (socket, _) = listener.accept()?;
            let secured = accept(socket)?;
            let name = secured.ssl().servername(NameType::HOST_NAME);
            io::Result::Ok(name.map(str::to_owned))
        });
        let mut session = AtSession::with_account(EmulatorOptions::new(&EC2X), "u", "p");
        session.ok("AT+QFTPCFG=\"ssltype\",1");
        session.ok(&format!("AT+QSSLCFG=\"sni\",0,{sni}"));
        // It hangs up when it knows.
        let opened = session.ask(&format!("AT+QFTPOPEN=\"{host}\",{port}"));
        assert_eq!(opened, "631,0");
        let name = server.join().expect("no panic").expect("a handshake");
        assert_eq!(name.as_deref(), told, "{host} {sni}");
    }
}
