"""Files in blocks, as `ftplib` hands them to its callbacks."""

from __future__ import annotations

from typing import Any, Callable

from qftp.errors import UsageError


class BlockTarget:
    """Hands written data to a callback, block by block."""

    def __init__(self, callback: Callable[[bytes], object], size: int) -> None:
        """Makes blocks of at most `size` bytes, at least 1."""
        self._callback = callback
        self._size = _checked(size)

    def write(self, data: bytes) -> int:
        """Takes all the data."""
        for at in range(0, len(data), self._size):
            self._callback(data[at : at + self._size])
        return len(data)


class BlockSource:
    """Reads a file block by block and hands each block to a callback once it is sent."""

    def __init__(self, file: Any, size: int, callback: Callable[[bytes], object] | None = None) -> None:
        """Reads blocks of `size` bytes, at least 1, from an object with `read(size)`."""
        self._file = file
        self._size = _checked(size)
        self._callback = callback
        self._block: bytes = b""
        self._given = 0

    def read(self, size: int) -> bytes:
        """Returns at most `size` bytes: the rest of the block, or the beginning of the next."""
        if self._given == len(self._block):
            self._hand_over_block()
            self._block, self._given = self._file.read(self._size), 0
        piece = self._block[self._given : self._given + size]
        self._given += len(piece)
        return piece

    def tell(self) -> int:
        """Returns the position of the file; the size of an upload is found by it."""
        return int(self._file.tell())

    def seek(self, offset: int, whence: int = 0) -> int:
        """Moves to another position of the file."""
        return int(self._file.seek(offset, whence))

    def finish(self) -> None:
        """Hands over the last block after a successful transfer."""
        self._hand_over_block()

    def _hand_over_block(self) -> None:
        block, self._block, self._given = self._block, b"", 0
        if block and self._callback is not None:
            self._callback(block)


def _checked(size: int) -> int:
    if size < 1:
        raise UsageError(f"blocksize={size}: give 1 or more")
    return size
