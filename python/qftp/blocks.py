"""Files cut into blocks, as `ftplib`'s callbacks are given them."""

from __future__ import annotations

from typing import Any, Callable

from qftp.errors import UsageError


class BlockTarget:
    """Hands what is written to a callback, at most so many bytes at a time."""

    def __init__(self, callback: Callable[[bytes], object], size: int) -> None:
        """Blocks of at most `size` bytes, at least 1."""
        self._callback = callback
        self._size = _checked(size)

    def write(self, data: bytes) -> int:
        """Takes all of it."""
        for at in range(0, len(data), self._size):
            self._callback(data[at : at + self._size])
        return len(data)


class BlockSource:
    """Reads a file block by block and hands each to a callback when it is on its way."""

    def __init__(self, file: Any, size: int, callback: Callable[[bytes], object] | None = None) -> None:
        """Blocks of `size` bytes, at least 1, of an object with `read(size)`."""
        self._file = file
        self._size = _checked(size)
        self._callback = callback
        self._block: bytes = b""
        self._given = 0

    def read(self, size: int) -> bytes:
        """At most `size` bytes: the rest of the block, or the beginning of the next."""
        if self._given == len(self._block):
            self._told()
            self._block, self._given = self._file.read(self._size), 0
        piece = self._block[self._given : self._given + size]
        self._given += len(piece)
        return piece

    def tell(self) -> int:
        """Where the file stands; asked before the first read, to know how much is to come."""
        return int(self._file.tell())

    def seek(self, offset: int, whence: int = 0) -> int:
        """As `tell`."""
        return int(self._file.seek(offset, whence))

    def finish(self) -> None:
        """The transfer has succeeded: so has its last block."""
        self._told()

    def _told(self) -> None:
        block, self._block, self._given = self._block, b"", 0
        if block and self._callback is not None:
            self._callback(block)


def _checked(size: int) -> int:
    if size < 1:
        raise UsageError(f"blocksize={size}: give 1 or more")
    return size
