//! `qftp shell`: scripts, and a person at a terminal.

use std::fs;

use qftp_test::servers::{Kind, PASSWORD, Server, USER};

use crate::dialogue::Dialogue;
use crate::running::Run;

/// A server, the URL of its root, and a home with a few files.
fn with_server(port: &str) -> (Server, String, Run) {
    let server = Server::start(Kind::Pyftpdlib);
    let url = format!("ftp://{USER}@{}/", server.address);
    let run = Run::new()
        .with("QFTP_PORT", port)
        .with("QFTP_PASSWORD", PASSWORD)
        .with("TERM", "xterm")
        .with("NO_COLOR", "1");
    run.file("one.csv", "1")
        .file("two.csv", "22")
        .file("a b", "blank");
    (server, url, run)
}

#[test]
fn a_script_has_the_words_of_lftp() {
    let (server, url, run) = with_server("emulator://ec25");
    let script = "\
# nightly
mkdir -p logs/old; cd logs
mput *.csv; put 'a b'
put one.csv -o old/
ls; size two.csv
mv two.csv old/
cat one.csv
!echo from here
cd ..
pwd
get logs/one.csv 'logs/a b' -o got/
mget logs/old/*.csv
rm logs/*.csv
ls -l logs
rm -r logs
ls
";
    run.file("nightly.txt", script);
    fs::create_dir(run.path("got")).expect("a folder");
    let ended = run
        .run(&["shell", &url, "nightly.txt"])
        .expect(0)
        .lacks(PASSWORD);
    let text = ended.text();
    assert!(
        text.starts_with("a b\nold\none.csv\ntwo.csv\n2  two.csv\n1from here\n/\n"),
        "{text}"
    );
    assert!(text.contains("a b\n") && text.contains(" old\n"), "{text}");
    for (name, content) in [
        ("got/one.csv", "1"),
        ("got/a b", "blank"),
        ("two.csv", "22"),
    ] {
        assert_eq!(fs::read_to_string(run.path(name)).expect(name), content);
    }

    // A mirror of this home's files, and back.
    fs::create_dir(run.path("tree")).expect("a folder");
    run.file("tree/x", "x").file("tree/y", "y");
    let commands = "mirror -R tree away; rm away/x; mirror -R -e tree away; mirror away back";
    let ended = run.run(&["shell", &url, "-c", commands]).expect(0);
    assert!(ended.stderr.contains(" files, "), "{}", ended.stderr);
    assert_eq!(fs::read_to_string(run.path("back/y")).expect("a file"), "y");
    assert_eq!(server.get("away/x").as_deref(), Some(&b"x"[..]));
}

#[test]
fn the_exit_code_is_that_of_the_first_error() {
    let (server, url, run) = with_server("emulator://ec25");
    let ended = run.run(&["shell", &url, "-c", "get nothing; fly; put one.csv"]);
    let ended = ended.expect(19);
    assert!(ended.stderr.contains("nothing: "), "{}", ended.stderr);
    assert!(
        ended.stderr.contains("fly: no such command"),
        "{}",
        ended.stderr
    );
    assert!(server.get("one.csv").is_some());
    let commands = "rmdir nothing; put two.csv";
    run.run(&["shell", "--stop", &url, "-c", commands])
        .expect(9);
    assert_eq!(server.get("two.csv"), None);
    let ended = run
        .feed(&["shell", &url], b"get\nquit\nput two.csv\n")
        .expect(2);
    assert!(
        ended.stderr.contains("hint: get [-a] [-c] FILE"),
        "{}",
        ended.stderr
    );
    assert_eq!(server.get("two.csv"), None);
    run.run(&["shell", &url, "-c", "get 'one"]).expect(2);
    run.run(&["shell", &url, "-c", "!exit 3"]).expect(1);
    run.run(&["shell", &format!("{url}nowhere/"), "-c", "ls"])
        .expect(9);
}

#[test]
fn a_person_completes_names_and_leaves() {
    let (server, url, run) = with_server("emulator://ec25");
    server.put("measured values.txt", b"42");
    server.make_folder("folder");
    let mut person = Dialogue::start(run.command(&["shell", &url]));
    person.sees(":/> ");
    person
        .press("ls\r")
        .sees("folder")
        .sees("measured values.txt")
        .sees(":/> ");
    person.press("get mea\t").sees("measured\\ values.txt");
    person.press("\r").sees("2 B").sees(":/> ");
    person.press("cd fol\t\r").sees(":/folder> ");
    person
        .press("fly\r")
        .sees("no such command")
        .sees(":/folder> ");
    person
        .press("lcd /nowhere\r")
        .sees("/nowhere")
        .sees(":/folder> ");
    person.press("cd -\r").sees(":/> ");
    // What was typed before.
    person.press("\x1b[A\x1b[A\x1b[A\x1b[A").sees("cd folder/");
    person.press("\x03").sees(":/> ");
    person.press("help size\r").sees("show sizes");
    person.press("half\x1d");
    assert_eq!(person.end().0, 0);
    let got = fs::read(run.path("measured values.txt")).expect("a file");
    assert_eq!(got, b"42");
    let history = run.path(".local/state/qftp/shell_history");
    assert!(
        fs::read_to_string(history)
            .expect("a history")
            .contains("cd folder/")
    );
}

#[test]
fn one_sigterm_ends_a_shell_that_waits() {
    let (_server, url, run) = with_server("emulator://ec25");
    let mut person = Dialogue::start(run.command(&["shell", &url]));
    person.sees(":/> ").press("ls").sees("ls");
    assert!(!person.is_cooked());
    person.terminate();
    assert_eq!(person.end().0, 130);
    assert!(person.is_cooked());
}

#[test]
fn a_dialect_without_listings_has_the_rest() {
    let (server, url, run) = with_server("emulator://m95");
    let commands = "mkdir made; cd /made; put one.csv; size one.csv; pwd; ls";
    let ended = run.run(&["shell", &url, "-c", commands]).expect(106);
    assert_eq!(ended.text(), "1  one.csv\n/made\n");
    assert_eq!(server.get("made/one.csv").as_deref(), Some(&b"1"[..]));
}
