"""Files on the server: upload, download, size, time, name."""

from __future__ import annotations

import io
import os
from typing import BinaryIO, overload

from qftp.handle import Handle, Name
from qftp.local import Source, Target, remaining
from qftp.progress import Progress, shown
from qftp.records import Transferred


class Files(Handle):
    """Uploads, downloads, renames and deletes files, and reads their size and time."""

    def put(
        self,
        source: Source,
        remote: Name,
        *,
        offset: int = 0,
        progress: Progress | None = None,
    ) -> Transferred:
        """Uploads a file (AT+QFTPPUT). It succeeds when the size on the server equals the size sent.

        Args:
            source: A path, bytes, or a file object open for reading in binary mode, which is read from its current
                position.
            remote: The name on the server.
            offset: Continue after this many bytes, which are on the server already. In a path or in bytes they are
                skipped.
            progress: Called with bytes sent and bytes to send; True shows a bar.

        Raises:
            RemoteFileError: The server refuses the file.
            IncompleteError: Fewer bytes arrived; `bytes_confirmed` says how many.
            UnsupportedError: The dialect has no `offset`.
            OSError: The local file cannot be read.
        """
        name = self._encode(remote)
        with shown(progress, self._decode(name)) as tell:
            if isinstance(source, (str, os.PathLike)):
                return Transferred(*self._native.put_file(os.fspath(source), name, offset, tell))
            reader, size = _reader(source, offset)
            return Transferred(*self._native.put(reader, size, name, offset, tell))

    def append(self, source: Source, remote: Name, *, progress: Progress | None = None) -> Transferred:
        """Appends to a remote file, or makes it if it does not exist. Otherwise as `put`."""
        name = self._encode(remote)
        with shown(progress, self._decode(name)) as tell:
            if isinstance(source, (str, os.PathLike)):
                return Transferred(*self._native.append_file(os.fspath(source), name, tell))
            reader, size = _reader(source, 0)
            return Transferred(*self._native.append(reader, size, name, tell))

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
        """Downloads a file (AT+QFTPGET).

        Args:
            remote: The name on the server.
            target: A path, or a file object open for writing in binary mode; None returns the bytes. The file at
                a path is written under a temporary name beside it and renamed when complete; with `offset`, the file
                is cut to that many bytes and continued.
            offset: The byte of the remote file to start at.
            length: At most this many bytes.
            progress: Called with bytes received and bytes to receive (None if unknown); True shows a bar.

        Raises:
            RemoteFileNotFoundError: The file does not exist.
            IncompleteError: Fewer bytes arrived.
            UnsupportedError: The dialect has no `offset` or `length`.
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

    def size(self, remote: Name) -> int:
        """Returns the size of a remote file in bytes (AT+QFTPSIZE, or a listing if the dialect lacks it)."""
        return self._native.size(self._encode(remote))

    def mdtm(self, remote: Name) -> str:
        """Returns the time of the last change, YYYYMMDDHHMMSS[.NNN] in UTC (AT+QFTPMDTM)."""
        return self._native.mdtm(self._encode(remote))

    def delete(self, remote: Name) -> None:
        """Deletes a file (AT+QFTPDEL)."""
        self._native.delete(self._encode(remote))

    def rename(self, old: Name, new: Name) -> None:
        """Renames a file or directory (AT+QFTPRENAME)."""
        self._native.rename(self._encode(old), self._encode(new))

    def transferred(self) -> int:
        """Returns the bytes that the last transfer moved, as the module counts (AT+QFTPLEN)."""
        return self._native.transferred()


def _reader(source: bytes | bytearray | memoryview | BinaryIO, offset: int) -> tuple[BinaryIO, int | None]:
    """Returns a file object to read from, and the number of bytes that it will give, if known."""
    if isinstance(source, (bytes, bytearray, memoryview)):
        view = memoryview(source).cast("B")[offset:]
        return io.BytesIO(view), len(view)
    return source, remaining(source)
