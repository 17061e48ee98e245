"""The module's own file store: its flash, its RAM, its SD card."""

from __future__ import annotations

import builtins
import io
import os
from typing import TYPE_CHECKING, NamedTuple, overload

from qftp import _native
from qftp.errors import RemoteFileNotFoundError
from qftp.local import remaining
from qftp.records import Transferred

if TYPE_CHECKING:
    from qftp.handle import Handle, Name
    from qftp.local import Source, Target


class StoredFile(NamedTuple):
    """A file in the store."""

    name: str
    """The name as the module prints it, with or without its volume."""
    size: int
    """Size in bytes."""


class Space(NamedTuple):
    """The room of a volume."""

    free: int
    """Free bytes."""
    total: int
    """Total bytes."""


class Store:
    """Files in the module itself (AT+QFLST and its like); `Client.store` returns it.

    A name begins with its volume: "UFS:a" in flash, "RAM:a", "SD:a"; without a volume it is in flash. A dialect without
    such commands raises `UnsupportedError`. A session is needed only by `fetch` and `send`.
    """

    def __init__(self, client: Handle) -> None:
        """Use `Client.store`."""
        self._client = client
        self._native = _native.Store(client._native)

    def list(self, pattern: Name = "*") -> builtins.list[StoredFile]:
        """Returns the files (AT+QFLST).

        Args:
            pattern: "*" for all in flash, "RAM:*", "SD:*", or a name.

        Raises:
            CommandError: The file or the volume does not exist.
        """
        files = self._native.list(self._client._encode(pattern))
        return [StoredFile(self._client._decode(name), size) for name, size in files]

    def size(self, name: Name) -> int:
        """Returns the size of a file in bytes (AT+QFLST).

        Raises:
            RemoteFileNotFoundError: The module does not list the file.
        """
        found = self.list(name)
        if not found:
            raise RemoteFileNotFoundError(f"the module lists no file {name!r}")
        return found[0].size

    def space(self, volume: str = "UFS") -> Space:
        """Returns the free and total bytes of a volume, "UFS", "RAM" or "SD" (AT+QFLDS)."""
        return Space(*self._native.space(volume))

    def upload(self, source: Source, name: Name) -> None:
        """Uploads a file into the store (AT+QFUPL) and compares the module's checksum.

        Args:
            source: A path, bytes, or a file object open for reading in binary mode. At least one byte.
            name: Its name there; an existing file is not replaced.

        Raises:
            CommandError: The module refuses the file: the name exists, or the volume is full.
            ProtocolError: The checksum does not match the bytes.
            OSError: The local file cannot be read.
        """
        stored = self._client._encode(name)
        if isinstance(source, (str, os.PathLike)):
            self._native.upload_file(os.fspath(source), stored)
            return
        if isinstance(source, (bytes, bytearray, memoryview)):
            source = io.BytesIO(source)
        size = remaining(source)
        if size is None:
            # The command begins with the size.
            data = source.read()
            source, size = io.BytesIO(data), len(data)
        self._native.upload(source, size, stored)

    @overload
    def download(self, name: Name, target: None = None) -> bytes: ...

    @overload
    def download(self, name: Name, target: Target) -> int: ...

    def download(self, name: Name, target: Target | None = None) -> bytes | int:
        """Downloads a file from the store (AT+QFDWL) and compares the module's checksum.

        Args:
            name: The name of the file.
            target: A path, or a file object open for writing in binary mode; None returns the bytes. The file at
                a path is written under a temporary name beside it and renamed when complete.

        Returns:
            The bytes, or their number if there is a target.

        Raises:
            CommandError: The file does not exist.
            ProtocolError: The checksum does not match the bytes.
            OSError: The local file cannot be written.
        """
        stored = self._client._encode(name)
        if target is None:
            buffer = io.BytesIO()
            self._native.download(stored, buffer)
            return buffer.getvalue()
        if isinstance(target, (str, os.PathLike)):
            return self._native.download_file(stored, os.fspath(target))
        return self._native.download(stored, target)

    def fetch(self, remote: Name, name: Name) -> Transferred:
        """Downloads a file of the server into the store, where it replaces a file of that name.

        The module moves it by itself (AT+QFTPGET to "UFS:"): nothing goes over the line, and there is no progress. It
        needs a session, and compares the sizes at both ends.

        Raises:
            RemoteFileError: The server refuses the file.
            IncompleteError: The sizes differ.
            UnsupportedError: The dialect has no store.
        """
        handle = self._client
        return Transferred(*self._native.fetch(handle._encode(remote), handle._encode(name)))

    def send(self, name: Name, remote: Name) -> Transferred:
        """Uploads a file of the store to the server, as `fetch` the other way (AT+QFTPPUT from "UFS:").

        Raises:
            CommandError: The module has no such file.
            RemoteFileError: The server refuses the file.
            IncompleteError: The sizes differ.
            UnsupportedError: The dialect has no store.
        """
        handle = self._client
        return Transferred(*self._native.send(handle._encode(name), handle._encode(remote)))

    def remove(self, pattern: Name) -> None:
        """Removes files (AT+QFDEL): a name, or "*", "RAM:*", "SD:*" for all files of a volume."""
        self._native.remove(self._client._encode(pattern))

    def __repr__(self) -> str:
        """Shows the client."""
        return f"<files of {self._client!r}>"
