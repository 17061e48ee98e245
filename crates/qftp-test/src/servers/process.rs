//! A server's processes: they end together, with the value that stands for them or with the test program.

use std::fs::{self, File};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{
    Pid, PidfdFlags, Signal, kill_process, kill_process_group, pidfd_open, pidfd_send_signal,
};

/// A process group: the server, its children, and a shell that ends the group when the test program dies and thereby
/// closes the shell's input.
#[derive(Debug)]
pub(crate) struct Process {
    command: Command,
    server: Child,
    watch: Option<Child>,
    log: PathBuf,
}

impl Process {
    pub(crate) fn start(mut command: Command, log: &Path) -> io::Result<Self> {
        let output = File::create(log)?;
        command
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            .process_group(0);
        let server = spawn(&mut command)?;
        let mut process = Process {
            command,
            server,
            watch: None,
            log: log.to_owned(),
        };
        process.watch = process.start_watch();
        Ok(process)
    }

    /// Ends all processes, and starts the server anew by the same command.
    pub(crate) fn restart(&mut self) -> io::Result<()> {
        self.kill();
        self.server = spawn(&mut self.command)?;
        self.watch = self.start_watch();
        Ok(())
    }

    fn start_watch(&self) -> Option<Child> {
        let group = self.server.id().cast_signed();
        // Where the server has ended already there is no group to join, and nothing to watch.
        Command::new("sh")
            .args(["-c", "read -r _; kill -KILL 0"])
            .stdin(Stdio::piped())
            .process_group(group)
            .spawn()
            .ok()
    }

    /// Sends a signal to the server and all its descendants.
    pub(crate) fn signal(&self, signal: Signal) {
        if let Some(server) = Pid::from_raw(self.server.id().cast_signed()) {
            let _ = kill_process(server, signal);
            for descendant in descendants(server) {
                let _ = kill_process(descendant, signal);
            }
        }
    }

    /// Ends all processes at once, and waits until they are gone.
    pub(crate) fn kill(&mut self) {
        // The server was not waited for, or the shell stands in the group: no other process has its number.
        if let Some(server) = Pid::from_raw(self.server.id().cast_signed()) {
            let _ = kill_process(server, Signal::STOP);
            let handles = stop_descendants(server);
            for handle in &handles {
                let _ = pidfd_send_signal(handle, Signal::KILL);
            }
            let _ = kill_process_group(server, Signal::KILL);
            // They hold the server's sockets until they are gone.
            for handle in &handles {
                let _ = poll(&mut [PollFd::new(handle, PollFlags::IN)], None);
            }
        }
        let _ = self.server.wait();
        if let Some(mut watch) = self.watch.take() {
            let _ = watch.wait();
        }
    }

    /// Returns what it said before it ended, if it has.
    pub(crate) fn ended(&mut self) -> io::Result<Option<String>> {
        let status = self.server.try_wait()?;
        Ok(status.map(|status| format!("{status}: {}", self.printed())))
    }

    /// Tells whether it has processes beside its own.
    pub(crate) fn has_children(&self) -> bool {
        Pid::from_raw(self.server.id().cast_signed())
            .is_some_and(|server| !descendants(server).is_empty())
    }

    /// Returns what it printed.
    pub(crate) fn printed(&self) -> String {
        let bytes = fs::read(&self.log).unwrap_or_default();
        String::from_utf8_lossy(&bytes).trim().to_owned()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

fn spawn(command: &mut Command) -> io::Result<Child> {
    let server = command.spawn();
    server.map_err(|error| io::Error::other(format!("{command:?}: {error}")))
}

/// Stops all descendants of a process that is stopped, and returns them. A session of vsftpd leaves the group, and may
/// just be making another process, which is found when it stands still itself.
fn stop_descendants(of: Pid) -> Vec<OwnedFd> {
    let mut stopped = Vec::new();
    let mut handles = Vec::new();
    loop {
        let mut found = descendants(of);
        found.retain(|descendant| !stopped.contains(descendant));
        if found.is_empty() {
            return handles;
        }
        let opened = found
            .iter()
            .filter_map(|descendant| pidfd_open(*descendant, PidfdFlags::empty()).ok());
        for handle in opened {
            let _ = pidfd_send_signal(&handle, Signal::STOP);
            handles.push(handle);
        }
        stopped.extend(found);
    }
}

/// Returns the children of a process, theirs, and so on.
fn descendants(of: Pid) -> Vec<Pid> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pairs: Vec<(Pid, Pid)> = entries
        .filter_map(|entry| child_and_parent(&entry.path().join("stat")))
        .collect();
    let mut family = vec![of];
    let mut next = 0;
    while let Some(&parent) = family.get(next) {
        let children = pairs.iter().filter(|(_, of)| *of == parent);
        family.extend(children.map(|(child, _)| *child));
        next += 1;
    }
    family.split_off(1)
}

/// Parses `<pid> (<name>) <state> <parent> …`; the name may hold anything.
fn child_and_parent(stat: &Path) -> Option<(Pid, Pid)> {
    let stat = fs::read_to_string(stat).ok()?;
    let child = stat.split(' ').next()?.parse().ok()?;
    let (_, rest) = stat.rsplit_once(") ")?;
    let parent = rest.split(' ').nth(1)?.parse().ok()?;
    Some((Pid::from_raw(child)?, Pid::from_raw(parent)?))
}
