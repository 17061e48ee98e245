//! Files between the module's own stores and the server.

use std::fs;

use qftp::dialect::{Dialect, Volume};
use qftp::emulator::EmulatorOptions;

use crate::{DIALECTS, tricky_payload};
use qftp_test::at_session::AtSession;
use qftp_test::servers::{Kind, Server};

/// How a file is named in each place of a dialect (DIALECTS, "local place").
fn places(dialect: &Dialect) -> Vec<String> {
    let name = |store: &Volume| match store {
        Volume::Ufs if !dialect.prefixed_names => "f".to_owned(),
        Volume::Ufs => "UFS:f".to_owned(),
        Volume::Ram => "RAM:f".to_owned(),
        Volume::Sd => "SD:f".to_owned(),
        other => panic!("no name in {other:?}"),
    };
    dialect.stores.iter().map(name).collect()
}

#[test]
fn files_go_between_each_store_and_the_server() {
    let content = tricky_payload();
    let length = content.len();
    for kind in Kind::ALL {
        let server = Server::start(kind);
        server.put("there", &content);
        for dialect in DIALECTS {
            let mut session = AtSession::logged_in(dialect, &server);
            for place in places(dialect) {
                let got = session.ask(&format!("AT+QFTPGET=\"there\",\"{place}\""));
                assert_eq!(got, format!("0,{length}"), "{kind:?} {place}");
                let put = session.ask(&format!("AT+QFTPPUT=\"back\",\"{place}\""));
                assert_eq!(put, format!("0,{length}"), "{kind:?} {place}");
                assert!(server.get("back").as_ref() == Some(&content), "{kind:?}");
                let deleted = session.ask("AT+QFTPDEL=\"back\"");
                assert_eq!(deleted, "0,0", "{kind:?}");

                // From a position on, both ways.
                let half = length / 2;
                let got = session.ask(&format!("AT+QFTPGET=\"there\",\"{place}\",{half}"));
                assert_eq!(got, format!("0,{}", length - half), "{kind:?} {place}");
                session.ok(&format!("AT+QFDEL=\"{place}\""));
                let put = session.ask(&format!("AT+QFTPPUT=\"back\",\"{place}\""));
                assert_eq!(put, "611,0", "{kind:?} {place}");
            }
        }
    }
}

#[test]
fn what_the_module_keeps_lies_in_its_folder() {
    for kind in Kind::ALL {
        let server = Server::start(kind);
        server.put("there", b"hello");
        let ufs = tempfile::tempdir().expect("a folder");
        let mut options = EmulatorOptions::new(DIALECTS[1]);
        options.ufs = Some(ufs.path().to_owned());
        let mut session = AtSession::with(options, &server);
        session.log_in(&server);
        assert_eq!(session.ask("AT+QFTPGET=\"there\",\"UFS:here\""), "0,5");
        let here = fs::read(ufs.path().join("here")).expect("it is there");
        assert_eq!(here, b"hello", "{kind:?}");
        fs::write(ufs.path().join("other"), b"from outside").expect("written");
        assert_eq!(session.ask("AT+QFTPPUT=\"up\",\"UFS:other\""), "0,12");
        let up = server.get("up");
        assert_eq!(up.as_deref(), Some(&b"from outside"[..]), "{kind:?}");
    }
}

#[test]
fn get_002_2_6_that_is_refused_leaves_the_local_file_as_it_was() {
    for kind in Kind::ALL {
        let server = Server::start(kind);
        server.put("there", b"good");
        for dialect in DIALECTS {
            let mut session = AtSession::logged_in(dialect, &server);
            for place in places(dialect) {
                let get = |name: &str| format!("AT+QFTPGET=\"{name}\",\"{place}\"");
                assert_eq!(session.ask(&get("missing")), "627,550", "{kind:?}");
                let missing = session.refusal(&format!("AT+QFLST=\"{place}\""));
                assert_eq!(missing, "405", "{kind:?} {place}");
                assert_eq!(session.ask(&get("there")), "0,4", "{kind:?}");
                assert_eq!(session.ask(&get("missing")), "627,550", "{kind:?}");
                let kept = session.ask(&format!("AT+QFTPPUT=\"back\",\"{place}\""));
                assert_eq!(kept, "0,4", "{kind:?} {place}");
                let back = server.get("back");
                assert_eq!(back.as_deref(), Some(&b"good"[..]), "{kind:?} {place}");
            }
            assert_eq!(session.ask("AT+QFTPPWD"), "0,/", "{kind:?}");
        }
    }
}
