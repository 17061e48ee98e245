//! A Fibocom module with a server behind it: what 003 leaves open.

use qftp::dialect::nl668::NL668;
use qftp::emulator::EmulatorOptions;
use qftp_test::at_session::AtSession;
use qftp_test::servers::{Kind, Server};

use crate::scripted::{Act, CONTENT, Scripted, say};

/// A module whose call is up, and which shows the control connection.
fn module() -> AtSession {
    let mut session = AtSession::bare(EmulatorOptions::new(&NL668));
    session.enter("AT+MIPCALL=1");
    session.expect("\r\nOK\r\n\r\n+MIPCALL: ");
    session.take_until("\r\n");
    session.ok("AT+FTPINFO=1");
    session
}

#[test]
fn ftpinfo_003_1_2_3_shows_the_login_without_the_password() {
    for kind in Kind::ALL {
        let server = Server::start(kind);
        let mut session = module();
        let (host, port) = (server.address.ip(), server.address.port());
        let (user, password) = (server.user, server.password);
        session.enter(&format!(
            "AT+FTPOPEN=\"{host}\",\"{user}\",\"{password}\",,,{port}"
        ));
        let shown = session.take_until("+FTPOPEN: 1\r\n");
        let shown = String::from_utf8_lossy(&shown).into_owned();
        let name = format!("+FTPINFO:USER {user}\r\n");
        assert!(shown.contains(&name), "{kind:?}: {shown}");
        assert!(
            shown.contains("+FTPINFO:PASS ****\r\n"),
            "{kind:?}: {shown}"
        );
        assert!(!shown.contains(password), "{kind:?}");
    }
}

#[test]
fn ftpinfo_003_1_2_3_shows_the_reply_before_the_result() {
    let failing = || {
        let acts = vec![
            Act::Accept,
            say("150 go\r\n"),
            Act::Send(CONTENT),
            Act::CloseData,
            say("451 no\r\n"),
        ];
        vec![("RETR", acts.clone()), ("LIST", acts)]
    };
    let server = Scripted::start(failing(), usize::MAX);
    let mut session = module();
    let port = server.address.port();
    session.enter(&format!("AT+FTPOPEN=\"127.0.0.1\",\"u\",\"p\",,,{port}"));
    session.take_until("+FTPOPEN: 1\r\n");
    session.enter("AT+FTPRETR=\"f\"");
    session.take_until("\r\n+FTPRETR: 2\r\n");
    session.take_until("\x03\r\n+FTPINFO:451 no\r\n\r\n+FTPRETR: 0\r\n");
    session.enter("AT+FTPLIST");
    session.take_until("\r\n+FTPLIST: 2\r\n");
    session.take_until("\r\n+FTPINFO:451 no\r\n\r\n+FTPLIST: 0\r\n");
}

#[test]
fn ftpput_003_1_2_20_that_is_refused_is_reported_before_ok() {
    for kind in Kind::ALL {
        let server = Server::start(kind);
        let mut session = module();
        session.ok("AT+FTPINFO=0");
        let (host, port) = (server.address.ip(), server.address.port());
        let (user, password) = (server.user, server.password);
        session.enter(&format!(
            "AT+FTPOPEN=\"{host}\",\"{user}\",\"{password}\",,,{port}"
        ));
        session.expect("\r\nOK\r\n\r\n+FTPOPEN: 1\r\n");
        session.enter("AT+FTPPUT=\"no/such/folder\",1,1");
        session.expect("\r\n+FTPPUT: 0\r\n\r\nOK\r\n");
        session.enter("AT+FTPNOOP");
        session.expect("\r\nOK\r\n\r\n+FTPNOOP: 1\r\n");
    }
}
