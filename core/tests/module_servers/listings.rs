//! QFTPLIST, QFTPNLST, QFTPMLSD: to the line and to a file.

use crate::DIALECTS;
use qftp_test::at_session::AtSession;
use qftp_test::servers::{Kind, Server};

const COMMANDS: [&str; 3] = ["AT+QFTPLIST", "AT+QFTPNLST", "AT+QFTPMLSD"];

fn has(kind: Kind, command: &str) -> bool {
    !(kind == Kind::Vsftpd && command == "AT+QFTPMLSD")
}

/// The last word of each line: the name, in all three forms.
fn names(listing: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(listing);
    let name = |line: &str| line.rsplit([' ', '/']).next().map(str::to_owned);
    let is_own = |name: &String| !matches!(name.as_str(), "." | "..");
    let mut names: Vec<String> = text.lines().filter_map(name).filter(is_own).collect();
    names.sort_unstable();
    names
}

#[test]
fn a_folder_is_listed_in_each_form() {
    for kind in Kind::ALL {
        let server = Server::start(kind);
        server.make_folder("folder");
        server.put("file", b"1");
        server.put("folder/one", b"22");
        server.put("folder/two", b"333");
        for dialect in DIALECTS {
            let mut session = AtSession::logged_in(dialect, &server);
            for command in COMMANDS {
                if !has(kind, command) {
                    assert_eq!(session.ask(&format!("{command}=\".\"")), "620,500");
                    continue;
                }
                let here = session.get(&format!("{command}=\".\""));
                assert_eq!(names(&here), ["file", "folder"], "{kind:?} {command}");
                let here = session.get(&format!("{command}=\"\""));
                assert_eq!(names(&here), ["file", "folder"], "{kind:?} {command}");
                let there = session.get(&format!("{command}=\"folder\",\"COM:\""));
                assert_eq!(names(&there), ["one", "two"], "{kind:?} {command}");
                let place = if dialect.prefixed_names { "UFS:l" } else { "l" };
                let stated = session.ask(&format!("{command}=\"folder\",\"{place}\""));
                assert_eq!(stated, format!("0,{}", there.len()), "{kind:?} {command}");
            }
        }
    }
}

#[test]
fn a_listing_of_what_is_not_there() {
    for kind in Kind::ALL {
        let server = Server::start(kind);
        let mut session = AtSession::logged_in(DIALECTS[1], &server);
        for command in COMMANDS {
            let stated = session.ask(&format!("{command}=\"missing\",\"RAM:l\""));
            let expected = match (kind, command) {
                (Kind::Vsftpd, "AT+QFTPMLSD") => "620,500",
                (Kind::Vsftpd, _) | (Kind::PureFtpd, "AT+QFTPLIST") => "0,0",
                (Kind::ProFtpd, "AT+QFTPLIST" | "AT+QFTPNLST") => "617,450",
                (Kind::Pyftpdlib, "AT+QFTPMLSD") => "621,501",
                _ => "627,550",
            };
            assert_eq!(stated, expected, "{kind:?} {command}");
            assert_eq!(session.ask("AT+QFTPPWD"), "0,/", "{kind:?}");
        }
    }
}
