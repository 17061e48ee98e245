//! `data_address`: whose address a data connection goes to (002 §2.1, 004 §2.1), at servers that name one where nobody
//! listens, and on IPv6.

use std::net::{Ipv4Addr, Ipv6Addr};

use qftp::dialect::Dialect;
use qftp::dialect::bg96::BG96;
use qftp::dialect::ec2x::EC2X;
use qftp::dialect::ec20::EC20;

use crate::servers::{Kind, Server};
use crate::typist::Typist;

/// Nobody listens there.
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

fn with(dialect: &'static Dialect, setting: &str, server: &Server) -> Typist {
    let mut typist = Typist::logged_in(dialect, server);
    if !setting.is_empty() {
        typist.ok(setting);
    }
    typist
}

#[track_caller]
fn goes_both_ways(typist: &mut Typist, server: &Server) {
    let stated = typist.put("AT+QFTPPUT=\"f\",\"COM:\",0,5,1", b"hello");
    assert_eq!(stated, "0,5", "{:?}", server.kind);
    assert_eq!(server.get("f").as_deref(), Some(&b"hello"[..]));
    assert_eq!(typist.get("AT+QFTPGET=\"f\",\"COM:\""), b"hello");
}

#[test]
fn a_server_that_names_a_wrong_address() {
    for kind in Kind::ALL {
        let server = Server::start_announcing(kind, Ipv4Addr::LOCALHOST.into(), ELSEWHERE);
        for (dialect, setting, arrives) in SETTINGS {
            let mut typist = with(dialect, setting, &server);
            if *arrives {
                goes_both_ways(&mut typist, &server);
            } else {
                for command in [
                    "AT+QFTPPUT=\"g\",\"COM:\",0,5,1",
                    "AT+QFTPGET=\"g\",\"COM:\"",
                    "AT+QFTPLIST=\".\"",
                ] {
                    assert_eq!(typist.ask(command), "615,0", "{kind:?}, {setting}");
                }
                assert_eq!(server.get("g"), None, "{kind:?}");
            }
            // In step, whatever was.
            assert_eq!(typist.ask("AT+QFTPPWD"), "0,/", "{kind:?}, {setting}");
        }
    }
}

#[test]
fn a_setting_counts_from_the_next_transfer_on() {
    for kind in Kind::ALL {
        let server = Server::start_announcing(kind, Ipv4Addr::LOCALHOST.into(), ELSEWHERE);
        let mut typist = Typist::logged_in(&EC2X, &server);
        for _ in 0..2 {
            typist.ok("AT+QFTPCFG=\"data_address\",1");
            goes_both_ways(&mut typist, &server);
            typist.ok("AT+QFTPCFG=\"data_address\",0");
            assert_eq!(typist.ask("AT+QFTPGET=\"f\",\"COM:\""), "615,0", "{kind:?}");
        }
    }
}

/// EPSV names no address: all settings come to the same.
#[test]
fn on_ipv6_there_is_but_one_address() {
    for kind in Kind::ALL {
        let server = Server::start_at(kind, Ipv6Addr::LOCALHOST.into());
        for (dialect, setting, _) in SETTINGS {
            let mut typist = with(dialect, setting, &server);
            goes_both_ways(&mut typist, &server);
            assert_eq!(typist.ask("AT+QFTPPWD"), "0,/", "{kind:?}, {setting}");
        }
    }
}
