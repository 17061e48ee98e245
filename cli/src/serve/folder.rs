//! The served folder: that of unftp-sbe-fs, with a copy of its own between files and data connections (`blocks.rs`).
//!
//! And unftp-sbe-fs lists directories alone. RFC 959 §4.1.3 has LIST send "current information on the file" for the path
//! of a file, as vsftpd, ProFTPD, Pure-FTPd and pyftpdlib do. Modules without a command for a size ask that way.

use std::fmt::Debug;
use std::fs::File;
use std::io::{self, Cursor, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use cap_std::ambient_authority;
use cap_std::fs::{Dir, OpenOptions};
use tokio::io::{AsyncRead, AsyncWrite};
use unftp_core::auth::UserDetail;
use unftp_core::storage::{Error, Fileinfo, Metadata, Result, StorageBackend};
use unftp_sbe_fs::{Filesystem, Meta};

use super::blocks;

/// The folder, as one session has it.
#[derive(Debug)]
pub(super) struct Folder {
    files: Filesystem,
    root: Arc<Dir>,
}

impl Folder {
    /// Opens a folder.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        Ok(Folder {
            files: Filesystem::new(path)?,
            root: Arc::new(Dir::open_ambient_dir(path, ambient_authority())?),
        })
    }

    /// Opens a file on a thread that may block, from this byte on.
    async fn open_file(
        &self,
        path: &Path,
        from: u64,
        open: impl FnOnce(&Dir, &Path) -> io::Result<cap_std::fs::File> + Send + 'static,
    ) -> io::Result<File> {
        let root = Arc::clone(&self.root);
        let path = path.strip_prefix("/").unwrap_or(path).to_owned();
        let opened = tokio::task::spawn_blocking(move || {
            let mut file = open(&root, &path)?.into_std();
            file.seek(SeekFrom::Start(from))?;
            Ok(file)
        });
        opened.await.map_err(io::Error::other)?
    }

    /// Opens a file to be written from this byte on; what is behind it is cut off.
    async fn create(&self, path: &Path, from: u64) -> io::Result<File> {
        let create = move |root: &Dir, path: &Path| {
            let file = root.open_with(path, OpenOptions::new().write(true).create(true))?;
            file.set_len(from)?;
            Ok(file)
        };
        self.open_file(path, from, create).await
    }
}

#[async_trait]
impl<User: UserDetail> StorageBackend<User> for Folder {
    type Metadata = Meta;

    fn enter(&mut self, user: &User) -> io::Result<()> {
        self.files.enter(user)
    }

    fn supported_features(&self) -> u32 {
        StorageBackend::<User>::supported_features(&self.files)
    }

    async fn metadata<P: AsRef<Path> + Send + Debug>(&self, user: &User, path: P) -> Result<Meta> {
        self.files.metadata(user, path).await
    }

    async fn list<P>(&self, user: &User, path: P) -> Result<Vec<Fileinfo<PathBuf, Meta>>>
    where
        P: AsRef<Path> + Send + Debug,
    {
        self.files.list(user, path).await
    }

    /// Returns the text of LIST: the entries of a directory, or the line of a file.
    async fn list_fmt<P>(&self, user: &User, path: P) -> std::result::Result<Cursor<Vec<u8>>, Error>
    where
        P: AsRef<Path> + Send + Debug,
    {
        let metadata = self.files.metadata(user, path.as_ref()).await?;
        if !metadata.is_file() {
            return self.files.list_fmt(user, path).await;
        }
        let path = path.as_ref();
        let line = format!("{}\r\n", Fileinfo { path, metadata });
        Ok(Cursor::new(line.into_bytes()))
    }

    async fn get_into<'a, P, W: ?Sized>(
        &self,
        _user: &User,
        path: P,
        start_pos: u64,
        output: &'a mut W,
    ) -> Result<u64>
    where
        W: AsyncWrite + Unpin + Sync + Send,
        P: AsRef<Path> + Send + Debug,
    {
        let open = |root: &Dir, path: &Path| root.open(path);
        let file = self.open_file(path.as_ref(), start_pos, open).await?;
        Ok(blocks::send(file, output).await?)
    }

    async fn get<P: AsRef<Path> + Send + Debug>(
        &self,
        user: &User,
        path: P,
        start_pos: u64,
    ) -> Result<Box<dyn AsyncRead + Send + Sync + Unpin>> {
        self.files.get(user, path, start_pos).await
    }

    async fn put<P, R>(&self, _user: &User, mut input: R, path: P, start_pos: u64) -> Result<u64>
    where
        P: AsRef<Path> + Send + Debug,
        R: AsyncRead + Send + Sync + Unpin + 'static,
    {
        let file = self.create(path.as_ref(), start_pos).await?;
        Ok(blocks::receive(&mut input, file).await?)
    }

    async fn del<P: AsRef<Path> + Send + Debug>(&self, user: &User, path: P) -> Result<()> {
        self.files.del(user, path).await
    }

    async fn mkd<P: AsRef<Path> + Send + Debug>(&self, user: &User, path: P) -> Result<()> {
        self.files.mkd(user, path).await
    }

    async fn rename<P: AsRef<Path> + Send + Debug>(
        &self,
        user: &User,
        from: P,
        to: P,
    ) -> Result<()> {
        self.files.rename(user, from, to).await
    }

    async fn rmd<P: AsRef<Path> + Send + Debug>(&self, user: &User, path: P) -> Result<()> {
        self.files.rmd(user, path).await
    }

    async fn cwd<P: AsRef<Path> + Send + Debug>(&self, user: &User, path: P) -> Result<()> {
        self.files.cwd(user, path).await
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_file_is_cut_off_at_the_place_where_an_upload_begins() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("a"), "abcdef").expect("written");
        let place = Folder::open(folder.path()).expect("opened");
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        let result = runtime.expect("a runtime").block_on(async {
            let file = place.create(Path::new("/a"), 3).await.expect("made");
            blocks::receive(&mut &b"XY"[..], file).await
        });
        assert_eq!(result.expect("whole"), 2);
        let written = fs::read(folder.path().join("a")).expect("read");
        assert_eq!(written, b"abcXY");
        assert!(folder.path().join("b").metadata().is_err());
    }
}
