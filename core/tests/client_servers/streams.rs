//! Downloads to a path that is a pipe: it is written, and not replaced by a file.

use std::fs;
use std::os::unix::fs::FileTypeExt as _;
use std::path::Path;
use std::process::Command;
use std::thread;

use qftp::client::{FileBatch, GetOptions, Task, TreeOptions, TreeOutcome};
use qftp::dialect;
use qftp_test::servers::{Kind, Server};

use super::log_in;
use super::trees::lists;

/// Reads a pipe while something writes it; returns what came.
fn read_from<T>(pipe: &Path, write: impl FnOnce() -> T) -> Vec<u8> {
    let path = pipe.to_owned();
    let reader = thread::spawn(move || fs::read(path).expect("read"));
    write();
    assert!(is_pipe(pipe), "it is a pipe no more");
    reader.join().expect("the reader")
}

fn is_pipe(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| found.file_type().is_fifo())
}

#[test]
fn a_pipe_at_the_path_of_a_download_is_written() {
    let server = Server::start(Kind::Pyftpdlib);
    server.make_folder("d");
    server.put("d/pipe", b"content");
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = folder.path().join("pipe");
    let made = Command::new("mkfifo").arg(&pipe).status();
    assert!(made.expect("mkfifo").success());
    for dialect in dialect::ALL {
        let what = dialect.name;
        let (_module, mut client) = log_in(&server, dialect);
        let mut batch = FileBatch::new();
        let options = GetOptions::new().batch(&mut batch);
        let came = read_from(&pipe, || {
            client.get_file(b"d/pipe", &pipe, options).expect(what)
        });
        assert_eq!(came, b"content", "{what}");
        assert_eq!(batch.finish().len(), 1, "{what}");
        let came = read_from(&pipe, || client.get_ascii_file(b"d/pipe", &pipe));
        assert_eq!(came, b"content", "{what}");
        if Task::Store.check(dialect).is_ok() {
            let mut store = client.store();
            store.upload(&mut &b"stored"[..], 6, b"f").expect(what);
            let came = read_from(&pipe, || store.download_file(b"f", &pipe).expect(what));
            assert_eq!(came, b"stored", "{what}");
        }
        if lists(dialect) {
            let report = client.get_tree(b"d", folder.path(), TreeOptions::new());
            let report = report.expect(what);
            assert!(matches!(report.items[0].outcome, TreeOutcome::Failed(_)));
            assert!(is_pipe(&pipe), "{what}");
        }
    }
}
