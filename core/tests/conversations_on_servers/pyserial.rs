//! A pseudo terminal that pyserial has opened.

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use qftp::emulator::{Emulator, EmulatorOptions};

use crate::test_terminal::{TIMEOUT, Wire};

/// Python with pyserial, to run this program.
pub(crate) fn python(program: &str) -> Command {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.cache/venv/bin/python");
    assert!(python.exists(), "no Python environment: run `make setup`");
    let mut command = Command::new(python);
    command.args(["-I", "-c", program]);
    command
}

/// A module on a pseudo terminal, and pyserial there.
pub(crate) fn on_a_pty(options: EmulatorOptions) -> (Emulator, Box<dyn Wire>) {
    let module = Emulator::on_pty(None, options).expect("a module");
    let relay = Relay::new(&module.path().expect("a pty has a path"));
    (module, Box::new(relay))
}

/// `pyserial.py`, which hands on what it is told and what it hears.
struct Relay {
    process: Child,
    typed: Option<ChildStdin>,
    heard: Receiver<Vec<u8>>,
}

impl Relay {
    fn new(device: &Path) -> Self {
        let mut process = python(include_str!("pyserial.py"))
            .arg(device)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Python runs");
        let mut output = process.stdout.take().expect("piped");
        let (sender, heard) = channel();
        // It ends when the process does, or when no reader is left.
        thread::spawn(move || {
            let mut buffer = [0; 16 * 1024];
            while let Ok(count @ 1..) = output.read(&mut buffer) {
                if sender.send(buffer[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        Relay {
            typed: process.stdin.take(),
            process,
            heard,
        }
    }
}

impl Wire for Relay {
    fn write(&mut self, bytes: &[u8]) {
        let typed = self.typed.as_mut().expect("open until the end");
        typed.write_all(bytes).expect("the process runs");
        typed.flush().expect("the process runs");
    }

    fn read(&mut self) -> Vec<u8> {
        self.heard.recv_timeout(TIMEOUT).unwrap_or_default()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        // The end of its input ends it; a test that fails does not wait for that.
        self.typed = None;
        if thread::panicking() {
            let _ = self.process.kill();
        }
        let _ = self.process.wait();
    }
}
