//! The manuals' examples typed at an emulator that has a real FTP server to talk to: over a line within this
//! process, and over a pseudo terminal by pyserial, a host that shares nothing with this library.
#![cfg(unix)]

mod program;
mod pyserial;
mod test_terminal;

use qftp::emulator::{Emulator, EmulatorOptions};
use qftp_test::conversation::play::play;
use qftp_test::conversation::{Conversation, Step, examples};
use qftp_test::servers::{Kind, Server, Setup, Version};
use test_terminal::{TestTerminal, Wire};

/// vsftpd has no MLSD.
fn is_for(kind: Kind, conversation: &Conversation) -> bool {
    kind != Kind::Vsftpd || !types(conversation, "+QFTPMLSD")
}

fn types(conversation: &Conversation, text: &str) -> bool {
    let has = |step: &Step| matches!(step, Step::Type(line) if line.contains(text));
    conversation.steps.iter().any(has)
}

/// For the examples with TLS, one of which asks for version 1.0.
fn secure_server(kind: Kind) -> Option<Server> {
    let setup = Setup {
        version: Version::V1_0,
        ..Setup::implicit()
    };
    kind.can(&setup).then(|| Server::start_with(kind, setup))
}

fn every_example_on(kind: Kind, make: fn(EmulatorOptions) -> (Emulator, Box<dyn Wire>)) {
    let plain = Server::start(kind);
    let secure = secure_server(kind);
    let mut played = 0;
    for (dialect, conversations) in examples() {
        for conversation in conversations {
            let server = if types(&conversation, "\"ssltype\",1") {
                secure.as_ref()
            } else {
                Some(&plain)
            };
            let Some(server) = server.filter(|_| is_for(kind, &conversation)) else {
                continue;
            };
            let (_module, wire) = make(EmulatorOptions::new(dialect));
            let mut terminal = TestTerminal::new(server, wire);
            let title = &conversation.title;
            assert!(play(&conversation, &mut terminal), "{kind:?}: {title}");
            played += 1;
        }
    }
    assert!(played >= 28, "{played}");
}

#[test]
fn every_example_on_vsftpd() {
    every_example_on(Kind::Vsftpd, test_terminal::within_this_process);
}

#[test]
fn every_example_on_proftpd() {
    every_example_on(Kind::ProFtpd, test_terminal::within_this_process);
}

#[test]
fn every_example_on_pureftpd() {
    every_example_on(Kind::PureFtpd, test_terminal::within_this_process);
}

#[test]
fn every_example_on_pyftpdlib() {
    every_example_on(Kind::Pyftpdlib, test_terminal::within_this_process);
}

#[test]
fn every_example_by_pyserial() {
    every_example_on(Kind::Pyftpdlib, pyserial::on_a_pty);
}
