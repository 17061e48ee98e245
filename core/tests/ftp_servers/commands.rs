//! The commands that are a question and an answer, and the login.

use std::net::Ipv6Addr;

use qftp::ftp::{FailureKind, FtpOperation, FtpOutcome, FtpValue};

use crate::client::{Client, account, assert_failed};
use crate::refusal;
use qftp_test::servers::{Kind, Server};

#[test]
fn a_login_needs_user_and_password() {
    for kind in Kind::ALL {
        let server = Server::start(kind);
        let mut client = Client::new();
        let right = account(&server);
        let mut wrong = [right.clone(), right.clone()];
        wrong[0].password = b"wrong".to_vec();
        wrong[1].user = b"nobody-here".to_vec();
        for wrong in wrong {
            assert_eq!(
                refusal(client.run(FtpOperation::Open(wrong))),
                530,
                "{kind:?}"
            );
            assert!(!client.is_open(), "{kind:?}");
            let closed = client.run(FtpOperation::Noop);
            assert_failed(&closed, FailureKind::ControlClosed);
        }
        let login = client
            .run(FtpOperation::Open(right.clone()))
            .expect("a login");
        assert_eq!(login.code, 230, "{kind:?}");
        assert!(!client.transcript().contains(server.password));
        // A second login takes the first one's place.
        client
            .run(FtpOperation::Open(right))
            .expect("a second login");
        client.assert_in_step();
        let farewell = client.run(FtpOperation::Quit).expect("a farewell");
        assert_eq!(farewell.code, 221, "{kind:?}");
        assert!(!client.is_open(), "{kind:?}");
    }
}

#[test]
fn a_server_is_found_by_name_and_on_ipv6() {
    for kind in Kind::ALL {
        // "localhost" may be ::1 first, where no server listens.
        let server = Server::start(kind);
        let mut client = Client::new();
        let mut by_name = account(&server);
        by_name.host = b"localhost".to_vec();
        client.run(FtpOperation::Open(by_name)).expect("a login");
        client.assert_in_step();

        let server = Server::start_at(kind, Ipv6Addr::LOCALHOST.into());
        let mut client = Client::of(&server);
        client.assert_in_step();
    }
}

#[test]
fn folders_are_made_entered_left_and_removed() {
    for kind in Kind::ALL {
        let server = Server::start(kind);
        let mut client = Client::of(&server);
        let mut run = |operation| client.run(operation).expect("it works");
        let path = |outcome: FtpOutcome| match outcome.value {
            FtpValue::Path(path) => String::from_utf8(path).expect("UTF-8"),
            other => panic!("{other:?}"),
        };
        assert_eq!(path(run(FtpOperation::Pwd)), "/");
        let made = run(FtpOperation::MakeDir(b"a \"folder\"".to_vec()));
        assert_eq!(made.code, 257, "{kind:?}");
        assert_eq!(server.list(""), ["a \"folder\""], "{kind:?}");
        run(FtpOperation::Cwd(b"a \"folder\"".to_vec()));
        assert_eq!(path(run(FtpOperation::Pwd)), "/a \"folder\"", "{kind:?}");
        run(FtpOperation::MakeDir(b"b".to_vec()));
        run(FtpOperation::Cwd(b"b".to_vec()));
        assert_eq!(path(run(FtpOperation::Pwd)), "/a \"folder\"/b", "{kind:?}");
        run(FtpOperation::CdUp);
        assert_eq!(path(run(FtpOperation::Pwd)), "/a \"folder\"", "{kind:?}");
        run(FtpOperation::RemoveDir(b"b".to_vec()));
        run(FtpOperation::Cwd(b"/".to_vec()));
        run(FtpOperation::RemoveDir(b"a \"folder\"".to_vec()));
        assert_eq!(server.list(""), [""; 0], "{kind:?}");
        client.assert_in_step();
    }
}

