//! What a terminal sees and a pipe does not: the progress bar, and names that would drive it.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::fd::OwnedFd;
use std::process::Stdio;
use std::thread;

use rustix::io::Errno;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::running::Run;
use crate::scripted::Act::{Give, Say, Take};
use crate::scripted::Scripted;

/// A terminal: its screen, and the end that the program gets.
fn pair() -> (OwnedFd, File) {
    let screen = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
    grantpt(&screen).expect("granted");
    unlockpt(&screen).expect("unlocked");
    let name = ptsname(&screen, Vec::new()).expect("its name");
    let path = name.to_str().expect("text");
    let end = OpenOptions::new().read(true).write(true).open(path);
    (screen, end.expect("the other end"))
}

/// Reads a screen until no program has the terminal open.
fn read_all(mut screen: File) -> String {
    let mut text = Vec::new();
    match screen.read_to_end(&mut text) {
        Ok(_) => {}
        // The error of a terminal that no program has open any more.
        Err(error) if error.raw_os_error() == Some(Errno::IO.raw_os_error()) => {}
        Err(error) => assert_eq!(error.kind(), ErrorKind::Interrupted),
    }
    String::from_utf8_lossy(&text).into_owned()
}

/// A terminal: what the program gets of it, and what a person would see.
fn terminal() -> (Stdio, thread::JoinHandle<String>) {
    let (screen, end) = pair();
    let screen = File::from(screen);
    (end.into(), thread::spawn(move || read_all(screen)))
}

#[test]
fn a_transfer_shows_a_bar_on_a_terminal_alone() {
    let module = Scripted::new(&[
        (
            "AT+QFTPPUT=",
            &[
                Say("CONNECT"),
                Take(2048),
                Say("OK"),
                Say("+QFTPPUT: 0,2048"),
            ],
        ),
        ("AT+QFTPSIZE=", &[Say("OK"), Say("+QFTPSIZE: 0,2048")]),
    ]);
    let run = Run::new()
        .with("QFTP_PORT", &module.url())
        .with("TERM", "xterm");
    run.file("a.bin", vec![b'x'; 2048]);
    let words = ["put", "a.bin", "ftp://h/"];
    let shown = |words: &[&str]| {
        let (end, seen) = terminal();
        let mut command = run.command(words);
        let output = command.stderr(end).output().expect("the program");
        drop(command); // it holds the terminal open
        assert!(output.status.success());
        seen.join().expect("the screen")
    };
    let screen = shown(&words);
    assert!(
        screen.contains("a.bin") && screen.contains("% [") && screen.contains("2.00 KiB"),
        "{screen:?}"
    );
    assert!(!shown(&["-q", "put", "a.bin", "ftp://h/"]).contains('['));
    let pipe = run.run(&words).expect(0).stderr;
    assert!(
        !pipe.contains('[') && !pipe.contains('\x1b') && !pipe.contains('\r'),
        "{pipe:?}"
    );
}

#[test]
fn a_password_is_asked_for_and_not_shown() {
    let module = Scripted::new(&[]);
    let run = Run::new().with("QFTP_PORT", &module.url());
    let words = ["ls", "ftp://bob@h/"];
    let (screen, end) = pair();
    let mut command = run.command(&words);
    let ends = (end.try_clone().expect("a copy"), end);
    let mut program = command
        .stdin(ends.0)
        .stderr(ends.1)
        .spawn()
        .expect("the program");
    drop(command); // it holds the terminal open
    let mut screen = File::from(screen);
    let mut seen = String::new();
    let mut byte = [0];
    // What is typed before the question is thrown away.
    while !seen.ends_with("password for bob on h: ") {
        screen.read_exact(&mut byte).expect("a question");
        seen.push(char::from(byte[0]));
    }
    screen.write_all(b"s3cret\n").expect("typed");
    let rest = thread::spawn(move || read_all(screen));
    program.wait().expect("the end");
    let rest = rest.join().expect("the screen");
    let account = module
        .typed()
        .into_iter()
        .find(|line| line.contains("\"account\""));
    assert_eq!(
        account.as_deref(),
        Some("AT+QFTPCFG=\"account\",\"bob\",\"s3cret\"")
    );
    assert!(
        !seen.contains("s3cret") && !rest.contains("s3cret"),
        "{seen}{rest}"
    );
    let ended = run.run(&words).expect(2);
    assert!(
        ended.stderr.contains("no password for bob on h"),
        "{}",
        ended.stderr
    );
}

#[test]
fn a_password_in_a_url_is_warned_of_on_a_terminal_alone() {
    let module = Scripted::new(&[]);
    let run = Run::new().with("QFTP_PORT", &module.url());
    let warning = "other users of this machine can see the password of a URL";
    let shown = |words: &[&str]| {
        let (end, seen) = terminal();
        let mut command = run.command(words);
        command.stderr(end).output().expect("the program");
        drop(command); // it holds the terminal open
        let text = seen.join().expect("the screen");
        assert!(!text.contains("s3cret"), "{text:?}");
        text
    };
    let words = ["ls", "ftp://bob:s3cret@h/"];
    assert!(shown(&words).contains(warning));
    assert!(!shown(&["ls", "ftp://h/"]).contains(warning));
    assert!(!shown(&["-q", "ls", "ftp://bob:s3cret@h/"]).contains(warning));
    assert!(!run.run(&words).stderr.contains(warning));
}

#[test]
fn names_of_a_server_cannot_drive_a_terminal() {
    let module = Scripted::new(&[(
        "AT+QFTPMLSD=",
        &[
            Say("CONNECT"),
            Give(b"type=file; a\x1b[2J\xff\r\n"),
            Say("OK"),
            Say("+QFTPMLSD: 0,19"),
        ],
    )]);
    let run = Run::new().with("QFTP_PORT", &module.url());
    let (end, seen) = terminal();
    let mut command = run.command(&["ls", "ftp://h/"]);
    let output = command.stdout(end).output().expect("the program");
    drop(command);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(
        seen.join().expect("the screen").trim_end(),
        "a\\u{1b}[2J\\xff"
    );
    let bytes = run.run(&["ls", "ftp://h/"]).expect(0).stdout;
    assert_eq!(bytes, b"a\x1b[2J\xff\n");
}
