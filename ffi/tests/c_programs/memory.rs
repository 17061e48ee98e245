//! What stands in the memory of a C program once its client is freed: no copy of a password that the library made.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{ChildStdout, Stdio};

use qftp::dialect;
use qftp::emulator::{Emulator, EmulatorOptions};
use qftp_test::memory::copies;
use qftp_test::servers::{Kind, Server};

use crate::library::{Linked, Program};

fn line(output: &mut BufReader<ChildStdout>) -> String {
    let mut line = String::new();
    output.read_line(&mut line).expect("text");
    line.trim_end().to_owned()
}

#[test]
fn no_password_outlives_the_client() {
    let server = Server::start(Kind::Pyftpdlib);
    let program = Program::compile("memory", Linked::Shared);
    let password = server.password.as_bytes();
    for dialect in dialect::ALL {
        let module = Emulator::on_pty(None, EmulatorOptions::new(dialect)).expect("a module");
        let mut child = program
            .command()
            .arg(module.url().expect("a pseudo terminal"))
            .arg(server.address.ip().to_string())
            .arg(server.address.port().to_string())
            .arg(server.user)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut input = child.stdin.take().expect("its input");
        let mut output = BufReader::new(child.stdout.take().expect("its output"));
        input.write_all(password).expect("it reads");
        input.write_all(b"\n").expect("it reads");
        assert_eq!(line(&mut output), "open", "{}", dialect.name);
        // An open client keeps its login, to log in again after a fault; so the search finds what is there.
        assert!(!copies(child.id(), password).is_empty(), "{}", dialect.name);
        input.write_all(b"\n").expect("it reads");
        assert_eq!(line(&mut output), "freed", "{}", dialect.name);
        assert_eq!(copies(child.id(), password), [], "{}", dialect.name);
        input.write_all(b"\n").expect("it reads");
        assert!(child.wait().expect("its end").success(), "{}", dialect.name);
    }
}
