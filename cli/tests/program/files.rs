//! Files up and down over a module that answers by the book.

use std::fs;
use std::io::{Seek, SeekFrom};
use std::process::Child;

use serde_json::json;

use crate::running::{Ended, Run, interrupt};
use crate::scripted::Act::{Give, Meet, Say, Take};
use crate::scripted::Scripted;

#[test]
fn a_file_goes_up_and_the_summary_says_so() {
    let module = Scripted::new(&[
        (
            "AT+QFTPPUT=\"dir/a.txt\",\"COM:\",0,5,1",
            &[Say("CONNECT"), Take(5), Say("OK"), Say("+QFTPPUT: 0,5")],
        ),
        (
            "AT+QFTPSIZE=\"dir/a.txt\"",
            &[Say("OK"), Say("+QFTPSIZE: 0,5")],
        ),
    ]);
    let run = Run::new().with("QFTP_PORT", &module.url());
    run.file("a.txt", "hello");
    let ended = run.run(&["put", "a.txt", "ftp://h/dir/"]).expect(0);
    assert_eq!(ended.text(), "");
    assert!(
        ended
            .stderr
            .starts_with("a.txt -> ftp://h:21/dir/a.txt: 5 B in "),
        "{}",
        ended.stderr
    );
    let quiet = run.run(&["-q", "put", "a.txt", "ftp://h/dir/"]).expect(0);
    assert_eq!(quiet.stderr, "");
    let ended = run
        .run(&["--json", "put", "a.txt", "ftp://h/dir/"])
        .expect(0);
    assert_eq!(ended.stderr, "");
    let document = ended.json();
    assert_eq!(document["bytes"], 5);
    assert_eq!(document["to"], "ftp://h:21/dir/a.txt");
}

#[test]
fn standard_input_goes_up_from_pipe_and_file() {
    let module = Scripted::new(&[
        (
            "AT+QFTPPUT=\"x\",\"COM:\",0,5,1",
            &[Say("CONNECT"), Take(5), Say("OK"), Say("+QFTPPUT: 0,5")],
        ),
        ("AT+QFTPSIZE=", &[Say("OK"), Say("+QFTPSIZE: 0,5")]),
    ]);
    let run = Run::new().with("QFTP_PORT", &module.url());
    run.feed(&["put", "-", "ftp://h/x"], b"hello").expect(0);
    run.file("input", "....hello");
    let mut input = fs::File::open(run.path("input")).expect("the file");
    input.seek(SeekFrom::Start(4)).expect("a place in it");
    let mut command = run.command(&["put", "-", "ftp://h/x"]);
    let output = command.stdin(input).output().expect("the program");
    Ended::from(output).expect(0);
}

#[test]
fn the_log_counts_payload() {
    let module = Scripted::new(&[
        (
            "AT+QFTPPUT=",
            &[Say("CONNECT"), Take(5), Say("OK"), Say("+QFTPPUT: 0,5")],
        ),
        ("AT+QFTPSIZE=", &[Say("OK"), Say("+QFTPSIZE: 0,5")]),
        (
            "AT+QFTPGET=",
            &[
                Say("CONNECT"),
                Give(b"hello"),
                Say("OK"),
                Say("+QFTPGET: 0,5"),
            ],
        ),
    ]);
    let run = Run::new().with("QFTP_PORT", &module.url());
    run.file("a.txt", "hello");
    let ended = run.run(&["-v", "put", "a.txt", "ftp://h/"]).expect(0);
    assert!(
        ended.stderr.contains("< CONNECT\n> (5 bytes)\n< OK\n"),
        "{}",
        ended.stderr
    );
    let ended = run.run(&["-v", "get", "ftp://h/a.txt", "-"]).expect(0);
    assert_eq!(ended.text(), "hello");
    assert!(
        ended.stderr.contains("< CONNECT\n< (5 bytes)\n< OK\n"),
        "{}",
        ended.stderr
    );
}

