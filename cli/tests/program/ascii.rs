//! `--ascii`: texts with the line ends of each end.

use std::fs;

use qftp_test::servers::{Kind, PASSWORD, Server, USER};

use crate::running::Run;

#[test]
fn texts_are_converted_on_the_way() {
    let server = Server::start(Kind::Pyftpdlib);
    let run = Run::new().with("QFTP_PORT", "emulator://ec25");
    let url = format!("ftp://{USER}:{PASSWORD}@{}/text", server.address);
    run.file("text", "one\r\ntwo\n");
    run.run(&["put", "--ascii", "text", &url]).expect(0);
    assert_eq!(server.get("text").as_deref(), Some(&b"one\ntwo\n"[..]));
    run.run(&["get", "--ascii", &url, "-o", "back"]).expect(0);
    assert_eq!(fs::read(run.path("back")).expect("a file"), b"one\ntwo\n");
    let ended = run.run(&["get", "-a", &url, "-o", "-"]).expect(0);
    assert_eq!(ended.stdout, b"one\ntwo\n");
    let commands = "put -a text -o b; get -a b";
    run.run(&["shell", &url[..url.len() - 4], "-c", commands])
        .expect(0);
    assert_eq!(fs::read(run.path("b")).expect("a file"), b"one\ntwo\n");
    run.run(&["get", "--ascii", "--verify", &url]).expect(2);
}
