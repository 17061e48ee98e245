//! Round trips: a listing, one more small file, and the AT lines that an operation takes.

use std::cell::RefCell;
use std::io::{self, Write};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use qftp::client::{Client, ClientOptions, GetOptions, Login, PutOptions, Tls, TlsMode};
use qftp::dialect::ec2x::EC2X;
use qftp::dialect::{ALL, Dialect};
use qftp_bench_cases::Content;
use qftp_test::servers::{Kind, Server, Setup, certificates};

use crate::bench::Bench;
use crate::figures::{Figures, in_turn, seconds};
use crate::stage::{LineKind, Lines, Stage, login, open, prompt, serve};
use crate::table::{Goal, Row};

const GROUP: &str = "round trips";

pub(super) fn rows(bench: &Bench) -> Vec<Row> {
    let server = Server::start(Kind::ProFtpd); // it knows MLSD
    let mut rows = listings(bench, &server);
    let vsftpd = Server::start(Kind::Vsftpd);
    rows.extend(small_files(bench, &vsftpd));
    for dialect in ALL {
        rows.push(lines_before_payload(
            bench,
            dialect,
            &login(&vsftpd),
            Goal::AtMost(8.0),
            "",
        ));
    }
    let tls = Server::start_with(Kind::Vsftpd, Setup::explicit());
    serve(&tls, "small", &Content::Random.bytes(1024));
    let login = login(&tls).over(trusting(TlsMode::Explicit));
    let login = with_port(login, &tls);
    rows.push(lines_before_payload(
        bench,
        &EC2X,
        &login,
        Goal::AtMost(12.0),
        " with TLS",
    ));
    rows
}

/// Trusts the authority of the tests.
pub(super) fn trusting(mode: TlsMode) -> Tls {
    let mut tls = Tls::new(mode);
    tls.ca = Some(certificates().authority.clone());
    tls
}

pub(super) fn with_port(mut login: Login, server: &Server) -> Login {
    login.port = server.address.port();
    login
}

fn listings(bench: &Bench, server: &Server) -> Vec<Row> {
    let folder = server.root.join("d");
    std::fs::create_dir(&folder).expect("a folder");
    for n in 0..100 {
        std::fs::write(folder.join(format!("file{n}.bin")), [0; 10]).expect("a file");
    }
    let curl = || {
        let account = format!("{}:{}", server.user, server.password);
        let mut curl = Command::new("curl");
        curl.args([
            "--silent",
            "--disable",
            "--noproxy",
            "*",
            "--user",
            &account,
        ])
        .args(["-X", "MLSD", &server.url("d/")])
        .stdout(Stdio::null());
        assert!(curl.status().expect("curl").success());
    };
    let stage = RefCell::new(Stage::new(bench, &EC2X, LineKind::Pty, server));
    let path = stage.borrow().emulator.path().expect("a path");
    let session = || {
        let entries = stage.borrow_mut().client.mlsd(b"d").expect("a listing");
        assert!(entries.len() >= 100);
    };
    let mut rows = Vec::new();
    let figures = in_turn(
        bench.scaled(11, 3, 1),
        &mut [&mut || seconds(session) * 1e3, &mut || seconds(curl) * 1e3],
    );
    rows.push(Row::beside(
        GROUP,
        "mlsd of 100 entries in a session, ms",
        &figures[0],
        ("curl, whole process", &figures[1]),
        Goal::AtMost(30.0),
    ));
    for dialect in ALL.iter().filter(|dialect| dialect.name != "gsm") {
        let stage = RefCell::new(Stage::new(bench, dialect, LineKind::Pty, server));
        let list = || {
            stage
                .borrow_mut()
                .client
                .list(b"d")
                .map(|entries| entries.len())
        };
        let figures = in_turn(
            bench.scaled(11, 3, 1),
            &mut [&mut || seconds(|| assert!(list().expect("a listing") >= 100)) * 1e3],
        );
        let what = format!("list of 100 entries in a session, {}, ms", dialect.name);
        rows.push(Row::alone(GROUP, what, &figures[0], Goal::AtMost(30.0)));
    }
    drop(stage);
    let _ = path;
    let line = qftp::emulator::Emulator::on_pty(None, prompt(&EC2X)).expect("an emulator");
    let program = || {
        let mut program = Command::new(bench.program());
        program
            .arg("--port")
            .arg(line.path().expect("a path"))
            .args(["--user", server.user, "ls"])
            .arg(server.url("d/"))
            .env("QFTP_PASSWORD", server.password)
            .stdout(Stdio::null());
        assert!(program.status().expect("qftp").success());
    };
    let figures = in_turn(
        bench.scaled(11, 3, 1),
        &mut [&mut || seconds(program) * 1e3, &mut || seconds(curl) * 1e3],
    );
    rows.push(Row::beside(
        GROUP,
        "`qftp ls` of 100 entries, ms",
        &figures[0],
        ("curl", &figures[1]),
        Goal::Open,
    ));
    rows
}

