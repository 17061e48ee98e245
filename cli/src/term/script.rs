//! A terminal in a pipe: the lines of standard input, each after the result code of the one before.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::time::{Duration, Instant};

use qftp::host;

use super::lines::ResultCode;
use super::talk::{Shown, Talk};
use super::typed::{self, Typed, Until};
use crate::app::App;
use crate::console;
use crate::exit::Exit;
use crate::explain;
use crate::explanation;
use crate::problem::Problem;
use crate::stdin;

/// A result code that is followed by data of ours needs no further wait; the last command may be followed by a URC.
const LAST: Duration = Duration::from_millis(200);

pub(super) fn run(app: &App, mut talk: Talk, wait: Duration) -> Result<(), Problem> {
    let mut first_error = Ok(());
    for line in BufReader::new(stdin::Input::new(&app.interrupt)).lines() {
        let line = line
            .map_err(|error| Problem::new(Exit::LocalRead, format!("standard input: {error}")))?;
        let typed = typed::parse(line.trim_end_matches('\r')).map_err(Problem::usage)?;
        if typed == Typed::Quit {
            break;
        }
        let done = carry_out(app, &mut talk, typed, wait);
        if let Err(problem) = done {
            if !problem.line_is_fine() {
                return Err(problem);
            }
            if first_error.is_ok() {
                first_error = Err(problem);
            }
        }
    }
    talk.listen(LAST, &mut show)?;
    first_error
}

fn carry_out(app: &App, talk: &mut Talk, typed: Typed, wait: Duration) -> Result<(), Problem> {
    match typed {
        Typed::Line(line) if line.is_empty() => Ok(()),
        Typed::Line(line) => {
            talk.line(&line)?;
            let came = until(app, talk, wait, |shown| shown.result.is_some())?;
            let command = console::shown(&host::redact(&line));
            match came {
                None => Err(Problem::new(
                    Exit::NoAnswer,
                    format!("{command}: no result code within {} s", wait.as_secs()),
                )),
                Some(shown) if shown.result == Some(ResultCode::Failed) => {
                    Err(refused(&command, &shown))
                }
                Some(_) => Ok(()),
            }
        }
        Typed::Bytes(bytes) => talk.bytes(&bytes),
        Typed::File(path) => talk.file(Path::new(&path)).map(drop),
        Typed::Escape => talk.escape(show),
        Typed::Dtr(on) => talk.dtr(on),
        Typed::Wait(Until::Seconds(seconds)) => {
            let time = Duration::from_secs(seconds.into());
            until(app, talk, time, |_| false).map(drop)
        }
        Typed::Wait(Until::Line(start)) => {
            let begins = |shown: &Shown| shown.line.text.starts_with(&start);
            match until(app, talk, wait, begins)? {
                Some(_) => Ok(()),
                None => Err(Problem::new(
                    Exit::NoAnswer,
                    format!(
                        "no line {} within {} s",
                        console::shown(&start),
                        wait.as_secs()
                    ),
                )),
            }
        }
        Typed::Explain(numbers) => console::print(explain::text(app, &numbers)?),
        Typed::Help => console::print(typed::help()),
        Typed::Quit => Ok(()),
    }
}

/// Shows what comes until a line is the one, and returns that; `None` where none was in time.
fn until(
    app: &App,
    talk: &mut Talk,
    wait: Duration,
    is_end: impl Fn(&Shown) -> bool,
) -> Result<Option<Shown>, Problem> {
    let end = Instant::now() + wait;
    loop {
        let mut found = None;
        for shown in talk.read()? {
            let ends = is_end(&shown);
            print(&shown)?;
            if ends && found.is_none() {
                found = Some(shown);
            }
        }
        if found.is_some() || Instant::now() >= end {
            return Ok(found);
        }
        if app.interrupt.asked() {
            return Err(Problem::new(Exit::Interrupted, "interrupted"));
        }
    }
}

fn refused(command: &str, shown: &Shown) -> Problem {
    let line = console::shown(&shown.line.text);
    let message = match explanation::of_line(&line) {
        Some(meaning) => format!("{command}: {line} ({meaning})"),
        None => format!("{command}: {line}"),
    };
    Problem::new(Exit::FinalError, message)
}

#[allow(clippy::needless_pass_by_value, reason = "the form of a callback")]
fn show(shown: Shown) -> Result<(), Problem> {
    print(&shown)
}

fn print(shown: &Shown) -> Result<(), Problem> {
    if shown.line.is_echo {
        return Ok(());
    }
    console::print(format_args!("{}\n", shown.text))
}
