//! `qftp demo`: transfers files through an emulator to a local server and back, and compares them.
//!
//! The host talks to the emulator over a pseudo terminal, the emulator to an FTP server over loopback. The file that was
//! sent, the file on the server and the file that came back must have one SHA-256. The server must list each file with
//! its size; a dialect without a listing asks for the sizes.
//!
//! `--dialect all` runs every dialect in turn; the last line counts the files of all turns. `--tls` uses TLS with a
//! generated certificate, and shows the commands of the login for it.

mod samples;
mod stage;
mod table;
mod tls;

use std::fs;
use std::path::Path;

use clap::Args;
use qftp::client::{Client, Error, GetOptions, PutOptions, Support, Task, Transferred, support};
use qftp::dialect::{self, CommandKind, Dialect};
use qftp::emulator::EmulatorOptions;
use qftp::module::{self as module_end, Latency};
use sha2::{Digest, Sha256};

use crate::app::App;
use crate::console;
use crate::emulate;
use crate::exit::{Exit, Phase};
use crate::global::DialectChoice;
use crate::log::{Direction, Log};
use crate::problem::Problem;
use crate::progress::Meter;
use crate::quirks::Quirks;
use crate::serve::Mode;
use crate::session::watch;

use samples::Sample;
use stage::{Part, Stage};
use table::{Row, Table};

/// The folder of the files on the server.
const FOLDER: &str = "files";

const HELP: &str = "\
--dialect chooses the module, by dialect or model; the default is ec2x.
`--dialect all` runs every dialect in turn, each with the quirks of --quirk that
it can have. The last line is `demo: N files, SHA-256 equal`, where N counts the
files of all turns.

With --tls the server has a generated certificate, and the module gets the one
of the authority that issued it (`ca:`). ec20 and nl668 have implicit TLS only,
gsm has none: `--dialect all --tls` uses what each has, and says so.";

/// Holds the arguments of `qftp demo`.
#[derive(Args)]
#[command(after_help = HELP)]
pub(crate) struct Arguments {
    #[command(flatten)]
    quirks: Quirks,
    /// Use TLS: explicit (AUTH TLS) or implicit (from the first byte)
    #[arg(long, value_name = "MODE", num_args = 0..=1, default_missing_value = "explicit")]
    tls: Option<Mode>,
}

/// Runs the chosen dialects and prints the result of each.
pub(crate) fn run(app: &App, arguments: &Arguments) -> Result<(), Problem> {
    let samples = samples::all()?;
    let part = |mut emulator: EmulatorOptions, quirks| {
        emulator.quirks = quirks;
        // Its host is the client here, which needs no distance between a result and a URC.
        emulator.latency = Latency::NONE;
        Part {
            emulator,
            tls: arguments.tls,
        }
    };
    let quirks = &arguments.quirks;
    let parts = if let Some(DialectChoice::All) = app.global.dialect {
        let all = dialect::ALL.iter();
        all.map(|one| part(EmulatorOptions::new(one), quirks.within(one)))
            .collect()
    } else {
        let one = emulate::options_of(app.global.model()?);
        tls::check(one.dialect, arguments.tls)?;
        let quirks = quirks.of(one.dialect)?;
        vec![part(one, quirks)]
    };
    finish(&turns(app, &samples, parts)?)
}

/// The result of one turn: the number of files, and the differences in words.
struct Turn {
    files: usize,
    differences: Vec<String>,
}

fn turns(app: &App, samples: &[Sample], parts: Vec<Part>) -> Result<Vec<Turn>, Problem> {
    let mut turns = Vec::new();
    for part in parts {
        if !turns.is_empty() {
            console::print("\n")?;
        }
        let dialect = part.emulator.dialect;
        let tls = part.tls.and_then(|mode| tls::best(dialect, mode));
        if tls != part.tls {
            let has = tls.map_or("no TLS and is skipped".into(), |mode| {
                format!("{mode} TLS only")
            });
            console::print(format_args!("{} has {has}\n", dialect.name))?;
            if tls.is_none() {
                continue;
            }
        }
        turns.push(turn(app, samples, Part { tls, ..part })?);
    }
    Ok(turns)
}

