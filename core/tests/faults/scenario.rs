//! The forms of a transfer, and what counts as its right end.

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use qftp::client::{
    Client, ClientOptions, Entry, Error, GetOptions, Login, PartMode, PutMode, PutOptions,
    RetryPolicy, TransferWay,
};
use qftp::dialect::{Dialect, Family};
use qftp_test::confirmed::{begins_right, part_begins_with};
use qftp_test::harness::Harness;
use qftp_test::tally::Verdict;
use tempfile::TempDir;

use crate::fault::{Extent, Fault, FaultKind, Way};
use crate::line::{Line, SimulatedPort};

/// The remote file, and the one that the next operation asks for.
const REMOTE: &str = "/f.bin";
const OTHER: &str = "/other";
/// Bytes that are there before an upload is continued, and before a download begins in the middle.
const BEFORE: usize = 700;
/// The time that the user gives a transfer.
pub(crate) const MAX_TIME: Duration = Duration::from_secs(600);

/// A form of a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Form {
    Put,
    /// Read back and compared.
    PutVerified,
    PutStream,
    PutAppend,
    PutResume,
    PutContinue,
    PutPieces,
    PutStreamPieces,
    Get,
    /// Read again and compared.
    GetVerified,
    GetFile,
    GetContinue,
    GetFrom,
    GetLength,
    GetPieces,
    GetFilePieces,
    GetFromPieces,
    List,
}

impl Form {
    /// Returns the way that its user chose.
    fn way(self) -> Option<TransferWay> {
        match self {
            Form::PutPieces
            | Form::PutStreamPieces
            | Form::GetPieces
            | Form::GetFilePieces
            | Form::GetFromPieces => Some(TransferWay::Pieces),
            _ => None,
        }
    }
}

pub(crate) const FORMS: &[Form] = &[
    Form::Put,
    Form::PutVerified,
    Form::PutStream,
    Form::PutAppend,
    Form::PutResume,
    Form::PutContinue,
    Form::PutPieces,
    Form::PutStreamPieces,
    Form::Get,
    Form::GetVerified,
    Form::GetFile,
    Form::GetContinue,
    Form::GetFrom,
    Form::GetLength,
    Form::GetPieces,
    Form::GetFilePieces,
    Form::GetFromPieces,
    Form::List,
];

/// What came of one run.
#[derive(Debug)]
pub(crate) struct RunEnd {
    pub(crate) verdict: Verdict,
    pub(crate) extent: Extent,
    pub(crate) text: String,
}

/// The lines of a conversation.
pub(crate) type Log = Arc<Mutex<Vec<String>>>;

/// One transfer on a line of its own.
struct Scenario {
    form: Form,
    content: Vec<u8>,
    port: SimulatedPort,
    client: Client,
    folder: TempDir,
    taken: Vec<u8>,
    entries: Vec<Entry>,
}

/// Runs a transfer with a fault, or with none.
pub(crate) fn run(
    dialect: &'static Dialect,
    form: Form,
    content: &[u8],
    read_limit: usize,
    fault: Option<Fault>,
    log: Option<Log>,
) -> RunEnd {
    let mut scenario = Scenario::new(dialect, form, content, log);
    {
        let mut line = scenario.port.line();
        line.read_limit = read_limit;
        line.notes_ends = fault.is_none();
        line.begin(fault);
    }
    let begun = scenario.now();
    let result = scenario.transfer();
    let elapsed = scenario.now().saturating_sub(begun);
    let (extent, happened) = {
        let mut line = scenario.port.line();
        let extent = Extent {
            counts: line.counts(),
            ends: std::mem::take(&mut line.ends),
        };
        (extent, line.happened)
    };
    let text = match &result {
        Ok((bytes, attempts)) => format!("{bytes} bytes, {attempts} tries, {elapsed:?}"),
        Err(error) => format!("{} ({:?}), {elapsed:?}", error.describe(), error.kind()),
    };
    let mut verdict = match &result {
        _ if fault.is_some() && !happened => Verdict::NoFault,
        Err(error) if error.kind() == qftp::ErrorKind::Unsupported => Verdict::Unsupported,
        Ok(_) if !scenario.is_whole() => scenario.difference(dialect, fault),
        Err(error) if !scenario.is_true(error) => Verdict::Untrue,
        _ if elapsed > MAX_TIME => Verdict::Late,
        Ok((_, 1)) => Verdict::Whole,
        Ok(_) => Verdict::Retried,
        Err(_) => Verdict::Error,
    };
    let mut text = text;
    if !verdict.is_wrong()
        && let Err(problem) = scenario.next_operation()
    {
        verdict = Verdict::Stuck;
        text = format!("{text}; then: {problem}");
    }
    RunEnd {
        verdict,
        extent,
        text,
    }
}

