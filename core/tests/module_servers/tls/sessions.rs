//! Sessions in which everything goes well.

use qftp::dialect::ec2x::EC2X;

use super::{Secured, setups};
use crate::{DIALECTS, tricky_payload};
use qftp_test::servers::{Kind, Server, Setup, Version};

/// Uploads in one session, and as many downloads.
const TRANSFERS: usize = 100;
const VERSIONS: [Version; 2] = [Version::V1_2, Version::V1_3];

/// vsftpd and ProFTPD want each data connection in the TLS session of the control connection.
fn moves_files_in_one_session(kind: Kind) {
    for setup in setups(kind, &VERSIONS) {
        let server = Server::start_with(kind, setup);
        let mut secured = Secured::at(&EC2X, &server);
        assert_eq!(secured.log_in(&server), "0,0", "{setup:?}");
        for index in 0..TRANSFERS {
            secured.moves(format!("number {index} of {setup:?}").as_bytes());
        }
        assert_eq!(secured.session.ask("AT+QFTPCLOSE"), "0,0", "{setup:?}");
    }
}

#[test]
fn vsftpd_takes_a_hundred_of_each() {
    moves_files_in_one_session(Kind::Vsftpd);
}

#[test]
fn proftpd_takes_a_hundred_of_each() {
    moves_files_in_one_session(Kind::ProFtpd);
}

#[test]
fn pureftpd_takes_a_hundred_of_each() {
    moves_files_in_one_session(Kind::PureFtpd);
}

#[test]
fn pyftpdlib_takes_a_hundred_of_each() {
    moves_files_in_one_session(Kind::Pyftpdlib);
}

#[test]
fn any_bytes_go_up_and_come_back() {
    let large: Vec<u8> = tricky_payload()
        .into_iter()
        .cycle()
        .take(3_000_000)
        .collect();
    for kind in Kind::ALL {
        let server = Server::start_with(kind, Setup::explicit());
        let mut secured = Secured::at(&EC2X, &server);
        assert_eq!(secured.log_in(&server), "0,0", "{kind:?}");
        for content in [&b""[..], b"x", &tricky_payload(), &large] {
            secured.moves(content);
            assert!(server.get("f").as_deref() == Some(content), "{kind:?}");
        }
        let session = &mut secured.session;
        // Broken off in the middle, and the session goes on in sync, its TLS session too.
        for _ in 0..3 {
            let part = session.get("AT+QFTPGET=\"f\",\"COM:\",1000,70000");
            assert!(part == large[1000..71_000], "{kind:?}");
            assert_eq!(session.ask("AT+QFTPSIZE=\"f\""), "0,3000000", "{kind:?}");
        }
        assert_eq!(session.ask("AT+QFTPGET=\"f\",\"RAM:f\""), "0,3000000");
        assert_eq!(session.ask("AT+QFTPPUT=\"g\",\"RAM:f\""), "0,3000000");
        assert!(server.get("g").as_deref() == Some(&large), "{kind:?}");
        let list = session.get("AT+QFTPNLST=\".\",\"COM:\"");
        let list = String::from_utf8_lossy(&list).into_owned();
        assert!(list.contains('g'), "{kind:?}: {list}");
    }
}

#[test]
fn each_dialect_speaks_it() {
    let server = Server::start_with(Kind::Vsftpd, Setup::implicit());
    for dialect in DIALECTS {
        let mut secured = Secured::at(dialect, &server);
        assert_eq!(secured.log_in(&server), "0,0", "{}", dialect.name);
        secured.moves(b"hello");
    }
}
