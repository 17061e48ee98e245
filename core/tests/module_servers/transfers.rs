//! Files between the line and the server.

use std::net::Ipv6Addr;

use crate::{DIALECTS, tricky_payload};
use qftp_test::at_session::AtSession;
use qftp_test::servers::{Kind, Server};

/// Active and passive.
const MODES: [&str; 2] = ["AT+QFTPCFG=\"transmode\",0", "AT+QFTPCFG=\"transmode\",1"];

#[test]
fn any_bytes_go_up_and_come_back() {
    for kind in Kind::ALL {
        let server = Server::start(kind);
        for dialect in DIALECTS {
            let mut session = AtSession::logged_in(dialect, &server);
            for mode in MODES {
                session.ok(mode);
                for content in [&b""[..], b"x", &tricky_payload()] {
                    let length = content.len();
                    let command = format!("AT+QFTPPUT=\"f\",\"COM:\",0,{length},1");
                    let stated = session.put(&command, content);
                    assert_eq!(stated, format!("0,{length}"), "{kind:?}");
                    assert!(server.get("f").as_deref() == Some(content), "{kind:?}");
                    let got = session.get("AT+QFTPGET=\"f\",\"COM:\"");
                    assert!(got == content, "{kind:?}");
                    let so_far = session.ask("AT+QFTPLEN");
                    assert_eq!(so_far, format!("0,{length}"), "{kind:?}");
                }
            }
        }
    }
}

#[test]
fn on_ipv6_too() {
    for kind in Kind::ALL {
        let server = Server::start_at(kind, Ipv6Addr::LOCALHOST.into());
        let mut session = AtSession::logged_in(DIALECTS[1], &server);
        for mode in MODES {
            session.ok(mode);
            let stated = session.put("AT+QFTPPUT=\"f\",\"COM:\",0,5,1", b"hello");
            assert_eq!(stated, "0,5", "{kind:?}");
            assert_eq!(server.get("f").as_deref(), Some(&b"hello"[..]));
            assert_eq!(session.get("AT+QFTPGET=\"f\",\"COM:\""), b"hello");
        }
    }
}

#[test]
fn an_upload_without_a_length_ends_by_the_escape() {
    for kind in Kind::ALL {
        let server = Server::start(kind);
        let mut session = AtSession::logged_in(DIALECTS[1], &server);
        let command = "AT+QFTPPUT=\"f\",\"COM:\"";
        session.connect(command);
        session.type_bytes(b"one+++two\r\n");
        session.escape();
        session.expect("\r\nOK\r\n");
        assert_eq!(session.urc(command), "0,11", "{kind:?}");
        let got = server.get("f");
        assert_eq!(got.as_deref(), Some(&b"one+++two\r\n"[..]), "{kind:?}");
    }
}

#[test]
fn pieces_go_over_one_data_connection() {
    let content = tricky_payload();
    let (first, rest) = content.split_at(1024);
    let (second, third) = rest.split_at(40_000);
    for kind in Kind::ALL {
        let server = Server::start(kind);
        for dialect in DIALECTS {
            let mut session = AtSession::logged_in(dialect, &server);
            for mode in MODES {
                session.ok(mode);
                let mut position = 0;
                for (piece, more) in [(first, 0), (second, 0), (third, 1)] {
                    let length = piece.len();
                    let command = format!("AT+QFTPPUT=\"f\",\"COM:\",{position},{length},{more}");
                    let stated = session.put(&command, piece);
                    assert_eq!(stated, format!("0,{length}"), "{kind:?}");
                    let state = if more == 0 { "0,2" } else { "0,1" };
                    assert_eq!(session.ask("AT+QFTPSTAT"), state, "{kind:?}");
                    position += length;
                }
                assert!(server.get("f").as_ref() == Some(&content), "{kind:?}");
                assert_eq!(session.ask("AT+QFTPPWD"), "0,/", "{kind:?}");
            }
        }
    }
}