impl Scenario {
    fn new(dialect: &'static Dialect, form: Form, content: &[u8], log: Option<Log>) -> Self {
        let mut harness = Harness::new(dialect);
        harness.server.put(OTHER, b"0123456789".to_vec(), None);
        let before = match form {
            Form::PutAppend => Some(b"an earlier log\r\n".to_vec()),
            Form::PutResume | Form::PutContinue => {
                Some(content[..BEFORE.min(content.len())].to_vec())
            }
            Form::Get
            | Form::GetVerified
            | Form::GetFile
            | Form::GetContinue
            | Form::GetFrom
            | Form::GetLength
            | Form::GetPieces
            | Form::GetFilePieces
            | Form::GetFromPieces => Some(content.to_vec()),
            Form::Put
            | Form::PutVerified
            | Form::PutStream
            | Form::PutPieces
            | Form::PutStreamPieces
            | Form::List => None,
        };
        if let Some(before) = before {
            harness.server.put(REMOTE, before, None);
        }
        if form == Form::List {
            for number in 0..content.len().div_ceil(400).min(60) {
                harness
                    .server
                    .put(&format!("/log {number}.txt"), vec![0; number], None);
            }
        }
        let folder = tempfile::tempdir().expect("a folder");
        let port = SimulatedPort(Arc::new(Mutex::new(Line::new(harness))));
        let policy = RetryPolicy::STANDARD.with_deadline(Some(MAX_TIME));
        let options = ClientOptions::new().retry(policy).way(form.way());
        let mut client = options.with_port(Box::new(port.clone())).expect("a module");
        client.login(&login()).expect("a login");
        if let Some(log) = log {
            client.on_line(move |line| {
                let mark = if line.sent { '>' } else { '<' };
                let mut log = log.lock().expect("no test panics with the log");
                log.push(format!(
                    "{mark} {} {:?}",
                    line.text.escape_ascii(),
                    line.kind
                ));
            });
        }
        let scenario = Scenario {
            form,
            content: content.to_vec(),
            port,
            client,
            folder,
            taken: Vec::new(),
            entries: Vec::new(),
        };
        if form == Form::PutContinue {
            fs::write(scenario.source(), content).expect("written");
        }
        scenario
    }

    fn now(&self) -> Duration {
        self.port.line().harness.now
    }

    fn source(&self) -> PathBuf {
        self.folder.path().join("source")
    }

    fn target(&self) -> PathBuf {
        self.folder.path().join("target")
    }

    /// Returns the place in the content where the transfer begins.
    fn from(&self) -> usize {
        match self.form {
            Form::PutResume | Form::GetFrom | Form::GetFromPieces | Form::GetLength => {
                BEFORE.min(self.content.len())
            }
            _ => 0,
        }
    }

    fn length(&self) -> usize {
        let rest = self.content.len() - self.from();
        if self.form == Form::GetLength {
            rest / 2
        } else {
            rest
        }
    }

    /// Moves the file. Returns bytes and tries.
    fn transfer(&mut self) -> Result<(u64, u32), Error> {
        let remote = REMOTE.as_bytes();
        let from = self.from() as u64;
        let content = self.content.clone();
        let mut rest = &content[self.from()..];
        let size = Some(rest.len() as u64);
        let length = self.length() as u64;
        let (source, target) = (self.source(), self.target());
        let client = &mut self.client;
        let put = |mode| PutOptions::new().mode(mode);
        let moved = match self.form {
            Form::Put | Form::PutPieces => {
                client.put(&mut rest, size, remote, PutOptions::new())?
            }
            Form::PutVerified => {
                client.put(&mut rest, size, remote, PutOptions::new().verify(true))?
            }
            Form::PutStream | Form::PutStreamPieces => {
                client.put(&mut rest, None, remote, PutOptions::new())?
            }
            Form::PutAppend => client.append(&mut rest, size, remote)?,
            Form::PutResume => client.put(&mut rest, size, remote, put(PutMode::Resume(from)))?,
            Form::PutContinue => client.put_file(&source, remote, put(PutMode::Continue))?,
            Form::Get | Form::GetPieces => {
                client.get(remote, &mut self.taken, GetOptions::new())?
            }
            Form::GetVerified => {
                client.get(remote, &mut self.taken, GetOptions::new().verify(true))?
            }
            Form::GetFile | Form::GetFilePieces => {
                client.get_file(remote, &target, GetOptions::new())?
            }
            Form::GetContinue => {
                let options = GetOptions::new().part(PartMode::Continue);
                client.get_file(remote, &target, options)?
            }
            Form::GetFrom | Form::GetFromPieces => {
                client.get(remote, &mut self.taken, GetOptions::new().offset(from))?
            }
            Form::GetLength => {
                let options = GetOptions::new().offset(from).length(length);
                client.get(remote, &mut self.taken, options)?
            }
            Form::List => {
                self.entries = client.list(b"/")?;
                return Ok((0, 1));
            }
        };
        Ok((moved.bytes, moved.attempts))
    }

