//! Uploads under a temporary name, which the file loses when it is complete.

use std::io;

use super::composed;
use super::connection::Client;
use super::error::Error;
use super::glob::joined;
use super::support::Task;
use super::transfer::Transferred;

impl Client {
    /// Returns the temporary name of an upload, after looking whether it can be done so. The same file has the same name,
    /// so that a later upload continues it.
    pub(super) fn begin_atomic(&self, remote: &[u8], is_whole: bool) -> Result<Vec<u8>, Error> {
        Task::Rename.check(self.dialect())?;
        if !is_whole {
            let text = "an atomic upload is of a whole file, not of a part";
            let source = io::Error::new(io::ErrorKind::InvalidInput, text);
            return Err(Error::Local { source });
        }
        let (directory, name) = composed::split(remote);
        Ok(joined(directory, &[b".", name, b".part"].concat()))
    }

    /// Gives an upload its name.
    pub(super) fn end_atomic(
        &mut self,
        temporary: &[u8],
        remote: &[u8],
        moved: &Transferred,
    ) -> Result<(), Error> {
        let renamed = self.retrying("rename", |client| client.rename(temporary, remote));
        let Err(error) = renamed else { return Ok(()) };
        // The answer to the first try may have been lost, and the second one found nothing to rename.
        let is_done = error.is_missing()
            && self.size(temporary).is_err_and(|gone| gone.is_missing())
            && self
                .size(remote)
                .is_ok_and(|size| size == moved.offset + moved.bytes);
        if is_done { Ok(()) } else { Err(error) }
    }
}