#[test]
fn a_listing_in_its_three_forms() {
    let module = Scripted::new(&[(
        "AT+QFTPMLSD=\".\",\"COM:\"",
        &[
            Say("CONNECT"),
            Give(b"type=file;size=5;modify=20261121073401; b\r\ntype=dir; a c\r\n"),
            Say("OK"),
            Say("+QFTPMLSD: 0,58"),
        ],
    )]);
    let run = Run::new().with("QFTP_PORT", &module.url());
    assert_eq!(run.run(&["ls", "ftp://h/"]).expect(0).text(), "a c\nb\n");
    assert_eq!(
        run.run(&["ls", "-l", "ftp://h/"]).expect(0).text(),
        "d -  -                    a c\n- 5  2026-11-21 07:34:01  b\n"
    );
    let expected = json!([
        { "name": "a c", "kind": "directory", "size": null, "modified": null, "url": "ftp://h:21/a%20c" },
        { "name": "b", "kind": "file", "size": 5, "modified": "2026-11-21 07:34:01", "url": "ftp://h:21/b" },
    ]);
    assert_eq!(
        run.run(&["--json", "ls", "ftp://h/"]).expect(0).json(),
        expected
    );
}

/// Of more than the socket takes while the module does not read.
fn in_the_middle_of_an_upload(run: &Run, module: &Scripted) -> Child {
    run.file("big", vec![b'x'; 32 << 20]);
    let mut child = run.start(&["--json", "put", "big", "ftp://h/"]);
    module.await_line("AT+QFTPPUT=", &mut child);
    child
}

#[test]
fn an_interrupted_upload_ends_with_130_and_the_line_in_step() {
    let module = Scripted::new(&[
        ("AT+QFTPPUT=", &[Say("CONNECT"), Meet]),
        ("AT+QFTPSTAT", &[Say("OK"), Say("+QFTPSTAT: 0,1")]),
    ]);
    let run = Run::new().with("QFTP_PORT", &module.url());
    let child = in_the_middle_of_an_upload(&run, &module);
    interrupt(&child);
    module.meet();
    let output = child.wait_with_output().expect("the program");
    let ended = Ended::from(output).expect(130);
    assert_eq!(ended.error()["kind"], "interrupted");
    // Out of data mode, and an answer: the next host finds it in sync.
    let typed = module.typed();
    let escape = typed.iter().position(|line| line == "+++");
    let behind = escape.map_or(&[][..], |at| &typed[at..]);
    assert!(behind.iter().any(|line| line == "AT+CMEE?"), "{typed:?}");
}

#[test]
fn a_second_interrupt_ends_it_where_it_stands() {
    // It does not answer behind the payload.
    let module = Scripted::new(&[("AT+QFTPPUT=", &[Say("CONNECT"), Meet]), ("+++", &[])]);
    let run = Run::new().with("QFTP_PORT", &module.url());
    let mut child = in_the_middle_of_an_upload(&run, &module);
    interrupt(&child);
    module.meet();
    module.await_line("+++", &mut child);
    interrupt(&child);
    let output = child.wait_with_output().expect("the program");
    Ended::from(output).expect(130);
    let typed = module.typed();
    assert_eq!(typed.iter().filter(|line| *line == "+++").count(), 1);
}

#[test]
fn an_interrupted_wait_for_standard_input_ends_with_130() {
    let module = Scripted::new(&[]);
    let run = Run::new().with("QFTP_PORT", &module.url());
    let mut command = run.command(&["put", "-", "ftp://h/a"]);
    let mut child = command
        .stdin(std::process::Stdio::piped())
        .spawn()
        .expect("the program");
    let input = child.stdin.take();
    module.await_line("AT+QFTPOPEN=", &mut child);
    interrupt(&child);
    let output = child.wait_with_output().expect("the program");
    drop(input);
    Ended::from(output).expect(130);
}

#[test]
fn a_download_that_fails_leaves_nothing_behind() {
    let module = Scripted::new(&[
        ("AT+QFTPSIZE=", &[Say("OK"), Say("+QFTPSIZE: 0,10")]),
        (
            "AT+QFTPGET=",
            &[
                Say("CONNECT"),
                Give(b"hello"),
                Say("OK"),
                Say("+QFTPGET: 0,5"),
            ],
        ),
    ]);
    let run = Run::new().with("QFTP_PORT", &module.url());
    run.file("a", "old");
    run.run(&["get", "ftp://h/a"]).expect(18);
    assert_eq!(fs::read(run.path("a")).expect("the old file"), b"old");
    assert_eq!(fs::read_dir(run.path("")).expect("the folder").count(), 1);
}
