//! A record as the file that it stands in.

use std::time::Duration;

use super::error::RecordError;
use super::event::{RecordEvent, RecordHeader};
use super::line;

/// The longest line of a record in bytes; a read of the port, 64 KiB, fits into it as `content`.
pub(super) const MAX_LINE: usize = 256 * 1024;

/// A record of a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Record {
    /// The first line.
    pub header: RecordHeader,
    /// In order. The event `n` stands in the line `n + 2` of the file.
    pub events: Vec<RecordEvent>,
    /// The file ends in the middle of a line, as when the disk was full.
    pub is_cut: bool,
}

impl Record {
    /// Parses the content of a file.
    ///
    /// # Errors
    ///
    /// [`RecordError`] names the line that is not an event, is longer than 256 KiB, or goes back in time. The end of a file
    /// that was cut is no error.
    ///
    /// ```
    /// use qftp::record::Record;
    ///
    /// let text = b"{\"qftp-record\":1,\"qftp\":\"0.1.0\",\"port\":\"serial\"}\n{\"us\":5,\"kind\":\"opened\"}\n";
    /// let record = Record::parse(text)?;
    /// assert_eq!(record.events.len(), 1);
    /// assert_eq!(Record::parse(b"x\n").unwrap_err().line, 1);
    /// # Ok::<(), qftp::record::RecordError>(())
    /// ```
    pub fn parse(text: &[u8]) -> Result<Self, RecordError> {
        let mut record = Record::default();
        let mut last = Duration::ZERO;
        let mut lines = text.split(|byte| *byte == b'\n');
        let unended = lines.next_back().unwrap_or_default();
        let mut count = 0;
        for (number, text) in (1..).zip(lines) {
            count = number;
            if text.len() > MAX_LINE {
                return Err(RecordError::new(number, "it is longer than 256 KiB"));
            }
            let error = |reason| RecordError::new(number, reason);
            if number == 1 {
                record.header = line::parse_header(text).map_err(error)?;
                continue;
            }
            let event = line::parse_event(text).map_err(error)?;
            if event.time < last {
                return Err(error(
                    "its time lies before that of the line before it".into(),
                ));
            }
            last = event.time;
            record.events.push(event);
        }
        if count == 0 {
            let reason = "it is not there; a record begins with {\"qftp-record\":1,...}";
            return Err(RecordError::new(1, reason));
        }
        record.is_cut = !unended.is_empty();
        Ok(record)
    }

    /// Returns the content of the file.
    pub fn emit(&self) -> String {
        let mut text = line::emit_header(&self.header);
        for event in &self.events {
            text.push_str(&line::emit_event(event));
        }
        text
    }

    /// Returns the line of the file in which an event stands.
    pub fn line_number(index: usize) -> usize {
        index + 2
    }
}
