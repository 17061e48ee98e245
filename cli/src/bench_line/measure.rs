//! Drives the module: rounds of commands and transfers, each line of them with its time.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use qftp::ErrorKind;
use qftp::client::{Client, Error, GetOptions, PutMode, PutOptions, Task};
use qftp::host::{LineKind, LineLog};
use qftp_conformance::conversation::sample;

use super::course::Course;
use super::report::Report;
use crate::app::App;
use crate::exit::Exit;
use crate::problem::Problem;
use crate::session::{self, Session};
use crate::target::Target;

/// The file that is moved.
const NAME: &[u8] = b"bench-line.bin";
/// A transfer that would say this moved other bytes.
const OTHER_CONTENT: &str = "the file came back with other content";

/// The plan of a measurement.
pub(super) struct Plan<'a> {
    pub(super) rounds: u32,
    pub(super) size: u32,
    pub(super) pieces: &'a [u32],
    pub(super) target: Target,
}

/// Measures at one speed of the line.
pub(super) fn run(
    app: &App,
    plan: &Plan<'_>,
    port: &str,
    baud: Option<u32>,
    report: &mut Report,
) -> Result<(), Problem> {
    let tasks = [Task::Put, Task::Get];
    session::with_on(app, port, &plan.target, &tasks, |session| {
        let identity = session.client.identity().clone();
        (report.model, report.revision) = (identity.model, identity.revision);
        report.dialect = session.client.dialect().name.into();
        let watch = watch(app, session);
        let content: Vec<u8> = (0..plan.size as usize).map(sample).collect();
        let mut bench = Bench {
            app,
            client: &mut session.client,
            watch,
            remote: remote(&plan.target),
            content,
            baud,
            report,
        };
        for _ in 0..plan.rounds {
            bench.round(plan.pieces)?;
        }
        let Bench { client, remote, .. } = bench;
        // A server may refuse it; the file is then replaced by the next run.
        let _ = client.delete(&remote);
        Ok(())
    })
}

fn remote(target: &Target) -> Vec<u8> {
    match target.directory() {
        b"." => NAME.to_vec(),
        directory => [directory, b"/", NAME].concat(),
    }
}

/// The times of the running operation, as its lines tell them.
#[derive(Debug, Default)]
struct Watch {
    /// The command that was sent last, and when.
    command: Option<(String, Duration)>,
    times: Vec<(String, Duration)>,
    retries: BTreeMap<String, u64>,
}

impl Watch {
    fn line(&mut self, line: &LineLog<'_>) {
        if line.sent && line.kind == LineKind::Command {
            self.command = name(&line.text).map(|name| (name, line.time));
        } else {
            self.came(line.kind, line.time);
        }
    }

    fn came(&mut self, kind: LineKind, time: Duration) {
        let end = match kind {
            LineKind::Connect => "CONNECT",
            LineKind::Result => "result",
            LineKind::Urc => "URC",
            _ => return,
        };
        if let Some((command, begun)) = &self.command {
            let time = time.saturating_sub(*begun);
            self.times.push((format!("{command} to {end}"), time));
        }
    }
}

/// Returns the name of a command line, `AT+QFTPGET`; `None` for the escape sequence.
fn name(line: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(line).ok()?.to_ascii_uppercase();
    let end = text.find(['=', '?']).unwrap_or(text.len());
    text.starts_with("AT").then(|| text[..end].to_owned())
}

/// Watches the lines and the retries of a session.
fn watch(app: &App, session: &mut Session) -> Arc<Mutex<Watch>> {
    let watch = Arc::new(Mutex::new(Watch::default()));
    let (lines, retries) = (Arc::clone(&watch), Arc::clone(&watch));
    let log = app.global.verbose.then(|| session.log.clone());
    session.client.on_line(move |line| {
        if let Some(log) = &log {
            log.line(&line);
        }
        lock(&lines).line(&line);
    });
    session.client.on_retry(move |notice| {
        let mut watch = lock(&retries);
        *watch.retries.entry(notice.kind.name().into()).or_default() += 1;
    });
    watch
}

fn lock(watch: &Mutex<Watch>) -> MutexGuard<'_, Watch> {
    watch.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Bench<'a> {
    app: &'a App,
    client: &'a mut Client,
    watch: Arc<Mutex<Watch>>,
    remote: Vec<u8>,
    content: Vec<u8>,
    baud: Option<u32>,
    report: &'a mut Report,
}

