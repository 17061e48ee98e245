//! `qftp demo`: files go up and come down through a software module, and nothing but this program is needed.
//!
//! The host talks to the module over a pseudo terminal, the module to an FTP server over loopback, as all three would
//! in the field. What was sent, what lies on the server and what came back must have one SHA-256.

mod samples;
mod stage;
mod table;

use std::fs;
use std::path::Path;

use qftp::client::{Client, Entry, Transfer, Transferred};
use sha2::{Digest, Sha256};

use crate::App;
use crate::console;
use crate::exit::{During, Exit};
use crate::log::{Log, Way};
use crate::module;
use crate::problem::Problem;
use crate::progress::Meter;
use crate::session::watch;

use samples::Sample;
use stage::Stage;
use table::{Row, Table};

/// Where on the server the files go.
const FOLDER: &str = "files";

/// Carries all files and prints what was done.
pub(crate) fn run(app: &App) -> Result<(), Problem> {
    let samples = samples::all()?;
    let stage = Stage::new(app.global.dialect.unwrap_or(module::DIALECT))?;
    for sample in &samples {
        sample.write(&stage.local())?;
    }
    let log = Log::default();
    let client = stage.client(app, &log)?;
    introduce(&stage, &client)?;
    let mut carrier = Carrier {
        client,
        log,
        stage: &stage,
        app,
    };
    let moved = carrier.carry(&samples)?;
    drop(carrier);
    let (rows, differences) = compare(&stage, &samples, &moved)?;
    console::print(Table(&rows))?;
    conclude(rows.len(), &differences)
}

/// Says who takes part.
fn introduce(stage: &Stage, client: &Client) -> Result<(), Problem> {
    let identity = client.identity();
    console::print(format_args!(
        "server: {}\nmodule: {} {}, dialect {}, on {}\n\n",
        stage.url(),
        identity.manufacturer,
        identity.model,
        client.dialect().name,
        stage.terminal().display()
    ))
}

/// The host, and how it is watched.
struct Carrier<'a> {
    client: Client,
    log: Log,
    stage: &'a Stage,
    app: &'a App,
}

/// What went over the line: an upload and a download for each sample, a listing between them.
struct Moved {
    up: Vec<Transferred>,
    listed: Vec<Entry>,
    down: Vec<Transferred>,
}

impl Carrier<'_> {
    fn carry(&mut self, samples: &[Sample]) -> Result<Moved, Problem> {
        let manage = |error| Problem::client(&error, During::Manage);
        self.client.mkdir(FOLDER.as_bytes()).map_err(manage)?;
        self.client.cwd(FOLDER.as_bytes()).map_err(manage)?;
        let up = samples.iter().map(|sample| self.put(sample));
        let up = up.collect::<Result<_, _>>()?;
        let listed = self.client.list(b".").map_err(manage)?;
        let down = samples.iter().map(|sample| self.get(sample));
        let down = down.collect::<Result<_, _>>()?;
        self.client.close().map_err(manage)?;
        Ok(Moved { up, listed, down })
    }

    fn put(&mut self, sample: &Sample) -> Result<Transferred, Problem> {
        let meter = Meter::new(sample.name, self.app);
        let mut progress = watch(&self.log, Way::Up, &meter);
        let transfer = Transfer {
            progress: Some(&mut progress),
            ..Transfer::default()
        };
        let path = self.stage.local().join(sample.name);
        self.client
            .put_file(&path, sample.name.as_bytes(), transfer)
            .map_err(|error| Problem::client(&error, During::Store).about(sample.name))
    }

    fn get(&mut self, sample: &Sample) -> Result<Transferred, Problem> {
        let meter = Meter::new(sample.name, self.app);
        let mut progress = watch(&self.log, Way::Down, &meter);
        let transfer = Transfer {
            progress: Some(&mut progress),
            ..Transfer::default()
        };
        let path = self.stage.back().join(sample.name);
        self.client
            .get_file(sample.name.as_bytes(), &path, transfer)
            .map_err(|error| Problem::client(&error, During::Retrieve).about(sample.name))
    }
}

/// A row for each file, and in words what is not as it should be.
fn compare(
    stage: &Stage,
    samples: &[Sample],
    moved: &Moved,
) -> Result<(Vec<Row>, Vec<String>), Problem> {
    let mut rows = Vec::new();
    let mut differences = Vec::new();
    let both_ways = moved.up.iter().zip(&moved.down);
    for (sample, (up, down)) in samples.iter().zip(both_ways) {
        let name = sample.name;
        let sent = digest(&stage.local().join(name))?;
        let stored = digest(&stage.served().join(FOLDER).join(name))?;
        let received = digest(&stage.back().join(name))?;
        let mut listed = moved.listed.iter();
        let entry = listed.find(|entry| entry.name == name.as_bytes());
        let row = Row {
            name,
            size: up.bytes,
            up: up.elapsed,
            down: down.elapsed,
            digest: received,
        };
        let size = entry.and_then(|entry| entry.size);
        differences.extend(difference(&row, &sent, &stored, size));
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
        Some(format!("{name} is listed {listed}, not with {}", row.size))
    } else {
        None
    }
}

fn conclude(files: usize, differences: &[String]) -> Result<(), Problem> {
    if !differences.is_empty() {
        return Err(Problem::new(Exit::Failed, differences.join("; ")));
    }
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
        let problem = conclude(1, &["a differs".into()]).expect_err("a problem");
        assert_eq!(problem.exit, Exit::Failed);
        assert_eq!(problem.message, "a differs");
    }
}
