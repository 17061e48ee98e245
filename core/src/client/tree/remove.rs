//! Removes a directory of the server with all that is below it.

use super::nodes::NodeKind;
use super::remote_walk::{FollowedLinks, joined_path};
use super::report::SkipReason;
use crate::client::composed;
use crate::client::connection::Client;
use crate::client::error::Error;

impl Client {
    /// Removes a directory and all that is below it. Links are removed, not followed, also one of this name.
    ///
    /// # Errors
    ///
    /// The dialect has no listing; there is no such directory; the server refuses, and what is not removed yet stays;
    /// those of the line.
    pub fn remove_tree(&mut self, path: &[u8]) -> Result<(), Error> {
        if self.is_link(path)? {
            return self.retrying("delete", |client| client.delete(path));
        }
        let mut tree = self.walk_remote(path, FollowedLinks::None)?;
        if let Some((_, error)) = tree.failures.pop() {
            return Err(error);
        }
        for (below, node) in tree.nodes.iter().rev() {
            let below = joined_path(path, below);
            match node.kind {
                NodeKind::Directory => self.retrying("rmdir", |client| client.rmdir(&below))?,
                // Its name leads to another place: the directory is not empty, and stays.
                NodeKind::Skipped(SkipReason::Name) => {}
                _ => self.retrying("delete", |client| client.delete(&below))?,
            }
        }
        self.retrying("rmdir", |client| client.rmdir(path))
    }

    /// Returns true where the listing of the directory above has a link of this name.
    fn is_link(&mut self, path: &[u8]) -> Result<bool, Error> {
        let (directory, name) = composed::split(path);
        if matches!(name, b"" | b"." | b"..") {
            return Ok(false);
        }
        Ok(self.links_in(directory)?.contains(name))
    }
}