impl Bench<'_> {
    fn round(&mut self, pieces: &[u32]) -> Result<(), Problem> {
        self.time(|client, _| client.command(b"AT").map(|_| ()))?;
        self.time(|client, _| client.command(b"AT+CSQ").map(|_| ()))?;
        self.time_if(Task::WorkingDir, |client, _| client.pwd().map(|_| ()))?;
        self.time_if(Task::ServiceState, |client, _| {
            client.service_state().map(|_| ())
        })?;
        for piece in pieces {
            self.transfers(*piece)?;
        }
        self.time_if(Task::Size, |client, remote| client.size(remote).map(|_| ()))?;
        self.time_if(Task::Modified, |client, remote| {
            client.mdtm(remote).map(|_| ())
        })
    }

    fn transfers(&mut self, piece: u32) -> Result<(), Problem> {
        let whole = self.content.len();
        let size = match usize::try_from(piece) {
            Ok(size) if size > 0 && size < whole => size,
            _ => whole,
        };
        let dialect = self.client.dialect();
        if size == whole || Task::Append.check(dialect).is_ok() {
            self.course("upload", size, |bench, course| bench.upload(size, course))?;
        }
        if size == whole || Task::GetPart.check(dialect).is_ok() {
            self.course("download", size, |bench, course| {
                bench.download(size, course)
            })?;
        }
        Ok(())
    }

    fn upload(&mut self, size: usize, course: &mut Course) -> Result<bool, Error> {
        let begun = Instant::now();
        let mut before = 0;
        for piece in self.content.chunks(size.max(1)) {
            let mut progress = |done, _| course.add(begun.elapsed(), before + done);
            let mode = if before == 0 {
                PutMode::Replace
            } else {
                PutMode::Append
            };
            let options = PutOptions::new().mode(mode).progress(&mut progress);
            let length = piece.len() as u64;
            self.client
                .put(&mut &*piece, Some(length), &self.remote, options)?;
            before += length;
            course.add(begun.elapsed(), before);
        }
        Ok(true)
    }

    fn download(&mut self, size: usize, course: &mut Course) -> Result<bool, Error> {
        let begun = Instant::now();
        let mut got = Vec::with_capacity(self.content.len());
        while got.len() < self.content.len() {
            let before = got.len() as u64;
            let mut progress = |done, _| course.add(begun.elapsed(), before + done);
            let mut options = GetOptions::new().progress(&mut progress);
            if size < self.content.len() {
                options = options.offset(before).length(size as u64);
            }
            self.client.get(&self.remote, &mut got, options)?;
            course.add(begun.elapsed(), got.len() as u64);
            if got.len() as u64 == before {
                break;
            }
        }
        Ok(got == self.content)
    }

    /// Measures a transfer; one that fails has no course.
    fn course(
        &mut self,
        direction: &str,
        size: usize,
        transfer: impl FnOnce(&mut Self, &mut Course) -> Result<bool, Error>,
    ) -> Result<(), Problem> {
        let pieces = if size == self.content.len() {
            String::new()
        } else {
            format!(" in pieces of {size}")
        };
        let mut course = Course::new(self.baud, &format!("{direction}{pieces}"));
        let done = transfer(self, &mut course);
        match &done {
            Ok(true) => self.report.add_course(course),
            Ok(false) => *self.report.errors.entry(OTHER_CONTENT.into()).or_default() += 1,
            Err(_) => {}
        }
        // Of a command that moves a piece, the result comes sooner than of one that moves all.
        self.note(done.map(|_| ()), &pieces)
    }

    fn time_if(
        &mut self,
        task: Task,
        operation: impl FnOnce(&mut Client, &[u8]) -> Result<(), Error>,
    ) -> Result<(), Problem> {
        match task.check(self.client.dialect()) {
            Ok(()) => self.time(operation),
            Err(_) => Ok(()),
        }
    }

    fn time(
        &mut self,
        operation: impl FnOnce(&mut Client, &[u8]) -> Result<(), Error>,
    ) -> Result<(), Problem> {
        let done = operation(self.client, &self.remote);
        self.note(done, "")
    }

    /// Takes the times of the operation that has just ended, their names with these words behind. Those of one that failed
    /// are of a failure, and not kept.
    fn note(&mut self, done: Result<(), Error>, behind: &str) -> Result<(), Problem> {
        let watch = std::mem::take(&mut *lock(&self.watch));
        let unsupported = |error: &Error| error.kind() == ErrorKind::Unsupported;
        if done.as_ref().is_err_and(unsupported) {
            return Ok(()); // nothing was sent
        }
        self.report.operations += 1;
        for (kind, count) in watch.retries {
            *self.report.retries.entry(kind).or_default() += count;
        }
        if self.app.interrupt.asked() {
            return Err(Problem::new(Exit::Interrupted, "interrupted"));
        }
        match done {
            Ok(()) => {
                for (what, time) in watch.times {
                    let what = format!("{what}{behind}");
                    self.report.add_time(self.baud, what, time);
                }
            }
            Err(error) => *self.report.errors.entry(error.describe()).or_default() += 1,
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_behind_a_command_has_its_time() {
        let millis = Duration::from_millis;
        let mut watch = Watch::default();
        watch.came(LineKind::Urc, millis(5));
        watch.command = name(b"AT+QFTPGET=\"a\"").map(|name| (name, millis(10)));
        for (kind, time) in [
            (LineKind::Echo, 11),
            (LineKind::Connect, 30),
            (LineKind::Result, 70),
            (LineKind::Urc, 90),
        ] {
            watch.came(kind, millis(time));
        }
        let expected = [
            ("AT+QFTPGET to CONNECT".to_owned(), millis(20)),
            ("AT+QFTPGET to result".to_owned(), millis(60)),
            ("AT+QFTPGET to URC".to_owned(), millis(80)),
        ];
        assert_eq!(watch.times, expected);
        assert_eq!(name(b"+++"), None);
        assert_eq!(name(b"at+qftppwd?").as_deref(), Some("AT+QFTPPWD"));
    }
}
