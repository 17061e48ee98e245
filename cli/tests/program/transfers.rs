//! Whole paths: the program, an emulator, a real server, and back.

use std::ffi::OsString;
use std::fs;
use std::io::{Read, Write};
use std::os::unix::ffi::OsStringExt;
use std::process::Stdio;

use qftp::dialect::{self, CommandKind};
use qftp::emulator::{Emulator, EmulatorOptions};

use crate::running::{Ended, Run, interrupt};
use qftp_test::servers::{Kind, PASSWORD, Server, USER};

/// More than the program sends in one piece when it does not know the size.
const LARGE: usize = 600_000;

/// What a naive reader takes for the end of a download.
const TRICKY_PAYLOAD: &[u8] =
    b"a\r\nOK\r\n\r\n+QFTPGET: 0,1\r\n+++\r\nNO CARRIER\r\n\r\nOK\r\n\r\n+QFTPGET: 0,5\r\n";

fn every_byte(count: usize) -> Vec<u8> {
    (0..=255).cycle().take(count).collect()
}

/// A server, and a home whose `~/.netrc` has the account.
pub(crate) fn server_and_home(kind: Kind, port: &str) -> (Server, Run, String) {
    let server = Server::start(kind);
    let run = Run::new().with("QFTP_PORT", port);
    run.file(
        ".netrc",
        format!("machine 127.0.0.1 login {USER} password {PASSWORD}\n"),
    );
    let url = format!("ftp://{}", server.address);
    (server, run, url)
}

#[test]
fn the_module_s_count_is_the_proof_where_that_is_chosen() {
    for (port, proof) in [("emulator://ec2x", "nothing"), ("emulator://nl668", "size")] {
        let (_server, run, url) = server_and_home(Kind::Vsftpd, port);
        run.file("a", b"12345");
        let there = format!("{url}/a");
        let words = ["put", "--json", "--trust-count", "a", &there];
        let rows = run.run(&words).expect(0).rows();
        assert_eq!(rows[0]["verified"], proof, "{port}");
    }
}

#[test]
fn files_of_every_kind_through_each_dialect_and_back() {
    for dialect in dialect::ALL {
        let module = Emulator::on_pty(None, EmulatorOptions::new(dialect)).expect("a module");
        let (server, run, url) = server_and_home(Kind::Pyftpdlib, &module.url().expect("a path"));
        let files = [
            ("empty", Vec::new()),
            ("one", b"x".to_vec()),
            ("tricky", TRICKY_PAYLOAD.to_vec()),
            ("every byte.bin", every_byte(LARGE)),
        ];
        server.make_folder("in");
        let mut put = vec!["put"];
        for (name, content) in &files {
            run.file(name, content);
            put.push(name);
        }
        let there = format!("{url}/in/");
        put.push(&there);
        let ended = run.run(&put).expect(0);
        assert_eq!(
            (ended.text().as_str(), ended.stderr.lines().count()),
            ("", 4)
        );
        let listed = run.run(&["ls", "--json", &there]);
        // What the manual has no command for is not pretended.
        let listed = if dialect.command(CommandKind::FtpList).is_some() {
            Some(listed.expect(0).json())
        } else {
            listed.expect(106);
            None
        };
        for (name, content) in &files {
            assert!(
                server.get(&format!("in/{name}")).as_ref() == Some(content),
                "{name}"
            );
            let mut from = format!("{there}{}", name.replace(' ', "%20"));
            if let Some(listed) = &listed {
                let entry = listed
                    .as_array()
                    .and_then(|entries| entries.iter().find(|entry| entry["name"] == *name));
                let entry = entry.expect("listed");
                assert_eq!(entry["size"], content.len());
                entry["url"].as_str().expect("a URL").clone_into(&mut from);
            }
            let from = from.as_str();
            run.run(&["get", from, "back"]).expect(0);
            assert!(
                fs::read(run.path("back")).expect("a file") == *content,
                "{name}"
            );
            assert!(
                run.run(&["cat", from]).expect(0).stdout == *content,
                "{name}"
            );
        }
    }
}

