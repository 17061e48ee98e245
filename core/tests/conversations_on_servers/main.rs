//! The manuals' examples typed at a software module that has a real FTP server to talk to: over a line within this
//! process, and over a pseudo terminal by pyserial, a host that shares nothing with this library.
#![cfg(unix)]

#[path = "../conversation/mod.rs"]
#[allow(dead_code)] // the module's side of it is played elsewhere
mod conversation;
mod desk;
mod program;
mod pyserial;
#[path = "../servers/mod.rs"]
mod servers;

use conversation::play::play;
use conversation::{Conversation, Step, examples};
use desk::{Desk, Wire};
use qftp::soft::{Options, SoftModule};
use servers::{Kind, Server};

/// vsftpd has no MLSD.
fn is_for(kind: Kind, conversation: &Conversation) -> bool {
    let asks_mlsd = |step: &Step| matches!(step, Step::Type(line) if line.contains("+QFTPMLSD"));
    kind != Kind::Vsftpd || !conversation.steps.iter().any(asks_mlsd)
}

fn every_example_on(kind: Kind, make: fn(Options) -> (SoftModule, Box<dyn Wire>)) {
    let server = Server::start(kind);
    let mut played = 0;
    for (dialect, conversations) in examples() {
        for conversation in conversations {
            if !is_for(kind, &conversation) {
                continue;
            }
            let (_module, wire) = make(Options::new(dialect));
            let mut desk = Desk::new(&server, wire);
            let title = &conversation.title;
            assert!(play(&conversation, &mut desk), "{kind:?}: {title}");
            played += 1;
        }
    }
    assert!(played >= 28, "{played}");
}

#[test]
fn every_example_on_vsftpd() {
    every_example_on(Kind::Vsftpd, desk::within_this_process);
}

#[test]
fn every_example_on_proftpd() {
    every_example_on(Kind::ProFtpd, desk::within_this_process);
}

#[test]
fn every_example_on_pureftpd() {
    every_example_on(Kind::PureFtpd, desk::within_this_process);
}

#[test]
fn every_example_on_pyftpdlib() {
    every_example_on(Kind::Pyftpdlib, desk::within_this_process);
}

#[test]
fn every_example_by_pyserial() {
    every_example_on(Kind::Pyftpdlib, pyserial::on_a_pty);
}
