"""The module's own file store: its flash, its RAM, its SD card."""

from __future__ import annotations

import builtins
import io
import os
from typing import TYPE_CHECKING, NamedTuple, overload

from qftp import _native
from qftp.errors import RemoteFileNotFoundError
from qftp.local import left

if TYPE_CHECKING:
    from qftp.handle import Handle, Name
    from qftp.local import Source, Target


class StoredFile(NamedTuple):
    """A file in the store."""

    name: str
    """As the module prints it, with or without its place."""
    size: int
    """Bytes."""


class Space(NamedTuple):
    """How much room a place has."""

    free: int
    """Bytes that are left."""
    total: int
    """Bytes of the whole place."""


class Store:
    """Files in the module itself (AT+QFLST and its like); `Client.store` is it.

    A name begins with its place: "UFS:a" in flash, "RAM:a", "SD:a"; without one it is in flash. A dialect without such
    commands raises `UnsupportedError`. No session is needed.
    """

    def __init__(self, client: Handle) -> None:
        """Use `Client.store`."""
        self._client = client
        self._native = _native.Store(client._native)

    def list(self, pattern: Name = "*") -> builtins.list[StoredFile]:
        """Lists files (AT+QFLST).

        Args:
            pattern: "*" for all in flash, "RAM:*", "SD:*", or a name.

        Raises:
            CommandError: There is no such file, or no such place.
        """
        files = self._native.list(self._client._encode(pattern))
        return [StoredFile(self._client._decode(name), size) for name, size in files]

    def size(self, name: Name) -> int:
        """Bytes of a file (AT+QFLST).

        Raises:
            RemoteFileNotFoundError: The module lists no such file.
        """
        found = self.list(name)
        if not found:
            raise RemoteFileNotFoundError(f"the module lists no file {name!r}")
        return found[0].size

    def space(self, place: str = "UFS") -> Space:
        """Free and total bytes of a place, "UFS", "RAM" or "SD" (AT+QFLDS)."""
        return Space(*self._native.space(place))

    def put(self, source: Source, name: Name) -> None:
        """Puts a file into the store (AT+QFUPL); the module's checksum over it is compared.

        Args:
            source: A path, bytes, or a file object open for reading in binary mode. At least one byte.
            name: Its name there; a file that is there already is not replaced.

        Raises:
            CommandError: The module does not take it: the name is taken, or the place is full.
            ProtocolError: The checksum is not that of the bytes.
            OSError: The local file cannot be read.
        """
        stored = self._client._encode(name)
        if isinstance(source, (str, os.PathLike)):
            self._native.put_file(os.fspath(source), stored)
            return
        if isinstance(source, (bytes, bytearray, memoryview)):
            source = io.BytesIO(source)
        size = left(source)
        if size is None:
            # The command begins with the size.
            data = source.read()
            source, size = io.BytesIO(data), len(data)
        self._native.put(source, size, stored)

    @overload
    def get(self, name: Name, target: None = None) -> bytes: ...

    @overload
    def get(self, name: Name, target: Target) -> int: ...

    def get(self, name: Name, target: Target | None = None) -> bytes | int:
        """Reads a file of the store (AT+QFDWL); the module's checksum over it is compared.

        Args:
            name: Which one.
            target: A path, or a file object open for writing in binary mode; None returns the bytes. With a path the
                bytes go to a temporary name beside it, which takes its place when complete.

        Returns:
            The bytes, or with a target their number.

        Raises:
            CommandError: There is no such file.
            ProtocolError: The checksum is not that of the bytes.
            OSError: The local file cannot be written.
        """
        stored = self._client._encode(name)
        if target is None:
            buffer = io.BytesIO()
            self._native.get(stored, buffer)
            return buffer.getvalue()
        if isinstance(target, (str, os.PathLike)):
            return self._native.get_file(stored, os.fspath(target))
        return self._native.get(stored, target)

    def delete(self, pattern: Name) -> None:
        """Deletes files (AT+QFDEL): a name, or "*", "RAM:*", "SD:*" for all of a place."""
        self._native.delete(self._client._encode(pattern))

    def __repr__(self) -> str:
        """Shows whose it is."""
        return f"<files of {self._client!r}>"
