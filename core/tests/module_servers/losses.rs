//! Refused transfers, and servers that go away.

use crate::DIALECTS;
use qftp_test::at_session::{AtSession, open};
use qftp_test::servers::{Kind, Server};

#[test]
fn a_refused_transfer_has_no_data_mode() {
    for kind in Kind::ALL {
        let server = Server::start(kind);
        for dialect in DIALECTS {
            let mut session = AtSession::logged_in(dialect, &server);
            for mode in [0, 1] {
                session.ok(&format!("AT+QFTPCFG=\"transmode\",{mode}"));
                let got = session.ask("AT+QFTPGET=\"missing\",\"COM:\"");
                assert_eq!(got, "627,550", "{kind:?}");
                let put = session.ask("AT+QFTPPUT=\"missing/f\",\"COM:\",0,5,1");
                let expected = ["627,550", "630,553"];
                assert!(expected.contains(&put.as_str()), "{kind:?}: {put}");
                assert_eq!(session.ask("AT+QFTPPWD"), "0,/", "{kind:?}");
            }
        }
    }
}

#[test]
fn a_session_whose_server_ends_is_closed() {
    for kind in Kind::ALL {
        let server = Server::start(kind);
        let mut session = AtSession::logged_in(DIALECTS[1], &server);
        drop(server);
        // The module may notice before the command or by it.
        session.enter("AT+QFTPPWD");
        session.expect("\r\n");
        let answer = session.take_until("\r\n");
        if answer == b"OK" {
            assert_eq!(session.urc("AT+QFTPPWD"), "606,0", "{kind:?}");
        } else {
            assert_eq!(answer, b"+CME ERROR: 603", "{kind:?}");
        }
        assert_eq!(session.ask("AT+QFTPSTAT"), "0,4", "{kind:?}");
        let server = Server::start(kind);
        assert_eq!(session.ask(&open(&server)), "0,0", "{kind:?}");
    }
}

#[test]
fn a_download_whose_server_ends_says_so() {
    let content: Vec<u8> = (0..=255).cycle().take(20_000_000).collect();
    for kind in Kind::ALL {
        let server = Server::start(kind);
        server.put("f", &content);
        let mut session = AtSession::logged_in(DIALECTS[1], &server);
        session.connect("AT+QFTPGET=\"f\",\"COM:\"");
        session.take(1000);
        drop(server);
        // The content has no such bytes.
        session.take_until("\r\n+QFTPGET: ");
        let stated = String::from_utf8(session.take_until("\r\n")).expect("digits");
        let expected = ["606,0", "607,0"];
        assert!(expected.contains(&stated.as_str()), "{kind:?}: {stated}");
        session.ok("AT");
    }
}

#[test]
fn nobody_listens() {
    let server = Server::start(Kind::Vsftpd);
    let open = open(&server);
    for dialect in DIALECTS {
        let mut session = AtSession::at(dialect, &server);
        let mut other = AtSession::at(dialect, &server);
        assert_eq!(other.ask("AT+QFTPOPEN=\"ftp.invalid\""), "604,0");
        assert_eq!(session.ask(&open), "0,0");
    }
    let mut session = AtSession::at(DIALECTS[1], &server);
    drop(server);
    assert_eq!(session.ask(&open), "605,0");
}
