//! A file of the store: its name, and what is wrong with it.

use qftp::client::{Client, Error, Task};

use crate::app::App;
use crate::console;
use crate::exit::{Exit, Phase};
use crate::log::Log;
use crate::problem::Problem;
use crate::session;

/// Opens the module, whose dialect must have a store.
pub(super) fn open(app: &App, log: &Log) -> Result<Client, Problem> {
    session::open_with(app, log, &[Task::Store])
}

/// Makes the problem of a file of the store.
pub(super) fn trouble(error: &Error, name: &str) -> Problem {
    Problem::client(error, Phase::Line).about(console::shown(name.as_bytes()))
}

/// Makes the problem of a name that is taken.
pub(super) fn taken(name: &str) -> Problem {
    let name = console::shown(name.as_bytes());
    Problem::new(Exit::Denied, format!("{name} exists already in the store"))
        .hint("--force replaces it, or give another name")
}

/// Returns the name in the store of a file with this name elsewhere: a volume alone takes that name.
pub(super) fn name_in_store(given: Option<&str>, name: &str) -> String {
    match given {
        None => name.to_owned(),
        Some(volume) if volume.ends_with(':') => format!("{volume}{name}"),
        Some(given) => given.to_owned(),
    }
}

/// Returns true if the store has the file.
pub(super) fn exists(client: &mut Client, name: &str) -> bool {
    let listed = client.store().list(name.as_bytes());
    listed.is_ok_and(|files| !files.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_volume_alone_takes_the_name_of_the_file() {
        assert_eq!(name_in_store(None, "a.txt"), "a.txt");
        assert_eq!(name_in_store(Some("RAM:"), "a.txt"), "RAM:a.txt");
        assert_eq!(name_in_store(Some("RAM:b"), "a.txt"), "RAM:b");
    }
}
