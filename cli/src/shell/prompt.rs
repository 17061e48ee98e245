//! The shell at a terminal.

use std::cell::RefCell;

use rustyline::error::ReadlineError;

use super::commands::{Flow, run_line};
use super::completion::Completion;
use super::session_state::Shell;
use crate::console::{self, Format};
use crate::edit::{self, LeaveKey};
use crate::exit::Exit;
use crate::problem::Problem;
use crate::terminate::Termination;

pub(super) fn run(shell: Shell<'_>) -> Result<(), Problem> {
    let verbose = shell.app.global.verbose;
    let shell = RefCell::new(shell);
    let mut editor = edit::editor()?;
    let leave = LeaveKey::bind(&mut editor);
    let termination = Termination::watch()?;
    let history = edit::History::load(&mut editor, "shell_history");
    editor.set_helper(Some(Completion::new(&shell)));
    let result = loop {
        let text = prompt(&shell.borrow());
        let line = match termination.read_line(&mut editor, &text) {
            Ok(line) => line,
            Err(ReadlineError::Interrupted) if leave.was_pressed() => break Ok(()),
            Err(ReadlineError::Interrupted) => continue,
            Err(ReadlineError::Eof) if termination.came() => {
                break Err(Problem::new(Exit::Interrupted, "interrupted"));
            }
            Err(ReadlineError::Eof) => break Ok(()),
            Err(error) => break Err(edit::problem(&error)),
        };
        edit::remember(&mut editor, &line);
        let mut lost = None;
        let mut failed = |problem: Problem| {
            let goes_on = problem.line_is_fine() || problem.exit == Exit::Interrupted;
            if goes_on {
                console::print_problem(&problem, Format::Text, verbose);
            } else {
                lost = Some(problem);
            }
            !goes_on
        };
        let flow = run_line(&mut shell.borrow_mut(), line.as_bytes(), &mut failed);
        if let Some(problem) = lost {
            break Err(problem);
        }
        if flow == Flow::End {
            break Ok(());
        }
        // Ctrl-C has ended the command and not the shell.
        shell.borrow().app.interrupt.forget();
    };
    history.save(&mut editor);
    result
}

/// Returns `host:/directory> `.
fn prompt(shell: &Shell<'_>) -> String {
    let here = shell.here.as_deref().map(console::shown);
    format!("{}:{}> ", shell.target.host, here.unwrap_or_default())
}
