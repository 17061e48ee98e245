"""Files on the server: up, down, their size and time, their names."""

from __future__ import annotations

import io
import os
from typing import overload

from qftp.handle import Handle, Name
from qftp.local import Source, Target, left
from qftp.progress import Progress, shown
from qftp.records import Transferred
from qftp.remote import RemoteFile


class Files(Handle):
    """Moves files, asks about them, renames and deletes them."""

    def put(
        self,
        source: Source,
        remote: Name,
        *,
        offset: int = 0,
        progress: Progress | None = None,
    ) -> Transferred:
        """Uploads (AT+QFTPPUT). It has succeeded when the size on the server is the one that was sent.

        Args:
            source: A path, bytes, or a file object open for reading in binary mode, which is read from where it
                stands.
            remote: The name on the server.
            offset: Continue after so many bytes, which are on the server already. Of a path or of bytes they are
                passed over.
            progress: Called with bytes sent and bytes to send; True shows a bar.

        Raises:
            RemoteFileError: The server does not take the file.
            IncompleteError: Fewer bytes arrived; `bytes_confirmed` says how many.
            UnsupportedError: `offset` in a dialect that cannot.
            OSError: The local file cannot be read.
        """
        return self._upload(source, remote, offset, progress, append=False)

    def append(self, source: Source, remote: Name, *, progress: Progress | None = None) -> Transferred:
        """Adds to the end of a remote file, and makes it where there is none. Otherwise as `put`."""
        return self._upload(source, remote, 0, progress, append=True)

    @overload
    def get(
        self,
        remote: Name,
        target: None = None,
        *,
        offset: int = 0,
        length: int | None = None,
        progress: Progress | None = None,
    ) -> bytes: ...

    @overload
    def get(
        self,
        remote: Name,
        target: Target,
        *,
        offset: int = 0,
        length: int | None = None,
        progress: Progress | None = None,
    ) -> Transferred: ...

    def get(
        self,
        remote: Name,
        target: Target | None = None,
        *,
        offset: int = 0,
        length: int | None = None,
        progress: Progress | None = None,
    ) -> bytes | Transferred:
        """Downloads (AT+QFTPGET).

        Args:
            remote: The name on the server.
            target: A path, or a file object open for writing in binary mode; None returns the bytes. With a path the
                bytes go to a temporary name beside it, which takes its place when complete; with `offset`, the file
                is cut to so many bytes and continued.
            offset: Where in the remote file to start.
            length: At most this many bytes.
            progress: Called with bytes received and bytes to receive, the latter None where nobody knows; True shows
                a bar.

        Raises:
            RemoteFileNotFoundError: There is no such file.
            IncompleteError: Fewer bytes arrived.
            UnsupportedError: `offset` or `length` in a dialect that cannot.
            OSError: The local file cannot be written.
        """
        name = self._encode(remote)
        with shown(progress, self._decode(name)) as tell:
            if target is None:
                buffer = io.BytesIO()
                self._native.get(name, buffer, offset, length, tell)
                return buffer.getvalue()
            if isinstance(target, (str, os.PathLike)):
                path = os.fspath(target)
                return Transferred(*self._native.get_file(name, path, offset, length, tell))
            return Transferred(*self._native.get(name, target, offset, length, tell))

    def open(self, remote: Name, mode: str = "rb") -> RemoteFile:
        """Opens a remote file: a raw, unbuffered file as `open(..., buffering=0)` returns for a local one.

        Each `read` and `write` is a command on the line; `io.BufferedReader` and `io.BufferedWriter` make them few.

        Args:
            remote: The name on the server.
            mode: "rb" to read, "wb" to write anew, "ab" to add to the end.

        Raises:
            RemoteFileNotFoundError: There is no such file to read.
            UnsupportedError: The dialect cannot read, or write, parts of a file; seen at the read or write.
            UsageError: Another mode.
        """
        return RemoteFile(self, remote, mode)

    def size(self, remote: Name) -> int:
        """Bytes of a remote file (AT+QFTPSIZE; from a listing where the dialect lacks it)."""
        return self._native.size(self._encode(remote))

    def mdtm(self, remote: Name) -> str:
        """Time of a file's last change, YYYYMMDDHHMMSS[.NNN] in UTC (AT+QFTPMDTM)."""
        return self._native.mdtm(self._encode(remote))

    def delete(self, remote: Name) -> None:
        """Deletes a file (AT+QFTPDEL)."""
        self._native.delete(self._encode(remote))

    def rename(self, old: Name, new: Name) -> None:
        """Renames a file or directory (AT+QFTPRENAME)."""
        self._native.rename(self._encode(old), self._encode(new))

    def transferred(self) -> int:
        """Bytes moved by the last transfer, as the module counts (AT+QFTPLEN)."""
        return self._native.transferred()

    def _upload(
        self, source: Source, remote: Name, offset: int, progress: Progress | None, append: bool
    ) -> Transferred:
        name = self._encode(remote)
        with shown(progress, self._decode(name)) as tell:
            if isinstance(source, (str, os.PathLike)):
                path = os.fspath(source)
                return Transferred(*self._native.put_file(path, name, offset, tell, append))
            size: int | None
            if isinstance(source, (bytes, bytearray, memoryview)):
                view = memoryview(source).cast("B")[offset:]
                source, size = io.BytesIO(view), len(view)
            else:
                size = left(source)
            return Transferred(*self._native.put(source, size, name, offset, tell, append))
