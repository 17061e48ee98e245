//! The served folder: that of unftp-sbe-fs, with a copy of its own between files and data connections.
//!
//! unftp-sbe-fs 0.4 moves 8 KiB at a time, each by a task on another thread. Here a task moves a [`BLOCK`], so that the
//! server keeps up with vsftpd.
//!
//! And unftp-sbe-fs lists directories alone. RFC 959 §4.1.3 has LIST send "current information on the file" for the path
//! of a file, as vsftpd, ProFTPD, Pure-FTPd and pyftpdlib do. Modules without a command for a size ask that way.

use std::fmt::Debug;
use std::io::{self, Cursor, SeekFrom};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use async_trait::async_trait;
use cap_std::ambient_authority;
use cap_std::fs::{Dir, OpenOptions};
use tokio::fs::File;
use tokio::io::{
    AsyncRead, AsyncReadExt as _, AsyncSeekExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf,
};
use unftp_core::auth::UserDetail;
use unftp_core::storage::{Error, Fileinfo, Metadata, Result, StorageBackend};
use unftp_sbe_fs::{Filesystem, Meta};

/// Bytes that move at once between a file and a connection. A thousand uploads take two of them each.
const BLOCK: usize = 64 * 1024;

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

    /// Opens a file to be written from this byte on; what is behind it is cut off.
    async fn create(&self, path: PathBuf, from: u64) -> io::Result<File> {
        let root = Arc::clone(&self.root);
        let open = move || {
            let path = path.strip_prefix("/").unwrap_or(&path);
            let file = root.open_with(path, OpenOptions::new().write(true).create(true))?;
            file.set_len(from)?;
            Ok::<_, io::Error>(file.into_std())
        };
        let opened = tokio::task::spawn_blocking(open).await;
        let mut file = File::from_std(opened.map_err(io::Error::other)??);
        file.seek(SeekFrom::Start(from)).await?;
        Ok(file)
    }
}

/// Copies a connection into a file up to its end; returns how many bytes that was.
async fn receive(from: &mut (impl AsyncRead + Unpin), file: &mut File) -> io::Result<u64> {
    let mut buffer = vec![0; BLOCK];
    let mut total = 0;
    loop {
        let (count, ended) = read_on(from, &mut buffer).await;
        file.write_all(&buffer[..count]).await?;
        total += count as u64;
        if let Some(ended) = ended {
            file.flush().await?;
            return ended.map(|()| total);
        }
    }
}

/// Reads what is there, at least one byte, and whether that is the end. Small pieces, as TLS gives them, are joined as
/// long as there is more.
async fn read_on(
    from: &mut (impl AsyncRead + Unpin),
    buffer: &mut [u8],
) -> (usize, Option<io::Result<()>>) {
    let mut buffer = ReadBuf::new(buffer);
    let read = std::future::poll_fn(|context| {
        loop {
            let before = buffer.filled().len();
            match Pin::new(&mut *from).poll_read(context, &mut buffer) {
                Poll::Pending if before > 0 => return Poll::Ready(None),
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Err(error)) => return Poll::Ready(Some(Err(error))),
                Poll::Ready(Ok(())) if buffer.filled().len() == before => {
                    return Poll::Ready(Some(Ok(())));
                }
                Poll::Ready(Ok(())) if buffer.remaining() == 0 => return Poll::Ready(None),
                Poll::Ready(Ok(())) => {}
            }
        }
    });
    let ended = read.await;
    (buffer.filled().len(), ended)
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
        user: &User,
        path: P,
        start_pos: u64,
        output: &'a mut W,
    ) -> Result<u64>
    where
        W: AsyncWrite + Unpin + Sync + Send,
        P: AsRef<Path> + Send + Debug,
    {
        let mut file = self.files.get(user, path, start_pos).await?;
        let mut buffer = vec![0; BLOCK];
        let mut total = 0;
        loop {
            // Its own buffer is smaller than this one, and stands aside.
            let count = file.read(&mut buffer).await?;
            if count == 0 {
                output.flush().await?;
                return Ok(total);
            }
            output.write_all(&buffer[..count]).await?;
            total += count as u64;
        }
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
        let mut file = self.create(path.as_ref().to_owned(), start_pos).await?;
        Ok(receive(&mut input, &mut file).await?)
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
    use std::collections::VecDeque;
    use std::fs;
    use std::task::Context;

    use super::*;

    /// Gives pieces, and an error or the end behind the last.
    struct Pieces(VecDeque<Vec<u8>>, Option<io::ErrorKind>);

    impl AsyncRead for Pieces {
        fn poll_read(
            mut self: Pin<&mut Self>,
            _context: &mut Context<'_>,
            buffer: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            let Some(mut piece) = self.0.pop_front() else {
                // As a socket does: the error comes once, and the end behind it.
                return Poll::Ready(self.1.take().map_or(Ok(()), |kind| Err(kind.into())));
            };
            let rest = piece.split_off(piece.len().min(buffer.remaining()));
            buffer.put_slice(&piece);
            if !rest.is_empty() {
                self.0.push_front(rest);
            }
            Poll::Ready(Ok(()))
        }
    }

    fn receive_all(pieces: &[&[u8]], error: Option<io::ErrorKind>) -> (io::Result<u64>, Vec<u8>) {
        let folder = tempfile::tempdir().expect("a folder");
        let place = Folder::open(folder.path()).expect("opened");
        let pieces = pieces.iter().map(|piece| piece.to_vec()).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        let result = runtime.expect("a runtime").block_on(async {
            let mut file = place.create("/a".into(), 0).await.expect("made");
            receive(&mut Pieces(pieces, error), &mut file).await
        });
        let written = fs::read(folder.path().join("a")).expect("written");
        (result, written)
    }

    #[test]
    fn pieces_of_any_size_become_the_file() {
        let large = vec![7; BLOCK + 1];
        let cases: [&[&[u8]]; 3] = [&[], &[b"a"], &[b"ab", b"c", &large, b"d"]];
        for pieces in cases {
            let (result, written) = receive_all(pieces, None);
            assert_eq!(written, pieces.concat());
            assert_eq!(result.expect("whole"), written.len() as u64);
        }
    }

    #[test]
    fn a_connection_that_breaks_is_an_error_and_leaves_what_came() {
        let cases: [&[&[u8]]; 2] = [&[], &[b"ab", b"c"]];
        for pieces in cases {
            let (result, written) = receive_all(pieces, Some(io::ErrorKind::ConnectionReset));
            assert_eq!(written, pieces.concat());
            let error = result.expect_err("broken");
            assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
        }
    }

    #[test]
    fn a_file_is_cut_off_at_the_place_where_an_upload_begins() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("a"), "abcdef").expect("written");
        let place = Folder::open(folder.path()).expect("opened");
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        let result = runtime.expect("a runtime").block_on(async {
            let mut file = place.create("/a".into(), 3).await.expect("made");
            receive(&mut &b"XY"[..], &mut file).await
        });
        assert_eq!(result.expect("whole"), 2);
        let written = fs::read(folder.path().join("a")).expect("read");
        assert_eq!(written, b"abcXY");
        assert!(folder.path().join("b").metadata().is_err());
    }
}
