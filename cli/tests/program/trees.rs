//! Several files at once: patterns, directories, mirrors.

use std::fs;

use qftp_test::servers::Kind;

use crate::running::Run;
use crate::transfers::{outcomes, server_and_home};

/// A tree of two files in two directories.
fn write_tree(run: &Run) {
    fs::create_dir_all(run.path("tree/logs")).expect("made");
    run.file("tree/a.txt", "12345")
        .file("tree/logs/b.csv", "1,2");
}

#[test]
fn patterns_name_files_at_both_ends() {
    let (server, run, url) = server_and_home(Kind::Pyftpdlib, "emulator://ec2x");
    for name in ["a.csv", "b.csv", "c.txt"] {
        run.file(name, name);
    }
    server.make_folder("logs");
    let there = format!("{url}/logs/");
    run.run(&["-q", "put", "*.csv", "c.txt", &there]).expect(0);
    assert_eq!(server.list("logs"), ["a.csv", "b.csv", "c.txt"]);
    let pattern = format!("{there}*.csv");
    // Several files need a directory.
    run.run(&["get", &pattern, "-o", "data"]).expect(23);
    let options = ["get", &pattern, "-o", "data", "--create-dirs", "-R"];
    let ended = run.run(&options).expect(0);
    assert_eq!(ended.stderr.lines().count(), 2, "{}", ended.stderr);
    assert_eq!(fs::read(run.path("data/b.csv")).expect("there"), b"b.csv");
    let time = fs::metadata(server.root.join("logs/b.csv"))
        .expect("there")
        .modified()
        .expect("a time");
    let copy = fs::metadata(run.path("data/b.csv"))
        .expect("there")
        .modified()
        .expect("a time");
    let age = time.duration_since(copy).expect("whole seconds");
    assert!(age.as_secs() == 0, "{age:?}");
    // Names one by one; what is there stays.
    let [a, c] = ["a.csv", "c.txt"].map(|name| format!("{there}{name}"));
    fs::write(run.path("data/a.csv"), b"own").expect("written");
    let words = ["--json", "get", "--no-clobber", &a, &c, "data"];
    let rows = run.run(&words).expect(0).rows();
    assert_eq!(outcomes(&rows), ["skipped", "done"], "{rows:?}");
    assert_eq!(fs::read(run.path("data/a.csv")).expect("there"), b"own");
    let skipped = run.run(&["--json", "put", "--no-clobber", "a.csv", &there]);
    assert_eq!(skipped.expect(0).json()["reason"], "exists");
    // Two files of one name, and a pattern that matches nothing.
    server.make_folder("other");
    server.put("other/a.csv", b"x");
    run.run(&["get", &a, &format!("{url}/other/a.csv"), "data"])
        .expect(2);
    run.run(&["get", &format!("{there}*.bin"), "data"])
        .expect(19);
    run.run(&["-q", "rm", &pattern]).expect(0);
    assert_eq!(server.list("logs"), ["c.txt"]);
}

#[test]
fn no_file_of_a_command_replaces_another_one() {
    let (server, run, url) = server_and_home(Kind::Pyftpdlib, "emulator://ec2x");
    for folder in ["a", "b"] {
        fs::create_dir(run.path(folder)).expect("made");
        run.file(format!("{folder}/x"), folder);
        server.make_folder(folder);
        server.put(&format!("{folder}/y"), folder.as_bytes());
    }
    let there = format!("{url}/");
    let ended = run.run(&["put", "a/x", "b/x", &there]).expect(2);
    assert!(
        ended.stderr.contains("two of the files"),
        "{}",
        ended.stderr
    );
    for script in [
        "put a/x b/x",
        "mput a/x b/x",
        "put a/x b/x -o a/",
        "get a/y b/y",
        "mget */y",
        "get a/y b/y -o ./",
    ] {
        let ended = run.run(&["shell", &there, "-c", script]).expect(2);
        assert!(
            ended.stderr.contains("two of the files"),
            "{}",
            ended.stderr
        );
    }
    assert_eq!(server.list(""), ["a", "b"]);
    assert_eq!(server.list("a"), ["y"]);
    assert!(!run.path("y").exists());
}

#[test]
fn a_name_that_no_command_can_carry_is_told_and_leaves_the_others() {
    let (server, run, url) = server_and_home(Kind::Pyftpdlib, "emulator://ec2x");
    fs::create_dir(run.path("d")).expect("made");
    run.file("d/a\"b", "1")
        .file("d/c\nd", "2")
        .file("d/ok", "3");
    let there = format!("{url}/");
    let all = ["d/a\"b", "d/c\nd", "d/ok", &there];
    for words in [
        &[&["put"], &all[..]].concat()[..],
        &["put", "d/*", &there],
        &["shell", &there, "-c", "mput d/*"],
        &["put", "-r", "d", &there],
    ] {
        let ended = run.run(words).expect(2);
        let told = ["a\"b", "a%22b"]
            .iter()
            .any(|name| ended.stderr.contains(name));
        assert!(told, "{words:?} {}", ended.stderr);
    }
    assert_eq!(server.list(""), ["d", "ok"]);
    assert_eq!(server.list("d"), ["ok"]);
}

