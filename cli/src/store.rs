//! `qftp store`: the module's own files, in its flash, its memory or its card.

mod local;
mod server;
mod stored_file;

use std::fmt::Write as _;

use clap::Subcommand;
use qftp::client::StoredFile;
use qftp::dialect::Volume;
use serde_json::{Value, json};

use crate::app::App;
use crate::console;
use crate::log::Log;
use crate::problem::Problem;
use stored_file::{open, trouble};

const EXAMPLES: &str = "\
Examples:
  qftp store ls                           the files in flash
  qftp store put ca.pem                   as ca.pem in flash
  qftp store get RAM:log.txt - | less
  qftp store rm 'RAM:*'
  qftp store df
  qftp store fetch ftp://ftp.example.com/firmware.bin UFS:fw.bin
  qftp store send UFS:log.txt ftp://ftp.example.com/logs/

A name begins with its volume: UFS: is flash, RAM: memory, SD: a card; without one it is in flash.
fetch and send are done by the module alone: nothing of the file goes over the line.";

/// Holds the arguments of `qftp store`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES, disable_help_subcommand = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: StoreCommand,
}

/// Names what is done with the store.
#[derive(Subcommand)]
enum StoreCommand {
    /// List files
    Ls(ListArguments),
    /// Copy a file out of the store
    Get(local::GetArguments),
    /// Copy a file into the store
    Put(local::PutArguments),
    /// Remove files
    Rm(RemoveArguments),
    /// Show free and total bytes
    Df(SpaceArguments),
    /// Download from a server, by the module
    Fetch(server::FetchArguments),
    /// Upload to a server, by the module
    Send(server::SendArguments),
}

/// Holds the arguments of `qftp store ls`.
#[derive(clap::Args)]
struct ListArguments {
    /// Show the sizes
    #[arg(short, long)]
    long: bool,
    /// Files to list, such as `RAM:*` or one name; by default all in flash
    #[arg(value_name = "PATTERN", default_value = "*", hide_default_value = true)]
    patterns: Vec<String>,
}

/// Holds the arguments of `qftp store rm`.
#[derive(clap::Args)]
struct RemoveArguments {
    /// Names, or `UFS:*` for all files of a volume
    #[arg(required = true, value_name = "NAME")]
    names: Vec<String>,
}

/// Holds the arguments of `qftp store df`.
#[derive(clap::Args)]
struct SpaceArguments {
    /// Volumes, UFS, RAM or SD; by default all that the dialect has
    #[arg(value_name = "VOLUME", value_parser = volume)]
    volumes: Vec<Volume>,
}

pub(crate) fn run(app: &App, arguments: &Arguments) -> Result<(), Problem> {
    match &arguments.command {
        StoreCommand::Ls(arguments) => list(app, arguments),
        StoreCommand::Get(arguments) => local::get(app, arguments),
        StoreCommand::Put(arguments) => local::put(app, arguments),
        StoreCommand::Rm(arguments) => remove(app, arguments),
        StoreCommand::Df(arguments) => space(app, arguments),
        StoreCommand::Fetch(arguments) => server::fetch(app, arguments),
        StoreCommand::Send(arguments) => server::send(app, arguments),
    }
}

fn list(app: &App, arguments: &ListArguments) -> Result<(), Problem> {
    let mut client = open(app, &Log::default())?;
    let mut files = Vec::new();
    for pattern in &arguments.patterns {
        let listed = client.store().list(pattern.as_bytes());
        files.extend(listed.map_err(|error| trouble(&error, pattern))?);
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    if app.global.json {
        return console::print_json(&files.iter().map(document).collect());
    }
    let width = files.iter().map(|file| file.size.to_string().len()).max();
    let width = width.unwrap_or(0);
    let mut text = Vec::new();
    for file in &files {
        if arguments.long {
            text.extend(format!("{:>width$}  ", file.size).into_bytes());
        }
        text.extend(console::printed(&file.name));
        text.push(b'\n');
    }
    console::print_bytes(&text)
}

fn document(file: &StoredFile) -> Value {
    json!({ "name": String::from_utf8_lossy(&file.name), "size": file.size })
}

fn remove(app: &App, arguments: &RemoveArguments) -> Result<(), Problem> {
    let mut client = open(app, &Log::default())?;
    let mut done = Vec::new();
    let mut result = Ok(());
    for name in &arguments.names {
        let removed = client.store().remove(name.as_bytes());
        result = removed.map_err(|error| trouble(&error, name));
        if result.is_err() {
            break;
        }
        done.push(name);
    }
    if !app.global.json || (result.is_err() && done.is_empty()) {
        return result;
    }
    // After a failure these are the files that were removed before it.
    let printed = console::print_json(&json!({ "done": done }));
    result.and(printed)
}

fn space(app: &App, arguments: &SpaceArguments) -> Result<(), Problem> {
    let mut client = open(app, &Log::default())?;
    let all = client.dialect().stores;
    let asked = match arguments.volumes.as_slice() {
        [] => all,
        volumes => volumes,
    };
    let mut rows = Vec::new();
    for volume in asked {
        match client.store().space(*volume) {
            Ok((free, total)) => rows.push((volume.name(), free, total)),
            // Not every model has all volumes of its dialect.
            Err(_) if arguments.volumes.is_empty() && !rows.is_empty() => {}
            Err(error) => return Err(trouble(&error, volume.name())),
        }
    }
    if app.global.json {
        let rows = rows
            .iter()
            .map(|(volume, free, total)| json!({ "volume": volume, "free": free, "total": total }));
        return console::print_json(&rows.collect());
    }
    let mut text = format!(
        "{:<6} {:>12} {:>12} {:>5}\n",
        "volume", "free", "total", "used"
    );
    for (volume, free, total) in rows {
        let used = total.saturating_sub(free).saturating_mul(100);
        let used = used.div_ceil(total.max(1));
        let _ = writeln!(text, "{volume:<6} {free:>12} {total:>12} {used:>4}%"); // a string takes everything
    }
    console::print(text)
}

/// Parses the name of a volume.
fn volume(name: &str) -> Result<Volume, String> {
    let name = name.trim_end_matches(':');
    let known = [Volume::Ufs, Volume::Ram, Volume::Sd];
    let mut known = known.into_iter();
    known
        .find(|volume| volume.name().eq_ignore_ascii_case(name))
        .ok_or_else(|| "give UFS, RAM or SD".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn volumes_by_name() {
        assert_eq!(volume("ufs:"), Ok(Volume::Ufs));
        assert_eq!(volume("SD"), Ok(Volume::Sd));
        assert!(volume("COM").is_err());
    }
}
