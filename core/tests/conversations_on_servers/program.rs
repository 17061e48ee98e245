//! A program of the usual kind for an LTE module: lines are read, payload is counted.

use std::fs;

use qftp::dialect::{self, Family};
use qftp::emulator::{Emulator, EmulatorOptions};

use crate::pyserial::python;
use qftp_test::servers::{Kind, Server};

#[test]
fn it_moves_files_of_any_bytes_both_ways() {
    let all: Vec<u8> = (0..=255).cycle().take(300_000).collect();
    let files: [(&str, &[u8]); 4] = [
        ("empty", b""),
        ("one", b"\x1a"),
        ("all", &all),
        (
            "tricky",
            b"\r\nOK\r\n\r\n+QFTPGET: 0,5\r\n+++\r\nNO CARRIER\r\n",
        ),
    ];
    for kind in Kind::ALL {
        let server = Server::start(kind);
        let lte = dialect::ALL
            .iter()
            .filter(|dialect| dialect.family == Family::Lte);
        for dialect in lte {
            let module = Emulator::on_pty(None, EmulatorOptions::new(dialect)).expect("a module");
            let folder = tempfile::tempdir().expect("a folder");
            let (up, down) = (folder.path().join("up"), folder.path().join("down"));
            fs::create_dir(&up).expect("made");
            fs::create_dir(&down).expect("made");
            for (name, content) in files {
                fs::write(up.join(name), content).expect("written");
            }
            let output = python(include_str!("program.py"))
                .arg(module.path().expect("a pty has a path"))
                .arg(server.address.ip().to_string())
                .arg(server.address.port().to_string())
                .args([server.user, server.password])
                .arg(folder.path())
                .output()
                .expect("it runs");
            let printed = String::from_utf8_lossy(&output.stderr);
            assert_eq!(
                output.stdout, b"done\n",
                "{kind:?} {}: {printed}",
                dialect.name
            );
            for (name, content) in files {
                let there = server.get(name).expect("it went up");
                let back = fs::read(down.join(name)).expect("it came back");
                assert!(there == content && back == content, "{kind:?} {name}");
            }
        }
    }
}
