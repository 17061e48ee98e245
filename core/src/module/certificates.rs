//! `AT+GTSSLFILE` of Fibocom modules: certificates and a key for TLS, typed in behind a prompt (COMMON 8.2).
//!
//! `>` asks for exactly as many bytes as were stated, whatever they are; `OK` follows them. Nothing is kept over a
//! restart.

use alloc::format;
use alloc::vec::Vec;
use core::time::Duration;

use super::{Mode, Module, Ran, Refusal, bad};
use crate::at::Form;
use crate::dialect::Command;

/// What there are files for.
const NAMES: [&str; 3] = ["TRUSTFILE", "CAFILE", "KEYFILE"];
/// Among them, the authority that servers are trusted by, the module's own certificate, its key.
pub(super) const AUTHORITY: usize = 0;
pub(super) const CERTIFICATE: usize = 1;
pub(super) const PRIVATE_KEY: usize = 2;
/// How long the module waits for the bytes.
const PATIENCE: Duration = Duration::from_secs(90);

/// The files, and the one being typed in.
#[derive(Debug, Default)]
pub(super) struct Certificates {
    files: [Vec<u8>; NAMES.len()],
    coming: Option<Coming>,
}

#[derive(Debug)]
struct Coming {
    index: usize,
    length: usize,
    content: Vec<u8>,
    deadline: Duration,
}

impl Certificates {
    /// Whether the line carries a file.
    pub(super) fn is_active(&self) -> bool {
        self.coming.is_some()
    }

    /// How many bytes of it are to come.
    pub(super) fn room(&self) -> Option<u64> {
        let coming = self.coming.as_ref()?;
        Some((coming.length - coming.content.len()) as u64)
    }

    /// One of the files; empty where it is not there.
    pub(super) fn file(&self, index: usize) -> &[u8] {
        self.files.get(index).map_or(&[], Vec::as_slice)
    }

    pub(super) fn deadline(&self) -> Option<Duration> {
        self.coming.as_ref().map(|coming| coming.deadline)
    }
}

impl Module {
    /// The read form counts the files to trust.
    pub(super) fn certificate(&mut self, command: &'static Command, form: &Form<'_>) -> Ran {
        let Form::Write(tokens) = form else {
            let count = u8::from(!self.certificates.file(AUTHORITY).is_empty());
            self.information(format!("{}: {},{count}", command.name, NAMES[0]).as_bytes());
            return Ran::Ok;
        };
        let Ok(values) = command.accept(tokens) else {
            return bad(command);
        };
        let name = values.first().and_then(|value| value.text());
        let index = NAMES
            .iter()
            .position(|known| Some(known.as_bytes()) == name);
        let length = values.get(1).and_then(|value| value.integer());
        let length = length.and_then(|length| usize::try_from(length).ok());
        let (Some(index), Some(length)) = (index, length) else {
            return bad(command);
        };
        self.certificates.coming = Some(Coming {
            index,
            length,
            content: Vec::new(),
            deadline: self.now + PATIENCE,
        });
        self.out.extend_from_slice(b"\r\n>");
        self.mode = Mode::Raw;
        Ran::Data
    }

    /// Bytes of the file, never more than are to come.
    pub(super) fn certificate_data(&mut self, bytes: &[u8]) {
        let Some(coming) = &mut self.certificates.coming else {
            return;
        };
        coming.content.extend_from_slice(bytes);
        if coming.content.len() < coming.length {
            return;
        }
        if let Some(coming) = self.certificates.coming.take() {
            self.certificates.files[coming.index] = coming.content;
        }
        self.mode = Mode::Command;
        self.result(Ok(()));
    }

    /// The host went away, or fell silent: the file before stays.
    pub(super) fn drop_certificate(&mut self) {
        if self.certificates.coming.take().is_some() {
            self.mode = Mode::Command;
            self.result(Err(Refusal::Plain));
        }
    }

    pub(super) fn certificate_timeout(&mut self) {
        let due = self.certificates.deadline();
        if due.is_some_and(|due| due <= self.now) {
            self.drop_certificate();
        }
    }
}
