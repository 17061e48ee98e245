//! Directories with all that is below them, uploaded or downloaded; also as a mirror, where only what differs is
//! transferred, and what the source does not have is deleted when that is asked for.
//!
//! Both ends are read first, then all is planned, then the plan is carried out. What fails is noted, and the rest goes
//! on, unless the line or the session is lost. A directory of the server is read by a listing, so a dialect without one
//! uploads trees and downloads none.

mod local_walk;
mod nodes;
mod options;
mod plan;
mod remote_walk;
mod remove;
mod report;
mod run;

use std::path::Path;

use super::connection::Client;
use super::error::Error;
use super::support::Task;
use crate::dialect::Direction;
use local_walk::walk_local;
use nodes::TreeNodes;
use remote_walk::FollowedLinks;
use run::TreeRun;

pub use options::{TreeEvent, TreeOptions};
pub use report::{SkipReason, TreeAction, TreeItem, TreeOutcome, TreeReport};

impl Client {
    /// Uploads what is in a directory, with all below it, into a directory of the server, which is made if it is missing.
    ///
    /// Links to files are files; links to directories are left out. [`RetryPolicy`](super::RetryPolicy) holds for each
    /// file, and its deadline for all of them together: when it is over, no further file begins.
    ///
    /// ```no_run
    /// use std::path::Path;
    /// use qftp::client::{ClientOptions, Login, TreeOptions, TreeOutcome};
    ///
    /// # fn main() -> Result<(), qftp::client::Error> {
    /// let mut client = ClientOptions::new().open("/dev/ttyUSB2")?;
    /// client.login(&Login::new("ftp.example.com", "user", "password"))?;
    /// let options = TreeOptions::new().mirror(true).delete(true);
    /// let report = client.put_tree(Path::new("logs"), b"backup/logs", options)?;
    /// println!("{} files, {} bytes", report.files(), report.bytes());
    /// for item in report.check()? {
    ///     if let TreeOutcome::Skipped(reason) = item.outcome {
    ///         println!("{}: {}", item.local.display(), reason.meaning());
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The directory cannot be read; the one on the server cannot be made; the dialect has no listing, where the options
    /// need one. What fails behind that is in the report.
    pub fn put_tree(
        &mut self,
        local: &Path,
        remote: &[u8],
        options: TreeOptions<'_>,
    ) -> Result<TreeReport, Error> {
        let source = walk_local(local, None)?;
        let target = if options.looks_at_target() {
            match self.walk_remote(remote, FollowedLinks::Of(&source)) {
                Err(Error::NoDirectory { .. }) => TreeNodes::default(),
                read => read?,
            }
        } else {
            TreeNodes::default()
        };
        if options.atomic {
            Task::Rename.check(self.dialect())?;
        }
        TreeRun::new(self, Direction::Up, local, remote, options).run(source, target)
    }

    /// Downloads what is in a directory of the server, with all below it, into a local directory, which is made if it is
    /// missing. The files get the times of those on the server, where it tells them.
    ///
    /// A link is downloaded where the server tells the size of a file behind it. A name that leads to another place, as a
    /// hostile server may list it, is left out. Deadlines are those of [`Client::put_tree`].
    ///
    /// # Errors
    ///
    /// The server has no such directory; the local one cannot be made; the dialect has no listing. What fails behind that
    /// is in the report.
    pub fn get_tree(
        &mut self,
        remote: &[u8],
        local: &Path,
        options: TreeOptions<'_>,
    ) -> Result<TreeReport, Error> {
        let source = self.walk_remote(remote, FollowedLinks::Files)?;
        let target = if options.looks_at_target() && local.exists() {
            walk_local(local, Some(&source))?
        } else {
            TreeNodes::default()
        };
        TreeRun::new(self, Direction::Down, local, remote, options).run(source, target)
    }
}
