//! Files in blocks: a thread that may block moves one between the file and its buffer, while the connection moves the other.
//!
//! unftp-sbe-fs 0.4 moves 8 KiB at a time, each by a task on another thread that the connection waits for. With these two
//! buffers the server keeps up with vsftpd.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::pin::Pin;
use std::task::Poll;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::task::{JoinHandle, spawn_blocking};

/// Bytes that move at once between a file and a connection. A transfer takes two of them.
const BLOCK: usize = 64 * 1024;

/// Copies a file into a connection, from where it stands up to its end; returns how many bytes that was.
pub(super) async fn send<W: AsyncWrite + Unpin + ?Sized>(
    file: File,
    to: &mut W,
) -> io::Result<u64> {
    let mut total = 0;
    let (mut file, mut block, mut count) = done(read(file, vec![0; BLOCK])).await?;
    let mut free = vec![0; BLOCK];
    while count > 0 {
        let ahead = read(file, free);
        to.write_all(&block[..count]).await?;
        total += count as u64;
        free = block;
        (file, block, count) = done(ahead).await?;
    }
    to.flush().await?;
    Ok(total)
}

/// Copies a connection into a file up to its end; returns how many bytes that was.
pub(super) async fn receive(from: &mut (impl AsyncRead + Unpin), file: File) -> io::Result<u64> {
    let mut total = 0;
    let mut block = vec![0; BLOCK];
    let mut before = write(file, vec![0; BLOCK], 0);
    loop {
        let (count, ended) = read_on(from, &mut block).await;
        let (file, free) = done(before).await?;
        total += count as u64;
        before = write(file, block, count);
        block = free;
        if let Some(ended) = ended {
            done(before).await?;
            return ended.map(|()| total);
        }
    }
}

/// Reads a block on a thread that may block. File and buffer come back with how many bytes that is; 0 at the end.
fn read(mut file: File, mut block: Vec<u8>) -> JoinHandle<io::Result<(File, Vec<u8>, usize)>> {
    spawn_blocking(move || {
        let count = file.read(&mut block)?;
        Ok((file, block, count))
    })
}

/// Writes a block on a thread that may block. File and buffer come back.
fn write(mut file: File, block: Vec<u8>, count: usize) -> JoinHandle<io::Result<(File, Vec<u8>)>> {
    spawn_blocking(move || {
        file.write_all(&block[..count])?;
        Ok((file, block))
    })
}

/// Waits for such a thread.
async fn done<T>(task: JoinHandle<io::Result<T>>) -> io::Result<T> {
    task.await.map_err(io::Error::other)?
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
        let pieces = pieces.iter().map(|piece| piece.to_vec()).collect();
        let place = tempfile::NamedTempFile::new().expect("a file");
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        let result = runtime.expect("a runtime").block_on(async {
            let file = place.reopen().expect("opened");
            receive(&mut Pieces(pieces, error), file).await
        });
        let written = fs::read(place.path()).expect("written");
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
    fn a_file_of_any_size_is_sent_whole() {
        for size in [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK] {
            let content: Vec<u8> = (0..=250).cycle().take(size).collect();
            let place = tempfile::NamedTempFile::new().expect("a file");
            fs::write(place.path(), &content).expect("written");
            let runtime = tokio::runtime::Builder::new_current_thread().build();
            let mut sent = Vec::new();
            let result = runtime.expect("a runtime").block_on(async {
                let file = place.reopen().expect("opened");
                send(file, &mut sent).await
            });
            assert_eq!(result.expect("sent"), size as u64);
            assert!(sent == content, "{size}");
        }
    }
}
