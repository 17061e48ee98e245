//! `qftp` in the background, as a test runs it: started, waited for, ended by a signal.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// Long enough for a machine under load; it ends at once.
const TIMEOUT: Duration = Duration::from_secs(10);

/// A `qftp` that says `ready: ...` and runs until it is told to end.
pub(crate) struct Background {
    child: Child,
    output: BufReader<ChildStdout>,
    /// What it printed before it was ready, a line each.
    pub(crate) printed: Vec<String>,
    /// What stood behind `ready: `.
    pub(crate) ready: String,
}

impl Background {
    /// Starts it and waits until it is ready.
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("qftp starts");
        let output = child.stdout.take().expect("its standard output");
        let mut background = Background {
            child,
            output: BufReader::new(output),
            printed: Vec::new(),
            ready: String::new(),
        };
        loop {
            let mut line = String::new();
            let count = background.output.read_line(&mut line).expect("a line");
            assert!(
                count > 0,
                "it ended before it was ready: {:?}",
                background.printed
            );
            let line = line.trim_end();
            if let Some(ready) = line.strip_prefix("ready: ") {
                background.ready = ready.to_owned();
                return background;
            }
            background.printed.push(line.to_owned());
        }
    }

    /// The number of its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Kills it, and waits until it is gone.
    #[allow(dead_code, reason = "the tests in `kills` use it")]
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("a signal is sent");
        self.child.wait().expect("its end");
    }

    /// Sends a signal, waits for the end; how it ended, and what it printed after it was ready.
    pub(crate) fn end(mut self, signal: Signal) -> (ExitStatus, String) {
        let pid = Pid::from_child(&self.child);
        kill_process(pid, signal).expect("a signal is sent");
        let mut rest = String::new();
        self.output.read_to_string(&mut rest).expect("text");
        (self.child.wait().expect("it ends"), rest)
    }
}

impl Drop for Background {
    /// By a signal that lets it clean up, where it still runs.
    fn drop(&mut self) {
        let begun = Instant::now();
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = kill_process(Pid::from_child(&self.child), Signal::TERM);
        }
        while matches!(self.child.try_wait(), Ok(None)) {
            if begun.elapsed() > TIMEOUT {
                let _ = self.child.kill();
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// The program, free of what the environment of the test says.
pub(crate) fn qftp(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qftp"));
    command.args(arguments);
    for name in ["QFTP_PORT", "QFTP_PASSWORD"] {
        command.env_remove(name);
    }
    command
}

/// Returns the most memory that a process has used, in bytes.
pub(crate) fn peak_memory(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"));
    let status = status.expect("the process runs");
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = peak.and_then(|peak| peak.split_whitespace().next());
    peak.expect("a peak").parse::<u64>().expect("a number") * 1024
}
