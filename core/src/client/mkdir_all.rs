//! Makes directories with those above them.

use super::composed;
use super::connection::Client;
use super::error::Error;

impl Client {
    /// Makes a directory, and those above it that are missing. A directory that is there is no error.
    ///
    /// # Errors
    ///
    /// The server refuses; those of the line.
    pub fn mkdir_all(&mut self, path: &[u8]) -> Result<(), Error> {
        let path = without_slashes(path);
        if matches!(path, b"" | b"." | b"/") {
            return Ok(());
        }
        let refused = match self.make_or_find(path) {
            Err(error) if error.is_ftp_failure() || error.is_refusal() => error,
            other => return other,
        };
        let (parent, _) = composed::split(path);
        if matches!(without_slashes(parent), b"" | b"." | b".." | b"/") {
            return Err(refused);
        }
        self.mkdir_all(parent)?;
        self.make_or_find(path)
    }

    /// Makes a directory, or finds that it is there.
    fn make_or_find(&mut self, path: &[u8]) -> Result<(), Error> {
        self.retrying("mkdir", |client| match client.mkdir(path) {
            Err(error) if error.is_ftp_failure() => match client.enters(path)? {
                Some(true) => Ok(()),
                _ => Err(error),
            },
            other => other,
        })
    }
}

/// Removes the slashes at the end of a path, but not the root.
fn without_slashes(mut path: &[u8]) -> &[u8] {
    while let [rest @ .., b'/'] = path
        && !rest.is_empty()
    {
        path = rest;
    }
    path
}

#[cfg(test)]
mod tests {
    use super::without_slashes;

    #[test]
    fn the_root_keeps_its_slash() {
        for (path, left) in [
            ("a//", "a"),
            ("/", "/"),
            ("//", "/"),
            ("/a/b/", "/a/b"),
            ("", ""),
        ] {
            assert_eq!(without_slashes(path.as_bytes()), left.as_bytes());
        }
    }
}
