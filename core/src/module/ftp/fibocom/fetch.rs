//! The download buffer of FTPGET and FTPRECV (003 §1.2.18, §1.2.19).
//!
//! The file comes into a buffer of 512000 bytes. When that is full the data connection is closed; when it is half
//! empty another one goes on from there. What nobody reads for two minutes is dropped, and the session with it.

use alloc::collections::VecDeque;
use alloc::format;
use alloc::vec::Vec;
use core::time::Duration;

use super::super::{Report, Stage as JobStage};
use crate::dialect::{Command, ResponseFormat, Value};
use crate::ftp::{FtpOperation as Operation, Retrieve};
use crate::module::{Module, Ran, Refusal, Request};

/// Bytes in the buffer (003 §1.2.19).
const BUFFER: usize = 512_000;
/// How long the buffer waits to be read.
const UNREAD: Duration = Duration::from_secs(120);

/// A download that FTPGET began.
#[derive(Debug)]
pub(super) struct Fetch {
    command: &'static Command,
    retrieve: Retrieve,
    view: u64,
    buffer: VecDeque<u8>,
    stage: Stage,
    /// `+FTPGET: 2` is said.
    announced: bool,
    /// When it is dropped unread.
    deadline: Option<Duration>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// A data connection is open, or on its way.
    Coming,
    /// The buffer was full.
    Full,
    /// All of the file has come.
    Complete,
}

impl Module {
    /// In download mode: the file has not come whole.
    pub(super) fn is_fetching(&self) -> bool {
        let fetch = self.ftp.fibocom.fetch.as_ref();
        fetch.is_some_and(|fetch| fetch.stage != Stage::Complete)
    }

    /// Whether payload may come into the buffer.
    pub(in crate::module) fn fetches(&self) -> bool {
        let fetch = self.ftp.fibocom.fetch.as_ref();
        fetch.is_some_and(|fetch| fetch.stage == Stage::Coming)
    }

    /// Bytes that can be read.
    pub(super) fn fetched(&self) -> usize {
        self.ftp
            .fibocom
            .fetch
            .as_ref()
            .map_or(0, |fetch| fetch.buffer.len())
    }

    pub(in crate::module) fn fetch_deadline(&self) -> Option<Duration> {
        self.ftp
            .fibocom
            .fetch
            .as_ref()
            .and_then(|fetch| fetch.deadline)
    }

