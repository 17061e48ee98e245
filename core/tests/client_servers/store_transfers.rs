//! Files that the module moves between a server and its own store, in every dialect that has one.

use qftp::ErrorKind;
use qftp::client::{Support, Task, Verified, support};
use qftp::dialect;
use qftp_test::servers::{Kind, Server};

use crate::{every_byte, get, log_in, put};

#[test]
fn files_go_to_the_store_and_back_to_the_server() {
    let content = every_byte(70_000);
    let mut dialects = 0;
    let server = Server::start(Kind::Pyftpdlib);
    for dialect in dialect::ALL {
        if support(dialect, Task::StoreTransfer) == Support::Missing {
            continue;
        }
        dialects += 1;
        let (_module, mut client) = log_in(&server, dialect);
        server.put("a.bin", &content);
        let name = dialect.name;
        let moved = client.store().fetch(b"a.bin", b"ufs:one").expect(name);
        assert_eq!((moved.bytes, moved.verified), (70_000, Verified::Size));
        let moved = client.store().send(b"one", b"b.bin").expect(name);
        assert_eq!((moved.bytes, moved.verified), (70_000, Verified::Size));
        assert!(server.get("b.bin").as_ref() == Some(&content), "{name}");
        // It replaces what is there, with less, too.
        server.put("a.bin", b"less");
        assert_eq!(
            client
                .store()
                .fetch(b"a.bin", b"UFS:one")
                .expect(name)
                .bytes,
            4
        );
        client.store().send(b"one", b"b.bin").expect(name);
        assert_eq!(server.get("b.bin").as_deref(), Some(&b"less"[..]));
    }
    assert_eq!(dialects, 4);
}

/// What fails leaves the payload of the next transfer on the line.
#[test]
fn a_failure_changes_nothing_for_the_next_transfer() {
    let server = Server::start(Kind::Pyftpdlib);
    for dialect in [&dialect::ec2x::EC2X, &dialect::gsm::GSM] {
        let (_module, mut client) = log_in(&server, dialect);
        let name = dialect.name;
        let error = client.store().fetch(b"missing", b"a").expect_err(name);
        assert_eq!(error.ftp_reply().map(|code| code.0), Some(550), "{error}");
        let error = client.store().send(b"missing", b"a").expect_err(name);
        assert_ne!(error.kind(), ErrorKind::Incomplete, "{error}");
        for wrong in ["COM:", "XYZ:a", "UFS:"] {
            server.put("a", b"x");
            let error = client
                .store()
                .fetch(b"a", wrong.as_bytes())
                .expect_err(name);
            assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{wrong}: {error}");
        }
        put(&mut client, "b", b"over the line", 0);
        assert_eq!(get(&mut client, "b", 0), b"over the line");
        assert_eq!(server.get("b").as_deref(), Some(&b"over the line"[..]));
    }
}
