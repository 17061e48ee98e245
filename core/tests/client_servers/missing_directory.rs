//! A directory that is not there: the server's refusal of an upload into it is the error, and it is not listed as empty.

use qftp::client::{PutMode, PutOptions};
use qftp::dialect;
use qftp_test::servers::{Kind, Server};

use super::trees::lists;
use super::{log_in, put};

/// The modes that ask for nothing first, and those that look for the file.
const BLIND: &[PutMode] = &[PutMode::Replace, PutMode::Resume(0)];
const LOOKING: &[PutMode] = &[PutMode::Continue, PutMode::Append];

#[test]
fn an_upload_into_a_missing_directory_is_the_servers_refusal() {
    let folder = tempfile::tempdir().expect("a folder");
    let [empty, full] = [&b""[..], b"x"].map(|content| {
        let path = folder.path().join(content.len().to_string());
        std::fs::write(&path, content).expect("written");
        path
    });
    // The one says 553, the other 550.
    let cases = [
        (Kind::Vsftpd, BLIND, &full),
        (Kind::Pyftpdlib, BLIND, &empty),
        (Kind::Pyftpdlib, LOOKING, &empty),
    ];
    for (kind, modes, path) in cases {
        let server = Server::start(kind);
        for dialect in dialect::ALL {
            let (_module, mut client) = log_in(&server, dialect);
            for mode in modes {
                let options = PutOptions::new().mode(*mode);
                let put = client.put_file(path, b"missing/f", options);
                let error = put.expect_err("there is no such directory");
                let reply = error.ftp_reply().map(|code| code.0);
                let what = format!("{kind:?} {} {mode:?}: {error}", dialect.name);
                assert!(matches!(reply, Some(550 | 553)), "{what}");
            }
        }
    }
}

#[test]
fn a_missing_directory_is_not_an_empty_one() {
    for kind in Kind::ALL {
        let server = Server::start(kind);
        server.make_folder("empty");
        for dialect in dialect::ALL.iter().filter(|dialect| lists(dialect)) {
            let (_module, mut client) = log_in(&server, dialect);
            let what = format!("{kind:?} {}", dialect.name);
            assert_eq!(client.list(b"empty").expect(&what), [], "{what}");
            assert_eq!(client.list_links(b"empty").expect(&what), [], "{what}");
            client.nlst(b"empty").expect(&what); // some name the directory itself
            client.list(b"missing").expect_err(&what);
            client.list_links(b"missing").expect_err(&what);
            client.nlst(b"missing").expect_err(&what);
            // What is no name at all may stand for names that are not there.
            let _ = client.nlst(b"*.none");
            assert_eq!(client.list(b"empty").expect(&what), [], "{what}");
        }
    }
}

#[test]
fn an_empty_file_is_continued() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("empty");
    std::fs::write(&path, b"").expect("written");
    let server = Server::start(Kind::Pyftpdlib);
    for dialect in dialect::ALL {
        let (_module, mut client) = log_in(&server, dialect);
        let mut go_on = || client.put_file(&path, b"f", PutOptions::new().mode(PutMode::Continue));
        for _ in 0..2 {
            assert_eq!(go_on().expect("it goes up").bytes, 0, "{}", dialect.name);
            assert_eq!(server.get("f").as_deref(), Some(&b""[..]));
        }
        put(&mut client, "f", b"another file", 0);
        let options = PutOptions::new().mode(PutMode::Continue);
        let longer = client.put_file(&path, b"f", options);
        longer.expect_err("it is not that file");
        assert_eq!(server.get("f").as_deref(), Some(&b"another file"[..]));
        client.delete(b"f").expect("deleted");
    }
}
