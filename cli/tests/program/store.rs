//! `qftp store`: the files of an emulator, which are a folder, and those that it moves to and from a server.

use std::fs;

use qftp_test::servers::{Kind, PASSWORD, Server, USER};

use crate::running::Run;

fn with_store() -> (Run, std::path::PathBuf) {
    let run = Run::new();
    let flash = run.path("flash");
    fs::create_dir(&flash).expect("a folder");
    let port = format!("emulator://ec25?ufs={}", flash.display());
    (run.with("QFTP_PORT", &port), flash)
}

#[test]
fn files_go_into_the_store_and_come_back() {
    let (run, flash) = with_store();
    let content: Vec<u8> = (0..=255).cycle().take(5000).collect();
    run.file("a.bin", &content).file("empty", "");
    let ended = run.run(&["store", "put", "a.bin"]).expect(0);
    assert!(
        ended.stderr.starts_with("a.bin -> a.bin: "),
        "{}",
        ended.stderr
    );
    assert!(fs::read(flash.join("a.bin")).expect("a file") == content);
    let ended = run.run(&["store", "put", "a.bin", "ufs:"]).expect(9);
    assert!(ended.stderr.contains("exists already"), "{}", ended.stderr);
    run.run(&["store", "put", "--force", "a.bin", "ufs:"])
        .expect(0);
    run.feed(&["store", "put", "-", "b"], b"typed").expect(0);
    run.run(&["store", "put", "empty"]).expect(2);
    run.feed(&["store", "put", "-"], b"typed").expect(2);

    let listed = run.run(&["store", "ls"]).expect(0).text();
    assert_eq!(listed, "UFS:a.bin\nUFS:b\n");
    let listed = run.run(&["store", "ls", "-l", "a.bin"]).expect(0).text();
    assert_eq!(listed, "5000  UFS:a.bin\n");
    let listed = run.run(&["--json", "store", "ls"]).expect(0).json();
    assert_eq!(listed[1]["size"], 5);

    run.run(&["store", "get", "UFS:a.bin", "back"]).expect(0);
    assert!(fs::read(run.path("back")).expect("a file") == content);
    assert_eq!(
        run.run(&["store", "get", "b", "-"]).expect(0).stdout,
        b"typed"
    );
    assert_ne!(run.run(&["store", "get", "nothing", "-"]).code, 0);

    let space = run.run(&["--json", "store", "df"]).expect(0).json();
    assert_eq!(space[0]["volume"], "UFS");
    let text = run.run(&["store", "df", "ram"]).expect(0).text();
    assert!(
        text.starts_with("volume ") && text.contains("\nRAM "),
        "{text}"
    );
    run.run(&["store", "df", "COM"]).expect(2);

    run.run(&["store", "rm", "a.bin", "UFS:b"]).expect(0);
    assert_eq!(run.run(&["store", "ls"]).expect(0).text(), "");
    run.run(&["--dialect", "nl668", "store", "ls"]).expect(106);
}

#[test]
fn the_module_moves_files_to_and_from_a_server_by_itself() {
    let server = Server::start(Kind::Pyftpdlib);
    let (run, flash) = with_store();
    let url = format!("ftp://{USER}:{PASSWORD}@{}", server.address);
    let content: Vec<u8> = (0..=255).rev().cycle().take(9000).collect();
    server.put("a.bin", &content);
    run.run(&["store", "fetch", &format!("{url}/a.bin")])
        .expect(0);
    assert!(fs::read(flash.join("a.bin")).expect("a file") == content);
    let ended = run.run(&[
        "--json",
        "store",
        "send",
        "UFS:a.bin",
        &format!("{url}/b.bin"),
    ]);
    let row = ended.expect(0).json();
    assert_eq!(
        (&row["bytes"], &row["verified"]),
        (&9000.into(), &"size".into())
    );
    assert!(server.get("b.bin").as_ref() == Some(&content));
    let missing = format!("{url}/missing");
    let ended = run.run(&["store", "fetch", &missing]).lacks(PASSWORD);
    assert_eq!(ended.code, 19, "{}", ended.stderr);
    let ended = run
        .run(&["store", "send", "missing", &missing])
        .lacks(PASSWORD);
    assert_ne!(ended.code, 0);

    // Files through the store, over the line in a second step.
    run.run(&["get", "--via", "UFS:", &format!("{url}/a.bin"), "back"])
        .expect(0);
    assert!(fs::read(run.path("back")).expect("a file") == content);
    fs::remove_file(flash.join("a.bin")).expect("a file");
    run.run(&["put", "--via", "ram:", "back", &format!("{url}/c.bin")])
        .expect(0);
    assert!(server.get("c.bin").as_ref() == Some(&content));
    let ended = run.run(&["put", "--via", "ufs:mine", "back", &format!("{url}/no/d")]);
    assert_eq!(ended.code, 25, "{}", ended.stderr);
    assert_eq!(run.run(&["store", "ls"]).expect(0).text(), "");
    run.run(&["get", "--via", "COM:", &missing]).expect(2);
}

#[test]
fn a_pipe_is_written_and_not_replaced() {
    use std::os::unix::fs::FileTypeExt as _;
    let (_server, run, url) =
        crate::transfers::server_and_home(qftp_test::servers::Kind::Pyftpdlib, "emulator://ec2x");
    run.file("f", "content");
    run.run(&["-q", "put", "f", &format!("{url}/f")]).expect(0);
    let pipe = run.path("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.expect("mkfifo").success());
    let source = format!("{url}/f");
    let root = format!("{url}/");
    for words in [
        &["get", &source, "pipe"][..],
        &["get", "--via", "UFS:", &source, "pipe"],
        &["shell", &root, "-c", "get f -o pipe"],
        &["shell", &root, "-c", "get -a f -o pipe"],
    ] {
        let path = pipe.clone();
        let reader = std::thread::spawn(move || std::fs::read(path).expect("read"));
        run.run(words).expect(0);
        let kind = std::fs::metadata(&pipe).expect("there").file_type();
        assert!(kind.is_fifo(), "{words:?}");
        assert_eq!(reader.join().expect("the reader"), b"content", "{words:?}");
    }
}
