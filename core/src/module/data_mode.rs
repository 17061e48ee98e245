//! Data mode of the module end: who gets what comes from the host, and what ends it (DIALECTS "Data mode").

use alloc::vec::Vec;

use super::Module;
use crate::framing::escape::Escape;
use crate::framing::stuffing::Unstuff;

/// Who gets what is typed.
#[derive(Debug)]
pub(super) enum Mode {
    Command,
    Data(Escape),
    /// What comes ends at a bare ETX (003 §1.2.15).
    Stuffed(Unstuff),
    /// What comes is payload, whatever it is (003 §1.2.20, COMMON 8.2).
    Raw,
    /// What comes means nothing: a payload goes the other way.
    Deaf,
}

impl Module {
    /// How many payload bytes of the host are still to come, if that is known.
    fn room(&self) -> Option<u64> {
        if self.certificates.is_active() {
            self.certificates.room()
        } else if self.files.is_active() {
            self.files.room()
        } else {
            self.upload_room()
        }
    }

    /// Payload of the host, up to the count where there is one; returns the rest. Pluses that may begin `+++` are
    /// part of the count: at its end they are data.
    pub(super) fn take_data<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let room = self.room().map_or(usize::MAX, |room| {
            usize::try_from(room).unwrap_or(usize::MAX)
        });
        let Mode::Data(escape) = &mut self.mode else {
            return bytes;
        };
        let fits = room.saturating_sub(escape.held().into()).min(bytes.len());
        let (bytes, rest) = bytes.split_at(fits);
        let passed = escape.pass(self.now, bytes);
        let mut data = pluses(passed.pluses);
        data.extend_from_slice(passed.bytes);
        if data.len() + usize::from(escape.held()) >= room {
            data.append(&mut pluses(escape.release(self.now)));
        }
        self.data_taken(data);
        rest
    }

    /// Payload up to a bare ETX; returns the rest.
    pub(super) fn take_stuffed<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let Mode::Stuffed(unstuff) = &mut self.mode else {
            return bytes;
        };
        let mut data = Vec::with_capacity(bytes.len());
        let (count, ended) = unstuff.pass(bytes, &mut data);
        self.data_taken(data);
        if ended {
            self.end_of_stuffed();
        }
        bytes.get(count..).unwrap_or_default()
    }

    /// Payload up to the count; returns the rest.
    pub(super) fn take_raw<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let Some(room) = self.room() else {
            return &[];
        };
        let room = usize::try_from(room).unwrap_or(usize::MAX);
        let (data, rest) = bytes.split_at(room.min(bytes.len()));
        self.data_taken(data.to_vec());
        rest
    }

    /// Data of the host, free of the escape sequence.
    pub(super) fn data_taken(&mut self, data: Vec<u8>) {
        if data.is_empty() {
            return;
        }
        if self.certificates.is_active() {
            self.certificate_data(&data);
        } else if self.files.is_active() {
            self.file_data(data);
        } else {
            self.ftp_data(data);
        }
    }

    /// `+++`, or DTR with `AT&D1`.
    pub(super) fn escaped(&mut self) {
        if self.files.is_active() {
            self.file_escaped();
        } else {
            self.ftp_escaped();
        }
    }

    /// DTR with `AT&D2`.
    pub(super) fn hung_up(&mut self) {
        if self.certificates.is_active() {
            self.drop_certificate();
        } else if self.files.is_active() {
            self.file_escaped();
        } else {
            self.ftp_hung_up();
        }
    }
}

pub(super) fn pluses(count: u8) -> Vec<u8> {
    (0..count).map(|_| b'+').collect()
}
