//! The lab server, `qftp serve`, beside vsftpd, both by curl.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use qftp_bench_cases::Content;
use qftp_test::servers::{Kind, Server};
use tempfile::TempDir;

use super::peers::curl_as;
use crate::bench::Bench;
use crate::figures::{in_turn, rate, seconds};
use crate::stage::serve;
use crate::table::{Goal, Row};

const GROUP: &str = "lab server";

/// A lab server that runs. It ends with this value.
pub(super) struct Lab {
    child: Child,
    folder: TempDir,
    pub(super) port: u16,
}

impl Lab {
    pub(super) const USER: &'static str = "qftp";
    pub(super) const PASSWORD: &'static str = "word";

    pub(super) fn start(bench: &Bench) -> Self {
        let folder = tempfile::tempdir_in(bench.folder()).expect("a folder");
        let mut child = Command::new(bench.program())
            .arg("serve")
            .arg(folder.path())
            .args(["--listen", "127.0.0.1:0", "--user", Self::USER])
            .env("QFTP_PASSWORD", Self::PASSWORD)
            .stdout(Stdio::piped())
            .spawn()
            .expect("qftp serve");
        let printed = BufReader::new(child.stdout.take().expect("its output"));
        let ready = printed.lines().map_while(Result::ok);
        let ready = ready.into_iter().find(|line| line.starts_with("ready: "));
        let ready = ready.expect("it says that it is ready");
        let port = ready.trim_end_matches('/').rsplit(':').next();
        let port = port.and_then(|port| port.parse().ok()).expect("a port");
        Lab {
            child,
            folder,
            port,
        }
    }

    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(super) fn rows(bench: &Bench) -> Vec<Row> {
    let size = bench.scaled(64 << 20, 4 << 20, 100_000);
    let content = Content::Random.bytes(size);
    let source = bench.folder().join("source");
    std::fs::write(&source, &content).expect("written");
    let server = Server::start(Kind::Vsftpd);
    serve(&server, "down", &content);
    let lab = Lab::start(bench);
    std::fs::write(lab.folder().join("down"), &content).expect("written");
    let account = |user: &str, password: &str| format!("{user}:{password}");
    let ours = (lab.port, account(Lab::USER, Lab::PASSWORD));
    let theirs = (server.address.port(), account(server.user, server.password));
    let mut rows = Vec::new();
    for direction in ["get", "put"] {
        let timed = |(port, account): &(u16, String)| {
            rate(size, seconds(|| curl(direction, *port, account, &source)))
        };
        let figures = in_turn(
            bench.rounds(),
            &mut [&mut || timed(&ours), &mut || timed(&theirs)],
        );
        let what = format!("curl {direction}, MB/s");
        rows.push(
            Row::beside(
                GROUP,
                what,
                &figures[0],
                ("vsftpd", &figures[1]),
                Goal::RatioAtLeast(1.0 / 1.3),
            )
            .with_goal("within 1.3 of vsftpd"),
        );
    }
    rows
}

fn curl(direction: &str, port: u16, account: &str, source: &Path) {
    let mut curl = curl_as(account);
    let url = format!("ftp://127.0.0.1:{port}");
    match direction {
        "get" => curl.args(["--output", "/dev/null"]).arg(url + "/down"),
        _ => curl.arg("--upload-file").arg(source).arg(url + "/up"),
    };
    assert!(curl.status().expect("curl").success(), "curl {direction}");
}