#[test]
fn standard_input_and_output() {
    let (server, run, url) = server_and_home(Kind::Pyftpdlib, "emulator://ec2x");
    let content = every_byte(LARGE);
    let there = format!("{url}/a");
    run.feed(&["-q", "put", "-", &there], &content).expect(0);
    assert!(server.get("a").as_ref() == Some(&content));
    let ended = run.run(&["-q", "get", &there, "-"]).expect(0);
    assert!(ended.stdout == content);
    assert_eq!(ended.stderr, "");
    run.feed(&["put", "-", &there], b"").expect(0);
    assert_eq!(server.get("a").as_deref(), Some(&b""[..]));
}

#[test]
fn names_are_bytes() {
    // pyftpdlib keeps only names that are UTF-8.
    let (server, run, url) = server_and_home(Kind::Vsftpd, "emulator://ec2x");
    let name = OsString::from_vec(b"a\xff %\xc3\xa4#?;,".to_vec());
    run.file(&name, "content");
    let mut words: Vec<OsString> = vec!["put".into(), name.clone()];
    words.push(format!("{url}/").into());
    run.run(&words).expect(0);
    assert_eq!(
        fs::read(server.root.join(&name)).expect("there"),
        b"content"
    );
    let there = format!("{url}/a%FF%20%25%C3%A4%23%3F%3B%2C");
    fs::remove_file(run.path(&name)).expect("gone");
    run.run(&["get", &there]).expect(0);
    assert_eq!(fs::read(run.path(&name)).expect("back"), b"content");
}

#[test]
fn parts_of_files() {
    let (server, run, url) = server_and_home(Kind::Pyftpdlib, "emulator://ec2x");
    let content = every_byte(LARGE);
    let there = format!("{url}/a");
    let (first, second) = content.split_at(LARGE / 3);
    run.file("first", first).file("second", second);
    run.run(&["put", "--append", "first", &there]).expect(0);
    run.run(&["put", "--append", "second", &there]).expect(0);
    assert!(server.get("a").as_ref() == Some(&content));
    run.run(&["get", "--continue", &there, "first"]).expect(0);
    assert!(fs::read(run.path("first")).expect("a file") == content);
    // All of it is there already.
    run.run(&["get", "-c", &there, "first"]).expect(0);
    run.file("longer", [&content[..], b"x"].concat());
    run.run(&["get", "-c", &there, "longer"]).expect(2);
    let ended = run
        .run(&["cat", "--offset", "1000", "--length", "10", &there])
        .expect(0);
    assert_eq!(ended.stdout, &content[1000..1010]);
    let end = LARGE.to_string();
    assert_eq!(
        run.run(&["cat", "--offset", &end, &there]).expect(0).text(),
        ""
    );
    let beyond = (LARGE + 1).to_string();
    run.run(&["cat", "--offset", &beyond, &there]).expect(2);
}

#[test]
fn names_on_the_server_change() {
    let (server, run, url) = server_and_home(Kind::Pyftpdlib, "emulator://ec2x");
    server.put("a", b"12345");
    let at = |path: &str| format!("{url}/{path}");
    run.run(&["mkdir", &at("d"), &at("d/e")]).expect(0);
    run.run(&["mv", &at("a"), "d/e/"]).expect(0);
    run.run(&["mv", &at("d/e/a"), &at("d/b")]).expect(0);
    let ended = run.run(&["--json", "stat", &at("d/b")]).expect(0).json();
    assert_eq!(ended["size"], 5);
    assert_eq!(ended["url"], at("d/b"));
    let text = run.run(&["ls", "-l", &at("d")]).expect(0).text();
    let lines: Vec<Vec<&str>> = text
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(lines.len(), 2, "{text}");
    assert_eq!(
        (lines[0][..2].to_vec(), lines[0][4]),
        (vec!["-", "5"], "b"),
        "{text}"
    );
    assert_eq!((lines[1][0], lines[1][4]), ("d", "e"), "{text}");
    let names = run.run(&["ls", &at("d")]).expect(0).text();
    assert_eq!(names, "b\ne\n");
    run.run(&["rmdir", &at("d")]).expect(9);
    run.run(&["rm", &at("d/b")]).expect(0);
    run.run(&["rmdir", &at("d/e/"), &at("d")]).expect(0);
    assert_eq!(server.list(""), [""; 0]);
}

