//! Writes a record while its line is in use.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sha2::{Digest as _, Sha256};

use super::event::{RecordEvent, RecordHeader, RecordKind};
use super::line;
use crate::host::{ModuleIdentity, RawKind, RawLog};

/// The most bytes of payload in one event.
const CHUNK: usize = 64 * 1024;

/// Writes a record. Clones write to the same one, so that a program can open its port more than once.
///
/// Every event is written and flushed as it comes: a program that crashes leaves a record up to there. An error of the
/// writer ends the record, not the transfer; [`Recorder::error`] tells it.
///
/// ```
/// # #[cfg(all(unix, feature = "emulator"))]
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use qftp::client::ClientOptions;
/// use qftp::record::{Record, Recorder, RecordHeader};
///
/// let file = tempfile::NamedTempFile::new()?;
/// let recorder = Recorder::new(file.reopen()?, &RecordHeader::new("emulator"));
/// ClientOptions::new().record(recorder.clone()).open("emulator://ec25")?.close();
/// assert!(recorder.error().is_none());
/// let record = Record::parse(&std::fs::read(file.path())?)?;
/// assert!(record.events.len() > 4);
/// # Ok(())
/// # }
/// # #[cfg(not(all(unix, feature = "emulator")))]
/// # fn main() {}
/// ```
#[derive(Clone)]
pub struct Recorder(Arc<Mutex<Recording>>);

struct Recording {
    writer: Box<dyn Write + Send>,
    keeps_payload: bool,
    begun: Instant,
    /// The zero of the clock of the client that has the port, since `begun`.
    offset: Duration,
    /// The time of the last event.
    last: Duration,
    run: Option<PayloadRun>,
    error: Option<io::Error>,
}

/// Payload in one direction, until something else comes.
struct PayloadRun {
    from_host: bool,
    bytes: u64,
    /// `None` once bytes were hidden.
    digest: Option<Sha256>,
    last: Duration,
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Recorder")
    }
}

impl Recorder {
    /// Writes the header of a record.
    pub fn new(writer: impl Write + Send + 'static, header: &RecordHeader) -> Self {
        let mut recording = Recording {
            writer: Box::new(writer),
            keeps_payload: false,
            begun: Instant::now(),
            offset: Duration::ZERO,
            last: Duration::ZERO,
            run: None,
            error: None,
        };
        recording.write(&line::emit_header(header));
        Recorder(Arc::new(Mutex::new(recording)))
    }

    /// Creates the file of a record, which only its owner may read, and writes its header. A file of this name is
    /// replaced.
    ///
    /// # Errors
    ///
    /// The name is that of a directory, a device or a pipe, or the system refused it.
    pub fn create(path: &Path, header: &RecordHeader) -> io::Result<Self> {
        match std::fs::metadata(path) {
            Ok(found) if !found.is_file() => {
                let text = "a record is a file, and this is a directory, a device or a pipe";
                return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
            }
            _ => {}
        }
        let recorder = Recorder::new(create_private(path)?, header);
        match recorder.lock().error.take() {
            Some(error) => Err(error),
            None => Ok(()),
        }?;
        Ok(recorder)
    }

    /// Keeps the bytes of payload too, but those that hold a password, a certificate or a key.
    pub fn payload(self, keep: bool) -> Self {
        self.lock().keeps_payload = keep;
        self
    }

    /// Adds a remark.
    pub fn note(&self, text: &str) {
        self.add_now(RecordKind::Note(text.to_owned()));
    }

    /// Adds the exit code of the program, as its last event.
    pub fn exit(&self, code: u8) {
        self.add_now(RecordKind::Exit(code));
    }

    /// Returns the error that ended the record.
    pub fn error(&self) -> Option<String> {
        self.lock().error.as_ref().map(ToString::to_string)
    }

    /// Adds the opening of the port, at a time of the client's clock.
    pub(crate) fn opened(&self, now: Duration) {
        let mut recording = self.lock();
        recording.offset = recording.begun.elapsed().saturating_sub(now);
        recording.add(now, RecordKind::Opened);
    }