#[test]
fn files_are_measured_dated_renamed_and_deleted() {
    for kind in Kind::ALL {
        let server = Server::start(kind);
        server.put("a", b"twelve bytes");
        server.put("empty", b"");
        let mut client = Client::of(&server);
        let mut run = |operation| client.run(operation).expect("it works");
        assert_eq!(
            run(FtpOperation::Size(b"a".to_vec())).value,
            FtpValue::Size(12)
        );
        assert_eq!(
            run(FtpOperation::Size(b"empty".to_vec())).value,
            FtpValue::Size(0)
        );
        let time = match run(FtpOperation::ModifiedTime(b"a".to_vec())).value {
            FtpValue::Time(time) => String::from_utf8(time).expect("digits"),
            other => panic!("{kind:?}: {other:?}"),
        };
        assert_eq!(time, modified(&server, "a"), "{kind:?}");
        run(FtpOperation::Rename {
            from: b"a".to_vec(),
            to: b"b c".to_vec(),
        });
        assert_eq!(server.list(""), ["b c", "empty"], "{kind:?}");
        run(FtpOperation::Delete(b"b c".to_vec()));
        assert_eq!(server.list(""), ["empty"], "{kind:?}");
        client.assert_in_step();
    }
}

/// As MDTM should say it.
fn modified(server: &Server, name: &str) -> String {
    let output = std::process::Command::new("date")
        .args(["--utc", "+%Y%m%d%H%M%S", "--reference"])
        .arg(server.root.join(name))
        .output()
        .expect("date runs");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

#[test]
fn the_server_says_what_it_is() {
    for kind in Kind::ALL {
        let server = Server::start(kind);
        server.put("a", b"twelve bytes");
        let mut client = Client::of(&server);
        let mut run = |operation| client.run(operation).expect("it works");
        let system = run(FtpOperation::System);
        assert_eq!(system.code, 215, "{kind:?}");
        assert!(system.text.starts_with(b"UNIX"), "{kind:?}: {system:?}");
        assert_eq!(run(FtpOperation::Noop).code, 200, "{kind:?}");
        let status = run(FtpOperation::Status(None));
        assert_eq!(status.code, 211, "{kind:?}");
        let lines = status.text.split(|&byte| byte == b'\n').count();
        // Pure-FTPd has nothing to say but that it is there.
        let expected = if kind == Kind::PureFtpd { 1 } else { 3 };
        assert!(lines >= expected, "{kind:?}: {status:?}");
        let status = run(FtpOperation::Status(Some(b"a".to_vec())));
        assert!(matches!(status.code, 211..=213), "{kind:?}: {status:?}");
        let text = String::from_utf8_lossy(&status.text);
        assert!(text.contains(" 12 "), "{kind:?}: {text}");
        client.assert_in_step();
    }
}

#[test]
fn what_is_not_there_is_refused() {
    let missing = || b"missing".to_vec();
    for kind in Kind::ALL {
        let server = Server::start(kind);
        let mut client = Client::of(&server);
        let operations = [
            FtpOperation::Cwd(missing()),
            FtpOperation::Size(missing()),
            FtpOperation::Delete(missing()),
            FtpOperation::RemoveDir(missing()),
            FtpOperation::ModifiedTime(missing()),
            FtpOperation::Rename {
                from: missing(),
                to: b"b".to_vec(),
            },
            FtpOperation::MakeDir(b"missing/b".to_vec()),
        ];
        for operation in operations {
            let code = refusal(client.run(operation.clone()));
            assert_eq!(code, 550, "{kind:?}: {operation:?}");
        }
        client.assert_in_step();
    }
}

#[test]
fn names_are_bytes() {
    // pyftpdlib takes names for UTF-8 and replaces what is not. Not here: "*", which ProFTPD refuses, "\", which
    // Pure-FTPd refuses, and a space at the front, of which it makes "_".
    let names: [&[u8]; 4] = [
        b"two  words",
        "caf\u{e9} \u{4e2d}".as_bytes(),
        b"100%25;'?[x]",
        b"latin-1 \xe9",
    ];
    for kind in Kind::ALL {
        let server = Server::start(kind);
        let mut client = Client::of(&server);
        for name in names {
            let made = client.run(FtpOperation::MakeDir(name.to_vec()));
            assert!(made.is_ok(), "{kind:?}: {made:?}");
            let replaced = String::from_utf8_lossy(name);
            let name_there = match kind {
                Kind::Pyftpdlib => replaced.as_bytes(),
                Kind::Vsftpd | Kind::ProFtpd | Kind::PureFtpd => name,
            };
            let on_disk = <std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(name_there);
            assert!(server.root.join(on_disk).is_dir(), "{kind:?}: {name:?}");
            let removed = client.run(FtpOperation::RemoveDir(name.to_vec()));
            assert!(removed.is_ok(), "{kind:?}: {removed:?}");
        }
        client.assert_in_step();
    }
}
