//! FTPS beside curl.

use std::cell::RefCell;

use qftp::client::{GetOptions, PutOptions, TlsMode};
use qftp::dialect::ec2x::EC2X;
use qftp_bench_cases::Content;
use qftp_test::servers::{Kind, Server, Setup};

use super::peers::curl;
use super::sessions::{trusting, with_port};
use crate::bench::Bench;
use crate::figures::{in_turn, seconds};
use crate::stage::{LineKind, Stage, login, prompt, serve};
use crate::table::{Goal, Row};

const GROUP: &str = "FTPS";

pub(super) fn rows(bench: &Bench) -> Vec<Row> {
    let size = bench.scaled(64 << 20, 4 << 20, 100_000);
    let server = Server::start_with(Kind::Vsftpd, Setup::explicit());
    let content = Content::Random.bytes(size);
    serve(&server, "down", &content);
    let source = bench.folder().join("source");
    std::fs::write(&source, content).expect("written");
    let login = with_port(login(&server).over(trusting(TlsMode::Explicit)), &server);
    let session = Stage::with(bench, prompt(&EC2X), LineKind::Memory, &login);
    let session = RefCell::new(session);
    let mut rows = Vec::new();
    for direction in ["get", "put"] {
        let ours = || {
            let client = &mut session.borrow_mut().client;
            match direction {
                "get" => client.get_file(b"down", &bench.folder().join("down"), GetOptions::new()),
                _ => client.put_file(&source, b"up", PutOptions::new()),
            }
            .expect("a transfer");
        };
        let figures = in_turn(
            bench.rounds(),
            &mut [&mut || seconds(ours), &mut || {
                seconds(|| curl(&server, direction, &source))
            }],
        );
        let what = format!("{direction}, explicit TLS, in process, s");
        rows.push(Row::beside(
            GROUP,
            what,
            &figures[0],
            ("curl --ssl-reqd", &figures[1]),
            Goal::RatioAtMost(1.0),
        ));
    }
    rows
}