    fn remote(&self) -> Vec<u8> {
        let line = self.port.line();
        line.harness
            .server
            .file(REMOTE)
            .unwrap_or_default()
            .to_vec()
    }

    /// Returns what is at the end of the transfer, and what should be.
    fn ends(&self) -> (Vec<u8>, Vec<u8>) {
        match self.form {
            Form::Put
            | Form::PutVerified
            | Form::PutStream
            | Form::PutResume
            | Form::PutContinue
            | Form::PutPieces
            | Form::PutStreamPieces => (self.remote(), self.content.clone()),
            Form::PutAppend => {
                let all = [b"an earlier log\r\n", &self.content[..]].concat();
                (self.remote(), all)
            }
            Form::Get
            | Form::GetVerified
            | Form::GetFrom
            | Form::GetLength
            | Form::GetPieces
            | Form::GetFromPieces => {
                let end = self.from() + self.length();
                (self.taken.clone(), self.content[self.from()..end].to_vec())
            }
            Form::GetFile | Form::GetContinue | Form::GetFilePieces => (
                fs::read(self.target()).unwrap_or_default(),
                self.content.clone(),
            ),
            Form::List => {
                let listed = |entry: &Entry| {
                    let size = entry.size.map_or("?".into(), |size| size.to_string());
                    format!("{} {size}\n", entry.name.escape_ascii()).into_bytes()
                };
                let mut names: Vec<Vec<u8>> = self.entries.iter().map(listed).collect();
                let count = self.content.len().div_ceil(400).min(60);
                let mut all: Vec<Vec<u8>> = (0..count)
                    .map(|number| format!("log {number}.txt {number}\n").into_bytes())
                    .collect();
                all.push(b"other 10\n".to_vec());
                names.sort();
                all.sort();
                (names.concat(), all.concat())
            }
        }
    }

    fn is_whole(&self) -> bool {
        let (there, right) = self.ends();
        there == right
    }

    fn difference(&self, dialect: &Dialect, fault: Option<Fault>) -> Verdict {
        if self.form == Form::List && dialect.family == Family::Fibocom {
            return Verdict::Uncounted;
        }
        if self.form == Form::List && fault.is_some_and(|fault| fault.kind.changes_bytes()) {
            return Verdict::Changed;
        }
        let (there, right) = self.ends();
        let verifies = matches!(self.form, Form::PutVerified | Form::GetVerified);
        let changes = fault.is_some_and(|fault| {
            fault.kind.changes_bytes() || is_behind_an_escape(dialect, fault, &there, &right)
        });
        if there.len() == right.len() && changes && !verifies {
            Verdict::Changed
        } else {
            Verdict::Silent
        }
    }

    /// Returns true if the bytes that an error confirms are in their place.
    fn is_true(&self, error: &Error) -> bool {
        let confirmed = usize::try_from(error.bytes_confirmed().unwrap_or(0)).expect("in memory");
        if confirmed == 0 {
            return true;
        }
        let (there, right) = self.ends();
        let start = match self.form {
            Form::PutAppend => b"an earlier log\r\n".len(),
            Form::PutResume => self.from(),
            // The target is not there yet; the bytes are in the part beside it.
            Form::GetFile | Form::GetFilePieces => {
                return confirmed == 0 || !self.target().exists();
            }
            Form::GetContinue => {
                return part_begins_with(self.folder.path(), &self.content, confirmed);
            }
            _ => 0,
        };
        // A log that was there before is there still.
        begins_right(&there, &right, start + confirmed)
    }

    /// Does what a user does next: logs in where the session is gone, and asks for something.
    fn next_operation(&mut self) -> Result<(), String> {
        self.port.line().end();
        let size = if let Ok(size) = self.client.size(OTHER.as_bytes()) {
            size
        } else {
            let login = self.client.login(&login());
            login.map_err(|error| error.describe())?;
            let size = self.client.size(OTHER.as_bytes());
            size.map_err(|error| error.describe())?
        };
        if size == 10 {
            Ok(())
        } else {
            Err(format!("{size}, the answer to another question"))
        }
    }
}

/// Returns true where one inserted byte took the place of one: it came between a DLE and the 0x10 of the file behind it,
/// which made the byte after that data in turn (003 §1.2.15). No count shows it, as none shows a changed byte.
fn is_behind_an_escape(dialect: &Dialect, fault: Fault, there: &[u8], right: &[u8]) -> bool {
    let others = there.iter().zip(right).filter(|(one, other)| one != other);
    dialect.family == Family::Fibocom
        && fault.kind == FaultKind::Insert(Way::Up)
        && others.count() == 1
}

fn login() -> Login {
    Login::new("ftp.example.com", "user", "password")
}
