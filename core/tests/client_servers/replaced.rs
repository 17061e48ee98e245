//! A file that becomes another one on the server while it is downloaded: what is left here is one of both, and no mixture.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use qftp::ErrorKind;
use qftp::client::{Client, GetOptions, PartMode};
use qftp::dialect;
use qftp_test::servers::{Kind, Server};

use super::log_in;

const SIZE: usize = 700_000;

/// Returns zeros with a mark in every 20000 bytes: most ends of pieces are alike.
fn marked(mark: u8) -> Vec<u8> {
    let mark = |at: usize| if at % 20_000 == 7 { mark } else { 0 };
    (0..SIZE).map(mark).collect()
}

/// Writes a file that was changed so many seconds ago.
fn write(path: &Path, content: &[u8], age: u64) {
    fs::write(path, content).expect("written");
    let time = UNIX_EPOCH + Duration::from_secs(1_700_000_000 - age);
    let file = fs::File::options().write(true).open(path);
    file.expect("a file").set_modified(time).expect("set");
}

/// Downloads, and changes the server's file on the way; returns what came.
fn get(client: &mut Client, target: &Path, part: PartMode, change: impl FnOnce()) -> Vec<u8> {
    let mut change = Some(change);
    let mut progress = |done, _| {
        if done > SIZE as u64 / 2
            && let Some(change) = change.take()
        {
            change();
        }
    };
    let options = GetOptions::new().part(part).progress(&mut progress);
    client.get_file(b"f", target, options).expect("it comes");
    assert!(change.is_none(), "it was changed");
    fs::read(target).expect("there")
}

#[test]
fn a_replaced_file_is_not_mixed_with_the_one_before() {
    let server = Server::start(Kind::Pyftpdlib);
    let folder = tempfile::tempdir().expect("a folder");
    let [there, next] = ["f", "next"].map(|name| server.root.join(name));
    let target = folder.path().join("f");
    let (old, new) = (marked(b'o'), marked(b'n'));
    for dialect in dialect::ALL {
        for part in [PartMode::Discard, PartMode::Leave] {
            let (_module, mut client) = log_in(&server, dialect);
            write(&there, &old, 60);
            write(&next, &new, 0);
            let replace = || fs::rename(&next, &there).expect("replaced");
            let came = get(&mut client, &target, part, replace);
            let what = format!("{} {part:?}", dialect.name);
            assert!(came == old || came == new, "{what}");
        }
    }
}

#[test]
fn a_writer_is_told_of_a_file_that_was_replaced() {
    let server = Server::start(Kind::Pyftpdlib);
    let [there, next] = ["f", "next"].map(|name| server.root.join(name));
    let (old, new) = (marked(b'o'), marked(b'n'));
    let mut told = Vec::new();
    for dialect in dialect::ALL {
        let (_module, mut client) = log_in(&server, dialect);
        write(&there, &old, 60);
        write(&next, &new, 0);
        let mut progress = |done, _| {
            if done > SIZE as u64 / 2 && next.exists() {
                fs::rename(&next, &there).expect("replaced");
            }
        };
        let mut came = Vec::new();
        let options = GetOptions::new().progress(&mut progress);
        match client.get(b"f", &mut came, options) {
            Ok(_) => assert!(came == old || came == new, "{}", dialect.name),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Incomplete, "{error}");
                assert_eq!(error.bytes_confirmed(), None);
                assert!(error.to_string().contains("was replaced"), "{error}");
                told.push(dialect.name);
            }
        }
        assert!(!next.exists(), "it was replaced");
    }
    assert!(told.contains(&"ec2x"), "{told:?}");
}

#[test]
fn a_log_that_grows_comes_as_it_was() {
    let server = Server::start(Kind::Pyftpdlib);
    let folder = tempfile::tempdir().expect("a folder");
    let there = server.root.join("f");
    let target = folder.path().join("f");
    for dialect in dialect::ALL {
        let (_module, mut client) = log_in(&server, dialect);
        let old = marked(b'o');
        write(&there, &old, 60);
        let grow = || {
            let mut file = fs::File::options()
                .append(true)
                .open(&there)
                .expect("a log");
            file.write_all(b"more").expect("written");
        };
        let came = get(&mut client, &target, PartMode::Leave, grow);
        assert!(came == old, "{}", dialect.name);
    }
}
