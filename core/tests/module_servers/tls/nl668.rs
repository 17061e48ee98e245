//! Fibocom's commands for TLS (COMMON 8.2): implicit, files typed in behind a prompt, an error as a number.

use qftp::dialect::nl668::NL668;
use qftp::emulator::EmulatorOptions;

use qftp_test::at_session::AtSession;
use qftp_test::servers::{Certificate, Kind, Server, Setup, Version, certificates};

fn session() -> AtSession {
    let mut session = AtSession::bare(EmulatorOptions::new(&NL668));
    session.ok("AT+MIPCALL=1");
    session.expect("\r\n+MIPCALL: ");
    session.take_until("\r\n");
    session
}

fn enter_file(session: &mut AtSession, name: &str, content: &[u8]) {
    session.enter(&format!("AT+GTSSLFILE=\"{name}\",{}", content.len()));
    session.expect("\r\n>");
    session.type_bytes(content);
    session.expect("\r\nOK\r\n");
}

fn open(session: &mut AtSession, server: &Server) -> String {
    let (host, port) = (server.address.ip(), server.address.port());
    let (user, password) = (server.user, server.password);
    session.ask(&format!(
        "AT+FTPOPEN=\"{host}\",\"{user}\",\"{password}\",\"\",,{port},,1"
    ))
}

#[track_caller]
fn error(session: &mut AtSession) -> String {
    session.enter("AT+GTSSLERR?");
    session.expect("\r\n+GTSSLERR: ");
    let number = session.take_until("\r\n\r\nOK\r\n");
    String::from_utf8(number).expect("a number")
}

/// A file there and back.
fn moves(session: &mut AtSession, server: &Server) {
    session.enter("AT+FTPPUT=\"f\",5,1");
    session.expect("\r\n+FTPPUT: 2,5\r\n");
    session.type_bytes(b"hello");
    session.expect("\r\nOK\r\n\r\n+FTPPUT: 1\r\n");
    assert_eq!(server.get("f").as_deref(), Some(&b"hello"[..]));
}

/// Types a login as the manual's example of FTPS has it, with a comma less than the syntax (003 §3.1).
fn open_as_printed(session: &mut AtSession, server: &Server) -> String {
    let (host, port) = (server.address.ip(), server.address.port());
    let (user, password) = (server.user, server.password);
    session.ask(&format!(
        "AT+FTPOPEN=\"{host}\",\"{user}\",\"{password}\",,{port},,1"
    ))
}

#[test]
fn ftpopen_003_3_1_the_example_of_ftps_opens_tls_and_never_a_plain_session() {
    for kind in [Kind::Vsftpd, Kind::ProFtpd, Kind::Pyftpdlib] {
        let secure = Server::start_with(kind, Setup::implicit());
        let mut session = session();
        session.ok("AT+GTSSLMODE=0");
        assert_eq!(open_as_printed(&mut session, &secure), "1", "{kind:?}");
        moves(&mut session, &secure);
        assert_eq!(session.ask("AT+FTPCLOSE"), "1", "{kind:?}");
        let plain = Server::start(kind);
        assert_eq!(open_as_printed(&mut session, &plain), "0", "{kind:?}");
    }
}

#[test]
fn a_session_whose_server_is_checked() {
    for kind in [Kind::Vsftpd, Kind::ProFtpd, Kind::Pyftpdlib] {
        let server = Server::start_with(kind, Setup::implicit());
        let mut session = session();
        session.ok("AT+GTSSLMODE=1");
        enter_file(&mut session, "TRUSTFILE", &certificates().authority);
        assert_eq!(open(&mut session, &server), "1", "{kind:?}");
        assert_eq!(error(&mut session), "0", "{kind:?}");
        moves(&mut session, &server);
        // 003 says nothing against active mode with TLS.
        session.ok("AT+FTPMODE=1");
        moves(&mut session, &server);
        assert_eq!(session.ask("AT+FTPCLOSE"), "1", "{kind:?}");
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
        let mut session = session();
        session.ok("AT+GTSSLMODE=1");
        assert_eq!(open(&mut session, &server), "0");
        assert_eq!(error(&mut session), "-12", "no TRUSTFILE");
        enter_file(&mut session, "TRUSTFILE", &certificates().authority);
        assert_eq!(open(&mut session, &server), "0", "{certificate:?}");
        assert_eq!(error(&mut session), "-11", "{certificate:?}");
        assert_eq!(server.accounts(), [""; 0], "{certificate:?}");
        session.ok("AT+GTSSLMODE=0");
        assert_eq!(open(&mut session, &server), "1", "{certificate:?}");
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
    let mut session = session();
    assert_eq!(open(&mut session, &server), "0");
    assert_eq!(error(&mut session), "-7", "no certificate");
    let client = &certificates().client;
    enter_file(&mut session, "CAFILE", &client.certificate);
    enter_file(&mut session, "KEYFILE", &client.key);
    // SSL 3.0, TLS 1.0 and 1.1, then 1.2 and any.
    for (version, opened, number) in [
        (1, "0", "-12"),
        (2, "0", "-7"),
        (3, "0", "-7"),
        (4, "1", "0"),
        (0, "1", "0"),
    ] {
        session.ok(&format!("AT+GTSSLVER={version}"));
        assert_eq!(open(&mut session, &server), opened, "{version}");
        assert_eq!(error(&mut session), number, "{version}");
        if opened == "1" {
            moves(&mut session, &server);
            assert_eq!(session.ask("AT+FTPCLOSE"), "1", "{version}");
        }
    }
}