    /// Adds what the module says it is.
    pub(crate) fn module(&self, now: Duration, identity: &ModuleIdentity, dialect: &str) {
        self.lock().add(
            now,
            RecordKind::Module {
                manufacturer: identity.manufacturer.clone(),
                model: identity.model.clone(),
                revision: identity.revision.clone(),
                dialect: dialect.to_owned(),
            },
        );
    }

    /// Adds bytes of the line.
    pub(crate) fn raw(&self, log: &RawLog<'_>) {
        self.lock().add_raw(log);
    }

    fn add_now(&self, kind: RecordKind) {
        let mut recording = self.lock();
        let now = recording.begun.elapsed().saturating_sub(recording.offset);
        recording.add(now, kind);
    }

    /// Locks the record. Every change is complete before a panic can happen.
    fn lock(&self) -> MutexGuard<'_, Recording> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Recording {
    fn add_raw(&mut self, log: &RawLog<'_>) {
        if log.kind != RawKind::Payload {
            let kind = match log.kind {
                RawKind::Line(meaning) => RecordKind::Line {
                    from_host: log.sent,
                    meaning,
                    raw: log.bytes.to_vec(),
                },
                RawKind::LineEnds => RecordKind::LineEnds(log.bytes.to_vec()),
                RawKind::Framing => RecordKind::Framing(log.bytes.to_vec()),
                _ => RecordKind::Skipped {
                    bytes: log.length as u64,
                },
            };
            // The framing of a payload stands inside of it.
            if log.kind == RawKind::Framing {
                return self.emit(log.time, kind);
            }
            return self.add(log.time, kind);
        }
        self.count_payload(log);
        if self.keeps_payload && !log.bytes.is_empty() {
            for chunk in log.bytes.chunks(CHUNK) {
                let kind = RecordKind::Payload {
                    from_host: log.sent,
                    bytes: chunk.len() as u64,
                    content: Some(chunk.to_vec()),
                };
                self.emit(log.time, kind);
            }
        } else {
            let kind = RecordKind::Payload {
                from_host: log.sent,
                bytes: log.length as u64,
                content: None,
            };
            self.emit(log.time, kind);
        }
    }

    fn count_payload(&mut self, log: &RawLog<'_>) {
        if self
            .run
            .as_ref()
            .is_some_and(|run| run.from_host != log.sent)
        {
            self.end_payload();
        }
        let run = self.run.get_or_insert_with(|| PayloadRun {
            from_host: log.sent,
            bytes: 0,
            digest: Some(Sha256::new()),
            last: log.time,
        });
        run.bytes += log.length as u64;
        run.last = log.time;
        match &mut run.digest {
            Some(digest) if log.bytes.len() == log.length => digest.update(&log.bytes),
            digest => *digest = None,
        }
    }

    fn end_payload(&mut self) {
        if let Some(run) = self.run.take()
            && let Some(digest) = run.digest
        {
            let kind = RecordKind::Digest {
                from_host: run.from_host,
                bytes: run.bytes,
                sha256: digest.finalize().into(),
            };
            self.emit(run.last, kind);
        }
    }

    fn add(&mut self, time: Duration, kind: RecordKind) {
        self.end_payload();
        self.emit(time, kind);
    }

    fn emit(&mut self, time: Duration, kind: RecordKind) {
        // A line that is read late came before what was sent since.
        let time = time.saturating_add(self.offset).max(self.last);
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        self.last = time;
        let time = Duration::from_micros(micros);
        self.write(&line::emit_event(&RecordEvent { time, kind }));
    }

    fn write(&mut self, line: &str) {
        if self.error.is_none() {
            let written = self.writer.write_all(line.as_bytes());
            self.error = written.and_then(|()| self.writer.flush()).err();
        }
    }
}

