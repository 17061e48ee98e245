//! One run: its emulator on a pseudo terminal, its server, and its files at both ends.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};

use qftp::dialect::Dialect;
use qftp::emulator::{Emulator, EmulatorOptions, FaultRule, TraceEvent, TraceKind};
use tempfile::TempDir;

use super::form::Form;
use super::{Failure, RunEnd, Surface};
use crate::confirmed::{begins_right, part_begins_with};
use crate::servers::Server;
use crate::tally::Verdict;

/// Bytes that are there before a transfer is continued.
const BEFORE: usize = 700;
const EARLIER: &[u8] = b"an earlier log\r\n";
/// The file that the next operation asks for.
const OTHER: &str = "other";
const OTHER_SIZE: usize = 10;

/// A transfer, with the ends that it runs between.
#[derive(Debug)]
pub struct Scene<'a> {
    /// The module's dialect.
    pub dialect: &'static Dialect,
    /// The form of the transfer.
    pub form: Form,
    /// The content of the file.
    pub content: &'a [u8],
    /// The server.
    pub server: &'a Server,
    /// The remote file, which no other run has.
    pub remote: String,
    /// The path of the emulator's pseudo terminal.
    pub port: String,
    changes_bytes: bool,
    emulator: Emulator,
    events: Receiver<TraceEvent>,
    folder: TempDir,
}

impl<'a> Scene<'a> {
    pub(super) fn new(
        dialect: &'static Dialect,
        form: Form,
        content: &'a [u8],
        seed: u64,
        server: &'a Server,
        number: usize,
    ) -> Self {
        let (sender, events) = channel();
        let mut options = EmulatorOptions::new(dialect);
        options.trace = Some(sender);
        options.fault_plan.seed = seed;
        let emulator = Emulator::on_pty(None, options).expect("a module");
        let scene = Scene {
            dialect,
            form,
            content,
            server,
            remote: format!("run-{number}.bin"),
            port: emulator.url().expect("a pseudo terminal"),
            changes_bytes: false,
            emulator,
            events,
            folder: tempfile::tempdir().expect("a folder"),
        };
        scene.lay_out();
        scene
    }

    /// Makes the files that are there before.
    fn lay_out(&self) {
        let begun = &self.content[..BEFORE.min(self.content.len())];
        match self.form {
            Form::Put => {}
            Form::Append => write_remote(self.server, &self.remote, EARLIER),
            Form::Resume | Form::PutContinue => write_remote(self.server, &self.remote, begun),
            Form::Get => write_remote(self.server, &self.remote, self.content),
            Form::GetContinue => {
                write_remote(self.server, &self.remote, self.content);
                fs::write(self.target(), begun).expect("written");
            }
        }
        fs::write(self.source(), self.content).expect("written");
    }

    fn remote_path(&self) -> PathBuf {
        self.server.root.join(&self.remote)
    }

    /// Returns the folder of the run's files on this side.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Returns the local file of an upload.
    pub fn source(&self) -> PathBuf {
        self.folder.path().join("source")
    }

    /// Returns the local file of a download.
    pub fn target(&self) -> PathBuf {
        self.folder.path().join("target")
    }

