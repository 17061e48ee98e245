//! `qftp trace`: shows a record of the line, with times, gaps and the meaning of codes.
//!
//! ```text
//!      102    +20 > AT+QFTPGET="a.txt","COM:"
//!      120    +18 < CONNECT
//!      131    +11 < (1000 bytes)
//!      140     +9 < +QFTPGET: 627,550   the server did not act...
//! ```

mod rows;
mod summary;

use std::fmt::Write as _;
use std::path::PathBuf;

use qftp::record::Record;
use serde_json::{Value, json};

use crate::app::App;
use crate::console;
use crate::exit::Exit;
use crate::problem::Problem;
use rows::Row;
use summary::Summary;

const EXAMPLES: &str = "\
Examples:
  qftp --record a.jsonl -p /dev/ttyUSB2 probe
  qftp trace a.jsonl
  qftp trace --no-urc a.jsonl | less

Each row has the milliseconds since the start, those since the row before,
> for the host or < for the module, and the line. A code is explained behind
its line. The last rows sum up the commands and the bytes.";

/// Holds the arguments of `qftp trace`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The record
    file: PathBuf,
    /// Leave out the lines that belong to no command
    #[arg(long)]
    no_urc: bool,
    /// Show each piece of payload, with its first bytes if the record has them, and its SHA-256
    #[arg(long)]
    payload: bool,
}

pub(crate) fn run(app: &App, arguments: &Arguments) -> Result<(), Problem> {
    let path = &arguments.file;
    let text = std::fs::read(path).map_err(|error| Problem::read(path, &error))?;
    let record = Record::parse(&text).map_err(|error| {
        Problem::new(Exit::LocalRead, format!("{}: {error}", path.display()))
            .hint("`qftp --record FILE` makes records")
    })?;
    let mut rows = rows::of_record(&record, arguments.payload);
    rows.retain(|row| !(arguments.no_urc && row.is_unsolicited));
    let summary = Summary::new(&record);
    if app.global.json {
        return console::print_json(&document(&record, &rows, &summary));
    }
    let width = console::stdout_width();
    let mut shown = heading(&record);
    let mut before = 0;
    for row in &rows {
        let gap = row.ms.saturating_sub(before);
        before = row.ms;
        // A string takes everything.
        let _ = writeln!(shown, "{}", row.line(gap, width));
    }
    if record.is_cut {
        shown.push_str("the file ends in the middle of a line\n");
    }
    let _ = write!(shown, "{}", summary.text());
    console::print(shown)
}

/// Returns the lines about the record as a whole.
fn heading(record: &Record) -> String {
    let header = &record.header;
    let version = console::shown(header.qftp.as_bytes());
    let port = console::shown(header.port.as_bytes());
    let mut text = format!("record of qftp {version}, port: {port}\n");
    if !header.command.is_empty() {
        let words: Vec<String> = header.command.iter().map(|word| quoted(word)).collect();
        // A string takes everything.
        let _ = writeln!(text, "qftp {}", words.join(" "));
    }
    text.push('\n');
    text
}

/// Returns a word as a shell reads it.
fn quoted(word: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:@=+,%".contains(&byte);
    let word = console::shown(word.as_bytes());
    if !word.is_empty() && word.bytes().all(plain) {
        word
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

fn document(record: &Record, rows: &[Row], summary: &Summary) -> Value {
    json!({
        "qftp": record.header.qftp,
        "port": record.header.port,
        "dialect": record.header.dialect,
        "command": record.header.command,
        "cut": record.is_cut,
        "rows": rows.iter().map(Row::document).collect::<Value>(),
        "summary": summary.document(),
    })
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn words_can_be_typed_again() {
        for (word, shown) in [
            ("ls", "ls"),
            ("ftp://joe:***@h/", "'ftp://joe:***@h/'"),
            ("it's", "'it'\\''s'"),
            ("", "''"),
        ] {
            assert_eq!(quoted(word), shown);
        }
    }
}
