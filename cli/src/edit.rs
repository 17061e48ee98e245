//! The line editor of the terminal and the shell: its settings, its history, the key that leaves.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use qftp::host;
use rustyline::config::Configurer as _;
use rustyline::error::ReadlineError;
use rustyline::history::DefaultHistory;
use rustyline::{
    Cmd, CompletionType, ConditionalEventHandler, Editor, Event, EventContext, EventHandler,
    Helper, KeyEvent, Modifiers, RepeatCount,
};

use crate::exit::Exit;
use crate::problem::Problem;
use crate::redacted_url::redacted_url;

/// Lines that a history keeps.
const HISTORY: usize = 1000;
/// Ctrl-], as telnet and miniterm have it.
const LEAVE: KeyEvent = KeyEvent(rustyline::KeyCode::Char(']'), Modifiers::CTRL);

/// Makes an editor.
pub(crate) fn editor<H: Helper>() -> Result<Editor<H, DefaultHistory>, Problem> {
    let config = rustyline::Config::builder()
        .max_history_size(HISTORY)
        .map_err(|error| problem(&error))?
        .history_ignore_space(true)
        .completion_type(CompletionType::List)
        .build();
    let mut editor = Editor::with_config(config).map_err(|error| problem(&error))?;
    editor.set_auto_add_history(false);
    Ok(editor)
}

/// Adds a line to the history, unless it has a password.
pub(crate) fn remember<H: Helper>(editor: &mut Editor<H, DefaultHistory>, line: &str) {
    let has_secret = *host::redact(line.as_bytes()) != *line.as_bytes();
    let has_account = redacted_url(line).is_some();
    if !line.trim().is_empty() && !has_secret && !has_account {
        let _ = editor.add_history_entry(line); // a history that is full forgets its first line
    }
}

/// Makes the problem of a terminal that cannot be read.
pub(crate) fn problem(error: &ReadlineError) -> Problem {
    Problem::new(Exit::LocalRead, format!("the terminal: {error}"))
}

/// The file in which the history of a command is kept, if there is a home for it.
pub(crate) struct History {
    path: Option<PathBuf>,
}

impl History {
    /// Loads the history of a name. One that is not there is empty.
    pub(crate) fn load<H: Helper>(editor: &mut Editor<H, DefaultHistory>, name: &str) -> Self {
        let path = state_folder().map(|folder| folder.join(name));
        if let Some(path) = &path {
            let _ = editor.load_history(path);
        }
        History { path }
    }

    /// Saves it, for this user alone. A home that cannot be written has no history.
    pub(crate) fn save<H: Helper>(&self, editor: &mut Editor<H, DefaultHistory>) {
        let Some(path) = &self.path else { return };
        if let Some(folder) = path.parent()
            && fs::create_dir_all(folder).is_ok()
        {
            let _ = editor.save_history(path);
        }
    }
}

/// Returns the folder for state of this user, by the XDG base directories.
fn state_folder() -> Option<PathBuf> {
    let named = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
    let state = named("XDG_STATE_HOME").map(PathBuf::from);
    let state = state.filter(|folder| folder.is_absolute());
    let state = state.or_else(|| Some(PathBuf::from(named("HOME")?).join(".local/state")))?;
    Some(state.join("qftp"))
}

/// The key that leaves, whatever stands on the line.
pub(crate) struct LeaveKey {
    pressed: Arc<AtomicBool>,
}

impl LeaveKey {
    /// Binds the key.
    pub(crate) fn bind<H: Helper>(editor: &mut Editor<H, DefaultHistory>) -> Self {
        let pressed = Arc::new(AtomicBool::new(false));
        let handler = Leave {
            pressed: Arc::clone(&pressed),
        };
        editor.bind_sequence(LEAVE, EventHandler::Conditional(Box::new(handler)));
        LeaveKey { pressed }
    }

    /// Returns true once it was pressed.
    pub(crate) fn was_pressed(&self) -> bool {
        self.pressed.load(Ordering::Relaxed)
    }
}

struct Leave {
    pressed: Arc<AtomicBool>,
}

impl ConditionalEventHandler for Leave {
    fn handle(
        &self,
        _event: &Event,
        _count: RepeatCount,
        _positive: bool,
        _context: &EventContext<'_>,
    ) -> Option<Cmd> {
        self.pressed.store(true, Ordering::Relaxed);
        Some(Cmd::Interrupt)
    }
}
