//! A person at a terminal: types at the program, and waits for what the screen shows.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

/// No wait of a test takes as long.
const LONGEST: Duration = Duration::from_mins(1);

/// A program on a terminal.
pub(crate) struct Dialogue {
    keys: File,
    screen: Receiver<Vec<u8>>,
    seen: String,
    child: Child,
}

impl Dialogue {
    /// Starts a program whose standard input and outputs are one terminal.
    pub(crate) fn start(mut command: Command) -> Self {
        let keys = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
        grantpt(&keys).expect("granted");
        unlockpt(&keys).expect("unlocked");
        let name = ptsname(&keys, Vec::new()).expect("its name");
        let path = name.to_str().expect("text").to_owned();
        let end = || -> Stdio {
            let end = OpenOptions::new().read(true).write(true).open(&path);
            end.expect("the other end").into()
        };
        command.stdin(end()).stdout(end()).stderr(end());
        let child = command.spawn().expect("the program");
        drop(command); // it holds the terminal open
        let mut reader = File::from(keys.try_clone().expect("a descriptor"));
        let (shown, screen) = mpsc::channel();
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                if shown.send(buffer[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        Dialogue {
            keys: File::from(keys),
            screen,
            seen: String::new(),
            child,
        }
    }

    /// Presses keys.
    pub(crate) fn press(&mut self, keys: &str) -> &mut Self {
        self.keys.write_all(keys.as_bytes()).expect("pressed");
        self
    }

    /// Waits until the screen has shown a text behind the one that was waited for before.
    pub(crate) fn sees(&mut self, text: &str) -> &mut Self {
        let end = Instant::now() + LONGEST;
        loop {
            if let Some(at) = self.seen.find(text) {
                self.seen.drain(..at + text.len());
                return self;
            }
            let left = end.saturating_duration_since(Instant::now());
            match self.screen.recv_timeout(left) {
                Ok(bytes) => self.seen.push_str(&String::from_utf8_lossy(&bytes)),
                Err(RecvTimeoutError::Timeout) => panic!("no {text:?} in {:?}", self.seen),
                Err(RecvTimeoutError::Disconnected) => {
                    panic!("it ended without {text:?}: {:?}", self.seen)
                }
            }
        }
    }

    /// Sends the program a signal that asks it to end.
    pub(crate) fn terminate(&self) {
        let id = i32::try_from(self.child.id()).expect("a process");
        let id = rustix::process::Pid::from_raw(id).expect("a process");
        rustix::process::kill_process(id, rustix::process::Signal::TERM).expect("sent");
    }

    /// Returns true while the terminal gives whole lines and echoes them, as it does at first.
    pub(crate) fn is_cooked(&self) -> bool {
        use rustix::termios::{LocalModes, tcgetattr};
        let modes = tcgetattr(&self.keys).expect("its settings").local_modes;
        modes.contains(LocalModes::ICANON | LocalModes::ECHO)
    }

    /// Waits for the end, and returns the exit code and what the screen has shown since the text before.
    pub(crate) fn end(&mut self) -> (i32, String) {
        while let Ok(bytes) = self.screen.recv_timeout(LONGEST) {
            self.seen.push_str(&String::from_utf8_lossy(&bytes));
        }
        let status = self.child.wait().expect("it ends");
        (status.code().unwrap_or(-1), std::mem::take(&mut self.seen))
    }
}
