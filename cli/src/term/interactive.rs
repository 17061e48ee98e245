//! A terminal for a person: the line is edited here, and what the module says is printed above it as it comes.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender, TryRecvError};
use std::thread;

use rustyline::error::ReadlineError;
use rustyline::history::DefaultHistory;
use rustyline::{Editor, ExternalPrinter};

use super::talk::{Shown, Talk};
use super::typed::{self, Typed, Until};
use crate::app::App;
use crate::console;
use crate::edit::{self, LeaveKey};
use crate::explain;
use crate::problem::Problem;
use crate::terminate::Termination;

const PROMPT: &str = "";

/// The printer above the line that is edited.
type Print = Box<dyn FnMut(String) -> Result<(), Problem> + Send>;

pub(super) fn run(app: &App, talk: Talk) -> Result<(), Problem> {
    let mut editor = edit::editor::<()>()?;
    let leave = LeaveKey::bind(&mut editor);
    let termination = Termination::watch()?;
    let history = edit::History::load(&mut editor, "term_history");
    let print = printer(&mut editor);
    let (commands, typed) = mpsc::channel();
    let is_over = Arc::new(AtomicBool::new(false));
    let ended = Arc::clone(&is_over);
    let line = thread::spawn(move || {
        let result = converse(talk, &typed, print);
        ended.store(true, Ordering::Relaxed);
        if result.is_err() {
            console::note("the port is gone: Enter leaves");
        }
        result
    });
    let result = type_lines(app, &mut editor, &leave, &termination, &commands, &is_over);
    drop(commands);
    history.save(&mut editor);
    let conversed = line.join().unwrap_or(Ok(()));
    result.and(conversed)
}

/// Reads the lines of the user until the user leaves, or the line is over.
fn type_lines(
    app: &App,
    editor: &mut Editor<(), DefaultHistory>,
    leave: &LeaveKey,
    termination: &Termination,
    commands: &Sender<Typed>,
    is_over: &AtomicBool,
) -> Result<(), Problem> {
    while !is_over.load(Ordering::Relaxed) {
        let line = match termination.read_line(editor, PROMPT) {
            Ok(line) => line,
            Err(ReadlineError::Interrupted) if leave.was_pressed() => return Ok(()),
            Err(ReadlineError::Interrupted) => continue,
            Err(ReadlineError::Eof) => return Ok(()),
            Err(error) => return Err(edit::problem(&error)),
        };
        edit::remember(editor, &line);
        match typed::parse(&line) {
            Err(message) => console::note(message),
            Ok(Typed::Quit) => return Ok(()),
            Ok(Typed::Help) => console::note(typed::help().trim_end()),
            Ok(Typed::Explain(numbers)) => match explain::text(app, &numbers) {
                Ok(text) => console::note(text.trim_end()),
                Err(problem) => console::note(problem.message()),
            },
            Ok(typed) => {
                if commands.send(typed).is_err() {
                    return Ok(()); // the port is gone
                }
            }
        }
    }
    Ok(())
}

/// Returns what prints above the line, or where the terminal cannot do that, where the cursor is.
fn printer(editor: &mut Editor<(), DefaultHistory>) -> Print {
    match editor.create_external_printer() {
        Ok(mut printer) => Box::new(move |line| {
            printer
                .print(format!("{line}\n"))
                .map_err(|error| edit::problem(&error))
        }),
        Err(_) => Box::new(|line| console::print(format_args!("{line}\n"))),
    }
}

/// Shows what comes, and sends what is typed, until no more can be typed.
fn converse(mut talk: Talk, typed: &Receiver<Typed>, mut print: Print) -> Result<(), Problem> {
    let mut show = |shown: Shown| {
        if shown.line.is_echo {
            return Ok(());
        }
        print(shown.text)
    };
    loop {
        for shown in talk.read()? {
            show(shown)?;
        }
        let done = match typed.try_recv() {
            Ok(Typed::Line(line)) => talk.line(&line),
            Ok(Typed::Bytes(bytes)) => talk.bytes(&bytes),
            Ok(Typed::File(path)) => send(&mut talk, &path),
            Ok(Typed::Escape) => talk.escape(&mut show),
            Ok(Typed::Dtr(on)) => talk.dtr(on),
            Ok(Typed::Wait(Until::Seconds(seconds))) => {
                talk.listen(std::time::Duration::from_secs(seconds.into()), &mut show)
            }
            Ok(Typed::Wait(Until::Line(_)) | Typed::Explain(_) | Typed::Help | Typed::Quit)
            | Err(TryRecvError::Empty) => Ok(()),
            Err(TryRecvError::Disconnected) => return Ok(()),
        };
        done?;
    }
}

/// Sends a file; one that cannot be read is told, and the terminal goes on.
fn send(talk: &mut Talk, path: &str) -> Result<(), Problem> {
    let path: PathBuf = Path::new(path).into();
    match talk.file(&path) {
        Err(problem) if problem.line_is_fine() => {
            console::note(problem.message());
            Ok(())
        }
        other => other.map(drop),
    }
}
