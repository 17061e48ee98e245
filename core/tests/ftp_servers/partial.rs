//! Downloads that end before the file does, and transfers that are given up: the session remains in sync.

use qftp::ftp::{FailureKind, FtpOperation, FtpStore, FtpTransfer, Retrieve, RetrieveKind};

use crate::client::{Client, assert_failed, bytes, retrieve};
use crate::{ACTIVE, PLAIN, noise};
use qftp_test::servers::{Kind, Server};

fn first(limit: u64, offset: u64, transfer: FtpTransfer) -> Retrieve {
    Retrieve {
        offset,
        limit: Some(limit),
        ..retrieve(RetrieveKind::File, "f", transfer)
    }
}

#[test]
fn a_part_of_a_big_file_leaves_the_session_in_step() {
    // More than all buffers on the way hold together, so that the server is still sending.
    let content = noise(20_000_000);
    for kind in Kind::ALL {
        let server = Server::start(kind);
        server.put("f", &content);
        let mut client = Client::of(&server);
        for transfer in [PLAIN, ACTIVE] {
            for (limit, offset) in [(1_usize, 0_usize), (10_000, 0), (100_001, 5_000_000)] {
                let part = first(limit as u64, offset as u64, transfer.clone());
                let (ending, got) = client.retrieve(part);
                assert_eq!(bytes(ending), limit as u64, "{kind:?}");
                assert!(got == content[offset..offset + limit], "{kind:?}");
                client.assert_in_step();
            }
        }
        assert_eq!(bytes(client.store("g", PLAIN, b"after")), 5, "{kind:?}");
        assert_eq!(server.get("g").as_deref(), Some(&b"after"[..]));
    }
}

#[test]
fn parts_of_a_small_file_leave_the_session_in_step() {
    let content = noise(3_000);
    for kind in Kind::ALL {
        let server = Server::start(kind);
        server.put("f", &content);
        let mut client = Client::of(&server);
        for transfer in [PLAIN, ACTIVE] {
            for limit in [1, 2_999, 3_000, 3_001, 100_000] {
                let (ending, got) = client.retrieve(first(limit, 0, transfer.clone()));
                let expected = limit.min(3_000);
                assert_eq!(bytes(ending), expected, "{kind:?} {limit}");
                assert!(got.len() as u64 == expected && content.starts_with(&got));
                client.assert_in_step();
            }
        }
    }
}

#[test]
fn a_download_that_is_given_up_leaves_the_session_in_step() {
    let content = noise(20_000_000);
    for kind in Kind::ALL {
        let server = Server::start(kind);
        server.put("f", &content);
        let mut client = Client::of(&server);
        for transfer in [PLAIN, ACTIVE] {
            for after in [0, 50_000] {
                let file = retrieve(RetrieveKind::File, "f", transfer.clone());
                let ending = client.give_up_after(after, FtpOperation::Retrieve(file), b"");
                assert_failed(&ending, FailureKind::Cancelled);
                client.assert_in_step();
            }
        }
        let (_, got) = client.get("f", PLAIN);
        assert!(got == content, "{kind:?}");
    }
}

#[test]
fn an_upload_that_is_given_up_leaves_the_session_in_step() {
    let content = noise(1_000_000);
    for kind in Kind::ALL {
        let server = Server::start(kind);
        let mut client = Client::of(&server);
        for transfer in [PLAIN, ACTIVE] {
            for after in [0, 100_000] {
                let store = FtpStore {
                    path: b"f".to_vec(),
                    offset: 0,
                    transfer: transfer.clone(),
                };
                let ending = client.give_up_after(after, FtpOperation::Store(store), &content);
                assert_failed(&ending, FailureKind::Cancelled);
                client.assert_in_step();
            }
        }
        assert_eq!(bytes(client.store("f", PLAIN, &content)), 1_000_000);
        assert!(server.get("f").as_ref() == Some(&content), "{kind:?}");
    }
}

#[test]
fn a_command_that_is_given_up_does_not_answer_the_next() {
    for kind in Kind::ALL {
        let server = Server::start(kind);
        let mut client = Client::of(&server);
        let ending = client.give_up_at_once(FtpOperation::Noop);
        assert_failed(&ending, FailureKind::Cancelled);
        client.assert_in_step();
        let file = retrieve(RetrieveKind::List, "", PLAIN);
        let ending = client.give_up_at_once(FtpOperation::Retrieve(file));
        assert_failed(&ending, FailureKind::Cancelled);
        client.assert_in_step();
    }
}