    /// Returns the remote file that the next operation asks the size of.
    pub fn other(&self) -> &'static str {
        OTHER
    }

    /// Returns the place in the content where the transfer begins.
    pub fn from(&self) -> usize {
        match self.form {
            Form::Resume => BEFORE.min(self.content.len()),
            _ => 0,
        }
    }

    /// Runs the transfer on a surface with a fault, and the next operation behind it.
    pub(super) fn run<S: Surface>(&mut self, rule: &str, changes_bytes: bool) -> RunEnd {
        self.changes_bytes = changes_bytes;
        let mut surface = S::open(self);
        let parsed: FaultRule = rule.parse().expect(rule);
        if self.emulator.add_fault(parsed).is_err() {
            return RunEnd {
                verdict: Verdict::Unsupported,
                text: String::new(),
            };
        }
        let result = surface.transfer(self);
        let fired = self.has_fired();
        let mut verdict = match &result {
            Err(failure) if failure.is_unsupported => Verdict::Unsupported,
            Ok(_) if !self.is_whole() => self.difference(),
            Err(failure) if !self.is_true::<S>(failure) => Verdict::Untrue,
            _ if !fired => Verdict::NoFault,
            Ok(1) => Verdict::Whole,
            Ok(_) => Verdict::Retried,
            Err(_) => Verdict::Error,
        };
        let mut text = match &result {
            Ok(attempts) => format!("{attempts} tries"),
            Err(Failure {
                text,
                bytes_confirmed,
                ..
            }) => format!("{text} ({bytes_confirmed} bytes confirmed)"),
        };
        if !verdict.is_wrong()
            && let Err(problem) = surface.size_of_other(self).and_then(check_other)
        {
            verdict = Verdict::Stuck;
            text = format!("{text}; then: {problem}");
        }
        if verdict.is_wrong() {
            text = format!("{text}\n    {}", surface.log());
        }
        RunEnd { verdict, text }
    }

    fn has_fired(&self) -> bool {
        // An order is carried out behind all that happened before it.
        let _ = self.emulator.clear_faults();
        self.events
            .try_iter()
            .any(|event| matches!(event.kind, TraceKind::FaultRule { .. }))
    }

    /// Returns what is at the end of the transfer, and what should be.
    fn ends(&self) -> (Vec<u8>, Vec<u8>) {
        let there = if self.form.is_upload() {
            self.remote_path()
        } else {
            self.target()
        };
        let right = match self.form {
            Form::Append => [EARLIER, self.content].concat(),
            _ => self.content.to_vec(),
        };
        (fs::read(there).unwrap_or_default(), right)
    }

    fn is_whole(&self) -> bool {
        let (there, right) = self.ends();
        there == right
    }

    fn difference(&self) -> Verdict {
        let (there, right) = self.ends();
        if there.len() == right.len() && self.changes_bytes {
            Verdict::Changed
        } else {
            Verdict::Silent
        }
    }

    /// Returns true if the bytes that a failure confirms are in their place.
    fn is_true<S: Surface>(&self, failure: &Failure) -> bool {
        let confirmed = usize::try_from(failure.bytes_confirmed).expect("in memory");
        let (there, right) = self.ends();
        let length = match self.form {
            // A log that was there before is there still.
            Form::Append => EARLIER.len() + confirmed,
            Form::Resume if !S::RESUMES_WHOLE_FILES => self.from() + confirmed,
            // The target is not there yet; what is confirmed may be kept in a part beside it.
            Form::Get => return !self.target().exists(),
            Form::GetContinue => return part_begins_with(self.folder(), self.content, confirmed),
            Form::Put | Form::PutContinue | Form::Resume => confirmed,
        };
        begins_right(&there, &right, length)
    }
}

impl Drop for Scene<'_> {
    fn drop(&mut self) {
        let _ = fs::remove_file(self.remote_path()); // it may not be there
    }
}

fn check_other(size: u64) -> Result<(), String> {
    if size == OTHER_SIZE as u64 {
        Ok(())
    } else {
        Err(format!("{size}, the answer to another question"))
    }
}

/// Makes the file that the next operations ask for.
pub(super) fn lay_out_other(server: &Server) {
    write_remote(server, OTHER, &[b'x'; OTHER_SIZE]);
}

/// Writes a file that the user of the server may change.
fn write_remote(server: &Server, name: &str, content: &[u8]) {
    let path = server.root.join(name);
    fs::write(&path, content).expect("written");
    let owner = fs::metadata(&server.root).expect("the root");
    chown(path, Some(owner.uid()), Some(owner.gid())).expect("its owner");
}