/// Creates a file that only its owner may read, or empties one and makes it so.
fn create_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::super::file::Record;
    use super::*;
    use crate::host::LineKind;

    /// A writer that fails after so many bytes.
    #[derive(Clone, Default)]
    struct Disk {
        bytes: Arc<Mutex<Vec<u8>>>,
        room: Option<usize>,
    }

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let mut written = self.bytes.lock().expect("the disk");
            if self
                .room
                .is_some_and(|room| written.len() + bytes.len() > room)
            {
                return Err(io::ErrorKind::StorageFull.into());
            }
            written.extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn payload(sent: bool, time: u64, bytes: &'static [u8], length: usize) -> RawLog<'static> {
        RawLog {
            sent,
            kind: RawKind::Payload,
            bytes: bytes.into(),
            length,
            time: Duration::from_millis(time),
        }
    }

    fn line(time: u64) -> RawLog<'static> {
        RawLog {
            sent: false,
            kind: RawKind::Line(LineKind::Result),
            bytes: b"\r\nOK\r\n".into(),
            length: 6,
            time: Duration::from_millis(time),
        }
    }

    fn recorded(keep: bool, logs: &[RawLog<'_>]) -> Vec<RecordKind> {
        let disk = Disk::default();
        let recorder = Recorder::new(disk.clone(), &RecordHeader::new("given")).payload(keep);
        for log in logs {
            recorder.raw(log);
        }
        let text = disk.bytes.lock().expect("the disk").clone();
        let record = Record::parse(&text).expect("a record");
        record.events.into_iter().map(|event| event.kind).collect()
    }

    #[test]
    fn payload_has_the_digest_of_all_its_bytes_once_it_ends() {
        let logs = [
            payload(true, 1, b"ab", 2),
            payload(true, 2, b"c", 1),
            line(3),
        ];
        let digest = RecordKind::Digest {
            from_host: true,
            bytes: 3,
            sha256: Sha256::digest(b"abc").into(),
        };
        for keep in [false, true] {
            let kinds = recorded(keep, &logs);
            assert_eq!(kinds[2], digest);
            let content = keep.then(|| b"ab".to_vec());
            let first = RecordKind::Payload {
                from_host: true,
                bytes: 2,
                content,
            };
            assert_eq!(kinds[0], first);
        }
    }

    #[test]
    fn of_hidden_payload_there_is_the_length_alone() {
        let logs = [
            payload(true, 1, b"ab", 2),
            payload(true, 2, b"", 1700),
            line(3),
        ];
        let kinds = recorded(true, &logs);
        let hidden = RecordKind::Payload {
            from_host: true,
            bytes: 1700,
            content: None,
        };
        assert_eq!(kinds[1], hidden);
        assert!(matches!(kinds[2], RecordKind::Line { .. }), "no digest");
    }

    #[test]
    fn a_full_disk_ends_the_record_at_a_whole_line() {
        let header = line::emit_header(&RecordHeader::new("given"));
        let disk = Disk {
            room: Some(header.len() + 100),
            ..Disk::default()
        };
        let recorder = Recorder::new(disk.clone(), &RecordHeader::new("given"));
        assert!(recorder.error().is_none());
        recorder.raw(&self::line(1));
        recorder.raw(&self::line(2));
        assert!(recorder.error().is_some());
        let text = disk.bytes.lock().expect("the disk").clone();
        let record = Record::parse(&text).expect("a record");
        assert!(record.events.len() == 1 && !record.is_cut);
    }

    #[test]
    fn only_a_file_can_be_a_record_and_only_its_owner_reads_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let header = RecordHeader::new("given");
        let error = Recorder::create(folder.path(), &header).expect_err("a directory");
        assert!(error.to_string().contains("a directory"), "{error}");
        let path = folder.path().join("a.jsonl");
        std::fs::write(&path, "old").expect("written");
        Recorder::create(&path, &header).expect("created");
        let text = std::fs::read(&path).expect("read");
        assert!(Record::parse(&text).is_ok());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(&path)
                .expect("a file")
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }
}
