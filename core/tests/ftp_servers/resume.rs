//! Transfers that begin in the middle of a file.

use qftp::ftp::{FtpOperation, FtpTransfer, Retrieve, RetrieveKind};

use crate::client::{Client, bytes, retrieve};
use crate::{ACTIVE, PLAIN, noise};
use qftp_test::servers::{Kind, Server};

fn from(offset: u64, transfer: FtpTransfer) -> Retrieve {
    Retrieve {
        offset,
        ..retrieve(RetrieveKind::File, "f", transfer)
    }
}

#[test]
fn a_download_goes_on_where_it_is_told() {
    let content = noise(100_000);
    for kind in Kind::ALL {
        let server = Server::start(kind);
        server.put("f", &content);
        let mut client = Client::of(&server);
        for transfer in [PLAIN, ACTIVE] {
            for offset in [1_u32, 65_536, 99_999, 100_000] {
                let (ending, got) = client.retrieve(from(offset.into(), transfer.clone()));
                assert_eq!(bytes(ending), u64::from(100_000 - offset), "{kind:?}");
                assert!(got == content[offset as usize..], "{kind:?} {offset}");
            }
            // No offset is left behind.
            let (_, got) = client.get("f", transfer);
            assert!(got == content, "{kind:?}");
        }
    }
}

#[test]
fn behind_the_end_there_is_nothing() {
    for kind in Kind::ALL {
        let server = Server::start(kind);
        server.put("f", b"0123456789");
        let mut client = Client::of(&server);
        let (ending, got) = client.retrieve(from(11, PLAIN));
        assert_eq!(got, b"", "{kind:?}");
        match kind {
            Kind::Vsftpd => assert_eq!(bytes(ending), 0),
            Kind::ProFtpd | Kind::PureFtpd | Kind::Pyftpdlib => {
                let failure = ending.expect_err("there is no such place");
                assert_eq!(failure.reply, Some(554), "{kind:?}");
            }
        }
        client.assert_in_step();
        let (_, got) = client.get("f", PLAIN);
        assert_eq!(got, b"0123456789", "{kind:?}");
    }
}

#[test]
fn an_upload_goes_on_at_the_end() {
    let content = noise(100_000);
    let (first, second) = content.split_at(60_001);
    for kind in Kind::ALL {
        let server = Server::start(kind);
        let mut client = Client::of(&server);
        for transfer in [PLAIN, ACTIVE] {
            assert_eq!(bytes(client.store("f", transfer.clone(), first)), 60_001);
            let rest = client.store_at("f", 60_001, transfer.clone(), second);
            assert_eq!(bytes(rest), 39_999, "{kind:?}");
            assert!(server.get("f").as_ref() == Some(&content), "{kind:?}");
            // Without an offset the file is replaced.
            assert_eq!(bytes(client.store("f", transfer, b"new")), 3);
            assert_eq!(server.get("f").as_deref(), Some(&b"new"[..]), "{kind:?}");
        }
    }
}

#[test]
fn an_upload_into_the_middle_leaves_the_beginning() {
    for kind in Kind::ALL {
        let server = Server::start(kind);
        let mut client = Client::of(&server);
        server.put("f", b"0123456789");
        assert_eq!(bytes(client.store_at("f", 4, PLAIN, b"xy")), 2);
        let expected: &[u8] = match kind {
            Kind::PureFtpd => b"0123xy",
            Kind::Vsftpd | Kind::ProFtpd | Kind::Pyftpdlib => b"0123xy6789",
        };
        let got = server.get("f").expect("it is there");
        assert_eq!(
            got.escape_ascii().to_string(),
            expected.escape_ascii().to_string(),
            "{kind:?}"
        );
    }
}

/// No server resumes in ASCII: each refuses REST or RETR.
#[test]
fn a_part_of_a_file_is_binary_and_the_whole_is_ascii_again() {
    let ascii = FtpTransfer {
        ascii: true,
        ..PLAIN
    };
    for kind in Kind::ALL {
        let server = Server::start(kind);
        server.put("f", b"0123\n56789");
        let mut client = Client::of(&server);
        let (ending, got) = client.retrieve(from(4, ascii.clone()));
        assert_eq!(bytes(ending), 6, "{kind:?}");
        assert_eq!(got, b"\n56789", "{kind:?}");
        client.assert_in_step();
        let (_, got) = client.get("f", ascii.clone());
        assert_eq!(got, b"0123\r\n56789", "{kind:?}");
        client
            .run(FtpOperation::Delete(b"f".to_vec()))
            .expect("gone");
    }
}