#[test]
fn directories_go_up_and_come_back() {
    let (server, run, url) = server_and_home(Kind::Pyftpdlib, "emulator://ec2x");
    write_tree(&run);
    let there = format!("{url}/");
    let refused = run.run(&["put", "tree", &there]).expect(26);
    assert!(
        refused.stderr.contains("-r uploads a directory"),
        "{}",
        refused.stderr
    );
    let ended = run
        .run(&["put", "-r", "--atomic", "tree", &there])
        .expect(0);
    let last = ended.stderr.lines().last().unwrap_or_default().to_owned();
    assert_eq!(last, "2 files, 8 B");
    assert_eq!(server.list("tree"), ["a.txt", "logs"]);
    assert_eq!(server.get("tree/logs/b.csv").as_deref(), Some(&b"1,2"[..]));
    let tree = format!("{url}/tree");
    run.run(&["-q", "get", "-r", &tree, "back"]).expect(0);
    assert_eq!(
        fs::read(run.path("back/logs/b.csv")).expect("there"),
        b"1,2"
    );
    run.run(&["-q", "get", "-r", &format!("{tree}/a.txt"), "one"])
        .expect(0);
    assert_eq!(fs::read(run.path("one")).expect("there"), b"12345");
    // A directory that stands in the way: the others go on.
    fs::remove_file(run.path("back/a.txt")).expect("removed");
    fs::create_dir(run.path("back/a.txt")).expect("made");
    let ended = run.run(&["--json", "get", "-r", &tree, "."]).expect(0);
    assert_eq!(ended.rows().len(), 3);
    fs::rename(run.path("tree"), run.path("was")).expect("renamed");
    fs::rename(run.path("back"), run.path("tree")).expect("renamed");
    let ended = run.run(&["--json", "get", "-r", &tree, "."]).expect(23);
    let rows = ended.rows();
    assert_eq!(outcomes(&rows), ["failed", "done", "done"], "{rows:?}");
    run.run(&["-q", "rm", &tree]).expect(9);
    run.run(&["-q", "rm", "-r", &tree]).expect(0);
    assert_eq!(server.list(""), [""; 0]);
}

#[test]
fn a_mirror_does_what_differs() {
    let (server, run, url) = server_and_home(Kind::Pyftpdlib, "emulator://ec2x");
    write_tree(&run);
    let past = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_700_000_000);
    for name in ["tree/a.txt", "tree/logs/b.csv"] {
        let file = fs::File::options().write(true).open(run.path(name));
        file.expect("a file").set_modified(past).expect("set");
    }
    let there = format!("{url}/m");
    let mirror = |words: &[&str]| {
        run.run(&[&["--json", "mirror"], words].concat())
            .expect(0)
            .rows()
    };
    let rows = mirror(&["-n", "tree", &there]);
    assert!(
        rows.iter().all(|row| row["reason"] == "dry-run"),
        "{rows:?}"
    );
    assert_eq!(server.list(""), [""; 0]);
    assert_eq!(outcomes(&mirror(&["tree", &there])), ["done"; 3]);
    let rows = mirror(&["tree", &there]);
    assert!(
        rows.iter().all(|row| row["reason"] == "up-to-date"),
        "{rows:?}"
    );
    fs::remove_file(run.path("tree/a.txt")).expect("removed");
    let rows = mirror(&["--delete", "tree", &there]);
    assert_eq!(
        (&rows[1]["action"], &rows[1]["outcome"]),
        (&"delete".into(), &"done".into())
    );
    assert_eq!(server.list("m"), ["logs"]);
    let ended = run.run(&["mirror", &format!("{url}/none"), "copy"]);
    let text = ended.expect(19).stderr;
    assert!(
        text.contains("/none: the server does not list it"),
        "{text}"
    );
    fs::create_dir(run.path("copy")).expect("made");
    run.file("copy/stray", "x");
    let told = run
        .run(&["mirror", "--delete", &there, "copy"])
        .expect(0)
        .stderr;
    assert!(told.contains("deleted copy/stray"), "{told}");
    assert!(told.ends_with("1 file, 3 B; 1 deleted\n"), "{told}");
    run.run(&["mirror", "tree", "copy"]).expect(2);
    run.run(&["mirror", &format!("{url}/none"), "copy"])
        .expect(19);
    assert!(run.path("copy/logs/b.csv").exists());
}

#[test]
fn directories_are_made_above_what_is_put() {
    let (server, run, url) = server_and_home(Kind::Pyftpdlib, "emulator://gsm");
    run.file("a", "12345");
    let there = format!("{url}/x/y/a");
    run.run(&["put", "a", &there]).expect(25);
    run.run(&["-q", "put", "--create-dirs", "a", &there])
        .expect(0);
    assert_eq!(server.get("x/y/a").as_deref(), Some(&b"12345"[..]));
    let [deep, file] = ["x/y/z/1", "x/y/a"].map(|path| format!("{url}/{path}"));
    run.run(&["mkdir", &deep]).expect(9);
    run.run(&["mkdir", "-p", &deep, &deep]).expect(0);
    assert!(server.root.join("x/y/z/1").is_dir());
    run.run(&["mkdir", "-p", &file]).expect(9);
    // What the dialect cannot list is refused before a session.
    run.run(&["get", &format!("{url}/x/*"), "."]).expect(106);
    run.run(&["mirror", &format!("{url}/x"), "copy"])
        .expect(106);
    run.run(&["get", "-r", &format!("{url}/x"), "copy"])
        .expect(106);
    // One directory that cannot begin is one error.
    fs::create_dir(run.path("d")).expect("made");
    let ended = run.run(&["put", "-r", "d", &format!("{file}/d")]);
    let ended = ended.expect(25).stderr;
    assert_eq!(ended.matches("error: ").count(), 1, "{ended}");
}

#[test]
fn the_time_holds_for_all_files_together() {
    let (server, run, url) = server_and_home(Kind::Pyftpdlib, "emulator://ec2x");
    run.file("a", "1").file("b", "2");
    let there = format!("{url}/");
    let ended = run
        .run(&["--json", "put", "--max-time", "0", "a", "b", &there])
        .expect(18);
    assert_eq!(outcomes(&ended.rows()), ["done", "failed"]);
    assert_eq!(server.list(""), ["a"]);
}
