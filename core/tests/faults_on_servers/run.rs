//! One transfer over a pseudo terminal to a real server, and its verdict.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use qftp::ErrorKind;
use qftp::client::{
    Client, ClientOptions, Error, GetOptions, Login, PartMode, PutMode, PutOptions, RetryPolicy,
};
use qftp::dialect::Dialect;
use qftp::emulator::{Emulator, EmulatorOptions, FaultRule, TraceEvent, TraceKind};
use qftp_test::servers::Server;
use qftp_test::tally::Verdict;
use tempfile::TempDir;

/// Bytes that are there before a transfer is continued.
const BEFORE: usize = 700;
const EARLIER: &[u8] = b"an earlier log\r\n";
/// The file that the next operation asks for.
pub(crate) const OTHER: &str = "other";
pub(crate) const OTHER_SIZE: usize = 10;

/// A form of a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Put,
    Append,
    Resume,
    PutContinue,
    Get,
    GetContinue,
}

pub(crate) const FORMS: [Form; 6] = [
    Form::Put,
    Form::Append,
    Form::Resume,
    Form::PutContinue,
    Form::Get,
    Form::GetContinue,
];

impl Form {
    pub(crate) fn is_upload(self) -> bool {
        !matches!(self, Form::Get | Form::GetContinue)
    }

    /// Returns the commands that the module sends to the server for it.
    pub(crate) fn ftp_commands(self) -> &'static [&'static str] {
        match self {
            Form::Put | Form::PutContinue => &["STOR", "SIZE", "PASV"],
            Form::Append => &["APPE", "STOR", "SIZE", "PASV"],
            Form::Resume => &["STOR", "REST", "SIZE", "PASV"],
            Form::Get | Form::GetContinue => &["RETR", "REST", "SIZE", "PASV"],
        }
    }
}

/// What is transferred, between which ends.
pub(crate) struct Case<'a> {
    pub(crate) dialect: &'static Dialect,
    pub(crate) form: Form,
    pub(crate) content: &'a [u8],
    pub(crate) rule: &'a str,
    pub(crate) changes_bytes: bool,
    pub(crate) seed: u64,
    pub(crate) server: &'a Server,
    /// The remote file, which no other run has.
    pub(crate) name: &'a str,
}

/// What came of a run: its verdict, and a text that tells of it.
pub(crate) struct RunEnd {
    pub(crate) verdict: Verdict,
    pub(crate) text: String,
}

/// A client on a pseudo terminal, logged in.
struct Bench<'a> {
    case: &'a Case<'a>,
    emulator: Emulator,
    events: Receiver<TraceEvent>,
    client: Client,
    log: Arc<Mutex<Vec<String>>>,
    folder: TempDir,
}

/// Runs a transfer with its fault, and the next operation behind it.
pub(crate) fn run(case: &Case<'_>) -> RunEnd {
    let mut bench = Bench::new(case);
    let rule: FaultRule = case.rule.parse().expect(case.rule);
    if bench.emulator.add_fault(rule).is_err() {
        return RunEnd {
            verdict: Verdict::Unsupported,
            text: String::new(),
        };
    }
    let result = bench.transfer();
    let fired = bench.has_fired();
    let mut verdict = match &result {
        Err(error) if error.kind() == ErrorKind::Unsupported => Verdict::Unsupported,
        Ok(_) if !bench.is_whole() => bench.difference(),
        Err(error) if !bench.is_true(error) => Verdict::Untrue,
        _ if !fired => Verdict::NoFault,
        Ok(1) => Verdict::Whole,
        Ok(_) => Verdict::Retried,
        Err(_) => Verdict::Error,
    };
    let mut text = match &result {
        Ok(attempts) => format!("{attempts} tries"),
        Err(error) => {
            let confirmed = error.bytes_confirmed();
            let kind = error.kind();
            format!("{} ({kind:?}, confirmed {confirmed:?})", error.describe())
        }
    };
    if !verdict.is_wrong()
        && let Err(problem) = bench.next_operation()
    {
        verdict = Verdict::Stuck;
        text = format!("{text}; then: {problem}");
    }
    if verdict.is_wrong() {
        let log = bench.log.lock().expect("the run is over");
        text = format!("{text}\n    {}", log.join("\n    "));
    }
    RunEnd { verdict, text }
}

impl<'a> Bench<'a> {
    fn new(case: &'a Case<'a>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (sender, events) = channel();
        let mut options = EmulatorOptions::new(case.dialect);
        options.trace = Some(sender);
        options.fault_plan.seed = case.seed;
        let emulator = Emulator::on_pty(None, options).expect("a module");
        let log: Arc<Mutex<Vec<String>>> = Arc::default();
        let lines = Arc::clone(&log);
        let policy =
            RetryPolicy::STANDARD.with_waits(Duration::from_millis(100), Duration::from_secs(2));
        let mut client = ClientOptions::new()
            .retry(policy)
            .on_line(move |line| {
                let mark = if line.sent { '>' } else { '<' };
                let text = line.text.escape_ascii();
                let mut lines = lines.lock().expect("the run goes on");
                lines.push(format!("{mark} {text} {:?}", line.kind));
            })
            .open(&emulator.url().expect("a pseudo terminal"))
            .expect("a client");
        client.login(&login(case.server)).expect("a login");
        let bench = Bench {
            case,
            emulator,
            events,
            client,
            log,
            folder,
        };
        bench.lay_out();
        bench
    }

