//! Several files of one command: each one is told as it ends, what fails leaves the others, and the first failure gives
//! the exit code.
//!
//! With --json, standard output has one document a line for each file.

use serde_json::{Value, json};

use crate::app::App;
use crate::console;
use crate::exit::Exit;
use crate::problem::Problem;

/// Results of the files of one command.
pub(crate) struct Batch<'a> {
    app: &'a App,
    /// Files that the command names; one alone has no summary.
    pub(crate) count: usize,
    done: usize,
    skipped: usize,
    failed: usize,
    first: Option<Problem>,
    /// The exit code of the last failure; that which ended all stays.
    last: Option<Exit>,
    /// Failures are told as they come, and counted at the end.
    many: bool,
}

impl<'a> Batch<'a> {
    /// Begins the files of a command.
    pub(crate) fn new(app: &'a App, count: usize) -> Self {
        Batch {
            app,
            count,
            done: 0,
            skipped: 0,
            failed: 0,
            first: None,
            last: None,
            many: count > 1,
        }
    }

    /// Lets each failure be told as it comes: the command may have more files than it names.
    pub(crate) fn tell_each(&mut self) {
        self.many = true;
    }

    /// Takes note of a file or directory of a tree. The first one is counted, as the tree itself.
    pub(crate) fn add_item(&mut self, is_first: bool) {
        self.many = true;
        self.count += usize::from(!is_first);
    }

    /// Notes something that was done, with its document.
    pub(crate) fn done(&mut self, mut row: Value) -> Result<(), Problem> {
        self.done += 1;
        row["outcome"] = "done".into();
        self.print(&row)
    }

    /// Notes something that was done and whose document is not wanted.
    pub(crate) fn done_silently(&mut self) {
        self.done += 1;
    }

    /// Notes something that was left out. The text says what and why; `None` says nothing.
    pub(crate) fn skipped(
        &mut self,
        mut row: Value,
        reason: &str,
        text: Option<String>,
    ) -> Result<(), Problem> {
        self.skipped += 1;
        row["outcome"] = "skipped".into();
        row["reason"] = reason.into();
        if let (Some(text), false) = (text, self.app.global.json || self.app.global.quiet) {
            console::note(text);
        }
        self.print(&row)
    }

    /// Notes a failure. Returns true where the others can be tried.
    pub(crate) fn failed(&mut self, mut row: Value, problem: Problem) -> Result<bool, Problem> {
        self.failed += 1;
        row["outcome"] = "failed".into();
        row["error"] = problem.document()["error"].take();
        self.print(&row)?;
        let goes_on = !ends_all(problem.exit);
        // A file that was complete before the session was lost may fail behind it.
        if !self.last.is_some_and(ends_all) {
            self.last = Some(problem.exit);
        }
        if self.many && !self.app.global.json {
            console::print_problem(&problem, self.app.global.format(), self.app.global.verbose);
        }
        self.first.get_or_insert(problem);
        Ok(goes_on)
    }

    /// Returns an error where the session may not be open any more, so that nothing is typed into it.
    pub(crate) fn session_result(&self) -> Result<(), Problem> {
        match &self.last {
            Some(exit) if ends_all(*exit) => Err(Problem::new(*exit, "the session is lost")),
            _ => Ok(()),
        }
    }

    /// Returns the result of the command, with what ended it early. What was not reached is counted.
    pub(crate) fn finish(mut self, result: Result<(), Problem>) -> Result<(), Problem> {
        if let Err(problem) = result {
            // Nothing of it was told.
            let was_told = self.first.is_some();
            let problem = self.first.take().unwrap_or(problem);
            return Err(if was_told {
                self.summed_up(problem)
            } else {
                problem
            });
        }
        match self.first.take() {
            None => Ok(()),
            Some(problem) => Err(self.summed_up(problem)),
        }
    }

    /// Returns the line that counts what was done.
    pub(crate) fn counts(&self) -> String {
        let rest = self
            .count
            .saturating_sub(self.done + self.skipped + self.failed);
        let mut counts = vec![format!("{} done", self.done)];
        for (count, what) in [
            (self.skipped, "skipped"),
            (self.failed, "failed"),
            (rest, "not reached"),
        ] {
            if count > 0 {
                counts.push(format!("{count} {what}"));
            }
        }
        counts.join(", ")
    }

    /// Returns the first failure: for people a count, since each was told; for programs the failure itself.
    fn summed_up(&self, problem: Problem) -> Problem {
        if !self.many || self.app.global.json {
            return problem;
        }
        Problem::new(problem.exit, self.counts())
    }

    fn print(&self, row: &Value) -> Result<(), Problem> {
        if self.app.global.json {
            console::print_json(row)?;
        }
        Ok(())
    }
}

/// Returns the document of one file, before its outcome is known.
pub(crate) fn row(action: &str, from: &str, to: &str) -> Value {
    json!({ "action": action, "from": from, "to": to })
}

/// Returns true where no further file can do better: the line or the session is lost.
pub(crate) fn ends_all(exit: Exit) -> bool {
    exit.breaks_line()
        || matches!(
            exit,
            Exit::Pipe
                | Exit::Login
                | Exit::Connect
                | Exit::ConnectionLost
                | Exit::Name
                | Exit::Tls
        )
}
