//! `data_address`: whose address a data connection goes to (002 §2.1, 004 §2.1), at servers that name one where no server
//! listens, and on IPv6.

use std::net::{Ipv4Addr, Ipv6Addr};

use qftp::dialect::Dialect;
use qftp::dialect::bg96::BG96;
use qftp::dialect::ec2x::EC2X;
use qftp::dialect::ec20::EC20;

use qftp_test::at_session::AtSession;
use qftp_test::servers::{Kind, Server};

/// No server listens there.
const ELSEWHERE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 9);

/// What each dialect can be told, and whether it then goes to where the server is.
const SETTINGS: &[(&Dialect, &str, bool)] = &[
    (&EC20, "", false),
    (&BG96, "", false),
    (&BG96, "AT+QFTPCFG=\"data_address\",0", false),
    (&BG96, "AT+QFTPCFG=\"data_address\",1", true),
    (&EC2X, "", false),
    (&EC2X, "AT+QFTPCFG=\"data_address\",0", false),
    (&EC2X, "AT+QFTPCFG=\"data_address\",1", true),
    (&EC2X, "AT+QFTPCFG=\"data_address\",2,15", true),
];

fn with(dialect: &'static Dialect, setting: &str, server: &Server) -> AtSession {
    let mut session = AtSession::logged_in(dialect, server);
    if !setting.is_empty() {
        session.ok(setting);
    }
    session
}

#[track_caller]
fn goes_both_ways(session: &mut AtSession, server: &Server) {
    let stated = session.put("AT+QFTPPUT=\"f\",\"COM:\",0,5,1", b"hello");
    assert_eq!(stated, "0,5", "{:?}", server.kind);
    assert_eq!(server.get("f").as_deref(), Some(&b"hello"[..]));
    assert_eq!(session.get("AT+QFTPGET=\"f\",\"COM:\""), b"hello");
}

#[test]
fn a_server_that_names_a_wrong_address() {
    for kind in Kind::ALL {
        let server = Server::start_announcing(kind, Ipv4Addr::LOCALHOST.into(), ELSEWHERE);
        for (dialect, setting, arrives) in SETTINGS {
            let mut session = with(dialect, setting, &server);
            if *arrives {
                goes_both_ways(&mut session, &server);
            } else {
                for command in [
                    "AT+QFTPPUT=\"g\",\"COM:\",0,5,1",
                    "AT+QFTPGET=\"g\",\"COM:\"",
                    "AT+QFTPLIST=\".\"",
                ] {
                    assert_eq!(session.ask(command), "615,0", "{kind:?}, {setting}");
                }
                assert_eq!(server.get("g"), None, "{kind:?}");
            }
            // In sync in every case.
            assert_eq!(session.ask("AT+QFTPPWD"), "0,/", "{kind:?}, {setting}");
        }
    }
}

#[test]
fn a_setting_counts_from_the_next_transfer_on() {
    for kind in Kind::ALL {
        let server = Server::start_announcing(kind, Ipv4Addr::LOCALHOST.into(), ELSEWHERE);
        let mut session = AtSession::logged_in(&EC2X, &server);
        for _ in 0..2 {
            session.ok("AT+QFTPCFG=\"data_address\",1");
            goes_both_ways(&mut session, &server);
            session.ok("AT+QFTPCFG=\"data_address\",0");
            assert_eq!(
                session.ask("AT+QFTPGET=\"f\",\"COM:\""),
                "615,0",
                "{kind:?}"
            );
        }
    }
}

/// EPSV names no address: all settings come to the same.
#[test]
fn on_ipv6_there_is_but_one_address() {
    for kind in Kind::ALL {
        let server = Server::start_at(kind, Ipv6Addr::LOCALHOST.into());
        for (dialect, setting, _) in SETTINGS {
            let mut session = with(dialect, setting, &server);
            goes_both_ways(&mut session, &server);
            assert_eq!(session.ask("AT+QFTPPWD"), "0,/", "{kind:?}, {setting}");
        }
    }
}
