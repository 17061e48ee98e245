//! One file of `qftp get`: by name, as text, or by way of the module's store.

use std::fs::File;
use std::io::{self, Write};

use qftp::client::{Client, Error, FileBatch, GetOptions, Transferred};

use super::arguments::Arguments;
use super::sink::Sink;
use crate::app::App;
use crate::exit::Phase;
use crate::log::Direction;
use crate::problem::Problem;
use crate::progress::Meter;
use crate::session::{self, Session};
use crate::target::Target;
use crate::via::Via;

/// Downloads one file. Where it is synced with others, it is in the batch then.
pub(super) fn fetch(
    app: &App,
    session: &mut Session,
    target: &Target,
    sink: &Sink,
    batch: &mut FileBatch,
    arguments: &Arguments,
) -> Result<Transferred, Problem> {
    let meter = match sink {
        Sink::Stdout if crate::console::stdout_is_terminal() => Meter::none(),
        _ => Meter::new(&String::from_utf8_lossy(target.name()), app),
    };
    let remote = target.file()?;
    session.client.on_retry(meter.on_retry(app));
    let mut watch = session::watch(&session.log, Direction::Down, &meter);
    if let Some(via) = &arguments.through.via {
        via.prepare(&mut session.client)?;
        return fetch_via(via, &mut session.client, target, sink, &mut watch);
    }
    if arguments.ascii {
        return fetch_ascii(&mut session.client, target, sink);
    }
    let options = GetOptions::new()
        .verify(arguments.verify)
        .fsync(!arguments.no_fsync)
        .keep_time(arguments.remote_time)
        .progress(&mut watch);
    let client = &mut session.client;
    match sink {
        Sink::Stdout => {
            let mut out = io::stdout().lock();
            let result = client.get(remote, &mut out, options);
            let moved = result.map_err(|error| trouble(&error, target))?;
            out.flush()?;
            Ok(moved)
        }
        Sink::Stream(path) => {
            let file = File::options().write(true).open(path);
            let mut file = file.map_err(|error| Problem::write(path, &error))?;
            let result = client.get(remote, &mut file, options);
            result.map_err(|error| trouble(&error, target))
        }
        Sink::File(path, part) => {
            let result = client.get_file(remote, path, options.part(*part).batch(batch));
            result.map_err(|error| trouble(&error, target))
        }
    }
}

/// Downloads a text.
fn fetch_ascii(client: &mut Client, target: &Target, sink: &Sink) -> Result<Transferred, Problem> {
    let remote = target.file()?;
    let moved = match sink {
        Sink::Stdout => client.get_ascii(remote, &mut io::stdout().lock()),
        Sink::Stream(path) => {
            let file = File::options().write(true).open(path);
            let mut file = file.map_err(|error| Problem::write(path, &error))?;
            client.get_ascii(remote, &mut file)
        }
        Sink::File(path, _) => client.get_ascii_file(remote, path),
    };
    moved.map_err(|error| trouble(&error, target))
}

/// Downloads by way of the module's store.
fn fetch_via(
    via: &Via,
    client: &mut Client,
    target: &Target,
    sink: &Sink,
    progress: &mut dyn FnMut(u64, Option<u64>),
) -> Result<Transferred, Problem> {
    let remote = target.file()?;
    let moved = match sink {
        Sink::Stdout => via.get(client, remote, &mut io::stdout().lock(), progress),
        Sink::Stream(path) => {
            let file = File::options().write(true).open(path);
            let mut file = file.map_err(|error| Problem::write(path, &error))?;
            via.get(client, remote, &mut file, progress)
        }
        Sink::File(path, _) => via.get_file(client, remote, path, progress),
    };
    moved.map_err(|error| trouble(&error, target))
}

fn trouble(error: &Error, target: &Target) -> Problem {
    Problem::client(error, Phase::Retrieve).about(target)
}
