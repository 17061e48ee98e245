//! Command lines, and payload of an upload, on their way to the line.

use super::Runner;
use super::activity::Activity;
use crate::dialect::Direction;
use crate::exchange::LineEvent;
use crate::framing::stuffing;
use crate::host::event::Notice;
use crate::host::step::without_ends;
use crate::host::trace::log::{LineKind, RawKind, RawLog};

impl Runner {
    /// Puts a line, or `+++`, into the outbox and the log.
    pub(super) fn send(&mut self, line: &[u8]) {
        self.outbox.clear();
        self.outbox.extend(line);
        if !self.logs_lines && !self.logs_raw {
            return;
        }
        let text = without_ends(line);
        self.redactor.learn(text);
        let redacted = self.redactor.line(text).into_owned();
        if self.logs_raw {
            let (before, after) = line.split_at(line.len() - usize::from(line.ends_with(b"\r")));
            let before = &before[..before.len() - text.len()];
            self.notices.push_back(Notice::RawSent(RawLog {
                sent: true,
                kind: RawKind::Line(LineKind::Command),
                bytes: [before, &redacted, after].concat().into(),
                length: line.len(),
                time: self.now,
            }));
        }
        if self.logs_lines {
            self.notices.push_back(Notice::Sent(self.now, redacted));
        }
    }

    /// Takes payload of a running upload; returns the number of bytes taken.
    pub(in crate::host) fn supply(&mut self, data: &[u8]) -> usize {
        let Activity::Command(run) = &mut self.activity else {
            return 0;
        };
        if run.is_abandoned() || !run.is_sending() {
            return 0;
        }
        let unsupplied = usize::try_from(run.unsupplied).unwrap_or(usize::MAX);
        let data = &data[..data.len().min(unsupplied)];
        if run.step.is_stuffed() {
            let count = self.outbox.supply_stuffed(data);
            run.unsupplied -= count as u64;
            if count > 0 && run.unsupplied == 0 {
                self.outbox.push(stuffing::ETX);
            }
            count
        } else {
            let count = self.outbox.supply(data);
            run.unsupplied -= count as u64;
            count
        }
    }

    /// Counts bytes of the outbox as sent.
    pub(in crate::host) fn transmitted(&mut self, count: usize) {
        self.log_sent_payload(count);
        let emptied = self.outbox.take_sent(count);
        let Activity::Command(run) = &mut self.activity else {
            return;
        };
        // Of an abandoned upload only the end is still to go.
        if !run.is_sending() || (run.is_abandoned() && run.is_escapable()) {
            return;
        }
        run.deadline = self.now + run.wait;
        if emptied && run.unsupplied == 0 {
            self.step(LineEvent::PayloadEnd);
        } else if emptied {
            self.notices.push_back(Notice::WantData);
        }
    }

    /// Puts what went out of the outbox into the trace, if it is payload.
    fn log_sent_payload(&mut self, count: usize) {
        let Activity::Command(run) = &self.activity else {
            return;
        };
        let bytes = self.outbox.next();
        let bytes = &bytes[..bytes.len().min(count)];
        if !run.is_sending() || bytes.is_empty() {
            return;
        }
        if self.logs_payload {
            let log = self.redactor.payload(self.now, Direction::Up, bytes);
            let notice = Notice::PayloadSent(log.into_owned());
            self.notices.push_back(notice);
        }
        if self.logs_raw {
            let log = RawLog {
                sent: true,
                kind: RawKind::Payload,
                bytes: self.redactor.raw_payload(bytes),
                length: bytes.len(),
                time: self.now,
            };
            self.notices.push_back(Notice::RawSent(log.into_owned()));
        }
    }
}