#[test]
fn every_no_of_a_real_server_has_its_exit_code() {
    let (server, run, url) = server_and_home(Kind::Pyftpdlib, "emulator://ec2x");
    server.put("big", &every_byte(LARGE));
    run.file("a", "x");
    let big = format!("{url}/big");
    let missing = format!("{url}/missing");
    let below = format!("{url}/missing/a");
    let wrong = format!("ftp://{USER}:wrong@{}/", server.address);
    let longest = format!("{url}/{}", "x".repeat(255));
    let too_long = format!("{longest}x");
    let unused = std::net::TcpListener::bind("127.0.0.1:0").expect("a socket");
    let unreachable = format!("ftp://{}/", unused.local_addr().expect("an address"));
    drop(unused);
    let cases: &[(&[&str], i32)] = &[
        (&["stat", &too_long], 2),
        (&["stat", &longest], 9),
        (&["ls", "ftp://nowhere.invalid/"], 6),
        (&["ls", &unreachable], 7),
        (&["rm", &missing], 9),
        (&["ls", &missing], 9),
        (&["stat", &missing], 9),
        (&["mv", &missing, "b"], 9),
        (&["get", &missing], 19),
        (&["cat", &missing], 19),
        (&["get", &big, "/dev/full"], 23),
        (&["put", "a", &below], 25),
        (&["ls", &wrong], 67),
    ];
    for (words, code) in cases {
        let ended = run.run(words).expect(*code).lacks("wrong").lacks(PASSWORD);
        assert!(
            ended.stderr.starts_with("error: "),
            "{words:?}: {}",
            ended.stderr
        );
        let error = run
            .run(&[&["--json"], *words].concat())
            .expect(*code)
            .error();
        assert_eq!(error["exit"], *code, "{words:?}");
    }
    assert!(!run.path("missing").exists());
}

/// Returns the outcome of each file.
pub(crate) fn outcomes(rows: &[serde_json::Value]) -> Vec<&str> {
    let outcomes = rows.iter().map(|row| row["outcome"].as_str());
    outcomes
        .map(|outcome| outcome.expect("an outcome"))
        .collect()
}

#[test]
fn a_failure_leaves_the_other_files_and_is_told() {
    let (server, run, url) = server_and_home(Kind::Pyftpdlib, "emulator://ec2x");
    run.file("a", "first")
        .file("b", "second")
        .file("c", "third");
    // A directory stands where the second file is to go.
    server.make_folder("b");
    let there = format!("{url}/");
    let ended = run.run(&["put", "a", "b", "c", &there]).expect(25);
    assert!(ended.stderr.starts_with("a -> "), "{}", ended.stderr);
    let told = ended.stderr.lines().last().unwrap_or_default();
    assert_eq!(told, "error: 2 done, 1 failed");
    let ended = run.run(&["--json", "put", "a", "b", "c", &there]);
    let ended = ended.expect(25);
    assert_eq!(ended.error()["kind"], "put");
    let rows = ended.rows();
    assert_eq!(outcomes(&rows), ["done", "failed", "done"], "{rows:?}");
    assert_eq!(
        (&rows[0]["from"], &rows[0]["bytes"]),
        (&"a".into(), &5.into())
    );
    assert_eq!(rows[1]["error"]["exit"], 25);
    assert_eq!(server.get("a").as_deref(), Some(&b"first"[..]));
    assert_eq!(server.get("c").as_deref(), Some(&b"third"[..]));
    // A file that is missing here leaves the others, too.
    let ended = run.run(&["put", "gone", "c", &there]).expect(26);
    assert!(
        ended.stderr.contains("1 done, 1 failed"),
        "{}",
        ended.stderr
    );

    let [a, missing, b] = ["a", "missing", "b"].map(|name| format!("{url}/{name}"));
    let c = format!("{url}/c");
    let ended = run.run(&["--json", "rm", &a, &missing, &c]).expect(9);
    let rows = ended.rows();
    assert_eq!(outcomes(&rows), ["done", "failed", "done"], "{rows:?}");
    assert_eq!(rows[1]["url"], missing);
    assert_eq!(server.list(""), ["b"]);
    let ended = run.run(&["--json", "rmdir", &missing, &b]).expect(9);
    assert_eq!(outcomes(&ended.rows()), ["failed", "done"]);
}

#[test]
fn a_reader_that_leaves_ends_it_quietly() {
    let (server, run, url) = server_and_home(Kind::Pyftpdlib, "emulator://ec2x");
    server.put("big", &every_byte(LARGE));
    let mut child = run.start(&["cat", &format!("{url}/big")]);
    let mut stdout = child.stdout.take().expect("its output");
    stdout.read_exact(&mut [0; 10]).expect("the beginning");
    drop(stdout);
    let ended = Ended::from(child.wait_with_output().expect("the program")).expect(141);
    assert_eq!(ended.stderr, "");
}

