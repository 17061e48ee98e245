//! `ls`, `cat`, `size`, `rm`, `rmdir`, `mkdir`, `mv`: files and directories on the server.

use std::io::{self, Write as _};

use qftp::client::{Client, Entry, Error, GetOptions, is_pattern};

use super::given::Given;
use super::session_state::{Shell, manage};
use super::words::Word;
use crate::console;
use crate::exit::Phase;
use crate::list;
use crate::log::Direction;
use crate::problem::Problem;
use crate::progress::Meter;
use crate::session;

const MANY: usize = usize::MAX;

pub(super) fn ls(shell: &mut Shell<'_>, words: &[Word]) -> Result<(), Problem> {
    let given = Given::read(words, "l", 0, MANY)?;
    let mut entries: Vec<Entry> = Vec::new();
    if given.operands.is_empty() {
        entries = listed(shell.client(), b".")?;
    }
    for word in &given.operands {
        if is_pattern(&word.pattern) {
            let found = shell.client().glob(&word.pattern);
            entries.extend(found.map_err(|error| manage(&error, &word.bytes))?);
        } else {
            entries.extend(listed(shell.client(), &word.bytes)?);
        }
    }
    entries.sort_by(|one, other| one.name.cmp(&other.name));
    console::print_bytes(&list::text(&entries, given.has('l')))
}

fn listed(client: &mut Client, directory: &[u8]) -> Result<Vec<Entry>, Problem> {
    client
        .list(directory)
        .map_err(|error| manage(&error, directory))
}

pub(super) fn cat(shell: &mut Shell<'_>, words: &[Word]) -> Result<(), Problem> {
    let given = Given::read(words, "", 1, MANY)?;
    for word in &given.operands {
        let meter = Meter::none();
        let mut watch = session::watch(&shell.session.log, Direction::Down, &meter);
        let options = GetOptions::new().progress(&mut watch);
        let mut out = io::stdout().lock();
        let client = &mut shell.session.client;
        let shown = client.get(&word.bytes, &mut out, options);
        shown.map_err(|error| {
            Problem::client(&error, Phase::Retrieve).about(console::shown(&word.bytes))
        })?;
        out.flush()?;
    }
    Ok(())
}

pub(super) fn size(shell: &mut Shell<'_>, words: &[Word]) -> Result<(), Problem> {
    let given = Given::read(words, "", 1, MANY)?;
    for word in &given.operands {
        let bytes = shell.client().size(&word.bytes);
        let bytes = bytes.map_err(|error| manage(&error, &word.bytes))?;
        let name = console::shown(&word.bytes);
        console::print(format_args!("{bytes}  {name}\n"))?;
    }
    Ok(())
}

pub(super) fn rm(shell: &mut Shell<'_>, words: &[Word]) -> Result<(), Problem> {
    let given = Given::read(words, "r", 1, MANY)?;
    let recursive = given.has('r');
    each(shell, &given, |client, name| {
        if recursive && client.is_dir(name)? {
            client.remove_tree(name)
        } else {
            client.delete(name)
        }
    })
}

pub(super) fn rmdir(shell: &mut Shell<'_>, words: &[Word]) -> Result<(), Problem> {
    let given = Given::read(words, "", 1, MANY)?;
    each(shell, &given, Client::rmdir)
}

pub(super) fn mkdir(shell: &mut Shell<'_>, words: &[Word]) -> Result<(), Problem> {
    let given = Given::read(words, "p", 1, MANY)?;
    let make = if given.has('p') {
        Client::mkdir_all
    } else {
        Client::mkdir
    };
    for word in &given.operands {
        make(shell.client(), &word.bytes).map_err(|error| manage(&error, &word.bytes))?;
    }
    Ok(())
}

pub(super) fn mv(shell: &mut Shell<'_>, words: &[Word]) -> Result<(), Problem> {
    let given = Given::read(words, "", 2, 2)?;
    let [old, new] = given.operands.as_slice() else {
        return Ok(());
    };
    let mut to = new.bytes.clone();
    if to.ends_with(b"/") {
        let name = old.bytes.rsplit(|byte| *byte == b'/').next();
        to.extend_from_slice(name.unwrap_or(&old.bytes));
    }
    let moved = shell.client().rename(&old.bytes, &to);
    moved.map_err(|error| manage(&error, &old.bytes))
}

/// Does something to each name, and to what a pattern stands for.
fn each(
    shell: &mut Shell<'_>,
    given: &Given,
    operation: impl Fn(&mut Client, &[u8]) -> Result<(), Error>,
) -> Result<(), Problem> {
    for word in &given.operands {
        let names = if is_pattern(&word.pattern) {
            shell.matches(&word.pattern)?
        } else {
            vec![word.bytes.clone()]
        };
        for name in names {
            operation(shell.client(), &name).map_err(|error| manage(&error, &name))?;
        }
    }
    Ok(())
}
