//! `--via`: files through the module's store. The module moves the file between server and store by itself, and the line
//! has it in a second step: a slow line holds up no connection of the server.

use std::io::{Read, Write};
use std::path::Path;

use clap::Args;
use qftp::client::{Client, Error, Task, Transferred};

use crate::exit::Exit;
use crate::problem::Problem;

/// The name in the store where the user gives a volume alone: eight letters and three, as is advised (COMMON 1.2).
const NAME: &str = "qftp_via.tmp";

/// Holds the option.
#[derive(Args)]
pub(crate) struct ViaOption {
    /// Have the module move the file between server and its store first: `UFS:`, `RAM:`, `SD:`, or such a place with a
    /// name. The file there is removed at the end
    #[arg(long, value_name = "STORE", value_parser = via)]
    pub(crate) via: Option<Via>,
}

/// A file of the store through which another one goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Via {
    name: String,
    /// It is a name that no user gives: what an earlier program left there is removed.
    is_ours: bool,
}

/// Parses the value of the option.
fn via(text: &str) -> Result<Via, String> {
    let (volume, name) = text.split_once(':').unwrap_or(("", ""));
    let volume = volume.to_ascii_uppercase();
    if !["UFS", "RAM", "SD"].contains(&volume.as_str()) {
        return Err("give UFS:, RAM: or SD:, or such a place with a name".into());
    }
    let is_ours = name.is_empty();
    let name = if is_ours { NAME } else { name };
    Ok(Via {
        name: format!("{volume}:{name}"),
        is_ours,
    })
}

impl ViaOption {
    /// Returns the tasks that the dialect must support for it.
    pub(crate) fn tasks(&self) -> &'static [Task] {
        match self.via {
            None => &[],
            Some(_) => &[Task::Store, Task::StoreTransfer],
        }
    }
}

impl Via {
    /// Downloads into a writer.
    pub(crate) fn get(
        &self,
        client: &mut Client,
        remote: &[u8],
        sink: &mut dyn Write,
        progress: &mut dyn FnMut(u64, Option<u64>),
    ) -> Result<Transferred, Error> {
        self.download(client, remote, |client, name| {
            client.store().progress(progress).download(name, sink)
        })
    }

    /// Downloads into a file.
    pub(crate) fn get_file(
        &self,
        client: &mut Client,
        remote: &[u8],
        path: &Path,
        progress: &mut dyn FnMut(u64, Option<u64>),
    ) -> Result<Transferred, Error> {
        self.download(client, remote, |client, name| {
            client.store().progress(progress).download_file(name, path)
        })
    }

    fn download(
        &self,
        client: &mut Client,
        remote: &[u8],
        copy: impl FnOnce(&mut Client, &[u8]) -> Result<u64, Error>,
    ) -> Result<Transferred, Error> {
        let name = self.name.as_bytes();
        let copied = client
            .store()
            .fetch(remote, name)
            .and_then(|moved| copy(client, name).map(|_| moved));
        self.clean(client, copied)
    }

    /// Uploads from a reader.
    pub(crate) fn put(
        &self,
        client: &mut Client,
        source: &mut dyn Read,
        size: u64,
        remote: &[u8],
        progress: &mut dyn FnMut(u64, Option<u64>),
    ) -> Result<Transferred, Error> {
        let name = self.name.as_bytes();
        let uploaded = client.store().progress(progress).upload(source, size, name);
        let sent = uploaded.and_then(|()| client.store().send(name, remote));
        self.clean(client, sent)
    }

    /// Makes the place free. Refuses a name of the user that is taken.
    pub(crate) fn prepare(&self, client: &mut Client) -> Result<(), Problem> {
        let name = self.name.as_bytes();
        // A name that does not exist is listed as nothing, or refused.
        let listed = client.store().list(name);
        if !listed.is_ok_and(|files| !files.is_empty()) {
            return Ok(());
        }
        if self.is_ours {
            let _ = client.store().remove(name); // if it stays, the upload says so
            return Ok(());
        }
        let message = format!("{} exists already in the store", self.name);
        Err(Problem::new(Exit::Denied, message).hint("give --via another name"))
    }

    /// Removes the file, also after a failure: it is on its way alone.
    fn clean<T>(&self, client: &mut Client, result: Result<T, Error>) -> Result<T, Error> {
        let removed = client.store().remove(self.name.as_bytes());
        let moved = result?;
        removed.map(|()| moved)
    }
}
