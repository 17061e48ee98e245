//! Sessions, folders, files: the commands without payload.

use crate::DIALECTS;
use qftp_test::at_session::{AtSession, open};
use qftp_test::servers::{Kind, Server};

#[test]
fn a_session_is_opened_and_closed() {
    for kind in Kind::ALL {
        let server = Server::start(kind);
        for dialect in DIALECTS {
            let mut session = AtSession::at(dialect, &server);
            assert_eq!(session.ask("AT+QFTPSTAT"), "0,4");
            assert_eq!(session.refusal("AT+QFTPPWD"), "603");
            assert_eq!(session.ask(&open(&server)), "0,0", "{kind:?}");
            assert_eq!(session.ask("AT+QFTPSTAT"), "0,1");
            assert_eq!(session.refusal(&open(&server)), "603");
            assert_eq!(session.ask("AT+QFTPPWD"), "0,/", "{kind:?}");
            assert_eq!(session.ask("AT+QFTPCLOSE"), "0,0", "{kind:?}");
            assert_eq!(session.ask("AT+QFTPSTAT"), "0,4");
            session.log_in(&server);
        }
    }
}

#[test]
fn a_wrong_password_is_625_and_530() {
    for kind in Kind::ALL {
        let server = Server::start(kind);
        for dialect in DIALECTS {
            let mut session = AtSession::at(dialect, &server);
            session.ok("AT+QFTPCFG=\"account\",\"qftptest\",\"wrong\"");
            assert_eq!(session.ask(&open(&server)), "625,530", "{kind:?}");
            assert_eq!(session.ask("AT+QFTPSTAT"), "0,4", "{kind:?}");
        }
    }
}

#[test]
fn folders_are_made_entered_and_removed() {
    for kind in Kind::ALL {
        let server = Server::start(kind);
        for dialect in DIALECTS {
            let mut session = AtSession::logged_in(dialect, &server);
            assert_eq!(session.ask("AT+QFTPMKDIR=\"a b\""), "0,0", "{kind:?}");
            assert_eq!(server.list(""), ["a b"], "{kind:?}");
            assert_eq!(session.ask("AT+QFTPCWD=\"a b\""), "0,0", "{kind:?}");
            assert_eq!(session.ask("AT+QFTPPWD"), "0,/a b", "{kind:?}");
            assert_eq!(session.ask("AT+QFTPMKDIR=\"c\""), "0,0", "{kind:?}");
            assert_eq!(server.list("a b"), ["c"], "{kind:?}");
            assert_eq!(session.ask("AT+QFTPRMDIR=\"/a b/c\""), "0,0", "{kind:?}");
            assert_eq!(session.ask("AT+QFTPCWD=\"/\""), "0,0", "{kind:?}");
            assert_eq!(session.ask("AT+QFTPRMDIR=\"a b\""), "0,0", "{kind:?}");
            assert_eq!(server.list(""), [""; 0], "{kind:?}");
        }
    }
}

#[test]
fn files_are_measured_dated_renamed_and_deleted() {
    for kind in Kind::ALL {
        let server = Server::start(kind);
        for dialect in DIALECTS {
            server.put("a", b"twelve bytes");
            let mut session = AtSession::logged_in(dialect, &server);
            // SIZE is asked in binary, whatever the files are.
            for file_type in [0, 1] {
                session.ok(&format!("AT+QFTPCFG=\"filetype\",{file_type}"));
                assert_eq!(session.ask("AT+QFTPSIZE=\"a\""), "0,12", "{kind:?}");
            }
            let time = session.ask("AT+QFTPMDTM=\"a\"");
            let digits = time
                .strip_prefix("0,\"20")
                .and_then(|time| time.strip_suffix('"'));
            let is_time = |digits: &str| digits.len() == 12 && digits.parse::<u64>().is_ok();
            assert!(digits.is_some_and(is_time), "{kind:?}: {time}");
            let renamed = session.ask("AT+QFTPRENAME=\"a\",\"b c\"");
            assert_eq!(renamed, "0,0", "{kind:?}");
            assert_eq!(server.list(""), ["b c"], "{kind:?}");
            assert_eq!(session.ask("AT+QFTPDEL=\"b c\""), "0,0", "{kind:?}");
            assert_eq!(server.list(""), [""; 0], "{kind:?}");
        }
    }
}

#[test]
fn what_is_not_there_is_627_and_550() {
    let commands = [
        "AT+QFTPCWD=\"missing\"",
        "AT+QFTPSIZE=\"missing\"",
        "AT+QFTPDEL=\"missing\"",
        "AT+QFTPMKDIR=\"missing/a\"",
        "AT+QFTPRMDIR=\"missing\"",
        "AT+QFTPMDTM=\"missing\"",
        "AT+QFTPRENAME=\"missing\",\"a\"",
    ];
    for kind in Kind::ALL {
        let server = Server::start(kind);
        for dialect in DIALECTS {
            let mut session = AtSession::logged_in(dialect, &server);
            for command in commands {
                assert_eq!(session.ask(command), "627,550", "{kind:?}: {command}");
            }
            assert_eq!(session.ask("AT+QFTPPWD"), "0,/", "{kind:?}");
        }
    }
}
