//! `cd`, `pwd`, `lcd`, `lpwd`: the directories at both ends.

use std::env;
use std::path::PathBuf;

use super::given::Given;
use super::session_state::{Shell, manage};
use super::words::Word;
use crate::console;
use crate::problem::Problem;
use crate::target::name_of_bytes;

pub(super) fn cd(shell: &mut Shell<'_>, words: &[Word]) -> Result<(), Problem> {
    // `-` alone is a directory here.
    let (directory, way) = match words {
        [] => (
            shell.home.clone(),
            "the directory of the login is not known",
        ),
        [word] if word.bytes == b"-" => (shell.before.clone(), "there was no directory before"),
        [word] => (Some(word.bytes.clone()), ""),
        _ => return Err(Problem::usage("too many arguments")),
    };
    let directory = directory.ok_or_else(|| Problem::usage(way))?;
    let entered = shell.client().cwd(&directory);
    entered.map_err(|error| manage(&error, &directory))?;
    let here = shell.client().pwd().ok();
    shell.before = std::mem::replace(&mut shell.here, here);
    Ok(())
}

pub(super) fn pwd(shell: &mut Shell<'_>, words: &[Word]) -> Result<(), Problem> {
    Given::read(words, "", 0, 0)?;
    let here = shell
        .client()
        .pwd()
        .map_err(|error| manage(&error, b"pwd"))?;
    let mut line = console::printed(&here);
    line.push(b'\n');
    console::print_bytes(&line)
}

pub(super) fn lcd(_shell: &mut Shell<'_>, words: &[Word]) -> Result<(), Problem> {
    let given = Given::read(words, "", 0, 1)?;
    let directory = match given.operands.first() {
        Some(word) => PathBuf::from(name_of_bytes(&word.bytes)),
        None => env::home_dir().ok_or_else(|| Problem::usage("there is no home directory"))?,
    };
    env::set_current_dir(&directory).map_err(|error| Problem::read(&directory, &error))
}

pub(super) fn lpwd(_shell: &mut Shell<'_>, words: &[Word]) -> Result<(), Problem> {
    Given::read(words, "", 0, 0)?;
    let here = env::current_dir().map_err(|error| Problem::read(".".as_ref(), &error))?;
    console::print(format_args!("{}\n", here.display()))
}
