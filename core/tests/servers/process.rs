//! A server's processes: they end together, with the value that stands for them or with the test program.

use std::fs::{self, File};
use std::io;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process_group};

/// A process group: the server, its children, and a shell that ends the group when the test program dies and thereby
/// closes the shell's input.
#[derive(Debug)]
pub(super) struct Process {
    server: Child,
    watch: Option<Child>,
    log: PathBuf,
}

impl Process {
    pub(super) fn start(mut command: Command, log: &Path) -> io::Result<Self> {
        let output = File::create(log)?;
        let server = command
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            .process_group(0)
            .spawn()
            .map_err(|error| io::Error::other(format!("{command:?}: {error}")))?;
        let mut process = Process {
            server,
            watch: None,
            log: log.to_owned(),
        };
        let group = process.server.id().cast_signed();
        // Where the server has ended already there is no group to join, and nothing to watch.
        process.watch = Command::new("sh")
            .args(["-c", "read -r _; kill -KILL 0"])
            .stdin(Stdio::piped())
            .process_group(group)
            .spawn()
            .ok();
        Ok(process)
    }

    /// What it said before it ended, if it has.
    pub(super) fn ended(&mut self) -> io::Result<Option<String>> {
        let status = self.server.try_wait()?;
        Ok(status.map(|status| format!("{status}: {}", self.said())))
    }

    /// What it printed.
    pub(super) fn said(&self) -> String {
        let bytes = fs::read(&self.log).unwrap_or_default();
        String::from_utf8_lossy(&bytes).trim().to_owned()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // The server was not waited for, or the shell stands in the group: its number is nobody else's.
        if let Some(group) = Pid::from_raw(self.server.id().cast_signed()) {
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.server.wait();
        if let Some(mut watch) = self.watch.take() {
            let _ = watch.wait();
        }
    }
}