/// One more file of 1 KB in a session, by dialect, beside `ec2x`.
fn small_files(bench: &Bench, server: &Server) -> Vec<Row> {
    let content = Content::Random.bytes(1024);
    serve(server, "small", &content);
    let times = bench.scaled(100, 20, 2);
    let stages: Vec<RefCell<Stage>> = ALL
        .iter()
        .map(|dialect| RefCell::new(Stage::new(bench, dialect, LineKind::Pty, server)))
        .collect();
    let reference = ALL.iter().position(|dialect| dialect.name == EC2X.name);
    let reference = reference.expect("ec2x is a dialect");
    let mut rows = Vec::new();
    for direction in ["get", "put"] {
        let once = |stage: &RefCell<Stage>| {
            let client = &mut stage.borrow_mut().client;
            match direction {
                "get" => client.get(b"small", &mut io::sink(), GetOptions::new()),
                _ => client.put(&mut &content[..], Some(1024), b"up", PutOptions::new()),
            }
            .expect("a transfer")
        };
        let mut sides: Vec<_> = stages
            .iter()
            .map(|stage| {
                move || {
                    seconds(|| (0..times).for_each(|_| drop(once(stage)))) * 1e3 / f64::from(times)
                }
            })
            .collect();
        let mut sides: Vec<&mut dyn FnMut() -> f64> = sides
            .iter_mut()
            .map(|side| side as &mut dyn FnMut() -> f64)
            .collect();
        let figures = in_turn(bench.rounds(), &mut sides);
        for ((dialect, stage), figure) in ALL.iter().zip(&stages).zip(&figures) {
            let more = figure.median() - figures[reference].median();
            let what = format!("{direction} of 1 KB in a session, {}, ms", dialect.name);
            let goal = "within 3 ms of ec2x";
            let mut row = Row::beside(
                GROUP,
                what,
                figure,
                ("ec2x", &figures[reference]),
                Goal::Open,
            )
            .with_goal(goal);
            row.reached = if more <= 3.0 {
                crate::table::Reached::Yes
            } else {
                crate::table::Reached::No
            };
            rows.push(row);
            stage.borrow().lines_sent();
            once(stage);
            let sent = Figures::new([stage.borrow().lines_sent() as f64]);
            let what = format!(
                "{direction} of 1 KB in a session, {}: AT lines",
                dialect.name
            );
            rows.push(Row::alone(GROUP, what, &sent, Goal::AtMost(2.0)));
        }
    }
    rows
}

/// Notes how many lines were sent when the first byte comes.
struct FirstByte<'a> {
    lines: &'a Lines,
    seen: &'a AtomicUsize,
}

impl Write for FirstByte<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let sent = self.lines.lock().expect("lines").len();
        let _ = self
            .seen
            .compare_exchange(0, sent, Ordering::Relaxed, Ordering::Relaxed);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Counts the lines from the open port to the first byte of a file, on a module that an equal session has set up.
fn lines_before_payload(
    bench: &Bench,
    dialect: &'static Dialect,
    login: &Login,
    goal: Goal,
    tls: &str,
) -> Row {
    let count = |lines: &Lines, mut client: Client| {
        let seen = AtomicUsize::new(0);
        client.login(login).expect("a login");
        let mut sink = FirstByte { lines, seen: &seen };
        client
            .get(b"small", &mut sink, GetOptions::new())
            .expect("a download");
        client.logout().expect("a logout");
        client.close();
        seen.into_inner()
    };
    let lines = Lines::default();
    let listening = || {
        let kept = Lines::clone(&lines);
        ClientOptions::new().on_line(move |line| {
            if line.sent {
                kept.lock().expect("lines").push(line.text.to_vec());
            }
        })
    };
    let (emulator, client) = open(bench, prompt(dialect), LineKind::Pty, listening());
    count(&lines, client);
    lines.lock().expect("lines").clear();
    let url = emulator.url().expect("a url");
    let again = count(&lines, listening().open(&url).expect("a client"));
    let what = format!("AT lines to the first byte, {}{tls}", dialect.name);
    Row::alone(GROUP, what, &Figures::new([again as f64]), goal)
}
