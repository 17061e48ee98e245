//! Records of a line: what went over it, byte by byte and with times, without secrets; and their replay as a port.
//!
//! A record is a file of JSON Lines. The first line is a header, each other line an event:
//!
//! ```text
//! {"qftp-record":1,"qftp":"0.1.0","port":"serial","dialect":null,"command":["qftp","stat","ftp://***@h/a.txt"]}
//! {"us":0,"kind":"opened"}
//! {"us":70,"from":"host","kind":"command","text":"ATE1\r"}
//! {"us":2070,"from":"module","kind":"echo","text":"ATE1\r"}
//! {"us":2110,"from":"module","kind":"result","text":"\r\nOK\r\n"}
//! {"us":9000,"from":"module","kind":"payload","bytes":1000}
//! {"us":9100,"from":"module","kind":"digest","bytes":1000,"sha256":"..."}
//! ```
//!
//! | key | meaning |
//! | --- | --- |
//! | `us` | microseconds since the start of the record; of what came, when its last byte came |
//! | `from` | `host` or `module` |
//! | `kind` | a [`LineKind`](crate::host::LineKind), `line-ends`, `framing`, `skipped`, `payload`, `digest`, `opened`, `module`, `note`, `exit` |
//! | `text` | the bytes, with line ends; see below |
//! | `bytes` | the number of bytes, where they are not there as text |
//! | `content` | the bytes of payload in base64, where the user wants them |
//! | `sha256` | of the payload in one direction that has just ended, all its `bytes` |
//!
//! In `text` a backslash stands twice, and `\xNN` is a byte that is not text, or a control character other than CR and LF.
//! JSON escapes what is left, in its own way. A password is `***` ([`crate::host::redact`]); of certificates and keys
//! there is the length alone.
//!
//! [`Recorder`] writes records, [`Record`] reads them, [`replay`] plays the module's side of one, [`player`] the host's.

mod error;
mod event;
mod file;
mod line;
#[cfg(feature = "emulator")]
mod line_record;
#[cfg(feature = "emulator")]
pub(crate) mod line_tap;
mod notation;
mod pattern;
pub mod player;
mod recorder;
pub mod replay;

pub use error::RecordError;
pub use event::{RecordEvent, RecordHeader, RecordKind};
pub use file::Record;
#[cfg(feature = "emulator")]
pub(crate) use line_record::LineRecord;
pub use notation::{escape, unescape};
pub use recorder::Recorder;
