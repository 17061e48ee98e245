//! What stands in the memory of the program once its session has ended: no password but in its environment, which is the
//! system's copy.

use std::fs::{self, File};
use std::io::Write as _;
use std::os::fd::OwnedFd;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use qftp::dialect;
use qftp::emulator::{Emulator, EmulatorOptions};
use qftp_test::memory::{copies, waits_in_write};
use qftp_test::servers::{Kind, Server};

/// The bytes that a pipe takes before a write to it waits.
const PIPE: usize = 65536;

/// Runs the program up to the moment at which it prints its result: it has logged out and closed the port.
fn at_the_end(server: &Server, module: &Emulator, prepare: impl FnOnce(&mut Command)) -> Ended {
    let folder = tempfile::tempdir().expect("a folder");
    let (reader, writer) = std::io::pipe().expect("a pipe");
    let mut filler = writer.try_clone().expect("a pipe");
    filler.write_all(&vec![b' '; PIPE]).expect("room in a pipe");
    drop(filler);
    let mut command = Command::new(env!("CARGO_BIN_EXE_qftp"));
    let url = format!("ftp://{}@{}/a.txt", server.user, server.address);
    command
        .args(["--json", "--quiet", "stat", &url])
        .env("QFTP_PORT", module.url().expect("a pseudo terminal"))
        .env("HOME", folder.path())
        .env("XDG_RUNTIME_DIR", folder.path())
        .env_remove("QFTP_PASSWORD")
        .stdin(Stdio::null())
        .stdout(OwnedFd::from(writer))
        .stderr(File::create(folder.path().join("said")).expect("a file"));
    prepare(&mut command);
    let mut child = command.spawn().expect("qftp starts");
    while !waits_in_write(child.id(), 1) {
        let ended = child.try_wait().expect("its state");
        let said = fs::read_to_string(folder.path().join("said"));
        assert!(ended.is_none(), "{ended:?}: {said:?}");
        thread::sleep(Duration::from_millis(20));
    }
    let found = copies(child.id(), server.password.as_bytes());
    child.kill().expect("killed");
    child.wait().expect("its end");
    drop(reader);
    let (environment, elsewhere): (Vec<_>, Vec<_>) = found
        .into_iter()
        .partition(|copy| copy.region == "[stack]" && copy.before.ends_with(b"\0QFTP_PASSWORD="));
    let elsewhere = elsewhere
        .iter()
        .map(|copy| format!("{} behind {}", copy.region, copy.before.escape_ascii()));
    Ended {
        in_environment: environment.len(),
        elsewhere: elsewhere.collect(),
    }
}

/// The copies of the password that were found.
#[derive(Debug, PartialEq, Eq)]
struct Ended {
    in_environment: usize,
    elsewhere: Vec<String>,
}

#[test]
fn no_password_outlives_the_session() {
    let server = Server::start(Kind::Pyftpdlib);
    fs::write(server.root.join("a.txt"), b"12345").expect("written");
    for dialect in dialect::ALL {
        let module = Emulator::on_pty(None, EmulatorOptions::new(dialect)).expect("a module");
        let by_netrc = at_the_end(&server, &module, |command| {
            let home = command.get_envs().find(|(name, _)| *name == "HOME");
            let home = home.and_then(|(_, home)| home).expect("a folder");
            let line = format!(
                "machine 127.0.0.1 login {} password {}\n",
                server.user, server.password
            );
            let netrc = std::path::Path::new(home).join(".netrc");
            fs::write(&netrc, line).expect("written");
        });
        let nothing = Ended {
            in_environment: 0,
            elsewhere: Vec::new(),
        };
        assert_eq!(by_netrc, nothing, "{}", dialect.name);
        let by_environment = at_the_end(&server, &module, |command| {
            command.env("QFTP_PASSWORD", server.password);
        });
        let only_there = Ended {
            in_environment: 1,
            elsewhere: Vec::new(),
        };
        assert_eq!(by_environment, only_there, "{}", dialect.name);
    }
}
