//! Many small files to a disk and to memory: what `fsync` costs.

use std::cell::RefCell;
use std::path::Path;

use qftp::client::{FileBatch, GetOptions, PartMode};
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
    let get = |folder: &Path, fsync: bool, batch: &mut Option<FileBatch>| {
        let client = &mut stage.borrow_mut().client;
        for n in 0..times {
            let local = folder.join(format!("file{n}"));
            let mut options = GetOptions::new().part(PartMode::Leave).fsync(fsync);
            if let Some(batch) = batch {
                options = options.batch(batch);
            }
            client
                .get_file(b"small", &local, options)
                .expect("a download");
        }
        let placed = batch.as_mut().map(FileBatch::finish);
        for result in placed.into_iter().flatten() {
            result.expect("a file under its name");
        }
    };
    let together = || Some(FileBatch::new());
    let a_file = |seconds: f64| seconds * 1e3 / f64::from(times);
    let figures = in_turn(
        bench.scaled(3, 1, 1),
        &mut [
            &mut || a_file(seconds(|| get(disk.path(), true, &mut together()))),
            &mut || a_file(seconds(|| get(disk.path(), true, &mut None))),
            &mut || a_file(seconds(|| get(disk.path(), false, &mut None))),
            &mut || a_file(seconds(|| get(bench.folder(), true, &mut None))),
        ],
    );
    let what = format!("get of {times} files of 1 KB to a disk, ms a file");
    let [together, one_by_one, unsynced, memory] = &figures[..] else {
        unreachable!("four sides")
    };
    let row = |how: &str, figures, beside| {
        Row::beside(GROUP, format!("{what}, {how}"), figures, beside, Goal::Open)
    };
    vec![
        row("synced in batches", together, ("one by one", one_by_one)),
        row("synced in batches", together, ("to memory", memory)),
        row("synced one by one", one_by_one, ("to memory", memory)),
        row("not synced", unsynced, ("to memory", memory)),
    ]
}