    /// Makes the files that are there before.
    fn lay_out(&self) {
        let content = self.case.content;
        let begun = &content[..BEFORE.min(content.len())];
        match self.case.form {
            Form::Put => {}
            Form::Append => self.write_remote(EARLIER),
            Form::Resume | Form::PutContinue => self.write_remote(begun),
            Form::Get => self.write_remote(content),
            Form::GetContinue => {
                self.write_remote(content);
                fs::write(self.target(), begun).expect("written");
            }
        }
        fs::write(self.source(), content).expect("written");
    }

    fn write_remote(&self, content: &[u8]) {
        let path = self.remote_path();
        fs::write(&path, content).expect("written");
        give(self.case.server, &path);
    }

    fn remote_path(&self) -> PathBuf {
        self.case.server.root.join(self.case.name)
    }

    fn source(&self) -> PathBuf {
        self.folder.path().join("source")
    }

    fn target(&self) -> PathBuf {
        self.folder.path().join("target")
    }

    /// Returns the place in the content where the transfer begins.
    fn from(&self) -> usize {
        match self.case.form {
            Form::Resume => BEFORE.min(self.case.content.len()),
            _ => 0,
        }
    }

    /// Moves the file. Returns the number of tries.
    fn transfer(&mut self) -> Result<u32, Error> {
        let remote = self.case.name.as_bytes();
        let from = self.from();
        let mut rest = &self.case.content[from..];
        let size = Some(rest.len() as u64);
        let (source, target) = (self.source(), self.target());
        let client = &mut self.client;
        let put = |mode| PutOptions::new().mode(mode);
        let moved = match self.case.form {
            Form::Put => client.put_file(&source, remote, PutOptions::new())?,
            Form::Append => client.append(&mut rest, size, remote)?,
            Form::Resume => {
                let mode = put(PutMode::Resume(from as u64));
                client.put(&mut rest, size, remote, mode)?
            }
            Form::PutContinue => client.put_file(&source, remote, put(PutMode::Continue))?,
            Form::Get => client.get_file(remote, &target, GetOptions::new())?,
            Form::GetContinue => {
                let options = GetOptions::new().part(PartMode::Continue);
                client.get_file(remote, &target, options)?
            }
        };
        Ok(moved.attempts)
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
        let content = self.case.content;
        let there = if self.case.form.is_upload() {
            self.remote_path()
        } else {
            self.target()
        };
        let right = match self.case.form {
            Form::Append => [EARLIER, content].concat(),
            _ => content.to_vec(),
        };
        (fs::read(there).unwrap_or_default(), right)
    }

    fn is_whole(&self) -> bool {
        let (there, right) = self.ends();
        there == right
    }

    fn difference(&self) -> Verdict {
        let (there, right) = self.ends();
        if there.len() == right.len() && self.case.changes_bytes {
            Verdict::Changed
        } else {
            Verdict::Silent
        }
    }

    /// Returns true if the bytes that an error confirms are in their place.
    fn is_true(&self, error: &Error) -> bool {
        let confirmed = usize::try_from(error.bytes_confirmed().unwrap_or(0)).expect("in memory");
        let (there, right) = self.ends();
        let end = match self.case.form {
            Form::Append => EARLIER.len() + confirmed,
            Form::Resume => self.from() + confirmed,
            // The target is not there yet, and no part of it is kept.
            Form::Get => return !self.target().exists(),
            Form::GetContinue => return self.part_begins_with(confirmed),
            Form::Put | Form::PutContinue => confirmed,
        };
        // A log that was there before is there still.
        there
            .get(..end)
            .is_some_and(|there| right.get(..end) == Some(there))
    }

    fn part_begins_with(&self, confirmed: usize) -> bool {
        let parts = fs::read_dir(self.folder.path()).expect("a folder");
        let paths = parts.map(|part| part.expect("an entry").path());
        let mut parts = paths.filter(|path| path.to_string_lossy().ends_with(".part"));
        let Some(part) = parts.next() else {
            return confirmed == 0;
        };
        let kept = fs::read(part).expect("read");
        kept.len() >= confirmed && self.case.content.starts_with(&kept)
    }

    /// Does what a user does next: logs in where the session is gone, and asks for something.
    fn next_operation(&mut self) -> Result<(), String> {
        let size = if let Ok(size) = self.client.size(OTHER.as_bytes()) {
            size
        } else {
            let login = self.client.login(&login(self.case.server));
            login.map_err(|error| error.describe())?;
            let size = self.client.size(OTHER.as_bytes());
            size.map_err(|error| error.describe())?
        };
        if size == OTHER_SIZE as u64 {
            Ok(())
        } else {
            Err(format!("{size}, the answer to another question"))
        }
    }
}

impl Drop for Bench<'_> {
    fn drop(&mut self) {
        let _ = fs::remove_file(self.remote_path());
    }
}

/// Gives a file to the user of the server.
pub(crate) fn give(server: &Server, path: &std::path::Path) {
    let owner = fs::metadata(&server.root).expect("the root");
    chown(path, Some(owner.uid()), Some(owner.gid())).expect("its owner");
}

fn login(server: &Server) -> Login {
    let mut login = Login::new(
        server.address.ip().to_string(),
        server.user,
        server.password,
    );
    login.port = server.address.port();
    login.response_timeout_s = 20;
    login
}
