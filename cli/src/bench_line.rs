//! `qftp bench-line`: measures a module on its line, and compares two measurements.
//!
//! `measure.rs` drives the module, `report.rs` holds what came of it, `statistics.rs` the intervals; the other files show
//! it. Times are those of the client's line log: the arrival of the last byte of each line.

mod course;
mod csv;
mod measure;
mod plot;
mod report;
mod speed;
mod statistics;
mod table;

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::Value;

use crate::app::App;
use crate::console;
use crate::exit::Exit;
use crate::problem::Problem;
use crate::session;
use crate::target::Target;
use measure::Plan;
use report::Report;

const HELP: &str = "\
Measured are, for each command that is typed, the time to its result and to its
URC, and the time to CONNECT of transfers; the bytes per second of uploads and
downloads, whole and in pieces of each size; errors and retries. The directory
of the URL gets one file, bench-line.bin, which is deleted at the end.

Each figure is a median with its 95 % interval, by resampling; with fewer than
6 values there is no interval. Of two runs each difference has its interval, and
a mark where 0 is not in it. With many rows, expect one in twenty to be marked
by chance.

Examples:
  qftp bench-line -p /dev/ttyUSB2 ftp://test:word@ftp.example.com/
  qftp bench-line -p /dev/ttyUSB2 --baud 115200 --bauds 115200,460800 ftp://...
  qftp bench-line -p emulator://ec25 --pieces 4096,65536 ftp://... --json > a.json
  qftp bench-line --from a.json --from b.json --svg both.svg
  qftp bench-line --from a.json --csv a.csv";

/// Holds the arguments of `qftp bench-line`.
#[derive(Args)]
#[command(after_help = HELP)]
pub(crate) struct Arguments {
    /// Directory of a server that the module logs in to
    #[arg(
        value_name = "URL",
        required_unless_present = "from",
        conflicts_with = "from"
    )]
    url: Option<String>,
    /// Rounds of all commands and transfers
    #[arg(long, value_name = "N", default_value_t = 10)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=10_000))]
    rounds: u32,
    /// Bytes of the file
    #[arg(long, value_name = "BYTES", default_value_t = 65_536)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=1_000_000_000))]
    size: u32,
    /// Sizes of pieces, a transfer command for each; `0` is the whole file
    #[arg(long, value_name = "BYTES", value_delimiter = ',', default_value = "0")]
    pieces: Vec<u32>,
    /// Speeds of the line in bits per second, one after the other (AT+IPR)
    #[arg(
        long,
        value_name = "RATES",
        value_delimiter = ',',
        conflicts_with = "from"
    )]
    bauds: Vec<u32>,
    /// Write every value as comma-separated values
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Write a plot
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Results of --json to show in place of measuring; two are compared
    #[arg(long, value_name = "FILE")]
    from: Vec<PathBuf>,
}

/// Shows a measurement, made now or read from files.
pub(crate) fn run(app: &App, arguments: &Arguments) -> Result<(), Problem> {
    if arguments.from.len() > 2 {
        return Err(Problem::usage("--from is given more than twice")
            .hint("compare two measurements at a time"));
    }
    let reports: Vec<Report> = match &arguments.url {
        None => {
            let read = arguments.from.iter().map(|path| read(path));
            read.collect::<Result<_, _>>()?
        }
        Some(url) => vec![measure(app, arguments, url)?],
    };
    let write = |path: &Path, text: String| {
        std::fs::write(path, text).map_err(|error| Problem::write(path, &error))
    };
    if let Some(path) = &arguments.csv {
        write(path, csv::text(&reports))?;
    }
    if let Some(path) = &arguments.svg {
        write(path, plot::svg(&reports))?;
    }
    match (&reports[..], app.global.json) {
        ([one], true) => console::print_json(&one.document())?,
        ([first, second], true) => console::print_json(&table::comparison(first, second))?,
        ([first, second], false) => console::print(table::both(first, second))?,
        _ => console::print(table::one(&reports[0]))?,
    }
    let errors: u64 = reports.iter().map(Report::error_count).sum();
    if arguments.from.is_empty() && errors > 0 {
        let what = format!("{errors} of the operations ended with an error");
        return Err(Problem::new(Exit::Failed, what));
    }
    Ok(())
}

fn measure(app: &App, arguments: &Arguments, url: &str) -> Result<Report, Problem> {
    let plan = Plan {
        rounds: arguments.rounds,
        size: arguments.size,
        pieces: &arguments.pieces,
        target: Target::parse(url)?,
    };
    let port = session::port_url(app)?;
    let mut report = Report::new(&port, arguments.rounds, arguments.size);
    if arguments.bauds.is_empty() {
        measure::run(app, &plan, &port, None, &mut report)?;
        return Ok(report);
    }
    speed::check(&port)?;
    let mut now = port.clone();
    for baud in &arguments.bauds {
        now = speed::change(app, &now, *baud)?;
        measure::run(app, &plan, &now, Some(*baud), &mut report)?;
    }
    if let Some(first) = speed::of(&port) {
        speed::change(app, &now, first)?;
    }
    Ok(report)
}

fn read(path: &Path) -> Result<Report, Problem> {
    let text = std::fs::read_to_string(path).map_err(|error| Problem::read(path, &error))?;
    let not_ours = |reason: String| {
        Problem::usage(format!("{}: {reason}", path.display()))
            .hint("give a file that `qftp bench-line --json` has written")
    };
    let document: Value =
        serde_json::from_str(&text).map_err(|error| not_ours(error.to_string()))?;
    Report::parse(&document).map_err(not_ours)
}
