//! The state of a shell: its session, the directories, what was listed for the completion.

use std::collections::HashMap;

use qftp::client::{Client, Entry, Error};

use crate::app::App;
use crate::console;
use crate::exit::Phase;
use crate::problem::Problem;
use crate::session::Session;
use crate::target::Target;

/// A shell over one session.
pub(super) struct Shell<'a> {
    pub(super) app: &'a App,
    pub(super) session: &'a mut Session,
    pub(super) target: &'a Target,
    /// The directory in which the shell began; `None` where no command tells it.
    pub(super) home: Option<Vec<u8>>,
    /// The current directory, as far as it is known.
    pub(super) here: Option<Vec<u8>>,
    /// The directory before the last `cd`.
    pub(super) before: Option<Vec<u8>>,
    /// Directories that were listed since the last command.
    listed: HashMap<Vec<u8>, Vec<Entry>>,
}

impl<'a> Shell<'a> {
    /// Begins in the directory of the URL.
    pub(super) fn begin(
        app: &'a App,
        session: &'a mut Session,
        target: &'a Target,
    ) -> Result<Self, Problem> {
        let client = &mut session.client;
        if !target.path.is_empty() {
            let entered = client.cwd(target.directory());
            entered.map_err(|error| Problem::client(&error, Phase::Manage).about(target))?;
        }
        let here = client.pwd().ok();
        Ok(Shell {
            app,
            session,
            target,
            home: here.clone(),
            here,
            before: None,
            listed: HashMap::new(),
        })
    }

    pub(super) fn client(&mut self) -> &mut Client {
        &mut self.session.client
    }

    /// Returns the entries of a directory, for the completion: one listing until the next command.
    pub(super) fn entries(&mut self, directory: &[u8]) -> &[Entry] {
        if !self.listed.contains_key(directory) {
            let dir = if directory.is_empty() {
                b"."
            } else {
                directory
            };
            let entries = self.session.client.list(dir).unwrap_or_default();
            self.listed.insert(directory.to_vec(), entries);
        }
        self.listed.get(directory).map_or(&[], Vec::as_slice)
    }

    /// Forgets what was listed: a command may have changed it.
    pub(super) fn forget_listings(&mut self) {
        self.listed.clear();
    }

    /// Returns the names that a pattern stands for; one without matches stands for itself.
    pub(super) fn matches(&mut self, pattern: &[u8]) -> Result<Vec<Vec<u8>>, Problem> {
        let found = self.client().glob(pattern);
        let found = found.map_err(|error| manage(&error, pattern))?;
        if found.is_empty() {
            let pattern = console::shown(pattern);
            let problem = Problem::new(crate::exit::Exit::Denied, format!("{pattern}: no match"));
            return Err(problem);
        }
        Ok(found.into_iter().map(|entry| entry.name).collect())
    }
}

/// Makes the problem of a name on the server.
pub(super) fn manage(error: &Error, name: &[u8]) -> Problem {
    Problem::client(error, Phase::Manage).about(console::shown(name))
}
