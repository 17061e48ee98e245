//! Many small files to a disk and to memory: what `fsync` costs.

use std::cell::RefCell;
use std::path::Path;

use qftp::client::GetOptions;
use qftp::dialect::ec2x::EC2X;
use qftp_bench_cases::Content;
use qftp_test::servers::{Kind, Server};

use crate::bench::Bench;
use crate::figures::{in_turn, seconds};
use crate::stage::{LineKind, Stage, serve};
use crate::table::{Goal, Row};

const GROUP: &str = "small files";

pub(super) fn rows(bench: &Bench) -> Vec<Row> {
    let server = Server::start(Kind::Vsftpd);
    serve(&server, "small", &Content::Random.bytes(1024));
    let times = bench.scaled(1000, 100, 5);
    let stage = RefCell::new(Stage::new(bench, &EC2X, LineKind::Pty, &server));
    let disk = tempfile::tempdir_in(Bench::target()).expect("a folder on the disk");
    let get = |folder: &Path, fsync: bool| {
        let client = &mut stage.borrow_mut().client;
        for n in 0..times {
            let local = folder.join(format!("file{n}"));
            client
                .get_file(b"small", &local, GetOptions::new().fsync(fsync))
                .expect("a download");
        }
    };
    let a_file = |seconds: f64| seconds * 1e3 / f64::from(times);
    let figures = in_turn(
        bench.scaled(3, 1, 1),
        &mut [
            &mut || a_file(seconds(|| get(disk.path(), true))),
            &mut || a_file(seconds(|| get(disk.path(), false))),
            &mut || a_file(seconds(|| get(bench.folder(), true))),
        ],
    );
    let what = format!("get of {times} files of 1 KB to a disk, ms a file");
    let [synced, unsynced, memory] = &figures[..] else {
        unreachable!("three sides")
    };
    vec![
        Row::beside(
            GROUP,
            what.clone() + ", synced",
            synced,
            ("to memory", memory),
            Goal::Open,
        ),
        Row::beside(
            GROUP,
            what + ", not synced",
            unsynced,
            ("to memory", memory),
            Goal::Open,
        ),
    ]
}