#[test]
fn an_upload_goes_on_at_a_position() {
    for kind in Kind::ALL {
        let server = Server::start(kind);
        for dialect in DIALECTS {
            let mut session = AtSession::logged_in(dialect, &server);
            for mode in MODES {
                session.ok(mode);
                let stated = session.put("AT+QFTPPUT=\"f\",\"COM:\",0,10,1", b"0123456789");
                assert_eq!(stated, "0,10", "{kind:?}");
                let stated = session.put("AT+QFTPPUT=\"f\",\"COM:\",10,3,1", b"abc");
                assert_eq!(stated, "0,3", "{kind:?}");
                let got = server.get("f").expect("it is there");
                assert_eq!(got, b"0123456789abc", "{kind:?}");
            }
        }
    }
}

#[test]
fn a_part_is_downloaded_and_the_session_goes_on() {
    let content = tricky_payload();
    for kind in Kind::ALL {
        let server = Server::start(kind);
        server.put("f", &content);
        for dialect in DIALECTS {
            let mut session = AtSession::logged_in(dialect, &server);
            for mode in MODES {
                session.ok(mode);
                for (start, length) in [(0, 1), (500, 500), (60_000, 100_000)] {
                    let end = content.len().min(start + length);
                    let command = format!("AT+QFTPGET=\"f\",\"COM:\",{start},{length}");
                    assert!(session.get(&command) == content[start..end], "{kind:?}");
                    assert_eq!(session.ask("AT+QFTPPWD"), "0,/", "{kind:?}");
                }
                let command = "AT+QFTPGET=\"f\",\"COM:\",70000";
                assert!(session.get(command) == content[70_000..], "{kind:?}");
            }
        }
    }
}

#[test]
fn a_download_is_left_and_gone_back_to() {
    let content: Vec<u8> = (0..=255).cycle().take(5_000_000).collect();
    for kind in Kind::ALL {
        let server = Server::start(kind);
        server.put("f", &content);
        let mut session = AtSession::logged_in(DIALECTS[1], &server);
        let command = "AT+QFTPGET=\"f\",\"COM:\"";
        session.connect(command);
        let mut got = session.take(10_000);
        session.escape();
        // The content has no such bytes.
        got.extend(session.take_until("\r\nOK\r\n"));
        assert_eq!(session.ask("AT+QFTPSTAT"), "0,2", "{kind:?}");
        let so_far = session.ask("AT+QFTPLEN");
        assert_eq!(so_far, format!("0,{}", got.len()), "{kind:?}");
        assert_eq!(session.refusal("AT+QFTPPWD"), "603", "{kind:?}");
        session.connect("ATO");
        let before = got.len();
        got.extend(session.payload(command, before));
        assert!(got == content, "{kind:?}");
        assert_eq!(session.ask("AT+QFTPPWD"), "0,/", "{kind:?}");
    }
}

#[test]
fn ascii_is_another_type() {
    for kind in Kind::ALL {
        let server = Server::start(kind);
        let mut session = AtSession::logged_in(DIALECTS[1], &server);
        for mode in MODES {
            session.ok(mode);
            session.ok("AT+QFTPCFG=\"filetype\",1");
            let stated = session.put("AT+QFTPPUT=\"f\",\"COM:\",0,10,1", b"one\r\ntwo\r\n");
            assert_eq!(stated, "0,10", "{kind:?}");
            assert_eq!(server.get("f").as_deref(), Some(&b"one\ntwo\n"[..]));
            let got = session.get("AT+QFTPGET=\"f\",\"COM:\"");
            assert_eq!(got, b"one\r\ntwo\r\n", "{kind:?}");
            session.ok("AT+QFTPCFG=\"filetype\",0");
            let got = session.get("AT+QFTPGET=\"f\",\"COM:\"");
            assert_eq!(got, b"one\ntwo\n", "{kind:?}");
            assert_eq!(session.ask("AT+QFTPDEL=\"f\""), "0,0", "{kind:?}");
        }
    }
}
