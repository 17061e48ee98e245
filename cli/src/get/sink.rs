//! The destination of one file.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use qftp::client::PartMode;

use super::arguments::Arguments;
use crate::problem::Problem;
use crate::stdin;
use crate::target::{Target, name_of_bytes};

/// The destination of a file.
pub(super) enum Sink {
    Stdout,
    /// A device or pipe, written directly.
    Stream(PathBuf),
    /// A file, and what becomes of the part that an earlier download left.
    File(PathBuf, PartMode),
}

impl Sink {
    pub(super) fn path(&self) -> Option<&Path> {
        match self {
            Sink::Stdout => None,
            Sink::Stream(path) | Sink::File(path, _) => Some(path),
        }
    }
}

/// Finds the destination first, so that a wrong one is reported before anything is sent.
pub(super) fn sink(target: &Target, local: &Path, arguments: &Arguments) -> Result<Sink, Problem> {
    if stdin::is_stdin(local) {
        return Ok(Sink::Stdout);
    }
    let path = if local.is_dir() {
        local.join(name_of_bytes(target.name()))
    } else {
        local.to_owned()
    };
    match fs::metadata(&path) {
        Ok(metadata) if metadata.is_dir() => {
            Err(Problem::write(&path, &io::ErrorKind::IsADirectory.into()))
        }
        Ok(metadata) if !metadata.is_file() => Ok(Sink::Stream(path)),
        Ok(_) => Ok(Sink::File(path, part(arguments))),
        Err(_) => check_parent(&path).map(|()| Sink::File(path, part(arguments))),
    }
}

fn part(arguments: &Arguments) -> PartMode {
    if arguments.resume {
        PartMode::Continue
    } else {
        PartMode::Leave
    }
}

fn check_parent(path: &Path) -> Result<(), Problem> {
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    let checked = fs::metadata(parent.unwrap_or(Path::new(".")));
    checked
        .map(drop)
        .map_err(|error| Problem::write(path, &error))
}
