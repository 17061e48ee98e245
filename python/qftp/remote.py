"""A remote file as a Python file."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, Any

from qftp.errors import RemoteFileNotFoundError, UsageError
from qftp.files import Files

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from qftp.handle import Name


class RemoteFile(io.RawIOBase):
    """A file on the server, raw; `Client.open` makes it."""

    # The mode of a file that could not be opened, for its close.
    mode = "rb"

    def __init__(self, client: Files, remote: Name, mode: str) -> None:
        """Use `Client.open`."""
        if mode not in ("rb", "wb", "ab"):
            raise UsageError(f"mode {mode!r}: give 'rb', 'wb' or 'ab'")
        self._client = client
        self._remote = remote
        self.mode = mode
        self.name = remote
        self._at = 0
        self._size = 0
        if mode == "rb":
            self._size = client.size(remote)
        elif mode == "ab":
            self._at = self._size_or_none() or 0
        self._begun = self._at > 0

    def _size_or_none(self) -> int | None:
        try:
            return self._client.size(self._remote)
        except RemoteFileNotFoundError:
            return None

    def readable(self) -> bool:
        """Returns True if it was opened to be read."""
        return self.mode == "rb"

    def writable(self) -> bool:
        """Returns True if it was opened to be written."""
        return self.mode != "rb"

    def seekable(self) -> bool:
        """Returns True if it can be read from any position."""
        return self.readable()

    def tell(self) -> int:
        """Returns the position of the next byte."""
        self._check_open()
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Moves to another position of a file that is read."""
        self._check_open()
        if not self.seekable():
            raise io.UnsupportedOperation("seek")
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}
        if whence not in base or base[whence] + offset < 0:
            raise UsageError(f"seek({offset}, {whence}): the file has no such position")
        self._at = base[whence] + offset
        return self._at

    def readinto(self, buffer: Buffer) -> int:
        """Reads as many bytes as fit, in one command."""
        self._check_open()
        if not self.readable():
            raise io.UnsupportedOperation("read")
        place = memoryview(buffer).cast("B")
        length = min(len(place), self._size - self._at)
        if length <= 0:
            return 0
        data = self._client.get(self._remote, offset=self._at, length=length)
        place[: len(data)] = data
        self._at += len(data)
        return len(data)

    def readall(self) -> bytes:
        """Reads the rest, in one command."""
        self._check_open()
        if not self.readable():
            raise io.UnsupportedOperation("read")
        if self._at >= self._size:
            return b""
        data = self._client.get(self._remote, offset=self._at)
        self._at += len(data)
        return data

    def write(self, data: Buffer) -> int:
        """Writes all the data, in one command."""
        self._check_open()
        if not self.writable():
            raise io.UnsupportedOperation("write")
        piece = bytes(data)
        if piece:
            self._client.put(io.BytesIO(piece), self._remote, offset=self._at)
            self._at += len(piece)
            self._begun = True
        return len(piece)

    def close(self) -> None:
        """Closes the file; makes it empty if it was opened with "wb" and nothing was written."""
        if self.closed:
            return
        try:
            if self.writable() and not self._begun:
                self._begun = True
                self._client.put(b"", self._remote)
        finally:
            super().close()

    def __reduce__(self) -> Any:
        """Raises TypeError, as the client does."""
        raise TypeError("a qftp.RemoteFile cannot be pickled: its client holds a port")

    def __repr__(self) -> str:
        """Shows name and mode."""
        return f"<qftp.RemoteFile {self.name!r} {self.mode}>"

    def _check_open(self) -> None:
        if self.closed:
            raise UsageError("the file is closed")


class RemoteFiles(Files):
    """Opens files on the server as Python files."""

    def open(self, remote: Name, mode: str = "rb") -> RemoteFile:
        """Opens a remote file: a raw, unbuffered file as `open(..., buffering=0)` returns for a local one.

        Each `read` and `write` is a command on the line; `io.BufferedReader` and `io.BufferedWriter` need fewer.

        Args:
            remote: The name on the server.
            mode: "rb" to read, "wb" to replace, "ab" to append.

        Raises:
            RemoteFileNotFoundError: The file to read does not exist.
            UnsupportedError: The dialect cannot read or write parts of a file; raised by the read or write.
            UsageError: Another mode.
        """
        return RemoteFile(self, remote, mode)
