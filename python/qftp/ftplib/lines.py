"""Files in lines, as `ftplib.FTP.retrlines` and `storlines` handle them."""

from __future__ import annotations

import codecs
import ftplib
import io
from typing import Any, Callable


class LineTarget:
    """Hands written data to a callback, line by line, without line ends."""

    def __init__(self, callback: Callable[[str], object], encoding: str, longest: int) -> None:
        """Accepts lines of at most `longest` characters."""
        self._callback = callback
        self._longest = longest
        # CRLF, CR and LF all end a line of a text file.
        self._decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)(), translate=True)
        self._rest = ""

    def write(self, data: bytes) -> int:
        """Takes all the data."""
        self._take(data, final=False)
        return len(data)

    def finish(self) -> None:
        """Hands over a last line without a line end."""
        self._take(b"", final=True)
        if self._rest:
            self._callback(self._rest)
            self._rest = ""

    def _take(self, data: bytes, *, final: bool) -> None:
        *lines, self._rest = (self._rest + self._decoder.decode(data, final)).split("\n")
        for line in (*lines, self._rest):
            if len(line) >= self._longest:
                raise ftplib.Error(f"got more than {self._longest} bytes")
        for line in lines:
            self._callback(line)


class LineSource:
    """Reads a file line by line. The server gets the lines in binary mode and stores them unchanged."""

    def __init__(self, file: Any, longest: int, callback: Callable[[bytes], object] | None = None) -> None:
        """Reads lines of at most `longest` bytes from an object with `readline(size)`."""
        self._file = file
        self._longest = longest
        self._callback = callback
        self._rest = b""

    def read(self, size: int) -> bytes:
        """Returns at most `size` bytes."""
        if not self._rest:
            self._rest = self._line()
        piece, self._rest = self._rest[:size], self._rest[size:]
        return piece

    def finish(self) -> None:
        """Does nothing."""

    def _line(self) -> bytes:
        line = self._file.readline(self._longest + 1)
        if not isinstance(line, bytes):
            raise TypeError("readline() did not return bytes: is the file open in binary mode?")
        if len(line) > self._longest:
            raise ftplib.Error(f"got more than {self._longest} bytes")
        if not line:
            return b""
        if line.endswith(b"\r\n"):
            line = line[:-2]
        elif line.endswith((b"\r", b"\n")):
            line = line[:-1]
        if self._callback is not None:
            self._callback(line + b"\r\n")
        return line + b"\n"