    /// `AT+FTPGET`; what another one left in the buffer is gone.
    pub(super) fn fibocom_fetch(&mut self, command: &'static Command, values: &[Value<'_>]) -> Ran {
        let Operation::Retrieve(retrieve) = self.fibocom_retrieve(values) else {
            return Refusal::Plain.into();
        };
        self.ftp.fibocom.fetch = Some(Fetch {
            command,
            retrieve,
            view: values.get(1).and_then(|value| value.integer()).unwrap_or(1),
            buffer: VecDeque::new(),
            stage: Stage::Coming,
            announced: false,
            deadline: None,
        });
        self.fetch_on();
        Ran::Ok
    }

    /// Opens a data connection for as much as the buffer takes.
    fn fetch_on(&mut self) {
        let Some(fetch) = &mut self.ftp.fibocom.fetch else {
            return;
        };
        let room = BUFFER.saturating_sub(fetch.buffer.len());
        fetch.retrieve.limit = Some(room as u64);
        fetch.stage = Stage::Coming;
        let (command, operation) = (fetch.command, Operation::Retrieve(fetch.retrieve.clone()));
        self.begin(command, ResponseFormat::ResultUrc, Request::Ftp(operation));
    }

    /// Payload for the buffer.
    pub(in crate::module::ftp) fn fibocom_fetched(&mut self, bytes: &[u8]) {
        let now = self.now;
        let Some(fetch) = &mut self.ftp.fibocom.fetch else {
            return;
        };
        fetch.buffer.extend(bytes);
        fetch.retrieve.offset = fetch.retrieve.offset.saturating_add(bytes.len() as u64);
        fetch.deadline.get_or_insert(now + UNREAD);
        let first = !core::mem::replace(&mut fetch.announced, true);
        let name = fetch.command.name;
        if first {
            self.urc(format!("{name}: 2").into_bytes());
        }
        self.touch();
    }

    /// A data connection of FTPGET ended, `moved` bytes after it began.
    pub(in crate::module::ftp) fn fetch_ended(&mut self, report: &Report, moved: u64) {
        let Some(fetch) = &mut self.ftp.fibocom.fetch else {
            return;
        };
        let name = fetch.command.name;
        if report.is_err() {
            fetch.stage = Stage::Complete;
            return self.urc(format!("{name}: 0").into_bytes());
        }
        if fetch.retrieve.limit.is_some_and(|limit| moved >= limit) {
            fetch.stage = Stage::Full;
            return;
        }
        fetch.stage = Stage::Complete;
        if !core::mem::replace(&mut fetch.announced, true) {
            self.urc(format!("{name}: 2").into_bytes());
        }
        self.urc(format!("{name}: 1").into_bytes());
    }

    /// `AT+FTPRECV=<n>`: `+FTPRECV: <m>`, m bytes, `OK`.
    pub(super) fn fibocom_receive(&mut self, length: u64) -> Ran {
        let now = self.now;
        let mut piece = Vec::new();
        let mut go_on = false;
        if let Some(fetch) = &mut self.ftp.fibocom.fetch {
            let count = usize::try_from(length)
                .unwrap_or(usize::MAX)
                .min(fetch.buffer.len());
            piece.extend(fetch.buffer.drain(..count));
            fetch.deadline = (!fetch.buffer.is_empty()).then(|| now + UNREAD);
            go_on = fetch.stage == Stage::Full && fetch.buffer.len() <= BUFFER / 2;
        }
        self.information(format!("+FTPRECV: {}", piece.len()).as_bytes());
        self.out.extend_from_slice(&piece);
        if go_on {
            self.fetch_on();
        }
        Ran::Ok
    }

    /// `AT+FTPGET?`: name, view mode, whether all has come; nothing where the buffer is empty.
    pub(super) fn fibocom_read_fetch(&mut self, command: &'static Command) -> Ran {
        if let Some(fetch) = &self.ftp.fibocom.fetch
            && !fetch.buffer.is_empty()
        {
            let eof = u8::from(fetch.stage == Stage::Complete);
            let mut line = [command.name.as_bytes(), b":\"", &fetch.retrieve.path, b"\""].concat();
            line.extend_from_slice(format!(",{},{eof}", fetch.view).as_bytes());
            self.information(&line);
        }
        Ran::Ok
    }

    /// Ends download mode and drops the buffer. Returns whether a data connection is still to be closed.
    pub(super) fn end_fetch(&mut self) -> bool {
        let coming = self.fetches();
        self.ftp.fibocom.fetch = None;
        match &mut self.ftp.job {
            Some(job) if coming => {
                job.stage = JobStage::Silent;
                self.request(Request::Abort);
                true
            }
            _ => false,
        }
    }

    /// The session is gone, and the buffer with it.
    pub(in crate::module::ftp) fn lose_fetch(&mut self) {
        if let Some(fetch) = self.ftp.fibocom.fetch.take()
            && fetch.stage != Stage::Complete
        {
            self.urc(format!("{}: 0", fetch.command.name).into_bytes());
        }
    }

    /// Nobody read the buffer in time: it is dropped, and the session.
    pub(in crate::module) fn fetch_timeout(&mut self) {
        let due = self.fetch_deadline();
        if due.is_none_or(|due| self.now < due) {
            return;
        }
        if self.fetches()
            && let Some(job) = &mut self.ftp.job
        {
            job.stage = JobStage::Silent;
        }
        self.drop_session();
    }
}
