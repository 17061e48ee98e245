//! Bytes to lines and payload; where a payload ends.
//!
//! What a host reads from a module is, by V.250 and the manuals:
//!
//! ```text
//! stream   = *( echo / line / transfer )
//! echo     = <command line> CR
//! line     = [CR LF] <text> CR LF
//! transfer = CR LF "CONNECT" [SP digits] CR LF payload trailer
//! trailer  = CR LF "OK" CR LF CR LF "+QFTPGET: 0," digits CR LF     ; digits = length of the payload
//! ```
//!
//! What a module reads from a host is command lines, or payload in which only `+++` between silences means anything.
//!
//! For the module, [`command_line`] splits what is typed and [`escape`] watches for `+++`. For the host,
//! [`reply_line`] splits the lines; [`payload`] finds the end of a payload without ever looking for `OK` in file data.

mod belief;
mod broken_off;
pub mod command_line;
pub mod escape;
mod found;
mod lines_behind;
pub mod payload;
pub mod reply_line;
mod search;
pub mod stuffing;
mod tail;
mod trailer;
