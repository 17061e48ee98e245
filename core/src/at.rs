//! The grammar of an AT line, in both directions.
//!
//! A command line is `AT`, then commands, then CR. Basic commands (`E0`, `&D2`, `S3=13`) follow one another
//! directly; an extended command (`+CGMM`, `+QFTPPUT="a","COM:"`) ends at a `;` or at the line's end.
//! A reply line is a result code (`OK`, `+CME ERROR: 603`), an information or unsolicited line
//! (`+QFTPSIZE: 0,1000`), or free text.
//!
//! Emitting and parsing are inverses: what [`Emit`] writes, [`parse_line`] reads back. Strings are bytes and stand
//! in double quotes; there is no way to escape a quote or a control character inside one, so such a string is
//! refused before it reaches the line (002 §1.2; see [`check_string`]).

mod command_line;
mod emit;
mod plain_text;
mod reply_line;
mod value;

pub use command_line::{AtCommand, Form, SyntaxError, parse_line, unreadable_command};
pub use emit::{Emit, UnencodableByte, check_string};
pub(crate) use plain_text::plain_text;
pub use reply_line::{FinalErrorLine, Line, parse_reply};
pub use value::{Fields, Token, parse_integer, push_integer};

/// Longest command line a module takes, in bytes; longer ones are answered `ERROR`.
///
/// The longest the manuals allow is the account of 003: 1024 + 3 * 255 bytes and the punctuation between them.
pub const MAX_COMMAND_LINE: usize = 2048;