/// Transfers all files through a module of one dialect and prints a table.
fn turn(app: &App, samples: &[Sample], part: Part) -> Result<Turn, Problem> {
    let (dialect, quirks) = (part.emulator.dialect, part.emulator.quirks);
    let stage = Stage::new(part)?;
    for sample in samples {
        sample.write(&stage.local())?;
    }
    let log = Log::default();
    let client = stage.client(app, &log)?;
    introduce(&stage, &client, quirks)?;
    let mut carrier = Carrier {
        client,
        log,
        stage: &stage,
        app,
    };
    let moved = carrier
        .carry(samples)
        .map_err(|problem| problem.about(dialect.name))?;
    drop(carrier);
    let (rows, differences) = compare(&stage, samples, &moved)?;
    console::print(Table(&rows))?;
    let named = |difference| format!("{}: {difference}", dialect.name);
    Ok(Turn {
        files: rows.len(),
        differences: differences.into_iter().map(named).collect(),
    })
}

/// Prints the server, the module, and what TLS or a missing listing means.
fn introduce(stage: &Stage, client: &Client, quirks: module_end::Quirks) -> Result<(), Problem> {
    let identity = client.identity();
    let quirks = match quirks.to_string() {
        names if names.is_empty() => names,
        names => format!(", quirks {names}"),
    };
    console::print(format_args!(
        "server: {}\n{}module: {} {}, dialect {}{quirks}, on {}\n{}{}\n",
        stage.url(),
        authority(stage),
        identity.manufacturer,
        identity.model,
        client.dialect().name,
        stage.terminal().display(),
        for_tls(stage),
        without_listing(client.dialect()).unwrap_or_default()
    ))
}

/// Names the authority that the module has to trust.
fn authority(stage: &Stage) -> String {
    stage.authority().map_or(String::new(), |file| {
        let file = file.display();
        format!("ca:     {file}, the authority of its certificate; deleted at the end\n")
    })
}

/// Lists the commands for TLS, where it was asked for: a login without it sends some of them, too.
fn for_tls(stage: &Stage) -> String {
    if stage.authority().is_none() {
        return String::new();
    }
    match stage.extra.explained() {
        commands if commands.is_empty() => commands,
        commands => format!("tls:    commands of the login for it\n{commands}"),
    }
}

/// Explains the source of the sizes in a dialect without a listing.
fn without_listing(dialect: &'static Dialect) -> Option<String> {
    if support(dialect, Task::List) != Support::Missing {
        return None;
    }
    let size = dialect.command(CommandKind::FtpSize)?.name;
    let name = dialect.name;
    Some(format!(
        "sizes:  from AT{size}, since {name} has no listing\n"
    ))
}

/// The client and its log.
struct Carrier<'a> {
    client: Client,
    log: Log,
    stage: &'a Stage,
    app: &'a App,
}

/// For each sample: its upload, its size on the server if known, its download.
struct Moved {
    up: Vec<Transferred>,
    sizes: Vec<Option<u64>>,
    down: Vec<Transferred>,
}

impl Carrier<'_> {
    fn carry(&mut self, samples: &[Sample]) -> Result<Moved, Problem> {
        let manage = |error| Problem::client(&error, Phase::Manage);
        self.client.mkdir(FOLDER.as_bytes()).map_err(manage)?;
        self.client.cwd(FOLDER.as_bytes()).map_err(manage)?;
        let up = samples.iter().map(|sample| self.put(sample));
        let up = up.collect::<Result<_, _>>()?;
        let sizes = self.sizes(samples).map_err(manage)?;
        let down = samples.iter().map(|sample| self.get(sample));
        let down = down.collect::<Result<_, _>>()?;
        self.client.logout().map_err(manage)?;
        Ok(Moved { up, sizes, down })
    }

    /// Reads the sizes from a listing, or one by one in a dialect without one.
    fn sizes(&mut self, samples: &[Sample]) -> Result<Vec<Option<u64>>, Error> {
        if without_listing(self.client.dialect()).is_some() {
            let size = |sample: &Sample| self.client.size(sample.name.as_bytes()).map(Some);
            return samples.iter().map(size).collect();
        }
        let listed = self.client.list(b".")?;
        let size = |sample: &Sample| {
            let mut listed = listed.iter();
            let entry = listed.find(|entry| entry.name == sample.name.as_bytes());
            entry.and_then(|entry| entry.size)
        };
        Ok(samples.iter().map(size).collect())
    }

    fn put(&mut self, sample: &Sample) -> Result<Transferred, Problem> {
        let meter = Meter::new(sample.name, self.app);
        let mut progress = watch(&self.log, Direction::Up, &meter);
        let transfer = PutOptions::new().progress(&mut progress);
        let path = self.stage.local().join(sample.name);
        self.client
            .put_file(&path, sample.name.as_bytes(), transfer)
            .map_err(|error| Problem::client(&error, Phase::Store).about(sample.name))
    }

    fn get(&mut self, sample: &Sample) -> Result<Transferred, Problem> {
        let meter = Meter::new(sample.name, self.app);
        let mut progress = watch(&self.log, Direction::Down, &meter);
        let transfer = GetOptions::new().progress(&mut progress);
        let path = self.stage.back().join(sample.name);
        self.client
            .get_file(sample.name.as_bytes(), &path, transfer)
            .map_err(|error| Problem::client(&error, Phase::Retrieve).about(sample.name))
    }
}