#[test]
fn after_an_interrupt_the_module_serves_the_next_command() {
    let module =
        Emulator::on_pty(None, EmulatorOptions::new(&dialect::ec2x::EC2X)).expect("a module");
    let (server, run, url) = server_and_home(Kind::Pyftpdlib, &module.url().expect("a path"));
    let there = format!("{url}/a");
    let mut command = run.command(&["put", "-", &there]);
    let mut child = command.stdin(Stdio::piped()).spawn().expect("the program");
    let mut input = child.stdin.take().expect("its input");
    input.write_all(&every_byte(LARGE)).expect("taken");
    // The first pieces are on the server, and the program waits for more.
    while fs::metadata(server.root.join("a")).map_or(0, |file| file.len()) == 0 {
        assert!(
            child.try_wait().expect("the program").is_none(),
            "it ended early"
        );
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    interrupt(&child);
    Ended::from(child.wait_with_output().expect("the program")).expect(130);
    drop(input);
    assert_eq!(run.run(&["ls", &url]).expect(0).text(), "a\n");
}

#[test]
fn verify_tells_its_cost_and_the_proof() {
    for dialect in dialect::ALL {
        let module = Emulator::on_pty(None, EmulatorOptions::new(dialect)).expect("a module");
        let port = format!("{}?baud=9600", module.url().expect("a path"));
        let (server, run, url) = server_and_home(Kind::Pyftpdlib, &port);
        run.file("a.bin", every_byte(9600));
        let there = format!("{url}/a.bin");
        let told = run
            .run(&["put", "--verify", "a.bin", &there])
            .expect(0)
            .stderr;
        assert!(
            told.contains("verify reads 9.38 KiB back over the line: about 10 s at 9600 baud"),
            "{told}"
        );
        assert!(told.contains("verified by content"), "{told}");
        assert!(server.get("a.bin").as_deref() == Some(&every_byte(9600)));
        let got = run
            .run(&["get", "--verify", "--json", &there, "b.bin"])
            .expect(0);
        let row = &got.json();
        assert_eq!(
            (&row["verified"], &row["attempts"]),
            (&"content".into(), &1.into())
        );
        assert_eq!(
            fs::read(run.path("b.bin")).expect("a file"),
            every_byte(9600)
        );
        let plain = run
            .run(&["put", "--json", "a.bin", &there])
            .expect(0)
            .json();
        assert_eq!(plain["verified"], "size");
    }
}

#[test]
fn a_module_that_boots_is_waited_for() {
    let run = Run::new();
    let link = run.path("tty");
    let port = link.display().to_string();
    run.run(&["--port", &port, "at", "AT"]).expect(100);
    run.run(&["--port", &port, "--wait", "1", "at", "AT"])
        .expect(100);
    let waiting = run.start(&["--port", &port, "--wait", "600", "at", "AT"]);
    let options = EmulatorOptions::new(dialect::ALL[0]);
    let _module = Emulator::on_pty(Some(&link), options).expect("a module");
    let ended = waiting.wait_with_output().expect("the program");
    assert!(ended.status.success(), "{ended:?}");
}

#[test]
fn a_file_goes_in_pieces_where_that_is_chosen_or_needed() {
    let port = "emulator://nl668?quirks=no-ftpstor,no-ftpretr";
    let (server, run, url) = server_and_home(Kind::Pyftpdlib, port);
    let content = every_byte(5000);
    run.file("up.bin", &content);
    let there = format!("{url}/up.bin");
    let ended = run.run(&["put", "up.bin", &there]).expect(0);
    assert!(ended.stderr.contains("in pieces"), "{}", ended.stderr);
    assert!(server.get("up.bin").as_ref() == Some(&content));
    for words in [
        &["--way", "pieces", "put", "up.bin", &there][..],
        &["--way", "pieces", "get", &there, "down.bin"],
    ] {
        let ended = run.run(words).expect(0);
        assert!(!ended.stderr.contains("warning"), "{}", ended.stderr);
    }
    assert!(fs::read(run.path("down.bin")).expect("it came") == content);
    run.run(&["--way", "stream", "get", &there, "none"])
        .expect(103);
    run.run(&["--way", "sideways", "get", &there, "none"])
        .expect(2);
    assert!(!run.path("none").exists());
}
