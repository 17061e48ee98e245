//! Fibocom's commands for TLS (NEIGHBOURS 8.2): implicit, files typed in behind a prompt, an error as a number.

use qftp::dialect::nl668::NL668;
use qftp::soft::Options;

use crate::servers::{Certificate, Kind, Server, Setup, Version, certificates};
use crate::typist::Typist;

fn typist() -> Typist {
    let mut typist = Typist::bare(Options::new(&NL668));
    typist.ok("AT+MIPCALL=1");
    typist.expect("\r\n+MIPCALL: ");
    typist.take_until("\r\n");
    typist
}

fn enter_file(typist: &mut Typist, name: &str, content: &[u8]) {
    typist.enter(&format!("AT+GTSSLFILE=\"{name}\",{}", content.len()));
    typist.expect("\r\n>");
    typist.type_bytes(content);
    typist.expect("\r\nOK\r\n");
}

fn open(typist: &mut Typist, server: &Server) -> String {
    let (host, port) = (server.address.ip(), server.address.port());
    let (user, password) = (server.user, server.password);
    typist.ask(&format!(
        "AT+FTPOPEN=\"{host}\",\"{user}\",\"{password}\",\"\",,{port},,1"
    ))
}

#[track_caller]
fn error(typist: &mut Typist) -> String {
    typist.enter("AT+GTSSLERR?");
    typist.expect("\r\n+GTSSLERR: ");
    let number = typist.take_until("\r\n\r\nOK\r\n");
    String::from_utf8(number).expect("a number")
}

/// A file there and back.
fn moves(typist: &mut Typist, server: &Server) {
    typist.enter("AT+FTPPUT=\"f\",5,1");
    typist.expect("\r\n+FTPPUT: 2,5\r\n");
    typist.type_bytes(b"hello");
    typist.expect("\r\nOK\r\n\r\n+FTPPUT: 1\r\n");
    assert_eq!(server.get("f").as_deref(), Some(&b"hello"[..]));
}

#[test]
fn a_session_whose_server_is_checked() {
    for kind in [Kind::Vsftpd, Kind::ProFtpd, Kind::Pyftpdlib] {
        let server = Server::start_with(kind, Setup::implicit());
        let mut typist = typist();
        typist.ok("AT+GTSSLMODE=1");
        enter_file(&mut typist, "TRUSTFILE", &certificates().authority);
        assert_eq!(open(&mut typist, &server), "1", "{kind:?}");
        assert_eq!(error(&mut typist), "0", "{kind:?}");
        moves(&mut typist, &server);
        // 003 says nothing against active mode with TLS.
        typist.ok("AT+FTPMODE=1");
        moves(&mut typist, &server);
        assert_eq!(typist.ask("AT+FTPCLOSE"), "1", "{kind:?}");
    }
}

#[test]
fn a_server_that_is_not_trusted() {
    for certificate in Certificate::BAD {
        let setup = Setup::implicit();
        let server = Server::start_with(
            Kind::Vsftpd,
            Setup {
                certificate,
                ..setup
            },
        );
        let mut typist = typist();
        typist.ok("AT+GTSSLMODE=1");
        assert_eq!(open(&mut typist, &server), "0");
        assert_eq!(error(&mut typist), "-12", "no TRUSTFILE");
        enter_file(&mut typist, "TRUSTFILE", &certificates().authority);
        assert_eq!(open(&mut typist, &server), "0", "{certificate:?}");
        assert_eq!(error(&mut typist), "-11", "{certificate:?}");
        assert_eq!(server.accounts(), [""; 0], "{certificate:?}");
        typist.ok("AT+GTSSLMODE=0");
        assert_eq!(open(&mut typist, &server), "1", "{certificate:?}");
    }
}

#[test]
fn versions_and_a_certificate_of_its_own() {
    let setup = Setup {
        version: Version::V1_2,
        client_certificates: true,
        ..Setup::implicit()
    };
    let server = Server::start_with(Kind::Vsftpd, setup);
    let mut typist = typist();
    assert_eq!(open(&mut typist, &server), "0");
    assert_eq!(error(&mut typist), "-7", "no certificate");
    let client = &certificates().client;
    enter_file(&mut typist, "CAFILE", &client.certificate);
    enter_file(&mut typist, "KEYFILE", &client.key);
    // SSL 3.0, TLS 1.0 and 1.1, then 1.2 and any.
    for (version, opened, number) in [
        (1, "0", "-12"),
        (2, "0", "-7"),
        (3, "0", "-7"),
        (4, "1", "0"),
        (0, "1", "0"),
    ] {
        typist.ok(&format!("AT+GTSSLVER={version}"));
        assert_eq!(open(&mut typist, &server), opened, "{version}");
        assert_eq!(error(&mut typist), number, "{version}");
        if opened == "1" {
            moves(&mut typist, &server);
            assert_eq!(typist.ask("AT+FTPCLOSE"), "1", "{version}");
        }
    }
}