/// Returns a row for each file, and the differences in words.
fn compare(
    stage: &Stage,
    samples: &[Sample],
    moved: &Moved,
) -> Result<(Vec<Row>, Vec<String>), Problem> {
    let mut rows = Vec::new();
    let mut differences = Vec::new();
    let both_ways = moved.up.iter().zip(&moved.down);
    for ((sample, size), (up, down)) in samples.iter().zip(&moved.sizes).zip(both_ways) {
        let name = sample.name;
        let sent = digest(&stage.local().join(name))?;
        let stored = digest(&stage.served().join(FOLDER).join(name))?;
        let received = digest(&stage.back().join(name))?;
        let row = Row {
            name,
            size: up.bytes,
            up: up.elapsed,
            down: down.elapsed,
            digest: received,
        };
        differences.extend(difference(&row, &sent, &stored, *size));
        rows.push(row);
    }
    Ok((rows, differences))
}

fn digest(path: &Path) -> Result<String, Problem> {
    let content = fs::read(path).map_err(|error| Problem::read(path, &error))?;
    let hex = |byte| format!("{byte:02x}");
    Ok(Sha256::digest(content).iter().map(hex).collect())
}

fn difference(row: &Row, sent: &str, stored: &str, listed: Option<u64>) -> Option<String> {
    let name = row.name;
    if stored != sent {
        Some(format!(
            "{name} on the server is not what was sent: SHA-256 {stored}, not {sent}"
        ))
    } else if row.digest != sent {
        let received = &row.digest;
        Some(format!(
            "{name} came back as something else: SHA-256 {received}, not {sent}"
        ))
    } else if listed != Some(row.size) {
        let listed = listed.map_or("without a size".into(), |size| format!("with {size} bytes"));
        Some(format!(
            "{name} is on the server {listed}, not with {}",
            row.size
        ))
    } else {
        None
    }
}

fn finish(turns: &[Turn]) -> Result<(), Problem> {
    let differences = turns.iter().flat_map(|turn| &turn.differences);
    let differences: Vec<&str> = differences.map(String::as_str).collect();
    if !differences.is_empty() {
        return Err(Problem::new(Exit::Failed, differences.join("; ")));
    }
    let files: usize = turns.iter().map(|turn| turn.files).sum();
    console::print(format_args!("demo: {files} files, SHA-256 equal\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn every_difference_is_told() {
        let row = Row {
            name: "a",
            size: 5,
            up: Duration::ZERO,
            down: Duration::ZERO,
            digest: "d".into(),
        };
        assert_eq!(difference(&row, "d", "d", Some(5)), None);
        let cases = [
            ("d", "x", Some(5), "on the server"),
            ("x", "x", Some(5), "came back"),
            ("d", "d", Some(4), "with 4 bytes"),
            ("d", "d", None, "without a size"),
        ];
        for (sent, stored, listed, words) in cases {
            let told = difference(&row, sent, stored, listed).expect("a difference");
            assert!(told.contains(words), "{told}");
        }
        let turn = |differences| Turn {
            files: 1,
            differences,
        };
        let turns = [turn(vec!["ec20: a differs".into()]), turn(Vec::new())];
        let problem = finish(&turns).expect_err("a problem");
        assert_eq!(problem.exit, Exit::Failed);
        assert_eq!(problem.message(), "ec20: a differs");
    }

    #[test]
    fn a_dialect_without_a_listing_says_so() {
        for dialect in dialect::ALL {
            let printed = without_listing(dialect);
            assert_eq!(printed.is_some(), dialect.name == "gsm", "{printed:?}");
        }
    }
}
